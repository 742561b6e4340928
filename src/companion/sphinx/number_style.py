"""Numbers on the pages, in one style: 76,678,281, 4519, 95 % and 98.91 ± 0.07.

Whole numbers of five digits and more get a comma at every thousand, wherever they come from: prose,
tables, recorded values, what checks found. Numbers of four digits, as years, have none. A space
that does not break stands before the sign of per cent, behind ± and around the sign behind a p.
Code, formulas, digests, texts of links to other sites, and the bibliography are left alone, and so
is everything that is downloaded.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

_LEFT_OUT = frozenset({"bibliography"})
_SILENT = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.comment)
# No part of a word, of a decimal, of an address, of a date, nor of a number with separators; a
# denominator may follow. Identifiers may begin with a zero.
_LONG = re.compile(
    r"(?<![\w,:#.])(?<!\w[-/])[1-9]\d{4,}(?!\w|,\d)(?:/[1-9]\d*(?!\w))?"
    r"|(?<![\w.,:#/-])[1-9]\d{0,3}/[1-9]\d{4,}(?!\w)"
)
_SHORT = re.compile(r"(?<![\w.,])([1-9]),(\d{3})(?![\w,])")
# A text that begins with it follows a recorded value.
_PER_CENT = re.compile(r"(?<=\d) ?%|^ %")
_BOUND = re.compile(r"(?<=±) (?=\d)|(?<=\bp) (?=[=<] \d)|(?<=\bp[ \N{NO-BREAK SPACE}][=<]) (?=\d)")
_EVIDENCE = re.compile(r'(?<=<div class="evidence"><p>)(.*?)(?=</p>)', re.DOTALL)


def styled(text: str) -> str:
    r"""A text with its numbers in the pages' style.

    Examples:
        >>> styled("76678281 of them, 3/65536 and 1179648/5; 2026, 0.123456, arXiv 2203.01016")
        '76,678,281 of them, 3/65,536 and 1,179,648/5; 2026, 0.123456, arXiv 2203.01016'
        >>> styled("in [-10000, 10000], 12,345,678 and 8f12345, 12345ab, 10.1007/12345")
        'in [-10,000, 10,000], 12,345,678 and 8f12345, 12345ab, 10.1007/12345'
        >>> styled("4,519 of 10,000, or 45% and 95 %")
        '4519 of 10,000, or 45\xa0% and 95\xa0%'
        >>> styled(" % of 12 images")
        '\xa0% of 12 images'
        >>> styled("98.91 ± 0.07, p < 0.0001, step = 2")
        '98.91 ±\xa00.07, p\xa0<\xa00.0001, step = 2'
    """
    long = _LONG.sub(lambda found: re.sub(r"\d{5,}", lambda m: f"{int(m[0]):,}", found[0]), text)
    short = _PER_CENT.sub("\N{NO-BREAK SPACE}%", _SHORT.sub(r"\1\2", long))
    return _BOUND.sub("\N{NO-BREAK SPACE}", short)


def style_numbers(_app: Sphinx, tree: nodes.document, page: str) -> None:
    """Write the numbers of a page's texts, and of its checks' lines, in the one style."""
    if page in _LEFT_OUT:
        return
    for text in list(tree.findall(nodes.Text)):
        if isinstance(text.parent, nodes.raw) or _is_silent(text):
            continue
        written = styled(text.astext())
        if written != text.astext():
            text.parent.replace(text, nodes.Text(written))
    for raw in tree.findall(nodes.raw):
        if raw.get("format") == "html":
            written = _EVIDENCE.sub(lambda found: styled(found[1]), raw.astext())
            raw.children, raw.rawsource = [nodes.Text(written)], written


def _is_silent(text: nodes.Text) -> bool:
    node = text.parent
    while node is not None:
        # A digest may have digits only.
        if isinstance(node, _SILENT) or "provenance" in node.get("classes", ()):
            return True
        # An address may be the text of its link.
        if isinstance(node, nodes.reference) and node.get("refuri", "").startswith("http"):
            return True
        node = node.parent
    return False


def setup(app: Sphinx) -> None:
    """Style when pages are written, after all that adds texts to them."""
    app.connect("doctree-resolved", style_numbers, priority=900)
