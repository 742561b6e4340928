"""What of a notebook's code a page shows: the code that says something, and no machinery.

Figures are drawn, modules imported and values recorded by code that a reader of the page does not
need. It is left out here and stands whole in the notebook that the page offers. A cell that only
calls a check keeps its line of evidence; where a box of the page has the same line, with the source
of the check below it, the cell goes.
"""

import ast
import html
import re

from docutils import nodes
from sphinx.application import Sphinx

from companion.sphinx.boxes import source_shown
from companion.sphinx.report import the_report

NOTE = "The code that draws figures, imports modules and keeps values is left out on this page: "
_DRAWING = frozenset({"pd", "plt", "publish_figure", "publish_preview"})
_QUIET = frozenset({"publish_table", "record", "record_times", "use_style"})
_BARE_CALL = re.compile(r"\w+\.\w+\(\)")
_NAMED = re.compile(r"<summary>One case: <code>(?P<check>[\w.]+)</code></summary>")
_SOURCE = re.compile(r"<details>.*?</details>", re.DOTALL)
_LINE = re.compile(r"<strong>Checked</strong>: (?P<line>.*?)\.</p>", re.DOTALL)


def said(source: str) -> str:
    r"""The part of a cell's code that a page shows; nothing if the cell draws a figure.

    Statements go whole: imports, and calls that publish or record. What cannot be parsed, as a cell
    with a command of IPython's, stays as it is.

    Examples:
        >>> said("from math import comb\n\nsize = comb(9, 2)\nrecord(size=size)")
        'size = comb(9, 2)'
        >>> said("figure, axes = plt.subplots()")
        ''
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    if any(isinstance(node, ast.Name) and node.id in _DRAWING for node in ast.walk(tree)):
        return ""
    lines = source.splitlines()
    kept = [line for line in tree.body if not _quiet(line)]
    if len(kept) == len(tree.body):
        return source
    hidden = {
        number
        for one in tree.body
        if _quiet(one)
        for number in range(one.lineno, (one.end_lineno or one.lineno) + 1)
    }
    left = "\n".join(line for number, line in enumerate(lines, 1) if number not in hidden)
    return re.sub(r"\n{3,}", "\n\n", left).strip("\n") if kept else ""


def _quiet(statement: ast.stmt) -> bool:
    """Whether a statement is machinery: an import, or what only publishes or records."""
    match statement:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return name in _QUIET
        case ast.For(body=body):
            return all(map(_quiet, body))
    return False


def quiet_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Leave out what says nothing, and say once where it stands."""
    cells = [
        node for node in doctree.findall(nodes.container) if node.get("nb_element") == "cell_code"
    ]
    shown_by_boxes = {
        name for node in doctree.findall(nodes.Element) for name in source_shown(node)
    }
    noted = False
    for cell in cells:
        source = next(
            (part for part in cell.children if _element(part) == "cell_code_source"), None
        )
        if source is None:
            continue
        code = next(source.findall(nodes.literal_block))
        text = code.astext().strip("\n")
        tags = {name.removeprefix("tag_") for name in cell["classes"]}
        if _BARE_CALL.fullmatch(text.strip()) and _evidence(cell):
            left = ""
            _without_source(app, cell, shown_by_boxes)
        else:
            left = "" if tags & {"hide-input", "parameters"} else said(text)
        if left == text:
            continue
        if left:
            code.replace_self(nodes.literal_block(left, left, **_attributes(code)))
        else:
            cell.remove(source)
            cell.attributes.pop("hide_mode", None)
        section = cell.parent
        place = section.index(cell)
        if not cell.children:
            section.remove(cell)
        if not noted:
            section.insert(place, _note(app.env.docname))
            noted = True


def _element(node: nodes.Node) -> str:
    return str(node.get("nb_element", "")) if isinstance(node, nodes.Element) else ""


def _attributes(code: nodes.literal_block) -> dict[str, object]:
    return {
        name: value for name, value in code.attributes.items() if name in ("language", "classes")
    }


def _evidence(cell: nodes.Element) -> list[nodes.raw]:
    return [node for node in cell.findall(nodes.raw) if _NAMED.search(node.astext())]


def _without_source(app: Sphinx, cell: nodes.Element, shown: set[str]) -> None:
    """Take the source away that a box shows, and the line too if it says no more than the box's."""
    for node in _evidence(cell):
        found, line = _NAMED.search(node.astext()), _LINE.search(node.astext())
        if found is None or line is None or found["check"] not in shown:
            continue
        text = _SOURCE.sub("", node.astext())
        node.replace_self(nodes.raw(text, text, format="html"))
        if html.unescape(line["line"]) in _lines(app, found["check"]):
            for output in [part for part in cell.children if _element(part) == "cell_code_output"]:
                cell.remove(output)


def _lines(app: Sphinx, check: str) -> set[str]:
    """What the boxes and the ledger say that a check ran over."""
    report = the_report(app.env)
    everything = [row.evidence for row in report.rows] + [one.evidence for one in report.errata]
    return {
        " · ".join(f"{line.kind}: {line.scope}" for line in lines if line.check == check)
        for lines in everything
    }


def _note(page: str) -> nodes.paragraph:
    name = page.rpartition("/")[2]
    link = nodes.reference("", f"{name}.ipynb", internal=False, refuri=f"../_sources/{page}.ipynb")
    return nodes.paragraph(
        "", NOTE, nodes.Text("it stands whole in "), link, nodes.Text("."), classes=["code-note"]
    )


def setup(app: Sphinx) -> None:
    """Register the change to pages that are notebooks."""
    app.connect("doctree-read", quiet_cells, priority=600)
