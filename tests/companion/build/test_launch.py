"""The launcher: one run at a time, and no trace of a killed one."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from companion.build.launch import MARK, BusyError, sole_run, stop_orphans

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]


def test_second_run_of_a_lane_is_refused(tmp_path: Path) -> None:
    with sole_run("book", tmp_path):
        with pytest.raises(BusyError, match="another run of 'book'"), sole_run("book", tmp_path):
            pass
        with sole_run("experiments-cpu", tmp_path):
            pass
    with sole_run("book", tmp_path):
        pass


def test_lock_of_a_killed_run_is_free(tmp_path: Path, root: Path) -> None:
    code = (
        "from pathlib import Path; from companion.build.launch import sole_run; import time\n"
        f"with sole_run('book', Path({str(tmp_path)!r})):\n"
        "    print('held', flush=True); time.sleep(60)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(BusyError), sole_run("book", tmp_path):
        pass
    holder.kill()
    holder.wait()
    with sole_run("book", tmp_path):
        pass


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
