"""Run one cell of the experiments: train, attack, write the result.

``python -m companion.experiments.runs.cell --experiment lenet-mnist --variant maxpool --seed 0
--profile quick`` may be stopped at any time; the same command goes on where it was.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from companion.experiments.attacks.sweeps import (
    BATCH,
    NORMS,
    Norm,
    fast_gradient_sweep,
    projected_gradient_sweep,
)
from companion.experiments.data.loading import Images, load
from companion.experiments.models.building import count_parameters, dataset_of
from companion.experiments.results import outcomes
from companion.experiments.results import record as results
from companion.experiments.results.types import Robust
from companion.experiments.runs import checkpoint
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.config import Configuration, add_cell_arguments, configuration
from companion.experiments.runs.margins import margins
from companion.experiments.runs.provenance import provenance, stage
from companion.experiments.runs.training import Epoch, evaluate, resolve, train
from companion.files import BUILD
from maxpooling.errors import DataError


def run(
    chosen: Configuration,
    dataset: Images,
    output: Path,
    checkpoints: Path,
    *,
    profile: str,
    device: str = "cpu",
) -> results.Result:
    """Train and attack the model of a cell; write its weights, its images' outcomes, its result.

    Args:
        chosen: the cell's configuration.
        dataset: its images.
        output: the result's JSON file, written last.
        checkpoints: folder for ``seed<k>.<hash>.checkpoint.safetensors``, from which an interrupted
            run goes on, ``seed<k>.safetensors``, the final weights, and
            ``outcomes-seed<k>.safetensors``, what became of every image.
        profile: recorded with the result.
        device: ``"cpu"`` or ``"cuda"``.

    Returns:
        The result.

    Raises:
        FloatingPointError: the loss is no longer a number.
        DataError: a checkpoint is damaged or foreign, or no disk space is left.
    """
    name = f"seed{chosen.seed}"
    now = stage(device)
    with _Progress(chosen) as progress:
        model, curve = train(
            chosen,
            dataset,
            device=device,
            checkpoint_path=checkpoints / chosen.checkpoint_name,
            on_epoch=progress.show,
        )
    _, past = checkpoint.read(checkpoints / chosen.checkpoint_name, sealed=True)
    weights = checkpoints / f"{name}.safetensors"
    checkpoint.write(weights, model.state_dict(), {"configuration": chosen.as_json()})
    began = time.perf_counter()
    attacks = attack(model, dataset, chosen, device=device)
    attacked = time.perf_counter() - began
    images = chosen.training.test_images
    clean = evaluate(model, dataset, count=images, device=device)
    made = provenance(
        dataset,
        profile=profile,
        device=device,
        precision=resolve(chosen.training.precision, device),
        life=[*past["life"], now],
    )
    result: results.Result = {
        "format": results.FORMAT,
        "configuration": chosen.as_json(),
        "configuration_sha256": chosen.sha256,
        "parameters": count_parameters(model),
        "clean": {"correct": clean, "images": images},
        "robust": [entry for entry, _ in attacks],
        "curve": [row.as_json() for row in curve],
        "seconds": {"training": sum(row.seconds for row in curve), "attack": attacked},
        "weights_sha256": checkpoint.sha256(weights),
        "provenance": made,
    }
    tensors = {outcomes.MARGIN: margins(model, dataset, images, device)}
    record = outcomes.header(result)
    for entry, right in attacks:
        key = f"{entry['attack']} {entry['norm']}"
        outcomes.put(tensors, record, key, right, entry["epsilons"], made)
    checkpoint.write(checkpoints / outcomes.name_of(chosen.seed), tensors, record)
    results.write(output, result)
    return result


def attack(
    model: nn.Module, dataset: Images, chosen: Configuration, *, device: str
) -> list[tuple[Robust, torch.Tensor]]:
    """Attack a model as its configuration says.

    Args:
        model: trained.
        dataset: its first test images are attacked.
        chosen: the cell's configuration.
        device: ``"cpu"`` or ``"cuda"``.

    Returns:
        One entry per attack and norm, with the count of right images for each epsilon, and which
        images they are: bool, shape [sizes, images].
    """
    settings = chosen.attack
    entries = []
    for norm in NORMS:
        images, labels = _first(dataset, settings.images, device)
        kept = fast_gradient_sweep(model, images, labels, settings.epsilons, norm)
        entries.append((_entry("fast-gradient", norm, settings.epsilons, kept), kept))
    for norm in NORMS if settings.pgd_images else ():
        images, labels = _first(dataset, settings.pgd_images, device)
        kept = projected_gradient_sweep(
            model, images, labels, settings.pgd_epsilons, norm,
            steps=settings.pgd_steps, seed=chosen.seed, batch_size=BATCH,
        )  # fmt: skip
        entry = _entry("pgd", norm, settings.pgd_epsilons, kept)
        entries.append(({**entry, "batch": BATCH}, kept))
    return entries


def _first(dataset: Images, count: int, device: str) -> tuple[torch.Tensor, torch.Tensor]:
    pixels = as_pixels(dataset.test_images[:count].to(device))
    return pixels, dataset.test_labels[:count].to(device)


def _entry(name: str, norm: Norm, epsilons: Sequence[float], kept: torch.Tensor) -> Robust:
    return {
        "attack": name,
        "norm": norm,
        "images": kept.shape[1],
        "epsilons": list(epsilons),
        "correct": kept.sum(1).tolist(),
    }


class _Progress:
    """A bar over the epochs with the time left, on a terminal's standard error."""

    def __init__(self, chosen: Configuration) -> None:
        from tqdm import tqdm

        name = f"{chosen.experiment} {chosen.variant} seed {chosen.seed}"
        self.bar = tqdm(total=chosen.training.epochs, desc=name, unit="epoch", disable=None)

    def __enter__(self) -> "_Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.close()

    def show(self, row: Epoch) -> None:
        self.bar.set_postfix(loss=f"{row.train_loss:.3f}", test=f"{row.test_accuracy:.4f}")
        self.bar.update()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a cell from the command line.

    Args:
        arguments: see ``python -m companion.experiments.runs.cell --help``.

    Returns:
        0, or 1 with a message on standard error.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add_cell_arguments(parser)
    parser.add_argument("--output", type=Path, help="result; below build/experiments if not given")
    parser.add_argument("--checkpoint-dir", type=Path, help="below build/experiments if not given")
    parser.add_argument("--threads", type=int, help="of the processor; all if not given")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="cuda if there is one")
    given = parser.parse_args(arguments)
    try:
        chosen = configuration(given.experiment, given.variant, given.seed, given.profile)
        place = results.path_of(BUILD / given.profile, given.experiment, given.variant, given.seed)
        if given.threads:
            torch.set_num_threads(given.threads)
        run(
            chosen,
            load(dataset_of(given.experiment)),
            given.output or place,
            given.checkpoint_dir or place.parent,
            profile=given.profile,
            device=given.device or ("cuda" if torch.cuda.is_available() else "cpu"),
        )
    except (DataError, FloatingPointError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
