"""What is known of a network's output without running it: bounds on a box, and of rounding.

Tools that verify networks replace each ReLU by bounds. How tight these are on the exact max decides
whether a max pool may be exchanged for ReLUs there. Floats: the bounds themselves are rounded.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from maxpooling.networks.exact import ExactNetwork

Floats = NDArray[np.float64]


class Bounds(NamedTuple):
    """Numbers between which the output lies."""

    low: float
    high: float


def interval_bounds(network: ExactNetwork, low: float = 0, high: float = 1) -> Bounds:
    """Bounds on the output for inputs in [low, high], neuron by neuron (known).

    Raises:
        ValueError: unless low <= high.

    Examples:
        >>> from maxpooling.networks import smallest_max_network
        >>> interval_bounds(smallest_max_network(2))
        Bounds(low=0.0, high=2.0)
    """
    _check(low, high)
    matrices, bias = network.floats()
    least = np.full(matrices[0].shape[1], float(low))
    most = np.full(matrices[0].shape[1], float(high))
    for k, weights in enumerate(matrices):
        if k:
            least, most = np.maximum(least, 0), np.maximum(most, 0)
        least, most = _one_layer(weights, least, most)
    return Bounds(float(least[0]) + bias, float(most[0]) + bias)


def linear_bounds(network: ExactNetwork, low: float = 0, high: float = 1) -> Bounds:
    """Bounds by linear relaxation, traced back to the inputs: CROWN (Zhang et al., 2018; known).

    A ReLU of z in [l, u], l < 0 < u, lies below u (z - l) / (u - l), and above z if u > -l, else
    above 0. Inner neurons get bounds in the same way, or from the intervals before, if tighter.

    Raises:
        ValueError: unless low <= high.

    Examples:
        >>> from maxpooling.networks import smallest_max_network
        >>> linear_bounds(smallest_max_network(2))
        Bounds(low=0.0, high=1.5)
    """
    _check(low, high)
    matrices, bias = network.floats()
    limits: list[tuple[Floats, Floats]] = []
    for k in range(len(matrices)):
        most = _traced(matrices[: k + 1], limits, low, high)
        least = -_traced((*matrices[:k], -matrices[k]), limits, low, high)
        if limits:
            before = np.maximum(limits[-1], 0)
            direct = _one_layer(matrices[k], before[0], before[1])
            least, most = np.maximum(least, direct[0]), np.minimum(most, direct[1])
        limits.append((least, most))
    least, most = limits[-1]
    return Bounds(float(least[0]) + bias, float(most[0]) + bias)


def rounding_bound(network: ExactNetwork, largest: float, unit: float = 2.0**-53) -> float:
    """Bound on the error in floating point for inputs of modulus at most ``largest``.

    A sum of m products in any order errs by at most m u / (1 - m u) times the sum of their moduli
    (Higham, known), ReLUs pass errors on, and each weight may be rounded once. Underflow is left
    out.

    Args:
        network: in exact numbers; its floats are those of ``floats()``, in the precision of unit.
        largest: modulus of the inputs.
        unit: half the distance from 1 to the next number; 2**-24 in single precision.

    Examples:
        >>> from maxpooling.networks import smallest_max_network
        >>> rounding_bound(smallest_max_network(9), 1.0) < 1e-12
        True
    """
    matrices, bias = network.floats()
    sizes = np.full(matrices[0].shape[1], float(largest))
    errors = np.zeros_like(sizes)
    for weights in matrices:
        terms = np.count_nonzero(weights, axis=1) + 2  # a rounded weight, and the bias
        relative = terms * unit / (1 - terms * unit)
        moduli = np.abs(weights)
        errors = moduli @ errors + relative * (moduli @ (sizes + errors) + abs(bias))
        sizes = moduli @ sizes
    return float(errors[0])


def _check(low: float, high: float) -> None:
    if not low <= high:
        raise ValueError(f"low={low!r}, high={high!r} must be numbers, low <= high")


def _one_layer(weights: Floats, least: Floats, most: Floats) -> tuple[Floats, Floats]:
    up, down = np.maximum(weights, 0), np.minimum(weights, 0)
    return up @ least + down @ most, up @ most + down @ least


def _traced(
    matrices: tuple[Floats, ...], limits: list[tuple[Floats, Floats]], low: float, high: float
) -> Floats:
    """Upper bounds of the rows of the last matrix, as functions of the inputs of the first."""
    rows = matrices[-1]
    constant = np.zeros(len(rows))
    for weights, (least, most) in zip(matrices[-2::-1], limits[::-1], strict=True):
        crosses = (least < 0) & (most > 0)
        slope = np.where(most <= 0, 0.0, 1.0)
        width = np.where(crosses, most - least, 1.0)
        above = np.where(crosses, most / width, slope)
        below = np.where(crosses, (most > -least).astype(float), slope)
        positive, negative = np.maximum(rows, 0), np.minimum(rows, 0)
        constant = constant + positive @ np.where(crosses, -above * least, 0.0)
        rows = (positive * above + negative * below) @ weights
    positive, negative = np.maximum(rows, 0), np.minimum(rows, 0)
    found: Floats = constant + positive.sum(axis=1) * high + negative.sum(axis=1) * low
    return found
