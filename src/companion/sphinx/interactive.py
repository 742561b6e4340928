"""Data and tables of the interactive pictures, in the page itself.

``{robustness}`` writes the recorded runs as JSON for ``robustness.js`` and as a table, which is
what a reader without scripts sees. Without recorded runs it says so. ``{best-orders} 9`` is what
such a reader sees of the explorer: the best sets of orders for a pool of nine.
"""

import json
from dataclasses import asdict
from math import comb
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.experiments.results import record as results
from companion.experiments.runs.config import VARIANTS
from companion.experiments.statistics import summary
from companion.experiments.statistics.quantities import READINGS
from companion.experiments.titles import EXPERIMENTS, MODELS
from companion.files import RECORDED
from maxpooling.approximation import best_uniform
from maxpooling.networks import (
    circle_circuit,
    estimator_network,
    halving_circuit,
    max_network_sizes,
    pairwise_max_counts,
    subpool_network_cost,
)

Curve = dict[str, Any]

EXPLORER_SIZES = (*range(2, 13), 16, 25)
"""The pool sizes that ``explorer.js`` offers: small ones, and squares of four and five a side."""


def recorded_curves(recorded: list[results.Result]) -> list[Curve]:
    """A curve for each experiment, reading of the attack and variant; shares to four decimals."""
    found = []
    for experiment in VARIANTS:
        for reading, attack in READINGS.items():
            for curve in summary.curves(recorded, experiment, attack):
                plain = asdict(curve)
                shares = [round(share, 4) for share in plain.pop("means")]
                plain.pop("deviations")
                named = {"name": MODELS[curve.variant], "title": EXPERIMENTS[experiment]}
                found.append(
                    {
                        "experiment": experiment,
                        "reading": reading,
                        "shares": shares,
                        **named,
                        **plain,
                    }
                )
    return found


class Robustness(SphinxDirective):
    """The place of the picture, its data, and the table."""

    def run(self) -> list[nodes.Node]:
        """Nodes for HTML; other builders get the table alone."""
        for file in sorted(RECORDED.rglob("seed*.json")):
            self.env.note_dependency(str(file))
        curves = recorded_curves(results.recorded())
        if not curves:
            return [nodes.note("", nodes.paragraph("", "No recorded runs are in this copy yet."))]
        # "</" would end the script element; JSON may write the slash with a backslash.
        text = json.dumps(curves, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        data = f'<script type="application/json" id="robustness-data">{text}</script>'
        place = nodes.container(ids=["robustness"], classes=["robustness"])
        numbers = _robustness_table(curves)
        if self.env.app.builder.name == "html":  # on paper nothing folds
            opening = f"<details><summary>The numbers, {len(curves)} rows</summary>"
            place += [nodes.raw("", opening, format="html"), numbers]
            place += nodes.raw("", "</details>", format="html")
        else:
            place += numbers
        return [place, nodes.raw("", data, format="html")]


class BestOrders(SphinxDirective):
    """For each number of orders the best set, its error, and what its network costs."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The table."""
        d = int(self.arguments[0])
        header = [
            *("Orders", "Error", "Subpool maxes", "Pairwise maxes, shared", "Layers"),
            *("ReLU neurons, three to a max", "ReLU neurons, as few as we know"),
        ]
        sets = [(0, *range(d - size, d)) for size in range(1, d)]
        rows = [*(best_orders_row(d, orders) for orders in sets), *exact_rows(d)]
        text = json.dumps(sizes_for_scripts()).replace("</", "<\\/")
        data = f'<script type="application/json" id="exact-sizes">{text}</script>'
        return [table(header, rows), nodes.raw("", data, format="html")]


def best_orders_row(d: int, orders: tuple[int, ...]) -> list[str]:
    """Cells of one row: orders, exact error, and five counts."""
    subpools = sum(comb(d, r) for r in orders if r)
    counts = pairwise_max_counts(d, orders)
    neurons = subpool_network_cost(d, orders).neurons
    named = "{" + ", ".join(map(str, orders)) + "}"
    error = best_uniform(d, orders).error
    found = (subpools, sum(counts), len(counts), neurons, fewest_neurons(d, orders))
    return [named, str(error), *map(str, found)]


def exact_rows(d: int) -> list[list[str]]:
    """Rows of the networks for the maximum itself, from the one function that knows their sizes."""
    lemma, *ours = max_network_sizes(d)
    maxes = [str(lemma.neurons // 3), *("–" for _ in ours)]
    plain = [str(lemma.neurons), *("–" for _ in ours)]
    fewest = ["–", *(str(size.neurons) for size in ours)]
    return [
        [f"the maximum itself, {size.network}", "0", "–", count, str(size.layers), three, few]
        for size, count, three, few in zip((lemma, *ours), maxes, plain, fewest, strict=True)
    ]


def fewest_neurons(d: int, orders: tuple[int, ...]) -> int:
    """ReLU neurons of the leanest network that we know for the best estimator of these orders."""
    circuits = [halving_circuit(d, orders)]
    if d > 2 and set(orders) - {0} == {d - 1}:
        circuits.append(circle_circuit(d))
    return min(estimator_network(d, circuit, orders).neurons for circuit in circuits)


def sizes_for_scripts() -> dict[int, dict[str, Any]]:
    """For each pool size of the explorer: [layers, neurons] of the networks for the maximum.

    And the fewest neurons that we know for the orders {0, d-1}.
    """
    return {
        d: {
            "exact": [[size.layers, size.neurons] for size in max_network_sizes(d)[1:]],
            "estimator": fewest_neurons(d, (0, d - 1)),
        }
        for d in EXPLORER_SIZES
    }


def _robustness_table(curves: list[Curve]) -> nodes.table:
    epsilons = sorted({epsilon for curve in curves for epsilon in curve["epsilons"]})
    shown = [epsilon for epsilon in epsilons if epsilon in (0, 0.01, 0.1, 0.3, 1, 2)]
    header = ["Experiment", "Attack", "Variant", *(f"ε = {epsilon:g}" for epsilon in shown)]
    rows = []
    for curve in curves:
        share = dict(zip(curve["epsilons"], curve["shares"], strict=True))
        numbers = [f"{share[e]:.1%}" if e in share else "–" for e in shown]
        rows.append([curve["title"], curve["reading"], curve["name"], *numbers])
    return table(header, rows)


def table(header: list[str], rows: list[list[str]]) -> nodes.table:
    """A table of plain cells, as the page shows it without scripts."""
    whole = nodes.table(classes=["published"])
    group = nodes.tgroup(cols=len(header))
    whole += group
    group += [nodes.colspec(colwidth=1) for _ in header]
    group += [nodes.thead("", _row(header)), nodes.tbody("", *map(_row, rows))]
    return whole


def _row(cells: list[str]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("robustness", Robustness)
    app.add_directive("best-orders", BestOrders)
