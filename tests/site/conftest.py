"""The built book, served on the loopback, and a browser to read it with.

``make site-test`` runs these tests. Without a built site or a browser they are skipped, unless
``SITE_REQUIRED`` is set, as in continuous integration: then they fail.
"""

import os
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from site_files import SITE

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def pytest_collection_modifyitems(items):
    """Everything in this folder needs the site."""
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.site)


def _cannot_run(reason):
    (pytest.fail if os.environ.get("SITE_REQUIRED") else pytest.skip)(reason)


@pytest.fixture(scope="session")
def site():
    if not (SITE / "index.html").is_file():
        _cannot_run(f"no book in {SITE}: `make book` builds it")
    return SITE


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def address(site: Path):
    """The site over http on a free port of the loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        _cannot_run(f"no browser: none of {', '.join(BROWSERS)} is installed")
    with playwright.sync_playwright() as tools:
        opened = tools.chromium.launch(executable_path=path, args=[*QUIET])
        yield opened
        opened.close()


class Reader:
    """One open page, and everything that went wrong while it was open."""

    # The theme declares this name in two scripts; harmless, and not ours to mend.
    THEME = ("THEBE_JS_URL",)

    def __init__(self, context: BrowserContext, home):
        self.context = context
        self.home = home
        self.faults = []
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", self._error)
        self.page.on("requestfailed", lambda request: self.faults.append(f"failed {request.url}"))
        self.page.on("response", self._response)
        self.page.route("**/*", self._request)

    def _console(self, message: str):
        if message.type == "error":
            self._note(f"console: {message.text}")

    def _error(self, error):
        self._note(f"script: {error}")

    def _note(self, text: str):
        if not any(known in text for known in self.THEME):
            self.faults.append(text)

    def _response(self, response):
        if response.status >= 400:
            self.faults.append(f"{response.status} {response.url}")

    def _request(self, route):
        url = route.request.url
        if url.startswith((self.home, "data:", "blob:")):
            route.continue_()
        else:
            self.faults.append(f"outside {url}")
            route.abort()

    def open(self, path: str):
        self.page.goto(f"{self.home}/{path}", wait_until="load")
        self.page.evaluate("() => window.MathJax?.startup?.promise?.then(() => true)")
        return self.page


@pytest.fixture
def reader(browser: Browser, address: str):
    """A function that opens a fresh reader: width, theme, and where the site is."""
    contexts = []

    def make(width: int = 1280, theme="light", home=address):
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 600 else 900}, color_scheme=theme
        )
        context.add_init_script(
            f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')"
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        return Reader(context, home)

    yield make
    for context in contexts:
        context.close()
