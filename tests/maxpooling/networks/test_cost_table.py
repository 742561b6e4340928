from fractions import Fraction

import numpy as np
import pytest

from maxpooling.networks import cost_table, max_network_sizes, smallest_max_network


@pytest.mark.parametrize("d", [4, 5, 9, 16, 25])
def test_exact_rows_are_those_of_the_sizes(d: int) -> None:
    exact = [row for row in cost_table(d) if not row.orders]
    sizes = max_network_sizes(d)
    assert [(row.network, row.hidden_widths) for row in exact] == [
        (size.network, size.hidden_widths) for size in sizes
    ]
    assert all(row.error == 0 for row in exact)


def test_estimators_have_their_error_and_their_depth() -> None:
    rows = [row for row in cost_table(9) if row.orders]
    assert {row.error for row in rows} == {Fraction(1, 18)}
    assert {row.network: row.layers for row in rows} == {
        "halving": 3,
        "circle": 3,
        "up and down": 5,
    }


def test_weights_and_bounds() -> None:
    tree = cost_table(9)[1]
    network = smallest_max_network(9)
    assert tree.weights == sum(np.count_nonzero(weights) for weights in network.matrices)
    assert tree.weight_range == (1, 1)
    for row in cost_table(9):
        assert row.interval.low - 1e-9 <= row.linear.low
        assert row.linear.high <= row.interval.high + 1e-9
        assert row.linear.high >= 1 - 1e-9 - float(row.error)


@pytest.mark.parametrize("d", [2, 65, 9.0])
def test_bad_sizes(d: int) -> None:
    with pytest.raises(ValueError, match="number of inputs"):
        cost_table(d)
