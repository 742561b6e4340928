"""What would decide a statement that the recorded networks leave open, and what that would cost."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from statistics import mean

from companion.experiments.results.record import Result
from companion.experiments.runs.config import MODELS
from companion.experiments.statistics.inference import LEVEL, Finding
from companion.experiments.statistics.statements import Statement

MOST_SEEDS = 1000
"""Beyond so many seeds the answer is "more than" that."""


def what_would_decide(
    statement: Statement, finding: Finding | None, results: Sequence[Result], members: int
) -> str:
    """How many seeds would decide a statement if they came out as those seen, and their cost.

    Args:
        statement: the claim.
        finding: what the recorded networks say; None if one of its models was not run.
        results: recorded ones, of whose seconds the cost is made; of other experiments too.
        members: of the family of statements that it is judged with.

    Returns:
        For example ``10 seeds of each model at the seen spread would decide, 7 more: about 120
        core-minutes``. The cost is that of training every model of the statement and of the attacks
        that go with it; stronger attacks, made later on the same weights, are not in it. It is too
        high where some of the models have more seeds than the others already.
    """
    each = core_minutes_per_seed(statement, results)
    if finding is None:
        return f"a first seed of each of its models would be needed: {_cost(1, each)}"
    if not finding.estimate.freedom:
        return f"a second seed would be needed first: {_cost(1, each)}"
    if not _decides(finding, MOST_SEEDS, members, noise=False):
        return "no number of seeds would decide at the seen difference: more test images would"
    needed = seeds_needed(finding, members)
    if needed is None:
        return f"at the seen spread more than {MOST_SEEDS} seeds would be needed"
    more = needed - min(finding.seeds)
    return f"{needed} seeds of each model at the seen spread would decide, {more} more: " + _cost(
        more, each
    )


def seeds_needed(finding: Finding, members: int) -> int | None:
    """With how many seeds of each model, of the seen spread, the rule would decide.

    Whatever comes of the other members of the family: at the level that Holm's procedure asks of
    the first of them.

    Args:
        finding: with at least one degree of freedom.
        members: of the family.

    Returns:
        The least number above that of the model with the fewest; None for more than
        :data:`MOST_SEEDS`.
    """
    for seeds in range(min(finding.seeds) + 1, MOST_SEEDS + 1):
        if _decides(finding, seeds, members):
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


def _decides(finding: Finding, seeds: int, members: int, *, noise: bool = True) -> bool:
    """Whether the interval at the family's level would lie on one side, with the value as seen."""
    signs = sum(sign**2 for sign in finding.statement.differences[0].values())
    expected = replace(
        finding.estimate,
        between=finding.spread * signs / seeds if noise else 0.0,
        freedom=finding.pooled * (seeds - 1),
    )
    margin = finding.statement.margin
    value = abs(expected.value)
    distance = value if margin is None else abs(value - margin)
    return expected.half_width((1 - LEVEL) / members / 2) < distance


def _cost(seeds: int, each: float | None) -> str:
    if each is None:
        return "what it takes is not recorded"
    return f"about {ceil(seeds * each)} core-minutes"
