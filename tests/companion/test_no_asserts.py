"""Nothing that the book relies on is an ``assert``: ``python -O`` would skip it."""

import ast
from pathlib import Path

import pytest

FOLDERS = ("src", "notebooks")


def asserts(path: Path) -> list[str]:
    """Every assert statement of a file, as ``name:line``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = (node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert))
    return [f"{path.name}:{line}" for line in sorted(found)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_asserts(root: Path, folder: str) -> None:
    files = sorted((root / folder).rglob("*.py"))
    assert len(files) > 10
    assert [found for path in files for found in asserts(path)] == []


def test_an_assert_is_found_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "it.py"
    path.write_text('"""assert"""\n# assert 1\ndef f(x):\n    assert x\n\n\nassert f, "assert"\n')
    assert asserts(path) == ["it.py:4", "it.py:7"]
