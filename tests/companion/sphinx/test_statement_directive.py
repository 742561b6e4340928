"""Boxes of statements: what they show, what is checked of them, and what fails the build."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from reports import CERTIFICATE, MACHINE, PROVED, RANDOM, build, erratum, row

from companion.evidence.s3_approximations import theorem_2
from companion.ledger.report import ErratumRow, Row

BOX = """```{statement} Theorem 2 (three errors)
:label: theorem-2
:standing: reconstructed
:check: theorem_2
:plain: Three errors, said
    in two lines.

It holds.
```
"""
EQUATION = "```{math}\n:label: equation-4\nx\n```\n"
PROOF = "```{prf:proof}\n:class: dropdown\nIt is clear.\n```\n"


def built(
    folder: Path, chapter: str, *rows: Row, errata: tuple[ErratumRow, ...] = ()
) -> tuple[Tag, str, BeautifulSoup]:
    """The first box, the warnings, and the page."""
    pages, warnings = build(folder, chapter, rows, errata)
    box = pages["chapter"].select_one("div.statement")
    assert box is not None, warnings
    return box, warnings, pages["chapter"]


def text(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").split())


class TestABox:
    def test_shows_title_standing_verdict_body_and_evidence(self, tmp_path: Path) -> None:
        box, warnings, _ = built(tmp_path, BOX, row(evidence=(CERTIFICATE, RANDOM)))
        assert warnings == ""
        assert box["id"] == "theorem-2"
        assert {"proof", "theorem", "statement"} <= set(box["class"])
        title = box.select_one(".admonition-title")
        assert text(title).endswith("Theorem 2 (three errors) reconstructed reproduced #")
        body = box.select("section > p")
        assert [text(part) for part in body] == [
            "It holds.",
            "How we know: certificate per instance d = 2 to 64; 63 cases · "
            "random instances x: 9 random; 9 cases",
        ]

    def test_the_source_of_a_case_is_folded_below(self, tmp_path: Path) -> None:
        box, warnings, _ = built(tmp_path, BOX + PROOF, row(evidence=(CERTIFICATE, RANDOM, PROVED)))
        assert warnings == ""
        (folded,) = box.select("p.how-we-know + details.check-source")
        assert not folded.has_attr("open")
        assert text(folded.summary) == "One case of the check: theorem_2"
        shown = folded.select_one("pre")
        assert shown is not None
        assert shown.text.strip() == theorem_2.source.strip()

    def test_a_proof_alone_has_no_source(self, tmp_path: Path) -> None:
        box, _, _ = built(tmp_path, BOX + PROOF, row(evidence=(PROVED,)))
        assert box.select("details") == []

    @pytest.mark.parametrize(
        ("check", "message"),
        [
            ("no_module.theorem_2", "No module named"),
            ("s3_approximations.none", "has no attribute"),
        ],
    )
    def test_a_check_that_is_not_there_fails_the_build(
        self, tmp_path: Path, check: str, message: str
    ) -> None:
        gone = CERTIFICATE.model_copy(update={"check": check})
        assert message in build(tmp_path, BOX, [row(evidence=(gone,))])[1]

    def test_equations_that_follow_at_once_stand_inside(self, tmp_path: Path) -> None:
        later = EQUATION.replace("equation-4", "equation-5")
        box, warnings, page = built(tmp_path, f"{BOX}{EQUATION}\nWords.\n\n{later}", row())
        assert warnings == ""
        assert [one["id"] for one in box.select("div.math")] == ["equation-equation-4"]
        below = box.select_one("div.math ~ p.how-we-know")
        assert below is not None
        assert len(page.select("div.math")) == 2

    def test_badges_lead_to_the_ledger_and_to_the_definitions(self, tmp_path: Path) -> None:
        box, warnings, _ = built(tmp_path, BOX, row())
        assert warnings == ""
        assert [link["href"] for link in box.select("a.verdict, a.kind")] == [
            "what-reproduces.html#claim-theorem-2",
            "evidence.html#kind-certificate-per-instance",
        ]

    def test_a_permanent_link_and_what_each_badge_means(self, tmp_path: Path) -> None:
        box, _, _ = built(tmp_path, BOX, row())
        sign = box.select_one(".admonition-title > a.headerlink")
        assert sign is not None
        assert sign["href"] == "#theorem-2"
        badges = {text(one): str(one["title"]) for one in box.select(".standing, .verdict, .kind")}
        assert badges["reconstructed"].startswith("reconstructed: forced by what survives")
        assert badges["reproduced"].startswith("reproduced: our computation gives")
        assert badges["certificate per instance"].startswith("certificate per instance: for every")

    def test_options_are_not_shown(self, tmp_path: Path) -> None:
        box, _, _ = built(tmp_path, BOX, row())
        for hidden in ("said", "two lines", ":plain:", ":check:"):
            assert hidden not in box.text

    def test_references_lead_to_it(self, tmp_path: Path) -> None:
        _, warnings, page = built(tmp_path, BOX + "See {prf:ref}`Theorem 2 <theorem-2>`.", row())
        assert warnings == ""
        assert page.select_one("a.reference[href='#theorem-2']") is not None

    def test_without_check_it_says_why(self, tmp_path: Path) -> None:
        unchecked = row(verdict="cannot be checked", why="It is lost.", evidence=())
        chapter = BOX.replace(":check: theorem_2", ":why: It is lost.\n:verdict: cannot be checked")
        box, _, _ = built(tmp_path, chapter, unchecked)
        assert text(box.select_one(".how-we-know")) == "How we know: It is lost."


class TestProofs:
    @pytest.mark.parametrize("between", ["", EQUATION])
    def test_proved_leads_to_the_proof(self, tmp_path: Path, between: str) -> None:
        chapter = BOX + between + PROOF
        box, warnings, page = built(tmp_path, chapter, row(evidence=(PROVED, CERTIFICATE)))
        assert warnings == ""
        link = box.select_one(".how-we-know a[href^='#']")
        assert link is not None
        assert link["href"] == "#proof-of-theorem-2"
        proof = page.find(id="proof-of-theorem-2")
        assert isinstance(proof, Tag)
        assert "It is clear." in proof.text

    def test_proved_without_a_proof_is_a_warning(self, tmp_path: Path) -> None:
        _, warnings, _ = built(tmp_path, BOX + "Words.\n\n" + PROOF, row(evidence=(PROVED,)))
        assert "chapter has no anchor 'proof-of-theorem-2'" in warnings

    def test_by_machine(self, tmp_path: Path) -> None:
        box, _, _ = built(tmp_path, BOX, row(evidence=(MACHINE,)))
        line = text(box.select_one(".how-we-know"))
        assert line == "How we know: proved by machine Maxpooling.theorem_2"


class TestErrata:
    ERRATUM = BOX.replace("Theorem 2 (three errors)", "Erratum 1: a slip").replace(
        "theorem-2", "erratum-1"
    )

    def test_an_erratum_leads_to_its_entry(self, tmp_path: Path) -> None:
        box, warnings, _ = built(tmp_path, self.ERRATUM, errata=(erratum(1),))
        assert warnings == ""
        badge = box.select_one("a.verdict")
        assert badge is not None
        assert badge["href"] == "what-reproduces.html#claim-erratum-1"
        assert str(badge["title"]).endswith("the evidence is given. To Erratum 1 in the ledger")
        assert "63 cases" in text(box.select_one(".how-we-know"))

    def test_a_statement_names_its_erratum(self, tmp_path: Path) -> None:
        false = row(verdict="erratum", erratum="erratum-1", why="No.")
        box, warnings, _ = built(tmp_path, BOX + self.ERRATUM, false, errata=(erratum(1),))
        assert warnings == ""
        assert text(box.select_one(".how-we-know")).endswith("· Erratum 1")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (":check:", ":chekc:", "chekc: expected one of label, standing"),
        (":standing: reconstructed", ":standing: sure", "standing: expected one of given"),
        (":label: theorem-2", ":label: thm-2", "label: expected theorem-, lemma-"),
        ("Theorem 2 (three errors)", "Three errors", "title: expected one that begins with"),
        (":check: theorem_2\n", "", "check: expected names of checks, or the reason"),
        (":plain: Three errors, said\n    in two lines.\n\nIt", "\nWith $x$ it",
         "plain: expected one plain sentence"),
        ("theorem-2", "theorem-3", "title: expected one that begins with 'theorem 3'"),
    ],
)  # fmt: skip
def test_a_wrong_box_fails_the_build(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert message in build(tmp_path, BOX.replace(old, new), [row()])[1]


def test_a_box_that_the_report_does_not_know_fails_the_build(tmp_path: Path) -> None:
    warnings = build(tmp_path, BOX, [row("theorem-3", page="what-reproduces")])[1]
    assert "statement 'theorem-2': the report does not know it" in warnings


def test_without_a_report_the_build_fails(tmp_path: Path) -> None:
    assert "rule `reproduction` makes it" in build(tmp_path, BOX, report=False)[1]
