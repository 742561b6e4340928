"""The command line: what it prints, its exit status, and errors without tracebacks."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from companion import __main__ as program
from companion.checking import Kind
from companion.ledger import Claim, Evaluator, Outcome
from companion.ledger.comparison import Published
from companion.ledger.evaluation import Line
from companion.ledger.verdicts import Locked
from maxpooling.errors import DataError

Run = Callable[..., Result]
LINE = Line(Kind.CERTIFICATE, "s3.theorem_2", "d = 2 to 64", 63)


def claim(name: str, **fields: str) -> Claim:
    usual = {"section": "3.2", "kind": "theorem", "standing": "given", "page": "s3"}
    return Claim(
        id=name, title=name.replace("-", " ").capitalize(), statement="Three errors.",
        published=Published("1/18", Fraction(0)), anchor=name, checks=("s3.theorem_2",),
        quantity="error", **{**usual, **fields},  # type: ignore[arg-type]
    )  # fmt: skip


LEDGER = (
    claim("theorem-2"),
    claim("lemma-7", kind="lemma", section="B.2", erratum="erratum-2"),
    claim("theorem-3"),
)
LOCK = {"theorem-2": Locked("reproduced", (LINE,)), "lemma-7": Locked("erratum")}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program on a ledger of three claims, of which the last is new."""
    monkeypatch.setattr(program, "load", lambda: LEDGER)
    monkeypatch.setattr(program, "read_lock", lambda _path: LOCK)
    return invoke


def invoke(*arguments: str) -> Result:
    done = CliRunner().invoke(program.app, arguments, env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output
    return done


class TestError:
    def test_the_answer_with_its_proof(self) -> None:
        done = invoke("error", "9", "--orders", "0,8")
        assert done.exit_code == 0
        assert done.stdout.splitlines() == [
            "1/18 ≈ 0.0556",
            "coefficients of the averages, by order:",
            "  0: 1/18",
            "  8: 1",
            "certificate (verified), weights on vertices by their number of ones:",
            "  0: -1",
            "  1: 9",
            "  9: -8",
        ]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["0", "--orders", "1"], "d (the pool size) must be an integer in 1.."),
            (["4", "--orders", "9"], "each of orders must be an integer in 0..3, got 9"),
            (["9", "--orders", "0,x"], "--orders='0,x': expected integers with commas"),
            (["9", "--orders", ""], "--orders='': expected integers with commas"),
            (["nine", "--orders", "1"], "Invalid value for 'D'"),
            (["9"], "Missing option '--orders'"),
        ],
    )
    def test_bad_input_is_named(self, arguments: list[str], message: str) -> None:
        done = invoke("error", *arguments)
        assert done.exit_code == 2
        assert message in done.stderr
        assert done.stdout == ""

    def test_a_pipe_that_knows_no_mathematics(self, root: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "companion", "error", "9", "--orders", "0,8"],
            env={**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONPATH": str(root / "src")},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[0] == b"1/18 ? 0.0556"


class TestJson:
    def test_error(self) -> None:
        data = json.loads(invoke("error", "9", "--orders", "0,8", "--json").stdout)
        assert (data["error"], data["coefficients"]) == ("1/18", {"0": "1/18", "8": "1"})

    def test_claims(self, run: Run) -> None:
        data = json.loads(run("claims", "--json").stdout)
        assert [(one["id"], one["verdict"]) for one in data] == [
            ("theorem-2", "reproduced"), ("lemma-7", "erratum"), ("theorem-3", "new"),
        ]  # fmt: skip

    def test_one_claim(self, run: Run) -> None:
        (one,) = json.loads(run("claims", "theorem-2", "--json").stdout)
        assert one["evidence"] == ["certificate per instance: d = 2 to 64; 63 cases"]
        assert one["page"] == "s3.html#theorem-2"

    def test_recheck(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def evaluate(_self: object, one: Claim) -> Outcome:
            return Outcome(one, "differs", "1/17", (LINE,))

        monkeypatch.setattr(Evaluator, "evaluate", evaluate)
        done = run("claims", "theorem-2", "--recheck", "--json")
        assert done.exit_code == 1
        (one,) = json.loads(done.stdout)
        assert (one["verdict"], one["ours"]) == ("differs", "1/17")
        assert [change["worse"] for change in one["changes"]] == [True]


def test_a_package_that_a_check_needs_and_nobody_has(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def evaluate(_self: object, _one: Claim) -> Outcome:
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    monkeypatch.setattr(Evaluator, "evaluate", evaluate)
    done = run("claims", "theorem-2", "--recheck")
    assert done.exit_code == 1
    assert done.stderr.startswith("error: No module named 'torch'; pip install ")


class TestClaims:
    def test_lists_every_claim_with_its_verdict(self, run: Run) -> None:
        done = run("claims")
        assert done.exit_code == 0
        assert [line.split()[:2] for line in done.stdout.splitlines()] == [
            ["theorem-2", "reproduced"], ["lemma-7", "erratum"], ["theorem-3", "new"],
        ]  # fmt: skip
        assert done.stderr == "3 of 3 claims\n"

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            (["--section", "B.2", "--kind", "lemma", "--verdict", "erratum"], ["lemma-7"]),
            (["--section", "B.2", "--kind", "theorem"], []),
            (["--verdict", "new"], ["theorem-3"]),
        ],
    )
    def test_filters_combine(self, run: Run, filters: list[str], expected: list[str]) -> None:
        done = run("claims", *filters)
        assert [line.split()[0] for line in done.stdout.splitlines()] == expected

    def test_one_claim_in_detail(self, run: Run) -> None:
        assert run("claims", "theorem-2").stdout.splitlines() == [
            "Theorem 2: Three errors.",
            "section: 3.2, theorem, given",
            "published: 1/18",
            "tolerance: exact",
            "verdict: reproduced",
            "evidence: certificate per instance: d = 2 to 64; 63 cases",
            "check: s3.theorem_2",
            "page: s3.html#theorem-2",
        ]
        assert "erratum: erratum-2" in run("claims", "lemma-7").stdout

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["theorem-22"], "Invalid value for ID: 'theorem-22' is unknown; try theorem-2"),
            (["--kind", "axiom"], "Invalid value for --kind: 'axiom' is unknown; try definition"),
            (["--verdict", "reprodused"], "is unknown; try reproduced"),
            (["--section", "12"], "Invalid value for --section: '12' is unknown"),
        ],
    )
    def test_unknown_words_are_refused_with_what_is_allowed(
        self, run: Run, arguments: list[str], message: str
    ) -> None:
        done = run("claims", *arguments)
        assert done.exit_code == 2
        assert message in done.stderr

    @pytest.mark.parametrize("name", ["load", "read_lock"])
    def test_what_cannot_be_read_is_a_message(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        def refuse(*_arguments: object) -> None:
            raise DataError("claims.yml: expected a ledger in YAML")

        monkeypatch.setattr(program, name, refuse)
        done = run("claims")
        assert done.exit_code == 1
        assert done.stderr == "error: claims.yml: expected a ledger in YAML\n"


class TestRecheck:
    @pytest.fixture
    def recheck(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
        """Check a claim again, with what the evaluation is to find."""

        def call(name: str, verdict: str, *evidence: Line) -> Result:
            def evaluate(_self: object, one: Claim) -> Outcome:
                return Outcome(one, verdict, "1/18", evidence)

            monkeypatch.setattr(Evaluator, "evaluate", evaluate)
            return run("claims", name, "--recheck")

        return call

    def test_the_same(self, recheck: Run) -> None:
        done = recheck("theorem-2", "reproduced", LINE)
        assert done.exit_code == 0
        assert done.stdout == (
            "theorem-2: reproduced; published: 1/18, ours: 1/18 "
            "(certificate per instance: d = 2 to 64; 63 cases)\n"
        )

    def test_a_worse_verdict(self, recheck: Run) -> None:
        done = recheck("theorem-2", "differs", LINE)
        assert done.exit_code == 1
        assert "worse than committed: theorem-2: reproduced -> differs" in done.stdout

    def test_a_narrower_domain(self, recheck: Run) -> None:
        narrow = Line(Kind.CERTIFICATE, "s3.theorem_2", "d = 2 to 63", 62)
        done = recheck("theorem-2", "reproduced", narrow)
        assert done.exit_code == 1
        assert "worse than committed: theorem-2: reproduced" in done.stdout
        assert "- certificate per instance | s3.theorem_2 | d = 2 to 64 | 63" in done.stdout

    def test_better_or_new(self, recheck: Run) -> None:
        done = recheck("lemma-7", "reproduced", LINE)
        assert done.exit_code == 0
        assert "not as committed: lemma-7: erratum -> reproduced" in done.stdout
        assert recheck("theorem-3", "reproduced").exit_code == 0
        assert recheck("theorem-3", "differs").exit_code == 1


def test_help_and_version() -> None:
    for arguments in (["--help"], ["error", "--help"], ["claims", "--help"]):
        done = invoke(*arguments)
        assert done.exit_code == 0
        assert "Usage: python -m companion" in done.stdout
        assert "Exit status: 0 answered; 1 a verdict" in done.stdout
    assert "python -m companion error 9 --orders 0,8" in invoke("error", "--help").stdout
    assert invoke("--version").stdout.startswith("maxpooling ")
    assert invoke().exit_code == 2
    assert invoke("theorems").exit_code == 2
