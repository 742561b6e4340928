"""Other measures of robustness than the mean over the paper's grid, to see which leads survive.

The mean mixes the gap on unchanged images with sizes that change nothing and sizes at which nothing
is left. A size is *idle* where every model keeps at least 99 % of its clean accuracy, *dead* where
every model keeps at most 15 % of it (guessing among ten classes keeps ten to twelve), and *between*
where the mean over the models is from 10 to 90 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean

from companion.experiments.results.record import Result
from companion.experiments.runs.experiments import experiment as experiment_named
from companion.experiments.statistics import summary
from companion.experiments.statistics.quantities import READINGS
from companion.experiments.statistics.summary import Curve
from companion.experiments.titles import MODELS

IDLE, DEAD = 0.99, 0.15
BETWEEN = (0.1, 0.9)


@dataclass(frozen=True)
class Sizes:
    """The positive sizes of a grid.

    Attributes:
        idle: at which every model keeps nearly all that it has right.
        dead: at which no model keeps more than guessing would.
        between: at which the models keep from a tenth to nine tenths, in the mean.
        count: of all.
    """

    idle: tuple[float, ...]
    dead: tuple[float, ...]
    between: tuple[float, ...]
    count: int


def sizes(curves: Sequence[Curve]) -> Sizes:
    """Sort the positive sizes of an attack by what they do.

    Args:
        curves: of all models of an experiment, with size 0 first.

    Returns:
        The sizes.

    Raises:
        ValueError: there is no curve, or one does not begin at size 0.
    """
    if not curves or any(one.epsilons[0] != 0 for one in curves):
        raise ValueError("curves must begin at size 0, one at least")
    kept = {
        epsilon: [one.means[place] / one.means[0] for one in curves]
        for place, epsilon in enumerate(curves[0].epsilons)
        if epsilon > 0
    }
    low, high = BETWEEN
    return Sizes(
        tuple(epsilon for epsilon, shares in kept.items() if min(shares) >= IDLE),
        tuple(epsilon for epsilon, shares in kept.items() if max(shares) <= DEAD),
        tuple(epsilon for epsilon, shares in kept.items() if low <= mean(shares) <= high),
        len(kept),
    )


def halving(curve: Curve) -> float | None:
    """Return the size at which a model keeps half of its clean accuracy.

    Args:
        curve: begins at size 0.

    Returns:
        By straight lines between the sizes of the grid, at the first that cross the half; None
        where none does.
    """
    half = curve.means[0] / 2
    points = list(zip(curve.epsilons, curve.means, strict=True))
    for (left, above), (right, below) in pairwise(points):
        if below <= half < above:
            return left + (right - left) * (above - half) / (above - below)
    return None


def measures(curve: Curve, between: Sequence[float]) -> Mapping[str, float | None]:
    """Measure a model's robustness in four ways.

    Args:
        curve: of the model, from size 0.
        between: sizes of its experiment, see :class:`Sizes`.

    Returns:
        ``mean`` over all positive sizes, ``between``: over those given, ``relative``: the same,
        divided by the clean accuracy, and ``halving``; None where it is not defined.
    """
    shares = dict(zip(curve.epsilons, curve.means, strict=True))
    middle = mean(shares[epsilon] for epsilon in between) if between else None
    return {
        "mean": mean(share for epsilon, share in shares.items() if epsilon > 0),
        "between": middle,
        "relative": None if middle is None else middle / curve.means[0],
        "halving": halving(curve),
    }


def size_rows(results: Sequence[Result], titles: Mapping[str, str]) -> list[dict[str, str]]:
    """Count idle and dead sizes for each experiment and reading of the paper's attack and PGD.

    Args:
        results: of one scale.
        titles: of each experiment.

    Returns:
        Rows of a table.
    """
    rows = []
    for name, title in titles.items():
        for reading in ("FGM, L2", "FGSM, L∞", "PGD, L2", "PGD, L∞"):
            curves = _from_zero(summary.curves(results, name, READINGS[reading]), results)
            if curves:
                found = sizes(curves)
                rows.append(
                    {
                        "experiment": title,
                        "attack": reading,
                        "sizes": str(found.count),
                        "idle": str(len(found.idle)),
                        "dead": str(len(found.dead)),
                        "between": ", ".join(f"{one:g}" for one in found.between) or "none",
                    }
                )
    return rows


def lead_rows(
    results: Sequence[Result], titles: Mapping[str, str], readings: Sequence[str]
) -> list[dict[str, str]]:
    """Give Maxpool's lead over each other model in every measure, without intervals.

    Args:
        results: of one scale.
        titles: of each experiment.
        readings: attacks, side by side.

    Returns:
        Rows of a table: leads in points, of relative robustness in per cent of the clean accuracy,
        of the halving size as a factor.
    """
    rows = []
    for name, title in titles.items():
        for reading in readings:
            curves = _from_zero(summary.curves(results, name, READINGS[reading]), results)
            if not curves:
                continue
            between = sizes(curves).between
            found = {one.variant: measures(one, between) for one in curves}
            first = found["maxpool"]
            for variant in experiment_named(name).variants:
                if variant == "maxpool" or variant not in found:
                    continue
                row = {"over": f"{title}, {MODELS[variant]}", "attack": reading}
                for key in ("mean", "between", "relative", "halving"):
                    row[key] = _against(first[key], found[variant][key], factor=key == "halving")
                rows.append(row)
    return rows


def _against(one: float | None, other: float | None, *, factor: bool) -> str:
    if one is None or other is None:
        return "none"
    return f"× {one / other:.2f}" if factor else f"{100 * (one - other):+.1f}"


def _from_zero(curves: Sequence[Curve], results: Sequence[Result]) -> list[Curve]:
    """Put the clean accuracy before a curve whose grid leaves size 0 out."""
    found = []
    for one in curves:
        if one.epsilons[0] == 0:
            found.append(one)
            continue
        clean = mean(
            result["clean"]["correct"] / result["clean"]["images"]
            for result in results
            if result["configuration"]["variant"] == one.variant
            and result["parameters"] == one.parameters
        )
        found.append(
            Curve(
                one.variant,
                one.parameters,
                (0.0, *one.epsilons),
                (clean, *one.means),
                (0.0, *one.deviations),
                one.seeds,
            )
        )
    return found
