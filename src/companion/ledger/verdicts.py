"""The committed verdicts with the domains that earned them, and whether today's are the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from companion.checking import Kind
from companion.files import write_whole
from companion.ledger.evaluation import Line, Outcome
from companion.ledger.model import VERDICTS
from companion.published import data_folder, read_data
from maxpooling.errors import DataError

_HEADER = (
    "# The verdict that each claim has earned, and below it what earned it: kind of evidence,\n"
    "# check, domain, number of cases. Written by `make verdicts`, never by hand.\n"
)
_ORDER = tuple(VERDICTS)


@dataclass(frozen=True)
class Locked:
    """A committed verdict.

    Attributes:
        verdict: one of :data:`~companion.ledger.model.VERDICTS`.
        evidence: what earned it.
    """

    verdict: str
    evidence: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Change:
    """An entry that is not as committed; None: not there.

    Attributes:
        id: of the claim.
        committed: in the lock.
        earned: now.
        why: of the verdict now.
    """

    id: str
    committed: Locked | None
    earned: Locked | None
    why: str = ""

    @property
    def worse(self) -> bool:
        """A claim lost ground or a part of its evidence, or is gone, or is new and differs."""
        if self.earned is None or self.committed is None:
            return self.earned is None or self.earned.verdict == _ORDER[-1]
        if self.earned.verdict != self.committed.verdict:
            return _ORDER.index(self.earned.verdict) > _ORDER.index(self.committed.verdict)
        return not _covered(self.committed.evidence, self.earned.evidence)

    def __str__(self) -> str:
        """A line for the log, and one for each piece of evidence that changed."""
        old = self.committed.verdict if self.committed else "new"
        new = self.earned.verdict if self.earned else "gone"
        reason = f" ({self.why})" if self.why and old != new else ""
        before = self.committed.evidence if self.committed else ()
        after = self.earned.evidence if self.earned else ()
        lines = [f"{self.id}: {old} -> {new}{reason}" if old != new else f"{self.id}: {old}"]
        lines += [f"    - {_written(line)}" for line in before if line not in after]
        lines += [f"    + {_written(line)}" for line in after if line not in before]
        return "\n".join(lines)


def lock_path() -> Path:
    """Where the committed verdicts lie."""
    return data_folder() / "paper" / "verdicts.lock"


def read_lock(path: Path) -> dict[str, Locked]:
    """The committed verdicts by identifier.

    Raises:
        DataError: a missing file, or a line that is neither a verdict nor evidence.
    """
    try:
        lines = read_data(path).decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: expected committed verdicts, found {error}") from error
    verdicts: dict[str, Locked] = {}
    last = ""
    for place, line in enumerate(lines, start=1):
        if line.startswith("#"):
            continue
        if line.startswith("  ") and last:
            evidence = _read(path, place, line)
            old = verdicts[last]
            verdicts[last] = Locked(old.verdict, (*old.evidence, evidence))
            continue
        last, separator, verdict = line.partition(": ")
        if not separator or verdict not in VERDICTS or last in verdicts:
            raise DataError(f"{path}: line {place}: expected 'identifier: verdict', found {line!r}")
        verdicts[last] = Locked(verdict)
    return verdicts


def write_lock(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Commit the verdicts that were earned, in the order of the ledger."""
    lines = [_HEADER]
    for outcome in outcomes:
        lines.append(f"{outcome.claim.id}: {outcome.verdict}\n")
        lines += [f"  {_written(line)}\n" for line in outcome.evidence]
    write_whole(path, "".join(lines).encode())


def changes(committed: Mapping[str, Locked], outcomes: Iterable[Outcome]) -> list[Change]:
    """Every difference between what is committed and what is earned now."""
    earned = {one.claim.id: one for one in outcomes}
    found = []
    for name, outcome in earned.items():
        now = Locked(outcome.verdict, outcome.evidence)
        if committed.get(name) != now:
            found.append(Change(name, committed.get(name), now, outcome.why))
    gone = [Change(name, old, None) for name, old in committed.items() if name not in earned]
    return found + gone


def _covered(old: Iterable[Line], now: Iterable[Line]) -> bool:
    """Whether each line is still there, or in its place one of the same check with more cases.

    A line stands for one other only: of two domains of a check, the larger does not make up for
    the smaller.
    """
    left = list(now)
    changed = []
    for line in old:
        if line in left:
            left.remove(line)
        else:
            changed.append(line)
    for line in sorted(changed, key=lambda one: one.cases, reverse=True):
        wider = [
            one
            for one in left
            if (one.kind, one.check) == (line.kind, line.check) and one.cases > line.cases
        ]
        if not wider:
            return False
        left.remove(min(wider, key=lambda one: one.cases))
    return True


def _written(line: Line) -> str:
    parts = [str(line.kind), line.check, line.domain, str(line.cases) if line.cases else ""]
    return " | ".join(parts).rstrip(" |")


def _read(path: Path, place: int, line: str) -> Line:
    parts = line.strip().split(" | ")
    try:
        kind, check, domain, cases = parts + [""] * (4 - len(parts))
        return Line(Kind(kind), check, domain, int(cases or 0))
    except ValueError as error:
        raise DataError(
            f"{path}: line {place}: expected 'kind | check | domain | cases', found {line!r}"
        ) from error
