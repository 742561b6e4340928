"""Every closed form against the exchange, for all sizes it covers."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import combinations
from math import comb

import pytest

from maxpooling.approximation import best_uniform
from maxpooling.approximation.closed_forms import (
    beside_the_largest,
    closed_form,
    optimal_full_coefficients,
    single_order,
    subpool_count,
    top_orders,
    two_lowest_orders,
)


def exact(d: int, orders: Iterable[int]) -> Fraction:
    return best_uniform(d, orders).error


@pytest.mark.parametrize("d", range(1, 9))
def test_dispatch_agrees_for_every_order_set(d: int) -> None:
    formulas = 0
    for n in range(1, d + 1):
        for orders in combinations(range(d), n):
            value = closed_form(d, orders)
            formulas += value is not None
            assert value in (None, exact(d, orders)), orders
    families = {1: 1, 2: 3, 3: 7, 4: 15, 5: 23}
    # {0}; {r} and {0, r}; top-s for s >= 2; {0..2}, {0..d-2} and {r, d-1} without and with 0.
    assert formulas == families.get(d, 1 + 2 * (d - 1) + 2 * (d - 2) + 2 * (d - 3) + 4)


class TestSingleOrder:
    def test_values(self) -> None:
        for d in (2, 5, 30):
            for r in range(1, d):
                assert single_order(d, r, intercept=False) == exact(d, [r])
                assert single_order(d, r, intercept=True) == exact(d, [0, r])


class TestTopOrders:
    def test_nine(self) -> None:
        inverse = [18, 74, 186, 326, 438, 494, 510, 512]
        assert [1 / top_orders(9, s, intercept=True) for s in range(1, 9)] == inverse

    def test_error_is_inverse_to_the_number_of_subpools(self) -> None:
        for d in (3, 9, 30):
            for s in range(1, d):
                n = subpool_count(d, range(d - s, d))
                error = top_orders(d, s, intercept=True)
                assert Fraction(1, 2 * n) <= error < Fraction(1, n)
                assert (error == Fraction(1, 2 * n)) == (s == 1)

    def test_large(self) -> None:
        assert 1 / top_orders(1000, 999, intercept=True) == 2**1000


class TestLowestOrders:
    @pytest.mark.parametrize("d", range(3, 40))
    def test_up_to_two(self, d: int) -> None:
        assert two_lowest_orders(d) == exact(d, range(3))

    @pytest.mark.parametrize("d", range(3, 40))
    def test_all_but_the_largest(self, d: int) -> None:
        assert closed_form(d, tuple(range(d - 1))) == Fraction(1, comb(d, d // 2))
        assert exact(d, range(d - 1)) == Fraction(1, comb(d, d // 2))


class TestBesideTheLargest:
    @pytest.mark.parametrize("d", range(3, 16))
    def test_every_order(self, d: int) -> None:
        for r in range(1, d - 1):
            assert beside_the_largest(d, r) == exact(d, [0, r, d - 1])


class TestFullCoefficients:
    def test_sum_of_moduli_grows_like_the_power_of_three_halves(self) -> None:
        for d in (2, 9, 20):
            beta = optimal_full_coefficients(d)
            assert sum(abs(beta[r]) for r in range(1, d)) == Fraction(3, 2) ** d - 1 - Fraction(
                1, 2**d
            )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: single_order(9, 9, intercept=True), r"r must be an integer in 1\.\.8"),
        (lambda: top_orders(9, 0, intercept=True), r"s must be an integer in 1\.\.8"),
        (lambda: two_lowest_orders(2), "d must be an integer in 3"),
        (lambda: closed_form(4, (1, 1)), "distinct"),
    ],
)
def test_refused(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
