"""The first six test images of each data set, kept in the repository for pictures."""

import io
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import nn

from companion.experiments.attacks.sweeps import Norm, fast_gradient_images
from companion.experiments.data.sets import dataset
from companion.experiments.runs.batches import as_pixels
from companion.experiments.titles import NORMS
from companion.files import SAMPLES
from companion.published import read_data


def samples(name: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Read the sample images of a data set.

    Args:
        name: ``"mnist"`` or ``"cifar10"``.

    Returns:
        Images in [0, 1] of shape [6, C, H, W], and labels of shape [6].

    Raises:
        ValueError: no samples of such a set are kept; lists those that are.
        DataError: a file is missing, or not as listed in ``data/SHA256SUMS``.

    Example:
        >>> samples("mnist")[1].tolist()
        [7, 2, 1, 0, 4, 1]
    """
    kept = tomllib.loads(read_data(SAMPLES / "labels.toml").decode("utf-8"))
    if name not in kept:
        raise ValueError(f"name must be one of {', '.join(kept)}, got {name!r}")
    labels = torch.tensor(kept[name])
    with Image.open(io.BytesIO(read_data(SAMPLES / f"{name}.png"))) as picture:
        strip = np.atleast_3d(np.asarray(picture))
    tiles = np.stack(np.split(strip, len(labels), axis=1)).transpose(0, 3, 1, 2)
    return as_pixels(torch.from_numpy(tiles.copy())), labels


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
        title = f"{NORMS[norm]}, {epsilon:g}"
        rows[title] = fast_gradient_images(model, images, labels, epsilon, norm)
    names = dataset(name).classes
    with torch.no_grad():
        found = {title: model.eval()(moved).argmax(1).tolist() for title, moved in rows.items()}
    return Attacked(
        rows=rows,
        titles=[names[label] for label in labels.tolist()],
        marks={title: [names[one] for one in classes] for title, classes in found.items()},
    )
