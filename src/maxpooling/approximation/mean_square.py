"""The best mean-square approximation of the maximum by subpool maxes (Appendix C).

For x uniform on the cube the gaps lambda_0, ..., lambda_d of its order statistics are uniform on
the simplex, and the error of a symmetric f is the sum of e_k lambda_k with e_k = f(v_k) - max(v_k).
Hence its mean square is (|e|^2 + (sum e)^2) / ((d+1)(d+2)): a quadratic form in vertex errors.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from maxpooling.arguments import (
    check_integer,
    check_orders,
    check_pool_size,
    check_rational,
)
from maxpooling.errors import CertificateError
from maxpooling.linear_algebra import solve_integer
from maxpooling.order_statistics import vertex_average
from maxpooling.plain import Result


@dataclass(frozen=True)
class MeanSquareApproximation(Result):
    """The affine combination of subpool averages with the least mean square error.

    It is the only one, and no unequal weighting of the single subpools does better: averaging over
    permutations is an orthogonal projection that keeps the maximum.

    Attributes:
        d: pool size.
        orders: the orders R, sorted; 0 stands for the intercept.
        error: the mean square error for x uniform on [0, 1]^d.
        coefficients: order -> coefficient of the average S(.; r, d).
    """

    d: int
    orders: tuple[int, ...]
    error: Fraction
    coefficients: dict[int, Fraction]

    __hash__ = Result.__hash__
    __repr__ = Result.__repr__

    def residuals(self) -> tuple[Fraction, ...]:
        """f(v_k) - max(v_k) at the vertices v_0, ..., v_d."""
        return tuple(
            sum(
                (beta * vertex_average(self.d, r, k) for r, beta in self.coefficients.items()),
                Fraction(-1 if k else 0),
            )
            for k in range(self.d + 1)
        )

    def verify(self) -> bool:
        """Prove optimality: the error is orthogonal to every function it was built from.

        Raises:
            CertificateError: naming the order that fails, the error if it is misstated, or a number
                that is not rational.
        """
        for number in (self.error, *self.coefficients.values()):
            if not isinstance(number, (Fraction, int)):
                raise CertificateError(f"error and coefficients must be rational, found {number!r}")
        e = self.residuals()
        for r in self.orders:
            s = [vertex_average(self.d, r, k) for k in range(self.d + 1)]
            product = sum(a * b for a, b in zip(e, s, strict=True)) + sum(e) * sum(s)
            if product != 0:
                raise CertificateError(f"not optimal: the error correlates with order {r}")
        if set(self.coefficients) != set(self.orders) or mean_square(e) != self.error:
            raise CertificateError("the coefficients do not have the stated orders and error")
        return True


def best_mean_square(d: int, orders: Iterable[int]) -> MeanSquareApproximation:
    """Minimise the mean square of f - max over the cube, f in M_R(d), exactly.

    Appendix C, equations (28) to (30), for every set of orders: the normal equations
    X'(I + 11')X beta = X'(I + 11')t with X_kr = S(v_k; r, d), t_k = max(v_k), in integers.

    Args:
        d: pool size.
        orders: iterable of distinct integers in 0..d-1; 0 is the intercept.

    Returns:
        The optimum as fractions. O(n^3 + d n^2) integer operations for n orders.

    Raises:
        ValueError: if d or orders are not of this kind.

    Examples:
        >>> best_mean_square(3, [0, 1, 2]).error  # 1 / ((d+1)(d+2) C(2d, d))
        Fraction(1, 400)
        >>> best_mean_square(9, [0]).error  # the variance of the maximum
        Fraction(9, 1100)
    """
    d = check_pool_size(d)
    orders = check_orders(d, orders)
    columns = [[comb(d, r) - comb(d - k, r) if r else 1 for k in range(d + 1)] for r in orders]
    gram = [[_product(a, b) for b in columns] for a in columns]
    target = [0] + [1] * d
    numerators, scale = solve_integer(gram, [_product(column, target) for column in columns])
    coefficients = {
        r: Fraction(n * comb(d, r), scale) for r, n in zip(orders, numerators, strict=True)
    }
    # For the projection f of max: E(f - max)^2 = E(max^2) - E(f max).
    explained = sum(n * _product(c, target) for n, c in zip(numerators, columns, strict=True))
    error = (_product(target, target) - Fraction(explained, scale)) / ((d + 1) * (d + 2))
    return MeanSquareApproximation(d, orders, error, coefficients)


def mean_square(vertex_errors: tuple[Fraction, ...]) -> Fraction:
    """E of (sum of e_k lambda_k)^2 for lambda uniform on the simplex with len(e) parts.

    Examples:
        >>> mean_square((Fraction(1), Fraction(0)))  # E of lambda^2, lambda uniform on [0, 1]
        Fraction(1, 3)
    """
    n = len(vertex_errors)
    squares = sum((e * e for e in vertex_errors), Fraction(0))
    return (squares + sum(vertex_errors, Fraction(0)) ** 2) / (n * (n + 1))


def lowest_orders(d: int, r: int) -> Fraction:
    """The minimum for orders {0..r}, by formula; r = d-1 is the full set of Appendix C.

    Examples:
        >>> lowest_orders(3, 2)
        Fraction(1, 400)
    """
    r = check_integer("r", r, 0, check_pool_size(d) - 1)
    return Fraction(comb(2 * d, d - r - 1), (d + 1) * (d + 2) * comb(2 * d, d))


def top_orders(d: int, s: int) -> Fraction:
    """The minimum for the intercept and the s largest orders d-s..d-1, by formula.

    Examples:
        >>> top_orders(9, 1)  # 1 / (d (d+1)^2 (d+2))
        Fraction(1, 9900)
    """
    s = check_integer("s", s, 1, check_pool_size(d) - 1)
    inverse = sum(comb(d, j) ** 2 for j in range(s + 1)) + Fraction(comb(d - 1, s) ** 2, d - s)
    return 1 / (inverse * (d + 1) * (d + 2))


def without_intercept(d: int, error: Fraction) -> Fraction:
    """The minimum for R without 0 from that for R with 0 (intercept identity, ours).

    With N = (d+1)(d+2) times the error: 1/N(R and 0) = 1/N(R) + (d+2)/(d+1).

    Args:
        d: pool size.
        error: rational and positive, at most that of the constant alone, d / ((d+1)^2 (d+2)).

    Raises:
        ValueError: if an argument is not of this kind. (No error is zero: R has no order d.)

    Examples:
        >>> without_intercept(3, lowest_orders(3, 2)) == best_mean_square(3, [1, 2]).error
        True
    """
    d = check_pool_size(d)
    scale = (d + 1) * (d + 2)
    error = check_rational("error", error, Fraction(0), Fraction(d, (d + 1) * scale), above=True)
    return 1 / (1 / (scale * error) - Fraction(d + 2, d + 1)) / scale


def least_over_decompositions(d: int, r: int) -> Fraction:
    """Least mean square error over all sums of measurable functions of r coordinates (ours).

    Each term may see at most r; the sums must be square-integrable, their terms need not be.

    The tail of the maximum's ANOVA expansion: below the best combination of subpool maxes,
    in contrast to the uniform norm, where none is better.

    Examples:
        >>> least_over_decompositions(9, 8) / lowest_orders(9, 8)  # (d+2) / (2d+1)
        Fraction(11, 19)
    """
    r = check_integer("r", r, 0, check_pool_size(d) - 1)
    tail = (Fraction(comb(d, j), comb(2 * d + 1, j)) for j in range(r + 1, d + 1))
    return sum(tail, Fraction(0)) / (d + 1) ** 2


def _product(a: list[int], b: list[int]) -> int:
    """a'(I + 11')b, the inner product of two functions given by their vertex values."""
    return sum(x * y for x, y in zip(a, b, strict=True)) + sum(a) * sum(b)
