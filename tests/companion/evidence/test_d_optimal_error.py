"""Every check of Appendix D notices a false fact."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from companion.evidence import d_optimal_error
from companion.published import PublishedError, appendix_d
from faults import Fault, assert_noticed, replacing, slightly_wrong
from maxpooling.approximation import FloatApproximation, best_uniform, best_uniform_cvxpy

ROWS = appendix_d()


def with_a_wrong_row() -> tuple[PublishedError, ...]:
    return (*ROWS[:20], replace(ROWS[20], error=Fraction(1, 17)), ROWS[21])


def mended(d: int, orders: Iterable[int], solver: Any, basis: Any) -> FloatApproximation:
    """A solver that finds the exact optimum."""
    exact = best_uniform(d, orders)
    coefficients = {r: float(b) for r, b in exact.coefficients.items()}
    small = best_uniform_cvxpy(2, [0], solver, basis)
    return replace(small, d=d, orders=exact.orders, coefficients=coefficients)


def off(d: int, orders: Iterable[int], solver: Any) -> FloatApproximation:
    found = best_uniform_cvxpy(d, orders, solver)
    return replace(found, error=found.error + 1e-5)


def swap(name: str, wrong: Any) -> Any:
    return replacing(d_optimal_error, name, wrong)


FAULTS = (
    Fault(d_optimal_error.table_d, "a wrong optimum", swap("best_uniform", slightly_wrong)),
    Fault(d_optimal_error.table_d, "a wrong printed row", swap("appendix_d", with_a_wrong_row)),
    Fault(d_optimal_error.table_d, "another error over the cube",
          swap("error_over_cube", lambda *_: Fraction(1, 9))),
    Fault(d_optimal_error.table_d_by_solvers, "a solver that is off",
          swap("best_uniform_cvxpy", off), {"row": ROWS[3]}),
    Fault(d_optimal_error.figure_4, "a wrong printed row", swap("appendix_d", with_a_wrong_row)),
    Fault(d_optimal_error.table_five_and_six, "a wrong optimum",
          swap("best_uniform", slightly_wrong)),
    Fault(d_optimal_error.table_five_and_six, "a wrong closed form",
          swap("closed_form", lambda *_: Fraction(1, 9))),
    Fault(d_optimal_error.table_five_over_the_cube, "another error over the cube",
          swap("error_over_cube", lambda *_: Fraction(1, 9))),
    Fault(d_optimal_error.floating_route, "a solver that mends itself",
          swap("best_uniform_cvxpy", mended)),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)
