"""Recorded proofs and the grid test: tied to the files, and refusing what is wrong."""

import json
from dataclasses import asdict, replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from maxpooling.errors import CertificateError
from maxpooling.two_layers import identity, recorded_proofs
from maxpooling.two_layers.grid import holds_on_grid
from maxpooling.two_layers.recorded_proofs import record_proof, recorded_proof


@pytest.fixture
def own_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "proofs.json"
    path.write_text("[]", "utf-8")
    monkeypatch.setattr(recorded_proofs, "_RECORD", path)
    return path


class TestRecord:
    @pytest.mark.parametrize("n", [9, 10])
    def test_is_of_the_present_file(self, n: int) -> None:
        assert recorded_proof(n).forms > recorded_proof(n).kinks > 1000

    def test_is_what_verify_returns(self, own_record: Path) -> None:
        made = record_proof(6)
        assert recorded_proof(6) == made
        assert (made.kinks, made.forms) == (7, 126)
        assert len(json.loads(own_record.read_text("utf-8"))) == 1

    def test_of_another_file_is_refused(self, own_record: Path) -> None:
        entry = asdict(record_proof(5))
        own_record.write_text(json.dumps([{**entry, "sha256": "0" * 64}]), "utf-8")
        with pytest.raises(CertificateError, match="not the one proved"):
            recorded_proof(5)

    def test_where_there_is_none(self, own_record: Path) -> None:
        with pytest.raises(CertificateError, match="no proof is recorded"):
            recorded_proof(7)

    def test_nothing_is_recorded_of_a_wrong_identity(
        self, own_record: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good = identity(5, "symmetric")
        wrong = replace(good, terms=good.terms[1:])
        monkeypatch.setattr(recorded_proofs, "identity", lambda n, goal: wrong)
        with pytest.raises(CertificateError):
            record_proof(5)
        assert own_record.read_text("utf-8") == "[]"


class TestGrid:
    def test_agrees_with_evaluation(self) -> None:
        six = identity(6, "symmetric")
        assert holds_on_grid(six, (0, 2)) == 64
        assert all(six(x) == max(x) for x in product((0, 2), repeat=6))

    @pytest.mark.parametrize("n", [5, 9, 10])
    @pytest.mark.parametrize("change", [Fraction(1, 10**80), Fraction(-1, 10**80)])
    def test_a_changed_coefficient_is_found(self, n: int, change: Fraction) -> None:
        good = identity(n, "symmetric")
        for k in (0, len(good.terms) // 2, len(good.terms) - 1):
            term = replace(good.terms[k], coefficient=good.terms[k].coefficient + change)
            wrong = replace(good, terms=(*good.terms[:k], term, *good.terms[k + 1 :]))
            with pytest.raises(CertificateError, match=r"the right side is .* at x = \["):
                holds_on_grid(wrong, (0, 1))

    def test_several_blocks_are_refused(self) -> None:
        with pytest.raises(ValueError, match="one block"):
            holds_on_grid(identity(7), (0, 1))
