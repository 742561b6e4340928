# ---
# jupyter:
#   companion:
#     inputs: [data/ours/real_pools.json]
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
# # Can this max pool be replaced?
#
# The worst case says what an estimator may do to some pool. What do the pools of real images and of
# trained networks look like, and what becomes of a network whose max pools are exchanged?
#
# **What this chapter establishes.**
#
# - The error at any pool is a mixture of the errors at the vertices ({prf:ref}`Theorem AI <theorem-ai>`).
# - Measured: the gaps of real pools and the errors of estimators on them; recorded LeNets with other pools,
#   without retraining, attacked, and trained on for a short time.
# - What a smaller error on photographs costs in the worst case, exactly ({numref}`real-front`).

# %%
from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from companion.evidence import x_real_pools as checks
from companion.experiments.pools import record as pools
from companion.pages.figures import BLUE, MUTED, ORANGE, use_style
from companion.pages.publishing import publish_figure, publish_table, record
from maxpooling import pareto_front
from maxpooling.approximation import SpacingMoments

use_style()

# %% [markdown]
# ```{statement} Theorem AI (the simplex picture)
# :label: theorem-ai
# :standing: ours
# :check: simplex, simplex_with_one_order
# :plain: The error at a pool is the mixture of the errors at the vertices, by the spacings.
#
# Let $f$ be a constant plus a combination of the $S(\cdot;r,d)$, $r\in R$, and $x\in[0,1]^d$ have the
# spacings $\lambda_0=1-x_{(1)}$, $\lambda_k=x_{(k)}-x_{(k+1)}$, $\lambda_d=x_{(d)}$. Then
# $f(x)-\max(x)=\sum_k\lambda_ke_k$ with $e_k=f(v_k)-\max(v_k)$. So the mean signed error over any data
# depends on them only through their mean spacings. For the optimum with $\{0,d-1\}$ the error is
# $\frac1{2d}-\frac{x_{(1)}-x_{(2)}}d$, and without its constant $-\frac{x_{(1)}-x_{(2)}}d$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# The spacings are non-negative and add up to 1, and $x$ in falling order is $\sum_k\lambda_kv_k$. On pools
# in falling order $f$ and the maximum are affine, so their difference is the mixture. For $\{0,d-1\}$ the
# weights are $\frac{d-1}d$ and $\frac1d$ on the two largest entries, and the constant is $\frac1{2d}$.
# ```
#
# A flat pool is a worst case of the optimum with $\{0,d-1\}$, because of its constant alone. In a network
# whose layer has a bias that constant folds into the bias: a drop of accuracy that it makes without
# retraining is no property of the estimator, and the plain $S_8$ stands beside it below.

# %%
checks.simplex()

# %%
checks.simplex_with_one_order()

# %% [markdown]
# ## Where real pools live

# %% tags=["hide-input"]
RECORD = pools.read()
SOURCES = {one["source"]: one for one in RECORD["sources"] if one["side"] == 3}
spaced = pd.DataFrame(
    [
        {
            "pools of": one["source"],
            "mean gap": f"{one['gap']:.4f}",
            "95 % interval": " to ".join(f"{end:.4f}" for end in one["gap_interval"]),
            "99 % quantile": f"{one['gaps'][2]:.3f}",
            "largest": f"{one['gaps'][3]:.3f}",
            "share above 1/2": f"{one['wide']:.4f}",
        }
        for one in SOURCES.values()
    ]
)

# %% tags=["remove-output", "hide-input"]
publish_table(spaced, "table-real-gaps")

# %% [markdown]
# :::{autotable} table-real-gaps
# The gap between the two largest entries of 3×3 windows with stride 2, in units of the range; intervals by
# bootstrap over images. Inputs of pools: of the LeNets with seed 0, in units of their range on training images.
# :::

# %% tags=["remove-output", "hide-input"]
uniform = SOURCES["independent uniform values"]
fig, axis = plt.subplots(figsize=(7, 3.9))
for row, (name, one) in enumerate(reversed(SOURCES.items())):
    control = "uniform" in name or "shuffled" in name
    low, high = one["gap_interval"]
    axis.plot([low, high], [row, row], color=MUTED, linewidth=2)
    axis.plot(one["gap"], row, marker="s" if control else "o", color=ORANGE if control else BLUE)
axis.axvline(uniform["gap"], color=MUTED, linewidth=0.8, linestyle=":")
axis.set_yticks(range(len(SOURCES)), reversed(SOURCES))
axis.set(xlabel="mean gap (share of the range)", xlim=(0, None))
publish_figure(
    fig,
    "real-gaps",
    alt="Mean gaps of pools, a point with an interval for each kind of pixels, of their shuffled controls, of "
    "uniform values, and of the inputs of networks' pools; the values are those of the table.",
)

# %% [markdown]
# :::{autofigure} real-gaps
# Mean gap between the two largest entries of a pool, with the 95 % interval of the table; round: real
# pools, square: controls, the dotted line is that of independent uniform values.
# :::

# %% tags=["hide-input"]
mnist, cifar = SOURCES["mnist pixels"], SOURCES["cifar10 pixels"]
photographs = SOURCES["photographs pixels"]
flatter = {one["source"]: one for one in RECORD["contrasts"] if one["side"] == 3}
record(
    cifar_gap=round(cifar["gap"], 3),
    photographs_gap=round(photographs["gap"], 3),
    photographs=photographs["images"],
    uniform_gap=round(uniform["gap"], 3),
    mnist_wide=round(mnist["wide"], 3),
    uniform_wide=round(uniform["wide"], 3),
    cifar_wide=round(100_000 * cifar["wide"], 1),
    photographs_wide=round(100_000 * photographs["wide"], 1),
    inner_largest=round(
        max(one["gaps"][3] for name, one in SOURCES.items() if name.startswith("lenet")), 3
    ),
    flatter=", ".join(
        f"{name} {one['gap_less']:.3f} ({' to '.join(f'{end:.3f}' for end in one['gap_less_interval'])})"
        for name, one in flatter.items()
    ),
)

# %% [markdown]
# The paper supposes that inputs whose maximum is hard to approximate are not prevalent in natural images. For
# pixels of CIFAR-10 and of {value}`x_real_pools.photographs` photographs that installed packages ship that is what is found: the
# mean gap is {value}`x_real_pools.cifar_gap` and {value}`x_real_pools.photographs_gap`, of independent uniform values
# {value}`x_real_pools.uniform_gap`, and gaps above one half occur in {value}`x_real_pools.cifar_wide` and
# {value}`x_real_pools.photographs_wide` of 100 000 windows. For MNIST it is not: such gaps make up
# {value}`x_real_pools.mnist_wide` of its windows, more than the {value}`x_real_pools.uniform_wide` of uniform values, because
# strokes are bright and thin. What the pools *inside* the networks see is flatter than either: the largest gap
# seen there is {value}`x_real_pools.inner_largest`. Neighbours make the difference: with the pixels of each image shuffled the mean
# gap grows by {value}`x_real_pools.flatter`, 95 % intervals by bootstrap over images.
#
# ## What estimators do there

# %% tags=["remove-output", "hide-input"]
SHOWN = {
    "mnist": mnist,
    "cifar10": cifar,
    "photographs": photographs,
    "uniform": uniform,
    "pool 1 of a CIFAR-10 LeNet": SOURCES["lenet-cifar10, inputs of pool 1"],
}
publish_table(
    pd.DataFrame(
        [
            {"estimator": one["estimator"], "worst": one["worst"]}
            | {
                name: f"{row['absolute']:.4f} ({row['quantiles'][2]:.3f}, {row['quantiles'][3]:.3f})"
                for name, source in SHOWN.items()
                for row in source["errors"]
                if row["estimator"] == one["estimator"]
            }
            for one in uniform["errors"]
        ]
    ),
    "table-real-errors",
)

# %% [markdown]
# :::{autotable} table-real-errors
# Mean absolute error on 3×3 pools with stride 2 in units of the range, and in brackets the 0.99 quantile and the
# largest. *Worst* is the largest error over all pools; of least squares that of the fit to uniform values, and least
# squares is fitted to other images than those that it is measured on.
# :::
#
# The price of a fit is its worst case. Between least squares and the minimax estimator lies a front: for each
# bound on the worst error the least mean square on given pools. Both ends and all corners between are exact
# fractions, found by following the vertices that hold the bound, and each piece is verified by its optimality
# conditions (`pareto_front`).

# %% tags=["remove-output", "hide-input"]
MOMENTS = {one["source"].removesuffix(" pixels"): one for one in RECORD["moments"]}
fig, axis = plt.subplots(figsize=(6.4, 4))
for name, one in MOMENTS.items():
    below = one["pools"] * one["steps"] ** 2
    rows = tuple(tuple(Fraction(a, below) for a in row) for row in one["products"])
    front = pareto_front(9, (0, 8), SpacingMoments(9, rows))
    if not front.verify():
        raise RuntimeError(f"the front of {name} is not verified")
    first, last = front.pieces[0][0].worst_error, front.pieces[-1][1].worst_error
    bounds = [first + (last - first) * Fraction(k, 40) for k in range(41)]
    errors = np.sqrt([float(front.mean_square_at(bound)) for bound in bounds])
    axis.plot([float(bound) for bound in bounds], errors, marker="o", markevery=40, label=name)
axis.axvline(1 / 18, color=MUTED, linewidth=0.8, linestyle=":")
axis.set(xlabel="largest error over all pools", ylabel="root mean square error on the pools")
axis.legend(title="pixels of")
publish_figure(
    fig,
    "real-front",
    alt="Three falling curves, of MNIST, CIFAR-10 and photographs: the smaller an estimator's root mean square "
    "error on their pools, the larger its worst error; all end at one eighteenth, the least worst error.",
)

# %% [markdown]
# :::{autofigure} real-front
# Orders 0 and 8 of nine pixels: what a bound on the worst error (dotted: the least one, $\frac1{18}$) costs on
# real pools. The left end of a curve is the minimax estimator, the right one least squares.
# :::
#
# ## Exchanged without retraining

# %% tags=["hide-input"]
swaps = pd.DataFrame(RECORD["swaps"])
swapped = swaps.pivot_table(
    index="pool", columns=["experiment", "seed"], values="correct", sort=False
).astype(int)
swapped.columns = [f"{experiment}, seed {seed}" for experiment, seed in swapped.columns]
swapped = swapped.reset_index()
by_pool = swapped.set_index("pool")
changes = (by_pool - by_pool.loc["maximum"]).abs().max(axis=1)
record(
    images=int(swaps["images"].max()),
    plain=int(changes["plain S_8"]),
    minimax=int(changes["minimax {0, 8}"]),
    average=int(changes["average"]),
)

# %% tags=["remove-output", "hide-input"]
publish_table(swapped, "table-real-swaps")

# %% [markdown]
# :::{autotable} table-real-swaps
# Right of {value}`x_real_pools.images|,` test images, for recorded Maxpool LeNets whose max pools are all exchanged.
# Constants are scaled by each pool's range on training images, fits see training images only. Nothing was
# trained again.
# :::
#
# On all six networks the plain $S_8$ changes the number of right images by at most
# {value}`x_real_pools.plain`; the same estimator with its constant, in layers whose bias was not adapted, by up
# to {value}`x_real_pools.minimax`, and the average by up to {value}`x_real_pools.average`. So the mean of nine
# maxima of eight can stand in for the max pools of these six networks ({standing}`ours`, measured), although
# its worst case is far from exact; of the table's others some come as close, and some break the networks. The
# log-mean-exp, $\frac1t\log\frac1d\sum_ie^{tx_i}$, is a smooth pool: the mean of the
# exponentials is at least $\frac1d$ of the largest, so it is at most $\frac{\log d}t$ below the maximum, for $d=9$ and
# $t=50$ less than the $\frac1{18}$ of the orders 0 and 8. But it is no sum of subpool maxes: the theorems are
# about these only.
#
# ## Attacked, and trained on

# %% tags=["hide-input"]
MIDDLE = {"lenet-mnist": {"linf": 0.1, "l2": 2.0}, "lenet-cifar10": {"linf": 0.01, "l2": 0.3}}
attacked = swaps.explode("robust")
attacked = pd.concat(
    [
        attacked[["experiment", "pool"]].reset_index(drop=True),
        pd.DataFrame(attacked["robust"].tolist()),
    ],
    axis=1,
)
attacked["right"] = [
    100
    * one["correct"][one["epsilons"].index(MIDDLE[one["experiment"]][one["norm"]])]
    / one["images"]
    for one in attacked.to_dict("records")
]
robust = attacked.pivot_table(
    index="pool", columns=["experiment", "norm"], values="right", sort=False
).round(1)
robust.columns = [
    f"{experiment}, {'L∞' if norm == 'linf' else 'L2'} {MIDDLE[experiment][norm]:g}"
    for experiment, norm in robust.columns
]
tuned = pd.DataFrame(
    [
        {"pool": one["pool"], "experiment": one["experiment"]}
        | {f"{step} steps": right for step, right in zip(one["steps"], one["correct"], strict=True)}
        for one in RECORD["tuned"]
    ]
)
tuned = tuned.groupby(["experiment", "pool"], sort=False).mean().round(1).reset_index()
record(
    attacked_images=int(attacked["images"].max()),
    tuned_images=RECORD["tuned"][0]["images"],
    tuned_seeds=len({one["seed"] for one in RECORD["tuned"]}),
)

# %% tags=["remove-output", "hide-input"]
publish_table(robust.reset_index(), "table-real-robust")
publish_table(tuned, "table-real-tuned")

# %% [markdown]
# :::{autotable} table-real-robust
# Per cent of the first {value}`x_real_pools.attacked_images` test images that are right after the fast gradient attack at one size of
# each norm, mean over the seeds; the attack follows the gradient of the changed network. All recorded sizes are in
# the record.
# :::
# :::{autotable} table-real-tuned
# Right of the first {value}`x_real_pools.tuned_images` test images after so many steps of one short schedule, the same for all pools,
# mean over {value}`x_real_pools.tuned_seeds` seeds.
# :::
#
# Not measured: ResNets, and networks trained with such a pool from the start.
#
# ## What it means
#
# An estimator's error at a pool is a mixture of its errors at the vertices, so that the worst case bounds it and
# the gaps of the pool say how far below it stays; what a network then loses was measured for small ones only.
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
