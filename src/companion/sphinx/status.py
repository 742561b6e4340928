"""``{status}``: what this build was made with, and what each step took.

The one place in the book for what differs between two builds of the same sources.
"""

import json
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.pages.publishing import TIMES
from companion.sphinx.provenance import commit
from companion.sphinx.results import LINK

PACKAGES = (
    *("numpy", "scipy", "cvxpy", "clarabel", "highspy", "torch", "sympy", "pandas", "matplotlib"),
    *("papermill", "jupytext", "snakemake", "jupyter-book", "Sphinx", "sphinx-mathjax-offline"),
)
TIMINGS = Path("build", "timings")


class Status(SphinxDirective):
    """Tables: versions, seconds of the steps that came before the pages, times they measured."""

    def run(self) -> list[nodes.Node]:
        """The tables."""
        root = Path(self.env.srcdir).parent
        versions = [("commit", commit(root)), ("Python", platform.python_version())]
        versions += [(name, version(name)) for name in PACKAGES]
        steps = [
            (
                str(record["step"]),
                f"{record['seconds']:.1f}\N{NO-BREAK SPACE}s",
                str(record.get("on", "")),
            )
            for record in _timings(root / TIMINGS)
        ]
        self.env.note_reread()
        tables = [table(("What", "Version"), versions)]
        if steps:
            tables.append(table(("Step", "Time", "On"), steps))
        if measured := _measured(Path(self.env.srcdir, LINK)):
            tables.append(table(("Measured by a chapter", "Time"), measured))
        return [*tables]


def _timings(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def _measured(results: Path) -> list[tuple[str, ...]]:
    """What :func:`companion.pages.publishing.record_times` wrote, in all chapters."""
    return [
        (f"{file.parent.name}: {name}", f"{milliseconds:.3g} ms")
        for file in sorted(results.glob(f"*/{TIMES}"))
        for name, milliseconds in json.loads(file.read_text(encoding="utf-8")).items()
    ]


def table(
    header: tuple[str, ...], rows: Sequence[tuple[str | nodes.TextElement, ...]]
) -> nodes.table:
    """A table of plain text, or of what is inline in a paragraph, with a header."""
    made = nodes.table(classes=["published"])
    group = nodes.tgroup(cols=len(header))
    made += group
    group += [nodes.colspec(colwidth=1) for _ in header]
    lines = [
        nodes.row("", *(nodes.entry("", _paragraph(cell)) for cell in row))
        for row in (header, *rows)
    ]
    group += [nodes.thead("", lines[0]), nodes.tbody("", *lines[1:])]
    return made


def _paragraph(cell: str | nodes.TextElement) -> nodes.paragraph:
    return nodes.paragraph("", cell) if isinstance(cell, str) else nodes.paragraph("", "", cell)


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("status", Status)
