"""A notebook downloaded alone runs where the wheel is installed and nothing else of ours is."""

import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import nbformat
import pytest

from companion.build import downloads
from companion.build.run_notebook import read_notebook
from maxpooling.digests import read_list

# One that reads a published table; one that reads recorded runs and samples, and loads weights.
CHAPTERS = ("d_optimal_error", "e_experiments")
WHEEL = "maxpooling-1.0-py3-none-any.whl"


class Run(Protocol):
    def __call__(self, *arguments: str, cwd: Path) -> str: ...


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return downloads.build_wheel(root, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment: our package from the wheel, the rest from here."""
    home = tmp_path_factory.mktemp("reader")
    venv.create(home)
    inside = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(inside), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)
    # Only now: pip must not take this environment's editable installation for the reader's.
    site = next(home.glob("lib/python*/site-packages"))
    (site / "rest.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return inside


@pytest.fixture(scope="module")
def run(python: Path) -> Run:
    """Run the reader's Python in a folder, with nothing of ours in the environment."""
    ours = ("MAXPOOLING_", "COMPANION_", "PYTHON")
    clean = {name: text for name, text in os.environ.items() if not name.startswith(ours)}

    def call(*arguments: str, cwd: Path) -> str:
        command = [str(python), *arguments]
        done = subprocess.run(
            command, cwd=cwd, env=clean, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return call


class TestAlone:
    def test_package_and_data_come_from_the_wheel(
        self, python: Path, run: Run, tmp_path: Path
    ) -> None:
        code = "from companion import published as p\nprint(p.__file__)\nprint(p.data_folder())"
        places = run("-c", code, cwd=tmp_path).splitlines()
        assert all(place.startswith(str(python.parents[1])) for place in places)

    @pytest.mark.parametrize("name", CHAPTERS)
    def test_chapter_runs(
        self, name: str, root: Path, wheel: Path, run: Run, tmp_path: Path
    ) -> None:
        notebook = read_notebook(root / "notebooks" / f"{name}.py")
        nbformat.write(downloads.runs_alone(notebook, wheel, ""), tmp_path / "it.ipynb")
        run("-m", "papermill", "--no-progress-bar", "it.ipynb", "done.ipynb", cwd=tmp_path)
        executed = nbformat.read(tmp_path / "done.ipynb", as_version=4)
        outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
        shown = "".join(str(output.get("data", {}).get("text/html", "")) for output in outputs)
        assert "<img" in shown
        assert "<table" in shown
        assert {path.name for path in tmp_path.iterdir()} == {"it.ipynb", "done.ipynb"}


class TestFolder:
    @pytest.fixture
    def executed(self, tmp_path: Path) -> Path:
        path = tmp_path / "s1.ipynb"
        cell = nbformat.v4.new_code_cell("1 + 1", id="cell-0")
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
        return path

    @pytest.fixture
    def folder(
        self, executed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[[str], Path]:
        def fill(address: str) -> Path:
            target = tmp_path / "folder"
            target.mkdir()

            def build_wheel(root: Path, place: Path) -> Path:
                (place / WHEEL).write_bytes(b"a wheel")
                return (place / WHEEL).absolute()

            monkeypatch.setattr(downloads, "build_wheel", build_wheel)
            downloads.write(target, [executed], address)
            return target

        return fill

    def test_published(self, folder: Callable[[str], Path]) -> None:
        made = folder("https://book.example/b/")
        digest = sha256(b"a wheel").hexdigest()
        url = f"https://book.example/b/downloads/{WHEEL}#sha256={digest}"
        assert (made / "pip-line.txt").read_text() == (
            f'pip install "maxpooling[notebooks] @ {url}"\n'
        )
        first, second, third = nbformat.read(made / "notebooks/s1.ipynb", as_version=4).cells
        assert "https://book.example/b" in first.source
        assert url in second.source
        assert third.source == "1 + 1"

    def test_branch_installs_its_own_wheel(self, folder: Callable[[str], Path]) -> None:
        made = folder("https://book.example/b/")
        assert (made / "requirements.txt").read_text() == f"./{WHEEL}[notebooks]\n"
        assert {path.name for path in made.iterdir()} >= {"README.md", "runtime.txt", "notebooks"}
        assert set(read_list(made)) == {WHEEL}

    def test_without_an_address_the_wheel_lies_beside(self, folder: Callable[[str], Path]) -> None:
        cells = nbformat.read(folder("") / "notebooks/s1.ipynb", as_version=4).cells
        assert WHEEL in cells[0].source
        assert f'"./{WHEEL}[notebooks]"' in cells[1].source


def test_wheel_is_the_same_file_twice(root: Path, wheel: Path, tmp_path: Path) -> None:
    assert downloads.build_wheel(root, tmp_path).read_bytes() == wheel.read_bytes()


def test_wheel_holds_data_and_no_bulk(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert "companion/data/paper/appendix_d.csv" in names
    assert wheel.stat().st_size < 12_000_000


def carried(root: Path) -> set[str]:
    """What the wheel shall hold, from the source tree: said here once more, apart from setup.py."""
    held = {".py", ".json", ".typed"}
    code = [
        path
        for path in (root / "src").rglob("*")
        if path.is_file() and (path.suffix in held or path.name == "SHA256SUMS")
    ]
    files = {p.relative_to(root / "src").as_posix() for p in code}
    lists = ("SHA256SUMS", "sources.toml", "results/manifest.csv", "results/outcomes.csv")
    data = [root / "data" / name for name in lists]
    data += [p for name in ("paper", "ours", "samples") for p in (root / "data" / name).iterdir()]
    data += (root / "data" / "results").rglob("*.json")
    files |= {f"companion/{p.relative_to(root).as_posix()}" for p in data}
    pages = [*(root / "notebooks").glob("*.py"), *(root / "book").glob("*.md")]
    pages += [root / "proofs" / name for name in ("accepted.json", "SHA256SUMS")]
    files |= {f"companion/data/{p.relative_to(root).as_posix()}" for p in pages}
    return files


def test_wheel_holds_exactly_what_is_expected(root: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        record = archive.read("maxpooling-0.1.0+companion.dist-info/RECORD").decode().splitlines()
    about = {name for name in names if name.startswith("maxpooling-0.1.0+companion.dist-info/")}
    assert {name.partition("/")[2] for name in about} == {
        *("METADATA", "RECORD", "WHEEL", "entry_points.txt", "top_level.txt"),
        *("licenses/LICENSE", "licenses/LICENSE-TEXT"),
    }
    tensors = {name for name in names if name.endswith(".safetensors")}
    weights = {name for name in tensors if "/outcomes-" not in name}
    assert len(weights) == 10  # those that notebooks and checks load
    assert all(re.match("companion/data/results/(lenet|activation)-", name) for name in weights)
    # What became of every image: all there is of the networks in the record, which intervals take.
    stored = (root / "data" / "results").glob("*-*/*/outcomes-*.safetensors")
    here = {f"companion/{path.relative_to(root).as_posix()}" for path in stored}
    assert tensors - weights == here
    assert names - about - tensors == carried(root)
    # The list inside gives the hash of every file but its own.
    hashed = {line.split(",")[0] for line in record if ",sha256=" in line}
    assert hashed == names - {"maxpooling-0.1.0+companion.dist-info/RECORD"}
