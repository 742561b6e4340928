"""Theorem 3 by mixed differences, Theorem B by its measure, and the grouping construction."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import comb
from random import Random
from typing import Any

import numpy as np
import pytest

from maxpooling.approximation import best_uniform, decompositions
from maxpooling.approximation.decompositions import (
    DecompositionBound,
    GroupedApproximation,
    VertexFunction,
    decomposition_bound,
    grouped,
    mixed_difference,
    necessary_terms,
)
from maxpooling.errors import CertificateError
from maxpooling.order_statistics import subpools


def maximum_over(subpool: Iterable[int]) -> VertexFunction:
    return lambda ones: Fraction(bool(ones & set(subpool)))


class TestTheorem3:
    @pytest.mark.parametrize("d", range(1, 7))
    def test_mixed_difference_of_a_subpool_max_singles_out_its_own_set(self, d: int) -> None:
        for r in range(1, d + 1):
            for J in subpools(d, r):
                for I in subpools(d, r):
                    assert mixed_difference(maximum_over(J), I) == -(I == J)

    def test_every_subset_counts_once_and_with_its_sign(self) -> None:
        for size in range(6):
            for ones in range(size + 1):
                f = lambda found, ones=ones: Fraction(len(found) == ones)  # noqa: E731
                assert mixed_difference(f, range(size)) == (-1) ** ones * comb(size, ones)

    @pytest.mark.parametrize("d", range(1, 9))
    def test_every_index_set_is_necessary(self, d: int) -> None:
        for r in range(1, d + 1):
            assert len(necessary_terms(d, r)) == comb(d, r)

    def test_a_function_without_terms_needs_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(decompositions, "vertex_average", lambda *_: Fraction(7))
        assert necessary_terms(4, 2) == ()

    def test_functions_that_ignore_a_coordinate_vanish(self) -> None:
        random = Random(0)
        table = {pattern: Fraction(random.randint(-9, 9)) for pattern in product((0, 1), repeat=3)}
        f = lambda ones: table[tuple(int(i in ones) for i in (0, 2, 3))]  # noqa: E731
        assert mixed_difference(f, (0, 1)) == 0
        assert mixed_difference(f, (1, 2, 3)) == 0
        assert mixed_difference(f, (0, 2, 3)) != 0

    def test_decompositions_are_not_unique(self) -> None:
        # x_1 can be moved between the terms of {1, 2} and {1, 3}: the paper's claim, refuted.
        points = list(product((0, 1, 2), repeat=3))
        one = [(max(x, y) + x, max(x, z) - x) for x, y, z in points]
        other = [(max(x, y), max(x, z)) for x, y, z in points]
        assert [sum(terms) for terms in one] == [sum(terms) for terms in other]
        assert one != other


class TestTheoremB:
    @pytest.mark.parametrize("d", range(1, 13))
    def test_bound_is_the_best_subpool_error_and_proven(self, d: int) -> None:
        for r in range(d):
            bound = decomposition_bound(d, r)
            assert bound.verify()
            assert bound.error == best_uniform(d, range(r + 1)).error

    @pytest.mark.parametrize(("d", "r"), [(4, 2), (5, 3), (5, 4)])
    def test_measure_kills_any_random_sum_on_the_cube(self, d: int, r: int) -> None:
        random = Random(d * 10 + r)
        tables = {
            J: {p: random.randint(-99, 99) for p in product((0, 1), repeat=r)}
            for J in subpools(d, r)
        }
        bound = decomposition_bound(d, r)
        total, of_max, mass = Fraction(0), Fraction(0), Fraction(0)
        for x in product((0, 1), repeat=d):
            weight = bound.measure.get(sum(x), Fraction(0)) / comb(d, sum(x))
            total += weight * sum(table[tuple(x[i] for i in J)] for J, table in tables.items())
            of_max += weight * max(x)
            mass += abs(weight)
        assert total == 0
        assert abs(of_max) == bound.error * mass

    def test_measure_of_lower_order_does_not_pass(self) -> None:
        lower = decomposition_bound(6, 2)
        with pytest.raises(CertificateError, match="keep weight"):
            DecompositionBound(6, 3, lower.error, lower.measure).verify()

    def test_measure_on_the_top_vertex_alone_does_not_pass(self) -> None:
        with pytest.raises(CertificateError, match="2 ones of 2 keep weight 1"):
            DecompositionBound(6, 2, Fraction(1), {6: Fraction(1)}).verify()

    def test_overstated_bound(self) -> None:
        with pytest.raises(CertificateError, match="does not prove"):
            replace(decomposition_bound(6, 2), error=Fraction(1, 3)).verify()

    @pytest.mark.parametrize("d", range(1, 7))
    def test_the_sign_and_the_scale_of_the_measure_do_not_matter(self, d: int) -> None:
        for r in range(d):
            bound = decomposition_bound(d, r)
            mass = sum(map(abs, bound.measure.values()), Fraction(0))
            for scale in (1 / mass, -1 / mass, Fraction(-3), Fraction(1, 1000)):
                scaled = {k: scale * mu for k, mu in bound.measure.items()}
                assert replace(bound, measure=scaled).verify()

    def test_where_the_weights_lie_is_seen(self) -> None:
        # Functions of no coordinate are constants: any measure of total weight zero kills them.
        assert DecompositionBound(3, 0, Fraction(0), {1: Fraction(1), 2: Fraction(-1)}).verify()
        for k in (1, 2, 3):
            measure = {0: Fraction(1), k: Fraction(-1)}
            assert DecompositionBound(3, 0, Fraction(1, 2), measure).verify()
            with pytest.raises(CertificateError, match="does not prove"):
                DecompositionBound(3, 0, Fraction(0), measure).verify()

    @pytest.mark.parametrize("error", [Fraction(0), Fraction(1, 2), Fraction(1)])
    def test_no_measure_proves_nothing(self, error: Fraction) -> None:
        with pytest.raises(CertificateError, match="does not prove"):
            DecompositionBound(6, 2, error, {}).verify()
        with pytest.raises(CertificateError, match="does not prove"):
            DecompositionBound(6, 2, error, {3: Fraction(0)}).verify()

    @pytest.mark.parametrize("d", range(2, 7))
    def test_any_changed_weight(self, d: int) -> None:
        for r in range(d):
            bound = decomposition_bound(d, r)
            for k in range(d + 1):
                for change in (Fraction(1, 997), Fraction(-1, 997)):
                    changed = {**bound.measure, k: bound.measure.get(k, Fraction(0)) + change}
                    with pytest.raises(CertificateError, match="keep weight"):
                        replace(bound, measure=changed).verify()

    @pytest.mark.parametrize("measure", [{7: Fraction(1)}, {-1: Fraction(1)}, {6: 5e-324}])
    def test_vertices_and_weights_that_are_none(self, measure: Any) -> None:
        with pytest.raises(CertificateError, match=r"rational weights on 0\.\.6"):
            DecompositionBound(6, 2, Fraction(1), measure).verify()
        with pytest.raises(CertificateError, match=r"rational weights on 0\.\.6"):
            replace(decomposition_bound(6, 2), measure=measure).verify()

    def test_a_bound_that_is_not_rational(self) -> None:
        half: Any = 0.5
        with pytest.raises(CertificateError, match="rational"):
            DecompositionBound(3, 0, half, {0: Fraction(1), 3: Fraction(-1)}).verify()

    @pytest.mark.parametrize(
        ("d", "r", "what"),
        [
            (0, 0, "must be an integer in 1"),
            (4, 4, r"r must be an integer in 0\.\.3"),
            (4, -1, "r must be an integer"),
            (4, 1.0, "r must be an integer"),
        ],
    )
    def test_refused(self, d: Any, r: Any, what: str) -> None:
        with pytest.raises(ValueError, match=what):
            decomposition_bound(d, r)


class TestGrouping:
    @pytest.mark.parametrize(("d", "g"), [(3, 3), (9, 3), (10, 4), (25, 5)])
    def test_error_does_not_depend_on_d(self, d: int, g: int) -> None:
        inner = best_uniform(g, range(g))
        f = grouped(d, inner)
        assert sorted(i for group in f.groups for i in group) == list(range(d))
        assert len(f.subpools()) == len(set(f.subpools())) == 2**g - 2
        x = np.random.default_rng(d).random((5000, d))
        assert np.abs(f(x) - x.max(axis=-1)).max() <= 2.0**-g
        corners = np.random.default_rng(g).integers(0, 2, (2000, d))
        assert np.abs(f(corners) - corners.max(axis=-1)).max() == pytest.approx(2.0**-g)

    def test_is_a_sum_over_its_subpools(self) -> None:
        inner = best_uniform(3, [0, 2])
        f = grouped(7, inner)
        x = np.random.default_rng(0).random(7)
        maxima = [x[list(subpool)].max() for subpool in f.subpools()]
        expected = float(inner.coefficients[0]) + float(inner.coefficients[2]) * np.mean(maxima)
        assert float(f(x)) == pytest.approx(expected)

    def test_subpools_are_sorted_whatever_the_groups(self) -> None:
        groups = GroupedApproximation(((3, 1), (4,), (0, 2)), best_uniform(3, [0, 2]))
        assert groups.subpools() == ((1, 3, 4), (0, 1, 2, 3), (0, 2, 4))

    def test_too_few_coordinates(self) -> None:
        with pytest.raises(ValueError, match=r"d must be an integer in 3\.\.2000, got 2"):
            grouped(2, best_uniform(3, [0]))

    def test_wrong_shape(self) -> None:
        with pytest.raises(ValueError, match=r"shape \[\.\.\., 7\]"):
            grouped(7, best_uniform(3, [0]))(np.zeros(6))
