"""Can this max pool be replaced? A pool as a point of a simplex, exactly; what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import sqrt

from companion.checking import Kind, Value, certify, check, each, require, span
from companion.checking.domains import Drawn, Integers, Listed, OrderSets, Titled
from companion.errors import UncheckedError
from companion.experiments.pools import record
from companion.experiments.pools.names import in_words, source_in_words
from companion.experiments.pools.record import Source, Swap
from companion.experiments.titles import EXPERIMENTS, titled
from maxpooling.approximation import UniformApproximation, best_uniform
from maxpooling.order_statistics import subpool_weights

GRID = 60
"""Drawn entries are whole multiples of 1/GRID."""
MARGIN = 0.01
"""What counts as the same accuracy: a point. Ours, and chosen when the counts were known."""
NATURAL = ("cifar10", "photographs")
SHALLOW = ("plain S_8", "least squares {0, 8}", "least squares {7, 8}")
"""Pools that stand for the maximum; all of them are sums of subpool maxes of order 7 and 8."""
UNIFORM = "independent uniform values"
SEEDS = 3
_ROUNDING = 1e-9
_WITHIN = 1.96  # standard deviations of a 95 % interval
_SIDES = Listed((2, 3, 4), called="windows of side")
_INSIDE = {
    f"{name}, inputs of pool {place}": f"pool {place} of the {EXPERIMENTS[name]}"
    for name, places in (("lenet-mnist", (1, 2)), ("lenet-cifar10", (1, 2, 3)))
    for place in places
}
_LENETS = Titled(titled(EXPERIMENTS, ["lenet-mnist", "lenet-cifar10"]))


@check(
    "theorem-ai",
    Kind.RANDOM,
    d=range(2, 8),
    orders=OrderSets("d"),
    entries=Drawn(Integers(0, GRID, "d"), 3),
)
def simplex(d: int, orders: Sequence[int], entries: Sequence[int]) -> None:
    """The error at a drawn pool is the mixture of the errors at the vertices, by spacings."""
    x = sorted((Fraction(entry, GRID) for entry in entries), reverse=True)
    best = best_uniform(d, orders)
    error = _error(best, x)
    mixed = sum((s * e for s, e in zip(_spacings(x), best.residuals(), strict=True)), Fraction(0))
    require(error == mixed, f"the error is {error}, the mixture {mixed}")


@check("theorem-ai", Kind.EVERY_CASE, d=range(2, 8), orders=OrderSets("d"))
def simplex_at_vertices(d: int, orders: Sequence[int]) -> None:
    """At each vertex one spacing is 1 and all others are 0, and the error is that vertex's."""
    best = best_uniform(d, orders)
    for k, residual in enumerate(best.residuals()):
        x = [Fraction(place < k) for place in range(d)]
        require(
            _spacings(x) == [Fraction(place == k) for place in range(d + 1)], f"spacings at {x}"
        )
        require(_error(best, x) == residual, f"the error at {x} is {_error(best, x)}")


@check(
    "theorem-ai",
    Kind.RANDOM,
    d=range(2, 33),
    entries=Drawn(Integers(0, GRID, "d"), 3),
)
def simplex_with_one_order(d: int, entries: Sequence[int]) -> None:
    """With {0, d-1} the error is 1/(2d) less the d-th part of the gap, of S(d-1) less that part."""
    x = sorted((Fraction(entry, GRID) for entry in entries), reverse=True)
    gap = x[0] - x[1]
    error = _error(best_uniform(d, [0, d - 1]), x)
    require(error == Fraction(1, 2 * d) - gap / d, f"the error is {error}")
    plain = sum(w * y for w, y in zip(subpool_weights(d, d - 1), x, strict=True)) - x[0]
    require(plain == -gap / d, f"without its constant the error is {plain}")


@check("statement-some-inputs", Kind.CERTIFICATE, d=range(2, 8), orders=OrderSets("d"))
def one_large_entry(d: int, orders: Sequence[int]) -> None:
    """A pool with one entry 1 and all others 0 is a worst case, and it is estimated too low."""
    best = certify(best_uniform(d, orders))
    x = [Fraction(place == 0) for place in range(d)]
    require(_error(best, x) == -best.error, f"the error there is {_error(best, x)}")
    require(best.error >= Fraction(1, 2**d), f"the largest error is {best.error}")


@check(
    "statement-some-inputs",
    Kind.MEASUREMENT,
    side=_SIDES,
    order=Titled({"d-1": "d−1", "d/2": "d/2"}, called="orders"),
)
def hard_inputs_occur(side: int, order: str) -> Mapping[str, Value]:
    """Some pool of MNIST's pixels has an entry 1 and all others 0: the plain mean errs its most.

    Of the maxes of d-1 and of d/2 pixels; without a constant flat pools are no worst case of it.
    """
    size = {"d-1": side**2 - 1, "d/2": side**2 // 2}[order]
    (found,) = [
        one
        for one in _source("mnist pixels", side)["errors"]
        if one["estimator"] == f"plain S_{size}"
    ]
    worst = float(Fraction(found["worst"]))
    largest = found["quantiles"][-1]
    require(abs(largest - worst) < _ROUNDING, f"the largest error is {largest}, the worst {worst}")
    return {"seeds": 1}


@check(
    "statement-not-prevalent",
    Kind.MEASUREMENT,
    images=Titled({one: source_in_words(one) for one in NATURAL}),
    side=_SIDES,
    collect={"seeds": span, "largest share of gaps above 1/2": max},
)
def gaps_in_natural_images(images: str, side: int) -> Mapping[str, Value]:
    """The mean gap is below that of uniform values; shuffled, it and the share of large ones grow.

    By bootstrap over images, 95 %; large is a gap above one half. (Of 4 by 4 uniform values none
    has such a gap, so that the share is compared with the shuffled images alone.)
    """
    kept = record.read()
    real, uniform = _source(f"{images} pixels", side), _source(UNIFORM, side)
    require(
        real["gap_interval"][1] < uniform["gap_interval"][0],
        f"mean gap {real['gap_interval']}, of uniform values {uniform['gap_interval']}",
    )
    (less,) = [one for one in kept["contrasts"] if (one["source"], one["side"]) == (images, side)]
    for interval in (less["gap_less_interval"], less["wide_less_interval"]):
        require(interval[0] > 0, f"shuffled less real: {interval}")
    return {"seeds": 1, "largest share of gaps above 1/2": round(real["wide"], 4)}


@check(
    "statement-not-prevalent",
    Kind.MEASUREMENT,
    pool=Titled(_INSIDE, called="inputs of"),
    collect={"largest gap": max},
)
def gaps_inside_networks(pool: str) -> Mapping[str, Value]:
    """No pool inside of the recorded LeNets saw a gap above half of its range."""
    found = _source(pool, 3)
    largest = found["gaps"][-1]
    require(found["wide"] == 0 and largest < 0.5, f"{pool}: a gap of {largest}")
    return {"seeds": 3, "largest gap": round(largest, 3)}


@check(
    "gaps-in-mnist", Kind.MEASUREMENT, side=replace(_SIDES, values=(3, 4)), collect={"seeds": span}
)
def gaps_in_mnist(side: int) -> Mapping[str, Value]:
    """Gaps above one half are more frequent in MNIST's pixels than in uniform values.

    In windows of 2 by 2 they are not.
    """
    real, uniform = _source("mnist pixels", side), _source(UNIFORM, side)
    require(
        real["wide_interval"][0] > uniform["wide_interval"][1],
        f"{real['wide_interval']}, uniform values {uniform['wide_interval']}",
    )
    return {"seeds": 1}


@check(
    "shallow-pools-replace",
    Kind.MEASUREMENT,
    experiment=_LENETS,
    pool=Titled({one: in_words(one) for one in SHALLOW}),
    collect={"seeds": span, "most images fewer": max},
)
def replaced(experiment: str, pool: str) -> Mapping[str, Value]:
    """Without retraining each seed's accuracy stays within a point: the paired interval, 95 %."""
    found = _swaps(experiment, pool)
    for one in found:
        low, high = (end / one["images"] for end in paired(one))
        require(
            max(-low, high) < MARGIN,
            f"seed {one['seed']}: accuracy changes by {low:.4f} to {high:.4f}",
        )
    fewer = max(one["lost"] - one["gained"] for one in found)
    return {"seeds": len(found), "most images fewer": fewer}


@check("constant-alone", Kind.MEASUREMENT, experiment=_LENETS, collect=min)
def constant_alone(experiment: str) -> Mapping[str, Value]:
    """With its constant the mean of the maxes loses more right images than without, each seed."""
    plain = {one["seed"]: one for one in _swaps(experiment, "plain S_8")}
    best = _swaps(experiment, "minimax {0, 8}")
    for one in best:
        without = plain[one["seed"]]
        require(paired(one)[1] < paired(without)[0], f"seed {one['seed']}: {paired(one)}")
    return {"seeds": len(best), "fewest images fewer": min(s["lost"] - s["gained"] for s in best)}


@check(
    "trained-from-the-start",
    Kind.MEASUREMENT,
    experiment=Titled(titled(EXPERIMENTS, ["lenet-cifar10"])),
    pool=Titled({one: in_words(one) for one in ("minimax {0, 8}", "least squares {7, 8}")}),
    collect={"seeds": span, "losses, in points": each},
)
def trained_from_the_start(experiment: str, pool: str) -> Mapping[str, Value]:
    """Trained with a shallow estimator: less than a fifth of the loss by the average, each seed.

    Against the recorded networks with max and with average pools, of the same seed and the same
    training. The fifth is ours, chosen when one seed was known.

    Raises:
        CheckFailedError: a seed loses more.
        UncheckedError: not all seeds of the recorded networks are trained.
    """
    from companion.experiments.pools.trained import lost

    found = lost(record.read()["trained"], experiment, pool)
    if len(found) < SEEDS:
        raise UncheckedError(
            f"{len(found)} of {SEEDS} networks are trained; `python -m companion.experiments.pools`"
            " trains the others, some minutes each"
        )
    by_average = lost([], experiment, "average")
    for seed, loss in found.items():
        others = by_average[seed]
        require(5 * loss < others, f"seed {seed}: {loss} images lost, by the average {others}")
    images = record.read()["trained"][0]["images"]
    losses = ", ".join(f"{100 * loss / images:.2f}".replace("-", "−") for loss in found.values())
    return {"seeds": len(found), "losses, in points": losses}


def paired(swap: Swap) -> tuple[float, float]:
    """The 95 % interval of how many more images the changed network has right, image by image.

    By the normal approximation to the difference of two dependent counts.
    """
    lost, gained = swap["lost"], swap["gained"]
    change = gained - lost
    deviation = sqrt(max(lost + gained - change**2 / swap["images"], 0))
    return change - _WITHIN * deviation, change + _WITHIN * deviation


def _source(name: str, side: int) -> Source:
    (found,) = (
        one for one in record.read()["sources"] if (one["source"], one["side"]) == (name, side)
    )
    return found


def _swaps(experiment: str, pool: str) -> list[Swap]:
    swaps = record.read()["swaps"]
    found = [one for one in swaps if (one["experiment"], one["pool"]) == (experiment, pool)]
    require(bool(found), f"no swap for {pool} in {experiment} is recorded")
    return found


def _error(best: UniformApproximation, x: Sequence[Fraction]) -> Fraction:
    """The estimate at a pool in falling order, less its maximum."""
    constant = best.coefficients.get(0, Fraction(0))
    return constant + sum(w * y for w, y in zip(best.weights(), x, strict=True)) - x[0]


def _spacings(x: Sequence[Fraction]) -> list[Fraction]:
    """1 - x(1), x(1) - x(2), ..., x(d) of a pool in falling order."""
    ends = [Fraction(1), *x, Fraction(0)]
    return [before - after for before, after in pairwise(ends)]
