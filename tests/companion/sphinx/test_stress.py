"""The record of `make stress` on its page: every number from the record, none typed."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

CONF = 'extensions = ["myst_parser", "sphinx_proof", "companion.sphinx"]\nhtml_theme = "basic"\n'
RUN = {
    "seed": 7,
    "commit": "0123456789abcdef",
    "uncommitted": False,
    "machine": "a processor",
}
LATER = RUN | {"seed": 8, "commit": "fedcba9876543210", "uncommitted": True}
RECORD = {
    "files": [
        {
            "kind": "tables",
            "guard": "a digest",
            "blows": {"one bit": 30, "cut short": 20, "empty": 1},
            "refused": {"one bit": 29, "cut short": 20, "empty": 1},
            "named": 49,
            "written": 2,
            "run": RUN,
        }
    ],
    "stages": [
        {
            "stage": "ledger",
            "given": ["build/experiments"],
            "anew": ["one", "two"],
            "kills": 13,
            "others": ["full disk"],
            "failures": ["one"],
            "run": LATER,
        }
    ],
}


def test_numbers_are_those_of_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "stress.json").write_text(json.dumps(RECORD))
    monkeypatch.setenv("MAXPOOLING_DATA", str(tmp_path))
    source = tmp_path / "book"
    source.mkdir()
    (source / "conf.py").write_text(CONF)
    (source / "index.md").write_text("# Page\n\n```{stress}\n```\n")
    app = SphinxTestApp(buildername="html", srcdir=source, freshenv=True)
    try:
        app.build()
        page = BeautifulSoup((app.outdir / "index.html").read_text(), "html.parser")
    finally:
        app.cleanup()
    text = " ".join(page.get_text().split())
    for words in (
        "Recorded on a processor, at the commits",
        "of 51 damaged files 50 were refused, 49 by name, and 2 led to something being written",
        "after 13 kills and the other disturbances, 1 runs failed or left other bytes",
    ):
        assert words in text
    cells = [cell.get_text() for cell in page.select("td")]
    run = "0123456, seed 7"
    assert cells[:6] == ["tables", "29 of 30", "20 of 20", "1 of 1", "a digest", run]
    stage = "ledger, with networks and all chapters but 2 made before"
    assert cells[6:] == [stage, "13", "full disk", "1", "fedcba9 with local changes, seed 8"]
