"""What opens on demand, without a script: a line that is always seen, and what it stands for."""

from collections.abc import Callable

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


class details(nodes.General, nodes.Element):  # noqa: N801 - docutils' naming of nodes
    """What opens on demand; the first child is the line that is always seen."""


class summary(nodes.TextElement):  # noqa: N801
    """The line of a :class:`details`."""


_Visitor = Callable[[HTML5Translator, nodes.Element], None]


def _visitors(tag: str) -> tuple[_Visitor, _Visitor]:
    """An element of HTML of the same name as the node."""

    def visit(translator: HTML5Translator, node: nodes.Element) -> None:
        translator.body.append(translator.starttag(node, tag))

    def depart(translator: HTML5Translator, _node: nodes.Element) -> None:
        translator.body.append(f"</{tag}>\n")

    return visit, depart


def setup(app: Sphinx) -> None:
    """Register both nodes."""
    app.add_node(details, html=_visitors("details"))
    app.add_node(summary, html=_visitors("summary"))
