"""Pools of two as points of a triangle, for the picture of Theorem AI."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from companion.experiments.data.samples import samples
from maxpooling.approximation.spacings import spacings_of

CORNERS = np.array([[0.0, 0.0], [0.5, sqrt(3) / 2], [1.0, 0.0]])
"""Where the vertices are drawn: both entries 0; one of them 1; both 1."""

Floats = NDArray[np.float64]


def in_triangle(pools: Floats) -> Floats:
    """Points of pools of two: their spacings weigh the corners.

    Args:
        pools: in [0, 1], shape [..., 2].

    Returns:
        Shape [..., 2].

    Examples:
        >>> in_triangle(np.array([[0.0, 0.0], [1.0, 1.0]])).tolist()
        [[0.0, 0.0], [1.0, 0.0]]
    """
    placed: Floats = spacings_of(pools) @ CORNERS
    return placed


def pixel_pairs(name: str, count: int) -> Floats:
    """Neighbours in a row of the sample images of a data set, every second pair.

    Args:
        name: ``"mnist"`` or ``"cifar10"``.
        count: how many, evenly spaced over all of them.

    Returns:
        In [0, 1], shape [count, 2].

    Raises:
        ValueError: there are fewer pairs, or no such data set.
    """
    images, _ = samples(name)
    pairs = images.unfold(-1, 2, 2).reshape(-1, 2).double().numpy()
    if count > len(pairs):
        raise ValueError(f"count must be at most {len(pairs)}, got {count}")
    found: Floats = pairs[:: len(pairs) // count][:count]
    return found
