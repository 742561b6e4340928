"""A floating-point exchange for orders 0..r: finds the reference, proves nothing.

Its answer only starts the exact exchange, which accepts or improves it; a rounding error here can
cost time and never correctness.
"""

import numpy as np
from numpy.typing import NDArray

from maxpooling.approximation.exchange import exchanged

ROUNDS = 50
"""Rounds after which the float search gives up; one to six are usual, up to d = 2000."""


def reference(d: int, degree: int) -> tuple[int, ...]:
    """Nodes m_0 < ... < m_r in 0..d-1, near or at the optimum for polynomials of degree r.

    Starts from the discrete Chebyshev equilibrium and exchanges with the barycentric formula in
    logarithms. O(d r) operations a round.
    """
    nodes = _equilibrium_nodes(d, degree)
    seen = set()
    for _ in range(ROUNDS):
        seen.add(nodes)
        candidate = exchanged(_values(d, nodes), 1.0)
        if candidate in seen or len(candidate) != degree + 1:
            break
        nodes = candidate
    return nodes


def _values(d: int, nodes: tuple[int, ...]) -> list[float]:
    """q(m) for m = 0..d, where q alternates on the nodes (exactly +-1 there)."""
    at = np.array(nodes, dtype=float)
    m = np.arange(d + 1, dtype=float)
    gaps = np.abs(at[:, None] - at[None, :])
    np.fill_diagonal(gaps, 1.0)
    log_weights = -np.log(gaps).sum(axis=1)
    difference = m[:, None] - at[None, :]
    difference[difference == 0] = 1.0
    log_product = np.log(np.abs(difference)).sum(axis=1)
    shift = log_weights.max()
    total = (np.exp(log_weights - shift) / difference).sum(axis=1)
    above = (m[:, None] < at[None, :]).sum(axis=1)
    # Clipped: the value at m = d may exceed the range of floats and is not needed.
    magnitude = np.exp(np.minimum(log_product + shift + np.log(np.abs(total) + 1e-300), 700.0))
    values: NDArray[np.float64] = (-1.0) ** above * np.sign(total) * magnitude
    values[list(nodes)] = (-1.0) ** (len(nodes) - 1 - np.arange(len(nodes)))
    return [float(value) for value in values]


def _equilibrium_nodes(d: int, degree: int) -> tuple[int, ...]:
    """Quantiles of the equilibrium density of degree + 1 nodes among d equispaced points.

    The density (per point, at position x in [0, 1]) is 1 where nodes saturate the grid, near the
    two ends, and an arctangent between.
    """
    count = degree + 1
    share = count / d
    x = (np.arange(20 * d) + 0.5) / (20 * d)
    inner = 1 - share**2 - (2 * x - 1) ** 2
    density = np.where(
        inner > 0, 2 / np.pi * np.arctan(share / np.sqrt(np.maximum(inner, 1e-300))), 1.0
    )
    mass = np.cumsum(density)
    quantiles = np.interp((np.arange(count) + 0.5) / count, mass / mass[-1], x)
    nodes = np.floor(quantiles * d).astype(int)
    nodes[0], nodes[-1] = 0, d - 1
    for i in range(1, count):
        nodes[i] = max(nodes[i], nodes[i - 1] + 1)
    for i in reversed(range(count)):
        nodes[i] = min(nodes[i], d - count + i)
    return tuple(int(node) for node in nodes)
