from fractions import Fraction
from math import comb

import numpy as np
import pytest

from maxpooling.networks import (
    cost_table,
    count_comparisons,
    fewest_layers,
    halving_circuit,
    max_network_sizes,
    smallest_max_network,
    tree_circuit,
)
from maxpooling.two_layers import identity
from maxpooling.two_layers.comparisons import distinct_comparisons


@pytest.mark.parametrize("d", [4, 5, 9, 16, 25])
def test_exact_rows_are_those_of_the_sizes(d: int) -> None:
    exact = [row for row in cost_table(d) if not row.orders and row.facts]
    sizes = max_network_sizes(d)
    assert [(row.network, row.hidden_widths) for row in exact] == [
        (size.network, size.hidden_widths) for size in sizes
    ]
    assert all(row.error == 0 for row in exact)


@pytest.mark.parametrize("d", [9, 10])
def test_two_layers_are_counted_where_they_cannot_be_made(d: int) -> None:
    (row,) = (row for row in cost_table(d) if row.facts is None)
    assert (row.inputs, row.layers, row.error) == (d, 2, Fraction(0))
    assert row.comparisons == identity(d).comparisons + comb(d, 2)
    assert row.neurons > row.comparisons > 10**7


@pytest.mark.parametrize("d", [3, 4, 7, 9, 16])
def test_rounds_of_pairs_compare_as_often_as_their_circuit(d: int) -> None:
    assert count_comparisons(smallest_max_network(d)) == sum(map(len, tree_circuit(d)))


def test_comparisons_of_an_identity() -> None:
    network = smallest_max_network(5, 2)
    pairs = 6  # the text of Theorem Q
    seven = identity(5, "denominators")
    assert count_comparisons(network) == pairs + len(distinct_comparisons(seven)[2])


def test_estimators_have_their_error_and_their_depth() -> None:
    rows = [row for row in cost_table(9) if row.orders]
    assert {row.error for row in rows} == {Fraction(1, 18)}
    assert {row.network: row.layers for row in rows} == {
        "halving": 3,
        "circle": 3,
        "up and down": 5,
    }


@pytest.mark.parametrize("d", range(3, 65))
def test_the_layers_that_the_estimator_saves(d: int) -> None:
    """Against rounds of pairs one where d - 1 is a power of two; else none, from four inputs on."""
    depth = len(halving_circuit(d, (0, d - 1)))
    assert len(tree_circuit(d)) - depth == ((d - 1).bit_count() == 1)
    assert d == 3 or fewest_layers(d) <= depth


def test_weights_and_bounds() -> None:
    tree = cost_table(9)[1].facts
    network = smallest_max_network(9)
    assert tree
    assert tree.weights == sum(np.count_nonzero(weights) for weights in network.matrices)
    assert tree.weight_range == (1, 1)
    for row in cost_table(9):
        if row.facts:
            interval, linear = row.facts.interval, row.facts.linear
            assert interval.low - 1e-9 <= linear.low
            assert linear.high <= interval.high + 1e-9
            assert linear.high >= 1 - 1e-9 - float(row.error)


@pytest.mark.parametrize("d", [2, 65, 9.0])
def test_bad_sizes(d: int) -> None:
    with pytest.raises(ValueError, match="number of inputs"):
        cost_table(d)
