"""The data of the interactive picture of robust accuracy, in the page itself.

``{robustness}`` writes the recorded runs as JSON for ``robustness.js`` and as a table, which is
what a reader without scripts sees. Without recorded runs it says so.
"""

import json
from dataclasses import asdict
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from maxpooling.experiments import results, summary
from maxpooling.experiments.config import VARIANTS
from maxpooling.experiments.files import RECORDED
from maxpooling.experiments.statements import READINGS

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
        files = sorted(RECORDED.glob("*/*/seed*.json"))
        for file in files:
            self.env.note_dependency(str(file))
        curves = recorded_curves([results.read(file) for file in files])
        if not curves:
            return [nodes.note("", nodes.paragraph("", "No recorded runs are in this copy yet."))]
        # "</" would end the script element; JSON may write the slash with a backslash.
        text = json.dumps(curves, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        data = f'<script type="application/json" id="robustness-data">{text}</script>'
        place = nodes.container(ids=["robustness"], classes=["robustness"])
        place += _table(curves)
        return [place, nodes.raw("", data, format="html")]


def _table(curves: list[Curve]) -> nodes.table:
    epsilons = sorted({epsilon for curve in curves for epsilon in curve["epsilons"]})
    shown = [epsilon for epsilon in epsilons if epsilon in (0, 0.01, 0.1, 0.3, 1, 2)]
    header = ["Experiment", "Attack", "Variant", *(f"ε = {epsilon:g}" for epsilon in shown)]
    table = nodes.table(classes=["published"])
    group = nodes.tgroup(cols=len(header))
    table += group
    group += [nodes.colspec(colwidth=1) for _ in header]
    body = nodes.tbody()
    for curve in curves:
        share = dict(zip(curve["epsilons"], curve["shares"], strict=True))
        numbers = [f"{share[e]:.1%}" if e in share else "–" for e in shown]
        body += _row([curve["experiment"], curve["reading"], curve["variant"], *numbers])
    group += [nodes.thead("", _row(header)), body]
    return table


def _row(cells: list[str]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in cells))


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("robustness", Robustness)
