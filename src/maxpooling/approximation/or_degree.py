"""Orders 0..r and the approximate degree of OR: bounds on E(d, {0..r}) that need no optimisation.

A symmetric function of the kind M_{0..r} takes on the vertices the values of a polynomial of degree
at most r in the number of ones, so E(d, {0..r}) is how well such polynomials approximate OR.
"""

from bisect import bisect_left
from fractions import Fraction
from math import comb

from maxpooling.approximation.uniform import best_uniform
from maxpooling.arguments import check_integer, check_pool_size


def orders_needed(d: int, error: Fraction) -> int:
    """The smallest r with E(d, {0..r}) <= error: the approximate degree of OR on d bits.

    Bisection, since the error falls strictly in r (Theorem F); about log2(d) exact solutions.

    Args:
        d: pool size.
        error: at least 2^-d, the error of all orders.

    Raises:
        ValueError: if no order set reaches the error, or d is out of range.

    Examples:
        >>> orders_needed(100, Fraction(1, 3))
        7
    """
    d = check_pool_size(d)
    if error * 2**d < 1:
        raise ValueError(f"error must be at least 2^-d = {Fraction(1, 2**d)}, got {error}")
    return bisect_left(range(d), True, key=lambda r: best_uniform(d, range(r + 1)).error <= error)


def squared_error_bounds(d: int, r: int) -> tuple[Fraction, Fraction]:
    """A lower and an upper bound on E(d, {0..r})^2, a factor d + 1 apart (ours).

    The least-squares residual of max over the d + 1 vertices, by orthogonal polynomials, is
    C(2d, d-r-1) / C(2d, d); the maximum norm of a vector is at most its Euclidean norm and at least
    that over sqrt(d + 1).

    Examples:
        >>> squared_error_bounds(3, 2)
        (Fraction(1, 80), Fraction(1, 20))
    """
    r = check_integer("r", r, 0, check_pool_size(d) - 1)
    residual = Fraction(comb(2 * d, d - r - 1), comb(2 * d, d))
    return residual / (d + 1), residual


def chebyshev_bound(d: int, r: int) -> Fraction:
    """E(d, {0..r}) <= 1 / (1 + T_r((d+1)/(d-1))), T_r the Chebyshev polynomial, d >= 2.

    T_r carried over to [1, d] is feasible; the optimum may exceed it between the integers.

    Examples:
        >>> chebyshev_bound(9, 3)  # an equality for r = 3 and d = 5, 9, 13, ...
        Fraction(16, 81)
    """
    d = check_integer("d", d, 2, check_pool_size(d))
    r = check_integer("r", r, 0, d - 1)
    x = Fraction(d + 1, d - 1)
    before, value = x, Fraction(1)  # T_{-1} = T_1 = x
    for _ in range(r):
        before, value = value, 2 * x * value - before
    return 1 / (1 + value)
