"""One open page of the built book, as a reader has it."""

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from playwright.sync_api import (
        BrowserContext,
        ConsoleMessage,
        Error,
        Page,
        Response,
        Route,
    )

Theme = Literal["light", "dark"]


class Reader:
    """One open page, and everything that went wrong while it was open."""

    def __init__(self, context: "BrowserContext", home: str) -> None:
        self.context = context
        self.home = home
        self.faults: list[str] = []
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", self._error)
        self.page.on("requestfailed", lambda request: self.faults.append(f"failed {request.url}"))
        self.page.on("response", self._response)
        self.page.route("**/*", self._request)

    def _console(self, message: "ConsoleMessage") -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text}")

    def _error(self, error: "Error") -> None:
        self.faults.append(f"script: {error}")

    def _response(self, response: "Response") -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status} {response.url}")

    def _request(self, route: "Route") -> None:
        url = route.request.url
        if url.startswith((self.home, "data:", "blob:")):
            route.continue_()
        else:
            self.faults.append(f"outside {url}")
            route.abort()

    def open(self, path: str) -> "Page":
        self.page.goto(f"{self.home}/{path}", wait_until="load")
        self.page.evaluate("() => window.MathJax?.startup?.promise?.then(() => true)")
        return self.page


class Open(Protocol):
    """Opens a fresh reader: width of the window, theme, and where the site is."""

    def __call__(self, width: int = ..., theme: Theme = ..., home: str = ...) -> Reader: ...
