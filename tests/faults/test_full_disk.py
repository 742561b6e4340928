"""No room on the disk: a command says which file and ends, and leaves what was there."""

import errno
import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from companion.files import no_room, write_whole
from maxpooling.errors import DataError

NOTEBOOK = """# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %%
from companion.pages.publishing import record

record(text="long" * 3000)
"""


def execute(folder: Path, most: int) -> "subprocess.CompletedProcess[str]":
    """Run the notebook in a process that may write no file longer than ``most`` bytes."""
    code = (
        "import sys; from pathlib import Path; from companion.build import run_notebook as r\n"
        f"r.ROOT = Path({str(folder)!r}); sys.argv = ['run', 'notebooks/toy.py']\n"
        "sys.exit(r.main())\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("most", [300, 6000])  # too little for the notebook; for its values
def test_a_notebook_ends_with_a_line_and_leaves_nothing(tmp_path: Path, most: int) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "toy.py").write_text(NOTEBOOK)
    done = execute(tmp_path, most)
    assert done.returncode == 1
    assert "error: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "room" in done.stderr
    assert not (tmp_path / "build/results/toy").exists()
    assert not (tmp_path / "build/notebooks/toy.ipynb").exists()
    done = execute(tmp_path, 10**7)
    assert done.returncode == 0, done.stderr
    values = json.loads((tmp_path / "build/results/toy/values.json").read_text())
    assert values == {"text": "long" * 3000}


def test_a_file_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "record.json"
    write_whole(path, b"old")
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):

        def full(handle: int, number: int = number) -> None:
            raise OSError(number, "no room")

        monkeypatch.setattr("os.fsync", full)
        with pytest.raises(DataError, match=r"record\.json: expected room for 3 bytes"):
            write_whole(path, b"new")
        assert path.read_bytes() == b"old"
        assert [one.name for one in tmp_path.iterdir()] == ["record.json"]


def test_other_errors_keep_their_own_words() -> None:
    assert "expected room on the disk" in no_room(OSError(errno.ENOSPC, "full", "a.ipynb"))
    with pytest.raises(PermissionError):
        no_room(PermissionError(errno.EACCES, "forbidden", "a.ipynb"))
