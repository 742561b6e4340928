"""One entry of the ledger, and the words that its fields may hold, each defined once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from companion.checking import Value
from companion.ledger.comparison import Published

KINDS = (
    "definition",
    "theorem",
    "lemma",
    "equation",
    "figure",
    "table",
    "table cell",
    "number",
    "statement",
    "experiment",
    "second source",
)

STANDINGS = {
    "given": "survives in the available text of the paper",
    "reconstructed": "forced by what survives; the formula itself was lost",
    "ambiguous": "several readings fit what survives",
    "ours": "not in the paper; proved or computed here",
}

# From best to worst.
VERDICTS = {
    "sharper": "holds, and more than the paper says is shown",
    "reproduced": "our computation gives what the paper says",
    "reproduced at reduced scale": "holds in shorter or fewer runs than the paper's",
    "drawn anew": (
        "a figure whose original is lost, drawn again from what the text says of it; there is "
        "nothing to compare it with"
    ),
    "adopted as given": (
        "a setting that we took over from the paper: no evidence for it, and not counted as "
        "reproduced"
    ),
    "erratum": "does not hold as it stands in the available text; the evidence is given",
    "undecided": (
        "computed, and the result does not decide it; the entry says what would, and its cost"
    ),
    "cannot be checked": "there is nothing to compute or to compare with; the reason is given",
    "differs at reduced scale": (
        "shorter or fewer runs than the paper's contradict it; the paper's own might not"
    ),
    "differs": "our computation gives something else, and no erratum has been established",
}

OURS = "ours"


@dataclass(frozen=True)
class Claim:
    """What is claimed, where, and how it is checked.

    Attributes:
        id: ``theorem-2``, ``cell-d-7``, ...; also the label of the statement's box, if it has one.
        title: as a reader would say it.
        section: of the paper, or ``second source``, or ``ours``.
        kind: one of :data:`KINDS`.
        statement: one plain sentence, in our own words.
        published: the value that the paper gives.
        standing: one of :data:`STANDINGS`, how the statement and its value are known.
        page: of the book, without suffix.
        anchor: on that page.
        checks: names ``MODULE.FUNCTION`` of the checks.
        arguments: that a check takes by name; empty: its whole domain.
        quantity: which of the check's values is compared with ``published``, or None.
        earns: the verdict that is earned when every check passes, one of :data:`VERDICTS`.
        why: what a reader must know to understand the verdict.
        proved: whether the book gives a proof below the statement.
        machine: names of the proof assistant's theorems that say the same.
        erratum: the label of the erratum that explains the verdict ``erratum``.
        group: the table of printed numbers that the entry is a row of, or "".
    """

    id: str
    title: str
    section: str
    kind: str
    statement: str
    published: Published
    standing: str
    page: str
    anchor: str
    checks: tuple[str, ...] = ()
    arguments: Mapping[str, Value | tuple[int, ...]] = field(default_factory=dict)
    quantity: str | None = None
    earns: str = "reproduced"
    why: str = ""
    proved: bool = False
    machine: tuple[str, ...] = ()
    erratum: str = ""
    group: str = ""
