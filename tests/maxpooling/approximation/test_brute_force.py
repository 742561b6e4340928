"""Theorem A: the linear program over the whole cube, every subpool by itself, gives the same."""

from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from maxpooling.approximation import best_uniform, error_over_cube
from maxpooling.approximation.brute_force import maximise_first


class TestTheoremA:
    @pytest.mark.parametrize("d", range(1, 6))
    def test_every_order_set(self, d: int) -> None:
        for n in range(1, d + 1):
            for orders in combinations(range(d), n):
                assert error_over_cube(d, orders) == best_uniform(d, orders).error, orders

    @pytest.mark.parametrize(
        "orders", [(3,), (0, 5), (1, 4), (0, 1, 2), (2, 3, 5), (0, 1, 2, 3, 4, 5)]
    )
    def test_six(self, orders: tuple[int, ...]) -> None:
        assert error_over_cube(6, orders) == best_uniform(6, orders).error


class TestSimplex:
    def test_by_hand(self) -> None:
        # max y0, y0 + 2 y1 <= 7, 3 y0 - y1 <= 4: at the crossing y0 = 15/7.
        rows = np.array([[1, 2], [3, -1]], dtype=object)
        assert maximise_first(rows, np.array([7, 4], dtype=object)) == Fraction(15, 7)


@pytest.mark.parametrize(("d", "orders"), [(0, [0]), (8, [1]), (3, [3]), (3, [])])
def test_refused(d: Any, orders: Any) -> None:
    with pytest.raises(ValueError, match="integer"):
        error_over_cube(d, orders)
