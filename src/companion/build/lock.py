"""Renew ``requirements.lock`` and ``environment.yml`` from the pins of ``pyproject.toml``.

All extras are installed into a fresh environment, and what is then there is the lock.
``environment.yml`` lists the same versions for conda and Binder.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

from companion.files import write_whole

ROOT = Path(__file__).resolve().parents[3]


def direct_pins(pyproject: Path) -> list[str]:
    """Every ``name==version`` that the project asks for itself, build tools included."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    groups = [project["build-system"]["requires"], project["project"]["dependencies"], *extras]
    pins = {pin for group in groups for pin in group}
    # An extra may name other extras of the project itself; their pins are here already.
    return sorted((pin for pin in pins if not pin.startswith("maxpooling[")), key=str.lower)


def resolved_pins(pins: list[str]) -> list[str]:
    """Install ``pins`` into a throw-away environment and return all that it then holds."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        pip = [str(Path(folder, "bin", "python")), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", *pins], check=True)
        freeze = [*pip, "freeze", "--all", "--exclude", "pip"]
        frozen = subprocess.run(freeze, check=True, capture_output=True, text=True).stdout
    # A local version label ("+cpu") names one build of a release; the lock names the release.
    return sorted((re.sub(r"\+.*", "", line) for line in frozen.splitlines()), key=str.lower)


def environment_yml(pins: list[str]) -> str:
    """The text of ``environment.yml`` for the locked ``pins``."""
    lines = "".join(f"      - {pin}\n" for pin in pins)
    return (
        "# Written by `make lock`: the versions of requirements.lock, for conda and Binder.\n"
        "name: maxpooling\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.11\n  - pip\n"
        f"  - pip:\n{lines}      - -e .\n"
    )


def main() -> int:
    """Write both files at the root of the repository."""
    pins = resolved_pins(direct_pins(ROOT / "pyproject.toml"))
    header = "# Written by `make lock` from pyproject.toml.\n"
    write_whole(ROOT / "requirements.lock", (header + "".join(f"{pin}\n" for pin in pins)).encode())
    write_whole(ROOT / "environment.yml", environment_yml(pins).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
