"""``import maxpooling``: quick, and complete."""

import ast
import pydoc
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import maxpooling


def run(code: str) -> str:
    """What a fresh interpreter prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def imported_for_type_checkers() -> dict[str, str]:
    """Name -> module, from the import statements that only type checkers see."""
    tree = ast.parse(Path(maxpooling.__file__).read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


class TestImport:
    def test_loads_neither_numpy_nor_torch_nor_any_room(self) -> None:
        code = "import sys, maxpooling; print([m for m in sys.modules if m.split('.')[0] in "
        assert run(code + "('numpy', 'torch', 'flint', 'maxpooling')])") == "['maxpooling']"

    def test_theory_needs_no_torch(self) -> None:
        code = "import sys; from maxpooling import best_uniform as b; b(9, [0, 8]).verify()"
        assert run(f"{code}; print('torch' in sys.modules)") == "False"


class TestNames:
    def test_the_packages_themselves_import_from_rooms(self, root: Path) -> None:
        # What runs for a page is read from the imports, and there a lazy name would hide its room.
        for path in (root / "src").rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module == "maxpooling":
                    lazy = {alias.name for alias in node.names} & set(maxpooling.__all__)
                    assert not lazy, f"{path}: import {lazy} from a room"

    @pytest.mark.parametrize("name", maxpooling.__all__)
    def test_every_name_is_there(self, name: str) -> None:
        assert getattr(maxpooling, name) is getattr(maxpooling, name)
        assert name in dir(maxpooling)

    def test_type_checkers_see_the_same_objects(self) -> None:
        names = imported_for_type_checkers()
        assert names == maxpooling.ROOM_OF
        assert {*names, "__version__"} == set(maxpooling.__all__)
        for name, module in names.items():
            assert getattr(maxpooling, name) is getattr(sys.modules[module], name)

    def test_version_is_that_of_the_project(self, root: Path) -> None:
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
        assert maxpooling.__version__ == project["version"]

    def test_help_begins_with_a_map(self) -> None:
        """Every name stands in the description, with what it is for."""
        described = {
            line.split()[0] for line in str(maxpooling.__doc__).splitlines() if line[:4] == "    "
        }
        assert {*maxpooling.__all__} - {"__version__"} <= described
        assert "best_uniform        the least largest error" in pydoc.render_doc(maxpooling)

    def test_another_name(self) -> None:
        with pytest.raises(AttributeError, match="module 'maxpooling' has no attribute 'best'"):
            _ = maxpooling.best  # type: ignore[attr-defined]
