"""What a page folds: the rest of a section, figures and tables, on demand."""

from pathlib import Path

from bs4 import BeautifulSoup
from reports import build

FOLDED = """
## A section

```{folded}
It says $x$.
```

Words.

### Below

More.

## The next

Not folded.
"""


def chapter(folder: Path, text: str) -> tuple[BeautifulSoup, str]:
    pages, warnings = build(folder, text)
    return pages["chapter"], warnings


def test_the_rest_of_a_section_is_folded_under_its_sentence(tmp_path: Path) -> None:
    page, warnings = chapter(tmp_path, FOLDED)
    assert warnings == ""
    (folded,) = page.select("section > details.folded-section")
    assert folded.summary is not None
    assert folded.summary.get_text().strip().startswith("It says")
    assert [part.name for part in folded.find_all(recursive=False)] == ["summary", "p", "section"]
    assert folded.parent is not None
    assert folded.parent["id"] == "a-section"
    assert "Not folded." not in folded.get_text()


def test_headings_inside_stay_in_the_contents(tmp_path: Path) -> None:
    page, warnings = chapter(tmp_path, FOLDED + "\n[There](#below)\n")
    assert page.select_one("details section#below") is not None, warnings


def test_it_wants_one_sentence(tmp_path: Path) -> None:
    assert "folded: expected one sentence" in chapter(tmp_path, "```{folded}\n- a\n```\n")[1]


def test_it_wants_a_heading_above(tmp_path: Path) -> None:
    inside = ":::{note}\n```{folded}\nA sentence.\n```\n:::\n"
    assert "folded: expected a heading above it" in chapter(tmp_path, inside)[1]
