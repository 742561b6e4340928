"""A copy of the repository, as far as one cheap chapter needs it, and ``make`` there."""

import hashlib
import json
import os
import shutil
import subprocess
import sysconfig
import venv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from companion.build.environment import LOCKS

CHAPTER = "cheap"
COPIED = (
    *("src", "workflow", "data/paper", "Makefile"),
    *("requirements.lock", "requirements-cuda.lock"),
)
# What a run tells of itself and no two runs share.
OF_ONE_RUN = ("seconds", "hardware")


@dataclass
class Done:
    """What a command left.

    Attributes:
        status: its exit status.
        said: both of its streams.
        files: of the executed notebook and its results: path below ``build``, and content.
    """

    status: int
    said: str
    files: dict[str, bytes] = field(repr=False)


def make_project(folder: Path, root: Path) -> Path:
    """Copy what is needed to ``folder``, with an environment that borrows the packages of ours."""
    clean = shutil.ignore_patterns("__pycache__", "*.egg-info")
    folder.mkdir(parents=True)
    for name in COPIED:
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / name, ignore=clean)
        else:
            shutil.copy2(root / name, folder / name)
    (folder / "data" / "sources.toml").write_text("")  # no image data
    (folder / "notebooks").mkdir()
    shutil.copy2(Path(__file__).with_name("chapter.py"), folder / "notebooks" / f"{CHAPTER}.py")
    venv.create(folder / ".venv", symlinks=True)
    site = next((folder / ".venv").glob("lib/python*/site-packages"))
    # Relative to that folder, so that the project's own odd name is not in here.
    borrowed = f"../../../../src\n{sysconfig.get_path('purelib')}\n"
    (site / "borrowed.pth").write_text(borrowed, encoding="utf-8")
    locks = b"".join((folder / name).read_bytes() for name in LOCKS)
    stamp = hashlib.sha256(locks).hexdigest()
    (folder / ".venv" / ".complete").write_text(stamp, encoding="utf-8")
    return folder


def make(
    project: Path,
    environment: Mapping[str, str],
    before: Callable[[], None] | None = None,
    name: str = CHAPTER,
) -> Done:
    """Run ``make notebook``; ``before`` runs in the process that becomes ``make``."""
    command = [str(shutil.which("make")), "--no-print-directory", "notebook", f"NAME={name}"]
    done = subprocess.run(
        command,
        cwd=project,
        env=environment,
        preexec_fn=before,
        capture_output=True,
        check=False,
        timeout=300,
    )
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    return Done(done.returncode, said, written(project / "build"))


def written(build: Path) -> dict[str, bytes]:
    """Notebook and results, without what a run tells of itself."""
    found = [build / "notebooks" / f"{CHAPTER}.ipynb", *(build / "results").rglob("[!.]*")]
    files = {str(path.relative_to(build)): path.read_bytes() for path in found if path.is_file()}
    for name, content in files.items():
        if name.endswith("provenance.json"):
            about = {k: v for k, v in json.loads(content).items() if k not in OF_ONE_RUN}
            files[name] = json.dumps(about).encode()
    return files


def plain() -> dict[str, str]:
    """The variables of this process, without those that would lead to another tree."""
    ours = ("PYTHONPATH", "MAXPOOLING_", "COMPANION_", "PYTEST_", "MAKE", "MFLAGS")
    return {name: text for name, text in os.environ.items() if not name.startswith(ours)}
