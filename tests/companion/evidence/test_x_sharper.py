"""Every check of the chapter beyond Section 3 notices a false fact."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from faults import Fault, assert_noticed, replacing, slightly_wrong

from companion.evidence import x_sharper
from companion.evidence.x_sharper import _optimum
from maxpooling.approximation import best_uniform, exchange_steps
from maxpooling.approximation.closed_forms import closed_form, top_orders
from maxpooling.approximation.decompositions import GroupedApproximation, grouped
from maxpooling.approximation.exchange import Step
from maxpooling.approximation.or_degree import orders_needed
from maxpooling.approximation.uniform import UniformApproximation


def blind_to_order_one(d: int, orders: frozenset[int]) -> Fraction:
    return _optimum(d, frozenset(orders - {1}) or frozenset({0}))


def same_sign(d: int, orders: Iterable[int]) -> UniformApproximation:
    """The optimum with coefficients that do not alternate."""
    best = best_uniform(d, orders)
    return replace(best, coefficients={r: abs(b) for r, b in best.coefficients.items()})


def standing_still(d: int, orders: Iterable[int]) -> Iterator[Step]:
    first, *rest = exchange_steps(d, tuple(orders))
    yield from (first, first, *rest)


def short_of_a_subpool(d: int, inner: UniformApproximation) -> GroupedApproximation:
    return grouped(d, replace(inner, coefficients={**inner.coefficients, 0: Fraction(0)}))


def shifted(d: int, orders: Iterable[int]) -> UniformApproximation:
    """A constant that is not the optimal one."""
    best = best_uniform(d, orders)
    return replace(best, coefficients={**best.coefficients, 0: Fraction(1, 3)})


def positive_weights(points: Sequence[int], space: Sequence[int]) -> list[int]:
    del space
    return [1] * len(points)


def swap(name: str, wrong: Any) -> Any:
    return replacing(x_sharper, name, wrong)


FAULTS = (
    Fault(x_sharper.theorem_c, "an error that is too large", swap("best_uniform", slightly_wrong)),
    Fault(x_sharper.positivity, "nodes below their orders are valid",
          swap("_valid", lambda *_: True), {"n": 2}),
    Fault(x_sharper.positivity, "no nodes are valid", swap("_valid", lambda *_: False), {"n": 2}),
    Fault(x_sharper.sign_changes, "weights of another sum", swap("_gordan", positive_weights)),
    Fault(x_sharper.sign_changes, "no weights",
          swap("_gordan", lambda points, _: [0] * len(points))),
    Fault(x_sharper.alternation_needs_valid_nodes, "weights of another sum",
          swap("_gordan", lambda points, _: [*range(1, len(points) + 1)])),
    Fault(x_sharper.theorem_d, "an error that is too large", swap("best_uniform", slightly_wrong)),
    Fault(x_sharper.theorem_d, "signs that do not alternate", swap("best_uniform", same_sign)),
    Fault(x_sharper.theorem_e, "a step that gains nothing", swap("exchange_steps", standing_still)),
    Fault(x_sharper.theorem_f, "an order that is of no use", swap("_optimum", blind_to_order_one),
          {"d": 4}),
    Fault(x_sharper.top_orders_are_best, "small orders are better",
          swap("_optimum", lambda d, orders: -_optimum(d, orders)), {"d": 5}),
    Fault(x_sharper.closed_forms, "a formula that is off",
          swap("closed_form", lambda d, R: (closed_form(d, R) or 0) * 2), {"d": 4}),
    Fault(x_sharper.sum_over_deleted_nodes, "another sum",
          swap("_least_product_sum", lambda d, r: Fraction(d + r)), {"d": 4}),
    Fault(x_sharper.chebyshev_of_degree_three, "another bound",
          swap("chebyshev_bound", lambda d, r: Fraction(1, d + r)), {"d": 5}),
    Fault(x_sharper.cost_accuracy, "an error of half the size",
          swap("top_orders", lambda *a, **k: top_orders(*a, **k) / 2), {"d": 5}),
    Fault(x_sharper.grouping, "a constant that is missing", swap("grouped", short_of_a_subpool),
          {"d": 5}),
    Fault(x_sharper.grouping_inside, "a constant that is missing",
          swap("grouped", short_of_a_subpool), {"d": 9, "g": 4}),
    Fault(x_sharper.domain, "a larger range", swap("_weighted", lambda w, x: sum(x, Fraction(0)))),
    Fault(x_sharper.coefficients_add_up, "another constant of (5)",
          swap("best_uniform", lambda d, R: replace(
              best_uniform(d, R), coefficients=dict.fromkeys(R, Fraction(1, 2)))), {"d": 5}),
    Fault(x_sharper.approximate_degree, "bounds that are too tight",
          swap("squared_error_bounds", lambda d, r: (Fraction(1), Fraction(1))), {"d": 9}),
    Fault(x_sharper.approximate_degree, "a bound below the error",
          swap("chebyshev_bound", lambda d, r: Fraction(0)), {"d": 9}),
    Fault(x_sharper.orders_for_a_third, "twice as many orders",
          swap("orders_needed", lambda d, e: 2 * orders_needed(d, e)), {"d": 20}),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)


def test_readers_own_case() -> None:
    found = x_sharper.theorem_c(d=12, orders=(3, 7))
    assert found.scope == "certificate per instance: d = 12, orders = {3, 7}; 1 case"
