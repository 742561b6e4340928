"""Checks of Section 5.2 and Appendix E: they pass, and they can fail."""

from typing import Any

import pytest
import torch

from companion.errors import CheckFailedError
from companion.evidence import CheckResult
from companion.evidence import s5_robustness as s5
from companion.experiments.attacks import sweeps as attacks
from companion.experiments.results import record as results
from companion.experiments.runs.config import VARIANTS


def seeds(lead: int) -> list[dict[str, Any]]:
    """Three pairs of MNIST results; Maxpool leads by so many of 100 images, give or take one."""
    return [
        {
            "configuration": {"experiment": "lenet-mnist", "variant": variant, "seed": seed},
            "clean": {"correct": 99, "images": 100},
            "robust": [
                {
                    "attack": "fast-gradient",
                    "norm": "l2",
                    "images": 100,
                    "epsilons": [0, 1, 2],
                    "correct": [99, 50 + shift, 50 + shift],
                }
            ],
        }
        for seed in range(3)
        for variant, shift in (("maxpool", lead + seed % 2), ("conv", 0))
    ]


class TestParameterCounts:
    def test_passes(self) -> None:
        found = s5.parameter_counts()
        assert isinstance(found, CheckResult)
        assert found.values["resnet-cifar10 conv-large"] == 10_238_233
        assert set(s5.PARAMETERS) == {(e, v) for e, names in VARIANTS.items() for v in names}

    def test_one_parameter_more_is_noticed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(s5.PARAMETERS, ("lenet-mnist", "conv"), 305_283)
        with pytest.raises(CheckFailedError, match="305282 parameters, not 305283"):
            s5.parameter_counts()


class TestSharedGradient:
    def test_passes(self) -> None:
        assert s5.shared_gradient().scope == "840 pairs of image and epsilon, both norms"

    def test_another_step_is_noticed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(attacks, "_step", lambda x, *_: torch.zeros_like(x))
        with pytest.raises(CheckFailedError, match="linf: foolbox finds other images"):
            s5.shared_gradient()


class TestRounding:
    def test_passes(self) -> None:
        found = s5.rounding()
        assert found.scope.endswith("recorded CIFAR-10 LeNets")
        assert 0 < found.values["largest ratio"] <= 0.5

    def test_as_many_images_in_double_precision_are_noticed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        recorded = results.recorded()
        for result in recorded:
            for robust in result["robust"]:
                if robust["attack"] == "fast-gradient-float64":
                    robust["correct"] = [count * 3 // 4 for count in [robust["images"]] * 11]
        monkeypatch.setattr(results, "recorded", lambda: recorded)
        with pytest.raises(CheckFailedError, match=r"double precision leaves 0.7500 of the images"):
            s5.rounding()

    def test_images_that_are_all_moved_are_noticed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        recorded = results.recorded()
        for result in recorded:
            if "rounding" in result:
                result["rounding"]["unmoved"] = 0
        monkeypatch.setattr(results, "recorded", lambda: recorded)
        with pytest.raises(CheckFailedError, match="conv-small seed 0: every image is moved"):
            s5.rounding()

    def test_network_without_stronger_attack_is_noticed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        recorded = results.read_all(results.RECORDED)
        monkeypatch.setattr(results, "recorded", lambda: recorded)
        with pytest.raises(CheckFailedError, match="seed 0: no stronger attack is recorded"):
            s5.rounding()

    def test_no_network_is_noticed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(results, "recorded", lambda: seeds(1))
        with pytest.raises(CheckFailedError, match="no network is recorded"):
            s5.rounding()


class TestResnetRounding:
    def test_passes(self) -> None:
        assert s5.resnet_rounding().values["images"] > 1000

    @pytest.mark.parametrize("key", ["sure", "unmoved"])
    def test_a_spoiled_image_is_noticed(self, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
        recorded = results.recorded()
        last = [one for one in recorded if one["configuration"]["experiment"] == "resnet-cifar10"]
        next(one for one in last if "rounding" in one)["rounding"][key] = 1
        monkeypatch.setattr(results, "recorded", lambda: recorded)
        with pytest.raises(CheckFailedError, match=rf"seed 0: .*1 (images )?{key}"):
            s5.resnet_rounding()

    def test_no_network_is_noticed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(results, "recorded", lambda: seeds(1))
        with pytest.raises(CheckFailedError, match="no network is recorded with its rounding"):
            s5.resnet_rounding()


class TestRecordedRuns:
    def test_passes(self) -> None:
        assert s5.recorded_runs().method == "experiment"

    def test_another_configuration_is_noticed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        recorded = results.recorded()
        if not recorded:
            pytest.skip("no result is recorded")
        recorded[0]["configuration"]["training"]["momentum"] = 0.8
        monkeypatch.setattr(results, "recorded", lambda: recorded)
        with pytest.raises(CheckFailedError, match="has another configuration now"):
            s5.recorded_runs()


class TestStatement:
    @pytest.mark.parametrize(("lead", "verdict"), [(20, "supported"), (0, "undecided")])
    def test_verdict(self, monkeypatch: pytest.MonkeyPatch, lead: int, verdict: str) -> None:
        monkeypatch.setattr(results, "recorded", lambda: seeds(lead))
        found = s5.statement("mnist-more-robust", "FGM, L2")
        assert found.values["verdict"] == verdict
        assert found.scope == "3 paired seeds, FGM, L2"

    def test_contradicted_statement_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(results, "recorded", lambda: seeds(-20))
        with pytest.raises(CheckFailedError, match=r"mnist-more-robust under FGM, L2: mean -0\.19"):
            s5.statement("mnist-more-robust", "FGM, L2")

    def test_without_runs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(results, "recorded", list)
        assert s5.statement("mnist-more-robust", "PGD, L2").values == {"verdict": "not run"}

    @pytest.mark.parametrize(
        ("name", "reading", "said"),
        [("x", "FGM, L2", "name must be"), ("mnist-growing", "L2", "reading must be")],
    )
    def test_unknown(self, name: str, reading: str, said: str) -> None:
        with pytest.raises(ValueError, match=said):
            s5.statement(name, reading)
