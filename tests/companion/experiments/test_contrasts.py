"""Statements: contrasts by hand, intervals, verdicts, and which seeds count."""

from typing import Any

import pytest

from companion.experiments.runs.config import VARIANTS
from companion.experiments.statistics.contrasts import (
    READINGS,
    STATEMENTS,
    Statement,
    evaluate,
    growth,
    interval,
    mean_advantage,
    paired,
)

GRID = [0.0, 0.1, 0.2, 0.3, 0.4]
FGSM = READINGS["FGSM, L∞"]


def result(variant: str, seed: int, correct: list[int], **changes: Any) -> Any:
    """A result with 100 images, as far as the statements read it."""
    plain: dict[str, Any] = {
        "configuration": {"experiment": "lenet-mnist", "variant": variant, "seed": seed},
        "clean": {"correct": correct[0], "images": 100},
        "robust": [
            {
                "attack": "fast-gradient",
                "norm": "linf",
                "images": 100,
                "epsilons": GRID,
                "correct": correct,
            }
        ],
    }
    return plain | changes


def seeds(*advantages: int) -> list[Any]:
    """Pairs of results in which the max pool model leads by so many images at each epsilon > 0."""
    return [
        one
        for seed, lead in enumerate(advantages)
        for one in (
            result("maxpool", seed, [95, *[50 + lead] * 4]),
            result("conv", seed, [95, *[50] * 4]),
        )
    ]


def statement(name: str) -> Statement:
    return next(one for one in STATEMENTS if one.name == name)


class TestContrasts:
    MODELS = {  # noqa: RUF012 - a constant
        "maxpool": result("maxpool", 0, [99, 90, 80, 70, 60]),
        "conv": result("conv", 0, [98, 90, 78, 60, 40]),
    }

    def test_mean_advantage(self) -> None:
        """By hand: the differences are 0, 2, 10, 20 per cent."""
        found = mean_advantage(self.MODELS, FGSM, "maxpool", "conv")
        assert found == pytest.approx(0.08)

    def test_growth(self) -> None:
        assert growth(self.MODELS, FGSM, "maxpool", "conv") == pytest.approx(0.15 - 0.01)

    def test_growth_leaves_the_middle_out(self) -> None:
        robust = {"attack": "fast-gradient", "norm": "linf", "images": 100}
        models: dict[str, Any] = {
            name: {"robust": [robust | {"epsilons": [0, 1, 2, 3], "correct": correct}]}
            for name, correct in (("maxpool", [9, 10, 99, 30]), ("conv", [9, 5, 5, 5]))
        }
        assert growth(models, FGSM, "maxpool", "conv") == pytest.approx(0.25 - 0.05)

    def test_lowest_clean_compares_the_closest_pair(self) -> None:
        clean = {"maxpool": 90, "conv-large": 88, "conv-small": 85, "strided": 87}
        models = {name: result(name, 0, [count] * 5) for name, count in clean.items()}
        found = statement("resnet-lowest-clean").contrast(models, FGSM)
        assert found == pytest.approx(0.01)


class TestVerdicts:
    @pytest.mark.parametrize(
        ("advantages", "verdict"),
        [
            ((10, 11, 12), "supported"),
            ((-10, -11, -12), "contradicted"),
            ((10, 0, -10), "undecided"),
            ((10,), "undecided"),
            ((1, 20, 40), "undecided"),  # all positive, but too far apart for three seeds
        ],
    )
    def test_more_robust(self, advantages: tuple[int, ...], verdict: str) -> None:
        found = evaluate(statement("mnist-more-robust"), seeds(*advantages), FGSM)
        assert found is not None
        assert found.verdict == verdict
        assert found.values == pytest.approx([lead / 100 for lead in advantages])

    @pytest.mark.parametrize(
        ("leads", "verdict"),
        [((0, 0, 0), "supported"), ((5, 5, 5), "contradicted"), ((0, 1, 2), "undecided")],
    )
    def test_alike_within_a_margin(self, leads: tuple[int, ...], verdict: str) -> None:
        found = evaluate(
            statement("mnist-clean-alike"),
            [
                one
                for seed, lead in enumerate(leads)
                for one in (
                    result("maxpool", seed, [90 + lead] * 5),
                    result("conv", seed, [90] * 5),
                )
            ],
            FGSM,
        )
        assert found is not None
        assert found.verdict == verdict

    def test_interval_is_students(self) -> None:
        """Two values: the mean plus or minus 12.706 times half their distance."""
        assert interval([0.0, 2.0]) == pytest.approx((1 - 12.706, 1 + 12.706))
        stats = pytest.importorskip("scipy.stats")
        for n in range(2, 11):
            values = [float(k**2 % 7) for k in range(n)]
            half = stats.t.ppf(0.975, n - 1) * stats.sem(values)
            low, high = interval(values)
            assert high - low == pytest.approx(2 * half, rel=1e-3)

    @pytest.mark.parametrize("count", [0, 1, 11])
    def test_interval_refuses(self, count: int) -> None:
        with pytest.raises(ValueError, match=f"2 to 10 numbers, got {count}"):
            interval([0.0] * count)


class TestSeeds:
    def test_only_complete_seeds_count(self) -> None:
        results = seeds(1, 2)[:-1]
        assert [
            models["maxpool"]["configuration"]["seed"] for models in paired(results, "lenet-mnist")
        ] == [0]

    def test_no_complete_seed_gives_no_finding(self) -> None:
        assert evaluate(statement("mnist-more-robust"), seeds(1)[:1], FGSM) is None
        assert evaluate(statement("cifar-cleaner-than-small"), seeds(1, 2), FGSM) is None

    def test_attack_that_was_not_run_gives_no_finding(self) -> None:
        assert evaluate(statement("mnist-more-robust"), seeds(1, 2), READINGS["PGD, L2"]) is None
        assert evaluate(statement("mnist-clean-alike"), seeds(1, 2), READINGS["PGD, L2"])

    def test_every_statement_is_about_models_that_exist(self) -> None:
        names = [one.name for one in STATEMENTS]
        assert len(set(names)) == len(names)
        for one in STATEMENTS:
            models = {
                variant: result(variant, 0, [90, 80, 70, 60, 50])
                for variant in VARIANTS[one.experiment]
            }
            assert one.contrast(models, FGSM) == pytest.approx(0)
