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
from companion.files import RECORDED
from maxpooling.approximation import best_uniform
from maxpooling.networks import exact_max_cost, pairwise_max_counts, subpool_network_cost

Curve = dict[str, Any]


def recorded_curves(recorded: list[results.Result]) -> list[Curve]:
    """A curve for each experiment, reading of the attack and variant; shares to four decimals."""
    found = []
    for experiment in VARIANTS:
        for reading, attack in READINGS.items():
            for curve in summary.curves(recorded, experiment, attack):
                plain = asdict(curve)
                shares = [round(share, 4) for share in plain.pop("means")]
                plain.pop("deviations")
                found.append(
                    {"experiment": experiment, "reading": reading, "shares": shares, **plain}
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
        place += _robustness_table(curves)
        return [place, nodes.raw("", data, format="html")]


class BestOrders(SphinxDirective):
    """For each number of orders the best set, its error, and what its network costs."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The table."""
        d = int(self.arguments[0])
        header = ["Orders", "Error", "Subpool maxes", "Pairwise maxes, shared", "ReLU neurons"]
        sets = [(0, *range(d - size, d)) for size in range(1, d)]
        exact = exact_max_cost(d)
        # The exact network is one of pairwise maxes too, three neurons for each.
        last = ["the maximum itself", "0", "–", str(exact.neurons // 3), str(exact.neurons)]
        return [_table(header, [*(best_orders_row(d, orders) for orders in sets), last])]


def best_orders_row(d: int, orders: tuple[int, ...]) -> list[str]:
    """Cells of one row: orders, exact error, and three counts."""
    subpools = sum(comb(d, r) for r in orders if r)
    shared = sum(pairwise_max_counts(d, orders))
    neurons = subpool_network_cost(d, orders).neurons
    named = "{" + ", ".join(map(str, orders)) + "}"
    error = best_uniform(d, orders).error
    return [named, str(error), *(str(count) for count in (subpools, shared, neurons))]


def _robustness_table(curves: list[Curve]) -> nodes.table:
    epsilons = sorted({epsilon for curve in curves for epsilon in curve["epsilons"]})
    shown = [epsilon for epsilon in epsilons if epsilon in (0, 0.01, 0.1, 0.3, 1, 2)]
    header = ["Experiment", "Attack", "Variant", *(f"ε = {epsilon:g}" for epsilon in shown)]
    rows = []
    for curve in curves:
        share = dict(zip(curve["epsilons"], curve["shares"], strict=True))
        numbers = [f"{share[e]:.1%}" if e in share else "–" for e in shown]
        rows.append([curve["experiment"], curve["reading"], curve["variant"], *numbers])
    return _table(header, rows)


def _table(header: list[str], rows: list[list[str]]) -> nodes.table:
    table = nodes.table(classes=["published"])
    group = nodes.tgroup(cols=len(header))
    table += group
    group += [nodes.colspec(colwidth=1) for _ in header]
    group += [nodes.thead("", _row(header)), nodes.tbody("", *map(_row, rows))]
    return table


def _row(cells: list[str]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("robustness", Robustness)
    app.add_directive("best-orders", BestOrders)
