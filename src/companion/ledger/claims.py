"""Read ``data/paper/claims.yml`` and refuse everything that is not as it should be."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from companion.ledger.comparison import Published, number
from companion.ledger.model import KINDS, METHODS, STANDINGS, VERDICTS, Claim
from companion.published import data_folder
from maxpooling.errors import DataError

CHECKS = "companion.evidence."
_REQUIRED = (
    *("id", "section", "kind", "statement", "published"),
    *("standing", "method", "page", "anchor"),
)
_OPTIONAL = ("check", "arguments", "quantity", "value", "tolerance", "shows", "why")
_WORDS = {"kind": KINDS, "standing": STANDINGS, "method": METHODS, "shows": VERDICTS}


def claims_path() -> Path:
    """Where the ledger lies."""
    return data_folder() / "paper" / "claims.yml"


def load(path: Path | None = None) -> tuple[Claim, ...]:
    """Every claim, in the order of the paper.

    Args:
        path: the ledger; that of this project if None.

    Raises:
        DataError: a missing or unreadable file, an unknown or missing field, a word that a field
            does not know, an identifier used twice, a field that contradicts another.

    Examples:
        >>> ledger = {claim.id: claim for claim in load()}
        >>> ledger["number-error-efficient"].published.text
        '0.0556'
    """
    path = path or claims_path()
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path}: expected a ledger in YAML, found {error}") from error
    if not isinstance(entries, list) or not entries:
        raise DataError(f"{path}: expected a list of entries, found {type(entries).__name__}")
    claims = tuple(_claim(path, place, entry) for place, entry in enumerate(entries, start=1))
    seen: set[str] = set()
    for claim in claims:
        if claim.id in seen:
            raise DataError(f"{path}: entry {claim.id!r}, id: expected it once, found it twice")
        seen.add(claim.id)
    return claims


def _claim(path: Path, place: int, entry: Any) -> Claim:
    name = entry.get("id") if isinstance(entry, dict) else None
    where = f"{path}: entry {name!r}" if name else f"{path}: entry number {place}"

    def refuse(key: str, expected: str, found: object) -> DataError:
        return DataError(f"{where}, {key}: expected {expected}, found {found!r}")

    if not isinstance(entry, dict):
        raise refuse("entry", "a mapping", entry)
    for key in entry:
        if key not in _REQUIRED + _OPTIONAL:
            raise refuse(str(key), f"one of {', '.join(_REQUIRED + _OPTIONAL)}", key)
    for key in _REQUIRED:
        if key not in entry:
            raise refuse(key, "a value", None)
    fields = {key: value for key, value in entry.items() if key not in ("published", "tolerance")}
    for key, value in fields.items():
        if key == "arguments":
            if not isinstance(value, dict):
                raise refuse(key, "a mapping", value)
        elif not isinstance(value, str) or not value.strip():
            raise refuse(key, "a text", value)
    for key, words in _WORDS.items():
        if key in fields and fields[key] not in words:
            raise refuse(key, f"one of {', '.join(words)}", fields[key])
    if isinstance(entry["published"], bool) or not isinstance(entry["published"], str | int):
        raise refuse("published", "a text or an integer (decimals as text)", entry["published"])
    tolerance = entry.get("tolerance", "exact")
    allowed = Fraction(0) if tolerance == "exact" else number(str(tolerance))
    if allowed is None or allowed < 0 or (tolerance != "exact" and not allowed):
        raise refuse("tolerance", "'exact' or a positive number as text", tolerance)
    claim = Claim(published=Published(str(entry["published"]), allowed), **fields)
    problem = _contradiction(claim, fields)
    if problem:
        raise refuse(*problem)
    return claim


def _contradiction(claim: Claim, given: Mapping[str, Any]) -> tuple[str, str, object] | None:
    """The field that does not fit the others, what it should be, and what it is."""
    uncheckable = claim.shows == "cannot be checked"
    numeric = claim.published.comparable and not claim.published.is_statement
    if claim.check and claim.value:
        return "value", "either a check or a recorded value", claim.value
    if uncheckable and (claim.check or claim.value):
        return "shows", "a verdict that a check can earn", claim.shows
    if not uncheckable and not (claim.check or claim.value):
        return "check", "a function or a recorded value", None
    if claim.check and not claim.check.startswith(CHECKS):
        return "check", f"a function below {CHECKS[:-1]}", claim.check
    if claim.value and claim.value.count(".") != 1:
        return "value", "NOTEBOOK.KEY", claim.value
    if claim.check and numeric and not claim.quantity:
        return "quantity", "the name of the value that is compared", None
    if not claim.check and (claim.quantity or "arguments" in given):
        return "quantity", "none without a check", claim.quantity
    if claim.published.is_statement and claim.quantity:
        return "quantity", "none: a statement holds or fails", claim.quantity
    if claim.shows == "sharper" and numeric and not claim.published.is_bound:
        return "published", "a bound, which can be sharpened", claim.published.text
    if claim.shows != "reproduced" and not claim.why:
        return "why", f"the reason of {claim.shows!r}", None
    return None
