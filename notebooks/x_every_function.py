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
# # Beyond Section 2. Two hidden layers for every function
#
# How deep must a network of ReLUs be? The maximum of any number of inputs is a ReLU network with two hidden layers
# and rational weights. Hence every continuous piecewise linear function of any number of variables is one with two
# hidden layers, and with rational weights if its pieces are rational. This chapter proves it, by a recursion that
# writes the network down. It asks for linear algebra and a little calculus. All of it is {standing}`ours`.
# **Standing: proved here, not peer reviewed**; where a box says so, the kernel of the proof assistant Coq has
# accepted a proof as well ({doc}`/machine-checked`).
#
# ```{raw} html
# <p id="note"></p>
# ```
#
# **What this chapter establishes.**
#
# - For every $n$ the maximum is the mean plus a rational combination of absolute values of sums of pairwise
#   maxes ({prf:ref}`Theorem TW <theorem-tw>`).
# - From the maximum to every continuous piecewise linear function, as code ({prf:ref}`Theorem FN <theorem-fn>`).
# - How large that network can be, with explicit bounds ({prf:ref}`Theorem BD <theorem-bd>`).
# - Some comparison in every such formula has at least $n-2$ pairs ({prf:ref}`Theorem LP <theorem-lp>`).
# - A second argument by other means ({prf:ref}`Theorem CP <theorem-cp>`), and which tuples can be reached at all
#   ({prf:ref}`Theorem LO <theorem-lo>`), in the appendix.

# %%
from fractions import Fraction
from itertools import combinations
from itertools import product as product_of

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.tri import Triangulation
from sympy import factorint

from companion.checking import require
from companion.evidence import x_every_function as checks
from companion.evidence.laurent import one, product, undo_d, variables
from companion.pages.figures import BLUE, GREEN, GRID, INK, MUTED, ORANGE, SHADES, use_style
from companion.pages.publishing import publish_figure, publish_table, record
from maxpooling.networks.cells import polygon
from maxpooling.networks.planar import kinks
from maxpooling.networks.triangulations import from_triangulation
from maxpooling.two_layers.recursion import forest_terms, recursive_identity

use_style()

# %% [markdown]
# ## The question
#
# A ReLU network computes a continuous piecewise linear function, and every such function is one of a
# network; $\lceil\log_2(n+1)\rceil$ hidden layers are enough for $n$ variables (Arora, Basu, Mianjy and
# Mukherjee, 2018, as the next papers report). By a theorem of Wang and Sun (2005) every continuous piecewise
# linear function of $n$ variables is a linear combination of maxima of at most $n+1$ affine ones, so all turns
# on one function, the maximum; {cite:t}`hertrich2021towards` conjectured that it needs that depth. What has
# been proved since depends on the weights that are allowed:
#
# - {cite:t}`haase2023lower`: with **integer** weights $\lceil\log_2n\rceil$ hidden layers are necessary for the
#   maximum of $n$ numbers.
# - {cite:t}`averkov2025expressiveness`: with **$N$-ary fractions**, and a prime $p$ that does not divide $N$,
#   at least $\lceil\log_pn\rceil$.
# - {cite:t}`grillo2025depth`: if all neurons bend **only along planes** $x_i=x_j$, at least an order of
#   $\log\log n$.
# - {cite:t}`bakaev2025depth`: with **real** weights, and bends anywhere, the conjecture is false. Two layers
#   do for five numbers, and $\lceil\log_3(n-2)\rceil+1$ for $n\ge4$.
#
# The statements of these four are from their abstracts, in stored copies; that of Wang and Sun is from the
# introduction of a paper of Koutschan, Ponomarchuk and Schicho ([arXiv 2406.02421](https://arxiv.org/abs/2406.02421)),
# who also show that $n+1$ cannot be lowered. Nothing earlier than this chapter on two layers for more than
# five numbers and real weights was found; the search was ours, and not exhaustive.
#
# ## Three, four and five numbers
#
# Write $m_{ij}=\max(x_i,x_j)$ and $\bar x$ for the mean. One hidden layer gives all sums of inputs and pairwise
# maxes; a second layer gives absolute values of such sums.
#
# ```{statement} Lemma TF (three, four and five numbers)
# :label: lemma-tf
# :standing: ours
# :check: three_four_five
# :plain: Three short formulas give the maximum of three, four and five numbers with two hidden layers.
# :why: Two layers for five numbers are due to Bakaev et al. (2025); the formulas are ours.
#
# The maximum of three, of four and of five numbers is
#
# $$
# \begin{aligned}
# &\bar x+\tfrac16\sum_k|m_{ij}-x_k|+\tfrac1{12}\sum_{i<j}|x_i-x_j|,\\
# &\bar x+\tfrac16\bigl(|m_{12}-m_{34}|+|m_{13}-m_{24}|+|m_{14}-m_{23}|\bigr)+\tfrac1{12}\sum_{i<j}|x_i-x_j|,\\
# &\tfrac14\bigl(s+2x_5+|m_{15}-m_{34}|+|m_{25}-m_{34}|+|m_{35}-m_{12}|+|m_{45}-m_{12}|\\
# &\qquad-|m_{15}+m_{25}-s|-|m_{35}+m_{45}-s|+|2x_5-s|\bigr),\quad s=m_{12}+m_{34}.
# \end{aligned}
# $$
# ```
#
# ```{prf:proof}
# :class: dropdown
# *Three.* Let $y_1\ge y_2\ge y_3$ be the sorted inputs, $u=y_1-y_2$, $v=y_2-y_3$. The three terms
# $|m_{ij}-x_k|$ are $u$, $u$ and $u+v$; the pairs give $2(u+v)$. So the sum is
# $\bar x+\frac{3u+v}6+\frac{u+v}6=\bar x+\frac{2u+v}3=y_1$. *Four.* With $w=y_3-y_4$ the three terms are
# $u+v$, $u$ and $u$; the pairs give $3u+4v+3w$. So it is $\bar x+\frac{3u+v}6+\frac{3u+4v+3w}{12}
# =\bar x+\frac{3u+2v+w}4=y_1$. *Five.* This is {prf:ref}`Theorem Q <theorem-q>`, since
# $2\max(f,g)=f+g+|f-g|$. ∎
# ```
#
# By hand, at $(3,1,2)$: the mean is $2$, the three $|m_{ij}-x_k|$ are $1,2,1$, the three $|x_i-x_j|$ are $2,1,1$, and
# $2+\frac46+\frac4{12}=3$.

# %%
checks.three_four_five()

# %% [markdown]
# In three and four numbers every term bends along planes $x_i=x_j$ only. In five $|2x_5-s|$ does not, and other terms
# must take that back. What is the law behind such formulas?
#
# ## Exponentials turn into absolute values
#
# Put $X_i=e^{x_i}$. A **tuple** is a choice of a Laurent polynomial in the $X_i$ with rational coefficients
# for each order of the inputs. Where the order is fixed every $m_{ij}$ is one of the inputs, so for an integer
# combination $\varphi$ of inputs and pairwise maxes $e^\varphi$ is a tuple of monomials. Let $R$ be the ring of
# Laurent polynomials and $K$ the rational span of all $e^\varphi$. As
# $e^\varphi e^\psi=e^{\varphi+\psi}$, $K$ is a ring.
#
# On each order let $\Phi$ be the linear map with $\Phi(X^c)=|c\cdot x|$. It exists because different monomials
# are linearly independent, and it takes $\sum q_je^{\varphi_j}$ to $\sum q_j|\varphi_j|$. **So an element of
# $K$ is a formula, and what it is a formula for can be read off its monomials.** It may be written in many
# ways as a sum of exponentials; $\Phi$ sees only the tuple. For two numbers, for instance,
# $\tfrac12(X_1X_2^{-1}+X_2X_1^{-1})$ becomes $|x_1-x_2|$, twice the maximum less the mean.
#
# Two formulas make $K$ easy to work in. With $z_+=\max(z,0)$,
#
# $$e^{m_{ij}}=X_j+(X_i-X_j)_+,\qquad e^{-m_{ij}}=\frac{X_i+X_j-e^{m_{ij}}}{X_iX_j},$$
#
# the second because the larger times the smaller is $X_iX_j$. So $K$ is the ring that arises from $R$ when all
# $(X_i-X_j)_+$ are added: positive parts of *differences of exponentials* are allowed as factors.
#
# Which tuple is wanted? Sort, $y_1>\dots>y_n$, put $Y_k=e^{y_k}$ and
#
# $$w_k=y_1+\dots+y_k-k\,y_{k+1}\ge0,\qquad P_n=\sum_{k=1}^{n-1}\frac{e^{w_k}+e^{-w_k}}{k(k+1)}.$$
#
# With $S_k=y_1+\dots+y_k$ one has $\frac{w_k}{k(k+1)}=\frac{S_k}k-\frac{S_{k+1}}{k+1}$: the weights telescope, and
#
# $$\Phi(P_n)=2\sum_k\frac{w_k}{k(k+1)}=2\Bigl(y_1-\frac{S_n}n\Bigr)=2\max(x)-2\bar x.$$
#
# It remains to see that $P_n\in K$. It will come as a sum of integrals.

# %%
checks.weights_telescope()

# %% [markdown]
# ## An integral over a threshold
#
# For a set $I$ of $r$ inputs let $e_I=\prod_{i\in I}X_i$ and
#
# $$f_I(t)=\frac1t\Bigl[\prod_{i\in I}\Bigl(\frac{X_i}t-1\Bigr)-\prod_{i\in I}\Bigl(\frac t{X_i}-1\Bigr)\Bigr]
# =\frac1t\prod_{i\in I}(X_i-t)\,\Bigl[t^{-r}-\frac{(-1)^r}{e_I}\Bigr].$$
#
# The coefficient of $1/t$ is $(-1)^r-(-1)^r=0$, so $f_I$ is the derivative of a Laurent polynomial $U_I$ in $t$;
# let its constant term be $0$. Put $g_I=U_I(\min_{i\in I}X_i)$: the integral of $f_I$ from $0$ to the least
# $X_i$, less what is infinite at $0$.
#
# ```{statement} Lemma PN (the sum over all sets)
# :label: lemma-pn
# :standing: ours
# :check: integrals_telescope, weights_telescope
# :plain: The integrals of simple products up to the least input, over all sets of inputs, add up to the tuple that stands for the maximum.
# :why: Not in the paper; proved here, not peer reviewed.
#
# $\displaystyle\sum_{I\ne\emptyset}g_I=P_n-2.$
# ```
#
# ```{prf:proof}
# :class: dropdown
# Let the threshold $t$ lie between $Y_{k+1}$ and $Y_k$, $Y_{n+1}=0$. The sets whose least $X_i$ is above $t$ are
# the nonempty subsets of the top $k$. Since $\sum_I\prod_{i\in I}a_i=\prod_i(1+a_i)$, the sum of their $f_I$ is
#
# $$\frac1t\Bigl[\frac{E_k}{t^k}-\frac{t^k}{E_k}\Bigr],\quad E_k=Y_1\cdots Y_k,\qquad\text{with the primitive }
# -\frac1k\Bigl[\frac{E_k}{t^k}+\frac{t^k}{E_k}\Bigr]$$
#
# without a constant term. At the lower end $t=Y_{k+1}$ the bracket is $e^{w_k}+e^{-w_k}$, at the upper end
# $t=Y_k$ it is $e^{w_{k-1}}+e^{-w_{k-1}}$, $w_0=0$; for $k=n$ the lower end is $0$ and gives nothing. So
#
# $$\sum_Ig_I=\sum_{k=1}^{n-1}\frac{e^{w_k}+e^{-w_k}}k-\sum_{k=1}^n\frac{e^{w_{k-1}}+e^{-w_{k-1}}}k
# =\sum_{k=1}^{n-1}\frac{e^{w_k}+e^{-w_k}}{k(k+1)}-2.$$
#
# (Nothing here is more than algebra: $U_I(Y_m)$ is $U_I(Y_n)$ plus its differences over the intervals above.) ∎
# ```

# %% tags=["remove-output", "hide-input"]
y = np.array([1.5, 0.9, 0.35])
fig, axis = plt.subplots(figsize=(6.4, 3.3))
ends = [*y, -0.45]
for k, colour in zip((1, 2, 3), (BLUE, ORANGE, GREEN), strict=True):
    u = np.linspace(ends[k], ends[k - 1], 200)  # u = log t
    height = 2 * np.sinh(y[:k].sum() - k * u)
    sets = f"{2**k - 1} sets" if k > 1 else "1 set"
    axis.fill_between(u, height, color=colour, alpha=0.25, linewidth=0)
    axis.plot(u, height, color=colour, label=f"top {k}: {sets}")
axis.set_xticks([*y], ["$y_1$", "$y_2$", "$y_3$"])
axis.set(xlabel="logarithm of the threshold t", ylabel="t times the sum of the $f_I$", ylim=(0, 14))
for entry in y:
    axis.axvline(entry, color=MUTED, linewidth=0.8, linestyle=":")
axis.annotate("to minus\ninfinity: the\nfinite part", (-0.42, 10), color=INK, fontsize=11)
axis.legend()
publish_figure(
    fig,
    "every-function-threshold",
    alt="Three curves over the logarithm of a threshold, one on each interval between the three sorted "
    "inputs and one left of the least. Together they fall to the right, with a bend at each input; the area "
    "below is shaded, and the last curve reaches zero at the largest input.",
)

# %% [markdown]
# :::{autofigure} every-function-threshold
# The threshold picture for three numbers. At a threshold $t$ the sets above it are the nonempty subsets of the
# top $k$; what they contribute is $2\sinh(y_1+\dots+y_k-k\log t)$ for each step of $\log t$. The shaded area,
# less what is infinite at the left, is $P_3-2$: each $e^{w_k}+e^{-w_k}$ enters once as a lower end, divided by
# $k$, and once as an upper end,
# divided by $k+1$.
# :::

# %%
checks.integrals_telescope()

# %% [markdown]
# ## Integrals up to a minimum
#
# Now each $g_I$ has to be shown to lie in $K$. Let $I$ be a nonempty set of inputs, $d=|I|$, and
#
# $$\Pi=\prod_{i\in I}(X_i-t),\qquad\pi_j=\prod_{i\in I\setminus j}(X_i-t),\qquad
# \pi_{ij}=\prod_{l\in I\setminus\{i,j\}}(X_l-t),$$
#
# empty products being $1$; $\operatorname{Res}$ is the coefficient of $t^{-1}$. For $U\in R[t^{\pm1}]$ the tuple
# $U(\min_I)$ has the value $U(X_j)$ where $x_j$ is the least input of $I$.
#
# ```{statement} Theorem IM (integrals up to a minimum)
# :label: theorem-im
# :standing: ours
# :check: steps_of_the_proof, any_integrand_splits, one_integral_two_minima
# :plain: An integral up to the least of several inputs, of a polynomial that vanishes at all of them but one, is a combination of products of pairwise maxes.
# :why: Not in the paper; proved here, not peer reviewed.
#
# Let $f\in\sum_{j\in I}\pi_jR[t^{\pm1}]$ with $\operatorname{Res}f=0$, and $U'=f$. Then $U(\min_I)\in K$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# By induction on $d$. For $d=1$, $U(X_1)\in R$. Let $d\ge2$, $I=\{1,\dots,d\}$. Write $f\sim0$ if $f$ has no
# residue and the assertion holds for it: $U$ is determined up to an element of $R\subset K$, and $R$-linear
# combinations of such $f$ are such.
#
# **(i)** *If $\operatorname{Res}(\pi_{ij}k)=0$ then $(\pi_j-\pi_i)k\sim0$.* The difference is
# $(X_i-X_j)\,\pi_{ij}k$. Let $U'=\pi_{ij}k$. Now $\pi_{ij}$ is the "$\pi_j$" of $I\setminus i$ and the "$\pi_i$" of
# $I\setminus j$, so the induction hypothesis applies to the *same* $U$ on both smaller sets; and the larger
# of $X_i,X_j$ is not the minimum. So
#
# $$(X_i-X_j)\,U(\min_I)=(X_i-X_j)_+\,U(\min_{I\setminus i})-(X_j-X_i)_+\,U(\min_{I\setminus j})\in K.$$
#
# **(ii)** *$(\Pi h)'\sim0$ for every $h$*, because $\Pi h$ vanishes at every $X_j$. With $Dh=(X_1-t)h'-d\,h$,
#
# $$(\Pi h)'=\pi_1Dh-\sum_{j\ne1}(\pi_j-\pi_1)h.$$
#
# **(iii)** *Every $h$ is $D\tilde h+c_0t^{-1}$, $c_0\in R$.* For $Dt^m=mX_1t^{m-1}-(m+d)t^m$: so
# $t^m=(mX_1t^{m-1}-Dt^m)/(m+d)$ leads from $m\ge0$ down (at $m=0$ it ends), and
# $t^{m-1}=(Dt^m+(m+d)t^m)/(mX_1)$ leads from any $m-1\le-2$ up to $t^{-1}$.
#
# Now let $f=\sum_j\pi_jh_j=\pi_1h+\sum_{j\ne1}(\pi_j-\pi_1)h_j$ with $h=\sum_jh_j=D\tilde h+c_0t^{-1}$. By (ii), with
# $k_j=h_j+\tilde h$,
#
# $$f=(\Pi\tilde h)'+c_0\,\pi_1t^{-1}+\sum_{j\ne1}(\pi_j-\pi_1)k_j.$$
#
# The $k_j$ may have residues; move them. Put
#
# $$c_j=\operatorname{Res}(\pi_{1j}k_j),\qquad\hat k_j=k_j-c_j\frac{X_j-t}{t\,\prod_{i\ne1}X_i}.$$
#
# The constant term of $\pi_{1j}(X_j-t)$ is $\prod_{i\ne1}X_i$, so $\operatorname{Res}(\pi_{1j}\hat k_j)=0$. As
# $(\pi_j-\pi_1)(X_j-t)=(X_1-X_j)\pi_1$, what is left over is
#
# $$f-(\Pi\tilde h)'-\sum_{j\ne1}(\pi_j-\pi_1)\hat k_j=\frac{\pi_1}t\Bigl[c_0+\sum_{j\ne1}
# \frac{c_j(X_1-X_j)}{\prod_{i\ne1}X_i}\Bigr].$$
#
# All three parts on the left have residue $0$. The bracket does not contain $t$, and
# $\operatorname{Res}(\pi_1/t)=\prod_{i\ne1}X_i\ne0$; so the bracket is $0$, and with it the right side. By (i) and
# (ii), $f\sim0$. ∎
# ```
#
# *A remark on the residues.* That $f$ has none is used twice: for $U$ to exist, and to see that the bracket
# vanishes. The single steps then have none each, which is what (i) asks for.
#
# By hand, for two inputs: $f=\pi_2-\pi_1=X_1-X_2$ has no $t$ in it, so $U=(X_1-X_2)t$. The lesser input is no pairwise
# max, but $U$ there is made of products with $M=e^{m_{12}}$, the larger one:
# $(X_1-X_2)\min(X_1,X_2)=(M-X_2)X_2-(M-X_1)X_1$. At $X=(2,5)$ both sides are $-6$.

# %% tags=["hide-input"]
for X_1, X_2 in ((2, 5), (5, 2), (3, 3)):
    left, larger = (X_1 - X_2) * min(X_1, X_2), max(X_1, X_2)
    require(left == (larger - X_2) * X_2 - (larger - X_1) * X_1, "the integral for two inputs")
    require(X_1 > 2 or left == -6, "its value where X_1 is 2")

# %%
checks.steps_of_the_proof()

# %%
checks.any_integrand_splits()

# %%
checks.one_integral_two_minima()

# %% [markdown]
# ## The theorem, and the recursion as code
#
# ```{statement} Theorem TW (two hidden layers, for every n)
# :label: theorem-tw
# :standing: ours
# :check: recursion_is_proved, terms_give_the_tuple, recursion_gives_the_tuple
# :plain: For every n the maximum of n numbers is the mean plus a rational combination of absolute values of forests of pairwise maxes and a linear form: two hidden layers.
# :why: Not in the paper; proved here and by machine, not peer reviewed.
#
# For every $n$ there are rational $q_j$, integer linear forms $\ell_j$ and forests $F_j$ on $\{1,\dots,n\}$ with
#
# $$\max(x_1,\dots,x_n)=\bar x+\frac12\sum_jq_j\,\Bigl|\ell_j(x)+\sum_{\{a,b\}\in F_j}\max(x_a,x_b)\Bigr|
# \qquad(x\in\mathbb R^n).$$
#
# The right side is a ReLU network with two hidden layers and rational weights. *The kernel of Coq has accepted
# the identity (not that the $F_j$ are forests) and the network, for every $n$* ({doc}`/machine-checked`).
# ```
#
# ```{prf:proof}
# :class: dropdown
# $f_I$ is a multiple of $\Pi=(X_1-t)\pi_1$ without residue, so $g_I\in K$ by {prf:ref}`Theorem IM <theorem-im>`, and
# $P_n\in K$ by {prf:ref}`Lemma PN <lemma-pn>`. Apply $\Phi$: $\frac12\Phi(P_n)=\max(x)-\bar x$ is half of a combination
# of $|\varphi|$. Both sides are continuous, so the identity holds with ties too. *Forests:* each step of the
# recursion multiplies by one $(X_i-X_j)_+$ and then deletes $i$ or $j$ from the set for good. So an edge joins
# every deleted input to one that stays, and no cycle arises. First layer: all $m_{ab}$ and $x_a$ from
# $(x_a-x_b)_+$ and $(\pm x_a)_+$; second: $|\varphi|=\varphi_++(-\varphi)_+$, and $\bar x$. ∎
# ```
#
# Written out, the last proof computes. For $f=\pi_ph$ (one $p$ is enough for what follows, and (i) calls its
# two smaller sets with such integrands again) let $k=\tilde h$; then
#
# $$U(\min_I)=-\mathrm{CT}(\Pi k)+\sum_{j\ne p}\bigl[(X_p-X_j)_+\,U_j(\min_{I\setminus p})-
# (X_j-X_p)_+\,U_j(\min_{I\setminus j})\bigr],$$
#
# where $U_j'=\pi_{pj}\hat k_j$, $\mathrm{CT}$ is the constant term in $t$ and all primitives are without one. Here it is with symbols,
# `X[i]` for $X_i$ and `M[i, j]` for $e^{m_{ij}}$; `undo_d` is step (iii), and `up_to_the_least(inputs, p, h)` is
# $U(\min_I)$ for $U'=\pi_ph$.

# %%
n = 4
pairs = list(combinations(range(n), 2))
t, *symbols = variables(1 + n + len(pairs))
X, M, unit = symbols[:n], dict(zip(pairs, symbols[n:], strict=True)), one(1 + n + len(pairs))


def split(inputs, p, h):
    """The k with D k = h up to a multiple of 1/t, and k_j for each input j but p."""
    others = [i for i in inputs if i != p]
    k, pieces = undo_d(h, X[p], len(inputs)), {}
    for j in others:
        c = (product((X[i] - t for i in others if i != j), unit) * k).coefficient(-1)
        pieces[j] = k - c * (X[j] - t) * (t * product((X[i] for i in others), unit)).inverse()
    return k, pieces


def up_to_the_least(inputs, p, h):
    if inputs == {p}:
        return h.primitive().at(1 + p)
    k, pieces = split(inputs, p, h)
    total = -(product((X[i] - t for i in inputs), unit) * k).coefficient(0)
    for j, k_j in pieces.items():
        larger = M[min(p, j), max(p, j)]
        total += (larger - X[j]) * up_to_the_least(inputs - {p}, j, k_j)
        total -= (larger - X[p]) * up_to_the_least(inputs - {j}, p, k_j)
    return total


# %% [markdown]
# The sum over all sets $I$ is $P_n-2$, as a polynomial in the $X_i$ and $e^{m_{ij}}$. Its terms but the constant
# one are those of the library, which was written without this class:

# %%
P = unit * 2
for r in range(1, n + 1):
    for inputs in combinations(range(n), r):
        e = product((X[i] for i in inputs), unit)
        bracket = product([t] * r, unit).inverse() - e.inverse() * (-1) ** r
        P += up_to_the_least({*inputs}, inputs[0], (X[inputs[0]] - t) * t.inverse() * bracket)
found = {
    (tuple(pair for pair, e in zip(pairs, powers[1 + n :], strict=True) if e), powers[1 : 1 + n]): q
    for powers, q in P.terms.items()
    if any(powers)
}
require(found == forest_terms(n), "the library has other terms")
len(found)

# %%
checks.terms_give_the_tuple()

# %%
checks.recursion_gives_the_tuple()

# %% [markdown]
# Averaged over all renamings the terms are fewer, and `verify` ({prf:ref}`Theorem P <theorem-p>`) proves the
# identity on every ordered cone by means that know nothing of this chapter:

# %%
checks.recursion_is_proved()

# %% tags=["remove-output"]
rows = []
for inputs in range(2, 7):
    averaged = recursive_identity(inputs)
    merged = forest_terms(inputs) if inputs < 6 else {}
    told_apart = str(len(merged)) if merged else "not run"
    total = f"{float(sum(map(abs, merged.values()))):.2f}" if merged else "not run"
    primes = ", ".join(map(str, factorint(averaged.denominator_per_image))) or "none"
    bound = ((inputs + 1) * (2 * inputs + 1)) ** (inputs - 1)
    # The constant: at X = 1 every exponential is 1, and P_n is 2 - 2/n.
    constant = Fraction(2 * inputs - 2, inputs) - sum(merged.values())
    unmerged = str(len(merged) + (constant != 0)) if merged else "not run"
    rows.append((inputs, unmerged, told_apart, total, len(averaged.terms), primes, bound))
publish_table(
    pd.DataFrame(
        rows,
        columns=[
            "$n$",
            "terms of $P_n$",
            "comparisons",
            "$\\sum|q_j|$",
            "averages",
            "primes",
            "bound on the terms",
        ],
    ),
    "every-function-terms",
)
record(terms_5=int(rows[3][2]))

# %% [markdown]
# :::{autotable} every-function-terms
# :folded: What the recursion makes, for two to six inputs
# What the recursion makes: the terms of $P_n$ with the inputs told apart; the comparisons $|\varphi_j|$ that $\Phi$ makes
# of them, without the constant term, which it sends to 0, and $\sum|q_j|$ over these; averages over all renamings,
# into which the comparisons merge; the primes that divide denominators of single
# comparisons, and the bound of Theorem BD. Seven inputs and more are not run here.
# :::
#
# Two remarks for a reader who stopped here. *Symmetry:* at every call $h$ does not change when inputs other than $p$
# are exchanged, so one $j$ can stand for all, times their number, if only the average over renamings is wanted;
# that is how the averages are made, and `verify` does not rely on it. *What is linear:* the linear map
# $X^c\mapsto c\cdot x$ kills $P_n$, so $\sum q_j\varphi_j=0$. Written with $\max(f,g)=\frac12(f+g+|f-g|)$ the
# symmetric identities for $n\le6$ have no linear part at all, which is checked with them; that the mean drops out too is observed, not proved.
#
# ### Every continuous piecewise linear function
#
# A continuous piecewise linear function of $d$ variables is a maximum over groups of the minimum over affine pieces
# (Ovchinnikov, 2002), and by Wang and Sun it is a combination of maxima of at most $d+1$ affine functions. From the
# first form the second can be computed, with nothing but whole numbers and the pieces themselves:
#
# ```{statement} Theorem FN (the network of a function)
# :label: theorem-fn
# :standing: ours
# :check: few_functions_suffice, networks_on_the_plane, networks_on_triangles, networks_on_tetrahedra, networks_at_points
# :plain: A maximum of minima of affine functions with rational coefficients is written down as a rational ReLU network with two hidden layers; so is a function given by rational values at rational vertices of a triangulation of a convex polytope.
# :why: The reduction to few affine functions is a theorem of Wang and Sun; the proof here is ours, not peer reviewed.
#
# Let $f=\max_{G\in\mathcal G}\min_{j\in G}l_j$ with affine $l_1,\dots,l_m$ on $\mathbb R^d$, groups $G\ne\emptyset$.
#
# 1. There are integers $c_J$ for the sets $J$ of at most $d+1$ pieces with $f=\sum_Jc_J\max_{j\in J}(-l_j)$.
# 2. If the $l_j$ are rational, $f$ is a ReLU network with two hidden layers and rational weights and biases.
# 3. A function on a convex polytope, cut into simplices that meet in common sides, that is affine on each simplex
#    with rational values at rational vertices, is such an $f$ there: the pieces are those of the simplices.
#
# *Single networks* are verified on all of the plane or on every triangle or tetrahedron; max-mins of three to five
# variables only at points.
# ```
#
# ```{prf:proof}
# *From min and max to max.* If $\max_{G}\min_G=\sum_Uc_U\min_U$ over some groups, then with one more group $H$ it is
# $\sum_Uc_U\min_U+\min_H-\sum_Uc_U\min_{U\cup H}$, because $\max(a,b)=a+b-\min(a,b)$ and $\min(\,\cdot\,,b)$ of a
# maximum is the maximum of the minima; and $\min_Ul=-\max_U(-l)$.
#
# *Few at a time.* Let $J$ have affine functions $g_j$ whose gradients are affinely dependent, as those of any $d+2$
# are: $\sum t_j\nabla g_j=0$, $\sum t_j=0$, not all $t_j=0$. Then $\sum t_jg_j$ is constant, without loss of
# generality not negative. Let $P$ and $N$ be the $j$ with $t_j>0$ and with $t_j<0$; neither is empty, and the $t_j$
# in $P$ may be taken to add up to $1$. At every point the mean of the $g_j$ in $P$ with weights $t_j$ is at
# least the mean of those in $N$ with weights $-t_j$. So $\max_P\ge\min_N$: some $n\in N$, which may depend on the
# point, is not above $\max_P$, and for $T\subset N$ the value of $\max_{J\setminus T}$ is the same with $n$ in $T$ and
# without. Hence $\sum_{T\subset N}(-1)^{|T|}\max_{J\setminus T}=0$ at every point, and
#
# $$\max_J=\sum_{\emptyset\ne T\subset N}(-1)^{|T|+1}\max_{J\setminus T}.$$
#
# All sets on the right are smaller, and none is empty. Repeat; the end is 1.
#
# *2.* Put each $J$ into {prf:ref}`Theorem TW <theorem-tw>` for $|J|$ numbers, side by side.
#
# *3.* For a point $y$ let $S(y)$ be the simplices $T$ with $l_T(y)\ge f(y)$. Then $f(x)=\max_y\min_{T\in S(y)}l_T(x)$.
# For $y=x$ the right side is $f(x)$. No $y$ gives more: on the segment from $y$ to $x$ let $\delta$ be affine, equal to
# $f$ at both ends. If the first piece of $f$ on the segment does not rise above $\delta$, it is in $S(y)$ and at most
# $f(x)$ at $x$. Else let $z$ be the first point after $y$ with $f(z)=\delta(z)$; the piece that leads to $z$ is above
# $\delta$ before $z$, so above it at $y$, and at most $\delta(x)$ at $x$. Finitely many $y$ suffice: cut each
# $T$ along all $l_T=l_{T'}$ and take one inside each cell, for in a closed cell $S$ is least inside. ∎
# ```
#
# The library does this for up to twelve pieces, `from_max_min` in up to five variables and `from_triangulation` for
# triangles and tetrahedra; the result is in fractions. It also proves that the network is the function, on all of the
# plane (two variables) or on each simplex, by means that know nothing of the construction: it cuts where a piece takes
# over or a neuron bends.
# On each cell, bounded or not, both sides are linear in $(x,s)$, $s$ being $1$ for points and $0$ for directions to
# infinity, so that equality at the corners and in those directions is equality everywhere.

# %%
checks.few_functions_suffice()

# %%
checks.networks_on_the_plane()

# %%
checks.networks_on_triangles()

# %%
checks.networks_on_tetrahedra()

# %%
checks.networks_at_points()

# %% [markdown]
# With real coefficients in the function the weights are real. Outside its polytope such a network goes on as the same
# max of mins. *Accepted by Coq* is the step from the theorem of Wang and Sun to the network, not the proof of that
# theorem given here.
#
# ```{folded}
# Two examples: a hexagon of triangles, with where the neurons of its network bend, and a cube of tetrahedra.
# ```

# %%
vertices, triangles, values = checks.ON_TRIANGLES["hexagon"]
network = from_triangulation(vertices, triangles, values)
print("pieces:", *(f"({a}) x + ({b}) y + ({c})" for a, b, c in network.pieces), sep="\n  ")
print("groups:", network.groups)
print("hidden layers:", network.hidden_widths)

# %% tags=["remove-output", "hide-input"]
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.9), sharex=True, sharey=True)
triangulation = Triangulation(*np.array(vertices).T, triangles)
left.tricontourf(
    triangulation, values, levels=np.linspace(min(values), max(values), 5), colors=SHADES
)
left.triplot(triangulation, color=INK, linewidth=1.6)
for (x, y), value in zip(vertices, values, strict=True):
    place = (1.16 * x, 1.16 * y) if x or y else (0.45, 0.3)
    left.annotate(str(value), place, color=INK, ha="center", va="center", fontsize=13)
right.triplot(triangulation, color=GRID, linewidth=7)
bends = kinks(network.network, [polygon(vertices[1:])])
styles = ((BLUE, "-", "in the first layer"), (ORANGE, "--", "only in the second layer"))
for segments, (colour, dashes, layer) in zip(bends, styles, strict=True):
    for k, ends in enumerate(segments):
        across, up = zip(*((x / s, y / s) for x, y, s in ends), strict=True)
        label = None if k else layer
        right.plot(across, up, dashes, color=colour, linewidth=1.8, label=label)
left.set(
    title="the function", xlabel="x", ylabel="y", aspect="equal", xlim=(-2.6, 2.6), ylim=(-2.7, 2.7)
)
right.set(title="where its neurons bend", xlabel="x", aspect="equal")
for axis in (left, right):
    axis.grid(visible=False)
fig.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=2)
publish_figure(
    fig,
    "every-function-network",
    alt="Two hexagons, each cut into six triangles around its centre. On the left the values at the seven vertices and "
    "shaded bands of height. On the right, over the edges of the triangles drawn broad and pale, the lines where "
    "neurons of the network bend, solid for the first hidden layer and dashed for the second: they run along every "
    "edge where the function bends, and some of them cross triangles, where the kinks of several neurons cancel.",
)
record(
    hexagon_pieces=len(network.pieces),
    hexagon_maxes=len(network.maxes),
    hexagon_first=network.hidden_widths[0],
    hexagon_second=network.hidden_widths[1],
)

# %% [markdown]
# :::{autofigure} every-function-network
# Left: a function on a hexagon, affine on each of six triangles, with its values at the vertices; a stronger shade is
# higher. Right: where the neurons of its network bend. The function has {value}`x_every_function.hexagon_pieces` pieces and is
# the sum of {value}`x_every_function.hexagon_maxes` maxima with integer coefficients (affine functions among them); the
# hidden layers have {value}`x_every_function.hexagon_first` and {value}`x_every_function.hexagon_second` neurons. Bends
# across a triangle cancel, exactly.
# :::
#
# *Three variables.* Six tetrahedra make a cube, one for each order of the coordinates. Where $x\ge y\ge z$ the
# corners are $000$, $100$, $110$ and $111$, and the function with given values at the eight corners is
# $(1-x)f_{000}+(x-y)f_{100}+(y-z)f_{110}+zf_{111}$.

# %%
corners, tetrahedra, heights = checks.ON_TETRAHEDRA["cube of six tetrahedra"]
solid = from_triangulation(corners, tetrahedra, heights)
x, y, z = point = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)
f = dict(zip(corners, heights, strict=True))
by_hand = (1 - x) * f[0, 0, 0] + (x - y) * f[1, 0, 0] + (y - z) * f[1, 1, 0] + z * f[1, 1, 1]
require(solid(point) == by_hand, "the network is not the function")
print("at (1/2, 1/3, 1/4):", solid(point), "  hidden layers:", solid.hidden_widths)

# %% tags=["remove-output", "hide-input"]
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.8), sharex=True, sharey=True)
# On each of these eight triangles the function is affine, at all three heights.
grid, eighths, _ = checks.ON_TRIANGLES["square of eight triangles"]
square = Triangulation(*np.array(grid).T / 2, eighths)
levels = np.linspace(min(heights), max(heights), 5)
for axis, height in zip(axes, (0, Fraction(1, 2), 1), strict=True):
    reached = [float(solid([Fraction(x, 2), Fraction(y, 2), height])) for x, y in grid]
    axis.tricontourf(square, reached, levels=levels, colors=SHADES)
    axis.plot([0, 1], [0, 1], color=INK, linewidth=1.2)
    if height == Fraction(1, 2):
        axis.axvline(height, color=INK, linewidth=1.2)
        axis.axhline(height, color=INK, linewidth=1.2)
    for corner, value in f.items():
        if corner[2] == height:
            place = (0.07 + 0.8 * corner[0], 0.14 + 0.79 * corner[1])
            axis.annotate(str(value), place, color=INK, ha="center", va="center", fontsize=13)
    axis.set(title=f"z = {height}", xlabel="x", aspect="equal", xlim=(0, 1), ylim=(0, 1))
    axis.set_xticks([0, 0.5, 1], ["0", "1/2", "1"])
    axis.set_yticks([0, 0.5, 1], ["0", "1/2", "1"])
    axis.grid(visible=False)
axes[0].set_ylabel("y")
publish_figure(
    fig,
    "every-function-cube",
    alt="Three squares, the bottom, the middle and the top of a cube, with shaded bands of height of one function. The "
    "bottom and the top are cut by a diagonal into two triangles and have values at their corners; the middle is "
    "cut by the diagonal and by two lines through its centre into six parts. The bands bend at these lines alone.",
)
record(
    cube_pieces=len(solid.pieces),
    cube_first=solid.hidden_widths[0],
    cube_second=solid.hidden_widths[1],
)

# %% [markdown]
# :::{autofigure} every-function-cube
# The network on the bottom, the middle and the top of the cube; a stronger shade is higher, numbers are values at
# corners, lines are where two tetrahedra meet. With {value}`x_every_function.cube_pieces` pieces the hidden
# layers have {value}`x_every_function.cube_first` and {value}`x_every_function.cube_second` neurons.
# :::
#
# ## How large
#
# ```{statement} Theorem BD (a bound on the network)
# :label: theorem-bd
# :standing: ours
# :check: bounds_at_every_call, bounds_of_the_terms
# :plain: The recursion's identity has at most ((n + 1)(2n + 1))^(n − 1) terms, exponents of at most n, and no prime above n in a denominator.
# :why: Not in the paper; proved here, not peer reviewed, and not by machine.
#
# The identity of the recursion has at most $N=((n+1)(2n+1))^{n-1}$ terms. The coefficients of $\ell_j$ are
# integers in $[-n,n]$; the denominators of the $q_j$ divide $\prod_{d=2}^n\operatorname{lcm}(1,\dots,d)$, so only
# primes up to $n$ divide them; $\sum|q_j|\le n!\,2^{n^2+3n}$. So the maximum of $n$ numbers is a ReLU network with
# hidden layers of $n(n-1)/2+n+1$ and at most $N+2$ neurons, integer weights inside and rational ones at the output.
# ```
#
# ```{prf:proof}
# :class: dropdown
# Fix a first set of $r\ge2$ inputs, and consider a call with $|I|=d$ and $p$, and a term $t^mX^\alpha$ of its $h$.
# The norm $\|h\|$ is the sum of the absolute coefficients.
#
# **(a)** $m\in[-(d+1),0]$. It is so at the start. $D^{-1}$ sends $t^0$ to $-1/d$, and $t^{-s}$, $s\ge2$, to
# $\sum_{u=1}^{s-1}\pm\binom{d-1-u}{s-1-u}\big/\bigl(u\binom{s-1}u\bigr)\;X_p^{-(s-u)}t^{-u}$ and a multiple of $t^{-1}$,
# which is in $c_0$; the correction has $t^{-1}$ and $t^0$ only. So the next call, with $d-1$ inputs, has
# $m\in[-d,0]$.
#
# **(b)** $u\binom{s-1}u$ divides $\operatorname{lcm}(1,\dots,s-1)$, and $s-1\le d$: one step costs a factor that divides
# $\operatorname{lcm}(1,\dots,d)$. At a leaf, $d=1$, $m$ is $-2$ or $0$ ($-1$ would be a residue): the primitive
# divides by $\pm1$.
#
# **(c)** After the first step $\alpha_l\le0$ for all $l$, and $\alpha_l+m\ge-r$ for $l\in I$. Case by case:
#
# $$\begin{array}{lll}
# D^{-1},\ l=p: & \alpha_p\to\alpha_p-(s-u),\ m\to m+(s-u): & \alpha_p+m\text{ stays},\\
# D^{-1},\ l\ne p: & \alpha_l\text{ stays},\ m\text{ rises}: & \alpha_l+m\text{ rises},\\
# D^{-1}\text{ at }t^0: & \text{no exponent changes}, & \\
# \text{correction},\ l=p: & \alpha_p\text{ stays},\ m\le-1\text{ becomes }-1\text{ or }0: & \text{does not fall},\\
# \text{correction},\ l=j: & \alpha_j\to\alpha_j\text{ with }t^{-1},\ \alpha_j-1\text{ with }t^0: & \text{does not fall},\\
# \text{correction},\ l\in S: & \alpha_l\text{ stays}: & \text{does not fall},\\
# \text{correction},\ l\notin S: & \alpha_l\to\alpha_l-1,\text{ and }m\le-2\text{ becomes }-1\text{ or }0: &
# \text{does not fall}.
# \end{array}$$
#
# Here $c_j$ takes from $\pi_{pj}$ the product of the $X_l$, $l\in S$, and a power of $t$, so that
# $m=|S|-d+1$; if some $l\ne p,j$ is outside of $S$ then $|S|\le d-3$. No line raises an exponent. At the start
# $t^{-r-1}X_p$ has $\alpha_l+m=-r-1$ for $l\ne p$, and the first $D^{-1}$ raises $m$ to $-r$ at least. As
# $m\le0$, $\alpha_l\ge-r$ while $l\in I$; after its deletion nothing changes $\alpha_l$ any more but (d).
#
# **(d)** The constant term of $\Pi k$ has exponents $\alpha_l+[l\in S]$, a leaf $\alpha_p+m+1$: in $[-r,1]$, and at most
# $0$ for deleted $l$. On the way back each of at most $r-d$ edges contributes a max or one factor $-X_b$, $b$ the
# input that stays. So all exponents are in $[-n,n]$.
#
# **(e)** With $\deg X_i=\deg t=1$ all is homogeneous, $U$ of degree $0$: the entries of $\ell_j$ add up to $-|F_j|$. So
# a forest leaves at most $(2n+1)^{n-1}$ forms. There are at most $(n+1)^{n-1}$ forests (Cayley's number of
# rooted ones).
#
# **(f)** As $\sum_u\binom{d-1-u}{s-1-u}=\binom{d-1}{s-2}$, $\|k\|\le2^{d-1}\|h\|$ and $\|\hat k_j\|\le2^{2d-1}\|h\|$. If
# $G_d$ bounds the norm of what a call returns for $\|h\|=1$, then
# $G_d\le2^{2d-1}+4(d-1)2^{2d-1}G_{d-1}\le d\,2^{2d+1}G_{d-1}$, $G_1=1$. The first call has norm $4$, and there are
# $2^n$ sets.
#
# **(g)** First layer: $(x_a-x_b)_+$ for $a<b$, $(x_n-x_a)_+$ for $a<n$, $(\pm x_n)_+$; these give all inputs
# and pairwise maxes. Second: $(\varphi_j)_+$, and two neurons for the linear rest, as
# $|\varphi|=2\varphi_+-\varphi$. ∎
# ```
#
# By hand, for two numbers: a term is a forest with a form, at most $3$ rooted forests with $5$ forms each. Of these $15$
# the recursion makes two, $\frac12|x_1-x_2|$ and $\frac12|x_2-x_1|$; for three numbers 44 of $(4\cdot7)^2=784$, with
# denominators that divide $2\cdot6$.

# %% tags=["hide-input"]
half = Fraction(1, 2)
require(forest_terms(2) == {((), (1, -1)): half, ((), (-1, 1)): half}, "the terms of two numbers")
require([((k + 1) * (2 * k + 1)) ** (k - 1) for k in (2, 3)] == [15, 784], "the bounds")
require(len(forest_terms(3)) == 44, "the number of terms of three numbers")
require(all(12 % q.denominator == 0 for q in forest_terms(3).values()), "their denominators")

# %%
checks.bounds_at_every_call()

# %%
checks.bounds_of_the_terms()

# %% [markdown]
# ### What the theorem does not say
#
# **That the networks are small.** The bound is $2^{O(n\log n)}$; what the recursion makes is below it, but has
# {value}`x_every_function.terms_5|,` comparisons for five numbers, where six do. Searched identities
# for up to ten numbers are in {doc}`x_two_layers`. What is known from below is far less.
#
# **That the weights can be integers, or decimal fractions.** They cannot for every $n$: by {cite:t}`haase2023lower` and
# {cite:t}`averkov2025expressiveness` two layers with weights that are $N$-ary fractions serve at most $p^2$
# numbers, $p$ any prime that does not divide $N$. So all primes $p<\sqrt n$ must divide a denominator; ours have
# no prime above $n$. Which of the primes between are needed is not known to us.
#
# **That a braid-like network does it.** The $\varphi_j$ bend along planes $c\cdot x=0$ with general integer
# $c$, and these bends cancel; the bound of {cite:t}`grillo2025depth` is about networks that have no such
# bends.
#
# ## A lower bound for such formulas
#
# ```{folded}
# How many pairs a formula of this kind needs at least, with proofs; nothing above depends on it.
# ```
#
# For $\varphi=\sum_{i<j}a_{ij}m_{ij}+\sum_ib_ix_i$ with real coefficients let $E(\varphi)$ be the number of pairs
# $i<j$ with $a_{ij}\ne0$. **Only proper pairs are counted here**, the linear part is free. (In
# {doc}`x_two_layers` an input counts as a pair, $x_i=m_{ii}$, so $K$ there is at least as large as half of
# what is counted here.)
#
# ```{statement} Theorem LP (at least n − 2 pairs)
# :label: theorem-lp
# :standing: ours
# :check: few_pairs_are_killed, the_maximum_is_not
# :plain: In every formula for the maximum of n ≥ 3 numbers by absolute values of combinations of pairwise maxes, one of these has at least n − 2 pairs.
# :why: Not in the paper; proved here and by machine, not peer reviewed.
#
# Let $n\ge3$ and $\max(x_1,\dots,x_n)=\ell(x)+\sum_tq_t|\varphi_t(x)|$, $\ell$ and the $\varphi_t$ real combinations of
# inputs and pairwise maxes, $q_t$ real. Then $E(\varphi_t)\ge n-2$ for some $t$. So if every $\varphi_t$ is a
# difference of two sums of at most $K$ pairwise maxes, $K\ge\lceil n/2\rceil-1$. No symmetry is assumed.
# *The kernel of Coq has accepted this, over every ordered field.*
# ```
#
# ```{prf:proof}
# :class: dropdown
# For $B>1$ put
#
# $$D_nf=\sum_{\varepsilon\in\{\pm1\}^n}\varepsilon_1\cdots\varepsilon_n\,
# f(\varepsilon_1B,\varepsilon_2B^2,\dots,\varepsilon_nB^n).$$
#
# $D_n$ kills every function that ignores an input; for $n\ge3$ it kills all $x_i$ and $m_{ij}$, hence $\ell$.
#
# *The maximum.* If $\varepsilon_n=1$ it is $B^n$, whatever the other signs are: these terms cancel. If
# $\varepsilon_n=-1$ it is the maximum of the first $n-1$ entries. So
# $D_n\max=-D_{n-1}\max=\dots=(-1)^{n-1}D_1x_1=(-1)^{n-1}2B\ne0$.
#
# *Claim: if $E(\varphi)\le n-3$ then $D_n|\varphi|=0$ for all large $B$.* By induction on $n\ge3$. Split
# $D_n|\varphi|=D_{n-1}f_+-D_{n-1}f_-$ with $f_\pm=|\varphi(\cdot,\pm B^n)|$, and let $\varphi'$ be $\varphi$ without the terms
# that contain $n$.
#
# - $x_n=B^n$: all $m_{jn}$ are $x_n$, so $\varphi=wB^n+\varphi'$ with $w=b_n+\sum_ja_{jn}$. If $w\ne0$, then for large $B$
#   $wB^n$ decides the sign, so $f_+=\pm(wB^n+\varphi')$ with one sign, and $D_{n-1}$ kills it: constants and
#   functions of one variable, since $n-1\ge2$; pairs, if $n-1\ge3$, and for $n=3$ there are none. If $w=0$, then
#   $f_+=|\varphi'|$.
# - $x_n=-B^n$: all $m_{jn}$ are $x_j$, so $\varphi=-b_nB^n+\varphi''$, $\varphi''=\varphi'+\sum_ja_{jn}x_j$. Likewise
#   $D_{n-1}f_-=0$ if $b_n\ne0$, and $f_-=|\varphi''|$ if $b_n=0$.
#
# If some $a_{jn}\ne0$, then $n-1\ge3$ and $\varphi',\varphi''$ have at most $(n-1)-3$ pairs: $D_{n-1}$ kills their
# absolute values. If none is, $w=b_n$: both halves vanish, or $\varphi$ ignores $x_n$. This proves the claim. If all
# $E(\varphi_t)\le n-3$, take $B$ large for all of the finitely many $\varphi_t$: $(-1)^{n-1}2B=0$, a contradiction. ∎
# ```
#
# By hand, for three numbers and $B=2$: sums over all signs, each with the product of its signs, see only what
# bends in every input. $D_3$ of the maximum is $2B=4$; of $|x_1+x_2+x_3|$, as of every linear form for large $B$, it is
# $0$, so linear forms alone do not do; of $|m_{12}-x_3|$, with one pair, it is $8$, and
# $\max(x)=\frac12(m_{12}+x_3+|m_{12}-x_3|)$ agrees: $4=\frac12(0+0+8)$.


# %%
def signed_sum(f, b=2):
    signs = product_of(*[(1, -1)] * 3)
    return sum(p * q * r * f(p * b, q * b**2, r * b**3) for p, q, r in signs)


examples = max, lambda x, y, z: abs(x + y + z), lambda x, y, z: abs(max(x, y) - z)
[signed_sum(f) for f in examples]

# %%
checks.few_pairs_are_killed()

# %%
checks.the_maximum_is_not()

# %% [markdown]
# ```{statement} Lemma FO (which terms with n − 2 pairs contribute)
# :label: lemma-fo
# :standing: ours
# :check: only_forests_contribute
# :plain: Of the terms with n − 2 pairs only forests of two trees contribute.
# :why: Not in the paper; proved here, not peer reviewed; that two components remain is proved by machine.
#
# If $E(\varphi)=n-2$ and $D_n|\varphi|\ne0$ for arbitrarily large $B$, then each of $n,n-1,\dots,4$ has exactly one pair to
# a smaller index, and exactly one of the pairs $12,13,23$ is present: a spanning forest of two trees.
# ```
#
# ```{prf:proof}
# :class: dropdown
# For $n=3$ there is nothing to show. Let $n\ge4$. If $n$ has no pair, both halves vanish or $\varphi$ ignores
# $x_n$, as before. If it has two or more, $\varphi'$ and $\varphi''$ have at most $(n-1)-3$ pairs, and the claim gives
# $0$. So it has exactly one; $D_{n-1}|\varphi'|\ne0$ or $D_{n-1}|\varphi''|\ne0$, and both have $(n-1)-2$ pairs:
# induction. ∎
# ```

# %%
checks.only_forests_contribute()

# %% [markdown]
# ```{statement} Lemma HF (half of the pairs on each side)
# :label: lemma-hf
# :standing: ours
# :check: half_of_the_pairs
# :plain: The maximum of n numbers is a rational combination of absolute values of differences of two sums of at most ⌊n/2⌋ pairwise maxes each and of linear forms.
# :why: Not in the paper; proved here, not peer reviewed, and not by machine.
#
# For $n\ge2$ there are rational $q_t$, integer linear forms $\ell_t$ and sums $A_t,B_t$ of at most $\lfloor n/2\rfloor$
# pairwise maxes with $\max(x)=\bar x+\sum_tq_t\,|\ell_t(x)+A_t(x)-B_t(x)|$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# In each term of $P_n$ ({prf:ref}`Theorem TW <theorem-tw>`) replace $e^{m_{ab}}$ by
# $X_a+X_b-X_aX_be^{-m_{ab}}$ for $\lfloor|F|/2\rfloor$ edges of its forest $F$ and multiply out. What has a minus sign in
# the exponent are some of these, what has a plus sign are the others, at most $\lceil(n-1)/2\rceil$. Apply $\Phi$. ∎
# ```
#
# By hand, for three numbers: a forest of two edges gives $e^{m_{12}+m_{13}}=e^{m_{12}+x_1}+e^{m_{12}+x_3}
# -e^{m_{12}-m_{13}+x_1+x_3}$.

# %%
checks.half_of_the_pairs()

# %% [markdown]
# So the least number of proper pairs on a side, linear forms being free, is $(n-1)/2$ for odd $n$ and $n/2-1$ or
# $n/2$ for even $n$. For $n=3,\dots,10$ it is $\lceil n/2\rceil-1$: the kernel of Coq has accepted that, by
# `least_pairs` from below and `LeastPairsExact.exactly`, with the identities of {doc}`x_two_layers`, from above
# ({doc}`/machine-checked`). *Open:* whether $n/2-1$ is right for every even $n$.
#
# ## What to ask an expert
#
# Whether the tuple $P_n$ and its place in $K$ are known under another name: it looks like an identity of
# divided differences. Whether the transform's kernel and the unipotence below are in the literature on
# polytope algebras. Whether the completions in the last proof are handled rightly.
#
# ## Appendix: a second proof, and what lies in the span
#
# ```{folded}
# A second argument by cube pyramids, shortened, and which functions lie in the span; nothing above depends on it.
# ```
#
# Both are shortened here: the steps are given, with what each rests on. Neither has been checked by machine, and
# nothing above depends on them.
#
# ```{statement} Theorem CP (cube pyramids)
# :label: theorem-cp
# :standing: ours
# :check: transforms_of_pyramids, transforms_of_simplices, cells_of_a_simplex
# :plain: Every continuous conewise linear function is a combination of linear forms and of cube pyramids, each of which has two hidden layers.
# :verdict: undecided
# :why: Not in the paper. Argued here, the proof shortened; the checks try examples of its steps. A proof in full, read by others, would decide it.
#
# Every continuous conewise linear function on $\mathbb R^d$ is a linear combination of linear forms and functions
# $r\bigl(y_0-r(y_1)-\dots-r(y_{e-1})\bigr)$, $r(z)=\max(z,0)$, $1\le e\le d$, with linearly independent linear forms
# $y_i$. So every continuous piecewise linear function has two hidden layers.
# ```
#
# ```{admonition} The proof, shortened
# :class: dropdown
#
# *The transform.* For $F$ linear on the cones $C$ of a fan let $R(F)=\sum_C\int_CF(x)e^{-\langle\xi,x\rangle}dx$, each
# integral continued as a rational function, and $0$ for a cone with a line. It does not depend on the fan and
# kills linear forms and functions that are invariant along a line (Lawrence; Khovanskii and Pukhlikov; cited
# from memory). Let Lin be their span. A maximum of $d+1$ affinely independent forms has
# $R=\mathrm{const}\cdot S[x_0,\dots,x_d]$, $S=1/(x_0\cdots x_d)$, the $x_i$ being its rays; a cube pyramid with $e=d$
# has $R=\mathrm{const}\cdot E[t;\xi_1,\dots]$, $E=t^{-2}\prod_j\bigl(\frac1{\xi_j}-\frac1{\xi_j+t}\bigr)$, $(t,\xi)$ dual to
# $y$. *The kernel is Lin*, by induction on $d$: cut by a hyperplane, write both halves by Wang and Sun as maxima
# of $d$ forms on it with apices $\pm p$, compare partial fractions in the remaining variable, and take away
# functions invariant along $x+p$. So it is enough that the span $M(U)$ of all $S$ is the span of the $E$; functions
# in Lin have fewer variables.
#
# *Induction.* Let $U=kx\oplus W$. Partial fractions in $x$ identify $M(U)$ with $M(W)\otimes J(W)$, $J(W)$ the
# augmentation ideal of the group algebra $k[W]$, by $m\otimes[p]\mapsto m/(x+p)$. In it
# $s\,E[t;\xi_1,\dots,\xi_{d-2}]\otimes([p]-[p+st])$ is $E[t;\xi_1,\dots,\xi_{d-2},\frac{x+p}s]$. Fix a family $H$ of
# proper subspaces, defined over a finitely generated field, and let $N_H$ be the span of the $E$ with $t$ in no
# member of $H$. Claim: $N_H=M(U)$ for all such $H$.
#
# *Unipotence.* Let $g$ be a transvection with hyperplane $W\notin H$; on $M(U)$ it is multiplication by some $[w]$.
# The elements $a\in k[W]$ with $a\cdot(m\otimes J(W))\subseteq N_H$ form an ideal. If a prime ideal $P$ contains it, let
# $L$ be the subspace of all $t$ with $[st]-1\in P$ for all $s$. If $L\ne W$, the claim for $W$ and the family
# $\{X\cap W\}\cup\{L\}$ writes $m$ by finitely many $t\notin L$; a product of factors $[s_tt]-1\notin P$ is then in the
# ideal, a contradiction. So $J(W)$ is in its radical, and $(g-1)^iy\in N_H$ for every $y$ and large $i$.
#
# *The end.* Writing $y=\sum a_ix_i$ as $S[x_0,\dots,x_d]=\sum a_iS[y,\dots]$ twice, with general $y$, one may assume
# that at most one of the hyperplanes spanned by $d-1$ of the $x_i$ is in $H$, that without $x_b,x_d$, and
# $\sum x_i=0$. With $w=x_1+\dots+x_{d-1}$ let $S(\mu)=1/\bigl(x_1\cdots x_d(\mu w+x_d)\bigr)$, so $S(1)=-S$. Modulo $N_H$:
# (a) by unipotence of $x_d\mapsto x_d+w/\nu$, $S(j/\nu)=-\nu\sum_{i\ge1}\frac1j\binom ji(g-1)^{i-1}y$ is a polynomial
# $A(\mu)$ for rational $\mu>0$. (b) Cutting $\nu$ times the simplex $1\ge z_1\ge\dots\ge z_q\ge0$, $q=d-1$, at integers
# gives, with $t=x_d$, $\xi_i=x_i+\dots+x_q$ and
# $G_r(t;\eta)=t/\bigl((t+\eta_1)(\eta_1-\eta_2)\cdots\eta_r\bigr)$,
#
# $$S(1/\nu)=\sum_{q=r_1+\dots+r_l}\ \sum_{\nu>b_1>\dots>b_l\ge0}t^{-2}\prod_iG_{r_i}\bigl(t;\ \xi_c+b_it\
# (c\in\text{block }i)\bigr).$$
#
# The shifts by $t$ in one block are commuting transvections whose hyperplanes contain $t$ and are not in $H$; so the
# summand is a polynomial in the $b$, and the iterated sum a polynomial $B(\nu)$ with $B(0)=0$. Now
# $A(1/\nu)=B(\nu)$ for all $\nu\ge1$ forces $A=B=0$: multiply by $\nu^{\deg A}$, then the left side has only powers up
# to $\deg A$ and the right side only higher ones. So $S\in N_H$. ∎
# ```

# %%
checks.transforms_of_pyramids()

# %%
checks.transforms_of_simplices()

# %%
checks.cells_of_a_simplex()

# %% [markdown]
# The proof divides by $j$ and by the denominators of Faulhaber's formula, so by more primes as $d$ grows, as
# it must. It gives no bound.
#
# ```{statement} Theorem LO (local conditions)
# :label: theorem-lo
# :standing: ours
# :check: conditions_predict_the_ranks
# :plain: Which symmetric tuples belong to formulas is decided by finitely many Taylor coefficients along runs of equal inputs.
# :verdict: undecided
# :why: Not in the paper. Argued here and shortened; the check compares ranks for few inputs, and the bound on the degree is observed, not proved. A proof in full, read by others, would decide it.
#
# A symmetric tuple is one Laurent polynomial $P$ in the sorted $Y_1,\dots,Y_n$. It is in $K$ if and only if for
# every run $\rho$ of $r$ consecutive ranks the coefficients of its Taylor expansion at $Y_i=\dots=Y_{i+r-1}$, in the
# directions of the run, lie in $M_r$ up to some degree that depends on $n$ only. Here $M_r$ is the graded ring
# spanned by the $\sum_{g\in S_r}(\varphi_g\cdot\eta)^e$, $\varphi$ a combination of inputs and pairwise maxes.
# ```
#
# *Why.* Summing $e^\varphi$ first over the orders of the inputs in a run gives a monomial along the run
# times $\sum_g\exp(\varphi_g\cdot\eta)$, so the conditions are necessary. Locally they are sufficient: over a point at
# which the runs of equal coordinates have lengths $r_1,r_2,\dots$, the completion of the ring of symmetric tuples in
# $K$ is that of $M_{r_1}\otimes M_{r_2}\otimes\cdots$, since two chambers meet there exactly if they differ within
# runs, and logarithms turn $e^{m_{ij}}$ into $m_{ij}$. That finitely many degrees do is an induction on $r$; it uses
# that all of $M_r$ is invariant under translation along $(1,\dots,1)$, and fails without. The maximum itself,
# "$\log Y_1$", satisfies the conditions locally, less an average that nothing sees; the local solutions glue to a
# polynomial because the ring generated by the monomials $Y_i/Y_j$, $i<j$, symmetrised, already makes all polynomials
# in the $Y_k/Y_{k+1}$ a finite module. (The step on completions is the one that we would show to an expert first.)
#
# The conditions know of no template. Taken up to degree $n-2$, which seems to be enough, they predict the ranks that
# the table of spans in {doc}`x_two_layers` has up to six inputs, both modulo one prime:

# %%
checks.conditions_predict_the_ranks()

# %% [markdown]
# Not run: seven inputs and more.
#
# ## What it means
#
# Two hidden layers of ReLUs are enough for every continuous piecewise linear function; what they ask for in
# return is size, which the constructions here bound and do not make small.
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
#
# The steps of {prf:ref}`Theorem IM <theorem-im>` with symbols, the sum over all sets at numbers, all in exact
# arithmetic; the recursion against a second program, against the values of $P_n$ and against `verify`; the bounds at
# every call (for more than four inputs at one of each kind); the lower bound on random members. Not computed
# here: the prime ideals and the completions of the appendix.
