"""Renew ``requirements.lock``, ``requirements-cuda.lock`` and ``environment.yml``.

From the ranges of ``pyproject.toml`` uv works out every package that they need, on every system and
from Python 3.11 on, and the SHA-256 of every file of each; versions that are locked already stay
where they still fit. What only Linux needs is what the CUDA build of PyTorch asks for: it stands
in a lock of its own, because with a CPU build nothing of it is wanted. ``environment.yml`` lists
the same versions for conda and Binder, which cannot compare hashes beside an editable package.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from companion.files import write_whole
from maxpooling.errors import DataError

ROOT = Path(__file__).resolve().parents[3]
LOCK, CUDA_LOCK = "requirements.lock", "requirements-cuda.lock"
OLDEST = "3.11"
ONLY_LINUX = "sys_platform == 'linux'"
_HEADER = "# Written by `make lock` from pyproject.toml: versions, and the hash of every file.\n"
_PIN = re.compile(r"(?P<pin>[\w.-]+==[\w.]+)(?: ; (?P<marker>[^\\]+?))?")


@dataclass(frozen=True)
class Locked:
    """A package of the lock.

    Attributes:
        pin: ``name==version``.
        marker: where it is needed; empty if everywhere.
        hashes: ``sha256:...`` of every file that may be installed.
    """

    pin: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def requirement(self) -> str:
        """The pin with its marker."""
        return f"{self.pin} ; {self.marker}" if self.marker else self.pin


def direct_requirements(pyproject: Path) -> list[str]:
    """Every package with its range that the project asks for itself, build tools included."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    groups = [project["build-system"]["requires"], project["project"]["dependencies"], *extras]
    pins = {pin for group in groups for pin in group}
    # An extra may name other extras of the project itself; their pins are here already.
    return sorted((pin for pin in pins if not pin.startswith("maxpooling[")), key=str.lower)


def read_lock(text: str) -> list[Locked]:
    r"""The packages of a lock.

    Raises:
        DataError: a line that is neither a pin nor a hash, or a pin without a hash.

    Examples:
        >>> read_lock("# why\na==1 ; m == 'x' \\\n    --hash=sha256:0f\n")
        [Locked(pin='a==1', marker="m == 'x'", hashes=('sha256:0f',))]
    """
    found = []
    joined = text.replace("\\\n", " ")
    for line in joined.splitlines():
        if not line or line.startswith("#"):
            continue
        requirement, *hashes = (part.strip() for part in line.split("--hash="))
        pin = _PIN.fullmatch(requirement)
        if pin is None or not hashes:
            raise DataError(f"lock: expected name==version and hashes, found {line[:80]!r}")
        found.append(Locked(pin["pin"], pin["marker"] or "", tuple(hashes)))
    return found


def lock_text(packages: list[Locked]) -> str:
    """The text of a lock, as pip reads it."""
    return _HEADER + "".join(
        " \\\n".join([one.requirement, *(f"    --hash={value}" for value in one.hashes)]) + "\n"
        for one in packages
    )


def resolved(pins: list[str], known: str) -> list[Locked]:
    """All packages that ``pins`` need; the versions of the lock ``known`` go first.

    Raises:
        subprocess.CalledProcessError: there is no solution; uv has said why.
    """
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder, LOCK)
        lock.write_text(known, encoding="utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", "-", "--output-file", str(lock)]
        command += ["--universal", "--python-version", OLDEST, "--generate-hashes", "--quiet"]
        command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
        subprocess.run(command, input="\n".join(pins), text=True, check=True, cwd=folder)
        return read_lock(lock.read_text(encoding="utf-8"))


def hashes_at_hand(pin: str) -> set[str]:
    """Of the file that pip would take from this machine alone; none if there is none.

    PyTorch's CPU build is in no registry: it comes from a folder or page that pip is told of.
    """
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
        command = [*pip, "--no-index", "--no-deps", "--dest", folder, pin]
        subprocess.run(command, check=False, capture_output=True)
        return {
            f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
            for file in Path(folder).iterdir()
        }


def with_cpu_builds(packages: list[Locked], known: list[Locked]) -> list[Locked]:
    """Add PyTorch's hashes that no registry lists: those at hand here, and those locked before."""
    done = []
    for package in packages:
        hashes = set(package.hashes)
        if package.pin.startswith("torch=="):
            before = [one.hashes for one in known if one.pin == package.pin]
            hashes |= hashes_at_hand(package.pin).union(*before)
        done.append(Locked(package.pin, package.marker, tuple(sorted(hashes))))
    return done


def environment_yml(packages: list[Locked]) -> str:
    """The text of ``environment.yml`` for the locked packages."""
    lines = "".join(f"      - {one.requirement}\n" for one in packages)
    return (
        "# Written by `make lock`: the versions of requirements.lock, for conda and Binder.\n"
        f"name: maxpooling\nchannels:\n  - conda-forge\ndependencies:\n  - python={OLDEST}\n"
        f"  - pip\n  - pip:\n{lines}      - -e .\n"
    )


def main() -> int:
    """Write the three files at the root of the repository."""
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args()
    known = "".join(
        (ROOT / name).read_text(encoding="utf-8")
        for name in (LOCK, CUDA_LOCK)
        if (ROOT / name).is_file()
    )
    packages = resolved(direct_requirements(ROOT / "pyproject.toml"), known)
    packages = with_cpu_builds(packages, read_lock(known))
    general = [one for one in packages if ONLY_LINUX not in one.marker]
    cuda = [one for one in packages if ONLY_LINUX in one.marker]
    write_whole(ROOT / LOCK, lock_text(general).encode())
    write_whole(ROOT / CUDA_LOCK, lock_text(cuda).encode())
    write_whole(ROOT / "environment.yml", environment_yml(general).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
