"""Execute one Jupytext notebook with papermill and publish its results in one step.

The notebook writes its figures, tables and values into a temporary folder. That folder and the
executed notebook take their final names only when the last cell has run and every data file read
was declared. A notebook that raises leaves its traceback in ``build/failed/<name>.ipynb``, where
the book does not look.
"""

import argparse
import contextlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import papermill
import yaml
from papermill.exceptions import PapermillExecutionError

from companion.build import provenance
from companion.build.kernel import NAME, private_kernel
from companion.files import no_room, write_whole
from maxpooling.digests import LIST

ROOT = Path(__file__).resolve().parents[3]
ACCESS_LOG = Path(__file__).with_name("access_log.py")
STILLBORN = "Kernel died before replying to kernel_info"  # as nbclient says it


class NotebookError(Exception):
    """A notebook cannot be run as asked, or raised while running."""


def read_notebook(source: Path) -> nbformat.NotebookNode:
    """Read a py:percent notebook; cell ids follow the order, so that runs can be compared."""
    if not source.is_file():
        raise NotebookError(f"notebook {source} does not exist")
    notebook: nbformat.NotebookNode = jupytext.read(source)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return notebook


def declared_inputs(notebook: nbformat.NotebookNode) -> list[str]:
    """Globs, relative to the root, of the data files that the notebook's header declares."""
    return list(notebook.metadata.get("companion", {}).get("inputs", []))


def declared_cells(notebook: nbformat.NotebookNode) -> str | None:
    """The profile whose training cells the notebook's header asks to have run, if any."""
    profile: str | None = notebook.metadata.get("companion", {}).get("cells")
    return profile


def literal(path: Path) -> str:
    """A path as papermill takes it, which fills in what stands in braces.

    Examples:
        >>> literal(Path("a {b}"))
        'a {{b}}'
    """
    return str(path).replace("{", "{{").replace("}", "}}")


def all_parameters(notebook: Path, parameters: dict[str, Any]) -> dict[str, str]:
    """Every parameter of an .ipynb file with the value it will have, as source text.

    Raises:
        NotebookError: a name that its ``parameters`` cell does not define (papermill itself only
            warns, and injects the unknown name).
    """
    found = papermill.inspect_notebook(literal(notebook))
    known = {name: about["default"] for name, about in found.items()}
    for name in parameters:
        if name not in known:
            allowed = ", ".join(sorted(known)) or "it has none"
            raise NotebookError(
                f"unknown parameter {name!r}; this notebook's parameters: {allowed}"
            )
    return known | {name: repr(value) for name, value in parameters.items()}


def files_read(log: Path, root: Path) -> list[str]:
    """Files of data and of training runs that a logged process opened, relative to ``root``.

    Raises:
        NotebookError: the record is empty, as the process leaves it when the disk is full.
    """
    if not log.stat().st_size:
        raise NotebookError(f"{log}: expected the files that were read, found no room on the disk")
    folders = (root / "data", root / "build" / "experiments")
    opened = {Path(line) for line in log.read_text(encoding="utf-8").splitlines()}
    return sorted(
        str(path.relative_to(root))
        for path in opened
        if any(path.is_relative_to(folder) for folder in folders)
        and path.is_file()
        and path.name != LIST  # of digests: it decides whether a file is read, not what is read
    )


def undeclared_reads(read: list[str], declared: list[str], root: Path) -> list[str]:
    """Files under ``data/`` that were read without being declared."""
    allowed = {str(path.relative_to(root)) for glob in declared for path in root.glob(glob)}
    return [name for name in read if name.startswith("data/") and name not in allowed]


def stable(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Drop what differs between two runs of the same notebook: times, counters, host details."""
    for volatile in ("papermill", "jupytext"):
        notebook.metadata.pop(volatile, None)
    for cell in notebook.cells:
        for volatile in ("papermill", "execution", "exception"):
            cell.metadata.pop(volatile, None)
    return notebook


@contextlib.contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Set environment variables for the notebook's process, and put back what was there."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def scratch_folder(path: Path) -> Iterator[Path]:
    """An empty folder at ``path``, gone afterwards; what a killed run left there goes first."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def ipython_folder(path: Path) -> Path:
    """Settings of the notebook's process: nobody's own, and no warning that its port is local."""
    profile = path / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_kernel_config.py").write_text("get_config().IPKernelApp.log_level = 40\n")
    return path


def execute(source: Path, output: Path, parameters: dict[str, Any], root: Path) -> None:
    """Execute an .ipynb file; once more if its kernel dies before it has said a word.

    Raises:
        NotebookError: the kernel died twice.
        PapermillExecutionError: a cell raised.
    """
    for last in (False, True):
        try:
            with private_kernel() as manager:
                papermill.execute_notebook(
                    literal(source),
                    literal(output),
                    parameters=parameters,
                    kernel_name=NAME,
                    language="python",
                    cwd=str(root),
                    progress_bar=False,
                    km=manager,
                )
            return
        except RuntimeError as error:
            if STILLBORN not in str(error):
                raise
            if last:
                raise NotebookError(f"{source.name}: {error}, twice") from None
            print(f"{source.name}: {error}; it is started once more", file=sys.stderr)


def run(source: Path, output: Path, results: Path, parameters: dict[str, Any], root: Path) -> float:
    """Execute ``source``; write ``output`` (.ipynb) and the folder ``results``; return seconds.

    Raises:
        NotebookError: unknown parameter, a cell that raised, or an undeclared data file.
    """
    notebook = read_notebook(source)
    results.parent.mkdir(parents=True, exist_ok=True)
    output.parent.mkdir(parents=True, exist_ok=True)
    failed = root / "build" / "failed" / f"{source.stem}.ipynb"
    failed.unlink(missing_ok=True)
    started = time.perf_counter()
    with scratch_folder(root / "build" / "scratch" / source.stem) as scratch:
        staging, log = scratch / "results", scratch / "opened.log"
        staging.mkdir()
        converted, executed = scratch / "source.ipynb", scratch / "executed.ipynb"
        nbformat.write(notebook, converted)
        used = all_parameters(converted, parameters)
        try:
            with environment(
                MAXPOOLING_RESULTS=str(staging),
                COMPANION_ACCESS_LOG=str(log),
                PYTHONSTARTUP=str(ACCESS_LOG),
                IPYTHONDIR=str(ipython_folder(scratch / "ipython")),
            ):
                execute(converted, executed, parameters, root)
        except PapermillExecutionError as error:
            failed.parent.mkdir(parents=True, exist_ok=True)
            os.replace(executed, failed)
            where = failed.relative_to(root)
            raise NotebookError(
                f"{source.name}, cell {error.exec_count} raised {error.ename}: {error.evalue}\n"
                f"  (see {where})"
            ) from None
        read = files_read(log, root)
        undeclared = undeclared_reads(read, declared_inputs(notebook), root)
        if undeclared:
            raise NotebookError(
                f"{source.name} read {', '.join(undeclared)}, which its header does not declare "
                "under companion: inputs"
            )
        seconds = time.perf_counter() - started
        about = provenance.describe(source, used, read, root)
        (staging / provenance.FILE_NAME).write_text(json.dumps(about, indent=1) + "\n", "utf-8")
        finished = stable(nbformat.read(executed, as_version=4))
        nbformat.write(finished, executed)
        shutil.rmtree(results, ignore_errors=True)
        os.replace(staging, results)
        os.replace(executed, output)
    return seconds


def main() -> int:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("source", type=Path, help="notebooks/NAME.py")
    parser.add_argument("--output", type=Path, help="default: build/notebooks/NAME.ipynb")
    parser.add_argument("--results", type=Path, help="default: build/results/NAME")
    parser.add_argument("--timings", type=Path, help="folder for NAME.json with the seconds taken")
    parser.add_argument(
        "-p", "--parameter", nargs=2, action="append", default=[], metavar=("NAME", "VALUE")
    )
    options = parser.parse_args()
    name = options.source.stem
    parameters = {key: yaml.safe_load(value) for key, value in options.parameter}
    try:
        seconds = run(
            options.source,
            options.output or ROOT / "build" / "notebooks" / f"{name}.ipynb",
            options.results or ROOT / "build" / "results" / name,
            parameters,
            ROOT,
        )
    except NotebookError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(no_room(error), file=sys.stderr)
        return 1
    print(f"{name}: executed in {seconds:.1f} s", file=sys.stderr)
    if options.timings:
        about = {"step": f"notebook {name}", "seconds": seconds, "on": provenance.hardware()}
        write_whole(options.timings / f"{name}.json", f"{json.dumps(about)}\n".encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
