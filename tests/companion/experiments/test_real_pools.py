"""Pools of real images and networks: spacings by hand, and the record found again."""

import numpy as np
import pytest
import torch
from torch import nn

from companion.build.cells import data_at_hand
from companion.experiments import pools
from companion.experiments.data.loading import load
from companion.experiments.results import record as results
from companion.experiments.runs.weights import trained_model
from companion.files import RECORDED

FLAT = [0.5] * 9
PEAK = [1.0, *[0.0] * 8]
STEPS = [0.25, 1.0, *[0.0] * 7]


def test_spacings_by_hand() -> None:
    found = pools.spacings_of(np.array([[FLAT, PEAK], [STEPS, FLAT]]), "two images")
    assert (found["images"], found["pools"]) == (2, 4)
    assert found["gap"] == pytest.approx((0 + 1 + 0.75 + 0) / 4)
    assert found["wide"] == 0.5
    assert found["spacings"][:3] == pytest.approx([0.25, 1.75 / 4, 0.25 / 4])
    assert sum(found["spacings"]) == pytest.approx(1)
    low, high = found["gap_interval"]
    assert low <= found["gap"] <= high


@pytest.mark.parametrize("name", pools.POOLS)
def test_every_pool_has_the_shape_of_the_max_pool(name: str) -> None:
    x = torch.rand(2, 3, 8, 7, generator=torch.Generator().manual_seed(0))
    exact = nn.MaxPool2d(3, 2, 1)(x)
    found = pools.POOLS[name](0.0, 1.0)(x)
    assert found.shape == exact.shape
    if name != "middle pixel":
        assert float((found - exact).abs().max()) < 1


def test_smooth_pool_is_below_the_maximum_by_little() -> None:
    x = torch.rand(1, 1, 9, 9, generator=torch.Generator().manual_seed(1)).double()
    missed = nn.MaxPool2d(3, 2, 1)(x) - pools.SmoothPool(0.0, 1.0)(x)
    assert bool((missed >= 0).all())
    assert float(missed.max()) <= np.log(9) / 50


def test_record_is_found_again() -> None:
    """A part of it: one network with three of its pools, at all recorded images."""
    if not data_at_hand():
        pytest.skip("no image data in this folder: `make book` fetches them")
    recorded = {
        one["pool"]: one
        for one in pools.read()["swaps"]
        if (one["experiment"], one["seed"]) == ("lenet-mnist", 0)
    }
    model = trained_model(results.path_of(RECORDED, "lenet-mnist", "maxpool", 0))
    dataset = load("mnist")
    for name in ("maximum", "plain S_8", "minimax {0, 8}"):
        one = recorded[name]
        images = dataset.test_images[: one["images"]]
        labels = dataset.test_labels[: one["images"]]
        changed = pools.exchanged(model, one["ranges"], name)
        assert int(pools.right(changed, images, labels).sum()) == one["correct"]
