"""The record of the verifier: whole, right, and a wrong answer is noticed."""

import copy
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from companion.experiments import marabou_worker, verifier
from maxpooling.errors import DataError
from maxpooling.networks import smallest_max_network

ANSWERS = verifier.read()["answers"]


def test_every_question_is_answered_for_every_pool() -> None:
    heads = [head for _, head in verifier.tasks()]
    keys = ("inputs", "non_negative", "hidden_widths", "question")
    assert [{key: dict(one)[key] for key in keys} for one in ANSWERS] == heads
    assert {tuple(one["hidden_widths"]) for one in ANSWERS if one["inputs"] == 9} >= {
        smallest_max_network(9).hidden_widths,
        smallest_max_network(9, 3).hidden_widths,
        (),
    }


def test_no_answer_is_wrong() -> None:
    assert verifier.faults(ANSWERS) == []
    assert {one["answer"] for one in ANSWERS} <= {"sat", "unsat", "TIMEOUT", verifier.ENDED}
    assert all((one["seconds"] is None) == (one["answer"] == verifier.ENDED) for one in ANSWERS)


@pytest.mark.parametrize("change", ["answer", "point outside", "point too low", "no point"])
def test_a_wrong_answer_is_noticed(change: str) -> None:
    answers = copy.deepcopy(ANSWERS)
    one = next(
        one for one in answers if one["answer"] == ("unsat" if change == "answer" else "sat")
    )
    n = one["inputs"]
    match change:
        case "answer":
            one["answer"], one["point"] = "sat", [0.0] * n
        case "point outside":
            one["point"] = [2.0] + [0.0] * (n - 1)
        case "point too low":
            one["point"] = [0.5] * n
        case _:
            one["point"] = None
    assert verifier.faults(answers)


def test_tasks_are_the_networks_that_they_name() -> None:
    for task, head in verifier.tasks():
        widths = [len(biases) for _, biases in task["layers"] or []]
        assert widths[:-1] == head["hidden_widths"]
        assert len(task["low"]) == len(task["high"]) == head["inputs"]


def test_a_verifier_that_cannot_be_installed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(command: list[str], **_: object) -> "subprocess.CompletedProcess[str]":
        return subprocess.CompletedProcess(command, 1, "", "no such wheel\nmore")

    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(DataError, match=r"wheel of maraboupy==.*found: no such wheel$"):
        verifier.ask_marabou()
    assert verifier.main([]) == 1
    assert capsys.readouterr().err.startswith("error: Marabou: expected Python")


def test_a_verifier_that_does_not_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: list[str], **given: object) -> None:
        raise subprocess.TimeoutExpired(command, float(str(given["timeout"])))

    monkeypatch.setattr(subprocess, "run", hang)
    task, _ = verifier.tasks()[0]
    found = verifier._one_answer(Path(sys.executable), task)
    assert found == {"answer": verifier.ENDED, "point": None, "seconds": None}


def test_the_worker_prints_one_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(marabou_worker, "ask", lambda task, limit: {"got": [task, limit]})
    monkeypatch.setattr(sys, "argv", ["marabou_worker.py"])
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"task": {}, "limit": 3})))
    marabou_worker.main()
    (line,) = [one for one in capsys.readouterr().out.splitlines() if one]
    assert json.loads(line.removeprefix(marabou_worker.MARK)) == {"got": [{}, 3]}
