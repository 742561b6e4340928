"""The recursion for every n: the tuple that it must be, the identity, the bounds on its terms."""

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product
from math import factorial, lcm, prod
from random import Random
from typing import Any

import pytest

from maxpooling.errors import CertificateError
from maxpooling.two_layers import Identity, Template
from maxpooling.two_layers.recursion import (
    MOST_INPUTS,
    MOST_LABELLED,
    Phi,
    as_template,
    forest_terms,
    integral_to_least,
    recursive_identity,
)

UNMERGED = {2: 2, 3: 44, 4: 689, 5: 14112}
AVERAGES = {2: 1, 3: 15, 4: 91, 5: 522, 6: 3134}


@pytest.fixture(scope="module")
def labelled() -> dict[int, dict[Phi, Fraction]]:
    return {n: forest_terms(n) for n in UNMERGED}


def value(phi: Phi, x: list[Any]) -> Any:
    forest, form = phi
    return sum(max(x[a], x[b]) for a, b in forest) + sum(
        c * entry for c, entry in zip(form, x, strict=True)
    )


def exponential(phi: Phi, big_x: list[Fraction]) -> Fraction:
    """The product of the larger of two X over the edges, and of the powers of X."""
    forest, form = phi
    edges = prod(max(big_x[a], big_x[b]) for a, b in forest)
    return Fraction(edges) * prod(
        (entry**c for c, entry in zip(form, big_x, strict=True)), start=Fraction(1)
    )


class TestTuple:
    @pytest.mark.parametrize("n", UNMERGED)
    def test_is_the_one_of_the_proof(self, n: int, labelled: dict[int, Any]) -> None:
        """Up to a constant: what is compared is the difference to the point where all X are 1."""
        random = Random(n)
        for _ in range(3):
            big_x = [Fraction(random.randint(1, 60), random.randint(1, 9)) for _ in range(n)]
            y = sorted(big_x, reverse=True)
            expected = Fraction(0)
            for k in range(1, n):
                power = prod(y[:k]) / y[k] ** k
                expected += (power + 1 / power - 2) / (k * (k + 1))
            terms = labelled[n].items()
            assert expected == sum(q * (exponential(phi, big_x) - 1) for phi, q in terms)

    @pytest.mark.parametrize("n", UNMERGED)
    def test_terms_are_within_the_bounds(self, n: int, labelled: dict[int, Any]) -> None:
        terms = labelled[n]
        assert len(terms) == UNMERGED[n] <= ((n + 1) * (2 * n + 1)) ** (n - 1)
        divisor = prod(lcm(*range(1, d + 1)) for d in range(2, n + 1))
        for (forest, form), q in terms.items():
            assert divisor % q.denominator == 0
            assert all(-n <= c <= n for c in form)
            assert sum(form) == -len(forest)
            assert _is_forest(forest, n)
        assert sum(map(abs, terms.values())) <= factorial(n) * 2 ** (n * n + 3 * n)


def numbers(h: dict[Any, Fraction], big_x: list[Fraction]) -> dict[int, Fraction]:
    """The coefficients of the powers of t at a point."""
    found: dict[int, Fraction] = defaultdict(Fraction)
    for (m, exponents), c in h.items():
        found[m] += c * exponential(((), exponents), big_x)
    return found


def times_factors(h: dict[int, Fraction], roots: list[Fraction]) -> dict[int, Fraction]:
    """h times the product of root - t."""
    for root in roots:
        following: dict[int, Fraction] = defaultdict(Fraction)
        for m, c in h.items():
            following[m] += root * c
            following[m + 1] -= c
        h = following
    return h


class TestIntegral:
    """Any integrand of the theorem, not only those that the identity needs."""

    @pytest.mark.parametrize("seed", range(25))
    def test_up_to_the_least(self, seed: int) -> None:
        random = Random(seed)
        n = random.randint(1, 4)
        inputs = tuple(sorted(random.sample(range(n), random.randint(1, n))))
        p = random.choice(inputs)
        others = [i for i in inputs if i != p]
        h: dict[Any, Fraction] = defaultdict(Fraction)
        for _ in range(random.randint(1, 4)):
            exponents = tuple(random.randint(-2, 2) for _ in range(n))
            c = Fraction(random.randint(-5, 5), random.randint(1, 4))
            h[random.randint(-4, 3), exponents] += c
        # Take away the residue: that of pi_p / t is the product of the other X.
        for (m, exponents), c in list(h.items()):
            powers = -1 - m
            if 0 <= powers <= len(others):
                for kept in combinations(others, len(others) - powers):
                    shifted = tuple(
                        e + (i in kept) - (i in others) for i, e in enumerate(exponents)
                    )
                    h[-1, shifted] -= (-1) ** powers * c
        got = integral_to_least(inputs, p, h, one_of_all=False)
        for _ in range(4):
            big_x = [Fraction(random.randint(1, 30), random.randint(1, 7)) for _ in range(n)]
            f = times_factors(numbers(h, big_x), [big_x[i] for i in others])
            assert f.pop(-1, 0) == 0
            least = min(big_x[i] for i in inputs)
            expected = sum(c * least ** (m + 1) / (m + 1) for m, c in f.items())
            assert expected == sum(c * exponential(phi, big_x) for phi, c in got.items())

    @pytest.mark.parametrize("inputs", [(0,), (0, 1), (0, 1, 2)])
    def test_a_residue_is_refused(self, inputs: tuple[int, ...]) -> None:
        with pytest.raises(ValueError, match="h must leave pi_p h without residue"):
            integral_to_least(inputs, 0, {(-1, (0, 0, 0)): Fraction(1)}, one_of_all=False)


class TestIdentity:
    @pytest.mark.parametrize("n", [2, 3, 4])
    def test_holds_with_ties(self, n: int, labelled: dict[int, Any]) -> None:
        for x in product(range(3), repeat=n):
            point = list(x)
            total = sum(q * abs(value(phi, point)) for phi, q in labelled[n].items())
            assert max(x) == Fraction(sum(x), n) + total / 2

    def test_holds_for_five(self, labelled: dict[int, Any]) -> None:
        random = Random(5)
        for _ in range(5):
            x = [random.randint(-9, 9) for _ in range(5)]
            total = sum(q * abs(value(phi, x)) for phi, q in labelled[5].items())
            assert max(x) == Fraction(sum(x), 5) + total / 2

    @pytest.mark.parametrize("n", AVERAGES)
    def test_is_proved(self, n: int) -> None:
        identity = recursive_identity(n)
        assert identity.blocks == (n,)
        assert len(identity.terms) == AVERAGES[n]
        assert identity.verify().n == n

    @pytest.mark.parametrize("n", [3, 4])
    def test_is_the_average_of_the_labelled_one(self, n: int, labelled: dict[int, Any]) -> None:
        """Two routes to one function; the coefficients of all comparisons together as well."""
        identity = recursive_identity(n)
        whole = sum(term.coefficient for term in identity.terms)
        assert whole == sum(labelled[n].values())
        for x in product(range(2), repeat=n):
            assert identity(x) == max(x)

    def test_no_linear_part_is_left(self) -> None:
        assert all(recursive_identity(n).pairs == () for n in (2, 3, 4, 5))

    def test_a_wrong_coefficient_is_refused(self) -> None:
        good = recursive_identity(4)
        for number in range(0, len(good.terms), 9):
            terms = list(good.terms)
            terms[number] = replace(terms[number], coefficient=terms[number].coefficient + 1)
            with pytest.raises(CertificateError):
                Identity(good.blocks, good.pairs, tuple(terms)).verify()

    @pytest.mark.parametrize("n", [1, 0, -1, MOST_INPUTS + 1, True, 3.0, "3", None])
    def test_other_numbers_are_refused(self, n: Any) -> None:
        with pytest.raises(ValueError, match="n must be"):
            recursive_identity(n)

    @pytest.mark.parametrize("n", [1, MOST_LABELLED + 1])
    def test_other_numbers_of_labelled_inputs_are_refused(self, n: int) -> None:
        with pytest.raises(ValueError, match="n must be"):
            forest_terms(n)


class TestTemplates:
    def test_of_a_forest(self) -> None:
        assert as_template((((0, 1), (1, 2)), (1, 0, -3))) == Template(
            [(0, 1), (1, 2), (0, 0)], [(2, 2)] * 3
        )

    def test_of_nothing(self) -> None:
        assert as_template(((), (0, 0))) is None


def _is_forest(edges: tuple[tuple[int, int], ...], n: int) -> bool:
    component = list(range(n))
    for a, b in edges:
        one, other = component[a], component[b]
        if one == other:
            return False
        component = [one if c == other else c for c in component]
    return True
