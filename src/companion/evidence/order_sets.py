"""The finite domains that the checks run over."""

from collections.abc import Iterator
from itertools import combinations


def order_sets(d: int, smallest: int = 0) -> Iterator[tuple[int, ...]]:
    """Every non-empty set of orders within smallest..d-1, by size, then lexicographic.

    Examples:
        >>> list(order_sets(2))
        [(0,), (1,), (0, 1)]
    """
    for size in range(1, d + 1 - smallest):
        yield from combinations(range(smallest, d), size)
