"""Recorded LeNets whose max pools are exchanged, without training: clean and attacked."""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from companion.experiments.attacks.sweeps import NORMS, fast_gradient_sweep
from companion.experiments.data.loading import Images
from companion.experiments.pools.record import Robust, Swap
from companion.experiments.pools.substitutes import SUBSTITUTES, entries_of
from companion.experiments.results import record as results
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.experiments import experiment as experiment_named
from companion.experiments.runs.weights import trained_model
from companion.files import RECORDED

NETWORKS = tuple(
    (experiment, seed) for seed in range(3) for experiment in ("lenet-mnist", "lenet-cifar10")
)
RANGED, FITTED, ATTACKED = 500, 100, 250
"""Training images for ranges, and for fits; test images that are attacked."""
_BATCH = 250


def network(experiment: str, seed: int) -> tuple[nn.Sequential, str]:
    """A recorded Maxpool network, and the digest of its weights.

    Raises:
        DataError: they are missing, damaged, or not those of the result.
    """
    path = results.path_of(RECORDED, experiment, "maxpool", seed)
    return trained_model(path), results.read(path)["weights_sha256"]


def inputs_of(model: nn.Sequential, images: Tensor) -> list[Tensor]:
    """The inputs of each max pool for images in [0, 1], in the order of the pools."""
    found: list[Tensor] = []
    hooks = [
        one.register_forward_pre_hook(lambda _, given: found.append(given[0]))
        for one in model.modules()
        if isinstance(one, nn.MaxPool2d)
    ]
    with torch.inference_mode():
        model(images)
    for hook in hooks:
        hook.remove()
    return found


def ranges_of(model: nn.Sequential, images: Tensor) -> list[list[float]]:
    """Least and largest input of each max pool over images, in the order of the pools."""
    return [[float(x.min()), float(x.max())] for x in inputs_of(model, images)]


def fits_of(
    model: nn.Sequential, images: Tensor, ranges: Sequence[Sequence[float]], pool: str
) -> list[list[float]]:
    """The numbers that a kind of pool is fitted to, for each max pool of a network.

    Args:
        model: with max pools.
        images: of the training set, in [0, 1].
        ranges: see :func:`ranges_of`.
        pool: one of SUBSTITUTES.
    """
    fit = SUBSTITUTES[pool].fit
    windows = [torch.stack(entries_of(x), -1).flatten(0, -2) for x in inputs_of(model, images)]
    return [fit(one, limits) for one, limits in zip(windows, ranges, strict=True)]


def exchanged(
    model: nn.Sequential,
    ranges: Sequence[Sequence[float]],
    fitted: Sequence[Sequence[float]],
    pool: str,
) -> nn.Sequential:
    """A copy of a LeNet whose max pools are exchanged, each for its own range and fit."""
    new = copy.deepcopy(model)
    blocks = [one for one in new if isinstance(one, nn.Sequential)]
    for block, limits, numbers in zip(blocks, ranges, fitted, strict=True):
        block[1] = SUBSTITUTES[pool].make(limits, numbers)
    return new.eval()


def right(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """Which images (bytes) a model classifies right, a boolean each."""
    with torch.inference_mode():
        found = [model(as_pixels(part)).argmax(1) for part in torch.split(images, _BATCH)]
    return torch.cat(found) == labels


def attacked(
    model: nn.Module, dataset: Images, epsilons: Sequence[float], count: int = ATTACKED
) -> list[Robust]:
    """Attack the first test images by the fast gradient, of the model itself, in both norms."""
    images, labels = as_pixels(dataset.test_images[:count]), dataset.test_labels[:count]
    found: list[Robust] = []
    for norm in NORMS:
        kept = fast_gradient_sweep(model, images, labels, epsilons, norm)
        found.append(
            {
                "norm": norm,
                "images": len(labels),
                "epsilons": list(epsilons),
                "correct": kept.sum(1).tolist(),
            }
        )
    return found


def measure_network(experiment: str, seed: int, dataset: Images) -> list[Swap]:
    """A recorded network with each kind of pool, on all test images.

    Ranges and fits are those of training images; an input of a test image may lie outside of them.

    Args:
        experiment: whose Maxpool network.
        seed: of the network.
        dataset: that it was trained on.
    """
    model, digest = network(experiment, seed)
    ranges = ranges_of(model, as_pixels(dataset.train_images[:RANGED]))
    seen = as_pixels(dataset.train_images[:FITTED])
    images, labels = dataset.test_images, dataset.test_labels
    epsilons = experiment_named(experiment).plans["paper"].attack.epsilons
    before = right(model, images, labels)
    swaps: list[Swap] = []
    for pool in SUBSTITUTES:
        fitted = fits_of(model, seen, ranges, pool)
        changed = exchanged(model, ranges, fitted, pool)
        now = right(changed, images, labels)
        swaps.append(
            {
                "experiment": experiment,
                "seed": seed,
                "weights_sha256": digest,
                "pool": pool,
                "images": len(labels),
                "correct": int(now.sum()),
                "lost": int((before & ~now).sum()),
                "gained": int((~before & now).sum()),
                "ranges": ranges,
                "fitted": fitted,
                "robust": attacked(changed, dataset, epsilons),
            }
        )
    return swaps
