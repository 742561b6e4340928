"""Cells of two and three variables and their parts."""

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from maxpooling.linear_algebra import determinant
from maxpooling.networks.cells import Cell, cone, cut, dot, polygon, simplex

TETRAHEDRON = simplex([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)])
FORMS = st.lists(st.tuples(*[st.integers(-4, 4)] * 4), max_size=4)


def volume(cell: Cell) -> Fraction:
    """Six times the volume, as the sum over the facets of pyramids to the first corner."""
    points = [[Fraction(x, ray[-1]) for x in ray[:-1]] for ray in cell.rays]
    total = Fraction(0)
    for plane in range(max(cell.faces).bit_length()):
        facet = [p for p, face in zip(points, cell.faces, strict=True) if face >> plane & 1]
        # Around the facet's mean, edge by edge: its edges are the pairs that share two planes.
        if len(facet) < 3:
            continue
        middle = [sum(column, Fraction(0)) / len(facet) for column in zip(*facet, strict=True)]
        on = [k for k, face in enumerate(cell.faces) if face >> plane & 1]
        for a, b in combinations(on, 2):
            both = cell.faces[a] & cell.faces[b]
            if sum(both & face == both for face in cell.faces) == 2:
                total += abs(_volume(points[0], points[a], points[b], middle))
    return total


def _volume(a: list[Fraction], *others: list[Fraction]) -> Fraction:
    u, v, w = ([x - y for x, y in zip(b, a, strict=True)] for b in others)
    return (
        u[0] * (v[1] * w[2] - v[2] * w[1])
        - u[1] * (v[0] * w[2] - v[2] * w[0])
        + u[2] * (v[0] * w[1] - v[1] * w[0])
    )


@settings(max_examples=60, deadline=None)
@given(forms=FORMS)
def test_the_parts_of_a_tetrahedron_fill_it(forms: list[tuple[int, ...]]) -> None:
    parts = cut([TETRAHEDRON], forms)
    assert sum(map(volume, parts)) == 1
    for part in parts:
        assert volume(part) > 0
        assert all(min(ray) >= 0 and sum(ray[:3]) <= ray[3] for ray in part.rays)
        for form in forms:
            heights = [dot(form, ray) for ray in part.rays]
            assert min(heights) >= 0 or max(heights) <= 0
    signs = {tuple(dot(form, part.inside) > 0 for form in forms if any(form)) for part in parts}
    assert len(signs) == len(parts)


@settings(max_examples=60, deadline=None)
@given(forms=FORMS)
def test_the_corners_of_a_part_are_extreme(forms: list[tuple[int, ...]]) -> None:
    for part in cut([TETRAHEDRON], forms):
        assert len(set(part.rays)) == len(part.rays) >= 4
        planes = [*forms, (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (1, 1, 1, -1)]
        for ray in part.rays:
            through = [form for form in planes if any(form) and not dot(form, ray)]
            assert any(
                any(determinant([*three, unit]) for unit in _UNITS)
                for three in combinations(through, 3)
            )


_UNITS = [tuple(int(i == k) for i in range(4)) for k in range(4)]


def test_cut_keeps_a_square_whole_along_its_edge() -> None:
    square = polygon([(0, 0), (1, 0), (1, 1), (0, 1)])
    assert cut([square], [(1, 0, 0), (1, 0, -1)]) == [square]
    assert sorted(len(part.rays) for part in cut([square], [(1, -1, 0)])) == [3, 3]


def test_unbounded_cells() -> None:
    # A quadrant, cut by the line x + y = 1: a triangle, and a part with two directions.
    near, far = sorted(
        cut([cone([(1, 0, 0), (0, 1, 0), (0, 0, 1)])], [(1, 1, -1)]),
        key=lambda part: len(part.rays),
    )
    assert set(near.rays) == {(0, 0, 1), (1, 0, 1), (0, 1, 1)}
    assert set(far.rays) == {(1, 0, 0), (0, 1, 0), (1, 0, 1), (0, 1, 1)}
