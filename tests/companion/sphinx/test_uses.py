"""Names of the library are linked in text and code, and the reference names the chapters."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

import maxpooling
from companion.sphinx.uses import NAMES, chapters, linked, named, names_used

CONF = 'extensions = ["myst_parser", "sphinx_proof", "companion.sphinx"]\nhtml_theme = "basic"\n'
PAGE = """# `best_uniform`

The function `best_uniform(9)`, `SubpoolMaxPool2d.calibrated`, `best`, [`least_squares`](other.md).

```python
from maxpooling import best_uniform
best_uniform(9, [0, 8]), table.best_uniform, best
```
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BeautifulSoup]:
    folder = tmp_path_factory.mktemp("book")
    (folder / "conf.py").write_text(CONF)
    (folder / "index.md").write_text("# Index\n\n```{toctree}\nreference\nother\nin/chapter\n```\n")
    (folder / "reference.md").write_text(
        "# Reference\n\n`best_uniform`\n\n```{public-names}\n```\n"
    )
    (folder / "other.md").write_text("# Other\n")
    (folder / "in").mkdir()
    (folder / "in" / "chapter.md").write_text(PAGE.replace("other.md", "../other.md"))
    app = SphinxTestApp(buildername="html", srcdir=folder, freshenv=True)
    try:
        app.build()
        return {
            page: BeautifulSoup((Path(app.outdir) / f"{page}.html").read_text(), "html.parser")
            for page in ("reference", "in/chapter")
        }
    finally:
        app.cleanup()


def test_inline_code_leads_to_the_reference(pages: dict[str, BeautifulSoup]) -> None:
    found = pages["in/chapter"].select("p a:has(code)")
    links = {link.get_text(): str(link["href"]) for link in found}
    assert links == {
        "best_uniform(9)": "../reference.html#api-best_uniform",
        "SubpoolMaxPool2d.calibrated": "../reference.html#api-subpoolmaxpool2d",
        "least_squares": "../other.html",  # where the author leads it
    }
    assert not pages["in/chapter"].select("h1 a[href*=reference]")


def test_names_in_code_lead_there_and_names_of_others_do_not(
    pages: dict[str, BeautifulSoup],
) -> None:
    links = [str(link["href"]) for link in pages["in/chapter"].select("pre a.api")]
    assert links == ["../reference.html#api-best_uniform"] * 2
    assert "best_uniform(9, [0, 8]), table.best_uniform, best" in pages["in/chapter"].get_text()


def test_every_address_is_a_section_of_the_reference(pages: dict[str, BeautifulSoup]) -> None:
    for name in NAMES:
        assert pages["reference"].select(f"section#api-{name.lower()}")
    assert not pages["reference"].select("a.api")


def test_a_name_is_whole() -> None:
    assert named("best_uniform_cvxpy()") == "best_uniform_cvxpy"
    assert named("maxpooling.best_uniform") == "best_uniform"
    assert named("my_best_uniform") is named("best_uniformly") is named("9") is None
    assert linked('<span class="n">best_uniformly</span>', "") == (
        '<span class="n">best_uniformly</span>'
    )


def test_cells_of_another_language_have_no_names() -> None:
    assert names_used([{"cell_type": "code", "source": "%pip install best_uniform"}]) == set()
    local = {"cell_type": "code", "source": "from other import best_uniform"}
    assert names_used([local]) == set()


def test_chapters_that_use_a_name() -> None:
    pages = {name: [page for _, page in chapters(name)] for name in NAMES}
    assert "notebooks/d_optimal_error" in pages["best_uniform"]
    assert pages["subpool_weights"] == ["notebooks/s3_approximations"]
    titles = {title for title, page in chapters("best_uniform") if page.endswith("d_optimal_error")}
    assert titles == {"Appendix D. The optimal errors, exactly"}
    assert set(pages) == set(maxpooling.__all__) - {"__version__"}
