"""The verifier accepts only proofs: every kind of tampering is refused with its reason."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maxpooling.approximation import UniformApproximation, best_uniform
from maxpooling.approximation.certificate import residuals, verify
from maxpooling.errors import CertificateError

GENUINE = best_uniform(7, [0, 2, 4, 6])


def tampered(field: str, key: int, value: Any) -> UniformApproximation:
    changes: dict[str, Any] = {field: {**getattr(GENUINE, field), key: value}}
    return replace(GENUINE, **changes)


class TestTampering:
    def test_genuine_is_accepted(self) -> None:
        assert GENUINE.verify() is True

    def test_smaller_error(self) -> None:
        with pytest.raises(CertificateError, match="attained"):
            replace(GENUINE, error=GENUINE.error / 2).verify()

    def test_larger_error_with_a_fitting_estimator(self) -> None:
        worse = tampered("coefficients", 0, GENUINE.error * 2)
        worse = replace(worse, error=max(abs(e) for e in worse.residuals()))
        with pytest.raises(CertificateError, match="lower bound"):
            worse.verify()

    @given(st.sampled_from(sorted(GENUINE.coefficients)), st.fractions(-2, 2))
    def test_any_changed_coefficient(self, r: int, change: Fraction) -> None:
        changed = tampered("coefficients", r, GENUINE.coefficients[r] + change)
        if change != 0:
            with pytest.raises(CertificateError, match="attained"):
                changed.verify()

    @given(st.integers(0, 7), st.fractions(-2, 2))
    def test_any_changed_weight(self, k: int, change: Fraction) -> None:
        if change != 0:
            weight = GENUINE.certificate.get(k, Fraction(0)) + change
            with pytest.raises(CertificateError, match="annihilates"):
                tampered("certificate", k, weight).verify()

    def test_scaled_measure_still_proves(self) -> None:
        scaled = {k: 3 * mu for k, mu in GENUINE.certificate.items()}
        assert replace(GENUINE, certificate=scaled).verify()

    def test_empty_measure_proves_nothing(self) -> None:
        with pytest.raises(CertificateError, match="lower bound"):
            replace(GENUINE, certificate={}).verify()

    def test_vertex_outside_the_cube(self) -> None:
        with pytest.raises(CertificateError, match="vertices"):
            tampered("certificate", 8, Fraction(0)).verify()

    def test_missing_order(self) -> None:
        with pytest.raises(CertificateError, match="one coefficient for each order"):
            replace(GENUINE, orders=(0, 2, 4)).verify()

    def test_measure_of_fewer_orders_does_not_pass_for_more(self) -> None:
        other = best_uniform(7, [0, 2, 4])
        padded = replace(GENUINE, coefficients={**other.coefficients, 6: Fraction(0)})
        with pytest.raises(CertificateError, match="annihilates"):
            replace(padded, certificate=other.certificate, error=other.error).verify()

    def test_floats_refused(self) -> None:
        with pytest.raises(CertificateError, match="rational"):
            tampered("coefficients", 2, 0.25).verify()

    def test_orders_outside_refused(self) -> None:
        with pytest.raises(CertificateError, match="distinct integers"):
            replace(GENUINE, orders=(0, 2, 4, 7)).verify()

    @pytest.mark.parametrize("orders", [(0, 2, 2, 4, 6), ()])
    def test_doubled_or_no_orders_refused(self, orders: tuple[int, ...]) -> None:
        with pytest.raises(CertificateError, match="distinct integers"):
            replace(GENUINE, orders=orders).verify()

    def test_no_coefficients_for_no_orders_refused(self) -> None:
        nothing = replace(GENUINE, orders=(), coefficients={}, error=Fraction(1))
        with pytest.raises(CertificateError, match="distinct integers"):
            nothing.verify()

    def test_two_reasons_at_once_name_the_first(self) -> None:
        with pytest.raises(CertificateError, match="distinct integers"):
            replace(GENUINE, orders=(7,), error=Fraction(2)).verify()


def every_order_set(d: int) -> list[tuple[int, ...]]:
    return [orders for n in range(1, d + 1) for orders in combinations(range(d), n)]


class TestAccepts:
    """A true certificate passes, whatever the orders, the sign and the scale of its measure."""

    @pytest.mark.parametrize("d", [1, 2, 3, 4, 5])
    def test_every_order_set(self, d: int) -> None:
        for orders in every_order_set(d):
            best = best_uniform(d, orders)
            for scale in (1, -1, Fraction(-7, 1000)):
                scaled = {k: scale * mu for k, mu in best.certificate.items()}
                assert replace(best, certificate=scaled).verify()

    def test_weights_of_zero_and_whole_numbers(self) -> None:
        every = {k: GENUINE.certificate.get(k, Fraction(0)) for k in range(8)}
        assert replace(GENUINE, certificate=every).verify()
        assert verify(1, [0], Fraction(1, 2), {0: Fraction(1, 2)}, {0: 1, 1: -1})  # type: ignore[dict-item]


class TestResiduals:
    """By differences, against the definition: the share of the subpools that meet the ones."""

    @given(st.data(), st.integers(1, 7))
    @settings(deadline=None)  # a busy machine is no fault
    def test_are_those_of_the_definition(self, data: st.DataObject, d: int) -> None:
        orders = data.draw(st.sets(st.integers(0, d - 1)))
        beta = {r: data.draw(st.fractions(-3, 3, max_denominator=12)) for r in sorted(orders)}
        expected = []
        for k in range(d + 1):
            total = beta.get(0, Fraction(0)) - (k > 0)
            for r, factor in beta.items():
                if r:
                    meet = sum(min(pool) < k for pool in combinations(range(d), r))
                    total += factor * Fraction(meet, comb(d, r))
            expected.append(total)
        assert residuals(d, beta) == tuple(expected)


class TestAnnihilation:
    """Every condition on the measure is needed: one that fails a single order is refused."""

    @pytest.mark.parametrize("d", [2, 3, 4, 5])
    def test_a_measure_of_all_orders_but_one(self, d: int) -> None:
        for orders in every_order_set(d):
            for left_out in orders if len(orders) > 1 else ():
                fewer = [r for r in orders if r != left_out]
                other = best_uniform(d, fewer)
                padded = {**other.coefficients, left_out: Fraction(0)}
                better = best_uniform(d, orders).error < other.error
                proof = (d, orders, other.error, padded, other.certificate)
                if better:
                    with pytest.raises(CertificateError, match="annihilates"):
                        verify(*proof)
