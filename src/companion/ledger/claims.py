"""The ledger: the paper's own list of what it states, joined with the boxes of the notebooks.

``data/paper/claims.yml`` and the tables ``data/paper/*.csv`` hold what only the paper knows: that
something is stated, in which section, and which value is printed. ``data/ours/*.csv`` does the same
for measurements of ours that have no box. What a box says of itself is read from the notebook.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from companion.checking import Value
from companion.ledger.comparison import ABSENT, HOLDS, Published, number
from companion.ledger.machine import machine_proofs
from companion.ledger.model import KINDS, OURS, STANDINGS, VERDICTS, Claim
from companion.ledger.statements import Statement, places, read_statements
from companion.published import appendix_d, data_folder, read_data
from maxpooling.errors import DataError

LEDGER_PAGE = "what-reproduces"
PRINTED = "Appendix D"
OPTIMAL_ERROR = "published_numbers.optimal_error"
_KIND_OF = {"cell": "table cell", "second": "second source"}
TABLES = {
    "appendix_e": "Appendix E, models and settings",
    "experiments": "Section 5.2 and Appendix E, statements on robustness",
    "y_activation": "second source, statements on accuracy",
    "stronger_attacks": "stronger attacks, ours",
    "statements": "smaller statements, ours",
    "machine_checked": "checked by machine only, ours",
}
"""The tables that expand into rows, each with the name of its group."""


def _arguments(given: Any) -> Any:
    """``name=value; name=value`` of a table's cell as a mapping; lists as tuples."""
    if isinstance(given, str):
        pairs = (pair.partition("=") for pair in given.split("; ") if pair)
        return {name: int(text) if text.isdigit() else text for name, _, text in pairs}
    if isinstance(given, dict):
        return {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
    return given


def _names(given: Any) -> Any:
    """One name, or several with commas, as a tuple."""
    if isinstance(given, str):
        return tuple(name.strip() for name in given.split(",") if name.strip())
    return tuple(given) if isinstance(given, list) else given


class Entry(BaseModel):
    """What the paper's list says of one claim; a box of the same label says the rest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    section: str
    kind: Literal[KINDS] | None = None  # type: ignore[valid-type]
    statement: str = ""
    published: str = HOLDS
    tolerance: str = "exact"
    standing: Literal[tuple(STANDINGS)] | None = None  # type: ignore[valid-type]
    check: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    arguments: Annotated[dict[str, str | int | tuple[int, ...]], BeforeValidator(_arguments)] = {}
    quantity: str | None = None
    verdict: Literal[tuple(VERDICTS)] | None = None  # type: ignore[valid-type]
    why: str = ""
    at: str = ""
    erratum: str = ""
    group: str = ""


def claims_path() -> Path:
    """Where the paper's list lies."""
    return data_folder() / "paper" / "claims.yml"


@cache
def load(path: Path | None = None) -> tuple[Claim, ...]:
    """Every claim: the paper's in its order, then ours in the order of the notebooks.

    Args:
        path: of the paper's list; that of this project if None. Tables beside it are read too.

    Raises:
        DataError: a missing or unreadable file, an unknown or missing field, a word that a field
            does not know, an identifier used twice, a field that contradicts another, a box that
            is not in the list, a claim without a check or a reason.

    Examples:
        >>> ledger = {claim.id: claim for claim in load()}
        >>> ledger["number-error-efficient"].published.text
        '0.0556'
    """
    path = path or claims_path()
    entries = [*_listed(path), *_tabulated(path.parent)]
    boxes = {one.label: one for one in read_statements()}
    errata = {label for label, one in boxes.items() if one.kind == "erratum"}
    claims: dict[str, Claim] = {}
    for where, entry in entries:
        if entry.id in claims:
            raise DataError(f"{where}: entry {entry.id!r}, id: expected it once, found it twice")
        claims[entry.id] = _claim(where, entry, boxes.get(entry.id), errata)
    for label, box in boxes.items():
        if label in claims or label in errata:
            continue
        if box.standing != OURS:
            raise DataError(
                f"{box.page}: statement {label!r} is {box.standing}, so it is expected in {path}, "
                "and is not found there; a statement of ours has the standing 'ours'"
            )
        entry = Entry(id=label, section=OURS, published=ABSENT)
        claims[label] = _claim(Path(box.page), entry, box, errata)
    return tuple(claims.values())


def errata() -> tuple[Statement, ...]:
    """Every erratum, in the order of their numbers."""
    found = [one for one in read_statements() if one.kind == "erratum"]
    return tuple(sorted(found, key=lambda one: int(one.label.rpartition("-")[2])))


def _listed(path: Path) -> Iterator[tuple[Path, Entry]]:
    try:
        entries = yaml.load(read_data(path).decode("utf-8"), Loader=yaml.CSafeLoader)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path}: expected a ledger in YAML, found {error}") from error
    if not isinstance(entries, list) or not entries:
        raise DataError(f"{path}: expected a list of entries, found {type(entries).__name__}")
    for place, entry in enumerate(entries, start=1):
        yield path, _entry(path, place, entry)


def _tabulated(folder: Path) -> Iterator[tuple[Path, Entry]]:
    """The rows of every table of printed numbers that there is."""
    for row in appendix_d() if (folder / "appendix_d.csv").exists() else ():
        orders = ", ".join(map(str, row.orders))
        yield (
            folder / "appendix_d.csv",
            Entry(
                id=f"cell-d-{row.position}",
                section="D",
                statement=f"E({row.d}, {{{orders}}}) = {row.error}.",
                published=str(row.error),
                standing="reconstructed",
                check=(OPTIMAL_ERROR,),
                arguments={"d": row.d, "orders": row.orders},
                quantity="error",
                at="table-d",
                group=PRINTED,
            ),
        )
    for place in (folder, folder.parent / "ours"):
        for path in sorted(place.glob("*.csv")):
            if path.stem not in TABLES:
                continue
            rows = csv.DictReader(io.StringIO(read_data(path).decode("utf-8"), newline=""))
            for number_, row_ in enumerate(rows, start=1):
                filled = {key: value for key, value in row_.items() if value}
                filled["group"] = TABLES[path.stem]
                yield path, _entry(path, number_, filled)


def _entry(path: Path, place: int, given: object) -> Entry:
    name = given.get("id") if isinstance(given, Mapping) else None
    where = f"{path}: entry {name!r}" if name else f"{path}: entry number {place}"
    if not isinstance(given, Mapping):
        raise DataError(f"{where}: expected a mapping, found {given!r}")
    if isinstance(given.get("published"), bool | float):
        raise DataError(
            f"{where}, published: expected a text or an integer (decimals as text), "
            f"found {given['published']!r}"
        )
    texts = {key: str(v) if key in ("published", "tolerance") else v for key, v in given.items()}
    try:
        return Entry.model_validate(texts)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise DataError(
            f"{where}, {field}: expected {first['msg']}, found {first['input']!r}"
        ) from error


def _claim(path: Path, entry: Entry, box: Statement | None, errata: set[str]) -> Claim:
    def refuse(key: str, expected: str, found: object) -> DataError:
        return DataError(f"{path}: entry {entry.id!r}, {key}: expected {expected}, found {found!r}")

    for key in ("statement", "standing", "check", "verdict") if box else ():
        if getattr(entry, key):
            raise refuse(key, f"nothing: the box on {box.page} says it", getattr(entry, key))  # type: ignore[union-attr]
    statement = box.sentence if box else entry.statement
    standing = box.standing if box else entry.standing
    checks = box.checks if box else entry.check
    earns = (box.verdict if box else entry.verdict) or "reproduced"
    why = entry.why or (box.why if box else "")
    erratum = entry.erratum or (box.erratum if box else "")
    if not statement:
        raise refuse("statement", "one plain sentence, or a box with that label", "")
    if not standing:
        raise refuse("standing", f"one of {', '.join(STANDINGS)}", None)
    if standing == OURS and entry.published == ABSENT:
        why = why or "Not in the paper."
    machine = machine_proofs().get(entry.id, ())
    tolerance = Fraction(0) if entry.tolerance == "exact" else number(entry.tolerance)
    if tolerance is None or tolerance < 0 or (entry.tolerance != "exact" and not tolerance):
        raise refuse("tolerance", "'exact' or a positive number as text", entry.tolerance)
    published = Published(entry.published, tolerance)
    numeric = published.comparable and not published.is_statement
    first = entry.id.partition("-")[0]
    kind = entry.kind or _KIND_OF.get(first, first)
    problems = (
        (kind not in KINDS, "kind", f"one of {', '.join(KINDS)}", kind),
        (not (checks or machine) and earns not in ("cannot be checked", "drawn anew"), "check",
         "the name of a check, or the verdict 'cannot be checked'", ""),
        (bool(checks) and earns == "cannot be checked", "verdict",
         "a verdict that a check can earn", earns),
        (numeric and bool(checks) and not entry.quantity, "quantity",
         "the name of the value that is compared", None),
        (not checks and bool(entry.quantity or entry.arguments), "quantity",
         "none without a check", entry.quantity),
        (published.is_statement and bool(entry.quantity), "quantity",
         "none: a statement holds or fails", entry.quantity),
        (earns == "sharper" and numeric and not published.is_bound, "published",
         "a bound, which can be sharpened", published.text),
        (earns not in ("reproduced", "adopted as given") and not (why or erratum), "why",
         f"the reason of {earns!r}", ""),
        ((earns == "erratum") != bool(erratum), "erratum",
         "the label of an erratum, with the verdict 'erratum' and not without it", erratum),
        (bool(erratum) and erratum not in errata, "erratum",
         f"one of {', '.join(sorted(errata))}", erratum),
        (bool(entry.arguments) and len(checks) > 1, "arguments",
         "none where there are several checks", entry.arguments),
    )  # fmt: skip
    for wrong, key, expected, found in problems:
        if wrong:
            raise refuse(key, expected, found)
    page, anchor = _place(refuse, entry, box, checks=bool(checks))
    return Claim(
        id=entry.id,
        title=box.title.partition(" (")[0] if box else _title(kind, entry.id),
        section=entry.section,
        kind=kind,
        statement=statement,
        published=published,
        standing=standing,
        page=page,
        anchor=anchor,
        checks=checks,
        arguments=dict[str, Value | tuple[int, ...]](entry.arguments),
        quantity=entry.quantity,
        earns=earns,
        why=why,
        machine=machine,
        proved=bool(box and box.proved and not erratum),
        erratum=erratum,
        group=entry.group,
    )


def _place(refuse: Any, entry: Entry, box: Statement | None, *, checks: bool) -> tuple[str, str]:
    """Page and anchor: of the box, of the label that is named, of the label that is the same."""
    if box:
        if entry.at:
            raise refuse("at", f"nothing: the box is on {box.page}", entry.at)
        return box.page, box.label
    anchor = entry.at or entry.id
    pages = places().get(anchor, [])
    if len(pages) == 1:
        return pages[0], anchor
    if not pages and not entry.at and not checks:
        return LEDGER_PAGE, f"claim-{entry.id}"
    found = f"{anchor} on {', '.join(pages)}" if pages else f"{anchor} nowhere"
    raise refuse("at", "a label, figure, table or heading that stands on one page", found)


def _title(kind: str, identifier: str) -> str:
    """The identifier as a reader would say it.

    Examples:
        >>> _title("theorem", "theorem-2-4"), _title("theorem", "two-layers-every-n")
        ('Theorem 2 4', 'Two layers every n')
        >>> _title("statement", "grouping"), _title("statement", "abstract-claims")
        ('Grouping', 'Claims')
    """
    first, *rest = identifier.split("-")
    if kind == "equation":
        return f"Equation ({rest[-1]})"
    if kind == "table cell":
        return f"Table D, row {rest[-1]}"
    if kind == first and kind in ("definition", "theorem", "lemma", "figure", "table"):
        return f"{kind.capitalize()} {' '.join(rest).upper()}"
    whole = kind in ("theorem", "lemma") or not rest
    return " ".join([first, *rest] if whole else rest).capitalize()
