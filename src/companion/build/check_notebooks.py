"""Check the way of notebooks to .ipynb and back, and the house rules of notebooks and pages."""

import argparse
import ast
import sys
from pathlib import Path

import jupytext

from companion.build.typed_numbers import typed_numbers

MAX_FUNCTION_LINES = 10


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
    parser.add_argument("files", nargs="+", type=Path, help="notebooks (.py) and pages (.md)")
    found = [line for path in parser.parse_args().files for line in problems(path)]
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
