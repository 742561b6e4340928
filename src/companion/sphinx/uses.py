"""Names of the library in chapters lead to the reference, and the reference knows the chapters.

A name is found by itself: as inline code, or as a name in a highlighted cell. No chapter marks it.
"""

import ast
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jupytext
from docutils import nodes
from sphinx.application import Sphinx

import maxpooling
from companion.published import notebooks_folder

REFERENCE = "reference"
NAMES = frozenset(maxpooling.__all__) - {"__version__"}
_HEAD = re.compile(r"(?:maxpooling\.)?(?P<name>[A-Za-z_]\w*)(?![\w])")
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
# A name as Pygments marks it, but for attributes of others: `fit.best_uniform`.
_MARKED = re.compile(
    r'(?P<before><span class="o">\.</span>)?<span class="n[cf]?">(?P<name>[A-Za-z_]\w*)</span>'
)


def named(code: str) -> str | None:
    """The public name that inline code begins with.

    Examples:
        >>> named("best_uniform(9, [0, 8])"), named("SubpoolMaxPool2d.calibrated"), named("best")
        ('best_uniform', 'SubpoolMaxPool2d', None)
    """
    found = _HEAD.match(code)
    return found["name"] if found and found["name"] in NAMES else None


def address(name: str) -> str:
    """Where the reference has a public name, from the root of the book."""
    return f"{REFERENCE}.html#api-{name.lower()}"


def names_used(cells: Iterable[Mapping[str, Any]]) -> set[str]:
    """The public names in the code and in the inline code of a notebook.

    A cell that Python cannot parse has none.

    Examples:
        >>> cells = [{"cell_type": "code", "source": "from maxpooling import best_uniform as b"},
        ...          {"cell_type": "markdown", "source": "See `least_squares`."}]
        >>> sorted(names_used(cells))
        ['best_uniform', 'least_squares']
    """
    used: set[str] = set()
    for cell in cells:
        if cell["cell_type"] == "markdown":
            used.update(filter(None, map(named, _INLINE.findall(cell["source"]))))
            continue
        try:
            tree = ast.parse(cell["source"])
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("maxpooling"):
                used |= NAMES & {alias.name for alias in node.names}
    return used


@cache
def chapters_of(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """Public name -> (title, page) of every chapter that uses it, in the order of their files."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in NAMES}
    for path in sorted(folder.glob("*.py")):
        cells = jupytext.read(path)["cells"]
        heads = re.findall(r"^# (.+)$", cells[0]["source"] if cells else "", re.MULTILINE)
        for name in names_used(cells):
            found[name].append((heads[0] if heads else path.stem, f"notebooks/{path.stem}"))
    return found


def linked(body: str, to_root: str) -> str:
    """Link public names in highlighted code of a page's HTML.

    Args:
        body: of the page.
        to_root: what leads from the page to the root of the book, such as ``"../"``.

    Examples:
        >>> linked('<span class="n">best_uniform</span>', "../")  # doctest: +ELLIPSIS
        '<a class="api" href="../reference.html#api-best_uniform"><span class="n">best_...
    """

    def link(found: "re.Match[str]") -> str:
        if found["before"] or found["name"] not in NAMES:
            return found[0]
        return f'<a class="api" href="{to_root}{address(found["name"])}">{found[0]}</a>'

    return _MARKED.sub(link, body)


def _link_inline(app: Sphinx, tree: nodes.document, page: str) -> None:
    if page == REFERENCE or REFERENCE not in app.env.found_docs:
        return
    to_root = "../" * page.count("/")
    for literal in list(tree.findall(nodes.literal)):
        name = named(literal.astext())
        parents = (literal.parent, getattr(literal.parent, "parent", None))
        if name and not any(isinstance(one, nodes.reference | nodes.title) for one in parents):
            link = nodes.reference("", "", internal=True, refuri=to_root + address(name))
            literal.parent.replace(literal, link)
            link += literal


def _link_code(
    app: Sphinx, page: str, _: str, context: dict[str, Any], tree: nodes.document | None
) -> None:
    if tree is not None and page != REFERENCE and REFERENCE in app.env.found_docs:
        context["body"] = linked(context["body"], "../" * page.count("/"))


def chapters(name: str) -> list[tuple[str, str]]:
    """Title and page of the chapters that use a public name."""
    return chapters_of(notebooks_folder())[name]


def setup(app: Sphinx) -> None:
    """Link names when pages are written."""
    app.connect("doctree-resolved", _link_inline)
    app.connect("html-page-context", _link_code)
