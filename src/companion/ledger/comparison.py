"""Published values: exact, rounded, a bound, a statement, or lost; and whether ours agrees."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from companion.checking import Value

LOST = "lost in the available text"
HOLDS = "holds"
FAILS = "does not hold"
ABSENT = "not in the paper"

_BOUND = re.compile(r"(<=|>=|<|>)\s*(.+)")
_RELATIONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Published:
    """A published value and how closely ours has to agree with it.

    Attributes:
        text: ``1/18``, ``0.0556``, ``<= 1/512``, ``holds`` (a statement without a number), other
            text (compared letter by letter), :data:`LOST`, or :data:`ABSENT`.
        tolerance: largest difference from a number; 0 asks for exact equality of exact numbers.
    """

    text: str
    tolerance: Fraction = Fraction(0)

    @property
    def comparable(self) -> bool:
        """Whether there is a published value at all."""
        return self.text not in (LOST, ABSENT)

    @property
    def is_statement(self) -> bool:
        """Whether it is a statement, which holds or fails, and no number or text."""
        return self.text in (HOLDS, FAILS)

    @property
    def is_bound(self) -> bool:
        """Whether it is an inequality."""
        return self._bound() is not None

    def agrees(self, ours: Value) -> bool:
        """Whether ``ours`` is the published value, or within its tolerance or bound.

        Examples:
            >>> Published("1/18").agrees(Fraction(1, 18))
            True
            >>> Published("1/18").agrees(1 / 18)  # a float is no proof of an exact value
            False
            >>> Published("0.0556", Fraction(1, 20000)).agrees(Fraction(1, 18))
            True
            >>> Published("<= 1/512").agrees(Fraction(1, 512))
            True
        """
        if isinstance(ours, str):
            return ours == self.text
        found = Fraction(ours)
        bound = self._bound()
        if bound:
            return _RELATIONS[bound[0]](found, bound[1])
        wanted = number(self.text)
        if wanted is None or (isinstance(ours, float) and not self.tolerance):
            return False
        return abs(found - wanted) <= self.tolerance

    def _bound(self) -> tuple[str, Fraction] | None:
        match = _BOUND.fullmatch(self.text)
        limit = number(match[2]) if match else None
        return (match[1], limit) if match and limit is not None else None


def number(text: str) -> Fraction | None:
    """The exact number that a text writes as integer, ``a/b`` or decimal; None if it is none.

    Examples:
        >>> number("0.0020"), number("2 hidden layers")
        (Fraction(1, 500), None)
    """
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def shown(ours: Value) -> str:
    """Our value as a reader sees it: exact as it is, floats to four digits.

    Examples:
        >>> shown(Fraction(1, 18)), shown(0.123456)
        ('1/18', '0.1235')
    """
    return f"{ours:.4g}" if isinstance(ours, float) else str(ours)
