"""best_uniform: Lemma 3, Theorem 2 and the reach, against structure-free exact enumeration."""

from dataclasses import FrozenInstanceError
from fractions import Fraction
from itertools import combinations, permutations
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maxpooling.approximation import best_uniform
from maxpooling.approximation.closed_forms import optimal_full_coefficients
from maxpooling.order_statistics import subpool_average, subpools, vertex_average


def order_sets(d: int) -> list[tuple[int, ...]]:
    """Every non-empty set of orders within 0..d-1."""
    return [orders for n in range(1, d + 1) for orders in combinations(range(d), n)]


def null_vector(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """A basis vector of the null space if that is a line, else None (elimination in fractions)."""
    width = len(rows[0])
    rows = [list(row) for row in rows]
    pivots: list[int] = []
    for column in range(width):
        at = len(pivots)
        found = next((i for i in range(at, len(rows)) if rows[i][column] != 0), None)
        if found is None:
            continue
        rows[at], rows[found] = rows[found], rows[at]
        rows[at] = [a / rows[at][column] for a in rows[at]]
        for i, row in enumerate(rows):
            if i != at:
                rows[i] = [a - row[column] * b for a, b in zip(row, rows[at], strict=True)]
        pivots.append(column)
    free = [column for column in range(width) if column not in pivots]
    if len(free) != 1:
        return None
    vector = [Fraction(0)] * width
    vector[free[0]] = Fraction(1)
    for row, column in zip(rows, pivots, strict=False):
        vector[column] = -row[free[0]]
    return vector


def error_by_duality(d: int, orders: tuple[int, ...]) -> Fraction:
    """max |mu . t| / |mu| over the extreme measures mu that annihilate every order.

    By linear programming duality this is E(d, R); the extreme measures are those whose support
    carries one null vector only, so at most len(orders) + 1 vertices need to be tried together.
    """
    best = Fraction(0)
    for size in range(1, len(orders) + 2):
        for support in combinations(range(d + 1), size):
            mu = null_vector([[vertex_average(d, r, k) for k in support] for r in orders])
            if mu is not None:
                mean = sum((m for m, k in zip(mu, support, strict=True) if k > 0), Fraction(0))
                best = max(best, abs(mean) / sum((abs(m) for m in mu), Fraction(0)))
    return best


class TestLemma3:
    @pytest.mark.parametrize("d", range(1, 7))
    def test_equals_enumeration_of_dual_vertices_for_every_order_set(self, d: int) -> None:
        for orders in order_sets(d):
            assert best_uniform(d, orders).error == error_by_duality(d, orders), orders

    @pytest.mark.parametrize("d", range(1, 10))
    def test_every_order_set_is_proven_optimal(self, d: int) -> None:
        for orders in order_sets(d):
            approximation = best_uniform(d, orders)
            assert approximation.verify()
            positive = [r for r in orders if r > 0]
            # One vertex more than there are orders, and alternating coefficients (Theorem D).
            assert len(approximation.certificate) == len(orders) + 1
            signs = [approximation.coefficients[r] > 0 for r in reversed(positive)]
            assert signs == [i % 2 == 0 for i in range(len(signs))]

    def test_residuals_are_those_of_the_definition(self) -> None:
        approximation = best_uniform(6, [0, 2, 5])
        for k, residual in enumerate(approximation.residuals()):
            value = sum(b * vertex_average(6, r, k) for r, b in approximation.coefficients.items())
            assert residual == value - (k > 0)


class TestTheorem2:
    @pytest.mark.parametrize("d", [2, 3, 9, 64, 200])
    def test_three_optimal_errors(self, d: int) -> None:
        assert best_uniform(d, [d - 1]).error == Fraction(1, 2 * d - 1)
        assert best_uniform(d, [0, d - 1]).error == Fraction(1, 2 * d)
        assert best_uniform(d, range(d)).error == Fraction(1, 2**d)

    @pytest.mark.parametrize("d", range(2, 65))
    def test_coefficients_of_the_full_estimator(self, d: int) -> None:
        assert best_uniform(d, range(d)).coefficients == optimal_full_coefficients(d)

    def test_alternation_at_nine(self) -> None:
        residuals = best_uniform(9, range(9)).residuals()
        assert residuals == tuple(Fraction((-1) ** k, 512) for k in range(10))


FIVE = {
    (1,): "3/2", (2,): "7/3", (3,): "4", (4,): "9", (1, 2): "7/2", (1, 3): "6", (1, 4): "11",
    (2, 3): "23/3", (2, 4): "43/3", (3, 4): "21", (1, 2, 3): "9", (1, 2, 4): "19",
    (1, 3, 4): "24", (2, 3, 4): "29", (1, 2, 3, 4): "31",
}  # fmt: skip
LOWEST = {
    4: "2 8/3 6 16",
    5: "2 5/2 9/2 10 32",
    6: "2 12/5 4 8 20 64",
    7: "2 7/3 32/9 7 66/5 35 128",
    8: "2 16/7 10/3 40/7 98/9 128/5 70 256",
    9: "2 9/4 25/8 81/16 64/7 18 85/2 126 512",
    10: "2 20/9 3 14/3 33/4 130/9 33 590/7 252 1024",
}


class TestKnownValues:
    @pytest.mark.parametrize(("orders", "inverse"), FIVE.items())
    def test_five(self, orders: tuple[int, ...], inverse: str) -> None:
        assert 1 / best_uniform(5, orders).error == Fraction(inverse)
        assert 1 / best_uniform(5, (0, *orders)).error == Fraction(inverse) + 1

    @pytest.mark.parametrize(("d", "inverses"), LOWEST.items())
    def test_orders_up_to_r(self, d: int, inverses: str) -> None:
        found = [1 / best_uniform(d, range(r + 1)).error for r in range(d)]
        assert found == [Fraction(inverse) for inverse in inverses.split()]

    def test_nine_with_a_gap(self) -> None:
        approximation = best_uniform(9, [0, 2, 8])
        assert approximation.error == Fraction(7, 158)
        assert approximation.coefficients == {
            0: Fraction(7, 158),
            2: Fraction(-12, 79),
            8: Fraction(84, 79),
        }


class TestTheoremC:
    @given(st.integers(2, 30).flatmap(lambda d: st.tuples(st.just(d), st.sets(
        st.integers(1, d - 1), min_size=1))))  # fmt: skip
    @settings(deadline=None, max_examples=60)
    def test_the_intercept_adds_one_to_the_inverse(
        self, d_and_orders: tuple[int, set[int]]
    ) -> None:
        d, orders = d_and_orders
        without, having = best_uniform(d, orders), best_uniform(d, {0, *orders})
        assert 1 / having.error == 1 + 1 / without.error
        assert having.coefficients[0] == having.error
        for r in orders:
            assert having.coefficients[r] == without.coefficients[r] / (1 + without.error)


class TestTheoremF:
    @pytest.mark.parametrize("d", range(2, 8))
    def test_larger_orders_and_more_orders_are_strictly_better(self, d: int) -> None:
        for orders in order_sets(d):
            error = best_uniform(d, orders).error
            for extra in set(range(d)) - set(orders):
                assert best_uniform(d, (*orders, extra)).error < error
                for dropped in orders:
                    if 0 < dropped < extra:
                        swapped = {*orders, extra} - {dropped}
                        assert best_uniform(d, swapped).error < error


class TestRandomOrders:
    @given(st.integers(2, 40).flatmap(lambda d: st.tuples(st.just(d), st.sets(
        st.integers(0, d - 1), min_size=1))))  # fmt: skip
    @settings(deadline=None, max_examples=100)
    def test_proven_optimal(self, d_and_orders: tuple[int, set[int]]) -> None:
        d, orders = d_and_orders
        assert best_uniform(d, orders).verify()

    def test_order_of_the_argument_does_not_matter(self) -> None:
        expected = best_uniform(6, (0, 2, 5))
        assert all(best_uniform(6, o) == expected for o in permutations((0, 2, 5)))
        numpy_six: Any = np.int64(6)
        assert best_uniform(numpy_six, np.array([5, 0, 2])) == expected


class TestEvaluation:
    @pytest.mark.parametrize("orders", [(0,), (3,), (0, 4), (1, 2, 4), (0, 1, 2, 3, 4)])
    def test_equals_the_sum_of_averages(self, orders: tuple[int, ...]) -> None:
        x = np.random.default_rng(1).normal(size=(4, 3, 5))
        approximation = best_uniform(5, orders)
        expected = sum(
            float(b) * subpool_average(x, r) for r, b in approximation.coefficients.items()
        )
        assert approximation(x) == pytest.approx(expected, abs=1e-12)

    def test_error_bound_holds_and_is_attained_on_the_cube(self) -> None:
        approximation = best_uniform(9, [0, 2, 8])
        x = np.random.default_rng(2).random((20000, 9))
        assert np.abs(approximation(x) - x.max(axis=-1)).max() <= approximation.error
        vertices = np.tri(10, 9, -1)
        worst = np.abs(approximation(vertices) - vertices.max(axis=-1)).max()
        assert worst == pytest.approx(float(approximation.error))

    def test_stays_exact_where_the_coefficients_are_huge(self) -> None:
        # The coefficients of the averages add up to (3/2)^60 in modulus: 4e10.
        vertices = np.tri(61, 60, -1)
        approximation = best_uniform(60, range(60))
        assert approximation(vertices) == pytest.approx(vertices.max(axis=-1), abs=1e-13)

    def test_single_subpools_carry_the_coefficient_divided_by_their_number(self) -> None:
        x = np.random.default_rng(3).random(4)
        approximation = best_uniform(4, [0, 2, 3])
        total = float(approximation.coefficients[0])
        for r in (2, 3):
            maxima = [max(x[list(I)]) for I in subpools(4, r)]
            total += float(approximation.coefficients[r]) * sum(maxima) / len(maxima)
        assert float(approximation(x)) == pytest.approx(total)

    def test_weights_sum_to_the_value_gained_from_zero_to_one(self) -> None:
        assert best_uniform(3, [0, 1, 2]).weights() == (
            Fraction(3, 4), Fraction(1, 4), Fraction(-1, 4))  # fmt: skip

    def test_wrong_pool_size_refused(self) -> None:
        with pytest.raises(ValueError, match=r"shape \[\.\.\., 4\], got shape \(2, 5\)"):
            best_uniform(4, [0])(np.zeros((2, 5)))


class TestReach:
    """Sizes that answer within seconds; benchmarks/bench_exact_algebra.py has the times."""

    @pytest.mark.parametrize("count", [31, 32, 33, 48, 62, 63])
    def test_any_orders_at_64(self, count: int) -> None:
        orders = Random(count).sample(range(64), count)
        assert best_uniform(64, orders).verify()

    @pytest.mark.parametrize("r", [1, 2, 31, 500, 998, 999])
    @pytest.mark.parametrize("first", [0, 1])
    def test_lowest_orders_at_1000(self, r: int, first: int) -> None:
        approximation = best_uniform(1000, range(first, r + 1))
        assert approximation.verify()
        if r == 999:
            assert 1 / approximation.error == 2**1000 - first

    def test_ten_orders_at_1000(self) -> None:
        orders = Random(10).sample(range(1000), 10)
        assert best_uniform(1000, orders).verify()


class TestBadInput:
    @pytest.mark.parametrize(
        ("d", "orders", "message"),
        [
            (0, [1], "pool size"),
            (10**9, [1], r"1\.\.2000, got 1000000000"),
            (4, [4], r"0\.\.3, got 4"),
            (4, [-1], r"0\.\.3, got -1"),
            (4, [1, 1], "more than once"),
            (4, [], "at least one"),
            (4, [1.5], "got 1.5"),
            (4, ["1"], "got '1'"),
            (4, [True], "boolean"),
            (True, [0], "boolean"),
            (4, 3, "iterable"),
        ],
    )
    def test_refused(self, d: Any, orders: Any, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            best_uniform(d, orders)

    def test_frozen(self) -> None:
        with pytest.raises(FrozenInstanceError):
            best_uniform(2, [0]).error = Fraction(0)  # type: ignore[misc]
