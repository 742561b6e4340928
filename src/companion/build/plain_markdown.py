"""The text of a notebook without the book: MyST's directives and roles in plain Markdown.

Jupyter, Colab and Binder show Markdown with formulas and nothing more. Statements become
quotations, captions paragraphs, recorded values numbers, and references what they show.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from pybtex.database import parse_file

_DIRECTIVE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w:-]+)\} ?(?P<title>[^\n]*)\n(?P<body>.*?)^(?P=fence)$",
    re.DOTALL | re.MULTILINE,
)
_OPTION = re.compile(r":(?P<key>[\w-]+):(?P<value>.*)\n")
_ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}`(?P<text>[^`]*)`")
_TARGET = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)
_CAPTIONS = {"autofigure": "Figure", "autotable": "Table"}
_PAPER_LABEL = re.compile(r"figure-(\d+)")

Lookup = Callable[[str], str]


def plain(text: str, value: Lookup, citation: Lookup) -> str:
    """Turn the text of one cell into plain Markdown.

    Args:
        text: MyST.
        value: the text of what ``{value}`` names, for example ``s3_approximations.error|.4f``.
        citation: the words for a key of the bibliography, names and year.

    Examples:
        >>> plain("{standing}`ours` By {prf:ref}`Theorem 2 <theorem-2>`.", str, str)
        '*ours* By Theorem 2.'
    """
    text = _TARGET.sub("", text)
    text = _DIRECTIVE.sub(lambda found: _directive(**found.groupdict()), text)
    return _ROLE.sub(lambda found: _role(found["name"], found["text"], value, citation), text)


def _directive(fence: str, name: str, title: str, body: str) -> str:
    del fence
    options = {}
    while option := _OPTION.match(body):
        options[option["key"]] = option["value"].strip()
        body = body[option.end() :]
    body = body.strip("\n")
    if name in _CAPTIONS:
        return f"**{_CAPTIONS[name]} {_name(title)}.** {body}"
    if name == "math":
        return f"$$\n{body}\n{_tag(options.get('label', ''))}$$"
    if name == "list-table":
        return _table(title, body)
    if name.startswith("prf:"):
        return _quotation(title or name.removeprefix("prf:").capitalize(), body)
    return "" if name == "raw" else body


def _tag(label: str) -> str:
    return f"\\tag{{{label.removeprefix('equation-')}}}\n" if label else ""


def _name(label: str) -> str:
    """The paper's number, or our label in words."""
    paper = _PAPER_LABEL.fullmatch(label)
    return paper[1] if paper else f"“{label.replace('-', ' ')}”"


def _quotation(title: str, body: str) -> str:
    lines = f"**{title}.**\n\n{body}".split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _table(title: str, body: str) -> str:
    """Rows of a list table, each line of the form ``* - cell`` or ``  - cell``."""
    cells = [line[4:].replace("|", r"\vert ") for line in body.split("\n")]
    starts = [i for i, line in enumerate(body.split("\n")) if line.startswith("* -")]
    rows = [cells[a:b] for a, b in zip(starts, [*starts[1:], len(cells)], strict=True)]
    rows.insert(1, ["---"] * len(rows[0]))
    lines = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return f"**{title}**\n\n{lines}"


def _role(name: str, text: str, value: Lookup, citation: Lookup) -> str:
    shown, target = re.fullmatch(r"(.*?)(?: <(.*)>)?", text, re.DOTALL).groups()  # type: ignore[union-attr]
    if name == "value":
        return value(text)
    if name == "cite:p":
        return f"({'; '.join(citation(key.strip()) for key in text.split(','))})"
    if name == "cite:t":
        names, year = citation(text).rsplit(", ", 1)
        return f"{names} ({year})"
    if name == "standing":
        return f"*{text}*"
    if name == "eq":
        return f"({text.removeprefix('equation-')})"
    if name == "numref" and _PAPER_LABEL.fullmatch(text):
        return f"Figure {_name(text)}"
    return shown if target else _name(text)


def citations(bibliography: Path) -> Mapping[str, str]:
    """Names and year for each key of a BibTeX file."""
    return {
        key: f"{_names([' '.join(p.last_names) for p in entry.persons['author']])}, "
        f"{entry.fields['year']}"
        for key, entry in parse_file(str(bibliography)).entries.items()
    }


def _names(names: list[str]) -> str:
    if len(names) > 2:
        return f"{names[0]} et al."
    return " and ".join(names)
