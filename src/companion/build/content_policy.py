"""What a page of the site may load and run, said at the head of the page itself.

A content security policy (https://www.w3.org/TR/CSP3) is the second lock behind careful scripts:
should a text ever get into a page unescaped, a browser still runs nothing but the site's own files
and the scripts whose hashes the page lists. Handlers in attributes have no place in it, so those
of the theme become names that ``buttons.js`` acts on.
"""

import base64
import hashlib
import html
import re
from pathlib import Path

from companion.files import write_whole
from maxpooling.errors import DataError

_SCRIPT = re.compile(r"<script\b(?P<about>[^>]*)>(?P<text>.*?)</script\s*>", re.DOTALL | re.I)
_HANDLER = re.compile(r"""(?<=\s)on(?P<event>[a-z]+)=(?P<quote>["'])(?P<code>.*?)(?P=quote)""")
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_TYPE = re.compile(r"""\btype=["']?([^\s"'>]+)""")
_RUN = ("text/javascript", "application/javascript", "module")
_HEAD = re.compile(r"<head\b[^>]*>(?:\s*<meta charset=[^>]*>)?", re.I)
# The theme's handlers, by the names that buttons.js knows.
BUTTONS = {"toggleFullScreen()": "full-screen", "window.print()": "print"}
# A page that is read from a disk has no origin that all browsers call 'self'; a page from a server
# cannot load files of its reader's disk, whatever its policy says.
OURS = "'self' file:"


def inline_scripts(page: str) -> list[str]:
    """The texts of a page's scripts that a browser runs, without those that it loads."""
    found = []
    for script in _SCRIPT.finditer(page):
        kind = _TYPE.search(script["about"])
        runs = kind is None or kind[1].lower() in _RUN
        if runs and not re.search(r"\bsrc=", script["about"]):
            found.append(script["text"])
    return found


def source_hash(text: str) -> str:
    """A script as a policy names it.

    Examples:
        >>> source_hash("")
        "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def policy(page: str) -> str:
    """The policy of a page: its own files, its own inline scripts, styles and data pictures."""
    scripts = sorted({source_hash(text) for text in inline_scripts(page)})
    rules = {
        "default-src": "'none'",
        "script-src": " ".join([OURS, *scripts]),
        "style-src": f"{OURS} 'unsafe-inline'",  # MathJax and the icons write style elements
        "img-src": f"{OURS} data:",
        "font-src": f"{OURS} data:",
        "connect-src": OURS,
        "form-action": OURS,
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


def without_handlers(page: str, name: str) -> str:
    """A page whose handlers in attributes are names instead.

    Raises:
        DataError: a handler that ``buttons.js`` has no name for; names the page.
    """

    def named(handler: re.Match[str]) -> str:
        code = html.unescape(handler["code"])
        if handler["event"] != "click" or code not in BUTTONS:
            allowed = ", ".join(BUTTONS)
            raise DataError(f"{name}: expected no handler but {allowed}, found {handler[0]}")
        return f'data-button="{BUTTONS[code]}"'

    def cleaned(tag: re.Match[str]) -> str:
        return _HANDLER.sub(named, tag[0])

    # Not in scripts: what looks like a tag there is text.
    parts, end = [], 0
    for script in _SCRIPT.finditer(page):
        parts += [_TAG.sub(cleaned, page[end : script.start()]), script[0]]
        end = script.end()
    return "".join([*parts, _TAG.sub(cleaned, page[end:])])


def with_policy(page: str, name: str) -> str:
    """A page with its policy before everything that it could forbid."""
    clean = without_handlers(page, name)
    content = html.escape(policy(clean), quote=True).replace("&#x27;", "'")
    tag = f'<meta http-equiv="Content-Security-Policy" content="{content}">'
    head = _HEAD.search(clean)
    place = head.end() if head else 0
    return f"{clean[:place]}\n{tag}\n{clean[place:]}" if head else f"{tag}\n{clean}"


def add_policies(site: Path) -> None:
    """Give every page of a site its policy, in place.

    Raises:
        DataError: a page has a handler that is not known.
    """
    for path in sorted(site.rglob("*.html")):
        if "_static" in path.relative_to(site).parts:
            continue  # fragments that the theme keeps; no page
        text = path.read_text(encoding="utf-8")
        write_whole(path, with_policy(text, path.name).encode())
