"""Run the Snakemake workflow so that a killed run never stands in the way of the next.

One run at a time holds the lock of its lane (``build/.<lane>.lock``), and others wait for it; the
kernel drops it when the process dies, however it dies. Jobs of a run that was killed may live on as
orphans: they carry their lane's mark in the environment, and are stopped before a new run starts.
The book and a long training sweep are two lanes, since they write different files; the quick sweep
writes what the book shows, and has the book's lane.
"""

import argparse
import fcntl
import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from companion.build import slurm
from companion.build.cells import fetch_data, profile_cells
from companion.build.freshness import forget_the_future
from companion.build.surroundings import surroundings
from maxpooling.errors import DataError

ROOT = Path(__file__).resolve().parents[3]
TIMINGS = ROOT / "build" / "timings"
LOGS = ROOT / "build" / "logs"
MARK = "COMPANION_RUN"
LITTLE = 20_000_000  # bytes of a disk that has no room for a notebook's results
SHARED = "quick"  # the profile whose cells chapters ask for in their headers


def lane_of(profile: str | None) -> str:
    """The lane of a sweep, or of the book where there is no profile."""
    return "book" if profile in (None, SHARED) else f"experiments-{profile}"


@contextmanager
def sole_run(lane: str, root: Path) -> Iterator[None]:
    """Hold the lane's lock; wait, and say so, while a live process holds it."""
    path = root / "build" / f".{lane}.lock"
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another run is under way here; this one starts when it ends", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def stop_orphans(mark: str) -> int:
    """Kill the processes whose environment carries ``mark``; return how many there were.

    Only called while the lock is held, so no live run can own them.
    """
    orphans = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark:
                process.kill()
                orphans.append(process)
        except psutil.Error:
            continue  # another user's process, or one that has just ended
    psutil.wait_procs(orphans, timeout=10)
    return len(orphans)


def run_snakemake(target: str, arguments: list[str], mark: str) -> int:
    """Run Snakemake on ``target``: a line per step, the rest in a log; return its exit status."""
    from companion.build import progress

    command, log = _command(target, arguments), _log("book")
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env=_environment(mark), stdout=stream, stderr=stream
        )
        status, errors = progress.follow(process, log, LOGS / "durations.json")
    if status:
        said = errors or log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        print("\n".join(said), file=sys.stderr)
        print_space(ROOT)
        print(f"the whole log: {log.relative_to(ROOT)}", file=sys.stderr)
    return status


def print_space(folder: Path) -> None:
    """Say so if the disk is full: then the log may not hold the reason of a failure."""
    free = shutil.disk_usage(folder).free
    if free < LITTLE:
        print(
            f"error: the disk is full ({free / 1e6:.1f} MB free); free some and run the same "
            "command again",
            file=sys.stderr,
        )


def run_sweep(profile: str, arguments: list[str], mark: str, *, engine: str) -> int:
    """Run all cells of a profile behind one progress bar; their own words go to a log.

    ``engine`` names the folder of ``workflow/profiles`` that says where the cells run.
    """
    from companion.build import sweep  # loads torch, which the book's runs need not

    log = _log(f"experiments-{profile}")
    arguments = ["--config", f"profile={profile}", *arguments]
    command = _command("experiments", arguments, engine)
    print(f"log: {log.relative_to(ROOT)}")
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env=_environment(mark), stdout=stream, stderr=stream
        )
        status = sweep.follow(process, profile_cells(profile), ROOT)
    if status:
        print("".join(log.read_text(errors="replace").splitlines(True)[-20:]), file=sys.stderr)
        print_space(ROOT)
        print(f"the whole log: {log.relative_to(ROOT)}", file=sys.stderr)
    return status


def _command(target: str, arguments: list[str], engine: str = "default") -> list[str]:
    return [
        *(sys.executable, "-m", "snakemake", target, *arguments),
        *("--snakefile", "workflow/Snakefile"),
        *("--workflow-profile", f"workflow/profiles/{engine}"),
    ]


def _log(name: str) -> Path:
    """The file that takes what a run prints."""
    LOGS.mkdir(parents=True, exist_ok=True)
    return LOGS / f"{name}.log"


def _environment(mark: str) -> dict[str, str]:
    """That of the steps."""
    return {**surroundings(os.environ, ROOT), MARK: mark}


def print_cached(since: float, notebook: str | None) -> None:
    """Print the steps that an earlier run made and this one could keep: all, or a notebook's."""
    for path in sorted(TIMINGS.glob(f"{notebook or '*'}.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if path.stat().st_mtime < since:
            print(f"{record['step']:<44} {record['seconds']:7.1f} s   cached")


def target_of(options: argparse.Namespace) -> str:
    """What Snakemake is asked for.

    Raises:
        ValueError: a notebook that does not exist; lists those that do.
    """
    if options.notebook is None:
        return str(options.target)
    known = sorted(path.stem for path in (ROOT / "notebooks").glob("*.py"))
    if options.notebook not in known:
        raise ValueError(f"NAME={options.notebook!r}: allowed are {', '.join(known)}")
    return f"build/notebooks/{options.notebook}.ipynb"


def wants_images(notebook: str | None) -> bool:
    """Whether a run may train networks: not for a notebook alone that asks for none."""
    if notebook is None:
        return True
    from companion.build.run_notebook import declared_cells, read_notebook

    return declared_cells(read_notebook(ROOT / "notebooks" / f"{notebook}.py")) is not None


def main() -> int:
    """Command line: ``launch.py TARGET [options of snakemake]``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "target", nargs="?", default="book", help="rule of workflow/Snakefile or a file it makes"
    )
    parser.add_argument("--notebook", metavar="NAME", help="only this notebook")
    parser.add_argument("--profile", help="of the cells that the target 'experiments' trains")
    parser.add_argument("--slurm", action="store_true", help="train them as jobs of a cluster")
    options, arguments = parser.parse_known_args()
    if options.slurm and not options.profile:
        parser.error("--slurm is for 'experiments --profile NAME'")
    lane = lane_of(options.profile)
    mark = f"{ROOT}:{lane}"
    started = time.time()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # a pipe, too, gets each line as it is known
    try:
        target = target_of(options)
        with sole_run(lane, ROOT):
            if options.slurm:
                cancelled = slurm.cancel_leftovers(mark)
                if cancelled:
                    print(f"cancelled {cancelled} jobs that a killed run left in the queue")
                arguments += ["--slurm-jobname-prefix", slurm.job_prefix(mark)]
            stopped = stop_orphans(mark)
            if stopped:
                print(f"stopped {stopped} processes that a killed run left behind")
            forget_the_future(ROOT, time.time())
            data = not wants_images(options.notebook) or fetch_data()
            if options.profile and not data:
                return 1
            status = (
                run_sweep(
                    options.profile, arguments, mark, engine="slurm" if options.slurm else "default"
                )
                if options.profile
                else run_snakemake(target, arguments, mark)
            )
    except (DataError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        return 130
    if status == 0 and not options.profile:
        print_cached(started, options.notebook)
    if status == 0:
        print(f"{target}: up to date; this run took {time.time() - started:.1f} s")
    return status


if __name__ == "__main__":
    sys.exit(main())
