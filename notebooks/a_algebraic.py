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
# # Appendix A. The maximum as a root
#
# The numbers $x_1,\dots,x_d$ are the roots of $\prod_i(t-x_i)$, and their maximum is the largest root.
# For two numbers this gives a formula that everybody knows. Does it go on? Appendix A of
# {cite:t}`matoba2022theoretical`, after an idea of {cite:t}`blatter2011minimum`, says: not to five. That is
# right if roots of complex numbers are allowed. With roots of real numbers alone it stops sooner, at three.
#
# **What this chapter establishes.**
#
# - The formulas for two and three numbers, proved symbolically.
# - What Abel's theorem forbids: an expression by radicals in the *coefficients* of the polynomial, for
#   five or more numbers ({prf:ref}`Theorem 5 <theorem-5>`); and by *real* radicals already for three.
# - What it does not forbid: an expression by radicals in the numbers themselves. There is one for
#   every $d$.

# %%
from functools import reduce
from math import acos, cos, pi, sqrt

import matplotlib.pyplot as plt
import numpy as np
import sympy

from companion.evidence import a_algebraic as checks
from companion.evidence import z_errata as errata
from companion.pages.figures import BLUE, GREEN, ORANGE, use_style
from companion.pages.publishing import publish_figure, record

use_style()

# %% [markdown]
# ## Two numbers
#
# The larger root of $(t-a)(t-b)=t^2-(a+b)t+ab$ is ({standing}`reconstructed`)
#
# $$\max(a,b)=\frac{a+b+\sqrt{(a+b)^2-4ab}}2=\frac{a+b+|a-b|}2,$$
#
# since the discriminant is a square:

# %%
a, b, c, t = sympy.symbols("a b c t", real=True)
sympy.factor(sympy.discriminant((t - a) * (t - b), t))

# %%
checks.quadratic()

# %%
checks.quadratic_identity()

# %% [markdown]
# ## Three numbers
#
# Put $\mu=\frac{a+b+c}3$, $Q=\frac{a^2+b^2+c^2-ab-bc-ca}9$ and
# $\rho=\frac{2\mu^3-\mu(ab+bc+ca)+abc}2$. Around the mean the cubic is

# %%
mu = (a + b + c) / 3
Q = (a**2 + b**2 + c**2 - a * b - b * c - c * a) / 9
rho = (2 * mu**3 - mu * (a * b + b * c + c * a) + a * b * c) / 2
around_the_mean = sympy.expand((t + mu - a) * (t + mu - b) * (t + mu - c))
sympy.expand(around_the_mean - (t**3 - 3 * Q * t - 2 * rho))

# %% [markdown]
# (zero: it is $t^3-3Qt-2\rho$). With $t=2\sqrt Q\cos\varphi$ the triple-angle formula turns
# $t^3-3Qt=2\rho$ into
# $\cos3\varphi=\rho/Q^{3/2}$. That this is between $-1$ and $1$ is once more a square:

# %%
sympy.factor(108 * (Q**3 - rho**2))

# %% [markdown]
# So, with $\theta=\arccos(\rho/Q^{3/2})$,
#
# $$\max(a,b,c)=\mu+2\sqrt Q\cos\tfrac\theta3,\qquad\min(a,b,c)=\mu+2\sqrt Q\cos\tfrac{\theta+2\pi}3,$$
#
# if the three are not all equal, and then $Q>0$ (else all are $\mu$),
# and the third number is what is left of the sum, $3\mu-\max-\min$. (Which form of the cubic formula
# the paper prints is
# lost, {standing}`ambiguous`; the imputation from the average is {standing}`given`.)


# %%
def roots(a, b, c):
    pairs, mean = a * b + b * c + c * a, (a + b + c) / 3
    radius = sqrt(max(0, a * a + b * b + c * c - pairs) / 9)
    if not radius:
        return mean, mean, mean
    skew = (2 * mean**3 - mean * pairs + a * b * c) / 2
    angle = acos(max(-1, min(1, skew / radius**3)))
    top, bottom = (mean + 2 * radius * cos((angle + turn) / 3) for turn in (0, 2 * pi))
    return top, 3 * mean - top - bottom, bottom


roots(0.2, 0.9, 0.5)

# %% [markdown]
# By hand, for 0, 1 and 2: $\mu=1$, $Q=\frac13$ and $\rho=0$, so $\theta=\frac\pi2$, and the maximum is
# $1+\frac2{\sqrt3}\cos\frac\pi6=1+\frac2{\sqrt3}\cdot\frac{\sqrt3}2=2$.

# %%
[expression.subs({a: 0, b: 1, c: 2}) for expression in (mu, Q, rho)], roots(0, 1, 2)

# %% tags=["remove-output", "hide-input"]
u = np.linspace(-0.5, 1.5, 201)
curves = np.array([roots(0.0, 1.0, float(third)) for third in u])
figure, axes = plt.subplots(figsize=(6.4, 3.8))
names = ("maximum", "third, from the average", "minimum")
for curve, name, colour, style in zip(
    curves.T, names, (BLUE, GREEN, ORANGE), ("-", "--", "-."), strict=True
):
    axes.plot(u, curve, color=colour, linestyle=style, label=name)
axes.set(xlabel="third number u of (0, 1, u)", ylabel="root of the cubic")
axes.legend()
publish_figure(
    figure,
    "three-roots",
    alt="The three roots of the cubic with the roots 0, 1 and u, as u goes from -0.5 to 1.5, computed by the "
    "cosine formula. The largest is flat at one and then rises with u, the smallest rises and then is "
    "flat at zero, the middle one follows u between.",
)

# %% [markdown]
# :::{autofigure} three-roots
# The cosine formula for the numbers $0$, $1$ and $u$. Out of symmetric functions, which know nothing
# of an order, come maximum, minimum and
# the one between.
# :::

# %%
checks.cubic()

# %%
checks.cubic_identities()

# %% [markdown]
# A cosine is not a root. Cardano's formula for the same cubic has square and cube roots only, but of complex
# numbers as soon as the three numbers are different, and that cannot be helped: by the theorem on the *casus
# irreducibilis* {cite:p}`hoelder1891casus` (known) no root of a cubic that is irreducible over the rational
# numbers and has three real roots is an expression in roots of real numbers, taken within the real numbers.
# Such a cubic is $t^3-3t+1$. So with real radicals the answer to "does it go on?" is no at three already.

# %%
checks.casus_irreducibilis()

# %% [markdown]
# ## Five numbers
#
# ```{statement} Theorem 5 (no formula in the coefficients)
# :label: theorem-5
# :standing: reconstructed
# :check: theorem_5, casus_irreducibilis, solvable_symmetric_groups
# :plain: No expression in radicals of the coefficients of a polynomial with five or more real roots gives
#     the largest of them for all polynomials; none in real radicals does from three roots on.
# :why: The text says "no algebraic expression" without saying of what; of the numbers themselves
#     there is one (Erratum 4).
#
# No expression built from rational numbers and the coefficients of
# $\prod_{i=1}^5(t-x_i)$ by addition, multiplication, division and roots, which may be complex, equals
# $\max(x_1,\dots,x_5)$ for all real $x$. {standing}`ours` The same holds for any number $d\ge5$ of inputs, and
# with real roots only for any $d\ge3$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# Such an expression would give, for the polynomial below, a root in radicals over the rational
# numbers. The polynomial is irreducible, so its
# group would be solvable. It is not. For $d>5$ multiply it by $(t+10)^{d-5}$: the coefficients stay rational,
# and the largest root stays what it was, since all five lie above $-10$. For real roots and $d\ge3$ take
# $(t^3-3t+1)(t+10)^{d-3}$ and the theorem on the casus irreducibilis.
# ```
#
# The text says that there is "no algebraic expression" for the maximum of five numbers ({standing}`given`),
# without saying of *what*. Its argument, dividing by the
# largest root and solving the quartic that remains, is about expressions in the coefficients, and for
# these the statement is right. A quintic with five real
# roots that shows it:

# %%
quintic = sympy.Poly(t**5 - 5 * t**3 + 4 * t + 1, t)
quintic.is_irreducible, [round(float(root), 4) for root in quintic.nroots()]

# %%
group, _ = quintic.galois_group()
record(group_order=int(group.order()))
group.order(), group.is_solvable

# %% [markdown]
# All {value}`a_algebraic.group_order` permutations of the roots respect all their algebraic relations,
# and that group is not solvable. The maximum of these five real numbers is no
# radical expression of the coefficients $-5$, $4$, $1$.

# %%
checks.theorem_5()

# %%
checks.solvable_symmetric_groups()

# %% [markdown]
# ## What is not forbidden
#
# In the numbers *themselves* a formula exists for any $d$, because $|y|=\sqrt{y^2}$ is a radical: nest
#
# $$\max(a,b)=\tfrac12\big(a+b+\sqrt{(a-b)^2}\big).$$
#
# As the theorem is worded in the available text, this contradicts it; with "in the coefficients" added
# nothing does ({prf:ref}`Erratum 4 <erratum-4>`).


# %%
def larger(a, b):
    """A formula of radicals in the two numbers."""
    return (a + b + sympy.sqrt((a - b) ** 2)) / 2


reduce(larger, map(sympy.Integer, (3, 1, 4, 1, 5)))

# %%
errata.erratum_4()

# %% [markdown]
# ## What it means
#
# The maximum is a formula of radicals in the *numbers* for every $d$; in the *coefficients* of their polynomial
# Abel's theorem forbids it from five numbers on, and for real radicals it ends with two.
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
