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
# # Section 1. The question in one picture
#
# A max pool of size $d$ returns the largest of $d$ numbers. {cite:t}`matoba2022theoretical` ask
# what it costs to do without: to put in its place a combination of maxima over *smaller* pools, which
# need fewer layers of ReLUs. How near does that come to the maximum, and is it cheaper?
#
# **What this chapter establishes.** The vocabulary, and the trade at the heart of the paper, drawn
# exactly for a pool of nine numbers (a 3×3 window): how small the worst error can be, against how
# many small maxima one is ready to compute, by the paper's choice, all of some sizes, and by better ones.

# %%
from itertools import combinations
from math import comb

import matplotlib.pyplot as plt
import pandas as pd

from companion.checking import certify, require
from companion.pages.figures import BLUE, GRAY, GREEN, INK, ORANGE, PURPLE, use_style
from companion.pages.publishing import publish_figure, publish_preview, publish_table, record
from maxpooling.approximation import best_uniform, sparse_uniform
from maxpooling.approximation.sparse import least_counts
from maxpooling.networks import (
    cost_table,
    estimator_network,
    halving_circuit,
    max_network_sizes,
    pairwise_max_counts,
)

use_style()

# %% [markdown]
# ## Words
#
# - A **subpool max** of order $r$ is the maximum over some $r$ of the $d$ inputs. There are
#   $\binom dr$ of them.
# - A set $R$ of **orders** says which subpool maxes may be used; order $0$ stands for a constant.
# - The **$R$-estimator** is the symmetric affine combination of all subpool maxes with orders in $R$, equal
#   weights within an order, whose largest error over the unit cube $[0,1]^d$ is least. That least error is
#   $E(d, R)$; unequal weights do not lower it ({prf:ref}`Lemma 5 <lemma-5>`), but fewer subpools may
#   reach it ({prf:ref}`Theorem Y <theorem-y>`).
#
# ```{notation} size inputs average orders error vertex
# ```
#
# ## Every order set for nine inputs
#
# With a constant always allowed there are $2^8-1=255$ order sets with a positive order. For each, `best_uniform` computes
# $E(9, R)$ as an exact fraction, with a certificate of optimality that is verified apart.

# %% tags=["parameters"]
pool_size = 9

# %%
every_set = [
    (0, *positive)
    for size in range(1, pool_size)
    for positive in combinations(range(1, pool_size), size)
]
solved = {orders: best_uniform(pool_size, orders) for orders in every_set}
for approximation in solved.values():
    certify(approximation)


def cost(orders):
    return sum(comb(pool_size, r) for r in orders if r)


# %% [markdown]
# Three of these sets are the paper's: the average alone is the poorest, the single order $d-1$ is
# its efficient choice (Theorem 2, Equation (5)), and all orders together are its accurate one
# (Equation (6)).

# %%
mean, efficient, full = (0, 1), (0, pool_size - 1), tuple(range(pool_size))
named = {"average and constant": mean, "order d − 1": efficient, "all orders": full}
table = pd.DataFrame(
    {
        "choice": named.keys(),
        "orders $R$": ["{" + ", ".join(map(str, orders)) + "}" for orders in named.values()],
        "subpool maxes": [cost(orders) for orders in named.values()],
        "exact error $E$": [solved[orders].error for orders in named.values()],
        "decimal": [f"{float(solved[orders].error):.4f}" for orders in named.values()],
    }
)
record(
    sets=len(solved),
    efficient_error=solved[efficient].error,
    efficient_cost=cost(efficient),
    full_error=solved[full].error,
    full_cost=cost(full),
    mean_error=solved[mean].error,
)

# %% [markdown]
# The paper takes all subpools of an order. Choosing them pays: for each number of subpool maxes,
# `sparse_uniform` has the best estimator known, verified at all vertices of the cube. For a 3×3 window
# the 21 subpools that miss one pixel, or a row, a column or a broken diagonal, are an example.

# %%
chosen = {
    count: sparse_uniform(pool_size, count) for count in least_counts(pool_size).values() if count
}
for estimator in chosen.values():
    certify(estimator)
plane = sparse_uniform(pool_size, 21)
record(
    plane_cost=len(plane.blocks),
    plane_error=plane.error,
    same_error_cost=min(cost(orders) for orders in solved if solved[orders].error <= plane.error),
)

# %% tags=["remove-output", "hide-input"]
publish_table(table, "three-choices")

# %% [markdown]
# :::{autotable} three-choices
# Three ways to stand in for the maximum of nine numbers, and what each costs.
# :::

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(figsize=(6.4, 4.3))
axes.scatter(
    [cost(orders) for orders in solved],
    [float(solved[orders].error) for orders in solved],
    s=14,
    color=GRAY,
    alpha=0.55,
    linewidth=0,
    label="all subpools of some orders",
)
axes.plot(
    chosen.keys(),
    [float(estimator.error) for estimator in chosen.values()],
    color=BLUE,
    marker="o",
    markersize=4,
    label="chosen subpools, best known",
)
points = {
    f"{name}: {solved[orders].error}": (cost(orders), float(solved[orders].error), ORANGE)
    for name, orders in named.items()
}
points[f"{len(plane.blocks)} chosen: {plane.error}"] = (len(plane.blocks), float(plane.error), BLUE)
for (text, (*point, colour)), place in zip(
    points.items(), [(11, -5), (11, 2), (-8, -15), (-10, -14)], strict=True
):
    axes.scatter(*point, s=60, color=colour, zorder=3)
    axes.annotate(
        text,
        point,
        xytext=place,
        textcoords="offset points",
        color=INK,
        ha="left" if place[0] > 0 else "right",
    )
axes.set(
    xscale="log",
    yscale="log",
    xlabel="subpool maxes to compute (count)",
    ylabel="worst error on the unit cube",
    xlim=(1.6, 800),
    ylim=(1e-3, 0.9),
)
axes.legend(loc="lower left")
publish_preview(
    figure,
    title="Can max pooling be replaced?",
    subtitle="An executable companion of “The Theoretical Expressiveness of Maxpooling”",
)
publish_figure(
    figure,
    "cost-of-accuracy",
    alt="Worst error against the number of subpool maxes, on logarithmic axes, for nine inputs: all 255 sets "
    "of orders, and the best known choices of single subpools. The choices run along the lower edge, from "
    "1/4 at two subpool maxes over 1/18 at nine and 1/50 at 21 to 1/512 at 510; the average and a constant "
    "stay at 4/9.",
)

# %% [markdown]
# :::{autofigure} cost-of-accuracy
# The price of accuracy for nine inputs. Each grey point is one set of orders with all its subpools, placed by
# how many there are and by its exact smallest error; the three choices of {numref}`three-choices` are
# named. The line joins the best estimators known with chosen subpools.
# :::
#
# Using only the subpools of order eight, nine maxima and a constant leave an error of
# {value}`s1_introduction.efficient_error`, the least that nine maxima of any subpools can leave
# ({prf:ref}`Theorem AA <theorem-aa>`). Chosen well, {value}`s1_introduction.plane_cost` leave
# {value}`s1_introduction.plane_error`, for which whole orders take
# {value}`s1_introduction.same_error_cost`. Using every order costs
# {value}`s1_introduction.full_cost` maxima and leaves {value}`s1_introduction.full_error`. The error
# never reaches zero, however many small maxima are combined: that is the paper's main result, and
# {prf:ref}`Theorem B <theorem-b>` says that no sum of functions of eight inputs does
# better either.
#
# ## Beside the exact maximum
#
# Are these estimators cheaper than the maximum itself? Count neurons, each $\max(0,\cdot)$ of a weighted
# sum, and the layers that they stand in. A network for the estimators computes a pairwise max that several
# subpools share only once ({prf:ref}`Theorem K <theorem-k>`); those for the exact maximum are from
# [Section 2](s2_exact_max) and, where two layers do, from [the chapter on depth](x_two_layers). All of them,
# with their comparisons and errors, are in {numref}`cost-table`.

# %%
exact_sizes = {size.layers: size.neurons for size in max_network_sizes(pool_size)[1:]}
if pool_size in (9, 10):  # for these two layers are an identity, which nobody builds as a network
    (counted,) = (row for row in cost_table(pool_size) if row.layers == 2 and not row.orders)
    exact_sizes[2] = counted.neurons
built = {
    orders: estimator_network(pool_size, halving_circuit(pool_size, orders), orders).neurons
    for orders in every_set
}
depths = {orders: len(pairwise_max_counts(pool_size, orders)) for orders in every_set}
record(
    estimator_neurons=built[efficient],
    estimator_layers=depths[efficient],
    two_layers_neurons=exact_sizes.get(2, 0),
)
if pool_size == 9:  # what the text says
    smaller = [n for n, count in exact_sizes.items() if count < built[efficient]]
    require(min(smaller) <= depths[efficient], "an exact network, smaller and no deeper")

# %% tags=["remove-output", "hide-input"]
COLOURS = dict(zip(range(5), (GRAY, GREEN, ORANGE, BLUE, PURPLE), strict=True))
EXACT = 3e-4
figure, axes = plt.subplots(figsize=(6.4, 4.3))
axes.axhspan(EXACT / 1.9, EXACT * 1.9, color=GRAY, alpha=0.15, linewidth=0)
for layers, colour in COLOURS.items():
    sets = [orders for orders in every_set if depths[orders] == layers]
    places = [built[orders] for orders in sets], [float(solved[orders].error) for orders in sets]
    axes.scatter(*places, s=16, color=colour, alpha=0.7, linewidth=0)
    if layers in exact_sizes:
        axes.scatter(exact_sizes[layers], EXACT, s=75, marker="D", color=colour, zorder=3)
    axes.scatter([], [], s=40, color=colour, label=f"{layers} layer{'s' * (layers != 1)}")
place = {"textcoords": "offset points", "color": INK}
for orders, x, align in ((efficient, -9, "right"), (full, 9, "left")):
    point = built[orders], float(solved[orders].error)
    axes.scatter(*point, s=60, color=BLUE, zorder=3)
    axes.annotate(str(solved[orders].error), point, xytext=(x, -4), ha=align, **place)
axes.text(900, 0.02, f"{len(solved)} estimators,\nat most {max(depths.values())} layers", color=INK)
for layers, x, align in ((4, -9, "right"), (3, 9, "left"), (2, -9, "right")):
    if layers in exact_sizes:
        point, text = (exact_sizes[layers], EXACT), f"{layers} layers: {exact_sizes[layers]:,}"
        axes.annotate(text, point, xytext=(x, -4), ha=align, **place)
axes.set_xscale("symlog", linthresh=3)
axes.set(yscale="log", xlabel="neurons", ylabel="worst error on the unit cube")
axes.set(xlim=(-0.6, 5e8), ylim=(EXACT / 1.9, 0.9))
axes.set_xticks([0, 10, 1e3, 1e5, 1e7], ["0", "10", "10³", "10⁵", "10⁷"])
axes.set_yticks([EXACT, 1e-3, 1e-2, 1e-1], ["exact", "1/1000", "1/100", "1/10"])
axes.minorticks_off()
axes.yaxis.get_gridlines()[0].set_visible(False)  # the band says it
axes.legend(loc="upper right", title="layers of neurons")
publish_figure(
    figure,
    "exact-and-approximate",
    alt="Worst error against the number of neurons, for nine inputs. Estimators of up to three layers "
    "fall from almost one half to 1/512 between no neurons and some hundred. In a band below, the "
    "exact networks: four layers and three with fewer neurons than most estimators, two layers with "
    "tens of millions.",
)

# %% [markdown]
# :::{autofigure} exact-and-approximate
# Error against cost for nine inputs, with the exact networks (diamonds, in the band at the foot). Each point is
# one of the sets of orders above as the leanest network that halving makes of it. Two layers are exact, too, by
# an identity of so many comparisons of sums that nobody would build it.
# :::
#
# With the maximum in the picture the trade looks otherwise. The estimator with orders 0 and 8 takes
# {value}`s1_introduction.estimator_neurons` neurons in {value}`s1_introduction.estimator_layers` layers, the
# exact maximum {value}`s2_exact_max.nine_fewer` in {value}`s2_exact_max.nine_fewer_layers`, or
# {value}`s2_exact_max.nine_lean` in {value}`s2_exact_max.nine_layers`: the orders buy neither neurons nor
# layers. What the paper proves, that the error of estimators cannot vanish, holds within sums of
# functions of fewer inputs; a network need not be such a sum.
#
# ## What it means
#
# Sums of smaller maxima come near the maximum and never reach it; and for nine inputs the paper's
# cheap choice saves neither neurons nor layers against a network that computes the maximum itself.
#
# ## What was checked
#
# All {value}`s1_introduction.sets` errors of sets of orders carry a dual certificate that was verified in
# rational arithmetic by code that shares nothing with the solver; of the chosen subpools the error was
# verified at every vertex of the cube. The statements behind the picture
# stand in the chapters on Section 3 and beyond it.
