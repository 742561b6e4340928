"""What the proof assistant accepted counts only for the sources that it read."""

import json
import shutil
from pathlib import Path

import pytest

from companion.ledger import load
from companion.ledger.machine import accepted, machine_proofs
from maxpooling.errors import DataError


@pytest.fixture
def proofs(tmp_path: Path, root: Path) -> Path:
    """A copy of the development, without the list of digests, which notices damage before us."""
    shutil.copytree(
        root / "proofs", tmp_path / "proofs", ignore=shutil.ignore_patterns("SHA256SUMS")
    )
    return tmp_path / "proofs"


def test_the_record_is_of_these_sources(proofs: Path) -> None:
    found = accepted(proofs)
    assert found.everything
    assert {one.file for one in found.theorems} <= {one.file for one in found.files}


@pytest.mark.parametrize("name", ["base/Network.v", "theorems.toml"])
def test_another_source_is_refused(proofs: Path, name: str) -> None:
    path = proofs / name
    path.write_text(f"{path.read_text(encoding='utf-8')}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"expected the sources .*, found .*--accept"):
        accepted(proofs)


def test_a_missing_source_is_refused(proofs: Path) -> None:
    (proofs / "data/Max5.v").unlink()
    with pytest.raises(DataError, match="expected the sources"):
        accepted(proofs)


@pytest.mark.parametrize("damage", ["", "{", '{"coq": "8.16.1"}'])
def test_a_damaged_record_is_refused(proofs: Path, damage: str) -> None:
    (proofs / "accepted.json").write_text(damage, encoding="utf-8")
    with pytest.raises(DataError, match="expected what Coq accepted"):
        accepted(proofs)


def test_a_missing_record_is_refused(proofs: Path) -> None:
    (proofs / "accepted.json").unlink()
    with pytest.raises(DataError, match=r"accepted\.json: expected a readable file"):
        accepted(proofs)


def test_every_claim_that_a_theorem_names_is_in_the_ledger() -> None:
    assert set(machine_proofs()) <= {claim.id for claim in load()}


def test_the_axioms_are_those_of_the_committed_text(root: Path) -> None:
    """The record and the text that `make proofs` compares with say the same."""
    text = " ".join((root / "proofs/assumptions.txt").read_text(encoding="utf-8").split())
    for theorem in json.loads((root / "proofs/accepted.json").read_bytes())["theorems"]:
        assert " ".join(theorem["assumptions"].split()) in text
