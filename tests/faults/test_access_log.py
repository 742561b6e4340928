"""The record of opened files: without room for it, a notebook has not "read nothing"."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from companion.build.run_notebook import ACCESS_LOG, NotebookError, files_read


def opened(root: Path, most: int, code: str = "open('data/one.csv'); open('data/two.csv')") -> Path:
    """The record of a process that runs some code and may write ``most`` bytes a file."""
    (root / "data").mkdir()
    for name in ("one.csv", "two.csv"):
        (root / "data" / name).touch()
    log = root / "opened.log"
    code = f"exec(open({str(ACCESS_LOG)!r}).read())\n{code}\n"
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        env={**os.environ, "COMPANION_ACCESS_LOG": str(log)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        check=True,
    )
    return log


def test_with_room(tmp_path: Path) -> None:
    assert files_read(opened(tmp_path, 10**6), tmp_path) == ["data/one.csv", "data/two.csv"]


def test_a_process_that_opens_nothing_leaves_a_record(tmp_path: Path) -> None:
    log = opened(tmp_path, 10**6, "")
    assert log.stat().st_size
    assert files_read(log, tmp_path) == []


@pytest.mark.parametrize("most", [10, 60, 200])  # of the first line, and of later ones
def test_without_room(tmp_path: Path, most: int) -> None:
    with pytest.raises(NotebookError, match=r"opened\.log: expected .* no room on the disk"):
        files_read(opened(tmp_path, most), tmp_path)
