"""Run the library's tests on every supported Python, with the oldest and the newest packages.

``python -m companion.build.matrix`` makes an environment for each with uv, from wheels alone,
and says of each what became of it. The networks' tests are left out: their PyTorch takes gigabytes,
and the main tests run them.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
RESOLUTIONS = {"oldest": "lowest-direct", "newest": "highest"}
# They ask for torch, or for the tools of the whole project.
LEFT_OUT = ("layers", "test_public_names.py")
TOOLS = ("pytest>=8", "pytest-timeout>=2.3", "pytest-xdist>=3.6", "hypothesis>=6.100")
SHOWN = ("numpy", "python-flint", "cvxpy", "scipy")


def run_one(python: str, packages: str) -> tuple[bool, str]:
    """Test the library on one Python.

    Args:
        python: version, as uv finds or fetches it.
        packages: ``"oldest"`` or ``"newest"`` that the ranges allow.

    Returns:
        Whether the tests pass, and a line with the versions and what pytest said last.
    """
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder, "bin", "python")
        uv = [sys.executable, "-m", "uv"]
        binary = ["--only-binary", ":all:", "--no-binary", "maxpooling"]
        done = _run([*uv, "venv", "--quiet", "--clear", "--python", python, folder])
        if done.returncode == 0:
            install = [*uv, "pip", "install", "--quiet", "--python", str(inside), *binary]
            install += ["--resolution", RESOLUTIONS[packages], "-e", f"{ROOT}[solvers]", *TOOLS]
            done = _run(install)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines() or ["no word of it"]
            return False, f"not to be had: {said[0].strip()}"
        code = f"from importlib.metadata import version as v; print(*(p+' '+v(p) for p in {SHOWN}))"
        versions = _run([str(inside), "-c", code]).stdout.strip()
        tests = ROOT / "tests" / "maxpooling"
        ignored = [f"--ignore={tests / name}" for name in LEFT_OUT]
        done = _run([str(inside), "-m", "pytest", "-q", str(tests), *ignored, "-k", "not torch"])
        return done.returncode == 0, f"{versions}: {done.stdout.strip().splitlines()[-1]}"


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    """Without a path of ours: what is installed is what is tested."""
    clean = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, check=False)


def main() -> int:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--python", nargs="+", default=PYTHONS, metavar="VERSION")
    parser.add_argument("--packages", nargs="+", default=RESOLUTIONS, choices=RESOLUTIONS)
    options = parser.parse_args()
    status = 0
    for python in options.python:
        for packages in options.packages:
            passed, said = run_one(python, packages)
            status |= not passed
            print(
                f"Python {python}, {packages}: {'ok' if passed else 'FAILED'}: {said}", flush=True
            )
    return status


if __name__ == "__main__":
    sys.exit(main())
