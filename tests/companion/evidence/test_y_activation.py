"""Every check of the second source notices a false fact."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import torch
from torch import nn

from companion.errors import CheckFailedError, UncheckedError
from companion.evidence import y_activation as checks
from companion.experiments.models.building import build
from companion.experiments.results import record
from companion.experiments.runs.config import GRID
from companion.experiments.statistics.y_activation import DATASETS, claims
from faults import Fault, assert_noticed, replacing
from maxpooling.errors import CertificateError
from maxpooling.layers import folding

GAINS = {"dataset": "mnist", "name": "max-gains-relu"}


def swap(name: str, wrong: Any) -> Any:
    """A patch of a name of the module; of a builtin, which the module then has as its own."""
    return lambda monkeypatch: monkeypatch.setattr(checks, name, wrong, raising=False)


def untrained(pool: str, activation: str) -> Callable[[str, str], nn.Sequential]:
    """In the place of the recorded network another one, always the same."""

    def network(experiment: str, variant: str) -> nn.Sequential:
        del variant
        torch.manual_seed(0)
        return build(experiment, f"{pool}-{activation}").eval()

    return network


def bent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every max pool has a ReLU before it."""
    pool = nn.MaxPool2d
    monkeypatch.setattr(nn, "MaxPool2d", lambda *x, **y: nn.Sequential(nn.ReLU(), pool(*x, **y)))


def with_an_early_linear_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places and channels are mixed by a linear layer before the second pool."""
    pool: Any = nn.MaxPool2d
    built = nn.Linear

    class Mixing(nn.Module):
        def __init__(self, size: int, **options: Any) -> None:
            super().__init__()
            self.linear = built(12, 12)
            self.pool = pool(size, **options)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            flat = x.flatten(1)
            mixed = self.linear(flat[:, :12])
            pooled: torch.Tensor = self.pool(torch.cat([mixed, flat[:, 12:]], dim=1).view_as(x))
            return pooled

    monkeypatch.setattr(nn, "MaxPool2d", Mixing)


def padded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every convolution pads with zeros, and the pools see as much of it as before."""
    convolution: Any = nn.Conv2d

    class Padded(nn.Module):
        def __init__(self, *sizes: Any) -> None:
            super().__init__()
            self.convolution = convolution(*sizes, padding=1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            cropped: torch.Tensor = self.convolution(x)[..., : x.shape[-2] - 1, : x.shape[-1] - 1]
            return cropped

    monkeypatch.setattr(nn, "Conv2d", Padded)


def padded_with_the_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """The border repeats the input: no window sees zeros only."""
    convolution: Any = nn.Conv1d

    monkeypatch.setattr(
        nn, "Conv1d", lambda *sizes, **named: convolution(*sizes, padding_mode="replicate", **named)
    )


def folded_with_another_bias(*arguments: Any, right: Any = folding.fold, **named: Any) -> Any:
    folded = right(*arguments, **named)
    return folding.AffineMap(folded.weight, folded.bias + 1)


def grid(lead: int) -> list[dict[str, Any]]:
    """Three seeds of the grid on MNIST; ReLU leads with max pools by so many thousandths."""
    return [
        {
            "configuration": {"experiment": "activation-mnist", "variant": variant, "seed": seed},
            "clean": {
                "correct": 900_000 + 1000 * (lead + seed) * (variant == "max-relu"),
                "images": 1_000_000,
            },
            "robust": [],
            "seconds": {"training": 100.0, "attack": 20.0},
            "provenance": {"threads": 1},
        }
        for seed in range(3)
        for variant in GRID["activation-mnist"]
    ]


def with_seeds(lead: int) -> Any:
    return replacing(record, "recorded", lambda: grid(lead))


def reversed_runs(right: Any = record.recorded) -> list[dict[str, Any]]:
    """The recorded runs with the images that were wrong counted as right."""
    found: list[dict[str, Any]] = right()
    for run in found:
        run["clean"]["correct"] = run["clean"]["images"] - run["clean"]["correct"]
    return found


def ramp_of_weights(weights: tuple[int, ...]) -> Any:
    """A certificate with other weights."""
    right = checks.LineBound
    fractions = tuple(map(Fraction, weights))
    return swap("LineBound", lambda values, _, error: right(values, fractions, error))


FAULTS = (
    Fault(checks.max_is_not_linear, "a sum in the place of the maximum",
          swap("max", lambda *x: sum(x))),
    Fault(checks.max_with_one_fixed, "a sum in the place of the maximum",
          swap("max", lambda *x: sum(x)), {"t": Fraction(1)}),
    Fault(checks.max_with_one_fixed, "a maximum that never grows",
          swap("max", lambda *x: Fraction(1)), {"t": Fraction(1)}),
    Fault(checks.average_is_linear, "a maximum in the place of the mean",
          swap("_mean", lambda numbers: Fraction(max(numbers))), {"n": 2}),
    Fault(checks.relu_is_a_max, "a maximum that is always 1",
          swap("max", lambda *x: 1), {"t": Fraction(1, 2)}),
    Fault(checks.one_by_one_pool, "a mean that adds 1",
          swap("_mean", lambda numbers: sum(numbers, Fraction(1))), {"t": Fraction(1, 2)}),
    Fault(checks.max_is_piecewise_linear, "a product in the place of the maximum",
          swap("max", lambda x: x[0] * x[1]), {"n": 2}),
    Fault(checks.pieces_of_a_max, "a maximum that only the first number reaches",
          swap("max", lambda x: x[0]), {"n": 2}),
    Fault(checks.activation_commutes, "an activation that falls",
          swap("ACTIVATIONS", {"ReLU": lambda t: -t}), {"activation": "ReLU"}),
    Fault(checks.average_does_not_commute, "a linear activation",
          swap("ACTIVATIONS", {"ReLU": lambda t: 2 * t}), {"activation": "ReLU"}),
    Fault(checks.straight_rays, "a ReLU before every pool", bent),
    Fault(checks.straight_rays, "a linear layer before a pool", with_an_early_linear_layer),
    Fault(checks.straight_rays, "zero padding", padded),
    Fault(checks.bent_by_an_early_linear_layer, "the pool's other end",
          replacing(nn, "MaxPool1d", lambda size: nn.AvgPool1d(size)), {"t": Fraction(1)}),
    Fault(checks.bent_by_an_early_linear_layer, "rays that are straight",
          replacing(folding, "ray_defect", lambda *_: 0.0), {"t": Fraction(1)}),
    Fault(checks.padded_windows, "borders without zeros", padded_with_the_input,
          {"t": Fraction(-1)}),
    Fault(checks.ray_error, "weights that do not annihilate lines", ramp_of_weights((1, -1, 1))),
    Fault(checks.ray_error, "weights that are zero", ramp_of_weights((0, 0, 0))),
    Fault(checks.never_constant, "a flat pool",
          swap("_dot", lambda *_: 0), {"weights": (1, 2)}),
    Fault(checks.zero_filter, "a second filter that is not zero",
          swap("_dot", lambda form, x: x[0]), {"t": Fraction(-1)}),
    Fault(checks.regions, "two regions always",
          swap("pooled_regions", lambda *_, relu: 2), {"weights": (1, 2), "relu": False}),
    Fault(checks.orthants, "two regions always",
          swap("count_regions", lambda maxima: 2), {"dimension": 3}),
    Fault(checks.folded_networks, "a folded map with another bias",
          replacing(folding, "fold", folded_with_another_bias),
          {"experiment": "activation-mnist", "variant": "average-none"}),
    Fault(checks.trained_rays, "networks with ReLUs",
          swap("_trained", untrained("max", "relu")), {"experiment": "activation-mnist"}),
    Fault(checks.accuracy_claim, "seeds that say the opposite",
          replacing(record, "recorded", reversed_runs),
          {"dataset": "mnist", "name": "max-without-activation"}),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)


class TestLineBound:
    bound = checks.LineBound(
        (Fraction(0), Fraction(0), Fraction(1)),
        (Fraction(1), Fraction(-2), Fraction(1)),
        Fraction(1, 4),
    )

    def test_holds(self) -> None:
        self.bound.verify()

    @pytest.mark.parametrize("error", [Fraction(1, 3), Fraction(1, 5), Fraction(0)])
    def test_of_another_error_is_refused(self, error: Fraction) -> None:
        with pytest.raises(CertificateError, match="do not give the bound"):
            replace(self.bound, error=error).verify()


class TestFolding:
    def test_an_activation_cannot_be_folded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "_trained", untrained("average", "relu"))
        with pytest.raises(ValueError, match=r"affine layers only, but layer '1\.2' is ReLU"):
            checks.folded_networks(experiment="activation-mnist", variant="average-none")

    def test_a_network_that_is_not_recorded(self) -> None:
        with pytest.raises(
            UncheckedError, match="activation-mnist max-none-at-all is not recorded"
        ):
            checks._trained("activation-mnist", "max-none-at-all")


class TestAccuracyClaims:
    def test_supported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with_seeds(20)(monkeypatch)
        found = checks.accuracy_claim(**GAINS)
        assert (found.values["difference"], found.values["seeds"]) == (0.021, 3)
        models = "max pool with ReLU and max pool without activation"
        assert found.scope == f"measurement: MNIST; clean accuracy of {models}"

    def test_contradicted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with_seeds(-20)(monkeypatch)
        with pytest.raises(CheckFailedError, match=r"contradicted \(seeds 3, difference −0\.019"):
            checks.accuracy_claim(**GAINS)

    def test_undecided(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with_seeds(1)(monkeypatch)
        with pytest.raises(
            UncheckedError,
            match=r"undecided \(seeds 3, difference 0\.002.* seeds .* more: about \d+",
        ):
            checks.accuracy_claim(**GAINS)

    def test_not_recorded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with_seeds(0)(monkeypatch)
        with pytest.raises(UncheckedError, match="not run: a first seed"):
            checks.accuracy_claim(dataset="cifar10", name="max-gains-relu")

    def test_unknown(self) -> None:
        with pytest.raises(ValueError, match="name must be one of max-without-activation"):
            checks.accuracy_claim(dataset="mnist", name="x")
        with pytest.raises(ValueError, match="dataset must be one of mnist, cifar10, got 'svhn'"):
            checks.accuracy_claim(dataset="svhn", name="max-gains-relu")

    def test_names_are_those_of_both_data_sets(self) -> None:
        for dataset in DATASETS:
            assert [one.name for one in claims(dataset)] == [
                f"{dataset}-{name}" for name in checks._CLAIMS
            ]
