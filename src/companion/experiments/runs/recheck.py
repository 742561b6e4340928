"""Evaluate recorded weights again and compare with the recorded counts.

``python -m companion.experiments.runs.recheck`` does so for every recorded LeNet.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from companion.experiments.attacks.sweeps import Norm, fast_gradient_sweep, spoiled_by_rounding
from companion.experiments.data.loading import Images, load
from companion.experiments.models.building import build, dataset_of
from companion.experiments.results import record as results
from companion.experiments.runs import checkpoint
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.training import evaluate
from companion.files import RECORDED
from maxpooling.errors import DataError

# Another processor sums in another order: an image at a decision boundary may fall to either side.
TOLERANCE = 5


@dataclass(frozen=True)
class Recount:
    """A recorded count of images beside the one found now.

    Attributes:
        name: what was counted.
        images: of how many.
        recorded: in the result.
        found: now.
    """

    name: str
    images: int
    recorded: int
    found: int


def recheck(path: Path, dataset: Images, *, norm: Norm, epsilon: float) -> list[Recount]:
    """Evaluate the weights beside a result: clean, and under the fast gradient at one size.

    Where stronger attacks on these weights are recorded, also the L2 fast gradient in double
    precision at their largest size, and how many images rounding leaves unmoved.

    Args:
        path: of the result.
        dataset: its images.
        norm: ``"linf"`` or ``"l2"``.
        epsilon: one of the recorded sizes.

    Returns:
        The counts.

    Raises:
        DataError: result or weights are not what they should be, or a count differs by more than
            five images.
        ValueError: the result has no such epsilon.
    """
    result = results.read(path)
    model = trained_model(path)
    clean = result["clean"]
    count = evaluate(model, dataset, count=clean["images"])
    robust = next(
        one for one in result["robust"] if (one["attack"], one["norm"]) == ("fast-gradient", norm)
    )
    place = robust["epsilons"].index(epsilon)
    images = as_pixels(dataset.test_images[: robust["images"]])
    labels = dataset.test_labels[: robust["images"]]
    kept = int(fast_gradient_sweep(model, images, labels, [epsilon], norm).sum())
    compared = [
        Recount("clean", clean["images"], clean["correct"], count),
        Recount(f"{norm} {epsilon:g}", robust["images"], robust["correct"][place], kept),
    ]
    compared += _stronger(result, model, dataset)
    for one in compared:
        if abs(one.recorded - one.found) > TOLERANCE:
            raise DataError(
                f"{path}: {one.name}: expected {one.recorded} of {one.images} images, "
                f"found {one.found}"
            )
    return compared


def _stronger(result: results.Result, model: nn.Module, dataset: Images) -> list[Recount]:
    cell = result["configuration"]
    path = results.path_of(results.STRONGER, cell["experiment"], cell["variant"], cell["seed"])
    if not path.exists():
        return []
    found = results.read_stronger(path)
    if found["weights_sha256"] != result["weights_sha256"]:
        return []
    count = found["settings"]["images"]
    images, labels = as_pixels(dataset.test_images[:count]), dataset.test_labels[:count]
    robust = next(
        one
        for one in found["robust"]
        if (one["attack"], one["norm"]) == ("fast-gradient-float64", "l2")
    )
    largest = robust["epsilons"][-1]
    kept = fast_gradient_sweep(model, images, labels, [largest], "l2", double=True)
    right = fast_gradient_sweep(model, images, labels, [0.0], "l2")[0]
    unmoved = spoiled_by_rounding(model, images, labels)[1] & right
    return [
        Recount(f"float64 l2 {largest:g}", count, robust["correct"][-1], int(kept.sum())),
        Recount("unmoved", count, found["rounding"]["unmoved"], int(unmoved.sum())),
    ]


def trained_model(path: Path) -> nn.Sequential:
    """Build the model of a result with the weights that lie beside it.

    Args:
        path: of the result.

    Returns:
        The model in evaluation mode.

    Raises:
        DataError: result or weights are missing, damaged, or do not belong together.
    """
    return model_of(results.read(path), path.with_suffix(".safetensors"))


def model_of(result: results.Result, weights: Path) -> nn.Sequential:
    """Build the model of a result with weights that lie anywhere.

    Args:
        result: of a cell.
        weights: of its network.

    Returns:
        The model in evaluation mode.

    Raises:
        DataError: the weights are missing, damaged, or not those of the result.
    """
    tensors, _ = checkpoint.read(weights)
    if checkpoint.sha256(weights) != result["weights_sha256"]:
        raise DataError(
            f"{weights}: expected SHA-256 {result['weights_sha256']}, "
            f"found {checkpoint.sha256(weights)}"
        )
    cell = result["configuration"]
    model = build(cell["experiment"], cell["variant"])
    model.load_state_dict(tensors)
    return model.eval()


def main() -> int:
    """Check every recorded result that has its weights beside it.

    Returns:
        0, or 1 when one differs.
    """
    failures = 0
    for path in sorted(RECORDED.rglob("seed*.safetensors")):
        dataset = load(dataset_of(path.parts[-3]))
        try:
            found = recheck(path.with_suffix(".json"), dataset, norm="linf", epsilon=0.01)
        except DataError as error:
            print(error, file=sys.stderr)
            failures += 1
            continue
        said = ", ".join(f"{one.name} {one.found} (recorded {one.recorded})" for one in found)
        print(f"{'/'.join(path.parts[-3:])}: {said}", flush=True)
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
