"""The estimator that is best in mean square for given pools, and what it costs in the worst case.

:func:`least_squares` forgets the worst case, ``best_uniform`` forgets the pools; between them lies
the front of :func:`pareto_front`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm

from numpy.typing import ArrayLike

from maxpooling.approximation.certificate import residuals
from maxpooling.approximation.spacings import SpacingMoments
from maxpooling.approximation.uniform import best_uniform
from maxpooling.arguments import check_orders, check_pool_size
from maxpooling.errors import CertificateError
from maxpooling.linear_algebra import determinant, solve_integer
from maxpooling.order_statistics import vertex_average
from maxpooling.plain import Result


@dataclass(frozen=True)
class LeastSquaresApproximation(Result):
    """The combination of subpool averages with the least mean square error over given pools.

    Attributes:
        d: pool size.
        orders: the orders R, sorted; 0 stands for the constant.
        mean_square: the mean of (f - max)^2 over the pools.
        coefficients: order -> coefficient of the average S(.; r, d).
        worst_error: the largest |f - max| over the cube [0, 1]^d.
        least_worst_error: E(d, R), what the best uniform estimator has there.
        spacings: the second moments of the pools' spacings, as in :class:`SpacingMoments`.
    """

    d: int
    orders: tuple[int, ...]
    mean_square: Fraction
    coefficients: dict[int, Fraction]
    worst_error: Fraction
    least_worst_error: Fraction
    spacings: tuple[tuple[Fraction, ...], ...]

    __hash__ = Result.__hash__
    __repr__ = Result.__repr__

    @property
    def price(self) -> Fraction:
        """How much larger the worst error is than that of the best uniform estimator."""
        return self.worst_error - self.least_worst_error

    def residuals(self) -> tuple[Fraction, ...]:
        """f(v_k) - max(v_k) at the vertices v_0, ..., v_d."""
        return residuals(self.d, self.coefficients)

    def weights(self) -> tuple[Fraction, ...]:
        """Weights of f on x_(1) >= ... >= x_(d): the increments of f along v_0, ..., v_d."""
        values = [e + (k > 0) for k, e in enumerate(self.residuals())]
        return tuple(after - before for before, after in pairwise(values))

    def verify(self) -> bool:
        """Prove optimality: the error is orthogonal, over the pools, to what it was built from.

        Orthogonality makes the error least because the mean of a square is never negative; that the
        given moments are such means is checked as well, on the functions in question.

        Raises:
            CertificateError: naming what fails.
        """
        e = self.residuals()
        columns = [_column(self.d, r) for r in self.orders]
        images = [
            [
                sum((a * b for a, b in zip(row, c, strict=True)), Fraction(0))
                for row in self.spacings
            ]
            for c in columns
        ]
        for r, image in zip(self.orders, images, strict=True):
            if sum((a * b for a, b in zip(image, e, strict=True)), Fraction(0)) != 0:
                raise CertificateError(f"not optimal: the error correlates with order {r}")
        gram = [
            [sum((a * b for a, b in zip(c, image, strict=True)), Fraction(0)) for c in columns]
            for image in images
        ]
        if not _semidefinite(gram):
            raise CertificateError("the spacings are no moments: a mean square is negative")
        found = SpacingMoments(self.d, self.spacings).mean_square(e)
        if set(self.coefficients) != set(self.orders) or found != self.mean_square:
            raise CertificateError("the coefficients do not have the stated orders and error")
        if max(map(abs, e)) != self.worst_error:
            raise CertificateError("the worst error is not that of the coefficients")
        best = best_uniform(self.d, self.orders)
        if not best.verify() or best.error != self.least_worst_error:
            raise CertificateError("the least worst error is another")
        return True


def least_squares(
    d: int, orders: Iterable[int], spacings: SpacingMoments | ArrayLike
) -> LeastSquaresApproximation:
    """Minimise the mean square of f - max over given pools, f in M_R(d), exactly.

    By Theorem AI it is a quadratic form in the errors at the vertices; the normal equations
    X'MX beta = X'Mt have X_kr = S(v_k; r, d), t_k = max(v_k) and M of :class:`SpacingMoments`.
    Where the pools cannot tell some orders apart, the smaller ones have the coefficient 0.

    Args:
        d: pool size.
        orders: iterable of distinct integers in 0..d-1; 0 is the constant.
        spacings: moments; or a sample of pools in [0, 1], shape [..., d], see
            ``SpacingMoments.of_pools``.

    Returns:
        The optimum as fractions, exact for the moments; O(n^4 + d^2 n) operations on fractions for
        n orders.

    Raises:
        ValueError: if d or orders are not of this kind, or the pools are of another size.

    Examples:
        >>> least_squares(9, [0, 8], SpacingMoments.uniform(9)).mean_square  # Appendix C
        Fraction(1, 9900)
        >>> flat = least_squares(4, [0, 3], [[0.5, 0.5, 0.5, 0.5], [0.25, 0.25, 0.25, 0.25]])
        >>> flat.mean_square, flat.worst_error, flat.price
        (Fraction(0, 1), Fraction(1, 4), Fraction(1, 8))
    """
    d = check_pool_size(d)
    orders = check_orders(d, orders)
    moments = moments_of(d, spacings)
    gram, target = normal_equations(d, orders, moments)
    independent: list[int] = []
    for place in reversed(range(len(orders))):  # larger orders are closer to the maximum
        tried = [*independent, place]
        if determinant([[gram[i][j] for j in tried] for i in tried]) != 0:
            independent = tried
    numerators, scale = solve_integer(
        [[gram[i][j] for j in independent] for i in independent], [target[i] for i in independent]
    )
    solved = {orders[i]: Fraction(n, scale) for i, n in zip(independent, numerators, strict=True)}
    coefficients = {r: solved.get(r, Fraction(0)) for r in orders}
    errors = residuals(d, coefficients)
    return LeastSquaresApproximation(
        d,
        orders,
        moments.mean_square(errors),
        coefficients,
        max(map(abs, errors)),
        best_uniform(d, orders).error,
        moments.second,
    )


def moments_of(d: int, spacings: SpacingMoments | ArrayLike) -> SpacingMoments:
    """The moments of pools, unless they are given.

    Raises:
        ValueError: they are of pools of another size than d.
    """
    moments = (
        spacings if isinstance(spacings, SpacingMoments) else SpacingMoments.of_pools(spacings)
    )
    if moments.d != d:
        raise ValueError(f"spacings must be of pools of size d={d}, got size {moments.d}")
    return moments


def normal_equations(
    d: int, orders: tuple[int, ...], moments: SpacingMoments
) -> tuple[list[list[int]], list[int]]:
    """X'MX and X'Mt, times one integer that makes both whole.

    Args:
        d: pool size.
        orders: sorted.
        moments: of pools of this size.
    """
    columns = [_column(d, r) for r in orders]
    target = [Fraction(int(k > 0)) for k in range(d + 1)]
    images = [
        [sum((a * b for a, b in zip(row, c, strict=True)), Fraction(0)) for row in moments.second]
        for c in columns
    ]
    rows = [
        [
            sum((a * b for a, b in zip(image, c, strict=True)), Fraction(0))
            for c in [*columns, target]
        ]
        for image in images
    ]
    scale = lcm(*(one.denominator for row in rows for one in row))
    whole = [[int(one * scale) for one in row] for row in rows]
    return [row[:-1] for row in whole], [row[-1] for row in whole]


def _column(d: int, r: int) -> list[Fraction]:
    return [vertex_average(d, r, k) for k in range(d + 1)]


def _semidefinite(matrix: list[list[Fraction]]) -> bool:
    """Whether a symmetric matrix is positive semidefinite, by elimination without exchanges."""
    rows = [row[:] for row in matrix]
    while rows:
        pivot, *rest = rows[0]
        if pivot < 0 or (pivot == 0 and any(rest)):
            return False
        rows = [
            [a - (row[0] / pivot * b if pivot else 0) for a, b in zip(row[1:], rest, strict=True)]
            for row in rows[1:]
        ]
    return True
