"""Rows of tables: models at a glance, and what rounding does in training and in the attack."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from companion.experiments.attacks.normalised import Sweep
from companion.experiments.attacks.sweeps import Norm
from companion.experiments.models.building import build, count_parameters
from companion.experiments.results.record import Result
from companion.experiments.runs.experiments import experiment as experiment_named
from companion.experiments.statistics import summary
from companion.experiments.statistics.inference import evaluate
from companion.experiments.statistics.precision import PrecisionComparison
from companion.experiments.statistics.quantities import (
    attacked,
    clean_accuracy,
    mean_robust_accuracy,
    reading_of,
)
from companion.experiments.statistics.statements import Statement
from companion.experiments.titles import MODELS

Row = dict[str, str]
FAST: Final[Mapping[Norm, str]] = {"l2": "FGM, L2", "linf": "FGSM, L∞"}
"""The names of the paper's attack, read in either norm."""


def overview_rows(
    recorded: Sequence[Result], experiment: str, readings: Sequence[str]
) -> list[Row]:
    """Give each model's size and its accuracies as one number each.

    Args:
        recorded: results of one scale.
        experiment: for example ``resnet-cifar10``.
        readings: names in :data:`~companion.experiments.statistics.quantities.READINGS`.

    Returns:
        A row for each model, in per cent: accuracy on the training images of the last epoch, clean
        accuracy, then for each reading the mean over the grid's positive epsilons; ``not run``
        where there is no result.
    """
    rows = []
    for variant in experiment_named(experiment).variants:
        seeds = [
            one
            for one in summary.of_experiment(recorded, experiment)
            if one["configuration"]["variant"] == variant
        ]
        accuracies = {
            "training": [one["curve"][-1]["train_accuracy"] for one in seeds],
            "clean": [clean_accuracy(one) for one in seeds],
        } | {
            name: [
                mean_robust_accuracy(one, reading_of(name))
                for one in seeds
                if attacked(one, reading_of(name))
            ]
            for name in readings
        }
        rows.append(
            {
                "model": MODELS[variant],
                "parameters": f"{count_parameters(build(experiment, variant)):,}",
                "seeds": str(len(seeds)),
            }
            | {name: summary.percent(shares) for name, shares in accuracies.items()}
        )
    return rows


def deviation_rows(recorded: Sequence[Result], sweeps: Sequence[Sweep]) -> list[Row]:
    """Set sizes in pixels beside the same sizes in deviations of the channels.

    Args:
        recorded: results of one scale.
        sweeps: with sizes in deviations.

    Returns:
        A row for each network: of the fast gradient in either norm and either unit the mean robust
        accuracy over the grid's positive epsilons, in per cent.
    """
    rows: dict[str, Row] = {}
    for sweep in sweeps:
        (same,) = [one for one in recorded if one["weights_sha256"] == sweep["weights_sha256"]]
        reading = FAST[sweep["norm"]]
        positive = [
            count
            for size, count in zip(sweep["epsilons"], sweep["correct"], strict=True)
            if size > 0
        ]
        row = rows.setdefault(sweep["variant"], {"model": MODELS[sweep["variant"]]})
        pixels = mean_robust_accuracy(same, reading_of(reading))
        row[f"{reading}, in pixels"] = summary.percent([pixels])
        row[f"{reading}, in deviations"] = summary.percent(
            [sum(positive) / len(positive) / sweep["images"]]
        )
    return list(rows.values())


def verdict_rows(
    recorded: Sequence[Result], statements: Iterable[Statement], readings: Sequence[str]
) -> list[Row]:
    """Say what the seeds decide on statements that depend on the attack.

    Args:
        recorded: results of one scale.
        statements: those on clean accuracy are left out.
        readings: names in :data:`~companion.experiments.statistics.quantities.READINGS`.

    Returns:
        A row for each statement, with a verdict, its mean and interval for each reading.
    """
    return [
        {"statement": one.text}
        | {name: summary.finding_text(evaluate(one, recorded, name)) for name in readings}
        for one in statements
        if one.attacked
    ]


def precision_rows(variant: str, compared: Sequence[PrecisionComparison]) -> list[Row]:
    """Set a network trained in float32 beside the recorded seeds of its model.

    Args:
        variant: of the model.
        compared: what :func:`companion.experiments.statistics.precision.compare` found.

    Returns:
        A row for each accuracy, in per cent, by heading.
    """
    return [
        {
            "model": MODELS[variant],
            "accuracy": one.quantity,
            "bfloat16": summary.percent(one.recorded),
            "float32": f"{100 * one.value:.2f}",
            "predicted": "one seed"
            if one.low is None or one.high is None
            else f"{100 * one.low:.2f} to {100 * one.high:.2f}",
            "inside": {None: "", True: "yes", False: "no"}[one.inside],
        }
        for one in compared
    ]


def masking_rows(
    recorded: Sequence[Result], titles: Mapping[str, str], readings: Sequence[str]
) -> list[Row]:
    """Count the images that rounding protects, and say what each attack leaves.

    Args:
        recorded: with their stronger attacks; those without are left out.
        titles: name of each experiment.
        readings: names in :data:`~companion.experiments.statistics.quantities.READINGS`.

    Returns:
        A row for each model that was attacked so: counts of each seed, then for each reading the
        share of images, in per cent and as a mean over the seeds, at the largest epsilon of all its
        attacks; ``not run`` where it was not attacked this way.
    """
    stronger = [one for one in recorded if "rounding" in one]
    rows = []
    for experiment, title in titles.items():
        chosen = summary.of_experiment(stronger, experiment)
        for variant in experiment_named(experiment).variants:
            seeds = [one for one in chosen if one["configuration"]["variant"] == variant]
            if not seeds:
                continue
            left = {
                name: curve
                for name in readings
                for curve in summary.curves(seeds, experiment, reading_of(name))
            }
            largest = max(set.intersection(*(set(curve.epsilons) for curve in left.values())))
            shares = {
                name: f"{100 * curve.means[curve.epsilons.index(largest)]:.1f}"
                for name, curve in left.items()
            }
            rows.append(
                {"network": f"{title}, {MODELS[variant]}"}
                | {
                    key: ", ".join(str(one["rounding"][key]) for one in seeds)
                    for key in ("right", "sure", "unmoved")
                }
                | {"ε": f"{largest:g}"}
                | {name.partition(",")[0]: shares.get(name, "not run") for name in readings}
            )
    return rows
