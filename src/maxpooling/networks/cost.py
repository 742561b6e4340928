"""Sizes of the networks in closed form: neurons, parameters, multiply-adds."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import comb

from maxpooling.arguments import check_orders, check_pool_size
from maxpooling.networks.halving import pairwise_max_counts


@dataclass(frozen=True)
class NetworkCost:
    """What a network of pairwise maxes costs.

    Attributes:
        hidden_widths: ReLU neurons per hidden layer, from the inputs on.
        parameters: entries of all weight matrices, zeros included, and the output bias if there is
            one: what a framework stores.
        multiply_adds: non-zero entries of the weight matrices: the work if zeros are skipped.
    """

    hidden_widths: tuple[int, ...]
    parameters: int
    multiply_adds: int

    @property
    def neurons(self) -> int:
        """ReLU neurons in all hidden layers."""
        return sum(self.hidden_widths)


def exact_max_cost(d: int) -> NetworkCost:
    """Cost of Lemma 1's network, which computes the maximum without error.

    Args:
        d: number of inputs.

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> exact_max_cost(9).hidden_widths, exact_max_cost(9).neurons
        ((24, 12, 6, 3), 45)
    """
    d = check_pool_size(d)
    pairs = [2**k for k in reversed(range((d - 1).bit_length()))]
    widths = tuple(3 * h for h in pairs)
    if not pairs:
        return NetworkCost((), 1, 1)
    return NetworkCost(widths, _dense(d, widths), 4 * pairs[0] + 12 * sum(pairs[1:]) + 3)


def subpool_network_cost(d: int, orders: Iterable[int]) -> NetworkCost:
    """Cost of the network of the best estimator with these orders, built by Theorem 4's halving.

    A comparison row a - b has two entries on the inputs and six on neurons (each max is a sum of
    three); together with the rows b and -b a pairwise max costs 4 entries in the first layer and 12
    later. Two more neurons a layer carry what lower orders have contributed.

    Args:
        d: pool size.
        orders: iterable of distinct integers in 0..d-1.

    Raises:
        ValueError: if d or orders are not of this kind.

    Examples:
        >>> subpool_network_cost(9, [0, 8]).neurons  # more than the exact maximum takes
        93
    """
    d = check_pool_size(d)
    orders = check_orders(d, orders)
    counts = pairwise_max_counts(d, orders)
    finished = [0] * (len(counts) + 1)  # subpools of the wanted orders, by the layer of their max
    for r in orders:
        if r:
            finished[(r - 1).bit_length()] += comb(d, r)
    widths, entries = [], 0
    carries = False  # whether the layers so far have left a partial sum to carry
    for layer, count in enumerate(counts, start=1):
        row = finished[0] if layer == 1 else 3 * finished[layer - 1] + 2 * carries
        carries = row > 0
        widths.append(3 * count + 2 * carries)
        entries += (4 if layer == 1 else 12) * count + 2 * row
    entries += 3 * finished[-1] + 2 * carries if counts else finished[0]
    parameters = _dense(d, widths) + (0 in orders)
    return NetworkCost(tuple(widths), parameters, entries)


def _dense(inputs: int, hidden_widths: tuple[int, ...] | list[int]) -> int:
    """Entries of the weight matrices of a chain of layers with one output."""
    return sum(a * b for a, b in pairwise((inputs, *hidden_widths, 1)))
