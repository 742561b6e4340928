"""The record of real pools: what is kept, in ``data/ours/real_pools.json``."""

import json
from pathlib import Path
from typing import Any, TypedDict, cast

from companion.files import write_whole
from companion.published import data_folder, read_data

FILE = "real_pools.json"


class Errors(TypedDict):
    """An estimator on the pools of one source, in units of the source's range.

    ``mean`` is signed; ``absolute`` is the mean of the absolute error, with its 95 % bootstrap
    interval over images; ``quantiles`` are of the absolute error, the last one is the largest.
    ``worst`` is the largest error over the cube, a fraction as text, or six decimals where that is
    long; of several fits the largest.
    """

    estimator: str
    worst: str
    mean: float
    root_mean_square: float
    absolute: float
    absolute_interval: list[float]
    quantiles: list[float]


class Source(TypedDict):
    """The pools of one source.

    ``spacings`` are means, from 1 - x(1) on; ``gap`` is the mean of x(1) - x(2), ``gaps`` its
    quantiles, ``wide`` the share of pools where it is above one half, ``spread`` the mean of
    x(1) - x(d). Intervals are 95 % bootstrap intervals over images. ``fitted_on`` says which images
    least squares saw.
    """

    source: str
    side: int
    images: int
    pools: int
    fitted_on: str
    spacings: list[float]
    spread: float
    gaps: list[float]
    gap: float
    gap_interval: list[float]
    wide: float
    wide_interval: list[float]
    errors: list[Errors]


class Contrast(TypedDict):
    """Shuffled images less the images themselves: mean gap, and share of gaps above one half."""

    source: str
    side: int
    gap_less: float
    gap_less_interval: list[float]
    wide_less: float
    wide_less_interval: list[float]


class Moments(TypedDict):
    """Exact sums over all 3 by 3 pools of a source: of products of spacings, in whole steps."""

    source: str
    pools: int
    steps: int
    products: list[list[int]]


class Robust(TypedDict):
    """Images that are still right after the fast gradient attack, for each size."""

    norm: str
    images: int
    epsilons: list[float]
    correct: list[int]


class Swap(TypedDict):
    """A recorded network whose max pools are all exchanged for one kind of pool.

    ``lost`` and ``gained`` are images that only the unchanged, and only the changed network has
    right; ``ranges`` and ``fitted`` are those of each pool's inputs on training images.
    """

    experiment: str
    seed: int
    weights_sha256: str
    pool: str
    images: int
    correct: int
    lost: int
    gained: int
    ranges: list[list[float]]
    fitted: list[list[float]]
    robust: list[Robust]


class Tuned(TypedDict):
    """A network with exchanged pools that was trained on: right images after each of the steps."""

    experiment: str
    seed: int
    weights_sha256: str
    pool: str
    images: int
    steps: list[int]
    correct: list[int]


class Trained(TypedDict):
    """A network that had a kind of pool from the start, trained as a cell of the grid of pools is.

    ``configuration_sha256`` is of that cell, whose network has max pools; ``correct`` are right
    test images without an attack, ``curve`` their share after each epoch, ``seconds`` those of all
    epochs. Ranges and fits are those of the untrained network with max pools.
    """

    experiment: str
    seed: int
    pool: str
    configuration_sha256: str
    weights_sha256: str
    images: int
    correct: int
    curve: list[float]
    seconds: float
    ranges: list[list[float]]
    fitted: list[list[float]]
    robust: list[Robust]


class Cost(TypedDict):
    """Processor times of one kind of pool in a recorded network with seed 0, beside the max pool's.

    Each of four: the layer (the network's first pool) and the network, forward and with backward.
    ``ratios`` to the max pool's time just before: lower quartile, median, upper quartile. ``load``
    is the mean number of processes that wanted the ``processors`` in five minutes.
    """

    experiment: str
    pool: str
    images: int
    repeats: int
    maximum_milliseconds: dict[str, float]
    ratios: dict[str, list[float]]
    load: float
    processors: int


class Record(TypedDict):
    """All that was measured, and where it comes from."""

    sources: list[Source]
    contrasts: list[Contrast]
    moments: list[Moments]
    swaps: list[Swap]
    tuned: list[Tuned]
    trained: list[Trained]
    costs: list[Cost]
    provenance: list[Any]


def place() -> Path:
    """Where the record lies."""
    return data_folder() / "ours" / FILE


def read() -> Record:
    """Read the record.

    Raises:
        DataError: it is missing, or not as listed in ``data/SHA256SUMS``.
    """
    return cast("Record", json.loads(read_data(place())))


def unfinished() -> Record:
    """What there is so far, to be gone on with; not yet listed in ``data/SHA256SUMS``."""
    path = place()
    if path.exists():
        return cast("Record", json.loads(path.read_bytes()))
    return {
        "sources": [],
        "contrasts": [],
        "moments": [],
        "swaps": [],
        "tuned": [],
        "trained": [],
        "costs": [],
        "provenance": [],
    }


def keep(record: Record) -> None:
    """Write the record, whole."""
    write_whole(place(), (json.dumps(record, indent=1) + "\n").encode())
