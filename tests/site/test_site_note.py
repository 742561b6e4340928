"""The proof as a paper of its own: short, self-contained, and from the chapter itself."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from companion.build.print_book import find_browser, print_page
from companion.build.print_note import CHAPTER, MOST_PAGES, compose, pages

if TYPE_CHECKING:
    from playwright.sync_api import Page

PARTS = (
    "Abstract",
    "The question",
    "Exponentials turn into absolute values",
    "An integral over a threshold",
    "Integrals up to a minimum",
    "A lower bound for such formulas",
    "What a machine has checked",
    "How to run the checks",
    "References",
)
SAID = (
    "not peer reviewed",
    "identity_for_every_n",
    "Theorem least_pairs",
    "make proofs",
    "Subdividing the simplex",
)


@pytest.mark.usefixtures("site")
def test_note_is_short_and_has_its_parts(tmp_path: Path, site: Path) -> None:
    browser = find_browser()
    if browser is None:
        pytest.skip("no browser; continuous integration installs one")
    found: list[str] = []

    def prepare(tab: "Page") -> None:
        compose(tab, site)
        found.append(tab.locator("article").inner_text())

    output = tmp_path / "note.pdf"
    with ThreadPoolExecutor(1) as apart:  # from the browser of the other tests
        apart.submit(print_page, site / CHAPTER, output, browser, prepare).result()
    [text] = found
    for part in (*PARTS, *SAID):
        assert part.lower() in text.lower(), part
    assert "Appendix" not in text
    assert 4 <= pages(output.read_bytes()) <= MOST_PAGES
