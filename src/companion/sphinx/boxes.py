"""Statements: boxes with what is known of them and how, and proofs that open on demand.

``{statement}`` is a box of sphinx-proof, so that ``{prf:ref}`` leads to it. Its options are those
of :data:`companion.ledger.statements.OPTIONS`, read by the same lines as in the ledger; what was
run for it comes from the report.
"""

import re
from importlib import import_module
from itertools import takewhile
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.writers.html5 import HTML5Translator
from sphinx_proof.directive import ElementDirective
from sphinx_proof.nodes import (
    depart_unenumerable_node,
    proof_node,
    unenumerable_node,
    visit_unenumerable_node,
)

from companion.checking import Check, Kind
from companion.ledger.model import STANDINGS
from companion.ledger.report import ErratumRow, EvidenceLine, Report, Row
from companion.ledger.statements import DIRECTIVE, Statement, places, statement
from companion.pages.directives import Directive, split_options
from companion.sphinx.folding import details, summary
from companion.sphinx.report import (
    erratum_link,
    evidence,
    joined,
    link,
    standing_label,
    the_report,
    verdict_badge,
)
from maxpooling.errors import DataError

PROOF = "Proof"
# The looks that sphinx-proof knows.
_LOOKS = {"erratum": "remark"}
# Evidence that no run of a check gives.
_PROOFS = (Kind.PROVED, Kind.MACHINE)
_EQUATION = (nodes.math_block, nodes.target)
# What may stand between a box and its proof: equations, and what shows nothing.
_BETWEEN = (nodes.math_block, nodes.target, nodes.comment)

logger = logging.getLogger(__name__)


class StatementDirective(ElementDirective):  # type: ignore[misc]
    """A theorem, lemma, definition or erratum with its standing, verdict and evidence."""

    # None, so that the parser leaves the options to the ledger's own reading of them.
    option_spec: ClassVar[dict[str, object]] = {}

    def run(self) -> list[nodes.Node]:
        """The box; a warning where its options are wrong or the report does not know it."""
        title = self.arguments[0] if self.arguments else ""
        options, body = split_options("\n".join([*self.content, ""]))
        page = self.env.docname
        try:
            box = statement(
                Path(f"{page}.py"), Directive(DIRECTIVE, title, options, body), proved=False
            )
            report = the_report(self.env)
            found = report.erratum(box.label) if box.kind == "erratum" else report.row(box.label)
        except DataError as error:
            return [self.state_machine.reporter.warning(str(error), line=self.lineno)]
        if found is None:
            text = f"statement {box.label!r}: the report does not know it"
            return [self.state_machine.reporter.warning(text, line=self.lineno)]
        node = self._box(box, body)
        heading, content = node.findall(nodes.title), node.findall(nodes.section)
        verdict = found.verdict if isinstance(found, Row) else "erratum"
        name = re.split(r" \(|:", box.title)[0]
        badges = [standing_label(box.standing), verdict_badge(verdict, box.label, name)]
        next(heading).extend(part for one in badges for part in (nodes.Text(" "), one))
        proof = options.get("proof", "")
        place = (places()[proof][0], proof) if proof else (page, _proof_id(box.label))
        try:
            next(content).extend([_how_we_know(found, report, place), *_checks(found)])
        except (AttributeError, ImportError) as error:
            return [self.state_machine.reporter.warning(f"{box.label}: {error}", line=self.lineno)]
        return [node]

    def _box(self, box: Statement, body: str) -> nodes.Element:
        """What sphinx-proof makes of it."""
        lines = body.splitlines()
        self.content_offset += len(self.content) - len(lines)
        self.content: StringList = StringList(lines, source=self.get_source_info()[0])
        self.options = {"label": box.label, "nonumber": None, "class": ["statement"]}
        self.name = f"prf:{_LOOKS.get(box.kind, box.kind)}"
        node: nodes.Element = super().run()[0]
        return node


def _how_we_know(found: Row | ErratumRow, report: Report, proof: tuple[str, str]) -> nodes.Element:
    """One small line: every piece of evidence, and the erratum if there is one."""
    line = nodes.paragraph(classes=["how-we-know"])
    line += nodes.Text("How we know: ")
    line += joined((_piece(one, proof) for one in found.evidence), " · ")
    if not found.evidence:
        line += nodes.Text(found.why if isinstance(found, Row) and found.why else "no check.")
    erratum = report.erratum(found.erratum) if isinstance(found, Row) else None
    if erratum is not None:
        line += [nodes.Text(" · "), erratum_link(erratum)]
    return line


def _piece(line: EvidenceLine, proof: tuple[str, str]) -> list[nodes.Node]:
    shown = evidence(line)
    if line.kind == Kind.PROVED:
        shown += [nodes.Text(" ("), link(*proof, "proof"), nodes.Text(")")]
    elif line.kind == Kind.MACHINE:
        shown += [nodes.Text(" "), nodes.literal("", line.check)]
    return shown


def _checks(found: Row | ErratumRow) -> list[nodes.Element]:
    """The source of one case of every check that was run, folded below the line that names them."""
    ran = dict.fromkeys(line.check for line in found.evidence if line.kind not in _PROOFS)
    if not ran:
        return []
    line = summary("", "One case of the check: " if len(ran) == 1 else "One case of each check: ")
    line += joined(([nodes.literal("", name.rpartition(".")[2])] for name in ran), ", ")
    folded = details("", line, classes=["check-source"])
    folded["checks"] = list(ran)
    for name in ran:
        source = _check(name).source
        folded += nodes.literal_block(source, source, language="python")
    return [folded]


def _check(name: str) -> Check:
    """The check ``MODULE.FUNCTION``.

    Raises:
        ImportError: no such module.
        AttributeError: no such function in it.
    """
    module, _, function = name.rpartition(".")
    found: Check = getattr(import_module(f"companion.evidence.{module}"), function)
    return found


def source_shown(node: nodes.Element) -> list[str]:
    """The names of the checks whose source stands in this node."""
    return list(node.get("checks", [])) if isinstance(node, details) else []


def _proof_id(label: str) -> str:
    return f"proof-of-{label}"


class StandingRole(SphinxRole):
    """``{standing}`given` `` and so on, a word of STANDINGS, as a small label."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the label, or warn."""
        if self.text not in STANDINGS:
            allowed = ", ".join(STANDINGS)
            where = self.get_location()
            logger.warning("standing %r: allowed are %s", self.text, allowed, location=where)
            return [], []
        return [standing_label(self.text)], []


def take_equations_in(_app: Sphinx, doctree: nodes.document) -> None:
    """Move the numbered equations that follow a box at once into it, above what is known of it.

    They are its formulas; only the source keeps them outside, where a notebook shows them as such.
    """
    boxes = [node for node in doctree.findall(unenumerable_node) if "statement" in node["classes"]]
    for box in boxes:
        content = next(box.findall(nodes.section))
        known = next(part for part in content.children if "how-we-know" in part["classes"])
        after = box.parent.children[box.parent.index(box) + 1 :]
        following = list(takewhile(lambda part: isinstance(part, _EQUATION), after))
        while following and not isinstance(following[-1], nodes.math_block):
            following.pop()
        for part in following:
            box.parent.remove(part)
        place = content.index(known)
        content[place:place] = following


def mend_proofs(_app: Sphinx, doctree: nodes.document) -> None:
    """Mend what sphinx-proof writes, so that each proof opens on its own and can be linked to.

    It gives every proof and every body of a statement the same identifier, by which the button
    finds what to open; and a ``:class: dropdown`` proof gets "Proof. " in its first paragraph but
    no title, which is what a reader clicks. A proof that follows a statement is named after it.
    """
    bodies = (node for node in doctree.findall(nodes.section) if node["ids"] == ["proof-content"])
    for number, body in enumerate(bodies, start=1):
        body["ids"] = [f"statement-body-{number}"]
    used: set[str] = set()
    proofs = (node for node in doctree.findall(nodes.admonition) if "proof" in node["classes"])
    for number, proof in enumerate(proofs, start=1):
        own = _proof_id(label) if (label := _statement_before(proof)) else ""
        proof["ids"] = [own if own and own not in used else f"proof-{number}"]
        used.update(proof["ids"])
        if "dropdown" in proof["classes"]:
            first = next(proof.findall(nodes.Text))
            if first.startswith(f"{PROOF}. "):
                first.parent.replace(first, nodes.Text(first.removeprefix(f"{PROOF}. ")))
            proof.insert(0, nodes.title(PROOF, PROOF))


def _statement_before(proof: nodes.Element) -> str:
    """The label of the statement that a proof follows, as the ledger sees it; else nothing."""
    node = proof.parent if isinstance(proof.parent, proof_node) else proof
    siblings = node.parent.children[: node.parent.index(node)]
    for before in reversed(siblings):
        if isinstance(before, _BETWEEN):
            continue
        if not isinstance(before, nodes.Element):
            return ""
        classes: list[str] = before.get("classes", [])
        if "cell" in classes:
            continue
        return str(before["label"]) if "statement" in classes and "label" in before else ""
    return ""


def close_statement(translator: HTML5Translator, node: nodes.Element) -> None:
    """Close a statement's box; take the box's identifier away from its title, which repeats it.

    Only now, because sphinx-proof itself finds the title by it. The title gets a link to the box.
    """
    depart_unenumerable_node(translator, node)
    identifier = node["ids"][0]
    opened = f'<p class="admonition-title" id="{identifier}">'
    place = len(translator.body) - 1 - translator.body[::-1].index(opened)
    translator.body[place] = '<p class="admonition-title">'
    end = translator.body.index("</p>\n", place)
    sign = f'<a class="headerlink" href="#{identifier}" title="Link to this statement">#</a>'
    translator.body.insert(end, sign)


def setup(app: Sphinx) -> None:
    """Register the box, the role, the change to proofs, and how a statement is closed."""
    visitors = (visit_unenumerable_node, close_statement)
    app.add_node(unenumerable_node, override=True, html=visitors)
    app.add_directive(DIRECTIVE, StatementDirective)
    app.add_role("standing", StandingRole())
    app.connect("doctree-read", mend_proofs)
    app.connect("doctree-read", take_equations_in)
