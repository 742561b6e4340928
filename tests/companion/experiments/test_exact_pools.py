"""Recorded networks with exact pools: the record, a part of it found again, and what is noticed."""

from typing import cast

import numpy as np
import pytest

from companion.build.cells import data_at_hand
from companion.experiments import exact_pools
from companion.experiments.exact_pools import Exchange
from companion.experiments.results import record as results
from companion.files import RECORDED
from maxpooling.layers import ReluMaxPool2d
from maxpooling.networks import fewest_layers, smallest_max_network

RECORD = exact_pools.read()
TRIED = 50


@pytest.mark.parametrize(
    "one", RECORD["exchanges"], ids=lambda one: f"{one['experiment']}-{one['seed']}"
)
def test_the_record_is_of_networks_that_we_have(one: Exchange) -> None:
    assert one["hidden_widths"] == list(smallest_max_network(9, one["layers"]).hidden_widths)
    path = results.path_of(RECORDED, one["experiment"], "maxpool", one["seed"])
    about = results.read(path)
    assert one["weights_sha256"] == about["weights_sha256"]
    assert one["images"] == about["clean"]["images"]
    assert (
        abs(one["correct_before"] - about["clean"]["correct"]) <= 2
    )  # another processor rounds otherwise
    assert abs(one["correct"] - one["correct_before"]) <= len(one["changed"])
    assert one["pool_relus"] > one["own_relus"] > 0


def test_every_exchange_has_its_provenance_and_none_is_there_twice() -> None:
    tasks = [(one["experiment"], one["seed"], one["layers"]) for one in RECORD["exchanges"]]
    assert len(tasks) == len(set(tasks)) == len(RECORD["provenance"])
    assert set(tasks) <= set(exact_pools.TASKS)
    assert fewest_layers(9) == 3  # fewer layers than that cannot be asked for


def test_relus_of_the_record_are_those_of_the_pools() -> None:
    # MNIST: 28 - 4 = 24 pixels on 32 channels, pooled to 12; 12 - 4 = 8 on 64
    mnist = next(one for one in RECORD["exchanges"] if one["experiment"] == "lenet-mnist")
    pool = ReluMaxPool2d(3, 2, 1, hidden_layers=mnist["layers"])
    assert mnist["pool_relus"] == 32 * pool.relus(24, 24) + 64 * pool.relus(8, 8)
    assert mnist["own_relus"] == 32 * 12 * 12 + 64 * 4 * 4 + 200


def test_a_part_of_the_record_is_found_again() -> None:
    if not data_at_hand():
        pytest.skip("no image data in this folder: `make book` fetches them")
    recorded = next(one for one in RECORD["exchanges"] if one["experiment"] == "lenet-mnist")
    found = exact_pools.measure("lenet-mnist", recorded["seed"], recorded["layers"], images=TRIED)
    assert found["changed"] == [image for image in recorded["changed"] if image < TRIED]
    assert found["correct"] == found["correct_before"]
    assert 0 < found["logit_difference"] <= 10 * recorded["logit_difference"]
    kept = exact_pools.read_windows()
    place = exact_pools.NETWORKS.index(("lenet-mnist", 0)) * exact_pools.KEPT
    again = exact_pools.windows("lenet-mnist", 0)
    assert np.abs(kept[place : place + exact_pools.KEPT] - again).max() < 1e-5


def test_windows_are_of_all_networks() -> None:
    kept = exact_pools.read_windows()
    count = len(exact_pools.NETWORKS) * exact_pools.KEPT
    assert kept.shape == (count, exact_pools.SIDE, exact_pools.SIDE)
    assert kept.dtype == np.float32
    assert np.isfinite(kept).all()


def test_what_differs_is_said() -> None:
    one = RECORD["exchanges"][0]
    nearly = cast("Exchange", {**one, "logit_difference": 2 * one["logit_difference"]})
    assert exact_pools.differences(one, nearly) == []
    for key, value in (
        ("correct", one["correct"] - 1),
        ("changed", [3]),
        ("logit_difference", 100 * one["logit_difference"]),
        ("pool_differences", [1.0] * len(one["pool_differences"])),
    ):
        other = cast("Exchange", {**one, key: value})
        (line,) = exact_pools.differences(one, other)
        assert key in line
        assert str(value) in line
