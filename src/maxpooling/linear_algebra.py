"""Exact solution of integer linear systems without pivoting (Bareiss elimination)."""

from collections.abc import Sequence


def solve_integer(matrix: Sequence[Sequence[int]], rhs: Sequence[int]) -> tuple[list[int], int]:
    """Solve matrix @ x = rhs exactly; return (numerators, determinant) with x = numerators / det.

    Fraction-free elimination: every intermediate number is a minor of [matrix | rhs], so integers
    stay as short as the answer itself and no greatest common divisor is ever taken. Rows are not
    exchanged, because the systems of this project (minors of Pascal's triangle with valid nodes,
    Gram matrices) have positive leading minors.

    Args:
        matrix: n rows of n integers whose leading principal minors are all non-zero.
        rhs: n integers.

    Returns:
        The n numerators and the common denominator det(matrix). O(n^3) integer operations.

    Raises:
        ValueError: if a leading principal minor vanishes.

    Examples:
        >>> solve_integer([[2, 1], [1, 3]], [3, 4])
        ([5, 5], 5)
    """
    rows = [[*row, right] for row, right in zip(matrix, rhs, strict=True)]
    n = len(rows)
    previous = 1
    for k in range(n):
        pivot_row = rows[k]
        pivot = pivot_row[k]
        if pivot == 0:
            raise ValueError(f"leading principal minor {k + 1} of the matrix is zero")
        tail = pivot_row[k + 1 :]
        for row in rows[k + 1 :]:
            factor = row[k]
            row[k + 1 :] = [
                (pivot * entry - factor * above) // previous
                for entry, above in zip(row[k + 1 :], tail, strict=True)
            ]
        previous = pivot
    return _back_substitute(rows, previous), previous


def _back_substitute(rows: list[list[int]], determinant: int) -> list[int]:
    """Numerators over ``determinant`` from the upper triangle; each division is exact (Cramer)."""
    n = len(rows)
    numerators = [0] * n
    for i in reversed(range(n)):
        row = rows[i]
        known = sum(row[j] * numerators[j] for j in range(i + 1, n))
        numerators[i] = (determinant * row[n] - known) // row[i]
    return numerators
