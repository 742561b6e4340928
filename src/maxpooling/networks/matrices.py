"""The weight matrices of the networks of pairwise maxes, as NumPy arrays (Lemma 1, Theorem 4).

All of them are built from max(a, b) = relu(a - b) + relu(b) - relu(-b), in matrices
max(first, second) = B relu(A z). Consecutive linear maps are merged, W_k = A_k B_{k-1}, which
leaves one matrix per layer of neurons and no biases but the estimator's intercept.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import comb
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from maxpooling.approximation import best_uniform
from maxpooling.arguments import MAX_POOL_SIZE, check_integer, check_orders, check_pool_size
from maxpooling.networks.cost import subpool_network_cost
from maxpooling.networks.halving import Subpool, halve, subpool_layers

Number = TypeVar("Number", np.int64, np.float64)

MOST_PARAMETERS = 2**26
"""Dense entries allowed in a subpool network (half a gigabyte); every order set fits to d = 12."""


def max_network_matrices(d: int, *, non_negative: bool = False) -> tuple[NDArray[np.int64], ...]:
    """The integer matrices W_1, ..., W_L, W_out of Lemma 1: max(x) = W_out relu(... relu(W_1 x)).

    W_1 = A_h P with h = 2^(L-1), W_k = A_h B_2h with h = 2^(L-k), W_out = B_1, L = ceil(log2 d).

    Args:
        d: number of inputs, 1 <= d <= MAX_POOL_SIZE.
        non_negative: two neurons per pair instead of three (ours), right for x >= 0 only.

    Returns:
        L + 1 integer matrices; hidden layer k has 3 * 2^(L-k) rows (2 * 2^(L-k)). O(d^2) entries.

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> [w.shape for w in max_network_matrices(4)]
        [(6, 4), (3, 6), (1, 3)]
        >>> max_network_matrices(2)[0].tolist()
        [[1, -1], [0, 1], [0, -1]]
    """
    mix = padding_matrix(d)
    rows_per_pair = 2 if non_negative else 3
    matrices = []
    for h in (2**k for k in reversed(range(_depth(d)))):
        rows = _comparison_rows(mix, range(h), range(h, 2 * h))  # A_h mix, without the product
        matrices.append(rows[: rows_per_pair * h])
        mix = _max_rows(h)[:, : rows_per_pair * h]
    return (*matrices, mix)


def pairwise_max_factors(
    h: int, *, non_negative: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A_h and B_h with B_h relu(A_h z) = max(first half of z, second half of z), entry by entry.

    Args:
        h: number of pairs, 1 <= h <= MAX_POOL_SIZE.
        non_negative: leave out the rows of relu(-b), which vanish for z >= 0.

    Returns:
        A_h of shape (3h, 2h) and B_h of shape (h, 3h); (2h, 2h) and (h, 2h) if non_negative.

    Raises:
        ValueError: if h is not an integer in its range.
    """
    h = check_integer("h (the number of pairs)", h, 1, MAX_POOL_SIZE)
    rows = (2 if non_negative else 3) * h
    identity = np.eye(2 * h, dtype=np.int64)
    return _comparison_rows(identity, range(h), range(h, 2 * h))[:rows], _max_rows(h)[:, :rows]


def padding_matrix(d: int) -> NDArray[np.int64]:
    """P of Lemma 1: copies x and repeats x_d until there are 2^ceil(log2 d) entries.

    A repeated coordinate leaves the maximum alone for every real x. Appending zeros would not, and
    appending minus infinity, the other way out, is not linear.

    Raises:
        ValueError: if d is not an integer in 1..MAX_POOL_SIZE.

    Examples:
        >>> padding_matrix(3).tolist()
        [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]]
    """
    d = check_pool_size(d)
    return np.eye(d, dtype=np.int64)[[min(i, d - 1) for i in range(2 ** _depth(d))]]


def subpool_network_matrices(
    d: int, orders: Iterable[int]
) -> tuple[tuple[NDArray[np.float64], ...], float]:
    """Matrices W_1, ..., W_out and output bias of Theorem 4's network of the best estimator.

    Three neurons per pairwise max. Orders that are finished before the last layer are added up on
    the way and carried on as relu(s) - relu(-s), two neurons a layer, so that the network stays a
    plain chain of layers.

    Args:
        d: pool size.
        orders: iterable of distinct integers in 0..d-1.

    Returns:
        (matrices, bias) with f(x) = W_out relu(... relu(W_1 x)) + bias. Entries of the comparisons
        are integers; coefficients become floats here, at the edge.

    Raises:
        ValueError: if d or orders are not of this kind, or the network is too large to store.

    Examples:
        >>> matrices, bias = subpool_network_matrices(9, [0, 8])
        >>> [len(w) // 3 for w in matrices[:-1]], bias == 1 / 18
        ([12, 10, 9], True)
    """
    d = check_pool_size(d)
    orders = check_orders(d, orders)
    parameters = subpool_network_cost(d, orders).parameters
    if parameters > MOST_PARAMETERS:
        raise ValueError(
            f"d={d}, orders={orders}: the network has {parameters} parameters, "
            f"at most {MOST_PARAMETERS} are allowed"
        )
    coefficients = best_uniform(d, orders).coefficients
    single = {r: float(beta / comb(d, r)) for r, beta in coefficients.items() if r}
    tuples: Sequence[Subpool] = [(i,) for i in range(d)]
    mix = np.eye(d)  # maxes of the current layer, in terms of the neurons before it
    carried = np.zeros((1, d))  # the sum of the orders finished so far
    matrices = []
    for layer in subpool_layers(d, coefficients):
        place = {indices: i for i, indices in enumerate(tuples)}
        halves = [[place[half] for half in halve(indices)] for indices in layer]
        first, second = zip(*halves, strict=True)
        rows = _comparison_rows(mix, first, second)
        carried = carried + _combine(tuples, mix, single)
        keep = carried if carried.any() else carried[:0]
        matrices.append(np.vstack([rows, keep, -keep]))
        tuples = layer
        mix = np.pad(_max_rows(len(layer)).astype(float), ((0, 0), (0, 2 * len(keep))))
        carried = np.zeros((1, mix.shape[1]))
        if len(keep):
            carried[0, -2:] = 1, -1
    matrices.append(carried + _combine(tuples, mix, single))
    return tuple(matrices), float(coefficients.get(0, Fraction(0)))


def _combine(
    tuples: Sequence[Subpool], mix: NDArray[np.float64], single: dict[int, float]
) -> NDArray[np.float64]:
    """The row that adds up these tuples' maxes, each with its order's coefficient."""
    weights = np.array([[single.get(len(indices), 0.0) for indices in tuples]])
    result: NDArray[np.float64] = weights @ mix
    return result


def _comparison_rows(
    mix: NDArray[Number], first: Sequence[int], second: Sequence[int]
) -> NDArray[Number]:
    """A applied to mix: the rows a - b, then b, then -b for every pair."""
    a, b = mix[list(first)], mix[list(second)]
    return np.concatenate([a - b, b, -b])


def _max_rows(pairs: int) -> NDArray[np.int64]:
    """B = (I, I, -I)."""
    identity = np.eye(pairs, dtype=np.int64)
    return np.hstack([identity, identity, -identity])


def _depth(d: int) -> int:
    """ceil(log2 d)."""
    return (check_pool_size(d) - 1).bit_length()
