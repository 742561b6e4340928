"""Small geometries: how many points two lines share, and three points on a plane."""

from collections import Counter
from itertools import combinations

import pytest

from maxpooling.approximation.planes import (
    affine_plane,
    complements,
    projective_plane,
    projective_space,
    quadruples_of_eight,
)


@pytest.mark.parametrize("q", [2, 3, 4, 5])
def test_two_points_of_an_affine_plane_are_on_one_line(q: int) -> None:
    lines = affine_plane(q)
    on = Counter(pair for line in lines for pair in combinations(line, 2))
    assert len(lines) == q * q + q
    assert all(on[pair] == 1 for pair in combinations(range(q * q), 2))
    assert {len(line) for line in lines} == {q}


@pytest.mark.parametrize("q", [2, 3])
def test_two_points_of_a_projective_plane_are_on_one_line(q: int) -> None:
    n = q * q + q + 1
    on = Counter(pair for line in projective_plane(q) for pair in combinations(line, 2))
    assert [on[pair] for pair in combinations(range(n), 2)] == [1] * (n * (n - 1) // 2)


def test_three_of_eight_are_in_one_quadruple() -> None:
    within = Counter(t for q in quadruples_of_eight() for t in combinations(q, 3))
    assert [within[t] for t in combinations(range(8), 3)] == [1] * 56


def test_space_of_fifteen_points() -> None:
    lines, planes = projective_space()
    on = Counter(pair for line in lines for pair in combinations(line, 2))
    assert [on[pair] for pair in combinations(range(15), 2)] == [1] * 105
    assert {len(plane) for plane in planes} == {7}
    assert all(sum(set(line) <= set(plane) for line in lines) == 7 for plane in planes)


def test_complements() -> None:
    assert complements(3, ((0, 1),)) == ((1, 2), (0, 2), (0, 1), (2,))


@pytest.mark.parametrize("q", [1, 6, "3x"])
def test_refuses_other_sizes(q: int) -> None:
    with pytest.raises(ValueError, match="q must be one of"):
        affine_plane(q)
