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
# # Section 4. What the estimators cost
#
# Averages of subpool maxes come close to the maximum, but they are averages over many subpools. How
# many pairwise comparisons does a network need that computes them, and what can be shared? Section 4
# of {cite:t}`matoba2022theoretical` has a lower bound, a construction, and one worked example.
#
# **What this chapter establishes.**
#
# - {prf:ref}`Theorem 3 <theorem-3>`: an average over all $\binom dr$ subpools cannot be written as a
#   sum of fewer than
#   $\binom dr$ functions of $r$ inputs. The count is right; a shorter proof runs below.
# - {prf:ref}`Theorem 4 <theorem-4>`: for the orders $\{0,d-1\}$ the paper's sharing takes
#   $O(d\log d)$ comparisons. Every printed row of Figure 2 is regenerated, and the widths are extended to
#   all sets of orders ({prf:ref}`Theorem K <theorem-k>`).
# - That is what this network costs, not what the estimator does: on a circle the same depth takes fewer
#   comparisons, and at about twice the depth $3d-6$ suffice ({prf:ref}`Theorem CI <theorem-ci>`).
# - What a given depth can reach at all ({prf:ref}`Theorem M <theorem-m>`), and what error costs in
#   neurons,
#   parameters and multiplications, for all sets of orders of 4, 9 and 16 inputs.
# - The number 819906560 of the text: where it can come from, and how many linear regions and how many
#   different linear functions there are.

# %%
from fractions import Fraction
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from companion.evidence import s4_complexity as checks
from companion.pages.figures import BLUE, GRAY, INK, MUTED, ORANGE, SHADES, use_style
from companion.pages.publishing import publish_figure, publish_table, record
from maxpooling.approximation import best_uniform, exchange_steps
from maxpooling.approximation.decompositions import mixed_difference
from maxpooling.layers import SubpoolNetwork
from maxpooling.networks import (
    activation_regions,
    circle_circuit,
    cost_table,
    estimator_network,
    exact_max_cost,
    halve,
    halving_circuit,
    halving_rows,
    linear_functions,
    linear_regions,
    max_network_sizes,
    region_bound,
    smallest_max_network,
    subpool_layers,
    subpool_network_cost,
    sweep_circuit,
    tree_circuit,
)
from maxpooling.order_statistics import subpools, vertex_average

use_style()

# %% [markdown]
# ## What is to be computed
#
# ```{statement} Definition 1 (implementing an estimator)
# :label: definition-1
# :standing: given
# :check: definition_1
# :plain: A network implements an R-estimator if every subpool max of the orders in R is computed by
#     neurons of it.
#
# A network *implements* the subpool-max sum of order $r$ if $\max(x_I)$ is the value
# of some
# neuron for every $|I|=r$. It implements an $R$-estimator if it does so for every $r\in R$.
# ```
#
# ```{statement} Definition 2 (functional decomposition)
# :label: definition-2
# :standing: given
# :check: definition_2
# :plain: An order-r functional decomposition is a sum of functions of r coordinates each; its
#     normalized form has one term per index set.
# :why: The time and space that the conversion takes are lost; it takes one pass over the terms.
#
# An order-$r$ functional decomposition of $f$, of size $n$, is a sum
# $f=\sum_{i=1}^nf_i$ in which
# every $f_i$ is a function of only $r$ coordinates. In normalised form there is one term for each of
# the $\binom dr$
# index sets, $f=\sum_{j}f_j$ with $f_j$ a function of $x_{I(j;r,d)}$.
# ```
#
# Any decomposition can be normalised: go through its terms once and add up those that can be given the
# same
# index set. (How the paper states the cost of this is lost; it is linear in $n+\binom dr$,
# {standing}`ambiguous`.)

# %%
checks.definition_2()

# %% [markdown]
# ## Theorem 3: the average needs all its terms
#
# ```{statement} Theorem 3 (size of a decomposition)
# :label: theorem-3
# :standing: reconstructed
# :check: theorem_3, differences_of_maxes, differences_of_functions
# :plain: Every order-r functional decomposition of the average of order r has at least C(d, r)
#     terms.
# :why: The count holds, by another proof; the uniqueness claimed in the printed proof does not.
#
# Every order-$r$ functional decomposition of $S(\cdot;r,d)$ has at least
# $\binom dr$ terms.
# ```
#
# ```{prf:proof}
# :class: dropdown
# ({standing}`ours`; the one in the text goes through a uniqueness claim that fails,
# {prf:ref}`Erratum 3 <erratum-3>`.) For an index set $I$ of size $r$ put
#
# $$D_If=\sum_{T\subseteq I}(-1)^{|T|}f(\mathbf 1_T),$$
#
# where $\mathbf 1_T$ is the vertex with ones on $T$. If a function does not depend on some $i\in I$,
# the terms with and
# without $i$ cancel and $D_I$ gives $0$; so among functions of $r$ coordinates only those of exactly
# the coordinates $I$
# survive. But $D_I\max(x_J)=-1$ for $J=I$ and $0$ for other $J$ of size $r$, hence
# $D_IS(\cdot;r,d)=-1/\binom dr\ne0$: a term on exactly $I$ must be there, for each of the $\binom dr$
# sets.
# ```
#
# The proof is a computation. For $d=4$, $r=2$, at each pair of coordinates:


# %%
def average(ones):
    return vertex_average(4, 2, len(ones))


{pair: mixed_difference(average, pair) for pair in subpools(4, 2)}

# %%
checks.theorem_3()

# %%
checks.differences_of_maxes()

# %%
checks.differences_of_functions()

# %% [markdown]
# The text adds that the full estimator therefore takes exponential computation
# ({standing}`ambiguous`). That does not
# follow from {prf:ref}`Theorem 3 <theorem-3>`, as each subpool max of a low order may be absorbed by a
# term of order
# $d-1$ ({prf:ref}`Erratum 3 <erratum-3>`). It does follow from {prf:ref}`Definition 1 <definition-1>`,
# which asks for each of
# the $2^d-2$ subpool maxes by name.
#
# {prf:ref}`Theorem 3 <theorem-3>` is about the function $S(\cdot;r,d)$, the average over *all* subpools.
# An estimator that is as good need not be that function: {doc}`x_sharper` asks how few subpools do.
#
# ## Theorem 4: sharing by halving
#
# For the orders $\{0,d-1\}$ any two of the $d$ subpools of order $d-1$ differ in one coordinate, so
# they have parts in common. The paper shares them by halving: cut a sorted tuple into its first and its last half (the middle coordinate of an odd
# tuple goes to both), and go on until single inputs are left; the maximum of a tuple is the larger of the
# maxima of its halves. That is all of it; each set below is one pairwise max:


# %%
def halves(part):
    """The first and the last half; the middle of an odd tuple is in both."""
    half = (len(part) + 1) // 2
    return part[:half], part[-half:]


def layers_by_halving(d):
    """The sets of coordinates whose maxima are computed for the order d - 1, layer by layer."""
    parts, layers = set(subpools(d, d - 1)), []
    while max(map(len, parts)) > 1:
        layers.append(parts)
        parts = {half for part in parts for half in halves(part)}
    return layers[::-1]


[len(layer) for layer in layers_by_halving(9)], layers_by_halving(4)

# %% tags=["parameters"]
pool_size = 10
diagram_size = 5

# %% tags=["remove-output", "hide-input"]
blocks = halving_rows(pool_size)[1:]
figure, stack = plt.subplots(len(blocks), 1, figsize=(7, 2.0 * len(blocks)))
for axes, block in zip(stack, blocks, strict=True):
    seen = set()
    for y, line in enumerate(block):
        for x, part in enumerate(line):
            new = part not in seen
            seen.add(part)
            if new:
                box = plt.Rectangle((x, y - 0.5), 0.96, 0.96, color=SHADES[2], linewidth=0)
                axes.add_patch(box)
            text = " ".join(map(str, part))
            axes.text(x + 0.48, y, text, ha="center", va="center", fontsize=8.5,
                      color=INK if new else GRAY)  # fmt: skip
    axes.set(xlim=(0, len(block[0])), ylim=(len(block) - 0.4, -0.6), xticks=[], yticks=[])
    axes.set_title(f"size {len(block[0][0])}: {len(seen)} distinct tuples", fontsize=10, loc="left")
    axes.grid(visible=False)
publish_figure(
    figure,
    "figure-2",
    alt="Three blocks of ten rows. Each row is a nine-tuple out of ten coordinates, cut into two tuples "
    "of five, four of three and eight of two. Tuples that appear for the first time are shaded: 12, 16 "
    "and 17 of them, a small share of all.",
)

# %% [markdown]
# :::{autofigure} figure-2
# :class: wide
# Figure 2, regenerated ({standing}`given`): the ten subpools of order nine out of ten coordinates, cut
# into halves,
# quarters and eighths. Shaded: the first time a tuple appears; only these have to be computed.
# :::

# %%
checks.figure_2()

# %% tags=["remove-output", "hide-input"]
layers = [[(i,) for i in range(diagram_size)], *subpool_layers(diagram_size, [0, diagram_size - 1])]
place = {
    indices: (2 * level, 2 * (k - (len(layer) - 1) / 2))
    for level, layer in enumerate(layers)
    for k, indices in enumerate(layer)
}
out = (2 * len(layers), 0)
figure, axes = plt.subplots(figsize=(5.4, 4.2))
for indices, (x, y) in place.items():
    for half in halve(indices) if len(indices) > 1 else ():
        axes.plot([place[half][0], x], [place[half][1], y], color=GRAY, linewidth=1.2, zorder=1)
    if len(indices) == diagram_size - 1:
        axes.plot([x, out[0]], [y, out[1]], color=ORANGE, linewidth=1.2, zorder=1)
    axes.scatter(x, y, s=900, color=SHADES[1], edgecolor=BLUE, zorder=2)
    text = "".join(map(str, indices))
    axes.text(x, y, text, ha="center", va="center", fontsize=10, color=INK, zorder=3)
axes.scatter(*out, s=900, color=SHADES[1], edgecolor=ORANGE, zorder=2)
axes.text(*out, "f", ha="center", va="center", color=INK, zorder=3)
names = ["inputs", *(f"{len(layer)} maxes" for layer in layers[1:]), "weighted sum"]
for level, name in enumerate(names):
    axes.text(2 * level, 8.2, name, ha="center", color=MUTED)
axes.set(xlim=(-0.7, 2 * len(layers) + 0.9), ylim=(-6.6, 9.2))
axes.set_axis_off()
publish_figure(
    figure,
    "sharing-diagram",
    alt="A network of five inputs, six pairwise maxes of pairs, five maxes of quadruples and one "
    "weighted sum. Each quadruple's node is joined to the two pairs it is the union of; most pairs "
    "serve two or more quadruples.",
)

# %% [markdown]
# :::{autofigure} sharing-diagram
# The shared network for $d=5$ and the orders $\{0,4\}$. A node is a maximum over the coordinates
# written in it, and takes the
# larger of the two nodes it is joined to on its left.
# :::
#
# ```{statement} Theorem 4 (width and depth)
# :label: theorem-4
# :standing: reconstructed
# :check: theorem_4
# :plain: A {0, d−1}-estimate takes a network of pairwise maxes of depth ⌈log₂(d−1)⌉ with the widths
#     (7).
#
# Let $d\ge3$ and $s_k=\lceil(d-1)/2^k\rceil$. The estimator of the orders
# $\{0,d-1\}$ is computed by
# $\lceil\log_2(d-1)\rceil$ layers of pairwise maxes; the layer that holds the tuples of size $s_k$ has
# the width {eq}`equation-7`.
# ```
#
# ```{math}
# :label: equation-7
# w_k=\begin{cases}2^k\,(s_k+1)&\text{if }s_k\ge3,\\ d-1+2^k&\text{if }s_k=2.\end{cases}
# ```
#
# ```{prf:proof}
# :class: dropdown
# After $k$ cuts a $(d-1)$-tuple falls into $2^k$ windows of size $s=s_k$, which start at the places
# $P_0=\{0\}$,
# $P_{k+1}=P_k\cup(P_k+\lfloor s_k/2\rfloor)$. The tuple misses one coordinate, so at the place $p$ one
# finds the sets of $s$ out
# of the $s+1$ coordinates $p,\dots,p+s$, all $s+1$ of them. Neighbouring places differ by $s$ or
# $s-1$. Two of the sets
# $\{p,\dots,p+s\}$ thus have at most two coordinates in common, and for $s\ge3$ no tuple is counted
# twice. For $s=2$ the pairs
# $\{i,i+1\}$ are shared, $d-1$ in all, and each of the $2^k$ places adds its own $\{p,p+2\}$.
# ```
#
# Which way the layers are numbered, and the exact phrase on the depth, are lost
# ({standing}`ambiguous`). If $d=2^m+1$ the formula
# becomes $w_k=d-1+2^k$, as the text says in words. The pairs are the widest layer, at most $2d-3$,
# which is the uniform
# bound of order $d$ for the width and $d\log d$ for the whole: for this network, as the next box shows.

# %%
checks.equation_7()

# %%
checks.powers_of_two_plus_one()

# %%
checks.uniform_width()

# %%
checks.theorem_4()

# %% [markdown]
# ### Fewer comparisons for the same subpools
#
# ```{folded}
# Halving is not the cheapest way to share: a circle takes fewer pairwise maxes in as many layers, a tree
# fewer still in more.
# ```
#
# ```{statement} Theorem CI (cyclic intervals, and a tree walked up and down)
# :label: theorem-ci
# :standing: ours
# :check: cyclic_intervals, up_and_down_a_tree, three_ways_to_share
# :plain: All d subpool maxes of d−1 inputs take d pairwise maxes in each of ⌈log₂(d−1)⌉ layers, or 3d−6
#     pairwise maxes in at most 2⌈log₂ d⌉−2 layers.
#
# Let $d\ge3$. The maxima of all $d$ subpools of $d-1$ inputs can be computed
#
# 1. by $d$ pairwise maxes in each of $\lceil\log_2(d-1)\rceil$ layers, the depth of
#    {prf:ref}`Theorem 4 <theorem-4>`;
# 2. by $3d-6$ pairwise maxes in all, in at most $2\lceil\log_2d\rceil-2$ layers.
# ```
#
# ```{prf:proof}
# :class: dropdown
# 1. Put the inputs on a circle. All inputs but one are an interval of length $d-1$. For $s\le l$ the
# interval of length $l+s$ from $i$ on is the union of those of length $l$ from $i$ and from $i+s$ on, and
# the maximum does not mind that they overlap. So the $d$ intervals of each of the lengths
# $1,2,4,\dots,2^{L-1},d-1$, with $L=\lceil\log_2(d-1)\rceil$, come from those of the length before by $d$
# pairwise maxes.
#
# 2. Take a balanced binary tree with the inputs as leaves. Going up, let each inner node but the root hold
# the maximum of its leaves: $d-2$ pairwise maxes. Going down, let each node but the root hold the maximum
# of all leaves *outside* of it: for the two children of the root that of the sibling, for any other node
# the larger of what is outside its parent and inside its sibling, $2d-4$ pairwise maxes. What is outside a
# leaf is a subpool of $d-1$ inputs. With $H=\lceil\log_2d\rceil$ a node of depth $j$ has height at most
# $H-j$, so what is inside it is there after $H-j$ layers. What is outside a child of the root is there
# after $H-1$, and each step down takes one layer more: $H-1+(H-1)$ at the deepest leaves.
# ```
#
# The second part is known wherever a product of all but one factor is needed; part 1 has been checked by a
# proof assistant ({doc}`/machine-checked`). The three circuits are networks of one function:

# %%
checks.cyclic_intervals()

# %%
checks.up_and_down_a_tree()

# %%
checks.three_ways_to_share()

# %%
some = [4, 5, 6, 9, 10, 16, 17, 25, 49, 64]


def circuits(d):
    return halving_circuit(d, [0, d - 1]), circle_circuit(d), sweep_circuit(d)


ways = {d: circuits(d) for d in some}
lean = {
    d: [estimator_network(d, circuit, [0, d - 1]).neurons for circuit in found]
    for d, found in ways.items()
}
shared = pd.DataFrame(
    {
        "$d$": some,
        "widths by (7), from the pairs on": [
            ", ".join(str(len(layer)) for layer in ways[d][0]) for d in some
        ],
        **{
            name: [sum(map(len, ways[d][k])) for d in some]
            for k, name in enumerate(("halving (7)", "circle", "up and down"))
        },
        "layers": [len(ways[d][1]) for d in some],
        "layers, up and down": [len(ways[d][2]) for d in some],
        "ReLUs, halving": [lean[d][0] for d in some],
        "ReLUs, circle": [lean[d][1] for d in some],
        "error": [Fraction(1, 2 * d) for d in some],
    }
)
record(
    circle_nine=sum(map(len, ways[9][1])),
    halving_nine=sum(map(len, ways[9][0])),
    sweep_nine=sum(map(len, ways[9][2])),
    sweep_relus_nine=lean[9][2],
)

# %% tags=["remove-output", "hide-input"]
publish_table(shared, "shared-widths")

# %% [markdown]
# :::{autotable} shared-widths
# :folded: Pairwise maxes and neurons of three ways to share
# Pairwise maxes for the orders $\{0,d-1\}$: halved, with the widths {eq}`equation-7`, on a circle (as
# many layers), and up and down a tree; without sharing they are $d(d-2)$. Then the neurons of the leanest
# chains of ReLUs that we know for the first two, which carry each value no more than once a layer.
# :::
#
# At nine inputs a circle takes {value}`s4_complexity.circle_nine` pairwise maxes and a tree
# {value}`s4_complexity.sweep_nine`, where halving takes {value}`s4_complexity.halving_nine`. Fewer
# maxes are not always fewer neurons: halving has many maxes with a common part, whose copies are shared,
# and a chain of layers has to carry along what the tree uses late
# ({value}`s4_complexity.sweep_relus_nine` neurons for nine inputs).
#
# ### Any set of orders
#
# ```{folded}
# The number of distinct tuples that halving makes, in closed form for every set of orders.
# ```
#
# The same halving serves every set of orders, and the shared tuples can be counted in closed form.
#
# ```{statement} Theorem K (widths for any orders)
# :label: theorem-k
# :standing: ours
# :check: widths_any_orders, windows_of_a_smaller_order, widths_all_orders
# :plain: How many subpools halving needs, for any order set.
#
# Cut the subpools of order $r$ as above, and let $s$ be one of the sizes met, with
# the places $p_1<\dots<p_n$ of its windows in an
# $r$-tuple. With $L=d-r+s$, the number of distinct tuples of size $s$ is
#
# $$n\binom Ls-\sum_{i<n}\binom{L-(p_{i+1}-p_i)}s .$$
#
# If several orders of $R$ lead to tuples of size $s$, the smallest of them needs all that the others
# need.
# ```
#
# ```{prf:proof}
# :class: dropdown
# A tuple of size $s$ is the window at $p$ of some $r$-tuple iff $p$ coordinates can be found below it
# and $r-s-p$ above it, that is, iff it lies
# in the interval of the $L$ coordinates from $p$ on. What such an interval shares with all earlier
# ones it shares with the one before it.
# That gives the formula.
#
# For the second part compare an order $r$ with the next larger one that leads to the size $s$. If that
# is $r+1$, reached by the same number of cuts,
# exactly one of the cuts moves by one place, since the moves add up to $r-s$ and $r+1-s$; so every
# window of the larger order starts
# where the corresponding one of the smaller starts or one place later, and its interval is contained
# in the other's. Otherwise $r=2^ks$, whose windows tile the
# tuple at the places $0,s,2s,\dots$, and the next order is $r'=2^{k+1}(s-1)+1$ with the places
# $0,s-1,2(s-1),\dots$. For a place
# $p'$ of the latter let $p$ be the last multiple of $s$ up to $\min(p',r-s)$. Then $p\le p'$ and
# $p'-p\le r'-r$, which is containment again.
# ```

# %%
checks.widths_any_orders()

# %%
checks.windows_of_a_smaller_order()

# %%
checks.widths_all_orders()

# %% [markdown]
# `SubpoolNetwork` is this network in torch: three ReLUs per pairwise max, and two more in a layer
# where a weighted sum of orders that are already
# finished has to be carried on. Every wanted subpool max is found among its values.

# %%
network = SubpoolNetwork(9, [0, 3, 8])
network.pairwise_maxes, network.hidden_widths

# %%
checks.definition_1()

# %% [markdown]
# ## The example of nine inputs
#
# The text compares the two extremes for $d=9$: errors 0.0556 and 0.0020 ({standing}`given`), layer
# sizes partly
# lost. It speaks of two hidden layers for the orders $\{0,8\}$; there are three, if the subpools of
# order eight
# are counted ({prf:ref}`Erratum 6 <erratum-6>`).

# %%
everything = tuple(range(9))
estimators = {
    "{0, 8}, halving": ((0, 8), halving_circuit(9, [0, 8])),
    "{0, 8}, circle": ((0, 8), circle_circuit(9)),
    "{0, ..., 8}, halving": (everything, halving_circuit(9, everything)),
}
exact_maxes = (  # three neurons to a max; the network of fewer layers is not made of maxes
    [width // 3 for width in exact_max_cost(9).hidden_widths],
    [len(layer) for layer in tree_circuit(9)],
    ["–"],
)
nine = pd.DataFrame(
    [
        (
            name,
            best_uniform(9, R).error,
            len(circuit),
            ", ".join(str(len(layer)) for layer in circuit),
            estimator_network(9, circuit, R).neurons,
        )
        for name, (R, circuit) in estimators.items()
    ]
    + [
        (
            f"exact, {size.network}",
            Fraction(0),
            size.layers,
            ", ".join(map(str, maxes)),
            size.neurons,
        )
        for size, maxes in zip(max_network_sizes(9), exact_maxes, strict=True)
    ],
    columns=["network", "error", "layers", "pairwise maxes", "ReLUs"],
)
record(
    lean_small=min(nine["ReLUs"][:2]),
    exact_three=max_network_sizes(9)[2].neurons,
    exact_four=max_network_sizes(9)[1].neurons,
    plain_small=subpool_network_cost(9, (0, 8)).neurons,
)

# %% tags=["remove-output", "hide-input"]
publish_table(nine, "example-nine")

# %% [markdown]
# :::{autotable} example-nine
# The two estimators of the text for nine inputs, and networks for the exact maximum: that of
# {prf:ref}`Lemma 1 <lemma-1>`, and the smallest that we know with four layers and with three. All but
# Lemma 1's, which is given as the paper has it, are as lean as we know how, equal neurons merged; nothing
# is proved to be the least.
# :::

# %%
checks.example_nine()

# %%
checks.example_nine_layers()

# %%
checks.sizes_of_networks()

# %%
checks.sizes_of_lean_networks()

# %% [markdown]
# The last rows of {numref}`example-nine` deserve a pause: the exact maximum takes *fewer* neurons than
# either estimator, {value}`s4_complexity.exact_four` with four layers against
# {value}`s4_complexity.lean_small` for $\{0,8\}$ with three ({value}`s4_complexity.plain_small`, if every
# pairwise max is given three neurons of its own). And if sums of maxes may be compared, three layers give
# the exact maximum too, with {value}`s4_complexity.exact_three` ({prf:ref}`Theorem S <theorem-s>`), so that
# these estimators save neither neurons nor a layer. Other networks take every maximum in two layers
# ({doc}`/machine-checked`), most of them far too large to store.

# %%
checks.neurons_for_nine_inputs()

# %% [markdown]
# ### One table for four window sizes
#
# The same for 2×2, 3×3, 4×4 and 5×5 windows, from the library's `cost_table`, to which all pages that speak
# of these costs point ({standing}`ours`). "Rounds of pairs", halving, the circle and the tree are networks
# of pairwise maxes; "fewer layers" and "two layers" compare sums of maxes, another class. Small here means
# the fewest neurons that we know in that class and depth, not the fewest there can be.

# %%
rows = [row for d in (4, 9, 16, 25) for row in cost_table(d)]
compared = pd.DataFrame(
    [
        (
            row.inputs,
            row.network,
            "{" + ", ".join(map(str, row.orders)) + "}" if row.orders else "exact",
            row.error,
            row.layers,
            row.neurons,
            row.comparisons,
            "not made"
            if row.facts is None
            else f"{row.facts.weight_range[0]:.2g} to {row.facts.weight_range[1]:.3g}",
        )
        for row in rows
    ],
    columns=[
        "inputs",
        "network",
        "orders",
        "error",
        "layers",
        "ReLUs",
        "comparisons",
        "weights",
    ],
)
exact_rows = [row for row in rows if not row.orders and row.facts]
saved = {
    row.inputs
    for row in rows
    if row.orders and row.layers < min(one.layers for one in exact_rows if one.inputs == row.inputs)
}
fewer = {
    row.inputs
    for row in rows
    if row.orders
    and row.neurons < min(one.neurons for one in exact_rows if one.inputs == row.inputs)
}
record(
    windows_with_layers_saved=", ".join(map(str, sorted(saved))) or "none of them",
    windows_with_neurons_saved=", ".join(map(str, sorted(fewer))) or "none of them",
    two_layers_of_nine=next(row.comparisons for row in rows if row.facts is None),
)

# %% tags=["remove-output", "hide-input"]
publish_table(compared, "cost-table")

# %% [markdown]
# :::{autotable} cost-table
# Exact networks, and networks of the estimator with the orders $\{0,d-1\}$: the largest error on the unit
# cube, hidden layers, ReLUs, comparisons (pairwise maxes, and of sums of maxes), and the moduli of the
# weights that are not zero. "Not made": counted by the identity, before equal neurons are merged.
# :::
#
# Does the estimator save a layer against the exact networks that can be stored? For these numbers of inputs:
# {value}`s4_complexity.windows_with_layers_saved`. Neurons? For {value}`s4_complexity.windows_with_neurons_saved`.
# The exact network of nine inputs with the least depth has two layers, and
# {value}`s4_complexity.two_layers_of_nine` comparisons, its pairwise maxes among them; sixteen and twenty-five inputs have one too
# ({doc}`x_every_function`), so large that nobody has written it down. How exact networks behave in floating
# point and in the hands of verifiers: {doc}`x_exact_pools`.

# %% [markdown]
# ## What a given depth can reach
#
# ```{statement} Theorem M (depth and error)
# :label: theorem-m
# :standing: ours
# :check: depth_and_error
# :plain: The least error that k layers of pairwise maxes can reach.
#
# Let every neuron be the maximum of two inputs or earlier neurons, in $k$ layers,
# $2^k<d$. No affine combination of inputs
# and neurons is closer to the maximum of $d$ inputs than $E(d,\{0,\dots,2^k\})$, and the network of
# {prf:ref}`Theorem K <theorem-k>` attains this.
# ```
#
# ```{prf:proof}
# :class: dropdown
# A neuron of layer $k$ is a maximum over at most $2^k$ inputs. So the output is a sum of functions of
# $2^k$ coordinates, for which {prf:ref}`Theorem B
# <theorem-b>` has this bound; and tuples of sizes up to $2^k$ are cut to single inputs in $k$ steps.
# ```

# %%
windows = {"2×2": 4, "3×3": 9, "4×4": 16, "5×5": 25, "7×7": 49}


def least_error(d, depth):
    return best_uniform(d, range(min(2**depth, d - 1) + 1)).error if 2**depth < d else Fraction(0)


reach = pd.DataFrame({"hidden layers": range(7)})
for name, d in windows.items():
    errors = [float(least_error(d, depth)) for depth in range(7)]
    reach[name] = ["0" if not e else f"{e:.4f}" if e > 1e-4 else f"{e:.1e}" for e in errors]
record(nine_two_layers=least_error(9, 2), sixteen_three_layers=least_error(16, 3))

# %% tags=["remove-output", "hide-input"]
publish_table(reach, "depth-table")

# %% [markdown]
# :::{autotable} depth-table
# The least uniform error that any number of pairwise maxes in so many layers can leave, for square
# windows. Zero from $\lceil\log_2d\rceil$ layers on.
# :::
#
# With two layers a 3×3 window is left with {value}`s4_complexity.nine_two_layers`, with three a 4×4
# window with
# {value}`s4_complexity.sixteen_three_layers|.6f`. The orders $\{0,d-1\}$ save a layer only if $d$ is a
# power of two plus one: in every
# other case $\lceil\log_2(d-1)\rceil=\lceil\log_2d\rceil$, and the exact network of pairwise maxes is as
# shallow ({numref}`cost-table`). All of this is about pairwise maxes. A network whose second layer compares *sums* of them is
# exact with two layers, whatever $d$ is ({doc}`/machine-checked`); {doc}`x_two_layers` has small ones.

# %%
checks.depth_and_error()

# %% [markdown]
# ## Error against cost
#
# For every set of orders that contains $0$ (a constant costs nothing), the exact error, and the size
# of the network of {prf:ref}`Theorem K <theorem-k>` in three measures: ReLU
# neurons, three to a pairwise max; parameters, all entries of the weight matrices; multiply-adds, only the entries that are not
# zero.


# %%
def landscape(d):
    rows = []
    for size in range(1, d):
        for positive in combinations(range(1, d), size):
            *_, last = exchange_steps(d, positive)
            cost = subpool_network_cost(d, (0, *positive))
            error = float(1 / (1 + last.extrapolated))
            rows.append((error, cost.neurons, cost.parameters, cost.multiply_adds))
    return np.array(rows)


clouds = {d: landscape(d) for d in (4, 9, 16)}


# %% tags=["hide-input"]
def front(errors, costs):
    order = np.lexsort((errors, costs))
    best = np.minimum.accumulate(errors[order])
    return order[np.append(True, best[1:] < best[:-1])]


def thinned(errors, costs):
    cells = np.round(np.column_stack([np.log(errors) * 9, np.log(costs) * 9]))
    return np.unique(cells, axis=0, return_index=True)[1]


# %% tags=["remove-output", "hide-input"]
measures = ["ReLU neurons", "parameters", "multiply-adds"]
figure, grid = plt.subplots(3, 3, figsize=(6.4, 7.4), sharex="col", sharey=True)
for line, (d, cloud) in zip(grid, clouds.items(), strict=True):
    exact, unpadded = exact_max_cost(d), smallest_max_network(d)
    exact_costs = (exact.neurons, exact.parameters, exact.multiply_adds)
    lean_costs = (unpadded.neurons, sum(w.size for w in unpadded.matrices), unpadded.weights)
    errors = cloud[:, 0]
    for axes, costs, exact_cost, lean_cost in zip(
        line, np.maximum(cloud.T[1:], 1), exact_costs, lean_costs, strict=True
    ):
        kept, best = thinned(errors, costs), front(errors, costs)
        axes.scatter(costs[kept], errors[kept], s=4, color=GRAY, alpha=0.5, linewidth=0)
        axes.plot(
            costs[best], errors[best], color=BLUE, drawstyle="steps-post", marker="o", markersize=3
        )
        axes.axvline(exact_cost, color=ORANGE, linestyle="--")
        axes.axvline(lean_cost, color=ORANGE, linestyle=":")
        axes.set(xscale="log", yscale="log")
    line[0].set_ylabel(f"worst error, d = {d}")
for axes, measure in zip(grid[-1], measures, strict=True):
    axes.set_xlabel(measure)
publish_figure(
    figure,
    "error-against-cost",
    alt="Nine panels of worst error against cost on logarithmic axes: rows for 4, 9 and 16 inputs, "
    "columns for neurons, parameters and multiply-adds. Clouds of all sets of orders with their lower "
    "left edge drawn as a staircase. A dashed vertical line marks the exact network, far to the left "
    "of most of the cloud; for nine inputs a dotted one, without padding, still further left.",
)

# %% [markdown]
# :::{autofigure} error-against-cost
# Worst error on the unit cube against the cost of the network, for all sets of orders with a constant,
# 4, 9 and 16 inputs. Blue: the sets that no cheaper one equals.
# Dashed: {prf:ref}`Lemma 1 <lemma-1>`'s network, whose error is zero, also with three neurons to a
# max; dotted: the same rounds without padding (they agree for 4 and 16 inputs). (Points that would cover each
# other are drawn once; the mean, which takes no neuron, is drawn at one.)
# :::

# %% tags=["remove-output"]
cheaper = {d: cloud[cloud[:, 1] < exact_max_cost(d).neurons] for d, cloud in clouds.items()}
record(
    sets_sixteen=len(clouds[16]),
    exact_sixteen=exact_max_cost(16).neurons,
    cheaper_sixteen=len(cheaper[16]),
    best_cheaper_sixteen=float(cheaper[16][:, 0].min()),
    top_sixteen=subpool_network_cost(16, [0, 15]).neurons,
    lean_sixteen=min(estimator_network(16, circuit, [0, 15]).neurons for circuit in ways[16][:2]),
)

# %% [markdown]
# The exact network for sixteen inputs takes {value}`s4_complexity.exact_sixteen` neurons. Of
# {value}`s4_complexity.sets_sixteen` sets of orders, the number whose
# network takes fewer is {value}`s4_complexity.cheaper_sixteen`: the mean with the best constant, with the
# error {value}`s4_complexity.best_cheaper_sixteen|.3f`. The orders
# $\{0,15\}$ take {value}`s4_complexity.top_sixteen`, and as lean as we know how
# {value}`s4_complexity.lean_sixteen`. So of the networks of pairwise maxes that compute every subpool max
# of their orders, divide and conquer is hard to beat, as the paper says. An estimator with fewer subpools
# can be cheaper ({doc}`x_sharper`).
#
# ## Linear regions
#
# ```{folded}
# The bound that the text cites is not the number that it prints; the true numbers of regions and of different
# linear functions are far smaller.
# ```
#
# The text measures both networks by a bound on their number of linear regions
# {cite:p}`serra2018bounding`: a ReLU network with $n_0$ inputs and layers of
# $n_1,\dots,n_L$ neurons has at most
#
# $$\sum_{j\in J}\ \prod_{l=1}^L\binom{n_l}{j_l},\qquad J=\{j: 0\le
# j_l\le\min(n_0,n_1-j_1,\dots,n_{l-1}-j_{l-1},n_l)\}$$
#
# regions. (Quoted from general knowledge of that paper.) The value in the text for the orders
# $\{0,8\}$ is 819906560 ({standing}`given`); the value for all orders is lost.

# %%
small, full = (12, 10, 9), (36, 210, 255)
readings = {
    "the bound": ("standard", small, full),
    "the bound, without the last maxes": ("standard", small[:2], full[:2]),
    "the bound, with the output unit": ("standard", (*small, 1), (*full, 1)),
    "the bound, three ReLUs per max": (
        "standard",
        *(tuple(3 * n for n in w) for w in (small, full)),
    ),
    "$n_l-j_l$ in the minimum for $l<L$, with the output unit": (
        "self-inclusive",
        (*small, 1),
        (*full, 1),
    ),
    "the same, last layer free, no output unit": ("last-free", small, full),
    "$n_l-j_l$ in the minimum for all $l$": ("self-inclusive-everywhere", small, full),
}
bounds = pd.DataFrame(
    {
        "reading": readings.keys(),
        "orders {0, 8}": [f"{region_bound(9, w, name):,}" for name, w, _ in readings.values()],
        "all orders": [
            f"{float(region_bound(9, w, name)):.2e}" for name, _, w in readings.values()
        ],
    }
)

# %% tags=["remove-output", "hide-input"]
publish_table(bounds, "region-readings")

# %% [markdown]
# :::{autotable} region-readings
# The cited bound at $d=9$ and three index sets that differ from it by a slip. Two of them give the
# number of the text.
# :::
#
# The bound for these widths is not the number in the text ({prf:ref}`Erratum 5 <erratum-5>`). The
# simplest reading that gives it exactly, $2510\cdot638\cdot256\cdot2$, takes one term too
# many into the minimum and counts the output as a layer ({standing}`ambiguous`).

# %%
checks.region_bounds()

# %% [markdown]
# ```{statement} Theorem L (true numbers of regions)
# :label: theorem-l
# :standing: ours
# :check: region_counts, region_counts_all_orders, functions_and_regions, region_counts_nine
# :plain: How many linear regions a weighted sum of order statistics has, and how many different linear
#     functions.
#
# A *linear region* of a continuous, piecewise linear function is a connected component of the open
# set of those points near which it is affine {cite:p}`hanin2019complexity`. A weighted sum of order
# statistics has $d!/\prod_i l_i!$ of them, $l_i$ being
# the lengths of the runs of equal neighbouring weights. So
# $S(\cdot;r,d)$ has $d!/(r-1)!$ for $r\ge2$, and the optimal estimator with all orders has $d!$ for
# $d\ge3$.
#
# Two regions may carry the same linear function. The number of *different* linear functions is
# $d!/\prod_w m_w!$, $m_w$ being the number of ranks, neighbours or not, with the weight $w$. For
# $S(\cdot;r,d)$ it is the same number, for the optimal estimator with all orders and $d\ge3$ it is
# $d\binom{d-1}{\lfloor(d-1)/2\rfloor}$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# Where the ranking of the inputs is fixed the function is linear, and components are joined through
# the walls between rankings, where two inputs are equal; what has more equal inputs is too thin to
# join or to separate. Two rankings that differ by
# exchanging neighbours in rank have the same gradient iff the two
# ranks have the same weight. So a region is made of all rankings that agree up to the order within
# runs of equal weights.
# By {prf:ref}`Lemma 2 <lemma-2>` the weights of $S(\cdot;r,d)$ fall strictly down to rank $d-r+1$ and
# vanish on the other $r-1$ ranks. With all orders
# neighbouring weights differ, being $1-2^{1-d}$ and then $\pm2^{1-d}$ in turn.
#
# The linear function of a ranking gives each input the weight of its rank. So different functions are
# different ways to deal the $d$ weights out to the inputs. The weights with all orders are one of
# $1-2^{1-d}$, which for $d\ge3$ is none of the others, and $\lfloor(d-1)/2\rfloor$ and
# $\lceil(d-1)/2\rceil$ of the other two kinds.
# ```

# %%
record(
    bound=region_bound(9, small),
    regions_small=linear_regions(best_uniform(9, [0, 8]).weights()),
    regions_full=linear_regions(best_uniform(9, range(9)).weights()),
    functions_full=linear_functions(best_uniform(9, range(9)).weights()),
    patterns_small=activation_regions(9, [0, 8]),
)

# %% [markdown]
# For nine inputs the estimator of the orders $\{0,8\}$ has {value}`s4_complexity.regions_small` linear
# regions with as many different linear functions. The full one has
# {value}`s4_complexity.regions_full` regions, one for each ranking, but only
# {value}`s4_complexity.functions_full` different linear functions. The network with 31 pairwise maxes
# distinguishes {value}`s4_complexity.patterns_small`
# patterns of comparisons on the way, against a bound of {value}`s4_complexity.bound`.

# %%
checks.region_counts()

# %%
checks.region_counts_all_orders()

# %%
checks.functions_and_regions()

# %%
checks.region_counts_nine()

# %%
checks.regions_of_a_maximum()

# %% [markdown]
# ## What it means
#
# Sharing takes the paper's estimators from a number of comparisons that grows like $d^2$ to one that grows like
# $d$, and still a network that computes the maximum itself is hard to beat ({numref}`cost-table`).
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
