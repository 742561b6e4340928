"""Every check of Appendix A notices a false fact."""

from math import isqrt
from typing import Any

import pytest
import sympy

from companion.evidence import a_algebraic
from faults import Fault, assert_noticed, replacing


def swap(name: str, wrong: Any) -> Any:
    return replacing(a_algebraic, name, wrong)


FAULTS = (
    Fault(a_algebraic.quadratic, "another root", swap("isqrt", lambda n: isqrt(n) + 1)),
    Fault(a_algebraic.quadratic_identity, "another discriminant",
          swap("_discriminant", lambda: sympy.Symbol("a"))),
    Fault(a_algebraic.cubic, "another formula",
          swap("_largest_and_smallest", lambda a, b, c: (max(a, b), min(b, c)))),
    Fault(a_algebraic.cubic, "a formula that has no answer for three equal numbers",
          swap("_largest_and_smallest", lambda a, b, c: (0.0, 0.0)), {"x": (3, 3, 3)}),
    Fault(a_algebraic.casus_irreducibilis, "a cubic with a rational root",
          swap("_irreducible_cubic", lambda t: t**3 - 3 * t + 2), {"d": 3}),
    Fault(a_algebraic.casus_irreducibilis, "a cubic with one real root",
          swap("_irreducible_cubic", lambda t: t**3 - 2), {"d": 3}),
    Fault(a_algebraic.casus_irreducibilis, "a cubic with a root below -10",
          swap("_irreducible_cubic", lambda t: (t - 20) * t * (t + 20) + 1), {"d": 4}),
    Fault(a_algebraic.cubic_identities, "another invariant",
          swap("_cubic_invariants", lambda a, b, c: (a, b, c)),
          {"identity": "depressed cubic"}),
    Fault(a_algebraic.theorem_5, "a quintic that factors", swap("_quintic", lambda t: t**5 - 1)),
    Fault(a_algebraic.theorem_5, "a quintic with one real root",
          swap("_quintic", lambda t: t**5 - t - 1)),
    Fault(a_algebraic.theorem_5, "a quintic whose group is solvable",
          swap("_quintic", lambda t: t**5 + t**4 - 4 * t**3 - 3 * t**2 + 3 * t + 1), {"d": 6}),
    Fault(a_algebraic.solvable_symmetric_groups, "every group is solvable",
          swap("_symmetric_group_is_solvable", lambda degree: True), {"degree": 5}),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)
