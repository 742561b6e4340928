"""The picture of all statements: what it draws of a finding, and what it refuses."""

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from companion.experiments.pictures.forest import forest_figure
from companion.experiments.statistics.inference import Estimate, Finding, Verdict
from companion.experiments.statistics.statements import Statement, lead

COLOURS = ("#000000", "#ff0000")


def finding(verdict: Verdict, value: float = 0.1, margin: float | None = None) -> Finding:
    """With two and three seeds, and an interval of the seeds' variance alone."""
    differences = (lead("maxpool", "conv"),)
    statement = Statement(
        "a", "Maxpool leads.", "lenet-mnist", "clean accuracy", differences, margin
    )
    return Finding(
        statement, Estimate(value, 1e-4, 0.0, 4), (2, 3), 1e-4, 2, 0.01, 0.99, 0.02, verdict
    )


def drawn(one: Finding | None) -> Figure:
    return forest_figure(
        {"Maxpool leads.": {"one step": one}}, {"L2": ["one step"]}, COLOURS, ground="#ffffff",
        band="#dddddd",
    )  # fmt: skip


def marks(figure: Figure) -> list[Line2D]:
    return [line for line in figure.axes[0].lines if len(np.asarray(line.get_xdata())) == 1]


@pytest.fixture(autouse=True)
def _close() -> None:
    plt.close("all")


def test_effect_interval_and_seeds_are_those_of_the_finding() -> None:
    one = finding("supported")
    figure = drawn(one)
    (axes,) = figure.axes
    interval = one.estimate.interval
    assert interval is not None
    lines = [line for line in axes.lines if line.get_label() != "one step"]
    assert np.asarray(lines[1].get_xdata()).tolist() == [100 * end for end in interval]
    assert np.asarray(lines[2].get_xdata()).tolist() == [10.0]
    assert axes.get_yticklabels()[0].get_text() == "Maxpool leads.\nseeds: 2, 3"


@pytest.mark.parametrize(
    ("verdict", "marker", "filled"),
    [("supported", "o", True), ("contradicted", "X", True), ("undecided", "o", False)],
)
def test_the_mark_says_the_verdict(verdict: Verdict, marker: str, filled: bool) -> None:
    (mark,) = marks(drawn(finding(verdict)))
    assert mark.get_marker() == marker
    assert (mark.get_markerfacecolor() == mark.get_color()) == filled


def test_alike_has_a_band_of_its_margin() -> None:
    (band,) = drawn(finding("undecided", margin=0.02)).axes[0].collections
    xs = np.asarray(band.get_paths()[0].vertices)[:, 0]
    assert (xs.min(), xs.max()) == (-2.0, 2.0)


def test_what_was_not_run_says_so() -> None:
    figure = drawn(None)
    axes = figure.axes[0]
    assert axes.get_yticklabels()[0].get_text() == "Maxpool leads.\nnot run"
    assert marks(figure) == []


def test_refuses_nothing_and_too_few_colours() -> None:
    with pytest.raises(ValueError, match="findings is empty"):
        forest_figure({}, {"L2": ["one step"]}, COLOURS, ground="#fff", band="#ddd")
    with pytest.raises(ValueError, match="colours has 0 entries: expected at least 1"):
        forest_figure({"a": {}}, {"L2": ["one step"]}, (), ground="#fff", band="#ddd")
