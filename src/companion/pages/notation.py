"""The letters of the book, each with its one meaning, from ``book/notation.csv``."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from companion.published import book_folder
from maxpooling.errors import DataError

FILE = "notation.csv"


@dataclass(frozen=True)
class Symbol:
    """One line of the list.

    Attributes:
        name: by which a page asks for it.
        symbol: a formula in dollars.
        meaning: in words, with formulas in dollars.
        where: the page that introduces it, without suffix.
    """

    name: str
    symbol: str
    meaning: str
    where: str


@cache
def notation() -> tuple[Symbol, ...]:
    """Every symbol, in the order of the file.

    Raises:
        DataError: a line has too many or too few cells, or two have one name or one symbol.
    """
    path = book_folder() / FILE
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    if any(len(row) != len(head) for row in rows):
        raise DataError(f"{path}: a line has not {len(head)} cells; quote cells that hold a comma")
    found = tuple(Symbol(*row) for row in rows)
    for what in ("name", "symbol"):
        values = [getattr(one, what) for one in found]
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise DataError(f"{path}: {what} {', '.join(twice)} stands in two lines")
    return found


def chosen(names: Sequence[str]) -> tuple[Symbol, ...]:
    """The symbols of these names, in their order; all where there is no name.

    Raises:
        ValueError: a name that the list does not have.

    Examples:
        >>> [one.symbol for one in chosen(["size", "order"])]
        ['$d$', '$r$']
    """
    known = {one.name: one for one in notation()}
    unknown = [name for name in names if name not in known]
    if unknown:
        allowed = ", ".join(known)
        raise ValueError(f"symbols {', '.join(unknown)} are not in the list: allowed are {allowed}")
    return tuple(known[name] for name in names or known)
