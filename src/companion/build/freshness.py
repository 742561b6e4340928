"""Whether outputs are still those of their inputs, on a machine whose clock cannot be trusted.

Snakemake compares times. A source with an old time and new content would be overlooked, so rules
take a digest of their sources as a parameter. An output from the future would pass for new for
ever, so it is dated to the beginning of time and made again; a source from the future fails the
step that reads it ("clock skew"), so it is dated to now.
"""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

SOURCES = (
    *("src", "notebooks", "data", "book", "proofs", "requirements.lock"),
    *("pyproject.toml", "setup.py", "CHANGELOG.md", "_config.yml"),
)
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


def forget_the_future(root: Path, now: float) -> int:
    """Give an honest date to all files that seem to come from the future.

    Args:
        root: of the repository.
        now: seconds since the beginning of time.

    Returns:
        How many there were. Those whose date is not ours to change stay as they are.
    """
    late = _date(root / "build", now, 0)
    return late + sum(_date(path, now, now) for path in root.glob("*") if path.name in SOURCES)


def _date(start: Path, now: float, date: float) -> int:
    late = 0
    walk = os.walk(start) if start.is_dir() else [(str(start), (), ())]
    for place, _, names in walk:
        for path in (Path(place), *(Path(place, name) for name in names)):
            with suppress(OSError):  # just gone, or somebody else's
                if path.lstat().st_mtime > now + _LEEWAY and not path.is_symlink():
                    os.utime(path, (date, date))
                    late += 1
    return late
