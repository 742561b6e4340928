"""Notebooks' processes: no port, nothing left behind, many at once, one more try."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest

from companion.build import run_notebook
from companion.build.kernel import private_kernel
from companion.build.run_notebook import NotebookError, execute

AT_ONCE = 40
ADDRESSES = """
import psutil
process = psutil.Process()
print(process.net_connections(kind="inet"), len(process.net_connections(kind="unix")) > 0)
"""


def notebook(path: Path, code: str) -> Path:
    """A notebook of one cell."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbformat.write(made, path)
    return path


def printed(path: Path) -> str:
    """What the cell of an executed notebook printed."""
    done: Any = nbformat.read(path, as_version=4)
    return str(done.cells[0].outputs[0].text)


def test_no_port_is_open(tmp_path: Path) -> None:
    execute(notebook(tmp_path / "a.ipynb", ADDRESSES), tmp_path / "b.ipynb", {}, tmp_path)
    assert printed(tmp_path / "b.ipynb") == "[] True\n"


def test_ordinary_kernel_has_ports(tmp_path: Path) -> None:
    """What the test above looks at is there to be seen."""
    source = notebook(tmp_path / "a.ipynb", ADDRESSES)
    papermill.execute_notebook(
        source, tmp_path / "b.ipynb", kernel_name="python3", progress_bar=False
    )
    assert "status='LISTEN'" in printed(tmp_path / "b.ipynb")


def test_folder_is_private_and_gone_afterwards() -> None:
    with private_kernel() as manager:
        folder = Path(manager.connection_file).parent
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


def test_long_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket's name may have 107 characters."""
    long = tmp_path / ("long name " * 12)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    execute(notebook(tmp_path / "a.ipynb", "print(1)"), tmp_path / "b.ipynb", {}, tmp_path)
    assert printed(tmp_path / "b.ipynb") == "1\n"


def test_many_at_once(tmp_path: Path) -> None:
    """Each in a process of its own, as the workflow runs them."""

    def run(number: int) -> int:
        source = notebook(tmp_path / f"{number}.ipynb", f"print({number})")
        code = (
            "import sys; from pathlib import Path;"
            "from companion.build.run_notebook import execute;"
            "execute(Path(sys.argv[1]), Path(sys.argv[2]), {}, Path(sys.argv[3]))"
        )
        output = tmp_path / f"{number}.done.ipynb"
        command = [sys.executable, "-c", code, str(source), str(output), str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return int(printed(output))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(run, range(AT_ONCE))) == list(range(AT_ONCE))


@pytest.mark.parametrize("deaths", [1, 2])
def test_stillborn_kernel_is_started_once_more(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    deaths: int,
) -> None:
    calls = []

    def die(*_: object, **__: object) -> None:
        calls.append(1)
        if len(calls) <= deaths:
            raise RuntimeError(run_notebook.STILLBORN)

    monkeypatch.setattr(papermill, "execute_notebook", die)
    if deaths == 1:
        execute(tmp_path / "a.ipynb", tmp_path / "b.ipynb", {}, tmp_path)
        assert "started once more" in capsys.readouterr().err
    else:
        with pytest.raises(NotebookError, match="twice"):
            execute(tmp_path / "a.ipynb", tmp_path / "b.ipynb", {}, tmp_path)
    assert len(calls) == 2


def test_other_failures_are_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def fail(*_: object, **__: object) -> None:
        calls.append(1)
        raise RuntimeError("something else")

    monkeypatch.setattr(papermill, "execute_notebook", fail)
    with pytest.raises(RuntimeError, match="something else"):
        execute(tmp_path / "a.ipynb", tmp_path / "b.ipynb", {}, tmp_path)
    assert len(calls) == 1
