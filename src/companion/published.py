"""The published table of Appendix D, read from the repository's data and checked."""

import csv
import hashlib
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from maxpooling.digests import read_listed
from maxpooling.errors import DataError

APPENDIX_D_SHA256 = "752a7772595692077a762c0d80b5e659ce017b971c8c215e84c8f7857b61a691"


@dataclass(frozen=True)
class PublishedError:
    """One row of Appendix D.

    Attributes:
        d: pool size, as printed.
        position: 1 for the first row of the table.
        error: the printed error.
        orders: the set R of the row, reconstructed: the printed column has not survived.
        standing: how d and error, and then how orders, are known.
    """

    d: int
    position: int
    error: Fraction
    orders: tuple[int, ...]
    standing: str


def data_folder() -> Path:
    """The folder of the data.

    MAXPOOLING_DATA if it is set; else what an installed package carries; else, in a source tree,
    its ``data/``.
    """
    chosen = os.environ.get("MAXPOOLING_DATA")
    if chosen:
        return Path(chosen)
    carried = Path(__file__).resolve().with_name("data")
    return carried if carried.is_dir() else Path(__file__).resolve().parents[2] / "data"


def notebooks_folder() -> Path:
    """The folder of the notebooks' sources: in a source tree its own, else what is carried."""
    return _beside("notebooks")


def book_folder() -> Path:
    """The folder of the book's own pages: in a source tree its own, else what is carried."""
    return _beside("book")


def proofs_folder() -> Path:
    """The folder of the proofs: in a source tree its own, else what is carried."""
    return _beside("proofs")


def read_data(path: Path) -> bytes:
    """Read a file; one of the project's data or proofs only if it is as ``SHA256SUMS`` has it.

    Raises:
        DataError: it is missing, unreadable, or not as listed.
    """
    for folder in (proofs_folder(), data_folder()):
        if path.is_relative_to(folder):
            return read_listed(path, folder)
    return read_listed(path, path.parent)


def _beside(name: str) -> Path:
    tree = Path(__file__).resolve().parents[2] / name
    return tree if tree.is_dir() else Path(__file__).resolve().with_name("data") / name


def appendix_d() -> tuple[PublishedError, ...]:
    """The 22 rows of Appendix D in the order of print.

    Raises:
        DataError: if the file is missing or is not the one this version was checked with.

    Examples:
        >>> rows = appendix_d()
        >>> len(rows), rows[-1].orders, rows[-1].error
        (22, (0, 1, 2, 3), Fraction(1, 16))
    """
    path = data_folder() / "paper" / "appendix_d.csv"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"{path}: expected the published table of Appendix D, found no readable file "
            f"({error.strerror}); set MAXPOOLING_DATA to the folder that holds paper/appendix_d.csv"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != APPENDIX_D_SHA256:
        raise DataError(f"{path}: expected SHA-256 {APPENDIX_D_SHA256}, found {found}")
    return tuple(
        PublishedError(
            d=int(row["d"]),
            position=int(row["position"]),
            error=Fraction(row["error"]),
            orders=tuple(int(r) for r in row["orders"].split()),
            standing=row["standing"],
        )
        for row in csv.DictReader(content.decode("utf-8").splitlines())
    )
