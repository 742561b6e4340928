"""The book's directives and roles, in small Sphinx builds of their own."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

from companion.sphinx.provenance import commit
from companion.sphinx.results import find_result

CONF = """
extensions = ["myst_parser", "sphinx_proof", "companion.sphinx"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
html_theme = "basic"
numfig = True
proof_title_format = "%t"
"""
PROVENANCE = {
    "source": "nb.py",
    "parameters": {"pool_size": "9"},
    "source_sha256": "0123abcd",
    "library": {"modules": 12, "sha256": "4567cdef"},
    "data": ["data/paper/appendix_d.csv"],
    "data_sha256": "89ab0123",
    "runs": "computed in this build",
}
FIGURE = ":::{autofigure} figure-4\nThe caption.\n:::\n"
TABLE = ":::{autotable} table-d\nErrors.\n:::\n"

Built = tuple[BeautifulSoup, str, SphinxTestApp]
Build = Callable[[str], Built]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Build one page from Markdown; return its parsed HTML and the warnings."""
    source = tmp_path / "book"
    results = source / "_results" / "nb"
    results.mkdir(parents=True)
    for theme in ("light", "dark"):
        (results / f"figure-4.{theme}.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (results / "figure-4.figure.json").write_text(json.dumps({"alt": "Errors <against> d"}))
    (results / "table-d.csv").write_text("$d$,error\n2,1/3\n")
    (results / "values.json").write_text(json.dumps({"error": "1/18", "share": 0.25}))
    (results / "provenance.json").write_text(json.dumps(PROVENANCE))
    (source / "conf.py").write_text(CONF)

    def run(text: str) -> Built:
        (source / "index.md").write_text(f"# Page\n\n{text}\n")
        app = SphinxTestApp(buildername="html", srcdir=source, freshenv=True)
        try:
            app.build()
            page = (app.outdir / "index.html").read_text(encoding="utf-8")
            return BeautifulSoup(page, "html.parser"), app.warning.getvalue(), app
        finally:
            app.cleanup()

    return run


def test_figure_in_both_themes_with_alt_text_and_number(build: Build) -> None:
    page, warnings, app = build(FIGURE + "\n{numref}`figure-4`\n")
    assert warnings == ""
    images = page.select("figure#figure-4 img")
    assert [image["class"] for image in images] == [["only-light"], ["only-dark"]]
    assert {image["alt"] for image in images} == {"Errors <against> d"}
    assert all((app.outdir / str(image["src"])).is_file() for image in images)
    links = [a.text for a in page.select("a.reference.internal[href='#figure-4']")]
    assert links == ["Fig. 4"]  # the paper's own number


def test_our_figures_and_tables_have_numbers_with_an_a(build: Build, tmp_path: Path) -> None:
    results = tmp_path / "book" / "_results" / "nb"
    for theme in ("light", "dark"):
        (results / f"ours.{theme}.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (results / "ours.figure.json").write_text(json.dumps({"alt": "Ours"}))
    ours = ":::{autofigure} ours\nAnother.\n:::\n"
    page, warnings, _ = build(ours + FIGURE + TABLE + "{numref}`ours` and {numref}`table-d`\n")
    assert warnings == ""
    shown = [number.get_text(strip=True) for number in page.select(".caption-number")]
    assert shown == ["Fig. A1", "Fig. 4", "Table A1"]
    assert "Fig. A1 and Table A1" in page.get_text()


def test_embedded_figure_has_no_number_of_its_own(build: Build) -> None:
    page, warnings, _ = build(FIGURE + "\n:::{embed-figure} figure-4\n:::\n")
    assert warnings == ""
    first, second = page.select("figure")
    assert first["id"] == "figure-4"
    assert "id" not in second.attrs or second["id"] != "figure-4"
    assert second.select("figcaption") == []
    assert len(second.select("img[alt]")) == 2


@pytest.mark.parametrize("text", [FIGURE, TABLE, ":::{embed-figure} figure-4\n:::\n"])
def test_every_result_says_where_it_comes_from(build: Build, text: str) -> None:
    page, warnings, _ = build(text)
    assert warnings == ""
    assert page.select("p.provenance")[0].text == (
        "notebooks/nb.py · pool_size = 9 · inputs: notebook 0123abcd, "
        "12 library files 4567cdef, appendix_d.csv 89ab0123 · computed in this build · "
        "commit, machine and times"
    )


def test_what_differs_between_builds_stands_on_the_status_page_alone(
    build: Build, tmp_path: Path, root: Path
) -> None:
    timings = tmp_path / "build" / "timings"
    timings.mkdir(parents=True)
    record = {"step": "notebook nb", "seconds": 41.25, "on": "a processor, 2 cores"}
    (timings / "nb.json").write_text(json.dumps(record))
    (tmp_path / "book").mkdir(exist_ok=True)
    shutil.copy(root / "book" / "status.md", tmp_path / "book")
    times = tmp_path / "book" / "_results" / "nb" / "times.json"
    times.write_text(json.dumps({"max of 5": 0.125}))
    page, _, app = build(FIGURE)
    assert page.select("p.provenance a")[0]["href"] == "status.html"
    status = (app.outdir / "status.html").read_text(encoding="utf-8")
    took = ("41.2\N{NO-BREAK SPACE}s", "0.125 ms")
    for words in (*took, "a processor, 2 cores", "nb: max of 5", "unknown commit"):
        assert words in status
        assert words not in page.get_text()
    index = (app.outdir / "searchindex.js").read_text(encoding="utf-8")
    assert '"notebook"' in index or "notebook:" in index
    assert "processor" not in index


def test_commit_with_and_without_local_changes(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        author = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", *author, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "one.py").write_text("1")
    git("add", ".")
    git("commit", "-m", "one")
    clean = commit(tmp_path)
    assert re.fullmatch("[0-9a-f]{7,}", clean)
    (tmp_path / "prose.md").write_text("words")
    assert commit(tmp_path) == clean
    (tmp_path / "src" / "one.py").write_text("2")
    assert commit(tmp_path) == f"{clean} with local changes"


def test_table_with_exact_cells(build: Build) -> None:
    page, warnings, _ = build(TABLE + "\n{numref}`table-d`\n")
    assert warnings == ""
    cells = [cell.text.strip() for cell in page.select("table#table-d td")]
    assert cells == ["2", "1/3"]
    assert page.select_one("table#table-d th .math") is not None


def test_numbers_in_cells_are_typeset_and_other_cells_are_not(build: Build, tmp_path: Path) -> None:
    file = tmp_path / "book/_results/nb/table-d.csv"
    cells = {"-1": "−1", "-2.50": "−2.50", "1e-06": "10⁻⁶", "3.2e+04": "3.2·10⁴", "0e+00": "0"}
    cells |= {"-inf": "-inf", "1-2": "1-2", "e-5": "e-5", "1 to -2": "1 to -2"}
    file.write_text("a\n" + "".join(f"{cell}\n" for cell in cells))
    page, warnings, _ = build(TABLE)
    assert warnings == ""
    shown = [cell.text.strip() for cell in page.select("table#table-d td")]
    assert shown == list(cells.values())


def test_values_exact_and_as_decimals(build: Build) -> None:
    page, warnings, _ = build("{value}`nb.error` {value}`nb.error|.4f` {value}`nb.share|.0%`")
    assert warnings == ""
    assert [v.text for v in page.select(".value")] == ["1/18", "0.0556", "25\N{NO-BREAK SPACE}%"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (":::{autofigure} absent\nCaption.\n:::", "absent.figure.json is published by no notebook"),
        (":::{autofigure} figure-4\n:::", "has no caption"),
        (":::{autotable} absent\nCaption.\n:::", "absent.csv is published by no notebook"),
        ("{value}`nb.absent`", "KeyError('absent')"),
        ("{value}`absent.x`", "FileNotFoundError"),
        ("{value}`nb.error|.z`", "ValueError"),
        ("{standing}`certain`", "allowed are given, reconstructed, ambiguous, ours"),
    ],
)
def test_what_is_missing_is_a_warning(build: Build, text: str, message: str) -> None:
    assert message in build(text)[1]


def test_a_changed_value_rereads_the_page(build: Build, tmp_path: Path) -> None:
    page, _, app = build("{value}`nb.share`")
    assert page.select(".value")[0].text == "0.25"
    dependencies = app.env.dependencies["index"]
    assert any(str(path).endswith("_results/nb/values.json") for path in dependencies)


def test_equations_carry_the_papers_numbers_and_ours_an_a(build: Build) -> None:
    text = "```{math}\n:label: %s\nx\n```\n"
    labels = ("equation-6", "own-one", "equation-14", "own-two")
    page, warnings, _ = build("".join(text % label for label in labels) + "{eq}`equation-14`")
    assert warnings == ""
    numbers = [number.text.strip("()\u00b6") for number in page.select(".eqno")]
    assert numbers == ["6", "A1", "14", "A2"]
    assert page.select("p a.reference")[0].text == "(14)"


def test_dropdown_proof_gets_a_title_to_click(build: Build) -> None:
    page, _, _ = build("```{prf:proof}\n:class: dropdown\nIt is clear.\n```")
    assert page.select("div.proof .admonition-title")[0].text == "Proof"
    assert page.select("div.proof")[0].text.split() == ["Proof", "It", "is", "clear."]


def test_every_identifier_is_given_once(build: Build) -> None:
    statement = "```{prf:theorem} Theorem %d\n:label: theorem-%d\n:nonumber:\n\nHolds.\n```\n"
    proof = "```{prf:proof}\n:class: dropdown\nIt is clear.\n```\n"
    page, _, _ = build("".join(statement % (n, n) + proof for n in (1, 2)))
    ids = [tag["id"] for tag in page.select(".proof[id], .proof [id]")]
    assert {"proof-1", "proof-2", "theorem-1", "theorem-2"} <= set(ids)
    assert len(ids) == len(set(ids))


def test_mathjax_comes_from_the_site(build: Build) -> None:
    page, _, app = build("$x$")
    sources = [script["src"] for script in page.select("script[src]")]
    assert not [source for source in sources if "//" in source]
    mathjax = next(source for source in sources if "mathjax" in source)
    assert (app.outdir / str(mathjax).split("?")[0]).stat().st_size > 1_000_000
    assert list((app.outdir / "_static/mathjax/output/chtml/fonts/woff-v2").glob("*.woff"))


def test_one_result_has_one_owner(tmp_path: Path) -> None:
    for notebook in ("a", "b"):
        (tmp_path / notebook).mkdir()
        (tmp_path / notebook / "t.csv").touch()
    with pytest.raises(LookupError, match="published by a, b; exactly one"):
        find_result(tmp_path, "t.csv")
