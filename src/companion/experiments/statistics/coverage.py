"""Does an interval named 95 % cover the truth so often? Simulated experiments tell."""

from collections.abc import Sequence
from math import sqrt
from random import Random

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
