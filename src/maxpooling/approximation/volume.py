"""How much of the cube is badly approximated (Lemma 4): exact volumes for symmetric estimators.

The error of a symmetric f at x is the sum of e_k lambda_k, e_k being its error at the vertex v_k
and lambda the gaps of the order statistics of x. For x uniform on the cube, lambda is uniform on
the simplex, so the law of the error is a B-spline with the knots e_0, ..., e_d.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import comb

from maxpooling.arguments import check_orders, check_pool_size, check_rational


def volume_above(vertex_errors: Sequence[Fraction], delta: Fraction) -> Fraction:
    """Volume of {x in [0,1]^d : |f(x) - max(x)| >= delta} for delta > 0, exactly.

    Args:
        vertex_errors: the d+1 errors e_k = f(v_k) - max(v_k).
        delta: positive.

    Raises:
        ValueError: if delta is not positive (the volume is then 1).

    Examples:
        >>> from maxpooling.approximation import best_uniform
        >>> errors = best_uniform(9, range(9)).residuals()
        >>> round(float(volume_above(errors, Fraction(1, 1024))), 3)  # half the largest error
        0.098
    """
    delta = check_rational("delta", delta, 0, above=True)
    negated = [-e for e in vertex_errors]
    return _tail(vertex_errors, delta) + _tail(negated, delta)


def extreme_volume(d: int, orders: Iterable[int], share: Fraction) -> Fraction:
    """Volume on which every optimum of these orders errs by a share of its error, at least.

    On n = |R - {0}| + 1 levels k >= 1 an optimum's errors are -E and +E in turn, -E at ceil(n/2) of
    them; with 0 in R the origin has +E as well. Where the gaps at the extreme vertices of one sign
    add up to (1 + share) / 2 or more, the rest cannot outweigh them. A sum of a of the d + 1 gaps
    has the law Beta(a, d + 1 - a), and its tail is a binomial one (Lemma 4, ours).

    Args:
        d: pool size.
        orders: iterable of distinct integers in 0..d-1.
        share: size of error asked for, as a share of the largest, 0 <= share <= 1.

    Raises:
        ValueError: if d or orders are not of this kind, or share is out of range.

    Examples:
        >>> extreme_volume(2, [0, 1], Fraction(1, 2))  # 7/16 for the two of +E, 1/16 for the other
        Fraction(1, 2)
    """
    d = check_pool_size(d)
    orders = check_orders(d, orders)
    share = check_rational("share", share, 0, 1)
    levels = len({*orders} - {0}) + 1
    below, above = levels - levels // 2, levels // 2 + (0 in orders)
    least = (1 + share) / 2
    return sum((_beta_tail(d, count, least) for count in (below, above)), Fraction(0))


def full_volume(d: int, share: Fraction) -> Fraction:
    """P(|2B - 1| >= share), B ~ Beta(floor(d/2) + 1, ceil(d/2)): the law for all orders 0..d-1.

    The full estimator's errors alternate between +E and -E at all vertices, so its error is
    E (2B - 1) with B the sum of every other gap: the lower bound for its orders is the volume.

    Args:
        d: pool size.
        share: size of error asked for, as a share of the largest, 0 <= share <= 1.

    Raises:
        ValueError: if d is not a pool size, or share is out of range.

    Examples:
        >>> round(float(full_volume(9, Fraction(1, 4))), 3)
        0.433
    """
    return extreme_volume(d, range(check_pool_size(d)), share)


def _tail(knots: Sequence[Fraction], t: Fraction) -> Fraction:
    """P(sum of e_k lambda_k >= t): the divided difference of (e - t)_+^d at the knots."""
    ordered = sorted(knots)
    d = len(ordered) - 1
    column = [max(e - t, Fraction(0)) ** d for e in ordered]
    for width in range(1, d + 1):
        for i in range(d + 1 - width):
            gap = ordered[i + width] - ordered[i]
            if gap:
                column[i] = (column[i + 1] - column[i]) / gap
            else:  # equal knots: the derivative takes the place of the quotient
                above = ordered[i] >= t
                column[i] = comb(d, width) * (ordered[i] - t) ** (d - width) * above
    return column[0]


def _beta_tail(d: int, count: int, least: Fraction) -> Fraction:
    """P(B >= least) for B ~ Beta(count, d + 1 - count): fewer than ``count`` of d lie below."""
    terms = (comb(d, j) * least**j * (1 - least) ** (d - j) for j in range(count))
    return sum(terms, Fraction(0))
