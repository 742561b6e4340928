"""What real pools look like, and what becomes of a recorded network whose max pools are exchanged.

``python -m companion.experiments.pools`` measures both and writes ``data/ours/real_pools.json``,
with the code's commit and the digests of the weights; a network that the record has is left out.
Windows are 3 by 3 with stride 2, those of the recorded LeNets.
"""

import argparse
import copy
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from companion.experiments.data.loading import Images, load
from companion.experiments.models.building import dataset_of
from companion.experiments.results import record as results
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.provenance import provenance, stage
from companion.experiments.runs.weights import trained_model
from companion.files import RECORDED, write_whole
from companion.published import data_folder, read_data
from maxpooling.layers import SubpoolMaxPool2d
from maxpooling.layers.running_maxima import Geometry, weigh_maxima
from maxpooling.order_statistics import subpool_weights

FILE = "real_pools.json"
SIZE = 9
WINDOW = Geometry((3, 3), (2, 2), (1, 1), (1, 1), ceil_mode=False)
PIXEL_IMAGES, TESTED, CALIBRATED = 500, 2000, 500
RESAMPLED = 1000
QUANTILES = (0.5, 0.9, 0.99, 1.0)
NETWORKS = tuple(
    (experiment, seed) for seed in range(3) for experiment in ("lenet-mnist", "lenet-cifar10")
)


class Spacings(TypedDict):
    """The pools of one source of images, in units of its range.

    ``gap`` is the mean of x(1) - x(2), ``gaps`` its quantiles, ``wide`` the share of pools where
    it is above one half; intervals are 95 % bootstrap intervals over images.
    """

    source: str
    images: int
    pools: int
    spacings: list[float]
    gaps: list[float]
    wide: float
    wide_interval: list[float]
    gap: float
    gap_interval: list[float]


class Swap(TypedDict):
    """A recorded network whose max pools are all exchanged for one kind of pool."""

    experiment: str
    seed: int
    weights_sha256: str
    pool: str
    images: int
    correct: int
    lost: int
    gained: int
    ranges: list[list[float]]


class Record(TypedDict):
    """All that was measured, and where it comes from."""

    spacings: list[Spacings]
    swaps: list[Swap]
    provenance: list[Any]


class PlainAverage(nn.Module):
    """The average of all subpool maxes of one order, in the place of a max pool: no constant.

    Args:
        order: entries of a subpool, 1..9.
    """

    def __init__(self, order: int) -> None:
        """See the class."""
        super().__init__()
        ranks = [float(weight) for weight in subpool_weights(SIZE, order) if weight]
        self.ranks = torch.tensor(ranks, dtype=torch.float64)

    def forward(self, x: Tensor) -> Tensor:
        """Pool images of shape [N, C, H, W]."""
        return weigh_maxima(x, self.ranks, 0.0, WINDOW, "PlainAverage")


class SmoothPool(nn.Module):
    """The log-mean-exp of a window at temperature 50 on its range.

    Args:
        low: lower end of the range.
        high: its upper end.
    """

    def __init__(self, low: float, high: float) -> None:
        """See the class."""
        super().__init__()
        self.sharpness = 50 / (high - low)

    def forward(self, x: Tensor) -> Tensor:
        """Pool images of shape [N, C, H, W]."""
        sums = (windows(x) * self.sharpness).logsumexp(-1)
        return (sums - float(np.log(SIZE))) / self.sharpness


class CentrePool(nn.Module):
    """The pixel in the middle of each window."""

    def forward(self, x: Tensor) -> Tensor:
        """Pool images of shape [N, C, H, W]."""
        return x[..., ::2, ::2]


def windows(x: Tensor) -> Tensor:
    """The 3 by 3 windows of stride 2 with one replicated pixel of border, as the last axis."""
    padded = functional.pad(x, (1, 1, 1, 1), mode="replicate")
    return padded.unfold(-2, 3, 2).unfold(-2, 3, 2).flatten(-2)


def minimax(*orders: int) -> Callable[[float, float], nn.Module]:
    """The best uniform estimator, made for a range."""
    return lambda *limits: SubpoolMaxPool2d(3, 2, 1, orders=orders, input_range=limits)


POOLS: Mapping[str, Callable[[float, float], nn.Module]] = {
    "maximum": lambda *_: nn.MaxPool2d(3, stride=2, padding=1),
    "plain S_8": lambda *_: PlainAverage(8),
    "minimax {0, 8}": minimax(0, 8),
    "minimax {8}": minimax(8),
    "minimax, all orders": minimax(*range(SIZE)),
    "log-mean-exp at 50": SmoothPool,
    "plain S_4": lambda *_: PlainAverage(4),
    "average": lambda *_: nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False),
    "middle pixel": lambda *_: CentrePool(),
}
"""What takes the place of a max pool whose inputs lie between two numbers."""


def spacings_of(pools: NDArray[np.floating[Any]], source: str) -> Spacings:
    """Measure pools.

    Args:
        pools: in [0, 1], shape [images, pools, 9].
        source: their name.

    Returns:
        Mean spacings (the largest entry's distance from 1 first), quantiles of the gap between the
        two largest entries, the share of gaps above one half, and its interval.
    """
    ordered = -np.sort(-pools.astype(np.float64), axis=-1)
    gap = ordered[..., 0] - ordered[..., 1]
    ends = np.diff(-ordered, axis=-1, prepend=-1.0, append=0.0)
    wide, mean = (gap > 0.5).mean(axis=1), gap.mean(axis=1)
    draw = np.random.default_rng(0).integers(0, len(wide), (RESAMPLED, len(wide)))
    return {
        "source": source,
        "images": len(pools),
        "pools": int(gap.size),
        "spacings": ends.mean(axis=(0, 1)).tolist(),
        "gaps": np.quantile(gap, QUANTILES).tolist(),
        "wide": float(wide.mean()),
        "wide_interval": np.quantile(wide[draw].mean(axis=1), (0.025, 0.975)).tolist(),
        "gap": float(mean.mean()),
        "gap_interval": np.quantile(mean[draw].mean(axis=1), (0.025, 0.975)).tolist(),
    }


def measure_pixels() -> list[Spacings]:
    """Pools of test images, of the same images with their pixels shuffled, and of uniform values.

    Each image's pixels are shuffled within its channels.
    """
    found = []
    for name in ("mnist", "cifar10"):
        images = as_pixels(load(name).test_images[:PIXEL_IMAGES])
        draw = torch.Generator().manual_seed(0)
        flat = images.flatten(2)
        order = torch.rand(flat.shape, generator=draw).argsort(-1)
        shuffled = flat.gather(-1, order).view_as(images)
        for title, chosen in (("pixels", images), ("pixels, shuffled", shuffled)):
            found.append(spacings_of(_pools(chosen), f"{name} {title}"))
    uniform = np.random.default_rng(0).random((PIXEL_IMAGES, 200, SIZE))
    return [*found, spacings_of(uniform, "independent uniform values")]


def ranges_of(model: nn.Sequential, images: Tensor) -> list[list[float]]:
    """Least and largest input of each max pool over images, in the order of the pools."""
    return [[float(x.min()), float(x.max())] for x in _inputs(model, images)]


def exchanged(model: nn.Sequential, ranges: list[list[float]], pool: str) -> nn.Sequential:
    """A copy of a LeNet whose max pools are exchanged, each for its own range."""
    new = copy.deepcopy(model)
    blocks = [one for one in new if isinstance(one, nn.Sequential)]
    for block, (low, high) in zip(blocks, ranges, strict=True):
        block[1] = POOLS[pool](low, high)
    return new.eval()


def right(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """Which images a model classifies right, a boolean each."""
    with torch.inference_mode():
        found = [model(as_pixels(part)).argmax(1) for part in torch.split(images, 250)]
    return torch.cat(found) == labels


def measure_network(experiment: str, seed: int) -> tuple[list[Spacings], list[Swap], Images]:
    """The pools inside a recorded network and its accuracy with each pool in their place.

    Ranges are those of training images; an input of a test image may lie outside of them.

    Args:
        experiment: whose Maxpool network.
        seed: of the network.

    Returns:
        Spacings of the pools' inputs (of seed 0 only), the swaps, and the data set.
    """
    path = results.path_of(RECORDED, experiment, "maxpool", seed)
    model, about = trained_model(path), results.read(path)
    dataset = load(dataset_of(experiment))
    ranges = ranges_of(model, as_pixels(dataset.train_images[:CALIBRATED]))
    spacings = []
    if seed == 0:
        inputs = _inputs(model, as_pixels(dataset.test_images[:100]))
        for place, (x, (low, high)) in enumerate(zip(inputs, ranges, strict=True), start=1):
            name = f"{experiment}, inputs of pool {place}"
            spacings.append(spacings_of(_pools((x - low) / (high - low)), name))
    images, labels = dataset.test_images[:TESTED], dataset.test_labels[:TESTED]
    before = right(model, images, labels)
    swaps: list[Swap] = []
    for pool in POOLS:
        now = right(exchanged(model, ranges, pool), images, labels)
        swaps.append(
            {
                "experiment": experiment,
                "seed": seed,
                "weights_sha256": about["weights_sha256"],
                "pool": pool,
                "images": len(labels),
                "correct": int(now.sum()),
                "lost": int((before & ~now).sum()),
                "gained": int((~before & now).sum()),
                "ranges": ranges,
            }
        )
    return spacings, swaps, dataset


def read() -> Record:
    """Read the record.

    Raises:
        DataError: it is missing, or not as listed in ``data/SHA256SUMS``.
    """
    return cast("Record", json.loads(read_data(data_folder() / "ours" / FILE)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what the record lacks, a network after the other; what is done is kept.

    Args:
        arguments: see ``python -m companion.experiments.pools --help``.
    """
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args(arguments)
    path = data_folder() / "ours" / FILE
    now = stage("cpu")
    if path.exists():
        record = cast("Record", json.loads(path.read_bytes()))
    else:
        record = {"spacings": measure_pixels(), "swaps": [], "provenance": []}
    done = {(one["experiment"], one["seed"]) for one in record["swaps"]}
    for experiment, seed in tqdm([one for one in NETWORKS if one not in done], disable=None):
        spacings, swaps, dataset = measure_network(experiment, seed)
        record["spacings"] += spacings
        record["swaps"] += swaps
        origin = provenance(dataset, profile="cpu", device="cpu", precision="float32", life=[now])
        record["provenance"].append({"experiment": experiment, "seed": seed, **origin})
        write_whole(path, (json.dumps(record, indent=1) + "\n").encode())
    return 0


def _inputs(model: nn.Sequential, images: Tensor) -> list[Tensor]:
    found: list[Tensor] = []
    pools = [one for one in model.modules() if isinstance(one, nn.MaxPool2d)]
    hooks = [
        pool.register_forward_pre_hook(lambda _, given: found.append(given[0])) for pool in pools
    ]
    with torch.inference_mode():
        model(images)
    for hook in hooks:
        hook.remove()
    return found


def _pools(images: Tensor) -> NDArray[np.floating[Any]]:
    """Windows inside the images only, shape [images, pools, 9]."""
    inside = images.unfold(-2, 3, 2).unfold(-2, 3, 2).flatten(-2)
    found: NDArray[np.floating[Any]] = inside.flatten(1, 3).numpy()
    return found


if __name__ == "__main__":
    sys.exit(main())
