"""What re-runs when something changes, and what a killed run leaves: on a small real project."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from companion.build.cells import profile_cells

HEADER = """# ---
# jupyter:
#   companion:
#     inputs:
#     - data/*.csv
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %%
"""
NOTEBOOKS = {
    "direct": "from maxpooling.helper import LENGTH",
    "indirect": "from maxpooling.user import DOUBLE",
    "apart": "from companion.pages.publishing import record\nrecord(one=1)",
}
HELPERS = {
    "helper.py": "LENGTH = 3\n",
    "user.py": "from maxpooling.helper import LENGTH\n\nDOUBLE = 2 * LENGTH\n",
}


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Path:
    """A copy of the library and the workflow, with three notebooks of its own."""
    clean = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for folder in ("src", "workflow"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=clean)
    (tmp_path / "requirements.lock").write_text("numpy==1\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sources.toml").write_text("")  # no data set: nothing to fetch
    (tmp_path / "data" / "table.csv").write_text("1\n")
    for name, text in HELPERS.items():
        (tmp_path / "src/maxpooling" / name).write_text(text)
    (tmp_path / "notebooks").mkdir()
    for name, code in NOTEBOOKS.items():
        (tmp_path / "notebooks" / f"{name}.py").write_text(f"{HEADER}{code}\n")
    return tmp_path


def start(project: Path, *targets: str, apart: bool = False) -> subprocess.Popen[str]:
    """Start the launcher in the project's own copy of everything."""
    files = [f"build/notebooks/{name}.ipynb" for name in targets or NOTEBOOKS]
    return subprocess.Popen(
        # The launcher takes a target and a name, here none; what follows is Snakemake's.
        [sys.executable, "-m", "companion.build.launch", files[0], *files[1:]],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=apart,
    )


def make(project: Path, *targets: str) -> tuple[int, set[str], str]:
    """Run it; return its exit status, the notebooks it executed, and all that it said."""
    process = start(project, *targets)
    shown, _ = process.communicate(timeout=300)
    log = shown + (project / "build/logs/book.log").read_text()
    ran = {name for name in NOTEBOOKS if f"{name}: executed in" in log}
    return process.returncode, ran, log


def test_what_changes_decides_what_runs(project: Path) -> None:
    status, ran, log = make(project)
    assert (status, ran) == (0, set(NOTEBOOKS)), log

    status, ran, log = make(project)
    assert (status, ran) == (0, set()), log
    assert "Nothing to be done" in log

    helper = project / "src/maxpooling/helper.py"
    os.utime(helper)
    assert make(project)[1] == set()  # a new date on the same content is no change

    helper.write_text("LENGTH = 4\n")
    status, ran, log = make(project)
    assert (status, ran) == (0, {"direct", "indirect"}), log
    assert "reason: Updated input files: src/maxpooling/helper.py" in log

    (project / "notebooks/apart.py").write_text(f"{HEADER}1 + 1\n")
    assert make(project)[1] == {"apart"}

    (project / "data/table.csv").write_text("2\n")
    assert make(project)[1] == set(NOTEBOOKS)

    (project / "data/another.csv").write_text("2\n")
    assert make(project)[1] == set(NOTEBOOKS)  # a new file of a declared pattern

    (project / "requirements.lock").write_text("numpy==2\n")
    assert make(project)[1] == set(NOTEBOOKS)

    snakefile = project / "workflow/Snakefile"
    snakefile.write_text(snakefile.read_text().replace('"{PYTHON} ', '"  {PYTHON} '))
    assert make(project)[1] == set()  # a rule's own text is no reason to run it again


def test_content_counts_whatever_the_clock_says(project: Path) -> None:
    status, _, log = make(project, "direct")
    assert status == 0, log
    helper, made = project / "src/maxpooling/helper.py", project / "build/notebooks/direct.ipynb"
    helper.write_text("LENGTH = 4\n")
    os.utime(helper, (0, 0))  # written while the clock was far back
    assert make(project, "direct")[1] == {"direct"}
    future = time.time() + 10**6
    for path in (made, helper, *(project / "build/results/direct").iterdir()):
        os.utime(path, (future, future))  # made, or edited, while the clock was far ahead
    (project / "notebooks/direct.py").write_text(f"{HEADER}1 + 1\n")
    assert make(project, "direct")[1] == {"direct"}
    assert max(made.stat().st_mtime, helper.stat().st_mtime) < future
    assert make(project, "direct")[1] == set()


def test_a_failure_leaves_no_output_and_names_the_error(project: Path) -> None:
    (project / "notebooks/apart.py").write_text(
        f"{HEADER}raise RuntimeError('broken on purpose')\n"
    )
    status, ran, log = make(project, "apart")
    assert status != 0
    assert ran == set()
    assert "error: apart.py, cell 1 raised RuntimeError: broken on purpose" in log
    assert not (project / "build/notebooks/apart.ipynb").exists()
    assert not (project / "build/results/apart").exists()


def test_a_killed_run_does_not_stand_in_the_way(project: Path) -> None:
    flag = project / "started"
    code = f"import pathlib, time\npathlib.Path({str(flag)!r}).touch()\ntime.sleep(3600)\n"
    (project / "notebooks/apart.py").write_text(HEADER + code)
    process = start(project, "apart", apart=True)
    while not flag.exists():
        assert process.poll() is None
        time.sleep(0.2)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    (project / "notebooks/apart.py").write_text(f"{HEADER}1 + 1\n")
    status, ran, log = make(project, "apart")
    assert (status, ran) == (0, {"apart"}), log
    assert "that a killed run left behind" in log
    assert (project / "build/notebooks/apart.ipynb").exists()
    assert [p.name for p in (project / "build/results").iterdir()] == ["apart"]
    assert not list((project / "build/scratch").iterdir())


def dry_run(root: Path, *arguments: str, quiet: bool = True) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "snakemake", "experiments", "--dry-run"]
    command += ["--quiet", "rules"] if quiet else []
    return subprocess.run(
        [*command, *arguments, "--snakefile", "workflow/Snakefile"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("profile", ["quick", "cpu", "paper"])
def test_slurm_profile_plans_every_cell(root: Path, profile: str) -> None:
    done = dry_run(
        root,
        *("--config", f"profile={profile}", "--forceall"),
        *("--workflow-profile", "workflow/profiles/slurm"),
    )
    assert done.returncode == 0, done.stderr
    planned = {name: int(count) for name, count in re.findall(r"(cell_\w+) +(\d+)\n", done.stdout)}
    wanted = Counter(f"cell_{cell.experiment.replace('-', '_')}" for cell in profile_cells(profile))
    assert planned == wanted


def test_each_job_asks_for_what_its_plan_says(root: Path) -> None:
    done = dry_run(
        root,
        *("--config", "profile=paper", "--forceall", "--nolock", "--cores", "1"),
        quiet=False,
    )
    assert done.returncode == 0, done.stderr
    asked = set()
    for job in done.stdout.split("rule cell_")[1:]:
        said = dict(re.findall(r"(experiment|mem_mb|runtime|gpu)=([\w-]+)", job))
        asked.add(tuple(said[name] for name in ("experiment", "mem_mb", "runtime", "gpu")))
    needs = {cell.experiment: cell.needs for cell in profile_cells("paper")}
    assert asked == {
        (name, str(one.memory), str(one.minutes), str(one.gpus)) for name, one in needs.items()
    }


def test_unknown_profile_is_named(root: Path) -> None:
    done = dry_run(root, "--config", "profile=fast", "--cores", "1")
    assert done.returncode != 0
    assert "'fast'" in done.stdout + done.stderr
