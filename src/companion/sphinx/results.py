"""Figures, tables and values that executed notebooks left under ``build/results``.

``{autofigure} NAME`` and ``{autotable} NAME`` show a result, ``{embed-figure} NAME`` shows a figure
again, ``{value}`NOTEBOOK.KEY|FORMAT` `` puts a number into a sentence. With ``:folded: what it is``
a figure or table is one line that opens. They note the files as dependencies of the page, and
warn (so that the build fails) when one is missing.
"""

import csv
import json
import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from companion.pages.publishing import recorded_value, values_file
from companion.sphinx.folding import details, summary
from companion.sphinx.provenance import FILE_NAME, provenance_line

# A link inside the source folder, so that Sphinx takes the images for its own.
LINK = "_results"
_NUMBER = re.compile(r"(?P<sign>-?)(?P<digits>\d+(?:\.\d+|/\d+)?)(?:e(?P<power>[+-]\d+))?")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

logger = logging.getLogger(__name__)


def as_typeset(cell: str) -> str:
    """A number with a minus sign, and with its power of ten written out; other text as it is.

    Examples:
        >>> [as_typeset(cell) for cell in ("-0.5", "-2/79", "-1e+09", "5e-07", "9e+00", "2-d")]
        ['−0.5', '−2/79', '−10⁹', '5·10⁻⁷', '9', '2-d']
        >>> as_typeset("2e+01"), as_typeset("2.5e+01")
        ('20', '2.5·10¹')
    """
    number = _NUMBER.fullmatch(cell)
    if number is None:
        return cell
    sign = "−" if number["sign"] else ""
    power = int(number["power"] or 0)
    if power == 0 or (power == 1 and number["digits"].isdigit()):
        return sign + number["digits"] + "0" * power
    factor = "" if number["digits"] == "1" else f"{number['digits']}·"
    return f"{sign}{factor}10{str(power).translate(_RAISED)}"


def find_result(results: Path, file_name: str) -> Path:
    """The one file of that name among all notebooks' results.

    Raises:
        LookupError: no notebook published it, or two did.
    """
    found = sorted(results.glob(f"*/{file_name}"))
    if len(found) != 1:
        owners = ", ".join(path.parent.name for path in found) or "no notebook"
        raise LookupError(f"{file_name} is published by {owners}; exactly one is needed")
    return found[0]


class _ResultDirective(SphinxDirective):
    required_arguments = 1
    has_content = True
    labelled = True
    main_suffix = ".figure.json"
    option_spec = {  # noqa: RUF012 - docutils' own protocol
        "class": directives.class_option,
        "folded": directives.unchanged_required,
    }

    def result(self, suffix: str) -> Path:
        path = find_result(Path(self.env.srcdir, LINK), f"{self.arguments[0]}{suffix}")
        self.env.note_dependency(str(path))
        return path

    def run(self) -> list[nodes.Node]:
        try:
            node, line = self.build(), self.provenance()
        except LookupError as error:
            return [self.state_machine.reporter.warning(str(error), line=self.lineno)]
        node["classes"] += self.options.get("class", [])
        self.set_source_info(node)
        if self.labelled:
            self.options["name"] = self.arguments[0]
            self.add_name(node)
        return [self.folded(node, line)] if "folded" in self.options else [node, line]

    def folded(self, node: nodes.Element, line: nodes.paragraph) -> details:
        """Both behind one line: what it is and, of a table, how many rows it has."""
        bodies = list(node.findall(nodes.tbody))
        rows = f" ({len(bodies[0])} rows)" if bodies else ""
        title = summary("", f"{self.options['folded']}{rows}")
        return details("", title, node, line, classes=["folded-table"])

    def provenance(self) -> nodes.paragraph:
        """Where the result comes from."""
        folder = self.result(self.main_suffix).parent
        self.env.note_dependency(str(folder / FILE_NAME))
        return provenance_line(folder)

    def caption(self) -> tuple[list[nodes.Node], list[nodes.Node]]:
        """First paragraph as caption, the rest below it."""
        if not self.content:
            raise LookupError(f"{self.name} {self.arguments[0]} has no caption")
        parsed = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, parsed)
        first, *rest = parsed.children
        return list(first.children), rest

    def build(self) -> nodes.Element:
        raise NotImplementedError


class AutoFigure(_ResultDirective):
    """A published figure, light and dark, with its alt text and a numbered caption."""

    def build(self) -> nodes.figure:
        """The figure's node."""
        figure = nodes.figure("", *self.images(), classes=["published"])
        text, legend = self.caption()
        figure += nodes.caption("", "", *text)
        if legend:
            figure += nodes.legend("", *legend)
        return figure

    def images(self) -> list[nodes.image]:
        """One image for each theme; the style sheet shows the one that fits.

        The dark one is fetched when it is shown, so that it does not weigh on the light page.
        """
        name = self.arguments[0]
        about = json.loads(self.result(".figure.json").read_text(encoding="utf-8"))
        return [
            nodes.image(
                uri=f"/{LINK}/{self.result(f'.{theme}.svg').parent.name}/{name}.{theme}.svg",
                alt=about["alt"],
                classes=[f"only-{theme}"],
                **({"loading": "lazy"} if theme == "dark" else {}),
            )
            for theme in ("light", "dark")
        ]


class EmbedFigure(AutoFigure):
    """A figure of another page shown again, without number or caption, so without a label."""

    has_content = False
    labelled = False

    def build(self) -> nodes.figure:
        """The figure's node."""
        return nodes.figure("", *self.images(), classes=["published"])


class AutoTable(_ResultDirective):
    """A published table with a numbered caption; cells may hold inline Markdown.

    With ``:folded: what it lists`` it is one line, with the number of rows, that opens.
    """

    main_suffix = ".csv"

    def build(self) -> nodes.table:
        """The table's node."""
        with self.result(".csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        table = nodes.table(classes=["published"])
        text, _ = self.caption()
        table += nodes.title("", "", *text)
        group = nodes.tgroup(cols=len(header))
        table += group
        group += [nodes.colspec(colwidth=1) for _ in header]
        head = nodes.thead()
        head += self._row(header)
        body = nodes.tbody()
        body += [self._row(row) for row in rows]
        group += [head, body]
        return table

    def _row(self, cells: list[str]) -> nodes.row:
        row = nodes.row()
        for cell in cells:
            entry = nodes.entry()
            inline, _ = self.state.inline_text(as_typeset(cell), self.lineno)
            entry += nodes.paragraph("", "", *inline)
            row += entry
        return row


class ValueRole(SphinxRole):
    """``NOTEBOOK.KEY`` or ``NOTEBOOK.KEY|FORMAT``: a value that the notebook recorded."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The value as text, or a warning."""
        results = Path(self.env.srcdir, LINK)
        try:
            text = as_typeset(recorded_value(self.text, results))
        except (OSError, KeyError, ValueError) as error:
            logger.warning("value %r: %r", self.text, error, location=self.get_location())
            return [], []
        self.env.note_dependency(str(values_file(self.text, results)))
        return [nodes.inline(self.rawtext, text, classes=["value"])], []


def setup(app: Sphinx) -> None:
    """Register the directives and the role."""
    app.add_directive("autofigure", AutoFigure)
    app.add_directive("embed-figure", EmbedFigure)
    app.add_directive("autotable", AutoTable)
    app.add_role("value", ValueRole())
