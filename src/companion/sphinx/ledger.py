"""The reproduction report on the page, and a badge beside every statement that it judges.

``{ledger}`` is the table of all claims, ``{ledger-counts}`` how many earned which verdict, and
``{errata}`` the claims that do not hold, with evidence. All three read ``build/reproduction.json``.
A theorem, figure or table whose label is a claim's identifier, or its anchor, gets a badge with the
verdict, which leads to the claim's row; the row leads back. A row whose anchor is not on its page
is a warning, so the build fails.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

PAGE = "what-reproduces"
COLUMNS = ("Claim", "Published", "Ours", "Verdict", "Why, and how it was checked")
MEANING = {
    "sharper": "holds, and more than the paper says is proved",
    "reproduced": "our computation gives what the paper says",
    "reproduced at reduced scale": "holds in shorter or fewer runs than the paper's",
    "erratum": "does not hold as it stands in the available text; the evidence is given",
    "cannot be checked": "nothing was computed; the reason is given",
    "differs": "our computation gives something else, and no erratum has been established",
}

Entry = dict[str, str]

logger = logging.getLogger(__name__)


def report_path(env: BuildEnvironment) -> Path:
    """Where the report lies: ``companion_report``, relative to the pages' sources."""
    return Path(env.srcdir, env.config.companion_report).resolve()


def read_report(env: BuildEnvironment) -> list[Entry]:
    """The entries of the report; none when there is no report."""
    path = report_path(env)
    if not path.is_file():
        return []
    entries: list[Entry] = json.loads(path.read_text(encoding="utf-8"))
    return entries


def row_id(entry: Entry) -> str:
    """Anchor of an entry's row in the table."""
    return f"claim-{entry['id']}"


def verdict_label(verdict: str) -> nodes.inline:
    """The verdict as a small coloured label; the words alone carry the meaning."""
    return nodes.inline("", verdict, classes=["verdict", _verdict_class(verdict)])


class claim_link(nodes.reference):  # noqa: N801 - docutils' naming of nodes
    """A link to the statement of a claim; its address is filled in when pages are written."""


class _ReportDirective(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(report_path(self.env)))
        entries = read_report(self.env)
        if not entries:
            message = (
                f"no report at {report_path(self.env)}; the workflow's rule `reproduction` makes it"
            )
            return [self.state_machine.reporter.warning(message, line=self.lineno)]
        return self.render(entries)

    def render(self, entries: list[Entry]) -> list[nodes.Node]:
        raise NotImplementedError


class LedgerCounts(_ReportDirective):
    """How many claims earned which verdict, and what the verdicts mean."""

    def render(self, entries: list[Entry]) -> list[nodes.Node]:
        """One list: the paper's and the second source's claims; a line for our own."""
        ours = [entry for entry in entries if entry["standing"] == "ours"]
        counts = Counter(entry["verdict"] for entry in entries if entry["standing"] != "ours")
        shown = nodes.bullet_list(classes=["ledger-counts"])
        for verdict, meaning in MEANING.items():
            line = nodes.paragraph()
            line += nodes.strong("", str(counts[verdict]))
            line += [nodes.Text(" "), verdict_label(verdict), nodes.Text(f" {meaning}")]
            shown += nodes.list_item("", line)
        held = sum(entry["verdict"] == "sharper" for entry in ours)
        text = (
            f"{counts.total()} claims of the paper and of the second source, and beside them "
            f"{len(ours)} statements of our own, of which {held} passed their check."
        )
        return [nodes.paragraph("", text), shown]


class Ledger(_ReportDirective):
    """Every claim, a row each."""

    def render(self, entries: list[Entry]) -> list[nodes.Node]:
        """A plain table; a script adds the filters."""
        table = nodes.table(classes=["ledger"])
        group = nodes.tgroup(cols=len(COLUMNS))
        table += group
        group += [nodes.colspec(colwidth=1) for _ in COLUMNS]
        head = nodes.row()
        head += [nodes.entry("", nodes.paragraph("", text)) for text in COLUMNS]
        body = nodes.tbody()
        body += [self._row(entry) for entry in entries]
        group += [nodes.thead("", head), body]
        return [table]

    def _row(self, entry: Entry) -> nodes.row:
        row = nodes.row(ids=[row_id(entry)])
        row += [
            nodes.entry("", *self._claim(entry)),
            nodes.entry("", nodes.paragraph("", *_published(entry))),
            nodes.entry("", nodes.paragraph("", entry["ours"] or "–")),
            nodes.entry("", nodes.paragraph("", "", verdict_label(entry["verdict"]))),
            nodes.entry("", *_reason(entry), *_evidence(entry)),
        ]
        return row

    def _claim(self, entry: Entry) -> Iterator[nodes.paragraph]:
        kind = nodes.inline("", entry["kind"], classes=["ledger-kind"])
        section = nodes.inline("", entry["section"], classes=["ledger-section"])
        yield nodes.paragraph("", "", nodes.strong("", "", _title(entry)))
        yield nodes.paragraph("", entry["statement"])
        small = nodes.paragraph(classes=["ledger-about"])
        small += [kind, nodes.Text(" · "), section, nodes.Text(" · ")]
        small += nodes.inline(
            "", entry["standing"], classes=["standing", f"standing-{entry['standing']}"]
        )
        yield small


class Errata(_ReportDirective):
    """What does not hold as it stands in the available text."""

    def render(self, entries: list[Entry]) -> list[nodes.Node]:
        """A list: the statement, what is the case instead, and the evidence."""
        errata = nodes.bullet_list(classes=["errata"])
        for entry in entries:
            if entry["verdict"] != "erratum":
                continue
            first = nodes.paragraph("", "", nodes.strong("", "", _title(entry)))
            first += nodes.Text(f" (Section {entry['section']}). {entry['statement']}")
            values = nodes.paragraph("", "Published: ")
            values += [*_published(entry), nodes.Text(f". Ours: {entry['ours']}.")]
            errata += nodes.list_item("", first, *_reason(entry), values, *_evidence(entry))
        return [errata] if len(errata) else [nodes.paragraph("", "None.")]


def _published(entry: Entry) -> Iterator[nodes.Node]:
    text = entry["published"].replace("<=", "≤").replace(">=", "≥")
    yield nodes.Text(text)
    if entry["tolerance"] != "exact":
        yield nodes.Text(f" (± {entry['tolerance']})")


def _reason(entry: Entry) -> Iterator[nodes.paragraph]:
    if entry["why"]:
        yield nodes.paragraph("", entry["why"])


def _evidence(entry: Entry) -> Iterator[nodes.paragraph]:
    if not entry["check"]:
        return
    yield nodes.paragraph("", f"{entry['method']}: {entry['scope']}")
    short = entry["check"].removeprefix("companion.evidence.")
    yield nodes.paragraph("", "", nodes.literal("", short), classes=["ledger-about"])


def _title(entry: Entry) -> nodes.Element:
    if entry["page"] == PAGE:
        return nodes.inline("", entry["title"])
    link = claim_link("", entry["title"], internal=True)
    link["target"] = (entry["page"], entry["anchor"])
    return link


def _verdict_class(verdict: str) -> str:
    return f"verdict-{verdict.replace(' ', '-')}"


def resolve_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give every link of the table its address, and warn where there is no such statement."""
    known: dict[str, set[str]] = {}
    for link in list(doctree.findall(claim_link)):
        page, anchor = link["target"]
        if page not in known:
            known[page] = _anchors(app.env, page)
        # Sphinx puts a word of its own before the labels of equations.
        found = [name for name in (anchor, f"equation-{anchor}") if name in known[page]]
        if not found:
            logger.warning("claim %r: %s has no anchor %r", link.astext(), page, anchor)
        address = app.builder.get_relative_uri(docname, page) if page in known else page
        plain = nodes.reference("", "", *link.children, internal=True)
        plain["refuri"] = f"{address}#{found[0] if found else anchor}"
        link.replace_self(plain)


def _anchors(env: BuildEnvironment, page: str) -> set[str]:
    if page not in env.found_docs:
        return set()
    tree = env.get_doctree(page)
    return {name for node in tree.findall(nodes.Element) for name in node.get("ids", [])}


def add_badges(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put each verdict beside its theorem, figure or table, with a link to the row."""
    if PAGE not in app.env.found_docs:
        return
    entries = read_report(app.env)
    for node in doctree.findall(nodes.Element):
        place = _title_of(node)
        entry = None if place is None else _entry_of(node, entries)
        if place is None or entry is None:
            continue
        address = app.builder.get_relative_uri(docname, PAGE)
        badge = nodes.reference("", entry["verdict"], internal=True)
        badge["refuri"] = f"{address}#{row_id(entry)}"
        badge["reftitle"] = f"{entry['title']} in the ledger: {entry['verdict']}"
        badge["classes"] += ["verdict", _verdict_class(entry["verdict"])]
        place += [nodes.Text(" "), badge]


def _entry_of(node: nodes.Element, entries: list[Entry]) -> Entry | None:
    """The claim with the node's label, else the first that this kind of node stands for."""
    names = node.get("ids", [])
    own = (entry for entry in entries if entry["id"] in names)
    kind = {nodes.figure: "figure", nodes.table: "table"}.get(type(node))
    led_here = (
        entry for entry in entries if entry["anchor"] in names and kind in (None, entry["kind"])
    )
    return next(own, None) or next(led_here, None)


def _title_of(node: nodes.Element) -> nodes.Element | None:
    """Where a statement, figure or table can carry a badge; None for everything else."""
    if isinstance(node, nodes.figure):
        kind: type[nodes.Element] = nodes.caption
    elif isinstance(node, nodes.table) or "proof" in node.get("classes", []):
        kind = nodes.title
    else:
        return None
    return next((child for child in node.children if isinstance(child, kind)), None)


def setup(app: Sphinx) -> None:
    """Register the directives and what happens when pages are written."""
    app.add_config_value("companion_report", "../build/reproduction.json", "env")
    app.add_directive("ledger", Ledger)
    app.add_directive("ledger-counts", LedgerCounts)
    app.add_directive("errata", Errata)
    app.connect("doctree-resolved", resolve_links)
    app.connect("doctree-resolved", add_badges)
