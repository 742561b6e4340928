"""False facts that checks must notice, and the faulty stand-ins that several of them share.

Every test module of this folder has a tuple ``FAULTS`` and runs each of them through
:func:`assert_noticed`; ``test_faults_complete.py`` asks that every check has one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import pytest

from companion.checking import Check
from companion.errors import CheckFailedError
from maxpooling.approximation import best_uniform
from maxpooling.approximation.uniform import UniformApproximation


@dataclass(frozen=True)
class Fault:
    """A false fact, and the check that must fail because of it.

    Attributes:
        check: that must notice.
        about: the false fact, in a few words.
        patch: makes it, with the monkeypatch that it is given.
        case: arguments to fix, so that the check is quick; the whole domain if there are none.
    """

    check: Check
    about: str
    patch: Callable[[pytest.MonkeyPatch], None]
    case: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """As pytest names it: ``s3_approximations.lemma_2: weights of the wrong order``."""
        return f"{self.check.name}: {self.about}"


def assert_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check passes at the fault's case as things are, and fails with the false fact.

    Without the first half, a fault at a case where the check fails anyway would prove nothing.
    """
    if fault.case:
        fault.check(**fault.case)
    fault.patch(monkeypatch)
    with pytest.raises(CheckFailedError):
        fault.check(**fault.case)


def replacing(target: object, name: str, wrong: Any) -> Callable[[pytest.MonkeyPatch], None]:
    """A patch that puts ``wrong`` in the place of the attribute ``name``, which must exist."""
    return lambda monkeypatch: monkeypatch.setattr(target, name, wrong)


def slightly_wrong(d: int, orders: Iterable[int]) -> UniformApproximation:
    """The optimum, but for an error and an intercept that are larger by a thousandth part."""
    best = best_uniform(d, orders)
    coefficients = {r: b * Fraction(1001, 1000) ** (r == 0) for r, b in best.coefficients.items()}
    return replace(best, error=best.error * Fraction(1001, 1000), coefficients=coefficients)
