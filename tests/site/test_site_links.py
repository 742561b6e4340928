"""Links, anchors and weights, from the files of the site alone."""

import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from site_files import SITE, site_pages

PAGES = site_pages()
LANDING_LIMIT = 350_000
PAGE_LIMIT = 2_000_000


@cache
def parsed(path: str) -> BeautifulSoup:
    return BeautifulSoup((SITE / path).read_text(encoding="utf-8"), "html.parser")


@cache
def anchors(path: str) -> set[str]:
    page = parsed(path)
    return {str(tag["id"]) for tag in page.select("[id]")} | {
        str(tag["name"]) for tag in page.select("a[name]")
    }


def own_targets(path: str, selector: str, attribute: str) -> Iterator[tuple[str, Path, str]]:
    """Addresses inside the site, as (path from the site's root, anchor)."""
    for tag in parsed(path).select(selector):
        written = str(tag[attribute])
        address = urlsplit(written)
        if address.scheme or address.netloc:
            continue
        target = (SITE / path).parent / unquote(address.path) if address.path else SITE / path
        yield written, target.resolve(), unquote(address.fragment)


@pytest.mark.parametrize("path", PAGES)
def test_links_and_anchors(path: str, site: Path) -> None:
    broken = []
    for written, target, anchor in own_targets(path, "a[href]", "href"):
        if not target.is_file():
            broken.append(written)
        elif anchor and target.suffix == ".html":
            name = target.relative_to(site.resolve()).as_posix()
            if anchor not in anchors(name):
                broken.append(written)
    assert broken == []


@pytest.mark.parametrize("path", PAGES)
def test_files_that_a_page_loads(path: str, site: Path) -> None:
    page = parsed(path)
    loaded = page.select("script[src], link[rel=stylesheet], img[src], source[src], iframe[src]")
    addresses = [str(tag.get("src") or tag["href"]) for tag in loaded]
    outside = [one for one in addresses if one.startswith(("http:", "https:", "//"))]
    assert outside == []
    for selector, attribute in (("[src]", "src"), ("link[rel=stylesheet]", "href")):
        for written, target, _ in own_targets(path, selector, attribute):
            assert target.is_file(), f"{path}: {written}"


@pytest.mark.parametrize("path", PAGES)
def test_weight(path: str, site: Path) -> None:
    """What is transferred with gzip: the page, scripts (MathJax among them), styles and images."""
    weight = transferred(path)
    assert weight < (LANDING_LIMIT if path in ("index.html", "intro.html") else PAGE_LIMIT)


def transferred(path: str) -> int:
    """Bytes of a page and of what it loads in the light theme, compressed as a server would."""
    files = {(SITE / path).resolve()}
    for selector, attribute in (("script[src]", "src"), ("link[rel=stylesheet]", "href")):
        files |= {target for _, target, _ in own_targets(path, selector, attribute)}
    for tag in parsed(path).select("img[src]"):
        address = str(tag["src"])
        if "only-dark" not in (tag.get("class") or "") and not address.startswith("data:"):
            files.add(((SITE / path).parent / urlsplit(address).path).resolve())
    return sum(len(gzip.compress(file.read_bytes())) for file in files if file.is_file())


def test_mathjax_is_loaded_where_there_are_formulas(site: Path) -> None:
    """So not on the first page, which has none; its script alone weighs more than that page."""
    loaded = {path: bool(parsed(path).select("script[src*=mathjax]")) for path in PAGES}
    needed = {path: bool(parsed(path).select(".math")) for path in PAGES}
    assert loaded == needed
    assert not loaded["intro.html"]
    assert any(loaded.values())


def test_picture_for_link_previews(site: Path) -> None:
    """A PNG of 1200 by 630 pixels, as the pages' tags say: sizes stand in its first bytes."""
    content = (site / "_static" / "preview.png").read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    size = [int.from_bytes(content[start : start + 4], "big") for start in (16, 20)]
    assert size == [1200, 630]
