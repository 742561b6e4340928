"""Whether outputs are still those of their inputs, on a machine whose clock cannot be trusted.

Snakemake compares times. A source with an old time and new content would be overlooked, so rules
take a digest of their sources as a parameter; an output from the future would pass for new for
ever, so it is dated to the beginning of time and made again.
"""

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_LEEWAY = 2.0  # seconds: file systems round, and a disk on a network has a clock of its own


def sources_digest(files: Iterable[str]) -> str:
    """A digest of the contents of those files that the build does not make.

    Args:
        files: paths relative to the root, where the process runs; those below ``build`` are left
            out, and so is what does not exist.
    """
    digest = hashlib.sha256()
    for name in sorted(set(files)):
        if not name.startswith("build/") and Path(name).is_file():
            digest.update(f"{name}\0{_digest_of(name)}\0".encode())
    return digest.hexdigest()


@cache
def _digest_of(name: str) -> str:
    with Path(name).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def forget_the_future(folder: Path, now: float) -> int:
    """Date all files below a folder that seem to come from the future to the beginning of time.

    Args:
        folder: may be missing.
        now: seconds since then.

    Returns:
        How many there were.
    """
    late = 0
    for place, _, names in os.walk(folder):
        for path in (Path(place), *(Path(place, name) for name in names)):
            if path.lstat().st_mtime > now + _LEEWAY and not path.is_symlink():
                os.utime(path, (0, 0))
                late += 1
    return late
