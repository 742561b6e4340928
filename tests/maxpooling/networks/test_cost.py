"""Closed-form sizes against the matrices themselves."""

from itertools import combinations

import numpy as np
import pytest

from maxpooling.networks import (
    exact_max_cost,
    max_network_matrices,
    subpool_network_cost,
    subpool_network_matrices,
)


def measured(matrices, biases=0):
    return (
        tuple(len(w) for w in matrices[:-1]),
        sum(w.size for w in matrices) + biases,
        sum(int(np.count_nonzero(w)) for w in matrices),
    )


def stated(cost):
    return cost.hidden_widths, cost.parameters, cost.multiply_adds


class TestCost:
    @pytest.mark.parametrize("d", [*range(1, 70), 128, 200])
    def test_exact_maximum(self, d):
        assert stated(exact_max_cost(d)) == measured(max_network_matrices(d))

    @pytest.mark.parametrize("d", range(1, 9))
    def test_every_order_set(self, d):
        for n in range(1, d + 1):
            for orders in combinations(range(d), n):
                matrices, _ = subpool_network_matrices(d, orders)
                expected = measured(matrices, biases=0 in orders)
                assert stated(subpool_network_cost(d, orders)) == expected, orders

    def test_known_values(self):
        assert exact_max_cost(9).neurons == 45
        assert subpool_network_cost(9, [0, 8]).neurons == 3 * 31
        # 501 pairwise maxes; a partial sum is carried through all three layers
        assert subpool_network_cost(9, range(9)).neurons == 3 * 501 + 2 * 3

    def test_any_size_without_building(self):
        assert subpool_network_cost(64, range(64)).neurons > 3 * (2**64 - 70)

    @pytest.mark.parametrize(("d", "orders"), [(0, [1]), (4, [4]), (4, []), (4, None)])
    def test_refused(self, d, orders):
        with pytest.raises(ValueError, match="must"):
            subpool_network_cost(d, orders)
