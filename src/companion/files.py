"""Places of the repository, and files that are written whole or not at all.

An installed package reads the data that it carries; what it downloads or trains goes below the
working folder, which then stands for the repository.
"""

import errno
import os
import tempfile
from pathlib import Path

from companion.published import data_folder
from maxpooling.errors import DataError

_TREE = Path(__file__).resolve().parents[2]
ROOT = _TREE if (_TREE / "src" / "companion").is_dir() else Path.cwd()
SOURCES = data_folder() / "sources.toml"
SAMPLES = data_folder() / "samples"
RECORDED = data_folder() / "results"
CACHE = ROOT / "data" / "cache"
BUILD = ROOT / "build" / "experiments"


# The file system has no room for more, or the process may not write so much.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``; a reader sees the old file or the new one, never a part.

    The bytes go to a temporary name beside ``path``, are flushed to the disk, and take the place
    of the old file in one step of the file system.

    Args:
        path: the file; its folder is made if it is missing.
        content: every byte of the file.

    Raises:
        DataError: no disk space is left; names the file and the bytes that it needs.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        if error.errno in NO_ROOM:
            raise DataError(
                f"{path}: expected room for {len(content)} bytes, found no space left on the disk; "
                "free some and run the same command again (finished epochs are kept)"
            ) from error
        raise


def no_room(error: OSError) -> str:
    """The message of a command that found no space on the disk.

    Raises:
        OSError: the error itself, if it is another one.
    """
    if error.errno not in NO_ROOM:
        raise error
    file = error.filename or "a file of this step"
    return (
        f"error: {file}: expected room on the disk, found none ({error.strerror}); "
        "free some and run the same command again"
    )
