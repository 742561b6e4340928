"""The float32 runs beside the recorded ones: intervals by hand, how often they hold, refusals."""

from dataclasses import replace
from typing import Any

import pytest
from scipy import stats

from companion.experiments.results import record as results
from companion.experiments.runs.config import configuration
from companion.experiments.statistics import precision


def result(seed: int, correct: list[int], profile: str = "cpu", **changes: Any) -> Any:
    """A result of a CIFAR-10 LeNet with 100 images, as far as the comparison reads it."""
    chosen = configuration("lenet-cifar10", "maxpool", seed, profile)
    chosen = replace(chosen, training=replace(chosen.training, **changes))
    return {
        "configuration": chosen.as_json(),
        "clean": {"correct": correct[0], "images": 100},
        "robust": [
            {
                "attack": "fast-gradient",
                "norm": "l2",
                "images": 100,
                "epsilons": [0.0, 0.1, 0.2],
                "correct": correct,
            }
        ],
    }


SEEDS = [result(0, [70, 50, 30]), result(1, [71, 52, 32]), result(2, [72, 54, 34])]


class TestCompare:
    def test_by_hand(self) -> None:
        """Means 71 and 42 with deviations 1 and 2; t = 4.3027 and 4/3 of the variance."""
        clean, robust = precision.compare(result(0, [76, 53, 32], "paper"), SEEDS)
        assert (clean.quantity, robust.quantity) == ("clean", "FGM, L2")
        assert clean.recorded == pytest.approx((0.70, 0.71, 0.72))
        assert robust.recorded == pytest.approx((0.40, 0.42, 0.44))
        half = 4.30265 * (4 / 3) ** 0.5
        assert (clean.low, clean.high) == pytest.approx((0.71 - half / 100, 0.71 + half / 100))
        assert (robust.low, robust.high) == pytest.approx(
            (0.42 - 2 * half / 100, 0.42 + 2 * half / 100)
        )
        assert (clean.value, robust.value) == pytest.approx((0.76, 0.425))
        assert (clean.inside, robust.inside) == (False, True)

    def test_single_seed_gives_no_interval(self) -> None:
        for one in precision.compare(result(0, [76, 53, 32], "paper"), SEEDS[:1]):
            assert (one.low, one.high, one.inside) == (None, None, None)

    def test_other_models_are_left_out(self) -> None:
        other = result(0, [1, 1, 1])
        other["configuration"]["variant"] = "strided"
        single = result(0, [76, 53, 32], "paper")
        assert precision.compare(single, [other, *SEEDS]) == precision.compare(single, SEEDS)
        with pytest.raises(ValueError, match="must hold a seed of lenet-cifar10 maxpool, got 1"):
            precision.compare(single, [other])

    def test_another_schedule_is_refused(self) -> None:
        single = result(0, [76, 53, 32], "paper", epochs=99)
        with pytest.raises(ValueError, match="got another configuration for seed 0"):
            precision.compare(single, SEEDS)


class TestPredicted:
    def test_is_wider_than_the_interval_of_the_mean(self) -> None:
        values = [1.0, 2.0, 4.0, 8.0]
        inner = stats.t.interval(0.95, 3, loc=3.75, scale=stats.sem(values))
        outer = precision.predicted(values)
        assert outer[1] - outer[0] == pytest.approx((inner[1] - inner[0]) * 5**0.5)
        assert sum(outer) == pytest.approx(sum(inner))

    def test_holds_the_next_draw_as_often_as_it_says(self) -> None:
        """Three normal draws predict a fourth: 20 000 tries, so 0.15 points of standard error."""
        import numpy as np

        draws = np.random.default_rng(0).normal(3.0, 2.0, (20_000, 4))
        held = sum(
            low <= row[3] <= high
            for row in draws
            for low, high in [precision.predicted(row[:3].tolist())]
        )
        assert held / len(draws) == pytest.approx(0.95, abs=0.006)

    def test_refuses_a_single_value(self) -> None:
        with pytest.raises(ValueError, match="values must be two numbers or more, got 1"):
            precision.predicted([1.0])


def test_recorded_float32_runs_can_be_compared() -> None:
    """Each differs from recorded seeds of its model in precision only."""
    singles = results.read_all(precision.FLOAT32)
    assert singles
    for single in singles:
        assert single["configuration"]["training"]["precision"] == "float32"
        assert len(precision.compare(single, results.recorded())) == 5
