"""What the proof assistant accepted, on a page: statements, what they rest on, and costs."""

import pytest
from bs4 import BeautifulSoup
from reports import build

from companion.ledger.claims import load
from companion.ledger.machine import accepted
from companion.sphinx.machine import typeset
from companion.sphinx.number_style import styled

CHAPTER = """
```{machine-summary}
```

```{machine-proofs} depth
```

```{machine-sizes}
```

```{machine-costs}
```

```{machine-proofs} nowhere
```
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[BeautifulSoup, str]:
    pages, warnings = build(tmp_path_factory.mktemp("machine"), CHAPTER)
    return pages["chapter"], warnings


def rows(page: BeautifulSoup, number: int) -> list[list[str]]:
    table = page.select("table")[number]
    return [[cell.get_text(strip=True) for cell in row.select("td")] for row in table.select("tr")]


def test_statements_are_those_of_the_sources(built: tuple[BeautifulSoup, str]) -> None:
    page, _ = built
    text = page.get_text()
    for theorem in accepted().theorems:
        words = styled(typeset(theorem.says)).replace("^", "")  # exponents are raised instead
        assert (words in text) == theorem.file.startswith("depth/")
    assert "Theorem theorem_1 d :" in text
    assert "rests on no axioms" in text


def test_what_a_theorem_belongs_to_is_named_by_its_title(
    built: tuple[BeautifulSoup, str],
) -> None:
    page, _ = built
    titles = {claim.id: claim.title for claim in load()}
    named = [one.get_text() for one in page.select(".ledger-about")]
    inside = [one for one in accepted().theorems if one.file.startswith("depth/")]
    assert named == [titles[claim] for one in inside for claim in one.claims] != []


def test_a_row_for_each_number_of_inputs(built: tuple[BeautifulSoup, str]) -> None:
    page, _ = built
    table = rows(page, 0)[1:]
    assert [row[0] for row in table] == [str(n) for n in range(5, 11)]
    [ten] = [one for one in accepted().files if one.file == "upto_ten/Max10.v"]
    assert table[-1] == ["10", f"{ten.seconds:.1f}", str(ten.peak_memory_mb)]


def test_a_row_for_every_file(built: tuple[BeautifulSoup, str]) -> None:
    page, _ = built
    assert [row[0] for row in rows(page, 1)[1:]] == [one.file for one in accepted().files]


def test_a_folder_without_theorems_is_a_warning(built: tuple[BeautifulSoup, str]) -> None:
    assert "machine-proofs: no theorem of 'nowhere' was accepted" in built[1]
