"""Appendix C: exact mean squares against closed forms, simulation and bad input."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maxpooling.approximation.mean_square import (
    best_mean_square,
    least_over_decompositions,
    lowest_orders,
    mean_square,
    top_orders,
    without_intercept,
)
from maxpooling.errors import CertificateError
from maxpooling.order_statistics import subpool_average


def order_sets(d: int) -> list[tuple[int, ...]]:
    return [orders for n in range(1, d + 1) for orders in combinations(range(d), n)]


class TestEveryOrderSet:
    @pytest.mark.parametrize("d", range(1, 8))
    def test_proven_optimal_and_error_is_that_of_the_residuals(self, d: int) -> None:
        for orders in order_sets(d):
            best = best_mean_square(d, orders)
            assert best.verify()
            assert best.error == mean_square(best.residuals()) > 0

    @given(st.integers(2, 30).flatmap(lambda d: st.tuples(st.just(d), st.sets(
        st.integers(1, d - 1), min_size=1))))  # fmt: skip
    @settings(deadline=None, max_examples=40)
    def test_intercept_identity(self, d_and_orders: tuple[int, set[int]]) -> None:
        d, orders = d_and_orders
        having = best_mean_square(d, {0, *orders})
        assert without_intercept(d, having.error) == best_mean_square(d, orders).error

    @pytest.mark.parametrize("d", range(2, 7))
    def test_larger_orders_are_better(self, d: int) -> None:
        for orders in order_sets(d):
            error = best_mean_square(d, orders).error
            for extra in set(range(1, d)) - set(orders):
                for dropped in orders:
                    if 0 < dropped < extra:
                        swapped = {*orders, extra} - {dropped}
                        assert best_mean_square(d, swapped).error < error


class TestWithoutIntercept:
    @pytest.mark.parametrize(
        ("d", "error", "message"),
        [
            (3, 0, "error must be a Fraction or an integer above 0 and at most 3/80, got 0"),
            (3, 0.5, "error must be a Fraction or an integer above 0 and at most 3/80, got 0.5"),
            (3, True, "got True"),
            (3, 1, "at most 3/80, got 1"),
            (3, Fraction(-1, 9), "got -1/9"),
            (0, Fraction(1, 9), "d .the pool size. must be an integer"),
        ],
    )
    def test_no_error(self, d: int, error: Any, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            without_intercept(d, error)

    @pytest.mark.parametrize("d", [1, 2, 9])
    def test_the_constant_alone_is_the_most(self, d: int) -> None:
        most = best_mean_square(d, [0]).error
        assert most == Fraction(d, (d + 1) ** 2 * (d + 2))
        assert without_intercept(d, most) == Fraction(d, d + 2)  # the mean of max^2


class TestClosedForms:
    @pytest.mark.parametrize("d", [1, 2, 3, 9, 20, 64])
    def test_full(self, d: int) -> None:
        best = best_mean_square(d, range(d))
        assert 1 / best.error == (d + 1) * (d + 2) * comb(2 * d, d)
        assert best.residuals() == tuple(
            Fraction((-1) ** k * comb(d, k), comb(2 * d, d)) for k in range(d + 1)
        )
        assert best.coefficients == {0: Fraction(1, comb(2 * d, d))} | {
            r: Fraction((-1) ** (d - 1 - r) * comb(d, r) * comb(d + r, r), comb(2 * d, d))
            for r in range(1, d)
        }

    @pytest.mark.parametrize("d", [1, 2, 3, 9, 20])
    def test_lowest_and_top(self, d: int) -> None:
        for r in range(d):
            assert best_mean_square(d, range(r + 1)).error == lowest_orders(d, r)
        for s in range(1, d):
            assert best_mean_square(d, [0, *range(d - s, d)]).error == top_orders(d, s)

    def test_known_values(self) -> None:
        assert lowest_orders(9, 0) == Fraction(9, 100 * 11)  # variance of the maximum of nine
        assert best_mean_square(9, [0, 8]).coefficients == {0: Fraction(1, 90), 8: 1}
        assert best_mean_square(9, [0, 8]).error == Fraction(1, 9 * 100 * 11)


class TestSimulation:
    @pytest.mark.parametrize(("d", "orders"), [(4, (0, 3)), (5, (1, 3)), (6, (0, 1, 2, 3, 4, 5))])
    def test_mean_square_of_uniform_points(self, d: int, orders: tuple[int, ...]) -> None:
        x = np.random.default_rng(d).random((400_000, d))
        best = best_mean_square(d, orders)
        f = sum(float(b) * subpool_average(x, r) for r, b in best.coefficients.items())
        squares = (f - x.max(axis=-1)) ** 2
        spread = squares.std() / len(x) ** 0.5
        assert abs(squares.mean() - float(best.error)) < 5 * spread


class TestAllDecompositions:
    @pytest.mark.parametrize("d", range(2, 30))
    def test_below_subpools_by_the_stated_factor(self, d: int) -> None:
        value = least_over_decompositions(d, d - 1)
        assert value == Fraction(1, (d + 1) * (2 * d + 1) * comb(2 * d, d))
        assert value / lowest_orders(d, d - 1) == Fraction(d + 2, 2 * d + 1)

    def test_order_zero_is_the_variance(self) -> None:
        assert least_over_decompositions(7, 0) == lowest_orders(7, 0)


class TestTampering:
    GENUINE = best_mean_square(5, [0, 2, 4])

    def test_changed_coefficient(self) -> None:
        wrong = {**self.GENUINE.coefficients, 2: Fraction(0)}
        with pytest.raises(CertificateError, match="correlates with order 0"):
            replace(self.GENUINE, coefficients=wrong).verify()

    def test_changed_error(self) -> None:
        with pytest.raises(CertificateError, match="stated orders and error"):
            replace(self.GENUINE, error=self.GENUINE.error / 2).verify()

    def test_numbers_that_are_not_rational(self) -> None:
        floats: Any = {r: float(beta) for r, beta in self.GENUINE.coefficients.items()}
        with pytest.raises(CertificateError, match="must be rational"):
            replace(self.GENUINE, coefficients=floats).verify()
        with pytest.raises(CertificateError, match="must be rational"):
            replace(self.GENUINE, error=float(self.GENUINE.error)).verify()  # type: ignore[arg-type]

    def test_hidden_order(self) -> None:
        with pytest.raises(CertificateError, match="stated orders"):
            replace(self.GENUINE, orders=(0, 2)).verify()


@pytest.mark.parametrize(("d", "orders"), [(0, [0]), (3, []), (3, [3]), (3, [1, 1]), (3, [0.5])])
def test_refused(d: Any, orders: Any) -> None:
    with pytest.raises(ValueError, match=r"integer|distinct"):
        best_mean_square(d, orders)


@pytest.mark.parametrize(
    ("formula", "d", "order", "allowed"),
    [
        (lowest_orders, 4, 4, r"0\.\.3"),
        (lowest_orders, 4, -1, r"0\.\.3"),
        (least_over_decompositions, 4, 4, r"0\.\.3"),
        (least_over_decompositions, 4, -1, r"0\.\.3"),
        (top_orders, 4, 4, r"1\.\.3"),
        (top_orders, 4, 0, r"1\.\.3"),
    ],
)
def test_formulas_refuse(formula: Any, d: int, order: int, allowed: str) -> None:
    with pytest.raises(ValueError, match=f"integer in {allowed}, got {order}"):
        formula(d, order)
