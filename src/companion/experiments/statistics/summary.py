"""Results of several seeds in a form to be shown: means, deviations, and their origin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, stdev

from companion.experiments.results import recomputable
from companion.experiments.results.manifest import commits
from companion.experiments.results.record import Result, robust_accuracy
from companion.experiments.results.types import Provenance
from companion.experiments.runs.experiments import experiment as experiment_named
from companion.experiments.statistics.inference import Finding
from companion.experiments.statistics.quantities import Reading, attacked, clean_accuracy
from companion.experiments.titles import MODELS


@dataclass(frozen=True)
class Curve:
    """Robust accuracy of one model over the grid.

    Attributes:
        variant: of the model.
        parameters: how many it has.
        epsilons: sizes of the attack, ascending.
        means: over the seeds.
        deviations: standard deviations over the seeds (n - 1); 0 for a single seed.
        seeds: how many.
    """

    variant: str
    parameters: int
    epsilons: tuple[float, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    seeds: int


def of_experiment(results: Iterable[Result], experiment: str) -> list[Result]:
    """Select the results of one experiment.

    Args:
        results: of any.
        experiment: for example ``lenet-mnist``.

    Returns:
        Those of the experiment.

    Raises:
        ValueError: there is no such experiment; lists those that there are.
    """
    name = experiment_named(experiment).name
    return [one for one in results if one["configuration"]["experiment"] == name]


def curves(results: Sequence[Result], experiment: str, reading: Reading) -> list[Curve]:
    """Average the robust accuracy of each model of an experiment over its seeds.

    Args:
        results: of one scale.
        experiment: for example ``lenet-mnist``.
        reading: attack and norm.

    Returns:
        One curve per variant that was attacked this way, in the order of the paper's tables.

    Raises:
        ValueError: there is no such experiment; lists those that there are.
    """
    found = []
    for variant in experiment_named(experiment).variants:
        chosen = [
            one
            for one in of_experiment(results, experiment)
            if one["configuration"]["variant"] == variant and attacked(one, reading)
        ]
        if chosen:
            found.append(_curve(variant, chosen, reading))
    return found


def table(results: Sequence[Result], experiment: str, reading: Reading) -> dict[str, list[str]]:
    """Return a table of E.3: a column of epsilons and one of mean ± deviation for each model.

    Args:
        results: of one scale.
        experiment: for example ``lenet-mnist``.
        reading: attack and norm.

    Returns:
        Columns by heading, in per cent; a single seed has no deviation.
    """
    found = curves(results, experiment, reading)
    columns = {"ε": [f"{epsilon:.3f}" for epsilon in found[0].epsilons]} if found else {}
    for curve in found:
        columns[MODELS[curve.variant]] = [
            f"{100 * m:.2f}" + (f" ± {100 * s:.2f}" if curve.seeds > 1 else "")
            for m, s in zip(curve.means, curve.deviations, strict=True)
        ]
    return columns


def clean_text(results: Sequence[Result], experiment: str, variant: str) -> str:
    """Return mean and deviation of the clean accuracy of a model.

    Args:
        results: of one scale.
        experiment: for example ``lenet-mnist``.
        variant: of the model.

    Returns:
        For example ``99.10 ± 0.05 %``; ``not run`` where there is no result.
    """
    shares = [
        clean_accuracy(one)
        for one in of_experiment(results, experiment)
        if one["configuration"]["variant"] == variant
    ]
    return f"{percent(shares)} %" if shares else "not run"


def percent(accuracies: Sequence[float]) -> str:
    """Write accuracies as mean ± standard deviation in per cent.

    Args:
        accuracies: shares, one per seed.

    Returns:
        For example ``98.91 ± 0.07``; ``not run`` for none.
    """
    if not accuracies:
        return "not run"
    spread = f" ± {100 * stdev(accuracies):.2f}" if len(accuracies) > 1 else ""
    return f"{100 * mean(accuracies):.2f}{spread}"


def describe(results: Sequence[Result], experiment: str) -> str:
    """Say at which scale, with how many seeds, and on what machine an experiment was run.

    Args:
        results: of one scale.
        experiment: for example ``lenet-mnist``.

    Returns:
        Part of a caption; ``none`` where there is no result.
    """
    chosen = of_experiment(results, experiment)
    if not chosen:
        return "none"
    training = chosen[0]["configuration"]["training"]
    attacked = chosen[0]["configuration"]["attack"]["images"]
    counts = sorted(curve.seeds for curve in curves(chosen, experiment, ("fast-gradient", "linf")))
    seeds = f"{counts[0]}" if counts[0] == counts[-1] else f"{counts[0]} to {counts[-1]}"
    origins = [one["provenance"] for one in chosen]
    devices = _words(f"{one['processor']}, {one['precision']} training" for one in origins)
    return (
        f"{_number(training['epochs'], 'epoch')} of {training['train_images']:,} images, "
        f"{_number(seeds, 'seed')} per model, {attacked:,} test images attacked, on {devices}, "
        f"code {_words(map(_code, origins))}, "
        f"{_words(one['finished'][:10] for one in origins)}"
        + (f". {weights.removesuffix('.')}" if (weights := recomputable.words(chosen)) else "")
    )


def finding_text(finding: Finding | None) -> str:
    """Return a verdict with the difference and the interval that it is seen with, in points.

    Args:
        finding: of one statement under one reading; None where it was not run.

    Returns:
        For example ``supported, +12.3 (+11.0 to +13.6), p = 0.0021``: the p-value is adjusted for
        the family, the interval is not. Where the statement is that models are alike, the band
        follows that decides: ``(band ±1)``.
    """
    if finding is None:
        return "not run"
    text = f"{finding.verdict}, {points_text(finding)}"
    if finding.estimate.interval is not None:
        text += f", {p_text(finding.adjusted)}"
    margin = finding.statement.margin
    return text if margin is None else f"{text} (band ±{100 * margin:g})"


def points_text(finding: Finding) -> str:
    """Return the difference and the interval that it is seen with, in points.

    Args:
        finding: of one statement under one reading.

    Returns:
        For example ``+12.3 (+11.0 to +13.6)``; the interval is of this statement alone.
    """
    middle = points(finding.estimate.value)
    interval = finding.estimate.interval
    if interval is None:
        return f"{middle} (one seed of each model)"
    low, high = map(points, interval)
    return f"{middle} ({low} to {high})"


def points(difference: float) -> str:
    """Write a difference in percentage points with its sign; what rounds to nothing has none.

    Args:
        difference: of shares.

    Returns:
        For example ``+12.3``.
    """
    text = f"{100 * difference:+.1f}"
    return "0.0" if text[1:] == "0.0" else text.replace("-", "−")


def finding_values(finding: Finding) -> dict[str, int | float]:
    """What a finding rests on: difference and interval, adjusted p-value, and how many seeds.

    Args:
        finding: of a statement under one reading.

    Returns:
        ``seeds`` is the least number over the models.
    """
    found: dict[str, int | float] = {
        "seeds": min(finding.seeds),
        "difference": round(finding.estimate.value, 4),
    }
    if finding.estimate.interval is not None:
        low, high = finding.estimate.interval
        found |= {"low": round(low, 4), "high": round(high, 4)}
        found |= {"adjusted p": float(f"{finding.adjusted:.1g}")}
    return found


def p_text(p: float) -> str:
    """Write a p-value with two digits.

    Args:
        p: from 0 to 1.

    Returns:
        For example ``p = 0.0021`` or ``p < 0.0001``.
    """
    return "p < 0.0001" if p < 1e-4 else f"p = {p:.2g}"


def _curve(variant: str, chosen: Sequence[Result], reading: Reading) -> Curve:
    seeds = [robust_accuracy(one, *reading) for one in chosen]
    epsilons = tuple(sorted(seeds[0]))
    columns = [[seed[epsilon] for seed in seeds] for epsilon in epsilons]
    return Curve(
        variant=variant,
        parameters=chosen[0]["parameters"],
        epsilons=epsilons,
        means=tuple(mean(column) for column in columns),
        deviations=tuple(stdev(column) if len(column) > 1 else 0.0 for column in columns),
        seeds=len(seeds),
    )


def _code(origin: Provenance) -> str:
    """Return the short commits that took part, and whether the code had changes beyond them."""
    said = " then ".join(one[:7] for one in commits(origin)) or "unknown"
    return said + (" with changes" if origin["uncommitted"] else "")


def _number(count: int | str, noun: str) -> str:
    return f"{count} {noun}" + ("" if str(count) == "1" else "s")


def _words(items: Iterable[str]) -> str:
    return " and ".join(sorted(set(items)))
