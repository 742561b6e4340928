"""All orderings of the inputs, and the renamings within blocks, as rows of NumPy arrays."""

from functools import cache
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from maxpooling.two_layers.template import Pair


@cache
def orderings(n: int) -> NDArray[np.uint8]:
    """All permutations of 0..n-1, lexicographic, as rows of an array of shape [n!, n].

    Examples:
        >>> orderings(3).tolist()
        [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    """
    if n == 0:
        return np.zeros((1, 0), dtype=np.uint8)
    smaller = orderings(n - 1)
    blocks = []
    for first in range(n):
        rest = np.delete(np.arange(n, dtype=np.uint8), first)
        head = np.full((len(smaller), 1), first, dtype=np.uint8)
        blocks.append(np.hstack([head, rest[smaller]]))
    return np.vstack(blocks)


@cache
def all_pairs(n: int) -> tuple[Pair, ...]:
    """The n(n+1)/2 pairs (i, j) with i <= j < n, loops included, lexicographic."""
    return tuple(combinations_with_replacement(range(n), 2))


@cache
def block_permutations(blocks: tuple[int, ...]) -> NDArray[np.uint8]:
    """The renamings that keep every block of consecutive inputs, lexicographic.

    Examples:
        >>> block_permutations((1, 2)).tolist()
        [[0, 1, 2], [0, 2, 1]]
    """
    labels = np.repeat(np.arange(len(blocks)), blocks)
    everything = orderings(sum(blocks))
    kept: NDArray[np.uint8] = everything[(labels[everything] == labels).all(axis=1)]
    return kept
