"""Theorem 4: subpools that differ in few places share the pieces that halving cuts them into.

The maximum over a tuple of s coordinates is the larger of the maxima over its first and its last
ceil(s/2) coordinates (an odd tuple's middle coordinate is in both). Cut until pairs are left: the
distinct tuples are the pairwise maxes that a network has to compute, layer by layer.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import comb

from maxpooling.arguments import MAX_POOL_SIZE, check_integer, check_orders, check_pool_size
from maxpooling.order_statistics import subpools as subpools_of_order

Subpool = tuple[int, ...]


def layer_widths(d: int) -> tuple[int, ...]:
    """Numbers of pairwise maxes in the layers of Theorem 4's network for the orders {0, d-1}.

    Formula (7): with s_k = ceil((d-1) / 2^k), the layer of tuples of size s_k has 2^k (s_k + 1)
    maxes, and d - 1 + 2^k for the pairs, s_k = 2.

    Args:
        d: pool size, 3 <= d <= MAX_POOL_SIZE.

    Returns:
        ceil(log2(d-1)) widths, from the (d-1)-tuples (the last hidden layer) down to the pairs
        (the first one). O(log d).

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> layer_widths(9), layer_widths(10)
        ((9, 10, 12), (10, 12, 16, 17))
    """
    d = check_integer("d (the pool size)", d, 3, MAX_POOL_SIZE)
    widths = []
    size, pieces = d - 1, 1
    while size > 1:
        widths.append(pieces * (size + 1) if size > 2 else d - 1 + pieces)
        size, pieces = _half(size), 2 * pieces
    return tuple(widths)


def pairwise_max_counts(d: int, orders: Iterable[int]) -> tuple[int, ...]:
    """Numbers of pairwise maxes per layer for any order set, from the pairs up.

    Layer l holds the tuples of sizes 2^(l-1) + 1 to 2^l: cutting such a tuple gives two of the
    layer below, so no layer is skipped. Closed form, see :func:`subpool_counts`.

    Args:
        d: pool size.
        orders: iterable of distinct integers in 0..d-1. Orders 0 and 1 need no maxes.

    Raises:
        ValueError: if d or orders are not of this kind.

    Examples:
        >>> pairwise_max_counts(9, [0, 8]), pairwise_max_counts(9, range(9))
        ((12, 10, 9), (36, 210, 255))
    """
    counts = subpool_counts(d, orders)
    layers = [0] * max((_layer(size) for size in counts), default=0)
    for size, count in counts.items():
        layers[_layer(size) - 1] += count
    return tuple(layers)


def subpool_counts(d: int, orders: Iterable[int]) -> dict[int, int]:
    """Size -> number of distinct tuples of that size that halving needs, without listing them.

    An r-tuple is cut into windows that start at known places p. A tuple of size s is such a window
    of some r-tuple iff p coordinates lie below and r - s - p above it, that is iff it lies in
    {p, ..., p + d - r + s - 1}; two neighbouring intervals of this kind share another one. Of two
    orders that both need the size s, the larger one needs only tuples that the smaller one needs.
    (Ours: the generalisation of (7) from the order d-1 to all order sets.)

    Args:
        d: pool size.
        orders: iterable of distinct integers in 0..d-1.

    Returns:
        Sizes from the largest down; sizes of at least 2 only. O(d) binomials per order.

    Raises:
        ValueError: if d or orders are not of this kind.

    Examples:
        >>> subpool_counts(10, [0, 9])
        {9: 10, 5: 12, 3: 16, 2: 17}
    """
    d = check_pool_size(d)
    counts: dict[int, int] = {}
    for order in check_orders(d, orders):
        size, starts = order, [0]
        while size > 1:
            if size not in counts:  # a smaller order came first and needs a superset
                counts[size] = _tuples_in_windows(d - order + size, size, starts)
            starts = [q for p in starts for q in (p, p + size // 2)]
            size = _half(size)
    return dict(sorted(counts.items(), reverse=True))


def subpool_layers(d: int, orders: Iterable[int]) -> tuple[tuple[Subpool, ...], ...]:
    """The distinct tuples themselves, one sorted layer each, from the pairs up.

    Args:
        d: pool size.
        orders: iterable of distinct integers in 0..d-1.

    Returns:
        Layers of increasing 0-based tuples; layer l (from 1) holds sizes 2^(l-1) + 1 to 2^l,
        sorted by size, then lexicographically. Time and space grow with the number of subpools.

    Raises:
        ValueError: if d or orders are not of this kind.

    Examples:
        >>> subpool_layers(3, [0, 2])
        (((0, 1), (0, 2), (1, 2)),)
    """
    d = check_pool_size(d)
    needed: set[Subpool] = set()
    pending = {i for r in check_orders(d, orders) if r > 1 for i in subpools_of_order(d, r)}
    while pending:
        needed |= pending
        pending = {half for indices in pending for half in halve(indices) if len(half) > 1} - needed
    layers: list[list[Subpool]] = [
        [] for _ in range(max((_layer(len(indices)) for indices in needed), default=0))
    ]
    for indices in sorted(needed, key=lambda indices: (len(indices), indices)):
        layers[_layer(len(indices)) - 1].append(indices)
    return tuple(map(tuple, layers))


def halving_rows(d: int) -> tuple[tuple[tuple[Subpool, ...], ...], ...]:
    """The rows of Figure 2 for any d: the (d-1)-tuples cut once, twice, ... down to pairs.

    Args:
        d: pool size, 3 <= d <= MAX_POOL_SIZE.

    Returns:
        One block per level k = 0, 1, ..., each with d rows (dropping coordinate d-1, ..., 0) of 2^k
        tuples. Block 0 is the uncut tuples, the last block holds pairs. O(d^2) tuples a block.

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> halving_rows(10)[1][1]
        ((0, 1, 2, 3, 4), (4, 5, 6, 7, 9))
    """
    d = check_integer("d (the pool size)", d, 3, MAX_POOL_SIZE)
    block: tuple[tuple[Subpool, ...], ...] = tuple(
        (indices,) for indices in subpools_of_order(d, d - 1)
    )
    blocks = [block]
    while len(block[0][0]) > 2:
        block = tuple(tuple(half for part in row for half in halve(part)) for row in block)
        blocks.append(block)
    return tuple(blocks)


def halve(indices: Subpool) -> tuple[Subpool, Subpool]:
    """The first and the last ceil(s/2) of s >= 2 indices; an odd tuple's middle is in both.

    Examples:
        >>> halve((0, 1, 2, 3, 5))
        ((0, 1, 2), (2, 3, 5))
    """
    half = _half(len(indices))
    return indices[:half], indices[-half:]


def _half(size: int) -> int:
    return (size + 1) // 2


def _layer(size: int) -> int:
    """ceil(log2(size)): how many pairwise maxes in a row lead to a tuple of this size."""
    return (size - 1).bit_length()


def _tuples_in_windows(length: int, size: int, starts: Sequence[int]) -> int:
    """How many sets of ``size`` integers lie within one of the windows of this length."""
    gaps = (after - before for before, after in pairwise(starts))
    shared = sum(comb(length - gap, size) for gap in gaps if gap < length)
    return len(starts) * comb(length, size) - shared
