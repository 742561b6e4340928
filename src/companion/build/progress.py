"""A run of the workflow for a reader: a line per step, one bar, the reason of a failure.

Everything that Snakemake and the steps print goes to a log; what is shown is read from that log as
it grows.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from tqdm import tqdm

from companion.files import write_whole
from maxpooling.errors import DataError

SECONDS_BETWEEN_LOOKS = 0.2
_UNKNOWN = 10.0  # seconds that a step is expected to take of which nothing is known
_RULE = re.compile(r"(?:local)?(?:rule|checkpoint) (\w+):")
_FAILED = re.compile(r"Error in rule (\w+):")
_COUNT = re.compile(r"(\w+) +(\d+)")
_FINISHED = re.compile(r"Finished jobid: (\d+)")
_ERROR = re.compile(r"(?:\S+: )?error: ")  # of our commands, or of their options
_RAISED = re.compile(r"[A-Za-z_][\w.]*(?:: .*)?")  # the last line of a traceback
_DETAIL = re.compile(r"    (jobid|wildcards): (.+)")


@dataclass(frozen=True)
class Step:
    """A finished step.

    Attributes:
        title: rule and wildcards, for example ``notebook s2_exact_max``.
        seconds: that it took.
    """

    title: str
    seconds: float


@dataclass
class Reader:
    """Understands Snakemake's log, line by line.

    Attributes:
        planned: how many steps of each rule there will be.
        errors: what the steps said of their failure, in order.
        failed: titles of the steps that did not succeed.
        raised: the last line of the last traceback, empty if there was none.
    """

    planned: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    raised: str = ""
    _counting: bool = False
    _saying: bool = False
    _tracing: bool = False
    _open: dict[str, str] = field(default_factory=dict)
    _started: dict[str, tuple[str, float]] = field(default_factory=dict)

    def read(self, line: str, now: float) -> Step | None:
        """Take a line; return the step that it says is finished, if any.

        Args:
            line: without its line end.
            now: in seconds, when it was written.
        """
        if self._counting and (count := _COUNT.fullmatch(line)):
            if count[1] == "total":
                self._counting = False
            elif count[1] != "job":
                self.planned[count[1]] = int(count[2])
        elif line.startswith("job ") and line.split() == ["job", "count"]:
            self._counting = True
        elif rule := _RULE.fullmatch(line):
            self._open = {"rule": rule[1]}
        elif failed := _FAILED.fullmatch(line):
            self._open = {"failed": failed[1]}
        elif self._open and (detail := _DETAIL.fullmatch(line)):
            self._open[detail[1]] = detail[2]
            if "failed" in self._open:
                self._fail(detail[2])
            elif detail[1] == "jobid":
                self._started[detail[2]] = (self._open["rule"], now)
            elif "jobid" in self._open:
                values = [part.partition("=")[2] for part in detail[2].split(", ")]
                title = " ".join([self._open["rule"], *values])
                self._started[self._open["jobid"]] = (title, now)
        elif (finished := _FINISHED.match(line)) and finished[1] in self._started:
            title, started = self._started.pop(finished[1])
            return Step(title, now - started)
        self._hear(line)
        return None

    def reasons(self) -> list[str]:
        """Why the run failed: what steps said, else which one broke and the error it raised."""
        if self.errors or not (self.failed or self.raised):
            return self.errors
        steps = " and ".join(dict.fromkeys(self.failed)) or "the workflow"
        return [f"error: {steps} ended with {self.raised or 'no word'}"]

    def _fail(self, jobid: str) -> None:
        """Note the title of the step with a number, once."""
        if jobid in self._started:
            self.failed.append(self._started.pop(jobid)[0])

    def _hear(self, line: str) -> None:
        """Keep messages of the form ``error: ...`` with the indented lines after them.

        Of a traceback, which is for the log, keep the line that says what was raised.
        """
        if line.startswith("Traceback (most"):
            self._tracing = True
        elif self._tracing and _RAISED.fullmatch(line):
            self.raised, self._tracing = line, False
        if _ERROR.match(line):
            if line not in self.errors:
                self.errors.append(line)
            self._saying = True
        elif self._saying and line.startswith("  "):
            self.errors.append(line)
        else:
            self._saying = False


class Durations:
    """How long the steps of each rule took, from one run to the next."""

    def __init__(self, path: Path) -> None:
        """Read what earlier runs left; nothing, if it is missing or damaged."""
        self.path = path
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            self.seconds = {str(title): float(taken) for title, taken in known.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            self.seconds = {}

    def expected(self, rule: str) -> float:
        """Mean seconds of a rule's steps, or a guess."""
        taken = [s for title, s in self.seconds.items() if title.partition(" ")[0] == rule]
        return sum(taken) / len(taken) if taken else _UNKNOWN

    def keep(self, step: Step) -> None:
        """Remember a step's time."""
        self.seconds[step.title] = round(step.seconds, 1)

    def write(self) -> None:
        """Leave it for the next run."""
        write_whole(self.path, f"{json.dumps(self.seconds, indent=1, sort_keys=True)}\n".encode())


def follow(process: "subprocess.Popen[bytes]", log: Path, durations: Path) -> tuple[int, list[str]]:
    """Show the steps of a running workflow until it ends.

    Args:
        process: that writes the log.
        log: its output, both streams.
        durations: file with the times of earlier runs, for the time that is left.

    Returns:
        The exit status, and what the steps said of a failure.
    """
    reader, known = Reader(), Durations(durations)
    style = "{percentage:3.0f}%|{bar}| {elapsed} gone, about {remaining} left"
    with tqdm(total=1.0, bar_format=style, disable=None, leave=False) as bar:
        for line in lines_of(process, log):
            step = reader.read(line, time.monotonic())
            bar.total = max(bar.n, sum(n * known.expected(r) for r, n in reader.planned.items()), 1)
            if step:
                bar.update(known.expected(step.title.partition(" ")[0]))
                known.keep(step)
                tqdm.write(f"{step.title:<44} {step.seconds:7.1f} s   fresh", file=sys.stdout)
    with suppress(OSError, DataError):  # only a guess for the next run's bar
        known.write()
    return process.returncode, reader.reasons()


def lines_of(process: "subprocess.Popen[bytes]", log: Path) -> Iterator[str]:
    """Whole lines of a growing file, until the process has ended and all of it is read."""
    with log.open(encoding="utf-8", errors="replace") as stream:
        rest = ""
        while True:
            ended = process.poll() is not None
            rest += _more(stream)
            *lines, rest = rest.split("\n")
            yield from lines
            if ended:
                break
            time.sleep(SECONDS_BETWEEN_LOOKS)
        if rest:
            yield rest


def _more(stream: TextIO) -> str:
    return stream.read()
