"""MyST's directives in the text of notebooks and pages, read without Sphinx."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from docutils.nodes import make_id

DIRECTIVE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w:-]+)\} ?(?P<title>[^\n]*)\n(?P<body>.*?)^(?P=fence)$",
    re.DOTALL | re.MULTILINE,
)
_OPTION = re.compile(r":(?P<key>[\w-]+):(?P<value>.*(?:\n {2,}\S.*)*)\n")
_ANCHOR = re.compile(
    r"(?:label:|:name:|\{auto(?:figure|table)\}) ([\w-]+)$|^\(([\w-]+)\)=$|^#+ (.+)$", re.MULTILINE
)


@dataclass(frozen=True)
class Directive:
    """One directive.

    Attributes:
        name: for example ``statement`` or ``prf:proof``.
        title: the rest of its first line.
        options: the lines ``:key: value``; a value goes on in lines that are indented.
        body: what follows them.
        start: where it begins in the text.
        end: behind its last character.
    """

    name: str
    title: str
    options: dict[str, str] = field(default_factory=dict)
    body: str = ""
    start: int = 0
    end: int = 0


def directives(text: str) -> Iterator[Directive]:
    r"""Every directive of a Markdown text, in order; those inside of others are not looked for.

    Examples:
        >>> box = "```{statement} Theorem 1\n:label: theorem-1\n\nIt holds.\n```"
        >>> found = next(directives(box))
        >>> found.title, found.options, found.body
        ('Theorem 1', {'label': 'theorem-1'}, 'It holds.')
    """
    for match in DIRECTIVE.finditer(text):
        options, body = split_options(match["body"])
        yield Directive(match["name"], match["title"], options, body, *match.span())


def split_options(body: str) -> tuple[dict[str, str], str]:
    """The options at the head of a directive's text, and what follows them."""
    options = {}
    while option := _OPTION.match(body):
        options[option["key"]] = " ".join(option["value"].split())
        body = body[option.end() :]
    return options, body.strip("\n")


def markdown(notebook: str) -> str:
    """The Markdown of a notebook in Jupytext's percent format; code cells are left out.

    Cells are apart by an empty line.
    """
    cells = re.split(r"^# %%", notebook, flags=re.MULTILINE)[1:]
    texts = (cell.partition("\n")[2] for cell in cells if cell.startswith(" [markdown]"))
    return "\n\n".join(re.sub(r"^# ?", "", text, flags=re.MULTILINE).strip() for text in texts)


def anchors(text: str) -> set[str]:
    r"""Where a link may lead: labels, published figures and tables, targets, and headings.

    Examples:
        >>> sorted(anchors("# A title\n\n(here)=\n```{statement} X\n:label: theorem-1\n```"))
        ['a-title', 'here', 'theorem-1']
    """
    found = _ANCHOR.findall(text)
    return {label or target or make_id(heading) for label, target, heading in found}
