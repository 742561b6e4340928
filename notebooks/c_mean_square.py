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
# # Appendix C. The error in the mean
#
# The supremum is a harsh judge. What if the inputs are uniform on the cube and the estimator is
# judged by its mean square error? Appendix C of {cite:t}`matoba2022theoretical` reduces the question
# to a least-squares problem, notes that the error stays positive, and leaves out its values.
#
# **What this chapter establishes.**
#
# - The reduction {eq}`equation-27` to {eq}`equation-30`, exactly.
# - The missing values: the optimum for *every* set of orders as a fraction, and closed forms for the
#   sets that matter. With all orders the root mean square error falls like $2^{-d}d^{-3/4}$, faster than the
#   supremum by the factor $d^{3/4}$.
# - A contrast: in the uniform norm no sum of functions of $d-1$ inputs beats subpool maxes
#   ({prf:ref}`Theorem B <theorem-b>`); in the mean one does: it leaves the fraction $\frac{d+2}{2d+1}$, four
#   fifths for two inputs and nearly a half for many.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from companion.evidence import c_mean_square as checks
from companion.pages.figures import BLUE, GREEN, ORANGE, use_style
from companion.pages.publishing import publish_figure, publish_table, record
from maxpooling.approximation import best_uniform
from maxpooling.approximation.mean_square import (
    best_mean_square,
    least_over_decompositions,
    lowest_orders,
    mean_square,
)
from maxpooling.order_statistics import subpool_average

use_style()

# %% tags=["remove-output", "hide-input"]
size = 9
figure, axes = plt.subplots(figsize=(6.2, 4.0))
curves = {
    "subpool maxes": ([lowest_orders(size, r) for r in range(size)], BLUE, "o"),
    "any functions of r inputs": (
        [least_over_decompositions(size, r) for r in range(size)],
        ORANGE,
        "s",
    ),
}
for name, (errors, colour, marker) in curves.items():
    roots = [float(error) ** 0.5 for error in errors]
    axes.plot(range(size), roots, color=colour, marker=marker, label=f"{name}, in the mean")
uniform = [float(best_uniform(size, range(r + 1)).error) for r in range(size)]
axes.plot(
    range(size), uniform, color=GREEN, marker="D", linestyle="--", label="either, uniform error"
)
axes.set(
    yscale="log",
    xlabel="largest order r (all orders 0 to r)",
    ylabel="root mean square or uniform error",
)
axes.legend(loc="lower left")
publish_figure(
    figure,
    "mean-against-uniform",
    alt="Errors for nine inputs against the largest order used, on a logarithmic axis. The root mean "
    "square error of subpool maxes falls from 0.09 to 0.0004, that of arbitrary functions of as many "
    "inputs lies below it from order one on, and the uniform error lies above both.",
)

# %% [markdown]
# :::{autofigure} mean-against-uniform
# Nine inputs, orders $0,\dots,r$: least root mean square error with subpool maxes and with arbitrary
# functions of $r$ inputs, and the least uniform error, which is the same for both.
# :::
#
# ## The law of the gaps
#
# Let $\lambda_0=1-x_{(1)}$, $\lambda_k=x_{(k)}-x_{(k+1)}$ and $\lambda_d=x_{(d)}$ be the gaps of the
# sorted inputs, $U$ the matrix of the weights {eq}`equation-2`, one row per order, and
# $V=(v_0\,v_1\cdots v_d)$. A symmetric estimator with coefficients $\beta_0,\beta$ has the error
#
# ```{math}
# :label: equation-27
# f(x)-\max(x)=\beta_0+(U'\beta-e_1)'V\lambda ,
# ```
#
# with mean square
#
# ```{math}
# :label: equation-28
# E\big[\big(\beta_0+(U'\beta-e_1)'V\lambda\big)^2\big].
# ```
#
# ({standing}`reconstructed`, as the other displays of this chapter.) For uniform inputs $\lambda$ is uniform
# on the simplex, a Dirichlet law with all parameters one, so
# $E[\lambda_i\lambda_j]=\frac{1+[i=j]}{(d+1)(d+2)}$.

# %%
checks.equation_27()

# %% [markdown]
# {standing}`ours` In terms of the errors $e_k=f(v_k)-\max(v_k)$ at the vertices, the mean square is
# therefore
#
# $$\mathrm{MSE}=\frac{\sum_ke_k^2+\big(\sum_ke_k\big)^2}{(d+1)(d+2)} .$$

# %%
f = best_uniform(4, [0, 3])
f.residuals(), mean_square(f.residuals())

# %% [markdown]
# ```{statement} Lemma 8 (weighted least squares)
# :label: lemma-8
# :standing: reconstructed
# :check: lemma_8, lemma_8_with_a_pseudo_inverse
# :plain: The least mean square over shifts and coefficients is a weighted least squares residual.
#
# With $\Sigma$ the covariance of $\lambda$, {eq}`equation-29` holds for any matrix
# $A$ and vector $c$; it is attained at $\beta=(A'\Sigma A)^+A'\Sigma c$ and
# $b=-(A\beta-c)'E\lambda$.
# ```
#
# ```{math}
# :label: equation-29
# \min_{b,\beta}E\big[\big(b+(A\beta-c)'\lambda\big)^2\big]
# =c'\big(\Sigma-\Sigma A(A'\Sigma A)^{+}A'\Sigma\big)c
# ```
#
# ```{math}
# :label: equation-30
# \min_{\beta_0,\beta}E\big[(f-\max)^2\big]=\text{the same with }A=V'U',\ c=V'e_1
# ```
#
# ```{prf:proof}
# :class: dropdown
# The best $b$ centres the error, which leaves the variance
# $(A\beta-c)'\Sigma(A\beta-c)$: a least-squares problem in the inner product of $\Sigma$, whose residual is
# the stated form.
# ```
#
# {eq}`equation-29` is one route; the other, `best_mean_square`, solves the normal
# equations in integers and works for sets without a constant as well. Both are exact where $A'\Sigma A$ can be
# inverted, as it can for every set of orders.

# %%
best_mean_square(9, [0, 8])

# %%
checks.lemma_8()

# %%
checks.lemma_8_with_a_pseudo_inverse()

# %% [markdown]
# ## The values the paper skips
#
# ```{statement} Theorem G (least mean square errors)
# :label: theorem-g
# :standing: ours
# :check: equation_30, least_with_lowest_orders, least_with_top_orders, least_without_intercept,
#     errors_with_all_orders, gram_polynomials, rate_with_all_orders
# :plain: Least mean square errors in closed form.
#
# Let $N=(d+1)(d+2)\,\mathrm{MSE}$ at the optimum.
#
# - Orders $0,\dots,r$ with $0\le r<d$: $N=\binom{2d}{d-r-1}\big/\binom{2d}d$. All orders: $N=1\big/\binom{2d}d$, with errors
#   $(-1)^k\binom dk\big/\binom{2d}d$ at the vertices.
# - The constant and the $s$ largest orders, $1\le s<d$:
#   $\frac1N=\sum_{j=0}^s\binom dj^2+\frac1{d-s}\binom{d-1}s^2$.
# - Any set $R$ of positive orders: $\frac1{N(R\cup\{0\})}=\frac1{N(R)}+\frac{d+2}{d+1}$.
#
# With all orders $4^dN$ lies between $\sqrt{3d+1}$ and $2\sqrt d$, and is asymptotically $\sqrt{\pi d}$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# *All orders.* The vertex errors range over the vectors with $\sum_k(-1)^k\binom dke_k=1$: one linear
# condition, orthogonal to $\mathbf 1$. The shortest such vector has
# $\|e\|^2=1/\sum_k\binom dk^2$.
#
# *Orders $0,\dots,r$.* The constant makes $\sum_ke_k=0$, so $N$ is the squared length of what polynomials of
# degree $r$ in $k=0,\dots,d$ leave of $\mathbf 1\{k\ge1\}$, or, as constants are among them, of
# $\mathbf 1\{k=0\}$: that is $1-\sum_{j\le r}Q_j(0)^2/\|Q_j\|^2$ for any orthogonal polynomials $Q_j$ of degree $j$
# (here those of Gram, Hahn's with both parameters zero). Take $Q_j(k)=\Delta^jw(k)$ with
# $w(k)=\binom kj\binom{d+j-k}j$, which vanishes at $k=0,\dots,j-1$ and $k=d+1,\dots,d+j$. Summation by parts
# turns $\sum_kQ_j(k)p(k)$ into $(-1)^j\sum_kw(k+j)\,\Delta^jp(k)$, for any polynomial $p$; this is zero if $p$ has
# a smaller degree than $j$. As $\Delta^jQ_j=(-1)^j\binom{2j}j$, it gives
# $\|Q_j\|^2=\binom{2j}j\sum_kw(k)=\binom{2j}j\binom{d+j+1}{2j+1}$, and $Q_j(0)=w(j)=\binom dj$. So
# $Q_j(0)^2/\|Q_j\|^2=\frac{(2j+1)\,d!^2}{(d-j)!\,(d+j+1)!}=a_j-a_{j+1}$ with
# $a_j=\frac{d!^2}{(d-j)!\,(d+j)!}=\binom{2d}{d-j}\big/\binom{2d}d$. Since $a_0=1$ the sum telescopes, and
# $N=a_{r+1}$.
#
# *Largest orders.* Again one condition, on $e_0,\dots,e_s$ and a common value of
# the rest. *Constant.* In the dual, $\frac1N$ is the least
# $y'(I+\mathbf{11}')^{-1}y$ with $y\cdot t=1$ and $\sum_ky_kS(v_k;r)=0$, $r\in R$: without the
# constant this is $\|y\|^2-\frac1{d+1}$, with it $\|y\|^2+1$ over the same $y_1,\dots,y_d$.
#
# *Rate.* From $d$ to $d+1$ the number $4^d\big/\binom{2d}d$ grows by the factor $\frac{2d+2}{2d+1}$, the two
# bounds by $\sqrt{1+\frac3{3d+1}}$ and $\sqrt{1+\frac1d}$, one of them less, the other more; at $d=1$ all three
# are 2. The limit is Wallis's product.
# ```
#
# By hand, for two inputs and both orders: $N=1\big/\binom42=\frac16$, with the errors
# $\frac16,-\frac26,\frac16$ at $v_0,v_1,v_2$. Their squares add up to $\frac16$, they themselves to 0, and
# so the mean square is $\frac16\big/(3\cdot4)=\frac1{72}$:

# %%
two = best_mean_square(2, [0, 1])
two.error, [str(error) for error in two.residuals()]

# %%
checks.equation_30()

# %%
checks.least_with_lowest_orders()

# %%
checks.gram_polynomials()

# %%
checks.errors_with_all_orders()

# %%
checks.rate_with_all_orders()

# %%
checks.least_with_top_orders()

# %%
checks.least_without_intercept()

# %%
d = 3
sets = {"{1}": [1], "{2}": [2], "{1, 2}": [1, 2], "{0}": [0], "{0, 1}": [0, 1]}
sets |= {"{0, 2}": [0, 2], "{0, 1, 2}": [0, 1, 2]}
points = np.random.default_rng(0).random((200_000, d))


def simulated(best):
    terms = [float(b) * subpool_average(points, r) for r, b in best.coefficients.items()]
    return ((sum(terms) - points.max(axis=1)) ** 2).mean()


bests = {name: best_mean_square(d, orders) for name, orders in sets.items()}
three = pd.DataFrame(
    {
        "orders $R$": bests.keys(),
        "least MSE": [best.error for best in bests.values()],
        "decimal": [f"{float(best.error):.5f}" for best in bests.values()],
        "simulated": [f"{simulated(best):.5f}" for best in bests.values()],
        "root": [f"{float(best.error) ** 0.5:.4f}" for best in bests.values()],
        "uniform error": [best_uniform(d, orders).error for orders in sets.values()],
    }
)

# %% tags=["remove-output", "hide-input"]
publish_table(three, "table-mean-square")

# %% [markdown]
# :::{autotable} table-mean-square
# Least mean square errors for three inputs, every set of orders: exact, as a decimal, and at 200,000
# random points with the optimal coefficients. The last columns compare its root with the optimal
# uniform error. {standing}`ours`
# :::

# %%
checks.mean_square_simulation()

# %% [markdown]
# ## Two norms, one estimator?
#
# With all orders the two optima differ, but not by much: the supremum of the mean-square optimum tends
# to $\sqrt2$ times the best, $2^{-d}$.

# %%
checks.two_norms()

# %% [markdown]
# ## Symmetric or not, subpools or not
#
# Unequal weights on the single subpools do not help in the mean either: averaging over
# permutations is an orthogonal projection that keeps the maximum. But *other functions* of the same
# number of inputs do.
#
# ```{statement} Theorem H (decompositions in the mean)
# :label: theorem-h
# :standing: ours
# :check: all_decompositions
# :plain: In the mean square, other decompositions do better than subpool maxes.
#
# Let $0\le r<d$. Among all square-integrable functions that are sums of measurable functions of at most $r$
# inputs each, the least mean square error is
#
# $$\sum_{j>r}\frac{\binom dj}{(d+1)^2\binom{2d+1}j} ;\qquad r=d-1:\quad\frac1{(d+1)(2d+1)\binom{2d}d},$$
#
# which is the fraction $\frac{d+2}{2d+1}$ of what subpool maxes of all orders leave.
# ```
#
# ```{prf:proof}
# :class: dropdown
# The expansion of a function of independent inputs into orthogonal *effects* of sets of inputs is known
# ({cite:t}`hoeffding1948class`, {cite:t}`efron1981jackknife`; the analysis of variance, ANOVA): the effect of
# the set $J$ on $g$ is $\sum_{T\subseteq J}(-1)^{|J\setminus T|}E[g\mid x_T]$. For an independent copy $x'$ of $x$
# it is $E\big[\sum_{T\subseteq J}(-1)^{|J\setminus T|}g(x_T,x'_{[d]\setminus T})\mid x_J\big]$. If $g$ is a sum of functions
# of at most $r<|J|$ inputs, the alternating sum is zero at every point, because each term ignores an input of
# $J$; so no integrability of the single terms is needed. Hence a sum of this kind has no effects of order
# above $r$, the best is the expansion of the maximum cut off after order $r$, and its error is the
# total variance of the higher effects.
#
# It remains to compute these. As $\max(x)=1-\int_0^1\prod_i\mathbf 1\{x_i\le s\}\,ds$, the effect of the
# set $J$ is $-\int_0^1s^{d-|J|}\prod_{i\in J}(\mathbf 1\{x_i\le s\}-s)\,ds$, and its variance is
# $2\int_0^1\!\int_0^t(st)^{d-|J|}\,(s(1-t))^{|J|}\,ds\,dt=\frac1{(d+1)^2}\big/\binom{2d+1}{|J|}$.
# ```

# %%
checks.all_decompositions()

# %%
record(
    share=least_over_decompositions(size, size - 1) / lowest_orders(size, size - 1),
    full_root=float(lowest_orders(size, size - 1)) ** 0.5,
)

# %% [markdown]
# For nine inputs and $r=8$ arbitrary functions leave {value}`c_mean_square.share` of the mean square
# error that subpool maxes leave, whose root is {value}`c_mean_square.full_root|.5f`.
#
# ## What it means
#
# In the mean, too, no set of orders below $d$ is exact; the error with all of them falls faster than in the worst
# case, and sums of *other* functions of as few inputs do better.
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
