"""Attack recorded networks once more: in double precision, and with an ensemble of attacks.

``python -m companion.experiments.attacks.stronger`` does so for each recorded result of the paper's
models whose weights are at hand, and goes on where it was stopped; with ``--one-step`` it leaves
out the ensemble, which takes by far the longest. The paper's attack follows the
gradient of the cross-entropy, which rounding spoils where a network is very sure: it may then look
robust.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from companion.experiments.attacks.sweeps import (
    LOSSES,
    NORMS,
    ensemble_sweep,
    fast_gradient_sweep,
    spoiled_by_rounding,
)
from companion.experiments.data.loading import Images, load
from companion.experiments.models.building import dataset_of
from companion.experiments.results import manifest
from companion.experiments.results import record as results
from companion.experiments.results.types import Cell, Robust, Stronger, StrongerSettings
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.config import VARIANTS
from companion.experiments.runs.provenance import provenance, stage
from companion.experiments.runs.weights import model_of
from companion.files import BUILD, RECORDED
from maxpooling.errors import DataError


def attack(
    result: results.Result, weights: Path, dataset: Images, *, ensemble: bool = True
) -> Stronger:
    """Attack the network of a result on as many images, sizes and steps as its own PGD.

    Args:
        result: of a cell with projected gradient descent among its attacks.
        weights: of its network.
        dataset: its images.
        ensemble: whether to make the ensemble of attacks as well.

    Returns:
        What :func:`companion.experiments.results.record.read_stronger` reads.

    Raises:
        DataError: the weights are missing, damaged, or not those of the result.
    """
    now = stage("cpu")
    model = model_of(result, weights)
    about = result["configuration"]
    cell: Cell = {
        "experiment": about["experiment"],
        "variant": about["variant"],
        "seed": about["seed"],
    }
    settings = result["configuration"]["attack"]
    images = as_pixels(dataset.test_images[: settings["pgd_images"]])
    labels = dataset.test_labels[: settings["pgd_images"]]
    began = time.perf_counter()
    epsilons = settings["pgd_epsilons"]
    robust: list[Robust] = []
    for norm in NORMS:
        kept = {
            "fast-gradient-float64": fast_gradient_sweep(
                model, images, labels, epsilons, norm, double=True
            )
        }
        if ensemble:
            kept["ensemble"] = ensemble_sweep(
                model,
                images,
                labels,
                epsilons,
                norm,
                steps=settings["pgd_steps"],
                seed=cell["seed"],
            )
        robust += [
            {
                "attack": name,
                "norm": norm,
                "images": len(images),
                "epsilons": epsilons,
                "correct": mask.sum(dim=1).tolist(),
            }
            for name, mask in kept.items()
        ]
    right = fast_gradient_sweep(model, images, labels, [0.0], "l2")[0]
    sure, unmoved = (mask & right for mask in spoiled_by_rounding(model, images, labels))
    made_with: StrongerSettings = {"images": len(images)}
    if ensemble:
        made_with |= {"steps": settings["pgd_steps"], "losses": list(LOSSES)}
    return {
        "format": results.FORMAT,
        "cell": cell,
        "weights_sha256": result["weights_sha256"],
        "settings": made_with,
        "robust": robust,
        "rounding": {
            "right": int(right.sum()),
            "sure": int(sure.sum()),
            "unmoved": int(unmoved.sum()),
        },
        "seconds": time.perf_counter() - began,
        "provenance": provenance(
            dataset,
            profile=result["provenance"]["profile"],
            device="cpu",
            precision="float32",
            life=[now],
        ),
    }


def weights_of(result: results.Result) -> Path | None:
    """Look for the weights of a recorded result, beside it and among this machine's runs.

    Args:
        result: of a cell.

    Returns:
        The first place where they are; None if they are at neither.
    """
    cell = result["configuration"]
    place = cell["experiment"], cell["variant"], cell["seed"]
    folders = (RECORDED, BUILD / result["provenance"]["profile"])
    paths = [results.path_of(folder, *place).with_suffix(".safetensors") for folder in folders]
    return next((path for path in paths if path.exists()), None)


def main(arguments: Sequence[str] | None = None) -> int:
    """Record the stronger attacks on every network that lacks them for its weights.

    Args:
        arguments: of the command line; those of this process if None.

    Returns:
        0, or 1 with a message on standard error.
    """
    parser = argparse.ArgumentParser(
        prog="python -m companion.experiments.attacks.stronger",
        description="Attack recorded networks once more, and record what is left.",
    )
    parser.add_argument(
        "--one-step",
        action="store_true",
        help="only the single step in double precision, without the ensemble of attacks",
    )
    ensemble = not parser.parse_args(arguments).one_step
    try:
        for result, weights, output in tqdm(_todo(ensemble), unit="network", disable=None):
            dataset = load(dataset_of(result["configuration"]["experiment"]))
            found = attack(result, weights, dataset, ensemble=ensemble)
            results.write_stronger(output, found)
            manifest.enter(RECORDED, [output.relative_to(RECORDED).as_posix()])
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _todo(ensemble: bool) -> list[tuple[results.Result, Path, Path]]:
    """Each network to be attacked: its result, its weights, and where the attacks are written."""
    wanted = {"fast-gradient-float64"} | ({"ensemble"} if ensemble else set())
    todo = []
    for result in results.read_all(RECORDED):
        cell = result["configuration"]
        weights = weights_of(result)
        if cell["experiment"] not in VARIANTS or weights is None:
            continue
        output = results.path_of(
            results.STRONGER, cell["experiment"], cell["variant"], cell["seed"]
        )
        if output.exists():
            done = results.read_stronger(output)
            made = {one["attack"] for one in done["robust"]}
            if done["weights_sha256"] == result["weights_sha256"] and wanted <= made:
                continue
        todo.append((result, weights, output))
    return todo


if __name__ == "__main__":
    sys.exit(main())
