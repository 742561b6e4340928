"""Points, lines and planes of small finite geometries, as sets of inputs of a pool.

Any two points of a plane lie on one line, so that the complements of points and lines are closed
under unions up to a handful of sets: few subpool maxes with a small error (Theorem Z, ours).
"""

from itertools import combinations

from maxpooling.arguments import check_choice

_TIMES_OF_FOUR = ((0, 0, 0, 0), (0, 1, 2, 3), (0, 2, 3, 1), (0, 3, 1, 2))
"""Products in the field of four elements, written 0, 1, w, w + 1 as 0 to 3; its sum is ``^``."""

_DIFFERENCES = {2: (0, 1, 3), 3: (0, 1, 3, 9)}
"""Perfect difference sets modulo q^2 + q + 1: their shifts are the lines of a projective plane."""

Flat = tuple[int, ...]


def affine_plane(q: int) -> tuple[Flat, ...]:
    """The q^2 + q lines of the affine plane over q elements, on a grid of q x q inputs.

    Input q i + j is row i, column j. Rows, columns, and q - 1 classes of q broken diagonals.

    Args:
        q: 2, 3, 4 or 5.

    Raises:
        ValueError: another q.

    Examples:
        >>> affine_plane(3)[:4]
        ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6))
        >>> len(affine_plane(4))
        20
    """
    check_choice("q", str(q), ("2", "3", "4", "5"))
    rows = [tuple(q * i + j for j in range(q)) for i in range(q)]
    slanted = [
        tuple(sorted(q * i + _sum(q, _product(q, slope, i), start) for i in range(q)))
        for slope in range(q)
        for start in range(q)
    ]
    return (*rows, *slanted)


def projective_plane(q: int) -> tuple[Flat, ...]:
    """The q^2 + q + 1 lines of a projective plane on as many inputs, q = 2 (Fano's) or 3.

    Raises:
        ValueError: another q.

    Examples:
        >>> projective_plane(2)[0], len(projective_plane(3))
        ((0, 1, 3), 13)
    """
    check_choice("q", str(q), tuple(map(str, _DIFFERENCES)))
    n = q * q + q + 1
    return tuple(tuple(sorted((s + i) % n for i in _DIFFERENCES[q])) for s in range(n))


def quadruples_of_eight() -> tuple[Flat, ...]:
    """The 14 planes of the affine space over two elements: any three of eight inputs are in one.

    Examples:
        >>> len(quadruples_of_eight())
        14
    """
    return tuple(q for q in combinations(range(8), 4) if q[0] ^ q[1] ^ q[2] ^ q[3] == 0)


def projective_space() -> tuple[tuple[Flat, ...], tuple[Flat, ...]]:
    """The 35 lines and 15 planes of the projective space over two elements, on 15 inputs.

    Examples:
        >>> [len(flats) for flats in projective_space()]
        [35, 15]
    """
    lines = [(a - 1, b - 1, (a ^ b) - 1) for a, b in combinations(range(1, 16), 2) if a ^ b > b]
    planes = [
        tuple(x - 1 for x in range(1, 16) if (x & normal).bit_count() % 2 == 0)
        for normal in range(1, 16)
    ]
    return tuple(lines), tuple(planes)


def complements(d: int, *classes: tuple[Flat, ...]) -> tuple[Flat, ...]:
    """What is left of 0..d-1 without each single input, and without each flat of the classes.

    Examples:
        >>> len(complements(9, affine_plane(3)))
        21
    """
    flats = [(i,) for i in range(d)] + [flat for flats in classes for flat in flats]
    return tuple(tuple(sorted(set(range(d)) - set(flat))) for flat in flats)


def _sum(q: int, a: int, b: int) -> int:
    return a ^ b if q == 4 else (a + b) % q


def _product(q: int, a: int, b: int) -> int:
    return _TIMES_OF_FOUR[a][b] if q == 4 else a * b % q
