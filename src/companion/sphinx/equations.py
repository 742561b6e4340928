"""An equation that is referred to is one hover away: its formula, shown at the reference.

Every page with formulas gets a copy of each numbered equation that it refers to, at its end and out
of sight; the writer makes it as it makes the equation itself, on whichever page that stands.
``equations.js`` shows it beside a reference that the pointer is over or that has the focus.
"""

from dataclasses import dataclass, field

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.math import MathDomain
from sphinx.environment import BuildEnvironment

HINT = "hint-"
"""What the identifier of a copy begins with; the identifier of its equation follows."""
_ANCHOR = "equation-"
_FORMULAS = (nodes.math, nodes.math_block)


def formulas(tree: nodes.document) -> dict[str, nodes.math_block]:
    """The numbered equations of a page by their labels."""
    return {
        str(node["label"]): node for node in tree.findall(nodes.math_block) if node.get("label")
    }


def referred(tree: nodes.document, domain: MathDomain) -> list[str]:
    """The labels of the equations that a resolved page links to, in the order of first links."""
    ends = (
        str(node.get("refuri", node.get("refid", ""))).rpartition("#")[2]
        for node in tree.findall(nodes.reference)
    )
    labels = dict.fromkeys(end.removeprefix(_ANCHOR) for end in ends if end.startswith(_ANCHOR))
    return [label for label in labels if label in domain.equations]


@dataclass
class Hints:
    """Puts the copies on the pages; keeps what it has read of other pages."""

    _read: dict[str, dict[str, nodes.math_block]] = field(default_factory=dict)

    def add(self, app: Sphinx, tree: nodes.document, _page: str) -> None:
        """Append the copies to a page; where all pages are one, as for print, nothing."""
        domain = app.env.get_domain("math")
        if app.builder.name != "html" or not isinstance(domain, MathDomain):
            return
        if not any(isinstance(node, _FORMULAS) for node in tree.findall(nodes.Element)):
            return  # for lists of links, as the ledger, MathJax would be too much to load
        hints = nodes.container(classes=["equation-hints"])
        for label in referred(tree, domain):
            formula = self._formula(app.env, domain.equations[label][0], label)
            if formula is not None:
                hints += _hint(label, formula)
        if len(hints):
            tree += hints

    def _formula(self, env: BuildEnvironment, page: str, label: str) -> nodes.math_block | None:
        if page not in self._read:
            self._read[page] = formulas(env.get_doctree(page))
        return self._read[page].get(label)


def _hint(label: str, formula: nodes.math_block) -> list[nodes.Node]:
    """A formula without its number, in an element that a script can show."""
    text, attributes = formula.astext(), {"number": None, "nowrap": formula.get("nowrap", False)}
    bare = nodes.math_block(text, text, **attributes)
    opening = f'<div class="equation-hint" role="tooltip" id="{HINT}{_ANCHOR}{label}">'
    return [nodes.raw("", opening, format="html"), bare, nodes.raw("", "</div>", format="html")]


def setup(app: Sphinx) -> None:
    """Add the copies after every page's text has been read for the search."""
    app.connect("doctree-resolved", Hints().add, priority=950)
