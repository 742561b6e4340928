"""Verdicts follow from the computation, never from the ledger's word alone."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from ledgers import use_checks

from companion.checking import Check, Kind, Value, check, require
from companion.errors import CheckFailedError, SmallerRunsError, UncheckedError
from companion.ledger import Claim, Evaluator, Outcome
from companion.ledger.comparison import ABSENT, FAILS, HOLDS, LOST, Published, number, shown
from companion.ledger.evaluation import Line
from companion.ledger.statements import Statement
from maxpooling.errors import DataError

CLAIM = Claim(
    id="theorem-2",
    title="Theorem 2",
    section="3.2",
    kind="theorem",
    statement="Three errors.",
    published=Published("1/18"),
    standing="given",
    page="s3",
    anchor="theorem-2",
    checks=("toy.one",),
    quantity="error",
)
STATEMENT = replace(CLAIM, quantity=None, published=Published(HOLDS))
LINE = Line(Kind.EVERY_CASE, "toy.one", "d = 2, 3, 4", 3)
ERRATUM = Statement(
    "erratum-1", "Erratum 1", "given", ("toy.one",), "No.", "erratum", "", "erratum-1",
    proved=False, page="z",
)  # fmt: skip


def toy(function: Callable[[], dict[str, Value] | None]) -> Check:
    """A check of d = 2, 3, 4 that finds what the function returns."""

    def case(d: int) -> dict[str, Value] | None:
        return function()

    return check("theorem-2", Kind.EVERY_CASE, d=range(2, 5))(case)


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Evaluate a claim whose check returns the given values, or fails if there are none."""

    def evaluate(claim: Claim, **values: Value) -> Outcome:
        def find() -> dict[str, Value]:
            require(bool(values), "it fails")
            return values

        use_checks(monkeypatch, toy__one=toy(find))
        return Evaluator().evaluate(claim)

    return evaluate


Judge = Callable[..., Outcome]


class TestNumbers:
    def test_equal(self, judge: Judge) -> None:
        found = judge(CLAIM, error=Fraction(1, 18))
        assert (found.verdict, found.ours, found.evidence) == ("reproduced", "1/18", (LINE,))

    def test_unequal(self, judge: Judge) -> None:
        found = judge(CLAIM, error=Fraction(1, 17))
        assert (found.verdict, found.ours) == ("differs", "1/17")

    def test_a_float_does_not_reproduce_an_exact_number(self, judge: Judge) -> None:
        half = replace(CLAIM, published=Published("1/2"))
        assert judge(half, error=0.5).verdict == "differs"

    @pytest.mark.parametrize(("ours", "expected"), [(0.05564, "reproduced"), (0.0557, "differs")])
    def test_within_tolerance(self, judge: Judge, ours: float, expected: str) -> None:
        rounded = replace(CLAIM, published=Published("0.0556", Fraction(1, 20000)))
        assert judge(rounded, error=ours).verdict == expected

    def test_bounds(self, judge: Judge) -> None:
        bound = replace(CLAIM, published=Published("<= 1/18"), earns="sharper", why="because")
        assert judge(bound, error=Fraction(1, 18)).verdict == "sharper"
        assert judge(bound, error=Fraction(1, 17)).verdict == "differs"
        strict = replace(bound, published=Published("< 1/18"))
        assert judge(strict, error=Fraction(1, 18)).verdict == "differs"

    def test_text(self, judge: Judge) -> None:
        widths = replace(CLAIM, published=Published("9, 10, 12"))
        assert judge(widths, error="9, 10, 12").verdict == "reproduced"
        assert judge(widths, error="9, 10, 13").verdict == "differs"
        assert judge(widths, error=9).verdict == "differs"


class TestStatements:
    def test_holds_when_its_check_passes(self, judge: Judge) -> None:
        found = judge(STATEMENT, anything=1)
        assert (found.verdict, found.ours) == ("reproduced", HOLDS)
        assert judge(replace(STATEMENT, published=Published(FAILS)), x=1).verdict == "differs"

    def test_differs_when_its_check_fails(self, judge: Judge) -> None:
        found = judge(STATEMENT)
        assert (found.verdict, found.why) == ("differs", "test_evaluation.case at d = 2: it fails")
        assert found.evidence == ()

    def test_lost_and_absent_values_rest_on_the_check(self, judge: Judge) -> None:
        for text in (LOST, ABSENT):
            lost = replace(CLAIM, published=Published(text))
            assert (judge(lost, error=7).verdict, judge(lost, error=7).ours) == ("reproduced", "7")
            assert judge(lost).verdict == "differs"

    def test_proofs_come_first(self, judge: Judge) -> None:
        proved = replace(STATEMENT, proved=True, machine=("Maxpooling.theorem_2",))
        assert judge(proved, x=1).evidence == (
            Line(Kind.PROVED), Line(Kind.MACHINE, "Maxpooling.theorem_2"), LINE,
        )  # fmt: skip

    def test_without_a_check(self) -> None:
        lost = replace(STATEMENT, checks=(), earns="cannot be checked", why="It is lost.")
        found = Evaluator().evaluate(lost)
        assert (found.verdict, found.ours, found.why) == ("cannot be checked", "", "It is lost.")


class TestExperiments:
    def test_the_scale_of_the_runs_decides(self, judge: Judge) -> None:
        assert judge(STATEMENT, scale="full").verdict == "reproduced"
        assert judge(STATEMENT, scale="reduced").verdict == "reproduced at reduced scale"
        wrong = replace(STATEMENT, published=Published(FAILS))
        assert judge(wrong, scale="reduced").verdict == "differs"

    def test_smaller_runs_that_contradict(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def find() -> None:
            raise SmallerRunsError("ten epochs of fifty contradict it")

        use_checks(monkeypatch, toy__one=toy(find))
        found = Evaluator().evaluate(STATEMENT)
        assert (found.verdict, found.ours) == ("differs at reduced scale", FAILS)
        assert found.why == "ten epochs of fifty contradict it"  # and not the check's own name

    def test_runs_that_do_not_decide(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def find() -> None:
            raise UncheckedError("one seed; two more would decide it, at two hours each")

        use_checks(monkeypatch, toy__one=toy(find))
        found = Evaluator().evaluate(replace(STATEMENT, proved=True))
        assert (found.verdict, found.ours) == ("undecided", "")
        assert found.why == "one seed; two more would decide it, at two hours each"
        assert found.evidence == (Line(Kind.PROVED),)

    def test_a_setting_is_adopted_and_says_how_the_runs_deviate(self, judge: Judge) -> None:
        setting = replace(CLAIM, published=Published("50"), earns="adopted as given", why="A rule.")
        found = judge(setting, **{"error": 50, "recorded error": "10 epochs", "recorded x": "y"})
        assert found.verdict == "adopted as given"
        assert found.why == "A rule. The recorded runs deviate: 10 epochs."
        assert judge(setting, error=50).why == "A rule."
        assert judge(setting, error=10).verdict == "differs"


class TestErrata:
    REFUTED = replace(STATEMENT, earns="erratum", erratum="erratum-1", why="because")

    def test_a_refuted_statement(self, judge: Judge) -> None:
        found = judge(self.REFUTED, x=1)
        assert (found.verdict, found.ours, found.why) == ("erratum", FAILS, "because")
        assert judge(self.REFUTED).verdict == "differs"
        agreeing = replace(self.REFUTED, published=Published(FAILS))
        assert judge(agreeing, x=1).verdict == "differs"

    def test_a_wrong_number(self, judge: Judge) -> None:
        wrong = replace(CLAIM, earns="erratum", erratum="erratum-1", why="because")
        assert judge(wrong, error=Fraction(1, 19)).verdict == "erratum"
        found = judge(wrong, error=Fraction(1, 18))
        assert found.verdict == "differs"
        assert "an erratum was expected" in found.why

    def test_what_was_run_for_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        use_checks(monkeypatch, toy__one=toy(lambda: None))
        assert Evaluator().erratum(ERRATUM) == (LINE,)

    def test_one_that_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def find() -> None:
            require(False, "it holds after all")

        use_checks(monkeypatch, toy__one=toy(find))
        with pytest.raises(CheckFailedError, match="it holds after all"):
            Evaluator().erratum(ERRATUM)


class TestEvaluator:
    def test_one_run_for_claims_that_share_a_check(self, monkeypatch: pytest.MonkeyPatch) -> None:
        runs = []

        def find() -> dict[str, Value]:
            runs.append(1)
            return {"error": Fraction(1, 18)}

        use_checks(monkeypatch, toy__one=toy(find))
        evaluator = Evaluator()
        for claim in (CLAIM, replace(CLAIM, id="again"), replace(CLAIM, arguments={"d": 7})):
            assert evaluator.evaluate(claim).verdict == "reproduced"
        assert len(runs) == 3 + 1

    def test_an_unknown_quantity_is_named(self, judge: Judge) -> None:
        with pytest.raises(DataError, match=r"quantity: expected one of: wrong, found 'error'"):
            judge(CLAIM, wrong=1)

    def test_an_unknown_check_is_named(self, judge: Judge) -> None:
        with pytest.raises(DataError, match=r"'toy.two': expected one that exists, found toy.one"):
            judge(replace(CLAIM, checks=("toy.two",)), error=1)


def test_numbers_as_text() -> None:
    assert number("0.0020") == Fraction(1, 500)
    assert number("two") is None
    assert number("1/0") is None
    assert (shown(Fraction(1, 18)), shown(0.123456)) == ("1/18", "0.1235")
