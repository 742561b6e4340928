"""Domains of checks: which cases there are, how many, and the words that say so.

A domain belongs to one argument of a check and may depend on the arguments before it. Its words
are made from its parameters alone, so that they cannot say more than what runs.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations, product
from random import Random
from typing import Any, ClassVar

import numpy as np

Given = Mapping[str, Any]
"""The arguments that are chosen already, by name."""

_BOUND = re.compile(r"([a-zA-Z_]\w*)\s*(?:([+-])\s*(\d+))?")


class Domain(ABC):
    """The values that one argument of a check takes.

    Attributes:
        random: whether the values are drawn, so that they are no more than a sample.
    """

    random: ClassVar[bool] = False

    @abstractmethod
    def cases(self, given: Given) -> Iterable[Any]:
        """The values, in a fixed order, for the arguments that are chosen already."""

    @abstractmethod
    def words(self, name: str) -> str:
        """What the values of the argument ``name`` are, for a reader."""

    def size(self, case: Any) -> int:  # noqa: ARG002 - a part of the protocol
        """How many cases of the statement a value stands for: one, or the rows of an array."""
        return 1

    def count_cases(self, given: Given) -> int:
        """How many cases of the statement all values stand for."""
        return sum(map(self.size, self.cases(given)))


@dataclass(frozen=True)
class Listed(Domain):
    """Values that are written down: ``d = 4, 9, 16``; a run of integers as ``d = 2..64``."""

    values: Sequence[Any]

    def cases(self, given: Given) -> Iterable[Any]:  # noqa: ARG002
        """The values as listed."""
        return self.values

    def words(self, name: str) -> str:
        """``d = 2..64``, ``d = 5, 9, .., 61`` or every value."""
        values = self.values
        if isinstance(values, range) and len(values) > 2:
            if values.step == 1:
                return f"{name} = {values[0]}..{values[-1]}"
            return f"{name} = {values[0]}, {values[1]}, .., {values[-1]}"
        return f"{name} = {', '.join(map(shown, values))}"


@dataclass(frozen=True)
class Through(Domain):
    """The integers from ``low`` to ``high``; a bound may name an earlier argument.

    Examples:
        >>> Through(1, "d - 1").words("r"), list(Through(1, "d - 1").cases({"d": 4}))
        ('r = 1..d-1', [1, 2, 3])
    """

    low: int | str
    high: int | str

    def cases(self, given: Given) -> range:
        """Both bounds belong to it."""
        return range(bound(self.low, given), bound(self.high, given) + 1)

    def words(self, name: str) -> str:
        """``r = 1..d-1``."""
        low, high = (str(end).replace(" ", "") for end in (self.low, self.high))
        return f"{name} = {low}..{high}"


@dataclass(frozen=True)
class OrderSets(Domain):
    """Every non-empty set of orders within ``smallest..d-1``, by size, then lexicographic.

    Attributes:
        pool: the argument that holds the pool size d.
        smallest: the least order that may occur.
        containing: an order that every set has, or None.

    Examples:
        >>> list(OrderSets("d").cases({"d": 2}))
        [(0,), (1,), (0, 1)]
    """

    pool: str = "d"
    smallest: int = 0
    containing: int | None = None

    def cases(self, given: Given) -> Iterator[tuple[int, ...]]:
        """Each set as a sorted tuple."""
        d = bound(self.pool, given)
        for size in range(1, d + 1 - self.smallest):
            for orders in combinations(range(self.smallest, d), size):
                if self.containing is None or self.containing in orders:
                    yield orders

    def words(self, name: str) -> str:
        """``orders: every non-empty subset of {0..d-1}``."""
        having = "" if self.containing is None else f" with {self.containing}"
        return f"{name}: every non-empty subset of {{{self.smallest}..{self.pool}-1}}{having}"


@dataclass(frozen=True)
class Vectors(Domain):
    """Every vector with entries among ``entries``, one by one or all as the rows of an array.

    Attributes:
        entries: the values of an entry.
        length: of a vector; may name an earlier argument.
        rows: whether all vectors are one case, an integer array of shape (count, length).

    Examples:
        >>> Vectors((0, 1), "d").words("x"), len(list(Vectors((0, 1), "d").cases({"d": 3})))
        ('x: every vector of {0, 1}^d', 8)
    """

    entries: Sequence[int]
    length: int | str
    rows: bool = False

    def cases(self, given: Given) -> Iterable[Any]:
        """Tuples, or one array."""
        vectors = product(self.entries, repeat=bound(self.length, given))
        return [np.array(list(vectors))] if self.rows else vectors

    def words(self, name: str) -> str:
        """``x: every vector of {-2..2}^d``."""
        return f"{name}: every vector of {{{_run(self.entries)}}}^{_power(self.length)}"

    def size(self, case: Any) -> int:
        """One, or the number of rows."""
        return len(case) if self.rows else 1

    def count_cases(self, given: Given) -> int:
        """As many as there are vectors."""
        count: int = len(self.entries) ** bound(self.length, given)
        return count


class Draw(ABC):
    """What a random domain draws, once."""

    @abstractmethod
    def __call__(self, random: Random, given: Given) -> Any:
        """One value."""

    @property
    @abstractmethod
    def words(self) -> str:
        """What is drawn, in the plural."""


@dataclass(frozen=True)
class Drawn(Domain):
    """``count`` values from a seeded generator, the same ones for the same earlier arguments.

    Attributes:
        draw: what is drawn.
        count: how many, for each choice of the earlier arguments.
        seed: of the generator.
        rows: whether all of them are one case, the rows of an array.
    """

    random: ClassVar[bool] = True

    draw: Draw
    count: int
    seed: int = 1
    rows: bool = False

    def cases(self, given: Given) -> Iterable[Any]:
        """The values; a case of its own for each, or one array."""
        random = Random(f"{self.seed} {sorted(given.items())}")
        values = (self.draw(random, given) for _ in range(self.count))
        return [np.array(list(values))] if self.rows else values

    def words(self, name: str) -> str:
        """``x: 200 vectors of d integers in -50..50, seed 1``."""
        return f"{name}: {self.count} random {self.draw.words}, seed {self.seed}"

    def size(self, case: Any) -> int:
        """One, or the number of rows."""
        return len(case) if self.rows else 1

    def count_cases(self, given: Given) -> int:  # noqa: ARG002
        """As many as are drawn; none is drawn for that, since a draw may be a simulation."""
        return self.count


@dataclass(frozen=True)
class Integers(Draw):
    """Vectors of ``length`` integers from ``low`` to ``high``; matrices if ``height`` is given.

    Attributes:
        low: smallest entry.
        high: largest entry.
        length: of a vector or row; may name an earlier argument.
        height: number of rows, or None for a vector.
        denominator: the entries are divided by it, exactly, unless it is 1.
    """

    low: int
    high: int
    length: int | str
    height: int | str | None = None
    denominator: int = 1

    def __call__(self, random: Random, given: Given) -> Any:
        """A list, or a list of rows."""
        length = bound(self.length, given)
        if self.height is None:
            return self._row(random, length)
        return [self._row(random, length) for _ in range(bound(self.height, given))]

    def _row(self, random: Random, length: int) -> list[int] | list[Fraction]:
        row = [random.randint(self.low, self.high) for _ in range(length)]
        if self.denominator == 1:
            return row
        return [Fraction(entry, self.denominator) for entry in row]

    @property
    def words(self) -> str:
        """``vectors of d integers in -50..50``."""
        what = "vectors" if self.height is None else f"matrices of {_power(self.height)} rows"
        kind = "integers" if self.denominator == 1 else f"multiples of 1/{self.denominator}"
        return f"{what} of {_power(self.length)} {kind}, {self._range()}"

    def _range(self) -> str:
        low, high = (Fraction(end, self.denominator) for end in (self.low, self.high))
        return f"{low} to {high}"


@dataclass(frozen=True)
class Uniform(Draw):
    """Vectors of ``length`` numbers, uniform in [low, high), in double precision."""

    length: int | str
    low: float = 0.0
    high: float = 1.0

    def __call__(self, random: Random, given: Given) -> list[float]:
        """A list."""
        return [random.uniform(self.low, self.high) for _ in range(bound(self.length, given))]

    @property
    def words(self) -> str:
        """``vectors of d numbers, uniform in [0, 1]``."""
        return f"vectors of {_power(self.length)} numbers, uniform in [{self.low:g}, {self.high:g}]"


@dataclass(frozen=True)
class Normal(Draw):
    """Vectors of ``length`` normal numbers with this mean and standard deviation 1."""

    length: int | str
    mean: float = 0.0

    def __call__(self, random: Random, given: Given) -> list[float]:
        """A list."""
        return [random.gauss(self.mean, 1) for _ in range(bound(self.length, given))]

    @property
    def words(self) -> str:
        """``vectors of d normal numbers with mean 0``."""
        return f"vectors of {_power(self.length)} normal numbers with mean {self.mean:g}"


@dataclass(frozen=True)
class OrderSample(Draw):
    """Sets of ``size`` orders out of ``smallest..d-1``.

    Attributes:
        size: how many orders; may name an earlier argument; of several, each draw takes one.
        pool: the argument that holds the pool size d.
        smallest: the least order that may occur.
    """

    size: int | str | tuple[int, ...]
    pool: str = "d"
    smallest: int = 1

    def __call__(self, random: Random, given: Given) -> tuple[int, ...]:
        """A sorted tuple."""
        orders = range(self.smallest, bound(self.pool, given))
        size = random.choice(self.size) if isinstance(self.size, tuple) else self.size
        return tuple(sorted(random.sample(orders, bound(size, given))))

    @property
    def words(self) -> str:
        """``sets of 5 orders in 1..d-1``."""
        size = self.size
        many = " or ".join(map(str, size)) if isinstance(size, tuple) else _power(size)
        return f"sets of {many} orders in {self.smallest}..{self.pool}-1"


@dataclass(frozen=True)
class Subsets(Domain):
    """Every subset of ``count`` of ``elements``, as a sorted tuple.

    Examples:
        >>> Subsets(range(7), "n").words("nodes"), len(list(Subsets(range(7), 2).cases({})))
        ('nodes: every subset of n of {0..6}', 21)
    """

    elements: Sequence[int]
    count: int | str

    def cases(self, given: Given) -> Iterator[tuple[int, ...]]:
        """In lexicographic order."""
        return combinations(self.elements, bound(self.count, given))

    def words(self, name: str) -> str:
        """``nodes: every subset of n of {0..6}``."""
        return f"{name}: every subset of {_power(self.count)} of {{{_run(self.elements)}}}"


@dataclass(frozen=True)
class Steps(Domain):
    """The fractions from ``low`` to ``high``, both of them, in equal steps.

    Raises:
        ValueError: ``high`` is not a whole number of steps above ``low``.

    Examples:
        >>> grid = Steps(Fraction(-1, 2), Fraction(1), Fraction(1, 24))
        >>> grid.words("b"), len(grid.cases({}))
        ('b = -1/2..1 in steps of 1/24', 37)
    """

    low: Fraction
    high: Fraction
    step: Fraction

    def __post_init__(self) -> None:
        """The words name ``high``, so it must be a case."""
        if self.step <= 0 or self.high < self.low or (self.high - self.low) % self.step:
            raise ValueError(
                f"step={self.step}: allowed is a part of {self.high} - ({self.low}) "
                "that goes into it a whole number of times"
            )

    def cases(self, given: Given) -> list[Fraction]:  # noqa: ARG002
        """From the lowest on."""
        count = (self.high - self.low) // self.step
        return [self.low + i * self.step for i in range(count + 1)]

    def words(self, name: str) -> str:
        """``b = -1/2..1 in steps of 1/24``."""
        return f"{name} = {self.low}..{self.high} in steps of {self.step}"


@dataclass(frozen=True)
class PowersOfTwo(Domain):
    """The powers of two below ``below``, which may name an earlier argument.

    Examples:
        >>> PowersOfTwo("d").words("n"), list(PowersOfTwo("d").cases({"d": 9}))
        ('n: every power of 2 below d', [1, 2, 4, 8])
    """

    below: int | str

    def cases(self, given: Given) -> list[int]:
        """From 1 on."""
        return [2**k for k in range((bound(self.below, given) - 1).bit_length())]

    def words(self, name: str) -> str:
        """``n: every power of 2 below d``."""
        return f"{name}: every power of 2 below {self.below}"


@dataclass(frozen=True)
class Rankings(Domain):
    """Every order in which ``length`` numbers can stand, as permutations of 0, 1, ...

    Examples:
        >>> Rankings("d").words("x"), len(list(Rankings("d").cases({"d": 4})))
        ('x: every ranking of d numbers', 24)
    """

    length: int | str

    def cases(self, given: Given) -> Iterator[tuple[int, ...]]:
        """In lexicographic order."""
        return permutations(range(bound(self.length, given)))

    def words(self, name: str) -> str:
        """``x: every ranking of d numbers``."""
        return f"{name}: every ranking of {self.length} numbers"


def as_domain(values: Domain | Sequence[Any]) -> Domain:
    """A domain as it is; a range, list or tuple as :class:`Listed`.

    Raises:
        TypeError: neither.
    """
    if isinstance(values, Domain):
        return values
    if isinstance(values, range | list | tuple):
        return Listed(values)
    raise TypeError(
        f"domain={values!r} is a {type(values).__name__}; "
        "allowed: a Domain, a range, a list or a tuple"
    )


def bound(end: int | str, given: Given) -> int:
    """A number, or an earlier argument with an integer added.

    Raises:
        ValueError: a text of another form, or an argument that is not chosen yet.

    Examples:
        >>> bound("d - 1", {"d": 9}), bound(3, {})
        (8, 3)
    """
    if isinstance(end, int):
        return end
    match = _BOUND.fullmatch(end.strip())
    if match is None or match[1] not in given:
        known = ", ".join(given) or "none"
        raise ValueError(f"bound={end!r}: allowed is NAME, NAME + k or NAME - k, NAME of: {known}")
    shift = int(match[3] or 0)
    return int(given[match[1]]) + (-shift if match[2] == "-" else shift)


def shown(value: Any) -> str:
    """A value as the words of a domain show it.

    Examples:
        >>> shown((0, 8)), shown(range(9)), shown(Fraction(1, 4))
        ('{0, 8}', '{0..8}', '1/4')
    """
    if isinstance(value, range | tuple | list | frozenset):
        return f"{{{_run(value)}}}"
    return str(value)


def _run(values: Iterable[Any]) -> str:
    """Consecutive integers as ``0..8``, else every value."""
    listed = list(values)
    whole = all(isinstance(value, int) for value in listed)
    if whole and len(listed) > 2 and listed == list(range(listed[0], listed[-1] + 1)):
        return f"{listed[0]}..{listed[-1]}"
    return ", ".join(map(shown, listed))


def _power(length: int | str) -> str:
    text = str(length).replace(" ", "")
    return text if re.fullmatch(r"\w+", text) else f"({text})"
