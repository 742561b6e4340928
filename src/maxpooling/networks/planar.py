"""Functions of two variables: proofs on the whole plane, and where a network bends (ours)."""

from collections.abc import Iterable, Sequence
from typing import Final

from maxpooling.errors import CertificateError
from maxpooling.networks.cells import (
    Cell,
    Ray,
    cone,
    cut,
    differences,
    dot,
    linear_cells,
    second_layer,
)
from maxpooling.networks.exact import ExactNetwork
from maxpooling.networks.piecewise import PiecewiseNetwork, max_min, network_value

Segment = tuple[Ray, Ray]

_PLANE: Final = tuple(cone([(a, 0, 0), (0, b, 0), (0, 0, 1)]) for a in (1, -1) for b in (1, -1))
"""Four quadrants: all (x, y, s) with s >= 0."""


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
    count = 0
    for cell in linear_cells(network.network, cut(_PLANE, differences(network.pieces))):
        count += 1
        for ray in cell.rays:
            found = network_value(network.network, ray)
            if found != max_min(network.pieces, network.groups, ray):
                raise CertificateError(f"the network is not the function at the ray {ray}")
    return count


def kinks(network: ExactNetwork, cells: Iterable[Cell]) -> tuple[list[Segment], list[Segment]]:
    """Where neurons of the two hidden layers bend, as the ends of segments.

    Args:
        network: on (x, y, 1), with two hidden layers.
        cells: where to look, with disjoint interiors; segments on their boundary are left out.

    Returns:
        Those of the first layer, and those of the second that lie on none of the first.

    Examples:
        >>> from maxpooling.networks.cells import simplex
        >>> from maxpooling.networks.piecewise import from_max_min
        >>> hinge = from_max_min([(2, 0, -1), (0, 0, 0)], [(0,), (1,)])
        >>> kinks(hinge.network, [simplex([(0, 0), (1, 0), (0, 1)])])[0]
        [((1, 0, 2), (1, 1, 2))]
    """
    first = network.matrices[0].tolist()
    parts = list(cells)
    bends = [_where_zero(row, part) for row in first for part in parts]
    later = [
        _where_zero(form, cell)
        for cell in cut(parts, first)
        for form in second_layer(network, cell)
    ]
    return _found(bends), _found(later)


def _where_zero(form: Sequence[int], cell: Cell) -> Segment | None:
    """The segment across a cell on which a linear form is zero, if it changes its sign there."""
    parts = cell.cut(form)
    if len(parts) == 1:
        return None
    first, second = sorted(ray for ray in parts[0].rays if not dot(form, ray))
    return first, second


def _found(segments: Iterable[Segment | None]) -> list[Segment]:
    return list(dict.fromkeys(segment for segment in segments if segment))
