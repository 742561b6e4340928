"""The executable checks of Section 3 and Appendices C and D: they pass, and they can fail."""

import inspect
from dataclasses import replace
from fractions import Fraction
from math import isqrt
from types import SimpleNamespace

import pytest
from faults import slightly_wrong

from companion.errors import CheckFailedError
from companion.evidence import c_mean_square as appendix_c
from companion.evidence import d_optimal_error as appendix_d
from companion.evidence import s3_approximations as s3
from companion.evidence import x_sharper as beyond
from companion.evidence import z_errata as errata
from maxpooling.approximation import best_uniform, best_uniform_cvxpy
from maxpooling.approximation.mean_square import best_mean_square
from maxpooling.order_statistics import subpool_weights


def slightly_wrong_mean_square(d, orders):
    best = best_mean_square(d, orders)
    return replace(best, error=best.error * Fraction(1001, 1000))


USERS_OF_THE_OPTIMUM = [
    s3.lemma_3, s3.theorem_a, s3.theorem_2, s3.theorem_6, s3.lemma_4,
    appendix_c.two_norms, appendix_d.table_d, appendix_d.figure_4, appendix_d.table_five_and_six,
    appendix_d.floating_route, beyond.theorem_c, beyond.theorem_d, beyond.theorem_e,
    beyond.closed_forms, beyond.grouping, beyond.approximate_degree,
]  # fmt: skip


class TestTheyCanFail:
    @pytest.mark.parametrize("check", USERS_OF_THE_OPTIMUM)
    def test_wrong_optimum(self, check, monkeypatch):
        monkeypatch.setattr(inspect.getmodule(check), "best_uniform", slightly_wrong)
        with pytest.raises(CheckFailedError):
            check()

    @pytest.mark.parametrize("check", [appendix_c.lemma_8, appendix_c.equation_30])
    def test_wrong_mean_square(self, check, monkeypatch):
        monkeypatch.setattr(appendix_c, "best_mean_square", slightly_wrong_mean_square)
        with pytest.raises(CheckFailedError):
            check()

    @pytest.mark.parametrize(
        "check", [s3.lemma_2, s3.equation_2_at_a_unit_vector, s3.figure_1, s3.equation_14]
    )
    def test_weights_of_the_wrong_order(self, check, monkeypatch):
        def wrong(d, r):
            return subpool_weights(d, r - 1 if r > 2 else r)

        def decreasing(d, r):
            return subpool_weights(d, d + 1 - r)

        monkeypatch.setattr(s3, "subpool_weights", decreasing if check is s3.figure_1 else wrong)
        with pytest.raises(CheckFailedError):
            check()

    @pytest.mark.parametrize(
        ("check", "name", "wrong"),
        [
            (s3.lemma_5, "_permuted", lambda weights, _: weights),
            (s3.lemma_6, "min", max),
            (errata.erratum_4, "isqrt", lambda square: isqrt(square) + 2),
            (errata.erratum_8, "vertex_average", lambda *_: Fraction(1, 10)),
            (errata.erratum_9, "best_uniform", lambda *_: SimpleNamespace(error=Fraction(1, 10))),
        ],
    )
    def test_a_wrong_ingredient(self, check, name, wrong, monkeypatch):
        monkeypatch.setattr(inspect.getmodule(check), name, wrong, raising=name != "min")
        with pytest.raises(CheckFailedError):
            check()

    def test_domination_of_an_error_that_ignores_an_order(self, monkeypatch):
        def lazy(d, orders):
            return best_uniform(d, [r for r in orders if r != 1] or [0])

        monkeypatch.setattr(beyond, "best_uniform", lazy)
        with pytest.raises(CheckFailedError, match="adding 1"):
            beyond.theorem_f()

    def test_wrong_published_row(self, monkeypatch):
        rows = appendix_d.appendix_d()
        changed = (*rows[:20], replace(rows[20], error=Fraction(1, 17)), rows[21])
        monkeypatch.setattr(appendix_d, "appendix_d", lambda: changed)
        with pytest.raises(CheckFailedError, match="row 21: 1/15 != 1/17"):
            appendix_d.table_d()
        with pytest.raises(CheckFailedError, match="order of rows at d=4"):
            appendix_d.figure_4()

    def test_a_solver_that_mends_itself_is_noticed(self, monkeypatch):
        def mended(d, orders, solver, basis):
            exact = best_uniform(d, orders)
            coefficients = {r: float(b) for r, b in exact.coefficients.items()}
            small = best_uniform_cvxpy(2, [0], solver, basis)
            return replace(small, d=d, orders=exact.orders, coefficients=coefficients)

        monkeypatch.setattr(appendix_d, "best_uniform_cvxpy", mended)
        with pytest.raises(CheckFailedError, match=r"within 1\.000 of the optimum"):
            appendix_d.floating_route()
