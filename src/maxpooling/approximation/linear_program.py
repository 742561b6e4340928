"""The paper's own route to (3): hand the linear program to a floating-point solver.

Kept as the second route and as a warning. Solvers report "optimal" for answers that are wrong by
large factors from d = 16 or 20 on, because subpool averages of neighbouring orders are nearly
linearly dependent. ``attained`` tells: it evaluates what was returned in exact arithmetic.
"""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Literal, get_args

import numpy as np

from maxpooling.approximation.certificate import residuals
from maxpooling.arguments import check_choice, check_integer, check_orders
from maxpooling.extras import load
from maxpooling.order_statistics import vertex_average
from maxpooling.plain import Result

LARGEST = 1000
"""Pool size up to which C(d, r) fits a float."""

Solver = Literal["CLARABEL", "HIGHS"]
Basis = Literal["averages", "binomials"]


@dataclass(frozen=True)
class FloatApproximation(Result):
    """What a floating-point solver returned for (3).

    Attributes:
        d: pool size.
        orders: the orders R, sorted.
        solver: name of the solver.
        basis: the functions that the solver's variables multiply.
        status: the solver's own verdict, for example "optimal".
        error: the reported optimum, NaN if there is none.
        coefficients: order -> coefficient of the average; empty if there are none.
    """

    d: int
    orders: tuple[int, ...]
    solver: Solver
    basis: Basis
    status: str
    error: float
    coefficients: dict[int, float]

    __hash__ = Result.__hash__
    __repr__ = Result.__repr__

    def attained(self) -> Fraction:
        """The true error of the returned coefficients, in exact arithmetic.

        Raises:
            ValueError: if the solver returned no coefficients.
        """
        if not self.coefficients:
            raise ValueError(f"{self.solver} returned no coefficients: status {self.status!r}")
        exact = {r: Fraction(beta) for r, beta in self.coefficients.items()}
        return max(abs(e) for e in residuals(self.d, exact))


def best_uniform_cvxpy(
    d: int, orders: Iterable[int], solver: Solver = "CLARABEL", basis: Basis = "averages"
) -> FloatApproximation:
    """Solve the linear program of equation (3) by CVXPY in floating point.

    Args:
        d: pool size, 1 <= d <= LARGEST.
        orders: distinct integers in 0..d-1.
        solver: "CLARABEL" (interior point) or "HIGHS" (simplex).
        basis: "averages" as in the paper, S(v_k; r) = 1 - C(d-k, r) / C(d, r), or "binomials", the
            same without the denominator, C(d, r) - C(d-k, r).

    Raises:
        ValueError: if an argument is not of this kind.

    Examples:
        >>> round(best_uniform_cvxpy(4, [0, 3]).error, 6)
        0.125
    """
    d = check_integer("d", d, 1, LARGEST)
    orders = check_orders(d, orders)
    check_choice("solver", solver, get_args(Solver))
    check_choice("basis", basis, get_args(Basis))
    cp = load("cvxpy", "best_uniform_cvxpy")
    load(solver.lower() if solver != "HIGHS" else "highspy", "its solver")

    unit = {r: comb(d, r) if basis == "binomials" else 1 for r in orders}
    features = [[float(unit[r] * vertex_average(d, r, k)) for r in orders] for k in range(d + 1)]
    beta, tau = cp.Variable(len(orders)), cp.Variable()
    misfit = np.array(features) @ beta - np.array([0.0] + [1.0] * d)
    program = cp.Problem(cp.Minimize(tau), [misfit <= tau, -misfit <= tau])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # what it warns of is in the status
            program.solve(solver=solver)
    except (cp.SolverError, ValueError):
        # CVXPY raises ValueError where HiGHS ends with the status "unknown".
        return FloatApproximation(d, orders, solver, basis, "solver_error", float("nan"), {})
    if beta.value is None:
        return FloatApproximation(d, orders, solver, basis, program.status, float("nan"), {})
    coefficients = {r: float(b) * unit[r] for r, b in zip(orders, beta.value, strict=True)}
    return FloatApproximation(
        d, orders, solver, basis, program.status, float(program.value), coefficients
    )
