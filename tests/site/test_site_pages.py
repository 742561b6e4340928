"""Every page in a real browser: phone and desktop, light and dark, over http and from disk."""

import gzip
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from reading import Open, Theme
from site_files import SITE, site_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = [page for page in site_pages() if page != "index.html"]  # it only leads to intro.html
FROM_DISK = [page for page in PAGES if page in ("intro.html", "explorer.html")] + [
    page for page in PAGES if page.startswith("notebooks/s")
]
STATE = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const page = document.documentElement;
  return {
    sideways: page.scrollWidth - page.clientWidth,
    maths: all('mjx-merror, [data-mjx-error], mjx-container [mathcolor=red]').length,
    untypeset: all('.math').filter((place) => !place.querySelector('mjx-container')).length,
    unnamed: all('img').filter((image) => !image.alt.trim()).map((image) => image.src),
    broken: all('img').filter((i) => i.complete && i.currentSrc && !i.naturalWidth).length,
  };
}"""
CLEAN = {"sideways": 0, "maths": 0, "untypeset": 0, "unnamed": [], "broken": 0}
AXE = resources.files("axe_playwright_python") / "axe.min.js"
# Indexes that Sphinx and sphinx-proof write; their contents are not ours.
THEIR_PAGES = ("genindex.html", "prf-prf.html")
# What the theme, Sphinx and their parts get wrong on every page: rule, and a piece of the element.
THEMES_OWN = (
    ("aria-allowed-role", 'role="doc-'),
    ("aria-valid-attr-value", "headerlink"),
    ("button-name", "toggle"),
    ("label", 'class="form-check-input'),
    ("label-title-only", "search"),
    ("list", "bd-sidenav"),
    ("link-name", "sbt"),
    ("scrollable-region-focusable", '<div class="highlight'),
    ("scrollable-region-focusable", "<pre"),
    ("aria-required-children", 'role="list"'),
)


def serious(page: "Page") -> list[tuple[str, str]]:
    """Violations that axe calls serious or critical and that are not the theme's."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # Without preload: axe would fetch what style sheets import, and from the wrong folder.
    found = page.evaluate(
        "() => axe.run(document, {resultTypes: ['violations'], iframes: false, preload: false})"
        ".then((r) => r.violations.map((v) => [v.id, v.impact, v.nodes.map((n) => n.html)]))"
    )
    return [
        (rule, element[:160])
        for rule, impact, elements in found
        if impact in ("serious", "critical")
        for element in elements
        if not any(rule == known and piece in element for known, piece in THEMES_OWN)
    ]


def test_there_are_pages(site: Path) -> None:
    assert {"intro.html", "explorer.html"} <= set(PAGES)


@pytest.mark.parametrize(
    ("width", "theme", "other"), [(390, "dark", "light"), (1280, "light", "dark")]
)
@pytest.mark.parametrize("path", PAGES)
def test_page(path: str, width: int, theme: Theme, other: Theme, reader: Open) -> None:
    """Each width opens in one theme, which axe judges too, and is switched to the other."""
    visit = reader(width, theme)
    page = visit.open(path)
    assert page.evaluate("document.documentElement.dataset.theme") in (theme, None)
    assert (page.evaluate(STATE), visit.faults) == (CLEAN, [])
    if path not in THEIR_PAGES:
        assert serious(page) == []
    page.emulate_media(color_scheme=other)
    page.evaluate("(name) => { document.documentElement.dataset.theme = name; }", other)
    page.wait_for_load_state("networkidle")
    assert (page.evaluate(STATE), visit.faults) == (CLEAN, [])


@pytest.mark.parametrize("path", FROM_DISK)
def test_page_from_disk(path: str, reader: Open, site: Path) -> None:
    visit = reader(home=SITE.resolve().as_uri())
    assert (visit.open(path).evaluate(STATE), visit.faults) == (CLEAN, [])


def test_first_page_says_what_matters_in_one_screen(reader: Open) -> None:
    page = reader(1280).open("intro.html")
    essential = [page.locator("article h1"), page.locator(".landing > div").first]
    essential.append(page.locator(".landing img.only-light"))
    for place in essential:
        box = place.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800
    assert all(word in essential[1].inner_text() for word in ("claims", "reproduces", "new"))


def test_first_page_is_light(reader: Open) -> None:
    """All that a first visit transfers, compressed as a server would: under 400 kB."""
    visit, sizes = reader(1280), {}
    visit.page.on(
        "response", lambda answer: sizes.update({answer.url: len(gzip.compress(answer.body()))})
    )
    visit.open("intro.html").wait_for_load_state("networkidle")
    assert any(url.endswith(".woff2") for url in sizes), "the icons' font is part of it"
    assert not any("mathjax" in url for url in sizes)
    assert sum(sizes.values()) < 400_000


def test_contents_open_on_a_phone(reader: Open) -> None:
    page = reader(390).open("intro.html")
    link = page.locator(".bd-sidebar-primary a", has_text="How to rerun").first
    assert not link.is_visible()
    page.locator("button.primary-toggle").first.click()
    link.wait_for(state="visible")
    link.click()
    page.wait_for_url("**/rerun.html")


def test_first_visit_has_no_errors(browser: "Browser", address: str) -> None:
    """Nothing chosen yet in this browser, and of a lost page only the page itself is missing."""
    context = browser.new_context()
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page = context.new_page()
    for path in ("intro.html", "404.html"):
        page.goto(f"{address}/{path}", wait_until="networkidle")
    context.close()
    assert faults == []
