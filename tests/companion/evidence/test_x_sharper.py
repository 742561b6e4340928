"""Every check of the chapter beyond Section 3 notices a false fact."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from companion.evidence import x_sharper
from companion.evidence.x_sharper import _optimum
from faults import Fault, assert_noticed, replacing, slightly_wrong
from maxpooling.approximation import best_uniform, exchange_steps
from maxpooling.approximation.blocks import SparseApproximation, average_of_blocks
from maxpooling.approximation.closed_forms import closed_form, top_orders
from maxpooling.approximation.decompositions import GroupedApproximation, grouped
from maxpooling.approximation.exchange import Step
from maxpooling.approximation.families import best_over_family, moebius, union_closure
from maxpooling.approximation.or_degree import orders_needed, residual_bounds
from maxpooling.approximation.planes import complements
from maxpooling.approximation.sparse import sparse_uniform
from maxpooling.approximation.sparse_record import most_inverse_error, read_record, verify_record
from maxpooling.approximation.uniform import UniformApproximation
from maxpooling.networks.windows import WindowPlan, plan_windows
from maxpooling.order_statistics import subpools


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


def heavier(*args: Any, **options: Any) -> SparseApproximation:
    """A plain average with a constant that is twice too large."""
    found = average_of_blocks(*args, **options)
    return replace(found, constant=2 * found.constant + Fraction(1, 9))


def larger_error(d: int, subpools: Iterable[Iterable[int]]) -> SparseApproximation:
    """The best of a family, said to be worse by its constant."""
    found = best_over_family(d, subpools)
    off = replace(found, constant=found.constant + Fraction(1, 100))
    return replace(off, error=off.worst_vertex())


def one_short(d: int, count: int) -> SparseApproximation:
    """The best with one subpool max less."""
    return sparse_uniform(d, max(0, count - 1))


def levels_of_others(d: int, orders: Iterable[int]) -> UniformApproximation:
    """A certificate that says to sit on every level."""
    best = best_uniform(d, orders)
    return replace(best, certificate={k: Fraction(1) for k in range(d + 1)})


def uncertified(found: UniformApproximation, *_: Any) -> UniformApproximation:
    return found


def without_a_measure(d: int) -> dict[int, Fraction]:
    return verify_record(d, [m for m in read_record().measures if m.inputs == d][:-1])


def taller(side: int, blocks: Iterable[Iterable[int]]) -> WindowPlan:
    """The plan of the exact maximum for whatever is wanted."""
    del blocks
    return plan_windows(side, [range(side * side)])


def two_faults(fault: Any, other: Any) -> Any:
    """Both at once."""

    def apply(monkeypatch: Any) -> None:
        fault(monkeypatch)
        other(monkeypatch)

    return apply


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
    Fault(x_sharper.regular_blocks, "another constant", swap("average_of_blocks", heavier),
          {"d": 5}),
    Fault(x_sharper.regular_blocks, "more blocks than needed",
          swap("cyclic_runs", lambda d, r: subpools(d, r)), {"d": 5}),
    Fault(x_sharper.any_regular_blocks, "another constant", swap("average_of_blocks", heavier),
          {"d": 5}),
    Fault(x_sharper.what_is_unique, "a certificate on all levels",
          two_faults(swap("best_uniform", levels_of_others), swap("certified", uncertified)),
          {"d": 4}),
    Fault(x_sharper.weights_of_one_order, "another constant", swap("average_of_blocks", heavier),
          {"d": 5}),
    Fault(x_sharper.union_closed, "a constant that is too large",
          swap("best_over_family", larger_error), {"d": 3}),
    Fault(x_sharper.union_closed, "another Moebius function",
          swap("moebius", lambda family: {U: abs(mu) for U, mu in moebius(family).items()}),
          {"d": 3}),
    Fault(x_sharper.planes, "no lines", swap("complements", lambda d, lines: complements(d))),
    Fault(x_sharper.largest_orders_are_closed, "an error that is too large",
          swap("best_uniform", slightly_wrong), {"d": 5}),
    Fault(x_sharper.largest_orders_are_closed, "another Moebius function",
          swap("moebius", lambda family: dict.fromkeys(moebius(family), 1)), {"d": 5}),
    Fault(x_sharper.product_rule, "a family with one set more",
          swap("union_closure", lambda d, I: (*union_closure(d, I), 0))),
    Fault(x_sharper.least_of_few_inputs, "one subpool less", swap("sparse_uniform", one_short),
          {"d": 4, "count": 8}),
    Fault(x_sharper.least_of_few_inputs, "a bound that is not reached",
          swap("most_inverse_error", lambda d, n: (most_inverse_error(d, n) or 0) + 1), {"d": 3}),
    Fault(x_sharper.no_choice_does_better, "a measure that is missing",
          swap("verify_record", without_a_measure), {"d": 4}),
    Fault(x_sharper.few_more_subpools, "no gains", swap("GAINS", {}), {"k": 3}),
    Fault(x_sharper.few_more_subpools, "a gain that is not there", swap("GAINS", {2: {4: 2}}),
          {"k": 2}),
    Fault(x_sharper.as_few_as_inputs, "one subpool less", swap("sparse_uniform", one_short),
          {"d": 5}),
    Fault(x_sharper.as_few_as_inputs, "one of fourteen less", swap("sparse_uniform", one_short),
          {"d": 14, "count": 14}),
    Fault(x_sharper.subspaces, "other numbers of subspaces", swap("_subspaces", lambda n, j: 1),
          {"n": 3}),
    Fault(x_sharper.subspaces, "no subspaces",
          swap("_complements_of_subspaces", lambda n: complements(2**n - 1)), {"n": 3}),
    Fault(x_sharper.inclusion_and_exclusion, "another Moebius function",
          swap("moebius", lambda family: dict.fromkeys(moebius(family), 1)), {"d": 3}),
    Fault(x_sharper.bounds_of_the_residual, "a bound above the error",
          swap("residual_bounds", lambda d, r: tuple(2 * x for x in residual_bounds(d, r))),
          {"d": 5}),
    Fault(x_sharper.when_chebyshev_is_attained, "equality everywhere",
          swap("chebyshev_bound", lambda d, r: best_uniform(d, range(r + 1)).error), {"d": 6}),
    Fault(x_sharper.plans_for_windows, "the plan of the exact maximum",
          swap("plan_windows", taller), {"side": 3}),
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
    assert found.scope == "certificate per instance: d = 12; orders = {3, 7}"
