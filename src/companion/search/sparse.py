"""Sparse combinations: a linear program, reweighted towards few neurons, then solved exactly."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from companion.search.modular import independent_rows
from companion.search.problem import Problem, as_identity
from maxpooling.linear_algebra import solve_rational
from maxpooling.two_layers.identity import Identity

Factors = NDArray[np.float64]

_ZERO = 1e-8


def reweighted(
    problem: Problem, random: np.random.Generator, power: float = 1.0, rounds: int = 8
) -> Factors | None:
    """A combination with few neurons in the second layer, by repeated linear programs.

    Each minimises the sum of weight * |factor|. The weights start at neurons^power times a random
    number, so that repetitions explore different vertices; then neurons / |factor| makes the sum
    approach the number of neurons used at all. Stops when this number no longer falls.

    Returns:
        One factor per template (of the average), or None if no combination is the max.
    """
    weights = problem.neurons**power * random.uniform(0.5, 2.0, len(problem.neurons))
    best: Factors | None = None
    for _ in range(rounds):
        factors = least_weighted_sum(problem, weights)
        if factors is None or (
            best is not None and neurons(problem, factors) >= neurons(problem, best)
        ):
            break
        best = factors
        size = np.abs(factors)
        weights = problem.neurons**power / (size / size.max() + 1e-3)
    return best


def neurons(problem: Problem, factors: Factors) -> int:
    """Total price of the templates that are used."""
    return int(problem.neurons[np.abs(factors) > _ZERO].sum())


def least_weighted_sum(problem: Problem, weights: Factors) -> Factors | None:
    """Minimise the sum of weights * |factor| over all combinations that are the max.

    HiGHS's simplex ends at a vertex, so the columns used are linearly independent.
    """
    from scipy.optimize import linprog
    from scipy.sparse import hstack

    order = problem.group_order
    columns, free = problem.columns / order, problem.pair_columns / order
    cost = np.minimum(weights / np.median(weights), 1e6)
    result = linprog(
        np.concatenate([np.zeros(free.shape[1]), cost, cost]),
        A_eq=hstack([free, columns, -columns]).tocsc(),
        b_eq=problem.target,
        bounds=[(None, None)] * free.shape[1] + [(0, None)] * (2 * len(cost)),
        method="highs-ds",
    )
    if not result.success:
        return None
    plus, minus = np.split(result.x[free.shape[1] :], 2)
    factors: Factors = plus - minus
    return factors


def exact_identity(problem: Problem, factors: Factors) -> Identity | None:
    """The exact identity on the templates that ``factors`` uses, or None if they determine none.

    The system is solved on rows that are independent modulo a prime; that the others hold too is
    for ``verify`` to prove.
    """
    support = np.flatnonzero(np.abs(factors) > _ZERO)
    columns = problem.columns[:, support].toarray()
    free = problem.pair_columns.toarray()
    table = np.hstack([columns, free])
    rows = independent_rows(table)
    unknowns = independent_rows(table[rows].T)  # a vertex may leave some pairs undetermined
    solution = solve_rational(table[rows][:, unknowns].tolist(), problem.target[rows].tolist())
    if solution is None:
        return None
    values = [Fraction(0)] * table.shape[1]
    for index, value in zip(unknowns, solution, strict=True):
        values[index] = value
    used = [k for k in range(len(support)) if values[k]]
    return as_identity(
        problem,
        [int(support[k]) for k in used],
        values[len(support) :],
        [values[k] for k in used],
    )
