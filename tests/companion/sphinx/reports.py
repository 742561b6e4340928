"""A small report, and small builds of pages that read it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

from companion.ledger.report import ErratumRow, EvidenceLine, Report, Row, write_report

CONF = """
extensions = ["myst_parser", "sphinx_proof", "companion.sphinx"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
html_theme = "basic"
numfig = True
proof_title_format = "%t"
companion_report = "../reproduction.json"
"""
CERTIFICATE = EvidenceLine(
    kind="certificate per instance",
    check="s3_approximations.theorem_2",
    scope="d = 2 to 64; 63 cases",
)
RANDOM = EvidenceLine(
    kind="random instances", check="s3_approximations.theorem_2", scope="x: 9 random; 9 cases"
)
PROVED = EvidenceLine(kind="proved", check="", scope="")
MACHINE = EvidenceLine(kind="proved by machine", check="Maxpooling.theorem_2", scope="")
PAGES = {
    "what-reproduces": "```{ledger-counts}\n```\n\n```{ledger}\n```\n\n```{errata}\n```\n",
    "glossary": "```{glossary}\nsecond source\n  A question.\n```\n",
    "evidence": "```{kinds-of-evidence}\n```\n\n```{verdicts}\n```\n\n```{standings}\n```\n",
}


def row(name: str = "theorem-2", **fields: Any) -> Row:
    """A row of the report; what is not given is that of a theorem."""
    usual: dict[str, Any] = {
        "title": name.replace("-", " ").capitalize(),
        "section": "3.2",
        "kind": "theorem",
        "statement": "Three optimal errors.",
        "published": "<= 1/18",
        "ours": "1/18",
        "verdict": "reproduced",
        "why": "",
        "standing": "reconstructed",
        "evidence": (CERTIFICATE,),
        "tolerance": "exact",
        "page": "chapter",
        "anchor": name,
        "erratum": "",
        "group": "",
    }
    return Row.model_validate({**usual, "id": name, **fields})


def erratum(number: int = 1, *claims: str, page: str = "chapter") -> ErratumRow:
    """An erratum of that number."""
    return ErratumRow(
        label=f"erratum-{number}",
        title=f"Erratum {number}: a slip",
        sentence="It is said to hold.",
        page=page,
        claims=claims,
        evidence=(CERTIFICATE,),
    )


def build(
    folder: Path,
    chapter: str,
    rows: Iterable[Row] = (),
    errata: Iterable[ErratumRow] = (),
    *,
    report: bool = True,
) -> tuple[dict[str, BeautifulSoup], str]:
    """Build ledger, definitions and one chapter; every page parsed, and the warnings."""
    source = folder / "book"
    source.mkdir(exist_ok=True)
    if report:
        write_report(folder / "reproduction.json", Report(rows=tuple(rows), errata=tuple(errata)))
    (source / "conf.py").write_text(CONF)
    (source / "dot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    texts = PAGES | {"chapter": chapter}
    (source / "index.md").write_text(f"# Book\n\n```{{toctree}}\n{chr(10).join(texts)}\n```\n")
    for name, text in texts.items():
        (source / f"{name}.md").write_text(f"# {name.capitalize()}\n\n{text}")
    app = SphinxTestApp(buildername="html", srcdir=source, freshenv=True)
    try:
        app.build()
        pages = {
            name: BeautifulSoup((app.outdir / f"{name}.html").read_text("utf-8"), "html.parser")
            for name in texts
        }
        return pages, app.warning.getvalue()
    finally:
        app.cleanup()
