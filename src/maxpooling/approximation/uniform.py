"""The exact optimum of the linear program (3) for any set of orders."""

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maxpooling.approximation.certificate import residuals, verify
from maxpooling.approximation.exchange import Step, exchange
from maxpooling.approximation.spaces import space_of
from maxpooling.arguments import check_orders, check_pool_size, check_pools
from maxpooling.order_statistics import weigh_order_statistics
from maxpooling.plain import Result


@dataclass(frozen=True)
class UniformApproximation(Result):
    """The best affine combination of subpool averages, with a proof that none is better.

    Calling it evaluates f(x) = coefficients[0] + sum of coefficients[r] S(x; r, d) on arrays.

    Attributes:
        d: pool size.
        orders: the orders R, sorted; 0 stands for the intercept.
        error: E(d, R), the smallest possible maximum of |f - max| over the cube [0, 1]^d.
        coefficients: order -> coefficient of the average S(.; r, d); each single subpool max has
            this divided by C(d, r).
        certificate: k -> non-zero weight on the vertex with k ones. This signed measure annihilates
            every candidate f, and its mean of the maximum equals the error.
    """

    d: int
    orders: tuple[int, ...]
    error: Fraction
    coefficients: dict[int, Fraction]
    certificate: dict[int, Fraction]

    __hash__ = Result.__hash__
    __repr__ = Result.__repr__

    def verify(self) -> bool:
        """Prove optimality from the fields alone, in rational arithmetic; return True.

        Raises:
            CertificateError: saying which of the conditions fails.
        """
        return verify(self.d, self.orders, self.error, self.coefficients, self.certificate)

    def residuals(self) -> tuple[Fraction, ...]:
        """f(v_k) - max(v_k) at the vertices v_0, ..., v_d, which bound |f - max| on the cube."""
        return residuals(self.d, self.coefficients)

    def weights(self) -> tuple[Fraction, ...]:
        """Weights of f on x_(1) >= ... >= x_(d): the increments of f along v_0, ..., v_d."""
        values = [e + (k > 0) for k, e in enumerate(self.residuals())]
        return tuple(after - before for before, after in itertools.pairwise(values))

    def __call__(self, x: ArrayLike) -> NDArray[np.float64]:
        """Evaluate f on pools of shape [..., d] by one sort each; returns shape [...].

        The coefficients alternate and grow, so they are added up exactly before they meet floats.

        Raises:
            ValueError: if x is not numeric or its last axis is not d.
        """
        pools = check_pools(x)
        if pools.shape[-1] != self.d:
            raise ValueError(f"x must have shape [..., {self.d}], got shape {pools.shape}")
        intercept = float(self.coefficients.get(0, Fraction(0)))
        return intercept + weigh_order_statistics(pools, self.weights())


def best_uniform(d: int, orders: Iterable[int]) -> UniformApproximation:
    """Solve the linear program of equation (3): the best uniform approximation of max from M_R(d).

    By Theorem A (ours) its value is not only a bound but the smallest error itself. Found by
    the exchange of Theorem E on integer nodes.

    Args:
        d: pool size, 1 <= d <= MAX_POOL_SIZE.
        orders: iterable of distinct integers in 0..d-1; 0 is the intercept.

    Returns:
        Error, coefficients and certificate as fractions. Any orders at d = 100 take a fraction of a
        second; a hundred drawn orders at d = 200, ten at d = 1000, and 0..r (or 1..r) or d-s..d-1
        at d = 1000 about a second. In general every round solves a linear system of n unknowns and
        multiplies d n numbers of up to d n bits, n = number of orders + 1: two hundred drawn orders
        at d = 500 take ten seconds. Where the certificate is not unique, it is one of several.

    Raises:
        ValueError: if d or orders are not of this kind.

    Examples:
        >>> best_uniform(9, [0, 8]).error
        Fraction(1, 18)
        >>> best_uniform(9, [8]).error
        Fraction(1, 17)
        >>> best_uniform(3, [0, 1, 2]).coefficients
        {0: Fraction(1, 8), 1: Fraction(-3, 4), 2: Fraction(3, 2)}
    """
    d = check_pool_size(d)
    orders = check_orders(d, orders)
    positive = tuple(r for r in orders if r > 0)
    space = space_of(d, positive)
    last = deque(exchange(space), maxlen=1).pop()
    error = 1 / (last.extrapolated + (0 in orders))
    slopes = _differences_at_zero(last)
    coefficients = {r: error * comb(d, r) * Fraction(slopes[r], last.scale) for r in positive}
    weights = space.weights(last.nodes)
    certificate = {d - m: y for m, y in zip(last.nodes, weights, strict=True)}
    if 0 in orders:
        coefficients = {0: error, **coefficients}
        certificate[0] = Fraction(-1)
    return UniformApproximation(d, orders, error, coefficients, dict(sorted(certificate.items())))


def exchange_steps(d: int, orders: Iterable[int]) -> Iterator[Step]:
    """The references that the exchange visits on the way to the optimum, for pictures.

    Args:
        d: pool size.
        orders: as in :func:`best_uniform`; the intercept changes nothing here (Theorem C, ours).

    Raises:
        ValueError: as :func:`best_uniform`.

    Examples:
        >>> [step.extrapolated for step in exchange_steps(9, [2, 8])][-1]
        Fraction(151, 7)
    """
    d = check_pool_size(d)
    return exchange(space_of(d, tuple(r for r in check_orders(d, orders) if r > 0)))


def _differences_at_zero(step: Step) -> list[int]:
    """The forward differences of step.values at 0: the coefficients of C(m, 0), C(m, 1), ..."""
    row = list(step.values)
    differences = []
    while row:
        differences.append(row[0])
        row = [after - before for before, after in itertools.pairwise(row)]
    return differences
