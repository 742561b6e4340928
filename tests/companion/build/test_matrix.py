"""The matrix of Pythons: what it reads of pytest and uv, and what it keeps."""

import json
import subprocess

import pytest

from companion.build import matrix
from companion.published import data_folder, read_data


def answer(python: str, packages: str, **counts: int) -> dict[str, object]:
    return {
        "python": python,
        "packages": packages,
        "versions": {},
        "counts": counts,
        "refused": "" if counts else "no wheel",
    }


def test_counts_of_pytest() -> None:
    assert matrix.counted("90 passed, 1 skipped in 7.1s") == {"passed": 90, "skipped": 1}
    assert matrix.counted("2 errors in 0.1s") == {"error": 2}
    assert matrix.counted("no tests ran in 0.1s") == {}


def test_a_run_without_a_passing_test_is_not_fine() -> None:
    assert matrix.fine(answer("3.11", "oldest", passed=1))
    for bad in ({}, {"passed": 1, "failed": 1}, {"passed": 1, "error": 1}, {"skipped": 3}):
        assert not matrix.fine(answer("3.11", "oldest", **bad))


def test_sentences() -> None:
    assert matrix.sentence(answer("3.14", "newest")) == (
        "Python 3.14, newest: not to be had: no wheel"
    )
    assert "FAILED: 1 passed, 2 failed" in matrix.sentence(
        answer("3.14", "newest", passed=1, failed=2)
    )


def test_a_later_run_takes_the_place_of_an_earlier_one() -> None:
    record = {"runs": [answer("3.14", "newest", failed=1), answer("3.11", "oldest", passed=1)]}
    found = matrix.merged(record, answer("3.14", "newest", passed=5))["runs"]
    assert [(one["python"], one["counts"]) for one in found] == [
        ("3.11", {"passed": 1}),
        ("3.14", {"passed": 5}),
    ]


def test_without_torch_its_tests_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def run(command: list[str]) -> "subprocess.CompletedProcess[str]":
        commands.append(command)
        refused = any("networks" in part for part in command) and "install" in command
        out = "{}" if "-c" in command else "5 passed in 1s"
        return subprocess.CompletedProcess(command, int(refused), out, "no torch here\nhint")

    monkeypatch.setattr(matrix, "_run", run)
    found = matrix.run_one("3.14", "oldest")
    assert (found["no_torch"], found["counts"]) == ("no torch here", {"passed": 5})
    assert any(part.endswith("layers") for part in commands[-1])
    assert "lowest-direct" in commands[1]


def test_no_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = subprocess.CompletedProcess(["uv"], 2, "", "no Python 3.14\nhint")
    monkeypatch.setattr(matrix, "_run", lambda command: refusal)
    found = matrix.run_one("3.14", "oldest")
    assert found["refused"] == "no Python 3.14"
    assert not matrix.fine(found)


def test_a_run_that_broke_off_has_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str]) -> "subprocess.CompletedProcess[str]":
        broken = "pytest" in command
        return subprocess.CompletedProcess(command, 3 * broken, "{}" if "-c" in command else "", "")

    monkeypatch.setattr(matrix, "_run", run)
    assert matrix.run_one("3.11", "newest")["counts"] == {"error": 1}


def test_the_record_is_of_the_matrix() -> None:
    runs = json.loads(read_data(data_folder() / "ours" / "matrix.json"))["runs"]
    keys = [(one["python"], one["packages"]) for one in runs]
    assert runs
    assert len(set(keys)) == len(keys)
    assert set(keys) <= {(p, r) for p in matrix.PYTHONS for r in matrix.RESOLUTIONS}
    for one in runs:
        assert one["refused"] or matrix.fine(one), matrix.sentence(one)
        assert one["refused"] or one["versions"]["python"].startswith(one["python"])
