"""The report of an evaluation, as ``build/reproduction.json`` keeps it and the pages read it."""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from companion.checking import Ran
from companion.files import write_whole
from companion.ledger.comparison import shown
from companion.ledger.evaluation import Line, Outcome
from companion.ledger.model import OURS, VERDICTS
from companion.ledger.statements import Statement
from maxpooling.errors import DataError


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EvidenceLine(_Frozen):
    """A piece of evidence: its kind, the check, and what was run over, in words.

    The scope of a proof is empty: it says nothing that the statement does not say.
    """

    kind: str
    check: str
    scope: str


class Row(_Frozen):
    """One claim with its verdict; the fields are those of Claim and Outcome, as text."""

    id: str
    title: str
    section: str
    kind: str
    statement: str
    published: str
    ours: str
    verdict: str
    why: str
    standing: str
    evidence: tuple[EvidenceLine, ...]
    tolerance: str
    page: str
    anchor: str
    erratum: str
    group: str


class ErratumRow(_Frozen):
    """One erratum with the claims that it bears on."""

    label: str
    title: str
    sentence: str
    page: str
    claims: tuple[str, ...]
    evidence: tuple[EvidenceLine, ...]


class Report(_Frozen):
    """Every claim, every erratum; the counts are taken from here and nowhere else."""

    rows: tuple[Row, ...]
    errata: tuple[ErratumRow, ...]

    def counts(self, *, ours: bool) -> dict[str, int]:
        """How many claims of the sources, or of ours, earned each verdict; all verdicts named."""
        earned = Counter(row.verdict for row in self.rows if (row.standing == OURS) == ours)
        return {verdict: earned[verdict] for verdict in VERDICTS}

    def count(self, word: str) -> int:
        """The number that a word of the text stands for.

        Args:
            word: a verdict (claims of the sources), the name of a group (all of its rows),
                ``claims`` (of the sources), ``ours`` or ``errata``.

        Raises:
            ValueError: another word; says which are known.
        """
        sources = self.counts(ours=False)
        known = {
            **Counter(row.group for row in self.rows if row.group),
            **sources,
            "claims": sum(sources.values()),
            "ours": sum(self.counts(ours=True).values()),
            "errata": len(self.errata),
        }
        if word not in known:
            raise ValueError(f"count={word!r}: allowed are {', '.join(known)}")
        return known[word]

    def row(self, name: str) -> Row | None:
        """The claim of that identifier, if there is one."""
        return next((row for row in self.rows if row.id == name), None)

    def erratum(self, label: str) -> ErratumRow | None:
        """The erratum of that label, if there is one."""
        return next((one for one in self.errata if one.label == label), None)


def grouped(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Neighbouring rows of one group together, with its name; the name of no group is empty."""
    return [(name, list(found)) for name, found in groupby(rows, lambda row: row.group)]


def kinds(rows: Iterable[Row]) -> list[str]:
    """The kinds of evidence that the rows rest on, each once."""
    return list(dict.fromkeys(line.kind for row in rows for line in row.evidence))


def report(
    outcomes: Iterable[Outcome], errata: Iterable[tuple[Statement, tuple[Line, ...]]]
) -> Report:
    """The report of what was found."""
    rows = tuple(_row(outcome) for outcome in outcomes)
    return Report(
        rows=rows,
        errata=tuple(
            ErratumRow(
                label=box.label,
                title=box.title,
                sentence=box.sentence,
                page=box.page,
                claims=tuple(row.id for row in rows if row.erratum == box.label),
                evidence=_lines(lines),
            )
            for box, lines in errata
        ),
    )


def write_report(path: Path, found: Report) -> None:
    """Write the report, whole or not at all."""
    text = json.dumps(found.model_dump(), ensure_ascii=False, indent=1)
    write_whole(path, f"{text}\n".encode())


def read_report(path: Path) -> Report:
    """Read the report.

    Raises:
        DataError: it is missing or damaged.
    """
    try:
        return Report.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise DataError(f"{path}: expected a report (make book), found {error}") from error


def _row(outcome: Outcome) -> Row:
    claim = outcome.claim
    tolerance = claim.published.tolerance
    return Row(
        id=claim.id,
        title=claim.title,
        section=claim.section,
        kind=claim.kind,
        statement=claim.statement,
        published=claim.published.text,
        ours=outcome.ours,
        verdict=outcome.verdict,
        why=outcome.why,
        standing=claim.standing,
        evidence=_lines(outcome.evidence),
        tolerance=shown(float(tolerance)) if tolerance else "exact",
        page=claim.page,
        anchor=claim.anchor,
        erratum=claim.erratum,
        group=claim.group,
    )


def _lines(lines: Iterable[Line]) -> tuple[EvidenceLine, ...]:
    return tuple(
        EvidenceLine(
            kind=one.kind,
            check=one.check,
            scope=Ran(one.kind, one.domain, one.cases).scope if one.cases else "",
        )
        for one in lines
    )
