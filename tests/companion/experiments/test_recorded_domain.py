"""Recorded runs as a domain: the cases are what is there, and so are the words."""

from typing import Any

import pytest

from companion.experiments.results import record
from companion.experiments.results.domain import RecordedRuns


def run(experiment: str, variant: str, seed: int, **more: Any) -> dict[str, Any]:
    return {"configuration": {"experiment": experiment, "variant": variant, "seed": seed}, **more}


@pytest.fixture(autouse=True)
def _runs(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [
        run("lenet-mnist", "conv", 0),
        run("lenet-mnist", "conv", 1),
        run("lenet-mnist", "maxpool", 0, rounding={}),
        run("lenet-mnist", "maxpool", 1),
        run("lenet-cifar10", "strided", 2, rounding={}),
    ]
    monkeypatch.setattr(record, "recorded", lambda: runs)


def test_a_case_is_a_model_and_counts_its_seeds() -> None:
    domain = RecordedRuns("lenet-mnist")
    cases = domain.cases({})
    assert [[one["configuration"]["seed"] for one in case] for case in cases] == [[0, 1], [0, 1]]
    assert [domain.size(case) for case in cases] == [2, 2]


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        (RecordedRuns("lenet-mnist"), "recorded runs: MNIST LeNet, all 2 models, seeds 0, 1"),
        (RecordedRuns("lenet-cifar10"), "recorded runs: CIFAR-10 LeNet, Strided seed 2"),
        (
            RecordedRuns(having="rounding", called="runs with rounding:"),
            "runs with rounding: MNIST LeNet, Maxpool seed 0; CIFAR-10 LeNet, Strided seed 2",
        ),
        (RecordedRuns("resnet-cifar10"), "recorded runs: none of CIFAR-10 ResNet"),
    ],
)
def test_words_say_what_is_there(domain: RecordedRuns, words: str) -> None:
    assert domain.words("runs") == words


def test_a_run_less_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    left = record.recorded()[1:]
    monkeypatch.setattr(record, "recorded", lambda: left)
    said = RecordedRuns("lenet-mnist").words("runs")
    assert said == "recorded runs: MNIST LeNet, Conv seed 1, Maxpool seeds 0, 1"
