"""Functions of two variables: given on a triangulation, and proofs on the whole plane (ours).

Points (x, y) are rays (x, y, 1), and a direction (x, y) is the ray (x, y, 0). A network without
biases on (x, y, 1), and max and min over affine pieces, are linear along rays; so a polygon,
bounded or not, is a cone, and its corners and directions to infinity are treated alike. A cone is
the list of its rays in their cyclic order, and planes through 0 cut it.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from math import gcd, lcm
from typing import Final, TypeVar

from maxpooling.arguments import check_integer
from maxpooling.errors import CertificateError
from maxpooling.networks.exact import ExactNetwork
from maxpooling.networks.piecewise import (
    MOST_PIECES,
    PiecewiseNetwork,
    Rational,
    exact,
    from_max_min,
    max_min,
    network_value,
)

Ray = tuple[int, int, int]
Cone = tuple[Ray, ...]
Segment = tuple[Ray, Ray]
Point = tuple[Fraction, Fraction]
Number = TypeVar("Number", int, Fraction)

MOST_TRIANGLES: Final = 100
"""Each pair of them is compared; what limits a function is its number of different pieces."""

_PLANE: Final[tuple[Cone, ...]] = tuple(
    ((a, 0, 0), (0, b, 0), (0, 0, 1)) for a in (1, -1) for b in (1, -1)
)
"""Four quadrants: all (x, y, s) with s >= 0."""


def from_triangulation(
    vertices: Sequence[Sequence[Rational]],
    triangles: Iterable[Iterable[int]],
    values: Sequence[Rational],
) -> PiecewiseNetwork:
    """The two-layer network (Theorem FN) of the function with these values, affine on triangles.

    The triangles must fill a convex polygon. On it the network is the function; outside it goes on
    as the max-min that is stored in the result, which is continuous and piecewise linear, with the
    pieces of the triangles.

    The form, after Ovchinnikov (2002). Let l_T be the affine function of the triangle T. For a
    point y let S(y) be all T with l_T(y) >= f(y). Then f(x) is the max over y of the min over S(y)
    of l_T(x):

    - y = x gives f(x), since one l_T is f there and the others of S(x) are not less.
    - No y gives more: some T has l_T(y) >= f(y) and l_T(x) <= f(x). For on the segment from y to x,
      which the polygon holds as it is convex, f runs through finitely many l_T. Let d be the affine
      function of the segment with d(y) = f(y) and d(x) = f(x). If the first piece is not above d
      beyond y, it is such a T: l_T(y) = f(y), and l_T(x) <= d(x). Else f is above d at first; let z
      be the first point after y with f(z) = d(z), at the latest x. The piece that leads to z is
      above d before z and equal to d at z; so it is above d at y, and at most d(x) at x.

    Finitely many y are enough. Cut each triangle along all lines l_T = l_T'. In the interior of a
    cell no difference of l_T and f changes sign, so S(y) is the same for all y inside, and part of
    S(x) for every x of the closed cell: one y inside each cell will do.

    Args:
        vertices: pairs of Fractions or integers, no two alike.
        triangles: three places in ``vertices`` each; two triangles meet in a common edge, a common
            vertex or not at all, and all together are a convex polygon; at most 100.
        values: one for each vertex.

    Returns:
        The network; what :func:`verify_on_triangles` proves of it is not taken for granted here.
        At most twelve different affine functions are possible.

    Raises:
        ValueError: vertices, triangles or values are not of this kind, or not so few.

    Examples:
        >>> corners = [(0, 0), (2, 0), (2, 2), (0, 2), (1, 1)]
        >>> fan = [(0, 1, 4), (1, 2, 4), (2, 3, 4), (3, 0, 4)]
        >>> tent = from_triangulation(corners, fan, [0, 0, 0, 0, 1])
        >>> tent([1, Fraction(1, 2)]), tent([1, 1]), tent.groups
        (Fraction(1, 2), Fraction(1, 1), ((0, 1, 2, 3),))
    """
    points, corners, heights = _checked(vertices, triangles, values)
    pieces = [_through([points[k] for k in t], [heights[k] for k in t]) for t in corners]
    distinct = list(dict.fromkeys(pieces))
    check_integer("the number of different affine functions", len(distinct), 1, MOST_PIECES)
    forms = [_difference(a, b) for a, b in combinations(distinct, 2)]
    groups = set()
    for triangle, piece in zip(corners, pieces, strict=True):
        for cell in cut([polygon([points[k] for k in triangle])], forms):
            inside = _inside(cell)
            height = _dot(piece, inside)
            groups.add(tuple(k for k, p in enumerate(distinct) if _dot(p, inside) >= height))
    return from_max_min(distinct, sorted(groups))


def verify_on_plane(network: PiecewiseNetwork) -> int:
    """Prove that the network is its function on all of the plane.

    The plane is cut along all lines where two pieces are equal and where a neuron of the first
    layer bends, and each cell along the lines where a neuron of the second layer does. On a cell
    both sides are then linear in (x, y, s), so that equality on its rays, which are its corners and
    its directions to infinity, is equality on all of it.

    Returns:
        The number of cells.

    Raises:
        ValueError: the function does not have two variables.
        CertificateError: they differ, and where.
    """
    if network.variables != 2:
        raise ValueError(f"network must have 2 variables, got {network.variables}")
    forms = [_difference(a, b) for a, b in combinations(network.pieces, 2)]
    count = 0
    for cell in linear_cells(network.network, cut(_PLANE, forms)):
        count += 1
        for ray in cell:
            found = network_value(network.network, ray)
            if found != max_min(network.pieces, network.groups, ray):
                raise CertificateError(f"the network is not the function at the ray {ray}")
    return count


def verify_on_triangles(
    network: PiecewiseNetwork,
    vertices: Sequence[Sequence[Rational]],
    triangles: Iterable[Iterable[int]],
    values: Sequence[Rational],
) -> int:
    """Prove that the network is affine on each triangle, with these values at its vertices.

    It does not use the function's max-min: each triangle is cut where the network bends, and at all
    corners of the parts the network is compared with the triangle's affine function.

    Returns:
        The number of parts.

    Raises:
        ValueError: as for :func:`from_triangulation`.
        CertificateError: they differ, and where.
    """
    points, corners, heights = _checked(vertices, triangles, values)
    count = 0
    for triangle in corners:
        ends = [points[k] for k in triangle]
        piece = _through(ends, [heights[k] for k in triangle])
        for cell in linear_cells(network.network, [polygon(ends)]):
            count += 1
            for ray in cell:
                if network_value(network.network, ray) != _dot(piece, ray):
                    raise CertificateError(
                        f"the network is not affine on the triangle {triangle}: see the ray {ray}"
                    )
    return count


def polygon(points: Sequence[Sequence[Rational]]) -> Cone:
    """The cone of the convex polygon with these corners, in their cyclic order.

    Examples:
        >>> polygon([(0, 0), (1, 0), (Fraction(1, 2), Fraction(1, 3))])
        ((0, 0, 1), (1, 0, 1), (3, 2, 6))
    """
    rays = []
    for x, y in points:
        scale = lcm(x.denominator, y.denominator)
        rays.append(_primitive([int(x * scale), int(y * scale), scale]))
    return tuple(rays)


def linear_cells(network: ExactNetwork, cones: Iterable[Cone]) -> Iterator[Cone]:
    """Cut cones of (x, y, s) into parts on which a network with two hidden layers is linear.

    Examples:
        >>> from maxpooling.networks.piecewise import from_max_min
        >>> sum(1 for _ in linear_cells(from_max_min([(1, 0, 0)], [(0,)]).network, _PLANE))
        4
    """
    first, _, _ = network.matrices
    for cell in cut(cones, first.tolist()):
        yield from cut([cell], _second_layer(network, cell))


def kinks(network: ExactNetwork, cones: Iterable[Cone]) -> tuple[list[Segment], list[Segment]]:
    """Where neurons of the two hidden layers bend, as the ends of segments.

    Args:
        network: on (x, y, 1), with two hidden layers.
        cones: where to look, with disjoint interiors; segments on their boundary are left out.

    Returns:
        Those of the first layer, and those of the second that lie on none of the first.

    Examples:
        >>> from maxpooling.networks.piecewise import from_max_min
        >>> hinge = from_max_min([(2, 0, -1), (0, 0, 0)], [(0,), (1,)])
        >>> triangle = polygon([(0, 0), (1, 0), (0, 1)])
        >>> kinks(hinge.network, [triangle])[0]
        [((1, 0, 2), (1, 1, 2))]
    """
    first = network.matrices[0].tolist()
    parts = list(cones)
    bends = [_where_zero(row, cone) for row in first for cone in parts]
    later = [
        _where_zero(form, cell)
        for cell in cut(parts, first)
        for form in _second_layer(network, cell)
    ]
    return _found(bends), _found(later)


def cut(cones: Iterable[Cone], forms: Iterable[Sequence[int]]) -> list[Cone]:
    """The parts of cones in which none of the linear forms changes its sign.

    Examples:
        >>> [len(part) for part in cut([((0, 0, 1), (1, 0, 1), (0, 1, 1))], [(2, 0, -1)])]
        [3, 4]
    """
    parts = list(cones)
    for form in forms:
        after = []
        for part in parts:
            heights = [_dot(form, ray) for ray in part]
            if min(heights) >= 0 or max(heights) <= 0:
                after.append(part)
            else:
                after += [_half(part, heights), _half(part, [-h for h in heights])]
        parts = after
    return parts


def _second_layer(network: ExactNetwork, cone: Cone) -> list[list[int]]:
    """What the neurons of the second layer read, where none of the first changes its sign."""
    first, second, _ = network.matrices
    inside = _inside(cone)
    active = [row if _dot(row, inside) > 0 else [0, 0, 0] for row in first.tolist()]
    return [
        [sum(w * row[k] for w, row in zip(weights, active, strict=True)) for k in range(3)]
        for weights in second.tolist()
    ]


def _where_zero(form: Sequence[int], cone: Cone) -> Segment | None:
    """The segment across a cone on which a linear form is zero, if it changes its sign there."""
    parts = cut([cone], [form])
    if len(parts) == 1:
        return None
    first, second = sorted(ray for ray in parts[0] if not _dot(form, ray))
    return first, second


def _found(segments: Iterable[Segment | None]) -> list[Segment]:
    return list(dict.fromkeys(segment for segment in segments if segment))


def _half(cone: Cone, heights: Sequence[int]) -> Cone:
    """The part of a cone with heights that are not negative."""
    rays: list[Ray] = []
    for k, (ray, height) in enumerate(zip(cone, heights, strict=True)):
        before, lower = cone[k - 1], heights[k - 1]
        if height * lower < 0:  # on the edge, where the height is zero
            a, b = abs(lower), abs(height)
            rays.append(_primitive([a * p + b * q for p, q in zip(ray, before, strict=True)]))
        if height >= 0:
            rays.append(ray)
    return tuple(rays)


def _primitive(vector: Sequence[int]) -> Ray:
    x, y, s = vector
    divisor = gcd(x, y, s)
    return x // divisor, y // divisor, s // divisor


def _inside(cone: Cone) -> Ray:
    """A ray in the interior: the sum of all."""
    x, y, s = (sum(entries) for entries in zip(*cone, strict=True))
    return x, y, s


def _dot(form: Sequence[Number], ray: Sequence[int]) -> Number:
    return sum((a * b for a, b in zip(form, ray, strict=True)), form[0] * 0)


def _difference(a: Sequence[Fraction], b: Sequence[Fraction]) -> tuple[int, ...]:
    """The difference a - b, times a positive number that makes it integers."""
    entries = [p - q for p, q in zip(a, b, strict=True)]
    scale = lcm(*(entry.denominator for entry in entries))
    return tuple(int(entry * scale) for entry in entries)


def _turn(a: Point, b: Point, c: Point) -> Fraction:
    """Twice the area of the triangle, positive if it runs counter-clockwise."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _through(points: Sequence[Point], heights: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """The affine function with these heights at three points: two coefficients and a constant."""
    (a, b, c), (u, v, w) = points, heights
    area = _turn(a, b, c)
    p = ((v - u) * (c[1] - a[1]) - (w - u) * (b[1] - a[1])) / area
    q = ((w - u) * (b[0] - a[0]) - (v - u) * (c[0] - a[0])) / area
    return p, q, u - p * a[0] - q * a[1]


def _checked(
    vertices: Sequence[Sequence[Rational]],
    triangles: Iterable[Iterable[int]],
    values: Sequence[Rational],
) -> tuple[list[Point], list[tuple[int, ...]], list[Fraction]]:
    """Points, counter-clockwise triangles that tile a convex polygon, and values."""
    points: list[Point] = []
    for vertex in vertices:
        if len(vertex) != 2:
            raise ValueError(f"each of vertices must have 2 coordinates, got {len(vertex)}")
        x, y = (exact("each coordinate of vertices", entry) for entry in vertex)
        points.append((x, y))
    if len(set(points)) < len(points):
        raise ValueError("vertices must be different points, got one twice")
    heights = [exact("each of values", value) for value in values]
    if len(heights) != len(points):
        raise ValueError(f"values must be {len(points)}, as vertices are, got {len(heights)}")
    corners: list[tuple[int, ...]] = []
    for triangle in triangles:
        places = tuple(
            check_integer("each place in triangles", k, 0, len(points) - 1) for k in triangle
        )
        if len(places) != 3 or not _turn(*(points[k] for k in places)):
            raise ValueError(f"each of triangles must be 3 places not in a line, got {places}")
        left = _turn(*(points[k] for k in places)) > 0
        corners.append(places if left else places[::-1])
    check_integer("the number of triangles", len(corners), 1, MOST_TRIANGLES)
    _check_tiling(points, corners)
    return points, corners, heights


def _check_tiling(points: Sequence[Point], triangles: Sequence[tuple[int, ...]]) -> None:
    """Raise ValueError unless triangles meet in edges and vertices and fill their convex hull.

    Triangles without common interior points whose areas add up to that of the hull fill it.
    """
    used = sorted({k for triangle in triangles for k in triangle})
    for triangle in triangles:
        for k in used:
            if k not in triangle and all(
                _turn(points[a], points[b], points[k]) >= 0 for a, b in _edges(triangle)
            ):
                raise ValueError(
                    f"triangles must meet in common edges and vertices: vertex {k} lies in the "
                    f"triangle {triangle} and is none of its own"
                )
    for one, other in combinations(triangles, 2):
        if not any(
            all(_turn(points[a], points[b], points[k]) <= 0 for k in second)
            for first, second in ((one, other), (other, one))
            for a, b in _edges(first)
        ):
            raise ValueError(f"triangles must not overlap, but {one} and {other} do")
    area = sum(_turn(*(points[k] for k in triangle)) for triangle in triangles)
    hull = _hull([points[k] for k in used])
    if area != sum(_turn(hull[0], a, b) for a, b in pairwise(hull)):
        raise ValueError("triangles must fill a convex polygon, got a union that is not convex")


def _edges(triangle: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    a, b, c = triangle
    return (a, b), (b, c), (c, a)


def _hull(points: Sequence[Point]) -> list[Point]:
    """The corners of the convex hull, counter-clockwise (Andrew's monotone chains)."""
    chains = []
    for ordered in (sorted(points), sorted(points, reverse=True)):
        chain: list[Point] = []
        for point in ordered:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        chains.append(chain[:-1])
    return chains[0] + chains[1]
