"""A book of a few pages, built with the companion's extensions."""

from collections.abc import Mapping
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp


def built(folder: Path, pages: Mapping[str, str]) -> BeautifulSoup:
    """The first page, ``index``, of a book with these pages: MyST by the page's name."""
    source = folder / "book"
    source.mkdir()
    (source / "conf.py").write_text(
        'extensions = ["myst_parser", "sphinx_proof", "companion.sphinx"]\n'
        'html_theme = "basic"\nmyst_enable_extensions = ["dollarmath"]\n'
    )
    for name, text in pages.items():
        (source / f"{name}.md").write_text(text)
    app = SphinxTestApp("html", srcdir=source, builddir=folder / "build")
    app.build()
    html = Path(app.outdir, "index.html").read_text(encoding="utf-8")
    app.cleanup()
    return BeautifulSoup(html, "html.parser")
