"""Functions given by values at the vertices of triangles or tetrahedra, as networks (ours).

Triangles and tetrahedra are simplices: d + 1 corners for d variables.

*When simplices make a triangulation.* Call their sides of d corners facets. Let any two simplices
with a common facet lie on its two sides, and let every facet of one simplex alone have all vertices
on one side. Count at each point of the convex hull how many simplices hold it. Across a facet that
number does not change; and what lies inside the hull and in no side of d - 1 corners or less is
connected. So the number is the same, not 0, at almost all points: if it is 1 at one point inside a
simplex, the simplices fill the hull and overlap nowhere. Then any two that hold a point x also meet
in a common side: near x there is a way from one to the other through the interiors of simplices
that hold x and through facets that hold x, one simplex being on each side of a facet; the least
side of a simplex that holds x is one of the facet, so it is the same before and behind.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Final

from maxpooling.arguments import check_integer
from maxpooling.errors import CertificateError
from maxpooling.linear_algebra import determinant, solve_integer
from maxpooling.networks.cells import cut, difference, dot, linear_cells, ray_through, simplex
from maxpooling.networks.piecewise import (
    MOST_PIECES,
    PiecewiseNetwork,
    Rational,
    exact,
    from_max_min,
    network_value,
)

Point = tuple[Fraction, ...]
Affine = tuple[Fraction, ...]
"""Coefficients of the variables, then the constant."""

MOST_SIMPLICES: Final = 100
"""What limits a function is its number of different pieces."""

_FLAT: Final = {2: "a line", 3: "a plane"}
"""Where the corners of a simplex must not be, by the number of variables."""


@dataclass(frozen=True)
class _Part:
    """A simplex, and the function on it."""

    places: tuple[int, ...]
    corners: tuple[Point, ...]
    shares: tuple[Affine, ...]
    """For each corner the affine function that is 1 at it and 0 at the others."""
    piece: Affine


def from_triangulation(
    vertices: Sequence[Sequence[Rational]],
    simplices: Iterable[Iterable[int]],
    values: Sequence[Rational],
) -> PiecewiseNetwork:
    """The two-layer network (Theorem FN) of the function with these values, affine on simplices.

    The triangles must fill a convex polygon, the tetrahedra a convex polyhedron. On it the network
    is the function; outside it goes on as the max-min that is stored in the result, which is
    continuous and piecewise linear, with the pieces of the simplices.

    The form, after Ovchinnikov (2002). Let l_T be the affine function of the simplex T. For a
    point y let S(y) be all T with l_T(y) >= f(y). Then f(x) is the max over y of the min over S(y)
    of l_T(x):

    - y = x gives f(x), since one l_T is f there and the others of S(x) are not less.
    - No y gives more: some T has l_T(y) >= f(y) and l_T(x) <= f(x). For on the segment from y to x,
      which lies in the region as it is convex, f runs through finitely many l_T. Let d be the
      affine function of the segment with d(y) = f(y) and d(x) = f(x). If the first piece is not
      above d beyond y, it is such a T: l_T(y) = f(y), and l_T(x) <= d(x). Else f is above d at
      first; let z be the first point after y with f(z) = d(z), at the latest x. The piece that
      leads to z is above d before z and equal to d at z; so it is above d at y, and at most d(x)
      at x.

    Finitely many y are enough. Cut each simplex T along all l_T = l_T'. In the interior of a cell
    no difference of l_T' and f changes sign, so S(y) is the same for all y inside, and part of
    S(x) for every x of the closed cell: one y inside each cell will do.

    Args:
        vertices: pairs or triples of Fractions or integers, no two alike, all in use.
        simplices: places in ``vertices``, three for each triangle or four for each tetrahedron;
            two simplices meet in a common side (face, edge or vertex) or not at all, and all
            together are convex; at most 100.
        values: one for each vertex.

    Returns:
        The network; what :func:`verify_on_simplices` proves of it is not taken for granted here.
        At most twelve different affine functions are possible. With m of them each simplex is cut
        into at most as many cells as m - 1 planes make; then see
        :func:`~maxpooling.networks.piecewise.from_max_min`.

    Raises:
        ValueError: vertices, simplices or values are not of this kind, or not so few.

    Examples:
        >>> corners = [(0, 0), (2, 0), (2, 2), (0, 2), (1, 1)]
        >>> fan = [(0, 1, 4), (1, 2, 4), (2, 3, 4), (3, 0, 4)]
        >>> tent = from_triangulation(corners, fan, [0, 0, 0, 0, 1])
        >>> tent([1, Fraction(1, 2)]), tent([1, 1]), tent.groups
        (Fraction(1, 2), Fraction(1, 1), ((0, 1, 2, 3),))

        Four tetrahedra around a point, with the value 1 there and 0 on the outside:

        >>> corners = [(0, 0, 0), (4, 0, 0), (0, 4, 0), (0, 0, 4), (1, 1, 1)]
        >>> around = [(0, 1, 2, 4), (0, 1, 3, 4), (0, 2, 3, 4), (1, 2, 3, 4)]
        >>> peak = from_triangulation(corners, around, [0, 0, 0, 0, 1])
        >>> peak([1, 1, 1]), peak([1, 1, Fraction(1, 2)]), len(peak.hidden_widths)
        (Fraction(1, 1), Fraction(1, 2), 2)
    """
    parts = _checked(vertices, simplices, values)
    distinct = list(dict.fromkeys(part.piece for part in parts))
    check_integer("the number of different affine functions", len(distinct), 1, MOST_PIECES)
    groups = set()
    for part in parts:
        above = [difference(piece, part.piece) for piece in distinct]
        for cell in cut([simplex(part.corners)], filter(any, above)):
            inside = cell.inside
            groups.add(tuple(k for k, form in enumerate(above) if dot(form, inside) >= 0))
    return from_max_min(distinct, sorted(groups))


def verify_on_simplices(
    network: PiecewiseNetwork,
    vertices: Sequence[Sequence[Rational]],
    simplices: Iterable[Iterable[int]],
    values: Sequence[Rational],
) -> int:
    """Prove that the network is affine on each simplex, with these values at its vertices.

    It does not use the function's max-min: each simplex is cut where the network bends, and at all
    corners of the parts the network is compared with the simplex's affine function.

    Returns:
        The number of parts.

    Raises:
        ValueError: as for :func:`from_triangulation`, or the network has other variables.
        CertificateError: they differ, and where.
    """
    count = 0
    for part in _checked(vertices, simplices, values):
        if network.variables != len(part.corners) - 1:
            raise ValueError(
                f"network must have {len(part.corners) - 1} variables, as vertices have "
                f"coordinates, got {network.variables}"
            )
        for cell in linear_cells(network.network, [simplex(part.corners)]):
            count += 1
            for ray in cell.rays:
                if network_value(network.network, ray) != _at(part.piece, ray):
                    raise CertificateError(
                        f"the network is not affine on the simplex {part.places}: see the ray {ray}"
                    )
    return count


def _checked(
    vertices: Sequence[Sequence[Rational]],
    simplices: Iterable[Iterable[int]],
    values: Sequence[Rational],
) -> list[_Part]:
    """The simplices of a triangulation of a convex region, with the function on each."""
    points = [tuple(exact("each coordinate of vertices", x) for x in point) for point in vertices]
    lengths = sorted({len(point) for point in points})
    if lengths not in ([2], [3]):
        raise ValueError(f"vertices must all have 2 or all have 3 coordinates, got {lengths}")
    if len(set(points)) < len(points):
        raise ValueError("vertices must be different points, got one twice")
    heights = [exact("each of values", value) for value in values]
    if len(heights) != len(points):
        raise ValueError(f"values must be {len(points)}, as vertices are, got {len(heights)}")
    parts = []
    for corners in simplices:
        places = tuple(
            check_integer("each place in simplices", k, 0, len(points) - 1) for k in corners
        )
        parts.append(_part(places, points, heights))
    check_integer("the number of simplices", len(parts), 1, MOST_SIMPLICES)
    _check_triangulation(points, parts)
    return parts


def _part(places: tuple[int, ...], points: Sequence[Point], heights: Sequence[Fraction]) -> _Part:
    """The simplex of these places, if it is one."""
    d = len(points[0])
    corners = tuple(points[k] for k in places)
    rays = [ray_through(point) for point in corners]
    if len(places) != d + 1 or not determinant(rays):
        raise ValueError(
            f"each of simplices must be {d + 1} places not in {_FLAT[d]}, got {places}"
        )
    shares = []
    for k, ray in enumerate(rays):  # at a ray (s x, s) an affine function is s times its value
        found, below = solve_integer(rays, [ray[-1] * (j == k) for j in range(d + 1)])
        shares.append(tuple(Fraction(entry, below) for entry in found))
    terms = [[heights[k] * b for b in share] for k, share in zip(places, shares, strict=True)]
    piece = tuple(sum(column, Fraction(0)) for column in zip(*terms, strict=True))
    return _Part(places, corners, tuple(shares), piece)


def _check_triangulation(points: Sequence[Point], parts: Sequence[_Part]) -> None:
    """Raise ValueError unless the parts triangulate a convex region: see the module's text."""
    used = {k for part in parts for k in part.places}
    facets = defaultdict(list)
    for part in parts:
        for apex, share in zip(part.places, part.shares, strict=True):
            facets[frozenset(part.places) - {apex}].append((apex, share, part))
    for facet, owners in facets.items():
        for (_, share, one), (apex, _, other) in permutations(owners, 2):
            if _at(share, (*points[apex], 1)) > 0:
                raise ValueError(
                    f"simplices must not overlap, but {one.places} and {other.places} do"
                )
        if len(owners) == 1:
            _, share, one = owners[0]
            for k in sorted(used):
                if _at(share, (*points[k], 1)) < 0:
                    raise ValueError(
                        "simplices must meet in common sides and fill a convex region, but the "
                        f"side {tuple(sorted(facet))} of {one.places} is of no other, and vertex "
                        f"{k} lies beyond it"
                    )
    first = parts[0]
    inside = (*map(sum, zip(*first.corners, strict=True)), len(first.corners))
    for other in parts[1:]:
        if all(_at(share, inside) >= 0 for share in other.shares):
            raise ValueError(
                f"simplices must not overlap, but {first.places} and {other.places} do"
            )
    if len(used) < len(points):
        missing = min(set(range(len(points))) - used)
        raise ValueError(
            f"vertices must each be a corner of a simplex, but vertex {missing} is not"
        )


def _at(form: Sequence[Rational], ray: Sequence[Rational]) -> Fraction:
    """The affine function, times s, at the ray (s x, s)."""
    return sum((Fraction(a) * b for a, b in zip(form, ray, strict=True)), Fraction(0))
