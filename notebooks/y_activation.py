# ---
# jupyter:
#   companion:
#     cells: quick
#     inputs: [data/results/manifest.csv, data/results/outcomes.csv, data/results/*/*/outcomes-*, data/results/*/*/seed*, data/results/*/*/*/seed*.json, data/samples/*, data/sources.toml]
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
# # The second source. Can a pool take the place of the activation?
#
# A max pool is not linear. Is a ReLU after the convolution then needed at all? And what about an
# average pool? The question was asked and answered in public in 2020
# {cite:p}`stackexchange2020activation`: no, an activation is not strictly needed with max pools, but the
# network gets worse without; and the average is linear. Comments object that a ReLU is a maximum itself. This chapter takes the
# question, the answer and the objection at their word.
#
# **What this chapter establishes.**
#
# - Max is not linear and the average is, exactly; a network of convolutions and average pools without
#   activation **is one matrix**, and we compute it ({ref}`folding`).
# - ReLU and max pool are both maxima, and may change places. What a max pool lacks is the constant:
#   without activation, and with all linear layers behind the last pool, all biases collapse into one, and
#   along every ray from the black image the
#   output is a straight line ({prf:ref}`Theorem V <theorem-v>`). Such networks are non-linear, but
#   they are no universal approximators.
# - What that costs on MNIST and CIFAR-10: five activations times three pools, with a linear classifier
#   beside them, an interval for every claim ({ref}`activation-grid`).

# %% tags=["hide-input"]
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from companion.evidence import y_activation as checks
from companion.experiments.models.layers import Normalise
from companion.experiments.pictures.plots import activation_figure
from companion.experiments.results import record as results
from companion.experiments.runs.weights import trained_model
from companion.experiments.statistics import summary
from companion.experiments.statistics.y_activation import DATASETS, claims, find, shares, table
from companion.files import RECORDED as FOLDER
from companion.pages.figures import BLUE, GRAY, GREEN, INK, ORANGE, use_style
from companion.pages.publishing import publish_figure, publish_table, record
from maxpooling.layers.folding import fold
from maxpooling.networks import pooled_regions, window_forms

use_style()
RECORDED, FRESH = results.recorded(), results.fresh()
POOL_COLOURS = {"max": BLUE, "average": GREEN, "strided": GRAY}

# %% [markdown]
# ## Max is not linear
#
# {standing}`given` Hold one number at 1 and let the other run from 0 to 2. The maximum is constant
# first, then it grows; a function that is linear in both numbers would be a straight line here. The
# average is one.

# %% tags=["remove-output", "hide-input"]
moving = np.linspace(0, 2, 201)
fig, axis = plt.subplots(figsize=(6, 3.4))
axis.plot(moving, np.maximum(1, moving), color=BLUE, label="max(1, t)")
axis.plot(moving, (1 + moving) / 2, color=GREEN, linestyle="--", label="average of 1 and t")
axis.set(xlabel="t (the second number)", ylabel="value")
axis.legend()
publish_figure(
    fig,
    "figure-second-slice",
    alt="The maximum of 1 and t stays at 1 until t is 1 and then rises with slope one; the average "
    "is a straight line from one half to three halves.",
)

# %% [markdown]
# :::{autofigure} figure-second-slice
# The maximum and the average of 1 and $t$, both without units. One kink is enough: the maximum is no
# linear function of its two inputs.
# :::

# %%
checks.max_is_not_linear()

# %%
checks.max_with_one_fixed()

# %%
checks.average_is_linear()

# %% tags=["remove-output", "hide-input"]
x, y = np.meshgrid(np.linspace(0, 1, 13), np.linspace(0, 1, 13))
fig, panels = plt.subplots(1, 2, figsize=(6.4, 3.4), subplot_kw={"projection": "3d"})
for panel, name, z in zip(
    panels, ("maximum", "average"), (np.maximum(x, y), (x + y) / 2), strict=True
):
    colour = {"maximum": BLUE, "average": GREEN}[name]
    panel.plot_surface(
        x, y, z, color=colour, edgecolor=colour, linewidth=0.5, alpha=0.4, shade=False
    )
    panel.set(title=name, xlabel="x", ylabel="y", zticks=[0, 0.5, 1], xticks=[0, 1], yticks=[0, 1])
    panel.view_init(elev=25, azim=-120)
    for side in (panel.xaxis, panel.yaxis, panel.zaxis):
        side.set_pane_color((0, 0, 0, 0))  # the page shows through, light or dark
publish_figure(
    fig,
    "figure-second-surfaces",
    alt="Two surfaces over the unit square: the maximum, two planes that meet in a crease along the "
    "diagonal, and the average, one plane.",
)

# %% [markdown]
# :::{autofigure} figure-second-surfaces
# The maximum of two numbers has a crease where they are equal; the average is a plane.
# :::
#
# ```{raw} html
# <div id="surface" data-average>
# <p>With JavaScript the two surfaces can be turned here; the figure above shows them from one side.</p>
# </div>
# ```
#
# (folding)=
# ## The average is linear: a deep network that is one matrix
#
# Convolutions, averages and linear layers are affine maps, and a chain of affine maps is one affine
# map. However deep a network of average pools without activation may be, a single layer does the
# same, weight for weight. `maxpooling.layers.fold` finds it by sending the unit vectors
# through the network, refuses any layer that is not affine, and compares the result with the network.

# %%
NETWORK = trained_model(results.path_of(FOLDER, "activation-mnist", "average-none", 0))
FOLDED = fold(NETWORK, (1, 28, 28), also=(Normalise,))
record(
    network_parameters=sum(p.numel() for p in NETWORK.parameters()),
    folded_numbers=FOLDED.weight.numel() + FOLDED.bias.numel(),
)

# %%
checks.folded_networks()

# %% [markdown]
# The LeNet for MNIST with its {value}`y_activation.network_parameters` parameters is a table of
# {value}`y_activation.folded_numbers` numbers: ten templates of 28 by 28 pixels, and ten biases. It
# belongs beside the classifier that is linear from the start, and was trained in the same way. By the
# same check a network with *strided convolutions* and no activation folds as well.

# %% tags=["remove-output", "hide-input"]
LINEAR = trained_model(results.path_of(FOLDER, "activation-mnist", "linear", 0))
TEMPLATES = {
    "folded\nLeNet": FOLDED.weight,
    "linear\nclassifier": fold(LINEAR, (1, 28, 28), also=(Normalise,)).weight,
}
fig, grid = plt.subplots(2, 5, figsize=(6.4, 3.1))
for row, (name, weight) in zip(grid, TEMPLATES.items(), strict=True):
    row[0].set_ylabel(name)
    for digit, axis in enumerate(row):
        template = (weight[digit] - weight.mean(0)).view(28, 28).numpy()
        top = abs(template).max()
        axis.imshow(template, cmap="PuOr", vmin=-top, vmax=top, interpolation="nearest")
        axis.set(xticks=[], yticks=[], title=f"digit {digit}")
        axis.grid(visible=False)
publish_figure(
    fig,
    "figure-second-templates",
    alt="Ten small pictures of weights: for the digits 0 to 4 the templates of the folded network look "
    "smooth, those of the linear classifier are speckled, and both show the shape of the digit.",
)

# %% [markdown]
# :::{autofigure} figure-second-templates
# What the two linear maps look for, for the first five digits: weight of each pixel less its mean over the
# ten classes (purple for, orange against; each picture has its own scale). The folded LeNet can only make
# templates that its small kernels and averages can build.
# :::
#
# ## ReLU and max pool are both maxima
#
# {standing}`given` A comment says that a ReLU is a max pool with one more, constant input:
# $\operatorname{relu}(x)=\max(x,0)$. So it is; in the language of maxout networks
# {cite:p}`goodfellow2013maxout` a ReLU is a maxout unit whose second filter is zero. And because both are
# non-decreasing, they may change places:
#
# $$\max_j\sigma(x_j)=\sigma\big(\max_jx_j\big)\quad\text{for every non-decreasing }\sigma .$$
#
# With max pools it does not matter on which side of the pool the activation stands. With average pools
# it does.

# %%
checks.relu_is_a_max()

# %%
checks.activation_commutes()

# %%
checks.average_does_not_commute()

# %% [markdown]
# {standing}`given` The answer's objection is that a max pool does not act *element-wise*. A pool over one
# pixel is the identity; but is there a way around, with a convolution before it?

# %%
checks.one_by_one_pool()

# %% [markdown]
# ```{statement} Theorem U (a sliding filter is no ReLU)
# :label: theorem-u
# :standing: ours
# :check: never_constant, zero_filter, padded_windows
# :plain: A max pool over unpadded windows of one filter is constant on no open set; over two channels, one
#     of them zero, it is a ReLU.
# :why: Not in the second source, whose comments disagree on whether a ReLU is a max pool.
#
# Let $z(x)=\max_j(w_j\cdot x+b)$ be a max pool over windows of *one* convolution without padding, with a
# filter $w\ne0$, so that the $w_j$ are whole shifts of $w$. (It is a maxout unit, then, whose filters are
# shifts of each other.) Then $z$ is constant on no open set. In particular it
# is no ReLU of a linear function, whose value is constantly 0 on a half space. A pool over *two
# channels* is one as soon as the second filter is zero: $\max(w\cdot x+b,\;0\cdot x+0)$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# At any $x$ let $j$ win. Then $z(x+\epsilon w_j)\ge w_j\cdot(x+\epsilon w_j)+b=z(x)+\epsilon\lVert w\rVert^2>z(x)$
# for every $\epsilon>0$: in every neighbourhood $z$ takes a larger value. (With zero padding a window may hang
# over the border so far that it sees nothing but zeros; its $w_j$ is zero, and a ReLU is back. The filter
# $(1,0)$ on a single number, with one zero at each side, gives $\max(0,x)$.)
# ```

# %%
checks.never_constant()

# %%
checks.zero_filter()

# %%
checks.padded_windows()

# %% [markdown]
# ## What is lost without an activation
#
# ```{statement} Theorem V (straight rays)
# :label: theorem-v
# :standing: ours
# :check: straight_rays, bent_by_an_early_linear_layer, ray_error, trained_rays
# :plain: Without padding and activation a network of convolutions and max pools, with linear layers behind
#     them, is straight on every ray from the zero image, whatever its biases.
# :why: Not in the second source, which only says that such a network does worse.
#
# Let $F$ be any network of convolutions without padding and max pools, each pool within the channels, followed
# by any number of linear layers, all with biases, and no activation. Then for all $x$ and all $t\ge0$
#
# $$F(tx)-F(0)=t\,\big(F(x)-F(0)\big) .$$
#
# ```
#
# ```{prf:proof}
# :class: dropdown
# A bias is the same at every place of a channel, so a max pool passes it on:
# $\max_j(u_j+b)=\max_ju_j+b$. The next convolution, without padding, turns constant channels into constant
# channels. By induction the output of every layer up to the last pool is $H(x)+c$, where $c$ is constant on each
# channel and $H$ is the output of the same network without biases; for the linear layers behind them $c$ may be
# any vector. All layers without biases satisfy $H(tx)=tH(x)$ for
# $t\ge0$. (With zero padding the argument fails at the border, where windows see fewer constants, and so does
# the theorem: a test of this project has a counterexample. So it does with a linear layer before a pool, which
# then compares numbers of different biases: $\max(x+1,-x)$ is 1, 1 and 2 at $0$, $-1$ and $-2$.)
# ```
#
# The network may be a hundred layers deep: halve the brightness of an image and every logit moves half way
# to its value for the black image. All those biases act as one vector at the end; there are no thresholds.
# By hand: $F(x)=3\max(x_1+1,\,x_2+1)-2$ is 1 at $(0,0)$ and 7 at $(2,1)$; at $(1,\frac12)$, half way, it is 4:

# %%
[3 * max(x1 + 1, x2 + 1) - 2 for x1, x2 in ((0, 0), (1, 0.5), (2, 1))]

# %%
checks.straight_rays()

# %%
checks.bent_by_an_early_linear_layer()

# %%
checks.trained_rays()

# %% [markdown]
# So these networks are no universal approximators, however wide or deep: take $f(x)=\max(x_1-1,0)$ and walk
# along $x_1=t$, $0\le t\le2$. $F$ is an affine function of $t$ there, and the best one misses $f$ by
# $\tfrac14$ at three points with alternating sign.

# %%
checks.ray_error()

# %% [markdown]
# ### Linear regions, counted
#
# A convolution with one filter, then a max pool over $p$ windows, has $p$ linear regions, and $p+1$ with a
# ReLU: shifts of one filter are linearly independent, so each window wins somewhere, and so does 0. With
# several channels the regions of all pools are cut by each other; the counts below are exact, each region
# confirmed or excluded in integers (Fourier-Motzkin elimination).

# %% tags=["remove-output"]
CASES = list(product((3, 4, 5), (1, 2, 3)))
columns = {
    f"{pool}{', ReLU' if relu else ''}": [
        pooled_regions(checks.FILTERS[:channels], inputs, pool, relu=relu)
        for inputs, channels in CASES
    ]
    for pool, relu in product(("average", "max"), (False, True))
}
cases = {"windows": [n - 1 for n, _ in CASES], "filters": [c for _, c in CASES]}
publish_table(pd.DataFrame(cases | columns), "table-second-regions")

# %% [markdown]
# :::{autotable} table-second-regions
# Linear regions of a one-dimensional convolution (filters of two weights, no biases) followed by one pool over
# all windows of each channel.
# :::

# %%
checks.regions()

# %%
checks.orthants()

# %%
checks.pieces_of_a_max()

# %% tags=["remove-output", "hide-input"]
SIDE = np.linspace(-5, 5, 401)
a, b = np.meshgrid(SIDE, SIDE)
signal = np.stack([a, b, np.ones_like(a)])
fig, panels = plt.subplots(1, 2, figsize=(6.4, 3.8), sharey=True)
for panel, relu in zip(panels, (False, True), strict=True):
    for weights, colour in zip(checks.FILTERS[:2], (BLUE, ORANGE), strict=True):
        forms = np.array(window_forms(weights, 3) + [(0, 0, 0)] * relu)
        winner = np.argmax(np.tensordot(forms, signal, 1), axis=0)
        for place in range(len(forms)):
            panel.contour(a, b, winner == place, levels=[0.5], colors=colour, linewidths=1.6)
    panel.set(title="max pool, then ReLU" if relu else "max pool alone", xlabel="first number")
    panel.set_aspect("equal")
panels[0].set_ylabel("second number")
publish_figure(
    fig,
    "figure-second-regions",
    alt="Two maps of a plane. On the left one straight line per filter cuts it into four regions; on the "
    "right every filter has three lines that meet in a point and cut it into more.",
)

# %% [markdown]
# :::{autofigure} figure-second-regions
# Borders of the linear regions for a signal of three numbers, the third held at 1: two filters (blue, orange),
# each with one pool over its two windows. The ReLU adds the corner from which both of its windows are negative.
# :::
#
# (activation-grid)=
# ## The experiment
#
# Does it work without activation, and how much worse? The LeNets of [Appendix E](e_experiments) were
# trained with each of five activations, also behind the hidden linear layer, and each of three ways to
# reduce the image: the max pool, an average pool over the same windows (border windows average the pixels
# that they have), and a stride in the convolution itself. Everything else is as in the paper's
# experiment; a linear classifier on the pixels went through the same training. The claims, one number per
# seed each, and the rule that decides them were written down before the recorded runs: a 95 % interval
# (Student's $t$) over paired seeds. They are judged here by the rule that was fixed later for the paper's own
# statements ({ref}`verdicts`), all of both data sets together; the spread between seeds is pooled over the
# models that a claim names only, because some in the grid vary far more than others (the deviations stand in
# {numref}`table-second-cifar10`).
#
# The networks with strided convolutions do not see the last rows and columns of an image (the same holds for
# two of the paper's, {ref}`fields`); no claim below is about them.
#
# The answer points to a study on ImageNet {cite:p}`mishkin2017systematic` for the same comparison. It
# has other networks and other data, and its numbers are not used here.

# %%
record(
    **{
        f"{scale}_{dataset}": summary.describe(found, f"activation-{dataset}")
        for scale, found in (("recorded", RECORDED), ("fresh", FRESH))
        for dataset in DATASETS
    }
)

# %% tags=["remove-output", "hide-input"]
publish_figure(
    activation_figure(RECORDED, POOL_COLOURS, INK),
    "figure-second-grid",
    alt="Clean accuracy of the networks by activation, one marker per pool, MNIST on the left and CIFAR-10 on "
    "the right; a horizontal line is the linear classifier.",
)

# %% [markdown]
# :::{autofigure} figure-second-grid
# Clean accuracy, mean and standard deviation over the seeds, of the recorded runs; the line is the linear
# classifier. MNIST: {value}`y_activation.recorded_mnist`. CIFAR-10: {value}`y_activation.recorded_cifar10`.
# :::

# %% tags=["remove-output", "hide-input"]
for dataset in DATASETS:
    publish_table(pd.DataFrame(table(RECORDED, dataset)), f"table-second-{dataset}")
record(
    **{
        f"{scale}_linear_{dataset}": summary.percent(shares(found, dataset).get("linear", ()))
        for scale, found in (("recorded", RECORDED), ("fresh", FRESH))
        for dataset in DATASETS
    }
)

# %% [markdown]
# :::{autotable} table-second-mnist
# MNIST, recorded: clean accuracy in per cent, mean ± standard deviation over the seeds. The linear
# classifier has {value}`y_activation.recorded_linear_mnist` %.
# :::
#
# :::{autotable} table-second-cifar10
# CIFAR-10, recorded: clean accuracy in per cent, mean ± standard deviation over the seeds. The linear
# classifier has {value}`y_activation.recorded_linear_cifar10` %.
# :::

# %% tags=["remove-output", "hide-input"]
verdicts = pd.DataFrame(
    [
        {
            "claim": claim.text,
            "recorded runs": summary.finding_text(find(claim, RECORDED)),
            "this build": summary.finding_text(find(claim, FRESH)),
        }
        for dataset in DATASETS
        for claim in claims(dataset)
    ]
)
publish_table(verdicts, "table-second-claims")
said = verdicts.set_index("claim")["recorded runs"]
(band,) = {
    claim.margin for dataset in DATASETS for claim in claims(dataset) if claim.margin is not None
}
record(band=f"{100 * band:g}")
record(
    **{
        f"{dataset}_{key}": said[text]
        for dataset in DATASETS
        for key, text in (
            (claim.name.removeprefix(f"{dataset}-").replace("-", "_"), claim.text)
            for claim in claims(dataset)
        )
    }
)

# %% [markdown]
# :::{autotable} table-second-claims
# :folded: Every claim on accuracy, with its verdict
# What the seeds say: verdict, difference in percentage points with its 95 % interval, and adjusted $p$. That two
# are alike is supported where the difference is shown to lie inside the band, contradicted where it is shown to lie outside. The runs of this
# build are far too short to decide anything; they show that every network trains. They are: MNIST {value}`y_activation.fresh_mnist`; CIFAR-10 {value}`y_activation.fresh_cifar10`.
# :::
#
# ### What to make of it
#
# - **No activation is needed.** Max pools alone beat a linear classifier by far: MNIST
#   {value}`y_activation.mnist_max_without_activation`; CIFAR-10
#   {value}`y_activation.cifar10_max_without_activation`.
# - **But it performs worse.** What ReLU adds to max pools: MNIST
#   {value}`y_activation.mnist_max_gains_relu`; CIFAR-10 {value}`y_activation.cifar10_max_gains_relu`. It adds
#   far less than to average pools: MNIST {value}`y_activation.mnist_max_gains_less`; CIFAR-10
#   {value}`y_activation.cifar10_max_gains_less`. The max pool does most of the activation's work here.
# - **The average is linear.** So it should be as good as the linear classifier, no better and no worse. By the rule
#   this is supported where the difference is shown to lie within {value}`y_activation.band` points of 0 on either side,
#   a band in which 0 itself belongs: MNIST {value}`y_activation.mnist_average_is_linear`; CIFAR-10
#   {value}`y_activation.cifar10_average_is_linear`. Both are linear maps; a
#   difference between them comes from training and from which linear maps the LeNet can build.
# - **Not every activation helps.** The sigmoid with max pools: MNIST
#   {value}`y_activation.mnist_max_gains_sigmoid`; CIFAR-10 {value}`y_activation.cifar10_max_gains_sigmoid`. It
#   was run at one learning rate, schedule and initialisation only, so this is a finding about training, and
#   its cause was not looked into. But that *any* activation beats none is too strong a claim.
#
# ## What it means
#
# Max pools make a network non-linear without an activation, average pools do not; but with its linear layers
# behind the last pool such a network is a straight line along every ray from the black image.
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
#
# Linearity and its absence, exactly; the statements of this chapter by enumeration, with proofs above; the
# folding and the straight rays on trained networks, to float precision. The claims about accuracy rest on the
# recorded runs, two data sets and one family of networks: nothing here says how other networks fare. That
# pooling mainly serves to reduce the dimension is a statement about purpose, which no experiment here
# decides. Every claim of the source, with its verdict, is in [What reproduces](../what-reproduces).
