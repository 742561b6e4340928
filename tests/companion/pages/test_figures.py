"""The shared style: legible on both pages, and the dark variant by exchange of names."""

import re
from collections.abc import Iterator

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from companion.experiments.runs.config import VARIANTS
from companion.pages import figures
from companion.pages.figures import DARK_PAGE, GRID, INK, LIGHT_PAGE, PALETTE, SHADES, contrast


def dark(colour: str) -> str:
    return figures.dark_svg(colour)


def test_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("colour", PALETTE)
def test_series_stand_out_on_both_pages(colour: str) -> None:
    assert contrast(colour, LIGHT_PAGE) >= 3
    assert contrast(dark(colour), DARK_PAGE) >= 3


@pytest.mark.parametrize("colour", [INK, figures.MUTED])
def test_text_is_legible_on_both_pages(colour: str) -> None:
    assert contrast(colour, LIGHT_PAGE) >= 4.5
    assert contrast(dark(colour), DARK_PAGE) >= 4.5


@pytest.mark.parametrize("shade", SHADES)
def test_ink_is_legible_on_every_shade(shade: str) -> None:
    assert contrast(INK, shade) >= 4.5
    assert contrast(dark(INK), dark(shade)) >= 4.5


def test_exchange_is_one_to_one_and_happens_once() -> None:
    light = [INK, figures.MUTED, GRID, *PALETTE, *SHADES]
    exchanged = [dark(colour) for colour in light]
    assert len(set(exchanged)) == len(light)
    assert not set(exchanged) & set(light)  # no dark name is exchanged again


@pytest.fixture
def figure() -> Iterator[Figure]:
    figures.use_style()
    fig, ax = plt.subplots()
    ax.plot([0, 1], [0, 1], color=PALETTE[0])
    ax.set_xlabel("pool size $d$")
    yield fig
    plt.close(fig)


def test_svg_is_reproducible_and_uses_house_colours_only(figure: Figure) -> None:
    svg = figures.light_svg(figure, "a line")
    assert svg == figures.light_svg(figure, "a line")
    used = set(re.findall(r"#[0-9a-f]{6}\b", svg))
    assert used <= {INK, figures.MUTED, GRID, *PALETTE}
    assert PALETTE[0] not in figures.dark_svg(svg)
    assert "<title>a line" in svg or "a line</dc:title>" in svg


def test_style_sheet_has_the_figures_colours() -> None:
    sheet = figures.css_variables()
    light, night = sheet.split('html[data-theme="dark"]')
    assert f"--red: {figures.RED};" in light
    assert f"--red: {dark(figures.RED)};" in night
    assert sheet.count("{") == sheet.count("}")


@pytest.mark.parametrize(("variant", "name"), [("maxpool", "blue"), ("conv-small", "green")])
def test_style_sheet_gives_variants_their_series(variant: str, name: str) -> None:
    assert f".variant-{variant} {{ --series: var(--{name}); }}" in figures.css_variables()
    assert getattr(figures, name.upper()) == figures.VARIANT_COLOURS[variant]


def test_every_trained_variant_has_a_colour() -> None:
    named = {variant for variants in VARIANTS.values() for variant in variants}
    assert named == set(figures.VARIANT_COLOURS)
