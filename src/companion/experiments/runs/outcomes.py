"""Store what became of every image, for the recorded networks whose weights are kept.

``python -m companion.experiments.runs.outcomes`` counts again what the record says, stores the
images behind the counts, and stops at the first count that is not the recorded one. It may be
stopped at any time: what it has stored it leaves alone. The attacks come in the order of what they
are worth: the paper's own first, on all networks.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from companion.experiments.data.loading import load
from companion.experiments.models.building import dataset_of
from companion.experiments.results import outcomes
from companion.experiments.results import record as results
from companion.experiments.runs import checkpoint, recount
from companion.experiments.runs.config import VARIANTS
from companion.experiments.runs.margins import margins
from companion.experiments.runs.provenance import provenance, stage
from companion.experiments.runs.recount import Part
from companion.experiments.runs.weights import trained_model
from companion.files import RECORDED
from maxpooling.errors import DataError

ORDER = ("fast-gradient", "fast-gradient-float64", "pgd", "ensemble", "apgd")


def store(part: Part, recorded: Path = RECORDED) -> bool:
    """Count a part anew and store which images it is that are right.

    Args:
        part: an attack in one norm, at all sizes.
        recorded: folder of the recorded results.

    Returns:
        Whether anything was computed; False where it is stored already.

    Raises:
        DataError: a count is not the recorded one, or something is damaged.
    """
    source = recorded / f"{part.network}.json"
    result = results.read(source)
    target = outcomes.path_of(result, source.parents[2])
    tensors, record = checkpoint.read(target) if target.exists() else ({}, {})
    name = f"{part.kind} {part.norm}"
    if record.get("weights_sha256") != result["weights_sha256"]:
        tensors, record = {}, {}
    if name in tensors:
        return False
    now = stage("cpu")
    right = recount.right(part, recorded)
    _, numbers = recount.recorded_numbers(part, recorded)
    found = right.sum(1).tolist()
    if found != list(numbers.values()):
        raise DataError(f"{part.name}: expected {list(numbers.values())}, found {found}")
    dataset = load(dataset_of(result["configuration"]["experiment"]))
    if not record:
        model = trained_model(source)
        tensors[outcomes.MARGIN] = margins(model, dataset, result["clean"]["images"])
        record = outcomes.header(result)
    made = provenance(
        dataset,
        profile=result["provenance"]["profile"],
        device="cpu",
        precision="float32",
        life=[now],
    )
    outcomes.put(tensors, record, name, right, [float(size) for size in numbers], made)
    checkpoint.write(target, tensors, record)
    outcomes.enter([target], recorded)
    return True


def todo(recorded: Path = RECORDED) -> list[Part]:
    """List the parts in the order in which they are stored.

    Args:
        recorded: folder of the recorded results.

    Returns:
        Attacks on the paper's networks first, then on the grid's, each attack on all networks
        before the next.
    """
    parts = [
        part
        for network in recount.networks(recorded)
        for part in recount.parts_of(network, recorded)
        if part.norm is not None
    ]
    return sorted(
        parts,
        key=lambda part: (
            ORDER.index(part.kind),
            part.network.split("/")[-3] not in VARIANTS,
            part.seconds,
        ),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Store outcomes from the command line.

    Args:
        arguments: see ``python -m companion.experiments.runs.outcomes --help``.

    Returns:
        0, or 1 with a message on standard error.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, help="of processor time; until done if not given")
    minutes = parser.parse_args(arguments).minutes
    torch.set_num_threads(1)
    began = time.process_time()
    try:
        for part in todo():
            if minutes is not None and time.process_time() - began > 60 * minutes:
                break
            if store(part):
                spent = time.process_time() - began
                print(f"{part.name}: as recorded, {spent:.0f} s of processor", flush=True)
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
