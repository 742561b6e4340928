"""What a notebook depends on: the modules it imports from ``src``, directly or not.

The answer is computed from the code alone (grimp reads the syntax trees of the package, ``ast``
that of the notebook), so nothing is imported or run, and no list has to be kept by hand.
"""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import grimp

from maxpooling import ROOM_OF

PACKAGES = ("maxpooling", "companion")


@cache
def _graph() -> grimp.ImportGraph:
    # What only type checkers see loads nothing.
    return grimp.build_graph(*PACKAGES, cache_dir=None, exclude_type_checking_imports=True)


def imported_modules(source: str, known: frozenset[str]) -> set[str]:
    """Modules of the packages that the given Python source names in its import statements.

    ``from maxpooling import errors`` may name a module or an attribute; ``known`` decides. A name
    that the library loads when it is first used stands for the room it comes from.
    IPython's line magics are skipped, because ``ast`` cannot read them.
    """
    lines = ("" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())
    named: set[str] = set()
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.Import):
            named.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            named.add(node.module)
            named.update(f"{node.module}.{alias.name}" for alias in node.names)
            if node.module == "maxpooling":
                named.update(ROOM_OF[alias.name] for alias in node.names if alias.name in ROOM_OF)
    return named & known


def closure(modules: Iterable[str], graph: grimp.ImportGraph) -> set[str]:
    """All modules of the packages that run when ``modules`` are imported.

    Importing ``a.b.c`` also runs ``a`` and ``a.b``, so the parents belong to the closure, and so
    does what they import.
    """
    found: set[str] = set()
    waiting = set(modules)
    while waiting:
        module = waiting.pop()
        found.add(module)
        parent = module.rpartition(".")[0]
        reached = graph.find_modules_directly_imported_by(module) | ({parent} if parent else set())
        waiting |= reached - found
    return found


def module_files(module: str, source_root: Path) -> list[Path]:
    """The file of a module and, for a package, its data files (not Python).

    These lie beside its code, or in a folder there that is no package itself.
    """
    path = source_root.joinpath(*module.split("."))
    if not path.is_dir():
        return [path.with_suffix(".py")]
    folders = [
        path,
        *(d for d in path.iterdir() if d.is_dir() and not (d / "__init__.py").exists()),
    ]
    files = (f for folder in folders for f in folder.iterdir() if f.is_file())
    data = (f for f in files if f.suffix not in {".py", ".pyc"})
    return [path / "__init__.py", *sorted(data)]


def closure_files(script: Path, source_root: Path) -> list[Path]:
    """Sorted files of ``source_root`` that the script (notebook source or module) depends on."""
    known = frozenset(_graph().modules)
    return files_of(imported_modules(script.read_text(encoding="utf-8"), known), source_root)


def files_of(modules: Iterable[str], source_root: Path) -> list[Path]:
    """Sorted files of ``source_root`` that importing the modules needs."""
    reached = closure(modules, _graph())
    return sorted(file for module in reached for file in module_files(module, source_root))
