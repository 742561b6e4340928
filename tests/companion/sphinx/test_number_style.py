"""Numbers on the pages: one style everywhere but in code, formulas and addresses."""

from pathlib import Path

import pytest
from small_book import built

from companion.sphinx.number_style import styled

PAGE = """# About 76678281 comparisons

There are 76678281, of 10000 images; the year 2026, $16807$, `16807`, 8f12345 and arXiv 2203.01016.

[Volume 123456](https://example.org/123456) and [back to 123456](index.md).

```
16807
```

<div class="evidence"><p><strong>Checked</strong>: every case; 16807 cases.</p>
<details><summary>One case</summary><pre>range(16807)</pre></details></div>

| neurons |
| --- |
| 1179648 |
"""


def test_words_tables_and_checks_have_the_style_and_nothing_else(tmp_path: Path) -> None:
    page = built(tmp_path, {"index": PAGE}).select_one("div.body")
    assert page is not None
    assert "About 76,678,281" in page.select("h1")[0].text
    assert "There are 76,678,281, of 10,000 images; the year 2026" in page.text
    assert "8f12345 and arXiv 2203.01016" in page.text
    assert [link.text for link in page.select("p a")] == ["Volume 123456", "back to 123,456"]
    assert page.select("p code")[0].text == "16807"
    assert "16,807 cases" in page.select("div.evidence p")[0].text
    assert "range(16807)" in page.select("div.evidence pre")[0].text
    assert [cell.text.strip() for cell in page.select("td")] == ["1,179,648"]
    assert page.text.count("16,807") == 1


def test_a_digest_of_digits_alone_is_no_number(tmp_path: Path) -> None:
    page = built(
        tmp_path,
        {"index": "# A\n\n```{rst-class} provenance\nlibrary 69782472\n```\n\nOf 69782472."},
    )
    assert [line.text for line in page.select("div.body p")] == [
        "library 69782472",
        "Of 69,782,472.",
    ]


@pytest.mark.parametrize(
    "kept", ["2026", "1000/9999", "10.1007/12345", "012345", "12345ab", "a-12345"]
)
def test_what_stays_as_it_is(kept: str) -> None:
    assert styled(f"see {kept} there") == f"see {kept} there"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("(12345)", "(12,345)"),
        ("−12345 to 12345", "−12,345 to 12,345"),
        ("10238233/4666265", "10,238,233/4,666,265"),
        ("1/16777216.", "1/16,777,216."),
        ("12345.5", "12,345.5"),
        ("12,345", "12,345"),
        ("1,024 or 9,999.", "1024 or 9999."),
        ("1,024,000", "1,024,000"),
        ("45% or 95 %", "45\N{NO-BREAK SPACE}% or 95\N{NO-BREAK SPACE}%"),
    ],
)
def test_numbers_in_text(written: str, shown: str) -> None:
    assert styled(written) == shown
