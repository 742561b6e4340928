"""Every check of Section 5.1 notices a false fact."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pytest

from companion.evidence import s5_generalizability as s5
from faults import Fault, assert_noticed, replacing, slightly_wrong
from maxpooling.approximation import best_uniform
from maxpooling.approximation.uniform import UniformApproximation
from maxpooling.layers import pooling


def of_the_largest_order(d: int, orders: Iterable[int]) -> UniformApproximation:
    """The optimum of {0, r}, r the largest order: it has no negative weight."""
    return best_uniform(d, {0, max(orders)})


def of_all_orders_up_to(d: int, orders: Iterable[int]) -> UniformApproximation:
    """The optimum of {0..r}, r the largest order: it has negative weights."""
    return best_uniform(d, range(max(orders) + 1))


def other_optimum(wrong: Any) -> Any:
    return replacing(s5, "best_uniform", wrong)


def scaled_weights(factor: Fraction) -> Any:
    right = UniformApproximation.weights
    return replacing(
        UniformApproximation, "weights", lambda self: tuple(factor * w for w in right(self))
    )


def clipped(self: Any, x: Any) -> Any:
    """The layer with its outputs cut at 0.9."""
    return unclipped(self, x).clamp(max=0.9)


unclipped = pooling.SubpoolMaxPool2d.forward


def of_the_range_alone(pool: pooling.SubpoolMaxPool2d, low: float, high: float) -> Fraction:
    return (Fraction(high) - Fraction(low)) * best_uniform(4, pool.orders).error


FAULTS = (
    Fault(s5.weight_signs, "an optimum with non-negative weights",
          other_optimum(of_the_largest_order), {"d": 4}),
    Fault(s5.weight_signs, "an error that the certificate does not prove",
          other_optimum(slightly_wrong), {"d": 4}),
    Fault(s5.weight_sizes, "an error that the certificate does not prove",
          other_optimum(slightly_wrong), {"d": 4}),
    Fault(s5.weight_sizes, "weights ten times as large",
          lambda m: m.setattr(UniformApproximation, "weights",
                              lambda self, right=UniformApproximation.weights:
                              tuple(10 * w for w in right(self))), {"d": 4}),
    Fault(s5.weights_in_closed_form, "another estimator",
          other_optimum(of_the_largest_order), {"d": 5}),
    Fault(s5.weights_in_closed_form, "all orders for every set",
          other_optimum(of_all_orders_up_to), {"d": 5}),
    Fault(s5.averages_of_top_ranks, "an estimator with negative weights",
          other_optimum(of_all_orders_up_to), {"d": 5, "r": 3, "constant": True}),
    Fault(s5.averages_of_top_ranks, "the order above",
          other_optimum(lambda d, R: best_uniform(d, [0, min(d - 1, max(R) + 1)])),
          {"d": 5, "r": 1, "constant": True}),
    *(Fault(s5.averages_of_top_ranks, f"shares that add up to {total}, constant: {constant}",
            scaled_weights(total), {"d": 9, "r": 4, "constant": constant})
      for constant, total in ((True, Fraction(2)), (False, Fraction(13, 18)))),
    Fault(s5.averages_of_top_ranks, "the estimator without a constant for the one with it",
          other_optimum(lambda d, R: best_uniform(d, [max(R)])),
          {"d": 9, "r": 4, "constant": True}),
    Fault(s5.pooling_layer, "an estimator that is slightly off",
          other_optimum(slightly_wrong), {"orders": (0, 8)}),
    Fault(s5.pooling_layer, "a layer that loses the brightest pixels",
          replacing(pooling.SubpoolMaxPool2d, "forward", clipped), {"orders": (8,)}),
    Fault(s5.errors_outside_the_range, "the error of the other range alone",
          replacing(pooling.SubpoolMaxPool2d, "error_bound_on", of_the_range_alone), {"d": 4}),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)


def test_images_are_drawn_anew_and_alike() -> None:
    first, second = (list(s5.pooling_layer.runs[0].domain["image"].cases({})) for _ in range(2))
    assert len(first) == 3
    assert all(bool((a == b).all()) for a, b in zip(first, second, strict=True))
    assert not bool((first[0] == first[1]).any())
