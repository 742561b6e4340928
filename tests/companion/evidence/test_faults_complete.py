"""No check without a false fact that it must notice."""

import importlib
from pathlib import Path

from companion.ledger.registry import checks


def test_every_check_has_a_fault() -> None:
    tried = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        module = importlib.import_module(path.stem)
        for name in ("FAULTS", "VALUES"):
            tried |= {fault.check.name for fault in getattr(module, name, ())}
    assert set(checks()) - tried == set()
