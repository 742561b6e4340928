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
# # Beyond Section 2. How deep must the network be?
#
# Lemma 1 takes the maximum of $d$ numbers in $\lceil\log_2d\rceil$ hidden layers, by rounds of pairwise
# maxes. Among networks whose neurons are subpool maxes that is the least depth possible. But must a
# network be of that kind? This chapter is {standing}`ours`; nothing in it is in the paper.
#
# **What this chapter establishes.**
#
# - Five numbers need two hidden layers, not three, with seven comparisons and nine neurons in the second
#   ({prf:ref}`Theorem Q <theorem-q>`), with a proof by hand, or with six and eight. One layer is not enough,
#   even for three ({prf:ref}`Lemma OL <lemma-ol>`).
# - Six, seven and eight numbers need two hidden layers as well ({prf:ref}`Theorem R <theorem-r>`), and so
#   do nine, the 3×3 pool, and ten ({prf:ref}`Theorem T <theorem-t>`). We know of no earlier proof.
# - Whether a claimed identity holds is decided exactly by finitely many rational numbers
#   ({prf:ref}`Theorem P <theorem-p>`).
# - Each further layer multiplies the number of inputs by five: 50 in three hidden layers, 250 in four
#   ({prf:ref}`Theorem SU <theorem-su>`).
# - What that costs in neurons, beside rounds of pairs without padding: for none of the sizes tried is the
#   shallower network the smaller one ({prf:ref}`Theorem S <theorem-s>`).
#
# How many layers are enough is settled since, for every number of inputs: two ({prf:ref}`Theorem TW
# <theorem-tw>`), by networks much larger than those here. So this chapter is about small networks.

# %%
import timeit
from itertools import product
from math import comb, factorial

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from sympy import factorint

from companion.checking import require
from companion.evidence import x_two_layers as checks
from companion.pages.figures import BLUE, GRAY, GRID, INK, ORANGE, PALETTE, SHADES, use_style
from companion.pages.publishing import publish_figure, publish_table, record, record_times
from companion.search.spans import recorded_spans
from maxpooling.layers import exact_max_network
from maxpooling.layers.max_networks import MOST_INPUTS, two_layer_max
from maxpooling.networks import (
    max_network_sizes,
    most_inputs,
    smallest_max_network,
    substituted_network,
)
from maxpooling.two_layers import identity, verify
from maxpooling.two_layers.comparisons import distinct_comparisons

use_style()

# %% [markdown]
# ## Why pairs of pairs are not all there is
#
# One hidden layer offers $m_{ij}=\max(x_i,x_j)$, with $m_{ii}=x_i$, and every sum of these. A neuron of
# the second layer can therefore compare *sums* of maxes. For two collections $Z,Z'$ of $K$ pairs each put
#
# $$f_Z(x)=\sum_{ij\in Z}m_{ij},\qquad h_{Z,Z'}(x)=\max(f_Z,f_{Z'})=f_{Z'}+\mathrm{relu}(f_Z-f_{Z'}).$$
#
# Lemma 1's second layer is the case $K=1$: $\max(m_{12},m_{34})$. With larger $K$ the function $h$ bends
# along planes such as $x_1+x_2=2x_3$, where no maximum of some $x_i$ ever bends. Such bends must cancel
# in a combination of many $h$'s, and they can.
#
# One hidden layer alone is not enough:
#
# ```{statement} Lemma OL (one layer)
# :label: lemma-ol
# :standing: ours
# :check: second_differences
# :plain: No ReLU network with one hidden layer gives the maximum of three or more numbers.
# :why: Not in the paper; long known, and proved here and by machine.
#
# No affine function plus any finite sum of terms $c_k\,\mathrm{relu}(w_k\cdot x+b_k)$ is the maximum of
# $n\ge3$ real numbers.
# ```
#
# ```{prf:proof}
# For $n=3$ put $Df(t)=f(1,-1,t)+f(-1,1,t)-2f(0,0,t)$. For the maximum it is $0$ if $t\ge1$ and $2$ if
# $t\le0$. It is $0$ for affine $f$. For one neuron, $f(x)=\mathrm{relu}(w\cdot x+b)$, the three arguments are
# $w_3t+b$ and that plus and minus $w_1-w_2$. If $w_3=0$, then $Df$ does not depend on $t$. If not, then for
# all large $|t|$ the three arguments have one sign, where the neuron is affine, and $Df(t)=0$. So any sum has
# $Df(t)=Df(-t)$ for all large $t$, and the maximum has not. For $n>3$ repeat the third number. ∎
# ```

# %%
checks.second_differences()

# %% [markdown]
# ## The ordered cone
#
# Sort the inputs, $y_1\ge\dots\ge y_n$. On this cone $m_{ij}$ is the one of higher rank, so $f_Z$ and
# $f_{Z'}$ are linear, and
#
# $$h_{Z,Z'}=\tfrac12(f_Z+f_{Z'})+\tfrac12|c\cdot y|,\qquad c\cdot y=\sum_k(c_1+\dots+c_k)(y_k-y_{k+1}).$$
#
# If the partial sums of $c$ have one sign, nothing bends. Otherwise $h$ has a **kink**, the plane
# $c\cdot y=0$ through the inside of the cone.

# %% tags=["remove-output", "hide-input"]
# Sections y_1 - y_n = 1 of the cone: for n = 3 a segment, for n = 4 a triangle of gaps.
fig, (three, four) = plt.subplots(1, 2, figsize=(6.4, 3.9), width_ratios=[1, 1.25])
t = np.linspace(0, 1, 201)  # y = (1, t, 0)
for form, colour in zip(((1, -2, 1), (1, -3, 2), (2, -3, 1)), PALETTE, strict=False):
    three.plot(t, np.abs(form[0] + form[1] * t), color=colour, label=str(form).replace("-", "−"))
three.set(xlabel="$y_2$, with $y_1=1$, $y_3=0$", ylabel="value", title="n = 3")
three.legend(loc="upper center", fontsize=10.5, title="c", bbox_to_anchor=(0.5, -0.24))
corners = np.array([[0, 0], [1, 0], [0.5, 0.87]])
four.fill(*corners.T, facecolor=SHADES[0], edgecolor=INK)
kinks = ((1, -1, -1, 1), (1, -2, 0, 1), (1, 0, -2, 1), (1, -2, 2, -1))
for form, colour in zip(kinks, PALETTE, strict=False):
    partial = np.cumsum(form)[:3]  # the form in the gaps
    edges = [
        (i, j)
        for i in range(3)
        for j in range(i)
        if partial[i] * partial[j] <= 0 and partial[i] != partial[j]
    ]
    ends = [
        (corners[i] * partial[j] - corners[j] * partial[i]) / (partial[j] - partial[i])
        for i, j in edges
    ]
    four.plot(*np.array(ends).T, color=colour, label=str(form).replace("-", "−"))
four.set(title="n = 4", xticks=[], yticks=[], aspect="equal")
for corner, name, side in zip(
    corners, ("$y_1>y_2$", "$y_2>y_3$", "$y_3>y_4$"), ("top", "top", "bottom"), strict=True
):
    four.text(*corner, name, ha="center", va=side)
four.grid(visible=False)
four.legend(loc="upper center", fontsize=10.5, title="c", bbox_to_anchor=(0.5, 0.02), ncols=2)
four.spines[:].set_visible(False)
four.margins(0.14)
publish_figure(
    fig,
    "two-layers-kinks",
    alt="Left: three functions of the middle one of three sorted numbers, each with a V-shaped bend "
    "at a different place. Right: a triangle, the ordered cone of four numbers, crossed by four "
    "lines, the planes of four kinks.",
)

# %% [markdown]
# :::{autofigure} two-layers-kinks
# Kinks inside the ordered cone. Left, three inputs: each kink bends at its own place. Right, four inputs:
# the section of the cone is a triangle whose corners are the orderings with a single gap; each kink is a
# line across it.
# :::
#
# ## A finite, exact test
#
# ```{statement} Theorem P (which identities hold)
# :label: theorem-p
# :standing: ours
# :check: which_identities_hold
# :plain: A symmetrised combination equals the maximum if and only if, on every cone, its linear
#     parts add up to the largest entry and the coefficients of every kink add up to zero.
#
# Let a rational combination of linear functions and functions $h_{Z,Z'}$ stay the same
# when inputs are renamed within given blocks. It equals $\max(x)$ for all $x$ if and only if, for every
# arrangement of the blocks along the ranks, the linear parts on the ordered cone add up to $y_1$ and the
# coefficients of every kink add up to $0$. Kinks are named by primitive integer vectors $c$ up to sign.
# ```
#
# ```{prf:proof}
# :class: dropdown
#
# *If.* On every ordered cone the combination is then $y_1=\max(x)$, and the cones, with their images
# under renaming, cover the space. *Only if.* Different primitive vectors (up to sign) have different
# planes $c\cdot y=0$, and every kink's plane meets the inside of the cone. Take a point inside that lies
# on one of these planes and on no other. Near it, a sum of kinks and linear functions is differentiable
# only if the coefficient of that kink is zero, and $y_1$ is differentiable. So all coefficients vanish;
# the rest is linear, equal to $y_1$ on an open set, hence $y_1$ itself.
# ```
#
# `verify` is this theorem in integers and fractions. It shares no code with the search that found the
# identities, and names a kink that is left over when a coefficient has been changed.

# %%
checks.which_identities_hold()

# %% [markdown]
# ## Five numbers, by hand
#
# ```{statement} Theorem Q (five inputs)
# :label: theorem-q
# :standing: ours
# :check: five_inputs, six_comparisons, five_inputs_on_a_grid
# :plain: Seven comparisons, which are nine neurons in the second of two hidden layers, give the maximum
#     of five numbers; six do, too.
# :why: Not in the paper, whose network of pairwise maxes needs three layers. That two suffice is
#     due to Bakaev et al. (2025); the identity is ours.
#
# (that two layers suffice is due to {cite:t}`bakaev2025depth`) For all real
# $a,b,c,d,e$, with $s=m_{bc}+m_{de}$,
#
# $$
# \begin{aligned}
# &2\max(a,b,c,d,e)=\max(2a,s)\\
# &\ -\max(m_{ab}+m_{ac},s)\\
# &\ -\max(m_{ad}+m_{ae},s)\\
# &\ +\max(m_{ab},m_{de})+\max(m_{ac},m_{de})\\
# &\ +\max(m_{ad},m_{bc})+\max(m_{ae},m_{bc}).
# \end{aligned}
# $$
#
# Six comparisons do as well:
#
# $$
# \begin{aligned}
# &4\max(a,b,c,d,e)=\max(2m_{ac},m_{ae}+m_{ce})\\
# &\ +2\max(m_{ac}+m_{cd},m_{bc}+m_{ce})\\
# &\ -2\max(m_{ac}+m_{bd},m_{ae}+m_{bc})\\
# &\ -2\max(m_{ae}+m_{cd},m_{bd}+m_{ce})\\
# &\ +4\max(m_{ad},m_{be})+2\max(b,m_{cd}).
# \end{aligned}
# $$
# ```
#
# ```{prf:proof}
# Exchange names so that $b\ge c$, $d\ge e$ and $b\ge d$. Then $s=b+d$, and $\max(m_{ab},m_{de})$ and
# $\max(m_{ad},m_{bc})$ are both $\max(a,b)$, the largest of all. It remains to see that
#
# $$
# \begin{aligned}
# &\max(2a,b+d)+\max(a,c,d)+\max(a,b)\\
# &\qquad=\max(m_{ab}+m_{ac},\,b+d)+\max(m_{ad}+m_{ae},\,b+d).
# \end{aligned}
# $$
#
# - $a\ge b$: both sides are $4a$.
# - $b\ge a\ge d$: then $m_{ab}=b$, $m_{ad}=m_{ae}=a$, and the right side is
#   $b+\max(a,c)+\max(2a,b+d)$; so is the left.
# - $d\ge a$: the left side is $(b+d)+\max(c,d)+b$. On the right the second maximum is $b+d$, since
#   $m_{ad}+m_{ae}\le 2d$, and the first is $b+\max(a,c,d)=b+\max(c,d)$.
#
# That six comparisons do is shown by `verify` on each of the {value}`x_two_layers.six_cones` cones. ∎
# ```
#
# The seven comparisons are not all that the second layer holds. Each is
# $\max(f,g)=g+\mathrm{relu}(f-g)$, and the sum of the $g$ has to be carried to the output: two neurons
# more, for its sign is not known. They cannot be spared in this form, since at $x=(t,\dots,t)$ every
# $\mathrm{relu}(f-g)$ is $0$. Nor are all ten pairs of inputs read: six are, and a first layer of ten
# neurons is enough. The six comparisons read eight pairs, so that the neurons of both layers together are
# more. The first identity as code, on integers, for all orders of five numbers:


# %%
def largest_of_five(a, b, c, d, e):
    """Theorem Q: seven comparisons of sums of pairwise maxes."""
    ab, ac, ad, ae = max(a, b), max(a, c), max(a, d), max(a, e)
    bc, de = max(b, c), max(d, e)
    s = bc + de
    twice = max(2 * a, s) - max(ab + ac, s) - max(ad + ae, s)
    twice += max(ab, de) + max(ac, de) + max(ad, bc) + max(ae, bc)
    return twice // 2


all(largest_of_five(*x) == max(x) for x in product(range(5), repeat=5))

# %% [markdown]
# At $(a,b,c,d,e)=(3,1,4,1,5)$, for example, $s=4+5=9$, and the lines of the identity are $9$, $-9$, $-9$,
# $5+5$ and $4+5$: together 10, twice the maximum.

# %%
largest_of_five(3, 1, 4, 1, 5)

# %%
checks.five_inputs()

# %%
checks.six_comparisons()

# %% tags=["remove-output", "hide-input"]
record(six_cones=verify(identity(5)).cones)

# %%
checks.five_inputs_on_a_grid()

# %% [markdown]
# ## Six to ten
#
# ```{statement} Theorem R (six, seven and eight inputs)
# :label: theorem-r
# :standing: ours
# :check: six_seven_eight
# :plain: Two hidden layers give the maximum of six, seven and eight numbers.
# :why: Not in the paper, whose network of pairwise maxes needs three layers.
#
# The maximum of six, seven or eight numbers is computed exactly by a ReLU network with two
# hidden layers, with $K=2,3,3$ pairs on each side of the comparisons.
# ```
#
# The proof is the list of coefficients, found by exact linear algebra and proved by `verify`.

# %%
checks.six_seven_eight()

# %% [markdown]
# ```{statement} Theorem T (nine and ten inputs)
# :label: theorem-t
# :standing: ours
# :check: nine_and_ten, nine_and_ten_on_a_grid
# :plain: Two hidden layers give the maximum of nine and of ten numbers.
# :why: Not in the paper, whose network of pairwise maxes needs four layers. The check is
#     the whole proof.
#
# The maximum of nine or ten numbers is computed exactly by a ReLU network with two hidden
# layers, with at most $K=4$ pairs on each side of the comparisons, no pair occurring twice in a comparison
# and none of the form $m_{ii}$.
# ```
#
# The proof is again a list, of {value}`x_two_layers.nine_averages` averages for nine inputs and
# {value}`x_two_layers.ten_averages` for ten. `verify` adds up {value}`x_two_layers.nine_forms` linear forms
# for the one and {value}`x_two_layers.ten_forms` for the other, and finds that all
# {value}`x_two_layers.nine_kinks` and {value}`x_two_layers.ten_kinks` kinks cancel; it does so whenever this
# page is made. Another computation, which shares no code with it, evaluates both identities at every vector
# with entries 0, 1 and 3, exactly.

# %%
checks.nine_and_ten()

# %%
checks.nine_and_ten_on_a_grid()

# %% tags=["remove-output"]
proofs = {n: verify(identity(n)) for n in (9, 10)}
for n, name in ((9, "nine"), (10, "ten")):
    record(
        **{
            f"{name}_averages": len(identity(n).terms),
            f"{name}_forms": proofs[n].forms,
            f"{name}_kinks": proofs[n].kinks,
            f"{name}_comparisons": identity(n).comparisons,
            f"{name}_digits": len(str(identity(n).denominator)),
            f"{name}_absolute_sum": float(identity(n).absolute_sum),
        }
    )

# %% [markdown]
# These two are existence proofs. The comparisons number {value}`x_two_layers.nine_comparisons` and
# {value}`x_two_layers.ten_comparisons`, the common denominators have {value}`x_two_layers.nine_digits` and
# {value}`x_two_layers.ten_digits` digits: nobody would build such a layer. For up to eight inputs the price is
# known better:

# %%
rows = []
for n in range(5, MOST_INPUTS + 1):
    for goal in ("symmetric", "neurons", "denominators"):
        one = identity(n, goal)
        comparisons = len(distinct_comparisons(one)[2])
        primes = ", ".join(map(str, factorint(one.denominator_per_image)))
        size = len(one.terms), comparisons, comparisons + 2, one.pairs_per_side
        rows.append((n, goal, *size, one.denominator, primes, float(one.absolute_sum)))
columns = [
    *("$n$", "goal", "averages", "comparisons", "neurons", "$K$"),
    *("denom.", "primes", "$\\sum|c|$"),
]
identities = pd.DataFrame(rows, columns=columns).round(2).astype({"primes": str})

# %% tags=["remove-output", "hide-input"]
publish_table(identities, "two-layers-identities")
few = {n: len(distinct_comparisons(identity(n))[2]) for n in range(5, MOST_INPUTS + 1)}
record(
    symmetric_5=len(distinct_comparisons(identity(5, "symmetric"))[2]),
    nine_by_growth=round(few[8] ** 2 / few[7] / 10**4) * 10**4,
    **{f"comparisons_{n}": count for n, count in few.items()},
)

# %% [markdown]
# :::{autotable} two-layers-identities
# :folded: The identities for five to ten inputs: sizes and denominators
# The identities: number of averages, comparisons in the second hidden layer (equal functions merged),
# its neurons (two more, which carry what is linear), pairs on a side, common denominator of the averages' coefficients, primes in the denominators
# of single neurons, and $\sum|c|$, up to eight inputs. "Symmetric" treats all inputs alike; "neurons" has the
# fewest comparisons that we found, "denominators" the least common denominator.
# :::
#
# Giving up symmetry saves most comparisons: {value}`x_two_layers.comparisons_5` instead of
# {value}`x_two_layers.symmetric_5` for five inputs, {value}`x_two_layers.comparisons_6` for six,
# {value}`x_two_layers.comparisons_7` for seven, {value}`x_two_layers.comparisons_8` for eight. No minimality is
# claimed for any of the numbers.
#
# ## How they were found
#
# ```{folded}
# Linear programs over averages of few kinds, and why nine inputs have no small identity yet.
# ```
#
# Those with seven comparisons for five inputs and with {value}`x_two_layers.comparisons_6` for six were found in
# stages: a sparse symmetric combination, then its averages split into those over smaller groups, and a sparse
# combination again. Those for seven and eight inputs came of another choice: blocks of two inputs (of seven the
# last alone), and averages over all renamings that permute the blocks and the inputs within each. Among them it
# is enough, for the largest sums, to take comparisons whose pairs form a forest of two trees, each of them a
# union of blocks; together with comparisons of one or two pairs a side, and those of three pairs that meet few
# blocks, they are the columns of a linear program that minimises $\sum|c|$ weighted by the size of the orbit, and
# then again with weights that favour what is already small. Its vertex is rounded to fractions and proved like
# any other. For nine inputs this way was not gone to its end: if they grow from eight to nine as from seven to
# eight, {value}`x_two_layers.nine_by_growth` or so will do in the place of
# {value}`x_two_layers.nine_comparisons`.
#
# How large the program for nine would be, the forests tell. On $m$ blocks of two there are
# $F=\sum(2a)^{2a-2}(2b)^{2b-2}$ forests of two trees, each on a union of blocks, the sum being over the ways to
# split the blocks into $a$ and $b$ (Cayley's formula for both trees). Each has $2m-2$ pairs, which can be
# shared among the two sides in $\tfrac12\binom{2m-2}{m-1}$ ways, and an orbit has at most $2^mm!$ members:


# %%
def fewest_columns(m):
    """At least so many averages have comparisons whose pairs are such a forest on m blocks."""
    splits = [(a, m - a, comb(m, a)) for a in range(1, m)]  # each split is met twice
    forests = sum(ways * (2 * a) ** (2 * a - 2) * (2 * b) ** (2 * b - 2) for a, b, ways in splits)
    comparisons = forests // 2 * comb(2 * m - 2, m - 1) // 2
    return -(-comparisons // (2**m * factorial(m)))


columns_of = {2 * m: fewest_columns(m) for m in (3, 4, 5)}
columns_of

# %% tags=["remove-output", "hide-input"]
record(columns_8=columns_of[8], columns_10=columns_of[10])

# %% [markdown]
# For eight inputs at least {value}`x_two_layers.columns_8` averages of this kind, for ten at least
# {value}`x_two_layers.columns_10`; those for nine are the ones for ten with two inputs of a block set equal. A
# program of that size was not solved, nor a smaller family of these forests tried for nine inputs: whether one
# is enough is not known.
#
# ## What is the least $K$?
#
# The span of *all* symmetric averages with at most $K$ pairs a side, modulo a prime, tells when the
# maximum comes into reach.

# %%
spans = pd.DataFrame(
    [
        (s.n, s.K, s.templates, s.coordinates, s.rank, "yes" if s.max_in_span else "no")
        for s in recorded_spans()
    ]
)
spans.columns = ["inputs", "K", "templates", "coordinates", "rank", "max in the span"]
nine = {s.K: s for s in recorded_spans() if s.n == 9}
checks.least_pairs()

# %% tags=["remove-output"]
publish_table(spans, "two-layers-spans")
record(nine_templates=nine[4].templates, nine_rank=nine[4].rank, nine_prime=nine[4].prime)

# %% [markdown]
# :::{autotable} two-layers-spans
# :folded: Spans of all templates, by inputs and pairs
# Spans of all templates modulo the prime {value}`x_two_layers.nine_prime`, as recorded. The rows with "no"
# are computed anew whenever this page is made; that of nine inputs and $K=4$ took an hour, and is a record.
# By itself "no" means that every symmetric identity with so few pairs would have a denominator that this prime
# divides; by {prf:ref}`Theorem LP <theorem-lp>` there is none at all for $n\ge2K+3$. "Yes" is a proof only
# where an exact identity is at hand, which is so in every row here.
# :::
#
# So the least $K$ is 1, 2, 2, 3, 3, 4, 4 for $n=4,\dots,10$; the kernel of Coq has accepted that
# (`LeastPairsExact.exactly`, {doc}`/machine-checked`). That fewer do not is a theorem for all
# $n\ge3$ and without symmetry: {prf:ref}`Theorem LP <theorem-lp>` asks for $n-2$ proper pairs in some
# comparison, so for $2K\ge n-2$. An input, $m_{ii}$, counts as a pair in the table and not there, so the bound
# holds for both ways to count. The table's computation, which came first, agrees.
#
# How the identities for nine and ten were found: the {value}`x_two_layers.nine_templates` templates with
# $K\le4$ on nine inputs have a span of dimension {value}`x_two_layers.nine_rank`, which is much for a linear
# program. But a template is a graph with edges of two colours, and **simple graphs suffice**, without loops
# $m_{ii}$ and repeated edges, for five to ten inputs. On nine inputs it is even enough to take those that
# use every input, on ten those that use at least nine: then a linear program over two or three thousand
# templates takes minutes, minimising $\sum|c|$ (for nine then reweighted towards few comparisons), and the
# coefficients at its vertex follow exactly. For ten the columns of that program were tabulated by a compiled
# program that is not part of this library; the proof does not depend on it. Modulo the prime we also
# tried smaller families for nine inputs, and found that these do **not** suffice: graphs without loops in
# which one colour is a matching (they do for seven); of the simple graphs that use every input, the
# trees alone, the disconnected ones alone, and those without a vertex of degree three in one colour.

# %%
checks.simple_graphs()

# %% [markdown]
# ## Each further layer, five times the inputs
#
# An identity holds for all real numbers, so also where each of them is itself a maximum.
#
# ```{statement} Theorem SU (substitution)
# :label: theorem-su
# :standing: ours
# :check: identity_over_groups, numbers_of_inputs
# :plain: An identity for n inputs, and k hidden layers for g inputs, give k+1 hidden layers for n⌊g/2⌋
#     inputs: 50 in three, 250 in four.
#
# Let the maximum of $n$ numbers be a combination of pairwise maxes $m_{ij}$ and of maxima of two sums of
# them, and let $k\ge1$ hidden layers be enough for $g\ge2$ numbers. Then $k+1$ hidden layers are enough for
# $n\lfloor g/2\rfloor$ numbers, hence by {prf:ref}`Theorem T <theorem-t>` $k$ hidden layers for
# $2\cdot5^{k-1}$ numbers, $k\ge2$.
# ```
#
# ```{prf:proof}
# Split the inputs into $n$ groups $G_i$ of $h=\lfloor g/2\rfloor$ and put $x_i=\max(G_i)$ into the
# identity. Every $m_{ij}$ is then $\max(G_i\cup G_j)$, the maximum of at most $2h\le g$ inputs: copies of
# the given network side by side compute all of them in $k$ layers, as linear functions of the $k$-th. Layer
# $k+1$ has a neuron $\mathrm{relu}(f_Z-f_{Z'})$ for each comparison and two that carry what is linear, and
# the output is the largest $x_i$. With $n=10$: $g_2=10$ and $g_{k+1}=10\lfloor g_k/2\rfloor=5g_k$. ∎
# ```
#
# By hand: three numbers are $\max(m_{12},x_3)$. Put the maxima of the groups $3,1$ and $4,1$ and $5,2$ for them: $m_{12}$
# becomes the maximum of the four numbers $3,1,4,1$, which two layers find to be $4$, as they find $x_3=5$, and one
# comparison more gives $5$. An identity costs one layer, whatever its inputs are. As a network, its layers and what
# it gives:

# %%
six = substituted_network([2, 2, 2])
six.hidden_widths, int(six.numerators([[3, 1, 4, 1, 5, 2]])[0]) // six.denominator

# %%
checks.identity_over_groups()

# %%
checks.numbers_of_inputs()


# %%
def depth_row(layers):
    """Lemma 1; Bakaev et al.; substitution into the identity for ten."""
    return layers, 2**layers, 3 ** (layers - 1) + 2, most_inputs(layers)


depths = pd.DataFrame(
    [depth_row(k) for k in range(2, 9)],
    columns=["hidden layers", "Lemma 1", "Bakaev et al.", "ours"],
)

# %% tags=["remove-output"]
publish_table(depths, "two-layers-depth")

# %% tags=["remove-output", "hide-input"]
fig, axis = plt.subplots(figsize=(6.4, 3.6))
styles = (("Lemma 1", GRAY, "o"), ("Bakaev et al.", ORANGE, "s"), ("ours", BLUE, "^"))
for name, colour, marker in styles:
    axis.plot(depths["hidden layers"], depths[name], color=colour, marker=marker, label=name)
axis.set(xlabel="hidden layers", ylabel="largest number of inputs", yscale="log")
axis.grid(color=GRID)
axis.legend()
publish_figure(
    fig,
    "two-layers-depth-figure",
    alt="Inputs against hidden layers on a logarithmic axis: three rising lines, Lemma 1 lowest, "
    "that of Bakaev et al. steeper, ours highest and steepest, from 10 inputs at two layers to about "
    "156 thousand at eight.",
)

# %% [markdown]
# :::{autofigure} two-layers-depth-figure
# How many inputs so many hidden layers serve, by rounds of pairs, by the construction of
# {cite:t}`bakaev2025depth`, and by {prf:ref}`Theorem SU <theorem-su>` with the identity for ten. The lines
# grow by 2, by about 3 and by 5 a layer. None of them is a limit: two layers are enough for every number
# of inputs.
# :::
#
# :::{autotable} two-layers-depth
# The same numbers. With the identity for ten in it, no network of the last column could be stored; what can
# be is in the next table.
# :::
#
# ## Networks
#
# ```{statement} Theorem S (three layers)
# :label: theorem-s
# :standing: ours
# :check: three_layers, three_layers_are_exact
# :plain: Three hidden layers take the maximum of up to fifty numbers; for nine numbers 32 neurons do, for
#     sixteen 649.
# :why: Not in the paper, whose network of pairwise maxes needs four layers for nine numbers, with 45
#     neurons in the paper's form and 27 without padding.
#
# Three hidden layers compute the maximum of up to fifty numbers. For nine numbers 13, 10 and 9 neurons do,
# for sixteen 98, 483 and 68.
# ```
#
# ```{prf:proof}
# The first sentence is {prf:ref}`Theorem SU <theorem-su>` with $k=2$, $n=g=10$. For nine numbers, take the
# maxes of $x_1,x_6$; $x_2,x_7$; $x_3,x_8$; $x_4,x_9$ and $x_5,x_9$: five comparisons, and two neurons for
# each of $x_6,\dots,x_9$. These five are the $a,\dots,e$ of {prf:ref}`Theorem Q <theorem-q>`, which reads six
# pairs of them: six comparisons; two neurons for $a$; and $b=a+\mathrm{relu}(b-a)-\mathrm{relu}(a-b)$ and $d$
# for one more each. The third layer has seven comparisons and the two that carry. For sixteen, put groups of
# 3, 3, 3, 3, 2 and 2 into the identity for six numbers ({prf:ref}`Theorem R <theorem-r>`), take the maxima of
# two groups by the identities for six, five and four numbers, and write every neuron once. ∎
# ```
#
# By hand, at $3,1,4,1,5,9,2,6,5$: one layer of pairs leaves $a,\dots,e=9,2,6,5,5$ (the last number is in two pairs), and
# five numbers take two layers more. There $s=6+5=11$, and the lines of {prf:ref}`Theorem Q <theorem-q>` are $18$, $-18$,
# $-18$, $9+9$ and $9+9$: together 18, twice the maximum.

# %%
nine = smallest_max_network(9, 3)
numbers = [3, 1, 4, 1, 5, 9, 2, 6, 5]
five = [max(numbers[i], numbers[j]) for i, j in ((0, 5), (1, 6), (2, 7), (3, 8), (4, 8))]
found = int(nine.numerators([numbers])[0]) // nine.denominator
nine.hidden_widths, five, largest_of_five(*five), found

# %%
checks.three_layers()

# %%
checks.three_layers_are_exact()

# %%
shown = (*range(2, 19), 25, 33, 49)
table = pd.DataFrame(
    [
        (d, general.layers, general.network, general.neurons, positive.neurons)
        for d in shown
        for general, positive in zip(
            max_network_sizes(d), max_network_sizes(d, non_negative=True), strict=True
        )
    ],
    columns=["inputs", "hidden layers", "network", "neurons", "inputs not negative"],
)
ours = table[table["network"] != "Lemma 1"].groupby("inputs")["neurons"]
require(ours.is_monotonic_increasing.all(), "a network of fewer layers has fewer neurons")

# %% tags=["remove-output"]
publish_table(table, "two-layers-sizes")

# %% [markdown]
# :::{autotable} two-layers-sizes
# :folded: Exact networks for 2 to 49 inputs, by depth
# Networks for the exact maximum: Lemma 1 as the paper has it (three neurons for each pair of the padded
# tree, two if no input is negative), the same rounds without padding, and for every smaller depth the
# smallest that we know and that can be stored. Equal neurons are merged in all but Lemma 1's. The less deep
# network is never the smaller one here, once the deeper is not padded; nothing here is proved to be the least.
# Beside their estimators these networks stand in {numref}`cost-table`.
# :::
#
# With whole numbers as weights and one common denominator at the output these networks are exact:

# %%
sixteen = smallest_max_network(16, 3)
numbers = np.random.default_rng(0).integers(-1000, 1000, size=(1000, 16))
by_pairs = smallest_max_network(8, 2).neurons + 3 * 8
record(sixteen_neurons=sixteen.neurons, sixteen_by_pairs=by_pairs)
bool((sixteen.numerators(numbers) == sixteen.denominator * numbers.max(axis=1)).all())

# %% [markdown]
# The {value}`x_two_layers.sixteen_neurons` neurons for a 4×4 pool in three layers stand for
# {value}`x_two_layers.sixteen_by_pairs` of the simpler way, one round of pairs and the identity for eight.
#
# ## Rounding
#
# ```{folded}
# What rounding does to the networks when they run in floating point.
# ```
#
# The terms of an identity have both signs, so rounding errors of the second layer are multiplied by up to
# $\sum|c|$. This stays moderate: measured on a thousand random vectors,

# %%
random = torch.Generator().manual_seed(0)
errors = {}
for n in range(5, MOST_INPUTS + 1):
    x = torch.randn(1000, n, generator=random, dtype=torch.float32)
    errors[n] = (two_layer_max(n)(x) - x.max(dim=1).values).abs().max().item()
record(single_precision_5=errors[5], single_precision_8=errors[8])

# %% [markdown]
# the largest error in single precision is {value}`x_two_layers.single_precision_5|.1e` for five inputs and
# {value}`x_two_layers.single_precision_8|.1e` for eight. The time for a thousand vectors follows the number
# of weights, not that of layers. Times differ from run to run: those of the run behind this page stand in
# {doc}`/status`, for five and for seven inputs, Lemma 1's network and the one with two layers.


# %%
def milliseconds(network, n):
    """The best of five runs on a thousand vectors."""
    x = torch.randn(1000, n, generator=random)
    with torch.no_grad():
        return 1e3 * min(timeit.repeat(lambda: network(x), number=1, repeat=5))


times = {
    n: (milliseconds(exact_max_network(n), n), milliseconds(two_layer_max(n), n)) for n in (5, 7)
}
record_times(
    **{
        f"max of {n}, {name}": time
        for n in times
        for name, time in zip(("Lemma 1", "two layers"), times[n], strict=True)
    }
)

# %% [markdown]
# ## Related work, and what the denominators say
#
# ```{folded}
# The bounds known from elsewhere, and which primes they force into the denominators.
# ```
#
# Consulted in stored copies, as stated for each; nothing below was re-derived here. {doc}`/known` has it as one
# dated table, with what our search covered.
#
# - {cite:t}`hertrich2021towards` (abstract): conjecture, as the later papers report it, that
#   $\lceil\log_2(n+1)\rceil$ hidden layers are needed for piecewise linear functions of $n$ variables, the
#   maximum being the candidate.
# - {cite:t}`haase2023lower` (abstract): $\lceil\log_2n\rceil$ layers *are* needed for the maximum of $n$
#   numbers if all weights are integers.
# - {cite:t}`averkov2025expressiveness` (abstract and a summary): with weights that are $N$-ary fractions and
#   $p$ a prime not dividing $N$, at least $\lceil\log_pn\rceil$ layers for $n$ numbers; for decimal
#   fractions $\lceil\log_3n\rceil$.
# - {cite:t}`grillo2025depth` (abstract): three layers are needed for five numbers, and $\Omega(\log\log n)$ in
#   general, if every neuron bends only along planes $x_i=x_j$. Ours bend elsewhere, and the bends cancel.
# - {cite:t}`bakaev2025depth` (abstract and introduction): two layers for five numbers,
#   $\lceil\log_3(n-2)\rceil+1$ for $n\ge4$; this disproves the conjecture.
# - {cite:t}`safran2024how` (abstract) bound the width needed to *approximate* the maximum;
#   {cite:t}`safran2026depth` (abstract) proves super-linear width for computing it exactly at small
#   depth.
#
# One hidden layer is not enough for three or more numbers ({prf:ref}`Lemma OL <lemma-ol>`), so two are the
# least possible for every $n$ of this chapter, and, since two do for every $n$, for all. What is open is
# not the depth but the size.
#
# Two layers for five or more numbers are impossible, by the result on $N$-ary fractions with $p=2$, unless
# 2 divides a denominator; the prime 3 is forced from ten numbers on, and indeed divides one in our identity
# for ten. Our identity for five has no other prime than 2. The others have more (see
# {numref}`two-layers-identities`), which nothing known forces.

# %%
checks.even_denominators()

# %% [markdown]
# ## What it means
#
# For up to ten numbers depth is no obstacle, two hidden layers being enough; what a shallow network costs is
# neurons, and for none of the sizes tried is it the smaller one.
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
#
# Every identity exactly, on every ordered cone, by a program that shares nothing with the search; five
# inputs by hand as well. The networks, in double and single precision, on random, tied and cell-boundary
# inputs (in the tests).
#
# **Since proved.** Two hidden layers suffice for every $n$ ({prf:ref}`Theorem TW <theorem-tw>`), and
# comparisons of sums of $K$ pairs serve at most $2K+2$ inputs ({prf:ref}`Theorem LP <theorem-lp>`), so that the
# least $K$ for $n=4,\dots,10$ is $\lceil n/2\rceil-1$ exactly; both by hand in {doc}`x_every_function` and by
# machine ({doc}`/machine-checked`; {standing}`ours`, not reviewed by peers). That construction says nothing of
# small networks, and what this chapter has for ten and fewer inputs is far smaller.
#
# **Open.** Whether $K=\lceil n/2\rceil-1$ is enough for every $n$, and how few neurons are. Nothing was
# tried beyond ten inputs here, nor templates with larger first-layer pieces. For nine and ten only fully
# symmetric identities were looked for, so their numbers of neurons and denominators say little; blocks of two
# inputs, which made seven and eight so much smaller, were not carried through for them.
