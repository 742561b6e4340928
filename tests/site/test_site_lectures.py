"""Pages one can take in: the code says something, and what is folded is found."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from reading import Open
from site_files import site_pages

NOTEBOOKS = [page for page in site_pages() if page.startswith("notebooks/")]
# Of every line that goes on below: how far in its text begins, and how far in the rest does.
HANGING = """() => [...document.querySelectorAll("div.cell_input pre > .line")].flatMap((line) => {
  const range = document.createRange();
  range.selectNodeContents(line);
  const rows = new Map();
  for (const box of range.getClientRects()) {
    const row = Math.round(box.bottom);
    if (box.width > 0) rows.set(row, Math.min(box.left, rows.get(row) ?? 1e9));
  }
  const lines = [...rows.entries()].sort(([one], [two]) => one - two);
  const [first, ...rest] = lines.map(([, left]) => left);
  return rest.map((left) => [first, left]);
})"""
ROWS = """[...document.querySelectorAll("table.ledger tbody tr")]
  .filter((row) => row.checkVisibility()).map((row) => row.querySelector(".verdict").textContent)"""
MACHINERY = ("publish_figure", "publish_table", "plt.", "import ", "record(")


def test_the_rest_of_a_long_line_hangs(reader: Open) -> None:
    rows = reader(390, "light").open("notebooks/s5_robustness.html").evaluate(HANGING)
    assert len(rows) > 10
    assert all(rest > first + 5 for first, rest in rows), rows


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_code_on_the_page_says_something(path: str, site: Path) -> None:
    page = BeautifulSoup((site / path).read_text(encoding="utf-8"), "html.parser")
    for box in page.select("div.cell_input pre"):
        assert not any(word in box.text for word in MACHINERY), box.text


@pytest.mark.parametrize("label", ["theorem-i", "theorem-ab", "table-per-pixel"])
def test_a_link_into_a_folded_section_opens_it(label: str, reader: Open) -> None:
    page = reader(1280, "light").open(f"notebooks/x_sharper.html#{label}")
    assert page.locator(f"#{label}").is_visible()


@pytest.mark.parametrize("label", ["lemma-2", "lemma-3", "lemma-6", "theorem-2", "theorem-6"])
def test_the_formula_stands_in_the_box(label: str, reader: Open) -> None:
    page = reader(390, "dark").open("notebooks/s3_approximations.html")
    assert page.locator(f"#{label} div.math mjx-container").first.is_visible()


class TestLedger:
    def test_rows_are_folded_until_asked_for(self, reader: Open) -> None:
        assert reader(1280, "light").open("what-reproduces.html").evaluate(ROWS) == []

    def test_a_choice_stands_in_the_address_and_comes_back(self, reader: Open) -> None:
        visit = reader(1280, "light")
        page = visit.open("what-reproduces.html")
        page.get_by_label("Verdict").select_option("erratum")
        page.get_by_role("searchbox", name="Search").fill("lemma")
        page.wait_for_url("**/what-reproduces.html?verdict=erratum&q=lemma")
        shown = page.evaluate(ROWS)
        assert shown
        assert set(shown) == {"erratum"}
        page.reload()
        assert page.evaluate(ROWS) == shown

    def test_what_no_row_has_is_left_out(self, reader: Open) -> None:
        page = reader(1280, "light").open("what-reproduces.html?verdict=perhaps&section=3.1")
        assert page.evaluate(ROWS)
        assert page.get_by_label("Verdict").input_value() == ""
        assert page.get_by_label("Section").input_value() == "3.1"

    def test_a_badge_opens_its_row(self, reader: Open) -> None:
        page = reader(390, "light").open("what-reproduces.html#claim-theorem-2")
        assert page.locator("#claim-theorem-2").is_visible()
