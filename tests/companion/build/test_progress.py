"""What a reader sees of a run: lines per step, reasons of a failure, and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from companion.build.progress import Durations, Reader, Step, follow

LOG = """Building DAG of jobs...
Job stats:
job         count
--------  -------
notebook        2
book            1
total           3

[Wed Nov 25 16:28:38 2026]
localrule notebook:
    input: notebooks/a.py
    output: build/notebooks/a.ipynb
    jobid: 4
    reason: Missing output files
    wildcards: name=a
[Wed Nov 25 16:28:38 2026]
rule book:
    input: x
    jobid: 0
error: a.py, cell 3 raised ValueError: no
  (see build/failed/a.ipynb)
error: a.py, cell 3 raised ValueError: no
Finished jobid: 4 (Rule: notebook)
Finished jobid: 0 (Rule: book)
"""


def test_steps_counts_and_reasons() -> None:
    reader = Reader()
    lines = enumerate(LOG.splitlines())
    found = [step for now, line in lines if (step := reader.read(line, float(now)))]
    assert [step.title for step in found] == ["notebook a", "book"]
    assert [step.seconds for step in found] == [8.0, 5.0]
    assert reader.planned == {"notebook": 2, "book": 1}
    assert reader.errors == [
        "error: a.py, cell 3 raised ValueError: no",
        "  (see build/failed/a.ipynb)",
    ]


def test_durations_are_kept_and_damage_is_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "durations.json"
    path.write_text("{half")
    known = Durations(path)
    assert known.expected("notebook") > 0
    known.keep(Step("notebook a", 4.0))
    known.keep(Step("notebook b", 6.0))
    known.write()
    assert Durations(path).expected("notebook") == 5.0
    assert json.loads(path.read_text()) == {"notebook a": 4.0, "notebook b": 6.0}


def test_piped_output_is_plain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    code = f"import sys; sys.stdout.write({LOG!r}); sys.exit(3)"
    with log.open("wb") as stream:
        process = subprocess.Popen([sys.executable, "-c", code], stdout=stream)
        status, errors = follow(process, log, tmp_path / "durations.json")
    assert status == 3
    assert errors[0].startswith("error: a.py")
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()] == ["notebook", "book"]
    assert "\r" not in printed
    assert "\x1b" not in printed


CRASH = """rule notebook:
    jobid: 4
    wildcards: name=a
Traceback (most recent call last):
  File "x.py", line 1, in <module>
    raise ValueError("first")
ValueError: first

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "x.py", line 2, in <module>
OSError: [Errno 28] No space left on device: 'build/x'
Error in rule notebook:
    message: None
    jobid: 4
RuleException:
"""


def test_a_step_that_breaks_is_named_with_what_it_raised() -> None:
    reader = Reader()
    for line in CRASH.splitlines():
        reader.read(line, 0)
    assert reader.reasons() == [
        "error: notebook a ended with OSError: [Errno 28] No space left on device: 'build/x'"
    ]
    reader.read("error: said so itself", 0)
    assert reader.reasons() == ["error: said so itself"]


def test_no_failure_no_reason() -> None:
    assert Reader().reasons() == []
