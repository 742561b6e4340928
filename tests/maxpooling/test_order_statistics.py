"""Lemma 2 against enumeration, the vertex values, and the shared argument checks."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import count, product
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maxpooling.arguments import MAX_POOL_SIZE, check_integer, check_orders, check_pool_size
from maxpooling.order_statistics import subpool_average, subpool_weights, subpools, vertex_average

SMALL = [(d, r) for d in range(1, 8) for r in range(1, d + 1)]


def enumerated(x: Sequence[Fraction | int], r: int) -> Fraction:
    """The average of the C(d, r) subpool maxes, by its definition."""
    maxima = [Fraction(max(x[i] for i in subpool)) for subpool in subpools(len(x), r)]
    return sum(maxima, Fraction(0)) / len(maxima)


class TestLemma2:
    @pytest.mark.parametrize(("d", "r"), SMALL)
    def test_weights_reproduce_the_average_of_all_subpools(self, d: int, r: int) -> None:
        x = [Fraction(3 * i * i % 11, 7) for i in range(d)]
        weighted = zip(subpool_weights(d, r), sorted(x, reverse=True), strict=True)
        assert sum(w * value for w, value in weighted) == enumerated(x, r)

    @pytest.mark.parametrize(("d", "r"), [(9, 1), (9, 4), (64, 63), (1000, 10), (7, 7)])
    def test_weights_sum_to_one_and_do_not_increase(self, d: int, r: int) -> None:
        weights = subpool_weights(d, r)
        assert len(weights) == d
        assert sum(weights) == 1
        assert list(weights) == sorted(weights, reverse=True)
        assert weights[d - r + 1 :] == (0,) * (r - 1)

    def test_order_one_is_the_mean_and_order_d_the_maximum(self) -> None:
        assert subpool_weights(5, 1) == (Fraction(1, 5),) * 5
        assert list(subpool_weights(5, 5)) == [1, 0, 0, 0, 0]

    def test_known_values(self) -> None:
        assert list(subpool_weights(9, 8)) == [Fraction(8, 9), Fraction(1, 9)] + [0] * 7
        assert [10 * w for w in subpool_weights(5, 3)] == [6, 3, 1, 0, 0]

    @given(
        st.lists(st.integers(-1000, 1000), min_size=1, max_size=7).flatmap(
            lambda x: st.tuples(st.just(x), st.integers(1, len(x)))
        )
    )
    def test_array_evaluation_is_enumeration(self, pool_and_order: tuple[list[int], int]) -> None:
        x, r = pool_and_order
        assert subpool_average(x, r) == pytest.approx(float(enumerated(x, r)), abs=1e-9)

    def test_leading_axes_are_kept(self) -> None:
        x = np.random.default_rng(0).random((2, 3, 5))
        got = subpool_average(x, 4)
        assert got.shape == (2, 3)
        assert got[1, 2] == pytest.approx(float(enumerated(list(x[1, 2]), 4)))

    def test_order_zero_is_the_constant_one(self) -> None:
        assert np.array_equal(subpool_average(np.zeros((2, 3)), 0), [1.0, 1.0])


class TestVertexValues:
    @pytest.mark.parametrize("d", range(1, 7))
    def test_equal_enumeration_on_the_whole_cube(self, d: int) -> None:
        for vertex in product((0, 1), repeat=d):
            for r in range(1, d + 1):
                assert vertex_average(d, r, sum(vertex)) == enumerated(vertex, r)

    def test_order_zero(self) -> None:
        assert [vertex_average(4, 0, k) for k in range(5)] == [1] * 5

    def test_single_one_is_missed_by_one_over_d(self) -> None:
        assert 1 - vertex_average(9, 8, 1) == Fraction(1, 9)
        assert 1 - vertex_average(9, 1, 1) == Fraction(8, 9)


class TestSubpools:
    def test_lexicographic(self) -> None:
        listed = list(subpools(6, 3))
        assert listed == sorted(listed)
        assert len(set(listed)) == comb(6, 3)

    def test_order_zero_is_the_empty_subpool(self) -> None:
        assert list(subpools(4, 0)) == [()]


class TestArguments:
    @pytest.mark.parametrize(
        "d", [0, -1, MAX_POOL_SIZE + 1, 10**4000, 2.0, "3", None, True, np.True_, [3]]
    )
    def test_pool_size_refused(self, d: Any) -> None:
        with pytest.raises(ValueError, match=rf"pool size.*1\.\.{MAX_POOL_SIZE}, got"):
            check_pool_size(d)

    def test_numpy_integers_pass(self) -> None:
        assert check_orders(check_pool_size(np.int64(9)), np.array([8, 0])) == (0, 8)
        assert all(type(r) is int for r in check_orders(9, np.arange(3)))

    @pytest.mark.parametrize(
        "orders", [[3], [-1], [1.0], "12", [True], [None], ["1"], [10**4000], [[1]]]
    )
    def test_bad_members_refused(self, orders: Any) -> None:
        with pytest.raises(ValueError, match=r"each of orders must be an integer in 0\.\.2, got"):
            check_orders(3, orders)

    def test_repeated_order_named(self) -> None:
        with pytest.raises(ValueError, match="distinct, got 1 more than once"):
            check_orders(3, [1, 2, 1])

    def test_empty_refused(self) -> None:
        with pytest.raises(ValueError, match="at least one integer"):
            check_orders(3, [])

    @pytest.mark.parametrize("orders", [1, None, 2.5])
    def test_not_iterable_refused(self, orders: Any) -> None:
        with pytest.raises(ValueError, match="iterable"):
            check_orders(3, orders)

    def test_endless_orders_end(self) -> None:
        with pytest.raises(ValueError, match=r"0\.\.2, got 3"):
            check_orders(3, count())

    def test_intercept_can_be_excluded(self) -> None:
        with pytest.raises(ValueError, match=r"1\.\.2, got 0"):
            check_orders(3, [0, 1], smallest=1)

    def test_range_is_named(self) -> None:
        with pytest.raises(ValueError, match=r"^k must be an integer in 0\.\.4, got 5$"):
            check_integer("k", 5, 0, 4)

    @pytest.mark.parametrize(("d", "r"), [(3, 0), (3, 4), (0, 1), (3, 1.5)])
    def test_weights_refused(self, d: Any, r: Any) -> None:
        with pytest.raises(ValueError, match="must be an integer in"):
            subpool_weights(d, r)

    @pytest.mark.parametrize("x", [3.0, [], [[]], ["a", "b"], [[1.0], [1.0, 2.0]], [1j, 2.0]])
    def test_not_a_pool(self, x: Any) -> None:
        with pytest.raises(ValueError, match="x must"):
            subpool_average(x, 1)
