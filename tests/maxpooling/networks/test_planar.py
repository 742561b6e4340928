"""Functions of two variables: triangulations, and proofs on all of the plane."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maxpooling.errors import CertificateError
from maxpooling.networks.piecewise import PiecewiseNetwork, from_max_min
from maxpooling.networks.planar import (
    cut,
    from_triangulation,
    kinks,
    polygon,
    verify_on_plane,
    verify_on_triangles,
)

RATIONALS = st.builds(Fraction, st.integers(-5, 5), st.integers(1, 3))
GRID = [(x, y) for y in range(3) for x in range(3)]
SQUARES = [corners for a in (0, 1, 3, 4) for corners in ((a, a + 1, a + 4), (a, a + 4, a + 3))]


def changed(network: PiecewiseNetwork) -> PiecewiseNetwork:
    *hidden, last = network.network.matrices
    other = last.copy()
    other[0, -1] += 1
    return replace(network, network=replace(network.network, matrices=(*hidden, other)))


@settings(max_examples=25, deadline=None)
@given(
    pieces=st.lists(st.tuples(RATIONALS, RATIONALS, RATIONALS), min_size=4, max_size=4),
    groups=st.lists(st.lists(st.integers(0, 3), min_size=1), min_size=1, max_size=4),
)
def test_proved_on_the_plane(pieces: list[tuple[Fraction, ...]], groups: list[list[int]]) -> None:
    network = from_max_min(pieces, groups)
    assert network.verify() >= 4
    if network.neurons:
        with pytest.raises(CertificateError, match="not the function at the ray"):
            verify_on_plane(changed(network))


@settings(max_examples=15, deadline=None)
@given(values=st.lists(st.integers(-2, 3), min_size=9, max_size=9))
def test_proved_on_a_grid(values: list[int]) -> None:
    network = from_triangulation(GRID, SQUARES, values)
    assert verify_on_triangles(network, GRID, SQUARES, values) >= len(SQUARES)
    assert [network(point) for point in GRID] == values
    for a, b, c in SQUARES:
        middle = [sum((Fraction(GRID[k][i]) for k in (a, b, c)), Fraction(0)) / 3 for i in (0, 1)]
        assert network(middle) == Fraction(values[a] + values[b] + values[c], 3)


@settings(max_examples=15, deadline=None)
@given(inner=st.tuples(RATIONALS, RATIONALS), values=st.lists(RATIONALS, min_size=5, max_size=5))
def test_proved_on_a_fan(inner: tuple[Fraction, Fraction], values: list[Fraction]) -> None:
    corners: list[tuple[Fraction | int, Fraction | int]] = [
        (-6, -6),
        (7, -6),
        (6, 6),
        (-6, 8),
        inner,
    ]
    fan = [(0, 1, 4), (2, 1, 4), (2, 3, 4), (3, 0, 4)]  # one of them clockwise
    network = from_triangulation(corners, fan, values)
    verify_on_triangles(network, corners, fan, values)


def test_another_value_is_noticed() -> None:
    values = [0, 1, 0, 2, 3, 1, 0, 0, 1]
    network = from_triangulation(GRID, SQUARES, values)
    with pytest.raises(CertificateError, match="not affine on the triangle"):
        verify_on_triangles(network, GRID, SQUARES, [*values[:-1], 2])
    with pytest.raises(CertificateError, match="not affine on the triangle"):
        verify_on_triangles(changed(network), GRID, SQUARES, values)


def test_a_kink_inside_a_triangle_is_noticed() -> None:
    # |x| and 1 agree at the corners of the first square, but not between.
    network = from_max_min([(1, 0, 0), (-1, 0, 0)], [(0,), (1,)])
    corners = [(-1, 0), (1, 0), (1, 1), (-1, 1)]
    with pytest.raises(CertificateError, match="not affine"):
        verify_on_triangles(network, corners, [(0, 1, 2), (0, 2, 3)], [1, 1, 1, 1])


def test_cut_keeps_a_square_whole_along_its_edge() -> None:
    square = ((0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1))
    assert cut([square], [(1, 0, 0), (1, 0, -1)]) == [square]
    assert sorted(map(len, cut([square], [(1, -1, 0)]))) == [3, 3]


def test_kinks_in_both_layers() -> None:
    values = [0, 2, 0, 1, 3, -1, 0, 1, 1]
    network = from_triangulation(GRID, SQUARES, values)
    first, second = kinks(network.network, [polygon([(0, 0), (2, 0), (2, 2), (0, 2)])])
    assert first
    assert second
    for ray in (ray for segment in [*first, *second] for ray in segment):
        assert all(0 <= Fraction(entry, ray[2]) <= 2 for entry in ray[:2])
    # Where the function is not affine across an edge, some neuron bends. Each edge inside, with the
    # third vertices of its two triangles:
    edges = [(a, a + 4, a + 1, a + 3) for a in (0, 1, 3, 4)]
    edges += [(1, 4, 0, 5), (3, 4, 0, 7), (4, 5, 1, 8), (4, 7, 3, 8)]
    for a, b, c, d in edges:
        middle = [Fraction(GRID[a][k] + GRID[b][k], 2) for k in (0, 1)]
        step = [Fraction(GRID[c][k] - GRID[d][k], 64) for k in (0, 1)]
        sides = [[m + sign * e for m, e in zip(middle, step, strict=True)] for sign in (1, -1)]
        bent = network(sides[0]) + network(sides[1]) != 2 * network(middle)
        near = any(_on(middle[0], middle[1], segment) for segment in [*first, *second])
        assert near or not bent


def _on(x: Fraction, y: Fraction, segment: tuple[tuple[int, int, int], ...]) -> bool:
    (a, b), (c, d) = ((Fraction(p, s), Fraction(q, s)) for p, q, s in segment)
    straight = (c - a) * (y - b) == (d - b) * (x - a)
    return straight and (x - a) * (x - c) <= 0 and (y - b) * (y - d) <= 0


def test_only_two_variables_are_verified() -> None:
    with pytest.raises(ValueError, match="network must have 2 variables, got 1"):
        from_max_min([(1, 0)], [(0,)]).verify()


@pytest.mark.parametrize(
    ("vertices", "triangles", "values", "message"),
    [
        ([(0, 0, 0)], [(0, 1, 2)], [0], "each of vertices must have 2 coordinates, got 3"),
        ([(0, 0), (0, 0)], [(0, 1, 2)], [0, 0], "vertices must be different points"),
        ([(0, 0), (1, 0.5)], [], [0, 0], "each coordinate of vertices must be a Fraction"),
        (GRID, SQUARES, [0], "values must be 9, as vertices are, got 1"),
        (GRID, [(0, 1, 9)], [0] * 9, r"each place in triangles must be an integer in 0\.\.8"),
        (GRID, [(0, 1, 2)], [0] * 9, "3 places not in a line"),
        (GRID, [(0, 1)], [0] * 9, "3 places not in a line"),
        (GRID, [], [0] * 9, r"the number of triangles must be an integer in 1\.\.100, got 0"),
        (GRID, SQUARES[:-1], [0] * 9, "must fill a convex polygon"),
        (GRID, [(0, 2, 4), (0, 1, 3)], [0] * 9, "vertex 1 lies in the triangle"),
        (GRID, [(0, 1, 4), (1, 4, 3)], [0] * 9, r"triangles must not overlap"),
        (GRID, [(0, 1, 3), (1, 3, 0)], [0] * 9, "triangles must not overlap"),
    ],
)
def test_what_is_refused(vertices: Any, triangles: Any, values: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_triangulation(vertices, triangles, values)
