"""The committed verdicts, and whether what the checks earn now is worse."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from companion.ledger.evaluation import Outcome
from companion.ledger.model import VERDICTS
from companion.published import data_folder
from maxpooling.errors import DataError

_HEADER = "# The verdict that each claim has earned; written by `make verdicts`, never by hand.\n"


@dataclass(frozen=True)
class Change:
    """An entry whose verdict is not the committed one; None: not there.

    Attributes:
        id: of the claim.
        committed: the verdict in the lock.
        earned: the verdict now.
        why: of the verdict now.
    """

    id: str
    committed: str | None
    earned: str | None
    why: str = ""

    @property
    def worse(self) -> bool:
        """Whether a build must fail: a claim lost ground, or is gone, or is new and differs."""
        if self.earned is None or self.committed is None:
            return self.earned in (None, VERDICTS[-1])
        return VERDICTS.index(self.earned) > VERDICTS.index(self.committed)

    def __str__(self) -> str:
        """One line for the log."""
        reason = f" ({self.why})" if self.why else ""
        return f"{self.id}: {self.committed or 'new'} -> {self.earned or 'gone'}{reason}"


def lock_path() -> Path:
    """Where the committed verdicts lie."""
    return data_folder() / "paper" / "verdicts.lock"


def read_lock(path: Path) -> dict[str, str]:
    """The committed verdicts by identifier.

    Raises:
        DataError: a missing file, or a line that is not ``identifier: verdict``.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{path}: expected committed verdicts, found {error.strerror}") from error
    verdicts = {}
    for place, line in enumerate(lines, start=1):
        if line.startswith("#"):
            continue
        name, separator, verdict = line.partition(": ")
        if not separator or verdict not in VERDICTS or name in verdicts:
            raise DataError(f"{path}: line {place}: expected 'identifier: verdict', found {line!r}")
        verdicts[name] = verdict
    return verdicts


def write_lock(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Commit the verdicts that were earned, in the order of the ledger."""
    lines = [f"{outcome.claim.id}: {outcome.verdict}\n" for outcome in outcomes]
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(_HEADER + "".join(lines), encoding="utf-8")
    os.replace(temporary, path)


def changes(committed: Mapping[str, str], outcomes: Iterable[Outcome]) -> list[Change]:
    """Every difference between the committed verdicts and those earned now."""
    earned = {outcome.claim.id: outcome for outcome in outcomes}
    found = [
        Change(name, committed.get(name), outcome.verdict, outcome.why)
        for name, outcome in earned.items()
        if committed.get(name) != outcome.verdict
    ]
    gone = [Change(name, old, None) for name, old in committed.items() if name not in earned]
    return found + gone
