"""What the checks of the pages found, over all of their cases, is in words of a reader."""

import html
import re

import pytest
from raw_words import RAW
from site_files import SITE, site_pages

LINE = re.compile(r'<div class="evidence"><p><strong>Checked</strong>: (.*?)</p>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def lines(page: str) -> list[str]:
    """What the page says of each check that ran on it, without markup."""
    found = LINE.findall((SITE / page).read_text(encoding="utf-8"))
    return [html.unescape(TAG.sub("", line)) for line in found]


NOTEBOOKS = [page for page in site_pages() if page.startswith("notebooks/") and lines(page)]


@pytest.mark.usefixtures("site")
def test_most_chapters_have_evidence() -> None:
    chapters = [page for page in site_pages() if page.startswith("notebooks/")]
    assert 2 * len(NOTEBOOKS) > len(chapters)
    assert any("Found: " in line for page in NOTEBOOKS for line in lines(page))


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("page", NOTEBOOKS)
def test_evidence_is_words(page: str) -> None:
    assert [line for line in lines(page) if RAW.search(line)] == []
