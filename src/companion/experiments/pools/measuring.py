"""Pools of pixels and of networks: their spacings, and what estimators make of them.

An estimator that is fitted never sees the image that it is measured on: for the two data sets it is
fitted on training images, for the photographs on the other photographs.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from companion.experiments.data.loading import load
from companion.experiments.models.building import dataset_of
from companion.experiments.pools.estimators import Estimator, fitted, minimax, order_sets, plain
from companion.experiments.pools.photographs import photographs
from companion.experiments.pools.record import Contrast, Errors, Moments, Source
from companion.experiments.pools.substitutes import SIZE, sparse
from companion.experiments.pools.swaps import RANGED, inputs_of, network, ranges_of
from companion.experiments.runs.batches import as_pixels
from maxpooling.approximation.spacings import SpacingMoments, spacings_of
from maxpooling.plain import text

SIDES = {2: 2, 3: 2, 4: 4}
"""Side of the pools -> their stride."""
IMAGES, INNER_IMAGES, UNIFORM_POOLS = 500, 60, 200
BYTES = 255
QUANTILES = (0.5, 0.9, 0.99, 1.0)
SEEDS = range(3)
RESAMPLED = 1000
UNIFORM = "independent uniform values"

Floats = NDArray[np.float64]


def windows_of(images: Tensor, side: int) -> NDArray[np.uint8]:
    """The square windows that lie inside of images.

    Args:
        images: shape [N, C, H, W].
        side: of the windows, one of SIDES.

    Returns:
        Shape [N, windows of all channels, side * side], of the images' type.
    """
    stride = SIDES[side]
    inside = images.unfold(-2, side, stride).unfold(-2, side, stride).flatten(-2)
    found: NDArray[np.uint8] = inside.flatten(1, 3).numpy()
    return found


def shuffled(images: Tensor) -> Tensor:
    """The same images, each with the pixels of each channel in a random order."""
    flat = images.flatten(2)
    draw = torch.Generator().manual_seed(0)
    order = torch.rand(flat.shape, generator=draw).argsort(-1)
    return flat.gather(-1, order).view_as(images)


def describe(
    name: str, side: int, pools: Floats, fits: Sequence[SpacingMoments], fitted_on: str
) -> Source:
    """Measure the pools of one source.

    Args:
        name: of the source.
        side: of the pools.
        pools: in [0, 1], shape [images, pools, side * side].
        fits: moments to which least squares is fitted: one for all images, or one for each.
        fitted_on: what these are of, in words.

    Raises:
        ValueError: there are several fits, and not one for each image.
    """
    if len(fits) not in (1, len(pools)):
        raise ValueError(f"fits must be 1 or {len(pools)}, got {len(fits)}")
    d = side * side
    spacings = spacings_of(pools)
    gap = spacings[..., 1]
    wide = (gap > 0.5).mean(axis=1)
    ranked = -np.sort(-pools, axis=-1)
    exact = [
        *(minimax(d, orders) for orders in order_sets(d)),
        plain(d, d - 1),
        plain(d, d // 2),
    ]
    errors = [_errors(one.name, one.worst_error, one.errors(ranked)) for one in exact]
    if d == SIZE:
        best = sparse()
        found = best(pools) - pools.max(axis=-1)
        errors.append(_errors(f"union-closed, {len(best.blocks)} subpools", best.error, found))
    for orders in order_sets(d):
        made = [fitted(d, orders, one) for one in fits]
        errors.append(
            _errors(made[0].name, max(one.worst_error for one in made), _each(made, ranked))
        )
    return {
        "source": name,
        "side": side,
        "images": len(pools),
        "pools": int(gap.size),
        "fitted_on": fitted_on,
        "spacings": spacings.mean(axis=(0, 1)).tolist(),
        "spread": float((ranked[..., 0] - ranked[..., -1]).mean()),
        "gaps": np.quantile(gap, QUANTILES).tolist(),
        "gap": float(gap.mean()),
        "gap_interval": _interval(gap.mean(axis=1)),
        "wide": float(wide.mean()),
        "wide_interval": _interval(wide),
        "errors": errors,
    }


def contrast(name: str, side: int, real: Floats, control: Floats) -> Contrast:
    """How much flatter the pools of images are than those of the same images, shuffled.

    Args:
        name: of the source.
        side: of the pools.
        real: pools in [0, 1], shape [images, pools, side * side].
        control: of the shuffled images, in the same order.
    """
    gaps = [spacings_of(pools)[..., 1] for pools in (control, real)]
    more = gaps[0].mean(axis=1) - gaps[1].mean(axis=1)
    wider = (gaps[0] > 0.5).mean(axis=1) - (gaps[1] > 0.5).mean(axis=1)
    return {
        "source": name,
        "side": side,
        "gap_less": float(more.mean()),
        "gap_less_interval": _interval(more),
        "wide_less": float(wider.mean()),
        "wide_less_interval": _interval(wider),
    }


def others(moments: Sequence[SpacingMoments]) -> list[SpacingMoments]:
    """For each of several samples of one size the moments of all others together.

    Examples:
        >>> first, second = (SpacingMoments.of_pools([one, 0]) for one in (0, 1))
        >>> others([first, second]) == [second, first]
        True
    """
    n, d = len(moments), moments[0].d
    total = _sum([one.second for one in moments])
    return [
        SpacingMoments(
            d,
            tuple(
                tuple((a - b) / (n - 1) for a, b in zip(row, own, strict=True))
                for row, own in zip(total, one.second, strict=True)
            ),
        )
        for one in moments
    ]


def photograph_moments(images: Tensor, side: int) -> list[SpacingMoments]:
    """The exact moments of each photograph's pools."""
    return [SpacingMoments.of_pools(one, scale=BYTES) for one in windows_of(images, side)]


def summed(name: str, pools: NDArray[np.uint8]) -> Moments:
    """The exact moments of 3 by 3 pools as whole sums.

    Args:
        name: of the source.
        pools: bytes, shape [..., 9].
    """
    count = pools.size // SIZE
    second = SpacingMoments.of_pools(pools, scale=BYTES).second
    return {
        "source": name,
        "pools": count,
        "steps": BYTES,
        "products": [[int(one * count * BYTES**2) for one in row] for row in second],
    }


def moments_from(kept: Moments) -> SpacingMoments:
    """The moments whose sums were kept.

    Examples:
        >>> pools = np.arange(18, dtype=np.uint8).reshape(2, 9)
        >>> moments_from(summed("", pools)) == SpacingMoments.of_pools(pools, scale=255)
        True
    """
    below = kept["pools"] * kept["steps"] ** 2
    rows = tuple(tuple(Fraction(one, below) for one in row) for row in kept["products"])
    return SpacingMoments(len(rows) - 1, rows)


def measure_pixels() -> tuple[list[Source], list[Contrast], list[Moments]]:
    """Pools of pixels of both data sets and of photographs, and of both controls."""
    sources: list[Source] = []
    contrasts: list[Contrast] = []
    moments: list[Moments] = []
    for name in ("mnist", "cifar10", "photographs"):
        if name == "photographs":
            tested, trained = photographs(), None
        else:
            dataset = load(name)
            tested, trained = dataset.test_images[:IMAGES], dataset.train_images[:IMAGES]
        for side in SIDES:
            pools = []
            for title, change in (("pixels", torch.clone), ("pixels, shuffled", shuffled)):
                seen = windows_of(change(tested), side)
                if trained is None:
                    fits, fitted_on = others(photograph_moments(change(tested), side)), "the others"
                else:
                    given = windows_of(change(trained), side)
                    fits = [SpacingMoments.of_pools(given, scale=BYTES)]
                    fitted_on = "training images"
                pools.append(seen / BYTES)
                sources.append(describe(f"{name} {title}", side, pools[-1], fits, fitted_on))
                if side**2 == SIZE and change is torch.clone:
                    moments.append(summed(f"{name} {title}", seen))
            contrasts.append(contrast(name, side, *pools))
    for side in SIDES:
        values = np.random.default_rng(0).random((IMAGES, UNIFORM_POOLS, side * side))
        fits = [SpacingMoments.uniform(side * side)]
        sources.append(describe(UNIFORM, side, values, fits, "the distribution"))
    return sources, contrasts, moments


def measure_inputs(experiment: str) -> list[Source]:
    """The inputs of each max pool of a recorded LeNet, of all seeds, in units of their ranges.

    Ranges are those of training images; the few inputs beyond them are cut off.
    """
    dataset = load(dataset_of(experiment))
    trained, tested = (
        as_pixels(images[:INNER_IMAGES]) for images in (dataset.train_images, dataset.test_images)
    )
    found: list[list[tuple[Floats, Floats]]] = []
    for seed in SEEDS:
        model, _ = network(experiment, seed)
        ranges = ranges_of(model, as_pixels(dataset.train_images[:RANGED]))
        inputs = zip(inputs_of(model, trained), inputs_of(model, tested), ranges, strict=True)
        found.append([(_unit(a, limits), _unit(b, limits)) for a, b, limits in inputs])
    sources = []
    for place, seeds in enumerate(zip(*found, strict=True), start=1):
        given, seen = (np.concatenate(parts, axis=1) for parts in zip(*seeds, strict=True))
        name = f"{experiment}, inputs of pool {place}"
        fits = [SpacingMoments.of_pools(given)]
        sources.append(describe(name, 3, seen, fits, "training images"))
    return sources


def _unit(inputs: Tensor, limits: Sequence[float]) -> Floats:
    low, high = limits
    scaled = ((inputs.double() - low) / (high - low)).clamp(0, 1)
    return np.asarray(windows_of(scaled, 3), dtype=np.float64)


def _each(made: Sequence[Estimator], ranked: Floats) -> Floats:
    """Errors on images with one estimator for all of them, or one for each."""
    if len(made) == 1:
        return made[0].errors(ranked)
    return np.stack([one.errors(image) for one, image in zip(made, ranked, strict=True)])


def _errors(name: str, worst: Fraction, errors: Floats) -> Errors:
    """Of errors of shape [images, pools]."""
    absolute = np.abs(errors)
    return {
        "estimator": name,
        "worst": text(worst) if worst.denominator < 10**6 else f"{float(worst):.6f}",
        "mean": float(errors.mean()),
        "root_mean_square": float(np.sqrt(np.square(errors).mean())),
        "absolute": float(absolute.mean()),
        "absolute_interval": _interval(absolute.mean(axis=1)),
        "quantiles": np.quantile(absolute, QUANTILES).tolist(),
    }


def _interval(of_images: Floats) -> list[float]:
    """The 95 % bootstrap interval of the mean over images."""
    draw = np.random.default_rng(0).integers(0, len(of_images), (RESAMPLED, len(of_images)))
    low, high = np.quantile(of_images[draw].mean(axis=1), (0.025, 0.975))
    return [float(low), float(high)]


def _sum(
    matrices: Sequence[tuple[tuple[Fraction, ...], ...]],
) -> list[list[Fraction]]:
    return [
        [sum(entries, Fraction(0)) for entries in zip(*rows, strict=True)]
        for rows in zip(*matrices, strict=True)
    ]
