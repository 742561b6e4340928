"""Every check of an erratum notices if the printed statement is right after all."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import isqrt
from typing import Any

import pytest
from faults import Fault, assert_noticed, replacing, slightly_wrong

from companion.checking import Evidence
from companion.evidence import published_numbers, z_errata
from maxpooling.approximation import best_uniform
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
    Fault(z_errata.erratum_3, "a sum of which one term counts",
          lambda m: m.setattr(z_errata, "sum", lambda terms: next(iter(terms)), raising=False)),
    Fault(z_errata.few_terms, "a term without its inputs", swap("_home", lambda d, _: (0,)),
          {"d": 3}),
    Fault(z_errata.count_still_stands, "a difference that sees nothing",
          swap("mixed_difference", lambda *_: Fraction(0))),
    Fault(z_errata.erratum_4, "another root", swap("isqrt", lambda square: isqrt(square) + 2)),
    Fault(z_errata.erratum_5, "the printed number is the bound",
          swap("region_bound", printed_as_it_is)),
    Fault(z_errata.erratum_6, "two layers", swap("pairwise_max_counts", lambda *_: (12, 10))),
    Fault(z_errata.erratum_7, "an identity that lacks a sum", swap("identity", without_a_sum)),
    Fault(z_errata.erratum_8, "a bounded error", swap("vertex_average", lambda *_: Fraction(0))),
    Fault(z_errata.erratum_9, "a small error", swap("best_uniform", small), {"d": 9}),
    Fault(z_errata.sets_outside_the_range, "an error above a half",
          swap("best_uniform", lambda d, R: replace(best_uniform(d, R), error=Fraction(2, 3)))),
    Fault(z_errata.low_orders_tend_to_a_half, "an error that falls", swap("best_uniform", small),
          {"r": 1}),
    Fault(z_errata.erratum_10, "the printed number of parameters",
          replacing(published_numbers, "replaced_pools", as_printed)),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)


def test_slightly_wrong_optimum_is_no_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(z_errata.erratum_1, "an error that is off", swap("best_uniform", slightly_wrong))
    assert_noticed(fault, monkeypatch)
