"""Every check of Appendix C notices a false fact."""

import math
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from companion.evidence import c_mean_square
from companion.evidence.c_mean_square import _effects, _solve
from faults import Fault, assert_noticed, replacing, slightly_wrong
from maxpooling.approximation import best_uniform, mean_square
from maxpooling.approximation.mean_square import MeanSquareApproximation, best_mean_square
from maxpooling.order_statistics import subpool_weights


def larger_error(d: int, orders: Iterable[int]) -> MeanSquareApproximation:
    best = best_mean_square(d, orders)
    return replace(best, error=best.error * Fraction(1001, 1000))


def larger_coefficients(d: int, orders: Iterable[int]) -> MeanSquareApproximation:
    best = best_mean_square(d, orders)
    larger = {r: b * Fraction(1001, 1000) for r, b in best.coefficients.items()}
    return replace(best, coefficients=larger)


def largest_order_only(d: int, orders: Iterable[int]) -> MeanSquareApproximation:
    """The right optimum of a wrong set of orders."""
    return best_mean_square(d, [max(orders)])


def swap(name: str, wrong: Any) -> Any:
    return replacing(c_mean_square, name, wrong)


def times_two(name: str) -> Any:
    """A closed form that gives twice as much."""
    right = getattr(mean_square, name)
    return swap(name, lambda *arguments: 2 * right(*arguments))


FAULTS = (
    Fault(c_mean_square.equation_27, "moments of independent numbers",
          swap("_moment", lambda i, j, n: Fraction(i * j, n)), {"d": 4}),
    Fault(c_mean_square.lemma_8, "another minimum", swap("best_mean_square", larger_error),
          {"d": 4}),
    Fault(c_mean_square.lemma_8, "other coefficients",
          swap("best_mean_square", larger_coefficients), {"d": 4}),
    Fault(c_mean_square.lemma_8, "weights of another order",
          swap("subpool_weights", lambda d, r: subpool_weights(d, r + 1)),
          {"d": 4, "positive": (1,)}),
    Fault(c_mean_square.lemma_8, "a system that is solved wrongly",
          swap("_solve", lambda matrix, right: [2 * b for b in _solve(matrix, right)]), {"d": 4}),
    Fault(c_mean_square.lemma_8_with_a_pseudo_inverse, "another inverse",
          replacing(np.linalg, "pinv", lambda matrix, **_: 2 * np.eye(len(matrix))), {"d": 4}),
    Fault(c_mean_square.lemma_8_with_a_pseudo_inverse, "another residual",
          replacing(np.linalg, "lstsq", lambda matrix, *_, **__: [np.ones(matrix.shape[1])]),
          {"d": 4}),
    *(Fault(c_mean_square.gram_polynomials, f"binomial coefficients with a slip at {wrong}",
            swap("comb", lambda n, k, wrong=wrong: math.comb(n, k) + ((n, k) == wrong)),
            {"d": 4, "j": 2})
      for wrong in ((2, 2), (4, 2), (7, 5), (8, 2))),
    Fault(c_mean_square.gram_polynomials, "polynomials of a higher degree",
          swap("pairwise", lambda values: zip(values, [0] * len(values), strict=True)),
          {"d": 4, "j": 2}),
    Fault(c_mean_square.rate_with_all_orders, "the optimum of other orders",
          swap("best_mean_square", largest_order_only), {"d": 4}),
    Fault(c_mean_square.rate_with_all_orders, "another minimum",
          swap("best_mean_square", larger_error), {"d": 4}),
    Fault(c_mean_square.equation_30, "another minimum", swap("best_mean_square", larger_error),
          {"d": 4}),
    Fault(c_mean_square.equation_30, "other coefficients",
          swap("best_mean_square", larger_coefficients), {"d": 4}),
    Fault(c_mean_square.equation_30, "the minimum of other orders",
          swap("best_mean_square", largest_order_only), {"d": 4}),
    Fault(c_mean_square.least_with_lowest_orders, "another closed form",
          times_two("lowest_orders"), {"d": 4}),
    Fault(c_mean_square.least_with_lowest_orders, "another minimum",
          swap("best_mean_square", larger_error), {"d": 4}),
    Fault(c_mean_square.least_with_lowest_orders, "the minimum of other orders",
          swap("best_mean_square", largest_order_only), {"d": 4}),
    Fault(c_mean_square.least_with_top_orders, "another closed form", times_two("top_orders"),
          {"d": 4, "s": 2}),
    Fault(c_mean_square.least_with_top_orders, "another minimum",
          swap("best_mean_square", larger_error), {"d": 4, "s": 2}),
    Fault(c_mean_square.least_with_top_orders, "the minimum of other orders",
          swap("best_mean_square", largest_order_only), {"d": 4, "s": 2}),
    Fault(c_mean_square.least_without_intercept, "another identity",
          times_two("without_intercept"), {"d": 4}),
    Fault(c_mean_square.least_without_intercept, "another minimum",
          swap("best_mean_square", larger_error), {"d": 4}),
    Fault(c_mean_square.least_without_intercept, "a constant that is of no use",
          swap("best_mean_square", lambda d, R: best_mean_square(d, set(R) - {0})), {"d": 4}),
    Fault(c_mean_square.errors_with_all_orders, "other coefficients",
          swap("best_mean_square", larger_coefficients), {"d": 4}),
    Fault(c_mean_square.errors_with_all_orders, "the optimum of other orders",
          swap("best_mean_square", largest_order_only), {"d": 4}),
    *(Fault(c_mean_square.mean_square_simulation, f"twice the {norm} optimum's mean square",
            times_two("mean_square"), {"orders": (0, 4), "norm": norm})
      for norm in ("uniform", "mean square")),
    Fault(c_mean_square.two_norms, "another optimum in the mean",
          swap("best_mean_square", larger_coefficients), {"d": 4}),
    Fault(c_mean_square.two_norms, "a wrong uniform optimum",
          swap("best_uniform", slightly_wrong), {"d": 4}),
    Fault(c_mean_square.two_norms, "the uniform optimum of one order",
          swap("best_uniform", lambda d, _: best_uniform(d, [d - 1])), {"d": 4}),
    Fault(c_mean_square.two_norms, "twice the mean square", times_two("mean_square"), {"d": 4}),
    Fault(c_mean_square.all_decompositions, "another closed form",
          times_two("least_over_decompositions"), {"d": 4}),
    Fault(c_mean_square.all_decompositions, "other variances of effects",
          swap("_effects", lambda d: [2 * effect for effect in _effects(d)]), {"d": 4}),
    Fault(c_mean_square.all_decompositions, "subpools that are as good",
          swap("lowest_orders", mean_square.least_over_decompositions), {"d": 4}),
    Fault(c_mean_square.all_decompositions, "another share with all orders",
          times_two("lowest_orders"), {"d": 4}),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)
