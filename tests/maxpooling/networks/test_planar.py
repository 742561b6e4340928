"""Functions of two variables: proofs on all of the plane, and where a network bends."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maxpooling.errors import CertificateError
from maxpooling.networks.cells import polygon
from maxpooling.networks.piecewise import PiecewiseNetwork, from_max_min
from maxpooling.networks.planar import kinks, verify_on_plane
from maxpooling.networks.triangulations import from_triangulation

RATIONALS = st.builds(Fraction, st.integers(-5, 5), st.integers(1, 3))
GRID = [(x, y) for y in range(3) for x in range(3)]
SQUARES = [corners for a in (0, 1, 3, 4) for corners in ((a, a + 1, a + 4), (a, a + 4, a + 3))]


def changed(network: PiecewiseNetwork) -> PiecewiseNetwork:
    *hidden, last = network.network.matrices
    other = last.copy()
    other[0] += 1  # the last neuron alone may be one that is never positive
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


def _on(x: Fraction, y: Fraction, segment: tuple[tuple[int, ...], ...]) -> bool:
    (a, b), (c, d) = ((Fraction(p, s), Fraction(q, s)) for p, q, s in segment)
    straight = (c - a) * (y - b) == (d - b) * (x - a)
    return straight and (x - a) * (x - c) <= 0 and (y - b) * (y - d) <= 0


def test_only_two_variables_are_verified() -> None:
    with pytest.raises(ValueError, match="network must have 2 variables, got 1"):
        from_max_min([(1, 0)], [(0,)]).verify()
