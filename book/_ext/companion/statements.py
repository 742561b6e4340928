"""Statements: what kind of knowledge each is, and proofs that open on demand."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

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


def title_dropdown_proofs(_app: Sphinx, doctree: nodes.document) -> None:
    """Give each ``:class: dropdown`` proof a title, which is what a reader clicks to open it.

    sphinx-proof writes "Proof. " into the first paragraph and no title.
    """
    for proof in doctree.findall(nodes.admonition):
        if not {"proof", "dropdown"} <= set(proof["classes"]):
            continue
        first = next(proof.findall(nodes.Text))
        if first.startswith(f"{PROOF}. "):
            first.parent.replace(first, nodes.Text(first.removeprefix(f"{PROOF}. ")))
        proof.insert(0, nodes.title(PROOF, PROOF))


def setup(app: Sphinx) -> None:
    """Register the role and the change to proofs."""
    app.add_role("standing", StandingRole())
    app.connect("doctree-read", title_dropdown_proofs)
