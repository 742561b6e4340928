"""Two quick cells on a real Slurm, jobs and runs killed on the way: the numbers of a local run.

Marked ``slurm`` and left out of the quick run. Needs slurm-wlm and munge (Debian's or Ubuntu's
packages); skipped without them, unless ``SLURM_REQUIRED`` is set, as in continuous integration.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from slurm_cluster import cluster, missing_programs, said

pytestmark = [pytest.mark.slurm, pytest.mark.timeout(1800)]

CELLS = ("max-relu", "strided-relu")
FOLDER = Path("build/experiments/quick/activation-mnist")
ONLY = f"""
EXPERIMENTS = {{
    "activation-mnist": replace(
        EXPERIMENTS["activation-mnist"],
        variants={{
            name: design
            for name, design in EXPERIMENTS["activation-mnist"].variants.items()
            if name in {CELLS}
        }},
    )
}}
"""


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    missing = missing_programs()
    if missing and os.environ.get("SLURM_REQUIRED"):
        pytest.fail(f"SLURM_REQUIRED is set, but there is no {', '.join(missing)}")
    if missing:
        pytest.skip(f"no {', '.join(missing)} here (packages slurm-wlm and munge)")
    with cluster(tmp_path_factory.mktemp("slurm")) as environment:
        yield environment


def idx(values: "np.ndarray[Any, np.dtype[np.uint8]]") -> bytes:
    """The file format of MNIST."""
    head = bytes([0, 0, 8, values.ndim])
    return head + b"".join(size.to_bytes(4, "big") for size in values.shape) + values.tobytes()


def make_project(folder: Path, root: Path) -> Path:
    """The workflow and its code, with two cells and pictures that need no network."""
    clean = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for part in ("src", "workflow"):
        shutil.copytree(root / part, folder / part, ignore=clean)
    (folder / "requirements.lock").write_text("numpy==1\n")
    (folder / "notebooks").mkdir()
    with (folder / "src/companion/experiments/runs/experiments.py").open("a") as stream:
        stream.write(ONLY)
    random = np.random.default_rng(0)
    cache = folder / "data/cache/mnist"
    cache.mkdir(parents=True)
    lines = ["[mnist.files]"]
    for part, count in (("train", 6000), ("t10k", 2000)):
        labels = random.integers(0, 10, count, dtype=np.uint8)
        images = random.integers(0, 120, (count, 28, 28), dtype=np.uint8)
        for label in range(10):  # a bright row for each class: something to learn
            images[labels == label, 2 * label + 4] = 255
        for name, values in (("images-idx3", images), ("labels-idx1", labels)):
            content = idx(values)
            (cache / f"{part}-{name}-ubyte").write_bytes(content)
            lines.append(f'"{part}-{name}-ubyte" = "{hashlib.md5(content).hexdigest()}"')
    lines += ["[mnist.official]", "folders = []", "archives = {}"]
    (folder / "data/sources.toml").write_text("\n".join(lines) + "\n")
    return folder


def start(project: Path, environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "companion.build.launch", "experiments", "--profile", "quick"]
    return subprocess.Popen(
        [*command, *arguments],
        cwd=project,
        env={**environment, "PYTHONPATH": str(project / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(project: Path, process: subprocess.Popen[str]) -> str:
    """Wait for a run to end well; return all that it said."""
    shown, _ = process.communicate()
    path = project / "build/logs/experiments-quick.log"
    log = shown + (path.read_text() if path.is_file() else "")
    assert process.returncode == 0, log
    return log


def wait_for(met: Callable[[], Any], process: subprocess.Popen[str]) -> Any:
    while not (found := met()):
        assert process.poll() is None, process.communicate()[0]
        time.sleep(0.1)
    return found


def jobs(environment: dict[str, str], states: str = "R") -> set[str]:
    return set(said(environment, "squeue", "--array", "-h", "-t", states, "-o", "%i").split())


def first_epoch(checkpoint: Path) -> float:
    """How long it took: two trainings of the same epoch differ in that."""
    with safe_open(checkpoint, framework="pt") as stored:
        record = json.loads(stored.metadata()["record"])
    return float(record["curve"][0]["seconds"])


def numbers(project: Path, variant: str) -> dict[str, Any]:
    """A cell's result, apart from when and how fast it was made."""
    result: dict[str, Any] = json.loads((project / FOLDER / variant / "seed0.json").read_text())
    del result["seconds"], result["provenance"]["finished"]
    for row in result["curve"]:
        del row["seconds"]
    return result


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, root: Path
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Results of a local run, and the hashes of the weights' files."""
    project = make_project(tmp_path_factory.mktemp("local"), root)
    finish(project, start(project, dict(os.environ)))
    return {name: numbers(project, name) for name in CELLS}, weights(project)


def weights(project: Path) -> dict[str, str]:
    return {
        name: hashlib.sha256(
            (project / FOLDER / name / "seed0.safetensors").read_bytes()
        ).hexdigest()
        for name in CELLS
    }


SLURM = ("--slurm", "--slurm-init-seconds-before-status-checks", "3")


def test_a_killed_job_and_a_killed_run_cost_nothing(
    slurm: dict[str, str],
    undisturbed: tuple[dict[str, dict[str, Any]], dict[str, str]],
    tmp_path: Path,
    root: Path,
) -> None:
    project = make_project(tmp_path, root)
    run = start(project, slurm, *SLURM)

    # A job is killed after its first epoch: the run sends another, which goes on from there.
    saved = wait_for(lambda: list((project / FOLDER).glob("*/seed0.*.checkpoint.safetensors")), run)
    variant, seconds = saved[0].parent.name, first_epoch(saved[0])
    first = jobs(slurm)
    assert first
    said(slurm, "scancel", "--signal=KILL", "--full", *first)
    wait_for(lambda: jobs(slurm, "R,PD") - first, run)

    # The run itself is killed, and its jobs live on: the next run cancels them, and finishes.
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert jobs(slurm, "R,PD")
    log = finish(project, start(project, slurm, *SLURM))
    assert "that a killed run left in the queue" in log
    assert "--unlock" not in log

    expected, hashes = undisturbed
    assert {name: numbers(project, name) for name in CELLS} == expected
    assert weights(project) == hashes
    assert jobs(slurm, "R,PD") == set()
    curve = json.loads((project / FOLDER / variant / "seed0.json").read_text())["curve"]
    assert curve[0]["seconds"] == seconds  # not trained again
