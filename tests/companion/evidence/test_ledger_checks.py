"""Checks of single numbers: what they find, and that they can fail."""

from dataclasses import replace
from fractions import Fraction

import pytest

from companion.errors import CheckFailedError, UncheckedError
from companion.evidence import published_numbers as ledger
from companion.evidence import s5_robustness as s5
from companion.experiments.runs.config import configuration
from maxpooling.approximation import best_uniform


class TestOptimalError:
    def test_values(self):
        assert ledger.optimal_error(9, "0 8").values == {"error": Fraction(1, 18)}
        assert ledger.optimal_error(3, "0 1 2").values == {"error": Fraction(1, 8)}
        assert "all vertices of the cube" in ledger.optimal_error(3, "1").scope
        assert "cube" not in ledger.optimal_error(9, "1").scope

    def test_a_wrong_optimum_is_refused(self, monkeypatch):
        def wrong(d, orders):
            best = best_uniform(d, orders)
            return replace(best, error=best.error * 2)

        monkeypatch.setattr(ledger, "best_uniform", wrong)
        with pytest.raises(CheckFailedError):
            ledger.optimal_error(3, "0 2")
        monkeypatch.setattr(ledger, "best_uniform", best_uniform)
        monkeypatch.setattr(ledger, "error_over_cube", lambda d, orders: Fraction(1, 7))
        with pytest.raises(CheckFailedError, match="the cube at d=3, 0 2"):
            ledger.optimal_error(3, "0 2")


def test_hidden_layers():
    assert ledger.hidden_layers(9, "0 8").values == {"layers": 3, "sizes": "12, 10, 9"}
    assert ledger.hidden_layers(10, "0 9").values["sizes"] == "17, 16, 12, 10"


class TestModels:
    def test_parameters(self):
        found = ledger.parameters("lenet-mnist", "conv").values
        assert found == {"parameters": 305_282, "ratio": Fraction(305_282, 259_106)}

    @pytest.mark.parametrize(
        ("experiment", "kernel", "count"),
        [("lenet-mnist", 3, 305_282), ("lenet-cifar10", 1, 253_890),
         ("lenet-cifar10", 3, 425_922), ("resnet-cifar10", 1, 5_273_881)],
    )  # fmt: skip
    def test_replaced_pools(self, experiment, kernel, count):
        assert ledger.replaced_pools(experiment, kernel).values["parameters"] == count

    def test_architectures(self):
        lenet = ledger.architecture("lenet-mnist").values
        assert (lenet["channels"], lenet["pool"]) == ("32, 64", "3, 2, 1")
        assert lenet["dense"] == "1024, 200, 10"
        resnet = ledger.architecture("resnet-cifar10").values
        assert (resnet["doubled"], resnet["before doubling"]) == ("64, 128, 256", 2)
        assert (resnet["residual blocks"], resnet["pools"]) == (3, 4)
        assert (resnet["first pool"], resnet["last pool"]) == ("2, 2", "4, 4")

    def test_settings(self):
        found = ledger.training("lenet-cifar10").values
        assert (found["epochs"], found["batch"], found["knots"]) == (100, 128, "50, 70, 90")
        assert (found["rate"], found["momentum"]) == (Fraction(1, 100), Fraction(9, 10))
        assert ledger.training("resnet-cifar10").values["bits"] == 16
        grid = ledger.perturbations("lenet-cifar10").values["epsilons"]
        assert grid == "0, 0.001, 0.002, 0.003, 0.01, 0.1, 0.3, 0.5, 1, 1.2, 1.4"


class TestExperiments:
    def test_runs_that_do_not_decide_are_no_evidence(self, monkeypatch):
        for word in ("not run", "undecided"):
            found = replace(s5.recorded_runs(), scope="1 paired seeds", values={"verdict": word})
            monkeypatch.setattr(s5, "statement", lambda name, reading, found=found: found)
            with pytest.raises(UncheckedError, match=f"{word}: 1 paired seeds"):
                ledger.experiment("mnist-growing", "FGM, L2")
            monkeypatch.setattr(s5, "refutation", lambda name, reading, found=found: found)
            with pytest.raises(UncheckedError, match=f"{word}: 1 paired seeds"):
                ledger.contradicted_experiment("mnist-growing", "FGM, L2")

    def test_each_way_takes_its_own_verdict_only(self):
        supported = "cifar-more-robust-than-strided", "worst case, L2"
        contradicted = "mnist-growing", "worst case, L2"
        assert ledger.experiment(*supported).values["verdict"] == "supported"
        assert ledger.contradicted_experiment(*contradicted).values["high"] < 0
        with pytest.raises(CheckFailedError, match="mnist-growing under worst case, L2: mean -"):
            ledger.experiment(*contradicted)
        with pytest.raises(CheckFailedError, match="strided under worst case, L2: mean 0"):
            ledger.contradicted_experiment(*supported)

    @staticmethod
    def runs(profile, seeds):
        return [
            {"configuration": configuration("lenet-mnist", variant, seed, profile).as_json()}
            for variant in ("maxpool", "conv")
            for seed in range(seeds)
        ]

    def test_scale(self):
        assert ledger.full_scale("lenet-mnist", self.runs("paper", 3))
        assert not ledger.full_scale("lenet-mnist", self.runs("paper", 2))
        assert not ledger.full_scale("lenet-mnist", self.runs("paper", 3)[:3])
        assert not ledger.full_scale("lenet-mnist", self.runs("quick", 3))
        assert not ledger.full_scale("lenet-mnist", [])

    def test_precision_does_not_count_but_the_attack_does(self):
        runs = self.runs("paper", 3)
        runs[0]["configuration"]["training"]["precision"] = "bfloat16"
        assert ledger.full_scale("lenet-mnist", runs)
        runs[0]["configuration"]["attack"]["images"] = 1000
        assert not ledger.full_scale("lenet-mnist", runs)
