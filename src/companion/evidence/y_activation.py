"""Claims of the second source on max, average and ReLU, and what follows from them (ours)."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise, product
from statistics import mean
from typing import TYPE_CHECKING

from companion.errors import UncheckedError
from companion.evidence.result import CheckResult, Value, require
from maxpooling.networks import count_regions, pooled_regions, window_forms

if TYPE_CHECKING:
    from torch import nn

FILTERS = ((1, 2), (2, -1), (1, -3))
"""Filters of two weights for the counts of regions; no one is a multiple of another."""

_ROUNDING = 1e-5  # of a network in single precision, relative to its largest output
_GRID = [Fraction(i, 4) for i in range(-8, 9)]


def max_is_not_linear() -> CheckResult:
    """Along (1, t), t in [0, 2], the maximum is 1 up to t = 1 and t beyond: no affine function."""
    steps = [Fraction(i, 16) for i in range(33)]
    values = [max(Fraction(1), t) for t in steps]
    slopes = {(b - a) * 16 for a, b in pairwise(values)}
    for t, value in zip(steps, values, strict=True):
        require(value == (1 if t <= 1 else t), f"the maximum of 1 and {t}")
    require(slopes == {0, 1}, f"slopes {slopes}")
    middle = max(Fraction(1), Fraction(1))
    ends = (max(Fraction(1), Fraction(0)) + max(Fraction(1), Fraction(2))) / 2
    require(middle != ends, "the midpoint lies on the chord")
    return CheckResult(
        "max-is-not-linear",
        "exact certificate",
        "33 points of the segment from (1, 0) to (1, 2); its midpoint is off the chord",
        {"midpoint": middle, "middle of the ends": ends},
    )


def average_is_linear() -> CheckResult:
    """The mean of n numbers respects sums and multiples."""
    for n in (1, 2, 3, 4):
        grid = list(product((-2, -1, 0, 3), repeat=n))
        for x, y in product(grid, grid[::7]):
            for factor in (Fraction(-1), Fraction(2, 3)):
                combined = [a + factor * b for a, b in zip(x, y, strict=True)]
                require(_mean(combined) == _mean(x) + factor * _mean(y), f"at {x}, {y}")
    return CheckResult("average-is-linear", "enumeration", "integer grids, 1 to 4 numbers, exactly")


def relu_is_a_max() -> CheckResult:
    """A ReLU is the maximum of its input and 0, a leaky one of its input and a share of it."""
    for t in _GRID:
        relu, leaky = (t, t) if t > 0 else (Fraction(0), t / 100)
        require(relu == max((t, Fraction(0))), f"at {t}")
        require(leaky == max((t, t / 100)), f"with a slope of 1/100 at {t}")
    return CheckResult("relu-is-a-max", "enumeration", "multiples of 1/4 in -2..2")


def one_by_one_pool() -> CheckResult:
    """Max and average over a window of one pixel are the identity: nothing non-linear is left."""
    for t in _GRID:
        require(max((t,)) == t == _mean((t,)), f"at {t}")
    return CheckResult("one-by-one-pool", "enumeration", "multiples of 1/4 in -2..2")


def max_is_piecewise_linear() -> CheckResult:
    """Where one coordinate stays the largest, the maximum is that coordinate: linear, like ReLU.

    Two points with the same largest coordinate are joined by a segment on which it stays largest.
    """
    pieces = set()
    for n in (2, 3):
        grid = list(product((-2, -1, 0, 1, 2), repeat=n))
        for x, y in product(grid, grid):
            for i in range(n):
                if x[i] == max(x) and y[i] == max(y):
                    middle = [Fraction(a + b, 2) for a, b in zip(x, y, strict=True)]
                    require(max(middle) == middle[i], f"not linear between {x} and {y}")
                    pieces.add((n, i))
    return CheckResult(
        "max-is-piecewise-linear",
        "enumeration",
        "all pairs of integer points in -2..2, two and three numbers",
        {"linear pieces": len(pieces)},
    )


def activation_commutes() -> CheckResult:
    """A non-decreasing activation may stand before a max pool or behind it; not so an average's."""
    increasing: dict[str, Callable[[Fraction], Fraction]] = {
        "ReLU": lambda t: max(t, Fraction(0)),
        "leaky ReLU": lambda t: max(t, t / 100),
        "hard sigmoid": lambda t: min(max((t + 1) / 2, Fraction(0)), Fraction(1)),
        "hard tanh": lambda t: min(max(t, Fraction(-1)), Fraction(1)),
    }
    moved = set()
    for name, activation in increasing.items():
        for pool in product(_GRID[::2], repeat=3):
            before, after = [activation(t) for t in pool], activation(max(pool))
            require(max(before) == after, f"{name} before and behind the max differ at {pool}")
            if _mean(before) != activation(_mean(pool)):
                moved.add(name)
    require(moved == set(increasing), f"only {moved} notice on which side of an average they are")
    return CheckResult(
        "activation-commutes",
        "enumeration",
        "four activations, three numbers of nine values each; with the average every one differs",
    )


def straight_rays() -> CheckResult:
    """Theorem V: without activation, conv and max pool are straight along every ray from zero.

    Small integer weights, biases and inputs in double precision, so that nothing is rounded.
    """
    import torch
    from torch import nn

    from maxpooling.layers.folding import ray_defect

    draw = torch.Generator().manual_seed(0)
    networks, defects = 50, 0
    for _ in range(networks):
        model = nn.Sequential(
            nn.Conv2d(2, 3, 2), nn.MaxPool2d(3, stride=2, padding=1),
            nn.Conv2d(3, 4, 2), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4, 3),
        )  # fmt: skip
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(torch.randint(-5, 6, parameter.shape, generator=draw))
        x = torch.randint(-9, 10, (20, 2, 6, 6), generator=draw)
        for factor in (0.25, 3.0):
            require(ray_defect(model, x, factor) == 0, f"a ray is bent at factor {factor}")
        defects += ray_defect(nn.Sequential(model, nn.ReLU()), x, 3.0) > 0
    require(defects > 0, "no ReLU bends a ray")
    return CheckResult(
        "theorem-v",
        "enumeration",
        f"{networks} networks with integer weights, 20 inputs and two factors each, exactly; "
        f"{defects} bend a ray once a ReLU follows",
    )


def ray_error() -> CheckResult:
    """On a ray Theorem V's networks are affine in t, and max(t - 1, 0) is 1/4 away on [0, 2]."""
    ramp = [(Fraction(t), Fraction(max(t - 1, 0))) for t in (0, 1, 2)]
    best = [Fraction(t, 2) - Fraction(1, 4) for t in (0, 1, 2)]
    errors = [line - value for line, (_, value) in zip(best, ramp, strict=True)]
    require(errors == [Fraction(-1, 4), Fraction(1, 4), Fraction(-1, 4)], f"errors are {errors}")
    # Weights 1/4, -1/2, 1/4 annihilate every a + b t, so no line does better than this:
    certificate = (Fraction(1, 4), Fraction(-1, 2), Fraction(1, 4))
    for power in (0, 1):
        moment = sum(c * t**power for c, (t, _) in zip(certificate, ramp, strict=True))
        require(moment == 0, f"the certificate does not annihilate t^{power}")
    reached = sum((c * value for c, (_, value) in zip(certificate, ramp, strict=True)), Fraction(0))
    bound = abs(reached) / sum(map(abs, certificate), Fraction(0))
    require(bound == Fraction(1, 4), f"the bound is {bound}")
    return CheckResult(
        "ray-error",
        "exact certificate",
        "the line t/2 - 1/4 errs by 1/4 with alternating sign at t = 0, 1, 2",
        {"error": Fraction(1, 4)},
    )


def never_constant() -> CheckResult:
    """Theorem U: a max pool of one filter's windows is nowhere constant, and a ReLU is."""
    signals = list(product((-1, 0, 2), repeat=4))
    for weights in FILTERS:
        forms = window_forms(weights, 4)
        for x in signals:
            highest = max(_dot(form, x) for form in forms)
            # Along a winning form's own direction the pool grows: it is constant near no point.
            direction = next(form for form in forms if _dot(form, x) == highest)
            moved = [a + Fraction(b, 1000) for a, b in zip(x, direction, strict=True)]
            require(max(_dot(form, moved) for form in forms) > highest, f"flat at {x}")
    for t in _GRID:
        require(max(1 * t, 0 * t) == (t if t > 0 else 0), f"maxout with a zero filter at {t}")
    return CheckResult(
        "theorem-u",
        "enumeration",
        f"{len(FILTERS)} filters, {len(signals)} signals of four numbers each, exactly",
    )


def regions() -> CheckResult:
    """Numbers of linear regions of conv -> pool with one filter, with and without ReLU."""
    for inputs in (2, 3, 4, 5):
        windows = inputs - 1
        for relu in (False, True):
            count = pooled_regions(FILTERS[:1], inputs, "max", relu=relu)
            require(count == windows + relu, f"{windows} windows have {count} regions")
            count = pooled_regions(FILTERS[:1], inputs, "average", relu=relu)
            require(count == 1 + relu, f"an average of {windows} windows has {count} regions")
    arranged = count_regions([[form, (0, 0, 0)] for form in ((1, 0, 0), (0, 1, 0), (0, 0, 1))])
    require(arranged == 8, f"three planes make {arranged} octants")
    return CheckResult(
        "pooled-regions", "enumeration", "one filter, one to four windows; the octants of space"
    )


def folded_networks() -> CheckResult:
    """Trained networks of average pools without activation equal the affine map they fold into."""
    import torch

    from companion.experiments.data.samples import samples
    from companion.experiments.models.building import dataset_of, input_shape
    from companion.experiments.models.layers import Normalise
    from companion.experiments.runs.config import GRID
    from maxpooling.layers.folding import fold

    largest, draw = 0.0, torch.Generator().manual_seed(0)
    for experiment in GRID:
        shape = input_shape(experiment)
        for variant in ("average-none", "strided-none"):
            model = _trained(experiment, variant)
            folded = fold(model, shape, also=(Normalise,))
            x = torch.cat(
                [samples(dataset_of(experiment))[0], torch.rand(50, *shape, generator=draw)]
            )
            with torch.no_grad():
                off = (folded(x) - model(x)).abs().max() / model(x).abs().max()
            require(float(off) < _ROUNDING, f"{experiment} {variant} is off by {off:g}")
            largest = max(largest, float(off))
    return CheckResult(
        "folded-networks",
        "experiment",
        "four trained networks, six test images and 50 random ones each, single against double "
        f"precision: at most {largest:.0e} of the largest output apart",
    )


def trained_rays() -> CheckResult:
    """Theorem V on trained networks of max pools: the logits are straight in the brightness."""
    from companion.experiments.data.samples import samples
    from companion.experiments.models.building import dataset_of
    from companion.experiments.runs.config import GRID
    from maxpooling.layers.folding import ray_defect

    for experiment in GRID:
        images = samples(dataset_of(experiment))[0]
        defect = ray_defect(_trained(experiment, "max-none"), images, 0.5)
        require(defect < 1e-12, f"{experiment}: half the brightness is off by {defect:g}")
    return CheckResult(
        "trained-rays", "experiment", "two trained networks, six test images at half brightness"
    )


def accuracy_claim(dataset: str, name: str) -> CheckResult:
    """What the recorded grid of pools and activations says about a claim of the second source.

    Args:
        dataset: ``mnist`` or ``cifar10``.
        name: of one of :func:`~companion.experiments.statistics.y_activation.claims`,
            without the data set.

    Raises:
        CheckFailedError: the seeds contradict the claim.
        UncheckedError: there are no complete seeds, or they do not decide.
        ValueError: there is no such data set or claim.
    """
    from companion.experiments.results.record import recorded
    from companion.experiments.statistics.y_activation import claims, find

    by_name = {one.name.removeprefix(f"{dataset}-"): one for one in claims(dataset)}
    if name not in by_name:
        raise ValueError(f"name must be one of {', '.join(by_name)}, got {name!r}")
    finding = find(by_name[name], recorded())
    if finding is None:
        raise UncheckedError("no seed of its models is recorded")
    values: dict[str, Value] = {"mean": round(mean(finding.values), 4)}
    if finding.low is not None and finding.high is not None:
        values |= {"low": round(finding.low, 4), "high": round(finding.high, 4)}
    said = f"{finding.statement.text} {values}"
    require(finding.verdict != "contradicted", said)
    if finding.verdict == "undecided":
        raise UncheckedError(f"undecided: {said}")
    return CheckResult(
        finding.statement.name, "experiment", f"{len(finding.values)} paired seeds", values
    )


def _trained(experiment: str, variant: str) -> "nn.Sequential":
    from companion.experiments.results.record import path_of
    from companion.experiments.runs.recheck import trained_model
    from companion.files import RECORDED

    path = path_of(RECORDED, experiment, variant, 0)
    if not path.with_suffix(".safetensors").exists():
        raise UncheckedError(f"{experiment} {variant} is not recorded")
    return trained_model(path)


def _dot(form: Sequence[int], x: Sequence[int | Fraction]) -> int | Fraction:
    return sum(a * b for a, b in zip(form, x, strict=True))


def _mean(numbers: Sequence[int | Fraction]) -> Fraction:
    return sum(map(Fraction, numbers), Fraction(0)) / len(numbers)
