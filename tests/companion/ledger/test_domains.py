"""Every domain of every check, made smaller by one case: the lock must notice, nothing is run."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from raw_words import RAW

from companion import evidence
from companion.checking import Check, Kind, Ran, check
from companion.checking.check import Run
from companion.checking.domains import Domain, Drawn, Given, Integers, Listed, Through, shown
from companion.errors import UncheckedError
from companion.ledger.evaluation import Line
from companion.ledger.registry import checks
from companion.ledger.verdicts import Change, Locked, lock_path, read_lock


@dataclass(frozen=True)
class Without(Domain):
    """A domain that has lost one case of each choice of the arguments before it."""

    whole: Domain
    place: int

    @property
    def random(self) -> bool:  # type: ignore[override]
        return self.whole.random

    def cases(self, given: Given) -> list[Any]:
        cases = list(self.whole.cases(given))
        del cases[self.place : self.place + 1 or None]
        return cases

    @property
    def text(self) -> str:
        return self.whole.text

    def size(self, case: Any) -> int:
        return self.whole.size(case)


def smaller(domain: Domain) -> list[Domain]:
    """The domain without one case; several ways, since no later case may hang on one of them."""
    if isinstance(domain, Listed):
        return [replace(domain, values=domain.values[:-1])]
    if isinstance(domain, Drawn):
        return [replace(domain, count=domain.count - 1)]
    return [Without(domain, place) for place in (0, -1, 1, 2, 3)]


def narrowings(one: Check) -> Iterator[tuple[str, Check]]:
    """The check with each of its domains narrowed, one at a time."""
    whole = one.scope()
    for place, run in enumerate(one.runs):
        for name, domain in run.domain.items():
            for less in smaller(domain):
                narrow = Run(run.kind, {**run.domain, name: less})
                runs = (*one.runs[:place], narrow, *one.runs[place + 1 :])
                found = Check(one.claim, one.function, runs, one.collect)
                if found.scope()[place].cases < whole[place].cases:
                    break
            yield f"{run.kind}, {name}", found


def lines(name: str, scope: tuple[Ran, ...]) -> tuple[Line, ...]:
    """What the lock would keep; a domain without a case is none, a run of it raises."""
    return tuple(Line(ran.kind, name, ran.domain, ran.cases) for ran in scope if ran.cases)


def unnoticed(one: Check) -> list[str]:
    """The narrowed domains that the lock would accept."""
    committed = Locked("reproduced", lines(one.name, one.scope()))
    return [
        what
        for what, narrow in narrowings(one)
        if not Change(
            "claim", committed, Locked("reproduced", lines(one.name, narrow.scope()))
        ).worse
    ]


@pytest.mark.parametrize("name", sorted(checks()))
def test_the_lock_notices_one_case_less(name: str) -> None:
    assert unnoticed(checks()[name]) == []


@pytest.mark.parametrize("name", sorted(checks()))
def test_scopes_are_words(name: str) -> None:
    for ran in checks()[name].scope():
        assert ran.cases > 0
        assert not RAW.search(ran.scope), ran.scope


@pytest.mark.parametrize("name", sorted(checks()))
def test_what_is_found_has_words(name: str) -> None:
    """Of the first case alone, for the time all take; the tests of the site read of all."""
    case, _ = next(checks()[name].runs[0].cases({}))
    try:
        found = checks()[name].function(**case) or {}
    except UncheckedError:  # it says why, and finds nothing
        return
    line = "; ".join(f"{key} = {shown(value)}" for key, value in found.items())
    assert not RAW.search(line), line


def test_what_is_locked_is_words() -> None:
    """Also where the ledger fixes arguments, as in the rows of a printed table."""
    lines = [line for one in read_lock(lock_path()).values() for line in one.evidence]
    assert len(lines) > len(checks())
    assert [line.domain for line in lines if RAW.search(line.domain)] == []


@pytest.mark.parametrize(
    "code",
    [
        *("d = 2..64", "r = 1 to d-1", "integers from -9 to 9", "beta_0 = 1", "{0, 1}^d"),
        *("constant = True", "experiment = lenet-mnist", "cifar10 pixels", "average-none alone"),
        *("norm = linf", "maxpool, conv-small", "seeds = None"),
    ],
)
def test_code_is_no_words(code: str) -> None:
    assert RAW.search(code)


def never(d: int, r: int = 0, x: Any = None) -> Mapping[str, int]:
    """A case that must not be run."""
    raise AssertionError


class TestTheTestItself:
    def made(self) -> Check:
        def case(d: int, r: int, x: list[int]) -> None:
            never(d, r, x)

        few = check(
            "toy", Kind.RANDOM,
            d=range(2, 5), r=Through(1, "d - 1"), x=Drawn(Integers(0, 9, "d"), 4),
        )(case)  # fmt: skip
        return check("toy", Kind.EVERY_CASE, d=[9], r=[1, 2], x=[[0], [1]])(few)

    def test_it_counts_without_running(self) -> None:
        assert [(ran.kind, ran.cases) for ran in self.made().scope()] == [
            (Kind.EVERY_CASE, 4), (Kind.RANDOM, 24),
        ]  # fmt: skip

    def test_it_narrows_every_domain(self) -> None:
        found = dict(narrowings(self.made()))
        assert list(found) == [
            f"{kind}, {name}" for kind in (Kind.EVERY_CASE, Kind.RANDOM) for name in "drx"
        ]
        counts = {what: [ran.cases for ran in one.scope()] for what, one in found.items()}
        assert counts["random instances, d"] == [4, 12]
        assert counts["random instances, r"] == [4, 12]
        assert counts["random instances, x"] == [4, 18]
        assert counts["every case of a finite domain, d"] == [0, 24]
        assert unnoticed(self.made()) == []

    def test_a_lock_without_domains_would_not_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("companion.ledger.verdicts._covered", lambda _old, _now: True)
        assert len(unnoticed(self.made())) == 6


def test_no_scope_is_typed_by_hand(root: Any) -> None:
    """Scopes come from domains alone: nothing else makes evidence, and no text is given as one."""
    typed = re.compile(r"\bCheckResult\b|\bscope\s*=|\bRan\(|\bEvidence\(")
    folder = root / "src/companion" / evidence.__name__.rpartition(".")[2]
    modules = sorted(folder.glob("*.py"))
    assert modules
    found = {path.name: typed.findall(path.read_text(encoding="utf-8")) for path in modules}
    assert {name: words for name, words in found.items() if words} == {}
