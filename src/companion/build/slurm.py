"""Jobs that a killed run has left in a Slurm queue.

A run's jobs are named after its lane, so that the next run finds what an earlier one left: a second
job for the same cell would write the same checkpoint.
"""

import hashlib
import subprocess
import time

SECONDS_BETWEEN_LOOKS = 1.0


def job_prefix(mark: str) -> str:
    """What the names of a lane's jobs begin with.

    Args:
        mark: of the lane, as in :mod:`companion.build.launch`.

    Returns:
        Letters, digits and a hyphen: other signs are not allowed there.
    """
    return f"companion-{hashlib.sha256(mark.encode()).hexdigest()[:16]}"


def cancel_leftovers(mark: str) -> int:
    """Cancel the jobs of a lane, and wait until none is left; return how many there were.

    Only called while the lane's lock is held, so no live run can own them.

    Raises:
        ValueError: there is no Slurm here, or it does not answer.
    """
    jobs = _jobs(job_prefix(mark))
    if jobs:
        _slurm("scancel", *jobs)
    while _jobs(job_prefix(mark)):
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return len(jobs)


def _jobs(prefix: str) -> list[str]:
    """Numbers of the jobs whose name begins so and that wait, run, or are just ending."""
    rows = _slurm("squeue", "--me", "--noheader", "--array", "--format=%i|%j").splitlines()
    return [
        number
        for number, _, name in (row.partition("|") for row in rows)
        if name.startswith(prefix)
    ]


def _slurm(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise ValueError(f"--slurm: the command {command[0]} is needed, found none") from None
    if done.returncode:
        raise ValueError(f"--slurm: {command[0]} must work, it said {done.stderr.strip()!r}")
    return done.stdout
