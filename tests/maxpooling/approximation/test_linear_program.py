"""The floating-point route: right while small, and shown wrong by exact evaluation when large."""

import math
from itertools import product
from typing import Any

import pytest

from maxpooling.approximation import FloatApproximation, best_uniform, best_uniform_cvxpy
from maxpooling.approximation.linear_program import Basis, Solver

ROUTES = list(product(("CLARABEL", "HIGHS"), ("averages", "binomials")))


class TestSmallPools:
    @pytest.mark.parametrize(("solver", "basis"), ROUTES)
    @pytest.mark.parametrize(
        ("d", "orders"), [(1, [0]), (2, [1]), (4, [0, 1, 3]), (5, [1, 2, 4]), (9, [0, 8])]
    )
    def test_agrees_with_the_exact_solution(
        self, solver: Solver, basis: Basis, d: int, orders: tuple[int, ...]
    ) -> None:
        exact, found = best_uniform(d, orders), best_uniform_cvxpy(d, orders, solver, basis)
        assert found.status == "optimal"
        assert found.error == pytest.approx(float(exact.error), abs=1e-6)
        assert float(found.attained()) == pytest.approx(float(exact.error), abs=1e-6)
        assert found.attained() >= exact.error
        for r, beta in exact.coefficients.items():
            assert found.coefficients[r] == pytest.approx(float(beta), abs=1e-4)


class TestItsFailure:
    def test_called_optimal_and_wrong(self) -> None:
        found = best_uniform_cvxpy(24, range(24), "HIGHS", "averages")
        assert found.status == "optimal"
        assert found.attained() > 2 * best_uniform(24, range(24)).error

    @pytest.mark.parametrize(("solver", "basis"), ROUTES)
    @pytest.mark.parametrize("d", [24, 49])
    def test_giving_up_is_an_answer(self, d: int, solver: Solver, basis: Basis) -> None:
        found = best_uniform_cvxpy(d, range(d), solver, basis)
        assert bool(found.coefficients) == math.isfinite(found.error)

    def test_without_coefficients_there_is_no_error_to_evaluate(self) -> None:
        empty = FloatApproximation(2, (1,), "HIGHS", "averages", "solver_error", math.nan, {})
        with pytest.raises(ValueError, match="no coefficients: status 'solver_error'"):
            empty.attained()


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ((4, [1], "SCS"), "solver must be one of"),
            ((4, [1], "HIGHS", "monomials"), "basis must be one of"),
            ((4, [4]), "each of orders"),
            ((1001, [1]), r"d must be an integer in 1\.\.1000"),
        ],
    )
    def test_refused(self, arguments: Any, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            best_uniform_cvxpy(*arguments)
