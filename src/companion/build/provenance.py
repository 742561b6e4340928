"""Where the results of one notebook come from, as the book prints it under its figures.

Nothing in here differs between two runs of the same sources. What does is kept apart: seconds and
processor in ``build/timings``, the commit with git; the page on the build's status shows them.
"""

import hashlib
import json
import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from companion.build.import_closure import closure_files

FILE_NAME = "provenance.json"
FRESH = "build/experiments/"
_DIGITS = 8


def describe(
    source: Path, parameters: dict[str, Any], read: Iterable[str], root: Path
) -> dict[str, Any]:
    """Say what a notebook was run from.

    Args:
        source: the notebook.
        parameters: every parameter with the value that it had.
        read: the data files that it read, relative to ``root``.
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
        "data_sha256": _digest(_content(root, name) for name in read),
        "runs": runs(read),
    }


def short_hash(files: Iterable[Path]) -> str:
    """The first digits of the SHA-256 of the files' contents, one after the other."""
    return _digest(file.read_bytes() for file in files)


def _content(root: Path, name: str) -> bytes:
    """The content of a data file; of a run of this build, what is the same each time it is run."""
    content = (root / name).read_bytes()
    if not (name.startswith(FRESH) and name.endswith(".json")):
        return content
    result = json.loads(content)
    wanted = ("configuration_sha256", "weights_sha256", "clean", "robust")
    return json.dumps([result[key] for key in wanted]).encode()


def _digest(contents: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content)
    return digest.hexdigest()[:_DIGITS]


def runs(read: Iterable[str]) -> str:
    """Whether the notebook shows trained networks of this build or of the record, or computes.

    Examples:
        >>> runs(["data/paper/appendix_d.csv"]), runs(["data/results/a/b/seed0.json"])
        ('computed in this build', 'recorded runs')
    """
    recorded = any(name.startswith("data/results/") for name in read)
    fresh = any(name.startswith(FRESH) for name in read)
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
