"""Functions on triangles and tetrahedra: networks against interpolation, and what is refused."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from maxpooling.errors import CertificateError
from maxpooling.linear_algebra import determinant
from maxpooling.networks.piecewise import PiecewiseNetwork, from_max_min
from maxpooling.networks.triangulations import from_triangulation, verify_on_simplices

RATIONALS = st.builds(Fraction, st.integers(-5, 5), st.integers(1, 3))
GRID = [(x, y) for y in range(3) for x in range(3)]
SQUARES = [corners for a in (0, 1, 3, 4) for corners in ((a, a + 1, a + 4), (a, a + 4, a + 3))]

CUBE = list(product((0, 1), repeat=3))
"""The corner (x, y, z) at the place 4 x + 2 y + z."""
SIX = [(0, a, a + b, 7) for a, b, _ in permutations((4, 2, 1))]
"""The cube by the orders of the coordinates."""
FIVE = [(0, 1, 2, 4), (3, 1, 2, 7), (5, 1, 4, 7), (6, 2, 4, 7), (1, 2, 4, 7)]
BALL = [(0, 0, 0), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
EIGHT = [(0, a, b, c) for a in (1, 2) for b in (3, 4) for c in (5, 6)]
"""An octahedron around its centre."""


def changed(network: PiecewiseNetwork) -> PiecewiseNetwork:
    *hidden, last = network.network.matrices
    other = last.copy()
    other[0] += 1  # the last neuron alone may be one that is never positive
    return replace(network, network=replace(network.network, matrices=(*hidden, other)))


def interpolated(
    points: Sequence[Sequence[Any]], simplices: Sequence[Sequence[int]], values: Sequence[Any]
) -> Iterator[tuple[list[Fraction], Fraction]]:
    """Points inside each simplex and on each of its faces and edges, with the values there."""
    for corners in simplices:
        for weights in product((0, 1, 2, 5), repeat=len(corners)):
            total = sum(weights)
            if total:
                shares = [Fraction(w, total) for w in weights]
                yield (
                    [
                        sum((s * points[k][i] for s, k in zip(shares, corners, strict=True)),
                            Fraction(0))
                        for i in range(len(points[0]))
                    ],
                    sum((s * values[k] for s, k in zip(shares, corners, strict=True)), Fraction(0)),
                )  # fmt: skip


def assert_interpolates(points: Any, simplices: Any, values: Any) -> None:
    network = from_triangulation(points, simplices, values)
    assert len(network.hidden_widths) == 2
    assert verify_on_simplices(network, points, simplices, values) >= len(simplices)
    for point, value in interpolated(points, simplices, values):
        assert network(point) == network.function(point) == value


@settings(max_examples=15, deadline=None)
@given(values=st.lists(st.integers(-2, 3), min_size=9, max_size=9))
def test_a_grid(values: list[int]) -> None:
    assert_interpolates(GRID, SQUARES, values)


@settings(max_examples=15, deadline=None)
@given(inner=st.tuples(RATIONALS, RATIONALS), values=st.lists(RATIONALS, min_size=5, max_size=5))
def test_a_fan(inner: tuple[Fraction, Fraction], values: list[Fraction]) -> None:
    corners: list[Any] = [(-6, -6), (7, -6), (6, 6), (-6, 8), inner]
    fan = [(0, 1, 4), (2, 1, 4), (2, 3, 4), (3, 0, 4)]  # one of them clockwise
    assert_interpolates(corners, fan, values)


@pytest.mark.parametrize("simplices", [SIX, FIVE])
@settings(max_examples=10, deadline=None)
@given(
    values=st.lists(RATIONALS, min_size=8, max_size=8),
    placed=st.lists(st.lists(st.integers(-2, 2), min_size=3, max_size=3), min_size=4, max_size=4),
)
def test_a_cube_wherever_it_is(
    simplices: list[tuple[int, ...]], values: list[Fraction], placed: list[list[int]]
) -> None:
    *axes, origin = placed
    assume(determinant(axes))
    points = [
        tuple(o + sum(c * axis[i] for c, axis in zip(corner, axes, strict=True))
              for i, o in enumerate(origin))
        for corner in CUBE
    ]  # fmt: skip
    assert_interpolates(points, simplices, values)


@settings(max_examples=5, deadline=None)
@given(values=st.lists(st.integers(-2, 2), min_size=7, max_size=7))
def test_an_octahedron(values: list[int]) -> None:
    assert_interpolates(BALL, EIGHT, values)


def test_the_largest_of_three_on_the_cube() -> None:
    network = from_triangulation(CUBE, SIX, [max(corner) for corner in CUBE])
    inputs: Any = [(0, 0, 1, 0), (0, 1, 0, 0), (1, 0, 0, 0)]
    assert sorted(network.pieces) == inputs
    # Its max-min is the maximum everywhere, so it is right outside the cube too.
    for point in product((Fraction(-3), Fraction(1, 2), Fraction(2)), repeat=3):
        assert network(point) == max(point)


@pytest.mark.parametrize(
    ("points", "simplices", "values"),
    [(GRID, SQUARES, [0, 1, 0, 2, 3, 1, 0, 0, 1]), (CUBE, SIX, [0, 2, 1, 0, 3, 0, 1, 2])],
)
def test_another_value_is_noticed(points: Any, simplices: Any, values: list[int]) -> None:
    network = from_triangulation(points, simplices, values)
    with pytest.raises(CertificateError, match="not affine on the simplex"):
        verify_on_simplices(network, points, simplices, [*values[:-1], 7])
    with pytest.raises(CertificateError, match="not affine on the simplex"):
        verify_on_simplices(changed(network), points, simplices, values)


def test_a_kink_inside_a_simplex_is_noticed() -> None:
    # |x| and 1 agree at all corners, but not between.
    network = from_max_min([(1, 0, 0), (-1, 0, 0)], [(0,), (1,)])
    corners: list[Any] = [(-1, 0), (1, 0), (1, 1), (-1, 1)]
    with pytest.raises(CertificateError, match="not affine"):
        verify_on_simplices(network, corners, [(0, 1, 2), (0, 2, 3)], [1] * 4)
    network = from_max_min([(1, 0, 0, 0), (-1, 0, 0, 0)], [(0,), (1,)])
    corners = [(2 * x - 1, y, z) for x, y, z in CUBE]
    with pytest.raises(CertificateError, match="not affine"):
        verify_on_simplices(network, corners, SIX, [1] * 8)


def test_a_network_of_other_variables_is_refused() -> None:
    network = from_max_min([(1, 0, 0)], [(0,)])
    with pytest.raises(ValueError, match=r"network must have 3 variables, as .* got 2"):
        verify_on_simplices(network, CUBE, SIX, [0] * 8)


TRIANGLE = [(0, 0), (4, 0), (0, 4), (2, 0), (2, 2), (0, 2), (1, 1)]
ROUND = [(6, a, b) for a, b in ((0, 3), (3, 1), (1, 4), (4, 2), (2, 5), (5, 0))]
"""The triangle of the first three, cut into six around its inner point."""
TWO_PYRAMIDS = [(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0), (1, 1, 3), (0, 0, -3)]
"""Their common square is 0, 1, 2, 3."""


@pytest.mark.parametrize(
    ("vertices", "simplices", "values", "message"),
    [
        ([], [(0, 1, 2)], [], r"vertices must all have 2 or all have 3 coordinates, got \[\]"),
        ([(0,)], [(0, 1)], [0], r"2 or all have 3 coordinates, got \[1\]"),
        ([(0, 0), (0, 0, 0)], [], [0, 0], r"2 or all have 3 coordinates, got \[2, 3\]"),
        ([(0, 0, 0, 0)], [(0,) * 5], [0], r"2 or all have 3 coordinates, got \[4\]"),
        ([(0, 0), (0, 0)], [(0, 1, 2)], [0, 0], "vertices must be different points"),
        ([(0, 0), (1, 0.5)], [], [0, 0], "each coordinate of vertices must be a Fraction"),
        (GRID, SQUARES, [0], "values must be 9, as vertices are, got 1"),
        (GRID, SQUARES, [0.5] * 9, "each of values must be a Fraction"),
        (GRID, [(0, 1, 9)], [0] * 9, r"each place in simplices must be an integer in 0\.\.8"),
        (GRID, [(0, 1, 2)], [0] * 9, r"must be 3 places not in a line, got \(0, 1, 2\)"),
        (GRID, [(0, 1)], [0] * 9, "3 places not in a line"),
        (CUBE, [(0, 1, 2)], [0] * 8, "4 places not in a plane"),
        (CUBE, [(0, 1, 2, 3)], [0] * 8, r"4 places not in a plane, got \(0, 1, 2, 3\)"),
        (GRID, [], [0] * 9, r"the number of simplices must be an integer in 1\.\.100, got 0"),
        (GRID, SQUARES[:-1], [0] * 9, "fill a convex region, but the side"),
        (CUBE, SIX[:-1], [0] * 8, "fill a convex region, but the side"),
        (GRID, [(0, 2, 4), (0, 1, 3)], [0] * 9, r"side \(0, 4\) of .* and vertex 3 lies beyond"),
        (GRID, [(0, 1, 4), (1, 4, 3)], [0] * 9, "simplices must not overlap"),
        (GRID, [(0, 1, 3), (1, 3, 0)], [0] * 9, "simplices must not overlap"),
        (CUBE, [*FIVE, (0, 1, 2, 7)], [0] * 8, "simplices must not overlap"),
        (TRIANGLE, [(0, 1, 2), *ROUND], [0] * 7, r"not overlap, but \(0, 1, 2\) and"),
        (TRIANGLE, [*ROUND, (0, 1, 2)], [0] * 7, r"and \(0, 1, 2\) do"),
        (TRIANGLE, [(0, 1, 2)], [0] * 7, "vertices must each be a corner .* vertex 3 is not"),
        (
            TWO_PYRAMIDS,  # two diagonals in one square: each vertex is where it may be
            [(0, 1, 2, 4), (0, 2, 3, 4), (0, 1, 3, 5), (1, 2, 3, 5)],
            [0] * 6,
            r"simplices must meet in common sides .* side \(0, 1, 2\) of \(0, 1, 2, 4\) is of no",
        ),
    ],
)
def test_what_is_refused(vertices: Any, simplices: Any, values: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_triangulation(vertices, simplices, values)


def test_one_diagonal_in_the_square_is_not_refused() -> None:
    halves = [(0, 1, 2), (0, 2, 3)]
    simplices = [(*half, apex) for half in halves for apex in (4, 5)]
    assert_interpolates(TWO_PYRAMIDS, simplices, [0, 1, 0, 2, Fraction(1, 2), -1])
