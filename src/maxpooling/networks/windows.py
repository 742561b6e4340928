"""Max pooling over an image: pairwise maxes per pixel when windows share what they have in common.

With stride 1 there is a window at every pixel. A max over a set of cells is then one picture, and
the max over the same set, moved, is the same picture moved: it costs nothing more. One pairwise max
of two pictures, each moved as needed, is one operation per pixel.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations_with_replacement

from maxpooling.arguments import check_integer
from maxpooling.errors import CertificateError

LARGEST_SIDE = 5

Cells = frozenset[tuple[int, int]]
Moved = tuple[Cells, tuple[int, int]]


@dataclass(frozen=True)
class WindowPlan:
    """How the maxes over some sets of cells of a window are computed at every pixel.

    Attributes:
        wanted: the sets of cells (row, column), each moved so that both begin at 0.
        steps: set -> the two sets whose union it is, each with the rows and columns it is moved
            by; in the order of computation. A single cell is the image itself.
    """

    wanted: frozenset[Cells]
    steps: dict[Cells, tuple[Moved, Moved]]

    @property
    def per_pixel(self) -> int:
        """Pairwise maxes per pixel."""
        return len(self.steps)

    @property
    def layers(self) -> int:
        """The largest number of pairwise maxes that follow one another."""
        depth: dict[Cells, int] = {frozenset({(0, 0)}): 0}
        for cells, ((first, _), (second, _)) in self.steps.items():
            depth[cells] = 1 + max(depth[first], depth[second])
        return max(depth[cells] for cells in self.wanted)

    def verify(self) -> bool:
        """Whether each step is the union of two earlier ones, and all wanted sets are there.

        Raises:
            CertificateError: if not.
        """
        known = {frozenset({(0, 0)})}
        for cells, parts in self.steps.items():
            union = {(i + a, j + b) for part, (a, b) in parts for i, j in part}
            if union != cells or any(part not in known for part, _ in parts):
                raise CertificateError(f"{sorted(cells)} is not the union of two earlier sets")
            known.add(cells)
        if not self.wanted <= known:
            raise CertificateError("a set that is wanted is not computed")
        return True


def plan_windows(side: int, blocks: Iterable[Iterable[int]]) -> WindowPlan:
    """A plan for the maxes over blocks of a window of side x side cells, few maxes per pixel.

    Smaller sets first; to a set the two known ones whose union fills most of it, until it is full;
    with or without runs of a row before them, whichever takes fewer. An upper bound on the cost:
    the least is not claimed.

    Args:
        side: of the window, 1..5; cell side i + j is row i, column j.
        blocks: nonempty sets of cells in 0..side^2 - 1.

    Raises:
        ValueError: if side or a cell is not an integer in its range, or a block is empty.

    Examples:
        >>> exact = plan_windows(3, [range(9)])  # rows of three, then three rows
        >>> exact.per_pixel, exact.layers
        (4, 4)
    """
    side = check_integer("side", side, 1, LARGEST_SIDE)
    wanted = set()
    for block in blocks:
        cells = [check_integer("each cell", cell, 0, side * side - 1) for cell in block]
        if not cells:
            raise ValueError("blocks must be sets of one or more cells, got an empty one")
        wanted.add(_placed([divmod(cell, side) for cell in cells]))
    lines = [[(0, j) for j in range(length)] for length in range(1, side + 1)]
    plans = [_plan(frozenset(wanted), [*map(_placed, lines[:n])]) for n in range(side + 1)]
    return min(plans, key=lambda plan: (plan.per_pixel, plan.layers))


def _plan(wanted: frozenset[Cells], helpers: Iterable[Cells]) -> WindowPlan:
    """The helpers first, then what is wanted; steps that nothing needs are left out."""
    depth = {frozenset({(0, 0)}): 0}
    steps: dict[Cells, tuple[Moved, Moved]] = {}
    ordered = sorted(wanted, key=lambda cells: (len(cells), sorted(cells)))
    for target in (*helpers, *ordered):
        while target not in depth:
            union, ((first, (a, b)), (second, (c, e))) = _fullest(target, depth)
            cells = _placed(union)
            top, left = min(i for i, _ in union), min(j for _, j in union)
            steps[cells] = ((first, (a - top, b - left)), (second, (c - top, e - left)))
            depth[cells] = 1 + max(depth[first], depth[second])
    needed = set(wanted)
    for cells, ((first, _), (second, _)) in reversed(steps.items()):
        if cells in needed:
            needed |= {first, second}
    return WindowPlan(wanted, {cells: parts for cells, parts in steps.items() if cells in needed})


def _fullest(target: Cells, depth: dict[Cells, int]) -> tuple[Cells, tuple[Moved, Moved]]:
    """The two known sets within the target with the largest union; of several, the least deep."""
    rows, columns = max(i for i, _ in target) + 1, max(j for _, j in target) + 1
    inside: dict[Cells, Moved] = {}
    for cells in depth:
        for move in ((a, b) for a in range(rows) for b in range(columns)):
            placed = frozenset((i + move[0], j + move[1]) for i, j in cells)
            if placed <= target:
                inside[placed] = (cells, move)
    best = max(
        combinations_with_replacement(inside, 2),
        key=lambda pair: (
            len(pair[0] | pair[1]),
            -max(depth[inside[pair[0]][0]], depth[inside[pair[1]][0]]),
        ),
    )
    return best[0] | best[1], (inside[best[0]], inside[best[1]])


def _placed(cells: Iterable[tuple[int, int]]) -> Cells:
    listed = list(cells)
    top, left = min(i for i, _ in listed), min(j for _, j in listed)
    return frozenset((i - top, j - left) for i, j in listed)
