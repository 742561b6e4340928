"""``{notation}``: the letters of the book as a table; with names behind it, only these.

The first letters of a chapter and the page of all of them come from one list, so that no letter has
two meanings (:mod:`companion.pages.notation`).
"""

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.pages.notation import FILE, Symbol, chosen
from companion.published import book_folder

HEADER = ("Symbol", "Meaning", "Introduced in")


class Notation(SphinxDirective):
    """Rows of symbol and meaning; the whole list also says where each is introduced."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """The table, or a warning for a name that the list does not have."""
        names = self.arguments[0].split() if self.arguments else []
        self.env.note_dependency(str(book_folder() / FILE))
        try:
            symbols = chosen(names)
        except ValueError as error:
            return [self.state_machine.reporter.warning(f"notation: {error}", line=self.lineno)]
        header = HEADER[:2] if names else HEADER
        rows = [list(self._cells(one))[: len(header)] for one in symbols]
        table, group = nodes.table(classes=["published"]), nodes.tgroup(cols=len(header))
        group += [nodes.colspec(colwidth=1) for _ in header]
        heads = [nodes.paragraph("", text) for text in header]
        group += [nodes.thead("", _row(heads)), nodes.tbody("", *map(_row, rows))]
        table += group
        return [table]

    def _cells(self, one: Symbol) -> Iterator[nodes.paragraph]:
        for text in (one.symbol, one.meaning, f"{{doc}}`/{one.where}`"):
            inline, _ = self.state.inline_text(text, self.lineno)
            yield nodes.paragraph("", "", *inline)


def _row(cells: list[nodes.paragraph]) -> nodes.row:
    return nodes.row("", *(nodes.entry("", cell) for cell in cells))


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("notation", Notation)
