"""Estimators of the maximum of d numbers as weights on the ordered entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from maxpooling.approximation import best_uniform
from maxpooling.approximation.least_squares import LeastSquaresApproximation, least_squares
from maxpooling.approximation.spacings import SpacingMoments
from maxpooling.approximation.uniform import UniformApproximation
from maxpooling.order_statistics import subpool_weights


@dataclass(frozen=True)
class Estimator:
    """A combination of the ordered entries of a pool.

    Attributes:
        name: for tables.
        weights: on x(1) >= ... >= x(d).
        constant: for entries in [0, 1].
    """

    name: str
    weights: tuple[Fraction, ...]
    constant: Fraction

    @property
    def worst_error(self) -> Fraction:
        """The largest error over the cube: that of a vertex."""
        values = [self.constant + sum(self.weights[:k]) for k in range(len(self.weights) + 1)]
        return max(abs(value - (k > 0)) for k, value in enumerate(values))

    def errors(self, ranked: NDArray[np.float64]) -> NDArray[np.float64]:
        """Estimate less maximum, of pools in falling order, shape [..., d]; returns shape [...]."""
        weights = np.array([float(one) for one in self.weights])
        weights[0] -= 1
        found: NDArray[np.float64] = ranked @ weights + float(self.constant)
        return found


def order_sets(d: int) -> tuple[tuple[int, ...], ...]:
    """The order sets of the chapter, each once, for d from 4: {d-1}, {0, d-1}, ... and all.

    Examples:
        >>> order_sets(9)[:5]
        ((8,), (0, 8), (0, 7, 8), (7, 8), (0, 1))
    """
    top = d - 1
    sets = ((top,), (0, top), (0, top - 1, top), (top - 1, top), (0, 1), tuple(range(d)))
    return tuple(dict.fromkeys(sets))


def braces(d: int, orders: Sequence[int]) -> str:
    """The name of an order set.

    Examples:
        >>> braces(9, [0, 8]), braces(9, range(9))
        ('{0, 8}', 'all orders')
    """
    return "all orders" if len(orders) == d else "{" + ", ".join(map(str, orders)) + "}"


def minimax(d: int, orders: Sequence[int]) -> Estimator:
    """The best uniform estimator."""
    return _of(f"minimax {braces(d, orders)}", best_uniform(d, orders))


def fitted(d: int, orders: Sequence[int], moments: SpacingMoments) -> Estimator:
    """The best estimator in mean square, for pools with these moments."""
    return _of(f"least squares {braces(d, orders)}", least_squares(d, orders, moments))


def plain(d: int, order: int) -> Estimator:
    """The average of all subpool maxes of an order, without a constant."""
    return Estimator(f"plain S_{order}", tuple(subpool_weights(d, order)), Fraction(0))


def _of(name: str, best: UniformApproximation | LeastSquaresApproximation) -> Estimator:
    return Estimator(name, best.weights(), best.coefficients.get(0, Fraction(0)))
