"""Run the tests for a reader: a line per part, one bar, and of a failure its test, error and log.

What pytest prints goes to ``build/logs/tests.log``. Options are passed on to pytest.
"""

import argparse
import io
import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tqdm import tqdm

from companion.build.progress import lines_of
from companion.build.pytest_events import VARIABLE
from companion.build.surroundings import surroundings

ROOT = Path(__file__).resolve().parents[3]
LOGS = ROOT / "build" / "logs"
SHOWN = 4  # lines of a failure's error


def part_of(test: str) -> str:
    """The part of the suite that a test belongs to: the folder of its file.

    Examples:
        >>> part_of("tests/companion/build/test_lock.py::test_a[x/y]")
        'tests/companion/build'
    """
    return str(PurePosixPath(test.partition("::")[0]).parent)


@dataclass(frozen=True)
class Part:
    """A part of the suite of which every test has run.

    Attributes:
        name: its folder.
        tests: how many there are.
        failed: how many of them failed.
        seconds: that they took, one after the other.
    """

    name: str
    tests: int
    failed: int
    seconds: float

    def __str__(self) -> str:
        """The line that is shown."""
        failed = f", {self.failed} failed" if self.failed else ""
        tests = f"{self.tests} test{'s' if self.tests > 1 else ''}"
        return f"{self.name:<44} {self.seconds:7.1f} s   {tests}{failed}"


@dataclass
class Suite:
    """What the events have said so far.

    Attributes:
        planned: how many tests each part has.
        ended: how many tests of a part have ended.
        failures: test and error of each failure.
    """

    planned: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    _seconds: Counter[str] = field(default_factory=Counter)
    _failed: Counter[str] = field(default_factory=Counter)

    def take(self, line: str) -> Part | None:
        """Take an event; return the part that it completes, if any."""
        event = json.loads(line)
        if "planned" in event:
            self.planned.update(part_of(test) for test in event["planned"])
            return None
        test, part = event["test"], part_of(event["test"])
        if event["outcome"] == "failed":
            self.failures[test] = event["error"]
            self._failed[part] += 1
        self.ended[part] += 1
        self._seconds[part] += event["seconds"]
        if self.ended[part] != self.planned[part]:
            return None
        return Part(part, self.planned[part], self._failed[part], self._seconds[part])


def follow(process: "subprocess.Popen[bytes]", events: Path) -> Suite:
    """Show the parts of a running suite until it ends."""
    suite = Suite()
    style = "{percentage:3.0f}%|{bar}| {n_fmt} of {total_fmt} tests, about {remaining} left"
    with tqdm(total=1, bar_format=style, disable=None, leave=False) as bar:
        for line in lines_of(process, events):
            part = suite.take(line)
            bar.total = max(1, suite.planned.total())
            bar.update(suite.ended.total() - bar.n)
            if part:
                tqdm.write(str(part), file=sys.stdout)
    return suite


def closing_line(log: str) -> str:
    r"""The last line of pytest's own words, without its frame.

    Examples:
        >>> closing_line("x\n===== 3 passed in 0.10s =====\n")
        '3 passed in 0.10s'
        >>> closing_line("")
        'pytest said nothing'
    """
    lines = [line for line in log.splitlines() if line.strip()]
    return lines[-1].strip("= ") if lines else "pytest said nothing"


def main() -> int:
    """Command line: ``run_tests.py [options of pytest]``."""
    parser = argparse.ArgumentParser(
        usage="%(prog)s [-h] [OPTION OF PYTEST ...]",
        description=(__doc__ or "").partition("\n")[0],
    )
    _, chosen = parser.parse_known_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    log, events = LOGS / "tests.log", LOGS / "tests.jsonl"
    events.write_text("", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "companion.build.pytest_events"]
    command += ["-n", "auto", "--color=no", *chosen]
    variables = {**surroundings(os.environ, ROOT), VARIABLE: str(events)}
    with log.open("wb") as stream:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=stream, stderr=stream)
        try:
            suite = follow(process, events)
        except KeyboardInterrupt:
            process.wait()
            print("stopped", file=sys.stderr)
            return 130
    said = log.read_text(encoding="utf-8", errors="replace")
    for test, error in suite.failures.items():
        print(f"error: {test}", *error.splitlines()[:SHOWN], sep="\n  ", file=sys.stderr)
    if process.returncode:
        if not suite.failures:
            print("\n".join(said.splitlines()[-5:]), file=sys.stderr)
        print(f"the whole log: {log.relative_to(ROOT)}", file=sys.stderr)
    print(closing_line(said))
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
