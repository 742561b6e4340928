"""One picture of all that the recorded networks decide: effects, intervals, verdicts, seeds."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from companion.experiments.statistics.inference import Finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKERS = {"supported": "o", "contradicted": "X", "undecided": "o"}
LINE = 40  # characters of a statement in one line
_SPREAD = 0.62  # of a statement's height is shared by its readings


def forest_figure(
    findings: Mapping[str, Mapping[str, Finding | None]],
    panels: Mapping[str, Sequence[str]],
    colours: Sequence[str],
    *,
    ground: str,
    band: str,
) -> "Figure":
    """Draw each statement's difference and interval, a panel for each group of readings.

    A filled circle is supported, a cross contradicted, a hollow circle undecided; a statement that
    two models are alike has a band, within which the difference shall lie.

    Args:
        findings: by statement, what was found under each reading; None where it was not run.
        panels: by title, the readings that it shows; a reading without a finding leaves a gap.
        colours: of the readings of a panel, in their order.
        ground: colour inside a hollow circle.
        band: colour of the band.

    Returns:
        The figure, in percentage points, the statements from the top with the seeds of each model.

    Raises:
        ValueError: no statement, or fewer colours than readings.
    """
    from matplotlib import pyplot as plt

    if not findings:
        raise ValueError("findings is empty: expected at least one statement")
    most = max(map(len, panels.values()))
    if len(colours) < most:
        raise ValueError(f"colours has {len(colours)} entries: expected at least {most}")
    size = (8.2, 0.48 * len(findings) + 1.8)
    figure, line = plt.subplots(1, len(panels), figsize=size, sharey=True, squeeze=False)
    for axes, (title, readings) in zip(line[0], panels.items(), strict=True):
        axes.set(title=title, xlabel="difference (percentage points)")
        axes.axvline(0, color=plt.rcParams["axes.edgecolor"], linewidth=1)
        for place, found in enumerate(findings.values()):
            _margin(axes, found, place, band)
            for number, reading in enumerate(readings):
                shift = _SPREAD * ((number + 0.5) / len(readings) - 0.5)
                one = found.get(reading)
                if one is not None:
                    _draw(axes, one, place + shift, colours[number], ground)
        for colour, reading in zip(colours, readings, strict=False):
            axes.plot([], [], color=colour, marker="o", label=reading)
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.65 / size[1]), fontsize=10)
        axes.grid(visible=False, axis="y")
    names = [_name(text, found) for text, found in findings.items()]
    line[0][0].set_yticks(range(len(names)), names, fontsize=9)
    line[0][0].set_ylim(len(names) - 0.5, -0.5)
    return figure


def _margin(axes: "Axes", found: Mapping[str, Finding | None], place: int, band: str) -> None:
    """Shade how far from zero a difference may be where two models are said to be alike."""
    one = next((one for one in found.values() if one is not None), None)
    if one is not None and one.statement.margin is not None:
        margin = 100 * one.statement.margin
        heights = [place - 0.4, place + 0.4]
        axes.fill_betweenx(heights, -margin, margin, color=band, linewidth=0)


def _draw(axes: "Axes", found: Finding, height: float, colour: str, ground: str) -> None:
    estimate = found.estimate
    if estimate.interval is not None:
        low, high = (100 * end for end in estimate.interval)
        axes.plot([low, high], [height, height], color=colour, linewidth=1.4)
    axes.plot(
        [100 * estimate.value],
        [height],
        marker=MARKERS[found.verdict],
        markersize=6,
        color=colour,
        markerfacecolor=ground if found.verdict == "undecided" else colour,
        linestyle="none",
    )


def _name(text: str, found: Mapping[str, Finding | None]) -> str:
    """The statement in lines, and how many seeds of each model it rests on."""
    seeds = next((one.seeds for one in found.values() if one is not None), ())
    counts = f"seeds: {', '.join(map(str, seeds))}" if seeds else "not run"
    return "\n".join([*textwrap.wrap(text, LINE), counts])
