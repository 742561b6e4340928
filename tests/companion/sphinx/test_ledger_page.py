"""The page of claims and the badges that lead to it, in small Sphinx builds."""

import json

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

CONF = """
extensions = ["myst_parser", "sphinx_proof", "companion.sphinx"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
html_theme = "basic"
numfig = True
proof_title_format = "%t"
companion_report = "../reproduction.json"
"""
ENTRY = {
    "id": "theorem-2",
    "title": "Theorem 2",
    "section": "3.2",
    "kind": "theorem",
    "statement": "Three optimal errors.",
    "published": "<= 1/18",
    "ours": "1/18",
    "verdict": "reproduced",
    "why": "",
    "standing": "reconstructed",
    "method": "exact certificate",
    "check": "companion.evidence.s3_approximations.theorem_2",
    "scope": "d = 2..64",
    "tolerance": "exact",
    "page": "notebooks",
    "anchor": "theorem-2",
}
ERRATUM = ENTRY | {
    "id": "number-regions",
    "title": "Number regions",
    "kind": "number",
    "section": "4",
    "published": "819906560",
    "ours": "1111887033",
    "verdict": "erratum",
    "why": "An index set is off by one.",
    "standing": "given",
    "tolerance": "0.5",
    "anchor": "regions",
}
EQUATION = ENTRY | {"id": "equation-6", "title": "Equation (6)", "anchor": "equation-6"}
OURS = ENTRY | {"id": "theorem-b", "standing": "ours", "verdict": "sharper", "anchor": "regions"}
UNCHECKED = ENTRY | {
    "id": "figure-9",
    "title": "Figure 9",
    "verdict": "cannot be checked",
    "ours": "",
    "check": "",
    "scope": "",
    "page": "what-reproduces",
    "anchor": "claim-figure-9",
}
STATEMENTS = """# Statements

```{prf:theorem} Theorem 2 (three errors)
:label: theorem-2
:nonumber:
It holds.
```

```{prf:lemma} Lemma 99
:label: lemma-99
:nonumber:
Not in the ledger.
```

(regions)=
## Regions

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
INDEX = "# Book\n\n```{toctree}\nwhat-reproduces\nnotebooks\n```\n"
LEDGER = "# What reproduces\n\n```{ledger-counts}\n```\n\n```{ledger}\n```\n\n```{errata}\n```\n"


@pytest.fixture
def build(tmp_path):
    """Build both pages from a report; return them parsed, and the warnings."""

    def run(*entries, ledger=LEDGER):
        source = tmp_path / "book"
        source.mkdir(exist_ok=True)
        if entries:
            (tmp_path / "reproduction.json").write_text(json.dumps(entries))
        (source / "conf.py").write_text(CONF)
        (source / "dot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
        (source / "index.md").write_text(
            "# Book\n\n```{toctree}\nwhat-reproduces\nnotebooks\n```\n"
        )
        (source / "notebooks.md").write_text(STATEMENTS)
        (source / "what-reproduces.md").write_text(ledger)
        app = SphinxTestApp(buildername="html", srcdir=source, freshenv=True)
        try:
            app.build()
            pages = [
                BeautifulSoup((app.outdir / f"{name}.html").read_text("utf-8"), "html.parser")
                for name in ("what-reproduces", "notebooks")
            ]
            return *pages, app.warning.getvalue()
        finally:
            app.cleanup()

    return run


def test_each_claim_is_a_row_that_leads_to_its_statement(build):
    page, statements, warnings = build(ENTRY, ERRATUM, EQUATION)
    assert warnings == ""
    rows = page.select("table.ledger tbody tr")
    assert [row["id"] for row in rows] == [
        "claim-theorem-2", "claim-number-regions", "claim-equation-6",
    ]  # fmt: skip
    links = [row.select_one("a")["href"] for row in rows]
    assert links == [
        "notebooks.html#theorem-2", "notebooks.html#regions", "notebooks.html#equation-equation-6",
    ]  # fmt: skip
    assert all(statements.find(id=link.partition("#")[2]) for link in links)


def test_a_row_says_everything_without_scripts(build):
    page, _, _ = build(ENTRY, ERRATUM)
    cells = [[c.get_text(" ", strip=True) for c in r("td")] for r in page.select("tbody tr")]
    claim, published, ours, verdict, how = cells[1]
    assert claim == "Number regions Three optimal errors. number · 4 · given"
    assert (published, ours) == ("819906560 (± 0.5)", "1111887033")
    assert verdict == "erratum"
    assert how == (
        "An index set is off by one. exact certificate: d = 2..64 s3_approximations.theorem_2"
    )
    assert cells[0][1] == "≤ 1/18"
    assert page.select_one("table.ledger thead th").text.strip() == "Claim"


def test_rows_carry_what_the_filters_read(build):
    page, _, _ = build(ENTRY, UNCHECKED)
    for row in page.select("table.ledger tbody tr"):
        assert row.select_one(".ledger-section").text == "3.2"
        assert row.select_one(".ledger-kind").text == "theorem"
        assert row.select_one(".verdict").text in ("reproduced", "cannot be checked")


def test_counts_leave_our_own_statements_apart(build):
    page, _, _ = build(ENTRY, ERRATUM, EQUATION, OURS)
    counts = {item.select_one(".verdict").text: item.strong.text
              for item in page.select("ul.ledger-counts li")}  # fmt: skip
    assert counts == {
        "sharper": "0",
        "reproduced": "2",
        "reproduced at reduced scale": "0",
        "erratum": "1",
        "cannot be checked": "0",
        "differs": "0",
    }
    assert "3 claims" in page.text
    assert "1 statements of our own" in page.text


def test_errata_stand_apart_with_their_evidence(build):
    page, _, _ = build(ENTRY, ERRATUM)
    (erratum,) = page.select("ul.errata > li")
    text = erratum.get_text(" ", strip=True)
    assert "An index set is off by one." in text
    assert "Published: 819906560" in text
    assert "Ours: 1111887033" in text
    assert "s3_approximations.theorem_2" in text


def test_badges_beside_theorem_table_and_figure_only(build):
    table = ENTRY | {"id": "table-d", "title": "Table D", "verdict": "sharper"}
    figure = ENTRY | {"id": "figure-4", "title": "Figure 4"}
    _, statements, warnings = build(ENTRY, EQUATION, table, figure)
    assert warnings == ""
    badges = {badge["href"]: badge for badge in statements.select("a.verdict")}
    page = "what-reproduces.html#claim-"
    assert list(badges) == [page + name for name in ("theorem-2", "table-d", "figure-4")]
    theorem = badges[f"{page}theorem-2"]
    assert theorem.text == "reproduced"
    assert theorem["title"] == "Theorem 2 in the ledger: reproduced"
    assert "admonition-title" in theorem.parent["class"]
    assert "verdict-sharper" in badges[f"{page}table-d"]["class"]


def test_badges_by_anchor(build):
    """A statement box serves any claim that leads to it, a table or figure only its own kind."""
    remark = ENTRY | {"id": "statement-x", "kind": "statement", "anchor": "lemma-99"}
    table = ENTRY | {"id": "table-mnist", "kind": "table", "anchor": "table-d"}
    number = ENTRY | {"id": "number-seeds", "kind": "number", "anchor": "figure-4"}
    _, statements, _ = build(remark, number, table)
    badges = [badge["href"].partition("claim-")[2] for badge in statements.select("a.verdict")]
    assert badges == ["statement-x", "table-mnist"]


def test_a_claim_without_its_statement_is_a_warning(build):
    assert "notebooks has no anchor 'gone'" in build(ENTRY | {"anchor": "gone"})[2]
    assert "absent has no anchor 'theorem-2'" in build(ENTRY | {"page": "absent"})[2]


def test_without_a_report_the_page_warns_and_others_have_no_badges(build):
    _, statements, warnings = build()
    assert "the workflow's rule `reproduction` makes it" in warnings
    assert statements.select("a.verdict") == []


def test_a_page_without_statement_of_its_own_is_no_link(build):
    page, _, warnings = build(UNCHECKED)
    assert warnings == ""
    assert page.select("table.ledger tbody a") == []
