"""The tool that changes the verifiers: what it changes, and how it tells noticed from not."""

from pathlib import Path

import pytest
from mutation import mutants
from run import Target, attempt, read_survivors, read_targets

SOURCE = '''
"""Text 1."""

def small(x: int = 1) -> bool:
    """Whether 0 < x."""
    if x in (5,):
        raise ValueError(f"{x + 1}")
    return 0 < x and not x > 9
'''


def test_every_place_is_changed_once() -> None:
    found = [mutant.name for mutant in mutants(SOURCE)]
    assert len(found) == len(set(found))
    for name in (
        "small: x in (5,) -> x not in (5,)",
        "small: raise ValueError(f'{x + 1}') -> pass",
        "small: 0 < x -> 0 <= x",
        "small: x > 9 -> x >= 9",
        "small: x > 9 -> x > 10",
        "small: not x > 9 -> x > 9",
        "small: 0 < x and (not x > 9) -> 0 < x or not x > 9",
        "small: 0 < x and (not x > 9) -> 0 < x",
    ):
        assert name in found
    assert not [name for name in found if "Text" in name or "+ 1 -> " in name]
    assert list(mutants(SOURCE, frozenset({"small"}))) == []


def test_a_test_that_looks_notices_and_one_that_does_not_does_not(tmp_path: Path) -> None:
    module = "maxpooling.two_layers.template"
    changed = Target(module, ()).mutants()[0]
    for text, noticed in (("assert False", True), ("pass", False)):
        test = tmp_path / f"test_{noticed}.py"
        test.write_text(f"import {module}\n\ndef test() -> None:\n    {text}\n")
        target = Target(module, ("-c", "/dev/null", str(test)))
        found = attempt(target, changed, 60)
        assert found.noticed is noticed, found.said


def test_the_mutant_takes_the_place_of_the_module(tmp_path: Path) -> None:
    module = "maxpooling.order_statistics"
    target = Target(module, ("-c", "/dev/null", str(tmp_path / "test_place.py")))
    changed = target.mutants()[0]
    (tmp_path / "test_place.py").write_text(
        f"import sys, {module} as module\n\n"
        "def test() -> None:\n"
        "    assert type(module.__spec__.loader).__name__ == '_Changed'\n"
        "    assert sys.modules[module.__name__] is module\n"
    )
    assert not attempt(target, changed, 60).noticed
    assert attempt(target, None, 60).noticed


def test_lists_fit_the_code() -> None:
    targets = {target.module: target for target in read_targets()}
    names = {module: {one.name for one in target.mutants()} for module, target in targets.items()}
    for module, name in read_survivors():
        assert name in names[module], f"{module}: {name}"


def test_a_survivor_needs_a_reason_and_stands_once(tmp_path: Path) -> None:
    file = tmp_path / "survivors.toml"
    file.write_text('[["a"]]\nreason = " "\nmutants = ["f: 1 -> 2"]\n')
    with pytest.raises(ValueError, match="no reason for 'f: 1 -> 2'"):
        read_survivors(file)
    file.write_text('[["a"]]\nreason = "equal"\nmutants = ["f: 1 -> 2", "f: 1 -> 2"]\n')
    with pytest.raises(ValueError, match="twice 'f: 1 -> 2'"):
        read_survivors(file)
