"""What the exact maximum costs beside its estimators: sizes, errors, and what tools make of it."""

from dataclasses import dataclass
from fractions import Fraction

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
from maxpooling.networks.matrices import max_network_matrices
from maxpooling.networks.relaxations import Bounds, interval_bounds, linear_bounds, rounding_bound
from maxpooling.networks.smallest import MaxSize, fewest_layers, smallest_max_network


@dataclass(frozen=True)
class NetworkRow(MaxSize):
    """One network for the max of ``inputs`` numbers, exact or not.

    Attributes:
        orders: of the estimator, empty for the maximum itself.
        error: largest on the unit cube.
        pairwise_maxes: that it is made of; None if it compares sums of maxes.
        weights: entries of all matrices that are not zero.
        weight_range: least and largest modulus of these, the output's division included.
        interval: bounds on the output over the unit cube, neuron by neuron.
        linear: the same by linear relaxation.
        rounding: bound on the error in double precision for inputs up to 1.
    """

    orders: tuple[int, ...]
    error: Fraction
    pairwise_maxes: int | None
    weights: int
    weight_range: tuple[float, float]
    interval: Bounds
    linear: Bounds
    rounding: float


def cost_table(d: int) -> tuple[NetworkRow, ...]:
    """The networks of ours for the max of d inputs and for its {0, d-1}-estimator.

    Lemma 1 as the paper has it; else equal neurons are merged and each value is carried once a
    layer. Nothing is claimed to be the least in any class. Exact networks of two layers for seven
    and eight inputs are left out: ten thousand neurons and more.

    Args:
        d: number of inputs, 3..64.

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> for row in cost_table(9):
        ...     print(row.layers, row.neurons, row.pairwise_maxes, row.error, row.network)
        4 45 15 0 Lemma 1
        4 27 11 0 rounds of pairs
        3 32 None 0 fewer layers
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
        _row(d, "fewer layers", smallest_max_network(d, layers), None)
        for layers in range(len(tree) - 1, fewest_layers(d) - 1, -1)
        if layers > 2 or d < 7
    ]
    orders = 0, d - 1
    for name, circuit in (
        ("halving", halving_circuit(d, orders)),
        ("circle", circle_circuit(d)),
        ("up and down", sweep_circuit(d)),
    ):
        network = estimator_network(d, circuit, orders)
        rows.append(_row(d, name, network, sum(map(len, circuit)), orders))
    return tuple(rows)


def _row(
    d: int,
    name: str,
    network: ExactNetwork,
    pairwise_maxes: int | None,
    orders: tuple[int, ...] = (),
) -> NetworkRow:
    matrices, _ = network.floats()
    moduli = np.concatenate([np.abs(weights[weights != 0]) for weights in matrices])
    return NetworkRow(
        inputs=d,
        network=name,
        orders=orders,
        error=best_uniform(d, orders).error if orders else Fraction(0),
        hidden_widths=network.hidden_widths,
        pairwise_maxes=pairwise_maxes,
        weights=network.weights,
        weight_range=(float(moduli.min()), float(moduli.max())),
        interval=interval_bounds(network),
        linear=linear_bounds(network),
        rounding=rounding_bound(network, 1.0),
    )
