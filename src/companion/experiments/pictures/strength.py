"""Each lead of Maxpool against the strength of the attack, from the paper's to the strongest."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from companion.experiments.attacks.sweeps import Norm
from companion.experiments.pictures.forest import MARKERS
from companion.experiments.statistics.strength import ATTACKS, Lead
from companion.experiments.titles import MODELS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_APART = 0.14  # of the way from one attack to the next, between two leads


def strength_figure(
    found: Sequence[Lead],
    panels: Mapping[Norm, str],
    families: Mapping[str, str],
    colours: Mapping[str, str],
    *,
    ground: str,
) -> "Figure":
    """Draw each lead under each attack with its interval, a panel for each norm.

    A filled circle is supported, a cross contradicted, a hollow circle undecided.

    Args:
        found: the leads; those of one norm in one panel.
        panels: titles of the norms, in the order of the panels.
        families: name of each experiment in the legend.
        colours: of the other model of each lead, by its variant.
        ground: colour inside a hollow circle.

    Returns:
        The figure, in percentage points; a panel without leads says so.
    """
    from matplotlib import pyplot as plt
    from matplotlib.lines import Line2D

    size = (6.0, 2.3 * len(panels) + 1.5)  # one above the other: a phone shows them whole
    figure, grid = plt.subplots(len(panels), 1, figsize=size, sharex=True, squeeze=False)
    line = grid[:, 0]
    for axes, (norm, title) in zip(line, panels.items(), strict=True):
        axes.set(title=title, ylabel="lead (points)")
        axes.axhline(0, color=plt.rcParams["axes.edgecolor"], linewidth=1)
        axes.set_xticks(range(len(ATTACKS)), ATTACKS, rotation=35, ha="right")
        axes.set_xlim(-0.5, len(ATTACKS) - 0.5)
        axes.grid(visible=False, axis="x")
        drawn = [one for one in found if one.norm == norm]
        if not drawn:
            axes.text(0.5, 0.5, "not run", transform=axes.transAxes, ha="center")
        for number, lead in enumerate(drawn):
            shift = _APART * (number - (len(drawn) - 1) / 2)
            colour = colours[lead.statement.variants[1]]
            places = [place + shift for place in range(len(lead.findings))]
            values = [100 * one.estimate.value for one in lead.findings.values()]
            axes.plot(places, values, color=colour, linewidth=1, linestyle=":")
            for place, value, one in zip(places, values, lead.findings.values(), strict=True):
                if one.estimate.interval is not None:
                    ends = [100 * end for end in one.estimate.interval]
                    axes.plot([place, place], ends, color=colour, linewidth=1.4)
                axes.plot(
                    [place],
                    [value],
                    marker=MARKERS[one.verdict],
                    markersize=7,
                    color=colour,
                    markerfacecolor=ground if one.verdict == "undecided" else colour,
                    linestyle="none",
                )
    named = {_name(one, families): colours[one.statement.variants[1]] for one in found}
    handles = [
        Line2D([], [], color=colour, marker="o", linestyle=":", label=name)
        for name, colour in named.items()
    ]
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=2, fontsize=10)
    return figure


def _name(lead: Lead, families: Mapping[str, str]) -> str:
    return f"{families[lead.statement.experiment]}, over {MODELS[lead.statement.variants[1]]}"
