"""Region bounds against their definition, region counts against brute force."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations, product
from math import comb, factorial, prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maxpooling.approximation import best_uniform
from maxpooling.networks import (
    activation_regions,
    enumerated_regions,
    linear_functions,
    linear_regions,
    pairwise_max_counts,
    region_bound,
)
from maxpooling.networks.regions import Reading
from maxpooling.order_statistics import subpool_weights

STANDARD, SELF = "standard", "self-inclusive"
EVERYWHERE, FREE = "self-inclusive-everywhere", "last-free"


def by_definition(inputs: int, widths: Sequence[int], reading: Reading) -> int:
    """Sum over the index set written out, vector by vector."""
    total = 0
    for j in product(*(range(n + 1) for n in widths)):
        inside = True
        for i, n in enumerate(widths):
            last = i == len(widths) - 1
            limit = [inputs, n, *(widths[k] - j[k] for k in range(i))]
            if reading == EVERYWHERE or (reading in (SELF, FREE) and not last):
                limit.append(n - j[i])
            if reading == FREE and last:
                limit = [n]
            inside = inside and j[i] <= min(limit)
        total += inside * prod(comb(n, k) for n, k in zip(widths, j, strict=True))
    return total


class TestBound:
    @given(
        st.integers(1, 6),
        st.lists(st.integers(1, 6), min_size=1, max_size=4),
        st.sampled_from([STANDARD, SELF, EVERYWHERE, FREE]),
    )
    def test_definition(self, inputs: int, widths: Sequence[int], reading: Reading) -> None:
        assert region_bound(inputs, widths, reading) == by_definition(inputs, widths, reading)

    @pytest.mark.parametrize(
        ("widths", "reading", "value"),
        [
            ((12, 10, 9), STANDARD, 1111887033),
            ((12, 10), STANDARD, 3092606),
            ((12, 10, 9, 1), STANDARD, 2223770777),
            ((12, 10, 9, 1), SELF, 819906560),
            ((12, 10, 9), FREE, 819906560),
            ((12, 10, 9), EVERYWHERE, 409953280),
            ((36, 30, 27), STANDARD, 25424932333497906424048),
            ((36, 210, 255), STANDARD, 2940066145346330959316734239656100980736),
            ((36, 210), STANDARD, 260144135909420583505448),
            ((36, 210, 255, 1), STANDARD, 5880132290692661918633468479312201961472),
        ],
    )
    def test_readings_at_nine(self, widths: Sequence[int], reading: Reading, value: int) -> None:
        assert region_bound(9, widths, reading) == value

    def test_one_layer_is_the_hyperplane_arrangement(self) -> None:
        # n hyperplanes in general position cut R^d into sum of C(n, j), j <= d (Zaslavsky).
        assert region_bound(2, [5]) == 1 + 5 + 10

    @pytest.mark.parametrize(
        ("inputs", "widths", "reading"),
        [(0, [3], STANDARD), (3, [0], STANDARD), (3, [2.5], STANDARD), (3, [2], "loose")],
    )
    def test_refused(self, inputs: Any, widths: Any, reading: Any) -> None:
        with pytest.raises(ValueError, match=r"must be an integer|must be one of standard, "):
            region_bound(inputs, widths, reading)


class TestLinearRegions:
    @given(st.lists(st.sampled_from([0, 1, 2]), min_size=1, max_size=6))
    def test_brute_force_for_any_weights(self, weights: list[int]) -> None:
        exact = [Fraction(w) for w in weights]
        assert linear_regions(exact) == enumerated_regions(exact)

    @pytest.mark.parametrize("d", range(2, 7))
    def test_averages(self, d: int) -> None:
        assert linear_regions(subpool_weights(d, 1)) == 1
        for r in range(2, d + 1):
            weights = subpool_weights(d, r)
            expected = factorial(d) // factorial(r - 1)
            assert linear_regions(weights) == enumerated_regions(weights) == expected

    @pytest.mark.parametrize("d", range(3, 7))  # at d = 2 it is the mean plus a constant
    def test_full_estimator_has_all(self, d: int) -> None:
        weights = best_uniform(d, range(d)).weights()
        assert linear_regions(weights) == enumerated_regions(weights) == factorial(d)

    def test_nine(self) -> None:
        assert linear_regions(best_uniform(9, [0, 8]).weights()) == 72
        assert linear_regions(best_uniform(9, range(9)).weights()) == 362880

    @given(st.lists(st.sampled_from([0, 1, 2]), min_size=1, max_size=6))
    def test_functions_by_brute_force(self, weights: list[int]) -> None:
        exact = [Fraction(w) for w in weights]
        assert linear_functions(exact) == len(set(permutations(exact)))
        assert linear_functions(exact) <= linear_regions(exact)

    def test_fewer_functions_than_regions(self) -> None:
        weights = best_uniform(9, range(9)).weights()
        assert (linear_functions(weights), linear_regions(weights)) == (630, 362880)

    def test_ten_weights_are_too_many_to_enumerate(self) -> None:
        with pytest.raises(ValueError, match=r"1\.\.9, got 10"):
            enumerated_regions([Fraction(1)] * 10)


class TestActivationRegions:
    @pytest.mark.parametrize("d", range(3, 8))
    def test_between_the_function_and_the_bound(self, d: int) -> None:
        regions = activation_regions(d, [0, d - 1])
        relus = [3 * n for n in pairwise_max_counts(d, [0, d - 1])]
        assert linear_regions(subpool_weights(d, d - 1)) <= regions <= factorial(d)
        assert regions <= region_bound(d, relus)

    @pytest.mark.parametrize("d", range(3, 8))
    def test_all_pairs_compared_means_all_rankings(self, d: int) -> None:
        assert activation_regions(d, range(d)) == factorial(d)
        assert activation_regions(d, [2]) == factorial(d)

    def test_no_comparisons_no_cuts(self) -> None:
        assert activation_regions(5, [0, 1]) == 1

    def test_nine(self) -> None:
        assert activation_regions(9, [0, 8]) == 13056

    def test_ten_refused(self) -> None:
        with pytest.raises(ValueError, match=r"1\.\.9, got 10"):
            activation_regions(10, [9])
