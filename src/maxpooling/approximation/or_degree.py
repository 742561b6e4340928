"""Orders 0..r and the approximate degree of OR: bounds on E(d, {0..r}) that need no optimisation.

A symmetric function of the kind M_{0..r} takes on the vertices the values of a polynomial of degree
at most r in the number of ones, so E(d, {0..r}) is how well such polynomials approximate OR.
"""

from bisect import bisect_left
from fractions import Fraction
from math import comb

from maxpooling.approximation.uniform import best_uniform
from maxpooling.arguments import check_integer, check_pool_size, check_rational


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
    error = check_rational("error", error, 0, above=True)
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


def residual_bounds(d: int, r: int) -> tuple[Fraction, Fraction]:
    """|e|_2^2 / |e|_1 <= E(d, {0..r}) <= |e|_max, with e the residual of least squares (ours).

    e annihilates all polynomials of degree r, so it is a measure that proves a lower bound; and it
    is the error of one of them. Sharper than :func:`squared_error_bounds`, equal at r = 0 and d-1.

    Examples:
        >>> residual_bounds(3, 2), residual_bounds(3, 0)
        ((Fraction(1, 8), Fraction(3, 20)), (Fraction(1, 2), Fraction(3, 4)))
    """
    e = least_squares_residual(d, r)
    squares = sum((x * x for x in e), Fraction(0))
    absolute = sum((abs(x) for x in e), Fraction(0))
    return squares / absolute, max(abs(x) for x in e)


def least_squares_residual(d: int, r: int) -> tuple[Fraction, ...]:
    """1 - max minus its projection to the polynomials of degree r, at k = 0..d ones.

    The sum of Q_j / |Q_j|^2 over j > r, for the polynomials Q_j that are orthogonal on 0..d with
    Q_j(0) = 1 (Gram's), where 1 / |Q_j|^2 = (2j+1) d!^2 / ((d-j)! (d+j+1)!). O(d^2) operations.

    Examples:
        >>> [str(x) for x in least_squares_residual(3, 2)]
        ['1/20', '-3/20', '3/20', '-1/20']
    """
    r = check_integer("r", r, 0, check_pool_size(d) - 1)
    before, current = [Fraction(0)] * (d + 1), [Fraction(1)] * (d + 1)
    residual = [Fraction(0)] * (d + 1)
    for j in range(d + 1):
        if j > r:
            weight = Fraction((2 * j + 1) * comb(2 * d + 1, d - j), (2 * d + 1) * comb(2 * d, d))
            residual = [e + weight * q for e, q in zip(residual, current, strict=True)]
        if j < d:
            following = [
                ((2 * j + 1) * (d - 2 * k) * q - j * (d + j + 1) * p) / ((j + 1) * (d - j))
                for k, (p, q) in enumerate(zip(before, current, strict=True))
            ]
            before, current = current, following
    return tuple(residual)


def chebyshev_bound(d: int, r: int) -> Fraction:
    """E(d, {0..r}) <= 1 / (1 + T_r((d+1)/(d-1))), T_r the Chebyshev polynomial, d >= 2.

    T_r carried over to [1, d] is feasible (Linial and Nisan); an equality only if its extremes are
    integers: r = 0 and 1, r = 2 with odd d, r = 3 with d = 1 modulo 4.

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
