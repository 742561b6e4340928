"""Store a network of each ResNet of the paper, rounded and compressed, to be downloaded.

``python -m companion.experiments.runs.rounding --profile cpu`` takes, of each variant, the recorded
network of the lowest seed whose weights lie in this machine's builds, attacks what rounding makes
of it, and writes both below ``data/networks``. What is stored already is left alone.
"""

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import nn

from companion.experiments.attacks.sweeps import NORMS, fast_gradient_sweep
from companion.experiments.data.loading import Images, load
from companion.experiments.models.building import build, dataset_of
from companion.experiments.results import outcomes, rounded
from companion.experiments.results import record as results
from companion.experiments.results.types import ConfigurationJson, Result
from companion.experiments.runs import checkpoint
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.config import MODELS
from companion.experiments.runs.margins import margins
from companion.experiments.runs.provenance import provenance, stage
from companion.experiments.runs.settings import PROFILES
from companion.experiments.runs.weights import model_of
from companion.files import BUILD, RECORDED, write_whole
from maxpooling.digests import LIST, listing, read_list
from maxpooling.errors import DataError

EXPERIMENT = "resnet-cifar10"


def rounded_model(name: str, folder: Path = rounded.FOLDER) -> nn.Sequential:
    """Build a stored network.

    Args:
        name: one of :func:`companion.experiments.results.rounded.networks`.
        folder: that holds it.

    Returns:
        The model in evaluation mode, from pixels in [0, 1] to logits.

    Raises:
        DataError: its file is missing or not as listed.
    """
    tensors, record = rounded.weights(name, folder)
    return _model(tensors, record["configuration"])


def fast_gradients(model: nn.Module, dataset: Images, result: Result) -> dict[str, torch.Tensor]:
    """Attack a stored network as the recorded one was.

    Args:
        model: in evaluation mode.
        dataset: the images of the cell.
        result: of the recorded network.

    Returns:
        For each norm which images are right: bool, shape [sizes, images].
    """
    attack = result["configuration"]["attack"]
    images = as_pixels(dataset.test_images[: attack["images"]])
    labels = dataset.test_labels[: attack["images"]]
    return {
        norm: fast_gradient_sweep(model, images, labels, attack["epsilons"], norm) for norm in NORMS
    }


def store(
    result: Result, weights: Path, dataset: Images, folder: Path = rounded.FOLDER
) -> list[Path]:
    """Round a recorded network, attack what that makes of it, and write both.

    Args:
        result: of the network.
        weights: in full.
        dataset: the images of the cell.
        folder: of the stored networks.

    Returns:
        The files that were written.

    Raises:
        DataError: the weights are not those of the result, or no disk space is left.
    """
    about = result["configuration"]
    name = f"{about['experiment']}/{about['variant']}/seed{about['seed']}"
    now = stage("cpu")
    tensors = model_of(result, weights).state_dict()
    header = {"configuration": about, "weights_sha256": result["weights_sha256"]}
    content = rounded.pack(tensors, header)
    model = _model(rounded.rounded(tensors), about)
    found = {outcomes.MARGIN: margins(model, dataset, result["clean"]["images"])}
    record = outcomes.header(result) | {"weights_sha256": hashlib.sha256(content).hexdigest()}
    made = provenance(dataset, profile="cpu", device="cpu", precision="float32", life=[now])
    sizes = about["attack"]["epsilons"]
    for norm, right in fast_gradients(model, dataset, result).items():
        outcomes.put(found, record, f"{rounded.ATTACK} {norm}", right, sizes, made)
    path, images = folder / f"{name}{rounded.ENDING}", rounded.outcomes_path(name, folder)
    write_whole(path, content)
    checkpoint.write(images, found, record)
    # Last: what is not in the list is made again.
    write_whole(folder / LIST, listing(folder.glob(rounded.FILES), folder).encode())
    return [path, images]


def differing(
    name: str, images: int | None, folder: Path = rounded.FOLDER
) -> list[tuple[int, int]]:
    """Classify and attack a stored network anew, and compare with its stored outcomes.

    Args:
        name: of the network.
        images: how many unchanged ones, and no attack; None for all, and the fast gradient.
        folder: of the stored networks.

    Returns:
        Of the unchanged images, then of those attacked at each size, how many were compared, and
        how many of them are right now and were not, or were and are not.

    Raises:
        DataError: something is missing or damaged, or the images are not to be had.
    """
    kept = rounded.outcomes_of(name, folder)
    model = rounded_model(name, folder)
    result = rounded.result_of(name, folder)
    dataset = load(dataset_of(result["configuration"]["experiment"]))
    before = kept.margin[:images] > 0
    now = margins(model, dataset, len(before)).numpy() > 0
    compared = [(len(before), int((now != before).sum()))]
    if images is None:
        for norm, right in fast_gradients(model, dataset, result).items():
            others = right.numpy() != kept.right[rounded.ATTACK, norm]
            compared += [(len(row), int(row.sum())) for row in others]
    return compared


def _model(tensors: Mapping[str, torch.Tensor], cell: ConfigurationJson) -> nn.Sequential:
    model = build(cell["experiment"], cell["variant"])
    model.load_state_dict(tensors)  # into float32
    return model.eval()


def main(arguments: Sequence[str] | None = None) -> int:
    """Store networks from the command line.

    Args:
        arguments: see ``python -m companion.experiments.runs.rounding --help``.

    Returns:
        0, or 1 with a message on standard error.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--profile", required=True, choices=PROFILES)
    built = BUILD / parser.parse_args(arguments).profile
    torch.set_num_threads(1)
    try:
        listed = read_list(rounded.FOLDER) if (rounded.FOLDER / LIST).exists() else {}
        for variant in MODELS[EXPERIMENT]:
            if any(name.startswith(f"{EXPERIMENT}/{variant}/") for name in listed):
                continue
            for source in sorted((RECORDED / EXPERIMENT / variant).glob("seed*.json")):
                weights = built / EXPERIMENT / variant / f"{source.stem}.safetensors"
                if weights.exists():
                    dataset = load(dataset_of(EXPERIMENT))
                    for path in store(results.read(source), weights, dataset):
                        print(path.relative_to(rounded.FOLDER), path.stat().st_size, flush=True)
                    break
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
