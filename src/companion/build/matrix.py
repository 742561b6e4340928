"""Run the library's tests on every supported Python, with the oldest and the newest packages.

``python -m companion.build.matrix`` makes an environment for each with uv, from the wheels of the
package index alone, and says of each what became of it. PyTorch and the ONNX tools come along
where the index has wheels of them (gigabytes on Linux); where it has none, the networks' tests are
left out, and the line says so. Python itself is one that uv finds on the search path or fetches.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[3]
RECORD: Final = ROOT / "data" / "ours" / "matrix.json"
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
RESOLUTIONS: Final = {"oldest": "lowest-direct", "newest": "highest"}
TOOLS: Final = ("pytest>=8", "pytest-timeout>=2.3", "pytest-xdist>=3.6", "hypothesis>=6.100")
# What the networks' tests ask for beside torch: the exporters, and the companion's networks. Torch
# 2.13 exports to ONNX by a module that onnxscript has from 0.6 on.
NETWORK_TOOLS: Final = ("onnx>=1.17", "onnxruntime>=1.20", "onnxscript>=0.6", "tqdm>=4.66")
# The tests that ask for torch.
NETWORK_TESTS: Final = ("layers", "test_public_names.py")
SHOWN: Final = ("numpy", "python-flint", "scipy", "cvxpy", "torch")
COUNTS: Final = ("passed", "failed", "skipped", "error", "xfailed")
# Prints in an environment of its own: it has nothing of ours but the library.
_VERSIONS: Final = f"""
import json, platform
from importlib.metadata import PackageNotFoundError, version
found = {{"python": platform.python_version()}}
for name in {SHOWN}:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        found[name] = None
print(json.dumps(found))
"""


def run_one(python: str, packages: str) -> dict[str, Any]:
    """Test the library on one Python.

    Args:
        python: version, as uv finds or fetches it.
        packages: ``"oldest"`` or ``"newest"`` that the ranges allow.

    Returns:
        ``python`` and ``packages`` as given; ``versions``, name -> version, None where a package
        is not there; ``counts`` of pytest's last line, such as ``{"passed": 90}``; ``refused``,
        what uv said first where there is no interpreter or no environment, else an empty string.
    """
    answer: dict[str, Any] = {"python": python, "packages": packages}
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder, "bin", "python")
        uv = [sys.executable, "-m", "uv"]
        done = _run([*uv, "venv", "--quiet", "--clear", "--python", python, folder])
        if done.returncode:
            return answer | {"versions": {}, "counts": {}, "refused": _first_line(done)}
        install = [*uv, "pip", "install", "--quiet", "--python", str(inside)]
        install += ["--only-binary", ":all:", "--no-binary", "maxpooling"]
        install += ["--resolution", RESOLUTIONS[packages], "-e"]
        done = _run([*install, f"{ROOT}[solvers,networks]", *TOOLS, *NETWORK_TOOLS])
        with_torch = done.returncode == 0
        if not with_torch:
            answer["no_torch"] = _first_line(done)
            done = _run([*install, f"{ROOT}[solvers]", *TOOLS])
        if done.returncode:
            return answer | {"versions": {}, "counts": {}, "refused": _first_line(done)}
        versions = json.loads(_run([str(inside), "-c", _VERSIONS]).stdout)
        tests = ROOT / "tests" / "maxpooling"
        command = [str(inside), "-m", "pytest", "-q", "-n", "auto", "-p", "no:cacheprovider"]
        command += [str(tests)]
        if not with_torch:
            command += [f"--ignore={tests / name}" for name in NETWORK_TESTS]
            command += ["-k", "not torch"]
        done = _run(command)
        last = (done.stdout.strip().splitlines() or [""])[-1]
        if done.returncode:
            sys.stderr.write(done.stdout[-6000:] + done.stderr[-2000:])
        counts = counted(last) or {"error": 1}
        if done.returncode and not {"failed", "error"} & counts.keys():
            counts["error"] = 1
        return answer | {"versions": versions, "counts": counts, "refused": ""}


def counted(line: str) -> dict[str, int]:
    """Read the counts of pytest's last line.

    Examples:
        >>> counted("3 failed, 90 passed, 1 skipped, 2 errors in 7.1s")
        {'passed': 90, 'failed': 3, 'skipped': 1, 'error': 2}
    """
    found = {name: int(n) for n, name in re.findall(r"(\d+) ([a-z]+?)s?\b", line)}
    return {name: found[name] for name in COUNTS if name in found}


def fine(answer: dict[str, Any]) -> bool:
    """Whether every test passed that ran, and some did."""
    counts = answer["counts"]
    return bool(counts.get("passed")) and not counts.get("failed") and not counts.get("error")


def sentence(answer: dict[str, Any]) -> str:
    """One run in a line.

    Examples:
        >>> sentence({"python": "3.12", "packages": "oldest", "versions": {"numpy": "1.26.0"},
        ...           "counts": {"passed": 9}, "refused": ""})
        'Python 3.12, oldest: ok: 9 passed; numpy 1.26.0'
    """
    head = f"Python {answer['python']}, {answer['packages']}: "
    if answer["refused"]:
        return f"{head}not to be had: {answer['refused']}"
    counts = ", ".join(f"{count} {name}" for name, count in answer["counts"].items())
    versions = ", ".join(f"{name} {text or 'none'}" for name, text in answer["versions"].items())
    return f"{head}{'ok' if fine(answer) else 'FAILED'}: {counts}; {versions}"


def merged(record: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """A record with one run more, in the order of the matrix, in the place of an earlier one."""
    runs = {(one["python"], one["packages"]): one for one in [*record["runs"], answer]}
    order = [(python, packages) for python in PYTHONS for packages in RESOLUTIONS]
    return {"runs": [runs[key] for key in order if key in runs]}


def _origin() -> dict[str, Any]:
    """What was tested, and where; called before the tests begin."""
    from companion.git import changed, git

    tested = ("src/maxpooling", "tests/maxpooling", "pyproject.toml")
    return {
        "commit": git(ROOT, "rev-parse", "HEAD"),
        "uncommitted": changed(ROOT, *tested),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _keep(origin: dict[str, Any], answer: dict[str, Any]) -> None:
    from companion.files import write_whole

    record = json.loads(RECORD.read_bytes()) if RECORD.exists() else {"runs": []}
    text = json.dumps(merged(record, answer | origin), indent=1) + "\n"
    write_whole(RECORD, text.encode())


def _first_line(done: "subprocess.CompletedProcess[str]") -> str:
    """What uv says of an error, without what it adds for whoever runs it."""
    said = (done.stderr or done.stdout).strip().splitlines() or ["no word of it"]
    return said[0].strip()


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    """Without a path of ours: what is installed is what is tested."""
    clean = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, check=False)


def main() -> int:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--python", nargs="+", default=PYTHONS, metavar="VERSION")
    parser.add_argument("--packages", nargs="+", default=RESOLUTIONS, choices=RESOLUTIONS)
    parser.add_argument("--record", action="store_true", help="keep what was found, run by run")
    options = parser.parse_args()
    # The companion is there only where it is to be recorded: CI runs this file by itself.
    origin = _origin() if options.record else None
    status = 0
    for python in options.python:
        for packages in options.packages:
            answer = run_one(python, packages)
            status |= not fine(answer)
            print(sentence(answer), flush=True)
            if origin is not None:
                _keep(origin, answer)
    return status


if __name__ == "__main__":
    sys.exit(main())
