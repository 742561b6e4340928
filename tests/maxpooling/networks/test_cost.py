"""Closed-form sizes against the matrices themselves."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from maxpooling.networks import (
    NetworkCost,
    exact_max_cost,
    max_network_matrices,
    subpool_network_cost,
    subpool_network_matrices,
)


def measured(matrices: Sequence[NDArray[Any]], biases: int = 0) -> tuple[tuple[int, ...], int, int]:
    return (
        tuple(len(w) for w in matrices[:-1]),
        sum(w.size for w in matrices) + biases,
        sum(int(np.count_nonzero(w)) for w in matrices),
    )


def stated(cost: NetworkCost) -> tuple[tuple[int, ...], int, int]:
    return cost.hidden_widths, cost.parameters, cost.multiply_adds


class TestCost:
    @pytest.mark.parametrize("d", [*range(1, 70), 128, 200])
    def test_exact_maximum(self, d: int) -> None:
        assert stated(exact_max_cost(d)) == measured(max_network_matrices(d))

    @pytest.mark.parametrize("d", range(1, 9))
    def test_every_order_set(self, d: int) -> None:
        for n in range(1, d + 1):
            for orders in combinations(range(d), n):
                matrices, _ = subpool_network_matrices(d, orders)
                expected = measured(matrices, biases=0 in orders)
                assert stated(subpool_network_cost(d, orders)) == expected, orders

    def test_known_values(self) -> None:
        assert exact_max_cost(9).neurons == 45
        assert subpool_network_cost(9, [0, 8]).neurons == 3 * 31
        # 501 pairwise maxes; a partial sum is carried through all three layers
        assert subpool_network_cost(9, range(9)).neurons == 3 * 501 + 2 * 3

    def test_any_size_without_building(self) -> None:
        assert subpool_network_cost(64, range(64)).neurons > 3 * (2**64 - 70)

    @pytest.mark.parametrize(("d", "orders"), [(0, [1]), (4, [4]), (4, []), (4, None)])
    def test_refused(self, d: Any, orders: Any) -> None:
        with pytest.raises(ValueError, match="must"):
            subpool_network_cost(d, orders)
