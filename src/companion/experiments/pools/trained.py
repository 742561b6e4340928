"""Networks that have another pool from the start, trained as the grid of pools and activations.

The grid's schedules are the paper's on MNIST and a tenth of its epochs on CIFAR-10. Its recorded
networks with max, average and strided pools are what these are compared with: with the same seeds,
hence the same initial weights (where the layers are the same) and batches, and the same attack.
"""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from companion.experiments.data.loading import Images
from companion.experiments.pools.record import Swap, Trained
from companion.experiments.pools.swaps import attacked, exchanged, right
from companion.experiments.results import record as results
from companion.experiments.results.types import Stage
from companion.experiments.runs import checkpoint
from companion.experiments.runs.config import configuration
from companion.experiments.runs.settings import Used
from companion.experiments.runs.training import Epoch, resolve, train
from companion.files import BUILD, RECORDED

PROFILE, VARIANT = "cpu", "max-relu"
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
    swap: Swap, dataset: Images, on_epoch: Callable[[Epoch], None] = lambda _: None
) -> tuple[Trained, list[Stage]]:
    """Train a network that has the pools of a swap, from the start, and attack it.

    A run that was ended goes on from its last epoch.

    Args:
        swap: which pool, with the ranges and fits of the recorded network.
        dataset: that is trained on.
        on_epoch: called after each epoch.

    Returns:
        What is recorded, and the stages of the training for its provenance.
    """
    cell = configuration(GRID[swap["experiment"]], VARIANT, swap["seed"], PROFILE)
    folder = folder_of(swap["experiment"], swap["pool"])
    change = partial(exchanged, ranges=swap["ranges"], fitted=swap["fitted"], pool=swap["pool"])
    path = folder / cell.checkpoint_name
    model, curve = train(cell, dataset, checkpoint_path=path, on_epoch=on_epoch, change=change)
    _, past = checkpoint.read(path, sealed=True)
    weights = folder / f"seed{swap['seed']}.safetensors"
    checkpoint.write(weights, model.state_dict(), {"pool": swap["pool"]})
    labels = dataset.test_labels
    trained: Trained = {
        "experiment": swap["experiment"],
        "seed": swap["seed"],
        "pool": swap["pool"],
        "configuration_sha256": cell.sha256,
        "weights_sha256": checkpoint.sha256(weights),
        "images": len(labels),
        "correct": int(right(model, dataset.test_images, labels).sum()),
        "curve": [row.test_accuracy for row in curve],
        "seconds": sum(row.seconds for row in curve),
        "robust": attacked(model, dataset, cell.attack.epsilons, cell.attack.images),
    }
    return trained, past["life"]


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
