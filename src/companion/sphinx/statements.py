"""Statements: what kind of knowledge each is, and proofs that open on demand."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.writers.html5 import HTML5Translator
from sphinx_proof.nodes import (
    depart_unenumerable_node,
    unenumerable_node,
    visit_unenumerable_node,
)

MEANING = {
    "given": "survives in the available text of the paper",
    "reconstructed": "forced by what survives; the formula itself was lost",
    "ambiguous": "several readings fit what survives",
    "ours": "not in the paper; proved or computed here",
}
PROOF = "Proof"

logger = logging.getLogger(__name__)


class StandingRole(SphinxRole):
    """``{standing}`given` `` and so on, one of the words of :data:`MEANING`, as a small label."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the label, or warn."""
        if self.text not in MEANING:
            allowed = ", ".join(MEANING)
            where = self.get_location()
            logger.warning("standing %r: allowed are %s", self.text, allowed, location=where)
            return [], []
        classes = ["standing", f"standing-{self.text}"]
        return [nodes.inline(self.rawtext, self.text, classes=classes)], []


def mend_proofs(_app: Sphinx, doctree: nodes.document) -> None:
    """Mend what sphinx-proof writes, so that each proof opens on its own.

    It gives every proof and every body of a statement the same identifier, by which the button
    finds what to open; and a ``:class: dropdown`` proof gets "Proof. " in its first paragraph but
    no title, which is what a reader clicks.
    """
    bodies = (node for node in doctree.findall(nodes.section) if node["ids"] == ["proof-content"])
    for number, body in enumerate(bodies, start=1):
        body["ids"] = [f"statement-body-{number}"]
    proofs = (node for node in doctree.findall(nodes.admonition) if "proof" in node["classes"])
    for number, proof in enumerate(proofs, start=1):
        proof["ids"] = [f"proof-{number}"]
        if "dropdown" in proof["classes"]:
            first = next(proof.findall(nodes.Text))
            if first.startswith(f"{PROOF}. "):
                first.parent.replace(first, nodes.Text(first.removeprefix(f"{PROOF}. ")))
            proof.insert(0, nodes.title(PROOF, PROOF))


def close_statement(translator: HTML5Translator, node: nodes.Element) -> None:
    """Close a statement's box; take the box's identifier away from its title, which repeats it.

    Only now, because sphinx-proof itself finds the title by it.
    """
    depart_unenumerable_node(translator, node)
    opened = f'<p class="admonition-title" id="{node["ids"][0]}">'
    place = len(translator.body) - 1 - translator.body[::-1].index(opened)
    translator.body[place] = '<p class="admonition-title">'


def setup(app: Sphinx) -> None:
    """Register the role, the change to proofs, and how a statement is closed."""
    visitors = (visit_unenumerable_node, close_statement)
    app.add_node(unenumerable_node, override=True, html=visitors)
    app.add_role("standing", StandingRole())
    app.connect("doctree-read", mend_proofs)
