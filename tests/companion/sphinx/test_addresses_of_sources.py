"""The line of links to the paper and to this book."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

from companion.files import ROOT
from companion.sphinx.sources import paper_links


def built(folder: Path, repository: str) -> BeautifulSoup:
    source = folder / "book"
    source.mkdir()
    (folder / "CITATION.cff").write_text((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    (source / "conf.py").write_text(
        'extensions = ["myst_parser", "sphinx_proof", "companion.sphinx"]\n'
        f'html_theme = "basic"\ncompanion_repository = "{repository}"\n'
    )
    (source / "index.md").write_text("# A page\n\n```{sources}\n```\n")
    (source / "bibliography.md").write_text("# Bibliography\n\n## How to cite\n")
    app = SphinxTestApp("html", srcdir=source, builddir=folder / "build")
    app.build()
    html = Path(app.outdir, "index.html").read_text(encoding="utf-8")
    app.cleanup()
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize(
    ("repository", "here"),
    [("", []), ("owner/name", ["https://github.com/owner/name"])],
)
def test_links(repository: str, here: list[str], tmp_path: Path) -> None:
    page = built(tmp_path, repository)
    assert [link["href"] for link in page.select("p > a.reference")] == [
        "https://arxiv.org/abs/2203.01016",
        "https://doi.org/10.48550/arXiv.2203.01016",
        "https://arxiv.org/pdf/2203.01016",
        *here,
        "bibliography.html#how-to-cite",
    ]
    assert ("the folder that this copy was built in" in page.text) == (not here)
    assert page.select_one("p#pdf") is not None


def test_a_citation_without_the_paper(tmp_path: Path) -> None:
    path = tmp_path / "CITATION.cff"
    path.write_text("references:\n  - title: another\n")
    with pytest.raises(KeyError, match="doi"):
        paper_links(path)
