"""What would decide an open statement: against the rule itself; its cost, from records."""

from typing import Any

import pytest

from companion.experiments.statistics import power
from companion.experiments.statistics.inference import Estimate, Finding, answer
from companion.experiments.statistics.power import (
    core_minutes_per_seed,
    seeds_needed,
    what_would_decide,
)
from companion.experiments.statistics.quantities import READINGS
from companion.experiments.statistics.statements import STATEMENTS, Statement, lead

MORE_ROBUST = next(one for one in STATEMENTS if one.name == "mnist-more-robust")
IMAGES = 1_000_000


def result(variant: str, seed: int, share: float, seconds: float = 60.0) -> Any:
    """A result, as far as statements and their cost read it."""
    attack = {"attack": "fast-gradient", "norm": "l2", "images": IMAGES}
    return {
        "configuration": {"experiment": "lenet-mnist", "variant": variant, "seed": seed},
        "clean": {"correct": 99, "images": 100},
        "robust": [attack | {"epsilons": [0, 1], "correct": [IMAGES, round(share * IMAGES)]}],
        "seconds": {"training": seconds, "attack": 30.0},
        "provenance": {"threads": 2 if variant == "conv" else 1},
    }


def results(leads: list[float]) -> list[Any]:
    return [
        result(variant, seed, 0.5 + (lead if variant == "maxpool" else 0))
        for seed, lead in enumerate(leads)
        for variant in ("maxpool", "conv")
    ]


def found(leads: list[float], statement: Statement = MORE_ROBUST) -> Finding:
    finding = answer(statement, results(leads), READINGS["FGM, L2"])
    assert finding is not None
    return finding


class TestSeedsNeeded:
    @pytest.mark.parametrize("members", [1, 22])
    @pytest.mark.parametrize("margin", [None, 0.05])
    @pytest.mark.parametrize("leads", [[0.0, 0.02], [0.01, 0.03, -0.01], [-0.01, -0.04, 0.01]])
    def test_is_the_least_number_that_decides(
        self, leads: list[float], margin: float | None, members: int
    ) -> None:
        """By the p-value of an estimate with so many seeds, and not with one fewer."""
        statement = Statement(
            "open", "", "lenet-mnist", "mean robust accuracy", (lead("maxpool", "conv"),), margin
        )
        finding = found(leads, statement)
        needed = seeds_needed(finding, members)
        assert needed is not None

        def decides(seeds: int) -> bool:
            value = abs(finding.estimate.value)
            expected = Estimate(
                value, 2 * finding.spread / seeds, finding.estimate.within, 2 * (seeds - 1)
            )
            if margin is None:
                p = expected.above(0)
            else:
                p = min(expected.below(margin), expected.above(margin))
            return 2 * members * p < 0.05

        assert decides(needed)
        assert not any(decides(seeds) for seeds in range(len(leads) + 1, needed))

    def test_no_difference_is_never_decided(self) -> None:
        assert seeds_needed(found([-0.1, 0.1]), 22) is None


class TestCost:
    def test_is_that_of_one_seed_of_every_model(self) -> None:
        # 90 seconds on one core for Maxpool, on two for Conv.
        assert core_minutes_per_seed(MORE_ROBUST, results([0.1, 0.2])) == pytest.approx(4.5)

    def test_other_experiments_do_not_count(self) -> None:
        other = result("maxpool", 0, 0.5, seconds=1e6)
        other["configuration"]["experiment"] = "lenet-cifar10"
        assert core_minutes_per_seed(MORE_ROBUST, [*results([0.1]), other]) == pytest.approx(4.5)

    def test_a_model_that_never_ran_has_none(self) -> None:
        assert core_minutes_per_seed(MORE_ROBUST, [result("conv", 0, 0.5)]) is None


class TestWords:
    def test_three_seeds(self) -> None:
        leads = [0.01, 0.02, -0.01]
        needed = seeds_needed(found(leads), 22)
        assert needed is not None
        assert what_would_decide(MORE_ROBUST, found(leads), results(leads), 22) == (
            f"{needed} seeds of each model at the seen spread would decide, {needed - 3} more: "
            f"about {-(-9 * (needed - 3) // 2)} core-minutes"
        )

    def test_one_seed(self) -> None:
        said = what_would_decide(MORE_ROBUST, found([0.01]), results([0.01]), 22)
        assert said == "a second seed would be needed first: about 5 core-minutes"

    def test_no_seed(self) -> None:
        said = what_would_decide(MORE_ROBUST, None, [], 22)
        assert said.endswith("of each of its models would be needed: what it takes is not recorded")

    def test_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(power, "MOST_SEEDS", 9)
        leads = [0.04, -0.03]
        said = what_would_decide(MORE_ROBUST, found(leads), results(leads), 22)
        assert said == "at the seen spread more than 9 seeds would be needed"

    def test_images_alone_may_leave_it_open(self) -> None:
        runs = results([1e-6, 1e-6])
        finding = answer(MORE_ROBUST, runs, READINGS["FGM, L2"])
        said = what_would_decide(MORE_ROBUST, finding, runs, 22)
        assert said == (
            "no number of seeds would decide at the seen difference: more test images would"
        )
