"""Run the checks of the ledger and say which verdict each entry earns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from companion.checking import Evidence, Kind, Ran, Value
from companion.errors import CheckFailedError, SmallerRunsError, UncheckedError
from companion.ledger.claims import TABLES
from companion.ledger.comparison import FAILS, HOLDS, shown
from companion.ledger.model import Claim
from companion.ledger.registry import checks, find
from companion.ledger.statements import Statement
from maxpooling.errors import DataError

Finding = Evidence | CheckFailedError | UncheckedError
SCALE = "scale"
"""The value by which a check of an experiment says "full" or "reduced"."""
REMARK = "remark"
"""The value by which a check says what must be known of its runs; whole sentences."""
RECORDED = "recorded"
"""Before the name of a setting: what the recorded runs have instead; not there if they agree."""


@dataclass(frozen=True)
class Line:
    """One piece of evidence of a claim, as the ledger, the page and the lock show it.

    Attributes:
        kind: of evidence.
        check: name of the check, or of the proof assistant's theorem; empty for the book's proof.
        domain: what was run over, in words; empty for proofs.
        cases: how many; 0 for proofs.
    """

    kind: Kind
    check: str = ""
    domain: str = ""
    cases: int = 0

    @property
    def text(self) -> str:
        """``certificate per instance: d = 2 to 64; 63 cases``."""
        return str(Ran(self.kind, self.domain, self.cases)) if self.cases else str(self.kind)


@dataclass(frozen=True)
class Outcome:
    """What the evaluation of one claim found.

    Attributes:
        claim: the entry.
        verdict: one of :data:`~companion.ledger.model.VERDICTS`.
        ours: our value as text; empty where nothing could be computed.
        evidence: proofs and runs, strongest first.
        why: what explains the verdict; empty where it explains itself.
    """

    claim: Claim
    verdict: str
    ours: str = ""
    evidence: tuple[Line, ...] = ()
    why: str = ""


@dataclass
class Evaluator:
    """Evaluates claims; a check that several claims name is run once."""

    _done: dict[tuple[object, ...], Finding] = field(default_factory=dict)

    def evaluate(self, claim: Claim) -> Outcome:
        """The verdict that the computation earns.

        Raises:
            DataError: the entry names a check or a value that does not exist.
        """
        proofs = _proofs(claim)
        if not claim.checks:
            return Outcome(claim, claim.earns, evidence=proofs, why=claim.why)
        values: dict[str, Value] = {}
        lines = list(proofs)
        for name in claim.checks:
            result = self._run(name, claim.arguments)
            if isinstance(result, SmallerRunsError):
                return Outcome(claim, "differs at reduced scale", FAILS, why=str(result))
            if isinstance(result, CheckFailedError):
                return Outcome(claim, "differs", "check failed", why=str(result))
            if isinstance(result, UncheckedError):
                return Outcome(claim, "undecided", evidence=tuple(lines), why=str(result))
            lines += [Line(ran.kind, name, ran.domain, ran.cases) for ran in result.ran]
            values |= result.values
        return self._judge(claim, values, tuple(lines))

    def erratum(self, erratum: Statement) -> tuple[Line, ...]:
        """What was run for an erratum.

        Raises:
            CheckFailedError: its check fails: the statement holds after all.
        """
        lines = []
        for name in erratum.checks:
            result = self._run(name, {})
            if not isinstance(result, Evidence):
                raise result
            lines += [Line(ran.kind, name, ran.domain, ran.cases) for ran in result.ran]
        return tuple(lines)

    def _run(self, name: str, arguments: Mapping[str, Value | tuple[int, ...]]) -> Finding:
        key = (name, *sorted(arguments.items()))
        if key not in self._done:
            try:
                self._done[key] = find(name)(**arguments)
            except (CheckFailedError, UncheckedError) as error:
                self._done[key] = error
        return self._done[key]

    def _judge(self, claim: Claim, values: Mapping[str, Value], lines: tuple[Line, ...]) -> Outcome:
        """Compare with the published value, if there is one."""
        earns, why = claim.earns, claim.why
        if earns == "reproduced" and values.get(SCALE) == "reduced":
            earns = "reproduced at reduced scale"
        if earns == "adopted as given" and f"{RECORDED} {claim.quantity}" in values:
            deviation = values[f"{RECORDED} {claim.quantity}"]
            why = f"{why} The recorded runs deviate: {deviation}.".strip()
        if values.get(REMARK):
            why = f"{why} {values[REMARK]}".strip()
        refutes = earns == "erratum"
        if claim.quantity is None:
            # A check of an erratum passes when it refutes the statement.
            text = FAILS if refutes else HOLDS
            agrees = claim.published.text == text
        elif claim.quantity not in values:
            known = ", ".join(values) or "none"
            raise DataError(
                f"entry {claim.id!r}, quantity: expected one of: {known}, found {claim.quantity!r}"
            )
        else:
            text = shown(values[claim.quantity])
            agrees = claim.published.agrees(values[claim.quantity])
        if claim.published.comparable and agrees == refutes:
            what = (
                "agrees with the published one, and an erratum was expected"
                if agrees
                else "differs"
            )
            return Outcome(claim, "differs", text, lines, f"our value {what}")
        return Outcome(claim, earns, text, lines, why)


def inconsistencies(claims: Iterable[Claim], boxes: Iterable[Statement]) -> list[str]:
    """What boxes, ledger and checks say of each other and does not fit.

    A check names its claim, and a claim all checks that are of it. A check whose claim does not
    exist would stand on a page without being judged; a check of a table's rows names the table.
    """
    ledger, labels = {claim.id: claim for claim in claims}, {box.label: box for box in boxes}
    known = {*ledger, *labels, *TABLES}
    found = []
    for name, check in checks().items():
        if check.claim not in known:
            found.append(f"check {name}: expected the identifier of a claim, found {check.claim!r}")
    named = {name: one.checks for name, one in ledger.items()}
    named |= {name: one.checks for name, one in labels.items()}
    for name, those in named.items():
        own = {check.name for check in checks().values() if check.claim == name}
        unnamed = sorted(own - {*those})
        found += [f"claim {name}: check {one} is of it, and not named" for one in unnamed]
        for one in those:  # also those of another claim must exist
            find(one)
    used = {claim.erratum for claim in ledger.values()}
    found += [
        f"erratum {label}: no claim of the ledger has it"
        for label, box in labels.items()
        if box.kind == "erratum" and label not in used
    ]
    return found


def _proofs(claim: Claim) -> tuple[Line, ...]:
    book = [Line(Kind.PROVED)] if claim.proved else []
    return (*book, *(Line(Kind.MACHINE, name) for name in claim.machine))
