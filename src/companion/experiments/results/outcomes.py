"""Which images withstand which attack at which size: a bit each, beside the counts of a network.

The counts of a result say how many images are right. Whether two networks fail on the same images,
and how much the difference of two networks varies from image to image, only the images tell. A
fast gradient may break an image at one size and miss it at a larger one, so the first size that
fails is not enough to give the counts back: of each image a bit is kept for every size.

``outcomes-seed<k>.safetensors`` beside a result holds, for each attack and norm, bytes of shape
[images, ceil(sizes / 8)], the bit of the smallest size lowest, and the logit margins of the
unchanged images. ``data/results/outcomes.csv`` has the digest of each such file. What was not
computed has no file.
"""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from companion.experiments.results import record as results
from companion.experiments.results.types import Provenance, Result
from companion.experiments.runs import checkpoint
from companion.files import RECORDED, write_whole
from maxpooling.errors import DataError

NAME = "outcomes.csv"
COLUMNS = ("path", "sha256", "weights_sha256")
MARGIN = "clean margin"


@dataclass(frozen=True)
class Outcomes:
    """What became of each image.

    Attributes:
        right: by attack and norm: bool, shape [sizes, images].
        margin: float32, shape [images]: logit of the label less the largest other one, unchanged
            images; positive where the network is right.
        record: the header: cell, hashes, and each attack's sizes and provenance.
    """

    right: Mapping[tuple[str, str], NDArray[np.bool_]]
    margin: NDArray[np.float32]
    record: Mapping[str, Any]


def path_of(result: Result, folder: Path = RECORDED) -> Path:
    """Return where the outcomes of a recorded network lie, if they are kept.

    Args:
        result: of a cell.
        folder: of the recorded results.

    Returns:
        The path of a safetensors file.
    """
    cell = result["configuration"]
    return folder / cell["experiment"] / cell["variant"] / name_of(cell["seed"])


def name_of(seed: int) -> str:
    """Return the name of a cell's outcomes, beside its weights.

    Args:
        seed: of the cell.

    Returns:
        The name of a safetensors file.
    """
    return f"outcomes-seed{seed}.safetensors"


def header(result: Result) -> dict[str, Any]:
    """Begin the record of a network's outcomes.

    Args:
        result: of the cell, with the hash of its weights.

    Returns:
        The record, with no attack.
    """
    cell = result["configuration"]
    return {
        "cell": f"{cell['experiment']}/{cell['variant']}/seed{cell['seed']}",
        "weights_sha256": result["weights_sha256"],
        "configuration_sha256": result["configuration_sha256"],
        "attacks": {},
    }


def put(
    tensors: dict[str, torch.Tensor],
    record: dict[str, Any],
    name: str,
    right: torch.Tensor,
    epsilons: Sequence[float],
    made: Provenance,
) -> None:
    """Add what became of the images under one attack.

    Args:
        tensors: of the file that is to be written; are added to.
        record: of :func:`header`; is added to.
        name: attack and norm, with a space between.
        right: bool, shape [sizes, images].
        epsilons: the sizes, in pixel units.
        made: provenance of the attack.
    """
    tensors[name] = pack(right)
    record["attacks"][name] = {"epsilons": list(epsilons), "provenance": made}


def pack(right: torch.Tensor) -> torch.Tensor:
    """Pack what is right into bits.

    Args:
        right: bool, shape [sizes, images].

    Returns:
        uint8, shape [images, ceil(sizes / 8)].
    """
    return torch.from_numpy(np.packbits(right.cpu().numpy().T, axis=1, bitorder="little"))


def unpack(packed: torch.Tensor, sizes: int) -> NDArray[np.bool_]:
    """Undo :func:`pack`.

    Args:
        packed: uint8, shape [images, ceil(sizes / 8)].
        sizes: how many.

    Returns:
        Bool, shape [sizes, images].

    Example:
        >>> right = torch.tensor([[True, False], [False, True], [True, True]])
        >>> unpack(pack(right), 3).tolist()
        [[True, False], [False, True], [True, True]]
    """
    bits = np.unpackbits(packed.numpy(), axis=1, count=sizes, bitorder="little")
    return np.ascontiguousarray(bits.T).astype(bool)


def of(result: Result, folder: Path = RECORDED) -> Outcomes | None:
    """Read the outcomes of a network, if they are kept.

    Args:
        result: of a cell; one of this build's own runs has none.
        folder: of the recorded results.

    Returns:
        The outcomes; None where none are kept for these weights.

    Raises:
        DataError: the file is missing though it is listed, is damaged, or does not give the
            recorded counts.
    """
    path = path_of(result, folder)
    found = at(path, result.get("weights_sha256", ""), folder)
    if found is None:
        return None
    cell = result["configuration"]
    place = cell["experiment"], cell["variant"], cell["seed"]
    stronger = results.path_of(folder / "stronger", *place)
    also = results.read_stronger(stronger)["robust"] if stronger.exists() else []
    automatic = results.path_of(folder / "apgd", *place)
    more = results.read_automatic(automatic)["robust"] if automatic.exists() else []
    for one in [*result["robust"], *also, *more]:
        right = found.right.get((one["attack"], one["norm"]))
        if right is not None and right.sum(1).tolist() != one["correct"]:
            raise DataError(
                f"{path}: {one['attack']} {one['norm']}: expected the counts {one['correct']}, "
                f"found {right.sum(1).tolist()}"
            )
    return found


def at(path: Path, weights: str, folder: Path = RECORDED) -> Outcomes | None:
    """Read a file of outcomes, if the list has it for these weights.

    Args:
        path: of the file.
        weights: SHA-256 of the network's weights.
        folder: of the recorded results.

    Returns:
        The outcomes; None where none are kept for these weights.

    Raises:
        DataError: the file is missing though it is listed, or is damaged.
    """
    listed = lines(folder).get(path.relative_to(folder).as_posix())
    if listed is None or listed[1] != weights:
        return None
    found = read(path, listed[0])
    if found.record["weights_sha256"] != weights:
        raise DataError(f"{path}: expected outcomes of {weights}, found those of others")
    return found


def lines(folder: Path = RECORDED) -> dict[str, tuple[str, str]]:
    """Read the list of what is kept.

    Args:
        folder: of the recorded results.

    Returns:
        SHA-256 of the file and of the weights by path; empty where there is no list.

    Raises:
        DataError: the list is damaged.
    """
    path = folder / NAME
    if not path.exists():
        return {}
    content = path.read_bytes()
    return dict(_parsed(path, content))


def enter(paths: list[Path], folder: Path = RECORDED) -> None:
    """Write the lines of files that were just kept.

    Args:
        paths: of the files below the folder.
        folder: of the recorded results.
    """
    known = lines(folder)
    for path in paths:
        _, record = checkpoint.read(path)
        known[path.relative_to(folder).as_posix()] = (
            checkpoint.sha256(path),
            record["weights_sha256"],
        )
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((name, *known[name]) for name in sorted(known))
    write_whole(folder / NAME, stream.getvalue().encode())


@cache
def read(path: Path, sha256: str) -> Outcomes:
    """Read a file of outcomes.

    Args:
        path: of the file.
        sha256: that it must have.

    Returns:
        The outcomes.

    Raises:
        DataError: the file is missing, has another hash, or holds something else.
    """
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DataError(f"{path}: expected the file that is listed, found {error}") from error
    if found != sha256:
        raise DataError(f"{path}: expected SHA-256 {sha256} as listed, found {found}")
    tensors, record = checkpoint.read(path)
    right = {
        (attack, norm): unpack(
            tensors[f"{attack} {norm}"], len(record["attacks"][f"{attack} {norm}"]["epsilons"])
        )
        for attack, norm in (name.split(" ") for name in record["attacks"])
    }
    return Outcomes(right, tensors[MARGIN].numpy(), record)


@cache
def _parsed(path: Path, content: bytes) -> dict[str, tuple[str, str]]:
    try:
        *whole, rest = content.decode().split("\n")
        head, *rows = list(csv.reader(whole, strict=True))
        found = {name: (sha256, weights) for name, sha256, weights in rows}
    except (ValueError, csv.Error) as error:
        raise DataError(f"{path}: expected a list of outcomes, found {error}") from error
    if rest or tuple(head) != COLUMNS or len(found) != len(rows):
        raise DataError(
            f"{path}: expected the columns {','.join(COLUMNS)}, each path once, in whole lines"
        )
    return found
