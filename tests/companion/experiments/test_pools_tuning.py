"""Training on with an exchanged pool: the schedule, the batches, what is left alone."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import nn

from companion.experiments.data.loading import Images
from companion.experiments.models.building import build
from companion.experiments.pools import tuning
from companion.experiments.pools.record import Swap
from companion.experiments.pools.substitutes import SUBSTITUTES
from companion.experiments.pools.swaps import exchanged, ranges_of, right
from companion.experiments.runs.batches import as_pixels


@pytest.fixture
def dataset(monkeypatch: pytest.MonkeyPatch) -> Images:
    """Forty images, and a schedule that sees each of them once."""
    monkeypatch.setattr(tuning, "STEPS", (0, 2, 5))
    monkeypatch.setattr(tuning, "BATCH_SIZE", 8)
    monkeypatch.setattr(tuning, "COUNTED", 20)
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (40, 1, 28, 28), generator=draw, dtype=torch.uint8)
    labels = torch.randint(0, 10, (40,), generator=draw)
    return Images("mnist", images, labels, images, labels, {})


def swap(model: nn.Sequential, dataset: Images, pool: str, seed: int = 0) -> Swap:
    ranges = ranges_of(model, as_pixels(dataset.train_images))
    found: Any = {
        "experiment": "lenet-mnist",
        "seed": seed,
        "weights_sha256": "0" * 64,
        "pool": pool,
        "ranges": ranges,
        "fitted": [[] for _ in ranges],
    }
    result: Swap = found
    return result


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return build("lenet-mnist", "maxpool").eval()


def test_counts_after_each_step_and_leaves_the_model_alone(dataset: Images) -> None:
    model = network()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    given = swap(model, dataset, "plain S_8")
    found = tuning.tune(model, given, dataset)
    assert found["steps"] == [0, 2, 5]
    assert len(found["correct"]) == 3
    assert found["images"] == 20
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    changed = exchanged(model, given["ranges"], given["fitted"], "plain S_8")
    now = right(changed, dataset.test_images[:20], dataset.test_labels[:20])
    assert found["correct"][0] == int(now.sum())


def test_it_learns(dataset: Images, monkeypatch: pytest.MonkeyPatch) -> None:
    """That every image has the same label is learnt in five steps."""
    monkeypatch.setattr(tuning, "LEARNING_RATE", 0.02)
    ones = torch.full_like(dataset.train_labels, 3)
    alike = replace(dataset, train_labels=ones, test_labels=ones)
    model = network()
    found = tuning.tune(model, swap(model, alike, "plain S_8"), alike)
    assert found["correct"][0] < 20
    assert found["correct"][-1] == 20


def test_all_pools_of_a_seed_see_the_same_batches(dataset: Images) -> None:
    first, again, other = (
        torch.cat([labels for _, labels in tuning._batches(dataset, seed)]) for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert torch.equal(first.sort().values, dataset.train_labels.sort().values)
    model = network()
    given = swap(model, dataset, "average", seed=1)
    assert tuning.tune(model, given, dataset) == tuning.tune(model, given, dataset)


def test_those_that_are_trained_on_are_among_the_swaps() -> None:
    assert set(tuning.POOLS) <= set(SUBSTITUTES)
    assert list(tuning.STEPS) == sorted(set(tuning.STEPS))
