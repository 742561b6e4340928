"""Recorded LeNets whose max pools are exchanged for convolutions and ReLUs: are they the same?

``python -m companion.experiments.exact_pools`` classifies all test images by each network as it is
and with its pools exchanged, and writes ``data/ours/exact_pools.json``; what the record has is left
out. ``--again`` does all of it anew and compares. It also keeps windows of what the first pools
see, ``data/ours/pool_windows.npy``, on which exact networks of all sizes can be tried.
"""

import argparse
import io
import json
import sys
from collections.abc import Sequence
from typing import Any, Final, TypedDict, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import tqdm

from companion.experiments.data.loading import load
from companion.experiments.models.building import dataset_of
from companion.experiments.results import record as results
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.provenance import provenance, stage
from companion.experiments.runs.weights import trained_model
from companion.files import RECORDED, write_whole
from companion.published import data_folder, read_data
from maxpooling.layers import ReluMaxPool2d, replace_max_pools

FILE: Final = "exact_pools.json"
WINDOWS: Final = "pool_windows.npy"
SIDE: Final = 5
"""Kept windows are SIDE by SIDE; a smaller one is a corner of it."""
KEPT: Final = 200
"""Windows kept of each network."""
BATCH: Final = 25
NETWORKS: Final = tuple(
    (experiment, seed) for seed in range(3) for experiment in ("lenet-mnist", "lenet-cifar10")
)
TASKS: Final = tuple((*network, layers) for layers in (None, 3) for network in NETWORKS)
"""What is measured: hidden layers that the exact pools may take are any number, or three."""


class Exchange(TypedDict):
    """A recorded network, all of whose max pools are exchanged for one exact network.

    ``changed`` are the numbers of the test images whose class is another; differences are the
    largest in modulus, of logits and of each pool's outputs on its own inputs; ``pool_relus`` and
    ``own_relus`` are ReLUs for one image, of the pools and of the network's own activations.
    """

    experiment: str
    seed: int
    layers: int | None
    weights_sha256: str
    hidden_widths: list[int]
    precision: str
    images: int
    correct_before: int
    correct: int
    changed: list[int]
    largest_logit: float
    logit_difference: float
    pool_differences: list[float]
    pool_relus: int
    own_relus: int


class Record(TypedDict):
    """All that was measured, and where it comes from."""

    exchanges: list[Exchange]
    provenance: list[Any]


def measure(
    experiment: str, seed: int, layers: int | None, *, images: int | None = None
) -> Exchange:
    """Classify test images by a recorded network as it is and with exact pools.

    Both run without oneDNN, whose convolutions are slow for the few channels of the pools.

    Args:
        experiment: whose Maxpool network.
        seed: of the network.
        layers: hidden layers that an exact pool may take; any number if None.
        images: how many of the test images, from the first on; all if None.
    """
    path = results.path_of(RECORDED, experiment, "maxpool", seed)
    model, about = trained_model(path), results.read(path)
    dataset = load(dataset_of(experiment))
    pixels, labels = dataset.test_images[:images], dataset.test_labels[:images]
    exact = replace_max_pools(model, exact=True, hidden_layers=layers).eval()
    pools = [one for one in exact.modules() if isinstance(one, ReluMaxPool2d)]
    with torch.backends.mkldnn.flags(enabled=False):
        before, after, differences = _logits(model, exact, pools, pixels)
    classes, changed = before.argmax(1), after.argmax(1)
    return {
        "experiment": experiment,
        "seed": seed,
        "layers": layers,
        "weights_sha256": about["weights_sha256"],
        "hidden_widths": list(pools[0].network.hidden_widths),
        "precision": str(pools[0].weight_0.dtype).removeprefix("torch."),
        "images": len(labels),
        "correct_before": int((classes == labels).sum()),
        "correct": int((changed == labels).sum()),
        "changed": torch.nonzero(classes != changed).flatten().tolist(),
        "largest_logit": float(before.abs().max()),
        "logit_difference": float((after - before).abs().max()),
        "pool_differences": differences,
        "pool_relus": _relus(exact, as_pixels(pixels[:1]), ReluMaxPool2d),
        "own_relus": _relus(exact, as_pixels(pixels[:1]), nn.ReLU),
    }


def windows(experiment: str, seed: int) -> NDArray[np.float32]:
    """Windows of what the first max pool of a recorded network sees, drawn from test images.

    Returns:
        Shape [KEPT, SIDE, SIDE]; the draw is that of the network's seed.
    """
    model = trained_model(results.path_of(RECORDED, experiment, "maxpool", seed))
    dataset = load(dataset_of(experiment))
    images = as_pixels(dataset.test_images[:KEPT])
    seen: list[Tensor] = []
    pool = next(one for one in model.modules() if isinstance(one, nn.MaxPool2d))
    hook = pool.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    with torch.inference_mode():
        model(images)
    hook.remove()
    inputs = seen[0].numpy()
    draw = np.random.default_rng(seed)
    _, channels, height, width = inputs.shape
    return np.stack(
        [
            image[draw.integers(channels)][row : row + SIDE, column : column + SIDE]
            for image in inputs
            for row in [draw.integers(height - SIDE + 1)]
            for column in [draw.integers(width - SIDE + 1)]
        ]
    )


def read() -> Record:
    """Read the record.

    Raises:
        DataError: it is missing, or not as listed in ``data/SHA256SUMS``.
    """
    return cast("Record", json.loads(read_data(data_folder() / "ours" / FILE)))


def read_windows() -> NDArray[np.float32]:
    """Read the kept windows, shape [windows, SIDE, SIDE].

    Raises:
        DataError: they are missing, or not as listed in ``data/SHA256SUMS``.
    """
    found = np.load(io.BytesIO(read_data(data_folder() / "ours" / WINDOWS)), allow_pickle=False)
    return cast("NDArray[np.float32]", found)


def differences(recorded: Exchange, found: Exchange) -> list[str]:
    """What a new measurement has otherwise than the record, apart from rounding.

    Classes and counts must be the same; how floating-point numbers differ depends on the processor:
    that must be of the same size.

    Returns:
        One line for each disagreement.
    """
    lines = []
    for key, was in recorded.items():
        now = cast("dict[str, Any]", found)[key]
        if isinstance(was, float):
            same = was / 10 <= now <= 10 * was
        elif key == "pool_differences":
            pairs = zip(now, cast("list[float]", was), strict=True)
            same = all(new <= 10 * old for new, old in pairs)
        else:
            same = now == was
        if not same:
            name = f"{recorded['experiment']}, seed {recorded['seed']}, {recorded['hidden_widths']}"
            lines.append(f"{name}: {key} is recorded as {was}, found {now}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the record lacks, or all of it again.

    Args:
        arguments: see ``python -m companion.experiments.exact_pools --help``.

    Returns:
        1 if ``--again`` found something else than the record has, else 0.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--again", action="store_true", help="measure all anew and compare")
    return _again() if parser.parse_args(arguments).again else _go_on()


def _go_on() -> int:
    path = data_folder() / "ours" / FILE
    now = stage("cpu")
    record = Record(exchanges=[], provenance=[])
    if path.exists():
        record = cast("Record", json.loads(path.read_bytes()))
    else:
        packed = io.BytesIO()
        np.save(packed, _all_windows(), allow_pickle=False)
        write_whole(path.with_name(WINDOWS), packed.getvalue())
    done = {(one["experiment"], one["seed"], one["layers"]) for one in record["exchanges"]}
    for task in tqdm([one for one in TASKS if one not in done], disable=None):
        record["exchanges"].append(measure(*task))
        dataset = load(dataset_of(task[0]))
        origin = provenance(dataset, profile="cpu", device="cpu", precision="float32", life=[now])
        record["provenance"].append(origin)
        write_whole(path, (json.dumps(record, indent=1) + "\n").encode())
    return 0


def _again() -> int:
    lines = []
    if not np.array_equal(read_windows(), _all_windows()):
        lines.append(f"{WINDOWS} is not what the networks see")
    exchanges = read()["exchanges"]
    for one in tqdm(exchanges, disable=None):
        lines += differences(one, measure(one["experiment"], one["seed"], one["layers"]))
    print("\n".join(lines) or f"as recorded: {len(exchanges)} exchanges of max pools")
    return int(bool(lines))


def _all_windows() -> NDArray[np.float32]:
    return np.concatenate([windows(*network) for network in NETWORKS])


def _logits(
    model: nn.Module, exact: nn.Module, pools: Sequence[ReluMaxPool2d], images: Tensor
) -> tuple[Tensor, Tensor, list[float]]:
    """Logits of both networks, and how far each exact pool is from the max pool on its inputs."""
    off = [0.0] * len(pools)

    def compare(place: int, pool: ReluMaxPool2d, x: Tensor, found: Tensor) -> None:
        kernel, stride, padding, dilation, ceil_mode = pool.geometry
        expected = nn.functional.max_pool2d(x, kernel, stride, padding, dilation, ceil_mode)
        off[place] = max(off[place], float((found - expected).abs().max()))

    hooks = [
        pool.register_forward_hook(lambda one, x, y, place=place: compare(place, one, x[0], y))
        for place, pool in enumerate(pools)
    ]
    before, after = [], []
    with torch.inference_mode():
        for part in torch.split(images, BATCH):
            before.append(model(as_pixels(part)))
            after.append(exact(as_pixels(part)))
    for hook in hooks:
        hook.remove()
    return torch.cat(before), torch.cat(after), off


def _relus(model: nn.Module, image: Tensor, kind: type[nn.Module]) -> int:
    """ReLUs of one kind of layer for one image."""
    count = 0

    def see(one: nn.Module, given: tuple[Tensor, ...]) -> None:
        nonlocal count
        (x,) = given
        if isinstance(one, ReluMaxPool2d):
            count += x.shape[1] * one.relus(x.shape[2], x.shape[3])
        else:
            count += x.numel()

    hooks = [one.register_forward_pre_hook(see) for one in model.modules() if isinstance(one, kind)]
    with torch.inference_mode():
        model(image)
    for hook in hooks:
        hook.remove()
    return count


if __name__ == "__main__":
    sys.exit(main())
