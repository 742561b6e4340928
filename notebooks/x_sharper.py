# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Beyond Section 3. The exact solution, and what it teaches
#
# Section 3 of the paper leaves the error $E(d,R)$ of a set $R$ of orders as the value of a linear
# program. Its structure is much better than that of a general program. Nothing in this chapter is in
# the paper; everything is {standing}`ours`, with proofs.
#
# **What this chapter establishes.**
#
# - The constant is worth exactly one in $1/E$ ({prf:ref}`Theorem C <theorem-c>`).
# - An optimum is proved by a measure on $|R|+1$ vertices ({prf:ref}`Theorem D <theorem-d>`), and found by
#   an exchange of nodes that always works ({prf:ref}`Theorem E <theorem-e>`).
# - Larger orders are strictly better ({prf:ref}`Theorem F <theorem-f>`); for the best sets the error is
#   inversely proportional to the number of subpool maxes.
# - Small orders are poor: with $\{0,\dots,r\}$ it takes about $0.7\sqrt d$ orders before the error
#   falls below one third, because this is the approximate degree of OR.

# %%
from fractions import Fraction
from math import log

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from companion.checking.domains import OrderSets
from companion.evidence import x_sharper as checks
from companion.pages.figures import BLUE, GRAY, GRID, INK, MUTED, ORANGE, PALETTE, use_style
from companion.pages.publishing import publish_figure, publish_table, record
from maxpooling.approximation import best_uniform, exchange_steps
from maxpooling.approximation.closed_forms import subpool_count, top_orders
from maxpooling.approximation.decompositions import grouped
from maxpooling.approximation.or_degree import chebyshev_bound, orders_needed, squared_error_bounds

use_style()

# %% [markdown]
# ## What the constant is worth
#
# ```{statement} Theorem C (intercept identity)
# :label: theorem-c
# :standing: ours
# :check: theorem_c
# :plain: The intercept adds exactly 1 to 1/E.
#
# For every set $R$ of positive orders
#
# $$\frac1{E(d,R\cup\{0\})}=1+\frac1{E(d,R)} .$$
#
# The optimal coefficients with the constant are those without it divided by $1+E(d,R)$, and
# $\beta_0=E(d,R\cup\{0\})$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# By duality $E=\max|\mu\cdot t|/\sum|\mu_k|$ over measures $\mu$ on the vertices with
# $\sum_k\mu_kS(v_k;r)=0$ for $r\in R$, where $t_k=\mathbf 1\{k\ge1\}$. At $v_0$ all $S(\cdot;r)$, $r\ge1$, and $t$
# vanish, so without the constant $\mu_0=0$ costs nothing. With it, $\mu_0=-\sum_{k\ge1}\mu_k=-\mu\cdot t$ is
# forced, which adds $|\mu\cdot t|$ to the denominator.
# ```

# %%
1 / best_uniform(5, [2, 4]).error, 1 / best_uniform(5, [0, 2, 4]).error

# %%
checks.theorem_c()

# %% [markdown]
# From here on the constant is set aside. Let $m=d-k$ count the zeros of a vertex, and write
# $f=1-E\,q$ for $k\ge1$. Then $q$ lies in
# $V_A=\mathrm{span}\{\binom ma:a\in A\}$ with $A=\{0\}\cup R$ and $n=|A|$ elements, and
#
# $$\frac1{E(d,R)}=T=\max\big\{q(d):q\in V_A,\ |q(m)|\le1\text{ for }m=0,\dots,d-1\big\} .$$
#
# An approximation problem has become one of *extrapolation*: how large can a function of $V_A$ be one
# step outside of the points where it is bounded?
#
# ## Positivity
#
# ```{statement} Lemma W (positivity)
# :label: lemma-w
# :standing: ours
# :check: positivity
# :plain: Minors of Pascal's triangle are positive exactly on valid references.
#
# Let $m_1<\dots<m_n$ and $a_1<\dots<a_n$. Then $\det\big[\binom{m_i}{a_j}\big]\ge0$, and it is
# positive iff $m_i\ge a_i$ for all $i$. Nodes with this property are called **valid**.
# ```
#
# ```{prf:proof}
# :class: dropdown
# The determinant counts families of paths in a lattice that do not touch each other (the lemma of
# Lindström, Gessel and Viennot); such a family exists iff the nodes are valid.
# ```

# %%
checks.positivity()

# %% [markdown]
# ```{statement} Lemma X (sign changes)
# :label: lemma-x
# :standing: ours
# :check: sign_changes, alternation_needs_valid_nodes
# :plain: No nonzero function of the space alternates in sign at one more point than it has
#     dimensions; where it alternates at as many points, these are valid nodes.
#
# No nonzero $q\in V_A$ takes values of strictly alternating sign at $n+1$ points of
# $\{0,\dots,d\}$. If it does at $n$ points, these are valid nodes.
# ```
#
# ```{prf:proof}
# :class: dropdown
# Suppose $q$ alternates at $p_0<\dots<p_n$, and expand $\det[\,q(p_i)\mid\binom{p_i}{a_j}\,]=0$ along its first
# column: no two terms have opposite signs, so all minors vanish. By {prf:ref}`Lemma W <lemma-w>` some
# $p_i<a_i$ with $i\ge1$, and at $p_0,\dots,p_i$ only the functions of $a_1,\dots,a_{i-1}$ do not vanish: $i+1$ points
# for $i-1<n$ functions, against induction. The second claim follows in the same way.
# ```

# %%
checks.sign_changes()

# %%
checks.alternation_needs_valid_nodes()

# %% [markdown]
# ## The certificate
#
# ```{statement} Theorem D (the optimum)
# :label: theorem-d
# :standing: ours
# :check: theorem_d
# :plain: The optimum is unique and alternates; its certificate has |R| + 1 vertices.
#
# There is exactly one optimum. It alternates, $q=\pm1$ with $q(m_n)=1$, on $n$ valid nodes
# $m_1<\dots<m_n<d$, and $|q|\le1$ at all $m<d$. Its proof is the measure with weight $y_i$ at $k=d-m_i$,
# where $q(d)=\sum_iy_iq(m_i)$ on $V_A$, and weight $-1$ at $k=0$ if $0\in R$: its $|R|+1$ weights alternate in
# sign. So do the optimal coefficients $\beta_r$, $r\ge1$, and the last is positive.
# ```
#
# ```{prf:proof}
# :class: dropdown
# $y_i=L_i(d)$ for the functions of $V_A$ with $L_i(m_j)=[i=j]$. Leaving $m_i$ out and putting $d$ in moves
# later nodes up, so the minor stays valid and $L_i(d)\ne0$ has the sign $(-1)^{n-i}$. Hence for every
# $q$ with $|q|\le1$ below $d$ we have $q(d)\le\sum|y_i|$, with equality only if $q(m_i)=(-1)^{n-i}$. This gives optimality
# and uniqueness; existence is {prf:ref}`Theorem E <theorem-e>`. The signs of the coefficients follow from
# Cramer's rule and {prf:ref}`Lemma W <lemma-w>`.
# ```

# %%
best_uniform(9, [0, 2, 8]).certificate

# %%
checks.theorem_d()

# %% [markdown]
# ## The exchange
#
# ```{statement} Theorem E (the exchange always works)
# :label: theorem-e
# :standing: ours
# :check: theorem_e
# :plain: The exchange algorithm ends at the optimum.
#
# For valid nodes $M$ let $q_M\in V_A$ alternate $\pm1$ on $M$, with $q_M(d)=T_M$. If
# $|q_M|>1$ somewhere below $d$, the points with $|q_M|\ge1$ form exactly $n$ runs of constant sign. One worst
# point of each run makes new nodes $M'$, which are valid, and $T_{M'}<T_M$. As there are finitely many
# sets of nodes, the exchange ends, and it ends at the optimum.
# ```
#
# ```{prf:proof}
# :class: dropdown
# The runs contain $M$, so there are at least $n$, and more would contradict {prf:ref}`Lemma X <lemma-x>`,
# which also makes $M'$ valid. With the cardinal functions $L_i'$ of $M'$,
#
# $$T_M=q_M(d)=\sum_iL_i'(d)\,q_M(m_i')=\sum_i|L'_i(d)|\,|q_M(m'_i)|>\sum_i|L'_i(d)|=T_{M'} .$$
# ```
#
# This is Remez's algorithm on integers, in spite of the fact that the binomials are no Chebyshev
# system on $\{0,\dots,d\}$: some minors vanish, and validity sees to it that they are never met. Every
# step is the solution of an $n\times n$ system of integers.

# %%
pool, orders = 24, (3, 8, 15)
steps = list(exchange_steps(pool, orders))
[(step.nodes, round(float(step.extrapolated), 3)) for step in steps]

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(len(steps), 1, figsize=(6.2, 1.9 * len(steps)), sharex=True)
for number, (axis, step) in enumerate(zip(axes, steps, strict=True), start=1):
    q = [value / step.scale for value in step.values[:-1]]
    axis.axhspan(-1, 1, color=GRID, alpha=0.6, linewidth=0)
    axis.plot(range(pool), q, color=BLUE, marker="o", markersize=4, linewidth=1.2)
    axis.plot(
        step.nodes, [q[m] for m in step.nodes],
        linestyle="none", marker="s", markersize=8, color=ORANGE,
    )  # fmt: skip
    following = steps[number].nodes if number < len(steps) else ()
    moved = [m for m in following if m not in step.nodes]
    axis.plot(
        moved, [q[m] for m in moved], linestyle="none",
        marker="o", markersize=13, markerfacecolor="none", color=INK,
    )  # fmt: skip
    axis.set_yscale("symlog", linthresh=1, linscale=1)
    axis.set_yticks([-100, -10, -1, 0, 1, 10, 100], ["−100", "−10", "−1", "0", "1", "10", "100"])
    axis.minorticks_off()
    axis.set_ylim(min(-1.6, 2 * min(q)), max(1.6, 2 * max(q)))
    axis.set_title(
        f"step {number}: 1/T = {float(1 / step.extrapolated):.5f}", fontsize=12, loc="left"
    )
axes[-1].set_xlabel("number m of zeros of the vertex")
figure.supylabel("q(m)")
publish_figure(
    figure,
    "exchange-steps",
    alt="Four steps of the exchange for 24 inputs and the orders 3, 8 and 15. In each step the curve q "
    "alternates between plus and minus one on four marked nodes. At first it leaves the band from minus "
    "one to one widely; the nodes move to the worst points, and in the fourth step it stays inside.",
)

# %% [markdown]
# :::{autofigure} exchange-steps
# The exchange for $d=24$, $R=\{3,8,15\}$. Squares: the current nodes, where $q=\pm1$. Rings: where the
# nodes go next, the worst point of a run. Grey: the band $|q|\le1$. The lower bound $1/T$ on the error
# rises from step to step and is the optimum when the curve stays in the band.
# :::

# %%
checks.theorem_e()

# %% [markdown]
# ## Which orders to spend a budget on
#
# ```{statement} Theorem F (domination)
# :label: theorem-f
# :standing: ours
# :check: theorem_f, top_orders_are_best
# :plain: Larger orders are better: which orders to spend a budget on.
#
# Replacing a positive order of $R$ by a larger one not in $R$ strictly decreases the error; so
# does adding an order. Among all sets of $s$ positive orders $\{d-s,\dots,d-1\}$ is the only best and
# $\{1,\dots,s\}$ the only worst.
# ```
#
# ```{prf:proof}
# :class: dropdown
# Let $a_j<a'<a_{j+1}$, and let $M'$ be optimal for $A'=A\setminus\{a_j\}\cup\{a'\}$; it is valid for $A$. Let
# $q\in V_A$ alternate $\pm1$ on $M'$, and let $h\in V_{A\cup\{a'\}}$ vanish on $M'$ and have the same coefficient at
# $a_j$. Then $q-h\in V_{A'}$ alternates on $M'$, so it is the optimum for $A'$. Counting signs, $h(d)<0$. Hence
# $T_{A'}=q(d)-h(d)>q(d)=T_{M'}(A)\ge T_A$. Adding an order: the old optimum alternates on too few nodes to
# be optimal in the larger space.
# ```

# %%
POSITIVE = OrderSets(smallest=1)
errors = {R: best_uniform(9, (0, *R)).error for R in POSITIVE.cases({"d": 9})}
ranking = []
for s in range(1, 9):
    of_size = sorted((R for R in errors if len(R) == s), key=errors.get)
    ranking.append((s, of_size[0], errors[of_size[0]], of_size[-1], errors[of_size[-1]]))
budget = pd.DataFrame(
    [(s, list(best), e, list(worst), f) for s, best, e, worst, f in ranking],
    columns=["orders", "best", "error of the best", "worst", "error of the worst"],
)

# %% tags=["remove-output", "hide-input"]
publish_table(budget, "table-domination")

# %% [markdown]
# :::{autotable} table-domination
# Nine inputs, with a constant: the best and the worst set of each number of positive orders, found by
# solving all of them. The largest orders win at every size.
# :::

# %%
checks.theorem_f()

# %%
checks.top_orders_are_best()

# %% [markdown]
# ## Closed forms
#
# Some families have formulas. In the second row $s=1$ is {eq}`equation-5` and $s=d-1$ is
# {eq}`equation-6`.
#
# | Orders | $1/E$ |
# | --- | --- |
# | $\{r\}$; $\{0,r\}$ | $\frac{d+r}{d-r}$; $\frac{2d}{d-r}$ |
# | $\{0\}\cup\{d-s,\dots,d-1\}$ | $\sum_{j=0}^s\binom dj+\binom{d-1}s$ |
# | $\{0,1,2\}$ | $2+\frac{2d}q$ with $q=\lfloor(d-1)^2/4\rfloor$ |
# | $\{0,\dots,d-2\}$ | $\binom d{\lfloor d/2\rfloor}$ |
# | $\{0,1,2,3\}$, $d\equiv1\pmod 4$ | $1+T_3\big(\frac{d+1}{d-1}\big)$, $T_3$ Chebyshev's polynomial |
# | $\{0,\dots,r\}$ | $\min_{D}\sum_{k=0}^d\binom dk\prod_{m\in D}\frac{\lvert k-m\rvert}m$ over $D\subset\{1,\dots,d\}$ of $d-1-r$ elements |
#
# Without the constant, subtract one ({prf:ref}`Theorem C <theorem-c>`).

# %%
checks.closed_forms()

# %%
checks.sum_over_deleted_nodes()

# %%
checks.chebyshev_of_degree_three()

# %% [markdown]
# ## Error against cost
#
# For the $s$ largest orders and a constant, which need $N=\sum_{j=1}^s\binom dj$ subpool maxes, the second row
# gives $\frac1{2N}\le E<\frac1N$, with equality on the left for $s=1$ only. The exponentially small
# error of {eq}`equation-6` is paid for one to one: to halve the error, double the number of maxima.

# %% tags=["parameters"]
cost_pool = 11

# %%
cloud = {
    orders: best_uniform(cost_pool, (0, *orders)).error
    for orders in POSITIVE.cases({"d": cost_pool})
}
record(cost_sets=len(cloud))

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(figsize=(6.4, 4.4))
counts = np.geomspace(cost_pool, 2**cost_pool - 2, 50)
axes.fill_between(
    counts, 1 / (2 * counts), 1 / counts, color=GRID, linewidth=0, label="1/(2N) to 1/N"
)
axes.plot(
    [subpool_count(cost_pool, R) for R in cloud],
    [float(error) for error in cloud.values()],
    linestyle="none", marker=".", markersize=4, color=GRAY, alpha=0.6, label="every set of orders",
)  # fmt: skip
for orders_of, colour, marker, label in [
    (lambda s: range(cost_pool - s, cost_pool), BLUE, "o", "the s largest"),
    (lambda s: range(1, s + 1), ORANGE, "s", "the s smallest"),
]:
    chosen = [tuple(orders_of(s)) for s in range(1, cost_pool)]
    axes.plot(
        [subpool_count(cost_pool, R) for R in chosen],
        [float(cloud[R]) for R in chosen],
        color=colour, marker=marker, label=label,
    )  # fmt: skip
axes.set(
    xscale="log",
    yscale="log",
    xlabel="subpool maxes N (count)",
    ylabel="smallest error, with a constant",
)
axes.legend(loc="lower left")
publish_figure(
    figure,
    "cost-accuracy-law",
    alt="Optimal error against the number of subpool maxes for every set of orders of eleven inputs. The "
    "sets of the largest orders lie in the band between one over two N and one over N; most "
    "others lie above; the sets of the smallest orders are worst and reach the band only when all "
    "orders are used.",
)

# %% [markdown]
# :::{autofigure} cost-accuracy-law
# Error against cost for all {value}`x_sharper.cost_sets` sets of orders of eleven inputs. The $s$ largest
# orders stay within the band $\frac1{2N}\le E<\frac1N$; the $s$ smallest waste most of what they compute.
# :::

# %%
checks.cost_accuracy()

# %% [markdown]
# ### Fewer subpools by grouping
#
# The paper takes *all* subpools of an order. Give that up, and the error need not depend on $d$: split
# the inputs into $g$ groups, and approximate the maximum of the $g$ group maxima. All orders below $g$ need
# $2^g-2$ subpools for the error $2^{-g}$, and order $g-1$ alone needs $g$ for $\frac1{2g}$, whatever $d$ is.

# %%
windows = {"2×2": 4, "3×3": 9, "5×5": 25, "7×7": 49}
three_groups = grouped(9, best_uniform(3, range(3)))
three_groups.subpools()

# %%
checks.grouping()

# %%
checks.grouping_inside()

# %% [markdown]
# ## Inputs outside the unit cube
#
# On $[a,b]^d$ the affine change of variables gives
# $g(y)=\sum_{r\ge1}\beta_rS(y;r)+(b-a)\beta_0+a\big(1-\sum_{r\ge1}\beta_r\big)$, with error $(b-a)E(d,R)$ if $0\in R$.

# %%
checks.domain()

# %%
checks.coefficients_add_up()

# %% [markdown]
# ## Small orders, and the degree of OR
#
# Now take the cheap end, the orders $\{0,\dots,r\}$. On the vertices an estimator of this kind is any
# polynomial of degree $r$ in the number $k$ of ones, and the maximum is the logical OR. So
# $E(d,\{0,\dots,r\})$ says how well polynomials of degree $r$ approximate OR on $d$ bits, a quantity
# well known in the theory of computation ({cite:p}`nisan1994degree`; {cite:p}`paturi1992degree`;
# {cite:p}`linial1990approximate` for the version without a constant; {cite:p}`buhrman1999bounds` for
# small errors). Two elementary bounds:
#
# ```{statement} Theorem I (two-sided bound)
# :label: theorem-i
# :standing: ours
# :check: approximate_degree, orders_for_a_third
# :plain: Orders up to r: the approximate degree of OR, with bounds on both sides.
#
# For all $0\le r<d$, with $d\ge2$ for the second line,
#
# $$\frac1{d+1}\,\frac{\binom{2d}{d-r-1}}{\binom{2d}d}\ \le\ E(d,\{0,\dots,r\})^2\ \le\ \frac{\binom{2d}{d-r-1}}{\binom{2d}d},$$
#
# $$E(d,\{0,\dots,r\})\le\frac1{1+T_r\big(\frac{d+1}{d-1}\big)}\approx2e^{-2r/\sqrt d} .$$
# ```
#
# ```{prf:proof}
# :class: dropdown
# The residual of least squares by polynomials of degree $r$ on $\{0,\dots,d\}$ has the squared length
# $\binom{2d}{d-r-1}/\binom{2d}d$ ({prf:ref}`Theorem G <theorem-g>`), and $\|e\|_2/\sqrt{d+1}\le\|e\|_\infty\le\|e\|_2$ for the
# residuals of the two optima. For the second line take Chebyshev's polynomial, carried over to $[1,d]$ and
# scaled: it is feasible.
# ```
#
# For a fixed share $\rho=r/d$ both sides of the first line give
# $-\frac1d\ln E\to\frac12\big[(1+\rho)\ln(1+\rho)+(1-\rho)\ln(1-\rho)\big]$.

# %%
curve_sizes = (25, 100, 400)
grids = {
    size: sorted({min(size - 1, round(x)) for x in np.geomspace(1, size - 1, 24)})
    for size in curve_sizes
}
curves = {
    size: [best_uniform(size, range(r + 1)).error for r in grid] for size, grid in grids.items()
}


def log10_of(fraction):
    return (log(fraction.numerator) - log(fraction.denominator)) / log(10)


# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(figsize=(6.4, 4.4))
for (size, grid), colour, marker in zip(grids.items(), PALETTE, "osD", strict=False):
    scaled = [r / size**0.5 for r in grid]
    low, high = zip(*(squared_error_bounds(size, r) for r in grid), strict=True)
    axes.fill_between(
        scaled, [log10_of(x) / 2 for x in low], [log10_of(x) / 2 for x in high],
        color=colour, alpha=0.18, linewidth=0,
    )  # fmt: skip
    axes.plot(
        scaled, [log10_of(error) for error in curves[size]],
        color=colour, marker=marker, markersize=4, label=f"d = {size}",
    )  # fmt: skip
    chebyshev = [log10_of(chebyshev_bound(size, r)) for r in grid]
    axes.plot(scaled, chebyshev, color=colour, linestyle=":", linewidth=1.2)
axes.axhline(-log(3) / log(10), color=MUTED, linewidth=1)
axes.set(
    xlim=(0, 4.2),
    ylim=(-6, 0.1),
    xlabel="r / √d, for orders 0..r",
    ylabel="log10 of the smallest error",
)
axes.legend(loc="lower left")
publish_figure(
    figure,
    "or-degree",
    alt="Logarithm of the optimal error of the orders zero to r against r over the square root of d, for "
    "25, 100 and 400 inputs. The three exact curves nearly coincide up to r about twice the root of d and "
    "cross one third near 0.7; then the smaller pools fall faster. Each lies within its shaded band.",
)

# %% [markdown]
# :::{autofigure} or-degree
# Exact optimal errors for the orders $0,\dots,r$. Bands: the first bound of
# {prf:ref}`Theorem I <theorem-i>`; dotted: the second. The horizontal line is an error of $\frac13$.
# :::

# %%
pool_sizes = range(10, 401, 10)
needed = {size: orders_needed(size, Fraction(1, 3)) for size in pool_sizes}
record(
    needed_at_400=needed[400],
    ratio_at_400=needed[400] / 20,
    ratio_at_100=needed[100] / 10,
)

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(figsize=(6.2, 3.8))
axes.plot(pool_sizes, needed.values(), "o", color=BLUE, markersize=5, label="orders needed (exact)")
smooth = np.linspace(4, 400, 100)
axes.plot(smooth, 0.7 * smooth**0.5, color=ORANGE, linestyle="--", label="0.7 √d")
axes.set(xlabel="pool size d", ylabel="smallest r with E ≤ 1/3")
axes.legend()
publish_figure(
    figure,
    "orders-for-a-third",
    alt="Smallest r for which the orders zero to r reach an error of one third, against the pool size up to "
    "400. The exact steps follow the curve 0.7 times the square root of d.",
)

# %% [markdown]
# :::{autofigure} orders-for-a-third
# How many orders, starting from the smallest, it takes to bring the error below one third:
# {value}`x_sharper.needed_at_400` for four hundred inputs, {value}`x_sharper.ratio_at_400|.2f` times the
# root of $d$.
# :::

# %%
checks.approximate_degree()

# %%
checks.orders_for_a_third()

# %% [markdown]
# ## What it says of real pools
#
# Pools of image classifiers are windows of 2×2 to 7×7 pixels.


# %%
def orders_for(d, error):
    return next((s for s in range(1, d) if top_orders(d, s, intercept=True) <= error), None)


tenth = {d: orders_needed(d, Fraction(1, 10)) for d in windows.values()}
hundredth = {d: orders_for(d, Fraction(1, 100)) for d in windows.values()}
pools = pd.DataFrame(
    {
        "window": windows.keys(),
        "$d$": windows.values(),
        "error of $\\{0,d-1\\}$": [Fraction(1, 2 * d) for d in windows.values()],
        "$r$ for error 1/3": [orders_needed(d, Fraction(1, 3)) for d in windows.values()],
        "$r$ for 1/10": tenth.values(),
        "subpools up to that order": [subpool_count(d, range(r + 1)) for d, r in tenth.items()],
        "subpools for 1/100, largest orders": [
            str(subpool_count(d, range(d - s, d))) if s else "not reached"
            for d, s in hundredth.items()
        ],
    }
)

# %% tags=["remove-output", "hide-input"]
publish_table(pools, "table-windows")

# %% [markdown]
# :::{autotable} table-windows
# What an approximation of a max pool costs. Starting from small orders, an error of one tenth needs
# astronomically many subpools in large windows; starting from large ones, an error of one hundredth takes
# some hundreds or a thousand. All numbers are exact.
# :::
#
# For a 2×2 window no combination of smaller maxima comes below $\frac1{16}$. For a 3×3 window the nine
# subpools of order eight leave $\frac1{18}$. In larger windows the single order $d-1$ does ever better, but
# its subpools are nearly as large as the window: little is saved. What would be cheap, maxima over a
# few inputs at a time, is what {numref}`orders-for-a-third` says not to hope for.
#
# ## What was checked
#
# Each statement of this chapter stands directly above the check that runs it.
#
# ```{chapter-evidence}
# ```
