"""Exact maxes in fewer layers than rounds of pairs take: identities, and identities over groups.

An identity for the max of n numbers holds for all real numbers. Put the max of a group of inputs in
the place of each: what it reads, max(x_i, x_j), is then the max over two groups. If k hidden layers
take the max of g numbers, k + 1 take that of n * (g // 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from math import lcm
from typing import Final

import numpy as np

from maxpooling.arguments import check_integer
from maxpooling.networks.circuits import carried_signs
from maxpooling.networks.exact import ExactNetwork, IntArray
from maxpooling.networks.lean import Pair, lean_layer
from maxpooling.two_layers import Identity, PairTerm, Template, Term, identity
from maxpooling.two_layers.comparisons import comparisons_by_term
from maxpooling.two_layers.identity import pair_images
from maxpooling.two_layers.orderings import all_pairs

MOST_IN_TWO: Final = 8
"""Beyond, the identities that are known have too many comparisons to be written out as weights."""

_ONE: Final = Fraction(1)
_OF_PAIRS: Final = {
    1: Identity((1,), (PairTerm(_ONE, (0, 0)),), ()),
    2: Identity((1, 1), (PairTerm(_ONE, (0, 1)),), ()),
    3: Identity((1, 1, 1), (), (Term(_ONE, Template([(0, 2)], [(1, 2)]), 1),)),
    4: Identity((1, 1, 1, 1), (), (Term(_ONE, Template([(0, 1)], [(2, 3)]), 1),)),
}
"""Up to four numbers the max is that of two pairs, or less."""


def two_layer_network(n: int, *, non_negative: bool = False) -> ExactNetwork:
    """The max of n numbers in two hidden layers, exactly, without a neuron that is not read.

    The first layer has only the pairs that the identity compares, and carries few of the inputs.

    Args:
        n: number of inputs, 1..8; seven take nine hundred neurons, eight eleven thousand.
        non_negative: right for inputs that are not negative only, with fewer neurons.

    Raises:
        ValueError: if n is not an integer in its range.

    Examples:
        >>> two_layer_network(5).hidden_widths, two_layer_network(6).hidden_widths
        ((10, 9), (21, 68))
        >>> two_layer_network(5, non_negative=True).hidden_widths
        (9, 8)
    """
    one = _parts(check_integer("n (the number of inputs)", n, 1, MOST_IN_TWO))
    first, readings = lean_layer(n, one.pairs, non_negative=non_negative)
    second, last, denominator = _compare([(one, readings)])
    return ExactNetwork((first, second, last), denominator).merged()


def substituted_network(groups: Sequence[int], *, non_negative: bool = False) -> ExactNetwork:
    """The max in three hidden layers: the identity for the number of groups, over groups of inputs.

    What several pairs of groups need alike in the first two layers is there once.

    Args:
        groups: how many inputs each group has; at most eight groups, at most eight inputs in two.
        non_negative: right for inputs that are not negative only, with fewer neurons.

    Raises:
        ValueError: if a group has no input, there are more than eight, or two hold more than eight.

    Examples:
        >>> substituted_network([2, 3, 2, 3, 2]).hidden_widths
        (29, 44, 9)
    """
    sizes = [check_integer("each of groups", size, 1, MOST_IN_TWO) for size in groups]
    over = _parts(check_integer("the number of groups", len(sizes), 1, MOST_IN_TWO))
    members = [tuple(range(*ends)) for ends in pairwise(accumulate(sizes, initial=0))]
    unions = [tuple(sorted({*members[i], *members[j]})) for i, j in over.pairs]
    largest = max(map(len, unions))
    check_integer("the number of inputs in two groups", largest, 1, MOST_IN_TWO)
    inner = [_parts(len(union)) for union in unions]
    read = [
        [(union[i], union[j]) for i, j in one.pairs]
        for one, union in zip(inner, unions, strict=True)
    ]
    wanted = sorted({pair for pairs in read for pair in pairs})
    first, readings = lean_layer(sum(sizes), wanted, non_negative=non_negative)
    place = {pair: k for k, pair in enumerate(wanted)}
    values = [readings[[place[pair] for pair in pairs]] for pairs in read]
    second, readings, inner_denominator = _compare(list(zip(inner, values, strict=True)))
    third, last, denominator = _compare([(over, readings)])
    return ExactNetwork((first, second, third, last), inner_denominator * denominator).merged()


@dataclass(frozen=True)
class _Parts:
    """An identity as what it reads, compares and carries.

    Attributes:
        pairs: that it reads; all else are places in it.
        comparisons: arrays of shape [comparisons, 2, pairs on a side], each with a weight.
        carried: weights of pairs that are added as they are.
    """

    pairs: tuple[Pair, ...]
    comparisons: tuple[tuple[IntArray, Fraction], ...]
    carried: tuple[tuple[int, Fraction], ...]

    @property
    def denominator(self) -> int:
        """Of all weights."""
        weights = [weight for _, weight in (*self.comparisons, *self.carried)]
        return lcm(*(weight.denominator for weight in weights))


def _parts(n: int) -> _Parts:
    """The identity for n numbers with the fewest neurons in both layers that we know of."""
    # Of five numbers six comparisons read eight pairs, seven comparisons read six.
    one = _OF_PAIRS[n] if n in _OF_PAIRS else identity(n, "denominators" if n == 5 else "neurons")
    numbers = {pair: k for k, pair in enumerate(all_pairs(n))}
    comparisons = list(comparisons_by_term(one))
    carried = [
        (numbers[image.first[0]], part.coefficient / len(alike))
        for part in one.pairs
        for alike in [list(pair_images(part.pair, one.blocks))]
        for image in alike
    ]
    read = {number for number, _ in carried}.union(*(np.unique(c).tolist() for c, _ in comparisons))
    used = sorted(read)
    place = np.zeros(len(numbers), dtype=np.int64)
    place[used] = np.arange(len(used))
    return _Parts(
        tuple(all_pairs(n)[k] for k in used),
        tuple((place[images], weight) for images, weight in comparisons),
        tuple((int(place[k]), weight) for k, weight in carried),
    )


def _compare(parts: Sequence[tuple[_Parts, IntArray]]) -> tuple[IntArray, IntArray, int]:
    """A layer of comparisons, and what is carried, for several identities side by side.

    Args:
        parts: identities, each with the rows that give the values of its pairs.

    Returns:
        Neurons, readings of shape [identities, neurons], and the denominator of the readings.
    """
    denominator = lcm(*(one.denominator for one, _ in parts))
    rows: list[IntArray] = []
    readings = []
    for one, values in parts:
        carried = np.zeros(values.shape[1], dtype=np.int64)
        weights: list[int] = []
        for images, fraction in one.comparisons:
            weight = int(fraction * denominator)
            first, second = (values[images[:, side]].sum(axis=1) for side in (0, 1))
            rows.append(first - second)
            weights += [weight] * len(images)
            carried += weight * second.sum(axis=0)
        for place, fraction in one.carried:
            carried += int(fraction * denominator) * values[place]
        signs = carried_signs(carried, non_negative=True)  # all values are sums of ReLUs
        rows.append(np.outer(signs, carried).astype(np.int64).reshape(-1, len(carried)))
        readings.append([*weights, *signs])
    matrix = np.zeros((len(parts), sum(map(len, readings))), dtype=np.int64)
    start = 0
    for k, reading in enumerate(readings):
        matrix[k, start : start + len(reading)] = reading
        start += len(reading)
    return np.concatenate(rows), matrix, denominator
