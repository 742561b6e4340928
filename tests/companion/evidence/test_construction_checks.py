"""The checks of Sections 2, 4, Appendices A, B and the errata: they pass; they can fail."""

import inspect
from dataclasses import replace
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from faults import slightly_wrong

from companion.errors import CheckFailedError
from companion.evidence import a_algebraic as appendix_a
from companion.evidence import b_proofs as appendix_b
from companion.evidence import s2_exact_max as s2
from companion.evidence import s4_complexity as s4
from companion.evidence import z_errata as errata
from maxpooling import networks as complexity
from maxpooling.approximation import best_uniform
from maxpooling.networks import max_network_matrices, pairwise_max_factors, subpool_layers
from maxpooling.order_statistics import vertex_average
from maxpooling.two_layers import identity


def increasing(d, orders):
    """Another estimator: the best one with the largest order only."""
    return best_uniform(d, {max(orders), 0})


def fails(check, monkeypatch, name, replacement):
    monkeypatch.setattr(inspect.getmodule(check), name, replacement)
    with pytest.raises(CheckFailedError):
        check()


class TestTheyCanFail:
    @pytest.mark.parametrize(
        "check",
        [s4.example_nine, appendix_b.equation_9, appendix_b.equation_10,
         errata.erratum_1, errata.erratum_2],
    )  # fmt: skip
    def test_wrong_optimum(self, check, monkeypatch):
        fails(check, monkeypatch, "best_uniform", slightly_wrong)

    @pytest.mark.parametrize(
        "check",
        [s4.region_counts, s4.depth_and_error],
    )
    def test_another_estimator(self, check, monkeypatch):
        fails(check, monkeypatch, "best_uniform", increasing)

    @pytest.mark.parametrize(
        ("name", "towards"),
        [("equation_8", 0), ("equation_9", 0), ("equation_11", 0), ("equation_12", 1)],
    )
    def test_wrong_vertex_values(self, name, towards, monkeypatch):
        def bent(d, r, k):
            value = vertex_average(d, r, k)
            return (value + towards) / 2 if k == 1 else value

        fails(getattr(appendix_b, name), monkeypatch, "vertex_average", bent)

    def test_wrong_coefficients(self, monkeypatch):
        def signless(d):
            return {r: abs(b) for r, b in best_uniform(d, range(d)).coefficients.items()}

        fails(appendix_b.coefficients_of_6, monkeypatch, "optimal_full_coefficients", signless)

    def test_wrong_vertex_matrix(self, monkeypatch):
        def shifted(d):
            return [[int(i <= k) for k in range(d + 1)] for i in range(d)]

        fails(appendix_b.equation_13, monkeypatch, "_vertex_matrix", shifted)

    def test_slivers_of_sets_cover_only_some_points(self, monkeypatch):
        sliver = appendix_b._in_sliver

        def of_sets(x, ordered):
            return list(ordered) == sorted(ordered) and sliver(x, ordered)

        fails(appendix_b.equation_19, monkeypatch, "_in_sliver", of_sets)

    def test_best_increasing_against_a_linear_program(self):
        # Second route, in floats: errors e_0..e_d, increments of f not negative, size eps.
        optimize = pytest.importorskip("scipy.optimize")
        for d in range(2, 12):
            signs = np.array([(-1) ** k * comb(d, k) for k in range(d + 1)])
            bounds = np.vstack([np.eye(d + 1), -np.eye(d + 1)])
            rows = np.hstack([bounds, -np.ones((2 * d + 2, 1))])
            steps = np.hstack([np.eye(d + 1)[:-1] - np.eye(d + 1)[1:], np.zeros((d, 1))])
            result = optimize.linprog(
                np.eye(d + 2)[-1],
                A_ub=np.vstack([rows, steps]),
                b_ub=[0] * (2 * d + 2) + [1] + [0] * (d - 1),
                A_eq=[[*signs, 0]],
                b_eq=[1],
                bounds=[(None, None)] * (d + 2),
            )
            largest = max(comb(d - 1, i) for i in range(1, d, 2))
            assert result.fun == pytest.approx(1 / (2 + 2 * largest), rel=1e-7)

    @pytest.mark.parametrize("check", [s4.equation_7, s4.theorem_4])
    def test_wrong_formula(self, check, monkeypatch):
        right = complexity.layer_widths

        def without_special_case(d):
            return (*right(d)[:-1], 3 * 2 ** (len(right(d)) - 1))

        fails(check, monkeypatch, "layer_widths", without_special_case)

    @pytest.mark.parametrize("check", [s4.figure_2, appendix_b.equation_26])
    def test_wrong_rows(self, check, monkeypatch):
        right = complexity.halving_rows

        def backwards(d):
            return tuple(tuple(row[::-1] for row in block) for block in right(d))

        def shifted(d):
            return tuple(
                tuple(tuple(tuple(i + (i > 3) for i in part) for part in row) for row in block)
                for block in right(d)
            )

        wrong = backwards if check is s4.figure_2 else shifted
        fails(check, monkeypatch, "halving_rows", wrong)

    @pytest.mark.parametrize("check", [s4.widths_any_orders, errata.erratum_6, s4.example_nine])
    def test_wrong_counts(self, check, monkeypatch):
        def one_more(d, orders):
            return tuple(n + 1 for n in complexity.pairwise_max_counts(d, orders))

        fails(check, monkeypatch, "pairwise_max_counts", one_more)

    @pytest.mark.parametrize("check", [s4.definition_1, s4.theorem_4, errata.erratum_6])
    def test_missing_layer(self, check, monkeypatch):
        fails(check, monkeypatch, "subpool_layers", lambda d, o: subpool_layers(d, o)[:-1])

    @pytest.mark.parametrize("check", [s4.region_bounds, errata.erratum_5])
    def test_wrong_bound(self, check, monkeypatch):
        def careless(inputs, widths, reading="standard"):
            return complexity.region_bound(inputs, widths, "last-free")

        fails(check, monkeypatch, "region_bound", careless)

    @pytest.mark.parametrize("check", [s4.theorem_3, errata.erratum_3])
    def test_differences_that_see_nothing(self, check, monkeypatch):
        fails(check, monkeypatch, "mixed_difference", lambda f, I: Fraction(0))

    def test_theorem_3_needs_every_term(self, monkeypatch):
        needed = s4.necessary_terms
        fails(s4.theorem_3, monkeypatch, "necessary_terms", lambda d, r: needed(d, r)[1:])

    def test_lost_term(self, monkeypatch):
        normal = s4._normal_form
        fails(s4.definition_2, monkeypatch, "_normal_form", lambda d, r, t: normal(d, r, t[1:]))

    @pytest.mark.parametrize("check", [s2.lemma_1, s2.lemma_1_factors])
    def test_wrong_matrices(self, check, monkeypatch):
        def flipped(d, *, non_negative=False):
            first, *rest = max_network_matrices(d, non_negative=non_negative)
            return (-first, *rest)

        fails(check, monkeypatch, "max_network_matrices", flipped)

    def test_wrong_factors(self, monkeypatch):
        def two_rows_only(h):
            return pairwise_max_factors(h, non_negative=True)

        fails(s2.lemma_1_factors, monkeypatch, "pairwise_max_factors", two_rows_only)

    def test_two_inputs_that_a_layer_tells_apart(self, monkeypatch):
        right = s2._null_vector
        fails(s2.first_layer_width, monkeypatch, "_null_vector", lambda rows: right(rows)[::-1])

    def test_leaky_relu(self, monkeypatch):
        fails(s2.two_variables, monkeypatch, "_relu", lambda z: max(z, z // 10))

    def test_cosines_of_the_wrong_cubic(self, monkeypatch):
        right = appendix_a._cubic_invariants

        def wrong(a, b, c):
            mean, spread, skew = right(a, b, c)
            return mean, spread, -skew

        fails(appendix_a.cubic, monkeypatch, "_cubic_invariants", wrong)

    def test_two_layer_identity_needs_every_sum(self, monkeypatch):
        def changed(n, goal):
            five = identity(n, goal)
            return replace(
                five, terms=(*five.terms[:2], replace(five.terms[2], coefficient=Fraction(-2)))
            )

        monkeypatch.setattr(errata, "identity", changed)
        with pytest.raises(CheckFailedError):
            errata.erratum_7()
