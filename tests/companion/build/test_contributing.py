"""CONTRIBUTING.md tells of this tree: its example runs, its paths exist, its map is the layers'."""

import re
import tomllib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from companion import checking
from companion.checking import Check, domains
from companion.ledger.statements import read_statements
from maxpooling import approximation


@pytest.fixture(scope="module")
def text(root: Path) -> str:
    return (root / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_example_of_a_check_runs(text: str, tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names: dict[str, Any] = {**vars(checking), **vars(domains), **vars(approximation)}
    exec(code, names)
    example = names["theorem_a"]
    assert isinstance(example, Check)
    assert example.function(d=4, orders=(0, 3)) is None
    assert approximation.best_uniform(4, (0, 3)).error == Fraction(1, 8)


def test_the_example_of_a_box_is_read(text: str, tmp_path: Path) -> None:
    (box,) = re.findall(r"````markdown\n(.*?)````", text, re.DOTALL)
    commented = "".join(f"# {line}".rstrip() + "\n" for line in box.splitlines())
    (tmp_path / "n.py").write_text(f"# ---\n# jupyter:\n# ---\n\n# %% [markdown]\n{commented}")
    (read,) = read_statements(tmp_path)
    assert (read.label, read.checks) == ("theorem-a", ("n.theorem_a",))


def test_every_path_exists(text: str, root: Path) -> None:
    named = re.findall(r"`((?:src|tests|data|book|notebooks|workflow|benchmarks)[/\w.-]*)`", text)
    paths = [path for path in named if "NAME" not in path]
    assert len(paths) > 10
    assert [path for path in paths if not (root / path).exists()] == []


def test_the_map_has_every_room(text: str, root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    layers = [
        line
        for contract in project["tool"]["importlinter"]["contracts"]
        for line in contract.get("layers", [])
    ]
    drawn = text.partition("### Rooms and arrows")[2].partition("- `checking`")[0]
    rooms = {room for line in layers for room in re.findall(r"\w+", line)}
    assert len(rooms) > 10
    assert {room for room in rooms if not re.search(rf"\b{room}\b", drawn)} == set()
