"""Build in two folders and compare every byte of what comes out (``make twice``).

The two differ in their path, in the seed of Python's hashes and in the time zone. What must differ,
times and machine, stands in the files of :data:`APART` alone; everything else must be the same.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from companion.build.run_notebook import declared_cells, read_notebook
from companion.git import git

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("first", "second, in a folder with another name")
COMPARED = ("notebooks", "results", "reproduction.json", "downloads", "html")
# Below build/: times that a chapter measured, the one page that shows them, with the commit, and
# the marks of Snakemake, which one of two builds may do without.
APART = ("results/*/times.json", "html/status.html", "results/*/.snakemake_timestamp")
SHOWN = 10  # differences


def theory(root: Path = ROOT) -> list[str]:
    """The chapters that train no network."""
    paths = sorted((root / "notebooks").glob("*.py"))
    return [path.stem for path in paths if declared_cells(read_notebook(path)) is None]


def copy_sources(root: Path, target: Path) -> None:
    """Copy what git would commit (everything but what is built, where there is no git)."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    listed = git(root, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    names = [name for name in listed.split("\0") if name]
    if not names:
        ignored = shutil.ignore_patterns("build", ".venv", "cache", "__pycache__", ".snakemake")
        shutil.copytree(root, target, symlinks=True, ignore=ignored, dirs_exist_ok=True)
    for name in names:
        if os.path.lexists(root / name):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target / name, follow_symlinks=False)
    if (root / "data" / "cache").is_dir():
        (target / "data" / "cache").symlink_to((root / "data" / "cache").resolve())


def build(folder: Path, number: int, chapters: Sequence[str]) -> None:
    """Build the chapters of a copy, or its whole book if none are named.

    Raises:
        subprocess.CalledProcessError: a step failed, and has said why.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder / "src"),
        "PYTHONHASHSEED": str(number),
        "TZ": ("UTC", "Asia/Kathmandu")[number % 2],
    }
    module = "companion.build.run_notebook" if chapters else "companion.build.launch"
    targets = [f"notebooks/{name}.py" for name in chapters] or ["book"]
    commands = [[sys.executable, "-m", module, target] for target in targets]
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        list(
            cores.map(
                lambda one: subprocess.run(one, cwd=folder, env=environment, check=True), commands
            )
        )


def differences(first: Path, second: Path, names: Sequence[str] = COMPARED) -> Iterator[str]:
    """Say of each file that is not the same below both folders where it first differs.

    Args:
        first: a ``build`` folder, or what holds one.
        second: another.
        names: of files and folders below them.
    """
    for name in sorted(_files(first, names) | _files(second, names)):
        if any(Path(name).match(pattern) for pattern in APART):
            continue
        one, two = (_content(folder / name) for folder in (first, second))
        if one is None or two is None:
            yield f"{name}: only in {second if one is None else first}"
        elif one != two:
            yield f"{name}: {_where(one, two)}"


def _files(folder: Path, names: Sequence[str]) -> set[str]:
    found = [path for name in names for path in (folder / name, *(folder / name).rglob("*"))]
    return {path.relative_to(folder).as_posix() for path in found if path.is_file()}


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _where(one: bytes, two: bytes) -> str:
    lines = zip(one.split(b"\n"), two.split(b"\n"), strict=False)
    for number, (left, right) in enumerate(lines, start=1):
        if left != right:
            pairs = enumerate(zip(left, right, strict=False))
            place = next((k for k, (a, b) in pairs if a != b), min(len(left), len(right)))
            shown = (repr(line[max(0, place - 20) : place + 40])[1:] for line in (left, right))
            return f"line {number}: {' | '.join(shown)}"
    return f"{len(one)} and {len(two)} bytes"


def main() -> int:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--chapters", default="", help="only these, with spaces; without pages")
    parser.add_argument("--theory", action="store_true", help="only chapters that train nothing")
    parser.add_argument("--here", action="store_true", help="one build is the one in build/")
    options = parser.parse_args()
    chapters = theory() if options.theory else options.chapters.split()
    builds = []
    for number, name in enumerate(FOLDERS, start=1):
        if options.here and number == 1:
            builds.append(ROOT / "build")
            continue
        folder = ROOT / "build" / "twice" / name
        copy_sources(ROOT, folder)
        try:
            build(folder, number, chapters)
        except subprocess.CalledProcessError:
            return 1  # the step has said why
        builds.append(folder / "build")
    compared = [f"{kind}/{name}" for name in chapters for kind in ("results", "notebooks")]
    compared = [name + ".ipynb" * name.startswith("notebooks") for name in compared]
    found = list(differences(builds[0], builds[1], compared or COMPARED))
    if found:
        print("\n".join(found[:SHOWN]), file=sys.stderr)
        print(f"error: {len(found)} files differ between two builds", file=sys.stderr)
        return 1
    count = len(_files(builds[0], compared or COMPARED))
    print(f"{count} files are the same in both builds (apart from {', '.join(APART)})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
