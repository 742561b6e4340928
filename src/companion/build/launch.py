"""Run the Snakemake workflow so that a killed run never stands in the way of the next.

One run at a time holds the lock of its lane (``build/.<lane>.lock``); the kernel drops it when the
process dies, however it dies. Jobs of a run that was killed may live on as orphans: they carry
their lane's mark in the environment, and are stopped before a new run starts. The book and a long
training sweep are two lanes, since they write different files.
"""

import argparse
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from companion.build.cells import fetch_data, profile_cells

ROOT = Path(__file__).resolve().parents[3]
TIMINGS = ROOT / "build" / "timings"
MARK = "COMPANION_RUN"


class BusyError(Exception):
    """Another run of the same lane is under way."""


@contextmanager
def sole_run(lane: str, root: Path) -> Iterator[None]:
    """Hold the lane's lock.

    Raises:
        BusyError: a live process holds it.
    """
    path = root / "build" / f".{lane}.lock"
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"another run of {lane!r} is under way here; wait for it") from None
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
    """Run Snakemake on ``target`` with the default profile and return its exit status."""
    environment = {**os.environ, MARK: mark}
    command = _command(target, arguments)
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def run_sweep(profile: str, arguments: list[str], mark: str) -> int:
    """Run all cells of a profile behind one progress bar; their own words go to a log."""
    from companion.build import sweep  # loads torch, which the book's runs need not

    log = ROOT / "build" / "logs" / f"experiments-{profile}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = _command("experiments", ["--config", f"profile={profile}", *arguments])
    print(f"log: {log.relative_to(ROOT)}")
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, MARK: mark}, stdout=stream, stderr=stream
        )
        status = sweep.follow(process, profile_cells(profile), ROOT)
    if status:
        print("".join(log.read_text(errors="replace").splitlines(True)[-20:]), file=sys.stderr)
    return status


def _command(target: str, arguments: list[str]) -> list[str]:
    return [
        *(sys.executable, "-m", "snakemake", target, *arguments),
        *("--snakefile", "workflow/Snakefile"),
        *("--workflow-profile", "workflow/profiles/default"),
    ]


def print_steps(since: float) -> None:
    """Print what each step took, and whether in this run or an earlier one."""
    for path in sorted(TIMINGS.glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        fresh = "" if path.stat().st_mtime >= since else "   (kept from an earlier run)"
        print(f"  {record['step']:<34} {record['seconds']:7.1f} s{fresh}")


def main() -> int:
    """Command line: ``launch.py TARGET [options of snakemake]``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", help="rule of workflow/Snakefile or a file that it makes")
    parser.add_argument("--profile", help="of the cells that the target 'experiments' trains")
    options, arguments = parser.parse_known_args()
    lane = f"experiments-{options.profile}" if options.profile else "book"
    mark = f"{ROOT}:{lane}"
    started = time.time()
    try:
        with sole_run(lane, ROOT):
            stopped = stop_orphans(mark)
            if stopped:
                print(f"stopped {stopped} processes that a killed run left behind")
            data = fetch_data()
            if options.profile and not data:
                return 1
            status = (
                run_sweep(options.profile, arguments, mark)
                if options.profile
                else run_snakemake(options.target, arguments, mark)
            )
    except (BusyError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if status == 0 and not options.profile:
        print_steps(started)
    if status == 0:
        print(f"'{options.target}' is up to date; this run took {time.time() - started:.1f} s")
    return status


if __name__ == "__main__":
    sys.exit(main())
