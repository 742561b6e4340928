"""The paper's list and its join with the boxes: what is refused, and how the refusal reads."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from ledgers import BOX, ENTRY, PROOF, Project, box

from companion.ledger import load
from companion.ledger.comparison import LOST
from maxpooling.errors import DataError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A ledger with one theorem and its box, of which nothing is left behind."""
    made = Project(tmp_path, monkeypatch)
    yield made
    monkeypatch.undo()
    made.forget()


THEOREM = {"id": "theorem-2", "section": "3.2"}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in ENTRY.items() if name != key}


class TestTheJoin:
    def test_the_box_says_what_the_list_does_not(self, project: Project) -> None:
        claim = project.load()["theorem-2"]
        assert (claim.title, claim.statement) == ("Theorem 2", "Three errors.")
        assert (claim.standing, claim.checks) == ("reconstructed", ("s3.theorem_2",))
        assert (claim.page, claim.anchor) == ("notebooks/s3", "theorem-2")
        assert (claim.kind, claim.section) == ("theorem", "3.2")
        assert (claim.earns, claim.proved) == ("reproduced", False)

    def test_a_proof_below_the_box(self, project: Project) -> None:
        project.notebook("s3", f"{BOX}\n\n{PROOF}")
        assert project.load()["theorem-2"].proved

    def test_an_entry_without_a_box_says_all_itself(self, project: Project) -> None:
        project.entries(THEOREM, ENTRY)
        claim = project.load()["number-toy"]
        assert (claim.kind, claim.title, claim.checks) == ("number", "Toy", ("toy.error",))
        assert (claim.page, claim.anchor) == ("notebooks/s3", "theorem-2")
        assert claim.published.tolerance == 0

    def test_ours_need_no_entry(self, project: Project) -> None:
        project.notebook("x", box("theorem-p", standing="ours"))
        claim = project.load()["theorem-p"]
        assert (claim.earns, claim.section, claim.why) == ("sharper", "ours", "Not in the paper.")

    def test_tolerance_is_exact_or_a_fraction(self, project: Project) -> None:
        project.entries(THEOREM, ENTRY | {"published": "0.0556", "tolerance": "0.00005"})
        assert project.load()["number-toy"].published.tolerance == Fraction(1, 20000)

    def test_lost_values_need_no_quantity(self, project: Project) -> None:
        project.entries(THEOREM, without("quantity") | {"published": LOST})
        assert not project.load()["number-toy"].published.comparable

    def test_tables_expand_into_a_group(self, project: Project) -> None:
        table = project.folder / "data/paper/appendix_e.csv"
        table.write_text(
            "id,section,statement,published,standing,check,arguments,quantity,at\n"
            "number-a,E,A.,3,given,toy.error,d=3; orders=x,error,theorem-2\n"
        )
        claim = project.load()["number-a"]
        assert claim.group.startswith("Appendix E")
        assert claim.arguments == {"d": 3, "orders": "x"}


class TestAClaimAndItsBox:
    """Either without the other, and both saying the same thing, stop the build."""

    def test_a_box_without_a_claim(self, project: Project) -> None:
        project.notebook("s4", box("theorem-3"))
        with pytest.raises(DataError, match=r"statement 'theorem-3' is given, so it is expected"):
            project.load()

    def test_a_claim_without_check_or_reason(self, project: Project) -> None:
        project.entries(THEOREM, without("check"))
        with pytest.raises(DataError, match=r"'number-toy', check: expected the name of a check"):
            project.load()

    def test_a_claim_that_cannot_be_checked_needs_a_reason(self, project: Project) -> None:
        lost = {**without("check"), "verdict": "cannot be checked"}
        project.entries(THEOREM, {key: lost[key] for key in lost if key != "quantity"})
        with pytest.raises(DataError, match=r"why: expected the reason of 'cannot be checked'"):
            project.load()

    @pytest.mark.parametrize(
        ("key", "value"),
        [("statement", "It."), ("standing", "given"), ("check", "a.b"), ("verdict", "sharper")],
    )
    def test_nothing_is_said_twice(self, project: Project, key: str, value: str) -> None:
        project.entries(THEOREM | {key: value})
        with pytest.raises(DataError, match=rf"{key}: expected nothing: the box on notebooks/s3"):
            project.load()

    def test_an_erratum_that_does_not_exist(self, project: Project) -> None:
        project.entries(THEOREM, ENTRY | {"verdict": "erratum", "erratum": "erratum-4"})
        with pytest.raises(DataError, match=r"erratum: expected one of .*found 'erratum-4'"):
            project.load()

    def test_an_erratum_has_its_verdict_and_the_verdict_an_erratum(self, project: Project) -> None:
        project.notebook("z", box("erratum-1"))
        for wrong in ({"erratum": "erratum-1"}, {"verdict": "erratum", "why": "It is not so."}):
            project.entries(THEOREM, ENTRY | wrong)
            with pytest.raises(DataError, match=r"erratum: expected the label of an erratum"):
                project.load()

    @pytest.mark.parametrize("place", ["nowhere", "twice"])
    def test_a_place_that_is_not_one_place(self, project: Project, place: str) -> None:
        for name in ("s4", "s5"):
            project.notebook(name, "(twice)=\n## A heading")
        project.entries(THEOREM, ENTRY | {"at": place})
        with pytest.raises(DataError, match=r"at: expected a label, .* that stands on one page"):
            project.load()


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (ENTRY | {"page": "3"}, r"'number-toy', page: expected Extra inputs are not permitted"),
        (without("section"), r"'number-toy', section: expected Field required"),
        (without("id"), r"entry number 2, id: expected Field required"),
        (without("statement"), r"statement: expected one plain sentence, or a box"),
        (without("standing"), r"standing: expected one of given, reconstructed"),
        (ENTRY | {"kind": "axiom"}, r"kind: expected .*'definition'.*found 'axiom'"),
        (ENTRY | {"id": "axiom-1"}, r"'axiom-1', kind: expected one of definition"),
        (ENTRY | {"standing": "sure"}, r"standing: expected .*'given'.*found 'sure'"),
        (ENTRY | {"verdict": "true"}, r"verdict: expected .*'sharper'.*found 'true'"),
        (ENTRY | {"section": 3.2}, r"section: expected .*string, found 3.2"),
        (ENTRY | {"published": 0.0556}, r"published: expected a text or an integer.*found 0.0556"),
        (ENTRY | {"published": True}, r"published: expected a text or an integer.*found True"),
        (ENTRY | {"tolerance": "close"}, r"tolerance: expected 'exact' or a positive.*'close'"),
        (ENTRY | {"tolerance": "-1"}, r"tolerance: expected 'exact' or a positive.*'-1'"),
        (ENTRY | {"tolerance": "0"}, r"tolerance: expected 'exact' or a positive.*'0'"),
        (ENTRY | {"arguments": [1]}, r"arguments: expected .*dictionary, found \[1\]"),
        (ENTRY | {"check": "a.b, c.d", "arguments": {"d": 1}}, r"arguments: expected none where"),
        (without("quantity"), r"quantity: expected the name of the value that is compared"),
        (ENTRY | {"published": "holds"}, r"quantity: expected none: a statement holds or fails"),
        (ENTRY | {"verdict": "undecided"}, r"why: expected the reason of 'undecided'"),
        (ENTRY | {"verdict": "cannot be checked", "why": "x"}, r"verdict: expected a verdict that"),
        (ENTRY | {"verdict": "sharper", "why": "x"}, r"published: expected a bound, which can be"),
        ("number-toy", r"entry number 2: expected a mapping, found 'number-toy'"),
    ],
)  # fmt: skip
def test_refusals_name_entry_and_field(project: Project, entry: Any, message: str) -> None:
    text = yaml.safe_dump([THEOREM, entry], allow_unicode=True)
    (project.folder / "data/paper/claims.yml").write_text(text, encoding="utf-8")
    project.forget()
    with pytest.raises(DataError, match=message):
        project.load()


def test_identifiers_are_unique(project: Project) -> None:
    project.entries(THEOREM, THEOREM)
    with pytest.raises(DataError, match=r"'theorem-2', id: expected it once, found it twice"):
        project.load()


@pytest.mark.parametrize("text", ["", "[]", "just text", "- theorem-2", "a: [", "\xff"])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "claims.yml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(DataError, match=r"claims\.yml: "):
        load(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"claims\.yml: expected a readable file"):
        load(tmp_path / "claims.yml")
