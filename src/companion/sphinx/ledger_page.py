"""The reproduction report on the page.

``{ledger}`` is the table of all claims, in which the rows of a group of printed values, or of a
section, are one line that opens; ``{ledger-counts}`` says how many earned which verdict,
``{ledger-summary}`` the same for each kind of claim; ``{errata}`` lists what does not
hold, numbered; ``{chapter-evidence}`` lists what a chapter states and how it is known;
``{statement-index}`` lists the statements of all chapters by name; ``{claim-count}`WORD` `` is one
number. All of them read the report (:mod:`companion.sphinx.report`) and nothing else, so that no
two pages can disagree.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from companion.ledger.claims import LEDGER_PAGE
from companion.ledger.comparison import ABSENT, LOST
from companion.ledger.model import OURS, VERDICTS
from companion.ledger.report import ErratumRow, EvidenceLine, Report, Row, grouped, kinds
from companion.sphinx.folding import details, summary
from companion.sphinx.report import (
    class_of,
    erratum_link,
    evidence,
    joined,
    kind_badge,
    link,
    row_id,
    standing_label,
    the_report,
    title_of,
    verdict_badge,
    verdict_label,
)
from maxpooling.errors import DataError

COLUMNS = ("Claim", "Published", "Ours", "Verdict", "Why, and how it was checked")
HELD = ("sharper", "reproduced")
SECOND_SOURCE = ("glossary", "term-second-source")
_OURS = "Our own statements"
STATEMENT_KINDS = {"theorem": "Theorems", "lemma": "Lemmas", "definition": "Definitions"}

logger = logging.getLogger(__name__)


class _ReportDirective(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        try:
            return self.render(the_report(self.env))
        except DataError as error:
            return [self.state_machine.reporter.warning(str(error), line=self.lineno)]

    def render(self, report: Report) -> list[nodes.Node]:
        raise NotImplementedError


class LedgerCounts(_ReportDirective):
    """How many claims earned which verdict, and what the verdicts mean."""

    def render(self, report: Report) -> list[nodes.Node]:
        """One list: the paper's and the second source's claims; a line for our own."""
        counts, ours = report.counts(ours=False), report.counts(ours=True)
        shown = nodes.bullet_list(classes=["ledger-counts"])
        for verdict, meaning in VERDICTS.items():
            line = nodes.paragraph("", "", nodes.strong("", str(counts[verdict])))
            line += [nodes.Text(" "), verdict_label(verdict), nodes.Text(f" {meaning}")]
            shown += nodes.list_item("", line)
        line = nodes.paragraph("", f"{report.count('claims')} claims of the paper and of ")
        line += link(*SECOND_SOURCE, "the second source")
        line += nodes.Text(
            f", {report.count('errata')} errata, and beside them {report.count('ours')} statements "
            f"of our own, of which {sum(ours[verdict] for verdict in HELD)} hold."
        )
        return [line, shown]


class LedgerSummary(_ReportDirective):
    """How many claims of each kind earned which verdict."""

    def render(self, report: Report) -> list[nodes.Node]:
        """A line for each kind; our own statements are the last one."""
        parts: dict[str, list[Row]] = {}
        for row in sorted(report.rows, key=lambda row: row.standing == OURS):
            name = _OURS if row.standing == OURS else row.kind
            parts.setdefault(name, []).append(row)
        shown = nodes.bullet_list(classes=["ledger-summary"])
        for name, rows in parts.items():
            line = nodes.paragraph("", "", nodes.strong("", name), nodes.Text(": "))
            line += joined(_verdicts(rows), " · ")
            shown += nodes.list_item("", line)
        return [shown]


class Ledger(_ReportDirective):
    """Every claim, a row each."""

    def render(self, report: Report) -> list[nodes.Node]:
        """A folded table for each group and, of what is in none, for each section.

        A script adds the filters.
        """
        parts: dict[str, list[Row]] = {}
        for name, rows in grouped(report.rows):
            for row in rows:
                parts.setdefault(name or _section_title(row.section), []).append(row)
        return [_folded(name, rows, _table(report, rows)) for name, rows in parts.items()]


def _section_title(section: str) -> str:
    """A section as the line of its claims names it.

    Examples:
        >>> _section_title("3.2"), _section_title("B.2"), _section_title("second source")
        ('Section 3.2', 'Appendix B.2', 'Second source')
    """
    if section[0].isdigit():
        return f"Section {section}"
    if len(section.partition(".")[0]) == 1:
        return f"Appendix {section}"
    return _OURS if section == OURS else section.capitalize()


def _folded(name: str, rows: list[Row], table: nodes.table) -> details:
    """A group: its name, how many rows, how many of each verdict; the table when it is opened."""
    line = summary("", "", nodes.strong("", name), nodes.Text(f" · {_claims(rows)} · "))
    line += joined(_verdicts(rows), " ")
    name_of = class_of("group", nodes.make_id(name))
    return details("", line, table, ids=[name_of], classes=["ledger-group"])


def _claims(rows: list[Row]) -> str:
    return "1 claim" if len(rows) == 1 else f"{len(rows)} claims"


def _verdicts(rows: Iterable[Row]) -> Iterator[list[nodes.Node]]:
    counts = Counter(row.verdict for row in rows)
    for verdict in VERDICTS:
        if counts[verdict]:
            yield [nodes.Text(f"{counts[verdict]} "), verdict_label(verdict)]


def _table(report: Report, rows: Iterable[Row]) -> nodes.table:
    table = nodes.table(classes=["ledger"])
    group = nodes.tgroup(cols=len(COLUMNS))
    table += group
    group += [nodes.colspec(colwidth=1) for _ in COLUMNS]
    head = nodes.row()
    head += [nodes.entry("", nodes.paragraph("", text)) for text in COLUMNS]
    body = nodes.tbody()
    body += [_row(report, row) for row in rows]
    group += [nodes.thead("", head), body]
    return table


def _row(report: Report, row: Row) -> nodes.row:
    node = nodes.row(ids=[row_id(row.id)])
    node += [
        nodes.entry("", *_claim(row)),
        nodes.entry("", nodes.paragraph("", _published(row))),
        nodes.entry("", nodes.paragraph("", row.ours or "–")),
        nodes.entry("", nodes.paragraph("", "", verdict_label(row.verdict))),
        nodes.entry("", *_reason(report, row), *_evidence(row.evidence)),
    ]
    return node


def _claim(row: Row) -> Iterator[nodes.paragraph]:
    kind = nodes.inline("", row.kind, classes=["ledger-kind"])
    section = nodes.inline("", row.section, classes=["ledger-section"])
    name = nodes.paragraph("", "", nodes.strong("", "", title_of(row)))
    name += _permanent(row_id(row.id))
    yield name
    yield nodes.paragraph("", row.statement)
    small = nodes.paragraph(classes=["ledger-about"])
    small += [kind, nodes.Text(" · "), section, nodes.Text(" · "), standing_label(row.standing)]
    yield small


def _permanent(anchor: str) -> nodes.reference:
    """The sign that every heading has, which leads to the row that it stands in."""
    return nodes.reference(
        "", "#", refid=anchor, internal=True, reftitle="Link to this row", classes=["headerlink"]
    )


def _published(row: Row) -> str:
    text = row.published.replace("<=", "≤").replace(">=", "≥")
    return text if row.tolerance == "exact" else f"{text} (± {row.tolerance})"


def _reason(report: Report, row: Row) -> Iterator[nodes.paragraph]:
    erratum = report.erratum(row.erratum)
    parts: list[list[nodes.Node]] = [[nodes.Text(row.why)]] if row.why else []
    parts += [[erratum_link(erratum), nodes.Text(".")]] if erratum else []
    if parts:
        yield nodes.paragraph("", "", *joined(parts, " "))


def _evidence(lines: Iterable[EvidenceLine]) -> Iterator[nodes.paragraph]:
    for line in lines:
        shown = nodes.paragraph("", "", *evidence(line), classes=["evidence-line"])
        if line.check:
            shown += [nodes.Text(" "), nodes.literal("", line.check)]
        yield shown


class Errata(_ReportDirective):
    """What does not hold as it stands in the available text."""

    def render(self, report: Report) -> list[nodes.Node]:
        """A list in the order of the numbers: what is said, which claims it bears on, evidence."""
        errata = nodes.bullet_list(classes=["errata"])
        errata += [self._erratum(report, erratum) for erratum in report.errata]
        return [errata] if len(errata) else [nodes.paragraph("", "None.")]

    def _erratum(self, report: Report, erratum: ErratumRow) -> nodes.list_item:
        place = link(erratum.page, erratum.label, erratum.title)
        first = nodes.paragraph("", "", nodes.strong("", "", place))
        # At the end, since the sign takes its place on the line while it is not seen.
        first += [nodes.Text(f". {erratum.sentence}"), _permanent(row_id(erratum.label))]
        item = nodes.list_item("", first, ids=[row_id(erratum.label)])
        rows = [row for name in erratum.claims if (row := report.row(name))]
        item += [self._claim(row) for row in rows]
        item += list(_evidence(erratum.evidence))
        return item

    def _claim(self, row: Row) -> nodes.paragraph:
        line = nodes.paragraph("", "Bears on ")
        line += link(LEDGER_PAGE, row_id(row.id), row.title)
        line += nodes.Text(f" ({_section_title(row.section)}): {row.why}" if row.why else ".")
        if row.published not in (ABSENT, LOST):
            line += nodes.Text(f" Published: {_published(row)}; ours: {row.ours}.")
        return line


class ChapterEvidence(_ReportDirective):
    """What the chapter states, and how each of it is known."""

    def render(self, report: Report) -> list[nodes.Node]:
        """A list: name, standing, verdict, kinds of evidence with their scopes."""
        page = self.env.docname
        shown = nodes.bullet_list(classes=["chapter-evidence"])
        for name, rows in grouped(row for row in report.rows if row.page == page):
            shown += [_group_line(name, rows)] if name else [_claim_line(row) for row in rows]
        shown += [_erratum_line(one) for one in report.errata if one.page == page]
        if not len(shown):
            text = f"chapter-evidence: the report has no claim on {page}"
            return [self.state_machine.reporter.warning(text, line=self.lineno)]
        rows = [row for row in report.rows if row.page == page]
        count = f"{len(rows)} {'statement' if len(rows) == 1 else 'statements'}: "
        line = summary("", count, *joined(_verdicts(rows), ", "))
        errata = sum(one.page == page for one in report.errata)
        line += nodes.Text(f"{'; ' if rows else ''}{errata} errata" if errata else "")
        return [details("", line, shown, classes=["folded-section"])]


class StatementIndex(_ReportDirective):
    """Every statement of the book by its name, whatever chapter it stands in."""

    def render(self, report: Report) -> list[nodes.Node]:
        """A list for each kind: what is numbered as in the paper first, then what has letters."""
        shown: list[nodes.Node] = []
        for kind, name in STATEMENT_KINDS.items():
            rows = sorted((row for row in report.rows if row.kind == kind), key=_place_in_index)
            if not rows:
                continue
            items = nodes.bullet_list(classes=["statement-index"])
            items += [_index_line(row) for row in rows]
            shown += [nodes.rubric("", name), items]
        return shown


def _place_in_index(row: Row) -> tuple[bool, int, str]:
    """Numbers before letters, each in the order in which one counts."""
    name = row.id.partition("-")[2]
    return (not name.isdigit(), len(name), name)


def _index_line(row: Row) -> nodes.list_item:
    line = nodes.paragraph("", "", nodes.strong("", "", title_of(row)), nodes.Text(" "))
    line += [standing_label(row.standing), nodes.Text(" ")]
    line += [verdict_badge(row.verdict, row.id, row.title), nodes.Text(" ")]
    line += joined(([kind_badge(kind)] for kind in kinds([row])), " ")
    return nodes.list_item("", line, nodes.paragraph("", row.statement))


def _claim_line(row: Row) -> nodes.list_item:
    line = nodes.paragraph("", "", nodes.strong("", "", title_of(row)), nodes.Text(" "))
    line += [standing_label(row.standing), nodes.Text(" ")]
    line += verdict_badge(row.verdict, row.id, row.title)
    return _item(line, joined(map(evidence, row.evidence), " · "))


def _group_line(name: str, rows: list[Row]) -> nodes.list_item:
    line = nodes.paragraph("", "", nodes.strong("", name), nodes.Text(f" · {len(rows)} claims · "))
    line += joined(_verdicts(rows), " ")
    return _item(line, joined(([kind_badge(kind)] for kind in kinds(rows)), " "))


def _erratum_line(erratum: ErratumRow) -> nodes.list_item:
    line = nodes.paragraph("", "", nodes.strong("", "", erratum_link(erratum)), nodes.Text(" "))
    line += verdict_badge("erratum", erratum.label, erratum.title.partition(":")[0])
    return _item(line, joined(map(evidence, erratum.evidence), " · "))


def _item(line: nodes.paragraph, found: list[nodes.Node]) -> nodes.list_item:
    if found:
        line += [nodes.Text(" "), *found]
    return nodes.list_item("", line)


class ClaimCountRole(SphinxRole):
    """``{claim-count}`reproduced` ``, ``errata``, a group's name, ...: see ``Report.count``."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The number, or a warning."""
        try:
            number = the_report(self.env).count(self.text)
        except (DataError, ValueError) as error:
            logger.warning("claim-count: %s", error, location=self.get_location())
            return [], []
        return [nodes.inline(self.rawtext, str(number), classes=["value"])], []


def setup(app: Sphinx) -> None:
    """Register the directives and the role."""
    app.add_directive("ledger", Ledger)
    app.add_directive("ledger-counts", LedgerCounts)
    app.add_directive("ledger-summary", LedgerSummary)
    app.add_directive("errata", Errata)
    app.add_directive("chapter-evidence", ChapterEvidence)
    app.add_directive("statement-index", StatementIndex)
    app.add_role("claim-count", ClaimCountRole())
