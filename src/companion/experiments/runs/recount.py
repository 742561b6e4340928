"""Counting again what a record says of a network whose weights are kept.

The counts of a network fall into parts, each made by one call: clean, an attack in one norm, what
rounding does. A part can be counted alone and gives the counts of the whole run.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import torch
from torch import nn

from companion.experiments.attacks.automatic import again as automatic_again
from companion.experiments.attacks.sweeps import (
    NORMS,
    Norm,
    ensemble_sweep,
    fast_gradient_sweep,
    projected_gradient_sweep,
    spoiled_by_rounding,
)
from companion.experiments.data.loading import Images, load
from companion.experiments.models.building import count_parameters, dataset_of
from companion.experiments.results import record as results
from companion.experiments.results.types import Automatic, Robust, Stronger
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.training import evaluate
from companion.experiments.runs.weights import trained_model
from companion.files import RECORDED

Kind = Literal[
    "clean", "fast-gradient", "pgd", "fast-gradient-float64", "ensemble", "rounding", "apgd"
]
PASSES = 10_000  # images that a LeNet takes in a second on one core, roughly
_BACKWARD = 3  # passes that a gradient costs


@dataclass(frozen=True)
class Part:
    """Counts of one network that are made together.

    Attributes:
        network: its result's path below the recorded results, without the ending.
        kind: what is counted.
        norm: of the attack; None for ``clean`` and ``rounding``.
        size: place of the one size; None for all.
        seconds: that it takes on one core, roughly.
    """

    network: str
    kind: Kind
    norm: Norm | None
    size: int | None
    seconds: float

    @property
    def name(self) -> str:
        """For example ``lenet-mnist/conv/seed0 pgd l2``."""
        size = None if self.size is None else f"size {self.size + 1}"
        return " ".join(filter(None, (self.network, self.kind, self.norm, size)))


@dataclass(frozen=True)
class Recount:
    """A recorded number beside the one found now.

    Attributes:
        name: what was counted.
        images: of how many; 0 where no images are counted.
        recorded: in the result.
        found: now.
    """

    name: str
    images: int
    recorded: int
    found: int


def networks(recorded: Path = RECORDED) -> list[str]:
    """List the recorded networks whose weights are kept.

    Args:
        recorded: folder of the recorded results.

    Returns:
        The path of each below it, without the ending, in order.
    """
    found = sorted(recorded.rglob("seed*.safetensors"))
    return [path.relative_to(recorded).with_suffix("").as_posix() for path in found]


def parts_of(network: str, recorded: Path = RECORDED) -> list[Part]:
    """List all parts of what the record says of a network.

    Args:
        network: one of :func:`networks`.
        recorded: folder of the recorded results.

    Returns:
        The parts, cheap ones first.
    """
    result, stronger = _read(network, recorded)
    attack = result["configuration"]["attack"]
    images, few = attack["images"], attack["pgd_images"]
    sizes, few_sizes = len(attack["epsilons"]), len(attack["pgd_epsilons"])
    costs: dict[Kind, float] = {
        "clean": 2 * result["clean"]["images"] / PASSES,
        "fast-gradient": images * (_BACKWARD + sizes) / PASSES,
    }
    if stronger:
        costs["rounding"] = 3 * _BACKWARD * few / PASSES
        costs["fast-gradient-float64"] = few * (3 * _BACKWARD + few_sizes) / PASSES
    if few:
        costs["pgd"] = few * few_sizes * attack["pgd_steps"] * _BACKWARD / PASSES
    if stronger and "steps" in stronger["settings"]:
        costs["ensemble"] = stronger["seconds"] / len(NORMS)
    if automatic := _automatic(network, recorded):
        costs["apgd"] = automatic["seconds"] / len(NORMS)
    return [
        Part(network, kind, norm, None, seconds)
        for kind, seconds in costs.items()
        for norm in (NORMS if kind not in ("clean", "rounding") else (None,))
    ]


def single_sizes(part: Part, recorded: Path = RECORDED) -> list[Part]:
    """Split a part of projected gradient descent, or of APGD, into its sizes.

    Args:
        part: of the kind ``pgd`` or ``apgd``.
        recorded: folder of the recorded results.

    Returns:
        A part for each size.
    """
    _, numbers = recorded_numbers(part, recorded)
    counts = list(numbers.values())
    # APGD takes its time with the images that are left.
    weights = [1 + count for count in counts] if part.kind == "apgd" else [1 for _ in counts]
    return [
        Part(part.network, part.kind, part.norm, place, part.seconds * weight / sum(weights))
        for place, weight in enumerate(weights)
    ]


def stated(recorded: Path = RECORDED) -> tuple[int, int]:
    """Say how many counts the record states, and how many of networks whose weights are kept.

    Args:
        recorded: folder of the recorded results.

    Returns:
        Both numbers.
    """
    kept = set(networks(recorded))
    paths = [
        path
        for path in recorded.rglob("seed*.json")
        if not {"stronger", "apgd"} & set(path.relative_to(recorded).parts)
    ]
    names = [path.relative_to(recorded).with_suffix("").as_posix() for path in paths]
    numbers = {
        name: sum(len(recorded_numbers(part, recorded)[1]) for part in parts_of(name, recorded))
        for name in names
    }
    return sum(numbers.values()), sum(numbers[name] for name in kept)


def recorded_numbers(part: Part, recorded: Path = RECORDED) -> tuple[int, dict[str, int]]:
    """Read what the record says of a part.

    Args:
        part: of a network.
        recorded: folder of the recorded results.

    Returns:
        Of how many images, and each count by its name.
    """
    result, stronger = _read(part.network, recorded)
    if part.kind == "clean":
        images = result["clean"]["images"]
        end = result["curve"][-1]["test_accuracy"]
        return images, {"clean": result["clean"]["correct"], "curve's end": round(end * images)}
    if part.kind == "rounding" and stronger:
        rounding = stronger["rounding"]
        counts = {name: rounding[name] for name in ("right", "sure", "unmoved")}
        return stronger["settings"]["images"], counts
    others: Stronger | Automatic | None = stronger
    if part.kind == "apgd":
        others = _automatic(part.network, recorded)
    entry = _entry(part, [*result["robust"], *(others["robust"] if others else ())])
    by_size = list(zip(entry["epsilons"], entry["correct"], strict=True))
    if part.size is not None:
        by_size = [by_size[part.size]]
    return entry["images"], {f"{epsilon:g}": count for epsilon, count in by_size}


def count(part: Part, recorded: Path = RECORDED) -> list[int]:
    """Count a part anew, from the weights and the images.

    Args:
        part: of a network whose weights are kept.
        recorded: folder of the recorded results.

    Returns:
        The counts, in the order of :func:`recorded_numbers`.

    Raises:
        DataError: result or weights are damaged or do not belong together, or the images are not
            to be had.
    """
    result, _ = _read(part.network, recorded)
    model = trained_model(recorded / f"{part.network}.json")
    dataset = _images(dataset_of(result["configuration"]["experiment"]))
    if part.kind == "clean":
        images = result["clean"]["images"]
        precision = result["configuration"]["training"]["precision"]
        end = evaluate(model, dataset, count=images, precision=precision)
        return [evaluate(model, dataset, count=images), end]
    if part.norm is None:
        return _spoiled(model, dataset, result["configuration"]["attack"]["pgd_images"])
    counts: list[int] = right(part, recorded).sum(1).tolist()
    return counts


def right(part: Part, recorded: Path = RECORDED) -> torch.Tensor:
    """Attack anew, from the weights and the images.

    Args:
        part: an attack in one norm, on a network whose weights are kept.
        recorded: folder of the recorded results.

    Returns:
        Bool, shape [sizes, images]: True where the image is still right.

    Raises:
        ValueError: the part is no attack.
        DataError: as :func:`count`.
    """
    if part.norm is None:
        raise ValueError(f"part must be an attack in a norm, got {part.name}")
    result, _ = _read(part.network, recorded)
    dataset = _images(dataset_of(result["configuration"]["experiment"]))
    if part.kind == "apgd":
        weights = recorded / f"{part.network}.safetensors"
        return automatic_again(result, dataset, part.norm, weights, recorded, only=part.size)
    model = trained_model(recorded / f"{part.network}.json")
    return _attack(part, part.norm, model, dataset, result)


def parameters(network: str, recorded: Path = RECORDED) -> Recount:
    """Count a network's parameters again.

    Args:
        network: one of :func:`networks`.
        recorded: folder of the recorded results.

    Returns:
        The recorded number beside that of the model.
    """
    path = recorded / f"{network}.json"
    found = count_parameters(trained_model(path))
    return Recount(f"{network} parameters", 0, results.read(path)["parameters"], found)


def _spoiled(model: nn.Module, dataset: Images, number: int) -> list[int]:
    images, labels = as_pixels(dataset.test_images[:number]), dataset.test_labels[:number]
    right = fast_gradient_sweep(model, images, labels, [0.0], "l2")[0]
    sure, unmoved = spoiled_by_rounding(model, images, labels)
    return [int(mask.sum()) for mask in (right, sure & right, unmoved & right)]


def _attack(
    part: Part, norm: Norm, model: nn.Module, dataset: Images, result: results.Result
) -> torch.Tensor:
    """Which images are still right: bool, shape [sizes, N]."""
    chosen = result["configuration"]
    attack, seed = chosen["attack"], chosen["seed"]
    number = attack["images"] if part.kind == "fast-gradient" else attack["pgd_images"]
    images, labels = as_pixels(dataset.test_images[:number]), dataset.test_labels[:number]
    sizes, steps = attack["pgd_epsilons"], attack["pgd_steps"]
    if part.kind == "fast-gradient":
        return fast_gradient_sweep(model, images, labels, attack["epsilons"], norm)
    if part.kind == "fast-gradient-float64":
        return fast_gradient_sweep(model, images, labels, sizes, norm, double=True)
    if part.kind == "pgd":
        batch = _entry(part, result["robust"])["batch"]
        return projected_gradient_sweep(
            model, images, labels, sizes, norm,
            steps=steps, seed=seed, only=part.size, batch_size=batch,
        )  # fmt: skip
    return ensemble_sweep(model, images, labels, sizes, norm, steps=steps, seed=seed)


def _entry(part: Part, robust: list[Robust]) -> Robust:
    return next(one for one in robust if (one["attack"], one["norm"]) == (part.kind, part.norm))


def _read(network: str, recorded: Path) -> tuple[results.Result, Stronger | None]:
    result = results.read(recorded / f"{network}.json")
    path = recorded / "stronger" / f"{network}.json"
    return result, results.read_stronger(path) if path.exists() else None


def _automatic(network: str, recorded: Path) -> Automatic | None:
    path = recorded / "apgd" / f"{network}.json"
    return results.read_automatic(path) if path.exists() else None


@cache
def _images(name: str) -> Images:
    return load(name)
