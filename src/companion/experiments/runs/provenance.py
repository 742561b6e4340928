"""Where a result comes from: code, libraries and machine."""

import platform
from datetime import UTC, datetime
from importlib.metadata import version

import torch

from companion.experiments.data.loading import Images
from companion.experiments.results.types import Provenance
from companion.experiments.runs.settings import Used
from companion.files import ROOT
from companion.git import changed, git

LIBRARIES = ("foolbox", "maxpooling", "numpy", "torch")
CODE = (
    *("src/companion/experiments", "src/companion/files.py"),
    *("src/maxpooling/errors.py", "data/sources.toml"),
)


def provenance(dataset: Images, *, profile: str, device: str, precision: Used) -> Provenance:
    """Say where the numbers of a run come from.

    Args:
        dataset: its verified checksums are recorded.
        profile: of the run.
        device: ``"cpu"`` or ``"cuda"``.
        precision: that the convolutions had in training.

    Returns:
        JSON data, as the results' schema says; nothing that names a place on this machine.
    """
    return {
        "profile": profile,
        "commit": git(ROOT, "rev-parse", "HEAD") or None,
        "uncommitted": changed(ROOT, *CODE),
        "data_md5": dict(dataset.md5),
        "versions": {name: version(name) for name in LIBRARIES}
        | {"python": platform.python_version()},
        "device": device,
        "processor": _processor(device),
        "threads": torch.get_num_threads(),
        "precision": precision,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _processor(device: str) -> str:
    if device == "cuda":
        return torch.cuda.get_device_name()
    return str(torch.cpu.get_capabilities().get("cpu_name") or platform.machine())
