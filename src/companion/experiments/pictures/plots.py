"""Pictures of results: robust accuracy over epsilon, and images under attack.

Colours come from the caller: the style of the book knows the experiments, not the reverse.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from companion.experiments.results.record import Result
from companion.experiments.runs.experiments import ACTIVATIONS, POOLS
from companion.experiments.runs.experiments import experiment as experiment_named
from companion.experiments.statistics.quantities import reading_of
from companion.experiments.statistics.summary import Curve, curves, of_experiment
from companion.experiments.statistics.y_activation import DATASETS, shares
from companion.experiments.titles import ACTIVATIONS as ACTIVATION_TITLES
from companion.experiments.titles import MODELS
from companion.experiments.titles import POOLS as POOL_TITLES

if TYPE_CHECKING:
    import torch
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

WIDEST = 4.0  # points, of the line of the model with the most parameters


def robustness_figure(
    columns: Mapping[str, Sequence[Result]],
    experiment: str,
    readings: Sequence[str],
    colours: Mapping[str, str],
) -> "Figure":
    """Draw robust accuracy over epsilon: a row per reading of the attack, a column per scale.

    As in the paper the width of a line is proportional to the number of parameters, which the
    legend gives; the band is one standard deviation over the seeds.

    Args:
        columns: results by the title of their column; a column without results says so.
        experiment: for example ``lenet-mnist``.
        readings: names in :data:`~companion.experiments.statistics.quantities.READINGS`.
        colours: of each variant.

    Returns:
        The figure.
    """
    from matplotlib import pyplot as plt

    size = (3.0 * len(columns) + 0.4, 2.3 * len(readings) + 0.9)
    figure, grid = plt.subplots(
        len(readings), len(columns), figsize=size, squeeze=False, sharex=True, sharey=True
    )
    for row, name in zip(grid, readings, strict=True):
        for axes, (title, results) in zip(row, columns.items(), strict=True):
            drawn = curves(results, experiment, reading_of(name))
            draw(axes, drawn, colours)
            axes.set_title(f"{name}, {title}")
    _label(figure, grid)
    return figure


def robustness_multiples(
    results: Sequence[Result],
    titles: Mapping[str, str],
    readings: Sequence[str],
    colours: Mapping[str, str],
) -> "Figure":
    """Draw robust accuracy over epsilon: a row per experiment, a column per reading of the attack.

    Lines, bands and widths are those of :func:`robustness_figure`; each row has a legend.

    Args:
        results: of one scale.
        titles: of the experiments; a row without results says so.
        readings: names in :data:`~companion.experiments.statistics.quantities.READINGS`.
        colours: of each variant.

    Returns:
        The figure.
    """
    from matplotlib import pyplot as plt

    size = (3.6 * len(readings) + 0.4, 2.3 * len(titles) + 0.4)
    figure, grid = plt.subplots(
        len(titles), len(readings), figsize=size, squeeze=False, sharex="row", sharey=True
    )
    for row, (experiment, title) in zip(grid, titles.items(), strict=True):
        for axes, name in zip(row, readings, strict=True):
            draw(axes, curves(results, experiment, reading_of(name)), colours)
            axes.set_title(f"{title}, {name}")
        if row[0].get_lines():
            row[0].legend(loc="lower left")
        row[0].set_ylabel("robust accuracy")
    for axes in grid[-1]:
        axes.set_xlabel("ε (pixel units)")
    return figure


def _label(figure: "Figure", grid: "NDArray[Any]") -> None:
    """Name the axes at the left and the bottom, and each line once."""
    for axes in grid[:, 0]:
        axes.set_ylabel("robust accuracy")
    for axes in grid[-1]:
        axes.set_xlabel("ε (pixel units)")
    lines = {line.get_label(): line for axes in grid.flat for line in axes.get_lines()}
    figure.legend(lines.values(), lines.keys(), loc="outside lower center", ncols=2)


def draw(axes: "Axes", drawn: Sequence[Curve], colours: Mapping[str, str]) -> None:
    """Draw the curves of the models of one experiment.

    Args:
        axes: to draw on; epsilon is linear up to 0.001 and logarithmic from there.
        drawn: may be empty.
        colours: of each variant.
    """
    axes.set_ylim(-0.02, 1.02)
    axes.set_xscale("symlog", linthresh=1e-3, linscale=0.7)
    if not drawn:
        axes.text(0.5, 0.5, "not run", transform=axes.transAxes, ha="center")
        return
    most = max(curve.parameters for curve in drawn)
    for curve in drawn:
        label = f"{MODELS[curve.variant]} ({curve.parameters:,})".replace(",", "\u2009")
        colour, width = colours[curve.variant], WIDEST * curve.parameters / most
        axes.plot(
            curve.epsilons,
            curve.means,
            color=colour,
            linewidth=width,
            label=label,
            marker="o",
            markersize=2 + width,
        )
        bounds = zip(curve.means, curve.deviations, strict=True)
        low, high = zip(*((m - s, m + s) for m, s in bounds), strict=True)
        axes.fill_between(curve.epsilons, low, high, color=colour, alpha=0.2, linewidth=0)
    ticks = [0, *(10.0**k for k in range(-3, 2) if 10.0**k <= drawn[0].epsilons[-1])]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])


def attacks_figure(
    results: Sequence[Result],
    experiment: str,
    readings: Sequence[str],
    colours: Mapping[str, str],
) -> "Figure":
    """Draw robust accuracy over epsilon in a panel for each of four attacks.

    Args:
        results: of one scale.
        experiment: for example ``lenet-mnist``.
        readings: four names in :data:`~companion.experiments.statistics.quantities.READINGS`.
        colours: of each variant.

    Returns:
        The figure; a panel without results says so.
    """
    from matplotlib import pyplot as plt

    figure, grid = plt.subplots(2, 2, figsize=(7.6, 5.5), sharex=True, sharey=True)
    for axes, name in zip(grid.flat, readings, strict=True):
        draw(axes, curves(results, experiment, reading_of(name)), colours)
        axes.set_title(name)
    _label(figure, grid)
    return figure


def learning_figure(
    results: Sequence[Result], titles: Mapping[str, str], colours: Mapping[str, str]
) -> "Figure":
    """Draw accuracy after each epoch: test images solid, training images dotted, mean over seeds.

    Args:
        results: of one scale.
        titles: heading of the panel of each experiment.
        colours: of each variant.

    Returns:
        The figure; a panel without results says so.
    """
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, len(titles), figsize=(6.2, 3.5))
    for axes, (experiment, title) in zip(panels, titles.items(), strict=True):
        axes.set(title=title, xlabel="epoch")
        for variant in experiment_named(experiment).variants:
            runs = [
                one["curve"]
                for one in of_experiment(results, experiment)
                if one["configuration"]["variant"] == variant
            ]
            train = [[row["train_accuracy"] for row in run] for run in runs]
            test = [[row["test_accuracy"] for row in run] for run in runs]
            for accuracies, style in ((train, ":"), (test, "-")) if runs else ():
                shares = 100 * np.array(accuracies)
                axes.plot(
                    range(1, shares.shape[1] + 1),
                    shares.mean(axis=0),
                    style,
                    color=colours[variant],
                    label=MODELS[variant] if style == "-" else None,
                )
        if not axes.lines:
            axes.text(0.5, 0.5, "not run", transform=axes.transAxes, ha="center")
    panels[0].set_ylabel("accuracy (%)")
    lines = {
        line.get_label(): line
        for axes in panels
        for line in axes.get_lines()
        if not str(line.get_label()).startswith("_")
    }
    figure.legend(lines.values(), lines.keys(), loc="outside lower center", ncols=3)
    return figure


def activation_figure(results: Sequence[Result], colours: Mapping[str, str], ink: str) -> "Figure":
    """Draw the clean accuracies of the grid of pools and activations, a panel per data set.

    Args:
        results: of one scale.
        colours: of each pool.
        ink: colour of the line of the linear classifier.

    Returns:
        The figure; a panel without results says so.
    """
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, len(DATASETS), figsize=(6.4, 4.4))
    for axes, (dataset, title) in zip(panels, DATASETS.items(), strict=True):
        found = shares(results, dataset)
        axes.set(title=title, xlim=(-0.5, len(ACTIVATIONS) - 0.5))
        axes.set_xticks(range(len(ACTIVATIONS)), ACTIVATION_TITLES.values(), rotation=30)
        if not found:
            axes.text(0.5, 0.5, "not run", transform=axes.transAxes, ha="center")
            continue
        for shift, (pool, marker) in enumerate(zip(POOLS, "os^", strict=True)):
            runs = [100 * np.array(found.get(f"{pool}-{name}", [np.nan])) for name in ACTIVATIONS]
            axes.errorbar(
                np.arange(len(runs)) + 0.15 * (shift - 1),
                [run.mean() for run in runs],
                [run.std(ddof=1) if len(run) > 1 else 0 for run in runs],
                color=colours[pool],
                marker=marker,
                linestyle="none",
                label=POOL_TITLES[pool],
            )
        if "linear" in found:
            axes.axhline(100 * np.mean(found["linear"]), color=ink, label="linear classifier")
    panels[0].set_ylabel("clean accuracy (%)")
    lines, names = panels[0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside lower center", ncols=2)
    return figure


def pictures(
    rows: Mapping[str, "torch.Tensor"],
    titles: Sequence[str],
    marks: Mapping[str, Sequence[str]],
    *,
    wrong: str,
) -> "Figure":
    """Draw images in a grid, with a word below each.

    Args:
        rows: images in [0, 1] of shape [N, C, H, W] by the label of their row.
        titles: N headings of the columns.
        marks: for each row the N words below its images.
        wrong: colour of words that differ from the heading of their column.

    Returns:
        The figure.
    """
    from matplotlib import pyplot as plt

    size = (1.25 * len(titles) + 0.6, 1.6 * len(rows) + 0.3)
    figure, grid = plt.subplots(len(rows), len(titles), figsize=size, squeeze=False)
    for line, (label, images) in zip(grid, rows.items(), strict=True):
        line[0].set_ylabel(label)
        for axes, image, mark, title in zip(line, images, marks[label], titles, strict=True):
            pixels = image.permute(1, 2, 0).squeeze(-1).numpy()
            axes.imshow(pixels, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
            axes.set(xticks=[], yticks=[], xlabel=mark)
            axes.grid(visible=False)
            if mark != title:
                axes.xaxis.label.set_color(wrong)
    for axes, title in zip(grid[0], titles, strict=True):
        axes.set_title(title)
    return figure


def fields_figure(image: "torch.Tensor", fields: Mapping[str, "torch.Tensor"]) -> "Figure":
    """Draw what of an image each network can see; the rest is blank.

    Args:
        image: pixels in [0, 1] of shape [3, H, W].
        fields: by heading, the pixels that are seen, as booleans of shape [H, W].

    Returns:
        The figure, with the share of pixels below each picture.
    """
    from matplotlib import pyplot as plt

    figure, line = plt.subplots(1, len(fields), figsize=(1.35 * len(fields), 1.9), squeeze=False)
    for axes, (title, field) in zip(line[0], fields.items(), strict=True):
        pixels = np.ones((*field.shape, 4))
        pixels[..., :3] = image.permute(1, 2, 0).numpy()
        pixels[..., 3] = field.numpy()
        axes.imshow(pixels, interpolation="nearest")
        axes.set(xticks=[], yticks=[], xlabel=f"{field.float().mean():.0%} of pixels")
        axes.set_title(title, fontsize="small")
        axes.grid(visible=False)
    return figure
