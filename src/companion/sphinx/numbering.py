"""Numbers of figures and tables: the paper's for the paper's own, A1, A2, ... for ours.

A label ``figure-4`` gets the number 4; what has another label is ours, and is counted through the
book in reading order. Equations have the same rule (:mod:`companion.mathematics`).
"""

import re
from collections import Counter

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_PAPER_LABEL = re.compile(r"figure-(\d+)")
KINDS = ("figure", "table")


def renumber(_app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Exchange the running numbers that Sphinx has given; no page has to be read again."""
    own: Counter[str] = Counter()
    for kinds in env.toc_fignumbers.values():
        for kind in KINDS:
            numbers = kinds.get(kind, {})
            for label in numbers:
                paper = _PAPER_LABEL.fullmatch(label)
                own[kind] += not paper
                numbers[label] = (paper[1] if paper else f"A{own[kind]}",)  # type: ignore[assignment]
    return []


def setup(app: Sphinx) -> None:
    """Renumber once Sphinx has numbered, which it does at the same event."""
    app.connect("env-get-updated", renumber, priority=900)
