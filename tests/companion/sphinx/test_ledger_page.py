"""The page of claims, its groups and numbers, and what chapters show of it, in small builds."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from reports import CERTIFICATE, PROVED, build, erratum, row

from companion.checking import MEANING
from companion.ledger.model import STANDINGS, VERDICTS
from companion.ledger.report import ErratumRow, Row

CHAPTER = """(theorem-2)=
## Theorem

(regions)=
## Regions

(erratum-1)=
## Erratum

```{math}
:label: equation-6
x
```

```{list-table} Errors
:name: table-d
* - 1
```

```{figure} dot.svg
:name: figure-4
:alt: a dot

Errors.
```

"""
THEOREM = row("theorem-2")
REGIONS = row(
    "number-regions", kind="number", section="4", published="819906560", ours="1111887033",
    verdict="erratum", why="An index set is off by one.", standing="given", tolerance="0.5",
    anchor="regions", erratum="erratum-1",
)  # fmt: skip
EQUATION = row("equation-6", title="Equation (6)")
OURS = row("theorem-b", standing="ours", verdict="sharper", anchor="regions")
UNCHECKED = row(
    "figure-9", verdict="cannot be checked", ours="", evidence=(), page="what-reproduces",
    anchor="claim-figure-9",
)  # fmt: skip
CELLS = [
    row(f"cell-d-{n}", kind="table cell", section="D", anchor="table-d", group="Appendix D",
        verdict="reproduced" if n < 3 else "differs")
    for n in (1, 2, 3)
]  # fmt: skip


def ledger(folder: Path, *rows: Row, errata: tuple[ErratumRow, ...] = ()) -> BeautifulSoup:
    pages, warnings = build(folder, CHAPTER, rows, errata)
    assert warnings == ""
    return pages["what-reproduces"]


def text(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").split())


class TestRows:
    def test_each_claim_leads_to_its_statement(self, tmp_path: Path) -> None:
        page = ledger(tmp_path, THEOREM, EQUATION)
        rows = page.select("table.ledger tbody tr")
        assert [line["id"] for line in rows] == ["claim-theorem-2", "claim-equation-6"]
        assert [line.select("a")[0]["href"] for line in rows] == [
            "chapter.html#theorem-2", "chapter.html#equation-equation-6",
        ]  # fmt: skip

    def test_a_row_says_everything_without_scripts(self, tmp_path: Path) -> None:
        page = ledger(tmp_path, THEOREM, REGIONS, errata=(erratum(1, "number-regions"),))
        cells = [[text(cell) for cell in line("td")] for line in page.select("tbody tr")]
        claim, published, ours, verdict, how = cells[1]
        assert claim == "Number regions # Three optimal errors. number · 4 · given"
        assert (published, ours) == ("819,906,560 (± 0.5)", "1,111,887,033")
        assert verdict == "erratum"
        assert how == (
            "An index set is off by one. Erratum 1 . "
            "certificate per instance d = 2 to 64; 63 cases s3_approximations.theorem_2"
        )
        assert cells[0][1] == "≤ 1/18"

    def test_rows_carry_what_the_filters_read(self, tmp_path: Path) -> None:
        for line in ledger(tmp_path, THEOREM, UNCHECKED).select("table.ledger tbody tr"):
            assert text(line.select_one(".ledger-section")) == "3.2"
            assert text(line.select_one(".ledger-kind")) == "theorem"
            assert text(line.select_one(".verdict")) in ("reproduced", "cannot be checked")

    def test_a_claim_without_a_place_is_no_link(self, tmp_path: Path) -> None:
        links = ledger(tmp_path, UNCHECKED).select("table.ledger tbody a")
        sign = f"#claim-{UNCHECKED.id}"  # to the row itself, which every row has
        assert [link["href"] for link in links if "kind" not in link["class"]] == [sign]

    @pytest.mark.parametrize(
        ("wrong", "message"),
        [
            (row(anchor="gone"), "chapter has no anchor 'gone'"),
            (row(page="absent"), "absent has no anchor 'theorem-2'"),
        ],
    )
    def test_a_claim_that_leads_nowhere_fails_the_build(
        self, tmp_path: Path, wrong: Row, message: str
    ) -> None:
        assert message in build(tmp_path, CHAPTER, [wrong])[1]


class TestGroups:
    def test_a_group_is_one_line_that_opens(self, tmp_path: Path) -> None:
        page = ledger(tmp_path, THEOREM, *CELLS, EQUATION)
        group = page.select_one("details#group-appendix-d")
        assert group is not None
        assert not group.has_attr("open")
        assert text(group.summary) == "Appendix D · 3 claims · 2 reproduced 1 differs"
        assert [line["id"] for line in group.select("tbody tr")] == [
            "claim-cell-d-1", "claim-cell-d-2", "claim-cell-d-3",
        ]  # fmt: skip

    def test_what_is_in_no_group_opens_by_section(self, tmp_path: Path) -> None:
        page = ledger(tmp_path, THEOREM, *CELLS, EQUATION, OURS, REGIONS, errata=(erratum(1),))
        groups = page.select("details.ledger-group")
        assert [text(group.strong) for group in groups] == [
            "Section 3.2", "Appendix D", "Section 4",
        ]  # fmt: skip
        assert [line["id"] for line in groups[0].select("tbody tr")] == [
            "claim-theorem-2", "claim-equation-6", "claim-theorem-b",
        ]  # fmt: skip
        assert text(groups[2].summary) == "Section 4 · 1 claim · 1 erratum"
        assert all(line.find_parent("details") for line in page.select("tbody tr"))


class TestNumbers:
    def test_counts_leave_our_own_statements_apart(self, tmp_path: Path) -> None:
        page = ledger(tmp_path, THEOREM, REGIONS, EQUATION, OURS, errata=(erratum(1),))
        counts = {
            text(item.select_one(".verdict")): text(item.strong)
            for item in page.select("ul.ledger-counts li")
        }
        assert counts == {
            word: {"reproduced": "2", "erratum": "1"}.get(word, "0") for word in VERDICTS
        }
        assert "3 claims of the paper" in text(page)
        assert "1 errata, and beside them 1 statements of our own" in text(page)

    def test_the_summary_has_a_line_for_each_kind(self, tmp_path: Path) -> None:
        chapter = CHAPTER + "```{ledger-summary}\n```\n"
        pages, _ = build(tmp_path, chapter, [OURS, THEOREM, REGIONS, *CELLS], [erratum(1)])
        assert [text(item) for item in pages["chapter"].select("ul.ledger-summary > li")] == [
            "theorem : 1 reproduced",
            "number : 1 erratum",
            "table cell : 2 reproduced · 1 differs",
            "Our own statements : 1 sharper",
        ]

    def test_every_page_reads_the_same_numbers(self, tmp_path: Path) -> None:
        words = ("reproduced", "errata", "claims", "ours", "Appendix D", "sharper")
        chapter = CHAPTER + " ".join(f"{{claim-count}}`{word}`" for word in words)
        pages, warnings = build(
            tmp_path, chapter, [THEOREM, REGIONS, OURS, *CELLS], [erratum(1), erratum(2)]
        )
        assert "unresolved" not in warnings
        assert [value.text for value in pages["chapter"].select(".value")] == [
            "3", "2", "5", "1", "3", "0",
        ]  # fmt: skip

    def test_an_unknown_word_fails_the_build(self, tmp_path: Path) -> None:
        warnings = build(tmp_path, CHAPTER + "{claim-count}`mistakes`", [THEOREM])[1]
        assert "count='mistakes': allowed are sharper, reproduced" in warnings


class TestErrata:
    def test_each_is_one_numbered_object(self, tmp_path: Path) -> None:
        page = ledger(tmp_path, REGIONS, errata=(erratum(1, "number-regions"),))
        (item,) = page.select("ul.errata > li")
        assert item["id"] == "claim-erratum-1"
        shown = text(item)
        assert shown.startswith("Erratum 1: a slip . It is said to hold.")
        assert "Bears on Number regions (Section 4): An index set is off by one." in shown
        assert "Published: 819,906,560 (± 0.5); ours: 1,111,887,033." in shown
        assert shown.endswith(
            "certificate per instance d = 2 to 64; 63 cases s3_approximations.theorem_2"
        )

    def test_none(self, tmp_path: Path) -> None:
        assert "None." in text(ledger(tmp_path, THEOREM))


class TestChapters:
    def test_what_was_checked(self, tmp_path: Path) -> None:
        proved = row("theorem-2", evidence=(PROVED, CERTIFICATE))
        pages, warnings = build(
            tmp_path, CHAPTER + "```{chapter-evidence}\n```\n", [proved, UNCHECKED, *CELLS],
            [erratum(1)],
        )  # fmt: skip
        assert warnings == ""
        assert [text(item) for item in pages["chapter"].select("ul.chapter-evidence > li")] == [
            "Theorem 2 reconstructed reproduced proved · "
            "certificate per instance d = 2 to 64; 63 cases",
            "Appendix D · 3 claims · 2 reproduced 1 differs certificate per instance",
            "Erratum 1 erratum certificate per instance d = 2 to 64; 63 cases",
        ]

    def test_a_chapter_without_claims_fails_the_build(self, tmp_path: Path) -> None:
        warnings = build(tmp_path, CHAPTER + "```{chapter-evidence}\n```\n", [UNCHECKED])[1]
        assert "the report has no claim on chapter" in warnings

    def test_badges_beside_table_and_figure_only(self, tmp_path: Path) -> None:
        table = row("table-d", title="Table D", kind="table", verdict="sharper")
        figure = row("figure-4", title="Figure 4", kind="figure")
        pages, warnings = build(tmp_path, CHAPTER, [EQUATION, table, figure])
        assert warnings == ""
        badges = {str(badge["href"]): badge for badge in pages["chapter"].select("a.verdict")}
        page = "what-reproduces.html#claim-"
        assert set(badges) == {f"{page}table-d", f"{page}figure-4"}
        assert "verdict-sharper" in badges[f"{page}table-d"]["class"]
        assert str(badges[f"{page}figure-4"]["title"]).endswith("To Figure 4 in the ledger")

    def test_badges_by_anchor_of_the_same_kind(self, tmp_path: Path) -> None:
        table = row("table-mnist", kind="table", anchor="table-d")
        number = row("number-seeds", kind="number", anchor="figure-4")
        pages, _ = build(tmp_path, CHAPTER, [number, table])
        badges = [str(badge["href"]) for badge in pages["chapter"].select("a.verdict")]
        assert badges == ["what-reproduces.html#claim-table-mnist"]


class TestStatementIndex:
    def test_statements_by_name_with_links_to_their_boxes(self, tmp_path: Path) -> None:
        names = ["theorem-aa", "theorem-b", "theorem-10", "theorem-2", "lemma-1"]
        boxes = "".join(f"({name})=\n## About {name}\n\n" for name in names)
        chapter = f"# A chapter\n\n{boxes}```{{statement-index}}\n```\n"
        rows = [row(name, kind=name.partition("-")[0], evidence=(PROVED,)) for name in names]
        other = row("cell-1", kind="cell", page="what-reproduces", anchor="claim-cell-1")
        pages, warnings = build(tmp_path, chapter, [*rows, other])
        assert warnings == ""
        page = pages["chapter"]
        found = [str(link["href"]) for link in page.select("ul.statement-index strong a")]
        order = ["theorem-2", "theorem-10", "theorem-b", "theorem-aa", "lemma-1"]
        assert found == [f"#{name}" for name in order]
        assert [text(kind) for kind in page.select("p.rubric")] == ["Theorems", "Lemmas"]
        first = page.select_one("ul.statement-index li")
        assert "proved" in text(first)
        assert "Three optimal errors." in text(first)


class TestDefinitions:
    def test_every_word_is_defined_once_and_can_be_linked_to(self, tmp_path: Path) -> None:
        pages, _ = build(tmp_path, CHAPTER, [THEOREM])
        page = pages["evidence"]
        terms = {str(term["id"]): text(term) for term in page.select("dl.meanings dt")}
        expected = {f"kind-{kind}": str(kind) for kind in MEANING}
        expected |= {f"verdict-{verdict}": verdict for verdict in VERDICTS}
        assert terms == {name.replace(" ", "-"): word for name, word in expected.items()}
        meanings = [
            text(meaning).lower().replace("’", "'") for meaning in page.select("dl.meanings dd")
        ]
        assert meanings == [f"{m}.".lower() for m in (*MEANING.values(), *VERDICTS.values())]
        for word, meaning in STANDINGS.items():
            assert f"{word} {meaning}" in text(page.select_one("p.standings"))

    def test_without_a_report_only_what_reads_it_warns(self, tmp_path: Path) -> None:
        pages, warnings = build(tmp_path, CHAPTER, report=False)
        assert len(re.findall("rule `reproduction` makes it", warnings)) == 3
        assert pages["chapter"].select("a.verdict") == []
