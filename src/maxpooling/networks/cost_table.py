"""What the exact maximum costs beside its estimators: sizes, errors, and what tools make of it."""

from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Final

import numpy as np

from maxpooling.approximation import best_uniform
from maxpooling.arguments import check_integer
from maxpooling.networks.circuits import (
    circle_circuit,
    estimator_network,
    halving_circuit,
    sweep_circuit,
    tree_circuit,
)
from maxpooling.networks.cost import exact_max_cost
from maxpooling.networks.exact import ExactNetwork
from maxpooling.networks.few_layers import MOST_IN_TWO
from maxpooling.networks.lean import lean_layer
from maxpooling.networks.matrices import max_network_matrices
from maxpooling.networks.relaxations import Bounds, interval_bounds, linear_bounds, rounding_bound
from maxpooling.networks.smallest import MaxSize, fewest_layers, smallest_max_network
from maxpooling.two_layers import INPUTS, identity
from maxpooling.two_layers.orderings import all_pairs

COUNTED: Final = range(MOST_IN_TWO + 1, INPUTS[-1] + 1)
"""Inputs for which the network of two layers is counted and not made."""


@dataclass(frozen=True)
class NetworkRow(MaxSize):
    """One network for the max of ``inputs`` numbers, exact or not.

    Attributes:
        orders: of the estimator, empty for the maximum itself.
        error: largest on the unit cube.
        comparisons: pairwise maxes that it takes, and comparisons of sums of them.
        facts: what its weights say; None where it is counted and not made.
    """

    orders: tuple[int, ...]
    error: Fraction
    comparisons: int
    facts: "Facts | None"


@dataclass(frozen=True)
class Facts:
    """What is known of a network whose weights are made.

    Attributes:
        weights: entries of all matrices that are not zero.
        weight_range: least and largest modulus of these, the output's division included.
        interval: bounds on the output over the unit cube, neuron by neuron.
        linear: the same by linear relaxation.
        rounding: bound on the error in double precision for inputs up to 1.
    """

    weights: int
    weight_range: tuple[float, float]
    interval: Bounds
    linear: Bounds
    rounding: float


def cost_table(d: int) -> tuple[NetworkRow, ...]:
    """The networks of ours for the max of d inputs and for its {0, d-1}-estimator.

    Lemma 1 as the paper has it; else equal neurons are merged and each value is carried once a
    layer. Nothing is claimed to be the least in any class. Exact networks of two layers for nine
    and ten inputs have some ten million and a thousand million neurons: they are counted by their
    identity, before equal neurons are merged. For more inputs no identity is stored.

    Args:
        d: number of inputs, 3..64.

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> for row in cost_table(9):
        ...     print(row.layers, row.neurons, row.comparisons, row.error, row.network)
        4 45 15 0 Lemma 1
        4 27 11 0 rounds of pairs
        3 32 18 0 fewer layers
        2 76678293 76678281 0 two layers, not made
        3 45 31 1/18 halving
        3 47 27 1/18 circle
        5 106 21 1/18 up and down
    """
    d = check_integer("d (the number of inputs)", d, 3, 64)
    lemma = ExactNetwork(max_network_matrices(d))
    tree = tree_circuit(d)
    rows = [
        _row(d, "Lemma 1", lemma, exact_max_cost(d).neurons // 3),
        _row(d, "rounds of pairs", smallest_max_network(d), sum(map(len, tree))),
    ]
    rows += [
        _row(d, "fewer layers", network, count_comparisons(network))
        for layers in range(len(tree) - 1, fewest_layers(d) - 1, -1)
        if layers > 2 or d < COUNTED[0]
        for network in [smallest_max_network(d, layers)]
    ]
    if d in COUNTED:
        rows.append(_counted(d))
    orders = 0, d - 1
    for name, circuit in (
        ("halving", halving_circuit(d, orders)),
        ("circle", circle_circuit(d)),
        ("up and down", sweep_circuit(d)),
    ):
        network = estimator_network(d, circuit, orders)
        rows.append(_row(d, name, network, sum(map(len, circuit)), orders))
    return tuple(rows)


def count_comparisons(network: ExactNetwork) -> int:
    """How many different things a network for a max compares.

    A neuron that compares does not see when one number is added to all inputs; one that carries a
    value does. Tried at points, so that a neuron might pass for one that compares by chance.
    relu(f - g) and relu(g - f) are one comparison.

    Examples:
        >>> [count_comparisons(smallest_max_network(*size)) for size in ((4, 2), (5, 2))]
        [3, 13]
    """
    draw = np.random.default_rng(0)
    before = draw.integers(-1000, 1000, size=(network.matrices[0].shape[1], 16))
    after = before + draw.integers(1, 1000, size=16)
    count = 0
    for weights in network.matrices[:-1]:
        before, after = weights @ before, weights @ after
        compares = weights[(before == after).all(axis=1)]
        count += len({max(tuple(row), tuple(-row)) for row in compares})
        before, after = np.maximum(before, 0), np.maximum(after, 0)
    return count


def _counted(d: int) -> NetworkRow:
    """The row of the identity for d inputs, none of whose weights are made."""
    one = identity(d)
    pairs = all_pairs(d)
    first, _ = lean_layer(d, pairs)
    return NetworkRow(
        inputs=d,
        network="two layers, not made",
        orders=(),
        error=Fraction(0),
        hidden_widths=(len(first), one.comparisons + 2),
        comparisons=one.comparisons + comb(d, 2),
        facts=None,
    )


def _row(
    d: int, name: str, network: ExactNetwork, comparisons: int, orders: tuple[int, ...] = ()
) -> NetworkRow:
    matrices, _ = network.floats()
    moduli = np.concatenate([np.abs(weights[weights != 0]) for weights in matrices])
    return NetworkRow(
        inputs=d,
        network=name,
        orders=orders,
        error=best_uniform(d, orders).error if orders else Fraction(0),
        hidden_widths=network.hidden_widths,
        comparisons=comparisons,
        facts=Facts(
            weights=network.weights,
            weight_range=(float(moduli.min()), float(moduli.max())),
            interval=interval_bounds(network),
            linear=linear_bounds(network),
            rounding=rounding_bound(network, 1.0),
        ),
    )
