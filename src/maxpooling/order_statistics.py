"""Subpool maxes and their averages: Lemma 2, one sort instead of a sum over all subpools.

A subpool max of order r is the largest entry of r chosen coordinates. The average of all of them,
S(x; r, d), is a fixed weighted sum of the order statistics x_(1) >= ... >= x_(d).
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maxpooling.arguments import check_integer, check_pool_size, check_pools


def subpool_weights(d: int, r: int) -> tuple[Fraction, ...]:
    """Weights of the average subpool max S(x; r, d) on x_(1) >= ... >= x_(d).

    Lemma 2, equation (2): the j-th largest entry is the maximum of C(d-j, r-1) of the C(d, r)
    subpools, namely of those that contain it and otherwise only smaller entries.

    Args:
        d: pool size, 1 <= d <= MAX_POOL_SIZE.
        r: order of the subpools, 1 <= r <= d. (S(x; 0, d) is the constant 1, which is no weighted
            sum of order statistics, so r = 0 is refused here.)

    Returns:
        d fractions that are non-increasing and sum to 1. O(d) integer operations.

    Raises:
        ValueError: if d or r is not an integer in its range.

    Examples:
        >>> subpool_weights(4, 3)
        (Fraction(3, 4), Fraction(1, 4), Fraction(0, 1), Fraction(0, 1))
        >>> set(subpool_weights(9, 1))  # order 1 is the mean
        {Fraction(1, 9)}
    """
    d = check_pool_size(d)
    r = check_integer("r", r, 1, d)
    return tuple(Fraction(comb(d - j, r - 1), comb(d, r)) for j in range(1, d + 1))


def subpool_average(x: ArrayLike, r: int) -> NDArray[np.float64]:
    """Evaluate S(x; r, d), the average of all subpool maxes of order r, by one sort.

    Args:
        x: numbers of shape [..., d], the pool being the last axis; any real values.
        r: order, 0 <= r <= d; S(x; 0, d) = 1 by convention.

    Returns:
        Array of shape [...]. O(d log d) per pool, where enumeration takes C(d, r) maxima.

    Raises:
        ValueError: if x is not a numeric array with a last axis, or r is out of range.

    Examples:
        >>> float(subpool_average([0.0, 1.0, 0.0, 0.0], 3))  # misses 1/d at a unit vector
        0.75
    """
    pools = check_pools(x)
    r = check_integer("r", r, 0, pools.shape[-1])
    if r == 0:
        return np.ones(pools.shape[:-1])
    return weigh_order_statistics(pools, subpool_weights(pools.shape[-1], r))


def vertex_average(d: int, r: int, k: int) -> Fraction:
    """S(v_k; r, d) at the vertex v_k with k ones: the share of subpools that meet the ones.

    Args:
        d: pool size.
        r: order, 0 <= r <= d (order 0 gives 1).
        k: number of ones, 0 <= k <= d.

    Raises:
        ValueError: if an argument is not an integer in its range.

    Examples:
        >>> vertex_average(9, 8, 1)
        Fraction(8, 9)
    """
    d = check_pool_size(d)
    r = check_integer("r", r, 0, d)
    k = check_integer("k", k, 0, d)
    if r == 0:
        return Fraction(1)
    return 1 - Fraction(comb(d - k, r), comb(d, r))


def subpools(d: int, r: int) -> Iterator[tuple[int, ...]]:
    """The C(d, r) subpools I(1; r, d), I(2; r, d), ... as 0-based tuples in lexicographic order.

    Raises:
        ValueError: if d or r is not an integer in its range.

    Examples:
        >>> list(subpools(3, 2))
        [(0, 1), (0, 2), (1, 2)]
    """
    d = check_pool_size(d)
    return combinations(range(d), check_integer("r", r, 0, d))


def weigh_order_statistics(
    pools: NDArray[np.float64], weights: Iterable[Fraction]
) -> NDArray[np.float64]:
    """Weighted sum of the order statistics of every pool: the one place where weights turn float.

    Args:
        pools: shape [..., d].
        weights: d weights on x_(1) >= ... >= x_(d).
    """
    descending = -np.sort(-pools, axis=-1)
    result: NDArray[np.float64] = descending @ np.array([float(w) for w in weights])
    return result
