# ---
# jupyter:
#   companion:
#     inputs: [data/samples/*]
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
# # Section 5.1. Generalizability: what the estimators weigh
#
# A max pool looks at one number of its window, an average pool at all of them alike. Where between
# the two do the optimal estimators stand? Section 5.1 of {cite:t}`matoba2022theoretical` argues from
# the signs of their weights.
#
# **What this chapter establishes.**
#
# - The exact weight of every rank of a pool in an optimal estimator.
# - They are all non-negative, as the text says, exactly if at most one positive order is used; with
#   more orders some ranks count negatively. With a constant no *sum* of the weights on the largest ranks
#   is negative, whatever the orders.
# - A layer, `SubpoolMaxPool2d`, that takes the place of `MaxPool2d` in a network and computes any of
#   these estimators by one selection per window; shown on an image.

# %%
import matplotlib.pyplot as plt
import pandas as pd
import torch

from companion.evidence import s5_generalizability as checks
from companion.experiments.data.samples import samples
from companion.pages.figures import MUTED, PALETTE, use_style
from companion.pages.publishing import publish_figure, publish_table, record
from maxpooling.approximation import best_uniform
from maxpooling.layers import SubpoolMaxPool2d

use_style()

# %% [markdown]
# ## Weights on ranks
#
# By {prf:ref}`Lemma 2 <lemma-2>` a symmetric estimator is a constant plus a weighted sum of the order
# statistics,
#
# $$f(x)=\beta_0+\sum_{j=1}^d w_j\,x_{(j)},\qquad w_j=f(v_j)-f(v_{j-1}),$$
#
# because $v_j$ has one more one than $v_{j-1}$. For nine inputs:

# %% tags=["parameters"]
pool_size = 9

# %%
choices = {
    "{0, 1}": (0, 1),
    "{0, d − 1}": (0, pool_size - 1),
    "{0, 2, d − 1}": (0, 2, pool_size - 1),
    "all": tuple(range(pool_size)),
}
estimators = {name: best_uniform(pool_size, orders) for name, orders in choices.items()}
table = pd.DataFrame({"rank $j$": range(1, pool_size + 1)})
for name, estimator in estimators.items():
    table[name] = estimator.weights()
record(
    largest_top=estimators["all"].weights()[0],
    lower=abs(estimators["all"].weights()[1]),
    mean_error=estimators["{0, 1}"].error,
)

# %% tags=["remove-output", "hide-input"]
publish_table(table, "rank-weights")

# %% [markdown]
# :::{autotable} rank-weights
# Exact weights of the ranks of nine inputs, largest first, in four optimal estimators.
# :::

# %% tags=["remove-output", "hide-input"]
figure, (first, rest) = plt.subplots(1, 2, figsize=(6.4, 3.8), width_ratios=[1, 3])
for (name, estimator), colour, marker in zip(estimators.items(), PALETTE, "osD^", strict=False):
    weights = [float(w) for w in estimator.weights()]
    first.plot([1], weights[:1], color=colour, marker=marker, linestyle="none")
    rest.plot(range(2, pool_size + 1), weights[1:], color=colour, marker=marker, label=name)
first.set(xlabel="rank", ylabel="weight", xticks=[1], ylim=(-0.05, 1.15))
rest.axhline(0, color=MUTED, linewidth=1)
rest.set(xlabel="rank", xticks=range(2, pool_size + 1))
rest.legend(title="orders", loc=(0.55, 0.5))
publish_figure(
    figure,
    "rank-weights-picture",
    alt="Weights of four estimators on the ranks of nine inputs. Left, rank one: about one, except for the "
    "mean with one ninth. Right, ranks two to nine: one ninth for the mean; one ninth at rank two and "
    "then zero for the orders 0 and 8; small negative values at low ranks with order 2 added; plus and "
    "minus 1/256 in turn for all orders.",
)

# %% [markdown]
# :::{autofigure} rank-weights-picture
# The weights of {numref}`rank-weights`. Rank one has a scale of its own.
# :::
#
# With all orders the maximum has the weight {value}`s5_generalizability.largest_top` and every other rank
# plus or minus {value}`s5_generalizability.lower`, in turn.

# %%
checks.weight_sizes()

# %%
checks.weights_in_closed_form()

# %% [markdown]
# ## The signs
#
# The text says that the weight of every order statistic is positive, and cites
# {prf:ref}`Theorem 6 <theorem-6>` for it
# ({standing}`given`). Theorem 6 is about the intercept, and the statement is
# {prf:ref}`Lemma 7 <lemma-7>` in other words: it holds
# for the order sets $\{0\}$, $\{r\}$ and $\{0,r\}$, where some weights may be zero, and fails for all others
# ({prf:ref}`Erratum 2 <erratum-2>`). What is true for every $R\ni0$ is that $w_1+\dots+w_k$, for every
# $k\ge1$, lies between $1-2E(d,R)$ and $1$ ({prf:ref}`Lemma 7 <lemma-7>`): up to twice the error the largest
# rank alone makes up the whole, and the other ranks take back as much as they give.

# %%
checks.weight_signs()

# %% [markdown]
# For one positive order $r<d$ the conclusion stands in a precise form, since the optima are
#
# $$S(x;r,d)+\frac{d-r}{2d}\quad\text{for }\{0,r\},\qquad\frac{2d}{d+r}\,S(x;r,d)\quad\text{for }\{r\},$$
#
# and $S(\cdot;r,d)$ is a mixture, with non-negative shares that add up to one, of the means of the
# top $j$ ranks, $j=1,\dots,d$, which lead from the maximum ($j=1$) to the average ($j=d$). So with a constant
# the estimator is that constant, which is its error, plus such a mixture; without one it is the mixture times
# $1+E(d,\{r\})$.

# %%
checks.averages_of_top_ranks()

# %% [markdown]
# An average alone is far away: its error on nine inputs is {value}`s5_generalizability.mean_error` at
# best.
#
# ## In the place of a pooling layer
#
# The weights make every estimator cheap to run: sort the window (or select its largest entries, as far
# as they have a
# weight), weigh, and add. `SubpoolMaxPool2d` does this in torch, with kernel size, stride, padding, dilation and
# ceil mode as in `MaxPool2d`; the places of the maxima it does not have.

# %%
pool = SubpoolMaxPool2d(3, stride=2, padding=1, orders=[0, 8], input_range=(0, 1))
wider = SubpoolMaxPool2d(3, stride=2, padding=1, orders=[0, 8], input_range=(0, 20))
record(outside=pool.error_bound_on(0, 20), inside=wider.error_bound)
pool, pool.error_bound, pool(torch.rand(16, 3, 32, 32)).shape

# %% [markdown]
# Two decisions had to be taken.
#
# **Range.** The error bounds hold for inputs in $[0,1]$. For inputs in $[a,b]$ the layer applies the
# affine image of the estimator, whose error
# is $(b-a)\,E(d,R)$; the range is an argument, `input_range`. It cannot be taken from the window,
# because then the layer would
# be another function of the data, and, unlike the maximum, the estimator is not indifferent to it. There is no
# default where order 0 is used: give the range, or have it measured (`SubpoolMaxPool2d.calibrated`). What if inputs
# leave it? Then the constant is wrong as well.
#
# ```{statement} Theorem RG (inputs outside the range)
# :label: theorem-rg
# :standing: ours
# :check: errors_outside_the_range
# :plain: For inputs in another range than the layer's, the largest error is that of the other range plus the amount by which the constant is wrong.
# :why: Not in the paper, which has inputs in the unit cube.
#
# A layer for the range $[a,b]$ with the optimal coefficients $\beta_r$ ($\beta_0=0$ if $0\notin R$), $B=\sum_{r\ge1}\beta_r$, has on
# inputs in $[u,v]$, $u<v$, exactly the largest error
#
# $$(v-u)\,E(d,R)+\bigl|\beta_0\bigl((b-a)-(v-u)\bigr)+(1-B)(a-u)\bigr|.$$
# ```
#
# ```{prf:proof}
# The layer made for $[u,v]$ has the same weights, so the two differ by the difference of their constants, which is
# the number between the bars. On $[u,v]$ the error of the other layer has the largest value $(v-u)E$ and the least
# $-(v-u)E$, both attained: if one of them were not, a small change of the constant, or, where there is none, of the
# scale (where the error is extreme the maximum is $1$ on the unit cube, and the estimate positive), would lower the
# larger and $\beta$ would not be optimal. A constant added to a function with largest value $m$ and least value $-m$ makes
# its largest modulus $m$ plus the constant's modulus. ∎
# ```
#
# For the layer above and one 20 among eight zeros the error is {value}`s5_generalizability.outside`, and that of a
# layer made for $[0,20]$ would be {value}`s5_generalizability.inside`.
#
# **Borders.** `MaxPool2d` pads with $-\infty$, which no weighted sum survives. Here each padded place
# takes the nearest pixel. That pixel always lies in the same
# window, so that the window's maximum is unchanged and the estimator is evaluated at an ordinary point
# of the cube: the error bound holds at
# the border as well. To solve anew for the $d'<d$ pixels that are left would be worse for orders next to the
# pool's size, $\frac1{2d'}$ in the place of $\frac1{2d}$ for $\{0,d-1\}$. (For a fixed small order it would be
# better, $\frac{d'-r}{2d'}$ in the place of $\frac{d-r}{2d}$ for $\{0,r\}$; such orders are poor at any size.)

# %%
checks.pooling_layer()

# %%
checks.errors_outside_the_range()

# %% [markdown]
# ### An image
#
# A soft blob, a dark band, and a few single bright pixels. Where neighbours are alike, every estimator
# agrees with the maximum up to its constant, or nearly; a single bright pixel is the hard case, as the
# vertices of the cube are.


# %%
def picture(size=54):
    axis = torch.linspace(-1, 1, size)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    image = 0.7 * torch.exp(-4 * ((x - 0.2) ** 2 + (y + 0.1) ** 2)) + 0.15
    image[(x + y + 0.9).abs() < 0.12] = 0.05
    generator = torch.Generator().manual_seed(4)
    image[tuple(torch.randint(0, size, (2, 14), generator=generator))] = 1.0
    return image[None]


image = picture()
pooled = {"image": image, "maximum": torch.nn.MaxPool2d(3)(image)}
pooled |= {
    name: SubpoolMaxPool2d(3, orders=R, input_range=(0, 1))(image) for name, R in choices.items()
}

# %% tags=["remove-output", "hide-input"]
figure, grid = plt.subplots(2, 3, figsize=(6.4, 4.6))
for axes, (name, pixels) in zip(grid.flat, pooled.items(), strict=True):
    axes.imshow(pixels[0], cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    axes.set_title(name.replace("d − 1", "8").replace("all", "all orders"), fontsize=11)
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
publish_figure(
    figure,
    "pooled-image",
    alt="Six grey images: a soft bright blob with a dark diagonal band and scattered bright pixels; its "
    "maximum over 3 by 3 windows; and four estimates of that. The estimate with orders 0 and 1 is "
    "too bright, blurred, and loses the bright pixels; the three others look like the maximum.",
)

# %% [markdown]
# :::{autofigure} pooled-image
# An image of 54×54 pixels, its maximum over 3×3 windows, and four optimal estimators in the place of
# the maximum.
# :::

# %% tags=["remove-output", "hide-input"]
photographs, _ = samples("cifar10")
grey = photographs.mean(dim=1)[:2]  # two photographs, the mean of their colours
shown = {"synthetic": image[0]} | {f"photograph {n}": one for n, one in enumerate(grey, 1)}
figure, grid = plt.subplots(len(shown), 1 + len(choices), figsize=(6.4, 1.4 * len(shown) + 0.6))
for line, (title, pixels) in zip(grid, shown.items(), strict=True):
    exact = torch.nn.MaxPool2d(3)(pixels[None])
    line[0].imshow(pixels, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    line[0].set_ylabel(title, fontsize=11)
    for axes, (name, R) in zip(line[1:], choices.items(), strict=True):
        found = SubpoolMaxPool2d(3, orders=R, input_range=(0, 1))(pixels[None]) - exact
        bound = float(estimators[name].error)
        axes.imshow(found[0] / bound, cmap="PuOr", vmin=-1, vmax=1, interpolation="nearest")
        share = float(found.abs().mean()) / bound
        axes.set_xlabel(f"mean {share:.0%}", fontsize=11)
for axes, name in zip(grid[0], ("image", *choices), strict=True):
    axes.set_title(name.replace("d − 1", "8").replace("all", "all orders"), fontsize=11)
for axes in grid.flat:
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
ends = [one.residuals()[-1] / one.error for one in estimators.values()]
record(
    ends=", ".join("$+E$" if end == 1 else "$-E$" if end == -1 else f"${end}\\,E$" for end in ends)
)
publish_figure(
    figure,
    "error-maps",
    alt="Three rows: the synthetic image and two photographs of 32 by 32 pixels; beside each the error of four "
    "estimators at every 3 by 3 window, from minus the largest possible error to plus it. With all orders "
    "nearly every window has the full positive error.",
)

# %% [markdown]
# :::{autofigure} error-maps
# The image of {numref}`pooled-image`, two test photographs of CIFAR-10 in grey, and beside each the error $f-\max$
# of four estimators at every window, in units of the largest possible one, $E(d,R)$: orange is below the
# maximum, violet above. Below: the mean size of the error in these units.
# :::
#
# *Reading.* A window of one value $c$ errs by $(1-c)E+c\,e_9$, where $e_9$ is the error at the vertex of nine ones:
# {value}`s5_generalizability.ends`, in the order of the columns. So even regions are violet, with all orders in dark
# places only, and orange in bright ones; single bright pixels and edges are what differs from that.

# %%
maximum = pooled["maximum"]
errors = pd.DataFrame(
    [
        {
            "orders": name.replace("d − 1", "8"),
            "bound": estimators[name].error,
            "largest error here": f"{(pooled[name] - maximum).abs().max():.4f}",
            "mean error here": f"{(pooled[name] - maximum).abs().mean():.4f}",
        }
        for name in choices
    ]
)

# %% tags=["remove-output", "hide-input"]
publish_table(errors, "pooled-image-errors")

# %% [markdown]
# :::{autotable} pooled-image-errors
# Errors of the estimators on the image of {numref}`pooled-image`, in units of the grey scale from 0 to
# 1, beside the exact bounds.
# :::
#
# ## What it means
#
# With one positive order an optimal estimator stands between maximum and average, up to its constant or a
# factor; with more it leaves that range, as some ranks count negatively.
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
