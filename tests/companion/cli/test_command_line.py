"""The command line: what it prints, its exit status, and errors without tracebacks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from companion.__main__ import app
from companion.ledger import load

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    def invoke(*arguments: str) -> Result:
        done = CliRunner().invoke(app, arguments, env={"COLUMNS": "200", "NO_COLOR": "1"})
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert "Traceback" not in done.output
        return done

    return invoke


class TestError:
    def test_the_answer_with_its_proof(self, run: Run) -> None:
        done = run("error", "9", "--orders", "0,8")
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
    def test_bad_input_is_named(self, run: Run, arguments: list[str], message: str) -> None:
        done = run("error", *arguments)
        assert done.exit_code == 2
        assert message in done.stderr
        assert done.stdout == ""


class TestClaims:
    def test_lists_every_claim_with_its_verdict(self, run: Run) -> None:
        done = run("claims")
        assert done.exit_code == 0
        lines = done.stdout.splitlines()
        assert [line.split()[0] for line in lines] == [claim.id for claim in load()]
        assert next(line for line in lines if line.startswith("theorem-2 ")).split()[1] == (
            "reproduced"
        )

    def test_filters_combine(self, run: Run) -> None:
        done = run("claims", "--section", "B.2", "--kind", "lemma", "--verdict", "erratum")
        assert [line.split()[0] for line in done.stdout.splitlines()] == ["lemma-7"]

    def test_one_claim_in_detail(self, run: Run) -> None:
        done = run("claims", "lemma-7")
        assert done.exit_code == 0
        for part in (
            "Lemma 7: ",
            "verdict: erratum",
            "check: companion.evidence.s3_approximations.lemma_7",
        ):
            assert part in done.stdout

    def test_recheck_evaluates_anew(self, run: Run) -> None:
        done = run("claims", "number-error-efficient", "--recheck")
        assert done.exit_code == 0
        assert done.stdout.startswith(
            "number-error-efficient: reproduced; published: 0.0556, ours: 1/18 ("
        )

    def test_recheck_fails_when_a_verdict_is_worse(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "companion.__main__.read_lock", lambda _path: {"number-regions": "reproduced"}
        )
        done = run("claims", "number-regions", "--recheck")
        assert done.exit_code == 1
        assert done.stdout.startswith("number-regions: erratum; published: 819906560, ours: 1111")
        assert "(was: reproduced)" in done.stdout

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

    def test_missing_ledger_is_a_message(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("MAXPOOLING_DATA", str(tmp_path))
        done = run("claims")
        assert done.exit_code == 1
        assert "claims.yml: expected a ledger in YAML" in done.stderr


def test_help_and_version(run: Run) -> None:
    for arguments in (["--help"], ["error", "--help"], ["claims", "--help"]):
        done = run(*arguments)
        assert done.exit_code == 0
        assert "Usage:" in done.stdout
    assert "--orders 0,8" in run("error", "--help").stdout
    assert run("--version").stdout.startswith("maxpooling ")
    assert run().exit_code == 2
    assert run("theorems").exit_code == 2
