"""One entry of the ledger, and the words that its fields may hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from companion.evidence.result import Value
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
STANDINGS = ("given", "reconstructed", "ambiguous", "ours")
METHODS = ("exact certificate", "enumeration", "symbolic", "simulation", "experiment")

# From best to worst: a build fails when an entry moves to the right.
VERDICTS = (
    "sharper",
    "reproduced",
    "reproduced at reduced scale",
    "erratum",
    "cannot be checked",
    "differs",
)


@dataclass(frozen=True)
class Claim:
    """What is claimed, where, and how it is checked.

    Attributes:
        id: ``theorem-2``, ``cell-d-7``, ...; also the label of the statement in the book.
        section: of the paper, or ``second source``.
        kind: one of :data:`KINDS`.
        statement: in our own words.
        published: the value that the paper gives.
        standing: one of :data:`STANDINGS`, how the statement and its value are known.
        method: kind of evidence, one of :data:`METHODS`.
        page: of the book, without suffix.
        anchor: on that page.
        check: dotted name of a function below ``companion.evidence``, or None.
        arguments: given to that function by name.
        quantity: which of the check's values is compared with ``published``, or None.
        value: ``NOTEBOOK.KEY``, recorded by an executed notebook; instead of ``check``.
        shows: the verdict that a check earns by passing, one of :data:`VERDICTS`.
        why: what a reader must know to understand the verdict.
    """

    id: str
    section: str
    kind: str
    statement: str
    published: Published
    standing: str
    method: str
    page: str
    anchor: str
    check: str | None = None
    arguments: Mapping[str, Value] = field(default_factory=dict)
    quantity: str | None = None
    value: str | None = None
    shows: str = "reproduced"
    why: str = ""

    @property
    def title(self) -> str:
        """The identifier as a reader would say it.

        Examples:
            >>> from companion.ledger.claims import load
            >>> wanted = ("lemma-7", "equation-6", "cell-d-7", "number-resnet-pools")
            >>> [claim.title for claim in load() if claim.id in wanted]
            ['Equation (6)', 'Resnet pools', 'Lemma 7', 'Table D, row 7']
        """
        first, *rest = self.id.split("-")
        if self.kind == "equation":
            return f"Equation ({rest[-1]})"
        if self.kind == "table cell":
            return f"Table D, row {rest[-1]}"
        if self.kind in ("definition", "theorem", "lemma", "figure", "table"):
            return f"{first.capitalize()} {' '.join(rest).upper()}"
        return " ".join(rest).capitalize()
