"""Diagrams of the networks: what all variants share, and what each has where one has a max pool.

Colours come from the caller: the style of the book knows the experiments, not the reverse.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from companion.experiments.models.building import Stage, build, input_shape, stages
from companion.experiments.runs.config import VARIANTS
from companion.experiments.titles import MODELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW = 0.42  # inches
GAP = 0.06  # of a row or column, between boxes
# Modules with words of their own; the rest is named by kernel, stride or size.
WORDS = {
    "Normalise": "normalise",
    "GhostBatchNorm": "batch norm",
    "ReLU": "ReLU",
    "CELU": "CELU",
    "Residual": "residual block",
    "Scale": "scale",
    "Flatten": "flatten",
}


@dataclass(frozen=True)
class Row:
    """One line of a diagram.

    Attributes:
        cells: what each variant has there, in words; None where it has nothing.
        shape: of the output, the same for all variants, for example ``128 × 16 × 16``.
    """

    cells: tuple[str | None, ...]
    shape: str


def in_words(layer: str) -> str:
    """Name a module briefly.

    Args:
        layer: as :class:`~companion.experiments.models.building.Stage` gives it.

    Returns:
        For example ``conv 3×3, stride 2``.

    Example:
        >>> in_words("MaxPool2d(kernel_size=2, stride=2, padding=0)")
        'max pool 2×2'
        >>> in_words("Linear(in_features=512, out_features=10, bias=False)")
        'linear to 10'
    """
    kind = layer.partition("(")[0]
    if kind in WORDS:
        return WORDS[kind]
    number = {name: int(n) for name, n in re.findall(r"(\w+)=\(?(\d+)", layer)}
    if kind == "Linear":
        return f"linear to {number['out_features']}"
    kernel = number["kernel_size"]
    name, usual = {"Conv2d": ("conv", 1), "MaxPool2d": ("max pool", kernel)}.get(
        kind, (kind.lower(), 1)
    )
    step = f", stride {number['stride']}" if number["stride"] != usual else ""
    return f"{name} {kernel}×{kernel}{step}"


def rows(experiment: str) -> list[Row]:
    """Lay the variants of an experiment side by side, layer by layer of the max pool model.

    A variant with nothing in the place of a pool has None there: the convolution before it pools.
    Neighbouring lines that all variants share are one line.

    Args:
        experiment: for example ``"resnet-cifar10"``.

    Returns:
        The lines, from the image on.

    Raises:
        ValueError: there is no such experiment.
    """
    models = [stages(build(experiment, v), input_shape(experiment)) for v in _variants(experiment)]
    columns = [_beside(models[0], model) for model in models]
    lines = [
        Row(tuple(stage and in_words(stage.layer) for stage in line), _shape(line))
        for line in zip(*columns, strict=True)
    ]
    merged = []
    for shared, group in groupby(lines, lambda line: len(set(line.cells)) == 1):
        run = list(group)
        merged += [_joined(run)] if shared else run
    return merged


def _variants(experiment: str) -> tuple[str, ...]:
    if experiment not in VARIANTS:
        raise ValueError(f"experiment must be one of {', '.join(VARIANTS)}, got {experiment!r}")
    return tuple(VARIANTS[experiment])


def _beside(reference: Sequence[Stage], model: Sequence[Stage]) -> list[Stage | None]:
    """The model's stages in the places of the reference's; None where a pool has no substitute."""
    left = list(model)
    placed: list[Stage | None] = []
    for stage in reference:
        pool = stage.layer.startswith("MaxPool2d")
        there = left[0].layer.startswith(("MaxPool2d", "Conv2d"))
        placed.append(left.pop(0) if there or not pool else None)
    return placed


def _shape(line: Sequence[Stage | None]) -> str:
    """The output's shape, after the pool where a variant pools sooner than the others."""
    return " × ".join(map(str, next(stage for stage in line if stage).shape))


def _joined(run: Sequence[Row]) -> Row:
    words = [word for line in run for word in line.cells[:1] if word and word != "flatten"]
    return Row((", ".join(words),) * len(run[0].cells), run[-1].shape)


def network_diagram(experiment: str, colours: Mapping[str, str], ground: str) -> "Figure":
    """Draw the variants of an experiment as columns, with shared layers across them.

    Args:
        experiment: for example ``"resnet-cifar10"``.
        colours: of each variant.
        ground: colour of shared layers.

    Returns:
        The figure.

    Raises:
        ValueError: there is no such experiment.
    """
    from matplotlib import pyplot as plt

    lines, variants = rows(experiment), _variants(experiment)
    figure, axes = plt.subplots(figsize=(5.7, ROW * (len(lines) + 1.6)))
    for column, variant in enumerate(variants):
        name = MODELS[variant]
        axes.text(column + 0.5, -0.3, name, ha="center", fontsize=11, color=colours[variant])
    axes.text(len(variants) + 0.06, -0.3, "output", fontsize=11)
    for y, line in enumerate(lines):
        for first, last in _runs(line.cells):
            height = 2 if y + 1 < len(lines) and lines[y + 1].cells[first] is None else 1
            shared = last > first
            edge = ground if shared else colours[variants[first]]
            _box(axes, (first, y, last + 1 - first, height), line.cells[first] or "", edge, shared)
        axes.text(len(variants) + 0.06, y + 0.5, line.shape, va="center", fontsize=10)
    axes.set(xlim=(0, len(variants) * 1.3), ylim=(len(lines), -0.8))
    axes.set_axis_off()
    return figure


def _runs(cells: Sequence[str | None]) -> list[tuple[int, int]]:
    """First and last column of each box: what equals the first cell is one, others are alone."""
    shared = sum(word == cells[0] for word in cells)
    alone = [column for column in range(shared, len(cells)) if cells[column] is not None]
    return [(0, shared - 1), *((column, column) for column in alone)]


def _box(
    axes: "Axes", place: tuple[int, int, int, int], words: str, edge: str, shared: bool
) -> None:
    from matplotlib.patches import Rectangle

    x, y, width, height = place
    box = Rectangle(
        (x + GAP, y + GAP),
        width - 2 * GAP,
        height - 2 * GAP,
        facecolor=edge if shared else "none",
        edgecolor=edge,
        linewidth=2,
    )
    axes.add_patch(box)
    # A column of its own is narrow: two lines.
    text = words if shared else re.sub(r"(,)? (?=stride|\d+×\d+$)", r"\1\n", words)
    middle = (x + width / 2, y + height / 2)
    axes.text(*middle, text, ha="center", va="center", fontsize=10, linespacing=1.1)
