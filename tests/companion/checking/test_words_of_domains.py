"""Every domain says itself to a reader."""

from fractions import Fraction

import pytest

from companion.checking import Check, Kind, check
from companion.checking.domains import (
    Domain,
    Drawn,
    Integers,
    Listed,
    Normal,
    OrderSample,
    OrderSets,
    PowersOfTwo,
    Rankings,
    Steps,
    Subsets,
    Through,
    Titled,
    Uniform,
    Vectors,
    counted,
    listed,
    shown,
)

CONSTANT = {True: "with a constant", False: "without a constant"}


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        (Listed(range(2, 65)), "a = 2 to 64"),
        (Listed(range(-6, -2)), "a = −6 to −3"),
        (Listed(range(2, 5)), "a = 2, 3, 4"),
        (Listed((5, 6, 7, 8)), "a = 5 to 8"),
        (Listed((2, 3, 5)), "a = 2, 3, 5"),
        (Listed(range(5, 62, 4)), "a = 5, 9, …, 61"),
        (Listed(range(2, 7, 2)), "a = 2, 4, 6"),
        (Listed((0.3, 1.0, -2e-7)), "a = 0.3, 1, −2e−07"),
        (Listed((range(3), range(9), (0, 8))), "a = {0, 1, 2}, {0, …, 8}, {0, 8}"),
        (Listed((2, 3), called="windows of side"), "windows of side 2, 3"),
        (Listed(("hexagon", "mixed"), called=""), "hexagon, mixed"),
        (Titled(CONSTANT), "with a constant and without a constant"),
        (Titled(CONSTANT, "with and without a constant"), "with and without a constant"),
        (Titled({"l2": "L2"}, called="attack in"), "attack in L2"),
        (Through(1, "d - 1"), "a = 1 to d−1"),
        (OrderSets("d"), "a: every non-empty subset of {0, …, d−1}"),
        (OrderSets("n", 1, 3), "a: every non-empty subset of {1, …, n−1} with 3"),
        (Vectors(range(-2, 2), "d + 1"), "every vector of d+1 entries in {−2, …, 1}"),
        (Vectors((0, 1), 3, called="w:"), "w: every vector of 3 entries in {0, 1}"),
        (Subsets(range(7), "n"), "a: every n of {0, …, 6}"),
        (
            Steps(Fraction(-1, 2), Fraction(1), Fraction(1, 24)),
            "a = −1/2 to 1 in steps of 1/24",
        ),
        (PowersOfTwo("d"), "a: every power of 2 below d"),
        (Rankings("d"), "every ranking of d numbers"),
        (
            Drawn(Integers(-9, 9, "d"), 200),
            "200 random vectors of d integers from −9 to 9, seed 1",
        ),
        (
            Drawn(Integers(-9, 9, "d", "d - 1", denominator=10), 1, seed=0),
            "one random matrix of d−1 rows of d multiples of 1/10 from −9/10 to 9/10, seed 0",
        ),
        (
            Drawn(Uniform(5, -1), 2),
            "2 random vectors of 5 numbers, uniform in [−1, 1], seed 1",
        ),
        (
            Drawn(Normal("d", -1.2), 2),
            "2 random vectors of d normal numbers with mean −1.2, seed 1",
        ),
        (
            Drawn(OrderSample((2, 5, 20)), 8),
            "8 random sets of 2, 5 or 20 of the orders 1 to d−1, seed 1",
        ),
        (Drawn(OrderSample("k"), 1), "one random set of k of the orders 1 to d−1, seed 1"),
    ],
)
def test_all_values(domain: Domain, words: str) -> None:
    assert domain.words("a") == words


@pytest.mark.parametrize(
    ("domain", "value", "words"),
    [
        (Listed(range(2, 65)), 9, "a = 9"),
        (Listed((1, 3), called="kernels of side"), 3, "kernels of side 3"),
        (Titled(CONSTANT, "with and without a constant"), True, "with a constant"),
        (Titled({"l2": "L2"}), "linf", "linf"),
        (OrderSets("d"), (0, 8), "a = {0, 8}"),
        (Vectors((0, 1), 3), (0, 1, 1), "a = {0, 1, 1}"),
    ],
)
def test_one_value(domain: Domain, value: object, words: str) -> None:
    assert domain.words_of("a", value) == words


def toy() -> Check:
    @check("toy", Kind.EVERY_CASE, d=(2, 3), constant=Titled(CONSTANT, "with and without one"))
    def one(d: int, constant: bool) -> dict[str, Fraction]:
        return {"least": Fraction(-1, 4)}

    return one


def test_a_line_has_them_all_and_counts_only_several() -> None:
    assert toy()().scope.endswith(": d = 2, 3; with and without one; 4 cases")
    assert toy()(constant=True).scope.endswith(": d = 2, 3; with a constant; 2 cases")
    assert toy()(d=2, constant=True).scope.endswith(": d = 2; with a constant")


def test_what_is_found_has_a_true_minus() -> None:
    assert "4 cases. Found: least = −1/4.</p>" in toy()()._repr_html_()


def test_without_a_domain_there_is_one_case() -> None:
    @check("toy", Kind.EVERY_CASE)
    def one() -> None: ...

    assert one().scope == "every case of a finite domain: one case"


def test_words_in_a_row() -> None:
    assert (listed(["a"]), listed("abc"), listed("ab", "or")) == ("a", "a, b and c", "a or b")
    assert (counted(1, "set", "sets"), counted(3, "set", "sets")) == ("one set", "3 sets")
    assert shown(frozenset({2})) == "{2}"
