"""The import closure: everything that runs when a notebook imports from the package."""

from pathlib import Path

import grimp
import pytest

from companion.build.import_closure import closure, closure_files, imported_modules, module_files

KNOWN = frozenset(
    {
        "maxpooling",
        "companion.evidence",
        "companion.evidence.s3_approximations",
        "maxpooling.approximation",
        "maxpooling.errors",
    }
)


def graph(*imports: tuple[str, str]) -> grimp.ImportGraph:
    made = grimp.ImportGraph()
    made.add_module("p")
    for importer, imported in imports:
        made.add_import(importer=importer, imported=imported)
    return made


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import maxpooling.errors", {"maxpooling.errors"}),
        (
            "from companion.evidence import s3_approximations",
            {"companion.evidence", "companion.evidence.s3_approximations"},
        ),
        ("from maxpooling import errors as e", {"maxpooling", "maxpooling.errors"}),
        ("from maxpooling import best_uniform", {"maxpooling", "maxpooling.approximation"}),
        ("def f():\n    from maxpooling.errors import DataError", {"maxpooling.errors"}),
        ("%matplotlib inline\n!ls\nimport numpy", set()),
        ("x = 'import maxpooling.errors'", set()),
    ],
)
def test_imports_are_read_from_the_syntax_tree(source: str, expected: set[str]) -> None:
    assert imported_modules(source, KNOWN) == expected


def test_closure_follows_imports_and_runs_parent_packages() -> None:
    found = closure(
        {"p.a.b"}, graph(("p.a.b", "p.c"), ("p.c", "p.d"), ("p.a", "p.e"), ("p.f", "p.a.b"))
    )
    assert found == {"p.a.b", "p.a", "p", "p.c", "p.d", "p.e"}  # and not p.f, which imports it


def test_closure_stops_on_a_cycle() -> None:
    assert closure({"p.a"}, graph(("p.a", "p.b"), ("p.b", "p.a"))) == {"p", "p.a", "p.b"}


def test_data_beside_a_package_belongs_to_it(tmp_path: Path) -> None:
    package = tmp_path / "p"
    package.mkdir()
    for name in ("__init__.py", "code.py", "schema.json", "stale.pyc"):
        (package / name).touch()
    assert module_files("p", tmp_path) == [package / "__init__.py", package / "schema.json"]
    assert module_files("p.code", tmp_path) == [package / "code.py"]


def test_data_in_a_folder_belong_to_the_package_and_those_of_a_subpackage_do_not(
    tmp_path: Path,
) -> None:
    package = tmp_path / "p"
    for folder in (package / "tables", package / "inner"):
        folder.mkdir(parents=True)
        (folder / "data.json").touch()
    (package / "inner" / "__init__.py").touch()
    expected = [package / "__init__.py", package / "tables" / "data.json"]
    assert module_files("p", tmp_path) == expected


def test_real_package_reaches_indirect_imports(tmp_path: Path, root: Path) -> None:
    notebook = tmp_path / "n.py"
    notebook.write_text("from companion.pages.publishing import record\n")
    names = {path.name for path in closure_files(notebook, root / "src")}
    assert {"publishing.py", "figures.py", "__init__.py"} <= names
    assert "order_statistics.py" not in names


def test_a_public_name_brings_its_room_and_no_other(tmp_path: Path, root: Path) -> None:
    notebook = tmp_path / "n.py"
    notebook.write_text("from maxpooling import best_uniform\n")
    found = {
        path.relative_to(root / "src").as_posix() for path in closure_files(notebook, root / "src")
    }
    assert {"maxpooling/__init__.py", "maxpooling/approximation/spaces.py"} <= found
    assert not any(path.startswith("maxpooling/layers") for path in found)
