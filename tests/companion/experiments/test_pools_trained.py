"""Networks with another pool from the start: the grid's configuration, weights and batches."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from companion.experiments.data.loading import Images
from companion.experiments.models.building import build
from companion.experiments.pools import trained
from companion.experiments.pools.substitutes import SUBSTITUTES, RankPool
from companion.experiments.pools.swaps import fits_of, ranges_of
from companion.experiments.pools.trained import CONTROLS, GRID, control, folder_of, train_with
from companion.experiments.results import record as results
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.config import Configuration, configuration
from companion.experiments.runs.training import train
from companion.files import RECORDED
from maxpooling.layers import SubpoolMaxPool2d


def images() -> Images:
    draw = torch.Generator().manual_seed(0)
    pixels = torch.randint(0, 256, (64, 1, 28, 28), generator=draw, dtype=torch.uint8)
    return Images("mnist", pixels, torch.arange(64) % 10, pixels, torch.arange(64) % 10, {})


def short(experiment: str, variant: str, seed: int, profile: str) -> Configuration:
    whole = configuration(experiment, variant, seed, profile)
    training = replace(
        whole.training, epochs=2, train_images=64, test_images=32, precision="float32"
    )
    attack = replace(whole.attack, epsilons=(0.0, 0.1), images=8)
    return replace(whole, training=training, attack=attack)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(trained, "configuration", short)
    monkeypatch.setattr(trained, "BUILD", tmp_path)
    return tmp_path


def test_it_is_trained_and_attacked_and_goes_on(here: Path) -> None:
    epochs: list[int] = []
    found, life = train_with(
        "lenet-mnist", 1, "plain S_8", images(), lambda row: epochs.append(row.epoch)
    )
    assert epochs == [1, 2]
    assert (found["seed"], found["pool"], found["images"]) == (1, "plain S_8", 64)
    assert len(found["curve"]) == 2
    assert [one["norm"] for one in found["robust"]] == ["linf", "l2"]
    assert all(one["images"] == 8 for one in found["robust"])
    # Without an attack as many are right as before.
    assert found["robust"][0]["correct"][0] == found["robust"][1]["correct"][0]
    assert [one["epochs"] for one in life] == [[1, 2]]
    assert folder_of("lenet-mnist", "plain S_8").is_relative_to(here)
    # Again: nothing is trained, and the weights are the same.
    again, _ = train_with("lenet-mnist", 1, "plain S_8", images())
    assert again == found
    # Another pool has another place, and other weights.
    other, _ = train_with("lenet-mnist", 1, "average", images())
    assert other["configuration_sha256"] == found["configuration_sha256"]
    assert other["weights_sha256"] != found["weights_sha256"]


def test_it_begins_with_the_weights_of_the_network_with_max_pools() -> None:
    cell = short("activation-mnist", "max-relu", 1, "cpu")
    seen: list[nn.Sequential] = []

    def change(model: nn.Sequential) -> nn.Sequential:
        seen.append(model)
        return nn.Sequential(*model)

    none = replace(cell, training=replace(cell.training, epochs=0))
    model, curve = train(none, images(), change=change)
    torch.manual_seed(1)
    expected = build("activation-mnist", "max-relu").state_dict()
    assert curve == []
    assert len(seen) == 1
    found = model.state_dict()
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], value) for name, value in expected.items())


def test_the_pools_are_in_the_network_that_is_trained(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert here.is_dir()
    kinds = []

    def remember(model: nn.Module, *_: object) -> list[Any]:
        kinds.append({type(one) for one in model.modules()})
        return []

    monkeypatch.setattr(trained, "attacked", remember)
    for pool, kind in (("minimax {0, 8}", SubpoolMaxPool2d), ("plain S_8", RankPool)):
        train_with("lenet-mnist", 1, pool, images())
        assert kind in kinds[-1]
        assert nn.MaxPool2d not in kinds[-1]


def test_ranges_and_fits_are_those_of_the_untrained_network(here: Path) -> None:
    assert here.is_dir()
    found, _ = train_with("lenet-mnist", 1, "least squares {7, 8}", images())
    torch.manual_seed(1)
    untrained = build("activation-mnist", "max-relu")
    seen = as_pixels(images().train_images)
    assert found["ranges"] == ranges_of(untrained, seen)
    assert found["fitted"] == fits_of(untrained, seen, found["ranges"], "least squares {7, 8}")
    assert [len(one) for one in found["fitted"]] == [10, 10]


def test_each_pool_has_its_place() -> None:
    places = {folder_of(experiment, pool) for experiment in GRID for pool in SUBSTITUTES}
    assert len(places) == len(GRID) * len(SUBSTITUTES)
    assert set(trained.POOLS) <= set(SUBSTITUTES)


@pytest.mark.parametrize("pool", CONTROLS)
def test_controls_are_the_recorded_networks(pool: str) -> None:
    found = control("lenet-cifar10", pool, 2)
    path = results.path_of(RECORDED, "activation-cifar10", CONTROLS[pool], 2)
    recorded = results.read(path)
    assert found["correct"] == recorded["clean"]["correct"]
    assert [one["norm"] for one in found["robust"]] == ["linf", "l2"]
    assert found["robust"][0]["correct"] == recorded["robust"][0]["correct"]


def test_the_training_is_that_of_the_controls() -> None:
    """The same numbers but for the variant, whose pool is exchanged."""
    for experiment, grid in GRID.items():
        mine = configuration(grid, trained.VARIANT, 0, trained.PROFILE)
        for variant in CONTROLS.values():
            path = results.path_of(RECORDED, grid, variant, 0)
            recorded = results.read(path)["configuration"]
            assert recorded == {**mine.as_json(), "variant": variant}, experiment


def test_lost_against_the_recorded_network_of_the_same_seed() -> None:
    best = {seed: control("lenet-mnist", "maximum", seed) for seed in (0, 2)}
    mine: list[Any] = [
        {**best[2], "pool": "one", "correct": best[2]["correct"] - 7},
        {**best[0], "pool": "one", "correct": best[0]["correct"] + 3},
        {**best[0], "pool": "another", "correct": 0},
        {**control("lenet-cifar10", "maximum", 0), "pool": "one", "correct": 0},
    ]
    assert trained.lost(mine, "lenet-mnist", "one") == {0: -3, 2: 7}
    assert set(trained.lost([], "lenet-mnist", "maximum").values()) == {0}
    average = trained.lost([], "lenet-mnist", "average")
    assert list(average) == list(trained.SEEDS)
    assert average[0] == best[0]["correct"] - control("lenet-mnist", "average", 0)["correct"]
    assert trained.lost([], "lenet-mnist", "one", below="average") == {}
