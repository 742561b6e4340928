"""FLINT's solutions against Gaussian elimination with fractions."""

from fractions import Fraction
from math import lcm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maxpooling.linear_algebra import determinant, solve_integer, solve_rational

Matrix = list[list[int]]


def eliminate(matrix: Matrix, rhs: list[int]) -> tuple[list[Fraction] | None, Fraction]:
    """Gauss-Jordan elimination with row exchanges, in fractions: solution and determinant."""
    rows = [[Fraction(a) for a in [*row, b]] for row, b in zip(matrix, rhs, strict=True)]
    volume = Fraction(1)
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k] != 0), None)
        if pivot is None:
            return None, Fraction(0)
        volume *= rows[pivot][k] * (1 if pivot == k else -1)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [a / rows[k][k] for a in rows[k]]
        for i, row in enumerate(rows):
            if i != k:
                rows[i] = [a - row[k] * b for a, b in zip(row, rows[k], strict=True)]
    return [row[-1] for row in rows], volume


@st.composite
def systems(draw: st.DrawFn, entry: int = 30) -> tuple[Matrix, list[int]]:
    n = draw(st.integers(1, 5))
    row = st.lists(st.integers(-entry, entry), min_size=n, max_size=n)
    return draw(st.lists(row, min_size=n, max_size=n)), draw(row)


class TestSolveInteger:
    @given(systems())
    def test_equals_elimination_with_fractions(self, system: tuple[Matrix, list[int]]) -> None:
        expected, volume = eliminate(*system)
        assert determinant(system[0]) == volume
        if expected is None:
            with pytest.raises(ValueError, match="singular"):
                solve_integer(*system)
            return
        numerators, denominator = solve_integer(*system)
        assert [Fraction(n, denominator) for n in numerators] == expected
        assert denominator == lcm(*(x.denominator for x in expected))

    def test_least_denominator(self) -> None:
        found = solve_integer([[6, 3, 2], [30, 20, 15], [20, 15, 12]], [1, 1, 1])
        assert found == ([7, -29, 25], 5)

    def test_no_unknowns(self) -> None:
        assert solve_integer([], []) == ([], 1)
        assert determinant([]) == 1

    def test_a_leading_minor_may_vanish(self) -> None:
        assert solve_integer([[0, 1], [1, 0]], [2, 3]) == ([3, 2], 1)

    @pytest.mark.parametrize("matrix", [[[1, 2]], [[]], [[1, 2], [3]]])
    def test_not_square(self, matrix: Matrix) -> None:
        with pytest.raises(ValueError, match="matrix must have as many entries"):
            solve_integer(matrix, [1])

    def test_length_of_rhs(self) -> None:
        with pytest.raises(ValueError, match="rhs must have 2 entries, as matrix has rows, got 1"):
            solve_integer([[1, 0], [0, 1]], [1])


class TestSolveRational:
    @given(systems(entry=2))
    def test_square_systems(self, system: tuple[Matrix, list[int]]) -> None:
        assert solve_rational(*system) == eliminate(*system)[0]

    @given(systems(), st.lists(st.integers(-9, 9), min_size=5, max_size=5))
    def test_more_equations_than_unknowns(
        self, system: tuple[Matrix, list[int]], factors: list[int]
    ) -> None:
        matrix, rhs = system
        expected, _ = eliminate(matrix, rhs)
        rows = list(zip(matrix, rhs, strict=True))
        extra = [
            sum(f * row[j] for f, (row, _) in zip(factors, rows, strict=False))
            for j in range(len(rhs))
        ]
        right = sum(f * b for f, (_, b) in zip(factors, rows, strict=False))
        assert solve_rational([*matrix, extra], [*rhs, right]) == expected
        if expected is not None:
            assert solve_rational([*matrix, extra], [*rhs, right + 1]) is None

    def test_no_solution_and_many_solutions(self) -> None:
        assert solve_rational([[1], [1]], [1, 2]) is None
        assert solve_rational([[1, 1]], [1]) is None
        assert solve_rational([[0]], [0]) is None
        assert solve_rational([[1, 1], [2, 2]], [1, 3]) is None  # rank 2, yet no solution

    def test_shapes(self) -> None:
        with pytest.raises(ValueError, match="matrix must have rows of one length"):
            solve_rational([[1, 2], [3]], [1, 2])
        with pytest.raises(ValueError, match="rhs must have 2 entries"):
            solve_rational([[1], [2]], [1])
