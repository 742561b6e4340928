"""The ledger's file format: what is refused, and how the refusal reads."""

from fractions import Fraction

import pytest
import yaml

from companion.ledger.claims import load
from companion.ledger.comparison import LOST
from maxpooling.errors import DataError

ENTRY = {
    "id": "theorem-2",
    "section": "3.2",
    "kind": "theorem",
    "statement": "Three optimal errors.",
    "published": "holds",
    "standing": "reconstructed",
    "method": "exact certificate",
    "check": "companion.evidence.s3_approximations.theorem_2",
    "page": "notebooks/s3_approximations",
    "anchor": "theorem-2",
}


@pytest.fixture
def read(tmp_path):
    def write_and_load(*entries):
        path = tmp_path / "claims.yml"
        path.write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")
        return load(path)

    return write_and_load


def test_defaults(read):
    (claim,) = read(ENTRY)
    assert (claim.shows, claim.why, claim.arguments, claim.quantity) == ("reproduced", "", {}, None)
    assert claim.published.tolerance == 0
    assert claim.title == "Theorem 2"


def test_tolerance_is_exact_or_a_fraction(read):
    numeric = ENTRY | {"published": "0.0556", "quantity": "x"}
    assert read(numeric | {"tolerance": "exact"})[0].published.tolerance == 0
    assert read(numeric | {"tolerance": "0.00005"})[0].published.tolerance == Fraction(1, 20000)


def without(key):
    return {name: value for name, value in ENTRY.items() if name != key}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (ENTRY | {"page_number": "3"}, r"'theorem-2', page_number: expected one of id, .*, why"),
        (without("section"), r"'theorem-2', section: expected a value, found None"),
        (without("id"), r"entry number 1, id: expected a value"),
        (without("anchor"), r"anchor: expected a value"),
        (ENTRY | {"kind": "axiom"}, r"kind: expected one of definition, .*, found 'axiom'"),
        (ENTRY | {"standing": "sure"}, r"standing: expected one of given, .*, found 'sure'"),
        (ENTRY | {"method": "by hand"}, r"method: expected one of exact certificate, .*'by hand'"),
        (ENTRY | {"shows": "true"}, r"shows: expected one of sharper, .*, found 'true'"),
        (ENTRY | {"section": 3.2}, r"section: expected a text, found 3.2"),
        (ENTRY | {"statement": " "}, r"statement: expected a text, found ' '"),
        (ENTRY | {"published": 0.0556}, r"published: expected a text or an integer.*found 0.0556"),
        (ENTRY | {"published": True}, r"published: expected a text or an integer.*found True"),
        (ENTRY | {"tolerance": "close"}, r"tolerance: expected 'exact' or a positive.*'close'"),
        (ENTRY | {"tolerance": "-1"}, r"tolerance: expected 'exact' or a positive.*'-1'"),
        (ENTRY | {"tolerance": "0"}, r"tolerance: expected 'exact' or a positive.*'0'"),
        (ENTRY | {"arguments": [1]}, r"arguments: expected a mapping, found \[1\]"),
        (ENTRY | {"check": "os.getcwd"}, r"check: expected a function below companion.evidence"),
        (ENTRY | {"value": "a.b"}, r"value: expected either a check or a recorded value"),
        (without("check"), r"check: expected a function or a recorded value, found None"),
        (without("check") | {"value": "b"}, r"value: expected NOTEBOOK.KEY, found 'b'"),
        (without("check") | {"value": "a.b", "quantity": "c"}, r"quantity: expected none without"),
        (ENTRY | {"published": "1/18"}, r"quantity: expected the name of the value that is"),
        (ENTRY | {"quantity": "x"}, r"quantity: expected none: a statement holds or fails"),
        (ENTRY | {"shows": "erratum"}, r"why: expected the reason of 'erratum', found None"),
        (ENTRY | {"shows": "cannot be checked", "why": "x"}, r"shows: expected a verdict that a"),
        (ENTRY | {"shows": "sharper", "why": "x", "published": "1/18", "quantity": "e"},
         r"published: expected a bound, which can be sharpened, found '1/18'"),
    ],
)  # fmt: skip
def test_refusals_name_entry_and_field(read, entry, message):
    with pytest.raises(DataError, match=message):
        read(entry)


def test_identifiers_are_unique(read):
    with pytest.raises(DataError, match=r"'theorem-2', id: expected it once, found it twice"):
        read(ENTRY, ENTRY)


def test_lost_values_need_no_quantity(read):
    assert not read(ENTRY | {"published": LOST})[0].published.comparable


@pytest.mark.parametrize("text", ["", "[]", "just text", "- theorem-2", "a: [", "\xff"])
def test_other_files_are_refused(tmp_path, text):
    path = tmp_path / "claims.yml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=r"claims\.yml: "):
        load(path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"claims\.yml: expected a ledger in YAML"):
        load(tmp_path / "claims.yml")
