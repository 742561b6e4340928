"""Claims of the second source on max, average and ReLU, and what follows from them (ours)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from operator import add
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from companion.checking import Kind, Value, certify, check, require
from companion.checking.domains import (
    Domain,
    Draw,
    Drawn,
    Given,
    Listed,
    Steps,
    Titled,
    Vectors,
    counted,
    shown,
)
from companion.errors import CheckFailedError, UncheckedError
from companion.evidence.published_numbers import measured_on
from companion.experiments import titles
from companion.experiments.runs.config import GRID
from companion.experiments.statistics.power import what_would_decide
from companion.experiments.statistics.y_activation import DATASETS, claims, find
from companion.experiments.titles import titled
from maxpooling.errors import CertificateError
from maxpooling.networks import count_regions, pooled_regions, window_forms

if TYPE_CHECKING:
    from torch import Tensor, nn

FILTERS = ((1, 2), (2, -1), (1, -3))
"""Filters of two weights for the counts of regions; no one is a multiple of another."""

ACTIVATIONS: Mapping[str, Callable[[Fraction], Fraction]] = {
    "ReLU": lambda t: max(t, Fraction(0)),
    "leaky ReLU": lambda t: max(t, t / 100),
    "hard sigmoid": lambda t: min(max((t + 1) / 2, Fraction(0)), Fraction(1)),
    "hard tanh": lambda t: min(max(t, Fraction(-1)), Fraction(1)),
}
"""Non-decreasing activations that are exact on fractions."""

_ROUNDING = 1e-5  # of a network in single precision, relative to its largest output
_STRAIGHT = 1e-12  # of a trained network in double precision, as the ray defect measures
_SIXTEENTH = Fraction(1, 16)
_AROUND_ZERO = Steps(Fraction(-2), Fraction(2), Fraction(1, 4), called="inputs from")
_HALVES = tuple(range(-4, 5))  # numerators of the halves from -2 to 2
_CLAIMS = {one.name.removeprefix("mnist-"): measured_on(one) for one in claims("mnist")}
"""Alike for CIFAR-10."""
_FILTERS = Titled({one: f"({', '.join(map(shown, one))})" for one in FILTERS}, called="filters")
_RELU = Titled({False: "without a ReLU", True: "with a ReLU"}, "without and with a ReLU")
_NETWORKS = Titled(titled(titles.EXPERIMENTS, GRID))
_LINEAR = Titled(titled(titles.MODELS, ["average-none", "strided-none"]))


@dataclass(frozen=True)
class PooledNetworks(Draw):
    """Networks of two convolutions, each with a max pool, and a linear layer; inputs for them.

    Integer weights, biases and inputs in double precision, so that nothing is rounded.
    """

    weight: int
    inputs: int
    entry: int

    def __call__(self, random: Random, given: Given) -> "tuple[nn.Sequential, Tensor]":  # noqa: ARG002
        """The network, and inputs of shape [N, 2, 6, 6]."""
        import torch
        from torch import nn

        draw = torch.Generator().manual_seed(random.getrandbits(32))
        model = nn.Sequential(
            nn.Conv2d(2, 3, 2), nn.MaxPool2d(3, stride=2, padding=1),
            nn.Conv2d(3, 4, 2), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4, 3),
        )  # fmt: skip
        with torch.no_grad():
            for parameter in model.parameters():
                drawn = torch.randint(
                    -self.weight, self.weight + 1, parameter.shape, generator=draw
                )
                parameter.copy_(drawn)
        shape = self.inputs, 2, 6, 6
        return model, torch.randint(-self.entry, self.entry + 1, shape, generator=draw)

    def words(self, count: int) -> str:
        """``50 random networks of convolutions and max pools, integer weights ...``."""
        weights, entries = (f"from −{end} to {end}" for end in (self.weight, self.entry))
        what = counted(count, "random network", "random networks")
        return (
            f"{what} of convolutions and max pools, integer weights {weights}, "
            f"each with {self.inputs} inputs of integers {entries}"
        )


@dataclass(frozen=True)
class Noise(Draw):
    """Batches of images of an experiment's size with pixels uniform in [0, 1)."""

    images: int

    def __call__(self, random: Random, given: Given) -> "Tensor":
        """Shape [N, C, H, W], for the earlier argument ``experiment``."""
        import torch

        from companion.experiments.models.building import input_shape

        draw = torch.Generator().manual_seed(random.getrandbits(32))
        return torch.rand(self.images, *input_shape(given["experiment"]), generator=draw)

    def words(self, count: int) -> str:
        """``one random batch of 50 images with pixels uniform in [0, 1)``."""
        what = counted(count, "random batch", "random batches")
        return f"{what} of {self.images} images with pixels uniform in [0, 1)"


@dataclass(frozen=True)
class FirstTestImages(Domain):
    """The first test images of an experiment's data set, as one batch; six are at hand."""

    count: int = 6

    def cases(self, given: Given) -> "list[Tensor]":
        """One batch of shape [count, C, H, W], for the earlier argument ``experiment``."""
        from companion.experiments.data.samples import samples
        from companion.experiments.models.building import dataset_of

        return [samples(dataset_of(given["experiment"]))[0][: self.count]]

    @property
    def text(self) -> str:
        """``the first 6 test images``."""
        return f"the first {self.count} test images"


@dataclass(frozen=True)
class LineBound:
    """No affine function is closer than ``error`` to these values at 0, 1, 2, ...

    Attributes:
        values: of the function that is approximated.
        weights: one for each value; they annihilate every a + b t.
        error: the claimed bound.
    """

    values: tuple[Fraction, ...]
    weights: tuple[Fraction, ...]
    error: Fraction

    def verify(self) -> None:
        """For an error e the weighted sum of the values is at most e times that of the |weights|.

        Raises:
            CertificateError: the weights do not annihilate lines, or give another bound.
        """
        for power in (0, 1):
            if sum(w * t**power for t, w in enumerate(self.weights)):
                raise CertificateError(f"the weights {self.weights} do not annihilate t^{power}")
        reached, total = abs(_dot(self.weights, self.values)), sum(map(abs, self.weights))
        if not total or reached != self.error * total:
            raise CertificateError(f"the weights do not give the bound {self.error}")


@check("second-max-not-linear", Kind.EVERY_CASE)
def max_is_not_linear() -> Mapping[str, Value]:
    """The midpoint of (1, 0) and (1, 2) is off the chord of the maximum."""
    middle = max(Fraction(1), Fraction(1))
    ends = (max(Fraction(1), Fraction(0)) + max(Fraction(1), Fraction(2))) / 2
    require(middle != ends, "the midpoint lies on the chord")
    return {"midpoint": middle, "middle of the ends": ends}


@check(
    "second-max-one-fixed",
    Kind.EVERY_CASE,
    t=Steps(Fraction(0), Fraction(2), _SIXTEENTH, called="the other number from"),
)
def max_with_one_fixed(t: Fraction) -> Mapping[str, Value]:
    """The maximum of 1 and t is 1 up to t = 1 and t beyond; from there on its slope is 1, not 0."""
    value, ahead = max(Fraction(1), t), max(Fraction(1), t + _SIXTEENTH)
    require(value == (1 if t <= 1 else t), f"the maximum is {value}")
    slope = (ahead - value) / _SIXTEENTH
    require(slope == (t >= 1), f"the slope is {slope}")
    return {"midpoint": value} if t == 1 else {}


@check(
    "second-average-linear",
    Kind.EVERY_CASE,
    n=range(1, 5),
    x=Vectors((-2, -1, 0, 3), "n", called="first summand:"),
    y=Vectors((-2, -1, 0, 3), "n", rows=True, called="second summand:"),
    factor=Listed((Fraction(-1), Fraction(2, 3)), called="factors of the second"),
)
def average_is_linear(n: int, x: Sequence[int], y: NDArray[np.int64], factor: Fraction) -> None:
    """The mean of n numbers respects sums and multiples."""
    require(len(x) == n, f"{len(x)} numbers")
    for row in y.tolist():
        scaled = [
            factor.denominator * a + factor.numerator * b for a, b in zip(x, row, strict=True)
        ]
        expected = factor.denominator * _mean(x) + factor.numerator * _mean(row)
        require(_mean(scaled) == expected, f"the mean of {x} and {factor} times {row}")


@check("second-relu-is-max", Kind.EVERY_CASE, t=_AROUND_ZERO)
def relu_is_a_max(t: Fraction) -> None:
    """A ReLU is the maximum of its input and 0, a leaky one of its input and a share of it."""
    relu, leaky = (t, t) if t > 0 else (Fraction(0), t / 100)
    require(relu == max((t, Fraction(0))), f"the ReLU is {relu}")
    require(leaky == max((t, t / 100)), f"with a slope of 1/100 it is {leaky}")


@check("second-one-by-one", Kind.EVERY_CASE, t=_AROUND_ZERO)
def one_by_one_pool(t: Fraction) -> None:
    """Max and average over a window of one pixel are the identity: nothing non-linear is left."""
    require(max((t,)) == t == _mean((t,)), "a pool over one pixel changes it")


@check(
    "second-piecewise",
    Kind.EVERY_CASE,
    n=(2, 3),
    x=Vectors(range(-2, 3), "n", called="first point:"),
    y=Vectors(range(-2, 3), "n", called="second point:"),
    collect=add,
)
def max_is_piecewise_linear(n: int, x: Sequence[int], y: Sequence[int]) -> Mapping[str, Value]:
    """Where one coordinate stays the largest, the maximum is that coordinate: linear, like ReLU.

    Two points with the same largest coordinate are joined by a segment on which it stays largest.
    """
    shared = [i for i in range(n) if x[i] == max(x) and y[i] == max(y)]
    middle = [Fraction(a + b, 2) for a, b in zip(x, y, strict=True)]
    for i in shared:
        require(max(middle) == middle[i], "not linear between them")
    return {"pairs on one piece": int(bool(shared))}


@check("second-piecewise", Kind.EVERY_CASE, n=Listed((2, 3), called="inputs:"), collect=add)
def pieces_of_a_max(n: int) -> Mapping[str, Value]:
    """Each of n numbers is alone the largest somewhere: the maximum has n linear pieces."""
    grid = product(range(-2, 3), repeat=n)
    pieces = {x.index(max(x)) for x in grid if x.count(max(x)) == 1}
    require(len(pieces) == n, f"there are {len(pieces)} pieces")
    return {"linear pieces": len(pieces)}


@check(
    "activation-commutes",
    Kind.EVERY_CASE,
    activation=Listed(tuple(ACTIVATIONS), called=""),
    halves=Vectors(_HALVES, 3, called="halves of"),
)
def activation_commutes(activation: str, halves: Sequence[int]) -> None:
    """A non-decreasing activation may stand before a max pool of three numbers or behind it."""
    pool = [Fraction(numerator, 2) for numerator in halves]
    before = max(ACTIVATIONS[activation](t) for t in pool)
    after = ACTIVATIONS[activation](max(pool))
    require(before == after, f"before the pool {before}, behind it {after}")


@check(
    "activation-commutes",
    Kind.EVERY_CASE,
    activation=Listed(tuple(ACTIVATIONS), called=""),
    halves=Vectors(_HALVES, 3, rows=True, called="halves of"),
    collect=add,
)
def average_does_not_commute(activation: str, halves: NDArray[np.int64]) -> Mapping[str, Value]:
    """With an average pool every one of these activations notices on which side it stands."""
    applied = ACTIVATIONS[activation]
    pools = [[Fraction(numerator, 2) for numerator in row] for row in halves.tolist()]
    moved = sum(_mean([applied(t) for t in pool]) != applied(_mean(pool)) for pool in pools)
    require(moved > 0, "it may change places with the average")
    return {"pools that differ": moved}


@check(
    "theorem-v",
    Kind.RANDOM,
    drawn=Drawn(PooledNetworks(weight=5, inputs=20, entry=9), 50, seed=0),
    factor=Listed((Fraction(1, 4), Fraction(3)), called="factors"),
    collect=add,
)
def straight_rays(drawn: "tuple[nn.Sequential, Tensor]", factor: Fraction) -> Mapping[str, Value]:
    """Without activation, conv and max pool are straight along every ray from zero, exactly.

    For comparison: how many of the networks are bent on a ray once a ReLU follows.
    """
    from torch import nn

    from maxpooling.layers.folding import ray_defect

    model, x = drawn
    defect = ray_defect(model, x, float(factor))
    require(defect == 0, f"a ray is bent by {defect}")
    bent = ray_defect(nn.Sequential(model, nn.ReLU()), x, float(factor)) > 0
    return {"bent by a ReLU behind": int(bent)}


@check("theorem-v", Kind.EVERY_CASE, t=Steps(Fraction(0), Fraction(2), Fraction(1, 4)))
def bent_by_an_early_linear_layer(t: Fraction) -> None:
    """A linear layer before a pool bends rays: max(x + 1, -x) at x = -t, run in torch.

    It falls to 1/2 at t = 1/2 and rises from there, so that the ray through -2 is not straight.
    """
    import torch
    from torch import nn

    from maxpooling.layers.folding import ray_defect

    linear = nn.Linear(1, 2, dtype=torch.float64)
    model = nn.Sequential(linear, nn.MaxPool1d(2))
    with torch.no_grad():
        linear.weight.copy_(torch.tensor([[1.0], [-1.0]]))
        linear.bias.copy_(torch.tensor([1.0, 0.0]))
        found = float(model(torch.tensor([[-float(t)]], dtype=torch.float64)))
    require(found == max(1 - t, t), f"the pool is {found}")
    defect = ray_defect(model, torch.tensor([[-2.0]]), 0.5)
    require(defect > 0, "its rays are straight")


@check("theorem-v", Kind.CERTIFICATE)
def ray_error() -> Mapping[str, Value]:
    """On a ray Theorem V's networks are affine in t, and max(t - 1, 0) is 1/4 away on [0, 2].

    The line t/2 - 1/4 errs by 1/4 with alternating sign at t = 0, 1, 2, and no line does better.
    """
    ramp = tuple(Fraction(max(t - 1, 0)) for t in (0, 1, 2))
    quarter = Fraction(1, 4)
    errors = [Fraction(t, 2) - quarter - value for t, value in enumerate(ramp)]
    require(errors == [-quarter, quarter, -quarter], f"the errors are {errors}")
    bound = certify(LineBound(ramp, (quarter, Fraction(-1, 2), quarter), max(map(abs, errors))))
    return {"error": bound.error}


@check("theorem-u", Kind.EVERY_CASE, weights=_FILTERS, x=Vectors((-1, 0, 2), 4))
def never_constant(weights: Sequence[int], x: Sequence[int]) -> None:
    """Theorem U: a max pool of one filter's windows is nowhere constant.

    Along a winning form's own direction it grows, so it is constant near no point.
    """
    forms = window_forms(weights, len(x))
    highest = max(_dot(form, x) for form in forms)
    direction = next(form for form in forms if _dot(form, x) == highest)
    moved = [a + Fraction(b, 1000) for a, b in zip(x, direction, strict=True)]
    require(max(_dot(form, moved) for form in forms) > highest, "the pool is flat")


@check("theorem-u", Kind.EVERY_CASE, t=_AROUND_ZERO)
def zero_filter(t: Fraction) -> None:
    """A pool over two channels, of which one filter is zero, is a ReLU."""
    channels = [_dot(weights, (t,)) for weights in ((1,), (0,))]
    require(max(channels) == (t if t > 0 else 0), f"the pool is {max(channels)}")


@check("theorem-u", Kind.EVERY_CASE, t=_AROUND_ZERO)
def padded_windows(t: Fraction) -> None:
    """With zero padding a window may see zeros only: filter (1, 0) on one number gives a ReLU."""
    import torch
    from torch import nn

    convolution = nn.Conv1d(1, 1, 2, padding=1, bias=False, dtype=torch.float64)
    model = nn.Sequential(convolution, nn.MaxPool1d(2))
    with torch.no_grad():
        convolution.weight.copy_(torch.tensor([[[1.0, 0.0]]]))
        found = float(model(torch.tensor([[[float(t)]]], dtype=torch.float64)))
    require(found == max(t, 0), f"the pool is {found}")


@check(
    "second-piecewise",
    Kind.EVERY_CASE,
    weights=_FILTERS,
    inputs=Listed(range(2, 6), called="inputs:"),
    relu=_RELU,
)
def regions(weights: Sequence[int], inputs: int, relu: bool) -> None:
    """Conv with one filter and a max pool: a linear region a window, and one more with a ReLU."""
    windows = inputs - 1
    count = pooled_regions([weights], inputs, "max", relu=relu)
    require(count == windows + relu, f"{windows} windows have {count} regions")
    count = pooled_regions([weights], inputs, "average", relu=relu)
    require(count == 1 + relu, f"an average of {windows} windows has {count} regions")


@check("second-piecewise", Kind.EVERY_CASE, dimension=Listed(range(1, 5), called="dimensions"))
def orthants(dimension: int) -> None:
    """As a test of the count: ReLUs of all coordinates have 2^n regions, the octants for n = 3."""
    units = [tuple(int(i == j) for j in range(dimension)) for i in range(dimension)]
    count = count_regions([[form, (0,) * dimension] for form in units])
    require(count == 2**dimension, f"there are {count} regions")


@check(
    "second-average-network",
    Kind.MEASUREMENT,
    experiment=_NETWORKS,
    variant=_LINEAR,
    images=FirstTestImages(called=""),
    collect={"largest difference": max},
)
@check(
    "second-average-network",
    Kind.RANDOM,
    experiment=_NETWORKS,
    variant=_LINEAR,
    images=Drawn(Noise(50), 1, seed=0),
    collect={"largest difference": max},
)
def folded_networks(experiment: str, variant: str, images: "Tensor") -> Mapping[str, Value]:
    """Trained networks of average pools without activation equal the affine map they fold into.

    Single against double precision; the difference is relative to the largest output.
    """
    import torch

    from companion.experiments.models.building import input_shape
    from companion.experiments.models.layers import Normalise
    from maxpooling.layers.folding import fold

    model = _trained(experiment, variant)
    folded = fold(model, input_shape(experiment), also=(Normalise,))
    with torch.no_grad():
        expected = model(images)
        off = float((folded(images) - expected).abs().max() / expected.abs().max())
    require(off < _ROUNDING, f"the folded map is off by {off:g}")
    return {"seeds": 1, "largest difference": float(f"{off:.0e}")}


@check("theorem-v", Kind.MEASUREMENT, experiment=_NETWORKS, images=FirstTestImages(called=""))
def trained_rays(experiment: str, images: "Tensor") -> Mapping[str, Value]:
    """Theorem V on trained networks of max pools: the logits are straight in the brightness."""
    from maxpooling.layers.folding import ray_defect

    defect = ray_defect(_trained(experiment, "max-none"), images, 0.5)
    require(defect < _STRAIGHT, f"half the brightness is off by {defect:g}")
    return {"seeds": 1}


@check(
    "y_activation",
    Kind.MEASUREMENT,
    dataset=Titled(DATASETS),
    name=Titled(_CLAIMS, "every claim on accuracies"),
)
def accuracy_claim(dataset: str, name: str) -> Mapping[str, Value]:
    """What the recorded grid of pools and activations says about a claim of the second source.

    Raises:
        CheckFailedError: the seeds contradict the claim.
        UncheckedError: there are no complete seeds, or they do not decide; says what would.
        ValueError: there is no such data set or claim.
    """
    from companion.experiments.results.recomputable import words
    from companion.experiments.results.record import recorded
    from companion.experiments.statistics.summary import finding_values

    by_name = {one.name.removeprefix(f"{dataset}-"): one for one in claims(dataset)}
    if name not in by_name:
        raise ValueError(f"name must be one of {', '.join(by_name)}, got {name!r}")
    runs = recorded()
    finding = find(by_name[name], runs)
    members = sum(len(claims(one)) for one in DATASETS)
    if finding is None:
        raise UncheckedError(f"not run: {what_would_decide(by_name[name], None, runs, members)}")
    found = finding_values(finding)
    numbers = ", ".join(f"{key} {shown(value)}" for key, value in found.items())
    said = f"{finding.verdict} ({numbers}): {finding.statement.text}"
    if finding.verdict == "contradicted":
        raise CheckFailedError(said)
    experiment = by_name[name].experiment
    weights = words(one for one in runs if one["configuration"]["experiment"] == experiment)
    if finding.verdict == "undecided":
        decide = what_would_decide(by_name[name], finding, runs, members)
        raise UncheckedError(f"{said} {decide}" + (f". {weights}" if weights else ""))
    return found | ({"remark": weights} if weights else {})


def _trained(experiment: str, variant: str) -> "nn.Sequential":
    """The recorded network of seed 0."""
    from companion.experiments.results.record import path_of
    from companion.experiments.runs.weights import trained_model
    from companion.files import RECORDED

    path = path_of(RECORDED, experiment, variant, 0)
    if not path.with_suffix(".safetensors").exists():
        raise UncheckedError(f"{experiment} {variant} is not recorded")
    return trained_model(path)


def _dot(form: Sequence[int | Fraction], x: Sequence[int | Fraction]) -> int | Fraction:
    return sum(a * b for a, b in zip(form, x, strict=True))


def _mean(numbers: Sequence[int | Fraction]) -> Fraction:
    return Fraction(sum(numbers)) / len(numbers)
