"""A small ledger for each test, and nothing of it left behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledgers import Project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A ledger with one theorem and its box."""
    made = Project(tmp_path, monkeypatch)
    yield made
    monkeypatch.undo()
    made.forget()
