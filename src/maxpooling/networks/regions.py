"""Linear regions: a published upper bound (in several readings) and the true numbers.

A weighted sum of order statistics is linear where the ranking of the coordinates is fixed, so its
regions are unions of the d! chambers of rankings, and can be counted exactly.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby, permutations
from math import comb, factorial, prod
from typing import Final, Literal, get_args

import numpy as np

from maxpooling.arguments import check_choice, check_integer, check_orders
from maxpooling.networks.halving import halve, subpool_layers

Reading = Literal["standard", "self-inclusive", "self-inclusive-everywhere", "last-free"]

_MOST_PERMUTED: Final = 9
"""9! = 362 880 rankings are listed in about a second; 10! would take the memory of a laptop."""


def region_bound(inputs: int, widths: Sequence[int], reading: Reading = "standard") -> int:
    """Upper bound on the number of linear regions of a ReLU network, after Serra et al. (2018).

    The bound is the sum over J of the products of C(n_l, j_l), l = 1..L, where J holds the integer
    vectors with 0 <= j_l <= min(n_0, n_1 - j_1, ..., n_{l-1} - j_{l-1}, n_l). The other readings
    are index sets that differ by one slip; they bound nothing and are here because one of them
    gives the number that the paper prints.

    Args:
        inputs: n_0, at least 1.
        widths: n_1, ..., n_L, each at least 1.
        reading: "standard" as above; "self-inclusive" takes n_l - j_l into the minimum for l < L;
            "self-inclusive-everywhere" for all l; "last-free" for l < L, with j_L <= n_L alone.

    Returns:
        The exact number. O(n_0 * sum of widths) multiplications of big integers at most.

    Raises:
        ValueError: if a number is not a positive integer, or the reading is unknown.

    Examples:
        >>> region_bound(9, [12, 10, 9])
        1111887033
        >>> region_bound(9, [12, 10, 9, 1], "self-inclusive")
        819906560
    """
    check_choice("reading", reading, get_args(Reading))
    sizes = [check_integer("every one of widths", width, 1, 10**6) for width in widths]
    totals = {check_integer("inputs", inputs, 1, 10**6): 1}  # least of n_0, n_l - j_l -> sum
    for layer, width in enumerate(sizes, start=1):
        after: dict[int, int] = {}
        for least, total in totals.items():
            for j in range(_largest(reading, layer == len(sizes), least, width) + 1):
                bottleneck = min(least, width - j)
                after[bottleneck] = after.get(bottleneck, 0) + total * comb(width, j)
        totals = after
    return sum(totals.values())


def _largest(reading: Reading, last: bool, least: int, width: int) -> int:
    """The largest j_l, where ``least`` is the smallest of n_0, n_1 - j_1, ... so far."""
    if last and reading == "last-free":
        return width
    if reading == "self-inclusive-everywhere" or (reading != "standard" and not last):
        width //= 2  # j <= n - j
    return min(least, width)


def linear_regions(weights: Sequence[Fraction]) -> int:
    """Number of linear regions of x -> sum of weights[j] x_(j+1) (ours).

    A region is a connected component of the open set of the points near which the function is
    affine, as Hanin and Rolnick (2019) count them. Exchanging two neighbours in the ranking changes
    the gradient iff their weights differ. So a region is all rankings that agree up to the order
    inside each run of equal neighbouring weights: d! divided by the factorials of the run lengths.

    Args:
        weights: the d weights on x_(1) >= ... >= x_(d).

    Examples:
        >>> from maxpooling.order_statistics import subpool_weights
        >>> linear_regions(subpool_weights(9, 8))  # 9!/7!
        72
    """
    runs = [len(list(run)) for _, run in groupby(weights)]
    return factorial(sum(runs)) // prod(map(factorial, runs))


def linear_functions(weights: Sequence[Fraction]) -> int:
    """Number of different linear functions among the pieces of x -> sum of weights[j] x_(j+1).

    Two regions may have the same one: d! divided by the factorials of how often each weight occurs,
    in neighbouring ranks or not.

    Args:
        weights: the d weights on x_(1) >= ... >= x_(d).

    Examples:
        >>> from maxpooling.approximation import best_uniform
        >>> weights = best_uniform(9, range(9)).weights()
        >>> linear_functions(weights), linear_regions(weights)
        (630, 362880)
    """
    return factorial(len(weights)) // prod(map(factorial, Counter(weights).values()))


def enumerated_regions(weights: Sequence[Fraction]) -> int:
    """The same number by brute force: glue neighbouring rankings with equal gradients together.

    Args:
        weights: the d weights, d <= 9. O(d! d) operations.

    Raises:
        ValueError: if there are more than 9 weights.
    """
    d = check_integer("len(weights)", len(weights), 1, _MOST_PERMUTED)
    parent = {ranking: ranking for ranking in permutations(range(d))}

    def root(ranking: tuple[int, ...]) -> tuple[int, ...]:
        while parent[ranking] != ranking:
            parent[ranking] = ranking = parent[parent[ranking]]
        return ranking

    def gradient(ranking: tuple[int, ...]) -> tuple[Fraction, ...]:
        return tuple(weight for _, weight in sorted(zip(ranking, weights, strict=True)))

    for ranking in parent:
        for j in range(d - 1):
            swapped = (*ranking[:j], ranking[j + 1], ranking[j], *ranking[j + 2 :])
            if ranking < swapped and gradient(ranking) == gradient(swapped):
                parent[root(ranking)] = root(swapped)
    return sum(ranking == origin for ranking, origin in parent.items())


def activation_regions(d: int, orders: Iterable[int]) -> int:
    """Number of activation patterns of Theorem 4's network of pairwise maxes (ours).

    Every comparison of the network is decided by the ranking of the inputs, so listing the d!
    rankings lists all patterns that hold on a set of positive volume (for inputs of one sign, where
    the neurons relu(b) and relu(-b) never switch). The function that the network computes has no
    more linear regions than this.

    Args:
        d: pool size, at most 9.
        orders: iterable of distinct integers in 0..d-1.

    Raises:
        ValueError: if d or orders are not of this kind.

    Examples:
        >>> activation_regions(3, [0, 2])  # each ranking of three numbers has its own pattern
        6
    """
    d = check_integer("d (the pool size)", d, 1, _MOST_PERMUTED)
    layers = subpool_layers(d, check_orders(d, orders))
    values = np.array(list(permutations(range(d))), dtype=np.int8)
    bits = [
        values[:, first].max(axis=1) > values[:, second].max(axis=1)
        for first, second in (map(list, halve(indices)) for layer in layers for indices in layer)
    ]
    if not bits:
        return 1
    return len(np.unique(np.packbits(bits, axis=0), axis=1).T)
