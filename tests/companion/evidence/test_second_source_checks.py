"""Checks of the second source: what they find, and that they can fail."""

import inspect
from fractions import Fraction

import pytest
import torch
from torch import nn

from companion.errors import CheckFailedError, UncheckedError
from companion.evidence import y_activation as second_source
from companion.experiments.results import record as results
from companion.experiments.runs.config import GRID
from companion.experiments.statistics.y_activation import DATASETS, claims
from maxpooling.layers import folding as linearity

CHECKS = [
    check
    for name, check in inspect.getmembers(second_source, inspect.isfunction)
    if check.__module__ == second_source.__name__ and not name.startswith("_")
    if not inspect.signature(check).parameters
]


@pytest.mark.parametrize("check", CHECKS)
def test_passes(check):
    assert check().scope


def test_the_midpoint_is_off_the_chord():
    found = second_source.max_is_not_linear().values
    assert found == {"midpoint": 1, "middle of the ends": Fraction(3, 2)}


def test_a_mean_that_is_none_is_noticed(monkeypatch):
    monkeypatch.setattr(second_source, "_mean", lambda numbers: Fraction(max(numbers)))
    with pytest.raises(CheckFailedError):
        second_source.average_is_linear()
    with pytest.raises(CheckFailedError, match="only"):
        second_source.activation_commutes()
    monkeypatch.setattr(second_source, "_mean", lambda numbers: sum(numbers, Fraction(1)))
    with pytest.raises(CheckFailedError):
        second_source.one_by_one_pool()


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        (second_source.max_is_not_linear, lambda *x: sum(x)),
        (second_source.relu_is_a_max, lambda *x: 1),
        (second_source.activation_commutes, lambda *x: max(x) if x[1:] else sum(x[0]) / 3),
    ],
)
def test_another_maximum_would_be_noticed(monkeypatch, check, wrong):
    monkeypatch.setattr(second_source, "max", wrong, raising=False)
    with pytest.raises(CheckFailedError):
        check()


def test_a_flat_pool_is_noticed(monkeypatch):
    monkeypatch.setattr(second_source, "_dot", lambda *_: 0)
    with pytest.raises(CheckFailedError, match="flat at"):
        second_source.never_constant()


def test_another_count_of_regions_is_noticed(monkeypatch):
    monkeypatch.setattr(second_source, "pooled_regions", lambda *_, relu: 2)
    with pytest.raises(CheckFailedError, match="1 windows have 2 regions"):
        second_source.regions()


def test_a_bent_ray_is_noticed(monkeypatch):
    pool = nn.MaxPool2d
    monkeypatch.setattr(nn, "MaxPool2d", lambda *x, **y: nn.Sequential(nn.ReLU(), pool(*x, **y)))
    with pytest.raises(CheckFailedError, match=r"a ray is bent at factor 0\.25"):
        second_source.straight_rays()


class TestTrained:
    @pytest.fixture
    def networks(self, monkeypatch):
        """Untrained networks in the place of recorded ones; their activation can be chosen."""
        from companion.experiments.models.building import build

        def use(activation):
            def network(experiment, variant):
                torch.manual_seed(0)
                pool = variant.partition("-")[0]
                return build(experiment, f"{pool}-{activation}").eval()

            monkeypatch.setattr(second_source, "_trained", network)

        return use

    def test_networks_without_activation_pass(self, networks):
        networks("none")
        assert second_source.folded_networks().method == "experiment"
        assert second_source.trained_rays().method == "experiment"

    def test_an_activation_is_noticed(self, networks):
        networks("relu")
        with pytest.raises(ValueError, match=r"affine layers only, but layer '1\.2' is ReLU"):
            second_source.folded_networks()
        with pytest.raises(CheckFailedError, match="half the brightness is off by"):
            second_source.trained_rays()

    def test_another_map_is_noticed(self, networks, monkeypatch):
        networks("none")
        right = linearity.fold

        def wrong(*arguments, **named):
            folded = right(*arguments, **named)
            return linearity.AffineMap(folded.weight, folded.bias + 1)

        monkeypatch.setattr(linearity, "fold", wrong)
        with pytest.raises(CheckFailedError, match="activation-mnist average-none is off by"):
            second_source.folded_networks()


class TestAccuracyClaims:
    @staticmethod
    def grid(monkeypatch, lead):
        """Three seeds of the grid on MNIST; ReLU leads with max pools by so many of 1000 images."""
        monkeypatch.setattr(
            results,
            "recorded",
            lambda: [
                {
                    "configuration": {
                        "experiment": "activation-mnist", "variant": variant, "seed": seed,
                    },
                    "clean": {
                        "correct": 900 + (lead + seed) * (variant == "max-relu"),
                        "images": 1000,
                    },
                    "robust": [],
                }
                for seed in range(3)
                for variant in GRID["activation-mnist"]
            ],
        )  # fmt: skip

    def test_supported(self, monkeypatch):
        self.grid(monkeypatch, 20)
        found = second_source.accuracy_claim("mnist", "max-gains-relu")
        assert found.values["mean"] == 0.021
        assert found.scope == "3 paired seeds"

    def test_contradicted(self, monkeypatch):
        self.grid(monkeypatch, -20)
        with pytest.raises(CheckFailedError, match=r"gains accuracy from ReLU. {'mean': -0\.019"):
            second_source.accuracy_claim("mnist", "max-gains-relu")

    def test_undecided(self, monkeypatch):
        self.grid(monkeypatch, -1)
        with pytest.raises(UncheckedError, match="undecided"):
            second_source.accuracy_claim("mnist", "max-gains-relu")

    def test_not_recorded(self, monkeypatch):
        self.grid(monkeypatch, 0)
        with pytest.raises(UncheckedError, match="no seed of its models"):
            second_source.accuracy_claim("cifar10", "max-gains-relu")

    def test_unknown(self):
        with pytest.raises(ValueError, match="name must be one of max-without-activation"):
            second_source.accuracy_claim("mnist", "x")
        with pytest.raises(ValueError, match="dataset must be one of mnist, cifar10, got 'svhn'"):
            second_source.accuracy_claim("svhn", "max-gains-relu")


def test_the_ledger_names_claims_that_exist():
    from companion.ledger import load

    named = [
        claim.arguments
        for claim in load()
        if claim.check and claim.check.endswith("accuracy_claim")
    ]
    assert {one["dataset"] for one in named} == set(DATASETS)
    for one in named:
        known = {claim.name for claim in claims(one["dataset"])}
        assert f"{one['dataset']}-{one['name']}" in known
