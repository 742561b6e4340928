"""One style for every figure: colours, sizes, and their counterparts for dark pages.

A figure is drawn once, in the light colours below, on a transparent ground. Its SVG text names
each colour literally, so :func:`dark_svg` makes the dark variant by exchanging the names. This is
why figures use the colours of this module and no others.

The series colours are a reordering of Okabe and Ito's colour-blind safe set, darkened or lightened
until each has a contrast of at least 3:1 on its page (checked by the tests).
"""

import io
from typing import Final

import matplotlib as mpl
import seaborn as sns
from matplotlib.figure import Figure

LIGHT_PAGE: Final = "#ffffff"
DARK_PAGE: Final = "#14181e"

INK: Final = "#1b1f24"
MUTED: Final = "#5c6670"
GRID: Final = "#d5dadf"
BLUE: Final = "#0067a5"
ORANGE: Final = "#bf5b00"
GREEN: Final = "#007f5c"
PURPLE: Final = "#a8488a"
RED: Final = "#b3261e"
GRAY: Final = "#6e7781"
PALETTE: Final = (BLUE, ORANGE, GREEN, PURPLE, RED, GRAY)

# The variants of the networks: the same colour in every figure and interactive picture.
VARIANT_COLOURS: Final = {
    "maxpool": BLUE,
    "conv": RED,
    "conv-large": RED,
    "conv-small": GREEN,
    "strided": GRAY,
}

# Fills for boxes and cells, from nothing (0) to the strongest (1); text on them is INK.
SHADES: Final = ("#eef2f6", "#cfdbe6", "#a9c1d6", "#7da3c2")

_DARK: Final = {
    INK: "#e6e9ed",
    MUTED: "#a4adb7",
    GRID: "#39414b",
    BLUE: "#5db4ef",
    ORANGE: "#f0a04b",
    GREEN: "#3ecfa0",
    PURPLE: "#dd8fc4",
    RED: "#ff8a80",
    GRAY: "#9aa4ae",
    SHADES[0]: "#1f262e",
    SHADES[1]: "#2a3742",
    SHADES[2]: "#354a5c",
    SHADES[3]: "#41607a",
}


def use_style() -> None:
    """Make the house style the default of matplotlib and seaborn."""
    sns.set_theme(style="whitegrid", palette=list(PALETTE))
    mpl.rcParams.update(
        {
            "figure.figsize": (6.0, 3.9),
            "figure.dpi": 110,
            "figure.constrained_layout.use": True,
            "figure.facecolor": "none",
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
            "legend.facecolor": "none",
            "legend.framealpha": 0.0,
            "legend.edgecolor": "none",
            "font.size": 12,
            "axes.titlesize": 13,
            "axes.labelsize": 12,
            "xtick.labelsize": 11,
            "ytick.labelsize": 11,
            "legend.fontsize": 11,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.titlecolor": INK,
            "axes.edgecolor": MUTED,
            "xtick.color": INK,
            "ytick.color": INK,
            "grid.color": GRID,
            "lines.linewidth": 1.8,
            # Outlines, not text: a picture file cannot use the page's fonts, and mathematics needs
            # glyphs that a reader's machine may lack. The alt text serves those who listen.
            "svg.fonttype": "path",
            "font.family": "DejaVu Sans",
            # Element names in the SVG are hashes; a fixed salt makes two runs byte-identical.
            "svg.hashsalt": "maxpooling",
        }
    )


def light_svg(figure: Figure, title: str) -> str:
    """The SVG text of ``figure``; ``title`` becomes its title element."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Title": title})
    return buffer.getvalue()


def dark_svg(svg: str) -> str:
    """The same picture for a dark page: each colour exchanged for its counterpart."""
    for light, dark in _DARK.items():
        svg = svg.replace(light, dark)
    return svg


def css_variables() -> str:
    """The colours as a style sheet, so that pages and figures cannot disagree.

    Each colour is a variable with its own value on dark pages; a class for each variant of the
    networks sets the variable ``--series``.

    Examples:
        >>> "--blue: #0067a5;" in css_variables()
        True
    """
    names = {
        "ink": INK,
        "muted": MUTED,
        "grid": GRID,
        "blue": BLUE,
        "orange": ORANGE,
        "green": GREEN,
        "purple": PURPLE,
        "red": RED,
        "gray": GRAY,
    }
    known = {colour: name for name, colour in names.items()}
    lines = [":root {", *(f"  --{name}: {colour};" for name, colour in names.items()), "}"]
    lines += ['html[data-theme="dark"] {']
    lines += [*(f"  --{name}: {_DARK[colour]};" for name, colour in names.items()), "}"]
    lines += [
        f".variant-{variant} {{ --series: var(--{known[colour]}); }}"
        for variant, colour in VARIANT_COLOURS.items()
    ]
    return "\n".join(lines) + "\n"


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast ratio of two ``#rrggbb`` colours, from 1 to 21."""

    def luminance(colour: str) -> float:
        channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)
