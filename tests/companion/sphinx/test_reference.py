"""The reference page has every public name, its docstring, and links to boxes that exist."""

import re
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

import maxpooling
from companion.published import notebooks_folder
from companion.sphinx.reference import documented, places, sources

CONF = 'extensions = ["myst_parser", "sphinx_proof", "companion.sphinx"]\nhtml_theme = "basic"\n'


def without_marks(text: str) -> str:
    """Text without spaces, marks of code and stress, quotes and dots, which Sphinx bends."""
    return re.sub(r"[\s`*'\"‘’“”]|\.\.\.|…", "", text)


def test_every_name_with_its_docstring_and_theorem(tmp_path: Path, root: Path) -> None:
    (tmp_path / "conf.py").write_text(CONF)
    page = (root / "book" / "reference.md").read_text(encoding="utf-8")
    (tmp_path / "index.md").write_text(page)
    app = SphinxTestApp(buildername="html", srcdir=tmp_path, freshenv=True)
    try:
        app.build()
        html = (Path(app.outdir) / "index.html").read_text(encoding="utf-8")
        assert "reference" not in app.warning.getvalue()
    finally:
        app.cleanup()
    soup = BeautifulSoup(html, "html.parser")
    for name in set(maxpooling.__all__) - {"__version__"}:
        (section,) = soup.select(f"section#api-{name.lower()}")
        shown = without_marks(section.get_text())
        for line in documented(getattr(maxpooling, name)).splitlines():
            assert without_marks(line) in shown
    call, *_ = soup.select("#api-best_uniform pre")
    assert call.get_text().split() == [
        "best_uniform(", "d:", "int,", "orders:", "Iterable[int])", "->", "UniformApproximation",
    ]  # fmt: skip
    call, *_ = soup.select("#api-least_squares pre")
    assert re.search(r"SpacingMoments(?:, | \| )ArrayLike", " ".join(call.get_text().split()))
    (lemma,) = soup.select("#api-exact_max_network a[href*='lemma-1']")
    chapter = str(lemma["href"]).partition(".html")[0]
    assert (notebooks_folder() / f"{Path(chapter).name}.py").is_file()


def test_what_has_no_place_gets_no_link() -> None:
    known = {"theorem-2": "p.html#theorem-2", "lemma-1": "q", "equation-2": "r", "appendix-c": "s"}
    text = "Theorem 2, Theorem 77, Lemma\n1, equations (2) to\n(4), Appendix C, Appendix Z"
    assert sources(text, known) == {
        "Theorem 2": "p.html#theorem-2",
        "Lemma 1": "q",
        "equation (2)": "r",
        "Appendix C": "s",
    }
    assert sources("equation 2 and a theorem", known) == {}


def test_every_name_goes_back_to_a_place_of_the_book() -> None:
    known = places()
    for name in set(maxpooling.__all__) - {"__version__"}:
        assert sources(documented(getattr(maxpooling, name)), known), name


def test_places_are_anchors_of_chapters(root: Path) -> None:
    known = places()
    assert {"lemma-1", "equation-3", "equation-28", "definition-1", "appendix-d"} <= known.keys()
    for address in known.values():
        page = address.partition(".html")[0]
        assert (root / f"{page}.py").is_file(), address
