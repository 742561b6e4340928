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
# - Measured: the gaps of real pools, and recorded LeNets with other pools, without retraining.

# %%
import matplotlib.pyplot as plt
import pandas as pd

from companion.evidence import x_real_pools as checks
from companion.experiments.pools import record as pools
from companion.pages.figures import BLUE, MUTED, ORANGE, use_style
from companion.pages.publishing import publish_figure, publish_table, record

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
        for one in RECORD["spacings"]
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
found = {one["source"]: one for one in RECORD["spacings"]}
uniform = found["independent uniform values"]
fig, axis = plt.subplots(figsize=(7, 3.6))
for row, (name, one) in enumerate(reversed(found.items())):
    control = "uniform" in name or "shuffled" in name
    low, high = one["gap_interval"]
    axis.plot([low, high], [row, row], color=MUTED, linewidth=2)
    axis.plot(one["gap"], row, marker="s" if control else "o", color=ORANGE if control else BLUE)
axis.axvline(uniform["gap"], color=MUTED, linewidth=0.8, linestyle=":")
axis.set_yticks(range(len(found)), reversed(found))
axis.set(xlabel="mean gap (share of the range)", xlim=(0, None))
publish_figure(
    fig,
    "real-gaps",
    alt="Mean gaps of pools, a point with an interval for each kind. Inputs of the networks' pools have the "
    "smallest, then pixels of both sets of images; uniform values have larger ones, and shuffled MNIST images "
    "by far the largest.",
)

# %% [markdown]
# :::{autofigure} real-gaps
# Mean gap between the two largest entries of a pool, with the 95 % interval of the table; round: real
# pools, square: controls, the dotted line is that of independent uniform values.
# :::

# %% tags=["hide-input"]
mnist, cifar = found["mnist pixels"], found["cifar10 pixels"]
record(
    cifar_gap=round(cifar["gap"], 3),
    uniform_gap=round(uniform["gap"], 3),
    mnist_wide=round(mnist["wide"], 3),
    uniform_wide=round(uniform["wide"], 3),
    cifar_wide=round(100_000 * cifar["wide"], 1),
    inner_largest=round(
        max(one["gaps"][3] for name, one in found.items() if name.startswith("lenet")), 3
    ),
)

# %% [markdown]
# The paper supposes that inputs whose maximum is hard to approximate are not prevalent in natural images. For
# pixels of CIFAR-10 that is what is found: the mean gap is {value}`x_real_pools.cifar_gap`, of independent uniform
# values {value}`x_real_pools.uniform_gap`, and gaps above one half occur in {value}`x_real_pools.cifar_wide` of 100 000 windows. For MNIST it is
# not: such gaps make up {value}`x_real_pools.mnist_wide` of its windows, more than the
# {value}`x_real_pools.uniform_wide` of uniform values, because strokes are bright and thin. What the pools *inside* the
# networks see is flatter than either: the largest gap seen there is {value}`x_real_pools.inner_largest`.
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
# Right of the first {value}`x_real_pools.images` test images, for recorded Maxpool LeNets whose max pools are all exchanged.
# The constants are scaled by each pool's range on training images. Nothing was trained again.
# :::
#
# On all six networks the plain $S_8$ changes the number of right images by at most
# {value}`x_real_pools.plain`; the same estimator with its constant, in layers whose bias was not adapted, by up
# to {value}`x_real_pools.minimax`, and the average by up to {value}`x_real_pools.average`. So a shallow
# estimator can stand in for the max pools of these networks ({standing}`ours`, measured), although
# its worst case is far from exact. The log-mean-exp, $\frac1t\log\frac1d\sum_ie^{tx_i}$, is a smooth pool: the mean of the
# exponentials is at least $\frac1d$ of the largest, so it is at most $\frac{\log d}t$ below the maximum, for $d=9$ and
# $t=50$ less than the $\frac1{18}$ of the orders 0 and 8. But it is no sum of subpool maxes: the theorems are
# about these only.
#
# ## Attacked, and trained on

# %% tags=["hide-input"]
tuned = pd.DataFrame(
    [
        {"pool": one["pool"], "network": one["experiment"], "seed": one["seed"]}
        | {f"{step} steps": right for step, right in zip(one["steps"], one["correct"], strict=True)}
        for one in RECORD["tuned"]
    ]
)
record(tuned_images=RECORD["tuned"][0]["images"])

# %% tags=["remove-output", "hide-input"]
publish_table(tuned, "table-real-tuned")

# %% [markdown]
# :::{autotable} table-real-tuned
# Right of the first {value}`x_real_pools.tuned_images` test images after so many steps of the same schedule, for
# the networks and seeds that were trained on. The record also holds what the fast gradient attack leaves right.
# :::
#
# Not measured: ResNets, photographs, and training from the start.
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
