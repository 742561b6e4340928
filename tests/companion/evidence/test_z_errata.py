"""Every check of an erratum notices if the printed statement is right after all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import isqrt
from typing import Any

import pytest

from companion.checking import Evidence
from companion.evidence import published_numbers, z_errata
from companion.evidence.z_errata import comparisons
from faults import Fault, assert_noticed, replacing, slightly_wrong
from maxpooling.approximation import best_uniform
from maxpooling.approximation.decompositions import DecompositionBound, decomposition_bound
from maxpooling.approximation.uniform import UniformApproximation
from maxpooling.networks import region_bound
from maxpooling.two_layers import Identity, identity


def without_a_sum(n: int, goal: Any = "symmetric") -> Identity:
    """The identity with one of its terms left out."""
    whole = identity(n, goal)
    return replace(whole, terms=whole.terms[1:])


def printed_as_it_is(inputs: int, widths: Sequence[int], reading: Any = None) -> int:
    return 819906560 if reading is None else region_bound(inputs, widths, reading)


def rising(d: int, orders: Iterable[int]) -> UniformApproximation:
    """An optimum of which every weight on a rank is positive."""
    del orders
    return best_uniform(d, [d - 1])


def moved(d: int, orders: Iterable[int], others: Iterable[int]) -> UniformApproximation:
    """The optimum of other orders, which passes for the one of these; its certificate is right."""
    right = best_uniform(d, others)
    return Passed(**{**vars(right), "orders": tuple(orders)})


@dataclass(frozen=True)
class Passed(UniformApproximation):
    """An estimator whose certificate is not looked at."""

    def verify(self) -> bool:
        return True


def without_the_last(d: int, r: int) -> DecompositionBound:
    bound = decomposition_bound(d, r)
    return replace(bound, measure={k: mu for k, mu in bound.measure.items() if k < d})


def small(d: int, orders: Iterable[int]) -> UniformApproximation:
    return replace(best_uniform(d, orders), error=Fraction(1, 10 * d))


def as_printed(experiment: str, kernel: int) -> Evidence:
    del kernel
    counts = {"resnet-cifar10": 10_238_233, "lenet-cifar10": 253_890}
    return Evidence("", "", (), {"parameters": counts[experiment]})


def swap(name: str, wrong: Any) -> Any:
    return replacing(z_errata, name, wrong)


FAULTS = (
    Fault(z_errata.erratum_1, "the value is a bound only",
          swap("error_over_cube", lambda *_: Fraction(1, 9)), {"d": 2}),
    Fault(z_errata.fewer_points_give_less, "two vertices that no estimator fits",
          swap("vertex_average", lambda *_: Fraction(1, 3))),
    Fault(z_errata.erratum_2, "an increasing optimum", swap("best_uniform", rising)),
    Fault(z_errata.increasing_optima, "only increasing optima", swap("best_uniform", rising),
          {"d": 3}),
    Fault(z_errata.ordered_points, "points whose gaps are ordered",
          swap("pairwise", lambda x: zip(x, [0] * len(x), strict=True)), {"d": 3, "k": 1}),
    Fault(z_errata.erratum_3, "a sum of which one term counts",
          lambda m: m.setattr(z_errata, "sum", lambda terms: next(iter(terms)), raising=False)),
    Fault(z_errata.few_terms, "a term without its inputs", swap("_home", lambda d, _: (0,)),
          {"d": 3}),
    Fault(z_errata.count_still_stands, "a difference that sees nothing",
          swap("mixed_difference", lambda *_: Fraction(0))),
    Fault(z_errata.sorting_network, "a network that lacks a comparison",
          swap("comparisons", lambda d: comparisons(d)[:-1]), {"d": 4}),
    Fault(z_errata.sorting_network, "as many comparisons as subpool maxes",
          swap("comparisons", lambda d: comparisons(d) * 3), {"d": 4}),
    Fault(z_errata.sorting_network, "another estimator",
          swap("best_uniform", lambda d, _: best_uniform(d, [0, d - 1])), {"d": 4}),
    Fault(z_errata.erratum_4, "another root", swap("isqrt", lambda square: isqrt(square) + 2)),
    Fault(z_errata.erratum_5, "the printed number is the bound",
          swap("region_bound", printed_as_it_is)),
    Fault(z_errata.no_widths_give_it, "the number that the widths 12, 10, 9 do give",
          swap("_PRINTED_REGIONS", 1111887033), {"inputs": 9, "layers": 3, "most": 64}),
    Fault(z_errata.no_widths_give_it, "a bound that is always the printed number",
          swap("region_bound", lambda *_: 819906560), {"inputs": 7, "layers": 1, "most": 8}),
    Fault(z_errata.erratum_6, "two layers", swap("pairwise_max_counts", lambda *_: (12, 10))),
    Fault(z_errata.erratum_7, "an identity that lacks a sum", swap("identity", without_a_sum)),
    *(Fault(z_errata.printed_identity, f"{right} printed as {wrong}",
            swap("PRINTED_IDENTITY", z_errata.PRINTED_IDENTITY.replace(right, wrong)))
      for right, wrong in (
          ("tfrac2{15}", "tfrac25"), ("-\\tfrac", "+\\tfrac"), ("m_{ac},", "m_{ad},"),
          ("max(2x_a", "max(2x_b"),
      )),
    Fault(z_errata.erratum_8, "a bounded error", swap("vertex_average", lambda *_: Fraction(0))),
    Fault(z_errata.erratum_13, "an error of the maximum itself",
          swap("vertex_average", lambda *_: Fraction(1, 2)), {"d": 4}),
    Fault(z_errata.erratum_13, "a bound for fewer inputs",
          swap("decomposition_bound", lambda d, r: decomposition_bound(d, r - 1)), {"d": 4}),
    Fault(z_errata.erratum_13, "a measure that some function sees",
          swap("decomposition_bound", without_the_last), {"d": 4}),
    *(Fault(z_errata.range_of_errors, f"the optimum of {what}",
            swap("best_uniform", lambda d, R, wrong=wrong: moved(d, R, wrong)),
            {"d": 4, "orders": orders})
      for what, orders, wrong in (
          ("the constant for another set", (0, 1), (0,)),
          ("all orders for another set", (0, 2), (0, 1, 2, 3)),
          ("the mean for another set", (1, 2), (1,)),
          ("a set with 0 for one without", (1, 3), (0, 1, 2, 3)),
          ("another set for all orders", (1, 2, 3), (2, 3)),
      )),
    Fault(z_errata.sets_outside_the_range, "an error above a half",
          swap("best_uniform", lambda d, R: replace(best_uniform(d, R), error=Fraction(2, 3)))),
    Fault(z_errata.low_orders_tend_to_a_half, "an error that falls", swap("best_uniform", small),
          {"r": 1}),
    Fault(z_errata.low_orders_tend_to_a_half, "the mean without its constant",
          swap("best_uniform", lambda d, R: replace(
              best_uniform(d, R), error=Fraction(5 * d - 1, 10 * d))), {"r": 1}),
    Fault(z_errata.erratum_10, "the printed number of parameters",
          replacing(published_numbers, "replaced_pools", as_printed)),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)


def test_slightly_wrong_optimum_is_no_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(z_errata.erratum_1, "an error that is off", swap("best_uniform", slightly_wrong))
    assert_noticed(fault, monkeypatch)


@pytest.mark.parametrize("d", range(1, 13))
def test_a_sorting_network_sorts_all_zeros_and_ones(d: int) -> None:
    for x in product((0, 1), repeat=d):
        ranked = list(x)
        for i, j in comparisons(d):
            assert i < j
            ranked[i], ranked[j] = max(ranked[i], ranked[j]), min(ranked[i], ranked[j])
        assert ranked == sorted(x, reverse=True)


@pytest.mark.parametrize("target", [1, 52, 256, 2510, 8000, 10**9])
def test_widths_with_a_bound_by_trying_all(target: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(z_errata, "_PRINTED_REGIONS", target)
    for layers in (1, 2):
        every = product(range(1, 17), repeat=layers)
        assert list(z_errata._widths_with_bound(4, layers, 16, ())) == [
            widths for widths in every if region_bound(4, widths) == target
        ]
