"""What opens on demand, without a script: a line that is always seen, and what it stands for.

A link to a place inside opens it. ``{folded}``, below a heading, folds the rest of that section,
which a first reading can leave out, under the sentence that the directive holds.
"""

from collections.abc import Callable

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)


class details(nodes.General, nodes.Element):  # noqa: N801 - docutils' naming of nodes
    """What opens on demand; the first child is the line that is always seen."""


class summary(nodes.TextElement):  # noqa: N801
    """The line of a :class:`details`."""


class fold_here(nodes.General, nodes.Element):  # noqa: N801
    """Where a section is folded; holds the line that stays, and is gone when the page is read."""


class Folded(SphinxDirective):
    """The rest of the section is folded under this sentence."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """A mark, or a warning where there is no sentence."""
        parsed = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, parsed)
        if [type(part) for part in parsed.children] != [nodes.paragraph]:
            text = "folded: expected one sentence"
            return [self.state_machine.reporter.warning(text, line=self.lineno)]
        return [fold_here("", summary("", "", *parsed[0].children))]


def fold_sections(_app: Sphinx, doctree: nodes.document) -> None:
    """Put what follows a mark in its section into what opens."""
    for mark in list(doctree.findall(fold_here)):
        section = mark.parent
        if not isinstance(section, nodes.section):
            logger.warning("folded: expected a heading above it", location=section)
            mark.parent.remove(mark)
            continue
        place = section.index(mark)
        rest = section.children[place + 1 :]
        del section[place:]
        section += details("", *mark.children, *rest, classes=["folded-section"])


_Visitor = Callable[[HTML5Translator, nodes.Element], None]


def _visitors(tag: str) -> tuple[_Visitor, _Visitor]:
    """An element of HTML of the same name as the node."""

    def visit(translator: HTML5Translator, node: nodes.Element) -> None:
        translator.body.append(translator.starttag(node, tag))

    def depart(translator: HTML5Translator, _node: nodes.Element) -> None:
        translator.body.append(f"</{tag}>\n")

    return visit, depart


def setup(app: Sphinx) -> None:
    """Register the nodes, the directive and what it asks for."""
    app.add_node(details, html=_visitors("details"))
    app.add_node(summary, html=_visitors("summary"))
    app.add_directive("folded", Folded)
    # After the cells are what the page shows, and Sphinx has read the headings.
    app.connect("doctree-read", fold_sections, priority=700)
