# ---
# jupyter:
#   companion:
#     inputs:
#       - data/ours/exact_pools.json
#       - data/ours/pool_windows.npy
#       - data/ours/verifier.json
#       - data/samples/labels.toml
#       - data/samples/mnist.png
#       - data/results/lenet-mnist/maxpool/seed0.json
#       - data/results/lenet-mnist/maxpool/seed0.safetensors
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
# # A max pool for tools that know none
#
# Verifiers, exporters and chips often take convolutions and ReLUs, but no max pool. The maximum *is* a
# network of ReLUs, so such a tool can be given the same function. Which of the exact networks should it be,
# and what do they do in floating point, in a whole network, and in a solver's hands?
#
# **What this chapter establishes** ({standing}`ours`, measured).
#
# - All exact networks for four window sizes, with their size, and their error on what real pools see.
# - A mask or a large entry costs digits, by a bound; one ReLU for each pixel prevents it.
# - Recorded networks with every max pool exchanged, on all test images.
# - A mixed-integer solver proves bounds of pools, and of a trained layer with its pool, through them; a
#   verifier of neural networks proves some of them.

# %%
from math import isqrt

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch

from companion.checking import require
from companion.experiments import exact_pools, verifier
from companion.experiments.data.samples import samples
from companion.experiments.pools.names import source_in_words
from companion.experiments.results import record as results
from companion.experiments.runs.weights import trained_model
from companion.files import RECORDED
from companion.pages.figures import PALETTE, use_style
from companion.pages.publishing import publish_figure, publish_table, record
from maxpooling.layers import ReluMaxPool2d
from maxpooling.networks import (
    Affine,
    affine_layers,
    cost_table,
    interval_bounds,
    largest_output,
    linear_bounds,
    max_network_sizes,
    rounding_bound,
    smallest_max_network,
)

use_style()

# %% [markdown]
# ## The networks
#
# By hand, for two numbers: $\max(a,b)=\mathrm{relu}(a-b)+\mathrm{relu}(b)-\mathrm{relu}(-b)$, three ReLUs in one
# hidden layer, and two if $b$ is not negative. A tool that bounds each ReLU by itself says that the value lies in
# $[0,2]$ on the unit square, where $[0,1]$ is the truth. The library's network:

# %%
[weights.tolist() for weights in smallest_max_network(2, 1).matrices]

# %% [markdown]
# A window in the tables is what the first max pool of a recorded network sees at a place of a test image,
# before the activation; {value}`x_exact_pools.windows` of them are kept with the book. The error is the
# largest distance from the maximum there, in single and in double precision, beside the bound that the
# weights give for entries as large as the largest one met ({value}`x_exact_pools.largest_entry|.1f`).

# %%
WINDOWS = exact_pools.read_windows()
LARGEST = float(np.abs(WINDOWS).max())


def error_on_windows(network, side, precision):
    """The largest error of a network on the side x side corners of the kept windows."""
    x = WINDOWS[:, :side, :side].reshape(len(WINDOWS), -1).astype(precision)
    matrices, _ = network.floats()
    z = x.T
    for weights in matrices[:-1]:
        z = np.maximum(weights.astype(precision) @ z, 0)
    return float(np.abs((matrices[-1].astype(precision) @ z)[0] - x.max(axis=1)).max())


# %%
def exact_networks(d):
    """Rows of the cost table for the maximum itself, each with its network; None if none is made."""
    positive = {size.layers: size for size in max_network_sizes(d, non_negative=True)[1:]}
    for row in cost_table(d)[1:]:
        if not row.orders:
            made = None if row.facts is None else smallest_max_network(d, row.layers)
            yield row, made, positive.get(row.layers)


def measured(row, network):
    """What the weights say, and the errors on the kept windows, which the bound must be above."""
    single = error_on_windows(network, isqrt(row.inputs), np.float32)
    double = error_on_windows(network, isqrt(row.inputs), np.float64)
    bound = rounding_bound(network, LARGEST, 2.0**-24)
    require(single <= bound, f"{row.inputs} inputs: {single} in single precision, bound {bound}")
    errors = (f"{one:.0e}" if one else "0" for one in (single, double, bound))
    ends = (f"[{b.low:.1f}, {b.high:.1f}]" for b in (row.facts.interval, row.facts.linear))
    bounds = (end.replace("-", "−") for end in ends)
    return ("{:.2g} to {:.3g}".format(*row.facts.weight_range), *errors, *bounds)


NOT_MADE = ("not made", *["–"] * 5)
everything = pd.DataFrame(
    [
        (
            f"{isqrt(d)}×{isqrt(d)}",
            row.network,
            row.layers,
            row.neurons,
            "–" if positive is None else positive.neurons,
            *(NOT_MADE if network is None else measured(row, network)),
        )
        for d in (4, 9, 16, 25)
        for row, network, positive in exact_networks(d)
    ],
    columns=[
        *("window", "network", "layers", "ReLUs", "not negative", "weights"),
        *("single", "double", "bound, single", "intervals", "linear"),
    ],
)
rounding = ["single", "double", "bound, single"]
sizes = everything.drop(columns=rounding)
errors = everything[["window", "network", *rounding]][everything["single"] != "–"]
made = [row for d in (4, 9, 16, 25) for row, network, _ in exact_networks(d) if network]
for d in (4, 9, 16, 25):
    here = [row for row in made if row.inputs == d]
    fewest = min(here, key=lambda row: row.neurons)
    require(fewest == min(here, key=lambda row: row.facts.linear.high), f"{d}: not the tightest")
record(windows=len(WINDOWS), largest_entry=LARGEST)

# %% tags=["remove-output", "hide-input"]
publish_table(sizes, "exact-networks")
publish_table(errors, "exact-rounding")

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(figsize=(6.4, 3.8))
for (window, rows), colour, marker in zip(
    everything.groupby("window", sort=False), PALETTE, "osD^", strict=False
):
    places = rows.sort_values("layers")
    axes.plot(places["layers"], places["ReLUs"], color=colour, marker=marker, label=window)
    unmade = places[places["weights"] == "not made"]
    axes.plot(
        unmade["layers"], unmade["ReLUs"], linestyle="none", marker=marker, markersize=9,
        color=colour, markerfacecolor="none",
    )  # fmt: skip
axes.set(
    yscale="log",
    xlabel="hidden layers",
    ylabel="ReLUs of one window",
    xticks=sorted(set(everything["layers"])),
)
axes.legend(title="window")
publish_figure(
    figure,
    "exact-depth",
    alt="ReLUs against hidden layers for windows of 2×2 to 5×5, on a logarithmic axis: every line falls "
    "to the right, steeply at first. A 3×3 window takes millions of ReLUs in two layers, about "
    "thirty in three, and a few less in four.",
)

# %% [markdown]
# :::{autofigure} exact-depth
# Exact networks of one window: the fewer hidden layers, the more ReLUs. Open marks: counted, not written out.
# :::
#
# :::{autotable} exact-networks
# Exact networks of one window: hidden layers, ReLUs, ReLUs if no input is negative, moduli of the weights that are
# not zero; bounds on the output over the unit cube by intervals and by linear relaxation
# {cite:p}`zhang2018crown`, which is [0, 1] in truth. None is proved to be the least of its depth. "Not made":
# counted by its identity, not written out as weights. Their comparisons are in {numref}`cost-table`.
# :::
# :::{autotable} exact-rounding
# Their largest error on the kept windows in single and double precision, and the bound for single precision. (The
# entries have single precision, so that double precision has digits to spare.)
# :::
#
# The networks with the fewest neurons are also the tightest for tools that bound without splitting cases.
# Fewer layers cost neurons and tightness, and the bound on their rounding is larger: their terms have both
# signs. Estimators of the same windows are in {numref}`cost-table`.
#
# ## Masks and large entries
#
# Every comparison forms $b+\mathrm{relu}(a-b)$, whose rounding error grows with the largest modulus in the
# window and not with the maximum. An entry of $-10^9$ that is meant to say "not here" costs the digits of all
# others. The remedy is a floor $c$ below all that matters: $\max(x)=c+\max(\mathrm{relu}(x-c))$ for every
# window whose maximum is at least $c$. It takes one ReLU for each pixel of the image, the network behind it is
# the smaller one for inputs that are not negative, and even $-\infty$ may stand there. In the library:
# `ReluMaxPool2d(3, floor=c)`; `rounding_bound` of a pool gives the bound of the table.

# %%
MASKS = (0.0, -1e3, -1e6, -1e9, -np.inf)
FLOOR = float(WINDOWS.min())


def masked(mask, side=3):
    """Windows side by side, as one image each; a mask that is not zero stands in their corners."""
    x = torch.from_numpy(WINDOWS[:, None, :side, :side].copy())
    if mask:
        x[..., 0, 0] = mask
    return x


def masked_error(pool, mask):
    x = masked(mask)
    return float((pool(x)[..., 0, 0] - x.amax(dim=(-2, -1))).abs().max())


pools = {
    "rounds of pairs": ReluMaxPool2d(3),
    "fewer layers": ReluMaxPool2d(3, hidden_layers=3),
    "rounds of pairs, floor": ReluMaxPool2d(3, floor=FLOOR),
    "fewer layers, floor": ReluMaxPool2d(3, hidden_layers=3, floor=FLOOR),
}
for name, pool in pools.items():
    for mask in MASKS[:-1]:
        reach = LARGEST if pool.floor is not None else max(LARGEST, -mask)
        require(masked_error(pool, mask) <= pool.rounding_bound(reach), f"{name}, {mask}")


def shown(error):
    return "not a number" if np.isnan(error) else f"{error:.0e}" if error else "0"


table = pd.DataFrame(
    {
        "mask": [{0.0: "none", -np.inf: "−∞"}.get(mask, f"{mask:.0e}") for mask in MASKS],
        **{
            name: [shown(masked_error(pool, mask)) for mask in MASKS]
            for name, pool in pools.items()
        },
    }
)
record(
    floored=pools["rounds of pairs, floor"].neurons,
    unfloored=pools["rounds of pairs"].neurons,
    masked=masked_error(pools["rounds of pairs"], -1e9),
)

# %% tags=["remove-output", "hide-input"]
publish_table(table, "exact-masks")

# %% [markdown]
# :::{autotable} exact-masks
# Largest error in single precision on the kept 3×3 windows with a mask in one corner, without and with the
# least entry of all windows as floor. Each is below its `rounding_bound` (checked where it is finite).
# :::
#
# Without a floor a mask of $-10^9$ costs up to {value}`x_exact_pools.masked|.0f`; with it the bound is that of
# windows without a mask, and the network of a window has {value}`x_exact_pools.floored` neurons instead of
# {value}`x_exact_pools.unfloored`.
#
# ## Whole networks
#
# The recorded LeNets with all their max pools (3×3, stride 2, padding 1) exchanged by
# `replace_max_pools(model, exact=True)`, in single precision, on all test images. `python -m
# companion.experiments.exact_pools` measures, `make recheck-pools` measures again and compares.

# %% tags=["hide-input"]
RECORD = exact_pools.read()["exchanges"]
found = pd.DataFrame(
    [
        {
            "network": f"{source_in_words(one['experiment'])}, seed {one['seed']}",
            "layers": len(one["hidden_widths"]),
            "right before": one["correct_before"],
            "right after": one["correct"],
            "other class": len(one["changed"]),
            "logits off by": f"{one['logit_difference']:.0e}",
            "pools off by": f"{max(one['pool_differences']):.0e}",
            "ReLUs of the pools": one["pool_relus"],
            "its own": one["own_relus"],
        }
        for one in RECORD
    ]
)
networks = {(one["experiment"], one["seed"]) for one in RECORD}
require(len(RECORD) == len(exact_pools.TASKS), "not all exchanges are measured")
(images,) = {one["images"] for one in RECORD}
record(
    exchanged=len(networks),
    changed=sum(len(one["changed"]) for one in RECORD),
    images=images,
    tested=images * len(RECORD),
    least_factor=min(one["pool_relus"] / one["own_relus"] for one in RECORD),
)

# %% tags=["remove-output", "hide-input"]
publish_table(found, "exact-lenets")

# %% [markdown]
# :::{autotable} exact-lenets
# Recorded networks before and after the exchange: test images that are right, of {value}`x_exact_pools.images|,`,
# images whose class is another, the largest difference of a logit and of a pool's output on its own inputs; ReLUs
# for one image, of the pools and of the network's own activations.
# :::
#
# All recorded LeNets with max pools ({value}`x_exact_pools.exchanged`) are there, each exchanged for rounds of
# pairs and for three layers. Among {value}`x_exact_pools.tested|,` classified images, the number whose class is another is
# {value}`x_exact_pools.changed`. The price is the number of ReLUs, at least
# {value}`x_exact_pools.least_factor|.0f` times the network's own: where windows overlap nothing is shared
# between them.

# %%
any_sign, positive = max_network_sizes(9), max_network_sizes(9, non_negative=True)
forms = {
    f"{one.network}, {signs}": one.neurons
    for signs, sizes_of in (("any inputs", any_sign), ("not negative", positive))
    for one in sizes_of
}
first = {one["experiment"]: one for one in RECORD}
relus = pd.DataFrame(
    {
        "pools as": ["max pools: the network's own ReLUs", *forms],
        "one window": [0, *forms.values()],
        **{
            source_in_words(name): [own, *(own + windows * neurons for neurons in forms.values())]
            for name, one in first.items()
            for own in [one["own_relus"]]
            for windows in [one["pool_relus"] // sum(one["hidden_widths"])]
        },
    }
)

# %% tags=["remove-output", "hide-input"]
publish_table(relus, "exact-relus")

# %% [markdown]
# :::{autotable} exact-relus
# ReLUs for one image of a recorded network, its own and those of its pools together, by the exact network that
# stands for a 3×3 window. (In these networks the activation comes after the pool, whose inputs have both signs.
# Put before it, which is the same function, it lets the forms for inputs that are not negative do, and takes
# more ReLUs of its own.)
# :::
#
# ## A solver that has never heard of a max pool
#
# A mixed-integer solver knows linear inequalities and choices between two values. Each ReLU whose sign a box
# leaves open is one such choice; `largest_output` writes that down, in a few lines, for HiGHS by way of scipy.
# First single pools on the unit cube: that no output is above one (the largest output), and none below the
# first entry, if that is at least one half (the least output).

# %%


def least_output(layers, low, high):
    last = layers[-1]
    found = largest_output((*layers[:-1], Affine(-last.weights, -last.biases)), low, high)
    return found._replace(value=-found.value, bound=-found.bound)


def proved_ends(chain, d):
    """The largest output on the unit cube, and the least one where the first entry is a half."""
    low, high = np.zeros(d), np.ones(d)
    top = largest_output(chain, low, high)
    low[0] = 0.5
    bottom = least_output(chain, low, high)
    require(abs(top.bound - 1) < 1e-5, f"{d} inputs: at most {top.bound}")
    require(abs(bottom.bound - 0.5) < 1e-5, f"{d} inputs: at least {bottom.bound}")
    return top.binaries, f"{top.bound:.3f}", f"{bottom.bound:.3f}"


proved = pd.DataFrame(
    [
        (
            f"{isqrt(d)}×{isqrt(d)}",
            "not negative" if non_negative else "any",
            len(network.hidden_widths),
            network.neurons,
            f"{interval_bounds(network).high:.1f}",
            f"{linear_bounds(network).high:.1f}",
            *proved_ends(affine_layers(network), d),
        )
        for d, layers in ((4, None), (9, None), (9, 3))
        for non_negative in (False, True)
        for network in [smallest_max_network(d, layers, non_negative=non_negative)]
    ],
    columns=[
        "window",
        "inputs",
        "layers",
        "ReLUs",
        "at most, intervals",
        "linear",
        "choices",
        "at most, solver",
        "at least, solver",
    ],
)

# %% tags=["remove-output", "hide-input"]
publish_table(proved, "exact-solver")

# %% [markdown]
# :::{autotable} exact-solver
# Single pools on the unit cube: what bounds without splitting cases say of the largest output, and what the
# solver proves of it, and of the least output where the first entry is at least one half. In truth: 1 and 0.5.
# :::
#
# Then a layer that was trained: the first convolution and max pool of a recorded network, at one place
# of a test image whose 49 pixels may each move by ε. The largest output is known without any solver, as the
# largest of nine maxima of affine functions; the least one is a minimum of a convex function. The solver knows
# neither, and finds the same.

# %%
MODEL = trained_model(results.path_of(RECORDED, "lenet-mnist", "maxpool", 0)).double()
NORMALISE, CONVOLUTION = MODEL[0], MODEL[1][0]
EPSILON, ROW, COLUMN = 0.05, 8, 8
PATCH = samples("mnist")[0][0, 0, ROW : ROW + 7, COLUMN : COLUMN + 7].double().numpy().ravel()
LOW, HIGH = np.clip(PATCH - EPSILON, 0, 1), np.clip(PATCH + EPSILON, 0, 1)


def behind_the_convolution(channel):
    """The nine entries of one window as affine functions of the 49 pixels below it."""
    with torch.no_grad():
        units = torch.cat([torch.zeros(1, 49), torch.eye(49)]).double().view(50, 1, 7, 7)
        values = CONVOLUTION(NORMALISE(units))[:, channel].reshape(50, 9).numpy()
    return Affine((values[1:] - values[0]).T, values[0])


def largest_by_formula(entries):
    up, down = np.maximum(entries.weights, 0), np.minimum(entries.weights, 0)
    return float((entries.biases + up @ HIGH + down @ LOW).max())


def channel_row(channel):
    entries = behind_the_convolution(channel)
    truth = largest_by_formula(entries)
    row = [channel, float((entries.weights @ PATCH + entries.biases).max()), truth]
    for layers in (None, 3):
        found = largest_output(affine_layers(smallest_max_network(9, layers), entries), LOW, HIGH)
        require(abs(found.bound - truth) < 1e-4, f"channel {channel}: {found.bound}, not {truth}")
        row += [found.bound, found.binaries]
    return row


trained = pd.DataFrame(
    [channel_row(channel) for channel in range(6)],
    columns=[
        "channel",
        "output",
        "largest, by formula",
        "four layers",
        "choices",
        "three layers",
        "choices, three",
    ],
).round(4)
record(epsilon=EPSILON, channels=len(trained))

# %% tags=["remove-output", "hide-input"]
publish_table(trained, "exact-trained")

# %% [markdown]
# :::{autotable} exact-trained
# The largest output of the first pool of a recorded MNIST network (seed 0) at one place of the first test
# image, if every pixel may move by {value}`x_exact_pools.epsilon`: by the formula, and by the solver through
# two exact networks; how many ReLUs the box leaves open.
# :::
#
# ## A verifier
#
# Marabou is a verifier of neural networks and takes ReLUs; it has a constraint for a maximum, too.
# `python -m companion.experiments.verifier` installs it in an environment of its own and asks it three questions
# about each pool on the unit cube. Two have the answer no ("unsat"), up to a slack of
# {value}`x_exact_pools.slack`: is an output above one, and is one below one half where the first entry is at least
# that? The third has the answer yes: is an output near one? The point that it then finds is tried.

# %% tags=["hide-input"]
VERIFIER = verifier.read()
require(not verifier.faults(VERIFIER["answers"]), "a wrong answer of the verifier")
pools_asked = {}
for one in VERIFIER["answers"]:
    signs = "not negative" if one["non_negative"] else "any"
    widths = ", ".join(map(str, one["hidden_widths"])) or "its own maximum"
    row = pools_asked.setdefault((one["inputs"], widths, signs), {})
    seconds = "" if one["seconds"] is None else f", {one['seconds']:.3f} s"
    row[one["question"]] = f"{one['answer']}{seconds}"
verified = pd.DataFrame(
    [
        {"window": f"{isqrt(d)}×{isqrt(d)}", "ReLUs by layer": widths, "inputs": signs, **row}
        for (d, widths, signs), row in pools_asked.items()
    ]
)
no = {one["name"] for one in verifier.QUESTIONS if one["true"] == "unsat"}
answers = [one for one in VERIFIER["answers"] if one["hidden_widths"] and one["question"] in no]
record(
    verifier=VERIFIER["verifier"].replace("==", " "),
    slack=verifier.SLACK,
    ended_after=2 * verifier.LIMIT,
    asked=len(answers),
    proved=sum(one["answer"] == "unsat" for one in answers),
)

# %% tags=["remove-output", "hide-input"]
publish_table(verified, "exact-verifier")

# %% [markdown]
# :::{autotable} exact-verifier
# What Marabou ({value}`x_exact_pools.verifier`) answers for each pool, with seconds of processor time. "Ended": it was still at it
# after {value}`x_exact_pools.ended_after` seconds on the wall, twice the limit that it was given, and was stopped.
# :::
#
# Of the {value}`x_exact_pools.asked` questions with the answer no about networks of ReLUs it proves
# {value}`x_exact_pools.proved`, at once; the others it does not decide, even for four inputs, though the
# mixed-integer solver above does. For its own maximum it decides all. So being written in ReLUs makes a pool
# *readable* for a verifier, not easy.
#
# **What that proves, and what not.** Solver and verifier work in floating point: what they prove holds up to their
# tolerances, it is no exact certificate as those of {doc}`d_optimal_error` are, and whole networks of the size
# of these LeNets are out of reach for such a plain formulation. α,β-CROWN and other verifiers were not run for
# this page. What they are given would be the same: `ReluMaxPool2d` exports to ONNX as Conv, Relu, Reshape and
# Gather, and a test runs the file in onnxruntime.
#
# ## What it means
#
# A tool that knows only convolutions and ReLUs can be given the max pool itself; which exact network it is given
# decides what rounding does to it and how many ReLUs a solver has to branch on.
