"""The targets of the Makefile: each once, and every one that other files name is there."""

import re
import subprocess
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
    aside = re.findall(r"^beside ([a-z-]+)$", script, re.MULTILINE)
    assert {"book", "test", "site-test"} <= set(asked)
    assert {"proofs", "pdf"} <= set(aside)
    assert {*asked, *aside} <= set(TARGETS)
    # What runs beside other steps is waited for, or its failure would go unnoticed.
    assert re.findall(r"^join ([a-z-]+)$", script, re.MULTILINE) == aside


@pytest.mark.parametrize("code", [0, 3])
def test_a_step_that_runs_beside_others_fails_where_it_is_joined(code: int) -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    head, middle = script.partition("cd ")[0], script.partition("\nstep()")[2]
    functions = "step()" + middle.partition("\ninstall()")[0]
    fake = f"make() {{ echo said; return {code}; }}\n"
    end = "beside proofs\necho between\njoin proofs\necho after\n"
    done = subprocess.run(
        ["bash", "-c", head + functions + fake + end], check=False, capture_output=True, text=True
    )
    assert done.returncode == code
    assert done.stdout.startswith("between\n== make proofs\nsaid\n")
    assert done.stdout.endswith("after\n") == (code == 0)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "book/rerun.md"])
def test_pages_name_targets_that_exist(page: str) -> None:
    named = re.findall(r"`make ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8"))
    assert set(named) <= set(TARGETS)
    assert named
