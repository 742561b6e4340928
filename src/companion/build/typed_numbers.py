"""Measured numbers typed into prose: found, so that they are replaced by recorded ones.

Refused, in Markdown prose: percentages; durations with a unit; speeds (images, iterations, ... per
second); "N times faster" and other comparisons by a factor; accuracies, errors and losses given as
decimals. Such numbers come from runs, and a typed one does not change with them: prose takes it
from a notebook with the role ``value``.

Not looked at: code and mathematics (blocks and inline), roles, links, comments, block quotations,
and theorem environments, whose numbers are the paper's or proved. The level of an interval ("95 %
interval") is a convention, no measurement. A paragraph with ``<!-- typed: REASON -->`` is left
alone, for example for a setting that the paper gives; an empty reason is refused.
"""

import re
from collections.abc import Iterator

_NUMBER = r"\d[\d.,]*"
_TIME = r"(?:ns|µs|μs|ms|s|sec|seconds?|min|minutes?|h|hours?|days?)"
_THAN = (
    r"(?:as|faster|slower|larger|smaller|bigger|more|less|fewer|better|worse|higher|lower|longer)\b"
)
_MEASURED = {
    "a percentage": rf"{_NUMBER}\s*(?:%|per ?cent\b)",
    "a duration": rf"{_NUMBER}\s*{_TIME}\b(?!/)",
    "a speed": rf"{_NUMBER}\s*\w+\s*(?:/\s*s\b|per second|a second)",
    "a factor": rf"{_NUMBER}\s*(?:times|×|-?fold)\s+{_THAN}|factors? of {_NUMBER}",
    "an accuracy": r"\b(?:accurac(?:y|ies)|loss(?:es)?)\b(?:\W+\w+){0,4}?\W+0?\.\d+",
}
_PATTERNS = {what: re.compile(pattern, re.IGNORECASE) for what, pattern in _MEASURED.items()}
_FENCE = re.compile(r"(`{3,}|~{3,}|:{3,})\s*(?:\{([\w:-]+)\})?")
# Directives whose content is prose; that of all others is code, mathematics or a theorem.
_PROSE = {
    "admonition", "note", "tip", "warning", "important", "margin", "sidebar", "list-table",
    "autofigure", "autotable", "figure", "dropdown", "prf:remark", "grid", "grid-item-card",
}  # fmt: skip
_SKIPPED = re.compile(
    r"\{[\w:-]+\}`[^`]*`"  # roles
    r"|(`+).+?\1"  # inline code
    r"|\$\$.+?\$\$|\$[^$]+\$"  # mathematics
    r"|\]\([^)]*\)|<https?:[^>]*>|https?://\S+"  # links
    r"|<!--.*?-->"
    r"|\b\d\d\s*%\s+(?:t\s+|confidence\s+)?intervals?\b",
    re.DOTALL,
)
_EXEMPTION = re.compile(r"<!--\s*typed:(.*?)-->", re.DOTALL)


def typed_numbers(markdown: str) -> list[str]:
    """What is refused in a Markdown text, a line each.

    Examples:
        >>> typed_numbers("It took 12 s. The error is $1/18$.")
        ["'12 s' is a duration typed into prose: record it and use the role value"]
        >>> typed_numbers("<!-- typed: the paper's setting --> A dropout of 20 %.")
        []
    """
    found = []
    for paragraph in _prose(markdown):
        exemption = _EXEMPTION.search(paragraph)
        if exemption:
            if not exemption[1].strip():
                found.append("a marker 'typed:' gives no reason")
            continue
        text = _SKIPPED.sub(" ", paragraph)
        found += [
            f"{match[0].strip()!r} is {what} typed into prose: record it and use the role value"
            for what, pattern in _PATTERNS.items()
            for match in pattern.finditer(text)
        ]
    return found


def _prose(markdown: str) -> Iterator[str]:
    """The paragraphs that are prose, fences resolved."""
    paragraph: list[str] = []
    fences: list[tuple[str, bool]] = []  # the open ones, and whether their content is prose
    for line in [*markdown.splitlines(), ""]:
        text = line.strip()
        fence = _FENCE.match(text)
        closes = fences and set(text) == set(fences[-1][0][0]) and len(text) >= len(fences[-1][0])
        prose = all(is_prose for _, is_prose in fences)
        if fence or not text or text.startswith(">") or not prose:
            if paragraph:
                yield "\n".join(paragraph)
                paragraph = []
        else:
            paragraph.append(line)
        if closes:
            fences.pop()
        elif fence:
            fences.append((fence[1], fence[2] in _PROSE))
