"""What would decide a statement that the recorded seeds leave open, and what that would cost."""

from collections.abc import Sequence
from math import ceil, sqrt
from statistics import mean, stdev

from companion.experiments.results.record import Result
from companion.experiments.runs.config import MODELS
from companion.experiments.statistics.contrasts import Finding, Statement, student

MOST_SEEDS = 1000
"""Beyond so many seeds the answer is "more than" that."""


def what_would_decide(
    statement: Statement, finding: Finding | None, results: Sequence[Result]
) -> str:
    """How many seeds would decide a statement if they came out as those seen, and their cost.

    Args:
        statement: the claim.
        finding: what the recorded seeds say; None if no seed is complete.
        results: recorded ones, of whose seconds the cost is made; of other experiments too.

    Returns:
        For example ``10 seeds at the seen spread would decide, 7 more: about 120 core-minutes``.
        The cost is that of training every model of the statement and of the attacks that go with
        it; stronger attacks, made later on the same weights, are not in it. It is too high where
        some of the models have more seeds than the others already.
    """
    each = core_minutes_per_seed(statement, results)
    if finding is None:
        return f"a first seed of each of its models would be needed: {_cost(1, each)}"
    seeds = len(finding.values)
    if seeds == 1:
        return f"a second seed would be needed first: {_cost(1, each)}"
    needed = seeds_needed(finding.values, statement.margin)
    if needed is None:
        return f"at the seen spread more than {MOST_SEEDS} seeds would be needed"
    more = needed - seeds
    return f"{needed} seeds at the seen spread would decide, {more} more: {_cost(more, each)}"


def seeds_needed(values: Sequence[float], margin: float | None) -> int | None:
    """With how many seeds, of the seen mean and spread, the interval would decide.

    Args:
        values: the contrast of each seed, at least two.
        margin: of the statement: None if the contrast shall be positive.

    Returns:
        The least number that is not below the number of values; None for more than
        :data:`MOST_SEEDS`.

    Example:
        >>> seeds_needed([0.01, 0.03, 0.05], None)
        5
    """
    middle, spread = mean(values), stdev(values)
    distance = abs(middle) if margin is None else abs(abs(middle) - margin)
    for seeds in range(len(values), MOST_SEEDS + 1):
        if student(seeds - 1) * spread / sqrt(seeds) < distance:
            return seeds
    return None


def core_minutes_per_seed(statement: Statement, results: Sequence[Result]) -> float | None:
    """What one more seed of every model of a statement takes, by the mean of the recorded ones.

    Args:
        statement: the claim.
        results: recorded ones.

    Returns:
        Minutes of one core, training and attack; None if a model has no recorded result.
    """
    total = 0.0
    for variant in statement.variants or MODELS[statement.experiment]:
        seconds = [
            (one["seconds"]["training"] + one["seconds"]["attack"]) * one["provenance"]["threads"]
            for one in results
            if one["configuration"]["experiment"] == statement.experiment
            and one["configuration"]["variant"] == variant
        ]
        if not seconds:
            return None
        total += mean(seconds)
    return total / 60


def _cost(seeds: int, each: float | None) -> str:
    if each is None:
        return "what it takes is not recorded"
    return f"about {ceil(seeds * each)} core-minutes"
