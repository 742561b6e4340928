"""Train recorded networks anew and compare: weights bit for bit, and every count.

``python -m companion.experiments.runs.retrain`` takes networks that were trained in less than a
minute, drawn from the commit's hash, for about five minutes; ``--seconds`` says how long.

On a processor of the recorded model, with the recorded versions and threads, the weights' hash and
every count have to be the recorded ones. On another, rounding sends a training another way, and it
ends at another network of the same model: there each count may differ by a tenth of the images, and
no more is claimed of it.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from companion.experiments.data.loading import Images, load
from companion.experiments.models.building import dataset_of
from companion.experiments.results import record as results
from companion.experiments.results.types import Robust
from companion.experiments.runs import cell
from companion.experiments.runs.config import configuration
from companion.experiments.runs.draw import drawn, origin
from companion.experiments.runs.recheck import same_machine
from companion.files import RECORDED
from maxpooling.errors import DataError

LONGEST = 60.0  # recorded seconds of a training that is tried again
USUAL = 300.0  # recorded seconds of all that are
TOLERANCE = 0.1  # of the images, on another processor than the recorded one


def short(recorded: Path = RECORDED) -> list[results.Result]:
    """List the recorded results whose training is short.

    Args:
        recorded: folder of the recorded results.

    Returns:
        Those of at most a minute, ordered by path.
    """
    every = results.read_all(recorded)
    return [one for one in every if one["seconds"]["training"] <= LONGEST]


def sample(
    candidates: Sequence[results.Result], *, seconds: float, drawn_from: str
) -> list[results.Result]:
    """Draw results until their trainings took so long together.

    Args:
        candidates: see :func:`short`.
        seconds: recorded ones, of all together.
        drawn_from: see :func:`companion.experiments.runs.draw.origin`.

    Returns:
        Those that were drawn.
    """
    return drawn(
        candidates,
        name=name_of,
        cost=lambda one: one["seconds"]["training"],
        budget=seconds,
        drawn_from=drawn_from,
    )


def name_of(result: results.Result) -> str:
    """For example ``activation-mnist/linear/seed0``."""
    about = result["configuration"]
    return f"{about['experiment']}/{about['variant']}/seed{about['seed']}"


def retrain(result: results.Result, dataset: Images) -> list[str]:
    """Train and attack a recorded network anew, and say what differs.

    Args:
        result: as recorded.
        dataset: its images.

    Returns:
        A sentence for each number that differs by more than it may; none for a reproduced run.

    Raises:
        DataError: its configuration is not that of today's code, or no disk space is left.
    """
    about, made = result["configuration"], result["provenance"]
    chosen = configuration(about["experiment"], about["variant"], about["seed"], made["profile"])
    if chosen.as_json() != about:
        raise DataError(
            f"{name_of(result)}: expected the configuration {result['configuration_sha256']}, "
            f"found {chosen.sha256} in today's code"
        )
    with tempfile.TemporaryDirectory() as scratch:
        output = results.path_of(
            Path(scratch), about["experiment"], about["variant"], about["seed"]
        )
        found = cell.run(chosen, dataset, output, output.parent, profile=made["profile"])
    return list(differences(result, found, tolerance=0.0 if exact(result) else TOLERANCE))


def exact(result: results.Result) -> bool:
    """Say whether a training here has to end at the weights of a recorded one, bit for bit."""
    made = result["provenance"]
    return same_machine(made) and made["threads"] == torch.get_num_threads()


def differences(
    recorded: results.Result, found: results.Result, *, tolerance: float
) -> Iterator[str]:
    """Say where two runs of one cell differ.

    Args:
        recorded: the one.
        found: the other.
        tolerance: share of the images by which a count may differ. With 0 weights and losses have
            to be the same, bit for bit.

    Yields:
        What was expected and what was found.
    """
    if tolerance == 0:
        if recorded["weights_sha256"] != found["weights_sha256"]:
            yield (
                f"weights: expected SHA-256 {recorded['weights_sha256']}, "
                f"found {found['weights_sha256']}"
            )
        losses = [[row["train_loss"] for row in one["curve"]] for one in (recorded, found)]
        if losses[0] != losses[1]:
            yield f"losses: expected {losses[0]}, found {losses[1]}"
    for (name, images, one), (_, _, other) in zip(_counts(recorded), _counts(found), strict=True):
        if abs(one - other) > tolerance * images:
            yield f"{name}: expected {one} of {images} images, found {other}"


def _counts(result: results.Result) -> Iterator[tuple[str, int, int]]:
    clean, images = result["clean"], result["configuration"]["training"]["test_images"]
    yield "clean", clean["images"], clean["correct"]
    for row in result["curve"]:
        yield f"epoch {row['epoch']}", images, round(row["test_accuracy"] * images)
    robust: list[Robust] = result["robust"]
    for one in robust:
        for epsilon, correct in zip(one["epsilons"], one["correct"], strict=True):
            yield f"{one['attack']} {one['norm']} {epsilon:g}", one["images"], correct


def main(arguments: Sequence[str] | None = None) -> int:
    """Train recorded networks anew from the command line.

    Args:
        arguments: see ``python -m companion.experiments.runs.retrain --help``.

    Returns:
        0, or 1 when a network differs or something is damaged.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=USUAL, help="that the recorded runs took")
    seconds = parser.parse_args(arguments).seconds
    torch.set_num_threads(1)  # as the recorded runs
    failures = 0
    try:
        results.recorded()  # the manifest and the laws
        drawn_from = origin(recorded=RECORDED)
        chosen = sample(short(RECORDED), seconds=seconds, drawn_from=drawn_from)
        print(f"sample drawn from {drawn_from}")
        for result in chosen:
            off = retrain(result, load(dataset_of(result["configuration"]["experiment"])))
            how = (
                "bit for bit"
                if exact(result)
                else "within a tenth of the images (another processor)"
            )
            print(f"{name_of(result)}: {'; '.join(off) or f'as recorded, {how}'}", flush=True)
            failures += bool(off)
    except (DataError, FloatingPointError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(chosen)} networks were trained anew, {failures} differ")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
