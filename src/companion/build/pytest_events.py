"""A plug-in of pytest: a file that says, as it happens, which tests are planned and how each ended.

``python -m companion.build.run_tests`` names it to pytest and reads the file. One line of JSON per
event: ``{"planned": [...]}``, ``{"test": ..., "outcome": ..., "seconds": ...}`` with the error
where there is one. With workers, only the process that commands them writes.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

VARIABLE = "COMPANION_TEST_EVENTS"


class Events:
    """Writes the file."""

    def __init__(self, path: Path) -> None:
        """Begin it anew."""
        self.path = path
        self.path.write_text("", encoding="utf-8")
        self.planned = False
        self.seconds: dict[str, float] = {}
        self.ended: dict[str, tuple[str, str]] = {}

    def write(self, **event: Any) -> None:
        """Add one event."""
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(event) + "\n")

    def plan(self, tests: list[str]) -> None:
        """Say what will run; workers each say it, once is enough."""
        if not self.planned:
            self.write(planned=tests)
        self.planned = True

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Called where tests are collected by the process that runs them."""
        if session.items:
            self.plan([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Called for every worker."""
        self.plan(ids)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be collected is a failure."""
        if report.failed:
            self.write(test=report.nodeid, outcome="failed", seconds=0, error=_reason(report))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called for the three phases of every test; the last one ends it."""
        name = report.nodeid
        self.seconds[name] = self.seconds.get(name, 0) + report.duration
        if report.failed:
            self.ended[name] = ("failed", _reason(report))
        elif report.skipped:
            self.ended.setdefault(name, ("skipped", ""))
        if report.when == "teardown":
            outcome, error = self.ended.pop(name, ("passed", ""))
            self.write(test=name, outcome=outcome, seconds=self.seconds.pop(name), error=error)


def _reason(report: pytest.CollectReport | pytest.TestReport) -> str:
    """The error of a failure in a line or two."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return str(crash.message).strip()
    lines = [line for line in report.longreprtext.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason was given"


def pytest_configure(config: pytest.Config) -> None:
    """Register the writer, in the process that commands the workers."""
    if VARIABLE in os.environ and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Events(Path(os.environ[VARIABLE])))
