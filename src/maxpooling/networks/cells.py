"""Polyhedral cells and their parts under cuts, in exact integers (ours).

A point x of d variables is the ray (x, 1), and a direction x is the ray (x, 0). A network without
biases on (x, 1), and max and min over affine pieces, are linear along rays; so a polyhedron,
bounded or not, is a cone, and its corners and directions to infinity are treated alike. Planes
through 0 cut it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import gcd, lcm
from operator import mul

from maxpooling.networks.exact import ExactNetwork
from maxpooling.networks.piecewise import Rational

Ray = tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """A pointed cone with interior points, by its extreme rays and by which faces hold them.

    Attributes:
        rays: d + 1 or more, of d + 1 integers each, without a common divisor.
        faces: for each ray a set of bits, one for each plane that bounds the cell and holds the
            ray; all planes that bound the cell have one.
    """

    rays: tuple[Ray, ...]
    faces: tuple[int, ...]

    @property
    def inside(self) -> Ray:
        """A ray in the interior: the sum of all."""
        return tuple(map(sum, zip(*self.rays, strict=True)))

    def cut(self, form: Sequence[int]) -> tuple["Cell", ...]:
        """The cell itself if the linear form does not change its sign in it, else its two parts.

        A ray of a part is one of the cell's, or lies where the form is zero on an edge of it. Two
        rays span an edge if and only if no third one is on all faces that hold both.

        Examples:
            >>> triangle = simplex([(0, 0), (1, 0), (0, 1)])
            >>> [part.rays for part in triangle.cut((2, 0, -1))]
            [((1, 0, 1), (1, 0, 2), (1, 1, 2)), ((0, 0, 1), (0, 1, 1), (1, 0, 2), (1, 1, 2))]
        """
        heights = [dot(form, ray) for ray in self.rays]
        if min(heights) >= 0 or max(heights) <= 0:
            return (self,)
        every = list(zip(heights, self.rays, self.faces, strict=True))
        plane = 1 << max(self.faces).bit_length()
        border = [(ray, face | plane) for height, ray, face in every if not height]
        for a, p, one in (entry for entry in every if entry[0] > 0):
            for b, q, other in (entry for entry in every if entry[0] < 0):
                both = one & other
                if sum(both & face == both for face in self.faces) == 2:
                    between = primitive([a * v - b * u for u, v in zip(p, q, strict=True)])
                    border.append((between, both | plane))
        return tuple(
            Cell(*zip(*[(r, f) for h, r, f in every if h * sign > 0], *border, strict=True))
            for sign in (1, -1)
        )


def simplex(points: Sequence[Sequence[Rational]]) -> Cell:
    """The triangle, tetrahedron, ... with these d + 1 corners, which are in no common plane.

    Examples:
        >>> simplex([(0, 0), (1, 0), (Fraction(1, 2), Fraction(1, 3))]).rays
        ((0, 0, 1), (1, 0, 1), (3, 2, 6))
    """
    return cone([ray_through(point) for point in points])


def cone(rays: Sequence[Ray]) -> Cell:
    """The cone of d + 1 linearly independent rays: each plane that bounds it misses one of them."""
    every = (1 << len(rays)) - 1
    return Cell(tuple(rays), tuple(every ^ (1 << k) for k in range(len(rays))))


def polygon(points: Sequence[Sequence[Rational]]) -> Cell:
    """The convex polygon with these corners, in their cyclic order.

    Examples:
        >>> len(polygon([(0, 0), (1, 0), (1, 1), (0, 1)]).cut((1, -1, 0)))
        2
    """
    sides = len(points)
    return Cell(
        tuple(ray_through(point) for point in points),
        tuple(1 << k | 1 << (k - 1) % sides for k in range(sides)),
    )


def ray_through(point: Sequence[Rational]) -> Ray:
    """The ray (x, 1) of a point x, in integers."""
    scale = lcm(*(entry.denominator for entry in point))
    return (*(int(entry * scale) for entry in point), scale)


def cut(cells: Iterable[Cell], forms: Iterable[Sequence[int]]) -> list[Cell]:
    """The parts of cells in which none of the linear forms changes its sign.

    Examples:
        >>> [len(part.rays) for part in cut([simplex([(0, 0), (1, 0), (0, 1)])], [(2, 0, -1)])]
        [3, 4]
    """
    parts = list(cells)
    for form in forms:
        parts = [half for part in parts for half in part.cut(form)]
    return parts


def linear_cells(network: ExactNetwork, cells: Iterable[Cell]) -> Iterator[Cell]:
    """Cut cells into parts on which a network with two hidden layers, on (x, 1), is linear.

    Examples:
        >>> from maxpooling.networks.piecewise import from_max_min
        >>> hinge = from_max_min([(2, 0, -1), (0, 0, 0)], [(0,), (1,)])
        >>> len(list(linear_cells(hinge.network, [simplex([(0, 0), (1, 0), (0, 1)])])))
        2
    """
    for cell in cut(cells, network.matrices[0].tolist()):
        yield from cut([cell], second_layer(network, cell))


def second_layer(network: ExactNetwork, cell: Cell) -> list[list[int]]:
    """What the neurons of the second layer read, where none of the first changes its sign."""
    first, second, _ = network.matrices
    inside = cell.inside
    active = [
        [(k, entry) for k, entry in enumerate(row) if entry] if dot(row, inside) > 0 else []
        for row in first.tolist()
    ]
    forms = []
    for weights in second.tolist():
        form = [0] * len(inside)
        for weight, row in zip(weights, active, strict=True):
            if weight:
                for k, entry in row:
                    form[k] += weight * entry
        forms.append(form)
    return forms


def dot(form: Sequence[int], ray: Ray) -> int:
    """The linear form at the ray."""
    return sum(map(mul, form, ray))


def difference(a: Sequence[Fraction], b: Sequence[Fraction]) -> tuple[int, ...]:
    """The difference a - b, times a positive number that makes it integers."""
    entries = [p - q for p, q in zip(a, b, strict=True)]
    scale = lcm(*(entry.denominator for entry in entries))
    return tuple(int(entry * scale) for entry in entries)


def differences(pieces: Sequence[Sequence[Fraction]]) -> list[tuple[int, ...]]:
    """Linear forms that are zero where two of the pieces are equal."""
    return [difference(a, b) for a, b in combinations(pieces, 2)]


def primitive(vector: Sequence[int]) -> Ray:
    """The same ray without a common divisor."""
    divisor = gcd(*vector)
    return tuple(entry // divisor for entry in vector)
