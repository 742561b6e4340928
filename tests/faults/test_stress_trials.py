"""The parts of ``make stress`` that need no hour: what a run starts with, what a record keeps."""

import json
from pathlib import Path

import pytest

from companion.build import stress


def test_a_part_of_the_record_replaces_only_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {
        "files": [{"kind": "tables", "run": 1}, {"kind": "weights", "run": 1}],
        "stages": [{"stage": "ledger", "run": 1}, {"stage": "book", "run": 1}],
    }
    monkeypatch.setattr(stress, "read_data", lambda _: json.dumps(before))
    found = {"files": [], "stages": [{"stage": "book", "run": 2}, {"stage": "new", "run": 2}]}
    whole = stress.joined(found)
    assert whole["files"] == before["files"]
    assert [(row["stage"], row["run"]) for row in whole["stages"]] == [
        ("ledger", 1),
        ("book", 2),
        ("new", 2),
    ]


@pytest.mark.parametrize("name", ["calm", "torn"])
def test_given_results_are_there_before_and_after_a_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    root = tmp_path / "root"
    (root / "build" / "cells").mkdir(parents=True)
    (root / "build" / "cells" / "one.json").write_text("1")
    monkeypatch.setattr(stress, "ROOT", root)
    monkeypatch.setattr(stress, "copy_sources", lambda _, copy: copy.mkdir(parents=True))
    for chapter in ("kept", "anew"):
        (root / "build" / "notebooks").mkdir(exist_ok=True)
        (root / "build" / "notebooks" / f"{chapter}.ipynb").write_text("{}")
        (root / "build" / "results" / chapter).mkdir(parents=True)
    given = ("build/cells", "build/none", "build/notebooks", "build/results")
    stage = stress.Stage("trial", ("-c", "pass"), (), given, ("anew",))
    trial = stress.Trial(stage, tmp_path / "work")
    (trial.torn / "build").mkdir(exist_ok=True)
    (trial.torn / "build" / "half").write_text("")
    trial.restart()
    assert (getattr(trial, name) / "build" / "cells" / "one.json").read_text() == "1"
    assert not (trial.torn / "build" / "half").exists()
    made = sorted(path.stem for path in (getattr(trial, name) / "build").glob("*s/*"))
    assert made == ["kept", "kept", "one"]
