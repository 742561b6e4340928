"""The verifier accepts only proofs: every kind of tampering is refused with its reason."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maxpooling.approximation import UniformApproximation, best_uniform
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
