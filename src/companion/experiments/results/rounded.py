"""Networks to download: recorded ResNets with their kernels rounded to bfloat16, compressed.

In full the weights of one network of each kind are a hundred megabytes. Training saw its kernels
through this rounding wherever a convolution ran in bfloat16. What is stored is all the same another
network than the recorded one, so its own outcomes lie beside it, and :func:`beside` says how far
they are from the record.

``data/networks/SHA256SUMS`` lists every file; nothing is decompressed before its digest was right.
"""

import lzma
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from companion.experiments.results import outcomes
from companion.experiments.results import record as results
from companion.experiments.results.outcomes import Outcomes
from companion.experiments.results.types import Result
from companion.experiments.runs import checkpoint
from companion.files import RECORDED
from companion.published import data_folder
from maxpooling.digests import LIST, read_list, read_listed
from maxpooling.errors import DataError

FOLDER = data_folder() / "networks"
ENDING = ".safetensors.xz"
FILES = "*/*/[!.]*"  # below the folder
ATTACK = "fast-gradient"  # that stored networks are put through, in both norms


@dataclass(frozen=True)
class Beside:
    """A stored network beside the recorded one that it was rounded from.

    Attributes:
        name: for example ``resnet-cifar10/maxpool/seed0``.
        size: of its file, in bytes.
        images: unchanged ones that both classify.
        recorded: how many of them the recorded network has right.
        stored: how many the stored one has right.
        others: how many exactly one of the two has right.
        attacked: pairs of an image and a size of the fast gradient, both norms together.
        attacked_others: how many of the pairs exactly one of the two withstands.
        points: the largest difference of robust accuracies at one size, in percentage points.
    """

    name: str
    size: int
    images: int
    recorded: int
    stored: int
    others: int
    attacked: int
    attacked_others: int
    points: float


def networks(folder: Path = FOLDER) -> list[str]:
    """List the stored networks.

    Args:
        folder: that holds them.

    Returns:
        The name of each, in order; none where there is no list.

    Raises:
        DataError: the list is damaged, or names no file, or a file is not in it.
    """
    if not folder.is_dir():
        return []
    found = {path.relative_to(folder).as_posix() for path in folder.glob(FILES)}
    for name in sorted(found ^ read_list(folder).keys()):
        raise DataError(f"{folder / name}: expected a file and a line for it in {folder / LIST}")
    return sorted(name.removesuffix(ENDING) for name in found if name.endswith(ENDING))


def rounded(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Round the kernels and matrices of a network; vectors and numbers stay as they are.

    Args:
        tensors: of the network, by name.

    Returns:
        Those with at least two axes in bfloat16, rounded to nearest, ties to even.

    Example:
        >>> found = rounded({"weight": torch.tensor([[1.003]]), "bias": torch.tensor([1.003])})
        >>> found["weight"].item(), found["bias"].dtype
        (1.0, torch.float32)
    """
    return {
        name: tensor.bfloat16() if tensor.dim() > 1 else tensor for name, tensor in tensors.items()
    }


def pack(tensors: Mapping[str, torch.Tensor], record: Mapping[str, Any]) -> bytes:
    """Write a network as the bytes of its compressed file.

    Args:
        tensors: of the network; are rounded.
        record: for the header.

    Returns:
        A safetensors file, compressed by LZMA.
    """
    return lzma.compress(checkpoint.encode(rounded(tensors), record), preset=9)


def weights(name: str, folder: Path = FOLDER) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Read a stored network.

    Args:
        name: one of :func:`networks`.
        folder: that holds it.

    Returns:
        Its tensors in float32, by name, and the record of its header: ``configuration``, and
        ``weights_sha256`` of the recorded network.

    Raises:
        DataError: the file is missing or not as listed.
    """
    path = folder / f"{name}{ENDING}"
    content = read_listed(path, folder)
    tensors, record = checkpoint.decode(lzma.decompress(content), path)
    return {key: tensor.float() for key, tensor in tensors.items()}, record


def result_of(name: str, folder: Path = FOLDER, recorded: Path = RECORDED) -> Result:
    """Read the recorded result of the network that a stored one was rounded from.

    Args:
        name: one of :func:`networks`.
        folder: that holds it.
        recorded: folder of the recorded results.

    Returns:
        The result.

    Raises:
        DataError: it is missing, damaged, or that of other weights.
    """
    path = recorded / f"{name}.json"
    found = results.read(path)
    _, record = weights(name, folder)
    if record["weights_sha256"] != found["weights_sha256"]:
        raise DataError(
            f"{folder / name}{ENDING}: expected what was rounded from the weights "
            f"{found['weights_sha256']} of {path}, found {record['weights_sha256']}"
        )
    return found


def outcomes_of(name: str, folder: Path = FOLDER) -> Outcomes:
    """Read what became of every image of a stored network.

    Args:
        name: one of :func:`networks`.
        folder: that holds it.

    Returns:
        Unchanged images, and the fast gradient in both norms.

    Raises:
        DataError: the file is missing, not as listed, or that of another file of weights.
    """
    path = outcomes_path(name, folder)
    listed = read_list(folder)
    found = outcomes.read(path, listed.get(path.relative_to(folder).as_posix(), "none"))
    expected = listed.get(f"{name}{ENDING}")
    if found.record["weights_sha256"] != expected:
        raise DataError(
            f"{path}: expected outcomes of the file {expected}, "
            f"found those of {found.record['weights_sha256']}"
        )
    return found


def outcomes_path(name: str, folder: Path = FOLDER) -> Path:
    """Return where the outcomes of a stored network lie.

    Args:
        name: of the network.
        folder: that holds it.

    Returns:
        The path of a safetensors file.
    """
    return (folder / name).with_name(f"outcomes-{Path(name).name}.safetensors")


def beside(name: str, folder: Path = FOLDER, recorded: Path = RECORDED) -> Beside:
    """Set a stored network beside the recorded one, image by image.

    Args:
        name: one of :func:`networks`.
        folder: that holds it.
        recorded: folder of the recorded results.

    Returns:
        The comparison.

    Raises:
        DataError: something is missing or damaged, or does not belong together.
    """
    result = result_of(name, folder, recorded)
    before, now = outcomes.of(result, recorded), outcomes_of(name, folder)
    if before is None:
        raise DataError(f"{outcomes.path_of(result, recorded)}: expected outcomes, found none")
    old, new = before.margin > 0, now.margin > 0
    pairs = [(before.right[key], now.right[key]) for key in sorted(now.right)]
    return Beside(
        name=name,
        size=(folder / f"{name}{ENDING}").stat().st_size,
        images=len(old),
        recorded=int(old.sum()),
        stored=int(new.sum()),
        others=int((old != new).sum()),
        attacked=sum(one.size for one, _ in pairs),
        attacked_others=sum(int((one != other).sum()) for one, other in pairs),
        points=max(100 * float(np.abs(one.mean(1) - other.mean(1)).max()) for one, other in pairs),
    )
