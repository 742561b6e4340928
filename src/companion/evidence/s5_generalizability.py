"""Section 5.1: how an optimal estimator weighs the ranks of a pool, and the layer built on that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from operator import add
from random import Random
from typing import TYPE_CHECKING

from companion.checking import Kind, Value, check, require
from companion.checking.domains import (
    Draw,
    Drawn,
    Given,
    Integers,
    OrderSets,
    Through,
    counted,
)
from companion.evidence.optima import CONSTANT, certified
from maxpooling.approximation import best_uniform

if TYPE_CHECKING:
    from torch import Tensor

_ROUNDING = 1e-12  # of the layer in double precision, on inputs in [0, 1]


@dataclass(frozen=True)
class Images(Draw):
    """Images with pixels uniform in [0, 1), in double precision."""

    channels: int
    height: int
    width: int

    def __call__(self, random: Random, given: Given) -> "Tensor":  # noqa: ARG002
        """A tensor of shape [channels, height, width]."""
        import torch

        draw = torch.Generator().manual_seed(random.getrandbits(32))
        shape = self.channels, self.height, self.width
        return torch.rand(shape, generator=draw, dtype=torch.float64)

    def words(self, count: int) -> str:
        """``3 random images of 2 channels, 6 by 7 pixels uniform in [0, 1)``."""
        size = f"{self.height} by {self.width} pixels"
        what = counted(count, "random image", "random images")
        return f"{what} of {self.channels} channels, {size} uniform in [0, 1)"


@check(
    "statement-positive-weights",
    Kind.CERTIFICATE,
    d=range(2, 9),
    orders=OrderSets("d"),
    collect=add,
)
def weight_signs(d: int, orders: Sequence[int]) -> Mapping[str, Value]:
    """A negative weight on some rank appears exactly when two or more positive orders are used."""
    weights = certified(best_uniform(d, orders), d, orders).weights()
    several = len([r for r in orders if r > 0]) > 1
    require((min(weights) < 0) == several, f"the weights are {weights}")
    return {"sets with a negative weight": int(several)}


@check("sizes-of-weights", Kind.CERTIFICATE, d=range(2, 9), orders=OrderSets("d"))
def weight_sizes(d: int, orders: Sequence[int]) -> None:
    """All ranks but the first have weights of at most 2E; together they miss 1 by two residuals."""
    f = certified(best_uniform(d, orders), d, orders)
    lower = max(abs(w) for w in f.weights()[1:])
    require(lower <= 2 * f.error, f"a lower rank counts {lower}, more than 2E = {2 * f.error}")
    total = 1 + f.residuals()[-1] - f.residuals()[0]
    require(sum(f.weights()) == total, f"the total weight is {sum(f.weights())}, not {total}")


@check("sizes-of-weights", Kind.CERTIFICATE, d=range(2, 65))
def weights_in_closed_form(d: int) -> None:
    """With all orders the lower ranks have +-2^(1-d); with {0, d-1} only the second has any."""
    step = Fraction(2, 2**d)
    expected = (1 - step, *(step * (-1) ** j for j in range(d - 1)))
    require(certified(best_uniform(d, range(d)), d, range(d)).weights() == expected, "all orders")
    expected = (Fraction(d - 1, d), Fraction(1, d), *[Fraction(0)] * (d - 2))
    require(
        certified(best_uniform(d, [0, d - 1]), d, [0, d - 1]).weights() == expected,
        "orders 0 and d - 1",
    )


@check(
    "means-of-top-ranks",
    Kind.CERTIFICATE,
    d=range(2, 33),
    r=Through(1, "d - 1"),
    constant=CONSTANT,
)
def averages_of_top_ranks(d: int, r: int, constant: bool) -> None:
    """With one order r the estimator mixes the means of the top j ranks, j = 1..d.

    The maximum is the first of these means and the average of the pool the last. With a constant,
    (d-r)/(2d), the shares add up to 1, without one to 2d/(d+r).
    """
    orders = [0, r] if constant else [r]
    f = certified(best_uniform(d, orders), d, orders)
    shift = Fraction(d - r, 2 * d) if constant else Fraction(0)
    factor = Fraction(1) if constant else Fraction(2 * d, d + r)
    stated = {0: shift, r: factor} if constant else {r: factor}
    require(f.coefficients == stated, f"the coefficients are {f.coefficients}")
    weights = (*f.weights(), Fraction(0))
    shares = [j * (a - b) / factor for j, (a, b) in enumerate(pairwise(weights), start=1)]
    require(min(shares) >= 0, f"a share is {min(shares)}")
    require(sum(shares) == 1, f"the shares add up to {sum(shares)}")
    require((r == 1) == (shares[-1] == 1), f"the plain average has the share {shares[-1]}")
    require(not any(shares[d - r + 1 :]), "ranks below d - r + 1 count")


@check(
    "subpool-max-pool",
    Kind.RANDOM,
    orders=((0, 8), (8,), (0, 2, 8), tuple(range(9))),
    image=Drawn(Images(2, 6, 7), 3, seed=5),
)
def pooling_layer(orders: Sequence[int], image: "Tensor") -> Mapping[str, Value]:
    """SubpoolMaxPool2d, 3 by 3, stride 2, padding 1, sums over all subpools, borders included."""
    import torch

    from maxpooling.layers import SubpoolMaxPool2d

    f = best_uniform(9, orders)
    pool = SubpoolMaxPool2d(3, stride=2, padding=1, orders=orders, input_range=(0, 1))
    padded = torch.nn.functional.pad(image, (1, 1, 1, 1), mode="replicate")
    windows = padded.unfold(1, 3, 2).unfold(2, 3, 2).flatten(3)
    expected = torch.zeros(windows.shape[:3], dtype=torch.float64)
    for r, beta in f.coefficients.items():
        chosen = [windows[..., list(I)].amax(-1) for I in combinations(range(9), r) if r]
        average = torch.stack(chosen).mean(0) if r else torch.ones((), dtype=image.dtype)
        expected += float(beta) * average
    off = float((pool(image) - expected).abs().max())
    require(off < _ROUNDING, f"the layer is {off} off")
    exact = torch.nn.functional.max_pool2d(image, 3, 2, 1)
    beyond = float((pool(image) - exact).abs().max()) - float(pool.error_bound_on(0, 1))
    require(beyond <= _ROUNDING, f"a window is {beyond} beyond the bound")
    return {"outputs for an image": expected.numel()}


@check(
    "theorem-rg",
    Kind.RANDOM,
    d=range(2, 7),
    orders=OrderSets("d"),
    ends=Drawn(Integers(-9, 9, 2, height=2), 3, called="[a, b] and [u, v]:"),
)
def errors_outside_the_range(d: int, orders: Sequence[int], ends: list[list[int]]) -> None:
    """The largest error at the corners of another cube: the error is affine between sorted ones."""
    from maxpooling.layers import SubpoolMaxPool2d

    (a, b), (u, v) = ((low, high + (low == high)) for low, high in map(sorted, ends))
    pool = SubpoolMaxPool2d((1, d), orders=orders, input_range=(a, b))
    errors = []
    for ones in range(d + 1):
        corner = [v] * ones + [u] * (d - ones)
        total = sum((w * y for w, y in zip(pool.weights, corner, strict=True)), pool.intercept)
        errors.append(abs(total - corner[0]))
    found = pool.error_bound_on(u, v)
    require(max(errors) == found, f"the largest error is {max(errors)}, not {found}")
