"""What a reader takes away: every chapter as a notebook that runs alone, and the wheel it needs.

The folder has the shape of a repository that Binder and Colab can open, and is published as the
branch ``notebooks``; the pages offer the same files.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

from companion.build.plain_markdown import Words, plain
from companion.files import no_room
from maxpooling.digests import LIST, listing

ROOT = Path(__file__).resolve().parents[3]
PROJECT = ("setup.py", "pyproject.toml", "README.md", "LICENSE", "LICENSE-TEXT")
EXTRA = "notebooks"
# For two builds of the same source to be the same file: the date of the archive's members.
EPOCH = "1646265600"
GREETING = """\
A chapter of *The Theoretical Expressiveness of Maxpooling: an executable companion*{where}. It \
runs on its own: {how}"""
INSTALL = """\
try:
    import companion
except ModuleNotFoundError:
    %pip install --quiet "{requirement}\""""
BRANCH = """\
# Executed notebooks

Written by the publishing workflow: one notebook per chapter of the book, and the package that they
import. `pip install "./{wheel}[{extra}]"` installs it; Binder reads the same from
`requirements.txt`.
"""


def build_wheel(root: Path, folder: Path) -> Path:
    """Build library and companion with the data; return the wheel.

    The build runs in a copy: what setuptools leaves beside its sources would enter the next wheel.

    Raises:
        subprocess.CalledProcessError: pip failed, and has said why.
    """
    with TemporaryDirectory() as scratch:
        for name in PROJECT:
            shutil.copy2(root / name, scratch)
        clean = shutil.ignore_patterns("__pycache__", "*.egg-info")
        for name in ("src", "notebooks", "book"):
            # The links of the pages' folder lead to what the build made; they stay links.
            shutil.copytree(root / name, Path(scratch, name), symlinks=True, ignore=clean)
        bulk = shutil.ignore_patterns("cache", "networks")
        shutil.copytree(root / "data", Path(scratch, "data"), ignore=bulk)
        Path(scratch, "proofs").mkdir()
        for name in ("accepted.json", "SHA256SUMS"):
            shutil.copy2(root / "proofs" / name, Path(scratch, "proofs"))
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), scratch]
        # No network is needed: nothing is looked up, so no index is asked either.
        environment = {
            **os.environ,
            "SOURCE_DATE_EPOCH": EPOCH,
            "PIP_NO_INDEX": "1",
            "MAXPOOLING_WITH_COMPANION": "1",
        }
        subprocess.run(command, env=environment, check=True)
    return next(folder.glob("*.whl"))


def requirement(wheel: Path, address: str) -> str:
    """What pip is told to install: from the published site, or from the file beside the notebook.

    With an address it names the digest, which pip compares with that of the file it has fetched.

    Examples:
        >>> requirement(Path("m.whl"), "")
        './m.whl[notebooks]'
    """
    if address:
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        place = f"{address.rstrip('/')}/downloads/{wheel.name}"
        return f"maxpooling[{EXTRA}] @ {place}#sha256={digest}"
    return f"./{wheel.name}[{EXTRA}]"


def runs_alone(notebook: nbformat.NotebookNode, wheel: Path, address: str) -> nbformat.NotebookNode:
    """A copy of an executed notebook with two cells before it: what it is, and the installation."""
    where = f" ([all of it]({address}))" if address else ""
    how = (
        "the next cell installs what is missing."
        if address
        else f"the next cell installs what is missing, from `{wheel.name}` in the same folder."
    )
    alone: nbformat.NotebookNode = nbformat.from_dict(notebook)
    alone.cells[:0] = [
        nbformat.v4.new_markdown_cell(GREETING.format(where=where, how=how), id="about"),
        nbformat.v4.new_code_cell(
            INSTALL.format(requirement=requirement(wheel, address)), id="install"
        ),
    ]
    return alone


def in_plain_markdown(
    notebook: nbformat.NotebookNode, name: str, root: Path
) -> nbformat.NotebookNode:
    """A copy whose text needs no book around it: see :mod:`companion.build.plain_markdown`."""
    words = Words(root, f"notebooks/{name}")
    simple: nbformat.NotebookNode = nbformat.from_dict(notebook)
    for cell in simple.cells:
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, words)
    return simple


def write(folder: Path, notebooks: Iterable[Path], address: str, root: Path = ROOT) -> None:
    """Fill ``folder``: the wheel, ``notebooks/``, and what Binder and a visitor read."""
    wheel = build_wheel(root, folder)
    (folder / LIST).write_text(listing([wheel], folder), encoding="utf-8")
    (folder / "notebooks").mkdir()
    for path in notebooks:
        executed = in_plain_markdown(nbformat.read(path, as_version=4), path.stem, root)
        alone = runs_alone(executed, wheel, address)
        nbformat.write(alone, folder / "notebooks" / path.name)
    pip_line = f'pip install "{requirement(wheel, address)}"\n'
    (folder / "pip-line.txt").write_text(pip_line, encoding="utf-8")
    (folder / "requirements.txt").write_text(f"{requirement(wheel, '')}\n", encoding="utf-8")
    (folder / "runtime.txt").write_text("python-3.11\n", encoding="utf-8")
    about = BRANCH.format(wheel=wheel.name, extra=EXTRA)
    (folder / "README.md").write_text(about, encoding="utf-8")


def main() -> int:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("notebooks", nargs="+", type=Path, help="executed notebooks (.ipynb)")
    parser.add_argument("--output", type=Path, required=True, help="folder, made anew")
    parser.add_argument("--address", default="", help="of the published site, if there is one")
    options = parser.parse_args()
    staging = options.output.with_name(f".{options.output.name}-new")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    try:
        write(staging, options.notebooks, options.address)
        shutil.rmtree(options.output, ignore_errors=True)
        os.replace(staging, options.output)
    except OSError as error:
        print(no_room(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
