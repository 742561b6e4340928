"""The first six test images of each data set, kept in the repository for pictures."""

import hashlib
import tomllib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import nn

from companion.experiments.attacks.sweeps import Norm, fast_gradient_images
from companion.experiments.data.formats import Bytes
from companion.experiments.data.sets import dataset
from companion.experiments.runs.batches import as_pixels
from companion.files import SAMPLES
from maxpooling.errors import DataError

# Of the labels, a byte each, and then of the pixels; the files may be compressed anew.
DIGESTS = {
    "mnist": "d88b663d407168f2cda393904a8ed2608e7d7e7bed5a16872e047732efb3c360",
    "cifar10": "6565a6d6fbebff2cfad2d586b95cb33ac183030d34e4cfa327fe6199d3951c98",
}


def samples(name: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Read the sample images of a data set.

    Args:
        name: ``"mnist"`` or ``"cifar10"``.

    Returns:
        Images in [0, 1] of shape [6, C, H, W], and labels of shape [6].

    Raises:
        ValueError: no samples of such a set are kept; lists those that are.
        DataError: picture or labels are missing or damaged.

    Example:
        >>> samples("mnist")[1].tolist()
        [7, 2, 1, 0, 4, 1]
    """
    if name not in DIGESTS:
        raise ValueError(f"name must be one of {', '.join(DIGESTS)}, got {name!r}")
    labels, strip = _read(name)
    found = hashlib.sha256(bytes(labels) + strip.tobytes()).hexdigest()
    if found != DIGESTS[name]:
        raise DataError(
            f"{SAMPLES / name}.png and labels.toml beside it: expected pixels and labels of "
            f"SHA-256 {DIGESTS[name]}, found {found}"
        )
    tiles = np.stack(np.split(strip, len(labels), axis=1)).transpose(0, 3, 1, 2)
    return as_pixels(torch.from_numpy(tiles.copy())), torch.tensor(labels)


def _read(name: str) -> tuple[list[int], Bytes]:
    """The labels, and the images side by side: uint8, shape [H, 6 W, C]."""
    path, side = SAMPLES / "labels.toml", dataset(name).shape[1:]
    channels = dataset(name).shape[0]
    try:
        labels: list[int] = tomllib.loads(path.read_text(encoding="utf-8"))[name]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{path}: expected the labels of {name}, found {error!r}") from error
    classes = len(dataset(name).classes)
    if not isinstance(labels, list) or [n for n in labels if n not in range(classes)]:
        raise DataError(f"{path}: expected {name} from 0 to {classes - 1}, found {labels!r}")
    path = SAMPLES / f"{name}.png"
    try:
        with Image.open(path) as picture:
            strip: Bytes = np.atleast_3d(np.asarray(picture))
    except (OSError, ValueError, SyntaxError, zlib.error) as error:
        raise DataError(f"{path}: expected a picture of {name}, found {error}") from error
    expected = side[0], len(labels) * side[1], channels
    if strip.shape != expected or strip.dtype != np.uint8:
        raise DataError(
            f"{path}: expected bytes of shape {expected}, found {strip.dtype} of {strip.shape}"
        )
    return labels, strip


@dataclass(frozen=True)
class Attacked:
    """Sample images before and after attacks, and what a model takes them for.

    Attributes:
        rows: images of shape [6, C, H, W] by the name of the attack.
        titles: true classes of the six.
        marks: found classes, six by the name of the attack.
    """

    rows: dict[str, torch.Tensor]
    titles: list[str]
    marks: dict[str, list[str]]


def under_attack(model: nn.Module, name: str, attacks: Sequence[tuple[Norm, float]]) -> Attacked:
    """Move the sample images of a data set by fast gradient attacks.

    Args:
        model: trained on the data set.
        name: ``"mnist"`` or ``"cifar10"``.
        attacks: norm and size of each.

    Returns:
        The images, the first row unchanged, with true and found classes.
    """
    images, labels = samples(name)
    rows = {"original": images}
    for norm, epsilon in attacks:
        title = f"{'L∞' if norm == 'linf' else 'L2'}, {epsilon:g}"
        rows[title] = fast_gradient_images(model, images, labels, epsilon, norm)
    names = dataset(name).classes
    with torch.no_grad():
        found = {title: model.eval()(moved).argmax(1).tolist() for title, moved in rows.items()}
    return Attacked(
        rows=rows,
        titles=[names[label] for label in labels.tolist()],
        marks={title: [names[one] for one in classes] for title, classes in found.items()},
    )
