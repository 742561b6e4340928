"""The ledger step of the workflow on a small real project: when it runs, and when it stops."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECK = """from fractions import Fraction

from companion.checking import Kind, check
from companion.evidence.toy_helper import ERROR


@check("theorem-99", Kind.EVERY_CASE, d=range(2, 5))
def toy_error(d):
    return {"error": Fraction(*ERROR)}
"""
BOX = """# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# ```{statement} Theorem 99 (the toy)
# :label: theorem-99
# :standing: given
# :check: toy_error
#
# There is an error.
# ```
"""
CLAIMS = """- id: theorem-99
  section: "1"
  published: 1/18
  quantity: error
"""
COMMITTED = """theorem-99: reproduced
  every case of a finite domain | toy.toy_error | d = 2, 3, 4 | 3
"""
REPORT = "build/reproduction.json"


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Path:
    """A copy of the library and the workflow, with a ledger of one claim, its box and its check."""
    clean = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for folder in ("src", "workflow"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=clean)
    for folder in ("data/paper", "notebooks", "book", "proofs"):
        (tmp_path / folder).mkdir(parents=True)
    record = "proofs/accepted.json"  # alone, as in an installed package
    shutil.copyfile(root / record, tmp_path / record)
    evidence = tmp_path / "src/companion/evidence"
    for module in evidence.glob("*.py"):
        if module.name != "__init__.py":
            module.unlink()  # checks of the real claims, which are not here
    (evidence / "__init__.py").write_text("")
    (evidence / "toy.py").write_text(CHECK)
    (evidence / "toy_helper.py").write_text("ERROR = 1, 18\n")
    for source in ("book/notation.csv", "CITATION.cff"):
        (tmp_path / source).touch()
    (tmp_path / "requirements.lock").write_text("numpy==1\n")
    (tmp_path / "data" / "sources.toml").write_text("")
    (tmp_path / "data/paper/claims.yml").write_text(CLAIMS)
    (tmp_path / "data/paper/verdicts.lock").write_text(COMMITTED)
    (tmp_path / "notebooks/toy.py").write_text(BOX)
    return tmp_path


def make(project: Path, target: str, *options: str) -> tuple[int, str]:
    """Run the launcher in the project's own copy; return its exit status and its log."""
    done = subprocess.run(
        [sys.executable, "-m", "companion.build.launch", target, *options],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout + (project / "build/logs/book.log").read_text()


def committed(project: Path) -> list[str]:
    """The lock without its comments."""
    lines = (project / "data/paper/verdicts.lock").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_from_check_to_report_and_back_to_the_lock(project: Path) -> None:
    status, log = make(project, REPORT)
    assert status == 0, log
    (row,) = json.loads((project / REPORT).read_text())["rows"]
    assert (row["ours"], row["verdict"]) == ("1/18", "reproduced")

    # What the check imports is an input, and a worse verdict leaves no report behind.
    helper = project / "src/companion/evidence/toy_helper.py"
    helper.write_text("ERROR = 1, 19\n")
    status, log = make(project, REPORT)
    assert status != 0
    assert "worse than committed: theorem-99: reproduced -> differs" in log
    assert not (project / REPORT).exists()

    # Accepted, the same computation passes; mended, it is an improvement that is asked for.
    status, log = make(project, "verdicts")
    assert status == 0, log
    assert "WORSE: theorem-99: reproduced -> differs" in log
    assert committed(project)[0] == "theorem-99: differs"
    assert make(project, REPORT)[0] == 0
    helper.write_text("ERROR = 1, 18\n")
    status, log = make(project, REPORT)
    assert status != 0
    assert "accept with `make verdicts`" in log
    assert committed(project)[0] == "theorem-99: differs"


def test_a_new_claim_plans_no_notebook(project: Path) -> None:
    """Neither for the report nor, once they have run, for the whole book."""
    (project / "CHANGELOG.md").touch()
    (project / "_config.yml").touch()
    (project / "book/references.bib").touch()
    for file in ("setup.py", "pyproject.toml"):
        (project / file).touch()
    notebook = "build/notebooks/toy.ipynb"
    status, log = make(project, REPORT)
    assert status == 0, log
    assert not (project / notebook).exists()  # the report reads sources, not results
    status, log = make(project, notebook)
    assert status == 0, log

    more = CLAIMS.replace("theorem-99", "number-new") + (
        "  statement: An error.\n  standing: given\n  check: toy.toy_error\n  at: theorem-99\n"
    )
    (project / "data/paper/claims.yml").write_text(CLAIMS + more)
    shutil.rmtree(project / "build/logs")
    assert "reproduction" in planned(project, "book")
    assert "notebook" not in planned(project, "book")
    # What makes a notebook run again is planned, so the plan is one that could show it.
    (project / "notebooks/toy.py").write_text(BOX + "# %%\n1 + 1\n")
    assert {"reproduction", "notebook"} <= planned(project, "book")


def planned(project: Path, target: str) -> set[str]:
    """The rules that a dry run names."""
    status, log = make(project, target, "--dry-run")
    assert status == 0, log
    return set(re.findall(r"^(?:local)?rule (\w+):$", log, re.MULTILINE))


def test_a_narrower_domain_is_worse(project: Path) -> None:
    check = project / "src/companion/evidence/toy.py"
    check.write_text(CHECK.replace("range(2, 5)", "range(2, 4)"))
    status, log = make(project, REPORT)
    assert status != 0
    assert "worse than committed: theorem-99: reproduced" in log
    assert "- every case of a finite domain | toy.toy_error | d = 2, 3, 4 | 3" in log
    assert not (project / REPORT).exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("data/paper/claims.yml", "section", "part", "entry 'theorem-99', "),
        ("notebooks/toy.py", "toy_error", "toy_eror", "check 'toy.toy_eror': expected one that"),
        (
            "notebooks/toy.py",
            "given",
            "sure",
            "Theorem 99 (the toy)', standing: expected",
        ),
        ("src/companion/evidence/toy.py", '"theorem-99"', '"theorem-2"', "found 'theorem-2'"),
    ],
)
def test_a_contradiction_stops_with_its_reason(
    project: Path, file: str, old: str, new: str, reason: str
) -> None:
    path = project / file
    path.write_text(path.read_text().replace(old, new))
    status, log = make(project, REPORT)
    assert status != 0
    assert reason in log
    assert not (project / REPORT).exists()
