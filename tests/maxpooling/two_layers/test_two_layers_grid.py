"""The grid test of an identity: agrees with evaluation, and refuses what is wrong."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from maxpooling.errors import CertificateError
from maxpooling.two_layers import identity
from maxpooling.two_layers.grid import holds_on_grid


class TestGrid:
    def test_agrees_with_evaluation(self) -> None:
        six = identity(6, "symmetric")
        assert holds_on_grid(six, (0, 2)) == 64
        assert all(six(x) == max(x) for x in product((0, 2), repeat=6))

    @pytest.mark.parametrize("n", [5, 9, 10])
    @pytest.mark.parametrize("change", [Fraction(1, 10**80), Fraction(-1, 10**80)])
    def test_a_changed_coefficient_is_found(self, n: int, change: Fraction) -> None:
        good = identity(n, "symmetric")
        for k in (0, len(good.terms) // 2, len(good.terms) - 1):
            term = replace(good.terms[k], coefficient=good.terms[k].coefficient + change)
            wrong = replace(good, terms=(*good.terms[:k], term, *good.terms[k + 1 :]))
            with pytest.raises(CertificateError, match=r"the right side is .* at x = \["):
                holds_on_grid(wrong, (0, 1))

    def test_several_blocks_are_refused(self) -> None:
        with pytest.raises(ValueError, match="one block"):
            holds_on_grid(identity(7), (0, 1))
