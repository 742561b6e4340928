"""Estimators as weights on ordered entries: worst errors, errors, names."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from companion.experiments.pools.estimators import (
    Estimator,
    braces,
    fitted,
    minimax,
    order_sets,
    plain,
)
from maxpooling.approximation import best_uniform
from maxpooling.approximation.spacings import SpacingMoments


@pytest.mark.parametrize("d", [4, 9, 16])
def test_order_sets_are_of_the_size_and_each_stands_once(d: int) -> None:
    sets = order_sets(d)
    assert len(set(sets)) == len(sets)
    assert sets[0] == (d - 1,)
    assert sets[-1] == tuple(range(d))
    assert all(set(orders) <= set(range(d)) for orders in sets)
    assert all(list(orders) == sorted(set(orders)) for orders in sets)


@pytest.mark.parametrize("orders", [(0, 3), (3,), (0, 1), (2, 3)])
def test_the_worst_error_is_that_of_the_vertices(orders: tuple[int, ...]) -> None:
    """By brute force over all pools of zeros and ones, in any order."""
    one = minimax(4, orders)
    pools = np.array(sorted(product([0.0, 1.0], repeat=4)))
    errors = one.errors(-np.sort(-pools, axis=1))
    assert np.abs(errors).max() == pytest.approx(float(one.worst_error), abs=1e-12)
    assert one.worst_error == best_uniform(4, orders).error


def test_errors_by_hand() -> None:
    """Weights 1/2 and 1/2 and the constant 1/10, at the pools (1, 0) and (1/2, 1/2)."""
    one = Estimator("half", (Fraction(1, 2), Fraction(1, 2)), Fraction(1, 10))
    assert one.errors(np.array([[1.0, 0.0], [0.5, 0.5]])) == pytest.approx([-0.4, 0.1])
    assert one.worst_error == Fraction(2, 5)


def test_a_fit_to_pools_beats_the_others_on_them() -> None:
    pools = np.random.default_rng(0).integers(0, 11, (200, 4))
    moments = SpacingMoments.of_pools(pools, scale=10)
    ranked = -np.sort(-pools / 10, axis=1)
    best = np.square(fitted(4, (0, 3), moments).errors(ranked)).mean()
    for other in (minimax(4, (0, 3)), plain(4, 3)):
        assert best <= np.square(other.errors(ranked)).mean() + 1e-12


def test_names_and_the_plain_mean() -> None:
    assert minimax(9, (0, 8)).name == "minimax {0, 8}"
    assert fitted(3, (0, 1, 2), SpacingMoments.uniform(3)).name == "least squares all orders"
    assert braces(3, (1, 2)) == "{1, 2}"
    one = plain(9, 8)
    assert (one.name, one.constant) == ("plain S_8", Fraction(0))
    assert one.weights[:3] == (Fraction(8, 9), Fraction(1, 9), Fraction(0))
    assert one.worst_error == Fraction(1, 9)
