"""The reproduction report as the pages read it, and the small nodes that show what is in it.

Links to statements, to rows of the ledger and to definitions get their addresses when pages are
written; one that leads nowhere is a warning, so the build fails.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from companion.checking import MEANING, Kind
from companion.ledger.claims import LEDGER_PAGE
from companion.ledger.model import STANDINGS, VERDICTS
from companion.ledger.report import ErratumRow, EvidenceLine, Report, Row, read_report
from maxpooling.errors import DataError

EVIDENCE_PAGE = "evidence"

logger = logging.getLogger(__name__)


class place_link(nodes.reference):  # noqa: N801 - docutils' naming of nodes
    """A link to an anchor of a page; its address is filled in when pages are written."""


def the_report(env: BuildEnvironment) -> Report:
    """The report, of which the page that is being read depends from now on.

    Raises:
        DataError: it is missing or damaged.
    """
    env.note_dependency(str(report_path(env)))
    return _report(env)


def report_path(env: BuildEnvironment) -> Path:
    """Where the report lies: ``companion_report``, relative to the pages' sources."""
    return Path(env.srcdir, env.config.companion_report).resolve()


def row_id(name: str) -> str:
    """Anchor of a claim or erratum in the ledger."""
    return f"claim-{name}"


def class_of(kind: str, word: str) -> str:
    """A class or anchor: ``verdict-cannot-be-checked``."""
    return f"{kind}-{word.replace(' ', '-')}"


def link(page: str, anchor: str, text: str, classes: Sequence[str] = ()) -> place_link:
    """A link to an anchor of a page of the book."""
    node = place_link("", text, internal=True, classes=list(classes))
    node["target"] = (page, anchor)
    return node


def verdict_label(verdict: str) -> nodes.abbreviation:
    """The verdict as a small coloured label; the word carries it, a hover spells it out."""
    return badge("verdict", verdict, VERDICTS[verdict])


def verdict_badge(verdict: str, name: str, title: str) -> place_link:
    """The verdict as a label that leads to its row of the ledger."""
    classes = ["verdict", class_of("verdict", verdict)]
    label = link(LEDGER_PAGE, row_id(name), verdict, classes)
    label["reftitle"] = f"{verdict}: {VERDICTS[verdict]}. To {title} in the ledger"
    return label


def standing_label(standing: str) -> nodes.abbreviation:
    """What is left of a statement in the text, as a small label."""
    return badge("standing", standing, STANDINGS[standing])


def badge(kind: str, word: str, meaning: str) -> nodes.abbreviation:
    """A word as a small label that leads nowhere and says what it means on hover.

    Args:
        kind: ``verdict``, ``standing`` or ``kind``, whose looks the style sheet has.
        word: that is shown.
        meaning: in words.
    """
    classes = [kind, class_of(kind, word)]
    return nodes.abbreviation("", word, explanation=f"{word}: {meaning}", classes=classes)


def kind_badge(kind: str) -> place_link:
    """A kind of evidence as a label that leads to its definition."""
    label = link(EVIDENCE_PAGE, class_of("kind", kind), kind, ["kind", class_of("kind", kind)])
    label["reftitle"] = f"{kind}: {MEANING[Kind(kind)]}"
    return label


def evidence(line: EvidenceLine) -> list[nodes.Node]:
    """A piece of evidence: its kind, and what was run over."""
    text = f" {line.scope}" if line.scope else ""
    return [kind_badge(line.kind), *([nodes.Text(text)] if text else [])]


def joined(parts: Iterable[Sequence[nodes.Node]], separator: str) -> list[nodes.Node]:
    """Parts in one line, with a separator between them."""
    line: list[nodes.Node] = []
    for part in parts:
        line += [*([nodes.Text(separator)] if line else []), *part]
    return line


def erratum_link(erratum: ErratumRow) -> place_link:
    """``Erratum 3``, which leads to its box."""
    return link(erratum.page, erratum.label, erratum.title.partition(":")[0])


def title_of(row: Row) -> nodes.Node:
    """A claim's name, which leads to its statement if the book has one."""
    if row.page == LEDGER_PAGE:
        return nodes.Text(row.title)
    return link(row.page, row.anchor, row.title)


def _report(env: BuildEnvironment) -> Report:
    path = report_path(env)
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        raise DataError(
            f"no report at {path}; the workflow's rule `reproduction` makes it"
        ) from None
    return _read(path, changed)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> Report:
    return read_report(path)


def resolve_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give every link its address, and warn where there is no such place."""
    known: dict[str, set[str]] = {}
    for found in list(doctree.findall(place_link)):
        page, anchor = found["target"]
        if page not in known:
            known[page] = _anchors(app.env, page)
        # Sphinx puts a word of its own before the labels of equations.
        there = [name for name in (anchor, f"equation-{anchor}") if name in known[page]]
        if not there:
            logger.warning("link %r: %s has no anchor %r", found.astext(), page, anchor)
        plain = nodes.reference("", "", *found.children, internal=True, classes=found["classes"])
        known_page = page in app.env.found_docs
        address = app.builder.get_relative_uri(docname, page) if known_page else page
        plain["refuri"] = f"{address}#{there[0] if there else anchor}"
        if "reftitle" in found:
            plain["reftitle"] = found["reftitle"]
        found.replace_self(plain)


def _anchors(env: BuildEnvironment, page: str) -> set[str]:
    if page not in env.found_docs:
        return set()
    tree = env.get_doctree(page)
    return {str(name) for node in tree.findall(nodes.Element) for name in node["ids"]}


def add_badges(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Put each verdict beside its figure or table, with a link to the row."""
    if LEDGER_PAGE not in app.env.found_docs or not report_path(app.env).is_file():
        return
    rows = _report(app.env).rows
    for node in doctree.findall(nodes.Element):
        if not isinstance(node, nodes.figure | nodes.table):
            continue
        row = _row_of(node, rows)
        title = next((c for c in node.children if isinstance(c, nodes.caption | nodes.title)), None)
        if row is not None and title is not None:
            title.extend([nodes.Text(" "), verdict_badge(row.verdict, row.id, row.title)])


def _row_of(node: nodes.Element, rows: Iterable[Row]) -> Row | None:
    """The claim with the node's label, else the first of this kind that leads to it."""
    names: list[str] = node["ids"]
    kind = "figure" if isinstance(node, nodes.figure) else "table"
    own = (row for row in rows if row.id in names)
    led_here = (row for row in rows if row.anchor in names and row.kind == kind)
    return next(own, None) or next(led_here, None)


def setup(app: Sphinx) -> None:
    """Register the setting, and what happens when pages are written."""
    app.add_config_value("companion_report", "../build/reproduction.json", "env")
    app.connect("doctree-resolved", add_badges, priority=400)
    app.connect("doctree-resolved", resolve_links)
