"""What the recorded networks decide: intervals for differences of models, and one rule for all.

A model is a random draw (its seed), measured on images that are a random draw too. Of each model
the mean over its seeds is taken. Two variances add up. That between seeds is pooled over the models
of the experiment, with the sum of their degrees of freedom, as if it were the same for all. That of
the images is the variance, from image to image, of the difference itself: of each image, the mean
over a model's seeds of what it adds, less that of the other model (:data:`PAIRED`). It needs the
outcome of every image for every network of the difference; where one lacks it, the variance is as
large as the counts allow (:func:`~.quantities.measure`), as if two models had nothing in common,
and not divided by the number of seeds, which see the same images. Each part is
widened by its own quantile, Student's or the normal one, and the half widths are added in
quadrature: unlike Satterthwaite's, such intervals do not fall short of their level where the spread
of two or three seeds happens to be small (:mod:`~.coverage`).

Over all the statements of a family, errors of any kind have a chance of at most 5 % together:
Holm's procedure on two-sided p-values, where the sign of what is seen decides the direction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import exp, log, sqrt
from statistics import mean, variance
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtri, stdtrit

from companion.experiments.results.record import Result
from companion.experiments.statistics.quantities import (
    READINGS,
    Measured,
    Reading,
    attacked,
    each_image,
    measure,
)
from companion.experiments.statistics.statements import STATEMENTS, Difference, Statement

Verdict = Literal["supported", "contradicted", "undecided"]

LEVEL = 0.95
FIXED = date(2026, 11, 25)
"""When this rule was fixed; networks that were finished later could not influence it."""
PAIRED = date(2026, 11, 26)
"""When the images' part was changed from its bound to the paired variance, for the differences all
of whose networks have stored outcomes; all else is as fixed before. It was changed before outcomes
were read, but by people who knew the counts and what the bound had left undecided."""
PAPERS = ("FGSM, L∞", "FGM, L2")
"""The readings of the paper's attack; those of the stronger attacks are a family of their own."""
LEAST = 1e-12
"""Smaller p-values are given as this one."""


@dataclass(frozen=True)
class Estimate:
    """A difference of models, with what it may be off by.

    Attributes:
        value: as a share of the images.
        between: variance of the value that comes from the seeds.
        within: variance that comes from the images.
        freedom: degrees of freedom of ``between``; 0 where no model has two seeds.
    """

    value: float
    between: float
    within: float
    freedom: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval; None without any degree of freedom."""
        if not self.freedom:
            return None
        half = self.half_width((1 - LEVEL) / 2)
        return self.value - half, self.value + half

    def half_width(self, tail: float) -> float:
        """Return how far the ends of an interval are from the value.

        Args:
            tail: chance that is left out on each side, above 0 and at most 1/2.

        Returns:
            The half width, as a share of the images.
        """
        seeds, images = float(stdtrit(self.freedom, tail)), float(ndtri(tail))
        return sqrt(seeds**2 * self.between + images**2 * self.within)

    def above(self, bound: float) -> float:
        """Return the p-value of the difference's being at most ``bound``."""
        return self._tail(self.value - bound)

    def below(self, bound: float) -> float:
        """Return the p-value of the difference's being at least ``bound``."""
        return self._tail(bound - self.value)

    def _tail(self, distance: float) -> float:
        """Return the chance left out by the one-sided interval that just reaches the bound."""
        if not self.freedom or distance == 0:
            return 0.5
        if distance < 0:
            return 1 - self._tail(-distance)
        if self.half_width(LEAST) <= distance:
            return LEAST
        # By its logarithm: small tails to as many digits as large ones.
        return exp(brentq(lambda t: self.half_width(exp(t)) - distance, log(LEAST), log(0.5)))


@dataclass(frozen=True)
class Finding:
    """What the networks say about a statement under one reading of the attack.

    Attributes:
        statement: see :class:`Statement`.
        estimate: of its difference; of several, the least.
        seeds: how many of each model, in the statement's order.
        spread: pooled variance between seeds.
        pooled: how many models it is pooled over, those with one seed included.
        supports: p-value against the statement's being false.
        contradicts: p-value against its being true.
        adjusted: two-sided p-value, adjusted by Holm for the family.
        verdict: by ``adjusted`` at 5 %.
    """

    statement: Statement
    estimate: Estimate
    seeds: tuple[int, ...]
    spread: float
    pooled: int
    supports: float
    contradicts: float
    adjusted: float = 1.0
    verdict: Verdict = "undecided"

    @property
    def p(self) -> float:
        """Two-sided p-value, not adjusted."""
        return min(1.0, 2 * min(self.supports, self.contradicts))


def family(reading: str) -> tuple[str, ...]:
    """Return the readings that are judged together with one.

    Args:
        reading: a name in :data:`READINGS`.

    Returns:
        The two of the paper's attack, or the six of the stronger ones.

    Raises:
        ValueError: there is no such reading.
    """
    if reading not in READINGS:
        raise ValueError(f"reading must be one of {'; '.join(READINGS)}, got {reading!r}")
    if reading in PAPERS:
        return PAPERS
    return tuple(name for name in READINGS if name not in PAPERS)


def evaluate(statement: Statement, results: Sequence[Result], reading: str) -> Finding | None:
    """Test a statement of the paper, together with all others of its family.

    Args:
        statement: one of :data:`~.statements.STATEMENTS`.
        results: all recorded results of one scale.
        reading: a name in :data:`READINGS`; it does not matter for clean accuracy.

    Returns:
        The finding; None where one of its models was not run, or not attacked this way.

    Raises:
        ValueError: there is no such reading or statement.
    """
    if statement not in STATEMENTS:
        raise ValueError(f"statement must be one of the paper's, got {statement.name!r}")
    asked = (statement, reading if statement.attacked else PAPERS[0])
    questions = asked_with(reading if statement.attacked else PAPERS[0])
    return judge(questions, results)[questions.index(asked)]


def asked_with(reading: str) -> list[tuple[Statement, str]]:
    """List all questions of the paper's statements that are judged together with one reading.

    Args:
        reading: a name in :data:`READINGS`.

    Returns:
        Each statement on robustness with each reading of the family; what does not depend on the
        attack is asked once, in the paper's family.

    Raises:
        ValueError: there is no such reading.
    """
    return [
        (one, name)
        for name in family(reading)
        for one in STATEMENTS
        if one.attacked or name == PAPERS[0]
    ]


def judge(
    questions: Sequence[tuple[Statement, str]], results: Sequence[Result]
) -> list[Finding | None]:
    """Test a family of statements, with one rule for the errors of all.

    Questions that no network answers yet count as members, so that the rule does not change when
    they are answered.

    Args:
        questions: statements, each with the name of a reading.
        results: all recorded results of one scale.

    Returns:
        A finding for each question, in order; None where there are no networks for it.
    """
    return adjust([answer(one, results, READINGS[name]) for one, name in questions])


def adjust(found: Sequence[Finding | None]) -> list[Finding | None]:
    """Judge the members of a family together.

    Args:
        found: of each question, not adjusted; None where no network answers it yet.

    Returns:
        The same with adjusted p-values and verdicts.
    """
    adjusted = holm([1.0 if one is None else one.p for one in found])
    return [
        None
        if one is None
        else replace(one, adjusted=p, verdict=_verdict(one.supports, one.contradicts, p))
        for one, p in zip(found, adjusted, strict=True)
    ]


def answer(statement: Statement, results: Sequence[Result], reading: Reading) -> Finding | None:
    """Test a statement on its own.

    Args:
        statement: a claim.
        results: any results of one scale; those of other experiments are left out.
        reading: attack and norm.

    Returns:
        The finding, not adjusted for others and without verdict; None where one of its models was
        not run, or not attacked this way.
    """
    by_model: dict[str, list[Measured]] = {}
    for one in results:
        cell = one["configuration"]
        if cell["experiment"] == statement.experiment and (
            not statement.attacked or attacked(one, reading)
        ):
            measured = measure(one, statement.quantity, reading)
            each = each_image(one, statement.quantity, reading)
            by_model.setdefault(cell["variant"], []).append(replace(measured, each=each))
    if not all(name in by_model for name in statement.variants):
        return None
    return conclude(statement, by_model)


def conclude(statement: Statement, by_model: Mapping[str, Sequence[Measured]]) -> Finding:
    """Test a statement on what was measured on its models.

    Args:
        statement: a claim.
        by_model: the seeds of each model of its experiment; those of the statement among them.

    Returns:
        The finding, not adjusted for others and without verdict.
    """
    pool = {
        name: values
        for name, values in by_model.items()
        if not statement.pooled or name in statement.pooled
    }
    spread, freedom = pooled(pool.values())
    estimates = [estimate(one, by_model, spread, freedom) for one in statement.differences]
    supports, contradicts = _p_values(estimates, statement.margin)
    return Finding(
        statement,
        min(estimates, key=lambda one: one.value),
        tuple(len(by_model[name]) for name in statement.variants),
        spread,
        len(pool),
        supports,
        contradicts,
    )


def pooled(models: Iterable[Sequence[Measured]]) -> tuple[float, int]:
    """Pool the variance between the seeds of a model over models.

    Args:
        models: of each, its seeds.

    Returns:
        The variance, and its degrees of freedom; 0 and 0 where no model has two seeds.
    """
    several = [[one.value for one in seeds] for seeds in models if len(seeds) > 1]
    freedom = sum(len(values) - 1 for values in several)
    if not freedom:
        return 0.0, 0
    return sum((len(values) - 1) * variance(values) for values in several) / freedom, freedom


def estimate(
    difference: Difference, models: Mapping[str, Sequence[Measured]], spread: float, freedom: int
) -> Estimate:
    """Estimate a difference of models.

    Args:
        difference: signs by variant.
        models: the seeds of each variant.
        spread: variance between seeds.
        freedom: degrees of freedom of the spread.

    Returns:
        The mean difference with its standard error: of seeds and of images.
    """
    value = sum(sign * mean(m.value for m in models[name]) for name, sign in difference.items())
    between = spread * sum(sign**2 / len(models[name]) for name, sign in difference.items())
    return Estimate(value, between, _within(difference, models), freedom)


def _within(difference: Difference, models: Mapping[str, Sequence[Measured]]) -> float:
    """Variance of a difference that comes from the images: paired, or the bound."""
    images = min(one.images for name in difference for one in models[name])
    each = {name: [one.each for one in models[name] if one.each is not None] for name in difference}
    stored = all(len(each[name]) == len(models[name]) for name in difference)
    if stored and all(len(row) == images for rows in each.values() for row in rows):
        means = [sign * np.mean(each[name], axis=0) for name, sign in difference.items()]
        return float(np.var(np.sum(means, axis=0), ddof=1)) / images
    # The deviation of a mean of seeds is at most the mean of their deviations.
    deviations = [mean(m.deviation for m in models[name]) for name in difference]
    within = sum(
        (sign * deviation) ** 2
        for sign, deviation in zip(difference.values(), deviations, strict=True)
    )
    return within / images


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for a family, by Holm's step-down procedure.

    Args:
        p_values: of the members.

    Returns:
        Adjusted ones, in order: a member is rejected at a level if its own is at most the level.

    Example:
        >>> holm([0.01, 0.04, 0.03])
        [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda k: p_values[k])
    adjusted = [0.0] * len(p_values)
    least = 0.0
    for rank, k in enumerate(order):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[k]))
        adjusted[k] = least
    return adjusted


def _p_values(estimates: Sequence[Estimate], margin: float | None) -> tuple[float, float]:
    """Return p-values for a statement and against it.

    For it: each difference must pass, so the largest counts. Against it: one that fails is enough,
    so the least counts, as many times as there are differences.
    """
    if margin is None:
        supports = [one.above(0) for one in estimates]
        contradicts = [one.below(0) for one in estimates]
    else:
        supports = [max(one.above(-margin), one.below(margin)) for one in estimates]
        contradicts = [
            min(1.0, 2 * min(one.below(-margin), one.above(margin))) for one in estimates
        ]
    return max(supports), min(1.0, len(estimates) * min(contradicts))


def _verdict(supports: float, contradicts: float, adjusted: float) -> Verdict:
    if adjusted > 1 - LEVEL:
        return "undecided"
    return "supported" if supports < contradicts else "contradicted"
