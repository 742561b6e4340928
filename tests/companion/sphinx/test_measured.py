"""The install matrix and the pool's speed on their page: every number from the record."""

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.testing.util import SphinxTestApp

from companion.experiments import pool_speed
from companion.experiments.results import rounded
from companion.sphinx.measured import _network_row, limits
from companion.sphinx.status import table

CONF = 'extensions = ["myst_parser", "sphinx_proof", "companion.sphinx"]\nhtml_theme = "basic"\n'


def row(layout: str, both: float, memory: float = 1.2, **others: Any) -> dict[str, Any]:
    return {
        "kernel": 3,
        "stride": 2,
        "orders": "{0, 8}",
        "layout": layout,
        "threads": 1,
        "compiled": False,
        "memory": memory,
        "forward": {"wall": 0.61, "processor": 0.62, "base_ms": 1.0},
        "both": {"wall": 9.7, "processor": both, "base_ms": 2.0},
        **others,
    }


def speed(*rows: dict[str, Any]) -> dict[str, Any]:
    return {
        "shape": [8, 3, 5, 7],
        "repeats": 9,
        "torch": "2.99",
        "python": "3.11.1",
        "machine": "a processor",
        "instructions": "AVX9",
        "cores": 2,
        "load": 1.5,
        "commit": "0123456789abcdef",
        "uncommitted": True,
        "rows": list(rows),
    }


MATRIX = {
    "runs": [
        {
            "python": "3.11",
            "packages": "oldest",
            "refused": "",
            "system": "Linux x",
            "commit": "fedcba9876543210",
            "uncommitted": False,
            "versions": {"python": "3.11.7", "numpy": "1.26.0", "torch": None},
            "counts": {"passed": 90, "skipped": 2},
        },
        {
            "python": "3.14",
            "packages": "newest",
            "refused": "no such Python",
            "system": "Linux x",
            "commit": "fedcba9876543210",
            "uncommitted": False,
            "versions": {},
            "counts": {},
        },
    ]
}


NETWORKS = {
    "a/b/seed3": rounded.Beside("a/b/seed3", 6_700_000, 10_000, 9_297, 9_301, 12, 64_000, 77, 0.15),
    "a/c/seed0": rounded.Beside("a/c/seed0", 5_000_000, 10_000, 8_000, 8_000, 0, 64_000, 9, 0.05),
}


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("data")
    (folder / "ours").mkdir()
    (folder / "ours" / "matrix.json").write_text(json.dumps(MATRIX))
    run = speed(row("NCHW", 2.25), row("channels_last", 8.5))
    (folder / "ours" / "pool_speed.json").write_text(json.dumps({"runs": [run]}))
    source = folder / "book"
    source.mkdir()
    (source / "conf.py").write_text(CONF)
    directives = ("install-matrix", "pool-speed", "stored-networks")
    blocks = "\n\n".join(f"```{{{name}}}\n```" for name in directives)
    (source / "index.md").write_text(f"# Page\n\n{blocks}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAXPOOLING_DATA", str(folder))
        patch.setattr(rounded, "networks", lambda: list(NETWORKS))
        patch.setattr(rounded, "beside", NETWORKS.__getitem__)
        app = SphinxTestApp(buildername="html", srcdir=source, freshenv=True)
        try:
            app.build()
            page = (Path(app.outdir) / "index.html").read_text()
        finally:
            app.cleanup()
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


@pytest.mark.parametrize(
    "words",
    [
        "tests on Linux x, as recorded",
        "3.11.7 oldest 90 passed, 2 skipped 1.26.0 – – – – fedcba9",
        "3.14 newest not to be had: no such Python",
        "images of 8×3×5×7, torch 2.99, Python 3.11.1, a processor (AVX9), 2 cores, load 1.5",
        "9 repeats, commit 0123456 with local changes",
        "eager 3×3, stride 2 {0, 8} channels_last 1 0.62 8.5 1.2",
        "met by 1 of 2 rows",
        "not met by 1: eager in channels_last (up to 8.5 times)",
        "2 networks, 11.7 MB together",
        "in either norm, is at most 0.15 points",
        "a/b/seed3 6.7 9297 of 10,000 9301 12 77 of 64,000 0.15 points",
    ],
)
def test_numbers_are_those_of_the_records(text: str, words: str) -> None:
    assert words in text


def test_names_of_networks_are_code_where_no_term_is_explained() -> None:
    rows = [_network_row(one) for one in NETWORKS.values()]
    made = table(("",) * len(rows[0]), rows)
    assert [one.astext() for one in made.findall(nodes.literal)] == list(NETWORKS)


def test_limits_that_are_all_met() -> None:
    said = limits([speed(row("NCHW", 3.0, 2.0))])
    assert "met by 1 of 1 rows" in said
    assert "not met" not in said
    assert "the largest being 2 times" in said


def test_limits_of_other_orders_and_kernels_are_not_asked() -> None:
    others = (row("NCHW", 9.0, orders="all"), row("NCHW", 9.0, kernel=2))
    assert "met by 1 of 1 rows" in limits([speed(row("NCHW", 1.0), *others)])
    assert "met by 0 of 1 rows, the largest" in limits([speed(row("NCHW", 1.0, 2.1))])


def test_a_later_run_takes_the_place_of_one_of_its_kind() -> None:
    eager, again = speed(row("NCHW", 1.0)), speed(row("NCHW", 2.0))
    compiled = speed(row("NCHW", 1.5, compiled=True))
    found = pool_speed.merged({"runs": [compiled, eager]}, again)
    assert found == {"runs": [again, compiled]}


def test_the_record_has_what_the_limits_are_asked_of() -> None:
    rows = [one for run in pool_speed.read()["runs"] for one in run["rows"]]
    asked = {(one["orders"], one["layout"]) for one in rows if pool_speed.limited(one)}
    assert asked == {(o, f) for o in pool_speed.LIMITED for f in ("NCHW", "channels_last")}
    assert all(one["both"]["processor"] > 0 < one["memory"] for one in rows)
