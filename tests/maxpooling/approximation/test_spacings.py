"""Moments of spacings: by hand, by simulation, and bad input."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maxpooling.approximation.spacings import STEPS, SpacingMoments, spacings_of

POOLS = st.integers(1, 6).flatmap(
    lambda d: st.lists(st.lists(st.integers(0, 10), min_size=d, max_size=d), min_size=1, max_size=6)
)


@given(POOLS)
def test_sums_of_a_sample(pools: list[list[int]]) -> None:
    d = len(pools[0])
    found = SpacingMoments.of_pools(pools, scale=10)
    rows = []
    for pool in pools:
        ends = [Fraction(10), *map(Fraction, sorted(pool, reverse=True)), Fraction(0)]
        rows.append([(a - b) / 10 for a, b in pairwise(ends)])
    for j in range(d + 1):
        assert found.mean[j] == sum(row[j] for row in rows) / len(rows)
        for k in range(d + 1):
            assert found.second[j][k] == sum(row[j] * row[k] for row in rows) / len(rows)


@given(POOLS)
def test_from_mean_and_covariance(pools: list[list[int]]) -> None:
    found = SpacingMoments.of_pools(pools, scale=10)
    n = found.d + 1
    covariance = [
        [found.second[j][k] - found.mean[j] * found.mean[k] for k in range(n)] for j in range(n)
    ]
    assert SpacingMoments.of_mean_and_covariance(found.mean, covariance) == found
    floats = SpacingMoments.of_mean_and_covariance(
        [float(one) for one in found.mean], [[float(one) for one in row] for row in covariance]
    )
    assert np.allclose(
        np.array(floats.second, dtype=float), np.array(found.second, dtype=float), atol=1e-12
    )


@given(POOLS, st.lists(st.fractions(-2, 2, max_denominator=50), min_size=7, max_size=7))
def test_mean_square_is_that_of_the_mixtures(pools: list[list[int]], e: list[Fraction]) -> None:
    moments = SpacingMoments.of_pools(pools, scale=10)
    errors = e[: moments.d + 1]
    mixtures = [
        sum(Fraction(int(s), 10) * one for s, one in zip(row, errors, strict=True))
        for row in spacings_of(np.array(pools), 10)
    ]
    assert moments.mean_square(errors) == sum(m * m for m in mixtures) / len(mixtures)


def test_floats_are_rounded_and_uniform_is_the_limit() -> None:
    draw = np.random.default_rng(0).random((20_000, 4))
    found = np.array(SpacingMoments.of_pools(draw).second, dtype=float)
    exact = np.array(SpacingMoments.uniform(4).second, dtype=float)
    assert np.abs(found - exact).max() < 0.005
    assert SpacingMoments.of_pools([0.3]).mean[1] == Fraction(round(0.3 * STEPS), STEPS)
    back = SpacingMoments.from_dict(SpacingMoments.uniform(2).to_dict())
    assert back == SpacingMoments.uniform(2)


@pytest.mark.parametrize(
    ("pools", "scale", "message"),
    [
        ([[0.5, 1.5]], 1, r"all entries in \[0, 1\]"),
        ([[0.5, float("nan")]], 1, r"all entries in \[0, 1\]"),
        ([[3, 11]], 10, r"all entries in \[0, 10\]"),
        ([[0.5, 0.5]], 255, "scale=255 is for pools of integers"),
        (np.zeros((0, 3)), 1, "at least one"),
        ([["a"]], 1, "array of real numbers"),
    ],
)
def test_bad_pools(pools: Any, scale: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpacingMoments.of_pools(pools, scale)


@pytest.mark.parametrize(
    ("mean", "covariance", "message"),
    [
        ([0.5, 0.6], [[0, 0], [0, 0]], "add up to 1"),
        ([1.5, -0.5], [[0, 0], [0, 0]], "not negative"),
        ([0.5, 0.5], [[0, 0]], "2 rows of 2 entries"),
        ([0.5, 0.5], [[0.1, 0.1], [-0.1, -0.1]], "symmetric"),
        ([0.5, 0.5], [[0.1, 0.1], [0.1, 0.1]], "add up to 0"),
        ([0.5, 0.5], [[-0.1, 0.1], [0.1, -0.1]], "positive semidefinite"),
        ([0.5, float("inf")], [[0, 0], [0, 0]], "mean must hold finite numbers"),
    ],
)
def test_bad_moments(mean: Any, covariance: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SpacingMoments.of_mean_and_covariance(mean, covariance)


def test_errors_of_another_size() -> None:
    with pytest.raises(ValueError, match="must be 3 numbers, got 2"):
        SpacingMoments.uniform(2).mean_square([Fraction(1)] * 2)
