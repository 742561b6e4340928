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
# # Section 3. A family of approximations
#
# How well can the maximum of $d$ numbers be put together from maxima of fewer? Section 3 of
# {cite:t}`matoba2022theoretical` answers with a family of estimators, a linear program for their
# error, and three optimal values.
#
# **What this chapter establishes.**
#
# - {prf:ref}`Lemma 2 <lemma-2>`: an average over all subpools costs one sort.
# - {prf:ref}`Lemma 3 <lemma-3>`: the best error is the value of a small linear program. The paper calls
#   it a bound; it is the error itself ({prf:ref}`Theorem A <theorem-a>`).
# - {prf:ref}`Theorem 2 <theorem-2>`: the values $\frac1{2d-1}$, $\frac1{2d}$ and $2^{-d}$, the last
#   of which is an equality, and optimal among *all* sums of functions of $d-1$ inputs
#   ({prf:ref}`Theorem B <theorem-b>`).
# - {prf:ref}`Lemma 7 <lemma-7>` is false in the text as it survives. Its proof shows something else,
#   which is true and is all that {prf:ref}`Lemma 4 <lemma-4>` takes from it; and Lemma 4 can be made
#   sharper.

# %%
from fractions import Fraction
from math import comb

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from scipy.optimize import linprog

from companion.evidence import s3_approximations as checks
from companion.pages.figures import BLUE, GRAY, INK, MUTED, ORANGE, PALETTE, SHADES, use_style
from companion.pages.publishing import publish_figure, publish_table, record
from maxpooling.approximation import best_uniform
from maxpooling.approximation.volume import extreme_volume, full_volume, volume_above
from maxpooling.order_statistics import subpool_weights, subpools

use_style()

# %% [markdown]
# ## 3.1 Subpool maxes
#
# For a set $I$ of coordinates $x_I$ keeps only those, and $\max(x_I)$ is a **subpool max** of order
# $|I|$. The sets of size $r$ are listed lexicographically, $I(1;r,d), I(2;r,d),\dots$. A set $R$ of
# orders spans the affine combinations
#
# ```{math}
# :label: equation-1
# \mathcal M_R(d)=\Big\{\beta_0+\sum_{r\in R,\,r\ge1}\ \sum_{j=1}^{\binom dr}\beta_{r,j}
# \max\big(x_{I(j;r,d)}\big)\Big\},
# ```
#
# without the constant $\beta_0$ unless $0\in R$ ({standing}`reconstructed`). Here and in all that follows
# $R$ is a non-empty subset of $\{0,\dots,d-1\}$: with the order $d$ the maximum itself would be in the
# class, and nothing would be left to approximate.

# %%
list(subpools(4, 2))  # the subpools of order 2, counting coordinates from 0

# %% [markdown]
# ```{statement} Lemma 2 (averages of subpool maxes)
# :label: lemma-2
# :standing: reconstructed
# :check: lemma_2, lemma_2_simulated
# :plain: The average of all subpool maxes of one order is a weighted sum of the order statistics.
#
# The mean $S(x;r,d)$ of all subpool maxes of order $r\ge1$ is a fixed weighted sum
# of the order statistics $x_{(1)}\ge\dots\ge x_{(d)}$, namely {eq}`equation-2`.
# ```
#
# ```{math}
# :label: equation-2
# S(x;r,d)=\binom dr^{-1}\sum_{|I|=r}\max(x_I)
# =\sum_{j=1}^{d-r+1}\frac{\binom{d-j}{r-1}}{\binom dr}\,x_{(j)}
# ```
#
# ```{prf:proof}
# :class: dropdown
# The $j$-th largest entry is the maximum of a subpool iff the subpool contains it and otherwise
# only entries of lower rank. There are $d-j$ of these, and $r-1$ must be chosen.
# ```

# %%
subpool_weights(5, 3)

# %%
checks.lemma_2()

# %%
checks.lemma_2_simulated()

# %% [markdown]
# Order $1$ is the mean. Order $d-1$ puts $\frac{d-1}d$ on the largest entry and $\frac1d$ on the
# second. At the point $(1,0,\dots,0)$ the first misses the maximum by $\frac{d-1}d$, the second by
# $\frac1d$ ({standing}`reconstructed`).

# %%
checks.equation_2_at_a_unit_vector()

# %% [markdown]
# ### Figure 1, in both readings
#
# The paper's Figure 1 has not survived, only its purpose: to show how averages of higher order follow
# the maximum more closely. Two pictures do that. The first draws, for one sample, every subpool max as
# a box whose shade is its value, a row per order, with the average at the right (so the authors draw
# it in a later paper {cite:p}`matoba2023benefits`); the second draws the weights of {eq}`equation-2`.

# %%
sample = np.array([0.15, 0.95, 0.55, 0.35, 0.75])
d = len(sample)
maxima = {r: [sample[list(I)].max() for I in subpools(d, r)] for r in range(1, d + 1)}

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(figsize=(6.4, 3.6))
for r, values in maxima.items():
    width = 10 / len(values)
    for j, value in enumerate(values):
        shade = SHADES[int(3.9 * value)]
        box = plt.Rectangle((j * width, -r - 0.4), width, 0.8, facecolor=shade, edgecolor=GRAY)
        axes.add_patch(box)
        text = f"{value:.2f}"
        axes.text((j + 0.5) * width, -r, text, ha="center", va="center", fontsize=10.5, color=INK)
    axes.text(10.25, -r, f"{np.mean(values):.2f}", va="center", color=BLUE, weight="bold")
axes.text(10.25, -0.45, "mean", va="center", color=BLUE)
axes.set(xlim=(0, 11.3), ylim=(-d - 0.6, -0.2), ylabel="order r", xticks=[])
axes.set_yticks([-r for r in maxima], [str(r) for r in maxima])
axes.grid(visible=False)
for side in axes.spines.values():
    side.set_visible(False)
publish_figure(
    figure,
    "figure-1",
    alt="For a sample of five numbers, one row of boxes per order from one to five. Each box is a "
    "subpool max, darker when larger. Higher rows hold darker boxes, and the row averages grow from "
    "0.55 for order one to the maximum 0.95 for order five.",
)

# %% [markdown]
# :::{autofigure} figure-1
# First reading of Figure 1 ({standing}`ambiguous`): the subpool maxes of one sample of five numbers,
# sets in lexicographic order, shaded by value. The averages at the right climb to the maximum.
# :::

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(figsize=(6.2, 3.6))
for r, colour, marker in zip((1, 2, 4, 6, 8), PALETTE, "osD^v", strict=False):
    weights = [float(w) for w in subpool_weights(9, r)]
    axes.plot(range(1, 10), weights, color=colour, marker=marker, label=f"r = {r}")
axes.set(xlabel="rank j (1 is the largest)", ylabel="weight in the average")
axes.set_xticks(range(1, 10))
axes.legend()
publish_figure(
    figure,
    "order-statistic-weights",
    alt="Weights of the averages of orders 1, 2, 4, 6 and 8 on the order statistics of nine numbers. "
    "Order 1 weighs all ranks equally; the larger the order, the more weight lies on rank one, "
    "eight ninths of it for order 8.",
)

# %% [markdown]
# :::{autofigure} order-statistic-weights
# :folded: Second reading: the weights of the averages on the ranks
# Second reading: the weights of {eq}`equation-2` on the order statistics for $d=9$. A larger order is
# a summary of the upper quantiles alone.
# :::

# %%
checks.figure_1()

# %% [markdown]
# ## 3.2 The error as a linear program
#
# The estimators in $\mathcal M_R$ may weigh each subpool differently. For the *error* that is of no use, as
# the maximum treats all inputs alike. (It is of use for the cost, which {numref}`cost-table` has: an estimator
# with fewer subpools can be as good, and then it is another optimum.)
#
# ```{statement} Lemma 5 (symmetry)
# :label: lemma-5
# :standing: reconstructed
# :check: lemma_5, independent_subpool_maxes
# :plain: Restricting to symmetric estimators does not change the smallest error.
#
# The smallest error over $\mathcal M_R(d)$ is attained by an $f$ that is
# invariant under permutations of the inputs, $f=\beta_0+\sum_{r\in R,r\ge1}\beta_r\,S(\cdot;r,d)$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# Permuting the inputs of $f$ changes neither $\max$ nor the cube, so all permuted versions have the
# same error, and their average has at most that. Members that are invariant have this form
# because the constant and the $2^d-1$ subpool maxes are linearly independent: on $\{0,1\}^d$ the
# functions $1-\max(x_I)=\prod_{i\in I}(1-x_i)$ are the monomials in $1-x$. (The last step is
# {standing}`ours`.)
# ```

# %%
checks.lemma_5()

# %%
checks.independent_subpool_maxes()

# %% [markdown]
# Let $v_k$ be the vertex with $k$ ones. By {eq}`equation-2`, $S(v_k;r,d)=1-\binom{d-k}r/\binom dr$.
#
# ```{statement} Lemma 3 (linear program)
# :label: lemma-3
# :standing: reconstructed
# :check: lemma_3
# :plain: The error of the best estimator is bounded by a linear program over d + 1 vertices.
# :verdict: sharper
# :why: The program gives the error itself, not a bound (Theorem A).
#
# The best error is bounded through a linear program with one constraint
# pair for each of $v_0,\dots,v_d$ and $1+|R|$ variables, {eq}`equation-3`.
# ```
#
# ```{math}
# :label: equation-3
# \begin{aligned}
# E(d,R)=\min_{\beta,\tau}\ \tau\quad\text{such that, for }k=0,\dots,d,&\\
# \Big|\beta_0+\sum_{r\in R,\,r\ge1}\beta_r\,S(v_k;r,d)-\mathbf 1\{k\ge1\}\Big|\le\tau,&\\
# \text{and }\beta_0=0\text{ unless }0\in R.&
# \end{aligned}
# ```
#
# In the surviving text the value of the program is an *upper* bound; its argument, restriction
# to finitely many points, gives a *lower* one. Both are true, because:
#
# ```{statement} Theorem A (the program is exact)
# :label: theorem-a
# :standing: ours
# :check: theorem_a, theorem_a_inside
# :plain: The linear program gives the error exactly.
#
# $E(d,R)$ of {eq}`equation-3` equals $\min_{f\in\mathcal M_R(d)}\|f-\max\|$, the norm
# being the supremum over the cube $[0,1]^d$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# Where the inputs are ordered in one given way, every subpool max and the maximum are affine. So
# $|f-\max|$ is largest at a corner of such an ordered simplex, that is, in $\{0,1\}^d$. For symmetric
# $f$ only the number of ones matters. With {prf:ref}`Lemma 5 <lemma-5>` the claim follows.
# ```
#
# The program {eq}`equation-3` as code, solved in floating point. For three inputs and the orders $\{0,2\}$ it has
# four vertices, and can be followed by hand: $\beta=1$, $\beta_0=\frac16$ errs by $\frac16,-\frac16,\frac16,\frac16$.


# %%
def linear_program(d, orders):
    """Lemma 3: the variables are beta_r for each order r, then tau; a pair of rows for each vertex."""
    values = [[1 - comb(d - k, r) / comb(d, r) if r else 1 for r in orders] for k in range(d + 1)]
    above = [[*row, -1] for row in values]
    below = [[-value for value in row] + [-1] for row in values]
    target = [float(k >= 1) for k in range(d + 1)]
    found = linprog(
        [0] * len(orders) + [1], above + below, target + [-t for t in target], bounds=(None, None)
    )
    return dict(zip([*orders, "tau"], found.x.round(6).tolist(), strict=True))


linear_program(3, [0, 2]), linear_program(9, [0, 8])

# %% [markdown]
# `best_uniform` solves it in fractions, with a certificate; how is the subject of the chapter
# *Beyond Section 3*.

# %%
best_uniform(9, [0, 8]).error, best_uniform(9, [0, 8]).coefficients

# %%
checks.lemma_3()

# %%
checks.equation_3()

# %%
checks.theorem_a()

# %%
checks.theorem_a_inside()

# %% [markdown]
# For two inputs both can be drawn: with the average and a constant the best estimator is a plane, and
# the maximum has a crease along the diagonal.

# %% tags=["remove-output", "hide-input"]
plane = best_uniform(2, [0, 1])
x, y = np.meshgrid(*[np.linspace(0, 1, 11)] * 2)
figure, axes = plt.subplots(figsize=(5.4, 4), subplot_kw={"projection": "3d"})
estimate = plane(np.stack([x, y], axis=-1))
surfaces = (("maximum", np.maximum(x, y), BLUE), ("best estimator", estimate, ORANGE))
for name, z, colour in surfaces:
    axes.plot_surface(x, y, z, color=colour, edgecolor=colour, shade=False, alpha=0.35, label=name)
axes.plot([0, 1, 1, 0, 0], [0, 0, 1, 1, 0], 0, color=GRAY, linewidth=1)
for text, point in (
    ("$x_1=1$", (1, 0.1, -0.12)),
    ("$x_2=1$", (0.1, 1, -0.12)),
    ("0", (-0.05, -0.05, -0.12)),
):
    axes.text(*point, text, ha="center", color=INK)
axes.view_init(elev=12, azim=50)
axes.set_box_aspect((1, 1, 0.8), zoom=1.15)
axes.set_axis_off()
axes.legend(loc="upper left")
record(two_inputs_error=plane.error)
publish_figure(
    figure,
    "two-inputs",
    alt="Two surfaces over the unit square: the maximum of two inputs, folded along the diagonal, and "
    "the plane that comes closest. The plane lies above the fold at both of its ends and below the "
    "maximum at the two corners where one input is one and the other zero.",
)

# %% [markdown]
# :::{autofigure} two-inputs
# :folded: For two inputs: the maximum and the plane that comes closest
# The maximum of two inputs and its best estimator of the orders $\{0,1\}$. They differ most, by
# {value}`s3_approximations.two_inputs_error`, at the four corners, above and below in turn. The page
# [Try it](../explorer.md) has it to turn.
# :::

# %% [markdown]
# ## Three optimal errors
#
# ```{statement} Theorem 2 (three optimal errors)
# :label: theorem-2
# :standing: reconstructed
# :proof: b-2-theorem-2
# :check: theorem_2, b_proofs.coefficients_of_6
# :plain: The best uniform errors for the orders {d−1}, {0, d−1} and {0, …, d−1} are 1/(2d−1),
#     1/(2d) and at most 2⁻ᵈ; the last is an equality.
#
# For $d\ge2$, the norm being the supremum over $[0,1]^d$: the order $d-1$
# alone leaves the error {eq}`equation-4`; with a constant {eq}`equation-5`; all orders below $d$ leave
# at most {eq}`equation-6`. {standing}`ours` The last is an equality, and all three hold over every
# ordered field in the place of the real numbers.
# ```
#
# ```{math}
# :label: equation-4
# \min_{f\in\mathcal M_{\{d-1\}}}\|f-\max\|=\frac1{2d-1}
# ```
#
# ```{math}
# :label: equation-5
# \min_{f\in\mathcal M_{\{0,d-1\}}}\|f-\max\|=\frac1{2d}
# ```
#
# ```{math}
# :label: equation-6
# \min_{f\in\mathcal M_{\{0,\dots,d-1\}}}\|f-\max\|\le2^{-d}
# ```
#
# ```{prf:proof}
# :class: dropdown
# *(4).* With $f=\beta S(\cdot;d-1)$ the errors are $\beta\frac{d-1}d-1$ at $v_1$ and $\beta-1$ at all
# later vertices. Making them opposite gives $\beta=\frac{2d}{2d-1}$ and the stated value; less would
# need both a larger and a smaller $\beta$.
#
# *(5).* Now the errors are $\beta_0$, $\beta_0+\beta\frac{d-1}d-1$ and $\beta_0+\beta-1$. With
# $\beta=1$ and $\beta_0=\frac1{2d}$ they are $\frac1{2d},-\frac1{2d},\frac1{2d}$. An error
# $\epsilon<\frac1{2d}$ would need $\beta_0\le\epsilon$, hence $\beta\ge\frac d{d-1}(1-2\epsilon)>1$ from
# $v_1$, and $\frac\beta d\le2\epsilon<\frac1d$ from the difference of $v_d$ and $v_1$.
#
# *(6), upper bound.* Take $\beta_0=2^{-d}$ and $\beta_r=(-1)^{d-1-r}2^{r-d}\binom dr$, so that every subpool $I$
# has the weight $(-1)^{d-1-|I|}2^{|I|-d}$. In the gaps $\lambda_k=x_{(k)}-x_{(k+1)}$ of the order
# statistics the error is {eq}`equation-14`, which lies between $-2^{-d}$ and $2^{-d}$. These coefficients are
# found from the *values* $f(v_k)=\mathbf 1\{k\ge1\}+(-1)^k2^{-d}$ that are wanted. At a vertex with $m=d-k$
# zeros, $f=f(v_d)-\sum_{r\ge1}c_r\binom mr$, where $c_r$ is the weight of one subpool of order $r$. The $d$-th
# difference of the wanted values in $m$ is $-1+1=0$, so they are of this form with $r<d$, and minus their
# $r$-th forward difference at $m=0$ is $c_r=(-1)^{d-1-r}2^{r-d}$.
#
# *(6), lower bound* ({standing}`ours`). For all coefficients $\sum_k(-1)^k\binom dke_k=1$
# ({eq}`dual-of-10`), and these $d+1$ weights have the sizes' sum $2^d$; so some $|e_k|\ge2^{-d}$. Nothing but
# sums, products and the order is used in all this, so that an ordered field is enough.
# ```
#
# ```{math}
# :label: equation-14
# f(x)-\max(x)=2^{-d}-2^{1-d}\,(\lambda_1+\lambda_3+\lambda_5+\cdots)\in[-2^{-d},\,2^{-d}]
# ```
#
# A proof assistant has accepted (4), (5) and (6) as equalities, for every $d$, every ordered field and any
# weights of the single subpools ({doc}`/machine-checked`).
#
# The signs of the coefficients alternate: lower orders are there to take back what higher orders put
# on the lower ranks.

# %%
full = best_uniform(9, range(9))
coefficients = pd.DataFrame(
    {
        "order $r$": list(full.coefficients),
        "$\\beta_r$ of the average": list(full.coefficients.values()),
        "of one subpool": [beta / comb(9, r) for r, beta in full.coefficients.items()],
    }
)
record(
    efficient_error=best_uniform(9, [0, 8]).error,
    alone_error=best_uniform(9, [8]).error,
    full_error=full.error,
)

# %% tags=["remove-output", "hide-input"]
publish_table(coefficients, "full-coefficients")

# %% [markdown]
# :::{autotable} full-coefficients
# :folded: The optimal coefficients for all orders of nine inputs
# The optimal coefficients for all orders of nine inputs. Every single subpool max enters with a
# signed power of two.
# :::

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(figsize=(6.2, 3.8))
named = {"{8}": (8,), "{0, 8}": (0, 8), "{0, 2, 8}": (0, 2, 8), "{0, …, 8}": tuple(range(9))}
for (name, orders), colour, marker in zip(named.items(), PALETTE, "osD^", strict=False):
    errors = [float(e) for e in best_uniform(9, orders).residuals()]
    axes.plot(range(10), errors, color=colour, marker=marker, label=name)
axes.axhline(0, color=MUTED, linewidth=1)
axes.set(xlabel="number k of ones", ylabel="f − max at the vertex")
axes.set_xticks(range(10))
axes.legend(title="orders R", ncols=2)
publish_figure(
    figure,
    "vertex-errors",
    alt="Errors of four optimal estimators of the maximum of nine inputs at the vertices with zero to "
    "nine ones. Each estimator's errors reach the same size with both signs; with all orders they "
    "alternate at every vertex and are hardly visible at one in 512.",
)

# %% [markdown]
# :::{autofigure} vertex-errors
# Errors of optimal estimators for $d=9$ at the vertices. An optimum balances errors of both signs;
# with all orders they alternate at all ten vertices, with size $2^{-9}$.
# :::

# %%
checks.theorem_2()

# %%
checks.equation_14()

# %% [markdown]
# For nine inputs: {value}`s3_approximations.alone_error`, {value}`s3_approximations.efficient_error` and
# {value}`s3_approximations.full_error`. The two decimals in the paper's Section 4, 0.0556 and 0.0020, are the
# last two ({standing}`given`).
#
# ### No other decomposition does better
#
# The paper proves {eq}`equation-6` as an upper bound ({prf:ref}`Erratum 13 <erratum-13>`) and looks no further
# than subpool maxes. But no *sum* of functions of $d-1$ inputs can do better, whatever the functions are.
# (Composed they can: $\max(\max(x_1,\dots,x_{d-1}),x_d)$ is exact.)
#
# ```{statement} Theorem B (optimality among all decompositions)
# :label: theorem-b
# :standing: ours
# :check: theorem_b, theorem_b_near_vertices, theorem_b_any_sets
# :plain: No sum of functions of r coordinates does better than the subpool maxes of orders up to r;
#     likewise for any family of sets of coordinates, and for the essential supremum.
#
# Let $g=\sum_Jg_J$, each $g_J$ an arbitrary function of at most $r<d$ of the inputs. Then
# $\|g-\max\|\ge E(d,\{0,\dots,r\})$, and subpool maxes of orders $0,\dots,r$ attain it. For $r=d-1$
# the bound is $2^{-d}$.
#
# More generally, let $g_J$ depend on the inputs in $J$ only, for the sets $J$ of any family. No such sum
# comes nearer to the maximum than the best combination of a constant and the $\max(x_I)$, $\emptyset\ne I\subseteq J$
# for some $J$ of the family. If the $g_J$ are measurable, both bounds hold for the essential supremum.
# ```
#
# ```{prf:proof}
# :class: dropdown
# *Any family.* On $\{0,1\}^d$ a function of the inputs in $J$ is a combination of the products
# $\prod_{i\in I}(1-x_i)=1-\max(x_I)$, $I\subseteq J$. So $g$ agrees at the vertices with a combination $f$ of a
# constant and subpool maxes, and $|f-\max|$ is largest at a vertex ({prf:ref}`Theorem A <theorem-a>`). Hence
# $\|g-\max\|\ge\|f-\max\|$.
#
# *All sets of $r$ inputs.* These are the $f\in\mathcal M_{\{0,\dots,r\}}$. (In other words: averaged over the
# vertices with $k$ ones, $g$ is a polynomial of degree at most $r$ in $k$, the symmetrisation of
# {cite:t}`minsky1969perceptrons`, and $1$ and the $S(v_k;j)$, $j\le r$, span all of these.) For $r=d-1$ in one
# line: $\sum_{T\subseteq[d]}(-1)^{|T|}g(\mathbf 1_T)=0$, because each $g_J$ ignores some input; for the maximum
# the sum is $-1$; and it has $2^d$ terms.
#
# *Essential supremum.* Draw $u\in[0,h]^d$ and $u'\in[1-h,1]^d$ and let $u^T$ have the entries of $u'$ on $T$ and
# those of $u$ elsewhere. $g_J(u^T)$ depends on $T\cap J$ only, so $T\mapsto g(u^T)$ is a sum of functions as
# above, and at some $T$ it differs from $\mathbf 1\{T\ne\emptyset\}$ by the bound or more, while
# $\max(u^T)$ differs by at most $h$. For almost all $u$, $u'$ no $u^T$ lies in a given null set. Let $h\to0$.
# ```
#
# The check builds a signed measure on the cube, shows that it annihilates every function of $r$
# inputs, pattern by pattern, and reads off the bound.

# %%
checks.theorem_b()

# %%
checks.theorem_b_near_vertices()

# %%
checks.theorem_b_any_sets()

# %% [markdown]
# ## The intercept
#
# ```{statement} Lemma 6 (best shift)
# :label: lemma-6
# :standing: reconstructed
# :check: lemma_6
# :plain: The best shift of a linear function on the simplex centres its range.
#
# For $z\in\mathbb R^n$ and $\lambda$ in the standard simplex $\Delta$,
# {eq}`equation-15`, {eq}`equation-16` and {eq}`equation-17` hold. ({standing}`ambiguous`: the exact
# form of the first.)
# ```
#
# ```{math}
# :label: equation-15
# \min_{\lambda\in\Delta}z'\lambda=\min_iz_i
# ```
#
# ```{math}
# :label: equation-16
# \arg\min_b\ \max_{\lambda\in\Delta}|b+z'\lambda|=-\tfrac12\big(\max_iz_i+\min_iz_i\big)
# ```
#
# ```{math}
# :label: equation-17
# \min_b\ \max_{\lambda\in\Delta}|b+z'\lambda|=\tfrac12\big(\max_iz_i-\min_iz_i\big)
# ```
#
# ```{prf:proof}
# :class: dropdown
# A linear function on the simplex is largest and smallest at corners. So the maximum over $\lambda$ in
# {eq}`equation-16` is the larger of $b+\max_iz_i$ and $-b-\min_iz_i$. Their sum is $\max_iz_i-\min_iz_i$ for
# every $b$; the larger is at least half of it, with equality only where both are equal.
# ```

# %%
checks.lemma_6()

# %% [markdown]
# ```{statement} Theorem 6 (the optimal constant)
# :label: theorem-6
# :standing: reconstructed
# :check: theorem_6
# :plain: With an intercept the optimal β₀ is half the largest entry of M(β), and the smallest entry
#     is 0: the error at the origin is +E.
#
# Let $0\in R$ and let $M_k$ be the maximum minus the fitted value at $v_k$,
# without the constant. At the optimum {eq}`equation-18` holds, and $\min_kM_k=0$.
# ```
#
# ```{math}
# :label: equation-18
# \beta_0=\tfrac12\max_kM_k
# ```
#
# In words: the constant *is* the error, $\beta_0=E(d,R)$, and at the origin the estimator is too
# large by just that. {standing}`ours` The proof is by the certificate: its weight on $v_0$ is not zero,
# so the error there is extreme, and its sign says which way. (The paper's own case distinction can
# not be recovered from the text.)

# %%
checks.theorem_6()

# %% [markdown]
# ## Lemma 7 and where it fails
#
# ```{statement} Lemma 7 (monotonicity), false in general
# :label: lemma-7
# :standing: given
# :check: lemma_7, lemma_7_counterexample, cumulative_weights, an_optimum_without_symmetry
# :plain: An optimal estimator is increasing.
# :verdict: erratum
# :erratum: erratum-2
# :why: False as soon as two positive orders are used: at d = 3 with all orders the weight of the
#     smallest entry is −1/4. What its proof does show: no vertex has a smaller value than the origin.
#
# An optimal estimator increases (weakly) in every input.
#
# {standing}`ours` Every optimum does if $R$ contains at most one positive order, and none does otherwise.
# But if $0\in R$ the sums $w_1+\dots+w_k=f(v_k)-f(v_0)$ of its weights on the $k$ largest entries, for a
# symmetric optimum, lie between $1-2E(d,R)\ge0$ and $1$.
# ```
#
# The smallest counterexample has three inputs and all orders. The optimum is
# $\frac18+\frac32S(x;2)-\frac34S(x;1)$, which by {eq}`equation-2` is
# $\frac18+\frac34x_{(1)}+\frac14x_{(2)}-\frac14x_{(3)}$.

# %%
three = best_uniform(3, range(3))
three.verify(), three.coefficients, three.weights()

# %% tags=["remove-output", "hide-input"]
u = np.linspace(0, 1, 101)
pools = np.stack([np.ones_like(u), np.full_like(u, 0.6), u], axis=1)
figure, axes = plt.subplots(figsize=(6.2, 3.8))
for (name, orders), colour in zip(
    {"{0, 2}": (0, 2), "{0, 1, 2}": (0, 1, 2)}.items(), (BLUE, ORANGE), strict=True
):
    axes.plot(u, best_uniform(3, orders)(pools), color=colour, label=f"R = {name}")
axes.axhline(1, color=MUTED, linewidth=1.2, linestyle="--", label="maximum")
axes.axvline(0.6, color=MUTED, linewidth=0.8, linestyle=":")
axes.annotate("second input", (0.6, 0.87), (6, 0), textcoords="offset points", color=MUTED)
axes.set(xlabel="third input u of (1, 0.6, u)", ylabel="estimate of the maximum", ylim=(0.85, 1.18))
axes.legend(loc="upper left", ncols=1)
publish_figure(
    figure,
    "lemma-7-failure",
    alt="Two optimal estimates of the maximum of one, 0.6 and u, as u grows from zero to one. With the "
    "orders 0 and 2 the estimate never falls. With all orders it falls as long as u is the smallest "
    "input, and then rises.",
)

# %% [markdown]
# :::{autofigure} lemma-7-failure
# The optimal estimators for three inputs along the line $(1,\,0.6,\,u)$. With the orders $\{0,2\}$ the
# estimate never falls. With all orders it *falls* while $u$ is the smallest input: the optimum is not
# increasing.
# :::
#
# ```{prf:proof}
# :class: dropdown
# {standing}`ours` Let $f$ be an optimum, symmetric or not, and $E$ its error. Averaged over all permutations it
# is the symmetric optimum $f^*$, of which there is one ({prf:ref}`Theorem D <theorem-d>`). At a level $k$ where
# $f^*$ errs by $E$ or $-E$, the values of $f$ at all vertices with $k$ ones lie on one side of $f^*(v_k)$, as
# $|f-\max|\le E$, and their mean is $f^*(v_k)$: they are equal to it.
#
# *Two or more positive orders.* $f^*$ errs by $\pm E$ in turn on $|R\setminus0|+1\ge3$ levels $k\ge1$, where
# the maximum is constant, so $f$ goes down from one of them to a higher one.
#
# *One positive order* $r<d$. $f^*$ is a constant plus $\beta S(\cdot;r)$, and at the optimum errs by $-E$ at
# $v_1$ and by $E$ at $v_d$. So $f(v_d)=1+E$ for every optimum. At the vertex whose zeros are the set $I$ of $r$
# inputs $f$ is $f(v_d)-c_I$, where $c_I$ is the weight of $\max(x_I)$, and lies between $1-E$ and $1+E$: so
# $0\le c_I\le2E$. No weight is negative.
#
# *Sums of weights.* $f(v_0)=E$ ({prf:ref}`Theorem 6 <theorem-6>`) and $1-E\le f(v_k)\le1+E$ for $k\ge1$; and
# $E\le\frac12$, the error of a constant alone.
# ```

# %%
checks.lemma_7()

# %%
checks.lemma_7_counterexample()

# %%
checks.cumulative_weights()

# %%
checks.an_optimum_without_symmetry()

# %% [markdown]
# Which step of the paper's proof fails? As far as it survives it says that two points are ordered iff their
# gaps $\lambda$ are, and that the estimator is therefore increasing iff $V'U'\beta\ge0$. The first is wrong:
# $(1,1,0)\le(1,1,1)$, but one has the gaps $e_2$, the other $e_3$. The rest, that a negative entry of
# $V'U'\beta$ would make the error larger than that of the constant $\frac12$, is right; and as
# $(V'U'\beta)_k=f(v_k)-f(v_0)$, it shows that no vertex has a smaller value than the origin, if $0\in R$.
#
# That is all that {prf:ref}`Lemma 4 <lemma-4>` takes from it. What falls is the remark in Section 5.1 that an
# optimal estimator weighs all order statistics positively.
#
# ## Large errors fill a volume
#
# A supremum could be attained on a set of measure zero and mean nothing in practice. It is not.
#
# ```{statement} Lemma 4 (volume of large error)
# :label: lemma-4
# :standing: reconstructed
# :check: lemma_4, lemma_4_with_a_constant, lemma_4_for_all_orders
# :plain: The points where an optimal estimator errs by δ or more fill a volume of at least (ε −
#     δ)^d.
# :verdict: sharper
# :why: A larger bound, for every set of orders and every optimum, which is the exact volume when all
#     orders are used.
#
# Let $0\in R$, $\epsilon=E(d,R)$ and $0\le\delta\le\epsilon$. The set $H_\delta$
# where an optimal estimator errs by at least $\delta$ has volume at least $(\epsilon-\delta)^d$.
#
# {standing}`ours` For every $R$, $0<\delta\le\epsilon$ and every optimum, symmetric or not, the volume is at least
# $P\big(B_-\ge\frac{\epsilon+\delta}{2\epsilon}\big)+P\big(B_+\ge\frac{\epsilon+\delta}{2\epsilon}\big)$ with
# $B_\pm\sim\mathrm{Beta}(n_\pm,\,d+1-n_\pm)$, $n_-=\lceil\frac n2\rceil$,
# $n_+=\lfloor\frac n2\rfloor+\mathbf 1\{0\in R\}$ and $n=|R\setminus0|+1$. That is at least
# $(|R|+1)\big(\frac{\epsilon-\delta}{2\epsilon}\big)^d$, which for $0\in R$ and $\delta<\epsilon$ is larger than
# the paper's bound. For all orders it is the volume itself.
# ```
#
# ```{prf:proof}
# :class: dropdown
# *The paper's bound.* Where the inputs are in a given order the error at $x$ is $\sum_ke_k\lambda_k$, with the
# errors $e_k$ at the $d+1$ vertices of that ordered simplex and gaps $\lambda$ that are uniform on the simplex.
# If $0\in R$ then $f=\epsilon$ at the origin, and $f\ge1-\epsilon\ge\frac12\ge\epsilon$ at all other vertices, so
# $f\ge\epsilon$ everywhere: where all inputs are at most $\epsilon-\delta$, the error is at least $\delta$.
#
# *Ours.* On $n$ levels $k\ge1$ the symmetric optimum errs by $-\epsilon$ and $\epsilon$ in turn, by $-\epsilon$ at
# the lowest ({prf:ref}`Theorem D <theorem-d>`); if $0\in R$ it errs by $\epsilon$ at the origin. There every
# optimum agrees with it (the proof of {prf:ref}`Lemma 7 <lemma-7>`). So every ordered simplex has $n_-$ vertices with the error
# $-\epsilon$ and $n_+$ with $\epsilon$, at least. Let $B$ be the sum of the gaps at those of one sign. The error
# has that sign and a size of at least $\epsilon B-\epsilon(1-B)$, which is at least $\delta$ if
# $B\ge\frac{\epsilon+\delta}{2\epsilon}>\frac12$; for both signs at once that cannot be. A sum of $n_\pm$ of
# the $d+1$ gaps has the stated law.
#
# A single gap is as large with the probability $\big(\frac{\epsilon-\delta}{2\epsilon}\big)^d$, and no two of
# the $n_-+n_+=|R|+1$ are; and $2\epsilon\le1$ if $0\in R$. For all orders every vertex is extreme, and the error
# is $\epsilon(B_+-B_-)$ with $B_++B_-=1$.
# ```

# %% tags=["remove-output", "hide-input"]
shares = [Fraction(i, 40) for i in range(1, 40)]
efficient = best_uniform(4, [0, 3])
figure, axes = plt.subplots(figsize=(6.2, 4.0))
curves = {
    "exact volume": [volume_above(efficient.residuals(), s * efficient.error) for s in shares],
    "lower bound (ours)": [extreme_volume(4, [0, 3], s) for s in shares],
    "the paper's bound": [(efficient.error * (1 - s)) ** 4 for s in shares],
}
for (name, values), colour, style in zip(curves.items(), PALETTE, ["-", "--", ":"], strict=False):
    axes.plot(
        [float(s) for s in shares], [float(v) for v in values], color=colour, ls=style, label=name
    )
axes.set(
    yscale="log",
    ylim=(1e-10, 2),
    xlabel="error δ, as a share of the largest error",
    ylabel="volume where the error is δ or more",
)
axes.legend(loc="lower left")
publish_figure(
    figure,
    "volume-of-error",
    alt="Volume of the set where the optimal estimator of the maximum of four inputs, orders 0 and 3, errs "
    "by at least a given share of its largest error. The exact volume falls from one to zero; our "
    "lower bound lies below it, more so for larger errors; the paper's bound lies orders of magnitude lower.",
)

# %% [markdown]
# :::{autofigure} volume-of-error
# How much of the cube is badly approximated: four inputs, orders $\{0,3\}$. The volumes are exact, from
# the law of the error as a B-spline with the vertex errors as knots. (With all orders our bound is the
# volume.)
# :::

# %%
checks.lemma_4()

# %%
checks.lemma_4_with_a_constant()

# %%
checks.lemma_4_for_all_orders()

# %%
record(
    quarter=float(full_volume(9, Fraction(1, 4))),
    half=float(full_volume(9, Fraction(1, 2))),
    three_quarters=float(full_volume(9, Fraction(3, 4))),
)

# %% [markdown]
# For nine inputs and all orders the error exceeds a quarter of its maximum on
# {value}`s3_approximations.quarter|.1%` of the cube, a half on {value}`s3_approximations.half|.1%`, and three
# quarters on {value}`s3_approximations.three_quarters|.2%`.
#
# ## What it means
#
# The best error of every set of orders is the value of a small linear program, and it is never zero: *adding*
# functions of fewer inputs comes near the maximum, *composing* them reaches it.
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
