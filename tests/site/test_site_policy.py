"""What pages may load and run: their policies, and addresses that try to write into them."""

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from reading import Open
from site_files import SITE, site_pages

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = site_pages()
ATTACK = (
    "\"'><img data-attack src=x onerror='window.attacked = 1'><script data-attack>"
    "window.attacked = 1</script><svg data-attack onload='window.attacked = 1'>"
)
FOUND = "() => [document.querySelectorAll('[data-attack]').length, window.attacked ?? 0]"
KEYS = ("d", "orders", "turn", "tilt", "experiment", "reading", "hide", "highlight", ATTACK)


def parsed(path: str) -> BeautifulSoup:
    return BeautifulSoup((SITE / path).read_text(encoding="utf-8"), "html.parser")


def rules(page: BeautifulSoup) -> dict[str, list[str]]:
    (tag,) = page.select("meta[http-equiv=Content-Security-Policy]")
    parts = (rule.split() for rule in str(tag["content"]).split(";"))
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("path", PAGES)
def test_policy(path: str, site: Path) -> None:
    page = parsed(path)
    allowed = rules(page)
    assert allowed["default-src"] == ["'none'"]
    assert allowed["base-uri"] == ["'none'"]
    for name, sources in allowed.items():
        known = {"'self'", "file:", "'none'", "data:"} | ({"'unsafe-inline'"} & set(sources))
        assert {s for s in sources if not s.startswith("'sha256-")} <= known, name
    assert not {"data:", "'unsafe-inline'", "'unsafe-eval'"} & set(allowed["script-src"])
    # It stands before whatever it could forbid, and allows exactly what the page has.
    before = page.select_one("meta[http-equiv=Content-Security-Policy]")
    assert before is not None
    assert not before.find_all_previous(["script", "link", "style", "img"])
    scripts = [
        script
        for script in page.select("script:not([src])")
        if script.get("type", "text/javascript") in ("text/javascript", "module")
    ]
    hashes = {
        base64.b64encode(hashlib.sha256(script.decode_contents().encode()).digest()).decode()
        for script in scripts
    }
    assert {s for s in allowed["script-src"] if "sha" in s} == {f"'sha256-{one}'" for one in hashes}


@pytest.mark.parametrize("path", PAGES)
def test_no_code_in_attributes(path: str, site: Path) -> None:
    for tag in parsed(path).find_all(True):
        code = [f"{name}={value}" for name, value in tag.attrs.items() if name.startswith("on")]
        code += [str(v) for v in tag.attrs.values() if str(v).lower().startswith("javascript:")]
        assert code == [], str(tag)[:200]


def insert(page: "Page", text: str) -> None:
    """What a careless script would do with a text."""
    page.evaluate(f"document.body.insertAdjacentHTML('beforeend', {json.dumps(text)})")


@pytest.mark.parametrize("from_disk", [False, True])
def test_browser_obeys(from_disk: bool, reader: Open) -> None:
    """A handler that got into a page does not run, a script neither, and both are reported."""
    visit = reader(home=SITE.as_uri()) if from_disk else reader()
    page = visit.open("explorer.html")
    assert visit.faults == []
    insert(page, ATTACK)
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'), "
        "{textContent: 'window.attacked = 1'}))"
    )
    page.wait_for_timeout(200)
    elements, attacked = page.evaluate(FOUND)
    assert elements == 3
    assert attacked == 0
    refused = [fault for fault in visit.faults if "Content Security Policy" in fault]
    assert len(refused) >= 2


@pytest.mark.parametrize("path", ["explorer.html", "evidence.html", "what-reproduces.html"])
def test_address_is_never_written_into_a_page(path: str, reader: Open) -> None:
    text = quote(ATTACK)
    visit = reader()
    page = visit.open(f"{path}?{'&'.join(f'{quote(key)}={text}' for key in KEYS)}#{text}")
    page.wait_for_timeout(200)
    assert page.evaluate(FOUND) == [0, 0]
    # Choices go into the address again, from where they must come back as harmless.
    for box in page.locator(".companion-controls input[type=checkbox]").all()[:3]:
        box.click()
    page.evaluate("(text) => { location.hash = text }", ATTACK)
    page.reload()
    assert page.evaluate(FOUND) == [0, 0]
    # Loading anew cuts off what was still under way.
    assert [fault for fault in visit.faults if not fault.startswith("failed ")] == []
    insert(page, ATTACK)
    assert page.evaluate(FOUND)[0] == 3, "an attack that succeeds is seen"


def test_search_shows_what_was_asked_as_text(reader: Open) -> None:
    page = reader().open(f"search.html?q={quote(ATTACK)}")
    page.wait_for_timeout(500)
    assert page.evaluate(FOUND) == [0, 0]


def test_buttons_of_the_theme_still_act(reader: Open) -> None:
    visit = reader()
    visit.context.add_init_script("window.print = () => { window.printed = true; }")
    page = visit.open("intro.html")
    assert page.locator("[data-button='full-screen']").count() == 1
    page.locator("[data-button='print']").evaluate("(button) => button.click()")
    assert page.evaluate("window.printed") is True
    page.locator("[data-button='full-screen']").evaluate("(button) => button.click()")
    page.wait_for_function("document.fullscreenElement !== null")
    assert visit.faults == []
