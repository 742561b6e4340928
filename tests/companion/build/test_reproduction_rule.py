"""The ledger step of the workflow on a small real project: when it runs, and when it stops."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECK = """from fractions import Fraction

from companion.evidence.result import CheckResult
from companion.evidence.toy_helper import ERROR


def check() -> CheckResult:
    return CheckResult("toy", "enumeration", "one number", {"error": Fraction(*ERROR)})
"""
CLAIMS = """- id: number-toy
  section: "1"
  kind: number
  statement: An error.
  published: 1/18
  standing: given
  method: enumeration
  check: companion.evidence.toy.check
  quantity: error
  page: what-reproduces
  anchor: claim-number-toy
"""
REPORT = "build/reproduction.json"


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Path:
    """A copy of the library and the workflow, with a ledger of one claim and no notebook."""
    clean = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for folder in ("src", "workflow"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=clean)
    (tmp_path / "requirements.lock").write_text("numpy==1\n")
    (tmp_path / "data" / "paper").mkdir(parents=True)
    (tmp_path / "data" / "sources.toml").write_text("")
    (tmp_path / "data/paper/claims.yml").write_text(CLAIMS)
    (tmp_path / "data/paper/verdicts.lock").write_text("number-toy: reproduced\n")
    (tmp_path / "src/companion/evidence/toy.py").write_text(CHECK)
    (tmp_path / "src/companion/evidence/toy_helper.py").write_text("ERROR = 1, 18\n")
    return tmp_path


def make(project: Path, target: str) -> tuple[int, str]:
    """Run the launcher in the project's own copy; return its exit status and its log."""
    done = subprocess.run(
        [sys.executable, "-m", "companion.build.launch", target],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout


def test_from_check_to_report_and_back_to_the_lock(project: Path) -> None:
    status, log = make(project, REPORT)
    assert status == 0, log
    (entry,) = json.loads((project / REPORT).read_text())
    assert (entry["ours"], entry["verdict"]) == ("1/18", "reproduced")
    assert "Nothing to be done" in make(project, REPORT)[1]

    # What the check imports is an input, and a worse verdict leaves no report behind.
    helper = project / "src/companion/evidence/toy_helper.py"
    helper.write_text("ERROR = 1, 19\n")
    status, log = make(project, REPORT)
    assert status != 0
    assert "Updated input files: src/companion/evidence/toy_helper.py" in log
    assert "error: worse than committed: number-toy: reproduced -> differs" in log
    assert not (project / REPORT).exists()

    # Accepted, the same computation passes; mended, it is an improvement that is asked for.
    status, log = make(project, "verdicts")
    assert status == 0, log
    assert "WORSE: number-toy: reproduced -> differs" in log
    lock = project / "data/paper/verdicts.lock"
    assert lock.read_text().splitlines()[-1] == "number-toy: differs"
    assert make(project, REPORT)[0] == 0
    helper.write_text("ERROR = 1, 18\n")
    status, log = make(project, REPORT)
    assert status == 0, log
    assert "accept with `make verdicts`" in log
    assert lock.read_text().splitlines()[-1] == "number-toy: differs"


def test_a_damaged_ledger_stops_with_its_reason(project: Path) -> None:
    (project / "data/paper/claims.yml").write_text(CLAIMS.replace("enumeration", "guess"))
    status, log = make(project, REPORT)
    assert status != 0
    assert "entry 'number-toy', method: expected one of exact certificate" in log
