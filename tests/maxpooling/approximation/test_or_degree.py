"""The bounds on E(d, {0..r}), and how many orders an error takes."""

from fractions import Fraction

import pytest

from maxpooling.approximation import best_uniform
from maxpooling.approximation.or_degree import (
    chebyshev_bound,
    least_squares_residual,
    orders_needed,
    residual_bounds,
    squared_error_bounds,
)


class TestBounds:
    @pytest.mark.parametrize("d", [2, 3, 5, 9, 20, 60])
    def test_enclose_the_exact_error(self, d: int) -> None:
        for r in range(d):
            error = best_uniform(d, range(r + 1)).error
            low, high = squared_error_bounds(d, r)
            assert low <= error**2 <= high
            assert error <= chebyshev_bound(d, r)

    @pytest.mark.parametrize("d", [2, 3, 5, 9, 20])
    def test_residual_bounds_are_sharper(self, d: int) -> None:
        for r in range(d):
            error = best_uniform(d, range(r + 1)).error
            low, high = residual_bounds(d, r)
            assert low <= error <= high
            assert squared_error_bounds(d, r)[0] <= low**2
            assert high**2 <= squared_error_bounds(d, r)[1]
            assert (low == error) or 0 < r < d - 1

    @pytest.mark.parametrize("d", [3, 6])
    def test_residual_is_orthogonal_to_all_powers(self, d: int) -> None:
        for r in range(d):
            e = least_squares_residual(d, r)
            assert [sum(x * k**a for k, x in enumerate(e)) for a in range(r + 1)] == [0] * (r + 1)
            assert sum(x * x for x in e) == e[0] == squared_error_bounds(d, r)[1]

    def test_upper_bound_is_the_least_squares_residual(self) -> None:
        # t = (0, 1, 1, 1) minus its mean 3/4 (degree 0): 9/16 + 3/16.
        assert squared_error_bounds(3, 0)[1] == Fraction(3, 4)

    def test_chebyshev_by_hand(self) -> None:
        # d = 3: T_0, T_1, T_2 at 2 are 1, 2, 7.
        assert [1 / chebyshev_bound(3, r) for r in range(3)] == [2, 3, 8]

    @pytest.mark.parametrize("d", [5, 9, 13, 41])
    def test_chebyshev_is_exact_at_degree_three(self, d: int) -> None:
        assert chebyshev_bound(d, 3) == best_uniform(d, range(4)).error


class TestOrdersNeeded:
    @pytest.mark.parametrize("d", [1, 2, 9, 30])
    def test_is_the_first(self, d: int) -> None:
        errors = [best_uniform(d, range(r + 1)).error for r in range(d)]
        for error in [Fraction(1, 2), Fraction(1, 3), Fraction(1, 10), Fraction(1, 2**d)]:
            if error >= errors[-1]:
                assert orders_needed(d, error) == next(r for r in range(d) if errors[r] <= error)

    @pytest.mark.parametrize(
        ("d", "r"), [(20, 3), (40, 5), (60, 6), (100, 7), (200, 10), (400, 14)]
    )
    def test_a_third(self, d: int, r: int) -> None:
        assert orders_needed(d, Fraction(1, 3)) == r

    def test_out_of_reach(self) -> None:
        with pytest.raises(ValueError, match=r"at least 2\^-d = 1/8, got 1/9"):
            orders_needed(3, Fraction(1, 9))
