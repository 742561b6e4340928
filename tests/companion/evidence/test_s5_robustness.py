"""Every check of Section 5.2 and Appendix E notices a false fact."""

from typing import Any

import pytest
import torch

from companion.errors import UncheckedError
from companion.evidence import s5_robustness as s5
from companion.experiments.attacks import sweeps
from companion.experiments.models import building, fields
from companion.experiments.results import record
from companion.experiments.runs.config import VARIANTS
from companion.experiments.statistics import inference, strength
from companion.experiments.statistics.inference import Estimate, Finding, Verdict
from companion.experiments.statistics.statements import LENET_LEADS
from companion.experiments.statistics.strength import Lead
from faults import Fault, assert_noticed, replacing

MNIST_CONV = {"experiment": "lenet-mnist", "variant": "conv"}


def changed(experiment: str, change: Any) -> Any:
    """The recorded runs, with the last one of an experiment changed."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        runs = record.recorded()
        of_it = [one for one in runs if one["configuration"]["experiment"] == experiment]
        change([one for one in of_it if "rounding" in one][-1])
        monkeypatch.setattr(record, "recorded", lambda: runs)

    return patch


def as_many_in_double_precision(run: dict[str, Any]) -> None:
    for robust in run["robust"]:
        if robust["attack"] == "fast-gradient-float64":
            robust["correct"] = [robust["images"] * 3 // 4 for _ in robust["correct"]]


def set_value(*keys: str, value: Any) -> Any:
    def change(run: dict[str, Any]) -> None:
        for key in keys[:-1]:
            run = run[key]
        run[keys[-1]] = value

    return change


def larger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(s5.PARAMETERS, ("resnet-cifar10", "maxpool"), 6_000_000)


def judged(verdict: Verdict, value: float) -> Any:
    """Every lead, after APGD of this size and with this verdict."""
    findings = {
        one.name: Finding(
            one, Estimate(value, 1e-6, 1e-6, 4), (3, 3), 1e-6, 2, 0.5, 0.5, 1, verdict
        )
        for one in LENET_LEADS
    }
    return lambda _: [
        Lead(one, norm, (0.1,), 1000, {"APGD": findings[one.name]})
        for one in LENET_LEADS
        for norm in ("linf", "l2")
    ]


FAULTS = (
    Fault(s5.parameter_counts, "one parameter more is printed",
          lambda m: m.setitem(s5.PARAMETERS, ("lenet-mnist", "conv"), 305_283), MNIST_CONV),
    Fault(s5.parameter_counts, "a model with fewer stages than Maxpool",
          replacing(building, "stages", lambda model, shape, right=building.stages:
                    right(model, shape)[: sum(1 for _ in model.parameters())]), MNIST_CONV),
    Fault(s5.parameter_counts, "no activation is found",
          replacing(building, "stages", lambda model, shape: []), MNIST_CONV),
    Fault(s5.receptive_fields, "a network that is blind and not known to be",
          lambda m: m.setattr(s5, "BLIND", s5.BLIND - {("resnet-cifar10", "strided")}),
          {"experiment": "resnet-cifar10", "variant": "strided"}),
    Fault(s5.receptive_fields, "a network that sees all and is said to be blind",
          lambda m: m.setattr(s5, "BLIND", {("lenet-mnist", "conv")}), MNIST_CONV),
    Fault(s5.receptive_fields, "an oblong field",
          replacing(fields, "seen", lambda model, shape: torch.arange(12).reshape(3, 4) % 4 < 2),
          {"experiment": "resnet-cifar10", "variant": "strided"}),
    Fault(s5.interval_coverage, "intervals that are half as long",
          replacing(inference.Estimate, "half_width",
                    lambda self, tail, right=inference.Estimate.half_width: right(self, tail) / 2),
          {"seeds": (3, 3), "ratio": 1.0}),
    Fault(s5.paired_coverage, "intervals that are half as long",
          replacing(inference.Estimate, "half_width",
                    lambda self, tail, right=inference.Estimate.half_width: right(self, tail) / 2),
          {"seeds": (3, 3), "spread": 0.3, "common": 0.0}),
    Fault(s5.twice_the_parameters, "Maxpool has six million", larger),
    Fault(s5.shared_gradient, "a step of length zero",
          replacing(sweeps, "_step", lambda x, *_: torch.zeros_like(x)), {"norm": "linf"}),
    Fault(s5.recorded_runs, "another momentum",
          changed("lenet-cifar10", set_value("configuration", "training", "momentum", value=0.8))),
    Fault(s5.recorded_runs, "code that was not committed",
          changed("lenet-cifar10", set_value("provenance", "uncommitted", value=True))),
    Fault(s5.rounding, "as many images in double precision",
          changed("lenet-cifar10", as_many_in_double_precision)),
    Fault(s5.rounding, "a network of which every image is moved",
          changed("lenet-cifar10", set_value("rounding", "unmoved", value=0))),
    Fault(s5.rounding, "a network without stronger attack",
          changed("lenet-cifar10", lambda run: run.pop("rounding"))),
    Fault(s5.lead_after_apgd, "a lead that is none",
          replacing(strength, "leads", judged("contradicted", -0.04))),
    Fault(s5.resnet_rounding, "an image of which a network is sure",
          changed("resnet-cifar10", set_value("rounding", "sure", value=1))),
    Fault(s5.resnet_rounding, "an image that is not moved",
          changed("resnet-cifar10", set_value("rounding", "unmoved", value=1))),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)


def test_every_model_has_a_printed_number() -> None:
    assert set(s5.PARAMETERS) == {(e, v) for e, names in VARIANTS.items() for v in names}


@pytest.mark.parametrize("check", [s5.recorded_runs, s5.rounding, s5.resnet_rounding], ids=str)
def test_no_runs_are_no_evidence(check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "recorded", list)
    with pytest.raises(UncheckedError, match="no case of recorded runs"):
        check()


def test_a_lead_after_apgd_needs_networks_that_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strength, "leads", judged("supported", 0.04))
    found = s5.lead_after_apgd(name="mnist-more-robust", norm="l2")
    assert found.values["difference"] == 0.04
    assert found.values["seeds"] == 3
    monkeypatch.setattr(strength, "leads", judged("undecided", 0.001))
    with pytest.raises(UncheckedError, match="more seeds or images"):
        s5.lead_after_apgd(name="mnist-more-robust", norm="l2")
    monkeypatch.setattr(strength, "leads", lambda _: [])
    with pytest.raises(UncheckedError, match="not run: python -m companion"):
        s5.lead_after_apgd(name="mnist-more-robust", norm="l2")


def test_the_recorded_runs_are_counted() -> None:
    found = s5.rounding()
    assert "recorded runs: CIFAR-10 LeNet, all 3 models, seeds 0, 1, 2; 9 cases" in found.scope
    assert found.values["seeds"] == 3
    assert 0 < float(found.values["largest ratio"]) <= 0.5
