"""An equation that is referred to is one hover, or one key, away."""

import pytest
from reading import Open

PAGES = ["notebooks/b_proofs.html", "notebooks/c_mean_square.html", "notebooks/z_errata.html"]
PLACE = """(hint) => {
  const { left, right, top, bottom } = hint.getBoundingClientRect();
  return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight;
}"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_every_reference_shows_its_formula(path: str, width: int, theme: str, reader: Open) -> None:
    visit = reader(width, "dark" if theme == "dark" else "light")
    page = visit.open(path)
    page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    links = page.locator("main a.reference[href*='#equation-']")
    assert links.count()
    for link in links.all():
        if not link.is_visible():  # in a proof that is closed
            continue
        hint = page.locator(f"[id='{link.get_attribute('aria-describedby')}']")
        assert not hint.is_visible()
        link.hover()
        assert hint.is_visible()
        box = hint.locator("mjx-container").bounding_box()
        assert box is not None
        assert box["height"] > 10
        assert hint.evaluate(PLACE)
        page.keyboard.press("Escape")
        assert not hint.is_visible()
        page.mouse.move(0, 0)
    assert visit.faults == []


def test_the_focus_shows_it_and_leaving_hides_it(reader: Open) -> None:
    page = reader().open("notebooks/c_mean_square.html")
    link = page.locator("main a.reference[href*='#equation-']").first
    hint = page.locator(f"[id='{link.get_attribute('aria-describedby')}']")
    link.focus()
    assert hint.is_visible()
    page.keyboard.press("Tab")
    assert not hint.is_visible()
