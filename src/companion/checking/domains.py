"""Domains of checks: which cases there are, how many, and the words that say so to a reader.

A domain belongs to one argument of a check and may depend on the arguments before it. Its words
are made from its parameters alone, so that they cannot say more than what runs. They are the only
ones: pages, the ledger, what is downloaded and ``verdicts.lock`` have the same. What a domain
cannot know, as the title of a network, is handed to it where the check is declared: as the title
of a value (:class:`Titled`), or as ``called``, which its words begin with where the argument's name
says nothing.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, permutations, product
from random import Random
from typing import Any, ClassVar

import numpy as np

Given = Mapping[str, Any]
"""The arguments that are chosen already, by name."""

SHORT = 4
"""A run of fewer integers is listed."""
_BOUND = re.compile(r"([a-zA-Z_]\w*)\s*(?:([+-])\s*(\d+))?")


@dataclass(frozen=True)
class Domain(ABC):
    """The values that one argument of a check takes.

    Attributes:
        random: whether the values are drawn, so that they are no more than a sample.
        sign: what follows the argument's name before its values; None: they need no name.
        called: what its words begin with, instead of the argument's name and ``sign``: ``β₀ =``,
            ``windows of side``, or nothing where the values say what they are.
    """

    random: ClassVar[bool] = False
    sign: ClassVar[str | None] = ":"

    called: str | None = field(default=None, kw_only=True)

    @abstractmethod
    def cases(self, given: Given) -> Iterable[Any]:
        """The values, in a fixed order, for the arguments that are chosen already."""

    @property
    @abstractmethod
    def text(self) -> str:
        """What the values are, for a reader."""

    def title(self, value: Any) -> str:
        """A single value, for a reader."""
        return shown(value)

    def words(self, name: str) -> str:
        """The values as those of the argument ``name``: ``d = 2 to 64``."""
        return self._said("" if self.sign is None else name + self.sign, self.text)

    def words_of(self, name: str, value: Any) -> str:
        """Likewise of a value that is fixed, inside of the domain or outside: ``d = 9``."""
        return self._said(f"{name} =", self.title(value))

    def _said(self, start: str, text: str) -> str:
        start = start if self.called is None else self.called
        return f"{start} {text}" if start else text

    def size(self, case: Any) -> int:  # noqa: ARG002 - a part of the protocol
        """How many cases of the statement a value stands for: one, or the rows of an array."""
        return 1

    def count_cases(self, given: Given) -> int:
        """How many cases of the statement all values stand for."""
        return sum(map(self.size, self.cases(given)))


@dataclass(frozen=True)
class Listed(Domain):
    """Values that are written down.

    Examples:
        >>> Listed(range(2, 65)).words("d"), Listed((2, 3)).words("d")
        ('d = 2 to 64', 'd = 2, 3')
        >>> Listed(range(5, 62, 4)).words("d"), Listed((2, 3), called="windows of side").words("a")
        ('d = 5, 9, …, 61', 'windows of side 2, 3')
    """

    sign: ClassVar[str | None] = " ="

    values: Sequence[Any]

    def cases(self, given: Given) -> Iterable[Any]:  # noqa: ARG002
        """The values as listed."""
        return self.values

    @property
    def text(self) -> str:
        """``2 to 64``, ``5, 9, …, 61`` or every value."""
        values = self.values
        if isinstance(values, range) and values.step != 1 and len(values) >= SHORT:
            return f"{shown(values[0])}, {shown(values[1])}, …, {shown(values[-1])}"
        return f"{shown(values[0])} to {shown(values[-1])}" if _is_run(values) else _list(values)


@dataclass(frozen=True)
class Titled(Domain):
    """Values under the titles by which the book calls them, which need no name of an argument.

    Attributes:
        titles: by value, in their order.
        together: all of them at once, where that is shorter than their list.

    Examples:
        >>> Titled({"max": "max pools", "mean": "average pools"}).words("pool")
        'max pools and average pools'
        >>> constant = {True: "with a constant", False: "without a constant"}
        >>> Titled(constant, "with and without a constant").words("constant")
        'with and without a constant'
    """

    titles: Mapping[Any, str]
    together: str = ""
    called: str | None = field(default="", kw_only=True)

    def cases(self, given: Given) -> list[Any]:  # noqa: ARG002
        """The values that have titles."""
        return list(self.titles)

    def title(self, value: Any) -> str:
        """Its title; the value itself if a reader chose one without."""
        return self.titles.get(value, shown(value))

    @property
    def text(self) -> str:
        """``MNIST LeNet and CIFAR-10 LeNet``."""
        return self.together or listed(self.titles.values())


@dataclass(frozen=True)
class Through(Domain):
    """The integers from ``low`` to ``high``; a bound may name an earlier argument.

    Examples:
        >>> Through(1, "d - 1").words("r"), list(Through(1, "d - 1").cases({"d": 4}))
        ('r = 1 to d−1', [1, 2, 3])
    """

    sign: ClassVar[str | None] = " ="

    low: int | str
    high: int | str

    def cases(self, given: Given) -> range:
        """Both bounds belong to it."""
        return range(bound(self.low, given), bound(self.high, given) + 1)

    @property
    def text(self) -> str:
        """``1 to d−1``."""
        return f"{_end(self.low)} to {_end(self.high)}"


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

    @property
    def text(self) -> str:
        """``every non-empty subset of {0, …, d−1}``."""
        having = "" if self.containing is None else f" with {self.containing}"
        return f"every non-empty subset of {{{self.smallest}, …, {self.pool}−1}}{having}"


@dataclass(frozen=True)
class Vectors(Domain):
    """Every vector with entries among ``entries``, one by one or all as the rows of an array.

    Attributes:
        entries: the values of an entry.
        length: of a vector; may name an earlier argument.
        rows: whether all vectors are one case, an integer array of shape (count, length).

    Examples:
        >>> Vectors((0, 1), "d").words("x"), len(list(Vectors((0, 1), "d").cases({"d": 3})))
        ('every vector of d entries in {0, 1}', 8)
    """

    sign: ClassVar[str | None] = None

    entries: Sequence[int]
    length: int | str
    rows: bool = False

    def cases(self, given: Given) -> Iterable[Any]:
        """Tuples, or one array."""
        vectors = product(self.entries, repeat=bound(self.length, given))
        return [np.array(list(vectors))] if self.rows else vectors

    @property
    def text(self) -> str:
        """``every vector of d entries in {−2, …, 2}``."""
        return f"every vector of {_end(self.length)} entries in {shown(self.entries)}"

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

    @abstractmethod
    def words(self, count: int) -> str:
        """What ``count`` draws are: ``one random vector of d integers ...``."""


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
    sign: ClassVar[str | None] = None

    draw: Draw
    count: int
    seed: int = 1
    rows: bool = False

    def cases(self, given: Given) -> Iterable[Any]:
        """The values; a case of its own for each, or one array."""
        random = Random(f"{self.seed} {sorted(given.items())}")
        values = (self.draw(random, given) for _ in range(self.count))
        return [np.array(list(values))] if self.rows else values

    @property
    def text(self) -> str:
        """``200 random vectors of d integers from −50 to 50, seed 1``."""
        return f"{self.draw.words(self.count)}, seed {self.seed}"

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

    def words(self, count: int) -> str:
        """``200 random vectors of d integers from −50 to 50``."""
        what = counted(count, "random vector", "random vectors")
        if self.height is not None:
            what = counted(count, "random matrix", "random matrices")
            what += f" of {_end(self.height)} rows"
        kind = "integers" if self.denominator == 1 else f"multiples of 1/{self.denominator}"
        low, high = (shown(Fraction(end, self.denominator)) for end in (self.low, self.high))
        return f"{what} of {_end(self.length)} {kind} from {low} to {high}"


@dataclass(frozen=True)
class Uniform(Draw):
    """Vectors of ``length`` numbers, uniform in [low, high), in double precision."""

    length: int | str
    low: float = 0.0
    high: float = 1.0

    def __call__(self, random: Random, given: Given) -> list[float]:
        """A list."""
        return [random.uniform(self.low, self.high) for _ in range(bound(self.length, given))]

    def words(self, count: int) -> str:
        """``200 random vectors of d numbers, uniform in [0, 1]``."""
        what = counted(count, "random vector", "random vectors")
        ends = f"[{shown(self.low)}, {shown(self.high)}]"
        return f"{what} of {_end(self.length)} numbers, uniform in {ends}"


@dataclass(frozen=True)
class Normal(Draw):
    """Vectors of ``length`` normal numbers with this mean and standard deviation 1."""

    length: int | str
    mean: float = 0.0

    def __call__(self, random: Random, given: Given) -> list[float]:
        """A list."""
        return [random.gauss(self.mean, 1) for _ in range(bound(self.length, given))]

    def words(self, count: int) -> str:
        """``200 random vectors of d normal numbers with mean 0``."""
        what = counted(count, "random vector", "random vectors")
        return f"{what} of {_end(self.length)} normal numbers with mean {shown(self.mean)}"


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

    def words(self, count: int) -> str:
        """``8 random sets of 2 or 5 of the orders 1 to d−1``."""
        what = counted(count, "random set", "random sets")
        size = self.size
        many = listed(map(str, size), "or") if isinstance(size, tuple) else _end(size)
        return f"{what} of {many} of the orders {self.smallest} to {self.pool}−1"


@dataclass(frozen=True)
class Subsets(Domain):
    """Every subset of ``count`` of ``elements``, as a sorted tuple.

    Examples:
        >>> Subsets(range(7), "n").words("nodes"), len(list(Subsets(range(7), 2).cases({})))
        ('nodes: every n of {0, …, 6}', 21)
    """

    elements: Sequence[int]
    count: int | str

    def cases(self, given: Given) -> Iterator[tuple[int, ...]]:
        """In lexicographic order."""
        return combinations(self.elements, bound(self.count, given))

    @property
    def text(self) -> str:
        """``every n of {0, …, 6}``."""
        return f"every {_end(self.count)} of {shown(self.elements)}"


@dataclass(frozen=True)
class Steps(Domain):
    """The fractions from ``low`` to ``high``, both of them, in equal steps.

    Raises:
        ValueError: ``high`` is not a whole number of steps above ``low``.

    Examples:
        >>> grid = Steps(Fraction(-1, 2), Fraction(1), Fraction(1, 24))
        >>> grid.words("b"), len(grid.cases({}))
        ('b = −1/2 to 1 in steps of 1/24', 37)
    """

    sign: ClassVar[str | None] = " ="

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

    @property
    def text(self) -> str:
        """``−1/2 to 1 in steps of 1/24``."""
        return f"{shown(self.low)} to {shown(self.high)} in steps of {self.step}"


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

    @property
    def text(self) -> str:
        """``every power of 2 below d``."""
        return f"every power of 2 below {_end(self.below)}"


@dataclass(frozen=True)
class Rankings(Domain):
    """Every order in which ``length`` numbers can stand, as permutations of 0, 1, ...

    Examples:
        >>> Rankings("d").words("x"), len(list(Rankings("d").cases({"d": 4})))
        ('every ranking of d numbers', 24)
    """

    sign: ClassVar[str | None] = None

    length: int | str

    def cases(self, given: Given) -> Iterator[tuple[int, ...]]:
        """In lexicographic order."""
        return permutations(range(bound(self.length, given)))

    @property
    def text(self) -> str:
        """``every ranking of d numbers``."""
        return f"every ranking of {_end(self.length)} numbers"


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
    """A value as a reader writes it: a set in braces, a number with a true minus sign.

    Examples:
        >>> shown((0, 8)), shown(range(9)), shown((6, 7, 8)), shown(Fraction(-1, 4)), shown(3.0)
        ('{0, 8}', '{0, …, 8}', '{6, 7, 8}', '−1/4', '3')
    """
    if isinstance(value, range | tuple | list | frozenset):
        elements = list(value)
        if _is_run(elements):
            return f"{{{shown(elements[0])}, …, {shown(elements[-1])}}}"
        return f"{{{_list(elements)}}}"
    if isinstance(value, float):
        return f"{value:g}".replace("-", "−")
    return str(value).replace("-", "−") if isinstance(value, int | Fraction) else str(value)


def listed(texts: Iterable[str], word: str = "and") -> str:
    """Texts in a row, the last one after a word.

    Examples:
        >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], "or")
        ('a', 'a and b', 'a, b or c')
    """
    *most, last = texts
    return f"{', '.join(most)} {word} {last}" if most else last


def counted(count: int, one: str, many: str) -> str:
    """A number of things in words.

    Examples:
        >>> counted(1, "matrix", "matrices"), counted(20, "matrix", "matrices")
        ('one matrix', '20 matrices')
    """
    return f"one {one}" if count == 1 else f"{count} {many}"


def _is_run(values: Sequence[Any]) -> bool:
    """Whether these are consecutive integers that go up, too many to be listed."""
    if len(values) < SHORT or not all(type(value) is int for value in values):
        return False
    return list(values) == list(range(values[0], values[-1] + 1))


def _list(values: Iterable[Any]) -> str:
    return ", ".join(map(shown, values))


def _end(end: int | str) -> str:
    """A bound or a length in formulas' style: ``d−1``."""
    return str(end).replace(" ", "").replace("-", "−")
