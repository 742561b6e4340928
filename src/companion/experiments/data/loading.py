"""MNIST and CIFAR-10 as tensors, bit for bit the official files.

Run as a command, ``python -m companion.experiments.data.loading``, it fetches both sets.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from companion.experiments.data.fetch import Source, fetch, read_sources, verify
from companion.experiments.data.formats import Bytes, read_cifar, read_idx
from companion.files import CACHE
from maxpooling.errors import DataError


@dataclass(frozen=True)
class Dataset:
    """A data set in memory.

    Attributes:
        name: ``mnist`` or ``cifar10``.
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


def load(name: str, *, cache: Path = CACHE) -> Dataset:
    """Load a data set, fetching it first if ``cache`` does not hold it yet.

    Every file's MD5 is compared with the published one at each call (0.4 s for CIFAR-10), before
    a byte of it is used.

    Args:
        name: ``"mnist"`` or ``"cifar10"``.
        cache: folder with one subfolder per data set.

    Returns:
        The training and the test split.

    Raises:
        ValueError: ``name`` is no such set.
        DataError: the set cannot be fetched, or a file differs from the official one.
    """
    sources = read_sources()
    if name not in sources:
        raise ValueError(f"name must be one of {', '.join(sources)}, got {name!r}")
    return load_source(sources[name], cache / name)


def load_source(source: Source, folder: Path) -> Dataset:
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
    read = _read_mnist if source.name == "mnist" else _read_cifar
    train_images, train_labels = read(folder, train=True)
    test_images, test_labels = read(folder, train=False)
    return Dataset(
        name=source.name,
        train_images=torch.from_numpy(train_images),
        train_labels=torch.from_numpy(train_labels.astype(np.int64)),
        test_images=torch.from_numpy(test_images),
        test_labels=torch.from_numpy(test_labels.astype(np.int64)),
        md5=dict(source.files),
    )


def _read_mnist(folder: Path, *, train: bool) -> tuple[Bytes, Bytes]:
    prefix = "train" if train else "t10k"
    images = read_idx(folder / f"{prefix}-images-idx3-ubyte")
    return images[:, None].copy(), read_idx(folder / f"{prefix}-labels-idx1-ubyte")


def _read_cifar(folder: Path, *, train: bool) -> tuple[Bytes, Bytes]:
    paths = sorted(folder.glob("data_batch_*.bin")) if train else [folder / "test_batch.bin"]
    images, labels = zip(*map(read_cifar, paths), strict=True)
    return np.concatenate(images), np.concatenate(labels)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch and verify data sets from the command line.

    Args:
        arguments: names of data sets; both when there are none.

    Returns:
        0, or 1 when a set cannot be had.
    """
    parser = argparse.ArgumentParser(description="Fetch and verify the data sets.")
    parser.add_argument("names", nargs="*", default=list(read_sources()), metavar="mnist|cifar10")
    for name in parser.parse_args(arguments).names:
        try:
            dataset = load(name)
        except (DataError, ValueError) as error:
            print(error, file=sys.stderr)
            return 1
        print(f"{name}: {len(dataset.train_labels)} + {len(dataset.test_labels)} images verified")
    return 0


if __name__ == "__main__":
    sys.exit(main())
