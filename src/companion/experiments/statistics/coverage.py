"""Does an interval named 95 % cover the truth so often? Simulated experiments tell."""

from collections.abc import Sequence
from math import sqrt
from random import Random

import numpy as np

from companion.experiments.statistics.inference import estimate, pooled
from companion.experiments.statistics.quantities import Measured
from companion.experiments.statistics.statements import lead

IMAGES = 1000


def share_covered(
    seeds: Sequence[int],
    spreads: Sequence[float],
    image_error: float,
    repetitions: int,
    random: Random,
) -> float:
    """Simulate experiments, and say how often the interval covers the truth.

    Args:
        seeds: as for :func:`covered`, and so are the others.
        spreads: of each model.
        image_error: of each model.
        repetitions: how many experiments.
        random: where the draws come from.

    Returns:
        From 0 to 1.

    Raises:
        ValueError: as :func:`covered`.
    """
    hits = sum(covered(seeds, spreads, image_error, random) for _ in range(repetitions))
    return hits / repetitions


def covered(
    seeds: Sequence[int], spreads: Sequence[float], image_error: float, random: Random
) -> bool:
    """Simulate one experiment, and say whether the first two models' interval covers the truth.

    Each model's seeds are normal draws around its true accuracy; what the images add to a model is
    one normal draw, the same for all of its seeds.

    Args:
        seeds: how many of each model, two models at least.
        spreads: standard deviation between the seeds of each model.
        image_error: standard error of a model's accuracy that its images make.
        random: where the draws come from.

    Returns:
        True if it does.

    Raises:
        ValueError: there is not one spread for each model, or no model has two seeds.
    """
    if len(seeds) != len(spreads):
        raise ValueError(f"spreads must be {len(seeds)} numbers, got {len(spreads)}")
    if max(seeds, default=0) < 2:
        raise ValueError(f"seeds must hold a model with two or more, got {tuple(seeds)}")
    models = {}
    deviation = image_error * sqrt(IMAGES)
    for model, (count, spread) in enumerate(zip(seeds, spreads, strict=True)):
        images = random.gauss(0, image_error)
        models[str(model)] = [
            Measured(images + random.gauss(0, spread), deviation, IMAGES) for _ in range(count)
        ]
    found = estimate(lead("0", "1"), models, *pooled(models.values()))
    interval = found.interval
    if interval is None:
        raise ValueError(f"seeds must hold a model with two or more, got {tuple(seeds)}")
    return interval[0] <= 0 <= interval[1]


def share_covered_paired(
    seeds: Sequence[int],
    spread: float,
    common: float,
    images: int,
    repetitions: int,
    random: Random,
) -> float:
    """Simulate networks image by image, and say how often the paired interval covers the truth.

    A network is right on an image where the sum of four normal draws is positive: its seed's
    (``spread``), the image's (``common``, the same for all networks), the image's with that model
    and the image's with that network (of deviation 1/2 and 1). All models are right on half of all
    images there are, so the true difference is zero.

    Args:
        seeds: how many of each model, two models at least.
        spread: deviation between seeds.
        common: deviation between images.
        images: that the networks are tested on.
        repetitions: how many experiments.
        random: where the seed of the draws comes from.

    Returns:
        From 0 to 1.

    Raises:
        ValueError: no model has two seeds.
    """
    if max(seeds, default=0) < 2:
        raise ValueError(f"seeds must hold a model with two or more, got {tuple(seeds)}")
    draws = np.random.default_rng(random.getrandbits(64))
    hits = 0
    for _ in range(repetitions):
        level = common * draws.standard_normal(images)
        models = {}
        for model, count in enumerate(seeds):
            own = level + draws.standard_normal(images) / 2
            noise = draws.standard_normal((count, images))
            right = own + spread * draws.standard_normal((count, 1)) + noise > 0
            models[str(model)] = [
                Measured(float(row.mean()), 0.5, images, row.astype(np.float64)) for row in right
            ]
        low, high = estimate(lead("0", "1"), models, *pooled(models.values())).interval or (0, 0)
        hits += low <= 0 <= high
    return hits / repetitions
