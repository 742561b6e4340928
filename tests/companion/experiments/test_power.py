"""What would decide an open statement: against the interval itself; its cost, from records."""

from math import sqrt
from statistics import mean, stdev
from typing import Any

import pytest

from companion.experiments.statistics import power
from companion.experiments.statistics.contrasts import (
    READINGS,
    STATEMENTS,
    Finding,
    Statement,
    evaluate,
    student,
)
from companion.experiments.statistics.power import (
    core_minutes_per_seed,
    seeds_needed,
    what_would_decide,
)

MORE_ROBUST = next(one for one in STATEMENTS if one.name == "mnist-more-robust")


def result(variant: str, seed: int, right: int, seconds: float = 60.0) -> Any:
    """A result, as far as statements and their cost read it."""
    return {
        "configuration": {"experiment": "lenet-mnist", "variant": variant, "seed": seed},
        "clean": {"correct": 99, "images": 100},
        "robust": [
            {
                "attack": "fast-gradient",
                "norm": "l2",
                "images": 100,
                "epsilons": [0, 1],
                "correct": [99, right],
            }
        ],
        "seconds": {"training": seconds, "attack": 30.0},
        "provenance": {"threads": 2 if variant == "conv" else 1},
    }


def results(leads: list[int]) -> list[Any]:
    return [
        result(variant, seed, 50 + (lead if variant == "maxpool" else 0))
        for seed, lead in enumerate(leads)
        for variant in ("maxpool", "conv")
    ]


def found(leads: list[int]) -> Finding | None:
    return evaluate(MORE_ROBUST, results(leads), READINGS["FGM, L2"])


class TestStudent:
    @pytest.mark.parametrize(
        ("freedom", "tabulated"),
        [
            (1, 12.706),
            (9, 2.262),
            (10, 2.228),
            (12, 2.179),
            (20, 2.086),
            (60, 2.000),
            (1000, 1.962),
        ],
    )
    def test_as_in_tables(self, freedom: int, tabulated: float) -> None:
        assert student(freedom) == pytest.approx(tabulated, abs=0.001)

    def test_falls(self) -> None:
        quantiles = [student(freedom) for freedom in range(1, 60)]
        assert quantiles == sorted(quantiles, reverse=True)

    def test_no_freedom_is_refused(self) -> None:
        with pytest.raises(ValueError, match="freedom must be at least 1, got 0"):
            student(0)


class TestSeedsNeeded:
    @pytest.mark.parametrize("margin", [None, 0.05])
    @pytest.mark.parametrize("values", [[0.0, 0.02], [0.01, 0.03, -0.01], [-0.01, -0.04, 0.01]])
    def test_is_the_least_number_that_decides(
        self, values: list[float], margin: float | None
    ) -> None:
        needed = seeds_needed(values, margin)
        assert needed is not None

        def decides(seeds: int) -> bool:
            half = student(seeds - 1) * stdev(values) / sqrt(seeds)
            low, high = mean(values) - half, mean(values) + half
            ends = [0.0] if margin is None else [-margin, margin]
            return not any(low <= end <= high for end in ends)

        assert decides(needed)
        assert not any(decides(seeds) for seeds in range(len(values), needed))

    def test_no_difference_is_never_decided(self) -> None:
        assert seeds_needed([-0.1, 0.1], None) is None


class TestCost:
    def test_is_that_of_one_seed_of_every_model(self) -> None:
        # 90 seconds on one core for Maxpool, on two for Conv.
        assert core_minutes_per_seed(MORE_ROBUST, results([1, 2])) == pytest.approx(4.5)

    def test_other_experiments_do_not_count(self) -> None:
        other = result("maxpool", 0, 50, seconds=1e6)
        other["configuration"]["experiment"] = "lenet-cifar10"
        assert core_minutes_per_seed(MORE_ROBUST, [*results([1]), other]) == pytest.approx(4.5)

    def test_a_model_that_never_ran_has_none(self) -> None:
        assert core_minutes_per_seed(MORE_ROBUST, [result("conv", 0, 50)]) is None


class TestWords:
    def test_three_seeds(self) -> None:
        needed = seeds_needed([0.01, 0.02, -0.01], None)
        assert needed is not None
        assert what_would_decide(MORE_ROBUST, found([1, 2, -1]), results([1, 2, -1])) == (
            f"{needed} seeds at the seen spread would decide, {needed - 3} more: "
            f"about {-(-9 * (needed - 3) // 2)} core-minutes"
        )

    def test_one_seed(self) -> None:
        said = what_would_decide(MORE_ROBUST, found([1]), results([1]))
        assert said == "a second seed would be needed first: about 5 core-minutes"

    def test_no_seed(self) -> None:
        said = what_would_decide(MORE_ROBUST, None, [])
        assert said.endswith("of each of its models would be needed: what it takes is not recorded")

    def test_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(power, "MOST_SEEDS", 9)
        said = what_would_decide(MORE_ROBUST, found([4, -3]), results([4, -3]))
        assert said == "at the seen spread more than 9 seeds would be needed"

    def test_a_margin_counts(self) -> None:
        close = Statement("close", "", "lenet-mnist", MORE_ROBUST.contrast, margin=0.04)
        leads = results([1, 2, -1])
        finding = evaluate(close, leads, READINGS["FGM, L2"])
        assert finding is not None
        needed = seeds_needed(finding.values, 0.04)
        assert what_would_decide(close, finding, leads).startswith(f"{needed} seeds")
