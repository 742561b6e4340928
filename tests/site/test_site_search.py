"""What the search page finds, and in which order."""

from urllib.parse import quote

import pytest
from reading import Open
from site_files import SITE

RANK = """([passages, query]) => finding.rank(passages, query).map((one) => one.title)"""


def passage(title: str, text: str = "", kind: str = "section") -> dict[str, str]:
    return {"address": "x.html", "page": "A page", "title": title, "kind": kind, "text": text}


@pytest.mark.parametrize("from_disk", [False, True])
def test_a_reader_finds_a_theorem_a_number_and_a_question(from_disk: bool, reader: Open) -> None:
    visit = reader(home=SITE.resolve().as_uri()) if from_disk else reader()
    queries = {
        "theorem 2": "theorem-2",
        "Theorem K": "theorem-k",
        "lemma 3": "lemma-3",
        "certificate": "term-certificate",
        "equioscillation": "term-equioscillation",
        "how to cite": "bibliography.html#how-to-cite",
        "how fast": "s4_complexity.html",
    }
    for query, target in queries.items():
        page = visit.open(f"search.html?q={quote(query)}")
        first = page.locator("ol.finding a").first
        assert (first.get_attribute("href") or "").endswith(target), query
    page = visit.open("search.html?q=1%2F18")
    found = page.locator("ol.finding li").all_inner_texts()
    assert len(found) >= 3
    assert all("1/18" in text for text in found[:3])
    nothing = visit.open("search.html?q=xyzzy").locator("#finding").inner_text()
    assert "No passage has these words" in nothing
    if not from_disk:  # there Sphinx's own list cannot fetch its excerpts, and says so
        # Opening the next page cuts off what that list still fetches.
        assert [fault for fault in visit.faults if not fault.startswith("failed ")] == []


def test_order_of_passages(reader: Open) -> None:
    page = reader().open("search.html")
    passages = [
        passage("A page", "all of theorem 2 and theorem 25", "page"),
        passage("B.2 Theorem 2"),
        passage("Theorem 25 (another)", kind="statement"),
        passage("Theorem 2 (three errors)", kind="statement"),
        passage("A number", "it is 11/18 or 1/180, not what is asked"),
        passage("Another", "so it is 1/18."),
        passage("What it costs"),
    ]
    ranked = page.evaluate(RANK, [passages, "Theorem 2"])
    assert ranked == ["Theorem 2 (three errors)", "B.2 Theorem 2", "A page"]
    assert page.evaluate(RANK, [passages, "1/18"]) == ["Another"]
    assert page.evaluate(RANK, [passages, "how fast is it"]) == ["What it costs"]
    assert page.evaluate(RANK, [passages, "how is it"]) == []
