"""Verdicts follow from the computation, never from the ledger's word alone."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from companion.errors import UncheckedError
from companion.evidence import CheckResult, require
from companion.ledger import Claim, Evaluator, check_modules, evaluation
from companion.ledger.comparison import ABSENT, FAILS, HOLDS, LOST, Published, number, shown
from maxpooling.errors import DataError

CLAIM = Claim(
    id="theorem-2",
    section="3.2",
    kind="theorem",
    statement="Three errors.",
    published=Published("1/18"),
    standing="given",
    method="enumeration",
    page="s3",
    anchor="theorem-2",
    check="companion.evidence.toy.check",
    quantity="error",
)
STATEMENT = replace(CLAIM, quantity=None, published=Published(HOLDS))
EXPLAINED = {"why": "because"}


@pytest.fixture
def verdict(monkeypatch, tmp_path):
    """Evaluate a claim whose check returns the given values, or fails if there are none."""

    def evaluate(claim, **values):
        def check(**_arguments):
            require(bool(values), "it fails at d=3")
            return CheckResult("theorem-2", "enumeration", "everything", values)

        monkeypatch.setattr(evaluation, "check_function", lambda _claim: check)
        return Evaluator(tmp_path).evaluate(claim)

    return evaluate


class TestNumbers:
    def test_equal(self, verdict):
        found = verdict(CLAIM, error=Fraction(1, 18))
        assert (found.verdict, found.ours, found.scope) == ("reproduced", "1/18", "everything")

    def test_unequal(self, verdict):
        found = verdict(CLAIM, error=Fraction(1, 17))
        assert (found.verdict, found.ours) == ("differs", "1/17")

    def test_a_float_does_not_reproduce_an_exact_number(self, verdict):
        assert verdict(CLAIM, error=0.5).verdict == "differs"
        half = replace(CLAIM, published=Published("1/2"))
        assert verdict(half, error=0.5).verdict == "differs"

    @pytest.mark.parametrize(("ours", "expected"), [(0.05564, "reproduced"), (0.0557, "differs")])
    def test_within_tolerance(self, verdict, ours, expected):
        rounded = replace(CLAIM, published=Published("0.0556", Fraction(1, 20000)))
        assert verdict(rounded, error=ours).verdict == expected

    def test_bounds(self, verdict):
        bound = replace(CLAIM, published=Published("<= 1/18"), shows="sharper", **EXPLAINED)
        assert verdict(bound, error=Fraction(1, 18)).verdict == "sharper"
        assert verdict(bound, error=Fraction(1, 17)).verdict == "differs"
        strict = replace(bound, published=Published("< 1/18"))
        assert verdict(strict, error=Fraction(1, 18)).verdict == "differs"

    def test_text(self, verdict):
        widths = replace(CLAIM, published=Published("9, 10, 12"))
        assert verdict(widths, error="9, 10, 12").verdict == "reproduced"
        assert verdict(widths, error="9, 10, 13").verdict == "differs"
        assert verdict(widths, error=9).verdict == "differs"


class TestStatements:
    def test_holds_when_its_check_passes(self, verdict):
        found = verdict(STATEMENT, anything=1)
        assert (found.verdict, found.ours) == ("reproduced", HOLDS)
        assert verdict(replace(STATEMENT, published=Published(FAILS)), x=1).verdict == "differs"

    def test_differs_when_its_check_fails(self, verdict):
        found = verdict(STATEMENT)
        assert (found.verdict, found.why) == ("differs", "it fails at d=3")

    def test_lost_and_absent_values_rest_on_the_check(self, verdict):
        for text in (LOST, ABSENT):
            lost = replace(CLAIM, published=Published(text))
            assert verdict(lost, error=7).verdict == "reproduced"
            assert verdict(lost, error=7).ours == "7"
            assert verdict(lost).verdict == "differs"


class TestExperiments:
    def test_the_scale_of_the_runs_decides(self, verdict):
        assert verdict(STATEMENT, scale="full").verdict == "reproduced"
        assert verdict(STATEMENT, scale="reduced").verdict == "reproduced at reduced scale"
        wrong = replace(STATEMENT, published=Published(FAILS))
        assert verdict(wrong, scale="reduced").verdict == "differs"

    def test_runs_that_do_not_decide_are_no_evidence(self, monkeypatch, tmp_path):
        def check():
            raise UncheckedError("not run: 0 paired seeds")

        monkeypatch.setattr(evaluation, "check_function", lambda _claim: check)
        found = Evaluator(tmp_path).evaluate(STATEMENT)
        assert (found.verdict, found.ours) == ("cannot be checked", "")
        assert found.why == "not run: 0 paired seeds"


class TestErrata:
    def test_a_refuted_statement(self, verdict):
        erratum = replace(STATEMENT, shows="erratum", **EXPLAINED)
        found = verdict(erratum, x=1)
        assert (found.verdict, found.ours, found.why) == ("erratum", FAILS, "because")
        assert verdict(erratum).verdict == "differs"
        assert verdict(replace(erratum, published=Published(FAILS)), x=1).verdict == "differs"

    def test_a_wrong_number(self, verdict):
        erratum = replace(CLAIM, shows="erratum", **EXPLAINED)
        assert verdict(erratum, error=Fraction(1, 19)).verdict == "erratum"
        found = verdict(erratum, error=Fraction(1, 18))
        assert found.verdict == "differs"
        assert "an erratum was expected" in found.why


class TestEvaluator:
    def test_one_run_for_claims_that_share_a_check(self, monkeypatch, tmp_path):
        runs = []

        def check(**arguments):
            runs.append(arguments)
            return CheckResult("x", "enumeration", "all", {"error": Fraction(1, 18)})

        monkeypatch.setattr(evaluation, "check_function", lambda _claim: check)
        evaluator = Evaluator(tmp_path)
        for claim in (CLAIM, CLAIM, replace(CLAIM, arguments={"d": 3})):
            assert evaluator.evaluate(claim).verdict == "reproduced"
        assert runs == [{}, {"d": 3}]

    def test_what_cannot_be_checked_says_why(self, tmp_path):
        claim = replace(STATEMENT, check=None, shows="cannot be checked", why="not yet run")
        found = Evaluator(tmp_path).evaluate(claim)
        assert (found.verdict, found.ours, found.why) == ("cannot be checked", "", "not yet run")

    def test_unknown_quantity_and_method(self, verdict):
        with pytest.raises(DataError, match=r"'theorem-2', quantity: expected one of: other"):
            verdict(CLAIM, other=1)
        with pytest.raises(DataError, match=r"method: expected 'enumeration', found 'symbolic'"):
            verdict(replace(CLAIM, method="symbolic"), error=1)

    @pytest.mark.parametrize("name", ["absent.check", "s3.absent"])
    def test_unknown_function(self, tmp_path, name):
        with pytest.raises(DataError, match=r"'theorem-2', check: expected an existing function"):
            Evaluator(tmp_path).evaluate(replace(CLAIM, check=f"companion.evidence.{name}"))

    def test_modules_of_the_checks(self):
        assert check_modules([CLAIM, replace(CLAIM, check=None)]) == {"companion.evidence.toy"}

    def test_json_names_the_check_and_the_tolerance(self, verdict):
        kept = verdict(CLAIM, error=Fraction(1, 18)).as_json()
        assert kept["check"] == "companion.evidence.toy.check"
        assert (kept["title"], kept["tolerance"], kept["why"]) == ("Theorem 2", "exact", "")


class TestRecordedValues:
    @pytest.fixture
    def recorded(self, tmp_path):
        (tmp_path / "nb").mkdir()
        values = {"error": "1/18", "share": 0.25, "widths": "9, 10"}
        (tmp_path / "nb" / "values.json").write_text(json.dumps(values))

        def evaluate(key, published):
            claim = replace(CLAIM, check=None, quantity=None, published=Published(published))
            return Evaluator(tmp_path).evaluate(replace(claim, value=key))

        return evaluate

    def test_exact_fractions_survive(self, recorded):
        assert recorded("nb.error", "1/18").verdict == "reproduced"
        assert recorded("nb.error", "1/17").verdict == "differs"
        assert recorded("nb.share", "< 0.3").verdict == "reproduced"
        assert recorded("nb.widths", "9, 10").verdict == "reproduced"
        assert recorded("nb.error", "1/18").scope == "recorded by nb.error"

    def test_missing_ones_are_named(self, recorded):
        with pytest.raises(DataError, match=r"value: expected one of error, share, widths"):
            recorded("nb.absent", "1")
        with pytest.raises(DataError, match=r"value: expected an executed notebook \(make book\)"):
            recorded("absent.error", "1")


def test_numbers_as_text():
    assert [number(text) for text in ("7", "1/18", "0.0020", "x", "1/0")] == [
        7, Fraction(1, 18), Fraction(1, 500), None, None,
    ]  # fmt: skip
    assert [shown(value) for value in (7, Fraction(1, 18), 0.123456, "9, 10")] == [
        "7", "1/18", "0.1235", "9, 10",
    ]  # fmt: skip
