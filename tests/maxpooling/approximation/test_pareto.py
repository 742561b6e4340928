"""The front between least squares and minimax: certified, and against a search over a grid."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from maxpooling.approximation import SpacingMoments, best_uniform, least_squares, pareto_front
from maxpooling.approximation.certificate import residuals
from maxpooling.errors import CertificateError

SAMPLES = st.integers(2, 7).flatmap(
    lambda d: st.tuples(
        st.sets(st.integers(0, d - 1), min_size=1),
        st.lists(st.lists(st.integers(0, 8), min_size=d, max_size=d), min_size=2, max_size=12),
    )
)
SPIKES = SpacingMoments.of_pools([[8, 2, 1, 0], [5, 5, 5, 5], [3, 3, 0, 0], [7, 6, 6, 1]], scale=8)


@given(SAMPLES)
@settings(deadline=None, max_examples=60)
def test_every_front_is_certified(sample: tuple[set[int], list[list[int]]]) -> None:
    orders, pools = sample
    moments = SpacingMoments.of_pools(pools, scale=8)
    try:
        front = pareto_front(moments.d, orders, moments)
    except ValueError as error:
        assume("cannot tell" not in str(error))
        raise
    assert front.verify()
    ends = [end.worst_error for piece in front.pieces for end in piece]
    assert ends == sorted(ends, reverse=True)


def test_no_point_of_a_grid_is_below() -> None:
    front = pareto_front(4, [0, 3], SPIKES)
    low, high = best_uniform(4, [0, 3]).error, least_squares(4, [0, 3], SPIKES).worst_error
    values = [Fraction(one, 40) for one in range(-10, 60)]
    for constant in values:
        for slope in values:
            e = residuals(4, {0: constant, 3: slope})
            worst = max(map(abs, e))
            if low <= worst <= high:
                assert SPIKES.mean_square(e) >= front.mean_square_at(worst)
    middle = (low + high) / 2
    found = residuals(4, front.coefficients_at(middle))
    assert max(map(abs, found)) == middle


def test_one_point() -> None:
    """Without a choice in the coefficients' direction both optima can be the same."""
    one = SpacingMoments.of_pools([[1]], scale=1)
    fit = least_squares(1, [0], one)
    assert fit.worst_error == 1
    half = SpacingMoments.of_pools([[1], [0]], scale=1)
    front = pareto_front(1, [0], half)
    assert front.verify()
    assert front.pieces == ()
    with pytest.raises(ValueError, match="one point"):
        front.mean_square_at(Fraction(1, 2))


def test_false_certificates_are_noticed() -> None:
    front = pareto_front(4, [0, 2, 3], SPIKES)
    assert front.verify()
    (upper, lower), *rest = front.pieces
    k, y = max(lower.multipliers.items(), key=lambda item: abs(item[1]))
    moved = {**lower.coefficients, 0: lower.coefficients[0] + Fraction(1, 997)}
    for end, message in (
        (replace(lower, worst_error=lower.worst_error / 2), "the worst error is not"),
        (replace(lower, mean_square=lower.mean_square + 1), "is misstated"),
        (replace(lower, multipliers={**lower.multipliers, k: 2 * y}), "could lower"),
        (replace(lower, multipliers={**lower.multipliers, k: -y}), "wrong sign"),
        (replace(lower, coefficients=moved), "the worst error is not"),
    ):
        with pytest.raises(CertificateError, match=message):
            replace(front, pieces=((upper, end), *rest)).verify()
    with pytest.raises(CertificateError, match="does not descend"):
        replace(front, pieces=((upper, upper), *rest)).verify()
    with pytest.raises(CertificateError, match=r"the ends are not|do not meet"):
        replace(front, pieces=tuple(rest)).verify()


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match="cannot tell the orders"):
        pareto_front(3, [0, 1, 2], [[0.5, 0.5, 0.5], [0.25, 0.25, 0.25]])
    front = pareto_front(4, [0, 3], SPIKES)
    with pytest.raises(ValueError, match="worst_error must be a Fraction"):
        front.mean_square_at(0.2)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at most"):
        front.coefficients_at(Fraction(5))


def test_curve_is_convex_and_falls() -> None:
    front = pareto_front(9, [0, 7, 8], SpacingMoments.uniform(9))
    low, high = front.pieces[-1][1].worst_error, front.pieces[0][0].worst_error
    bounds = [low + (high - low) * Fraction(step, 20) for step in range(21)]
    squares = np.array([float(front.mean_square_at(one)) for one in bounds])
    assert (np.diff(squares) <= 0).all()
    assert (np.diff(squares, 2) >= -1e-15).all()
