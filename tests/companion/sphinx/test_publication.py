"""Previews of links, the sitemap, the page for lost readers, icons, and the data of pictures."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

from companion.experiments.results import record as results
from companion.experiments.runs.config import VARIANTS
from companion.sphinx.icons import keep_icons
from companion.sphinx.interactive import (
    best_orders_row,
    exact_rows,
    fewest_neurons,
    recorded_curves,
    sizes_for_scripts,
)
from companion.sphinx.publication import preview_tags, sitemap
from maxpooling.networks import max_network_sizes

CONF = """
extensions = ["myst_parser", "sphinx_proof", "companion.sphinx"]
html_theme = "basic"
"""
OPENING = "A max pool cannot be imitated cheaply by *ReLUs*; the price is stated exactly."

Build = Callable[..., tuple[BeautifulSoup, SphinxTestApp]]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def run(text: str, **settings: str) -> tuple[BeautifulSoup, SphinxTestApp]:
        source = tmp_path / "book"
        source.mkdir(exist_ok=True)
        (source / "conf.py").write_text(CONF)
        (source / "index.md").write_text(text)
        app = SphinxTestApp(
            buildername="html", srcdir=source, freshenv=True, confoverrides=settings
        )
        try:
            app.build()
            page = (app.outdir / "index.html").read_text(encoding="utf-8")
            return BeautifulSoup(page, "html.parser"), app
        finally:
            app.cleanup()

    return run


def test_link_preview(build: Build) -> None:
    page, app = build(f"# A < B\n\n{OPENING}", companion_base_url="https://book.example/b/")
    tags = {
        str(tag.get("property") or tag.get("name")): str(tag["content"])
        for tag in page.select("meta[content]")
    }
    assert tags["og:title"] == "A < B"
    assert tags["og:description"] == tags["description"] == OPENING.replace("*", "")
    assert tags["og:url"] == "https://book.example/b/index.html"
    assert tags["og:image"].startswith("https://book.example/b/_static/")
    tree = ElementTree.parse(app.outdir / "sitemap.xml")
    places = tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    assert [place.text for place in places] == ["https://book.example/b/index.html"]
    assert "https://book.example/b/intro.html" in (app.outdir / "404.html").read_text()


def test_picture_of_previews_is_what_a_notebook_drew(build: Build, tmp_path: Path) -> None:
    drawn = tmp_path / "book" / "_results" / "nb" / "preview.png"
    drawn.parent.mkdir(parents=True)
    drawn.write_bytes(b"a picture")
    _, app = build(f"# Title\n\n{OPENING}", companion_base_url="https://book.example")
    assert (app.outdir / "_static" / "preview.png").read_bytes() == b"a picture"


def test_published_site_without_a_picture_is_a_warning(build: Build) -> None:
    _, app = build(f"# Title\n\n{OPENING}", companion_base_url="https://book.example")
    assert "preview.png is published by no notebook" in app.warning.getvalue()


def test_nothing_absolute_without_a_base(build: Build) -> None:
    page, app = build(f"# Title\n\n{OPENING}")
    assert page.select("meta[property='og:url'], meta[property='og:image']") == []
    assert not (app.outdir / "sitemap.xml").exists()


def test_quotes_cannot_leave_a_tag() -> None:
    tags = preview_tags('"><script>', 'a "word"', "", "x.html")
    assert "<script>" not in tags
    assert BeautifulSoup(tags, "html.parser").select("[name=description]")[0]["content"] == (
        'a "word"'
    )


def test_sitemap_escapes() -> None:
    assert "a&amp;b.html" in sitemap("https://book.example", ["a&b.html"])


def test_best_orders_are_the_librarys() -> None:
    assert best_orders_row(9, (0, 8)) == ["{0, 8}", "1/18", "9", "31", "3", "93", "45"]
    assert best_orders_row(4, (0, 1, 2, 3))[1] == "1/16"


def test_only_used_icons_stay() -> None:
    icon = '{}:[448,512,[{}],"f0c9","M0 96C0"]'
    icons = [icon.format("bars", '"navicon"'), icon.format('"at-sign"', ""), icon.format("x", "")]
    assert keep_icons("{" + ",".join(icons) + "}", {"navicon", "x"}) == (
        "{" + icons[0] + "," + icons[2] + "}"
    )


def test_curves_are_the_recorded_counts() -> None:
    # The picture is of the paper's experiments; the second source's grid has figures of its own.
    recorded = [one for one in results.recorded() if one["configuration"]["experiment"] in VARIANTS]
    if not recorded:
        pytest.skip("no recorded runs in this copy")
    for curve in recorded_curves(recorded):
        assert len(curve["shares"]) == len(curve["epsilons"])
        assert all(0 <= share <= 1 for share in curve["shares"])
    cells = {(c["configuration"]["experiment"], c["configuration"]["variant"]) for c in recorded}
    drawn = {(curve["experiment"], curve["variant"]) for curve in recorded_curves(recorded)}
    assert drawn == cells


def test_rows_of_the_maximum_are_of_the_one_table_of_sizes() -> None:
    rows = exact_rows(9)
    assert [row[0] for row in rows] == [
        f"the maximum itself, {size.network}" for size in max_network_sizes(9)
    ]
    assert [(row[4], row[-2], row[-1]) for row in rows] == [
        ("4", "45", "–"), ("4", "–", "27"), ("3", "–", "32"),
    ]  # fmt: skip


def test_the_explorer_has_small_pools_and_large_squares() -> None:
    assert list(sizes_for_scripts()) == [*range(2, 13), 16, 25]


def test_a_circle_is_tried_where_it_serves() -> None:
    assert fewest_neurons(10, (0, 9)) == 72  # halving takes 83
    assert fewest_neurons(9, (0, 8)) == 45  # a circle takes 47
