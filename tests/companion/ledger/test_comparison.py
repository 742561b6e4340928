"""Whether a value agrees with a published one: strict bounds, tolerances, texts."""

from fractions import Fraction

import pytest

from companion.checking import Value
from companion.ledger.comparison import ABSENT, FAILS, HOLDS, LOST, Published, number, shown

TINY = Fraction(1, 10**12)
HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("relation", "below", "equal", "above"),
    [
        ("<", True, False, False),
        ("<=", True, True, False),
        (">", False, False, True),
        (">=", False, True, True),
    ],
)
def test_bounds_are_strict_where_they_say_so(
    relation: str, below: bool, equal: bool, above: bool
) -> None:
    bound = Published(f"{relation} 1/2")
    assert bound.is_bound
    assert [bound.agrees(HALF + step) for step in (-TINY, 0, TINY)] == [below, equal, above]
    assert bound.agrees(0.5) == equal  # a float within a bound is enough


@pytest.mark.parametrize(
    ("published", "ours", "expected"),
    [
        (Published("1/2"), HALF, True),
        (Published("1/2"), HALF + TINY, False),
        (Published("1/2"), HALF - TINY, False),
        (Published("1/2"), 0.5, False),
        (Published("3"), 3, True),
        (Published("0.5", TINY), HALF + TINY, True),
        (Published("0.5", TINY), HALF - TINY, True),
        (Published("0.5", TINY), HALF + 2 * TINY, False),
        (Published("0.5", TINY), HALF - 2 * TINY, False),
        (Published("0.5", TINY), 0.5, True),
        (Published("nine"), 9, False),
        (Published("nine", TINY), 9.0, False),
        (Published("nine"), "nine", True),
        (Published("nine"), "ten", False),
        (Published("< nine"), 3, False),
        (Published("1/2"), "0.5", False),
    ],
)
def test_numbers_and_texts(published: Published, ours: Value, expected: bool) -> None:
    assert published.agrees(ours) is expected


@pytest.mark.parametrize(
    ("text", "comparable", "statement", "bound"),
    [
        (LOST, False, False, False),
        (ABSENT, False, False, False),
        (HOLDS, True, True, False),
        (FAILS, True, True, False),
        ("1/2", True, False, False),
        ("<= 1/2", True, False, True),
        ("<= half", True, False, False),
    ],
)
def test_kinds(text: str, comparable: bool, statement: bool, bound: bool) -> None:
    one = Published(text)
    assert (one.comparable, one.is_statement, one.is_bound) == (comparable, statement, bound)


def test_numbers_are_read_and_shown() -> None:
    assert number("1/0") is None
    assert number("-0.25") == Fraction(-1, 4)
    assert shown(Fraction(1, 3)) == "1/3"
    assert shown(0.123456) == "0.1235"
