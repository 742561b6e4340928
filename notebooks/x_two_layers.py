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
# maxes. Among networks whose neurons are subpool maxes that is the best possible. But must a network
# be of that kind? This chapter is {standing}`ours`; nothing in it is in the paper.
#
# **What this chapter establishes.**
#
# - Five numbers need two hidden layers, not three, and seven neurons in the second do
#   ({prf:ref}`Theorem Q <theorem-q>`), with a proof by hand.
# - Six, seven and eight numbers need two hidden layers as well ({prf:ref}`Theorem R <theorem-r>`), and so
#   do nine, the 3×3 pool, and ten ({prf:ref}`Theorem T <theorem-t>`). We know of no earlier proof.
# - Whether a claimed identity holds is decided exactly by finitely many rational numbers
#   ({prf:ref}`Theorem P <theorem-p>`).
# - With three hidden layers a 3×3 pool takes fewer neurons than Lemma 1 spends on four
#   ({prf:ref}`Theorem S <theorem-s>`).
# - Composed, these networks are shallower than all that we know of: ten times the inputs for two more
#   layers.

# %%
import timeit

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from sympy import factorint

from companion.evidence import x_two_layers as checks
from companion.pages.figures import BLUE, GRAY, GRID, INK, ORANGE, PALETTE, SHADES, use_style
from companion.pages.publishing import publish_figure, publish_table, record, record_times
from companion.search.spans import recorded_spans
from maxpooling.layers import exact_max_network
from maxpooling.layers.max_networks import MOST_INPUTS, three_layer_max, two_layer_max
from maxpooling.networks import max_network_matrices
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
fig, (three, four) = plt.subplots(1, 2, figsize=(7, 3.9), width_ratios=[1, 1.25])
t = np.linspace(0, 1, 201)  # y = (1, t, 0)
for form, colour in zip(((1, -2, 1), (1, -3, 2), (2, -3, 1)), PALETTE, strict=False):
    three.plot(t, np.abs(form[0] + form[1] * t), color=colour, label=f"c = {form}")
three.set(xlabel="$y_2$, with $y_1=1$, $y_3=0$", ylabel="value", title="n = 3")
three.legend(loc="upper center", fontsize=9)
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
    four.plot(*np.array(ends).T, color=colour, label=str(form))
four.set(title="n = 4", xticks=[], yticks=[], aspect="equal")
for corner, name, side in zip(
    corners, ("$y_1>y_2$", "$y_2>y_3$", "$y_3>y_4$"), ("top", "top", "bottom"), strict=True
):
    four.text(*corner, name, ha="center", va=side)
four.grid(visible=False)
four.legend(loc="upper left", fontsize=8, title="c", bbox_to_anchor=(-0.12, 1.0))
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
# :check: five_inputs, five_inputs_on_a_grid
# :plain: Seven neurons in the second of two hidden layers give the maximum of five numbers.
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
#   $m_{ad}+m_{ae}\le 2d$, and the first is $b+\max(a,c,d)=b+\max(c,d)$. ∎
# ```

# %%
checks.five_inputs()

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
        neurons = len(distinct_comparisons(one)[2])
        primes = ", ".join(map(str, factorint(one.denominator_per_image)))
        size = len(one.terms), neurons, one.pairs_per_side
        rows.append((n, goal, *size, one.denominator, primes, float(one.absolute_sum)))
columns = ["$n$", "goal", "averages", "neurons", "$K$", "denom.", "primes", "$\\sum|c|$"]
identities = pd.DataFrame(rows, columns=columns).round(2).astype({"primes": str})

# %% tags=["remove-output"]
publish_table(identities, "two-layers-identities")
few = {n: len(distinct_comparisons(identity(n))[2]) for n in range(5, MOST_INPUTS + 1)}
record(
    symmetric_5=len(distinct_comparisons(identity(5, "symmetric"))[2]),
    **{f"neurons_{n}": count for n, count in few.items()},
)

# %% [markdown]
# :::{autotable} two-layers-identities
# The identities: number of averages, comparisons in the second hidden layer (neurons, equal functions
# merged), pairs on a side, common denominator of the averages' coefficients, primes in the denominators
# of single neurons, and $\sum|c|$, up to eight inputs. "Symmetric" treats all inputs alike; "neurons" has the
# fewest comparisons that we found, "denominators" the least common denominator.
# :::
#
# Giving up symmetry saves most neurons: {value}`x_two_layers.neurons_5` instead of
# {value}`x_two_layers.symmetric_5` for five inputs,
# {value}`x_two_layers.neurons_6` for six, {value}`x_two_layers.neurons_7` for seven,
# {value}`x_two_layers.neurons_8` for eight. They were found in stages: a sparse symmetric combination, then
# its averages split into those over smaller groups, and a sparse combination again. Only groups that
# permute inputs within blocks were tried; no minimality is claimed for any of the numbers, and the
# larger ones certainly can be improved.
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
# Spans of all templates modulo the prime {value}`x_two_layers.nine_prime`. "No" means that every identity
# with so few pairs would have a denominator that this prime divides; "yes" is a proof only where an exact
# identity is at hand, which is so in every row here.
# :::
#
# So the least $K$ is 1, 2, 2, 3, 3, 4, 4 for $n=4,\dots,10$ (up to that remark): for ten inputs $K=3$ does
# not do, since equating two of them would give an identity for nine.
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
# ## Networks
#
# ```{statement} Theorem S (three layers)
# :label: theorem-s
# :standing: ours
# :check: nine_inputs_in_three_layers
# :why: Not in the paper, whose network of pairwise maxes needs four layers.
#
# Three hidden layers compute the maximum of up to twenty numbers. For nine numbers, 15,
# 16 and 9 neurons do: fewer than the 45 of Lemma 1's four layers.
# ```
#
# *Proof.* One layer of pairwise maxes leaves $\lceil d/2\rceil\le10$ numbers; for nine inputs these are
# five, and {prf:ref}`Theorem Q <theorem-q>` applies. ∎

# %%
checks.nine_inputs_in_three_layers()


# %%
def summary(name, network):
    """Inputs, hidden widths, neurons and weights of a network given by its matrices."""
    widths = [len(w) for w in network[:-1]]
    return (
        network[0].shape[1],
        name,
        len(widths),
        sum(widths),
        sum(int(np.count_nonzero(w)) for w in network),
    )


def matrices(network):
    return [p.detach().numpy() for p in network.parameters()]


sizes = [summary("Lemma 1", max_network_matrices(d)) for d in (5, 6, 7, 8, 9, 12, 16)]
sizes += [summary("two layers", matrices(two_layer_max(n))) for n in range(5, MOST_INPUTS + 1)]
sizes += [summary("three layers", matrices(three_layer_max(d))) for d in (9, 12, 16)]
table = pd.DataFrame(
    sizes, columns=["inputs", "network", "hidden layers", "neurons", "non-zero weights"]
)

# %% tags=["remove-output"]
publish_table(table.sort_values(["inputs", "network"]), "two-layers-sizes")

# %% [markdown]
# :::{autotable} two-layers-sizes
# Lemma 1 beside the shallower networks. Width is the price of depth, except for nine inputs, where the shallower network is also the smaller.
# :::


# %%
def most_inputs(layers):
    """Lemma 1; Bakaev et al.; ours, two layers for a factor of ten and one for a factor of two."""
    return 2**layers, 3 ** (layers - 1) + 2, 10 ** (layers // 2) * 2 ** (layers % 2)


depths = pd.DataFrame(
    [(k, *most_inputs(k)) for k in range(2, 9)],
    columns=["hidden layers", "Lemma 1", "Bakaev et al.", "ours"],
)

# %% tags=["remove-output"]
publish_table(depths, "two-layers-depth")

# %% tags=["remove-output", "hide-input"]
fig, axis = plt.subplots(figsize=(7, 4))
styles = (("Lemma 1", GRAY, "o"), ("Bakaev et al.", ORANGE, "s"), ("ours", BLUE, "^"))
for name, colour, marker in styles:
    axis.plot(depths["hidden layers"], depths[name], color=colour, marker=marker, label=name)
axis.set(xlabel="hidden layers", ylabel="largest number of inputs", yscale="log")
axis.set_yscale("log", base=2)
axis.grid(color=GRID)
axis.legend()
publish_figure(
    fig,
    "two-layers-depth-figure",
    alt="Inputs against hidden layers on a logarithmic axis: three rising lines, Lemma 1 lowest, "
    "ours highest.",
)

# %% [markdown]
# :::{autofigure} two-layers-depth-figure
# The number of inputs whose maximum is known to be computable with so many hidden layers (logarithmic
# axis, base 2). The line of {cite:t}`bakaev2025depth` grows by 3 a layer, ours by $\sqrt{10}>3$: ours is above
# at every depth, at a price in width that only the smallest depths can pay.
# :::
#
# :::{autotable} two-layers-depth
# The same numbers. Ours composes the identity for ten with itself, and with pairwise maxes.
# :::
#
# ## Rounding
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
# Consulted in stored copies, as stated for each; nothing below was re-derived here.
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
# In general no lower bound beyond two layers is known (as {cite:t}`grillo2025depth` say), so ours cannot be
# improved for these $n$: one hidden layer is not enough even for three numbers.
#
# Two layers for five or more numbers are impossible, by the result on $N$-ary fractions with $p=2$, unless
# 2 divides a denominator; the prime 3 is forced from ten numbers on, and indeed divides one in our identity
# for ten. Our identity for five has no other prime than 2. The others have more (see
# {numref}`two-layers-identities`), which nothing known forces.

# %%
checks.even_denominators()

# %% [markdown]
# ## What was checked
#
# ```{chapter-evidence}
# ```
#
# Every identity exactly, on every ordered cone, by a program that shares nothing with the search; five
# inputs by hand as well. The networks, in double and single precision, on random, tied and cell-boundary
# inputs (in the tests).
#
# **Since proved, by machine.** Two hidden layers suffice for every $n$, and comparisons of sums of $K$
# pairs serve at most $2K+2$ inputs, so that the least $K$ = 1, 2, 2, 3, 3, 4, 4 for $n=4,\dots,10$ is
# $\lceil n/2\rceil-1$ exactly ({doc}`/machine-checked`; {standing}`ours`, not reviewed by peers). That
# construction says nothing of small networks, and what this chapter has for ten and fewer inputs is far
# smaller.
#
# **Open.** Whether $K=\lceil n/2\rceil-1$ is enough for every $n$, and how few neurons are. Nothing was
# tried beyond ten inputs here, nor templates with larger first-layer pieces. For nine and ten only fully
# symmetric identities were looked for, so their numbers of neurons and denominators say little; far fewer
# neurons may be enough for seven and eight too.
