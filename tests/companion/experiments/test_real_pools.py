"""Pools of real images and networks: spacings by hand, and the record found again."""

import pytest
import torch
from torch import nn

from companion.build.cells import data_at_hand
from companion.experiments.data.loading import load
from companion.experiments.pools import record as pools
from companion.experiments.pools.substitutes import SUBSTITUTES
from companion.experiments.pools.swaps import exchanged, right
from companion.experiments.results import record as results
from companion.experiments.runs.weights import trained_model
from companion.files import RECORDED

NUMBERS = {"log-mean-exp": [50.0], "SoftPool": [50.0], "LPPool2d": [8.0]}


@pytest.mark.parametrize("name", SUBSTITUTES)
def test_every_pool_has_the_shape_of_the_max_pool(name: str) -> None:
    x = torch.rand(2, 3, 8, 7, generator=torch.Generator().manual_seed(0))
    exact = nn.MaxPool2d(3, 2, 1)(x)
    found = SUBSTITUTES[name].make((0.0, 1.0), NUMBERS.get(name, [0.0, *[1 / 9] * 9]))(x)
    assert found.shape == exact.shape
    if name not in ("middle pixel", "LPPool2d"):
        assert float((found - exact).abs().max()) < 1


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
        changed = exchanged(model, one["ranges"], one["fitted"], name)
        assert int(right(changed, images, labels).sum()) == one["correct"]
