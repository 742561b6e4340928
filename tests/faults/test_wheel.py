"""A wheel that was damaged on its way is refused by pip, which has the digest from our line."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from companion.build import downloads

METADATA = "Metadata-Version: 2.1\nName: maxpooling\nVersion: 1.0\nProvides-Extra: notebooks\n"
TAGS = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
INFO = "maxpooling-1.0.dist-info"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / "downloads" / "maxpooling-1.0-py3-none-any.whl"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("toy.py", "ONE = 1\n")
        made.writestr(f"{INFO}/METADATA", METADATA)
        made.writestr(f"{INFO}/WHEEL", TAGS)
        made.writestr(f"{INFO}/RECORD", "")
    return path


def install(line: str, target: Path) -> "subprocess.CompletedProcess[str]":
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    command = [*pip, "--disable-pip-version-check", "--target", str(target), line]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_pip_compares_the_digest_of_the_line(wheel: Path, tmp_path: Path) -> None:
    line = downloads.requirement(wheel, wheel.parents[1].as_uri())
    done = install(line, tmp_path / "whole")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "whole" / "toy.py").is_file()
    content = bytearray(wheel.read_bytes())
    content[12] ^= 1  # in the date of a member, which no checksum of the archive covers
    wheel.write_bytes(content)
    done = install(line, tmp_path / "damaged")
    assert done.returncode != 0
    assert "Expected sha256" in done.stderr
    assert wheel.name in done.stderr
    assert not (tmp_path / "damaged").exists()
