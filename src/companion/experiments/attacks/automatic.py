"""Attack once more what weaker attacks leave standing: APGD, of a published library.

``python -m companion.experiments.attacks.automatic`` does so for every recorded LeNet of the paper,
and goes on where it was stopped; ``--profile cpu`` also for those ResNets whose weights, which the
repository does not keep, were trained on this machine. APGD (Croce and Hein 2020) is projected
gradient descent that chooses the length of its steps by itself; here the Adversarial Robustness
Toolbox's, with three losses one after the other. Only images that withstand a weaker attack are
attacked, of a LeNet the ensemble, of a ResNet plain projected gradient descent, at a few sizes of
the paper's grid, so that what it leaves is never more than what that one leaves.
"""

import argparse
import copy
import sys
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import nn
from tqdm import tqdm

from companion.experiments.attacks.sweeps import BATCH, NORMS, Norm, into_ball
from companion.experiments.data.loading import Images, load
from companion.experiments.models.building import dataset_of
from companion.experiments.results import manifest, outcomes
from companion.experiments.results import record as results
from companion.experiments.results.types import Automatic, Provenance, Robust
from companion.experiments.runs import checkpoint
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.provenance import provenance, stage
from companion.experiments.runs.settings import PROFILES
from companion.experiments.runs.weights import model_of
from companion.files import BUILD, RECORDED
from maxpooling.errors import DataError

ATTACK = "apgd"
TOOLBOX = "adversarial-robustness-toolbox"
STEPS = 30
# Of the paper's grid, from those sizes at which the weaker attack leaves every network a tenth to
# nine tenths of what it has right (in the L-infinity norm on MNIST there is only one; of a ResNet's
# plain projected gradient descent one in each norm).
SIZES: Mapping[str, Mapping[Norm, tuple[float, ...]]] = {
    "lenet-mnist": {"linf": (0.1,), "l2": (1.0, 1.6, 2.0)},
    "lenet-cifar10": {"linf": (0.003, 0.01), "l2": (0.1, 0.3)},
    "resnet-cifar10": {"linf": (0.003,), "l2": (0.1,)},
    "resnet-cifar10-repaired": {"linf": (0.003,), "l2": (0.1,)},
}
AFTER_PGD = ("resnet-cifar10", "resnet-cifar10-repaired")
"""Experiments on which the ensemble is not run; APGD goes on from plain PGD there."""

Loss = Literal["difference-logits-ratio", "towards-second", "towards-third"]
LOSSES: tuple[Loss, ...] = ("difference-logits-ratio", "towards-second", "towards-third")
_TARGET: Mapping[Loss, int] = {"towards-second": 1, "towards-third": 2}


def automatic_sweep(
    model: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    epsilons: Sequence[float],
    norm: Norm,
    standing: torch.Tensor,
    *,
    steps: int,
    seed: int,
) -> torch.Tensor:
    """Attack with APGD the images that weaker attacks leave standing.

    First the difference of logits ratio is made large, then the cross-entropy towards the class
    that is second, then towards the one that is third on the unchanged image is made small; each
    on the images that are left, from one random start. What is broken at one size is not attacked
    at a larger one. Every image that is found is projected to the ball and clipped to [0, 1] once
    more and classified by the model as it is.

    Args:
        model: takes pixels in [0, 1]; in evaluation mode.
        images: float32, shape [N, C, H, W], in [0, 1].
        labels: integers, shape [N].
        epsilons: sizes in pixel units, positive, ascending.
        norm: ``"linf"`` or ``"l2"``.
        standing: bool, shape [len(epsilons), N]: which images are still right at each size.
        steps: of each attack, from 1.
        seed: of the random starts.

    Returns:
        Bool, shape [len(epsilons), N]: which are right after this attack, too. Falls with epsilon
        for every image that ``standing`` does not give back.

    Raises:
        ValueError: the sizes are not positive and ascending, or ``standing`` has another shape.
        ModuleNotFoundError: the toolbox is not installed.
    """
    if not epsilons or min(epsilons) <= 0 or sorted(epsilons) != list(epsilons):
        raise ValueError(f"epsilons must be positive and ascend, got {list(epsilons)}")
    if standing.shape != (len(epsilons), len(images)):
        raise ValueError(
            f"standing must have shape {(len(epsilons), len(images))}, got {tuple(standing.shape)}"
        )
    broken = torch.zeros(len(images), dtype=torch.bool)
    rows = []
    for place, epsilon in enumerate(epsilons):
        left = standing[place] & ~broken
        for loss in LOSSES:
            some = left.nonzero().squeeze(1)
            if len(some):
                x, y = images[some], labels[some]
                found = _attacked(model, x, y, epsilon, norm, loss, steps, seed)
                left[some] = _logits(model, into_ball(x, found, epsilon, norm)).argmax(1) == y
        broken |= standing[place] & ~left
        rows.append(left)
    return torch.stack(rows)


def attack(
    result: results.Result, dataset: Images, weights: Path
) -> tuple[Automatic, list[torch.Tensor]]:
    """Attack the network of a recorded result where the weaker attack leaves images standing.

    Args:
        result: of an experiment in :data:`SIZES`, with outcomes of the weaker attack kept.
        dataset: its images.
        weights: of its network.

    Returns:
        What :func:`companion.experiments.results.record.read_automatic` reads, and for each norm
        which images are right: bool, shape [sizes, images].

    Raises:
        DataError: weights or outcomes are missing or damaged.
    """
    now = stage("cpu")
    began = time.process_time()
    about = result["configuration"]
    robust: list[Robust] = []
    masks = []
    for norm in NORMS:
        epsilons = SIZES[about["experiment"]][norm]
        right = again(result, dataset, norm, weights)
        robust.append(
            {
                "attack": ATTACK,
                "norm": norm,
                "images": right.shape[1],
                "epsilons": list(epsilons),
                "correct": right.sum(1).tolist(),
            }
        )
        masks.append(right)
    made = provenance(
        dataset,
        profile=result["provenance"]["profile"],
        device="cpu",
        precision="float32",
        life=[now],
    )
    made["versions"] = made["versions"] | {TOOLBOX: version(TOOLBOX)}
    found: Automatic = {
        "format": results.FORMAT,
        "cell": {
            "experiment": about["experiment"],
            "variant": about["variant"],
            "seed": about["seed"],
        },
        "weights_sha256": result["weights_sha256"],
        "settings": {"images": robust[0]["images"], "steps": STEPS, "losses": list(LOSSES)},
        "robust": robust,
        "seconds": time.process_time() - began,
        "provenance": made,
    }
    if about["experiment"] in AFTER_PGD:
        found["settings"]["after"] = "pgd"
    return found, masks


def again(
    result: results.Result,
    dataset: Images,
    norm: Norm,
    weights: Path,
    folder: Path = RECORDED,
    *,
    only: int | None = None,
) -> torch.Tensor:
    """Attack a recorded network in one norm, as the record does.

    Args:
        result: see :func:`attack`.
        dataset: its images.
        norm: ``"linf"`` or ``"l2"``.
        weights: of its network.
        folder: of the recorded results.
        only: place of the one size to be attacked, to count it again; what the smaller sizes broke
            is then as stored. None for all.

    Returns:
        Bool, shape [sizes, images], or [1, images] for one size: which are right.

    Raises:
        DataError: weights or outcomes are missing or damaged.
    """
    about = result["configuration"]
    epsilons = SIZES[about["experiment"]][norm]
    weaker = "pgd" if about["experiment"] in AFTER_PGD else "ensemble"
    stored = outcomes.of(result, folder)
    before = stored.right.get((weaker, norm)) if stored else None
    if stored is None or before is None:
        raise DataError(
            f"{outcomes.path_of(result, folder)}: expected what {weaker} leaves in {norm}, "
            "found none"
        )
    sizes = stored.record["attacks"][f"{weaker} {norm}"]["epsilons"]
    standing = torch.from_numpy(before[[sizes.index(epsilon) for epsilon in epsilons]])
    if only is not None:
        after = torch.from_numpy(stored.right[ATTACK, norm][:only])
        broken = (standing[:only] & ~after).any(0)
        standing, epsilons = standing[only : only + 1] & ~broken, epsilons[only : only + 1]
    count = standing.shape[1]
    return automatic_sweep(
        model_of(result, weights),
        as_pixels(dataset.test_images[:count]),
        dataset.test_labels[:count].long(),
        epsilons,
        norm,
        standing,
        steps=STEPS,
        seed=about["seed"],
    )


def _attacked(
    model: nn.Module,
    images: torch.Tensor,
    labels: torch.Tensor,
    epsilon: float,
    norm: Norm,
    loss: Loss,
    steps: int,
    seed: int,
) -> torch.Tensor:
    from art.attacks.evasion import AutoProjectedGradientDescent
    from art.estimators.classification import PyTorchClassifier

    # Channels last: a third faster, and the toolbox may do to a copy what it likes.
    own = copy.deepcopy(model).requires_grad_(False)
    own.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    target = _TARGET.get(loss)
    goal = (
        labels if target is None else _logits(model, images).argsort(1, descending=True)[:, target]
    )
    wrapped = PyTorchClassifier(
        model=own,
        loss=nn.CrossEntropyLoss(),
        input_shape=tuple(images.shape[1:]),
        nb_classes=_logits(model, images[:1]).shape[1],
        clip_values=(0.0, 1.0),
        device_type="cpu",
    )
    made = AutoProjectedGradientDescent(
        wrapped,
        norm=np.inf if norm == "linf" else 2,
        eps=epsilon,
        eps_step=2 * epsilon,  # the first step of Croce and Hein
        max_iter=steps,
        targeted=target is not None,
        nb_random_init=1,
        batch_size=BATCH,
        loss_type="difference_logits_ratio" if target is None else "cross_entropy",
        verbose=False,
    )
    # The toolbox draws its starts from numpy's global generator.
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed)  # noqa: NPY002
    try:
        return torch.from_numpy(made.generate(images.numpy(), goal.numpy()))
    finally:
        np.random.set_state(before)  # noqa: NPY002


@torch.inference_mode()
def _logits(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    return torch.cat([model(part) for part in torch.split(images, BATCH)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Record the attack on every network that lacks it and whose weights are at hand.

    Args:
        arguments: see ``python -m companion.experiments.attacks.automatic --help``.

    Returns:
        0, or 1 with a message on standard error.
    """
    parser = argparse.ArgumentParser(
        prog="python -m companion.experiments.attacks.automatic",
        description=(__doc__ or "").partition("\n")[0],
    )
    parser.add_argument(
        "--profile",
        choices=PROFILES,
        help="of finished runs of this machine, whose weights are used where none are recorded",
    )
    profile = parser.parse_args(arguments).profile
    torch.set_num_threads(1)
    try:
        for result, weights in tqdm(_todo(profile), unit="network", disable=None):
            dataset = load(dataset_of(result["configuration"]["experiment"]))
            found, masks = attack(result, dataset, weights)
            _store(result, found, masks)
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _store(result: results.Result, found: Automatic, masks: Sequence[torch.Tensor]) -> None:
    """Write the counts, then which images they are."""
    cell = found["cell"]
    output = results.path_of(results.AUTOMATIC, cell["experiment"], cell["variant"], cell["seed"])
    results.write_automatic(output, found)
    manifest.enter(RECORDED, [output.relative_to(RECORDED).as_posix()])
    target = outcomes.path_of(result)
    tensors, record = checkpoint.read(target)
    made: Provenance = found["provenance"]
    for one, right in zip(found["robust"], masks, strict=True):
        name = f"{one['attack']} {one['norm']}"
        outcomes.put(tensors, record, name, right, one["epsilons"], made)
    checkpoint.write(target, tensors, record)
    outcomes.enter([target])


def _todo(profile: str | None) -> list[tuple[results.Result, Path]]:
    """The networks that lack the attack, with their weights; the first seed of each model first."""
    todo = []
    for result in results.read_all(RECORDED):
        about = result["configuration"]
        place = about["experiment"], about["variant"], about["seed"]
        stored = outcomes.of(result) if about["experiment"] in SIZES else None
        wanted = {(ATTACK, norm) for norm in NORMS}
        done = results.path_of(results.AUTOMATIC, *place).exists()
        if not stored or (done and wanted <= stored.right.keys()):
            continue
        weights = results.path_of(RECORDED, *place).with_suffix(".safetensors")
        if about["experiment"] in AFTER_PGD and not weights.exists():
            if profile is None:
                continue
            weights = results.path_of(BUILD / profile, *place).with_suffix(".safetensors")
            if not weights.exists():
                continue
        todo.append((result, weights))
    return sorted(todo, key=lambda one: one[0]["configuration"]["seed"])


if __name__ == "__main__":
    sys.exit(main())
