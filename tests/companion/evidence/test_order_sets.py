"""What a statement says of every set of orders is tried with and without the constant.

A comparison that holds only for sets with 0 (E <= 1/2) was once stated for all, while its check
left the others out by a condition of its own.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

import pytest

from companion.checking.domains import OrderSets
from companion.ledger.registry import checks
from maxpooling.approximation import best_uniform, error_over_cube
from maxpooling.approximation.mean_square import best_mean_square
from maxpooling.approximation.volume import extreme_volume

RESTRICTED = {
    "lemma-8": "the shift b, the order 0, is a part of (29)",
    "theorem-6": "says: let 0 be in R",
    "theorem-c": "says: for every set of positive orders",
    "theorem-e": "of the space V_A, which has the constant",
    "theorem-g": "its part on any set says: of positive orders",
    "lemma-x": "of the space V_A, which has the constant",
    "range-of-inputs": "says: for order sets with a constant",
}
"""Claims whose checks try only sets with 0 or only sets without, and why that is all they say."""

_LEFT_OUT = re.compile(r"require\(\s*[^\n]*\b0 (?:not )?in \w+ (?:or|and)\b")


def domains() -> Iterator[tuple[str, OrderSets]]:
    for check in checks().values():
        for run in check.runs:
            for domain in run.domain.values():
                if isinstance(domain, OrderSets):
                    yield check.claim, domain


def tried(claim: str) -> set[bool]:
    """Whether some set that is tried has 0, and whether some set has not."""
    return {
        0 in orders
        for name, domain in domains()
        if name == claim
        for orders in domain.cases({domain.pool: 4})
    }


@pytest.mark.parametrize("claim", sorted({claim for claim, _ in domains()}))
def test_sets_with_and_without_a_constant_are_tried(claim: str) -> None:
    assert (tried(claim) == {True, False}) == (claim not in RESTRICTED)


def test_no_check_leaves_sets_out_by_a_condition_of_its_own() -> None:
    assert [name for name, one in checks().items() if _LEFT_OUT.search(one.source)] == []
    assert _LEFT_OUT.search("require(0 not in orders or bound >= printed, '')")


@pytest.mark.parametrize("orders", [[], [3], [0, 3], [1, 2, 3]])
@pytest.mark.parametrize(
    "solve", [best_uniform, best_mean_square, error_over_cube, lambda d, R: extreme_volume(
        d, R, Fraction(1, 2))], ids=["uniform", "mean square", "cube", "volume"],
)  # fmt: skip
def test_neither_the_order_d_nor_the_empty_set_is_a_set_of_orders(
    solve: Callable[[int, Iterable[int]], Any], orders: list[int]
) -> None:
    with pytest.raises(ValueError, match="orders"):
        solve(3, orders)
