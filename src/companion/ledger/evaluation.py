"""Run the checks of the ledger and say which verdict each entry earns."""

import importlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from companion.errors import CheckFailedError, UncheckedError
from companion.evidence.result import CheckResult, Value
from companion.ledger.comparison import FAILS, HOLDS, number, shown
from companion.ledger.model import Claim
from maxpooling.errors import CertificateError, DataError

Finding = CheckResult | CertificateError | CheckFailedError | UncheckedError
SCALE = "scale"
"""The value by which a check of an experiment says "full" or "reduced"."""


@dataclass(frozen=True)
class Outcome:
    """What the evaluation of one claim found.

    Attributes:
        claim: the entry.
        verdict: one of :data:`~companion.ledger.model.VERDICTS`.
        ours: our value as text; empty where nothing could be computed.
        scope: what the check ran over; empty without one.
        why: what explains the verdict; empty where it explains itself.
    """

    claim: Claim
    verdict: str
    ours: str = ""
    scope: str = ""
    why: str = ""

    def as_json(self) -> dict[str, str]:
        """The entry as ``build/reproduction.json`` keeps it."""
        claim = self.claim
        tolerance = claim.published.tolerance
        return {
            "id": claim.id,
            "title": claim.title,
            "section": claim.section,
            "kind": claim.kind,
            "statement": claim.statement,
            "published": claim.published.text,
            "ours": self.ours,
            "verdict": self.verdict,
            "why": self.why,
            "standing": claim.standing,
            "method": claim.method,
            "check": claim.check or claim.value or "",
            "scope": self.scope,
            "tolerance": shown(float(tolerance)) if tolerance else "exact",
            "page": claim.page,
            "anchor": claim.anchor,
        }


@dataclass
class Evaluator:
    """Evaluates claims; a check that several claims name is run once.

    Attributes:
        results: folder with one folder of results per executed notebook.
    """

    results: Path
    _done: dict[tuple[object, ...], Finding] = field(default_factory=dict)

    def evaluate(self, claim: Claim) -> Outcome:
        """The verdict that the computation earns.

        Raises:
            DataError: the entry names a function, a value or a notebook that does not exist, or
                another method than its check reports.
        """
        if not (claim.check or claim.value):
            return Outcome(claim, "cannot be checked", why=claim.why)
        if claim.value:
            return _judge(claim, recorded_value(claim, self.results), f"recorded by {claim.value}")
        result = self._run(claim)
        if isinstance(result, CertificateError | CheckFailedError):
            return Outcome(claim, "differs", "check failed", why=str(result))
        if isinstance(result, UncheckedError):
            return Outcome(claim, "cannot be checked", why=str(result))
        if result.method != claim.method:
            raise _refusal(claim, "method", repr(result.method), repr(claim.method))
        if result.values.get(SCALE) == "reduced" and claim.shows == "reproduced":
            claim = replace(claim, shows="reproduced at reduced scale")
        if claim.quantity is None:
            return _judge(claim, None, result.scope)
        if claim.quantity not in result.values:
            known = ", ".join(result.values) or "none"
            raise _refusal(claim, "quantity", f"one of: {known}", repr(claim.quantity))
        return _judge(claim, result.values[claim.quantity], result.scope)

    def _run(self, claim: Claim) -> Finding:
        key = (claim.check, *sorted(claim.arguments.items()))
        if key not in self._done:
            try:
                self._done[key] = check_function(claim)(**claim.arguments)
            except (CertificateError, CheckFailedError, UncheckedError) as error:
                self._done[key] = error
        return self._done[key]


def check_function(claim: Claim) -> Callable[..., CheckResult]:
    """The function that a claim names.

    Raises:
        DataError: there is none of that name.
    """
    module, _, name = str(claim.check).rpartition(".")
    try:
        function: Callable[..., CheckResult] = getattr(importlib.import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as error:
        raise _refusal(claim, "check", "an existing function", repr(claim.check)) from error
    return function


def check_modules(claims: Iterable[Claim]) -> set[str]:
    """The modules whose functions the claims name."""
    return {claim.check.rpartition(".")[0] for claim in claims if claim.check}


def recorded_value(claim: Claim, results: Path) -> Value:
    """The value that an executed notebook recorded; fractions are exact again.

    Raises:
        DataError: the notebook has not been executed, or recorded no such value.
    """
    notebook, _, key = str(claim.value).partition(".")
    path = results / notebook / "values.json"
    try:
        values: Mapping[str, Value] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        found = f"{path}: {error}"
        raise _refusal(claim, "value", "an executed notebook (make book)", found) from error
    if key not in values:
        raise _refusal(claim, "value", f"one of {', '.join(values)}", repr(key))
    value = values[key]
    exact = number(value) if isinstance(value, str) else None
    return value if exact is None else exact


def _judge(claim: Claim, ours: Value | None, scope: str) -> Outcome:
    """Compare with the published value; ``ours`` is None for a statement that was checked."""
    refutes = claim.shows == "erratum"
    if ours is None:
        # A check of an erratum passes when it refutes the statement.
        text = FAILS if refutes else HOLDS
        agrees = claim.published.text == text
    else:
        text = shown(ours)
        agrees = claim.published.agrees(ours)
    if claim.published.comparable and agrees == refutes:
        what = "agrees with the published one, and an erratum was expected" if agrees else "differs"
        return Outcome(claim, "differs", text, scope, f"our value {what}")
    return Outcome(claim, claim.shows, text, scope, claim.why)


def _refusal(claim: Claim, key: str, expected: str, found: str) -> DataError:
    return DataError(f"entry {claim.id!r}, {key}: expected {expected}, found {found}")
