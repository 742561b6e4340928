"""Where the paper, this book's repository and its PDF are, and how to cite them: one line of links.

``{sources}`` reads the paper's identifiers from ``CITATION.cff`` and the repository's name from the
setting ``companion_repository``, which the publishing workflow sets; a copy that was built by hand
has no address of its own, and says so.
"""

from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.sphinx.report import link

CITATION = Path("..", "CITATION.cff")
"""Relative to the pages' sources."""
HOW_TO_CITE = ("bibliography", "how-to-cite")


def paper_links(citation: Path) -> list[tuple[str, str]]:
    """Names and addresses of the paper: abstract, DOI and PDF.

    Args:
        citation: a ``CITATION.cff`` whose first reference is the paper, with arXiv's DOI.

    Raises:
        KeyError: it names no reference with a DOI.
        OSError: there is no such file.

    Examples:
        >>> paper_links(Path("CITATION.cff"))[0]
        ('arXiv 2203.01016', 'https://arxiv.org/abs/2203.01016')
    """
    doi = yaml.safe_load(citation.read_text(encoding="utf-8"))["references"][0]["doi"]
    number = doi.lower().partition("arxiv.")[2]
    return [
        (f"arXiv {number}", f"https://arxiv.org/abs/{number}"),
        (f"DOI {doi}", f"https://doi.org/{doi}"),
        ("PDF", f"https://arxiv.org/pdf/{number}"),
    ]


class Sources(SphinxDirective):
    """Two lists: the paper, and this book."""

    def run(self) -> list[nodes.Node]:
        """Paragraphs; the PDF of the book has a place of its own, which printing it fills."""
        file = Path(self.env.srcdir, CITATION).resolve()
        self.env.note_dependency(str(file))
        paper = nodes.paragraph("", "", nodes.strong("", "The paper: "))
        for number, (name, address) in enumerate(paper_links(file)):
            paper += [nodes.Text(" · ")] if number else []
            paper += nodes.reference("", name, refuri=address, internal=False)
        book = nodes.paragraph("", "", nodes.strong("", "This book: "), self._repository())
        book += [nodes.Text(" · "), link(*HOW_TO_CITE, "how to cite")]
        return [paper, book, nodes.raw("", '<p id="pdf"></p>', format="html")]

    def _repository(self) -> nodes.Node:
        name = self.env.config.companion_repository
        if not name:
            return nodes.Text("the repository is the folder that this copy was built in")
        address = f"https://github.com/{name}"
        return nodes.reference("", f"repository {name}", refuri=address, internal=False)


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("sources", Sources)
