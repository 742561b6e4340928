"""Files that lie beside a list of their digests, read only if they are as the list has them.

A flipped bit in a table of numbers is another number: nothing else would notice it. The list,
``SHA256SUMS``, has the form of the program ``sha256sum``, which can check it too.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from maxpooling.errors import DataError

LIST: Final = "SHA256SUMS"
_LINE: Final = re.compile(r"([0-9a-f]{64})  (\S+)")


def read_listed(path: Path, folder: Path) -> bytes:
    """Read a file and compare it with the list of a folder.

    Args:
        path: of the file, at any depth below ``folder``.
        folder: that holds the list; without a list nothing is compared (somebody's own data).

    Raises:
        DataError: the file is missing or unreadable, is not in the list, or is not as listed; names
            the file, and what was expected and found.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as name:
        ...     table = Path(name, "table.csv")
        ...     _ = table.write_text("d,error")
        ...     _ = Path(name, LIST).write_text(listing([table], Path(name)))
        ...     read_listed(table, Path(name))
        b'd,error'
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: expected a readable file, found: {error.strerror}") from error
    if not (folder / LIST).is_file():
        return content
    name = path.relative_to(folder).as_posix()
    expected = read_list(folder).get(name)
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        wanted = f"SHA-256 {expected}" if expected else "a line for it"
        raise DataError(
            f"{path}: expected {wanted} in {folder / LIST}, found {found}; "
            "accept an edit that is meant with `make digests`, undo any other"
        )
    return content


def read_list(folder: Path) -> dict[str, str]:
    """The digests in the list of a folder, by path below it.

    Raises:
        DataError: the list is unreadable, empty, or has a line of another form.
    """
    path = folder / LIST
    try:
        *lines, rest = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: expected a list of digests, found: {error}") from error
    if rest:
        raise DataError(f"{path}: expected whole lines, found {rest!r} at the end")
    found = {}
    for line in lines:
        entry = _LINE.fullmatch(line)
        if not entry or entry[2] in found:
            raise DataError(f"{path}: expected a digest and a new path a line, found {line!r}")
        found[entry[2]] = entry[1]
    if not found:
        raise DataError(f"{path}: expected a list of digests, found none")
    return found


def listing(files: Iterable[Path], folder: Path) -> str:
    """The text of a list: a line for each file, by path."""
    names = sorted(path.relative_to(folder).as_posix() for path in files)
    return "".join(
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names
    )
