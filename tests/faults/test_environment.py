"""The environment is made once, whole, and again only from another lock."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from companion.build.environment import LOCKS, ensure


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in LOCKS:
        (tmp_path / name).write_text("numpy==1\n")
    return tmp_path


def fill(folder: Path) -> None:
    folder.mkdir()
    (folder / "package").write_text("whole")


def never(folder: Path) -> None:
    raise AssertionError(f"{folder} was made again")


def start(project: Path, install: str) -> "subprocess.Popen[str]":
    """A process that makes the environment with a shell command as its installation."""
    code = (
        "import subprocess, sys; from pathlib import Path\n"
        "from companion.build.environment import ensure\n"
        "def install(folder):\n"
        "    folder.mkdir()\n"
        f"    subprocess.run({install!r}, shell=True, cwd=folder, close_fds=False, check=True)\n"
        f"print(ensure(Path({str(project)!r}), install), flush=True)\n"
    )
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.05)


def test_content_of_the_lock_decides_not_dates(project: Path) -> None:
    assert ensure(project, fill)
    for moment in (0, time.time() + 10**7):
        os.utime(project / "requirements.lock", (moment, moment))
        assert not ensure(project, never)
    (project / "requirements.lock").write_text("numpy==2\n")
    os.utime(project / "requirements.lock", (0, 0))
    assert ensure(project, fill)


def test_a_failed_installation_is_begun_anew(project: Path) -> None:
    def fail(folder: Path) -> None:
        fill(folder)
        (folder / "half").touch()
        raise subprocess.CalledProcessError(1, "pip")

    with pytest.raises(subprocess.CalledProcessError):
        ensure(project, fail)
    assert ensure(project, fill)
    assert not (project / ".venv" / "half").exists()


def test_after_a_kill_its_child_ends_before_the_folder_is_made_anew(project: Path) -> None:
    """What the killed run had started must not write into the new folder."""
    folder, go = project / ".venv", project / "go"
    orphan = f"touch half; while [ ! -e '{go}' ]; do sleep 0.05; done; touch late"
    killed = start(project, orphan)
    wait_for(folder / "half")
    killed.kill()
    killed.wait()
    second = start(project, "touch package")
    assert second.stdout is not None
    assert second.stdout.readline() == "another run makes the environment; waiting for it\n"
    assert (folder / "half").exists()
    go.touch()
    assert second.stdout.readline() == "True\n"
    assert second.wait() == 0
    assert sorted(path.name for path in folder.iterdir()) == [".complete", "package"]


def test_two_at_once_make_it_once(project: Path) -> None:
    first, second = (start(project, "sleep 0.5; echo x >> ../made") for _ in range(2))
    said = [process.communicate()[0].splitlines()[-1] for process in (first, second)]
    assert sorted(said) == ["False", "True"]
    assert (project / "made").read_text() == "x\n"
