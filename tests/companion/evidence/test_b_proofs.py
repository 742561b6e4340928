"""Every check of Appendix B notices a false fact."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product
from math import comb
from typing import Any

import numpy as np
import pytest

from companion.evidence import b_proofs
from companion.evidence.b_proofs import VertexIdentity, _in_sliver
from faults import Fault, assert_noticed, replacing, slightly_wrong
from maxpooling.approximation import best_uniform
from maxpooling.approximation.closed_forms import optimal_full_coefficients
from maxpooling.approximation.uniform import UniformApproximation
from maxpooling.networks import halving_rows
from maxpooling.order_statistics import subpool_weights, vertex_average


def bent(d: int, r: int, k: int) -> Fraction:
    """Averages that are half as large at a unit vector."""
    return vertex_average(d, r, k) / (2 if k == 1 else 1)


def without_a_gap(d: int, r: int, k: int) -> Fraction:
    """Averages that equal the maximum at every vertex."""
    del d, r
    return Fraction(k > 0)


def order_one(d: int, orders: Iterable[int]) -> UniformApproximation:
    """An estimator that is not the best one of its orders."""
    del orders
    return best_uniform(d, [1])


def larger_bound(*fields: Any) -> VertexIdentity:
    identity = VertexIdentity(*fields)
    return replace(identity, error=2 * identity.error)


def without_the_last(*fields: Any) -> VertexIdentity:
    """An identity that lacks the vertex of ones."""
    identity = VertexIdentity(*fields)
    weights = {k: w for k, w in identity.weights.items() if k != identity.d}
    return replace(identity, weights=weights)


def shifted_matrix(d: int) -> list[list[int]]:
    return [[int(i <= k) for k in range(d + 1)] for i in range(d)]


def same_sign(d: int) -> dict[int, Fraction]:
    return {r: abs(b) for r, b in optimal_full_coefficients(d).items()}


def another_constant(d: int) -> dict[int, Fraction]:
    return {**optimal_full_coefficients(d), 0: Fraction(1, 3)}


def of_sets(x: tuple[int, ...], ordered: tuple[int, ...]) -> bool:
    """Slivers of sets: of each set only the tuple that is sorted by place."""
    return list(ordered) == sorted(ordered) and _in_sliver(x, ordered)


def of_their_largest(x: tuple[int, ...], ordered: tuple[int, ...]) -> bool:
    """Slivers turned round, which also share out the points: the smallest coordinates, rising."""
    return _in_sliver(tuple(len(x) - 1 - value for value in x), ordered)


def shifted(d: int) -> Any:
    return tuple(
        tuple(tuple(tuple(i + (i > 3) for i in part) for part in row) for row in block)
        for block in halving_rows(d)
    )


def swap(name: str, wrong: Any) -> Any:
    return replacing(b_proofs, name, wrong)


FAULTS = (
    *(Fault(check, about, swap(name, wrong), {"d": 5})
      for check in (b_proofs.equation_8, b_proofs.equation_9, b_proofs.equation_10)
      for about, name, wrong in (
          ("averages that are bent", "vertex_average", bent),
          ("an estimator that is not the best", "best_uniform", order_one),
          ("a bound of twice the size", "VertexIdentity", larger_bound),
          ("an identity that lacks a vertex", "VertexIdentity", without_the_last),
      )),
    Fault(b_proofs.equation_9, "a wrong optimum", swap("best_uniform", slightly_wrong), {"d": 5}),
    Fault(b_proofs.equation_10, "a wrong optimum", swap("best_uniform", slightly_wrong), {"d": 5}),
    Fault(b_proofs.equation_11, "averages that equal the maximum",
          swap("vertex_average", without_a_gap), {"d": 4}),
    Fault(b_proofs.equation_12, "averages that equal the maximum",
          swap("vertex_average", without_a_gap), {"d": 4}),
    Fault(b_proofs.equation_13, "another matrix", swap("_vertex_matrix", shifted_matrix), {"d": 4}),
    Fault(b_proofs.equation_13, "gaps that do not add up to one", lambda m: m.setattr(
        b_proofs, "sorted", lambda x, **_: [Fraction(-1), *x[1:]], raising=False), {"d": 4}),
    Fault(b_proofs.equation_13_averages, "another matrix",
          swap("_vertex_matrix", shifted_matrix), {"d": 4, "r": 2}),
    Fault(b_proofs.equation_13_averages, "averages that are bent",
          swap("vertex_average", bent), {"d": 4, "r": 2}),
    Fault(b_proofs.equation_13_averages, "weights of another order",
          swap("subpool_weights", lambda d, r: subpool_weights(d, r + 1)), {"d": 4, "r": 2}),
    Fault(b_proofs.coefficients_of_6, "coefficients that do not alternate",
          swap("optimal_full_coefficients", same_sign), {"d": 4}),
    Fault(b_proofs.coefficients_of_6, "another constant",
          swap("optimal_full_coefficients", another_constant), {"d": 4}),
    Fault(b_proofs.best_increasing, "other binomial coefficients",
          swap("comb", lambda n, k: comb(n, k) + (k == 1)), {"d": 5}),
    Fault(b_proofs.best_increasing, "an optimum that is worse",
          swap("best_uniform", lambda d, _: best_uniform(d, [d - 1])), {"d": 5}),
    Fault(b_proofs.equation_19, "slivers of sets", swap("_in_sliver", of_sets), {"d": 4, "r": 2}),
    Fault(b_proofs.equation_19, "slivers of the smallest coordinates",
          swap("_in_sliver", of_their_largest), {"d": 4, "r": 2}),
    Fault(b_proofs.slivers_of_sets, "slivers of the smallest coordinates, in any order",
          swap("_in_sliver", lambda x, chosen: {x[i] for i in chosen} == {*range(len(chosen))}),
          {"d": 4, "r": 3}),
    Fault(b_proofs.slivers_of_sets, "slivers of ordered tuples", swap("combinations", permutations),
          {"d": 4, "r": 3}),
    Fault(b_proofs.equation_26, "rows with a gap", swap("halving_rows", shifted), {"d": 9}),
    Fault(b_proofs.equation_26, "a row that is missing",
          swap("halving_rows", lambda d: tuple(block[1:] for block in halving_rows(d))), {"d": 9}),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)


@pytest.mark.parametrize("d", range(2, 12))
def test_best_increasing_against_a_linear_program(d: int) -> None:
    """A second route, in floats: errors e_0..e_d, increments of f not negative, size eps."""
    optimize = pytest.importorskip("scipy.optimize")
    signs = np.array([(-1) ** k * comb(d, k) for k in range(d + 1)])
    bounds = np.vstack([np.eye(d + 1), -np.eye(d + 1)])
    rows = np.hstack([bounds, -np.ones((2 * d + 2, 1))])
    steps = np.hstack([np.eye(d + 1)[:-1] - np.eye(d + 1)[1:], np.zeros((d, 1))])
    result = optimize.linprog(
        np.eye(d + 2)[-1],
        A_ub=np.vstack([rows, steps]),
        b_ub=[0] * (2 * d + 2) + [1] + [0] * (d - 1),
        A_eq=[[*signs, 0]],
        b_eq=[1],
        bounds=[(None, None)] * (d + 2),
    )
    largest = max(comb(d - 1, i) for i in range(1, d, 2))
    assert result.fun == pytest.approx(1 / (2 + 2 * largest), rel=1e-7)


@pytest.mark.parametrize("d", range(2, 6))
def test_best_increasing_sum_without_symmetry(d: int) -> None:
    """Theorem N for all sums of functions of d-1 inputs: a value at each vertex, in floats.

    At the vertices these sums are the functions whose alternating sum is 0.
    """
    optimize = pytest.importorskip("scipy.optimize")
    vertices = list(product((0, 1), repeat=d))
    place = {x: i for i, x in enumerate(vertices)}
    size = len(vertices)
    rows, limits = [], []
    for x, i in place.items():
        for sign in (1, -1):  # |f - max| <= eps
            row = np.zeros(size + 1)
            row[i], row[-1] = sign, -1
            rows.append(row)
            limits.append(sign * max(x))
        for j in range(d):  # f does not fall when input j becomes 1
            if not x[j]:
                row = np.zeros(size + 1)
                row[i], row[place[(*x[:j], 1, *x[j + 1 :])]] = 1, -1
                rows.append(row)
                limits.append(0)
    signs = [(-1) ** sum(x) for x in vertices]
    result = optimize.linprog(
        [*np.zeros(size), 1],
        A_ub=np.array(rows),
        b_ub=limits,
        A_eq=[[*signs, 0]],
        b_eq=[0],
        bounds=[(None, None)] * (size + 1),
    )
    largest = max(comb(d - 1, i) for i in range(1, d, 2))
    assert result.fun == pytest.approx(1 / (2 + 2 * largest), rel=1e-7)
