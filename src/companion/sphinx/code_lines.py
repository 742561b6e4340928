"""Each line of a block of code is an element, so that one too long goes on below, indented.

A box of code wraps. Without an element for each line the rest of a long one would begin at the left
edge, as if it were a line of its own; with one the style sheet lets it hang, two letters further in
than its line begins.
"""

import re
from collections.abc import Iterator

from pygments.formatters import HtmlFormatter
from sphinx.application import Sphinx

_TAG = re.compile(r"<[^>]*>")


class LineFormatter(HtmlFormatter[str]):
    """Pygments' own, and a ``span.line`` with ``style="--column:8"`` around one indented by 8."""

    def wrap(self, source: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Mark the lines before Pygments puts them into ``<pre>``; the text stays as it is."""
        lines = (
            (is_code, f"{_opened(_column(line))}{line}</span>" if is_code else line)
            for is_code, line in source
        )
        yield from super().wrap(lines)  # type: ignore[no-untyped-call]


def _opened(column: int) -> str:
    return f'<span class="line" style="--column:{column}">' if column else '<span class="line">'


def _column(line: str) -> int:
    """How far in the text of a line of HTML begins.

    Examples:
        >>> _column('<span class="w">    </span><span class="k">return</span>'), _column(" ")
        (4, 0)
    """
    text = _TAG.sub("", line).rstrip()
    return len(text) - len(text.lstrip(" "))


def _use(app: Sphinx) -> None:
    """Give the formatter to a builder of HTML, for its light and its dark style."""
    if app.builder.format == "html":
        for name in ("highlighter", "dark_highlighter"):
            bridge = getattr(app.builder, name, None)
            if bridge is not None:
                bridge.formatter = LineFormatter


def setup(app: Sphinx) -> None:
    """Use the formatter once the builder has its highlighters."""
    app.connect("builder-inited", _use, priority=900)
