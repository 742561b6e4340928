"""How much of the cube is badly approximated (Lemma 4): exact volumes for symmetric estimators.

The error of a symmetric f at x is the sum of e_k lambda_k, e_k being its error at the vertex v_k
and lambda the gaps of the order statistics of x. For x uniform on the cube, lambda is uniform on
the simplex, so the law of the error is a B-spline with the knots e_0, ..., e_d.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import comb

from maxpooling.arguments import check_pool_size


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
    if delta <= 0:
        raise ValueError(f"delta must be positive, got {delta}")
    negated = [-e for e in vertex_errors]
    return _tail(vertex_errors, delta) + _tail(negated, delta)


def volume_near_one_vertex(d: int, share: Fraction) -> Fraction:
    """((1 - share) / 2)^d: where the error keeps the sign of one extreme vertex and this size.

    At an extreme vertex v_k the error is E lambda_k at least minus E (1 - lambda_k), hence
    at least share * E wherever lambda_k >= (1 + share) / 2.

    Args:
        d: pool size.
        share: size of error asked for, as a share of the largest, 0 <= share <= 1.

    Raises:
        ValueError: if d is not a pool size, or share is out of range.

    Examples:
        >>> volume_near_one_vertex(2, Fraction(1, 2))
        Fraction(1, 16)
    """
    return ((1 - _check_share(share)) / 2) ** check_pool_size(d)


def full_volume(d: int, share: Fraction) -> Fraction:
    """P(|2B - 1| >= share), B ~ Beta(floor(d/2) + 1, ceil(d/2)): the law for all orders 0..d-1.

    The full estimator's errors alternate between +E and -E, so its error is E (2B - 1) with B the
    sum of every other gap. A Beta tail with integer parameters is a binomial one.

    Args:
        d: pool size.
        share: size of error asked for, as a share of the largest, 0 <= share <= 1.

    Raises:
        ValueError: if d is not a pool size, or share is out of range.

    Examples:
        >>> round(float(full_volume(9, Fraction(1, 4))), 3)
        0.433
    """
    half = check_pool_size(d) // 2
    _check_share(share)
    low, high = (1 - share) / 2, (1 + share) / 2
    below = sum(_binomial(d, j, low) for j in range(half + 1, d + 1))
    above = sum(_binomial(d, j, high) for j in range(half + 1))
    return Fraction(below + above)


def _check_share(share: Fraction) -> Fraction:
    if not 0 <= share <= 1:
        raise ValueError(f"share must be between 0 and 1, got {share}")
    return share


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


def _binomial(n: int, j: int, p: Fraction) -> Fraction:
    """Probability of j successes in n trials."""
    return comb(n, j) * p**j * (1 - p) ** (n - j)
