"""What notebooks hand to the book: figures, tables and named values.

The build sets ``MAXPOOLING_RESULTS`` to a folder and everything is written there as files, which
the pages read. Without it (a notebook opened by hand) things are only shown.
"""

import base64
import html
import io
import json
import os
import pickle
import re
from collections.abc import Hashable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import HTML, display
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from companion.files import write_whole
from companion.pages.figures import INK, LIGHT_PAGE, MUTED, dark_svg, light_svg

TIMES = "times.json"

_NAME = re.compile(r"[a-z][a-z0-9-]*")


def publish_figure(figure: Figure, name: str, alt: str) -> None:
    """Show ``figure``, and write ``name.light.svg``, ``name.dark.svg`` and ``name.figure.json``.

    Args:
        figure: drawn with the colours of :mod:`companion.pages.figures`; closed afterwards.
        name: lower-case letters, digits and hyphens; unique in the book.
        alt: what the figure shows, in words, for readers who cannot see it.

    Raises:
        ValueError: a name of another form, or an empty ``alt``.
    """
    _check_name(name)
    if not alt.strip():
        raise ValueError(f"alt={alt!r} of figure {name!r} is empty: describe what it shows")
    svg = light_svg(figure, title=alt)
    plt.close(figure)
    _write(f"{name}.light.svg", svg)
    _write(f"{name}.dark.svg", dark_svg(svg))
    _write(f"{name}.figure.json", json.dumps({"alt": alt}, ensure_ascii=False, indent=1) + "\n")
    encoded = base64.b64encode(svg.encode()).decode()
    style = f"background:{LIGHT_PAGE};max-width:100%"
    # An image element, not inline SVG: element names of two figures on one page cannot clash.
    source = f"data:image/svg+xml;base64,{encoded}"
    display(HTML(f'<img style="{style}" alt="{html.escape(alt)}" src="{source}">'))


def publish_preview(figure: Figure, title: str, subtitle: str) -> None:
    """Write ``preview.png``, the picture that a link to the book shows elsewhere.

    It is ``figure`` once more under two lines of text, 1200 by 630 pixels; ``figure`` itself stays
    as it is. The book has one such picture.

    Raises:
        ValueError: an empty ``title``.
    """
    if not title.strip():
        raise ValueError(f"title={title!r} of the preview is empty")
    copy: Figure = pickle.loads(pickle.dumps(figure))
    copy.set_size_inches(8, 4.2)
    copy.set_layout_engine("constrained", rect=(0.03, 0.03, 0.94, 0.75))  # the text is above
    copy.text(0.04, 0.9, title, fontsize=20, color=INK, weight="bold", va="center")
    copy.text(0.04, 0.82, subtitle, fontsize=11, color=MUTED, va="center")
    buffer = io.BytesIO()
    copy.savefig(buffer, dpi=150, facecolor=LIGHT_PAGE, metadata={"Software": None})
    plt.close(copy)
    _write_bytes("preview.png", buffer.getvalue())


def publish_table(frame: pd.DataFrame, name: str) -> None:
    """Show ``frame`` and write its columns (not its index) as ``name.csv``; fractions as ``a/b``.

    Raises:
        ValueError: a name of another form, or an empty frame.
    """
    _check_name(name)
    if frame.empty:
        raise ValueError(f"table {name!r} has no rows")
    _write(f"{name}.csv", frame.to_csv(index=False, lineterminator="\n"))
    # As HTML with identifiers by name: pandas draws them at random, and shows an address in memory.
    display(HTML(frame.style.hide(axis="index").set_uuid(name).to_html()))


def record_times(**milliseconds: float) -> None:
    """Add named durations to ``times.json``; no two runs measure the same.

    They are kept apart from what a notebook computes, which is the same in every run, and shown on
    the page on this build's status alone: prose cannot quote them with ``{value}``.

    Raises:
        ValueError: a duration that is negative or not finite, or a name that was recorded before.
    """
    for name, value in milliseconds.items():
        if not (np.isfinite(value) and value >= 0):
            raise ValueError(f"{name}={value!r} is no duration: allowed are finite numbers from 0")
    folder = _results_folder()
    if folder is None:
        return
    path = folder / TIMES
    known: dict[str, float] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for name, value in milliseconds.items():
        if name in known:
            raise ValueError(f"{name}={value!r} was recorded before as {known[name]!r}")
        known[name] = float(value)
    _write(TIMES, json.dumps(known, indent=1) + "\n")


def record(**values: Any) -> None:
    """Add named values to ``values.json``, for use in prose.

    Integers, fractions (kept exact, as text ``a/b``), floats, booleans and text are allowed.

    Raises:
        TypeError: a value of another type.
        ValueError: a name recorded before with another value, or a float that is not finite.
    """
    plain = {name: _plain(name, value) for name, value in values.items()}
    folder = _results_folder()
    if folder is None:
        return
    path = folder / "values.json"
    known: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for name, value in plain.items():
        if known.setdefault(name, value) != value:
            raise ValueError(f"{name}={value!r} was recorded before as {known[name]!r}")
    _write("values.json", json.dumps(known, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def recorded_value(reference: str, results: Path) -> str:
    """The text for ``NOTEBOOK.KEY`` or ``NOTEBOOK.KEY|FORMAT``.

    Args:
        reference: notebook and name of the value, and a format specification.
        results: folder with a folder for each notebook; see :func:`values_file`.

    Raises:
        KeyError: the notebook recorded no such value.
        OSError: it recorded none at all.
        ValueError: the value cannot be formatted so.
    """
    place, _, spec = reference.partition("|")
    _, _, key = place.partition(".")
    values = json.loads(values_file(reference, results).read_text(encoding="utf-8"))
    return format_value(values[key], spec)


def values_file(reference: str, results: Path) -> Path:
    """The file that holds the value of ``NOTEBOOK.KEY``, below the folder of all results."""
    return results / reference.partition(".")[0] / "values.json"


def format_value(value: Any, spec: str) -> str:
    """A recorded value as text: exact fractions as they are, or as a decimal if ``spec`` asks.

    Args:
        value: as :func:`record` wrote it.
        spec: a format specification, or nothing.

    Raises:
        ValueError: the value cannot be formatted so.

    Examples:
        >>> format_value("1/18", ""), format_value("1/18", ".4f"), format_value(1234, ",")
        ('1/18', '0.0556', '1,234')
    """
    if not spec:
        return str(value)
    if isinstance(value, str):
        value = Fraction(value)
    return format(float(value), spec) if isinstance(value, Fraction) else format(value, spec)


def _plain(name: Hashable, value: Any) -> int | float | str | bool:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, float) and not np.isfinite(value):
        raise ValueError(f"{name}={value!r} is not finite")
    if not isinstance(value, int | float | str):
        raise TypeError(
            f"{name}={value!r} is a {type(value).__name__}; "
            "allowed: int, Fraction, float, bool, str"
        )
    return value


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"name={name!r}: allowed are lower-case letters, digits and hyphens, a letter first"
        )


def _results_folder() -> Path | None:
    folder = os.environ.get("MAXPOOLING_RESULTS")
    return Path(folder) if folder else None


def _write(file_name: str, text: str) -> None:
    _write_bytes(file_name, text.encode("utf-8"))


def _write_bytes(file_name: str, content: bytes) -> None:
    folder = _results_folder()
    if folder is None:
        return
    write_whole(folder / file_name, content)
