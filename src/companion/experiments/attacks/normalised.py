"""The third reading of the paper's sizes: in units of the normalised image, for recorded LeNets.

Networks see images from which the mean is taken and which are divided by the deviation of each
channel; an attack on those has its sizes in deviations.
``python -m companion.experiments.attacks.normalised`` attacks the CIFAR-10 LeNets of seed 0 that
way on all test images, and writes ``data/ours/normalised_sizes.json``; ``--again`` counts anew and
compares. With one channel, as on MNIST, no run is needed: the sizes are those in pixels, times the
deviation.
"""

import argparse
import json
from collections.abc import Sequence
from typing import Any, Final, TypedDict, cast

from tqdm import tqdm

from companion.experiments.attacks.sweeps import NORMS, Norm, fast_gradient_sweep
from companion.experiments.data.loading import load
from companion.experiments.data.sets import dataset
from companion.experiments.models.building import dataset_of
from companion.experiments.results import record as results
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.config import VARIANTS
from companion.experiments.runs.provenance import provenance, stage
from companion.experiments.runs.weights import trained_model
from companion.files import RECORDED, write_whole
from companion.published import data_folder, read_data

FILE: Final = "normalised_sizes.json"
EXPERIMENT: Final = "lenet-cifar10"
SEED: Final = 0


class Sweep(TypedDict):
    """How many images are right under one attack, with sizes in deviations of the channels."""

    variant: str
    weights_sha256: str
    norm: Norm
    images: int
    epsilons: list[float]
    correct: list[int]


class Record(TypedDict):
    """All sweeps, and where they come from."""

    sweeps: list[Sweep]
    provenance: list[Any]


def measure(variant: str, norm: Norm, *, images: int | None = None) -> Sweep:
    """Attack test images by the fast gradient, with sizes in deviations.

    Args:
        variant: of the CIFAR-10 LeNet.
        norm: ``"linf"`` or ``"l2"``, of the normalised image.
        images: how many of the test images, from the first on; all if None.
    """
    path = results.path_of(RECORDED, EXPERIMENT, variant, SEED)
    about, name = results.read(path), dataset_of(EXPERIMENT)
    epsilons = about["configuration"]["attack"]["epsilons"]
    loaded = load(name)
    pixels, labels = as_pixels(loaded.test_images[:images]), loaded.test_labels[:images]
    right = fast_gradient_sweep(
        trained_model(path), pixels, labels, epsilons, norm, units=dataset(name).deviations
    )
    return {
        "variant": variant,
        "weights_sha256": about["weights_sha256"],
        "norm": norm,
        "images": len(labels),
        "epsilons": epsilons,
        "correct": right.sum(1).tolist(),
    }


def read() -> Record:
    """Read the record.

    Raises:
        DataError: it is missing, or not as listed in ``data/SHA256SUMS``.
    """
    return cast("Record", json.loads(read_data(data_folder() / "ours" / FILE)))


def _measured() -> Record:
    now = stage("cpu")
    record = Record(sweeps=[], provenance=[])
    for variant in tqdm(VARIANTS[EXPERIMENT], disable=None):
        record["sweeps"] += [measure(variant, norm) for norm in NORMS]
    origin = provenance(
        load(dataset_of(EXPERIMENT)), profile="cpu", device="cpu", precision="float32", life=[now]
    )
    record["provenance"].append(origin)
    return record


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the record, or compare with it.

    Args:
        arguments: see ``python -m companion.experiments.attacks.normalised --help``.

    Returns:
        1 if ``--again`` found other counts than the record has, else 0.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--again", action="store_true", help="count anew and compare")
    again = parser.parse_args(arguments).again
    found = _measured()
    if not again:
        content = (json.dumps(found, indent=1) + "\n").encode()
        write_whole(data_folder() / "ours" / FILE, content)
        return 0
    same = found["sweeps"] == read()["sweeps"]
    print("as recorded" if same else f"{FILE} has other counts")
    return int(not same)


if __name__ == "__main__":
    raise SystemExit(main())
