"""Numbers of figures and tables: the paper's for the paper's own, A1, A2, ... for ours.

A label ``figure-4`` gets the number 4, and ``figure-5-and-6`` both numbers; what has another label
is ours, and is counted through the book in reading order. Equations have the same rule
(:mod:`companion.sphinx.mathematics`).
"""

from collections import Counter

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from companion.pages.numbers import paper_figure

KINDS = ("figure", "table")


def renumber(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Exchange the running numbers that Sphinx has given; no page has to be read again."""
    own: Counter[str] = Counter()
    for kinds in env.toc_fignumbers.values():
        for kind in KINDS:
            numbers = kinds.get(kind, {})
            for label in numbers:
                paper = paper_figure(label)
                own[kind] += paper is None
                numbers[label] = (paper or f"A{own[kind]}",)  # type: ignore[assignment]
    return []


def setup(app: Sphinx) -> None:
    """Renumber once Sphinx has numbered, which it does at the same event."""
    app.connect("env-get-updated", renumber, priority=900)
