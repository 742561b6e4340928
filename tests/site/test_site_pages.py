"""Every page in a real browser: phone and desktop, light and dark, over http and from disk."""

import gzip
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from reading import Open, Theme
from site_files import SITE, site_pages
from svg_text import smallest_text

if TYPE_CHECKING:
    from playwright.sync_api import Page

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
SIGNS = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const bare = (selector) => all(selector)
    .filter((place) => !place.querySelector('a.headerlink')).map((place) => place.id);
  const width = document.documentElement.clientWidth;
  const edge = (place) => [place, ...place.querySelectorAll('*')]
    .some((part) => part.getBoundingClientRect().right > width + 0.5
      || (getComputedStyle(part).overflowX !== 'visible' && part.scrollWidth > part.clientWidth));
  return {
    unlinked: bare('div.statement, figure[id], table.published[id], table.ledger tbody tr'),
    unexplained: all('.standing, .verdict, .kind')
      .filter((badge) => !badge.title).map((badge) => badge.outerHTML),
    cut: all('.prev-next-area a').filter(edge).map((link) => link.innerText),
    spilled: all('td code, th code')
      .filter((code) => code.getBoundingClientRect().right
        > code.closest('td, th').getBoundingClientRect().right + 0.5)
      .map((code) => code.innerText),
  };
}"""
# Every box opened: no line of code is wider than its box.
CUT = """() => {
  document.querySelectorAll("details").forEach((box) => { box.open = true; });
  return [...document.querySelectorAll("pre")].filter((box) => box.clientWidth > 0)
    .filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.textContent.slice(0, 80));
}"""
# Every box opened: how wide each figure is drawn, and how large the text of the interactive ones.
DRAWN = """async () => {
  document.querySelectorAll("details").forEach((box) => { box.open = true; });
  const images = [...document.querySelectorAll("figure.published img")]
    .filter((image) => image.checkVisibility());
  for (const image of images) image.loading = "eager"; // those of the dark wait until they are near
  await Promise.all(images.map((image) => image.decode()));
  return {
    figures: images.map((image) => [new URL(image.currentSrc).pathname, image.clientWidth]),
    texts: [...document.querySelectorAll("article svg text")]
      .map((text) => [text.textContent, parseFloat(getComputedStyle(text).fontSize)
        * text.getScreenCTM().a]),
  };
}"""
SMALLEST = 7.5  # pixels of the text of a figure on a phone; 8 where no box around it takes width
TALLEST = 12_000  # pixels of a page on a desktop
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


def small_texts(page: "Page", site: Path) -> list[tuple[str, float]]:
    """Figures whose smallest text is too small to read, with its size in pixels."""
    drawn = page.evaluate(DRAWN)
    sizes = [
        (
            Path(path).name,
            width * smallest_text((site / "_images" / Path(path).name).read_text("utf-8")),
        )
        for path, width in drawn["figures"]
    ]
    return [(name, round(size, 1)) for name, size in sizes + drawn["texts"] if size < SMALLEST]


def test_there_are_pages(site: Path) -> None:
    assert {"intro.html", "explorer.html"} <= set(PAGES)


@pytest.mark.parametrize(
    ("width", "theme", "other"), [(390, "dark", "light"), (1280, "light", "dark")]
)
@pytest.mark.parametrize("path", PAGES)
def test_page(path: str, width: int, theme: Theme, other: Theme, reader: Open, site: Path) -> None:
    """Each width opens in one theme, which axe judges too, and is switched to the other.

    Nothing was chosen yet in this browser: the first visit of a page throws and logs no error.
    On a phone each box, figure and row can be linked to, badges say what they mean, titles are
    whole, code stays in its cell of a table and the text of figures can be read; on a desktop no
    page is endless and no code is cut. All in one visit: opening a page with its formulas takes
    the time.
    """
    visit = reader(width, theme)
    page = visit.open(path)
    if path != "404.html":  # it has no theme
        assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert (page.evaluate(STATE), visit.faults) == (CLEAN, [])
    if width < 600:
        assert [one for one in page.evaluate(SIGNS).items() if one[1]] == []
        assert small_texts(page, site) == []
    else:
        assert page.evaluate("document.documentElement.scrollHeight") <= TALLEST
    if path not in THEIR_PAGES:
        assert serious(page) == []
    page.emulate_media(color_scheme=other)
    page.evaluate("(name) => { document.documentElement.dataset.theme = name; }", other)
    page.wait_for_load_state("networkidle")
    assert (page.evaluate(STATE), visit.faults) == (CLEAN, [])
    if width >= 600:
        assert page.evaluate(CUT) == []


@pytest.mark.parametrize("path", FROM_DISK)
def test_page_from_disk(path: str, reader: Open, site: Path) -> None:
    visit = reader(home=SITE.resolve().as_uri())
    assert (visit.open(path).evaluate(STATE), visit.faults) == (CLEAN, [])


@pytest.mark.parametrize(("width", "screens"), [(1280, 800), (390, 2 * 844)])
def test_first_page_is_one_screen_and_two_on_a_phone(
    width: int, screens: int, reader: Open
) -> None:
    page = reader(width).open("intro.html")
    bottom = page.evaluate("document.querySelector('article').getBoundingClientRect().bottom")
    assert bottom <= screens
    box = page.locator(".landing img.only-light").bounding_box()
    assert box is not None
    assert box["width"] >= min(width, 800) / 2
    shown = page.locator("article").inner_text()
    for question in ("Exactly?", "Nearly?", "On real images?", "Robust?", "Said openly."):
        assert question in shown
    assert {"1/18", "1/512"} <= set(re.findall(r"\d+/\d+", shown))
    for door in ("Researcher", "Student", "Engineer"):
        assert page.locator(".landing-doors > div", has_text=door).locator("a").count() >= 3
    addresses = page.locator(".landing-links a").evaluate_all("(all) => all.map((a) => a.href)")
    for wanted in ("arxiv.org/abs", "doi.org", "arxiv.org/pdf", "how-to-cite"):
        assert any(wanted in address for address in addresses), wanted


def test_the_smallest_text_of_a_drawing() -> None:
    """A label, a rotated one, a marker that is no text, and an index of the label."""
    drawing = """<svg width="400pt" height="90pt" viewBox="0 0 400 90" version="1.1">
      <g transform="translate(9 8) scale(0.12 -0.12)"><use transform="scale(0.7)"/></g>
      <g transform="translate(9 8) rotate(-90) scale(0.1 -0.1)"/><use transform="scale(0.015)"/>"""
    assert smallest_text(drawing) == 10 / 400
    assert smallest_text('<svg viewBox="0 0 9 9"/>') == 1
    with pytest.raises(ValueError, match="no viewBox"):
        smallest_text("<svg/>")


def test_first_page_is_light(reader: Open) -> None:
    """All that a first visit transfers, compressed as a server would: under 350 kB."""
    visit, sizes = reader(1280), {}
    visit.page.on(
        "response", lambda answer: sizes.update({answer.url: len(gzip.compress(answer.body()))})
    )
    visit.open("intro.html").wait_for_load_state("networkidle")
    assert any(url.endswith(".woff2") for url in sizes), "the icons' font is part of it"
    assert not any("mathjax" in url or "searchindex" in url for url in sizes)
    assert sum(sizes.values()) < 350_000


def test_contents_open_on_a_phone(reader: Open) -> None:
    page = reader(390).open("intro.html")
    link = page.locator(".bd-sidebar-primary a", has_text="How to rerun").first
    assert not link.is_visible()
    page.locator("button.primary-toggle").first.click()
    link.wait_for(state="visible")
    link.click()
    page.wait_for_url("**/rerun.html")


def test_a_chosen_theme_is_kept(reader: Open) -> None:
    """Everywhere else a reader comes for the first time, and sees what the system asks for."""
    page = reader(1280, "light").open("intro.html")
    page.evaluate("for (const name of ['mode', 'theme']) localStorage.setItem(name, 'dark')")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto(page.url.replace("intro", "explorer"))
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_address_of_the_folder_leads_to_the_first_page(reader: Open) -> None:
    visit = reader()
    visit.page.goto(visit.home)
    visit.page.wait_for_url("**/intro.html")
    assert visit.faults == []
