"""Whether a network trained in float32 differs from the recorded ones, trained in bfloat16.

If the precision made no difference, the float32 network would be one more draw of the same model,
and each of its accuracies would lie in the prediction interval of the recorded seeds 19 times of
20. The same seed alone tells little: two roundings part ways after a few steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import mean, stdev

from scipy.special import stdtrit

from companion.experiments.results.record import Result
from companion.experiments.results.types import ConfigurationJson
from companion.experiments.statistics.inference import LEVEL
from companion.experiments.statistics.quantities import (
    READINGS,
    attacked,
    clean_accuracy,
    mean_robust_accuracy,
)
from companion.files import RECORDED

FLOAT32 = RECORDED / "float32"  # laid out as the folder of the recorded results that holds it


@dataclass(frozen=True)
class PrecisionComparison:
    """One accuracy of a float32 network beside those of the recorded seeds.

    Attributes:
        quantity: ``clean``, or the reading of the attack whose mean over the grid's ε > 0 it is.
        value: of the float32 network, as a share of the images.
        recorded: of each recorded seed.
        low: lower end of the 95 % prediction interval of one more seed; None for a single seed.
        high: upper end.
    """

    quantity: str
    value: float
    recorded: tuple[float, ...]
    low: float | None = None
    high: float | None = None

    @property
    def inside(self) -> bool | None:
        """Whether the value lies in the interval; None where there is none."""
        if self.low is None or self.high is None:
            return None
        return self.low <= self.value <= self.high


def compare(single: Result, recorded: Sequence[Result]) -> list[PrecisionComparison]:
    """Compare a network trained in float32 with the recorded networks of the same model.

    Args:
        single: the result of the float32 network.
        recorded: results of any cells; those of other models are left out.

    Returns:
        Clean accuracy, then the mean robust accuracy under each attack that all were subject to.

    Raises:
        ValueError: no seed of the model is recorded, or one differs by more than precision and
            seed.
    """
    cell = single["configuration"]
    name = f"{cell['experiment']} {cell['variant']}"
    seeds = [
        one
        for one in recorded
        if all(one["configuration"][key] == cell[key] for key in ("experiment", "variant"))
    ]
    if not seeds:
        raise ValueError(f"recorded must hold a seed of {name}, got {len(recorded)} other results")
    for one in seeds:
        if _without_precision(one["configuration"]) != _without_precision(cell):
            raise ValueError(
                f"recorded must differ from the float32 run of {name} in precision and seed only, "
                f"got another configuration for seed {one['configuration']['seed']}"
            )
    found = [_comparison("clean", *map(clean_accuracy, [single, *seeds]))]
    for quantity, reading in READINGS.items():
        if all(attacked(one, reading) for one in [single, *seeds]):
            means = (mean_robust_accuracy(one, reading) for one in [single, *seeds])
            found.append(_comparison(quantity, *means))
    return found


def predicted(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % prediction interval of one more value, for normal draws.

    Args:
        values: two or more numbers.

    Returns:
        Its ends: mean and standard deviation times the square root of 1 + 1/n and Student's t.

    Raises:
        ValueError: there are fewer than two values.

    Example:
        >>> low, high = predicted([1.0, 2.0, 3.0])
        >>> round(low, 3), round(high, 3)
        (-2.968, 6.968)
    """
    if len(values) < 2:
        raise ValueError(f"values must be two numbers or more, got {len(values)}")
    quantile = float(stdtrit(len(values) - 1, (1 + LEVEL) / 2))
    half = quantile * stdev(values) * sqrt(1 + 1 / len(values))
    return mean(values) - half, mean(values) + half


def _comparison(quantity: str, value: float, *recorded: float) -> PrecisionComparison:
    found = PrecisionComparison(quantity, value, recorded)
    if len(recorded) == 1:
        return found
    low, high = predicted(recorded)
    return replace(found, low=low, high=high)


def _without_precision(configuration: ConfigurationJson) -> dict[str, object]:
    kept = {key: value for key, value in configuration.items() if key != "seed"}
    training = dict(configuration["training"])
    del training["precision"]
    return kept | {"training": training}
