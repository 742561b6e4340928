"""Check the way of notebooks to .ipynb and back, and the house rules of notebooks and pages.

One rule: what is in no table of contents is in no book, though it runs in every build.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import jupytext
import yaml

from companion.build.typed_numbers import typed_numbers

# A function that is the statement itself stands on the page, if it can be seen at a glance.
MAX_FUNCTION_LINES = 24
# How every chapter opens and ends.
PROMISE, CLOSING, CHECKED = (
    "**What this chapter establishes",
    "## What it means",
    "## What was checked",
)


def problems(path: Path) -> list[str]:
    """What is wrong with one py:percent notebook or Markdown page, a line each."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return [f"{path}: {problem}" for problem in typed_numbers(text)]
    notebook = jupytext.reads(text, fmt="py:percent")
    found = []
    if _body(jupytext.writes(notebook, fmt="py:percent")) != _body(text):
        found.append("its cells change on the way to .ipynb and back")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            found += _long_functions(cell.source)
            if cell.get("outputs"):
                found.append("a cell holds outputs")
        elif cell.cell_type == "markdown":
            found += typed_numbers(cell.source)
    return [f"{path}: {problem}" for problem in found]


def parts_missing(path: Path) -> list[str]:
    """What a chapter lacks of a question to open with and a sentence to close with, a line each.

    The question stands before the list of what the chapter establishes. The sentence is alone under
    the heading of :data:`CLOSING`, the last one but for that on what was checked.

    Args:
        path: a py:percent notebook that is a chapter.
    """
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    opening, promise, _ = text.partition(PROMISE)
    found = []
    if not promise or "?" not in opening:
        found.append(f"asks no question before {PROMISE!r}")
    _, heading, closing = text.partition(f"\n{CLOSING}\n")
    sentence, *later = closing.split("\n## ")
    if not heading or [f"## {one}".splitlines()[0] for one in later] not in ([], [CHECKED]):
        found.append(f"does not end with {CLOSING!r}, before {CHECKED!r} if it has that")
    elif "\n\n" in sentence.strip() or not re.fullmatch(r"[^.!?]+\.", _words(sentence)):
        found.append(f"{CLOSING!r} is not one sentence")
    return [f"{path}: {problem}" for problem in found]


def _words(text: str) -> str:
    """A text without its roles and formulas, which may hold any sign."""
    return re.sub(r"\{[\w:]+\}`[^`]*`|\$[^$]*\$", "", text).strip()


def unlisted(contents: Path, files: Iterable[Path]) -> list[str]:
    """Which of the notebooks and pages the table of contents does not have, a line each.

    Args:
        contents: Jupyter Book's ``_toc.yml``.
        files: its entries are known by their names without suffix, ``s4_complexity``.
    """
    names = {Path(entry).name for entry in _entries(yaml.safe_load(contents.read_text("utf-8")))}
    return [
        f"{path}: not in {contents}; expected there as a chapter"
        for path in files
        if path.stem not in names
    ]


def _entries(part: object) -> Iterator[str]:
    """The root and every file of a table of contents, however deep."""
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key in ("root", "file"))
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _entries(inner)


def _body(text: str) -> str:
    """The cells, without the header (jupytext writes its own version into that)."""
    return text.split("# ---\n", 2)[-1]


def _long_functions(source: str) -> list[str]:
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return [
        f"function {function.name} has more than {MAX_FUNCTION_LINES} lines; move it to src"
        for function in functions
        if (function.end_lineno or 0) - function.lineno + 1 > MAX_FUNCTION_LINES
    ]


def main() -> int:
    """Exit status 1 if any notebook or page has a problem."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contents", required=True, type=Path, help="the book's _toc.yml")
    parser.add_argument("files", nargs="+", type=Path, help="notebooks (.py) and pages (.md)")
    given = parser.parse_args()
    found = [line for path in given.files for line in problems(path)]
    found += [line for path in given.files if path.suffix == ".py" for line in parts_missing(path)]
    found += unlisted(given.contents, given.files)
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
