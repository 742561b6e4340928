"""The statements of Section 5.2 and Appendix E.2, tested on paired seeds.

Each statement becomes one number per seed, a *contrast*, which is positive (or near zero, where two
models are said to be alike) if the statement holds. A t interval over the seeds decides. The rules
were fixed before the recorded runs; one number per statement, so that none is picked afterwards.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, mean, stdev
from typing import Literal

from companion.experiments.results.record import Result, robust_accuracy
from companion.experiments.runs.experiments import experiment as experiment_named

Verdict = Literal["supported", "contradicted", "undecided"]
Reading = tuple[str, str]
Models = Mapping[str, Result]  # the results of one experiment and one seed, by variant
Contrast = Callable[[Models, Reading], float]

READINGS: Mapping[str, Reading] = {
    "FGSM, L∞": ("fast-gradient", "linf"),
    "FGM, L2": ("fast-gradient", "l2"),
    "FGSM float64, L∞": ("fast-gradient-float64", "linf"),
    "FGM float64, L2": ("fast-gradient-float64", "l2"),
    "PGD, L∞": ("pgd", "linf"),
    "PGD, L2": ("pgd", "l2"),
    "worst case, L∞": ("worst-case", "linf"),
    "worst case, L2": ("worst-case", "l2"),
}
LEVEL = 0.95
# 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom (to three decimals).
_STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)


@dataclass(frozen=True)
class Statement:
    """A claim of the paper about accuracies.

    Attributes:
        name: identifier, for example ``mnist-more-robust``.
        text: the claim in our words.
        experiment: whose models it is about.
        contrast: its number for one seed, from the results of the models and the attack.
        margin: None if the contrast shall be positive; else it shall be smaller in size than this.
        attacked: whether the contrast depends on the attack.
        variants: the models that the contrast reads; empty for all of the experiment.
    """

    name: str
    text: str
    experiment: str
    contrast: Contrast
    margin: float | None = None
    attacked: bool = True
    variants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What the seeds say about a statement under one reading of the attack.

    Attributes:
        statement: see :class:`Statement`.
        values: the contrast of each seed, as a share of the images.
        low: lower end of the 95 % interval of its mean; None for a single seed.
        high: upper end.
        verdict: ``undecided`` also for a single seed, which gives no interval.
    """

    statement: Statement
    values: tuple[float, ...]
    low: float | None
    high: float | None
    verdict: Verdict


def reading_of(name: str) -> Reading:
    """Return attack and norm by the name that tables and figures give them.

    Args:
        name: one of :data:`READINGS`.

    Returns:
        Attack and norm, as results record them.

    Raises:
        ValueError: there is no such reading; lists those that there are.
    """
    if name not in READINGS:
        raise ValueError(f"name must be one of {'; '.join(READINGS)}, got {name!r}")
    return READINGS[name]


def clean_accuracy(result: Result) -> float:
    """Return the share of unchanged test images that are classified right.

    Args:
        result: of a cell.

    Returns:
        A number from 0 to 1.
    """
    clean = result["clean"]
    return float(clean["correct"] / clean["images"])


def mean_robust_accuracy(result: Result, reading: Reading) -> float:
    """Return the mean over epsilon > 0 of the robust accuracy.

    Args:
        result: of a cell.
        reading: attack and norm.

    Returns:
        A number from 0 to 1; every positive epsilon of the grid counts the same.

    Raises:
        ValueError: the model was not attacked this way.
    """
    shares = robust_accuracy(result, *reading)
    return mean(share for epsilon, share in shares.items() if epsilon > 0)


def mean_advantage(models: Models, reading: Reading, first: str, second: str) -> float:
    """Return the mean over epsilon > 0 of the difference in robust accuracy of two models.

    Args:
        models: results of one seed.
        reading: attack and norm.
        first: variant that is said to be more robust.
        second: the other.

    Returns:
        A number from -1 to 1; every positive epsilon of the grid counts the same.
    """
    return mean(_differences(models, reading, first, second))


def growth(models: Models, reading: Reading, first: str, second: str) -> float:
    """Return how much larger the difference of two models is for the larger half of the grid.

    Args:
        models: results of one seed.
        reading: attack and norm.
        first: variant that is said to be more robust.
        second: the other.

    Returns:
        Mean difference over the upper half of the positive epsilons less that over the lower half;
        the middle one of an odd number is in neither.
    """
    differences = _differences(models, reading, first, second)
    half = len(differences) // 2
    return mean(differences[-half:]) - mean(differences[:half])


def evaluate(statement: Statement, results: Sequence[Result], reading: Reading) -> Finding | None:
    """Test a statement on the seeds for which every model that it is about is there.

    Args:
        statement: the claim.
        results: any results of one scale; those of other experiments are left out.
        reading: attack and norm.

    Returns:
        The finding; None where no seed has all models, or none was attacked this way.
    """
    seeds = [
        models
        for models in paired(results, statement.experiment, statement.variants)
        if not statement.attacked or all(attacked(one, reading) for one in models.values())
    ]
    if not seeds:
        return None
    values = tuple(statement.contrast(models, reading) for models in seeds)
    if len(values) == 1:
        return Finding(statement, values, None, None, "undecided")
    low, high = interval(values)
    return Finding(statement, values, low, high, _verdict(low, high, statement.margin))


def paired(
    results: Sequence[Result], experiment: str, variants: Collection[str] = ()
) -> list[dict[str, Result]]:
    """Group the results of an experiment by seed.

    Args:
        results: any results of one scale.
        experiment: for example ``lenet-mnist``.
        variants: the models that are wanted; all of the experiment's if empty.

    Returns:
        For each seed that every wanted variant has been run with, their results by variant.

    Raises:
        ValueError: there is no such experiment; lists those that there are.
    """
    wanted = variants or experiment_named(experiment).variants
    seeds: dict[int, dict[str, Result]] = {}
    for result in results:
        cell = result["configuration"]
        if cell["experiment"] == experiment and cell["variant"] in wanted:
            seeds.setdefault(cell["seed"], {})[cell["variant"]] = result
    return [seeds[seed] for seed in sorted(seeds) if len(seeds[seed]) == len(wanted)]


def attacked(result: Result, reading: Reading) -> bool:
    """Say whether a model was attacked this way.

    Args:
        result: of a cell.
        reading: attack and norm.

    Returns:
        True if the result holds such an attack; the quick profile leaves projected gradients out.
    """
    return any((one["attack"], one["norm"]) == reading for one in result["robust"])


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % t interval of the mean.

    Args:
        values: two to ten numbers.

    Returns:
        Its ends.

    Raises:
        ValueError: there are fewer than two or more than ten values.

    Example:
        >>> low, high = interval([1.0, 2.0, 3.0])
        >>> round(low, 3), round(high, 3)
        (-0.484, 4.484)
    """
    if not 2 <= len(values) <= len(_STUDENT) + 1:
        raise ValueError(f"values must be 2 to {len(_STUDENT) + 1} numbers, got {len(values)}")
    half = student(len(values) - 1) * stdev(values) / sqrt(len(values))
    return mean(values) - half, mean(values) + half


def student(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t.

    Args:
        freedom: degrees of freedom, at least 1.

    Returns:
        To three decimals up to nine degrees of freedom, then by the quantile's expansion in
        1 / ``freedom`` (Abramowitz and Stegun 26.7.5), within 0.001.

    Raises:
        ValueError: there is no such number of degrees.

    Example:
        >>> round(student(10), 3), round(student(30), 3)
        (2.228, 2.042)
    """
    if freedom < 1:
        raise ValueError(f"freedom must be at least 1, got {freedom}")
    if freedom <= len(_STUDENT):
        return _STUDENT[freedom - 1]
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def _verdict(low: float, high: float, margin: float | None) -> Verdict:
    """Compare the interval with what the statement wants: above zero, or within the margin."""
    wanted_low, wanted_high = (0.0, float("inf")) if margin is None else (-margin, margin)
    if wanted_low < low and high < wanted_high:
        return "supported"
    if high < wanted_low or low > wanted_high:
        return "contradicted"
    return "undecided"


def _differences(models: Models, reading: Reading, first: str, second: str) -> list[float]:
    one, other = (robust_accuracy(models[variant], *reading) for variant in (first, second))
    return [one[epsilon] - other[epsilon] for epsilon in sorted(one) if epsilon > 0]


def _more_robust(second: str) -> Contrast:
    return lambda models, reading: mean_advantage(models, reading, "maxpool", second)


def _growing(second: str) -> Contrast:
    return lambda models, reading: growth(models, reading, "maxpool", second)


def _cleaner(second: str) -> Contrast:
    return lambda models, _: clean_accuracy(models["maxpool"]) - clean_accuracy(models[second])


def _lowest(models: Models, _: Reading) -> float:
    """Smallest lead of the other two over Conv-Small and Strided in clean accuracy."""
    low = max(clean_accuracy(models[variant]) for variant in ("conv-small", "strided"))
    return min(clean_accuracy(models[variant]) for variant in ("maxpool", "conv-large")) - low


STATEMENTS = (
    Statement(
        "mnist-clean-alike",
        "MNIST: the clean accuracies of Maxpool and Conv are close (within one point).",
        "lenet-mnist",
        _cleaner("conv"),
        margin=0.01,
        attacked=False,
    ),
    Statement(
        "mnist-more-robust",
        "MNIST: Maxpool is more robust than Conv.",
        "lenet-mnist",
        _more_robust("conv"),
    ),
    Statement(
        "mnist-growing",
        "MNIST: the difference grows with ε.",
        "lenet-mnist",
        _growing("conv"),
    ),
    Statement(
        "cifar-more-robust-than-small",
        "CIFAR-10 LeNet: Maxpool is more robust than Conv-Small.",
        "lenet-cifar10",
        _more_robust("conv-small"),
        variants=("maxpool", "conv-small"),
    ),
    Statement(
        "cifar-more-robust-than-strided",
        "CIFAR-10 LeNet: Maxpool is more robust than Strided.",
        "lenet-cifar10",
        _more_robust("strided"),
        variants=("maxpool", "strided"),
    ),
    Statement(
        "cifar-cleaner-than-small",
        "CIFAR-10 LeNet: Maxpool has a higher clean accuracy than Conv-Small.",
        "lenet-cifar10",
        _cleaner("conv-small"),
        attacked=False,
        variants=("maxpool", "conv-small"),
    ),
    Statement(
        "cifar-cleaner-than-strided",
        "CIFAR-10 LeNet: Maxpool has a higher clean accuracy than Strided.",
        "lenet-cifar10",
        _cleaner("strided"),
        attacked=False,
        variants=("maxpool", "strided"),
    ),
    Statement(
        "resnet-large-matches",
        "ResNet: Conv-Large matches Maxpool's robust accuracy (within two points).",
        "resnet-cifar10",
        _more_robust("conv-large"),
        margin=0.02,
        variants=("maxpool", "conv-large"),
    ),
    Statement(
        "resnet-lowest-clean",
        "ResNet: Conv-Small and Strided have the lowest clean accuracies.",
        "resnet-cifar10",
        _lowest,
        attacked=False,
    ),
    Statement(
        "resnet-more-robust-than-small",
        "ResNet: Maxpool is more robust than Conv-Small.",
        "resnet-cifar10",
        _more_robust("conv-small"),
        variants=("maxpool", "conv-small"),
    ),
    Statement(
        "resnet-more-robust-than-strided",
        "ResNet: Maxpool is more robust than Strided.",
        "resnet-cifar10",
        _more_robust("strided"),
        variants=("maxpool", "strided"),
    ),
    Statement(
        "resnet-growing-small",
        "ResNet: Maxpool's lead over Conv-Small grows with ε.",
        "resnet-cifar10",
        _growing("conv-small"),
        variants=("maxpool", "conv-small"),
    ),
    Statement(
        "resnet-growing-strided",
        "ResNet: Maxpool's lead over Strided grows with ε.",
        "resnet-cifar10",
        _growing("strided"),
        variants=("maxpool", "strided"),
    ),
)
