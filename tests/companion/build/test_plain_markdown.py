"""What Jupyter cannot show becomes what it can."""

import json
from pathlib import Path

import jupytext
import pytest

from companion.build.plain_markdown import citations, plain, recorded_value

WORDS = {"a2020x": "Ada and Bo, 2020", "c2021y": "Cy, 2021"}
CASES = {
    "{value}`nb.error|.2f` of it": "<nb.error|.2f> of it",
    "{standing}`given` {prf:ref}`Theorem 2 <theorem-2>`": "*given* Theorem 2",
    "{cite:t}`a2020x` say": "Ada and Bo (2020) say",
    "so {cite:p}`a2020x,c2021y`": "so (Ada and Bo, 2020; Cy, 2021)",
    "{eq}`equation-7` and {eq}`our-law`": "(7) and (our-law)",
    "{numref}`figure-4`, {numref}`three-choices`": "Figure 4, “three choices”",
    "(label)=\n## Title": "## Title",
    "```{math}\n:label: equation-5\nx=1\n```": "$$\nx=1\n\\tag{5}\n$$",
    "```{prf:theorem} Theorem 2 (two)\n:nonumber:\n\nA\nB {eq}`equation-5`\n```": (
        "> **Theorem 2 (two).**\n>\n> A\n> B (5)"
    ),
    "```{prf:proof}\n:class: dropdown\nClear.\n```": "> **Proof.**\n>\n> Clear.",
    ":::{autofigure} figure-2\nSorted.\n:::": "**Figure 2.** Sorted.",
    ":::{autotable} all-rows\nAll\nrows.\n:::": "**Table “all rows”.** All\nrows.",
    "```{list-table} T\n:header-rows: 1\n\n* - a\n  - $|b|$\n* - c\n  - d\n```": (
        "**T**\n\n| a | $\\vert b\\vert $ |\n| --- | --- |\n| c | d |"
    ),
    '```{raw} html\n<div id="x"></div>\n```\nafter': "\nafter",
    "```python\nx = {1}\n```": "```python\nx = {1}\n```",
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_case(text: str, expected: str) -> None:
    assert plain(text, lambda name: f"<{name}>", WORDS.__getitem__) == expected


def test_nothing_of_the_book_is_left_in_any_chapter(root: Path) -> None:
    words = citations(root / "book" / "references.bib")
    for path in sorted((root / "notebooks").glob("*.py")):
        for cell in jupytext.read(path).cells:
            if cell.cell_type == "markdown":
                text = plain(cell.source, lambda name: name, words.__getitem__)
                assert "}`" not in text, path.name
                assert "```{" not in text, path.name
                assert ":::" not in text, path.name


def test_citations(root: Path) -> None:
    words = citations(root / "book" / "references.bib")
    assert words["matoba2022theoretical"] == "Matoba et al., 2022"


def test_recorded_value(tmp_path: Path) -> None:
    (tmp_path / "nb").mkdir()
    (tmp_path / "nb" / "values.json").write_text(json.dumps({"error": "1/8"}))
    assert recorded_value("nb.error", tmp_path) == "1/8"
    assert recorded_value("nb.error|.3f", tmp_path) == "0.125"
    with pytest.raises(KeyError):
        recorded_value("nb.absent", tmp_path)
