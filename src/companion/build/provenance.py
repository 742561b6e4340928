"""Where the results of one notebook come from, as the book prints it under its figures.

The commit is not in here: it is looked up when the pages are built, so that a commit alone re-runs
no notebook.
"""

import hashlib
import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from companion.build.import_closure import closure_files

FILE_NAME = "provenance.json"
_DIGITS = 8


def describe(
    source: Path, parameters: dict[str, Any], read: Iterable[str], seconds: float, root: Path
) -> dict[str, Any]:
    """Say what a notebook was run from and on.

    Args:
        source: the notebook.
        parameters: every parameter with the value that it had.
        read: the data files that it read, relative to ``root``.
        seconds: what it took.
        root: of the repository.
    """
    read = sorted(read)
    library = closure_files(source, root / "src") if (root / "src").is_dir() else []
    return {
        "source": source.name,
        "parameters": parameters,
        "source_sha256": short_hash([source]),
        "library": {"modules": len(library), "sha256": short_hash(library)},
        "data": read,
        "data_sha256": short_hash(root / name for name in read),
        "runs": runs(read),
        "seconds": round(seconds, 1),
        "hardware": hardware(),
    }


def short_hash(files: Iterable[Path]) -> str:
    """The first digits of the SHA-256 of the files' contents, one after the other."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:_DIGITS]


def runs(read: Iterable[str]) -> str:
    """Whether the notebook shows trained networks of this build or of the record, or computes.

    Examples:
        >>> runs(["data/paper/appendix_d.csv"]), runs(["data/results/a/b/seed0.json"])
        ('computed in this build', 'recorded runs')
    """
    recorded = any(name.startswith("data/results/") for name in read)
    fresh = any(name.startswith("build/experiments/") for name in read)
    if recorded and fresh:
        return "recorded runs and fresh runs of this build"
    if recorded:
        return "recorded runs"
    return "fresh runs of this build" if fresh else "computed in this build"


def hardware() -> str:
    """The processor's name and how many of its cores there are."""
    name = platform.processor() or platform.machine()
    about = Path("/proc/cpuinfo")
    if about.is_file():
        lines = about.read_text(encoding="utf-8").splitlines()
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        name = models[0] if models and models[0] != "unknown" else name
    cores = os.cpu_count() or 1
    return f"{name}, {cores} core{'s' if cores > 1 else ''}"
