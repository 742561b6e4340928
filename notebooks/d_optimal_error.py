# ---
# jupyter:
#   companion:
#     inputs: [data/paper/appendix_d.csv]
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
# # Appendix D. The optimal errors, exactly
#
# How close can subpool maxes of chosen orders come to the maximum? Appendix D of
# {cite:t}`matoba2022theoretical` lists 22 answers, one for every set of orders of pools of two,
# three and four inputs, each found by a numerical solver and printed as a fraction.
#
# **What this chapter establishes.**
#
# - All 22 published fractions are right. Each is found here by three routes that share no code: exact
#   optimisation with a proof of optimality, the paper's linear program given to a solver, and brute
#   force over all vertices of the cube with every subpool as a variable of its own.
# - The column that named the sets of orders has not survived in the available text; one assignment
#   in a natural order reproduces every value.
# - The numerical route cannot be trusted for larger pools: it returns answers that are wrong by large
#   factors and calls them optimal. That is why this book computes with fractions.

# %%
from itertools import groupby
from math import log10

import matplotlib.pyplot as plt
import pandas as pd

from companion.checking.domains import OrderSets
from companion.checking.domains import shown as as_set
from companion.evidence import d_optimal_error as checks
from companion.pages.figures import INK, MUTED, PALETTE, use_style
from companion.pages.publishing import publish_figure, publish_table, record
from companion.published import appendix_d
from maxpooling.approximation import best_uniform, best_uniform_cvxpy, error_over_cube
from maxpooling.approximation.closed_forms import closed_form

use_style()

# %% [markdown]
# ## One row, with its proof
#
# Take $d=4$ and the orders $R=\{1,3\}$: averages of all four inputs and of all triples, no constant.
# `best_uniform` returns the smallest error, the coefficients that attain it, and a signed measure on
# the vertices $v_0,\dots,v_4$ ($v_k$ has $k$ ones).

# %%
approximation = best_uniform(4, [1, 3])
approximation.error, approximation.coefficients, approximation.certificate

# %% [markdown]
# The last item is the proof. Whatever the coefficients of $f$ are, the measure $\mu$ gives $f$ the
# total $0$ and the maximum the total $1$, so
#
# $$1=\Big|\sum_k\mu_k\,(\max(v_k)-f(v_k))\Big|\le\|\max-f\|\sum_k|\mu_k| .$$
#
# The sum of the $|\mu_k|$ is nine: no $f$ has an error below $\tfrac19$, and the one found has it.
# `verify` goes through just these sums, in rational arithmetic and without any part of the solver.

# %%
approximation.verify()

# %% [markdown]
# ## The table
#
# Three columns beside the published one: the exact optimum; the paper's linear program (3) solved in
# floating point by Clarabel through CVXPY {cite:p}`diamond2016cvxpy`; and the optimum over all
# $2^d$ vertices of the cube with one free coefficient per subpool, which assumes neither symmetry
# nor anything else from the paper.


# %%
def braces(orders):
    return "{" + ", ".join(map(str, orders)) + "}"


rows = appendix_d()
table = pd.DataFrame(
    {
        "$d$": [row.d for row in rows],
        "orders $R$": [braces(row.orders) for row in rows],
        "published": [row.error for row in rows],
        "exact": [best_uniform(row.d, row.orders).error for row in rows],
        "whole cube": [error_over_cube(row.d, row.orders) for row in rows],
        "CVXPY": [f"{best_uniform_cvxpy(row.d, row.orders).error:.6f}" for row in rows],
    }
)
record(rows=len(rows), agreeing=int((table["published"] == table["exact"]).sum()))

# %% tags=["remove-output", "hide-input"]
publish_table(table, "table-d")

# %% [markdown]
# :::{autotable} table-d
# The published table of Appendix D beside three recomputations. {standing}`given`: $d$ and the errors,
# in this order; {standing}`reconstructed`: the sets $R$, listed by size and then lexicographically,
# without $\{0\}$.
# :::

# %%
checks.table_d()

# %%
checks.table_d_by_solvers()

# %% [markdown]
# The assignment of sets to rows is not a guess fitted value by value: listing all sets in the one
# order and solving each gives the printed column from top to bottom.

# %%
checks.figure_4()

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(figsize=(6.2, 7.0))
heights, place = [], 0.0
for d, group in groupby(rows, key=lambda row: row.d):
    place -= 1.2
    axes.text(0.97, place, f"d = {d}", ha="right", va="center", color=PALETTE[d - 2], weight="bold")
    for row in group:
        place -= 1
        colour = PALETTE[d - 2]
        axes.plot([float(row.error), 1], [place, place], color=colour, linewidth=1, alpha=0.5)
        axes.plot(
            float(row.error),
            place,
            marker="o" if 0 in row.orders else "s",
            color=colour,
            markerfacecolor=colour if 0 in row.orders else "none",
            markersize=8,
        )
        axes.annotate(
            str(row.error), (float(row.error), place), (-9, 0), textcoords="offset points",
            ha="right", va="center", color=INK, fontsize=11,
        )  # fmt: skip
        heights.append((place, braces(row.orders)))
axes.set_xscale("log", base=2)
axes.set(
    xlim=(2**-5, 1),
    ylim=(place - 0.8, -0.4),
    xlabel="smallest possible error over the unit cube",
    ylabel="orders R",
)
axes.set_yticks([height for height, _ in heights], [label for _, label in heights])
axes.set_xticks([2**-i for i in range(5, -1, -1)], ["1/32", "1/16", "1/8", "1/4", "1/2", "1"])
axes.grid(visible=False, axis="y")
publish_figure(
    figure,
    "figure-4",
    alt="The 22 optimal errors of Appendix D on a logarithmic axis, one row per set of orders, grouped "
    "by pool size two, three and four. They range from 3/5 for the mean of four inputs to 1/16 for "
    "all orders of four inputs; larger orders give smaller errors.",
)

# %% [markdown]
# :::{autofigure} figure-4
# The optimal errors of Appendix D. Filled circles: sets with a constant (order 0). Open squares:
# without. For each pool size the smallest error, $2^{-d}$, takes all orders; a single large order
# does better than several small ones.
# :::
#
# ## The same table for five and six inputs
#
# The method does not end at four. For each set of positive orders, {numref}`table-d-five` and
# {numref}`table-d-six` give the inverse error without and with a constant; the second is always the
# first plus one ({prf:ref}`Theorem C <theorem-c>`).


# %%
def inverse_table(d):
    positive = list(OrderSets(smallest=1).cases({"d": d}))
    return pd.DataFrame(
        {
            "orders $R$": [braces(R) for R in positive],
            "$1/E(d,R)$": [1 / best_uniform(d, R).error for R in positive],
            "$1/E(d,R\\cup\\{0\\})$": [1 / best_uniform(d, (0, *R)).error for R in positive],
            "formula": ["yes" if closed_form(d, R) else "" for R in positive],
        }
    )


five, six = inverse_table(5), inverse_table(6)

# %% tags=["remove-output", "hide-input"]
publish_table(five, "table-d-five")
publish_table(six, "table-d-six")

# %% [markdown]
# :::{autotable} table-d-five
# Inverse optimal errors for $d=5$, all sets of positive orders. The last column says whether a closed
# form is known. {standing}`ours`
# :::
#
# :::{autotable} table-d-six
# :folded: Inverse optimal errors for six inputs
# Inverse optimal errors for $d=6$. {standing}`ours`
# :::

# %%
checks.table_five_and_six()

# %%
checks.table_five_over_the_cube()

# %% [markdown]
# ## Why exactness matters
#
# The linear program (3) is small: $d+1$ vertices, at most $d+1$ unknowns. It is tempting to hand it to
# a solver for any $d$. Here that is done for all orders $R=\{0,\dots,d-1\}$, whose exact optimum is
# $2^{-d}$, with two solvers (Clarabel, an interior point method, and HiGHS, a simplex method) in two
# bases: the averages $S(v_k;r)$ of the paper, and the same without their denominators,
# $\binom dr-\binom{d-k}r$. Of each returned solution the *true* error is computed in exact
# arithmetic and divided by the optimum. A correct solver gives one.

# %% tags=["parameters"]
largest_pool = 32

# %%
sizes = range(4, largest_pool + 1, 2)
routes = [(s, b) for s in ("CLARABEL", "HIGHS") for b in ("averages", "binomials")]
runs = {(*route, d): best_uniform_cvxpy(d, range(d), *route) for route in routes for d in sizes}
ratio = {key: float(run.attained() * 2**run.d) for key, run in runs.items() if run.coefficients}
wrong_but_optimal = {
    key: value for key, value in ratio.items() if value > 1.01 and runs[key].status == "optimal"
}
record(
    first_wrong_clarabel=min(d for s, _, d in wrong_but_optimal if s == "CLARABEL"),
    first_wrong_highs=min(d for s, _, d in wrong_but_optimal if s == "HIGHS"),
    wrong_but_optimal=len(wrong_but_optimal),
    largest_ratio=max(wrong_but_optimal.values()),
)

# %% tags=["remove-output", "hide-input"]
figure, axes = plt.subplots(figsize=(6.4, 4.4))
names = {"CLARABEL": "Clarabel", "HIGHS": "HiGHS"}
for (solver, basis), colour, marker in zip(routes, PALETTE, "osD^", strict=False):
    values = [ratio.get((solver, basis, d), float("nan")) for d in sizes]
    axes.plot(
        sizes, values, color=colour, marker=marker, markersize=4, label=f"{names[solver]}, {basis}"
    )
    bold = [d for d in sizes if (solver, basis, d) in wrong_but_optimal]
    axes.plot(
        bold,
        [ratio[solver, basis, d] for d in bold],
        linestyle="none", marker=marker, markersize=9, color=colour,
    )  # fmt: skip
axes.axhline(1, color=MUTED, linewidth=1)
axes.set(
    yscale="log",
    xlabel="pool size d",
    ylabel="true error of the answer / optimum",
)
axes.legend(loc="upper left")
publish_figure(
    figure,
    "solver-failure",
    alt="True error of the solver's answer divided by the exact optimum, against pool size, for two "
    "solvers and two bases. All four start at one. From about sixteen inputs on they leave it one "
    "after the other and grow exponentially, to a thousand and more at thirty-two inputs.",
)

# %% [markdown]
# :::{autofigure} solver-failure
# How far the answers of two floating-point solvers are from the optimum, for all orders. Large markers:
# wrong by more than one per cent, yet with the status "optimal". No marker: the solver gave up.
# :::
#
# With status "optimal", Clarabel is wrong from $d=$ {value}`d_optimal_error.first_wrong_clarabel` on
# and HiGHS from $d=$ {value}`d_optimal_error.first_wrong_highs`; the worst such answer here is off by a
# factor of {value}`d_optimal_error.largest_ratio|.0f`. (The sizes shift a little with the formulation and the
# solver's version; the failure does not go away.)
#
# The cause is not that $2^{-d}$ is below the solver's tolerance. With the lowest orders
# $\{0,\dots,r\}$ the errors are a few per cent or more, yet the answers go wrong all the same, because
# averages of neighbouring orders are almost linearly dependent.

# %%
cases = [(20, 14), (30, 14), (40, 14), (60, 14), (60, 16)]
exact = {case: best_uniform(case[0], range(case[1] + 1)) for case in cases}
found = {
    (d, r, solver): best_uniform_cvxpy(d, range(r + 1), solver)
    for d, r in cases
    for solver in names
}
lowest = pd.DataFrame(
    {
        "$d$": [d for d, _ in cases],
        "orders": [as_set(range(r + 1)) for _, r in cases],
        "optimum": [f"{float(exact[case].error):.5f}" for case in cases],
        **{
            f"{names[s]}: true error": [
                f"{float(found[*case, s].attained()):.5f}" for case in cases
            ]
            for s in names
        },
        **{f"{names[s]} says": [found[*case, s].status for case in cases] for s in names},
    }
)

# %% tags=["remove-output", "hide-input"]
publish_table(lowest, "solver-failure-low-orders")

# %% [markdown]
# :::{autotable} solver-failure-low-orders
# Low orders: the optimum is far above any tolerance, and the floating-point answers miss it.
# :::

# %%
checks.floating_route()

# %% [markdown]
# The exact route has no such limit. A pool of a thousand inputs with the orders $0,\dots,500$ takes a
# second, certificate included.

# %%
large = best_uniform(1000, range(501))
large.verify()
record(log_error_at_thousand=log10(large.error.numerator) - log10(large.error.denominator))

# %% [markdown]
# Its error is $10^{x}$ with $x=$ {value}`d_optimal_error.log_error_at_thousand|.2f`, a fraction with thousands
# of digits above and below the line.
#
# ## What it means
#
# The paper's table of optimal errors is right; for larger pools a solver's word is not enough, and a certificate
# in exact arithmetic tells a right answer from a wrong one.
#
# ## What was checked
#
# ```{chapter-evidence}
# ```
#
# - {value}`d_optimal_error.agreeing` of {value}`d_optimal_error.rows` published errors agree with the exact
#   optimum, each proved by a certificate, and with brute force over the cube; CVXPY agrees to six
#   digits.
# - Every set of orders of five and six inputs is solved and proved.
# - The floating-point route fails for larger pools, with {value}`d_optimal_error.wrong_but_optimal` wrong
#   answers of status "optimal" in {numref}`solver-failure`.
