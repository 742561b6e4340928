"""Least squares for given pools: against Appendix C, numpy's solver, and false certificates."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maxpooling.approximation import (
    SpacingMoments,
    best_mean_square,
    best_uniform,
    error_over_cube,
    least_squares,
)
from maxpooling.errors import CertificateError
from maxpooling.order_statistics import subpool_average


@pytest.mark.parametrize("d", range(1, 6))
def test_uniform_pools_are_appendix_c(d: int) -> None:
    for n in range(1, d + 1):
        for orders in combinations(range(d), n):
            best = best_mean_square(d, orders)
            found = least_squares(d, orders, SpacingMoments.uniform(d))
            assert found.verify()
            assert (found.mean_square, found.coefficients) == (best.error, best.coefficients)
            assert found.least_worst_error == best_uniform(d, orders).error
            assert found.price >= 0
            assert found.worst_error == max(map(abs, best.residuals()))


SAMPLES = st.integers(2, 6).flatmap(
    lambda d: st.tuples(
        st.sets(st.integers(0, d - 1), min_size=1),
        st.lists(st.lists(st.integers(0, 8), min_size=d, max_size=d), min_size=1, max_size=8),
    )
)


@given(SAMPLES)
@settings(deadline=None)
def test_is_numpys_least_squares(sample: tuple[set[int], list[list[int]]]) -> None:
    orders, pools = sample
    x = np.array(pools) / 8
    d = x.shape[1]
    found = least_squares(d, orders, x)
    assert found.verify()
    columns = np.stack([subpool_average(x, r) for r in sorted(orders)], axis=-1)
    beta = np.array([float(found.coefficients[r]) for r in sorted(orders)])
    square = np.square(columns @ beta - x.max(axis=1)).mean()
    assert square == pytest.approx(float(found.mean_square), abs=1e-9)
    best, *_ = np.linalg.lstsq(columns, x.max(axis=1), rcond=None)
    least = np.square(columns @ best - x.max(axis=1)).mean()
    assert float(found.mean_square) == pytest.approx(least, abs=1e-9)
    ranked = -np.sort(-x, axis=1) @ np.array(found.weights(), dtype=float)
    constant = float(found.coefficients.get(0, Fraction(0)))
    assert ranked + constant == pytest.approx(columns @ beta, abs=1e-6)


def test_pools_that_cannot_tell_orders_apart() -> None:
    flat = least_squares(3, [0, 1, 2], [[0.5, 0.5, 0.5], [0.25, 0.25, 0.25]])
    assert flat.verify()
    assert flat.coefficients == {0: 0, 1: 0, 2: 1}
    assert flat.mean_square == 0


def test_worst_error_is_that_over_the_cube() -> None:
    found = least_squares(4, [0, 2, 3], [[0.9, 0.5, 0.5, 0.0], [0.1, 0.2, 0.0, 0.0]])
    corners = np.array(np.meshgrid(*[[0.0, 1.0]] * 4)).reshape(4, -1).T
    columns = {r: subpool_average(corners, r) for r in found.orders}
    values = sum(float(beta) * columns[r] for r, beta in found.coefficients.items())
    assert np.abs(values - corners.max(axis=1)).max() == pytest.approx(float(found.worst_error))
    assert error_over_cube(4, found.orders) == found.least_worst_error


def test_false_certificates_are_noticed() -> None:
    found = least_squares(3, [0, 2], SpacingMoments.uniform(3))
    moved = {**found.coefficients, 0: found.coefficients[0] + Fraction(1, 1000)}
    indefinite = tuple(tuple(-one for one in row) for row in found.spacings)
    for wrong, message in (
        (replace(found, coefficients=moved), "correlates with order 0"),
        (replace(found, mean_square=found.mean_square * 2), "stated orders and error"),
        (replace(found, worst_error=Fraction(1)), "the worst error is not"),
        (replace(found, least_worst_error=Fraction(1, 7)), "the least worst error is another"),
        (replace(found, spacings=indefinite), "a mean square is negative"),
    ):
        with pytest.raises(CertificateError, match=message):
            wrong.verify()


def test_pools_of_another_size() -> None:
    with pytest.raises(ValueError, match="of size d=4, got size 3"):
        least_squares(4, [3], SpacingMoments.uniform(3))
    with pytest.raises(ValueError, match="each of orders"):
        least_squares(3, [3], SpacingMoments.uniform(3))
