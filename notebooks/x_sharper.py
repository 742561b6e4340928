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
# program. Can it be solved exactly, for every $R$? Its structure is much better than that of a general
# program. And the paper takes *all*
# subpools of an order, which is never needed: chosen subpools do far better. Nothing in this chapter is
# in the paper; what is {standing}`ours` has a proof below it or says that it is computed, and what was
# known before us is cited where it is used.
#
# **What this chapter establishes.** Three parts; who wants to save subpools can begin with the second.
#
# {ref}`Sets of orders <exact-orders>`, each with all its subpools:
#
# - The constant is worth exactly one in $1/E$ ({prf:ref}`Theorem C <theorem-c>`).
# - An optimum is proved by a measure on $|R|+1$ vertices ({prf:ref}`Theorem D <theorem-d>`), and found by
#   an exchange of nodes that always works ({prf:ref}`Theorem E <theorem-e>`).
# - Larger orders are strictly better ({prf:ref}`Theorem F <theorem-f>`), and many sets have a closed form
#   ({prf:ref}`Theorem AC <theorem-ac>`).
#
# {ref}`Chosen subpools <chosen-subpools>`, and what they save:
#
# - Optima need not be symmetric: for one order a few blocks do what all its subpools do
#   ({prf:ref}`Theorem Y <theorem-y>`); what all optima share is
#   {prf:ref}`Theorem AB <theorem-ab>`.
# - For families of subpools closed under unions the least error is a closed form
#   ({prf:ref}`Theorem Z <theorem-z>`): rows, columns and broken diagonals of a 3×3 window, 21 subpool
#   maxes, leave as little as all 93 of the orders 6 and 8.
# - The fewest subpool maxes for an error, proved for up to five inputs, and for up to eleven maxes of any
#   number of inputs ({prf:ref}`Theorem AA <theorem-aa>`); what an error costs for large numbers
#   ({prf:ref}`Theorem AD <theorem-ad>`).
#
# {ref}`Small orders <small-orders>`, the cheap end:
#
# - With $\{0,\dots,r\}$ the error is at most one third from $r=0.6585\sqrt d$ on and, as far as it was
#   computed, not a whole order before, because this is the approximate degree of OR
#   ({prf:ref}`Theorem I <theorem-i>`).

# %%
from fractions import Fraction
from itertools import combinations, groupby, product
from math import acosh, comb, log

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from companion.checking import require
from companion.checking.domains import OrderSets
from companion.checking.domains import shown as as_set
from companion.evidence import x_sharper as checks
from companion.pages.figures import BLUE, GRAY, GRID, INK, MUTED, ORANGE, PALETTE, use_style
from companion.pages.publishing import publish_figure, publish_table, record
from maxpooling.approximation import best_uniform, exchange_steps, sparse_uniform
from maxpooling.approximation.blocks import average_of_blocks, cyclic_runs
from maxpooling.approximation.closed_forms import subpool_count
from maxpooling.approximation.families import best_over_family, moebius, union_closure
from maxpooling.approximation.or_degree import chebyshev_bound, orders_needed, squared_error_bounds
from maxpooling.approximation.planes import affine_plane, complements, projective_plane
from maxpooling.approximation.sparse import least_counts
from maxpooling.linear_algebra import solve_rational
from maxpooling.networks.windows import plan_windows

use_style()

# %% [markdown]
# Throughout, $R$ is a nonempty set of orders below $d$: with $d$ among them the maximum itself is there,
# and there is nothing to approximate.
#
# (exact-orders)=
# ## Sets of orders, solved exactly
#
# ### What the constant is worth
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
#
# The coefficients: if $f$ without a constant errs by $E$, then $f'=\frac{f+E}{1+E}$ has the error
# $\frac E{1+E}$ at $v_0$, and at the other vertices $f'-1=\frac{f-1}{1+E}$, so it errs by
# $\frac E{1+E}=E(d,R\cup\{0\})$. Conversely, since $\mu_0<0$, an optimum with a constant errs by
# exactly $+E'$ at $v_0$, and $f=\frac{f'-E'}{1-E'}$ is an optimum without.
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
# ### Positivity
#
# ```{folded}
# Minors of Pascal's triangle are positive exactly on valid nodes, and no function of the span alternates in
# sign too often: the two lemmas on which the certificate and the exchange rest.
# ```
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
# ### The certificate
#
# ```{statement} Theorem D (the optimum)
# :label: theorem-d
# :standing: ours
# :check: theorem_d
# :plain: The symmetric optimum is unique and alternates; its certificate has |R| + 1 vertices.
#
# There is exactly one symmetric optimum. It alternates, $q=\pm1$ with $q(m_n)=1$, on $n$ valid nodes
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
# and uniqueness without a constant; existence is {prf:ref}`Theorem E <theorem-e>`. With a constant, the
# map in the proof of {prf:ref}`Theorem C <theorem-c>` takes optima to optima both ways, and adds $v_0$ to
# the measure. The signs of the coefficients follow from Cramer's rule and {prf:ref}`Lemma W <lemma-w>`.
# ```
#
# That optima alternate, and that an exchange finds them, is classical for Chebyshev systems and weak ones
# {cite:p}`karlin1966tchebycheff`; what is ours is that the binomials, restricted to integers, are good
# enough. Unsymmetric optima are the subject of
# {ref}`a section of their own <optima>`.

# %% [markdown]
# By hand, for $d=3$ and $R=\{1,2\}$: $V_A$ is the polynomials of degree 2, and $q=1,-1,1$ at the nodes $0,1,2$
# goes on to $q(3)=q(0)-3q(1)+3q(2)=7$. So $E=\frac17$, and $\frac18$ with the constant. Both by the library, and
# a certificate with its $|R|+1$ vertices:

# %%
1 / best_uniform(3, [1, 2]).error, 1 / best_uniform(3, [0, 1, 2]).error

# %%
best_uniform(9, [0, 2, 8]).certificate

# %%
checks.theorem_d()

# %% [markdown]
# ### The exchange
#
# ```{statement} Theorem E (the exchange always works)
# :label: theorem-e
# :standing: ours
# :check: theorem_e
# :plain: The exchange algorithm ends at the optimum.
#
# For valid nodes $M$ below $d$ let $q_M\in V_A$ alternate $\pm1$ on $M$, with $q_M(d)=T_M$. If
# $|q_M|>1$ somewhere below $d$, the points below $d$ with $|q_M|\ge1$ form exactly $n$ runs of constant
# sign. One worst point of each run makes new nodes $M'$, which are valid, and $T_{M'}<T_M$. As there are
# finitely many sets of nodes, the exchange ends, and it ends at the optimum. It can begin with
# $M=\{d-n,\dots,d-1\}$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# The first nodes are valid, since the orders are distinct and below $d$, so $a_i\le d-1-(n-i)$.
# The runs contain $M$, so there are at least $n$, and more would contradict {prf:ref}`Lemma X <lemma-x>`,
# which also makes $M'$ valid. With the cardinal functions $L_i'$ of $M'$,
#
# $$T_M=q_M(d)=\sum_iL_i'(d)\,q_M(m_i')=\sum_i|L'_i(d)|\,|q_M(m'_i)|>\sum_i|L'_i(d)|=T_{M'} .$$
# ```
#
# This is Remez's algorithm on integers, in spite of the fact that the binomials are no Chebyshev
# system on $\{0,\dots,d\}$: some minors vanish, and validity sees to it that they are never met. Every
# step is the solution of an $n\times n$ system of integers. In a dozen lines:


# %%
def exchange_by_hand(d, orders):
    """1/E for positive orders below d, without a constant; nodes count the zeros of a vertex."""
    space, nodes = (0, *orders), range(d - len(orders) - 1, d)
    while True:
        system = [[comb(m, a) for a in space] for m in nodes]
        signs = [(-1) ** (len(nodes) - 1 - i) for i in range(len(nodes))]
        beta = solve_rational(system, signs)
        q = [sum(b * comb(m, a) for b, a in zip(beta, space, strict=True)) for m in range(d + 1)]
        if max(map(abs, q[:d])) <= 1:
            return q[d]
        outside = [m for m in range(d) if abs(q[m]) >= 1]
        runs = [list(run) for _, run in groupby(outside, key=lambda m: q[m] > 0)]
        nodes = [max(run, key=lambda m: abs(q[m])) for run in runs]


exchange_by_hand(24, (3, 8, 15)), 1 / best_uniform(24, (3, 8, 15)).error

# %% [markdown]
# The same, step by step:

# %%
pool, orders = 24, (3, 8, 15)
steps = list(exchange_steps(pool, orders))
[(step.nodes, round(float(step.extrapolated), 3)) for step in steps]

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(len(steps), 1, figsize=(6.2, 1.4 * len(steps)), sharex=True)
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
        marker="o", markersize=13, markerfacecolor="none", color=INK, clip_on=False,
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
# ### Which orders to spend a budget on
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
# Let first $a_j<a'<a_{j+1}$ (or $j=n$ and $a_n<a'<d$), and let $M'$ be optimal for
# $A'=A\setminus\{a_j\}\cup\{a'\}$; it is valid for $A$. Let
# $q\in V_A$ alternate $\pm1$ on $M'$, and let $h\in V_{A\cup\{a'\}}$ vanish on $M'$ and have the same coefficient at
# $a_j$. Then $q-h\in V_{A'}$ alternates on $M'$, so it is the optimum for $A'$. By Cramer's rule and
# {prf:ref}`Lemma W <lemma-w>` the coefficient of $q$ at $a_j$ has the sign $(-1)^{n+j}$. And $h$ is a multiple
# of $\det[\,\binom{m'_i}a\mid\binom ma\,]$, rows $M'$ and $m$, columns $A\cup\{a'\}$, where the cofactor at
# $a_j$ has the sign $(-1)^{n+1+j}$ while the determinant is positive at $m=d$. So $h(d)<0$, and
# $T_{A'}=q(d)-h(d)>q(d)=T_{M'}(A)\ge T_A$.
#
# A larger $a'$, with $a_l<a'<a_{l+1}$ for some $l>j$: replace $a_l$ by $a'$, then $a_{l-1}$ by $a_l$, and so
# on down to $a_j$ by $a_{j+1}$. Each step stays within a gap and strictly gains, and together they
# exchange $a_j$ for $a'$. Adding an order: the old optimum alternates on too few nodes to
# be optimal in the larger space. Best and worst: any other set of $s$ orders can be improved, or made worse, by one
# replacement.
# ```

# %%
POSITIVE = OrderSets(smallest=1)
errors = {R: best_uniform(9, (0, *R)).error for R in POSITIVE.cases({"d": 9})}
ranking = []
for s in range(1, 9):
    of_size = sorted((R for R in errors if len(R) == s), key=errors.get)
    ranking.append((s, of_size[0], errors[of_size[0]], of_size[-1], errors[of_size[-1]]))
budget = pd.DataFrame(
    [(s, as_set(best), e, as_set(worst), f) for s, best, e, worst, f in ranking],
    columns=["orders", "best", "error of the best", "worst", "error of the worst"],
)

# %% tags=["remove-output", "hide-input"]
publish_table(budget, "table-domination")

# %% [markdown]
# :::{autotable} table-domination
# :folded: The best and the worst set of orders of every size, for nine inputs
# Nine inputs, with a constant: the best and the worst set of each number of positive orders, found by
# solving all of them. The largest orders win at every size.
# :::

# %%
checks.theorem_f()

# %%
checks.top_orders_are_best()

# %% [markdown]
# ### Closed forms
#
# ```{statement} Theorem AC (closed forms)
# :label: theorem-ac
# :standing: ours
# :check: closed_forms, sum_over_deleted_nodes, chebyshev_of_degree_three, cost_accuracy
# :plain: For some order sets the optimal error has a closed form.
#
# With $T_3$ Chebyshev's polynomial, $1/E(d,R)$ is
#
# | Orders | $1/E$ | where |
# | --- | --- | --- |
# | $\{r\}$; $\{0,r\}$ | $\frac{d+r}{d-r}$; $\frac{2d}{d-r}$ | $1\le r<d$ |
# | $\{0\}\cup\{d-s,\dots,d-1\}$ | $\sum_{j=0}^s\binom dj+\binom{d-1}s$ | $1\le s<d$ |
# | $\{0,d-k,d-1\}$ | $2+\frac{2d(d-1)}k$ | $2\le k\le d-1$ |
# | $\{0,1,2\}$ | $2+\frac{2d}q$ with $q=\lfloor(d-1)^2/4\rfloor$ | $d\ge3$ |
# | $\{0,\dots,d-2\}$ | $\binom d{\lfloor d/2\rfloor}$ | $d\ge2$ |
# | $\{0,1,2,3\}$ | $1+T_3\big(\frac{d+1}{d-1}\big)$ | $d\equiv1\pmod 4$, $d\ge5$ |
# | $\{0,\dots,r\}$ | $\min_D\sum_k\binom dk\prod_{m\in D}\frac{\lvert k-m\rvert}m$ over $D\subset\{1,\dots,d\}$ of $d-1-r$ elements | $0\le r<d$ |
#
# Without the constant, subtract one ({prf:ref}`Theorem C <theorem-c>`). For the second row, which needs
# $N=\sum_{j=1}^s\binom dj$ subpool maxes, $\frac1{2N}\le E<\frac1N$, with equality on the left for $s=1$ only.
# ```
#
# ```{prf:proof}
# :class: dropdown
# In each row a $q\in V_A$ with $|q|\le1$ at $0,\dots,d-1$ that alternates on $n$ valid nodes and has
# $q=1$ at the last is the optimum ({prf:ref}`Theorem D <theorem-d>`), and $1/E=1+q(d)$ with the constant.
#
# *First row:* {prf:ref}`Theorem Y <theorem-y>`. *Second:* the sets of at least $d-s$ inputs and the empty set
# are closed under unions; $\mu=(-1)^j$ for those that miss $j\le s$ inputs, so
# $\mu(\emptyset)=-\sum_{j\le s}(-1)^j\binom dj=-(-1)^s\binom{d-1}s$, and {prf:ref}`Theorem Z <theorem-z>` gives the sum.
# Its sum without $\mu([d])$ and $\mu(\emptyset)$ is $N$, so $1/E=N+1+\binom{d-1}s$; and
# $1+\binom{d-1}s\le\binom{d-1}{s-1}+\binom{d-1}s=\binom ds\le N$, with equality throughout iff $s=1$.
#
# *Third:* $q=1$ for $m<d-k$, then $q(m)=1-2\binom m{d-k}/\binom{d-2}{d-k}$ up to $m=d-2$, where it is $-1$;
# a multiple of $\binom m{d-1}$, which vanishes below $d-1$, makes $q(d-1)=1$. Since
# $\binom{d-1}{d-k}=\frac{d-1}{k-1}\binom{d-2}{d-k}$ that multiple is $\frac{2(d-1)}{k-1}$, and with
# $\binom d{d-k}=\frac{d(d-1)}{k(k-1)}\binom{d-2}{d-k}$ and $\binom d{d-1}=d$,
# $q(d)=1-\frac{2d(d-1)}{k(k-1)}+\frac{2d(d-1)}{k-1}=1+\frac{2d(d-1)}k$.
#
# *Fourth:* with $c=\lfloor\frac{d-1}2\rfloor$ and $q=c(d-1-c)$, the polynomial $1-2m(d-1-m)/q$ is $1$ at $0$ and
# $d-1$, $-1$ at $c$, in between not below $-1$ at integers, and $1+\frac{2d}q$ at $d$.
#
# *Last:* the measure on $k\notin D$ that annihilates all polynomials of degree $r$ and is $1$ at $k=0$ is
# $\pm\binom dk\prod_{m\in D}\frac{k-m}{m}$, by the formula for divided differences; $1/E$ is at most its
# mass, and the optimal measure has $r+2$ vertices, $k=0$ among them, so it is one of these.
#
# *Fifth:* take $D=\{m\}$, $m=\lceil d/2\rceil$, in the last row. Pairing $k$ with $d-k$,
# $\sum_k\binom dk|k-m|=\sum_{k<m}(d-2k)\binom dk=m\binom dm$ (a telescoping sum), so $1/E\le\binom dm$. The
# errors $E(-1)^k\operatorname{sgn}(m-k)$, $k\ne m$, with $E=\binom dm^{-1}$ are those of one polynomial of degree
# $d-2$. Its error at $m$ follows from the $d$-th difference of all errors, which is
# $\sum_k(-1)^k\binom dk(-\mathbf 1\{k\ge1\})=1$: the errors off $m$ give $0$ of it if $d$ is even and $1$ if it is odd,
# so at $m$ it is $\pm E$ or $0$.
#
# *Sixth:* the extremes of $T_3$ carried over to $[0,d-1]$ are at $0,\frac{d-1}4,\frac{3(d-1)}4,d-1$.
# ```
#
# In the second row $s=1$ is {eq}`equation-5` and $s=d-1$ is {eq}`equation-6`.

# %%
checks.closed_forms()

# %%
checks.sum_over_deleted_nodes()

# %%
checks.chebyshev_of_degree_three()

# %%
checks.cost_accuracy()

# %% [markdown]
# ### Inputs outside the unit cube
#
# ```{folded}
# For inputs in $[a,b]$ the estimator, its constant and its error change by the factor $b-a$.
# ```
#
# On $[a,b]^d$ the affine change of variables gives
# $g(y)=\sum_{r\ge1}\beta_rS(y;r)+(b-a)\beta_0+a\big(1-\sum_{r\ge1}\beta_r\big)$, with error $(b-a)E(d,R)$ if $0\in R$.
# For with $y=a+(b-a)x$ every subpool max is $\max(y_I)=a+(b-a)\max(x_I)$, the maximum itself too, so that
# $g(y)=a+(b-a)f(x)$ misses $\max(y)$ by $(b-a)\big(f(x)-\max(x)\big)$. (Without $0\in R$ the constant may
# not be there.)

# %%
checks.domain()

# %%
checks.coefficients_add_up()

# %% [markdown]
# (chosen-subpools)=
# ## Subpools, chosen one by one
#
# (optima)=
# ### Optima are neither unique nor symmetric
#
# ```{folded}
# A few blocks of inputs do as well as all subpools of an order; and what all optima have in common.
# ```
#
# The averages $S(\cdot;r,d)$ take all $\binom dr$ subpools of an order. That loses nothing in the error
# ({prf:ref}`Lemma 5 <lemma-5>`), but it costs: other optima need far fewer.
#
# ```{statement} Theorem Y (regular blocks)
# :label: theorem-y
# :standing: ours
# :check: regular_blocks, any_regular_blocks
# :plain: Blocks of r of d inputs that cover every input equally often leave exactly the error of all
#     subpools of the order; d/gcd(d, r) of them suffice.
#
# Let $1\le r<d$, and let blocks of $r$ of the $d$ inputs cover every input equally often. With $A$ the
# average of their maxes, $\frac{d-r}{2d}+A$ misses the maximum by exactly $E(d,\{0,r\})=\frac{d-r}{2d}$ and
# $\frac{2d}{d+r}A$ by $E(d,\{r\})=\frac{d-r}{d+r}$: no weights on any subpools of $r$ inputs do better. Blocks like this
# are $d/\gcd(d,r)$ runs of neighbours around a circle.
# ```
#
# ```{prf:proof}
# :class: dropdown
# Only vertices matter ({prf:ref}`Theorem A <theorem-a>`). If $k\ge1$ inputs are one, one of them alone is in a
# share $\frac rd$ of the blocks, so $\frac rd\le A\le1$; at the origin $A=0$. The errors of $\frac{d-r}{2d}+A$ lie
# between $\pm\frac{d-r}{2d}$, those of $\frac{2d}{d+r}A$ between $\frac{2r}{d+r}-1$ and $\frac{2d}{d+r}-1$. For the lower
# bound, average any combination over all permutations of the inputs: it becomes $f=\beta_0+\beta S(\cdot;r,d)$, with no
# larger error, and its errors at $v_1$ and $v_d$ and, with a constant, $v_0$ satisfy
# $d\,e_1-r\,e_d-(d-r)e_0=-(d-r)$, since $S(v_1)=\frac rd$: so $E\ge\frac{d-r}{2d}$. Without a constant $e_0=0$, and
# $E\ge\frac{d-r}{d+r}$. Runs of $r$ that follow each other around the circle close after $\operatorname{lcm}(d,r)/r$
# of them, when each input has been covered $\operatorname{lcm}(d,r)/d$ times.
# ```
#
# For $d=4$ and $r=2$ two disjoint pairs suffice, $\frac14+\frac12\max(x_1,x_2)+\frac12\max(x_3,x_4)$, where the
# average of the order takes six. So the remark before {prf:ref}`Lemma 5 <lemma-5>` that every optimum is symmetric
# fails ({prf:ref}`Erratum 14 <erratum-14>`). For nine inputs, this is what one order costs:

# %%
one_order = pd.DataFrame(
    {
        "order $r$": range(1, 9),
        "all subpools": [subpool_count(9, (r,)) for r in range(1, 9)],
        "blocks that suffice": [len(cyclic_runs(9, r)) for r in range(1, 9)],
        "error with a constant": [best_uniform(9, (0, r)).error for r in range(1, 9)],
    }
)
average_of_blocks(4, cyclic_runs(4, 2))

# %% tags=["remove-output", "hide-input"]
publish_table(one_order, "table-one-order")

# %% [markdown]
# :::{autotable} table-one-order
# Nine inputs and a constant: the same error from all subpools of an order, and from a few blocks.
# :::

# %%
checks.regular_blocks()

# %%
checks.any_regular_blocks()

# %% [markdown]
# ```{statement} Theorem AB (what is unique)
# :label: theorem-ab
# :standing: ours
# :check: what_is_unique, weights_of_one_order
# :plain: Every optimum, symmetric or not, takes the value of the symmetric one at each vertex whose level
#     carries the certificate.
#
# Let $R\subset\{0,\dots,d-1\}$, and let $k$ be one of the $|R|+1$ levels that carry the certificate of
# {prf:ref}`Theorem D <theorem-d>`. Every optimum $f\in\mathcal M_R(d)$, whatever its weights, takes the value of the
# symmetric optimum at *each* vertex with $k$ ones. Hence with all orders $0,\dots,d-1$ the optimum is
# the only one; with two or more positive orders no optimum is increasing; and with one positive order all
# weights of every optimum are non-negative, and it is increasing.
# ```
#
# ```{prf:proof}
# :class: dropdown
# The average of $f$ over all permutations of the inputs is symmetric and errs by at most $E$, so it is the
# symmetric optimum, whose error at level $k$ is $E$ or $-E$. The errors of $f$ at the vertices of that level lie
# in $[-E,E]$ and have this mean: all are equal to it.
#
# With all orders every level carries weight, and a combination that is known at all vertices is known, since
# the subpool maxes are linearly independent. With two or more positive orders there are three or more levels
# with $k\ge1$, at which the errors alternate in sign: between some two of them every optimum falls from $1+E$ to $1-E$,
# from each vertex of the lower level to each above it. With one positive order, the identity in the proof of
# {prf:ref}`Theorem Y <theorem-y>` is a certificate on $v_d$ too, where the error is $+E$: $f(v_d)=1+E$. Where the
# zeros are just the subpool $I$, $f=f(v_d)-c_I\le1+E$, so $c_I\ge0$.
# ```
#
# So {prf:ref}`Lemma 4 <lemma-4>` and {prf:ref}`Lemma 7 <lemma-7>`, of which only values at vertices of such levels matter, hold for
# every optimum.

# %%
checks.what_is_unique()

# %%
checks.weights_of_one_order()

# %% [markdown]
# ### Families closed under unions
#
# Now choose the subpools freely. Where they are closed under unions, all is known.
#
# ```{statement} Theorem Z (families closed under unions)
# :label: theorem-z
# :standing: ours
# :check: union_closed, planes, largest_orders_are_closed, product_rule, grouping
# :plain: For a family of subpools closed under unions the least error is one over the sum of the absolute
#     Möbius values; 21 subpools of a 3×3 pool leave 1/50.
#
# Let $\mathcal F$ be a family of subsets of $[d]$, closed under unions, with $\emptyset$ and $[d]$ in it, and
# $\mu(U)=\mu(U,[d])$ its Möbius function: $\mu([d])=1$, and $\sum_{W\supseteq U}\mu(W)=0$ for all other $U$. The best
# combination of a constant and the $\max(x_I)$, $I\in\mathcal F$, $\emptyset\ne I\ne[d]$, misses the maximum over the cube by
# exactly
#
# $$E(\mathcal F)=\frac1{\sum_{U\in\mathcal F}|\mu(U)|} .$$
#
# *Products:* for families $\mathcal F_1,\mathcal F_2$ on disjoint inputs, the unions of a member of each are such a family,
# with $E=E_1E_2$ and $(N_1+2)(N_2+2)-2$ subpools. *Planes:* if any two of the $d$ inputs lie in exactly one of $b$
# lines of $k$ inputs each, the subpools that miss one input or one line, $d+b$ of them, leave $\frac1{2+2b(k-1)}$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# Only vertices matter ({prf:ref}`Theorem A <theorem-a>`). Let $Z$ be the zeros of one. As $\mathcal F$ is closed under
# unions, $Z$ contains a largest member $U$, and $1-\max(x_I)=\mathbf 1\{I\subseteq Z\}=\mathbf 1\{I\subseteq U\}$. So
# $1-f=g(U)=\sum_{I\subseteq U}b_I$ with free $b_I$, $I\ne[d]$, and by Möbius inversion $b_{[d]}=0$ is the one condition
# $\sum_U\mu(U)g(U)=0$. The errors $e(U)=g(U)-\mathbf 1\{U=[d]\}$ may thus be any numbers with
# $\sum_U\mu(U)e(U)=-1$. So $\max|e|\ge1/\sum|\mu|$, attained by $e=-\operatorname{sgn}\mu/\sum|\mu|$.
#
# The Möbius function of a product is the product. For lines, $\mu$ is $-1$ at each subpool that misses one input,
# $k-1$ at those that miss a line, and so $d-1-b(k-1)$ at $\emptyset$; since $b\binom k2=\binom d2$ and
# $2b(k-1)=\frac{2d(d-1)}k\ge2(d-1)$, the absolute values add up to $2+2b(k-1)$.
# ```
#
# By hand, for the three pairs of three inputs: at a vertex only the largest member of $\mathcal F$ among its zeros
# counts. $\mu$ is $1$ at $[3]$, $-1$ at each pair, $2$ at $\emptyset$: in size $6$ together. And
# $\frac16+\frac13\sum\max(x_i,x_j)$ misses by $\frac16,-\frac16,\frac16,\frac16$ where none, one, two, three inputs are 1:

# %%
pairs = best_over_family(3, combinations(range(3), 2))
pairs.error, pairs.constant, {*pairs.blocks.values()}, pairs.verify()

# %% tags=["hide-input"]
values = moebius(union_closure(3, combinations(range(3), 2)))
require(sorted(values.values()) == [-1, -1, -1, 1, 2], "the values of the Möbius function")
for x in product((0, 1), repeat=3):
    error = Fraction(1, 6) + Fraction(sum(map(max, combinations(x, 2))), 3) - max(x)
    require(error == Fraction(-1 if sum(x) == 1 else 1, 6), "the error at a vertex")

# %% [markdown]
# The theorem is also proved by machine, with the product rule, the planes and the 3×3 pool
# ([Checked by machine](../machine-checked.md)). Corollaries in a line each:
#
# - The subpools of $d-1$ inputs: $\sum|\mu|=1+d+(d-1)=2d$, equation {eq}`equation-5`. All subsets: $\mu=\pm1$,
#   $2^d$, equation {eq}`equation-6`; it is also the product of $d$ times one input and the constant $\frac12$.
# - All subpools of the largest orders: the second row of {prf:ref}`Theorem AC <theorem-ac>`.
# - *Grouping.* Split the inputs into $g$ groups and take all unions of groups: $2^g-2$ subpools leave
#   $2^{-g}$, whatever $d$ is; the $g$ unions of all groups but one leave, with a constant, $\frac1{2g}$.
# - *The 3×3 window.* The affine plane over three elements on nine points: lines are the rows, the columns and
#   the broken diagonals in both directions. The 21 subpools that miss a point or a line leave
#   $\frac1{50}$, as do all 93 of the orders 6 and 8 with a constant.

# %%
rows_and_more = complements(9, affine_plane(3))
plane = best_over_family(9, rows_and_more)
plane.verify()
record(plane_subpools=len(plane.blocks), plane_error=plane.error)
len(plane.blocks), plane.error, best_uniform(9, (0, 6, 8)).error

# %%
checks.union_closed()

# %%
checks.planes()

# %%
checks.largest_orders_are_closed()

# %%
checks.product_rule()

# %%
checks.grouping()

# %%
checks.grouping_inside()

# %% [markdown]
# ### The fewest maxes for an error
#
# ```{folded}
# How few subpool maxes, freely chosen, reach an error: what is proved, and what is best known.
# ```
#
# Not every good family is closed under unions. `sparse_uniform` returns the best estimator known with a
# constant and at most so many subpool maxes, and says whether it is proved to be the best of all.
#
# ```{statement} Theorem AA (few subpool maxes)
# :label: theorem-aa
# :standing: ours
# :check: least_of_few_inputs, no_choice_does_better, few_more_subpools, as_few_as_inputs
# :plain: The least errors with few subpool maxes, of up to five inputs for every number of maxes, and of
#     any number of inputs for up to eleven, where it is 1/(2N) for N of at least N inputs.
#
# Let $e(d,N)$ be the least error of a constant and $N$ subpool maxes of $d$ inputs, over all choices of
# subpools and weights.
#
# 1. $e(d,N)=e(N,N)$ for $d\ge N\ge1$.
# 2. $e(d,N)=\frac1{2N}$ for $1\le N\le\min(d,11)$. This does not go on: $e(14,14)\le\frac1{30}$.
# 3. For $d\le5$ all $e(d,N)$ are those of {numref}`table-least-counts`. With five inputs and 20 maxes the
#    least error is $\frac1{25}$, so not every least error is half of one over an integer.
# ```
#
# ```{prf:proof}
# :class: dropdown
# Take a smallest set $D$ of inputs of which each subpool misses at least one, $m=|D|\le\min(d,N)$. On the
# face of the cube where all other inputs are zero, the subpools become proper subpools of $D$ (or empty, which is zero);
# and as $D$ is smallest, each input of $D$ is the only one in it that some subpool misses: *all $m$
# subpools of $m-1$ inputs are among them*. Conversely groups of inputs do as well as single ones. This is 1, and
# it leaves, for each $m$, the $m$ subpools that miss one input and $k=N-m$ others. Say that these miss the sets
# $L_1,\dots,L_k$ of two or more inputs, and write $h(W)=b_0+\sum_{L_j\supseteq W}b_j$ for their part of $1-f$ at the vertex with
# ones $W$. The $m$ weights are free at the $m$ vertices with one 1, so what is left is
#
# $$\frac1E=1+m+\max\Big\{h(\emptyset)-\sum_ih(\{i\}):|h(W)|\le1\text{ for }|W|\ge2\Big\} .$$
#
# *No more than $2m$ plus a gain that depends on $k$.* If an input $i$ is not alone in the meet of the $L_j\ni i$, then
# $h(\{i\})=h(W)$ for that meet $W$, which has two or more members; without the input $1/E$ falls by at most 2 and $m$ by
# one. Sets $L_j$ left with one member change nothing. In the end no input lies on the same $L_j$ as another, or on
# more: the inputs are an antichain of subsets of $\{1,\dots,k\}$. For $k\le5$ these are finitely many small linear
# programs, solved exactly: the gain is 0 for $k\le2$, then 2, 6 and 12, and for $k=5$ at most 8 on seven inputs, at most 10 on
# nine. So for $N\le11$ and $m\ge6$ the gain is at most $2k$, and $1/E\le2N$; for $m\le5$ that is part 3, where also
# $1/E\le2^m$. This proves 2; Fano's plane, 7 points and 7 lines of 3, is the example for 14.
#
# *Up to five inputs.* A signed measure on the vertices that annihilates the constant and some maxes, with weight
# one at the origin, shows $1/E$ to be at most its mass for all choices among these. A few recorded measures, with the
# inputs permuted, do so for every choice of subpools, $2^{25}$ of them for five inputs (those of four inputs are
# all there); the estimators were computed at every vertex.
# ```
#
# By hand, for two maxes: with all inputs but as many as there are maxes at zero, a small case is left. For two
# inputs $\frac14+\frac12(x_1+x_2)$ misses by $\frac14,-\frac14,-\frac14,\frac14$ at $00,10,01,11$. With the weights
# $1,-1,-1,1$ at these vertices a constant, $x_1$ and $x_2$ add up to $0$ and the maximum to $-1$, so $1\le4E$. Three inputs
# with two maxes: $\frac14+\frac12\big(\max(x_2,x_3)+x_1\big)$ errs as much, and at $x_3=0$ it is the case before.

# %%
[(two.error, two.blocks, two.proved) for two in (sparse_uniform(2, 2), sparse_uniform(3, 2))]

# %% tags=["hide-input"]
signs = {(0, 0): 1, (1, 0): -1, (0, 1): -1, (1, 1): 1}
for x, sign in signs.items():
    error = Fraction(1, 4) + Fraction(sum(x), 2) - max(x)
    require(error == Fraction(sign, 4), "the error at a vertex")
for function, total in ((len, 0), (lambda x: x[0], 0), (lambda x: x[1], 0), (max, -1)):
    added = sum(sign * function(x) for x, sign in signs.items())
    require(added == total, "a sum with these weights")

# %% [markdown]
# The families and measures were found by a search in floating point; what is proved rests on nothing of it,
# for measures and estimators are verified exactly. For six and more inputs the table says what is best known
# to us: parts of planes and spaces, products, and groupings.

# %%
sparse_uniform(3, 3)

# %% tags=["remove-output", "hide-input"]
shown_pools = (3, 4, 5, 6, 9)
targets = (4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 25, 26, 28, 30, 32, 36, 50, 64, 90, 100, 128)


def fewest(d, inverse):
    """The least number of maxes known for the error 1/inverse, and a star if it is not proved."""
    reached = [n for error, n in least_counts(d).items() if error <= Fraction(1, inverse)]
    if not reached:
        return ""
    below = sparse_uniform(d, min(reached) - 1)
    return f"{min(reached)}" if below.proved else f"{min(reached)}*"


counts_table = pd.DataFrame(
    {
        "error": [f"1/{inverse}" for inverse in targets],
        **{f"$d={d}$": [fewest(d, inverse) for inverse in targets] for d in shown_pools},
    }
)
publish_table(counts_table, "table-least-counts")

# %% [markdown]
# :::{autotable} table-least-counts
# :folded: The least numbers of subpool maxes known, for 22 errors
# The least number of subpool maxes, beside a constant, for an error of at most this. Without a star: proved
# to be the least of all choices. With one: the least that is known to us. Empty: no number of
# subpools reaches it.
# :::

# %%
checks.least_of_few_inputs()

# %%
checks.no_choice_does_better()

# %%
checks.few_more_subpools()

# %%
checks.as_few_as_inputs()

# %% [markdown]
# ### Error against cost
#
# The sets of orders suggest that error and number of maxes are exchanged for each other, within a factor of two
# ($\frac1{2N}\le E<\frac1N$ for the largest orders, {prf:ref}`Theorem AC <theorem-ac>`). That comes from taking all
# subpools of an order. The price of an error is between these bounds:
#
# ```{statement} Theorem AD (cost law, both sides)
# :label: theorem-ad
# :standing: ours
# :check: subspaces, inclusion_and_exclusion
# :plain: With N chosen subpool maxes the error can fall like one over nearly the square of N, and by a
#     known theorem on inclusion and exclusion not much faster.
#
# There are families of $N$ subpools with errors $E=N^{-2+o(1)}$. And if $n$ sets, of whose Venn diagram $M$ fields
# are not empty, always have a formula of inclusion and exclusion with coefficients whose absolute values add up to
# $C(M,n)$, then every combination of a constant and $N$ subpool maxes of $d$ inputs errs by at least
# $\frac1{2+2C(N,d)}$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# *First part.* The inputs are the $2^n-1$ nonzero vectors of $n$ bits, and $\mathcal F$ the complements of the subspaces:
# intersections of subspaces are subspaces, so $\mathcal F$ is closed under unions. A subspace of dimension $j$ has
# $\mu=(-1)^j2^{\binom j2}$, so by the $q$-binomial theorem $1/E=\sum_j\binom nj_22^{\binom j2}=\prod_{i<n}(1+2^i)$, which is
# $2^{n^2/2+O(n)}$, while $N+2=\sum_j\binom nj_2=2^{n^2/4+O(n)}$.
#
# *Second part.* For each input $i$ let $A_i$ be the set of those of the $N$ subpools that miss $i$. Every subpool is
# proper, so the union of all $A_i$ is everything, and a formula gives numbers $a_J$, $\emptyset\ne J\subseteq[d]$, with
# $\sum_Ja_J\mathbf 1\{I\cap J=\emptyset\}=1$ for each subpool $I$. So the measure with weight $1$ at the origin, $-a_J$ at
# the vertex with ones $J$, and $\sum_Ja_J-1$ more at the vertex of all ones annihilates the constant and
# every $\max(x_I)$. Its mass is at most $2+2\sum|a_J|$.
#
# By hand: the inputs $01,10,11$ and their three pairs are the case $n=2$, with $1/E=2\cdot3$ and $N=3$ (by hand below
# {prf:ref}`Theorem Z <theorem-z>`); $n=3$ gives $1/E=2\cdot3\cdot5$ with $N=14$. On the other side each $A_i$ holds the one pair
# that misses $i$, so every $a_{\{i\}}$ is $1$, and the error at least $\frac1{2+2\cdot3}=\frac18$. The measure itself has
# the weights $1$, $-1$ three times, and $2$: its mass is $6$, so nothing is better than $\frac16$.
# ```
#
# {cite:t}`goaoc2015simplifying` prove that a formula with $M^{O(\log^2n)}$ terms with coefficients $\pm1$ always exists,
# and that systems of sets exist where every formula has coefficients adding up to $M^{2-o(1)}$ (we have read the abstract
# only). So $E\ge N^{-O(\log^2d)}$ for *any* $N$ subpools, and exponentially small errors do need a number of them that
# is nearly exponential. The exponent 2 is reached; which exponent is right is not known.

# %% tags=["hide-input"]
for inputs, lines, inverse, maxes in ((3, (), 6, 3), (7, projective_plane(2), 30, 14)):
    spaces = best_over_family(inputs, complements(inputs, lines))
    require(1 / spaces.error == inverse, "the error of the subspaces")
    require(len(spaces.blocks) == maxes, "the number of the subspaces")
measure = {(0, 0, 0): 1, (1, 0, 0): -1, (0, 1, 0): -1, (0, 0, 1): -1, (1, 1, 1): 2}
require(sum(measure.values()) == 0, "the measure annihilates the constant")
for i, j in combinations(range(3), 2):
    found = sum(weight * max(x[i], x[j]) for x, weight in measure.items())
    require(found == 0, "the measure annihilates the maxes of pairs")
require(sum(weight * max(x) for x, weight in measure.items()) == -1, "and not the maximum")
require(sum(map(abs, measure.values())) == 6, "the mass of the measure")

# %% tags=["parameters"]
cost_pool = 9

# %%
cloud = {
    orders: best_uniform(cost_pool, (0, *orders)).error
    for orders in POSITIVE.cases({"d": cost_pool})
}
chosen = {count: error for error, count in least_counts(cost_pool).items() if count}
record(cost_sets=len(cloud))

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(figsize=(6.4, 4.0))
counts = np.geomspace(2, 2**cost_pool - 2, 50)
axes.plot(counts, 1 / (2 * counts), color=MUTED, linewidth=1, linestyle=":", label="1/(2N)")
axes.plot(
    [subpool_count(cost_pool, R) for R in cloud],
    [float(error) for error in cloud.values()],
    linestyle="none", marker=".", markersize=4, color=GRAY, alpha=0.6,
    label="all subpools of some orders",
)  # fmt: skip
largest = [tuple(range(cost_pool - s, cost_pool)) for s in range(1, cost_pool)]
axes.plot(
    [subpool_count(cost_pool, R) for R in largest],
    [float(cloud[R]) for R in largest],
    color=ORANGE, marker="s", label="all of the s largest orders",
)  # fmt: skip
axes.plot(
    chosen.keys(), [float(error) for error in chosen.values()],
    color=BLUE, marker="o", markersize=3, linewidth=1.2, label="chosen subpools, best known",
)  # fmt: skip
axes.set(
    xscale="log",
    yscale="log",
    xlabel="subpool maxes N (count)",
    ylabel="error, with a constant",
)
axes.legend(loc="lower left")
publish_figure(
    figure,
    "cost-accuracy-law",
    alt="Error against the number of subpool maxes for nine inputs, both axes logarithmic. The errors of "
    "chosen subpools run along a line from one quarter at two maxes, first on the dotted line one over "
    "two N and from about ten maxes on below it, to one over 512 at 510. All sets of orders with all "
    "their subpools lie above or on that line; the largest orders meet it at nine and at the end.",
)

# %% [markdown]
# :::{autofigure} cost-accuracy-law
# Error against cost for nine inputs. Grey: all {value}`x_sharper.cost_sets` sets of orders, each with all its
# subpools. Blue: the best estimators known with chosen subpools ({prf:ref}`Theorem AA <theorem-aa>` proves the
# first eleven numbers and the last).
# :::

# %%
checks.subspaces()

# %%
checks.inclusion_and_exclusion()

# %% [markdown]
# #### What it costs on an image
#
# ```{folded}
# Counted in pairwise maxes per pixel the exact maximum is very cheap; what estimators save is layers.
# ```
#
# In an image, windows overlap. With stride 1 the maximum over a row of a window is, moved, the maximum over a row of
# another: a maximum over a set of pixels is one picture, and moved copies of it cost nothing. So count
# *pairwise maxes per pixel*. By this count the exact maximum is very cheap, two pairs for 2×2 and four for 3×3 and 4×4 (over
# rows, then over columns), and estimators compete with it in depth only, among networks of pairwise maxes
# (others: {numref}`cost-table`).


# %%
def rows_of(side):
    return [tuple(range(side * i, side * (i + 1))) for i in range(side)]


def without_a_row(side):
    return [sum(kept, ()) for kept in combinations(rows_of(side), side - 1)]


def families(side):
    d = side * side
    return {
        "all rows but one": without_a_row(side),
        "all unions of rows": rows_of(side),
        "all pixels but one": complements(d),
        "planes: a point or a line left out": complements(d, affine_plane(side)),
    }


estimators_of = {
    side: {"mean of the rows": average_of_blocks(side * side, rows_of(side))}
    | {name: best_over_family(side * side, family) for name, family in families(side).items()}
    for side in (2, 3, 4)
}
for same in ("all rows but one", "all unions of rows"):
    del estimators_of[2][same]  # the mean of the rows once more
estimators_of[2]["all subpools"] = sparse_uniform(4, 14)

image_costs = []
for side in estimators_of:
    exact = plan_windows(side, [range(side * side)])
    image_costs.append((f"{side}×{side}", "the exact maximum", 1, Fraction(0), exact))
    for name, estimator in estimators_of[side].items():
        estimator.verify()
        plan = plan_windows(side, estimator.blocks)
        size = len(estimator.blocks)
        image_costs.append((f"{side}×{side}", name, size, estimator.error, plan))
for *_, plan in image_costs:
    plan.verify()
per_pixel = pd.DataFrame(
    [
        (window, name, size, error, plan.per_pixel, plan.layers)
        for window, name, size, error, plan in image_costs
    ],
    columns=["window", "estimator", "subpool maxes", "error", "per pixel", "layers"],
)

# %% tags=["remove-output", "hide-input"]
publish_table(per_pixel, "table-per-pixel")

# %% [markdown]
# :::{autotable} table-per-pixel
# Pairwise maxes per pixel, with stride 1 and everything shared that windows have in common, and layers of
# pairwise maxes one after the other, by plans that were verified step by step; a better plan may exist. The
# constant is used by all but the exact maximum.
# :::
#
# Who can afford the layers should take the exact maximum: no estimator with a smaller error than the mean of
# the rows costs less. Who has one layer for 2×2, or two for 3×3 and 4×4, takes the mean of the rows. Who has
# three layers for a 3×3 window takes all unions of rows, for the price of the exact maximum and one layer
# less. For a 4×4 window no estimator of the table with more than two layers saves a layer. The planes are for those who
# count subpool maxes, as {prf:ref}`Definition 1 <definition-1>` does: on images their
# broken diagonals are not worth it. (With windows that do not overlap nothing is shared, and a window of $d$ pixels
# takes $d-1$ pairwise maxes.)

# %%
checks.plans_for_windows()

# %% [markdown]
# (small-orders)=
# ## Small orders, and the degree of OR
#
# ```{folded}
# Orders up to $r$ are polynomials of degree $r$ that approximate OR: bounds on both sides, and how many orders an
# error of one third takes.
# ```
#
# Now take the cheap end, the orders $\{0,\dots,r\}$. On the vertices an estimator of this kind is any
# polynomial of degree $r$ in the number $k$ of ones, and the maximum is the logical OR. So
# $E(d,\{0,\dots,r\})$ says how well polynomials of degree $r$ approximate OR on $d$ bits, a quantity
# well known in the theory of computation ({cite:p}`nisan1994degree`; {cite:p}`paturi1992degree`;
# {cite:p}`linial1990approximate` for the version without a constant; {cite:p}`buhrman1999bounds` for
# small errors), and as approximate inclusion and exclusion: {cite:t}`kahn1996inclusion` determine it up to
# constants for each $r$ (so the abstract of {cite:t}`sherstov2008approximate` reports; we have read that abstract
# only). The second display below is the bound of {cite:t}`linial1990approximate`, with its constant;
# ours are the first display, the last chain and the case of equality.
#
# ```{statement} Theorem I (two-sided bound)
# :label: theorem-i
# :standing: ours
# :check: approximate_degree, bounds_of_the_residual, when_chebyshev_is_attained, orders_for_a_third
# :plain: Orders up to r: the approximate degree of OR, with bounds on both sides.
#
# Let $0\le r<d$, with $d\ge2$ from the second display on, and let $e$ be the residual of the maximum at
# $v_0,\dots,v_d$ after least squares by polynomials of degree $r$ in $k$. Then
#
# $$\frac1{\sqrt{d+1}}\|e\|_2\le\frac{\|e\|_2^2}{\|e\|_1}\ \le\ E(d,\{0,\dots,r\})\ \le\ \|e\|_\infty\le\|e\|_2
# =\sqrt{\tbinom{2d}{d-r-1}\big/\tbinom{2d}d}\,,$$
#
# $$
# \begin{aligned}
# E(d,\{0,\dots,r\})\le\frac1{1+T_r\big(\frac{d+1}{d-1}\big)}
# &=\frac12\operatorname{sech}^2\big(r\operatorname{artanh}\tfrac1{\sqrt d}\big)\\
# &\le\frac12\operatorname{sech}^2\frac r{\sqrt d}<2e^{-2r/\sqrt d} ,
# \end{aligned}
# $$
#
# with equality in the first place iff $r\le1$, or $r=2$ and $d$ is odd, or $r=3$ and $d\equiv1$ modulo 4.
# Hence $E\le\frac13$ as soon as $r\ge\frac{\operatorname{arcosh}2}2\sqrt d=0.65847\ldots\sqrt d$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# The squared length of $e$ is from {prf:ref}`Theorem G <theorem-g>`. As a measure on the vertices $e$ annihilates the
# polynomials of degree $r$, and gives the maximum $\|e\|_2^2$, so $E\ge\|e\|_2^2/\|e\|_1$, and
# $\|e\|_1\le\sqrt{d+1}\,\|e\|_2$; and $e$ is the error of one polynomial, so $E\le\|e\|_\infty$.
#
# For the second display take Chebyshev's polynomial, carried over to $[1,d]$ and scaled: it is feasible. With
# $\tanh a=\frac1{\sqrt d}$ we have $\frac{d+1}{d-1}=\cosh2a$, so $1+T_r=1+\cosh2ra=2\cosh^2ra$; then
# $a\ge\frac1{\sqrt d}$ and $\cosh x>\frac12e^x$. By uniqueness ({prf:ref}`Theorem D <theorem-d>`) there is equality iff
# $T_r$ is the optimum, hence alternates on $r+1$ integers: all its extremes $\frac{d-1}2\big(1+\cos\frac{\pi j}r\big)$
# in $[0,d-1]$ are integers. That needs a rational $\cos\frac\pi r$, so $r\le3$ (Niven's theorem), and for
# $r=2$ and $3$ the stated $d$. Last, $\frac12\operatorname{sech}^2y\le\frac13$ iff $\cosh2y\ge2$.
# ```
#
# For a fixed share $\rho=r/d$ both ends of the first display give
# $-\frac1d\ln E\to\frac12\big[(1+\rho)\ln(1+\rho)+(1-\rho)\ln(1-\rho)\big]$: by Stirling's formula
# $\frac1{2d}\ln\binom{2d}{d-r-1}$ tends to the entropy of $\frac{1-\rho}2$ (natural logarithms), $\frac1{2d}\ln\binom{2d}d$ to
# $\ln2$, and $\frac1d\ln\sqrt{d+1}$ to $0$.

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
figure, axes = plt.subplots(figsize=(6.4, 4.0))
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
    xlabel="r / √d, for orders 0 to r",
    ylabel="log10 of the smallest error",
)
axes.legend(loc="lower left")
publish_figure(
    figure,
    "or-degree",
    alt="Logarithm of the optimal error of the orders zero to r against r over the square root of d, for "
    "25, 100 and 400 inputs. The three exact curves nearly coincide up to r about twice the root of d and "
    "cross one third near 0.66; then the smaller pools fall faster. Each lies within its shaded band.",
)

# %% [markdown]
# :::{autofigure} or-degree
# Exact optimal errors for the orders $0,\dots,r$. Bands: the two ends of the first display of
# {prf:ref}`Theorem I <theorem-i>`; dotted: the second display. The horizontal line is an error of $\frac13$.
# :::

# %%
pool_sizes = range(10, 401, 10)
needed = {size: orders_needed(size, Fraction(1, 3)) for size in pool_sizes}
record(
    needed_at_400=needed[400],
)

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(figsize=(6.2, 3.5))
axes.plot(pool_sizes, needed.values(), "o", color=BLUE, markersize=5, label="orders needed (exact)")
smooth = np.linspace(4, 400, 100)
axes.plot(
    smooth, acosh(2) / 2 * smooth**0.5,
    color=ORANGE, linestyle="--", label="enough (Theorem I): 0.6585 √d",
)  # fmt: skip
axes.set(xlabel="pool size d", ylabel="smallest r with E ≤ 1/3")
axes.legend()
publish_figure(
    figure,
    "orders-for-a-third",
    alt="Smallest r for which the orders zero to r reach an error of one third, against the pool size up to "
    "400. The exact steps follow the curve 0.6585 times the square root of d, rounded up, and are now "
    "and then one below it.",
)

# %% [markdown]
# :::{autofigure} orders-for-a-third
# How many orders, starting from the smallest, it takes to bring the error below one third:
# {value}`x_sharper.needed_at_400` for four hundred inputs. That $0.6585\sqrt d$, rounded up, is always enough is proved;
# for the sizes drawn it is the least number, or one more than that.
# :::

# %%
checks.approximate_degree()

# %%
checks.bounds_of_the_residual()

# %%
checks.when_chebyshev_is_attained()

# %%
checks.orders_for_a_third()

# %% [markdown]
# ## What it says of real pools
#
# Pools of image classifiers are windows of 2×2 to 7×7 pixels.


# %%
windows = {"2×2": 4, "3×3": 9, "4×4": 16, "5×5": 25, "7×7": 49}


def fewest_for(d, error):
    """Of subpools chosen as for up to sixteen groups of inputs."""
    reached = [n for e, n in least_counts(min(d, 16)).items() if e <= error]
    return min(reached) if reached else None


tenth = {d: orders_needed(d, Fraction(1, 10)) for d in windows.values()}
pools = pd.DataFrame(
    {
        "window": windows.keys(),
        "$d$": windows.values(),
        "error of $\\{0,d-1\\}$": [Fraction(1, 2 * d) for d in windows.values()],
        "$r$ for error 1/3": [orders_needed(d, Fraction(1, 3)) for d in windows.values()],
        "$r$ for 1/10": tenth.values(),
        "subpools up to that order": [subpool_count(d, range(r + 1)) for d, r in tenth.items()],
        "chosen subpools for 1/10": [fewest_for(d, Fraction(1, 10)) for d in windows.values()],
        "chosen subpools for 1/100": [
            str(fewest_for(d, Fraction(1, 100)) or "not reached") for d in windows.values()
        ],
    }
)

# %% tags=["remove-output", "hide-input"]
publish_table(pools, "table-windows")

# %% [markdown]
# :::{autotable} table-windows
# What an approximation of a max pool costs. Starting from small orders, an error of one tenth needs
# astronomically many subpools in large windows; chosen subpools need five (seven for 2×2), and an error of one hundredth some
# dozens, whatever the window. Orders and errors are exact; the numbers of chosen subpools for 1/100 are the least
# known to us.
# :::
#
# For a 2×2 window no combination of smaller maxima comes below $\frac1{16}$. For a 3×3 window the nine
# subpools of order eight leave $\frac1{18}$, and 21 chosen ones $\frac1{50}$. In larger windows few subpools do as
# well as in small ones, but they are nearly as large as the window: little is saved. What would be cheap, maxima over a
# few inputs at a time, is what {numref}`orders-for-a-third` says not to hope for.
#
# ## What it means
#
# The least error of any set of orders can be computed and proved in fractions, and a few chosen subpools
# can do as well as all those of an order.
#
# ## What was checked
#
# Each statement of this chapter stands directly above the check that runs it.
#
# ```{chapter-evidence}
# ```
