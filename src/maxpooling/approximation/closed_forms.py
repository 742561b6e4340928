"""The values of E(d, R) that have a formula: Theorem 2 and the families of our Theorem AC."""

from fractions import Fraction
from math import comb

from maxpooling.arguments import check_integer, check_orders, check_pool_size


def closed_form(d: int, orders: tuple[int, ...]) -> Fraction | None:
    """E(d, R) by formula, or None if R belongs to none of the families below.

    Args:
        d: pool size.
        orders: distinct integers in 0..d-1; 0 is the intercept.

    Raises:
        ValueError: if d or orders are not of this kind.

    Examples:
        >>> closed_form(9, (8,)), closed_form(9, (0, 8)), closed_form(9, tuple(range(9)))
        (Fraction(1, 17), Fraction(1, 18), Fraction(1, 512))
        >>> closed_form(9, (0, 2, 7)) is None
        True
    """
    d = check_pool_size(d)
    orders = check_orders(d, orders)
    intercept = 0 in orders
    positive = tuple(r for r in orders if r > 0)
    s = len(positive)
    if positive == ():
        return Fraction(1, 2)
    if s == 1:
        return single_order(d, positive[0], intercept)
    if positive[0] == d - s:
        return top_orders(d, s, intercept)
    if s == 2 and positive[-1] == d - 1:
        return _adjoin(beside_the_largest(d, positive[0]), intercept)
    if positive[-1] == s == 2:
        return _adjoin(two_lowest_orders(d), intercept)
    if positive[-1] == s == d - 2:
        return _adjoin(Fraction(1, comb(d, d // 2)), intercept)
    return None


def single_order(d: int, r: int, intercept: bool) -> Fraction:
    """E(d, {r}) = (d-r)/(d+r), and with intercept (d-r)/(2d); r = d-1 gives (4) and (5).

    Examples:
        >>> single_order(9, 1, intercept=True)
        Fraction(4, 9)
    """
    r = check_integer("r", r, 1, check_pool_size(d) - 1)
    return Fraction(d - r, 2 * d if intercept else d + r)


def top_orders(d: int, s: int, intercept: bool) -> Fraction:
    """The error of the s largest orders d-s..d-1; with intercept and s = d-1 this is (6), 2^-d.

    Its inverse is C(d-1, s) plus the number of subpools used (plus 1 with intercept): within a
    factor of two the error is one over the number of subpool maxes. Chosen subpools do better.

    Examples:
        >>> [1 / top_orders(9, s, intercept=True) for s in (1, 2, 8)]
        [Fraction(18, 1), Fraction(74, 1), Fraction(512, 1)]
    """
    s = check_integer("s", s, 1, check_pool_size(d) - 1)
    return Fraction(1, subpool_count(d, range(d - s, d)) + comb(d - 1, s) + intercept)


def two_lowest_orders(d: int) -> Fraction:
    """E(d, {0, 1, 2}) = q / (2q + 2d) with q = floor((d-1)^2 / 4), d >= 3.

    Examples:
        >>> two_lowest_orders(9)
        Fraction(8, 25)
    """
    q = (check_integer("d", d, 3, 10**9) - 1) ** 2 // 4
    return Fraction(q, 2 * q + 2 * d)


def beside_the_largest(d: int, r: int) -> Fraction:
    """E(d, {0, r, d-1}) = k / (2k + 2d(d-1)) with k = d-r, for 1 <= r <= d-2.

    Where a Steiner system of blocks of k exists, its complements need fewer subpools for the same.

    Examples:
        >>> beside_the_largest(9, 6)
        Fraction(1, 50)
    """
    d = check_integer("d", d, 3, 10**9)
    k = d - check_integer("r", r, 1, d - 2)
    return Fraction(k, 2 * k + 2 * d * (d - 1))


def optimal_full_coefficients(d: int) -> dict[int, Fraction]:
    """The coefficients behind (6): (-1)^(d-1-r) 2^(r-d) C(d, r) for r >= 1, and 2^-d.

    Examples:
        >>> optimal_full_coefficients(9)[8], optimal_full_coefficients(9)[7]
        (Fraction(9, 2), Fraction(-9, 1))
    """
    d = check_pool_size(d)
    slopes = {r: Fraction((-1) ** (d - 1 - r) * comb(d, r), 2 ** (d - r)) for r in range(1, d)}
    return {0: Fraction(1, 2**d), **slopes}


def subpool_count(d: int, orders: range | tuple[int, ...]) -> int:
    """How many subpool maxes the orders need in all (the intercept needs none).

    Examples:
        >>> subpool_count(9, (0, 8))
        9
    """
    return sum(comb(d, r) for r in orders if r > 0)


def _adjoin(with_intercept: Fraction, intercept: bool) -> Fraction:
    """Undo the intercept identity 1/E(R and 0) = 1 + 1/E(R) unless the intercept is wanted."""
    return with_intercept if intercept else 1 / (1 / with_intercept - 1)
