"""Exact solution of integer linear systems, by FLINT (fraction-free or p-adic, as pays)."""

from collections.abc import Sequence

from flint import fmpz_mat


def solve_integer(matrix: Sequence[Sequence[int]], rhs: Sequence[int]) -> tuple[list[int], int]:
    """Solve matrix @ x = rhs exactly; return (numerators, denominator) with x = numerators / den.

    Args:
        matrix: n >= 1 rows of n integers, of non-zero determinant.
        rhs: n integers.

    Returns:
        The n numerators and their least common denominator, which is positive. Large systems are
        lifted p-adically: O(n^3) operations on machine words and O(n^2) on integers.

    Raises:
        ValueError: if matrix is not square, or of another length than rhs, or singular.

    Examples:
        >>> solve_integer([[2, 1], [1, 3]], [3, 4])
        ([1, 1], 1)
        >>> solve_integer([[2, 0], [0, 3]], [1, 1])
        ([3, 2], 6)
    """
    square = _square(matrix)
    if len(rhs) != square.nrows():
        raise ValueError(f"rhs must have {square.nrows()} entries, as matrix has, got {len(rhs)}")
    try:
        solution = square.solve(fmpz_mat(len(rhs), 1, rhs))
    except ZeroDivisionError:
        raise ValueError(
            f"matrix must be of non-zero determinant, got a singular one of {len(rhs)} rows"
        ) from None
    numerators, denominator = solution.numer_denom()
    return [int(numerator) for numerator in numerators.entries()], int(denominator)


def determinant(matrix: Sequence[Sequence[int]]) -> int:
    """The determinant of n >= 1 rows of n integers, exactly.

    Raises:
        ValueError: if matrix is not square.

    Examples:
        >>> determinant([[2, 1], [1, 3]])
        5
    """
    return int(_square(matrix).det())


def _square(matrix: Sequence[Sequence[int]]) -> fmpz_mat:
    lengths = {len(row) for row in matrix}
    if lengths != {len(matrix)}:
        raise ValueError(
            f"matrix must have as many entries in each row as it has rows, at least one, "
            f"got {len(matrix)} rows of {sorted(lengths)} entries"
        )
    return fmpz_mat([list(row) for row in matrix])
