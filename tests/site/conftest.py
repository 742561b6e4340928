"""The built book, served on the loopback, and a browser to read it with.

``make site-test`` runs these tests. Without a built site or a browser they are skipped, unless
``SITE_REQUIRED`` is set, as in continuous integration: then they fail.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from reading import Open, Reader, Theme
from site_files import SITE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the site."""
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.site)


def _cannot_run(reason: str) -> NoReturn:
    if os.environ.get("SITE_REQUIRED"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def site() -> Path:
    if not (SITE / "index.html").is_file():
        _cannot_run(f"no book in {SITE}: `make book` builds it")
    return SITE


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The site over http on a free port of the loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    playwright = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        _cannot_run(f"no browser: none of {', '.join(BROWSERS)} is installed")
    with playwright.sync_playwright() as tools:
        opened = tools.chromium.launch(executable_path=path, args=[*QUIET])
        yield opened
        opened.close()


@pytest.fixture
def reader(browser: "Browser", address: str) -> Iterator[Open]:
    """A function that opens a fresh reader: width, theme, and where the site is."""
    contexts: list[BrowserContext] = []

    def make(width: int = 1280, theme: Theme = "light", home: str = address) -> Reader:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900}, color_scheme=theme
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        return Reader(context, home)

    yield make
    for context in contexts:
        context.close()
