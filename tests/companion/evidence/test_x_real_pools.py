"""Every check of the chapter on real pools notices a false fact."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from companion.evidence import x_real_pools as checks
from companion.evidence.x_real_pools import _spacings
from faults import Fault, assert_noticed, replacing
from maxpooling.approximation import best_uniform


def shifted(d: int, orders: Any) -> Any:
    """The optimum with a constant that is a thousandth larger."""
    best = best_uniform(d, orders)
    moved = best.coefficients.get(0, Fraction(0)) + Fraction(1, 1000)
    return replace(best, coefficients={**best.coefficients, 0: moved})


FAULTS = (
    Fault(
        checks.simplex,
        "spacings in the wrong order",
        replacing(checks, "_spacings", lambda x: _spacings(x)[::-1]),
    ),
    Fault(
        checks.simplex_with_one_order,
        "another constant",
        replacing(checks, "best_uniform", shifted),
        {"d": 4},
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)
