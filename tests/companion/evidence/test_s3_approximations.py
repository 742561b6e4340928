"""Every check of Section 3 notices a false fact."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest

from companion.evidence import s3_approximations
from companion.evidence.s3_approximations import _error, _pattern, _some_function, _value
from faults import Fault, assert_noticed, replacing, slightly_wrong
from maxpooling.approximation import FloatApproximation, best_uniform, best_uniform_cvxpy
from maxpooling.approximation.closed_forms import optimal_full_coefficients
from maxpooling.approximation.decompositions import DecompositionBound, decomposition_bound
from maxpooling.approximation.uniform import UniformApproximation
from maxpooling.approximation.volume import extreme_volume, full_volume
from maxpooling.order_statistics import subpool_average, subpool_weights, subpools, vertex_average

Solver = Callable[[int, Iterable[int]], UniformApproximation]


@dataclass(frozen=True)
class Unquestioned(UniformApproximation):
    """An estimator whose certificate is not looked at."""

    def verify(self) -> bool:
        return True


def changed(d: int, orders: Iterable[int], **fields: Any) -> UniformApproximation:
    best = best_uniform(d, orders)
    return replace(Unquestioned(**vars(best)), **fields)


def half_the_constant(d: int, orders: Iterable[int]) -> UniformApproximation:
    right = best_uniform(d, orders).coefficients
    return changed(d, orders, coefficients={**right, 0: right[0] / 2})


def doubled(d: int, orders: Iterable[int]) -> UniformApproximation:
    right = best_uniform(d, orders).coefficients
    return changed(d, orders, coefficients={r: 2 * b for r, b in right.items()})


def half_the_error(d: int, orders: Iterable[int]) -> UniformApproximation:
    return changed(d, orders, error=best_uniform(d, orders).error / 2)


def only_for(count: int, wrong: Solver) -> Solver:
    """Wrong for so many orders only."""
    return lambda d, orders: (wrong if len(tuple(orders)) == count else best_uniform)(d, orders)


def largest_order_only(d: int, orders: Iterable[int]) -> UniformApproximation:
    """The right optimum of a wrong set of orders."""
    return best_uniform(d, [max(orders)])


def off(d: int, orders: Iterable[int], solver: Any) -> FloatApproximation:
    found = best_uniform_cvxpy(d, orders, solver)
    return replace(found, error=found.error + 1e-5)


def same_sign(d: int) -> Mapping[int, Fraction]:
    return {r: abs(b) for r, b in optimal_full_coefficients(d).items()}


def lower_order(d: int, r: int) -> tuple[Fraction, ...]:
    return subpool_weights(d, r - 1 if r > 2 else r)


def without_a_vertex(d: int, r: int) -> DecompositionBound:
    """A bound whose measure leaves out the vertex of ones."""
    bound = decomposition_bound(d, r)
    return replace(bound, measure={k: mu for k, mu in bound.measure.items() if k < d})


def repeated(d: int, r: int) -> list[tuple[int, ...]]:
    """As many subpools, but the first of them in the place of the last."""
    right = list(subpools(d, r))
    return [*right[:-1], right[0]]


def swap(name: str, wrong: Any) -> Any:
    return replacing(s3_approximations, name, wrong)


def instead_of_builtin(name: str, wrong: Any) -> Any:
    return lambda m: m.setattr(s3_approximations, name, wrong, raising=False)


THREE = {"d": 3, "orders": (0, 2)}

FAULTS = (
    Fault(s3_approximations.lemma_2, "weights of a lower order",
          swap("subpool_weights", lower_order), {"d": 4, "r": 3}),
    Fault(s3_approximations.lemma_2_simulated, "averages of a lower order",
          swap("subpool_average", lambda x, r: subpool_average(x, r - 1)), {"r": 8}),
    Fault(s3_approximations.equation_2_at_a_unit_vector, "an average that misses nothing",
          swap("vertex_average", lambda *_: Fraction(1)), {"d": 4}),
    Fault(s3_approximations.equation_2_at_a_unit_vector, "another average of order d-1",
          swap("vertex_average", lambda d, r, k: vertex_average(d, min(r, d - 2), k)), {"d": 4}),
    Fault(s3_approximations.equation_2_at_a_unit_vector, "weights of a lower order",
          swap("subpool_weights", lower_order), {"d": 4}),
    Fault(s3_approximations.figure_1, "averages that fall with the order",
          swap("subpool_weights", lambda d, r: subpool_weights(d, d + 1 - r)), {"d": 4}),
    Fault(s3_approximations.lemma_3, "a wrong optimum", swap("best_uniform", slightly_wrong),
          THREE),
    Fault(s3_approximations.lemma_3, "the optimum of other orders",
          swap("best_uniform", largest_order_only), THREE),
    Fault(s3_approximations.equation_3, "a wrong optimum", swap("best_uniform", slightly_wrong),
          THREE),
    Fault(s3_approximations.equation_3, "a solver that is off", swap("best_uniform_cvxpy", off),
          THREE),
    Fault(s3_approximations.theorem_a, "a wrong optimum", swap("best_uniform", slightly_wrong),
          THREE),
    Fault(s3_approximations.theorem_a, "another error over the cube",
          swap("error_over_cube", lambda *_: Fraction(1, 9)), THREE),
    Fault(s3_approximations.theorem_a_inside, "an error of half the size",
          swap("best_uniform", half_the_error), {"orders": (8,)}),
    Fault(s3_approximations.lemma_5, "weights that stay where they are",
          swap("_permuted", lambda weights, _: weights)),
    Fault(s3_approximations.lemma_5, "an error that averaging makes larger",
          swap("_error", lambda d, weights: -_error(d, weights))),
    Fault(s3_approximations.independent_subpool_maxes, "a subpool that occurs twice",
          swap("subpools", repeated), {"d": 3}),
    Fault(s3_approximations.theorem_2, "a wrong optimum", swap("best_uniform", slightly_wrong),
          {"d": 4}),
    Fault(s3_approximations.theorem_2, "coefficients that do not alternate",
          swap("optimal_full_coefficients", same_sign), {"d": 4}),
    *(Fault(s3_approximations.theorem_2, f"another {what} of {count} orders",
            swap("best_uniform", only_for(count, wrong)), {"d": 4})
      for what, wrong in (("error", half_the_error), ("coefficient", doubled))
      for count in (1, 2, 4)),
    Fault(s3_approximations.equation_14, "coefficients that do not alternate",
          swap("optimal_full_coefficients", same_sign), {"d": 4}),
    Fault(s3_approximations.equation_14, "weights of a lower order",
          swap("subpool_weights", lower_order), {"d": 4}),
    Fault(s3_approximations.theorem_b, "a measure that some function sees",
          swap("decomposition_bound", without_a_vertex), {"d": 4, "r": 3}),
    Fault(s3_approximations.theorem_b, "subpool maxes that do not attain the bound",
          swap("best_uniform", slightly_wrong), {"d": 4, "r": 2}),
    Fault(s3_approximations.theorem_b, "the bound for fewer coordinates",
          swap("decomposition_bound", lambda d, r: decomposition_bound(d, r - 1)),
          {"d": 4, "r": 2}),
    Fault(s3_approximations.theorem_b_near_vertices, "a measure that some function sees",
          swap("decomposition_bound", without_a_vertex), {"d": 4, "r": 3}),
    Fault(s3_approximations.theorem_b_near_vertices, "functions of one more input",
          swap("_some_function", lambda J, x: _some_function([*{*J, J[-1] - 1}], x)),
          {"d": 4, "r": 3}),
    Fault(s3_approximations.theorem_b_any_sets, "functions that see another input",
          swap("_pattern", lambda J, ones: _pattern([*J[:-1], 0], ones))),
    Fault(s3_approximations.lemma_6, "an end of the range that is the other one",
          instead_of_builtin("min", max), {"n": 3, "z": (-2, 0, 1)}),
    Fault(s3_approximations.lemma_6, "an error with a sign",
          instead_of_builtin("abs", lambda value: value), {"n": 3, "z": (-2, 0, 1)}),
    Fault(s3_approximations.lemma_6, "errors that no shift changes",
          instead_of_builtin("abs", lambda value: 6), {"n": 3, "z": (-2, 0, 1)}),
    Fault(s3_approximations.lemma_6, "errors of three times the size",
          instead_of_builtin("abs", lambda value: max(value, -value) * 3),
          {"n": 3, "z": (-2, 0, 1)}),
    Fault(s3_approximations.theorem_6, "a wrong optimum", swap("best_uniform", slightly_wrong),
          THREE),
    Fault(s3_approximations.theorem_6, "the optimum of other orders",
          swap("best_uniform", lambda d, _: best_uniform(d, [0])), THREE),
    Fault(s3_approximations.theorem_6, "half the constant",
          swap("best_uniform", half_the_constant), THREE),
    Fault(s3_approximations.theorem_6, "an optimum that is far too large",
          swap("best_uniform", lambda d, R: changed(
              d, R, error=Fraction(1), coefficients={0: Fraction(1), d - 1: Fraction(1)})),
          THREE),
    Fault(s3_approximations.theorem_6, "an estimator that exceeds its error beyond the origin",
          swap("best_uniform", lambda d, R: changed(
              d, R, error=Fraction(1, 10), coefficients={0: Fraction(1, 10), 2: Fraction(6, 5)})),
          THREE),
    Fault(s3_approximations.lemma_4, "a wrong optimum", swap("best_uniform", slightly_wrong),
          THREE),
    Fault(s3_approximations.lemma_4, "no volume", swap("volume_above", lambda *_: Fraction(0)),
          THREE),
    Fault(s3_approximations.lemma_4, "no volume near the extreme vertices",
          swap("extreme_volume", lambda *_: Fraction(0)), THREE),
    Fault(s3_approximations.lemma_4, "no equality with all orders",
          swap("extreme_volume", lambda d, R, share: extreme_volume(d, R, share)
               * (1 if len(R) < d else Fraction(99, 100))), {"d": 4, "orders": (0, 1, 2, 3)}),
    Fault(s3_approximations.lemma_4, "the share of another error",
          swap("extreme_volume", lambda d, R, share: extreme_volume(d, R, share / 8)), THREE),
    Fault(s3_approximations.lemma_4_with_a_constant, "a wrong optimum",
          swap("best_uniform", slightly_wrong), THREE),
    Fault(s3_approximations.lemma_4_with_a_constant, "the comparison for order sets without 0",
          swap("best_uniform", lambda d, R: changed(d, R, error=best_uniform(d, [1]).error)),
          {"d": 9, "orders": (0, 8)}),
    Fault(s3_approximations.lemma_4_with_a_constant, "a value below the one at the origin",
          swap("best_uniform", lambda d, R: changed(
              d, R, coefficients={0: best_uniform(d, R).error, 2: Fraction(-1)})), THREE),
    Fault(s3_approximations.lemma_4_for_all_orders, "another law",
          swap("full_volume", lambda d, share: full_volume(d, share / 2)), {"d": 4}),
    Fault(s3_approximations.lemma_4_for_all_orders, "another optimum",
          swap("best_uniform", largest_order_only), {"d": 4}),
    Fault(s3_approximations.lemma_7, "optima that all increase",
          swap("best_uniform", lambda d, R: changed(
              d, R, coefficients={max(R): Fraction(1)})), {"d": 3, "orders": (0, 1, 2)}),
    Fault(s3_approximations.lemma_7, "an optimum of one order that falls",
          swap("best_uniform", lambda d, R: changed(
              d, R, coefficients={max(R): Fraction(-1)})), THREE),
    Fault(s3_approximations.cumulative_weights, "an optimum that falls below the origin",
          swap("best_uniform", lambda d, R: changed(d, R, coefficients={2: Fraction(-1)})), THREE),
    Fault(s3_approximations.cumulative_weights, "weights that add up to two",
          swap("best_uniform", lambda d, R: changed(d, R, coefficients={2: Fraction(2)})), THREE),
    Fault(s3_approximations.cumulative_weights, "an error above a half",
          swap("best_uniform", lambda d, R: changed(d, R, error=Fraction(2, 3))), THREE),
    Fault(s3_approximations.cumulative_weights, "the optimum of other orders",
          swap("best_uniform", lambda d, _: best_uniform(d, [0])), THREE),
    Fault(s3_approximations.an_optimum_without_symmetry, "another error",
          swap("_error", lambda d, weights: 2 * _error(d, weights)), {"t": Fraction(1, 9)}),
    Fault(s3_approximations.an_optimum_without_symmetry, "other values",
          swap("_value", lambda weights, x: _value(weights, x) + Fraction(x[0] - x[1], 9)),
          {"t": Fraction(1, 9)}),
    Fault(s3_approximations.lemma_7_counterexample, "an increasing optimum",
          swap("best_uniform", largest_order_only)),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)
