"""The committed verdicts: what counts as worse, and how the lock is kept."""

import pytest

from companion.build.reproduction import report_changes
from companion.ledger.comparison import Published
from companion.ledger.evaluation import Outcome
from companion.ledger.model import VERDICTS, Claim
from companion.ledger.verdicts import changes, read_lock, write_lock
from maxpooling.errors import DataError


def outcome(name, verdict, why=""):
    claim = Claim(
        name, "1", "theorem", "x", Published("holds"), "given", "symbolic", "page", "anchor"
    )
    return Outcome(claim, verdict, why=why)


def change(committed, earned):
    old = {"a": committed} if committed else {}
    (found,) = changes(old, [outcome("a", earned, "why")] if earned else [])
    return found


def test_every_step_down_the_list_is_worse():
    for i, better in enumerate(VERDICTS):
        for worse in VERDICTS[i + 1 :]:
            assert change(better, worse).worse
            assert not change(worse, better).worse


def test_an_entry_that_vanishes_is_worse():
    assert change("reproduced", None).worse


def test_a_new_entry_is_worse_only_if_it_differs():
    assert change(None, "differs").worse
    assert not change(None, "cannot be checked").worse


def test_unchanged_entries_are_no_change():
    assert changes({"a": "sharper"}, [outcome("a", "sharper")]) == []


def test_the_report_says_which_and_why(capsys):
    worse = changes({"a": "reproduced"}, [outcome("a", "differs", "1/19 at d=9")])
    assert report_changes(worse) == 1
    expected = "error: worse than committed: a: reproduced -> differs (1/19 at d=9)\n"
    assert capsys.readouterr().err == expected
    better = changes({"a": "erratum"}, [outcome("a", "reproduced")])
    assert report_changes(better) == 0
    error = capsys.readouterr().err
    assert "accept with `make verdicts`" in error
    assert "a: erratum -> reproduced" in error
    assert report_changes([]) == 0
    assert capsys.readouterr().err == ""


def test_lock_round_trip(tmp_path):
    path = tmp_path / "verdicts.lock"
    write_lock(path, [outcome("b", "reproduced at reduced scale"), outcome("a", "erratum")])
    assert read_lock(path) == {"b": "reproduced at reduced scale", "a": "erratum"}
    assert path.read_text().splitlines()[1] == "b: reproduced at reduced scale"
    assert [p.name for p in tmp_path.iterdir()] == ["verdicts.lock"]


@pytest.mark.parametrize("line", ["a: fine", "a", "a: sharper\na: sharper"])
def test_damaged_lock_is_refused(tmp_path, line):
    path = tmp_path / "verdicts.lock"
    path.write_text(line)
    with pytest.raises(DataError, match=r"verdicts\.lock: line \d: expected 'identifier: verdict'"):
        read_lock(path)


def test_missing_lock_is_named(tmp_path):
    with pytest.raises(DataError, match=r"verdicts\.lock: expected committed verdicts"):
        read_lock(tmp_path / "verdicts.lock")
