"""The committed verdicts: what counts as worse, and how the lock is kept."""

from pathlib import Path

import pytest

from companion.build.reproduction import report_changes
from companion.checking import Kind
from companion.ledger import Claim, Outcome
from companion.ledger.comparison import Published
from companion.ledger.evaluation import Line
from companion.ledger.model import VERDICTS
from companion.ledger.verdicts import Change, Locked, changes, read_lock, write_lock
from maxpooling.errors import DataError

WIDE = Line(Kind.CERTIFICATE, "s3.theorem_2", "d = 2 to 64", 63)
SMALL = Line(Kind.CERTIFICATE, "s3.theorem_2", "d = 100, 200", 2)
PROVED = Line(Kind.PROVED)
MACHINE = Line(Kind.MACHINE, "Maxpooling.theorem_2")


def outcome(name: str, verdict: str, *evidence: Line, why: str = "") -> Outcome:
    claim = Claim(name, "A", "1", "theorem", "x", Published("holds"), "given", "page", "anchor")
    return Outcome(claim, verdict, evidence=evidence, why=why)


def change(committed: str | None, earned: str | None) -> Change:
    old = {"a": Locked(committed)} if committed else {}
    (found,) = changes(old, [outcome("a", earned)] if earned else [])
    return found


def narrowed(old: tuple[Line, ...], new: tuple[Line, ...]) -> Change:
    (found,) = changes({"a": Locked("reproduced", old)}, [outcome("a", "reproduced", *new)])
    return found


class TestVerdicts:
    def test_every_step_down_the_list_is_worse(self) -> None:
        order = list(VERDICTS)
        for i, better in enumerate(order):
            for worse in order[i + 1 :]:
                assert change(better, worse).worse
                assert not change(worse, better).worse

    def test_an_entry_that_vanishes_is_worse(self) -> None:
        assert change("reproduced", None).worse

    def test_a_new_entry_is_worse_only_if_it_differs(self) -> None:
        assert change(None, "differs").worse
        assert not change(None, "cannot be checked").worse

    def test_unchanged_entries_are_no_change(self) -> None:
        same = {"a": Locked("sharper", (WIDE, PROVED))}
        assert changes(same, [outcome("a", "sharper", WIDE, PROVED)]) == []


class TestDomains:
    @pytest.mark.parametrize(
        "now",
        [
            (),
            (Line(Kind.CERTIFICATE, "s3.theorem_2", "d = 2, 3, 4", 3),),  # fewer cases
            (Line(Kind.CERTIFICATE, "s3.theorem_2", "d = 2 to 64", 62),),  # the same words
            (Line(Kind.CERTIFICATE, "s3.theorem_2", "d = 3 to 65", 63),),  # other words
            (Line(Kind.EVERY_CASE, "s3.theorem_2", "d = 2 to 99", 98),),  # a weaker kind
            (Line(Kind.CERTIFICATE, "s3.another", "d = 2 to 99", 98),),  # another check
        ],
        ids=lambda lines: str(lines[-1]) if lines else "nothing",
    )
    def test_worse(self, now: tuple[Line, ...]) -> None:
        assert narrowed((WIDE,), now).worse

    @pytest.mark.parametrize(
        "now",
        [
            (Line(Kind.CERTIFICATE, "s3.theorem_2", "d = 2 to 65", 64),),
            (WIDE, SMALL),
            (PROVED, WIDE),
        ],
        ids=lambda lines: str(lines[0]),
    )
    def test_not_worse(self, now: tuple[Line, ...]) -> None:
        assert not narrowed((WIDE,), now).worse

    def test_one_domain_does_not_make_up_for_another(self) -> None:
        fewer = Line(Kind.CERTIFICATE, "s3.theorem_2", "d = 100", 1)
        assert narrowed((WIDE, SMALL), (WIDE, fewer)).worse
        assert narrowed((WIDE, SMALL), (WIDE,)).worse
        wider = Line(Kind.CERTIFICATE, "s3.theorem_2", "d = 100, 200, 300", 3)
        assert not narrowed((WIDE, SMALL), (WIDE, wider)).worse

    @pytest.mark.parametrize("proof", [PROVED, MACHINE])
    def test_a_proof_that_is_gone_is_worse(self, proof: Line) -> None:
        assert narrowed((proof, WIDE), (WIDE,)).worse

    def test_a_better_verdict_is_better_whatever_earned_it(self) -> None:
        (found,) = changes({"a": Locked("undecided", (WIDE,))}, [outcome("a", "reproduced", SMALL)])
        assert not found.worse


class TestTheReport:
    def test_says_which_and_why(self, capsys: pytest.CaptureFixture[str]) -> None:
        old = {"a": Locked("reproduced")}
        assert report_changes(changes(old, [outcome("a", "differs", why="1/19 at d=9")])) == 1
        expected = "error: worse than committed: a: reproduced -> differs (1/19 at d=9)\n"
        assert capsys.readouterr().err == expected

    def test_says_which_domain(self, capsys: pytest.CaptureFixture[str]) -> None:
        narrow = Line(Kind.CERTIFICATE, "s3.theorem_2", "d = 2, 3, 4", 3)
        assert report_changes([narrowed((WIDE,), (narrow,))]) == 1
        assert capsys.readouterr().err.splitlines() == [
            "error: worse than committed: a: reproduced",
            "    - certificate per instance | s3.theorem_2 | d = 2 to 64 | 63",
            "    + certificate per instance | s3.theorem_2 | d = 2, 3, 4 | 3",
        ]

    def test_what_is_better_has_to_be_accepted(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert report_changes([change("erratum", "reproduced")]) == 1
        error = capsys.readouterr().err
        assert "not as committed: a: erratum -> reproduced" in error
        assert "nothing is worse; accept with `make verdicts`" in error

    def test_nothing(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert report_changes([]) == 0
        assert capsys.readouterr().err == ""


class TestTheFile:
    def test_round_trip(self, tmp_path: Path) -> None:
        path = tmp_path / "verdicts.lock"
        lines = (PROVED, MACHINE, WIDE, Line(Kind.EVERY_CASE, "s3.one", "", 1))
        write_lock(
            path, [outcome("b", "reproduced at reduced scale", *lines), outcome("a", "erratum")]
        )
        assert read_lock(path) == {
            "b": Locked("reproduced at reduced scale", lines), "a": Locked("erratum"),
        }  # fmt: skip
        written = path.read_text().splitlines()
        assert written[2:5] == [
            "b: reproduced at reduced scale", "  proved",
            "  proved by machine | Maxpooling.theorem_2",
        ]  # fmt: skip
        assert [p.name for p in tmp_path.iterdir()] == ["verdicts.lock"]

    @pytest.mark.parametrize("text", ["a: fine", "a", "a: sharper\na: sharper", "  proved"])
    def test_a_damaged_verdict_is_refused(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "verdicts.lock"
        path.write_text(text)
        with pytest.raises(DataError, match=r"verdicts\.lock: line \d: expected 'identifier: "):
            read_lock(path)

    @pytest.mark.parametrize(
        "line", ["believed | c.f | d = 2 | 1", "proved | a | b | many", "proved | a | b | 1 | 2"]
    )
    def test_damaged_evidence_is_refused(self, tmp_path: Path, line: str) -> None:
        path = tmp_path / "verdicts.lock"
        path.write_text(f"a: sharper\n  {line}\n")
        with pytest.raises(DataError, match=r"line 2: expected 'kind \| check \| domain \| cases'"):
            read_lock(path)

    @pytest.mark.parametrize("content", [None, b"\xff\xfe"])
    def test_an_unreadable_file_is_named(self, tmp_path: Path, content: bytes | None) -> None:
        path = tmp_path / "verdicts.lock"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(
            DataError, match=r"verdicts\.lock: expected (a readable file|committed verdicts)"
        ):
            read_lock(path)
