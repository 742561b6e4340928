"""Build the pages with Jupyter Book, warnings as errors, and publish them in one step."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from companion.build.content_policy import add_policies
from companion.files import no_room, write_whole

ROOT = Path(__file__).resolve().parents[3]
# Not the program ``jupyter-book``: its first line cannot name an interpreter in any folder.
START = "from jupyter_book.cli.main import main; main(prog_name='jupyter-book')"
JUPYTER_BOOK = (sys.executable, "-c", START, "build", "book")


def build(output: Path, scratch: Path) -> int:
    """Run Jupyter Book into ``scratch``; on success replace ``output``. Return the exit status.

    Always from nothing: Sphinx goes by dates, and a run that was killed may have left half a file.
    """
    shutil.rmtree(scratch, ignore_errors=True)
    command = [
        *JUPYTER_BOOK,
        *("--config", "_config.yml", "--path-output", str(scratch)),
        *("-n", "-W", "--keep-going", "--quiet"),
    ]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status == 0:
        staging = output.with_name(f".{output.name}-new")
        shutil.rmtree(staging, ignore_errors=True)
        shutil.copytree(
            scratch / "_build" / "html", staging, ignore=shutil.ignore_patterns(".buildinfo")
        )
        add_policies(staging)
        shutil.rmtree(output, ignore_errors=True)
        os.replace(staging, output)
    return status


def main() -> int:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="folder of the finished pages")
    parser.add_argument("--timings", type=Path, required=True, help="folder for book.json")
    options = parser.parse_args()
    started = time.perf_counter()
    try:
        status = build(options.output, ROOT / "build" / "jupyter-book")
    except OSError as error:
        print(no_room(error), file=sys.stderr)
        return 1
    seconds = time.perf_counter() - started
    if status:
        print(
            "error: the book has warnings or errors (above); nothing was published",
            file=sys.stderr,
        )
        return status
    print(f"book: built in {seconds:.1f} s", file=sys.stderr)
    record = json.dumps({"step": "book", "seconds": seconds})
    write_whole(options.timings / "book.json", f"{record}\n".encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
