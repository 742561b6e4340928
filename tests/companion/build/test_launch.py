"""The launcher: one run at a time, the others wait, and no trace of a killed one."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from companion.build.launch import MARK, lane_of, sole_run, stop_orphans
from companion.build.run_notebook import declared_cells, read_notebook
from companion.experiments.runs.settings import PROFILES

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]


def hold(folder: Path, name: str = "first") -> "subprocess.Popen[str]":
    """A process that takes the book's lane, says so, and keeps it until it is killed."""
    code = (
        "from pathlib import Path; from companion.build.launch import sole_run; import time\n"
        f"with sole_run('book', Path({str(folder)!r})):\n"
        f"    Path({str(folder / name)!r}).touch(); print('held', flush=True); time.sleep(60)\n"
    )
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_second_run_of_a_lane_waits_until_the_first_is_dead(tmp_path: Path) -> None:
    first = hold(tmp_path)
    assert said(first) == "held\n"
    second = hold(tmp_path, "second")
    try:
        assert said(second) == "another run is under way here; this one starts when it ends\n"
        with sole_run("experiments-cpu", tmp_path):  # another lane is free
            assert second.poll() is None
        time.sleep(0.5)
        assert not (tmp_path / "second").exists()
        first.kill()
        assert said(second) == "held\n"
    finally:
        for process in (first, second):
            process.kill()
            process.wait()
    with sole_run("book", tmp_path):
        pass


def test_runs_that_write_the_same_cells_share_a_lane(root: Path) -> None:
    asked = {declared_cells(read_notebook(path)) for path in (root / "notebooks").glob("*.py")}
    assert {lane_of(profile) for profile in asked} == {"book"}
    assert len({lane_of(profile) for profile in PROFILES}) == len(PROFILES)


def test_only_orphans_with_the_mark_are_stopped() -> None:
    ours, other = (
        subprocess.Popen(SLEEP, env={**os.environ, MARK: mark}, stdout=subprocess.PIPE)
        for mark in ("here:book", "elsewhere:book")
    )
    for process in (ours, other):
        assert process.stdout is not None
        process.stdout.readline()
    try:
        assert stop_orphans("here:book") == 1
        assert not psutil.pid_exists(ours.pid)
        assert other.poll() is None
        assert stop_orphans("here:book") == 0
    finally:
        other.kill()
        other.wait()


def test_a_notebook_that_does_not_exist_is_named_with_those_that_do(root: Path) -> None:
    command = [sys.executable, "-m", "companion.build.launch", "--notebook", "typo"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 1
    assert done.stderr.startswith("error: NAME='typo': allowed are a_algebraic, ")
    for path in (root / "notebooks").glob("*.py"):
        assert path.stem in done.stderr
    assert "Traceback" not in done.stderr
