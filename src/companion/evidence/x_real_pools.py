"""Can this max pool be replaced? A pool as a point of a simplex, exactly."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from companion.checking import Kind, check, require
from companion.checking.domains import Drawn, Integers, OrderSets
from maxpooling.approximation import UniformApproximation, best_uniform

GRID = 60
"""Drawn entries are whole multiples of 1/GRID."""


@check(
    "theorem-ai",
    Kind.RANDOM,
    d=range(2, 8),
    orders=OrderSets("d"),
    entries=Drawn(Integers(0, GRID, "d"), 3),
)
def simplex(d: int, orders: Sequence[int], entries: Sequence[int]) -> None:
    """The error at a drawn pool is the mixture of the errors at the vertices, by spacings."""
    x = sorted((Fraction(entry, GRID) for entry in entries), reverse=True)
    best = best_uniform(d, orders)
    error = _error(best, x)
    mixed = sum((s * e for s, e in zip(_spacings(x), best.residuals(), strict=True)), Fraction(0))
    require(error == mixed, f"the error is {error}, the mixture {mixed}")


@check(
    "theorem-ai",
    Kind.RANDOM,
    d=range(2, 33),
    entries=Drawn(Integers(0, GRID, "d"), 3),
)
def simplex_with_one_order(d: int, entries: Sequence[int]) -> None:
    """With {0, d-1} the error is 1/(2d) less the d-th part of the gap."""
    x = sorted((Fraction(entry, GRID) for entry in entries), reverse=True)
    error = _error(best_uniform(d, [0, d - 1]), x)
    require(error == Fraction(1, 2 * d) - (x[0] - x[1]) / d, f"the error is {error}")


def _error(best: UniformApproximation, x: Sequence[Fraction]) -> Fraction:
    """The estimate at a pool in falling order, less its maximum."""
    constant = best.coefficients.get(0, Fraction(0))
    return constant + sum(w * y for w, y in zip(best.weights(), x, strict=True)) - x[0]


def _spacings(x: Sequence[Fraction]) -> list[Fraction]:
    """1 - x(1), x(1) - x(2), ..., x(d) of a pool in falling order."""
    ends = [Fraction(1), *x, Fraction(0)]
    return [before - after for before, after in pairwise(ends)]
