"""``{status}``: what this build was made with, and what each step took."""

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.sphinx.provenance import commit

PACKAGES = (
    *("numpy", "scipy", "cvxpy", "clarabel", "highspy", "torch", "sympy", "pandas", "matplotlib"),
    *("papermill", "jupytext", "snakemake", "jupyter-book", "Sphinx", "sphinx-mathjax-offline"),
)
TIMINGS = Path("build", "timings")


class Status(SphinxDirective):
    """Two tables: versions, and seconds of the steps that came before the pages."""

    def run(self) -> list[nodes.Node]:
        """The tables."""
        root = Path(self.env.srcdir).parent
        versions = [("commit", commit(root)), ("Python", platform.python_version())]
        versions += [(name, version(name)) for name in PACKAGES]
        steps = [
            (str(record["step"]), f"{record['seconds']:.1f} s")
            for record in _timings(root / TIMINGS)
        ]
        self.env.note_reread()
        tables = [_table(("What", "Version"), versions)]
        if steps:
            tables.append(_table(("Step", "Time"), steps))
        return [*tables]


def _timings(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def _table(header: tuple[str, str], rows: list[tuple[str, str]]) -> nodes.table:
    table = nodes.table(classes=["published"])
    group = nodes.tgroup(cols=2)
    table += group
    group += [nodes.colspec(colwidth=1), nodes.colspec(colwidth=1)]
    lines = [
        nodes.row("", *(nodes.entry("", nodes.paragraph("", cell)) for cell in row))
        for row in (header, *rows)
    ]
    group += [nodes.thead("", lines[0]), nodes.tbody("", *lines[1:])]
    return table


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("status", Status)
