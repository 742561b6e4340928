"""Exact solution of integer linear systems, by FLINT (fraction-free or p-adic, as pays)."""

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq_mat, fmpz_mat


def solve_integer(matrix: Sequence[Sequence[int]], rhs: Sequence[int]) -> tuple[list[int], int]:
    """Solve matrix @ x = rhs exactly; return (numerators, denominator) with x = numerators / den.

    Args:
        matrix: n rows of n integers, of non-zero determinant.
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
        raise ValueError(
            f"rhs must have {square.nrows()} entries, as matrix has rows, got {len(rhs)}"
        )
    try:
        solution = fmpq_mat(square).solve(fmpz_mat(len(rhs), 1, rhs))
    except ZeroDivisionError:
        raise ValueError(
            f"matrix must be of non-zero determinant, got a singular one of {len(rhs)} rows"
        ) from None
    numerators, denominator = solution.numer_denom()
    return [int(numerator) for numerator in numerators.entries()], int(denominator)


def solve_rational(matrix: Sequence[Sequence[int]], rhs: Sequence[int]) -> list[Fraction] | None:
    """The rational x with matrix @ x = rhs, for any number of equations, if there is exactly one.

    Args:
        matrix: m >= 1 rows of n >= 1 integers.
        rhs: m integers.

    Returns:
        The n unknowns, or None if the system has no solution or more than one. Read off the reduced
        echelon form of [matrix | rhs], which FLINT puts together from forms modulo primes, exactly.

    Raises:
        ValueError: if the rows of matrix differ in length, or rhs has another number of entries.

    Examples:
        >>> solve_rational([[2, 0], [0, 3], [2, 3]], [1, 2, 3])
        [Fraction(1, 2), Fraction(2, 3)]
        >>> solve_rational([[1], [1]], [1, 2]) is None
        True
    """
    lengths = sorted({len(row) for row in matrix})
    if len(lengths) != 1 or lengths[0] == 0:
        raise ValueError(f"matrix must have rows of one length, at least 1, got lengths {lengths}")
    if len(rhs) != len(matrix):
        raise ValueError(f"rhs must have {len(matrix)} entries, as matrix has rows, got {len(rhs)}")
    system = fmpz_mat([[*row, right] for row, right in zip(matrix, rhs, strict=True)])
    echelon, denominator, rank = system.rref()
    unknowns = lengths[0]
    # Pivots in all columns but the last: the form is denominator times the identity, then x.
    if rank != unknowns or echelon[unknowns - 1, unknowns - 1] == 0:
        return None
    return [Fraction(int(echelon[k, unknowns]), int(denominator)) for k in range(unknowns)]


def determinant(matrix: Sequence[Sequence[int]]) -> int:
    """The determinant of n rows of n integers, exactly.

    Raises:
        ValueError: if matrix is not square.

    Examples:
        >>> determinant([[2, 1], [1, 3]])
        5
    """
    return int(_square(matrix).det())


def kernel_vector(matrix: Sequence[Sequence[int]]) -> list[int] | None:
    """A vector of integers, not all zero, with matrix @ x = 0, or None if there is none.

    Args:
        matrix: m >= 1 rows of n >= 1 integers.

    Examples:
        >>> kernel_vector([[1, 1, 1], [0, 2, 6]]) in ([4, -6, 2], [-4, 6, -2], [2, -3, 1])
        True
        >>> kernel_vector([[1, 0], [1, 2]]) is None
        True
    """
    basis, nullity = fmpz_mat([list(row) for row in matrix]).nullspace()
    return [int(basis[k, 0]) for k in range(basis.nrows())] if nullity else None


def _square(matrix: Sequence[Sequence[int]]) -> fmpz_mat:
    lengths = {len(row) for row in matrix}
    if lengths - {len(matrix)}:
        raise ValueError(
            f"matrix must have as many entries in each row as it has rows, "
            f"got {len(matrix)} rows of {sorted(lengths)} entries"
        )
    return fmpz_mat([list(row) for row in matrix])
