"""Checkpoints: tensors and a JSON record in one safetensors file, written whole or not at all."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from companion.files import write_whole
from maxpooling.errors import DataError


def write(
    path: Path,
    tensors: Mapping[str, torch.Tensor],
    record: Mapping[str, Any],
    *,
    sealed: bool = False,
) -> None:
    """Write tensors and a record in one step of the file system.

    Args:
        path: the safetensors file.
        tensors: by name; they are stored contiguously, whatever their memory format.
        record: JSON data, stored in the file's header.
        sealed: whether a digest of both is stored as well. What a run goes on from needs one; the
            weights of a finished run are known by the hash of their file, in its result.

    Raises:
        DataError: no disk space is left.
    """
    write_whole(path, encode(tensors, record, sealed=sealed))


def encode(
    tensors: Mapping[str, torch.Tensor], record: Mapping[str, Any], *, sealed: bool = False
) -> bytes:
    """Give the bytes of the file that :func:`write` writes.

    Args:
        tensors: as for :func:`write`.
        record: as for :func:`write`.
        sealed: as for :func:`write`.

    Returns:
        A safetensors file; without a seal the same for equal arguments.
    """
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    text = json.dumps(record)
    seal = {"seal": digest(plain, text)} if sealed else {}
    return save(plain, metadata={"record": text, **seal})


def digest(tensors: Mapping[str, torch.Tensor], text: str) -> str:
    """Hash the tensors of a checkpoint with their names, types and shapes, and its record.

    Args:
        tensors: by name, on the processor.
        text: the record as it is stored.

    Returns:
        A SHA-256 in hexadecimal.
    """
    found = hashlib.sha256(text.encode())
    for name, tensor in sorted(tensors.items()):
        found.update(f"\n{name} {tensor.dtype} {list(tensor.shape)}\n".encode())
        if tensor.numel():
            found.update(tensor.contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return found.hexdigest()


def read(path: Path, *, sealed: bool = False) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Read what :func:`write` wrote.

    Args:
        path: the safetensors file.
        sealed: whether it must carry a digest.

    Returns:
        Tensors by name, in alphabetical order, and the record.

    Raises:
        DataError: the file is missing, damaged, or carries no record; or it has no digest or
            another one, where it must have one.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: expected a safetensors file, found {error}") from error
    return decode(content, path, sealed=sealed)


def decode(
    content: bytes, path: Path, *, sealed: bool = False
) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Undo :func:`encode`.

    Args:
        content: of a safetensors file.
        path: where it lies; named in the errors.
        sealed: as for :func:`read`.

    Returns:
        Tensors by name, in alphabetical order, and the record.

    Raises:
        DataError: as :func:`read`.
    """
    try:
        # The library's own order is another one at each call.
        tensors = dict(sorted(load(content).items()))
    except SafetensorError as error:
        raise DataError(f"{path}: expected a safetensors file, found {error}") from error
    length = int.from_bytes(content[:8], "little")
    metadata = json.loads(content[8 : 8 + length]).get("__metadata__", {})
    if "record" not in metadata:
        raise DataError(f"{path}: expected a record in the header, found none")
    if sealed:
        expected, found = metadata.get("seal", "none"), digest(tensors, metadata["record"])
        if found != expected:
            raise DataError(
                f"{path}: expected tensors and a record of digest {expected}, found {found}; "
                "delete it to train anew"
            )
    try:
        return tensors, json.loads(metadata["record"])
    except ValueError as error:
        raise DataError(f"{path}: expected a record in JSON, found {error}") from error


def sha256(path: Path) -> str:
    """Hash a file.

    Args:
        path: the file.

    Returns:
        Its SHA-256 in hexadecimal.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
