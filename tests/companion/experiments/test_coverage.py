"""Simulated experiments: refusals, and that intervals which are too narrow would show."""

from dataclasses import replace
from random import Random

import pytest

from companion.experiments.statistics import coverage, inference
from companion.experiments.statistics.coverage import IMAGES, covered, share_covered


def share(seeds: tuple[int, ...], spreads: tuple[float, ...], repetitions: int = 1500) -> float:
    return share_covered(seeds, spreads, 0.3 / IMAGES**0.5, repetitions, Random(1))


def test_equal_spreads_are_covered() -> None:
    assert share((2, 1, 2), (0.01, 0.01, 0.01)) >= 0.93


def test_one_restless_model_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """The assumption matters: a spread five times as large as the others' is missed."""
    assert share((3, 3, 3, 3), (0.1, 0.02, 0.02, 0.02)) < 0.93


def test_without_the_images_intervals_are_too_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        coverage,
        "estimate",
        lambda *given: replace(inference.estimate(*given), within=0.0),
    )
    assert share((3, 3), (0.002, 0.002)) < 0.6


@pytest.mark.parametrize(
    ("seeds", "spreads", "said"),
    [((3, 3), (1.0,), "spreads must be 2 numbers, got 1"), ((1, 1), (1.0, 1.0), "seeds must hold")],
)
def test_refusals(seeds: tuple[int, ...], spreads: tuple[float, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        covered(seeds, spreads, 0.3, Random(0))
