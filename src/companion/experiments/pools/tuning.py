"""Networks with exchanged pools that are trained on: the same short schedule for every pool."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from companion.experiments.data.loading import Images
from companion.experiments.pools.record import Swap, Tuned
from companion.experiments.pools.swaps import exchanged, right
from companion.experiments.runs.batches import as_pixels

STEPS = (0, 25, 50, 100, 200)
"""After so many steps the test images are counted."""
BATCH_SIZE, LEARNING_RATE, MOMENTUM, COUNTED = 32, 1e-3, 0.9, 1000
POOLS = (
    "maximum",
    "plain S_8",
    "minimax {0, 8}",
    "minimax {0, 1}",
    "log-mean-exp",
    "average",
    "middle pixel",
)
"""Those of the swaps that are trained on."""


def tune(model: nn.Sequential, swap: Swap, dataset: Images) -> Tuned:
    """Train a network with exchanged pools on, and count the first test images on the way.

    Stochastic gradient descent with momentum on the cross-entropy; the batches depend on the seed
    alone, so that all pools see the same. Ranges and fits stay those of the unchanged network.

    Args:
        model: the recorded network; it is not changed.
        swap: which pool, with its ranges and fits.
        dataset: that the network was trained on.
    """
    changed = exchanged(model, swap["ranges"], swap["fitted"], swap["pool"])
    optimiser = torch.optim.SGD(changed.parameters(), lr=LEARNING_RATE, momentum=MOMENTUM)
    images, labels = dataset.test_images[:COUNTED], dataset.test_labels[:COUNTED]
    correct = [int(right(changed, images, labels).sum())]
    for step, (x, y) in enumerate(_batches(dataset, swap["seed"]), start=1):
        changed.train()
        optimiser.zero_grad()
        torch.autograd.backward(functional.cross_entropy(changed(x), y))
        optimiser.step()
        if step in STEPS:
            correct.append(int(right(changed.eval(), images, labels).sum()))
    return {
        "experiment": swap["experiment"],
        "seed": swap["seed"],
        "weights_sha256": swap["weights_sha256"],
        "pool": swap["pool"],
        "images": len(labels),
        "steps": list(STEPS),
        "correct": correct,
    }


def _batches(dataset: Images, seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    draw = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(dataset.train_images), generator=draw)
    for chosen in torch.split(order[: STEPS[-1] * BATCH_SIZE], BATCH_SIZE):
        yield as_pixels(dataset.train_images[chosen]), dataset.train_labels[chosen]
