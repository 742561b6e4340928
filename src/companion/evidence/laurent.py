"""Laurent polynomials in t and further variables over the rationals, for the proof's steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import mul

Number = int | Fraction


@dataclass(frozen=True)
class Laurent:
    """A Laurent polynomial; variable 0 is t.

    Attributes:
        terms: coefficients, none of them 0, by the exponents of all variables.
    """

    terms: Mapping[tuple[int, ...], Fraction]

    def __add__(self, other: Laurent) -> Laurent:
        """The sum."""
        return collected([*self.terms.items(), *other.terms.items()])

    def __neg__(self) -> Laurent:
        """The negative."""
        return Laurent({e: -c for e, c in self.terms.items()})

    def __sub__(self, other: Laurent) -> Laurent:
        """The difference."""
        return self + -other

    def __mul__(self, other: Laurent | Number) -> Laurent:
        """The product with a polynomial or a number."""
        if not isinstance(other, Laurent):
            return collected((e, c * other) for e, c in self.terms.items())
        return collected(
            (tuple(map(sum, zip(a, b, strict=True))), c * d)
            for a, c in self.terms.items()
            for b, d in other.terms.items()
        )

    def inverse(self) -> Laurent:
        """One divided by a monomial.

        Raises:
            ValueError: this has not exactly one term.
        """
        if len(self.terms) != 1:
            raise ValueError(f"self must be a monomial, got {len(self.terms)} terms")
        [(exponents, c)] = self.terms.items()
        return Laurent({tuple(-e for e in exponents): 1 / c})

    def powers(self) -> list[int]:
        """The powers of t that occur, in ascending order."""
        return sorted({exponents[0] for exponents in self.terms})

    def coefficient(self, m: int) -> Laurent:
        """Of the m-th power of t."""
        return Laurent({(0, *e[1:]): c for e, c in self.terms.items() if e[0] == m})

    def derivative(self) -> Laurent:
        """In t."""
        return collected(((e[0] - 1, *e[1:]), e[0] * c) for e, c in self.terms.items())

    def primitive(self) -> Laurent:
        """In t, without a constant term.

        Raises:
            ValueError: there is a term with 1/t.
        """
        if self.coefficient(-1).terms:
            raise ValueError("self must have no term with 1/t")
        return Laurent({(e[0] + 1, *e[1:]): c / (e[0] + 1) for e, c in self.terms.items()})

    def at(self, i: int) -> Laurent:
        """With the variable i in the place of t."""
        moved = []
        for exponents, c in self.terms.items():
            raised = [0, *exponents[1:]]
            raised[i] += exponents[0]
            moved.append((tuple(raised), c))
        return collected(moved)

    def value(self, point: Sequence[Number]) -> Fraction:
        """Where the variables have these values, none of them 0."""
        total = Fraction(0)
        for exponents, c in self.terms.items():
            factors = (Fraction(x) ** e for x, e in zip(point, exponents, strict=True) if e)
            total += reduce(mul, factors, c)
        return total


def collected(terms: Iterable[tuple[tuple[int, ...], Fraction]]) -> Laurent:
    """The sum of terms."""
    found: dict[tuple[int, ...], Fraction] = defaultdict(Fraction)
    for exponents, c in terms:
        found[exponents] += c
    return Laurent({exponents: c for exponents, c in found.items() if c})


def variables(count: int) -> list[Laurent]:
    """``t`` and the others, ``count`` of them in all."""
    return [Laurent({tuple(int(i == k) for i in range(count)): Fraction(1)}) for k in range(count)]


def product(factors: Iterable[Laurent], one: Laurent) -> Laurent:
    """The product; ``one`` if there are none."""
    return reduce(mul, factors, one)


def one(count: int) -> Laurent:
    """The constant 1 among so many variables."""
    return Laurent({(0,) * count: Fraction(1)})


def apply_d(h: Laurent, x_p: Laurent, d: int) -> Laurent:
    """D h = (X_p - t) h' - d h."""
    t = variables(len(next(iter(x_p.terms))))[0]
    return (x_p - t) * h.derivative() - h * d


def undo_d(h: Laurent, x_p: Laurent, d: int) -> Laurent:
    """The polynomial k with D k = h up to a multiple of 1/t."""
    t = variables(len(next(iter(x_p.terms))))[0]
    k = h * 0
    while left := [m for m in h.powers() if m != -1]:
        m = left[-1] if left[-1] >= 0 else left[0]
        top = Laurent({e: c for e, c in h.terms.items() if e[0] == m})
        piece = (
            top * Fraction(-1, m + d) if m >= 0 else top * t * x_p.inverse() * Fraction(1, m + 1)
        )
        k, h = k + piece, h - apply_d(piece, x_p, d)
    return k


def parts(
    inputs: tuple[int, ...], p: int, h: Laurent
) -> tuple[Laurent, dict[int, tuple[Laurent, Laurent]]]:
    """One step of the recursion: k, and for each j but p the residue c_j and k_j."""
    t, *x = variables(len(next(iter(h.terms))))
    others = [i for i in inputs if i != p]
    unit = one(len(x) + 1)
    k = undo_d(h, x[p], len(inputs))
    found = {}
    for j in others:
        c = (product((x[i] - t for i in others if i != j), unit) * k).coefficient(-1)
        below = (t * product((x[i] for i in others), unit)).inverse()
        found[j] = c, k - c * (x[j] - t) * below
    return k, found


def start(r: int) -> Laurent:
    """The h of the first call for I all of r inputs: f_I is h times the product but for p = 0."""
    t, *x = variables(r + 1)
    bracket = collected([((-r, *[0] * r), Fraction(1)), ((0, *[-1] * r), Fraction(-((-1) ** r)))])
    return (x[0] - t) * t.inverse() * bracket


Call = tuple[tuple[int, ...], int, Laurent]


def calls(inputs: tuple[int, ...], p: int, h: Laurent, *, one_of_all: bool) -> Iterator[Call]:
    """Every call (I, p, h) of the recursion; with ``one_of_all`` one of each kind."""
    yield inputs, p, h
    if len(inputs) == 1 or not h.terms:
        return
    _, found = parts(inputs, p, h)
    for j, (_, k_j) in list(found.items())[: 1 if one_of_all else None]:
        without_p = tuple(i for i in inputs if i != p)
        without_j = tuple(i for i in inputs if i != j)
        yield from calls(without_p, j, k_j, one_of_all=one_of_all)
        yield from calls(without_j, p, k_j, one_of_all=one_of_all)
