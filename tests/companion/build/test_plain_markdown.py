"""What Jupyter cannot show becomes what it can."""

import json
from collections.abc import Iterator
from pathlib import Path

import jupytext
import pytest

from companion.build.plain_markdown import Words, citations, plain
from companion.ledger.report import ErratumRow, EvidenceLine, Report, Row, write_report
from maxpooling.errors import DataError

BIBLIOGRAPHY = """@article{a2020x, author = {Last, Ada and Bo, B}, year = 2020}
@article{c2021y, author = {Cy, C}, year = 2021}
"""
RAN = EvidenceLine(kind="certificate per instance", check="nb.one", scope="d = 2 to 64; 63 cases")
CLAIM = Row(
    id="theorem-2", title="Theorem 2", section="3", kind="theorem", statement="It holds.",
    published="holds", ours="holds", verdict="sharper", why="", standing="given",
    evidence=(EvidenceLine(kind="proved", check="", scope=""), RAN), tolerance="exact",
    page="notebooks/nb", anchor="theorem-2", erratum="", group="",
)  # fmt: skip
CELL = CLAIM.model_copy(update={"id": "cell-d-1", "group": "Appendix D", "evidence": (RAN,)})
ELSEWHERE = CLAIM.model_copy(update={"id": "lemma-1", "page": "notebooks/other"})
ERRATUM = ErratumRow(
    label="erratum-1", title="Erratum 1: a slip", sentence="No.", page="notebooks/nb",
    claims=(), evidence=(RAN,),
)  # fmt: skip
BOX = """```{statement} Theorem 2 (two)
:label: theorem-2
:standing: given
:check: theorem_2
:plain: Two errors, in
    two lines.

A
B {eq}`equation-5`
```"""
CASES = {
    "{value}`nb.error|.2f` of it": "0.12 of it",
    "{standing}`given` {prf:ref}`Theorem 2 <theorem-2>`": "*given* Theorem 2",
    "{cite:t}`a2020x` say": "Last and Bo (2020) say",
    "so {cite:p}`a2020x,c2021y`": "so (Last and Bo, 2020; Cy, 2021)",
    "{eq}`equation-7` and {eq}`our-law`": "(7) and (our-law)",
    "{numref}`figure-4`, {numref}`three-choices`": "Figure 4, “three choices”",
    "{claim-count}`sharper`, {claim-count}`errata`": "3, 1",
    "(label)=\n## Title": "## Title",
    "```{math}\n:label: equation-5\nx=1\n```": "$$\nx=1\n\\tag{5}\n$$",
    BOX: "> **Theorem 2 (two).** *given*\n>\n> A\n> B (5)",
    "```{prf:proof}\n:class: dropdown\nClear.\n```": "> **Proof.**\n>\n> Clear.",
    ":::{autofigure} figure-2\nSorted.\n:::": "**Figure 2.** Sorted.",
    "{numref}`figure-5-and-6`": "Figure 5 and 6",
    ":::{autotable} all-rows\nAll\nrows.\n:::": "**Table “all rows”.** All\nrows.",
    "```{list-table} T\n:header-rows: 1\n\n* - a\n  - $|b|$\n* - c\n  - d\n```": (
        "**T**\n\n| a | $\\vert b\\vert $ |\n| --- | --- |\n| c | d |"
    ),
    "```{chapter-evidence}\n```": (
        "- **Theorem 2** (*given*), sharper: proved · "
        "certificate per instance: d = 2 to 64; 63 cases\n"
        "- **Appendix D**, 1 claims: certificate per instance\n"
        "- **Erratum 1**: certificate per instance: d = 2 to 64; 63 cases"
    ),
    "```{notation} order vertex\n```": (
        "- $r$: order of a subpool: how many inputs it has; order 0 stands for the constant\n"
        "- $v_k$: a vertex of the cube with $k$ ones, then $d-k$ zeros"
    ),
    '```{raw} html\n<div id="x"></div>\n```\nafter': "\nafter",
    "```python\nx = {1}\n```": "```python\nx = {1}\n```",
}


@pytest.fixture
def words(tmp_path: Path) -> Words:
    """A project with one notebook's values, a bibliography and a report."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "references.bib").write_text(BIBLIOGRAPHY)
    (tmp_path / "build" / "results" / "nb").mkdir(parents=True)
    (tmp_path / "build/results/nb/values.json").write_text(json.dumps({"error": "1/8"}))
    write_report(
        tmp_path / "build/reproduction.json",
        Report(rows=(CLAIM, CELL, ELSEWHERE), errata=(ERRATUM,)),
    )
    return Words(tmp_path, "notebooks/nb")


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_case(words: Words, text: str, expected: str) -> None:
    assert plain(text, words) == expected


class Anything(Words):
    """Knows every value, work and count."""

    def value(self, reference: str) -> str:
        return reference

    def count(self, word: str) -> str:
        return word

    def evidence(self) -> str:
        return "- evidence"


def markdown_cells(root: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((root / "notebooks").glob("*.py")):
        for cell in jupytext.read(path).cells:
            if cell.cell_type == "markdown":
                yield path.stem, cell.source


def test_nothing_of_the_book_is_left_in_any_chapter(root: Path) -> None:
    for name, source in markdown_cells(root):
        text = plain(source, Anything(root, f"notebooks/{name}"))
        for mark in ("}`", "```{", ":::", ":plain:", ":check:"):
            assert mark not in text, name


def test_citations(root: Path) -> None:
    words = citations(root / "book" / "references.bib")
    assert words["matoba2022theoretical"] == "Matoba et al., 2022"


def test_recorded_value(words: Words) -> None:
    assert words.value("nb.error") == "1/8"
    assert words.value("nb.error|.3f") == "0.125"
    with pytest.raises(KeyError):
        words.value("nb.absent")


def test_without_a_report_no_number_is_made_up(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected a report"):
        plain("{claim-count}`errata`", Words(tmp_path, "notebooks/nb"))
    assert plain("words", Words(tmp_path, "notebooks/nb")) == "words"
