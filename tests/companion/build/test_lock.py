"""pyproject.toml, the locks and environment.yml name the same versions, and hashes are compared."""

import hashlib
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from companion.build import environment
from companion.build.lock import (
    CUDA_LOCK,
    LOCK,
    ONLY_LINUX,
    Locked,
    direct_requirements,
    environment_yml,
    lock_text,
    read_lock,
    with_cpu_builds,
)
from maxpooling.errors import DataError

HASH = f"sha256:{64 * '0'}"


def versions(pins: list[str]) -> dict[str, str]:
    parsed = [Requirement(pin) for pin in pins]
    return {canonicalize_name(one.name): str(one.specifier) for one in parsed}


@pytest.fixture(scope="module")
def locked(root: Path) -> list[Locked]:
    return read_lock((root / LOCK).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def for_cuda(root: Path) -> list[Locked]:
    return read_lock((root / CUDA_LOCK).read_text(encoding="utf-8"))


def test_every_range_holds_the_version_that_is_locked(root: Path, locked: list[Locked]) -> None:
    direct = [Requirement(line) for line in direct_requirements(root / "pyproject.toml")]
    lock = {
        name: text.removeprefix("==") for name, text in versions([p.pin for p in locked]).items()
    }
    assert len(direct) > 20
    for one in direct:
        assert one.specifier.contains(lock[canonicalize_name(one.name)]), one


def test_no_exact_pin_stands_in_the_metadata(root: Path) -> None:
    """Whoever installs the package keeps the versions that he has, if they are in the range."""
    for line in direct_requirements(root / "pyproject.toml"):
        operators = {part.operator for part in Requirement(line).specifier}
        assert operators <= {">=", "<"}, line


def test_every_pin_is_exact_and_has_hashes(locked: list[Locked], for_cuda: list[Locked]) -> None:
    for one in (*locked, *for_cuda):
        assert re.fullmatch(r"[\w.-]+==[\w.]+", one.pin)
        assert one.hashes
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", value) for value in one.hashes), one.pin


def test_what_is_installed_here_is_locked(locked: list[Locked], for_cuda: list[Locked]) -> None:
    """Whatever a locked package asks for is locked too: pip is told to look for nothing more."""
    pinned = {canonicalize_name(one.pin.partition("==")[0]) for one in (*locked, *for_cuda)}
    for name in sorted(pinned):
        try:
            asked = distribution(name).requires or []
        except PackageNotFoundError:
            continue  # for another system
        for text in asked:
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
                assert canonicalize_name(wanted.name) in pinned, f"{name} asks for {text}"


def test_cuda_apart(locked: list[Locked], for_cuda: list[Locked]) -> None:
    """The second lock holds what PyTorch's CUDA build asks for and nothing else."""
    assert [one.pin for one in locked if ONLY_LINUX in one.marker] == []
    assert [one.pin for one in for_cuda if ONLY_LINUX not in one.marker] == []
    names = [one.pin for one in for_cuda]
    assert [name for name in names if not name.startswith(("nvidia-", "cuda-", "triton="))] == []


def test_locks_name_no_address(root: Path) -> None:
    """They hold wherever the files are fetched from."""
    for name in (LOCK, CUDA_LOCK, "environment.yml"):
        text = (root / name).read_text(encoding="utf-8")
        assert "//" not in text
        assert "index" not in text


def test_lock_is_read_as_written(root: Path, locked: list[Locked]) -> None:
    assert read_lock(lock_text(locked)) == locked
    assert lock_text(locked) == (root / LOCK).read_text(encoding="utf-8")


@pytest.mark.parametrize("line", ["a==1", "a>=1 --hash=sha256:0", "--no-binary x"])
def test_damaged_lock_is_refused(line: str) -> None:
    with pytest.raises(DataError, match="expected name==version and hashes, found"):
        read_lock(f"{line}\n")


def test_cpu_build_stays_locked_where_it_is_not_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companion.build.lock.hashes_at_hand", lambda _pin: set())
    new = [Locked("torch==2", "", ("b",)), Locked("numpy==1", "", ("d",))]
    old = [Locked("torch==2", "", ("a", "b")), Locked("numpy==1", "", ("c",))]
    assert with_cpu_builds(new, old) == [
        Locked("torch==2", "", ("a", "b")),
        Locked("numpy==1", "", ("d",)),
    ]
    assert with_cpu_builds(new, [Locked("torch==1", "", ("a",))]) == new


def test_pip_refuses_another_file(tmp_path: Path) -> None:
    """The same options as in the environment's making, and a file that is not the one locked."""
    name = "it-1-py3-none-any.whl"
    with zipfile.ZipFile(tmp_path / name, "w") as wheel:
        wheel.writestr("it-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: it\nVersion: 1\n")
        wheel.writestr("it-1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("it-1.dist-info/RECORD", "")
    digest = hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
    pip = [sys.executable, "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-index"]
    for value, status in ((f"sha256:{digest}", 0), (HASH, 1)):
        lock = tmp_path / "lock"
        lock.write_text(lock_text([Locked("it==1", "", (value,))]))
        target = ["--find-links", str(tmp_path), "--target", str(tmp_path / "to"), "-r", str(lock)]
        done = subprocess.run([*pip, *target], capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
    assert "DO NOT MATCH THE HASHES" in done.stderr


def test_environment_is_made_with_hashes(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No file of a lock is installed without its hash, that of CUDA included."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> "subprocess.CompletedProcess[bytes]":
        commands.append(command)
        failed = command[-1] == "check"  # as where PyTorch needs CUDA
        return subprocess.CompletedProcess(command, int(failed))

    for name in environment.LOCKS:
        (tmp_path / name).write_text((root / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr("companion.build.environment.subprocess.run", run)
    environment.install_packages(tmp_path / ".venv")
    installs = [" ".join(command) for command in commands if "install" in command]
    of_a_lock = [one for one in installs if " -r " in one]
    assert len(of_a_lock) == 4
    assert all("--no-deps --no-build-isolation --require-hashes" in one for one in of_a_lock)
    (other,) = (one for one in installs if one not in of_a_lock)
    assert other.split()[-2:] == ["-e", "."]
    assert "--no-deps" in other


def test_environment_yml_is_the_lock(root: Path, locked: list[Locked]) -> None:
    text = (root / "environment.yml").read_text(encoding="utf-8")
    assert text == environment_yml(locked)
    pip = yaml.safe_load(text)["dependencies"][-1]["pip"]
    assert pip == [*(one.requirement for one in locked), "-e ."]


def test_python_versions_agree(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    conda = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    minimum = project["project"]["requires-python"].removeprefix(">=")
    assert project["tool"]["mypy"]["python_version"] == minimum
    assert f"python={minimum}" in conda["dependencies"]


def test_version_stands_in_one_more_place_only(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    version = project["project"]["version"]
    assert citation["version"] == version
    assert f"## {version}" in changelog
