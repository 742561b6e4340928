"""The largest value of a network of ReLUs over a box, by mixed-integer programming.

What many verifiers do, in a few lines, with a solver that has never heard of a max pool: each ReLU
is two inequalities and a binary choice between them (big M, known). With the exact max made of
ReLUs a pool is nothing new to it.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maxpooling.extras import load
from maxpooling.networks.exact import ExactNetwork

Floats = NDArray[np.float64]
_SCALE: Final = 16.0


class Affine(NamedTuple):
    """x -> weights x + biases: weights of shape [outputs, inputs], biases of shape [outputs]."""

    weights: Floats
    biases: Floats


class Largest(NamedTuple):
    """What the solver found.

    Attributes:
        value: of the network at ``point``, as the solver has it.
        bound: no value is larger, by the solver's search; up to its tolerances, in floating point.
        point: where, shape [inputs].
        binaries: ReLUs whose sign the box leaves open.
        nodes: of the solver's tree.
    """

    value: float
    bound: float
    point: Floats
    binaries: int
    nodes: int


def affine_layers(network: ExactNetwork, before: Affine | None = None) -> tuple[Affine, ...]:
    """The layers of an exact network, the first one behind an affine map if there is one.

    Args:
        network: of n inputs.
        before: from other inputs to n values, such as a convolution at the places of one window.

    Examples:
        >>> from maxpooling.networks import smallest_max_network
        >>> shift = Affine(np.eye(2), np.array([5.0, 5.0]))
        >>> [one.biases.tolist() for one in affine_layers(smallest_max_network(2), shift)]
        [[0.0, 5.0, -5.0], [0.0]]
    """
    matrices, bias = network.floats()
    layers = [Affine(weights, np.zeros(len(weights))) for weights in matrices]
    layers[-1].biases[:] = bias
    if before is not None:
        first, biases = layers[0]
        layers[0] = Affine(first @ before.weights, biases + first @ before.biases)
    return tuple(layers)


def largest_output(layers: Sequence[Affine], low: Floats, high: Floats) -> Largest:
    """Maximise the one output of a chain of affine maps with ReLUs between them over a box.

    Bounds of the neurons come from intervals. The least output is minus the largest of the same
    chain with its last map negated. Worst case exponential in ``binaries``.

    Args:
        layers: from the inputs on; the last has one output.
        low: least inputs, shape [inputs].
        high: largest inputs, the same shape.

    Raises:
        ValueError: low is not below high everywhere, or the solver ends without an optimum.
        MissingExtraError: scipy is not installed.

    Examples:
        >>> from maxpooling.networks import smallest_max_network
        >>> layers = affine_layers(smallest_max_network(4))
        >>> round(largest_output(layers, np.zeros(4), np.ones(4)).bound, 6)
        1.0
    """
    load("scipy", "mixed-integer programming")
    from scipy import optimize

    least, most = np.asarray(low, np.float64), np.asarray(high, np.float64)
    if not (least <= most).all():
        raise ValueError(f"low={low}, high={high} must be vectors, low <= high in every entry")
    limits = [(least, most)]
    for weights, biases in layers:
        up, down = np.maximum(weights, 0), np.minimum(weights, 0)
        least, most = up @ least + down @ most + biases, up @ most + down @ least + biases
        limits.append((least, most))
        least, most = np.maximum(least, 0), np.maximum(most, 0)
    values = [len(low), *(len(layer.biases) for layer in layers[:-1])]
    starts = np.cumsum([0, *values, *values[1:]])  # inputs, neurons, and a binary for each neuron
    rows, right, lower, upper = [], [], *(np.concatenate(ends) for ends in _ends(limits))
    binaries = 0
    for k, (weights, biases) in enumerate(layers[:-1]):
        before, here = (slice(starts[k + i], starts[k + i + 1]) for i in (0, 1))
        choice = starts[k + len(layers)]
        for neuron in range(len(biases)):
            least, most = (ends[neuron] for ends in limits[k + 1])
            z, on, bias = here.start + neuron, choice + neuron, biases[neuron]
            row = np.zeros(starts[-1])
            row[before], row[z] = weights[neuron], -1
            rows.append(row)  # weights x - z <= -bias
            right.append(-bias)
            row = -row
            row[on] = -min(least, 0)  # z - weights x <= bias - least (1 - on)
            rows.append(row)
            right.append(bias - min(least, 0))
            row = np.zeros(starts[-1])
            row[z], row[on] = 1, -max(most, 0)  # z <= most on
            rows.append(row)
            right.append(0)
            lower[on], upper[on] = least >= 0, most > 0 or least >= 0
            binaries += least < 0 < most
    weights, biases = layers[-1]
    objective = np.zeros(starts[-1])
    objective[starts[len(layers) - 1] : starts[len(layers)]] = -weights[0]
    integral = np.arange(starts[-1]) >= starts[len(layers)]
    constraints = np.reshape(rows, (-1, starts[-1]))
    # The solver now and then ends in an error that another form of the same program does not meet:
    # the objective is scaled, and where that was not enough the presolve left out.
    for presolve in (True, False):
        found = optimize.milp(
            objective * _SCALE,
            integrality=integral.astype(int),
            bounds=optimize.Bounds(lower, upper),
            constraints=optimize.LinearConstraint(constraints, -np.inf, np.array(right)),
            options={"mip_rel_gap": 0.0, "presolve": presolve},
        )
        if found.status == 0:
            break
    if found.status != 0:
        raise ValueError(f"layers: the solver ends without an optimum: {found.message}")
    # Without a choice it is a linear program, for which scipy gives no bound but the value.
    least = found.fun if found.mip_dual_bound is None else found.mip_dual_bound
    return Largest(
        value=float(biases[0] - found.fun / _SCALE),
        bound=float(biases[0] - least / _SCALE),
        point=found.x[: len(low)],
        binaries=int(binaries),
        nodes=int(found.mip_node_count or 0),
    )


def _ends(limits: Sequence[tuple[Floats, Floats]]) -> tuple[list[Floats], list[Floats]]:
    """Bounds of the program's variables: inputs, neurons behind their ReLU, binaries."""
    (low, high), *inner, _ = limits
    lower = [low, *(np.zeros_like(least) for least, _ in inner)]
    upper = [high, *(np.maximum(most, 0) for _, most in inner)]
    choices = [np.zeros_like(least) for least, _ in inner]
    return lower + choices, upper + [one + 1 for one in choices]
