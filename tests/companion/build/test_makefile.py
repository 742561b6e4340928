"""The targets of the Makefile: each once, and every one that other files name is there."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = Counter(re.findall(r"^([a-z][a-z-]*):(?![=:])", MAKEFILE, re.MULTILINE))
PHONY = re.findall(r"[a-z-]+", MAKEFILE.partition(".PHONY:")[2].partition("\nhelp:")[0])


def test_each_target_has_one_recipe() -> None:
    assert {name for name, count in TARGETS.items() if count > 1} == set()
    assert sorted(TARGETS) == sorted(PHONY)


def test_continuous_integration_asks_for_targets_that_exist() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    asked = [
        name for line in re.findall(r"for target in (.+); do", script) for name in line.split()
    ]
    assert {"book", "test", "site-test"} <= set(asked) <= set(TARGETS)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "book/rerun.md"])
def test_pages_name_targets_that_exist(page: str) -> None:
    named = re.findall(r"`make ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert set(named) <= set(TARGETS)
    assert named
