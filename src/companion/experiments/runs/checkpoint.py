"""Checkpoints: tensors and a JSON record in one safetensors file, written whole or not at all."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from companion.files import write_whole
from maxpooling.errors import DataError


def write(path: Path, tensors: Mapping[str, torch.Tensor], record: Mapping[str, Any]) -> None:
    """Write tensors and a record in one step of the file system.

    Args:
        path: the safetensors file.
        tensors: by name; they are stored contiguously, whatever their memory format.
        record: JSON data, stored in the file's header.

    Raises:
        DataError: no disk space is left.
    """
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    write_whole(path, save(plain, metadata={"record": json.dumps(record)}))


def read(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Read what :func:`write` wrote.

    Args:
        path: the safetensors file.

    Returns:
        Tensors by name, and the record.

    Raises:
        DataError: the file is missing, damaged, or carries no record.
    """
    try:
        with safe_open(path, framework="pt") as stored:
            record = (stored.metadata() or {}).get("record")
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise DataError(f"{path}: expected a safetensors file, found {error}") from error
    if record is None:
        raise DataError(f"{path}: expected a record in the header, found none")
    return tensors, json.loads(record)


def sha256(path: Path) -> str:
    """Hash a file.

    Args:
        path: the file.

    Returns:
        Its SHA-256 in hexadecimal.
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
