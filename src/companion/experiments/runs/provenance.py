"""Where a result comes from: code, libraries and machine."""

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

import torch

from companion.experiments.data.loading import Images
from companion.experiments.results.types import Provenance, Stage
from companion.experiments.runs.processor import model
from companion.experiments.runs.settings import Used
from companion.files import ROOT
from companion.git import changed, git

LIBRARIES = ("foolbox", "maxpooling", "numpy", "torch")
CODE = (
    *("src/companion/experiments", "src/companion/files.py"),
    *("src/maxpooling/errors.py", "data/sources.toml"),
)


def provenance(
    dataset: Images, *, profile: str, device: str, precision: Used, life: Sequence[Stage]
) -> Provenance:
    """Say where the numbers of a run come from.

    Args:
        dataset: its verified checksums are recorded.
        profile: of the run.
        device: ``"cpu"`` or ``"cuda"``.
        precision: that the convolutions had in training.
        life: the stages of training of each process, in their order, and that of the attack.

    Returns:
        JSON data, as the results' schema says; nothing that names a place on this machine. The
        commit is that of now. Code with changes counts wherever in the run it had them.
    """
    now = stage(device)
    return {
        "profile": profile,
        "commit": now["commit"],
        "uncommitted": now["uncommitted"] or any(one["uncommitted"] for one in life),
        "data_md5": dict(dataset.md5),
        "versions": now["versions"],
        "device": device,
        "processor": now["processor"],
        "threads": now["threads"],
        "precision": precision,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "life": list(life),
    }


def stage(device: str) -> Stage:
    """Describe this process as a stage of a run, before it has trained an epoch.

    To be called when the process begins: later, the files may not be the code that it has loaded.

    Args:
        device: ``"cpu"`` or ``"cuda"``.

    Returns:
        JSON data, as the results' schema says.
    """
    return {
        "epochs": [],
        "commit": git(ROOT, "rev-parse", "HEAD") or None,
        "uncommitted": changed(ROOT, *CODE),
        "versions": {name: version(name) for name in LIBRARIES}
        | {"python": platform.python_version()},
        "device": device,
        "processor": _processor(device),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "model": model() if device == "cpu" else "",
        "threads": torch.get_num_threads(),
    }


def _processor(device: str) -> str:
    if device == "cuda":
        return torch.cuda.get_device_name()
    return str(torch.cpu.get_capabilities().get("cpu_name") or platform.machine())
