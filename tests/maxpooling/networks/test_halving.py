"""Theorem 4: the sharing of subpools, formula (7), Figure 2, and all other order sets."""

from collections.abc import Callable, Iterable
from itertools import combinations, count
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maxpooling.networks import (
    halve,
    halving_rows,
    layer_widths,
    pairwise_max_counts,
    subpool_counts,
    subpool_layers,
)

# The rows that the paper prints in Figure 2, in its own notation (d = 10).
FIGURE_2 = """\
0 1 2 3 4 | 4 5 6 7 8
0 1 2 3 4 | 4 5 6 7 9
0 1 2 3 4 | 4 5 6 8 9
0 1 2 3 4 | 4 5 7 8 9
0 1 2 3 4 | 4 6 7 8 9
0 1 2 3 5 | 5 6 7 8 9
0 1 2 4 5 | 5 6 7 8 9
0 1 3 4 5 | 5 6 7 8 9
0 2 3 4 5 | 5 6 7 8 9
1 2 3 4 5 | 5 6 7 8 9
0 1 2 | 2 3 4 | 4 5 6 | 6 7 8
0 1 2 | 2 3 4 | 4 5 6 | 6 7 9
0 1 2 | 2 3 4 | 4 5 6 | 6 8 9
0 1 2 | 2 3 4 | 4 5 7 | 7 8 9
0 1 2 | 2 3 4 | 4 6 7 | 7 8 9
0 1 2 | 2 3 5 | 5 6 7 | 7 8 9
0 1 2 | 2 4 5 | 5 6 7 | 7 8 9
0 1 3 | 3 4 5 | 5 6 7 | 7 8 9
0 2 3 | 3 4 5 | 5 6 7 | 7 8 9
1 2 3 | 3 4 5 | 5 6 7 | 7 8 9
0 1 | 1 2 | 2 3 | 3 4 | 4 5 | 5 6 | 6 7 | 7 8
0 1 | 1 2 | 2 3 | 3 4 | 4 5 | 5 6 | 6 7 | 7 9
0 1 | 1 2 | 2 3 | 3 4 | 4 5 | 5 6 | 6 8 | 8 9
0 1 | 1 2 | 2 3 | 3 4 | 4 5 | 5 7 | 7 8 | 8 9
0 1 | 1 2 | 2 3 | 3 4 | 4 6 | 6 7 | 7 8 | 8 9
0 1 | 1 2 | 2 3 | 3 5 | 5 6 | 6 7 | 7 8 | 8 9
0 1 | 1 2 | 2 4 | 4 5 | 5 6 | 6 7 | 7 8 | 8 9
0 1 | 1 3 | 3 4 | 4 5 | 5 6 | 6 7 | 7 8 | 8 9
0 2 | 2 3 | 3 4 | 4 5 | 5 6 | 6 7 | 7 8 | 8 9
1 2 | 2 3 | 3 4 | 4 5 | 5 6 | 6 7 | 7 8 | 8 9
"""


def order_sets(d: int) -> list[tuple[int, ...]]:
    return [orders for n in range(1, d + 1) for orders in combinations(range(d), n)]


def written(row: Iterable[tuple[int, ...]]) -> str:
    return " | ".join(" ".join(map(str, part)) for part in row)


class TestFigure2:
    def test_all_thirty_printed_rows(self) -> None:
        blocks = halving_rows(10)[1:]
        assert "".join(f"{written(row)}\n" for block in blocks for row in block) == FIGURE_2

    @pytest.mark.parametrize("d", [3, 4, 9, 17, 33])
    def test_rows_drop_one_coordinate_each_and_cover_the_rest(self, d: int) -> None:
        for block in halving_rows(d):
            for row, dropped in zip(block, reversed(range(d)), strict=True):
                assert {i for part in row for i in part} == set(range(d)) - {dropped}


class TestFormula7:
    @pytest.mark.parametrize("d", range(3, 65))
    def test_equals_enumeration(self, d: int) -> None:
        listed = tuple(len({part for row in block for part in row}) for block in halving_rows(d))
        assert layer_widths(d) == listed
        assert tuple(map(len, subpool_layers(d, [0, d - 1])))[::-1] == listed
        assert pairwise_max_counts(d, [d - 1])[::-1] == listed

    def test_known_widths(self) -> None:
        assert layer_widths(3) == (3,)
        assert layer_widths(9) == (9, 10, 12)
        assert layer_widths(10) == (10, 12, 16, 17)
        assert layer_widths(65) == (65, 66, 68, 72, 80, 96)

    @pytest.mark.parametrize("m", range(1, 11))
    def test_power_of_two_plus_one(self, m: int) -> None:
        d = 2**m + 1
        assert layer_widths(d) == tuple(d - 1 + 2**k for k in range(m))

    @pytest.mark.parametrize("d", [*range(3, 200), 1025, 2000])
    def test_depth_and_uniform_bound(self, d: int) -> None:
        widths = layer_widths(d)
        assert 2 ** len(widths) >= d - 1 > 2 ** (len(widths) - 1)
        assert max(widths) == widths[-1] <= 2 * d - 3
        assert list(widths) == sorted(widths)


class TestEveryOrderSet:
    @pytest.mark.parametrize("d", range(1, 10))
    def test_closed_form_equals_enumeration(self, d: int) -> None:
        for orders in order_sets(d):
            layers = subpool_layers(d, orders)
            assert pairwise_max_counts(d, orders) == tuple(map(len, layers)), orders
            sizes = [len(indices) for layer in layers for indices in layer]
            listed = {size: sizes.count(size) for size in sorted(set(sizes), reverse=True)}
            assert subpool_counts(d, orders) == listed

    @given(st.integers(10, 14).flatmap(lambda d: st.tuples(st.just(d), st.sets(
        st.integers(1, d - 1), min_size=1, max_size=4))))  # fmt: skip
    @settings(deadline=None, max_examples=20)
    def test_closed_form_beyond(self, d_and_orders: tuple[int, set[int]]) -> None:
        d, orders = d_and_orders
        layers = subpool_layers(d, orders)
        assert pairwise_max_counts(d, orders) == tuple(map(len, layers))

    def test_all_orders_need_all_subpools(self) -> None:
        assert subpool_counts(9, range(9)) == {s: comb(9, s) for s in range(8, 1, -1)}
        assert pairwise_max_counts(9, range(9)) == (36, 84 + 126, 126 + 84 + 36 + 9)

    def test_large_pools_take_no_enumeration(self) -> None:
        assert sum(pairwise_max_counts(64, range(64))) == 2**64 - 2 - 64
        assert subpool_counts(2000, [1999])[1999] == 2000

    @pytest.mark.parametrize("orders", [[0], [1], [0, 1]])
    def test_low_orders_need_no_maxes(self, orders: tuple[int, ...]) -> None:
        assert subpool_layers(4, orders) == ()
        assert pairwise_max_counts(4, orders) == ()

    @pytest.mark.parametrize("d", range(2, 9))
    def test_every_tuple_is_the_union_of_two_in_the_layer_below(self, d: int) -> None:
        for orders in order_sets(d):
            below: set[tuple[int, ...]] = {(i,) for i in range(d)}
            for layer in subpool_layers(d, orders):
                for indices in layer:
                    assert set(halve(indices)) <= below
                    assert sorted({i for half in halve(indices) for i in half}) == list(indices)
                below = set(layer)


class TestHalve:
    def test_even_and_odd(self) -> None:
        assert halve((3, 5)) == ((3,), (5,))
        assert halve((0, 1, 2, 3)) == ((0, 1), (2, 3))
        assert halve((4, 6, 7, 8, 9)) == ((4, 6, 7), (7, 8, 9))


class TestBadInput:
    @pytest.mark.parametrize("function", [layer_widths, halving_rows])
    @pytest.mark.parametrize("d", [2, 0, -5, 2001, 4.0, "9", True, None])
    def test_pool_size_refused(self, function: Callable[..., object], d: Any) -> None:
        with pytest.raises(ValueError, match=r"pool size.*3\.\.2000, got"):
            function(d)

    @pytest.mark.parametrize("function", [subpool_layers, pairwise_max_counts, subpool_counts])
    @pytest.mark.parametrize("orders", [[], [4], [-1], [1, 1], [1.5], 3, count()])
    def test_orders_refused(self, function: Callable[..., object], orders: Any) -> None:
        with pytest.raises(ValueError, match="orders must"):
            function(4, orders)

    def test_numpy_integers_pass(self) -> None:
        numpy_nine: Any = np.int64(9)
        assert layer_widths(numpy_nine) == (9, 10, 12)
