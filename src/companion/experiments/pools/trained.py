"""Networks that have another pool from the start, trained as the grid of pools and activations.

The grid's schedules are the paper's on MNIST and a tenth of its epochs on CIFAR-10. Its recorded
networks with max, average and strided pools are what these are compared with: with the same seeds,
hence the same initial weights (where the layers are the same) and batches, and the same attack.
Ranges and fits are those of the untrained network with max pools: nobody knows others beforehand.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from torch import nn

from companion.experiments.data.loading import Images
from companion.experiments.pools.record import Trained
from companion.experiments.pools.swaps import (
    FITTED,
    RANGED,
    attacked,
    exchanged,
    fits_of,
    ranges_of,
    right,
)
from companion.experiments.results import record as results
from companion.experiments.results.types import Stage
from companion.experiments.runs import checkpoint
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.config import configuration
from companion.experiments.runs.settings import Used
from companion.experiments.runs.training import Epoch, resolve, train
from companion.files import BUILD, RECORDED

PROFILE, VARIANT = "cpu", "max-relu"
SEEDS = range(3)
GRID = {"lenet-mnist": "activation-mnist", "lenet-cifar10": "activation-cifar10"}
"""Experiment of the recorded networks -> of the grid, which has the same LeNets."""
POOLS = ("minimax {0, 8}", "least squares {7, 8}")
"""Those of the swaps that are trained with, dearest last."""
CONTROLS = {"maximum": "max-relu", "average": "average-relu", "strided convolution": "strided-relu"}
"""Names for tables -> variants of the grid, which are recorded."""


def folder_of(experiment: str, pool: str) -> Path:
    """Where checkpoints lie."""
    return BUILD / "pools" / experiment / re.sub("[^a-z0-9]+", "-", pool.lower()).strip("-")


def precision_of(experiment: str) -> Used:
    """Of the convolutions in training, on this machine."""
    cell = configuration(GRID[experiment], VARIANT, 0, PROFILE)
    return resolve(cell.training.precision, "cpu")


def train_with(
    experiment: str,
    seed: int,
    pool: str,
    dataset: Images,
    on_epoch: Callable[[Epoch], None] = lambda _: None,
) -> tuple[Trained, list[Stage]]:
    """Train a network that has a kind of pool from the start, and attack it.

    A run that was ended goes on from its last epoch.

    Args:
        experiment: one of GRID.
        seed: of initial weights and batches.
        pool: one of SUBSTITUTES.
        dataset: that is trained on.
        on_epoch: called after each epoch.

    Returns:
        What is recorded, and the stages of the training for its provenance.
    """
    cell = configuration(GRID[experiment], VARIANT, seed, PROFILE)
    folder = folder_of(experiment, pool)
    path = folder / cell.checkpoint_name
    known: list[list[list[float]]] = []

    def change(model: nn.Sequential) -> nn.Sequential:
        ranges = ranges_of(model, as_pixels(dataset.train_images[:RANGED]))
        fitted = fits_of(model, as_pixels(dataset.train_images[:FITTED]), ranges, pool)
        known.extend([ranges, fitted])
        return exchanged(model, ranges, fitted, pool)

    model, curve = train(cell, dataset, checkpoint_path=path, on_epoch=on_epoch, change=change)
    _, past = checkpoint.read(path, sealed=True)
    weights = folder / f"seed{seed}.safetensors"
    checkpoint.write(weights, model.state_dict(), {"pool": pool})
    labels = dataset.test_labels
    trained: Trained = {
        "experiment": experiment,
        "seed": seed,
        "pool": pool,
        "configuration_sha256": cell.sha256,
        "weights_sha256": checkpoint.sha256(weights),
        "images": len(labels),
        "correct": int(right(model, dataset.test_images, labels).sum()),
        "curve": [row.test_accuracy for row in curve],
        "seconds": sum(row.seconds for row in curve),
        "ranges": known[0],
        "fitted": known[1],
        "robust": attacked(model, dataset, cell.attack.epsilons, cell.attack.images),
    }
    return trained, past["life"]


def lost(
    trained: Sequence[Trained], experiment: str, pool: str, below: str = "maximum"
) -> dict[int, int]:
    """How many images fewer networks have right than the recorded ones of the same seed.

    Args:
        trained: of the record.
        experiment: ``"lenet-mnist"`` or ``"lenet-cifar10"``.
        pool: of the networks, one of POOLS or of CONTROLS.
        below: pool of the recorded ones, one of CONTROLS.

    Returns:
        The loss by seed, negative where more are right; of the seeds that there are.

    Raises:
        DataError: a recorded result is missing or damaged.
    """
    if pool in CONTROLS:
        mine = [control(experiment, pool, seed) for seed in SEEDS]
    else:
        mine = [one for one in trained if (one["experiment"], one["pool"]) == (experiment, pool)]
    return {
        one["seed"]: control(experiment, below, one["seed"])["correct"] - one["correct"]
        for one in sorted(mine, key=lambda one: one["seed"])
    }


def control(experiment: str, pool: str, seed: int) -> Trained:
    """A recorded network of the grid, in the same form.

    Args:
        experiment: ``"lenet-mnist"`` or ``"lenet-cifar10"``.
        pool: one of CONTROLS.
        seed: of the network.

    Raises:
        DataError: the result is missing or damaged.
    """
    found = results.read(results.path_of(RECORDED, GRID[experiment], CONTROLS[pool], seed))
    return {
        "experiment": experiment,
        "seed": seed,
        "pool": pool,
        "configuration_sha256": found["configuration_sha256"],
        "weights_sha256": found["weights_sha256"],
        "images": found["clean"]["images"],
        "correct": found["clean"]["correct"],
        "curve": [row["test_accuracy"] for row in found["curve"]],
        "seconds": found["seconds"]["training"],
        "ranges": [],
        "fitted": [],
        "robust": [
            {
                "norm": one["norm"],
                "images": one["images"],
                "epsilons": one["epsilons"],
                "correct": one["correct"],
            }
            for one in found["robust"]
            if one["attack"] == "fast-gradient"
        ],
    }
