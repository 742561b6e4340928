"""Results as plain data: printed whatever the length of their numbers, kept as JSON, hashed.

A fraction is the text ``"1/18"`` here, so that nothing is lost. Python refuses to print or read
integers of more than 4300 digits by one call; the functions of this module take them in parts.
"""

from collections.abc import Mapping
from dataclasses import fields
from fractions import Fraction
from math import isfinite
from typing import Any, Self, cast, get_args, get_origin, get_type_hints

PART = 4000
"""Digits that are printed or read at once, below the smallest limit that Python has by default."""
LONGEST = 60
"""Digits up to which ``repr`` shows a number; a longer one is told by its size."""


def digits(number: int) -> str:
    """The decimal digits of an integer of any size.

    Examples:
        >>> digits(-12), len(digits(10**5000))
        ('-12', 5001)
    """
    rest, parts = abs(number), []
    while rest >= 10**PART:
        rest, part = divmod(rest, 10**PART)
        parts.append(f"{part:0{PART}}")
    return ("-" if number < 0 else "") + str(rest) + "".join(reversed(parts))


def text(value: Fraction | int) -> str:
    """A rational number as ``1/18``, of any size.

    Examples:
        >>> text(Fraction(1, 18)), text(Fraction(-8)), len(text(Fraction(1, 10**5000)))
        ('1/18', '-8', 5003)
    """
    whole = value.denominator == 1
    return digits(value.numerator) + ("" if whole else f"/{digits(value.denominator)}")


def rational(written: object) -> Fraction:
    """The number that :func:`text` wrote.

    Raises:
        ValueError: it is no text of this form.

    Examples:
        >>> rational("1/18")
        Fraction(1, 18)
    """
    try:
        above, slash, below = cast(str, written).partition("/")
        return Fraction(_integer(above), _integer(below) if slash else 1)
    except (AttributeError, TypeError, ValueError, ZeroDivisionError):
        shown = repr(written)[:LONGEST]
        raise ValueError(f"a number must be written as '-3/2' or '5', got {shown}") from None


def _integer(written: str) -> int:
    sign, number = (-1, written[1:]) if written.startswith("-") else (1, written)
    if not (number.isascii() and number.isdigit()):
        raise ValueError
    value = 0
    for start in range(0, len(number), PART):
        part = number[start : start + PART]
        value = value * 10 ** len(part) + int(part)
    return sign * value


class Result:
    """What the results of this library have in common beside their fields.

    The dataclasses below it take over ``__hash__`` and ``__repr__`` by name: a dataclass writes its
    own otherwise, which fails on dictionaries and on long numbers.
    """

    def to_dict(self) -> dict[str, Any]:
        """The fields as what JSON knows: fractions as text, keys too, no number that is not one.

        Examples:
            >>> from maxpooling import best_uniform
            >>> best_uniform(4, [0, 3]).to_dict()["coefficients"]
            {'0': '1/8', '3': '1'}
        """
        return {name: _plain(value) for name, value in self._fields()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The result that :meth:`to_dict` wrote; ``verify()`` then proves it again.

        Raises:
            ValueError: a field is missing, unknown, or not of its kind.

        Examples:
            >>> from maxpooling import best_uniform
            >>> best = best_uniform(9, [0, 8])
            >>> type(best).from_dict(best.to_dict()) == best
            True
        """
        hints = get_type_hints(cls)
        names = [one.name for one in fields(cast(Any, cls))]
        if not isinstance(data, Mapping) or set(data) != set(names):
            found = sorted(map(str, data)) if isinstance(data, Mapping) else data
            raise ValueError(f"data must have the fields {', '.join(names)}, got {found!r}")
        return cls(**{name: _read(name, hints[name], data[name]) for name in names})

    def _fields(self) -> list[tuple[str, Any]]:
        return [(one.name, getattr(self, one.name)) for one in fields(cast(Any, self))]

    def __hash__(self) -> int:
        """Equal results have equal hashes, though they hold dictionaries."""
        values = (value for _, value in self._fields())
        return hash(tuple(frozenset(v.items()) if isinstance(v, dict) else v for v in values))

    def __repr__(self) -> str:
        """As a dataclass has it, but for numbers of many digits, whose size is told."""
        inside = ", ".join(f"{name}={_shown(value)}" for name, value in self._fields())
        return f"{type(self).__name__}({inside})"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {_key(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Fraction):
        return text(value)
    if isinstance(value, float) and not isfinite(value):
        return None  # JSON has no NaN
    return value


def _key(key: int | tuple[int, ...]) -> str:
    return " ".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _read(name: str, kind: Any, value: Any) -> Any:
    """A field of a result from plain data, by its type."""
    try:
        if kind is Fraction:
            return rational(value)
        if get_origin(kind) is tuple:
            return tuple(_read(name, get_args(kind)[0], one) for one in value)
        if get_origin(kind) is dict:
            to, of = get_args(kind)
            return {_read_key(to, key): _read(name, of, one) for key, one in value.items()}
        if kind is float:
            return float("nan") if value is None else float(value)
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}") from None
    if kind in (int, bool, str) and type(value) is not kind:
        raise ValueError(f"{name} must be of type {kind.__name__}, got {value!r}")
    return value


def _read_key(kind: Any, key: str) -> int | tuple[int, ...]:
    return tuple(int(part) for part in key.split()) if get_origin(kind) is tuple else int(key)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_shown(one)}" for key, one in value.items()) + "}"
    if isinstance(value, Fraction):
        return f"Fraction({_short(value.numerator)}, {_short(value.denominator)})"
    return repr(value)


def _short(number: int) -> str:
    written = digits(number)
    return written if len(written) <= LONGEST else f"<{len(written.lstrip('-'))} digits>"
