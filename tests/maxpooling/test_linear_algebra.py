"""The fraction-free solver against Gaussian elimination with fractions."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from maxpooling.linear_algebra import solve_integer


def solve_fractions(matrix, rhs):
    """Gauss-Jordan elimination with row exchanges, in fractions."""
    rows = [[Fraction(a) for a in [*row, b]] for row, b in zip(matrix, rhs, strict=True)]
    for k in range(len(rows)):
        pivot = next((i for i in range(k, len(rows)) if rows[i][k] != 0), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [a / rows[k][k] for a in rows[k]]
        for i, row in enumerate(rows):
            if i != k:
                rows[i] = [a - row[k] * b for a, b in zip(row, rows[k], strict=True)]
    return [row[-1] for row in rows]


@st.composite
def systems(draw):
    n = draw(st.integers(1, 5))
    entry = st.integers(-30, 30)
    row = st.lists(entry, min_size=n, max_size=n)
    return draw(st.lists(row, min_size=n, max_size=n)), draw(row)


@given(systems())
def test_equals_elimination_with_fractions(system):
    matrix, rhs = system
    for size in range(1, len(rhs) + 1):
        minor = [row[:size] for row in matrix[:size]]
        assume(solve_fractions(minor, rhs[:size]) is not None)
    numerators, determinant = solve_integer(matrix, rhs)
    assert [Fraction(n, determinant) for n in numerators] == solve_fractions(matrix, rhs)


def test_by_hand():
    assert solve_integer([[6, 3, 2], [30, 20, 15], [20, 15, 12]], [1, 1, 1]) == ([14, -58, 50], 10)


def test_vanishing_minor_refused():
    with pytest.raises(ValueError, match="minor 2"):
        solve_integer([[1, 1, 0], [1, 1, 1], [0, 1, 0]], [1, 1, 1])
