"""What takes the place of a max pool of a LeNet: windows of 3 by 3, stride 2, padding 1.

Everything that depends on data (range, temperature, exponent, least-squares weights) is fitted on
inputs of the pool for training images, by :func:`fit`, and handed to :func:`make` as numbers, so
that a record can keep them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from companion.experiments.pools.estimators import braces, fitted, order_sets, plain
from maxpooling.approximation import SparseApproximation, sparse_uniform
from maxpooling.approximation.spacings import SpacingMoments
from maxpooling.layers import SubpoolMaxPool2d
from maxpooling.layers.geometry import Geometry
from maxpooling.layers.running_maxima import weigh_maxima

SIZE = 9
WINDOW = Geometry((3, 3), (2, 2), (1, 1), (1, 1), ceil_mode=False)
SHARPNESSES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
"""Temperatures that are tried, on the range: 1/t is the unit in which entries are compared."""
EXPONENTS = (2.0, 3.0, 4.0, 6.0, 8.0)
SUBPOOLS = 21

Range = Sequence[float]
Numbers = Sequence[float]


class RankPool(nn.Module):
    """Fixed weights on the ordered entries of each window.

    Args:
        weights: on the largest, the second largest, ...
        constant: added to the sum.
    """

    def __init__(self, weights: Sequence[float], constant: float) -> None:
        """See the class."""
        super().__init__()
        last = max((k for k, weight in enumerate(weights) if weight), default=0)
        self.ranks = torch.tensor(weights[: last + 1], dtype=torch.float64)
        self.constant = constant

    def forward(self, x: Tensor) -> Tensor:
        """Pool images of shape [N, C, H, W]."""
        return weigh_maxima(x, self.ranks, self.constant, WINDOW, "RankPool")


class SparsePool(nn.Module):
    """The cheapest union-closed estimator known with so many subpool maxes.

    Args:
        low: lower end of the range.
        high: its upper end.
    """

    def __init__(self, low: float, high: float) -> None:
        """See the class."""
        super().__init__()
        best = sparse()
        self.terms = [(block, float(weight)) for block, weight in best.blocks.items()]
        total = sum(weight for _, weight in self.terms)
        self.constant = (high - low) * float(best.constant) + low * (1 - total)

    def forward(self, x: Tensor) -> Tensor:
        """Pool images of shape [N, C, H, W]."""
        entries = entries_of(x)
        total = torch.full_like(entries[0], self.constant)
        for subpool, weight in self.terms:
            largest = entries[subpool[0]]
            for place in subpool[1:]:
                largest = torch.maximum(largest, entries[place])
            total = total.add(largest, alpha=weight)
        return total


class _Exponentials(nn.Module):
    """A pool that weighs by exponentials.

    Args:
        low: lower end of the range.
        high: its upper end.
        sharpness: the temperature, for a range of 1.
    """

    def __init__(self, low: float, high: float, sharpness: float) -> None:
        """See the class."""
        super().__init__()
        self.sharpness = sharpness / (high - low)


class LogMeanExp(_Exponentials):
    """The log-mean-exp of a window; arguments of its base class."""

    def forward(self, x: Tensor) -> Tensor:
        """Pool images of shape [N, C, H, W]."""
        entries = entries_of(x)
        top = _largest(entries)
        total = sum(((e - top) * self.sharpness).exp() for e in entries)
        return top + (torch.as_tensor(total) / SIZE).log() / self.sharpness


class SoftPool(_Exponentials):
    """The mean of a window, weighed by exponentials; arguments of its base class."""

    def forward(self, x: Tensor) -> Tensor:
        """Pool images of shape [N, C, H, W]."""
        entries = entries_of(x)
        top = _largest(entries)
        shares = [((e - top) * self.sharpness).exp() for e in entries]
        weighed = torch.as_tensor(sum(e * s for e, s in zip(entries, shares, strict=True)))
        return weighed / torch.as_tensor(sum(shares))


class PowerPool(nn.Module):
    """``torch.nn.LPPool2d`` of what is positive.

    A power of negative numbers is no order; the ReLU that follows the pool in these networks comes
    before it here, which for the maximum is the same. Entries are at least a ten-thousandth of the
    largest, since at zero the root has no derivative.

    Args:
        high: upper end of the range, which is scaled to 1 within.
        exponent: of the power.
    """

    def __init__(self, high: float, exponent: float) -> None:
        """See the class."""
        super().__init__()
        self.high = high
        self.pool = nn.LPPool2d(exponent, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """Pool images of shape [N, C, H, W]."""
        scaled = functional.pad((x / self.high).clamp(min=1e-4), (1, 1, 1, 1), value=0.0)
        pooled: Tensor = self.pool(scaled)
        return self.high * pooled


class CentrePool(nn.Module):
    """The pixel in the middle of each window."""

    def forward(self, x: Tensor) -> Tensor:
        """Pool images of shape [N, C, H, W]."""
        return x[..., ::2, ::2]


@cache
def sparse() -> SparseApproximation:
    """The cheapest estimator known of error 1/50."""
    return sparse_uniform(SIZE, SUBPOOLS)


def entries_of(x: Tensor) -> list[Tensor]:
    """The nine entries of all windows, as views, with one replicated pixel of border.

    Replicated, since a place beyond the image must not change which entry of a window is largest.
    """
    padded = functional.pad(x, (1, 1, 1, 1), mode="replicate")
    rows, columns = ((side - 1) // 2 * 2 + 1 for side in x.shape[-2:])
    return [padded[..., i : i + rows : 2, j : j + columns : 2] for i in range(3) for j in range(3)]


@dataclass(frozen=True)
class Substitute:
    """One kind of pool.

    Attributes:
        make: the pool, for a range and the numbers that were fitted.
        fit: those numbers, from windows of shape [n, 9] and their range.
    """

    make: Callable[[Range, Numbers], nn.Module]
    fit: Callable[[Tensor, Range], list[float]] = lambda *_: []


def _minimax(orders: Sequence[int], limits: Range, _: Numbers) -> nn.Module:
    return SubpoolMaxPool2d(3, 2, 1, orders=orders, input_range=limits)


def _ranked(limits: Range, numbers: Numbers) -> nn.Module:
    """A pool from its constant and weights on the unit range."""
    (low, high), (constant, *weights) = limits, numbers
    return RankPool(weights, (high - low) * constant + low * (1 - sum(weights)))


def _plain(order: int, *_: object) -> nn.Module:
    return RankPool([float(weight) for weight in plain(SIZE, order).weights], 0.0)


def _least_squares(orders: Sequence[int], windows: Tensor, limits: Range) -> list[float]:
    best = fitted(SIZE, orders, _moments(windows, limits))
    return [float(best.constant), *map(float, best.weights)]


def _moments(windows: Tensor, limits: Range) -> SpacingMoments:
    return SpacingMoments.of_pools(_unit(windows, limits).numpy())


def _unit(windows: Tensor, limits: Range) -> Tensor:
    low, high = limits
    return ((windows - low) / (high - low)).clamp(0, 1)


def _best_of(
    values: Sequence[float],
    estimate: Callable[[Tensor, float], Tensor],
    scaled: Callable[[Tensor, Range], Tensor],
    windows: Tensor,
    limits: Range,
) -> list[float]:
    """The value with the least mean square error."""
    scaled_windows = scaled(windows, limits)
    top = scaled_windows.amax(-1)
    errors = [float((estimate(scaled_windows, value) - top).square().mean()) for value in values]
    return [values[int(np.argmin(errors))]]


def _log_mean_exp(windows: Tensor, t: float) -> Tensor:
    return ((windows * t).logsumexp(-1) - float(np.log(SIZE))) / t


def _soft(windows: Tensor, t: float) -> Tensor:
    return (windows * (windows * t).softmax(-1)).sum(-1)


def _positive(windows: Tensor, limits: Range) -> Tensor:
    return (windows / limits[1]).clamp(min=1e-4)


def _power(windows: Tensor, p: float) -> Tensor:
    return windows.pow(p).sum(-1).pow(1 / p)


SUBSTITUTES: Mapping[str, Substitute] = {
    "maximum": Substitute(lambda *_: nn.MaxPool2d(3, stride=2, padding=1)),
    "plain S_8": Substitute(partial(_plain, 8)),
    "plain S_4": Substitute(partial(_plain, 4)),
    **{
        f"minimax {braces(SIZE, orders)}": Substitute(partial(_minimax, orders))
        for orders in order_sets(SIZE)
    },
    **{
        f"least squares {braces(SIZE, orders)}": Substitute(
            _ranked, partial(_least_squares, orders)
        )
        for orders in order_sets(SIZE)
    },
    f"union-closed, {SUBPOOLS} subpools": Substitute(lambda limits, _: SparsePool(*limits)),
    "log-mean-exp": Substitute(
        lambda limits, numbers: LogMeanExp(limits[0], limits[1], numbers[0]),
        partial(_best_of, SHARPNESSES, _log_mean_exp, _unit),
    ),
    "SoftPool": Substitute(
        lambda limits, numbers: SoftPool(limits[0], limits[1], numbers[0]),
        partial(_best_of, SHARPNESSES, _soft, _unit),
    ),
    "LPPool2d": Substitute(
        lambda limits, numbers: PowerPool(limits[1], numbers[0]),
        partial(_best_of, EXPONENTS, _power, _positive),
    ),
    "average": Substitute(lambda *_: nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False)),
    "middle pixel": Substitute(lambda *_: CentrePool()),
}
"""All of them by name; the first is the pool that the networks were trained with."""


def _largest(entries: Sequence[Tensor]) -> Tensor:
    top = entries[0]
    for entry in entries[1:]:
        top = torch.maximum(top, entry)
    return top
