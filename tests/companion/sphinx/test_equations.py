"""Formulas beside references to them: on each page with formulas that refers, from any page."""

from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

PAGES = {
    "index": "# A page\n\nSee {eq}`equation-5` and {eq}`own` and {eq}`equation-5`.\n\n"
    "```{math}\n:label: own\na=b\n```\n\n```{math}\n:label: unused\nc=d\n```\n",
    "other": "# Another\n\n```{math}\n:label: equation-5\nx<y\n```\n\nNothing is referred to.\n",
    "words": "# Words alone\n\nAs {eq}`equation-5` says.\n",
}


def built(folder: Path) -> dict[str, BeautifulSoup]:
    source = folder / "book"
    source.mkdir()
    (source / "conf.py").write_text(
        'extensions = ["myst_parser", "sphinx_proof", "sphinx.ext.mathjax", "companion.sphinx"]\n'
        'html_theme = "basic"\nmyst_enable_extensions = ["dollarmath"]\n'
    )
    for name, text in PAGES.items():
        (source / f"{name}.md").write_text(text)
    app = SphinxTestApp("html", srcdir=source, builddir=folder / "build")
    app.build()
    pages = {name: Path(app.outdir, f"{name}.html").read_text("utf-8") for name in PAGES}
    app.cleanup()
    return {name: BeautifulSoup(page, "html.parser") for name, page in pages.items()}


def test_each_equation_that_a_page_refers_to_once_and_no_other(tmp_path: Path) -> None:
    pages = built(tmp_path)
    found = {
        name: [(hint["id"], hint.text.strip()) for hint in page.select(".equation-hint")]
        for name, page in pages.items()
    }
    five = ("hint-equation-equation-5", r"\[x<y\]")
    assert found == {
        "index": [five, ("hint-equation-own", r"\[a=b\]")],
        "other": [],
        "words": [],
    }
    assert len(pages["index"].select("#equation-own")) == 1
    assert not pages["words"].select("script[src*=mathjax]")
