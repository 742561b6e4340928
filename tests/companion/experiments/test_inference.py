"""Intervals by hand and by scipy, p-values as their inverse, verdicts, one rule for a family."""

from dataclasses import replace
from math import sqrt
from statistics import mean, variance
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from companion.experiments.statistics.inference import (
    LEAST,
    PAPERS,
    Estimate,
    answer,
    asked_with,
    estimate,
    evaluate,
    family,
    holm,
    judge,
    pooled,
)
from companion.experiments.statistics.quantities import READINGS, Measured
from companion.experiments.statistics.statements import STATEMENTS, Statement, lead

GRID = [0.0, 0.1, 0.2, 0.3, 0.4]
FGSM = READINGS["FGSM, L∞"]
IMAGES = 1_000_000  # so many that the images add next to nothing


def result(variant: str, seed: int, clean: float, robust: float, images: int = IMAGES) -> Any:
    """A result, as far as the statements read it: one share for every positive epsilon."""
    correct = [round(images * clean), *[round(images * robust)] * 4]
    attack = {"attack": "fast-gradient", "norm": "linf", "images": images}
    return {
        "configuration": {"experiment": "lenet-mnist", "variant": variant, "seed": seed},
        "clean": {"correct": correct[0], "images": images},
        "robust": [attack | {"epsilons": GRID, "correct": correct}],
    }


def runs(leads: tuple[float, ...], images: int = IMAGES) -> list[Any]:
    """Seeds in which the max pool model leads by these shares at each epsilon > 0, and clean."""
    return [
        one
        for seed, lead in enumerate(leads)
        for one in (
            result("maxpool", seed, 0.9 + lead / 4, 0.5 + lead, images),
            result("conv", seed, 0.9, 0.5, images),
        )
    ]


def statement(name: str) -> Statement:
    return next(one for one in STATEMENTS if one.name == name)


class TestEstimate:
    def test_by_hand(self) -> None:
        """Pooled variance of (0, 2) and (1, 2, 3): (2 + 2) / 3."""
        models = {
            "a": [Measured(0.0, 3.0, 100), Measured(2.0, 5.0, 100)],
            "b": [Measured(v, 2.0, 50) for v in (1.0, 2.0, 3.0)],
        }
        spread, freedom = pooled(models.values())
        assert spread == pytest.approx(4 / 3)
        assert freedom == 3
        found = estimate(lead("a", "b"), models, spread, freedom)
        assert found.value == -1.0
        assert found.between == pytest.approx(4 / 3 * (1 / 2 + 1 / 3))
        assert found.within == pytest.approx((4.0**2 + 2.0**2) / 50)

    def test_without_images_it_is_the_pooled_t_interval(self) -> None:
        """Against scipy's two-sample test, interval and p-value."""
        a, b = [0.3, 0.5, 0.1, 0.35], [0.6, 0.7, 0.9]
        models = {
            name: [Measured(v, 0.0, 10) for v in values] for name, values in (("a", a), ("b", b))
        }
        found = estimate(lead("a", "b"), models, *pooled(models.values()))
        theirs = stats.ttest_ind(a, b)
        ends = theirs.confidence_interval(0.95)
        assert found.interval == pytest.approx((ends.low, ends.high))
        assert 2 * found.below(0) == pytest.approx(theirs.pvalue)
        assert found.above(0) == pytest.approx(1 - theirs.pvalue / 2)

    def test_without_seeds_it_is_the_normal_interval(self) -> None:
        found = Estimate(0.1, 0.0, 0.04**2, 5)
        z = stats.norm.isf(0.025)
        assert found.interval == pytest.approx((0.1 - z * 0.04, 0.1 + z * 0.04))
        assert found.above(0) == pytest.approx(stats.norm.sf(2.5))

    def test_parts_add_in_quadrature(self) -> None:
        both = Estimate(0.0, 0.3, 0.2, 2).half_width(0.1)
        alone = [
            Estimate(0.0, 0.3, 0.0, 2).half_width(0.1),
            Estimate(0.0, 0.0, 0.2, 2).half_width(0.1),
        ]
        assert both == pytest.approx(sqrt(alone[0] ** 2 + alone[1] ** 2))

    @given(
        st.floats(-1, 1),
        st.floats(1e-6, 1),
        st.floats(1e-6, 1),
        st.integers(1, 20),
        st.floats(-1, 1),
    )
    @example(value=0.0, between=1e-6, within=0.005, freedom=6, bound=0.5)
    def test_p_is_the_inverse_of_the_interval(
        self, value: float, between: float, within: float, freedom: int, bound: float
    ) -> None:
        found = Estimate(value, between, within, freedom)
        assert found.above(bound) + found.below(bound) == pytest.approx(1)
        p = min(found.above(bound), found.below(bound))
        if LEAST < p < 0.5:
            assert found.half_width(p) == pytest.approx(abs(value - bound), rel=1e-3, abs=1e-6)

    def test_no_second_seed_gives_no_interval(self) -> None:
        assert pooled([[Measured(0.5, 0.1, 9)], [Measured(0.4, 0.1, 9)]]) == (0.0, 0)
        found = Estimate(0.9, 0.0, 1e-9, 0)
        assert found.interval is None
        assert found.above(0) == found.below(0) == 0.5

    def test_farther_than_any_noise(self) -> None:
        assert Estimate(0.5, 0.0, 0.0, 2).above(0) == LEAST
        assert Estimate(0.5, 0.0, 0.0, 2).below(0) == 1 - LEAST


class TestPooling:
    def test_models_with_one_seed_borrow_the_spread_of_the_others(self) -> None:
        leads = runs((0.1, 0.11, 0.12))
        one_conv = [
            one
            for one in leads
            if one["configuration"]["variant"] == "maxpool" or one["configuration"]["seed"] == 1
        ]
        found = answer(statement("mnist-more-robust"), one_conv, FGSM)
        assert found is not None
        assert (found.seeds, found.estimate.freedom, found.pooled) == ((3, 1), 2, 2)
        assert found.spread == pytest.approx(variance([0.1, 0.11, 0.12]))
        assert found.estimate.value == pytest.approx(mean([0.1, 0.11, 0.12]))
        assert found.estimate.between == pytest.approx(found.spread * (1 / 3 + 1))

    def test_a_statement_may_pool_over_its_own_models(self) -> None:
        restless = [
            result("conv", 0, 0.9, 0.1),
            result("conv", 1, 0.9, 0.9),
            *runs((0.1, 0.1)),
        ]
        for one in restless[:2]:
            one["configuration"]["variant"] = "other"
        every = statement("mnist-more-robust")
        found = answer(every, restless, FGSM)
        own = answer(replace(every, pooled=("maxpool", "conv")), restless, FGSM)
        assert found is not None
        assert own is not None
        assert (found.pooled, own.pooled) == (3, 2)
        assert found.spread > own.spread == 0


class TestVerdicts:
    @pytest.mark.parametrize(
        ("leads", "verdict"),
        [
            ((0.10, 0.11, 0.12), "supported"),
            ((-0.10, -0.11, -0.12), "contradicted"),
            ((0.10, 0.0, -0.10), "undecided"),
            ((0.10,), "undecided"),
            ((0.01, 0.2, 0.4), "undecided"),  # all positive, but too far apart for three seeds
        ],
    )
    def test_more_robust(self, leads: tuple[float, ...], verdict: str) -> None:
        found = evaluate(statement("mnist-more-robust"), runs(leads), "FGSM, L∞")
        assert found is not None
        assert found.verdict == verdict

    def test_few_images_decide_less(self) -> None:
        few = evaluate(statement("mnist-more-robust"), runs((0.1, 0.11, 0.12), 50), "FGSM, L∞")
        assert few is not None
        assert few.verdict == "undecided"
        assert few.estimate.within > 100 * few.estimate.between / 3

    @pytest.mark.parametrize(
        ("leads", "verdict"),
        [
            ((0.0, 0.0001, 0.0), "supported"),
            ((0.2, 0.2001, 0.2), "contradicted"),
            ((-0.2, -0.2001, -0.2), "contradicted"),
            ((0.0, 0.04, 0.08), "undecided"),
            ((0.04, 0.0401, 0.04), "undecided"),  # at the margin
        ],
    )
    def test_alike_within_a_margin(self, leads: tuple[float, ...], verdict: str) -> None:
        """Clean accuracies differ by a quarter of these leads; the margin is one point."""
        found = evaluate(statement("mnist-clean-alike"), runs(leads), "FGSM, L∞")
        assert found is not None
        assert found.verdict == verdict

    @pytest.mark.parametrize(
        ("large", "strided", "verdict"),
        [(0.9, 0.8, "supported"), (0.8, 0.8, "undecided"), (0.7, 0.8, "contradicted")],
    )
    def test_every_difference_must_hold(self, large: float, strided: float, verdict: str) -> None:
        """Lowest clean: one pair that is equal leaves it open, one that fails contradicts."""
        clean = {"maxpool": 0.95, "conv-large": large, "conv-small": 0.6, "strided": strided}
        results = []
        for name, accuracy in clean.items():
            for seed in range(3):
                one = result(name, seed, accuracy + 1e-4 * seed, 0.5)
                one["configuration"]["experiment"] = "resnet-cifar10"
                results.append(one)
        found = evaluate(statement("resnet-lowest-clean"), results, "FGSM, L∞")
        assert found is not None
        assert found.verdict == verdict
        assert found.estimate.value == pytest.approx(large - strided)

    def test_not_run_is_no_finding(self) -> None:
        more = statement("mnist-more-robust")
        assert evaluate(more, runs((0.1, 0.1))[::2], "FGSM, L∞") is None
        assert evaluate(more, runs((0.1, 0.1)), "PGD, L2") is None
        assert evaluate(statement("mnist-clean-alike"), runs((0.1, 0.1)), "PGD, L2")

    def test_only_the_papers_statements_have_a_family(self) -> None:
        other = replace(statement("mnist-more-robust"), name="another")
        with pytest.raises(ValueError, match="must be one of the paper's, got 'another'"):
            evaluate(other, [], "FGSM, L∞")


class TestFamily:
    def test_every_question_is_asked_in_one_family(self) -> None:
        asked = [*asked_with("FGM, L2"), *asked_with("PGD, L2")]
        assert len(set(map(str, asked))) == len(asked)
        robust = sum(one.attacked for one in STATEMENTS)
        assert len(asked) == robust * len(READINGS) + len(STATEMENTS) - robust

    def test_families_are_closed(self) -> None:
        assert family("FGM, L2") == PAPERS
        for name in family("PGD, L2"):
            assert family(name) == family("PGD, L2")
        with pytest.raises(ValueError, match=r"reading must be one of .*, got 'PGD'"):
            family("PGD")

    def test_unanswered_questions_count(self) -> None:
        """One finding among 22 questions is adjusted by 22."""
        more = statement("mnist-more-robust")
        questions = asked_with("FGSM, L∞")
        findings = judge(questions, runs((0.1, 0.11, 0.12)))
        alone = answer(more, runs((0.1, 0.11, 0.12)), FGSM)
        found = findings[questions.index((more, "FGSM, L∞"))]
        assert found is not None
        assert alone is not None
        rank = sorted(1.0 if one is None else one.p for one in findings).index(found.p)
        assert found.adjusted >= min(1, (len(questions) - rank) * alone.p)

    def test_holm_by_hand(self) -> None:
        assert holm([0.01, 0.02, 0.2, 0.03]) == pytest.approx([0.04, 0.06, 0.2, 0.06])
        assert holm([0.9, 0.8]) == [1.0, 1.0]
        assert holm([]) == []

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
    def test_holm_rejects_what_the_procedure_rejects(self, p_values: list[float]) -> None:
        """Step down: compare the k-th smallest with 5 % over the number that is left."""
        rejected = set()
        order = sorted(range(len(p_values)), key=lambda k: p_values[k])
        for rank, k in enumerate(order):
            if (len(p_values) - rank) * p_values[k] > 0.05:
                break
            rejected.add(k)
        assert {k for k, p in enumerate(holm(p_values)) if p <= 0.05} == rejected

    def test_errors_in_the_family_are_as_rare_as_it_says(self) -> None:
        """Nine true nulls of ten, 4000 times: a false verdict among them in at most 5 %."""
        import numpy as np

        random = np.random.default_rng(0)
        wrong = 0
        for _ in range(4000):
            z = random.normal(size=10) + np.array([5, *[0] * 9])
            adjusted = holm((2 * stats.norm.sf(abs(z))).tolist())
            wrong += any(p <= 0.05 for p in adjusted[1:])
        assert wrong / 4000 <= 0.05 + 3 * sqrt(0.05 * 0.95 / 4000)
