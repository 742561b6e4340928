"""Substitutes of a max pool, in a network and alone, and the record found again."""

from itertools import product
from math import log

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


def test_log_mean_exp_errs_by_less_than_a_twentieth_on_the_unit_cube() -> None:
    """Between 0 and log(9)/50 = .0439 too low: at flat pools exact, at a lone 1 the worst."""
    pool = SUBSTITUTES["log-mean-exp"].make((0.0, 1.0), [50.0])
    draw = torch.Generator().manual_seed(0)
    drawn = torch.rand(2000, 1, 3, 3, generator=draw, dtype=torch.float64)
    corners = torch.tensor(list(product([0.0, 1.0], repeat=9)), dtype=torch.float64)
    for windows in (drawn, corners.view(-1, 1, 3, 3)):
        # The middle one of the windows of 5 by 5 pixels sees just the nine.
        x = nn.functional.pad(windows, (1, 1, 1, 1), mode="replicate")
        errors = windows.amax((1, 2, 3)) - pool(x)[:, 0, 1, 1]
        assert float(errors.min()) > -1e-12
        assert float(errors.max()) <= log(9) / 50 + 1e-12 < 0.044
    lone = torch.zeros(1, 1, 5, 5, dtype=torch.float64)
    lone[..., 2, 2] = 1
    assert float(pool(lone)[0, 0, 1, 1]) == pytest.approx(1 - log(9) / 50, abs=1e-12)


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
