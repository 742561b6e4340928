"""The library's own wheel: small, without the companion, with a command, and with ranges."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from companion.build.downloads import PROJECT


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as pip builds a checkout, in a copy of it."""
    folder = tmp_path_factory.mktemp("library")
    for name in PROJECT:
        shutil.copy2(root / name, folder)
    clean = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(root / "src", folder / "src", ignore=clean)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder / "made"), "."]
    environment = {k: v for k, v in os.environ.items() if k != "MAXPOOLING_WITH_COMPANION"}
    subprocess.run(command, cwd=folder, env={**environment, "PIP_NO_INDEX": "1"}, check=True)
    (made,) = (folder / "made").glob("*.whl")
    return made


def test_the_library_alone_below_one_megabyte(wheel: Path) -> None:
    assert wheel.stat().st_size < 1_000_000
    with zipfile.ZipFile(wheel) as archive:
        folders = {name.partition("/")[0] for name in archive.namelist()}
        assert "maxpooling/py.typed" in archive.namelist()
    assert folders == {"maxpooling", "maxpooling-0.1.0.dist-info"}


def test_the_core_asks_for_little_and_in_ranges(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        metadata = Parser().parsestr(archive.read("maxpooling-0.1.0.dist-info/METADATA").decode())
    asked = [Requirement(line) for line in metadata.get_all("Requires-Dist") or []]
    core = [one for one in asked if one.marker is None]
    assert {one.name for one in core} == {"numpy", "python-flint"}
    assert all(part.operator in (">=", "<") for one in asked for part in one.specifier)


def test_the_command_is_installed(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "home")
    inside = tmp_path / "home" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(inside / "python"), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)
    assert (inside / "maxpooling").is_file()
    code = "import importlib.metadata as m; print(m.version('maxpooling'))"
    version = subprocess.run([inside / "python", "-c", code], capture_output=True, check=True)
    assert version.stdout == b"0.1.0\n"
