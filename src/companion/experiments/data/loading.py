"""Data sets as tensors, bit for bit the official files.

Run as a command, ``python -m companion.experiments.data.loading``, it fetches all of them.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from companion.experiments.data.fetch import Source, fetch, read_sources, verify
from companion.experiments.data.formats import Bytes
from companion.experiments.data.sets import DATASETS, Dataset, dataset
from companion.files import CACHE
from maxpooling.errors import DataError


@dataclass(frozen=True)
class Images:
    """A data set in memory.

    Attributes:
        name: of the set, for example ``mnist``.
        train_images: uint8, shape [N, C, H, W].
        train_labels: int64, shape [N].
        test_images: uint8, shape [M, C, H, W].
        test_labels: int64, shape [M].
        md5: the verified MD5 of each official file.
    """

    name: str
    train_images: torch.Tensor
    train_labels: torch.Tensor
    test_images: torch.Tensor
    test_labels: torch.Tensor
    md5: Mapping[str, str]


def load(name: str, *, cache: Path = CACHE) -> Images:
    """Load a data set, fetching it first if ``cache`` does not hold it yet.

    Every file's MD5 is compared with the published one at each call (0.4 s for CIFAR-10), before
    a byte of it is used.

    Args:
        name: for example ``"mnist"``; see :mod:`companion.experiments.data.sets`.
        cache: folder with one subfolder per data set.

    Returns:
        The training and the test split.

    Raises:
        ValueError: there is no such set; lists those that there are.
        DataError: the set cannot be fetched, or a file differs from the official one.
    """
    return load_source(read_sources()[dataset(name).name], cache / name)


def load_source(source: Source, folder: Path) -> Images:
    """Load the files of ``source`` from ``folder``, fetching them first if it does not exist.

    Args:
        source: the set, its files and checksums.
        folder: where its files lie, or shall lie.

    Returns:
        The training and the test split.

    Raises:
        DataError: the set cannot be fetched, or a file differs from the official one.
    """
    if not folder.exists():
        fetch(source, folder)
    verify(source, folder)
    kind = dataset(source.name)
    train_images, train_labels = _read(kind, folder, kind.train)
    test_images, test_labels = _read(kind, folder, kind.test)
    return Images(
        name=source.name,
        train_images=torch.from_numpy(train_images),
        train_labels=torch.from_numpy(train_labels.astype(np.int64)),
        test_images=torch.from_numpy(test_images),
        test_labels=torch.from_numpy(test_labels.astype(np.int64)),
        md5=dict(source.files),
    )


def _read(kind: Dataset, folder: Path, names: tuple[str, ...]) -> tuple[Bytes, Bytes]:
    images, labels = kind.read([folder / name for name in names])
    if images.shape[1:] != kind.shape:
        raise DataError(
            f"{folder / names[0]}: expected images of shape {kind.shape}, found {images.shape[1:]}"
        )
    return images, labels


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch and verify data sets from the command line.

    Args:
        arguments: names of data sets; all when there are none.

    Returns:
        0, or 1 when a set cannot be had.
    """
    parser = argparse.ArgumentParser(description="Fetch and verify the data sets.")
    parser.add_argument("names", nargs="*", default=list(DATASETS), metavar="|".join(DATASETS))
    for name in parser.parse_args(arguments).names:
        try:
            images = load(name)
        except (DataError, ValueError) as error:
            print(error, file=sys.stderr)
            return 1
        print(f"{name}: {len(images.train_labels)} + {len(images.test_labels)} images verified")
    return 0


if __name__ == "__main__":
    sys.exit(main())
