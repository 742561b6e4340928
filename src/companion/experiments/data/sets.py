"""The data sets: what each holds and how its files are read. A new set is one more entry here.

Where the files come from, and their checksums, stand in ``data/sources.toml`` under the same name,
what the book calls a set in :mod:`companion.experiments.titles`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from companion.experiments.data.formats import Bytes, read_cifar_batches, read_idx_pair

Reader = Callable[[Sequence[Path]], tuple[Bytes, Bytes]]


@dataclass(frozen=True)
class Dataset:
    """A data set of small pictures, apart from the pictures themselves.

    Attributes:
        name: identifier, in configurations and folders.
        shape: [C, H, W] of one image.
        classes: their names, in the order of the labels.
        means: of each channel over the training images, in pixel units.
        deviations: standard deviations, as the means.
        train: names of the official files of the training images, in the reader's order.
        test: names of those of the test images.
        read: turns such files into images, uint8 of shape [N, C, H, W], and labels of shape [N].
    """

    name: str
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    train: tuple[str, ...]
    test: tuple[str, ...]
    read: Reader


MNIST = Dataset(
    name="mnist",
    shape=(1, 28, 28),
    classes=tuple("0123456789"),
    means=(0.1307,),
    deviations=(0.3081,),
    train=("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    test=("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
    read=read_idx_pair,
)
CIFAR10 = Dataset(
    name="cifar10",
    shape=(3, 32, 32),
    classes=(
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ),
    means=(0.4914, 0.4822, 0.4465),
    deviations=(0.2470, 0.2435, 0.2616),
    train=tuple(f"data_batch_{k}.bin" for k in range(1, 6)),
    test=("test_batch.bin",),
    read=read_cifar_batches,
)  # fmt: skip

DATASETS: Mapping[str, Dataset] = {one.name: one for one in (MNIST, CIFAR10)}


def dataset(name: str) -> Dataset:
    """Return a data set by its name.

    Args:
        name: one of :data:`DATASETS`.

    Returns:
        Its description; :func:`companion.experiments.data.loading.load` reads the images.

    Raises:
        ValueError: there is no such data set; lists those that there are.

    Example:
        >>> dataset("cifar10").shape
        (3, 32, 32)
    """
    if name not in DATASETS:
        raise ValueError(f"name must be one of {', '.join(DATASETS)}, got {name!r}")
    return DATASETS[name]
