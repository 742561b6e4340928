"""Regions of conv -> pool: against sampled winners, closed forms, and small systems."""

from itertools import product
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maxpooling.networks.pooled_regions import (
    Form,
    count_regions,
    pooled_regions,
    strictly_feasible,
    window_forms,
)

FILTERS = [[1, 2], [2, -1], [1, -3]]
vectors = st.lists(st.tuples(*[st.integers(-3, 3)] * 3), min_size=1, max_size=5)


def sampled(maxima: list[list[Form]], points: int = 200_000) -> int:
    """Number of patterns of winners that random points meet (a lower bound that is usually met)."""
    x = np.random.default_rng(0).standard_normal((points, len(maxima[0][0])))
    winners = [np.argmax(x @ np.array(forms).T, axis=1) for forms in maxima]
    return len(np.unique(np.stack(winners), axis=1).T)


class TestFeasibility:
    @given(vectors)
    @settings(max_examples=200)
    def test_a_grid_of_points_never_contradicts(self, rows: list[Form]) -> None:
        found = strictly_feasible(rows)
        grid = np.array(list(product(range(-12, 13), repeat=3)))
        if (grid @ np.array(rows).T > 0).all(axis=1).any():
            assert found

    @given(vectors, st.lists(st.integers(0, 3), min_size=5, max_size=5))
    def test_a_vanishing_positive_combination_is_infeasible(
        self, rows: list[Form], weights: list[int]
    ) -> None:
        """Gordan: if some non-negative combination of rows is zero, no point fulfils all."""
        last = -np.array(weights[: len(rows)]) @ np.array(rows)
        assert not strictly_feasible([*rows, tuple(last.tolist())])

    def test_small_cases(self) -> None:
        assert strictly_feasible([])
        assert not strictly_feasible([(0, 0)])
        assert strictly_feasible([(1, 0), (1, 5), (1, -5)])
        assert not strictly_feasible([(1, 1), (-1, 1), (0, -1)])


class TestCount:
    @pytest.mark.parametrize("relu", [False, True])
    @pytest.mark.parametrize("inputs", [2, 3, 4])
    @pytest.mark.parametrize("channels", [1, 2, 3])
    def test_equals_what_points_meet(self, channels: int, inputs: int, relu: bool) -> None:
        zero = [(0,) * inputs] if relu else []
        maxima = [window_forms(weights, inputs) + zero for weights in FILTERS[:channels]]
        count = pooled_regions(FILTERS[:channels], inputs, "max", relu=relu)
        assert count == sampled(maxima)

    @pytest.mark.parametrize("places", [1, 2, 3, 4, 5])
    def test_one_filter_has_a_region_per_window_and_one_for_zero(self, places: int) -> None:
        """Shifts of one filter are linearly independent."""
        counts = [pooled_regions([[3, -2]], places + 1, "max", relu=r) for r in (False, True)]
        assert counts == [places, places + 1]

    @pytest.mark.parametrize("channels", [1, 2, 3, 4])
    def test_average_without_relu_is_linear_and_with_it_an_arrangement_of_lines(
        self, channels: int
    ) -> None:
        """Sums over all windows see two numbers of the signal: c lines cut a plane into 2c."""
        filters = [[1, 2], [2, -1], [1, -3], [1, 1]][:channels]
        assert pooled_regions(filters, 4, "average", relu=False) == 1
        assert pooled_regions(filters, 4, "average", relu=True) == 2 * channels

    @given(st.integers(1, 5))
    def test_generic_planes(self, planes: int) -> None:
        """n planes in general position through the origin cut space into 2 (C(n-1,0)+...) parts."""
        rows = [(1, t, t * t) for t in range(planes)]
        expected = 2 * sum(comb(planes - 1, k) for k in range(3))
        assert count_regions([[row, (0, 0, 0)] for row in rows]) == expected

    def test_equal_forms_are_one(self) -> None:
        assert count_regions([[(1, 0), (1, 0)]]) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1, 2]], 4, "median"), "pool must be one of max, average, got 'median'"),
        (([], 4, "max"), "length of a filter"),
        (([[1, 2], [1]], 4, "max"), r"filters must be of one length, got \[2, 1\]"),
        (([[1, 2]], 1, "max"), "inputs"),
        (([[1, 2]], 9, "max"), "inputs"),
        (([[1, 0.5]], 4, "max"), "weight"),
    ],
)
def test_refuses(arguments: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pooled_regions(*arguments, relu=True)
