"""``--help`` of every command says what it does and does nothing."""

import ast
from pathlib import Path

import pytest

HERE = Path(__file__).resolve()
OTHERS_HELP = {"kernel.py"}  # hands all its arguments to ipykernel, whose own help it then is
RUN_ELSEWHERE = {"__main__.py"}  # with --help, by the tests of the two command lines
PARSERS = {"parse_args", "parse_known_args"}
HARMLESS = {
    *("ArgumentParser", "add_argument", "add_subparsers", "add_parser", "add_cell_arguments"),
    "add_mutually_exclusive_group",
    *("Path", "partition", "splitlines", "join", "isinstance", "reconfigure", "sorted", "list"),
}


def commands(root: Path) -> dict[str, Path]:
    """The files that do something when they are run."""
    folders = ("src", "benchmarks", "proofs", "tests")
    files = [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]
    asked = 'if __name__ == "__main__":\n'
    return {
        path.relative_to(root).as_posix(): path
        for path in files
        if path.name not in OTHERS_HELP | RUN_ELSEWHERE
        and path != HERE
        and asked in path.read_text("utf-8")
    }


def statements(path: Path) -> list[ast.stmt]:
    """What runs first: the body of ``main``, or where there is none what stands at the end."""
    tree = ast.parse(path.read_text("utf-8"))
    mains = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "main"]
    blocks = [n for n in tree.body if isinstance(n, ast.If)]
    return mains[0].body if mains else blocks[-1].body


def called(statement: ast.stmt) -> set[str]:
    """Names of the functions and methods that a statement calls."""
    functions = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return {
        one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "?") for one in functions
    }


@pytest.mark.parametrize("name", commands(HERE.parents[3]))
def test_arguments_are_read_before_anything_is_done(name: str, root: Path) -> None:
    """Up to the parsing, a command only describes its arguments."""
    for statement in statements(root / name):
        calls = called(statement)
        if calls & PARSERS:
            return
        assert calls <= HARMLESS, f"{calls - HARMLESS} before the arguments are read"
    pytest.fail("reads no arguments, so that --help does all that it does")
