"""Checks of single numbers: what they find, and that a false fact shows.

What these checks find is compared with the printed number by the ledger. So a false fact must
either fail (FAULTS) or show as another number (VALUES).
"""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from companion.errors import CheckFailedError, SmallerRunsError, UncheckedError
from companion.evidence import published_numbers as numbers
from companion.experiments.models import building
from companion.experiments.results import record
from companion.experiments.runs.config import ATTACKS, TRAININGS, configuration
from companion.experiments.statistics.statements import STATEMENTS
from faults import Fault, assert_noticed, replacing, slightly_wrong

SUPPORTED = {"name": "cifar-more-robust-than-strided", "reading": "FGM float64, L2"}
# Against the ensemble Maxpool on MNIST leads less at larger sizes, if only the seeds counted.
UNDECIDED = {"name": "mnist-growing", "reading": "ensemble, L2"}


def swap(name: str, wrong: Any) -> Any:
    return replacing(numbers, name, wrong)


def reversed_runs(right: Any = record.recorded) -> list[dict[str, Any]]:
    """The recorded runs with Maxpool's results under the name of the strided model and back."""
    names = {"maxpool": "strided", "strided": "maxpool", "conv": "maxpool"}
    found = []
    for run in right():
        cell = run["configuration"]
        swapped = (
            "conv"
            if (cell["experiment"], cell["variant"]) == ("lenet-mnist", "maxpool")
            else names.get(cell["variant"], cell["variant"])
        )
        found.append({**run, "configuration": {**cell, "variant": swapped}})
    return found


FAULTS = (
    Fault(numbers.optimal_error, "a wrong optimum", swap("best_uniform", slightly_wrong)),
    Fault(numbers.optimal_error, "another error over the cube",
          swap("error_over_cube", lambda *_: Fraction(1, 9)), {"d": 3, "orders": (0, 2)}),
    Fault(numbers.architecture, "a model without pools",
          replacing(building, "build", lambda *_: __import__("torch").nn.Sequential()),
          {"experiment": "lenet-mnist"}),
    Fault(numbers.training, "a shortened schedule",
          swap("TRAININGS", {**TRAININGS, "lenet-mnist": replace(
              TRAININGS["lenet-mnist"], epochs=3)}), {"experiment": "lenet-mnist"}),
    Fault(numbers.experiment, "runs whose names are exchanged",
          replacing(record, "recorded", reversed_runs), SUPPORTED),
)  # fmt: skip

VALUES = (
    Fault(numbers.hidden_layers, "another network", swap("pairwise_max_counts", lambda *_: (1,)),
          {"d": 9, "orders": (0, 8)}),
    Fault(numbers.parameters, "a parameter more",
          replacing(building, "count_parameters", lambda model: 1),
          {"experiment": "lenet-mnist", "variant": "conv"}),
    Fault(numbers.replaced_pools, "a model without parameters",
          replacing(building, "count_parameters", lambda model: 0),
          {"experiment": "lenet-cifar10", "kernel": 1}),
    Fault(numbers.perturbations, "another grid",
          swap("ATTACKS", {**ATTACKS, "lenet-mnist": replace(
              ATTACKS["lenet-mnist"], epsilons=(0.0, 0.5))}), {"experiment": "lenet-mnist"}),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)


@pytest.mark.parametrize("fault", VALUES, ids=str)
def test_a_false_fact_is_another_number(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fault.check(**fault.case).values
    fault.patch(monkeypatch)
    assert fault.check(**fault.case).values != before


class TestModels:
    @pytest.mark.parametrize(
        ("experiment", "kernel", "count"),
        [("lenet-mnist", 3, 305_282), ("lenet-cifar10", 1, 253_890),
         ("lenet-cifar10", 3, 425_922), ("resnet-cifar10", 1, 5_273_881)],
    )  # fmt: skip
    def test_replaced_pools(self, experiment: str, kernel: int, count: int) -> None:
        found = numbers.replaced_pools(experiment=experiment, kernel=kernel)
        assert found.values["parameters"] == count

    def test_settings_and_what_the_recorded_runs_have_instead(self) -> None:
        lenet = numbers.training(experiment="lenet-cifar10").values
        assert (lenet["epochs"], lenet["batch"], lenet["knots"]) == (100, 128, "50, 70, 90")
        assert "recorded epochs" not in lenet
        resnet = numbers.training(experiment="resnet-cifar10").values
        assert (resnet["epochs"], resnet["recorded epochs"]) == (50, "10")
        assert "2000" in str(numbers.perturbations(experiment="resnet-cifar10").values)


class TestExperiments:
    def test_verdicts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert numbers.experiment(**SUPPORTED).values["scale"] == "full"
        with pytest.raises(UncheckedError, match=r"undecided \(seeds 3, .* would"):
            numbers.experiment(**UNDECIDED)
        monkeypatch.setattr(record, "recorded", reversed_runs)
        with pytest.raises(CheckFailedError, match=r"contradicted \(seeds 3") as full:
            numbers.experiment(**SUPPORTED)
        assert full.type is CheckFailedError

    def test_a_contradiction_by_smaller_runs_is_called_one(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(record, "recorded", reversed_runs)
        monkeypatch.setattr(numbers, "full_scale", lambda *_: False)
        with pytest.raises(SmallerRunsError, match=r"^contradicted \(seeds 3.* sees 82 %, so not"):
            numbers.experiment(**SUPPORTED)

    def test_who_does_not_see_the_image_is_said(self) -> None:
        said = {one.name: numbers.blind(one) for one in STATEMENTS}
        assert said["mnist-growing"] == said["resnet-large-matches"] == ""
        both = "Of each image Conv-Small sees 56 % and Strided sees 56 %, so"
        assert said["resnet-lowest-clean"] == f"{both} not the pools alone differ."
        supported = numbers.experiment(**SUPPORTED).values["remark"]
        assert str(supported).startswith("Of each image Strided sees 82 %")

    def test_without_runs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(record, "recorded", list)
        with pytest.raises(UncheckedError, match="not run"):
            numbers.experiment(**SUPPORTED)

    @staticmethod
    def runs(profile: str, seeds: int) -> list[Any]:
        return [
            {"configuration": configuration("lenet-mnist", variant, seed, profile).as_json()}
            for variant in ("maxpool", "conv")
            for seed in range(seeds)
        ]

    def test_scale(self) -> None:
        assert numbers.full_scale("lenet-mnist", self.runs("paper", 3))
        assert not numbers.full_scale("lenet-mnist", self.runs("paper", 2))
        assert not numbers.full_scale("lenet-mnist", self.runs("paper", 3)[:3])
        assert not numbers.full_scale("lenet-mnist", self.runs("quick", 3))
        assert not numbers.full_scale("lenet-mnist", [])

    def test_precision_does_not_count_but_the_attack_does(self) -> None:
        runs = self.runs("paper", 3)
        runs[0]["configuration"]["training"]["precision"] = "bfloat16"
        assert numbers.full_scale("lenet-mnist", runs)
        runs[0]["configuration"]["attack"]["images"] = 1000
        assert not numbers.full_scale("lenet-mnist", runs)
