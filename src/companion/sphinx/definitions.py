"""What the words mean: kinds of evidence, verdicts, standings, each from its one definition."""

from collections.abc import Iterable
from typing import ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.checking import MEANING, Kind
from companion.ledger.model import STANDINGS, VERDICTS
from companion.sphinx.report import badge, class_of, standing_label, verdict_label


class _Definitions(SphinxDirective):
    """A list of definitions; each can be linked to."""

    kind: ClassVar[str]
    meanings: ClassVar[Iterable[tuple[str, str]]]

    def label(self, word: str) -> nodes.TextElement:
        """The word as pages show it."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """The list."""
        shown = nodes.definition_list(classes=["meanings"])
        for word, meaning in self.meanings:
            term = nodes.term("", "", self.label(word), ids=[class_of(self.kind, word)])
            text = f"{meaning[0].upper()}{meaning[1:]}."
            shown += nodes.definition_list_item(
                "", term, nodes.definition("", nodes.paragraph("", text))
            )
        return [shown]


class Kinds(_Definitions):
    """The kinds of evidence, from the strongest to the weakest."""

    kind = "kind"
    meanings = tuple((str(kind), meaning) for kind, meaning in MEANING.items())

    def label(self, word: str) -> nodes.TextElement:
        """As a badge."""
        return badge("kind", word, MEANING[Kind(word)])


class Verdicts(_Definitions):
    """The verdicts, from the best to the worst."""

    kind = "verdict"
    meanings = tuple(VERDICTS.items())

    def label(self, word: str) -> nodes.TextElement:
        """As a badge."""
        return verdict_label(word)


class Standings(SphinxDirective):
    """How statements are known, as one sentence, since several pages begin with it."""

    def run(self) -> list[nodes.Node]:
        """The sentence."""
        line = nodes.paragraph(classes=["standings"])
        for word, meaning in STANDINGS.items():
            line += [nodes.Text("; ")] if len(line) else []
            line += [standing_label(word), nodes.Text(f" {meaning}")]
        line += nodes.Text(".")
        return [line]


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("kinds-of-evidence", Kinds)
    app.add_directive("verdicts", Verdicts)
    app.add_directive("standings", Standings)
