"""Photographs that installed packages ship, read where they lie; nothing of them is kept here.

Twenty are Foolbox's samples of ImageNet (the package is under the MIT licence; the photographs are
their authors', gathered by ImageNet for research), one is Matplotlib's sample of Grace Hopper (of
the United States Navy, in the public domain). All are JPEG files that somebody has scaled before.
"""

from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from maxpooling.errors import DataError

SIDE = 256
"""Pixels of the square in the middle that is looked at."""
COUNT = 21


def paths() -> list[Traversable]:
    """The files, in a fixed order.

    Raises:
        DataError: the installed packages ship others than expected.
    """
    found = [one for one in files("foolbox").joinpath("data").iterdir()
             if one.name.startswith("imagenet_")]  # fmt: skip
    found = sorted(found, key=lambda one: one.name)
    hopper = files("matplotlib").joinpath("mpl-data/sample_data/grace_hopper.jpg")
    found += [hopper] if hopper.is_file() else []
    if len(found) != COUNT:
        raise DataError(
            f"foolbox and matplotlib should ship {COUNT} photographs, {len(found)} lie there"
        )
    return found


def photographs() -> Tensor:
    """The middle of each photograph, bytes of shape [21, 3, 256, 256].

    Raises:
        DataError: the installed packages ship others than expected.
    """
    return torch.stack([_middle(one) for one in paths()])


def _middle(path: Traversable) -> Tensor:
    with path.open("rb") as file, Image.open(file) as picture:
        pixels = torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1)
    top, left = ((side - SIDE) // 2 for side in pixels.shape[1:])
    return pixels[:, top : top + SIDE, left : left + SIDE].contiguous()
