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
# # Section 2. Computing a maximum with ReLUs
#
# What does a network of ReLUs need in order to *decide* something about the largest of $d$ numbers,
# and what does it need in order to *compute* it? Section 2 of {cite:t}`matoba2022theoretical` answers
# the first question with one hidden layer and the second with a depth that grows with $d$.
#
# **What this chapter establishes.**
#
# - {prf:ref}`Theorem 1 <theorem-1>`: $d$ neurons in one layer decide whether the maximum is positive; and
#   no network whose first layer has fewer neurons can ({prf:ref}`Theorem J <theorem-j>`).
# - {prf:ref}`Lemma 1 <lemma-1>`: the maximum itself in $\lceil\log_2d\rceil$ hidden layers, with every
#   weight matrix written down in integers.
# - How wide these layers are: the number is lost in the available text, so the possible readings are
#   tabulated, beside what the same depth takes without padding, and what fewer layers take.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch

from companion.evidence import s2_exact_max as checks
from companion.pages.figures import BLUE, ORANGE, SHADES, use_style
from companion.pages.publishing import publish_figure, publish_table, record
from maxpooling.layers import exact_max_network, heaviside_network
from maxpooling.networks import (
    max_network_matrices,
    max_network_sizes,
    padding_matrix,
    pairwise_max_factors,
)

use_style()

# %% [markdown]
# ## 2.1 The sign of a maximum
#
# ```{statement} Theorem 1 (the sign of a maximum)
# :label: theorem-1
# :standing: reconstructed
# :check: theorem_1
# :plain: A ReLU network with d inputs and one hidden layer of d neurons is positive exactly where
#     the maximum is.
#
# There is a ReLU network $f$ with $d$ inputs, one hidden layer of $d$
# neurons and
# one output, such that $f(x)>0$ if and only if $\max(x)>0$, for all $x\in\mathbb R^d$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# Take $f(x)=\sum_{i=1}^d\mathrm{relu}(x_i)$. No term is negative, and one is positive iff some $x_i$ is.
# ```
#
# The formula and the number of hidden neurons are lost; $d$ is the natural reading, and below we see that
# it cannot be less. The output is to be *thresholded*: it cannot equal the step function of the maximum,
# because a ReLU network is continuous.

# %%
network = heaviside_network(3)
x = torch.tensor([[-1.0, -2.0, -3.0], [-1.0, 0.5, -3.0], [2.0, 0.5, 1.0]])
network(x) > 0, x.amax(dim=1) > 0

# %%
checks.theorem_1()

# %% [markdown]
# ```{statement} Theorem J (fewer neurons do not do)
# :label: theorem-j
# :standing: ours
# :check: first_layer_width, one_neuron_on_the_cube
# :plain: Theorem 1 needs d first-layer neurons, if inputs of both signs may occur.
#
# A network without skip connections, with biases or without, whose first hidden layer has fewer than
# $d$ neurons does not decide the sign of the maximum on $\mathbb R^d$, nor on any neighbourhood of
# $0$, however deep it is.
# ```
#
# ```{prf:proof}
# :class: dropdown
# Fewer than $d$ linear functions vanish together along some line $\{tu:t\in\mathbb R\}$, $u\ne0$. So
# the first
# layer, whatever its biases, and with it the whole network, takes the same value at $x$ and at $x+tu$
# for all $t$. Let $u$ have a positive entry (else take $-u$), and start from
# $x=(-\varepsilon,\dots,-\varepsilon)$, where the maximum is negative. At $x+tu$ it is positive as soon
# as $t$ times that entry exceeds $\varepsilon$, and for small $\varepsilon$ this point is as near to $0$
# as one likes.
# ```
#
# Inputs of both signs are needed. On the unit cube, the domain of the chapters that follow, a single
# neuron decides: $\mathrm{relu}(x_1+\dots+x_d)$ is positive exactly where the maximum is.

# %% tags=["remove-output", "hide-input"]
grid = np.linspace(-1, 1, 201)
a, b = np.meshgrid(grid, grid)
panels = {
    "two neurons:\nrelu(a) + relu(b) > 0": np.maximum(a, 0) + np.maximum(b, 0),
    "one neuron:\nrelu(a + b) > 0": np.maximum(a + b, 0),
}
figure, pair = plt.subplots(1, 2, figsize=(6.4, 4), sharey=True)
for axes, (title, output) in zip(pair, panels.items(), strict=True):
    axes.contourf(a, b, output, levels=[1e-6, 3], colors=[SHADES[2]])
    axes.plot([-1, 0, 0], [0, 0, -1], color=ORANGE, linestyle="--")
    axes.set(title=title, xlabel="input a", aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    axes.title.set_fontsize(11)
    axes.grid(visible=False)
pair[0].set_ylabel("input b")
publish_figure(
    figure,
    "sign-of-a-maximum",
    alt="Two square panels over inputs a and b from minus one to one. Left: the region where two ReLUs "
    "add up to something positive is everything but the lower left quadrant, as it should be. Right: "
    "with one neuron the region is a half plane, whose edge crosses the quadrant.",
)

# %% [markdown]
# :::{autofigure} sign-of-a-maximum
# Where the output is positive (shaded), for two inputs. The set $\{\max\le0\}$ is the quadrant below
# the dashed line. It contains no straight line, and so no single neuron has it.
# :::
#
# The check draws random integer first layers with $d-1$ neurons and finds, by exact elimination, two
# inputs that the layer cannot tell apart although the sign of the maximum differs.

# %%
checks.first_layer_width()

# %%
checks.one_neuron_on_the_cube()

# %% [markdown]
# ## 2.2 The maximum itself
#
# For two numbers ({standing}`reconstructed`) one ReLU and a copy will do,
#
# $$\max(a,b)=b+\mathrm{relu}(a-b),$$
#
# and a copy is $b=\mathrm{relu}(b)-\mathrm{relu}(-b)$: three neurons, $\mathrm{relu}(a-b)$,
# $\mathrm{relu}(b)$, $\mathrm{relu}(-b)$. For four numbers, $\max(\max(x_1,x_2),\max(x_3,x_4))$.

# %%
checks.two_variables()

# %%
checks.four_variables()

# %% [markdown]
# ```{statement} Lemma 1 (rounds of pairwise maxima)
# :label: lemma-1
# :standing: ambiguous
# :check: lemma_1, lemma_1_two_per_pair, lemma_1_widths, lemma_1_factors, lemma_1_products
# :plain: ⌈log₂ d⌉ hidden layers of 3·2^(L−k) neurons evaluate the maximum of d numbers exactly.
# :why: The widths are lost: three neurons a pair are one of several readings.
#
# Let $d\ge2$ and $L=\lceil\log_2d\rceil$. A ReLU block with $L$ hidden layers, the $k$-th of
# which
# has $3\cdot2^{L-k}$ neurons, computes $\max(x)$ exactly for all $x\in\mathbb R^d$.
# ```
#
# ```{prf:proof}
# :class: dropdown
# For $2h$ numbers, the first $h$ against the last $h$, put
#
# $$A_h=\begin{pmatrix}I&-I\\0&I\\0&-I\end{pmatrix},\qquad B_h=\begin{pmatrix}I&I&-I\end{pmatrix},\qquad
# B_h\,\mathrm{relu}(A_hz)=\big(\max(z_i,z_{h+i})\big)_{i\le h}.$$
#
# Let $P$ copy $x$ and repeat $x_d$ until there are $2^L$ numbers. Then $L$ rounds give the maximum. A
# linear map
# after a linear map is one linear map, so the weights are $W_1=A_{2^{L-1}}P$,
# $W_k=A_{2^{L-k}}B_{2^{L-k+1}}$ for $2\le k\le L$, and $W_{\mathrm{out}}=B_1$, without biases.
# ```
#
# The matrices for two pairs, and the padding of three numbers to four:

# %%
A, B = pairwise_max_factors(2)
print(A, B, padding_matrix(3), sep="\n\n")

# %% [markdown]
# The text pads by a linear map whose definition is lost. Repeating a coordinate is right for all real
# inputs. Appending zeros would be right only for inputs that are not all negative, and appending
# $-\infty$ would not be linear.

# %%
checks.lemma_1_factors()

# %%
checks.lemma_1_products()

# %% [markdown]
# All weights are $0$, $1$ and $-1$. For five inputs:

# %% tags=["parameters"]
inputs = 5

# %% tags=["remove-output", "hide-input"]
matrices = max_network_matrices(inputs)
figure, row = plt.subplots(
    1, len(matrices), figsize=(6.4, 3.4), width_ratios=[w.shape[1] + 2 for w in matrices]
)
for axes, weights, k in zip(row, matrices, range(1, len(matrices) + 1), strict=True):
    for value, colour in ((1, BLUE), (-1, ORANGE)):
        y, x = np.nonzero(weights == value)
        axes.scatter(x, y, s=20, color=colour, marker="s", label=f"{value:+d}".replace("-", "−"))
    rows, columns = weights.shape
    axes.set(
        xlim=(-0.7, columns - 0.3), ylim=(rows - 0.3, -0.7), aspect="equal", xticks=[], yticks=[]
    )
    axes.set_facecolor(SHADES[0])
    name = f"$W_{k}$" if k < len(matrices) else "$W_{out}$"
    axes.set_title(f"{name}\n{rows} × {columns}", fontsize=11)
row[1].legend(loc="upper center", bbox_to_anchor=(0.5, -0.05), ncols=2)
publish_figure(
    figure,
    "lemma-1-matrices",
    alt="The four integer weight matrices that compute the maximum of five numbers, as dot patterns: "
    "twelve by five, six by twelve, three by six and one by three. Each entry is zero, plus one or "
    "minus one.",
)

# %% [markdown]
# :::{autofigure} lemma-1-matrices
# The weight matrices of {prf:ref}`Lemma 1 <lemma-1>` for five inputs,
# $\max(x)=W_{out}\,\mathrm{relu}(W_3\,
# \mathrm{relu}(W_2\,\mathrm{relu}(W_1x)))$. Empty places are zero.
# :::
#
# As a torch module the network is `exact_max_network`. On integers it is exact to the last bit; on
# other floating-point
# numbers every round adds one rounding, because it forms $(a-b)+b$.

# %%
exact = exact_max_network(9)
sample = torch.randint(-50, 50, (5, 9), generator=torch.Generator().manual_seed(0)).float()
torch.stack([exact(sample), sample.amax(dim=1)]).tolist()

# %%
checks.lemma_1()

# %%
checks.lemma_1_two_per_pair()

# %%
checks.lemma_1_widths()

# %% [markdown]
# ### Which width?
#
# The width of the $k$-th layer is lost. Four readings fit the text; they differ in what counts as a
# neuron, and all of them halve from layer to layer:
#
# - **three per pair**, as above: right for all real inputs;
# - **four per pair**, from $\max(a,b)=\frac12(a+b+|a-b|)$, where
#   $a+b=\mathrm{relu}(a+b)-\mathrm{relu}(-a-b)$ is a difference of two ReLUs and
#   $|a-b|=\mathrm{relu}(a-b)+\mathrm{relu}(b-a)$ a sum of two;
# - **two per pair** ({standing}`ours`), $\mathrm{relu}(a-b)+\mathrm{relu}(b)$: right iff $b\ge0$,
#   hence for
#   pixels and for features that come out of a ReLU;
# - **one per pair**, if a pairwise maximum itself counts as a neuron, as in Definition 1 and Theorem 4.

# %%
windows = {"2×2": 4, "3×3": 9, "4×4": 16, "5×5": 25, "7×7": 49}
sizes = {name: max_network_sizes(d) for name, d in windows.items()}
costs = {name: found[0] for name, found in sizes.items()}
widths = pd.DataFrame(
    {
        "window": windows.keys(),
        "$d$": windows.values(),
        "hidden layers": [cost.layers for cost in costs.values()],
        "widths": [", ".join(map(str, cost.hidden_widths)) for cost in costs.values()],
        "three per pair": [cost.neurons for cost in costs.values()],
        "four": [cost.neurons // 3 * 4 for cost in costs.values()],
        "two": [cost.neurons // 3 * 2 for cost in costs.values()],
        "one": [cost.neurons // 3 for cost in costs.values()],
    }
)
record(
    nine_layers=costs["3×3"].layers,
    nine_neurons=costs["3×3"].neurons,
    nine_two_per_pair=costs["3×3"].neurons // 3 * 2,
)

# %% tags=["remove-output", "hide-input"]
publish_table(widths, "exact-widths")

# %% [markdown]
# :::{autotable} exact-widths
# The network of {prf:ref}`Lemma 1 <lemma-1>` for square windows: its layers, the widths with three
# neurons per
# pair, and the total number of neurons in the four readings.
# :::
#
# A 3×3 window takes {value}`s2_exact_max.nine_layers` hidden layers and
# {value}`s2_exact_max.nine_neurons`
# neurons in this form, or {value}`s2_exact_max.nine_two_per_pair` if its inputs are not negative.
#
# ### Without padding
#
# Those numbers are the paper's form, not the price of the maximum ({standing}`ours`). Nine inputs are
# padded to sixteen, so that many of the neurons are the same one written twice. A round that turns $m$
# values into $\lceil m/2\rceil$ needs a comparison $\mathrm{relu}(a-b)$ for each value that it leaves,
# and two neurons for each $b$; an odd value left over is compared with a $b$ that is carried anyway.
# With $\lfloor m/2\rfloor$ such $b$ that is $2m-\lceil m/2\rceil$ neurons, or $m$ where nothing is
# negative and one neuron carries a $b$. The depth stays the same.

# %%
checks.lean_rounds()

# %%
checks.lean_rounds_are_exact()

# %%
unpadded = pd.DataFrame(
    [
        (name, d, layers, general.network, general.neurons, positive.neurons)
        for name, d in windows.items()
        for general, positive in zip(
            max_network_sizes(d), max_network_sizes(d, non_negative=True), strict=True
        )
        for layers in [general.layers]
    ],
    columns=["window", "$d$", "hidden layers", "network", "neurons", "inputs not negative"],
)
nine_rounds, nine_fewer = sizes["3×3"][1:]
record(
    nine_lean=nine_rounds.neurons,
    nine_lean_two=max_network_sizes(9, non_negative=True)[1].neurons,
    nine_fewer=nine_fewer.neurons,
    nine_fewer_layers=nine_fewer.layers,
)

# %% tags=["remove-output", "hide-input"]
publish_table(unpadded, "exact-smallest")

# %% [markdown]
# :::{autotable} exact-smallest
# The smallest networks that we know for the maximum of a window, by the number of hidden layers; none is
# proved to be the least. "Lemma 1" is the padded form with three neurons per pair (two, if no input is
# negative), "rounds of pairs" the same without padding, "fewer layers" those of
# {doc}`x_two_layers`, as far as they can be stored.
# :::
#
# Nine inputs take {value}`s2_exact_max.nine_lean` neurons and, if they are not negative,
# {value}`s2_exact_max.nine_lean_two`; with {value}`s2_exact_max.nine_fewer_layers` layers
# {value}`s2_exact_max.nine_fewer`. In the library, `relu_max_network(n, hidden_layers, nonnegative)`
# gives each of these as a torch module. {numref}`cost-table` has them beside the estimators,
# {doc}`x_exact_pools` in use.
#
# ```{prf:remark} Scope
# :label: scope-of-the-lower-bounds
# :nonumber:
#
# {standing}`given` The paper compares this network with others that are built from pairwise maxima too,
# and says so: weights are not free. {standing}`ours` That restriction matters. With free weights two
# hidden layers suffice for five numbers {cite:p}`bakaev2025depth`, where {prf:ref}`Lemma 1 <lemma-1>`
# uses three; {prf:ref}`Erratum 7 <erratum-7>` runs one such identity. They suffice for ten numbers too, where
# Lemma 1 uses four ({prf:ref}`Theorem T <theorem-t>`), and in fact for any number of inputs, with far
# more neurons ({doc}`/machine-checked`).
# ```
#
# ## What it means
#
# One layer decides the sign of a maximum, and rounds of pairs compute its value exactly, in a depth that
# grows like the logarithm of the pool's size: that is a way, not the least depth ({doc}`x_two_layers`).
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
