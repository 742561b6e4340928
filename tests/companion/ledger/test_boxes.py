"""The boxes of the notebooks: what they say, what is refused, and what must fit together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledgers import BOX, EQUATION, PROOF, Project, box, use_checks

from companion.checking import Check, Kind, check
from companion.ledger import inconsistencies, load, read_statements
from maxpooling.errors import DataError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A ledger with one theorem and its box, of which nothing is left behind."""
    made = Project(tmp_path, monkeypatch)
    yield made
    monkeypatch.undo()
    made.forget()


def some_check(claim: str = "theorem-2", name: str = "theorem_2", module: str = "s3") -> Check:
    def case(d: int) -> None:
        pass

    case.__module__, case.__name__ = f"companion.evidence.{module}", name
    return check(claim, Kind.EVERY_CASE, d=range(2, 65))(case)


class TestReading:
    def test_fields(self, project: Project) -> None:
        project.notebook("s3", BOX.replace("Three errors.", "By {prf:ref}`Lemma 1 <lemma-1>` so."))
        (found,) = read_statements()
        assert (found.label, found.kind, found.title) == (
            "theorem-2", "theorem", "Theorem 2 (three errors)",
        )  # fmt: skip
        assert found.checks == ("s3.theorem_2",)
        assert found.sentence == "By Lemma 1 so."

    def test_a_sentence_in_two_lines(self, project: Project) -> None:
        project.notebook("s3", BOX.replace(":check:", ":plain: One\n    sentence.\n:check:"))
        assert read_statements()[0].sentence == "One sentence."

    @pytest.mark.parametrize(
        ("cells", "proved"),
        [
            ((f"{BOX}\n\n{PROOF}",), True),
            ((f"{BOX}\n\n{EQUATION}\n\n{PROOF}",), True),
            ((BOX, PROOF), True),
            ((BOX, "%1 + 1", PROOF), True),
            ((f"{BOX}\n\nWords.\n\n{PROOF}",), False),
            ((f"{PROOF}\n\n{BOX}",), False),
            ((BOX,), False),
        ],
    )
    def test_whether_a_proof_follows(
        self, project: Project, cells: tuple[str, ...], proved: bool
    ) -> None:
        project.notebook("s3", *cells)
        assert read_statements()[0].proved == proved

    def test_a_proof_elsewhere(self, project: Project) -> None:
        project.notebook("b", "## The proof of it")
        project.notebook("s3", BOX.replace(":check:", ":proof: the-proof-of-it\n:check:"))
        assert read_statements()[0].proved


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (":check:", ":chekc:", r"chekc: expected one of label, standing, check"),
        (":label: theorem-2", ":label: thm-2", r"label: expected theorem-, lemma-, definition-"),
        (":label: theorem-2\n", "", r"label: expected theorem-"),
        (":label: theorem-2", ":label: lemma-2", r"title: expected one that begins with 'lemma 2'"),
        ("Theorem 2 (three errors)", "Errors", r"title: expected one that begins with 'theorem 2'"),
        (":standing: reconstructed", ":standing: sure", r"standing: expected one of given"),
        (":standing: reconstructed\n", "", r"standing: expected one of given"),
        (":check: theorem_2", ":verdict: fine", r"verdict: expected one of sharper"),
        (":check: theorem_2\n", "", r"check: expected names of checks, or the reason \(why\)"),
        ("Three errors.", "It is $x$.", r"plain: expected one plain sentence"),
        (":check:", ":proof: nowhere\n:check:", r"proof: expected an anchor that stands on one"),
    ],
)
def test_a_wrong_box_is_refused(project: Project, old: str, new: str, message: str) -> None:
    project.notebook("s3", BOX.replace(old, new))
    with pytest.raises(DataError, match=rf"s3\.py: statement '.*', {message}"):
        read_statements()


class TestOneNameOneStatement:
    def test_a_label_used_twice(self, project: Project) -> None:
        project.notebook("s4", BOX)
        with pytest.raises(DataError, match="expected a label of its own, found 'theorem-2'"):
            read_statements()

    def test_a_letter_used_twice(self, project: Project) -> None:
        project.notebook("x", box("theorem-p", standing="ours"), box("lemma-p", standing="ours"))
        with pytest.raises(DataError, match="found 'lemma-p' beside 'theorem-p' of notebooks/x"):
            read_statements()

    def test_numbers_belong_to_a_kind(self, project: Project) -> None:
        project.notebook("x", box("lemma-2"))
        assert len(read_statements()) == 2

    def test_no_statement_at_all(self, project: Project) -> None:
        project.notebook("s3", "Nothing.")
        with pytest.raises(DataError, match="expected notebooks with statements, found none"):
            read_statements()


class TestBoxesAndChecks:
    def problems(self, monkeypatch: pytest.MonkeyPatch, **checks: Check) -> list[str]:
        use_checks(monkeypatch, **checks)
        return inconsistencies(load(), read_statements())

    def test_what_fits(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.problems(monkeypatch, s3__theorem_2=some_check()) == []

    def test_a_check_on_no_claim(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        found = self.problems(
            monkeypatch, s3__theorem_2=some_check(), s3__more=some_check("lemma-9", "more")
        )
        assert found == [
            "check s3.more: expected the identifier of a claim, found 'lemma-9'",
        ]

    def test_a_check_that_its_box_does_not_name(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = self.problems(
            monkeypatch, s3__theorem_2=some_check(), s3__more=some_check(name="more")
        )
        assert found == ["claim theorem-2: check s3.more is of it, and not named"]

    def test_a_box_may_name_the_check_of_another(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project.notebook("x", box("theorem-p", standing="ours", check="s3.theorem_2"))
        assert self.problems(monkeypatch, s3__theorem_2=some_check()) == []

    def test_a_box_that_names_a_check_that_there_is_not(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(DataError, match=r"check 's3\.theorem_2': expected one that exists"):
            self.problems(monkeypatch)

    def test_an_erratum_that_no_claim_has(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        project.notebook("z", box("erratum-1", check="erratum_1"))
        found = self.problems(
            monkeypatch,
            s3__theorem_2=some_check(),
            z__erratum_1=some_check("erratum-1", "erratum_1", "z"),
        )
        assert found == ["erratum erratum-1: no claim of the ledger has it"]
