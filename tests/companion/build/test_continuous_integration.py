"""The published workflow is valid, pinned, and asks for no more rights than it needs."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from companion.build import matrix
from companion.sphinx import downloads


@pytest.fixture(scope="module")
def files(root: Path) -> list[Path]:
    found = sorted((root / ".github/workflows").glob("*.yml"))
    assert found
    return found


def test_valid_by_the_schema(files: list[Path]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    done = subprocess.run(
        [*command, "vendor.github-workflows", *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_schema_check_can_fail(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text("on: push\njobs: {a: {runs-on: x, steps: [{uzes: b}]}}\n")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    done = subprocess.run([*command, "vendor.github-workflows", wrong], check=False)
    assert done.returncode != 0


def test_actions_are_pinned_by_commit(files: list[Path]) -> None:
    for file in files:
        for action in re.findall(r"uses:\s*(\S+)", file.read_text()):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action), f"{file.name}: {action}"


def test_updates_are_proposed(root: Path, files: list[Path]) -> None:
    """For the actions, and for the packages that pyproject.toml pins."""
    file = root / ".github" / "dependabot.yml"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    done = subprocess.run(
        [*command, "vendor.dependabot", file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    updates = yaml.safe_load(file.read_text())["updates"]
    assert {one["package-ecosystem"] for one in updates} == {"github-actions", "pip"}


def test_every_checkout_forgets_its_token(files: list[Path]) -> None:
    for file in files:
        for job in yaml.safe_load(file.read_text())["jobs"].values():
            for step in job["steps"]:
                if step.get("uses", "").startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] is False


# What a job may write besides reading the repository.
RIGHTS = {"publish": {"pages", "id-token"}, "notebooks": {"contents"}}


def test_rights_are_the_least(files: list[Path]) -> None:
    for file in files:
        workflow = yaml.safe_load(file.read_text())
        assert workflow["permissions"] == {}, file.name
        for name, job in workflow["jobs"].items():
            rights = job.get("permissions", {})
            writes = {right for right, level in rights.items() if level == "write"}
            assert writes <= RIGHTS.get(name, set()), name


def test_runs_what_is_run_by_hand(root: Path, files: list[Path]) -> None:
    steps = [
        step.get("run", "")
        for file in files
        for job in yaml.safe_load(file.read_text())["jobs"].values()
        for step in job["steps"]
    ]
    assert "bash .ci/run" in steps
    assert (root / ".ci/run").stat().st_mode & 0o111


def test_launch_buttons_open_the_branch_that_is_published(files: list[Path]) -> None:
    text = "".join(file.read_text() for file in files)
    assert f"git init --quiet --initial-branch={downloads.BRANCH}\n" in text
    assert re.search(rf"git push .*\$\{{GITHUB_REPOSITORY\}}\.git\" {downloads.BRANCH}\n", text)
    assert "COMPANION_REPOSITORY: ${{ github.repository }}\n" in text


def test_the_library_is_tested_on_every_python(root: Path) -> None:
    """The job's matrix is that of the command which it runs, and of the metadata."""
    file = root / ".github" / "workflows" / "verify-and-publish.yml"
    job = yaml.safe_load(file.read_text())["jobs"]["library"]
    assert tuple(job["strategy"]["matrix"]["python"]) == matrix.PYTHONS
    assert tuple(job["strategy"]["matrix"]["packages"]) == tuple(matrix.RESOLUTIONS)
    runs = [step.get("run", "") for step in job["steps"]]
    assert any("src/companion/build/matrix.py" in run for run in runs)
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">={matrix.PYTHONS[0]}"
