"""The report that the pages read: what it keeps, and the one place of all counts."""

from dataclasses import replace
from pathlib import Path

import pytest

from companion.checking import Kind
from companion.ledger import Claim, Outcome
from companion.ledger.comparison import Published
from companion.ledger.evaluation import Line
from companion.ledger.model import VERDICTS
from companion.ledger.report import Report, grouped, kinds, read_report, report, write_report
from companion.ledger.statements import Statement
from maxpooling.errors import DataError

LINE = Line(Kind.CERTIFICATE, "s3.theorem_2", "d = 2 to 64", 63)
CLAIM = Claim(
    "theorem-2", "Theorem 2", "3.2", "theorem", "x", Published("holds"), "given", "s3", "theorem-2"
)
ERRATUM = Statement(
    "erratum-1", "Erratum 1: a slip", "given", ("z.one",), "No.", "erratum", "", "erratum-1",
    proved=False, page="z",
)  # fmt: skip


@pytest.fixture
def made() -> Report:
    """Two claims of the paper, one of ours, two rows of a table, an erratum."""
    outcomes = [
        Outcome(CLAIM, "reproduced", "holds", (Line(Kind.PROVED), LINE)),
        Outcome(replace(CLAIM, id="lemma-7", erratum="erratum-1"), "erratum"),
        Outcome(replace(CLAIM, id="theorem-p", standing="ours"), "sharper"),
        *(
            Outcome(
                replace(CLAIM, id=f"cell-d-{n}", group="Appendix D"), "reproduced", "1", (LINE,)
            )
            for n in (1, 2)
        ),
    ]
    return report(outcomes, [(ERRATUM, (LINE,))])


def test_counts_name_every_verdict(made: Report) -> None:
    sources, ours = made.counts(ours=False), made.counts(ours=True)
    assert list(sources) == list(ours) == list(VERDICTS)
    assert {word: n for word, n in sources.items() if n} == {"reproduced": 3, "erratum": 1}
    assert {word: n for word, n in ours.items() if n} == {"sharper": 1}


@pytest.mark.parametrize(
    ("word", "number"),
    [("reproduced", 3), ("erratum", 1), ("differs", 0), ("claims", 4), ("ours", 1), ("errata", 1),
     ("Appendix D", 2)],
)  # fmt: skip
def test_a_word_is_one_number(made: Report, word: str, number: int) -> None:
    assert made.count(word) == number


def test_another_word_is_refused(made: Report) -> None:
    with pytest.raises(ValueError, match=r"count='mistakes': allowed are .*Appendix D.*errata"):
        made.count("mistakes")


def test_evidence_keeps_kind_and_scope_apart(made: Report) -> None:
    proved, run = made.rows[0].evidence
    assert (proved.kind, proved.check, proved.scope) == ("proved", "", "")
    assert (run.kind, run.check, run.scope) == (
        "certificate per instance", "s3.theorem_2", "d = 2 to 64; 63 cases",
    )  # fmt: skip


def test_an_erratum_knows_its_claims(made: Report) -> None:
    erratum = made.erratum("erratum-1")
    assert erratum is not None
    assert erratum.claims == ("lemma-7",)
    assert made.erratum("erratum-2") is None
    row = made.row("lemma-7")
    assert row is not None
    assert row.erratum == "erratum-1"
    assert made.row("lemma-8") is None


def test_groups_and_kinds(made: Report) -> None:
    groups = grouped(made.rows)
    assert [(name, len(rows)) for name, rows in groups] == [("", 3), ("Appendix D", 2)]
    assert kinds(groups[1][1]) == ["certificate per instance"]
    assert kinds(made.rows) == ["proved", "certificate per instance"]


def test_round_trip(made: Report, tmp_path: Path) -> None:
    path = tmp_path / "reproduction.json"
    write_report(path, made)
    assert read_report(path) == made


@pytest.mark.parametrize("text", [None, "", "[]", '{"rows": [{"id": "x"}], "errata": []}'])
def test_a_damaged_report_is_named(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "reproduction.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(DataError, match=r"reproduction\.json: expected a report \(make book\)"):
        read_report(path)
