"""Section 5.1: how an optimal estimator weighs the ranks of a pool, and the layer built on that."""

from fractions import Fraction
from itertools import accumulate, combinations, pairwise

from companion.evidence.order_sets import order_sets
from companion.evidence.result import CheckResult, require
from maxpooling.approximation import best_uniform


def weight_signs() -> CheckResult:
    """A negative weight on some rank appears exactly when two or more positive orders are used."""
    negative = 0
    for d in range(2, 9):
        for orders in order_sets(d):
            weights = best_uniform(d, orders).weights()
            several = len([r for r in orders if r > 0]) > 1
            require((min(weights) < 0) == several, f"signs at d={d}, {orders}")
            negative += several
    return CheckResult(
        "weights-on-ranks",
        "exact certificate",
        "every order set, d = 2..8",
        {"sets with a negative weight": negative},
    )


def weight_sizes() -> CheckResult:
    """All ranks but the first have weights of at most 2E; with all orders they are +-2^(1-d)."""
    for d in range(2, 9):
        for orders in order_sets(d):
            f = best_uniform(d, orders)
            lower = max(abs(w) for w in f.weights()[1:])
            require(lower <= 2 * f.error, f"a lower rank counts more than 2E at d={d}, {orders}")
            total = 1 + f.residuals()[-1] - f.residuals()[0]
            require(sum(f.weights()) == total, f"total weight at d={d}, {orders}")
    for d in range(2, 65):
        step = Fraction(2, 2**d)
        expected = (1 - step, *(step * (-1) ** j for j in range(d - 1)))
        require(best_uniform(d, range(d)).weights() == expected, f"all orders at d={d}")
        expected = (Fraction(d - 1, d), Fraction(1, d), *[Fraction(0)] * (d - 2))
        require(best_uniform(d, [0, d - 1]).weights() == expected, f"order d-1 at d={d}")
    return CheckResult(
        "sizes-of-weights", "exact certificate", "every order set, d = 2..8; closed forms d = 2..64"
    )


def averages_of_top_ranks() -> CheckResult:
    """With one positive order the estimator mixes the means of the top j ranks, j = 1..d.

    The maximum is the first of these means and the average of the pool the last.
    """
    for d in range(2, 33):
        for r in range(1, d):
            weights = (*best_uniform(d, [0, r]).weights(), Fraction(0))
            shares = [j * (a - b) for j, (a, b) in enumerate(pairwise(weights), start=1)]
            require(min(shares) >= 0, f"a negative share at d={d}, r={r}")
            require(sum(shares) == sum(weights), f"shares at d={d}, r={r}")
            require((r == 1) == (shares[-1] == 1), f"the plain average at d={d}, r={r}")
            partial = list(accumulate(reversed(shares[: d - r + 1])))
            require(sum(shares[d - r + 1 :]) == 0, f"ranks below d - r + 1 count at d={d}, r={r}")
            require(partial[-1] == sum(shares), f"partial sums at d={d}, r={r}")
    return CheckResult("means-of-top-ranks", "exact certificate", "{0, r}, all r, d = 2..32")


def pooling_layer() -> CheckResult:
    """SubpoolMaxPool2d equals a sum over all subpools of each window, borders included."""
    import torch

    from maxpooling.layers import SubpoolMaxPool2d

    x = torch.rand(2, 6, 7, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    padded = torch.nn.functional.pad(x, (1, 1, 1, 1), mode="replicate")
    worst = 0.0
    for orders in [(0, 8), (8,), (0, 2, 8), tuple(range(9))]:
        f = best_uniform(9, orders)
        pool = SubpoolMaxPool2d(3, orders, stride=2, padding=1)
        windows = padded.unfold(1, 3, 2).unfold(2, 3, 2).flatten(3)
        expected = torch.zeros(windows.shape[:3], dtype=torch.float64)
        for r, beta in f.coefficients.items():
            chosen = [windows[..., list(I)].amax(-1) for I in combinations(range(9), r) if r]
            average = torch.stack(chosen).mean(0) if r else torch.ones((), dtype=x.dtype)
            expected += float(beta) * average
        worst = max(worst, float((pool(x) - expected).abs().max()))
        exact = torch.nn.functional.max_pool2d(x, 3, 2, 1)
        inside = float((pool(x) - exact).abs().max()) <= pool.error_bound + Fraction(1, 10**12)
        require(inside, f"a window beyond the bound: {orders}")
    require(worst < 1e-12, f"the layer is {worst} off")
    return CheckResult(
        "subpool-max-pool", "enumeration", "all subpools of 24 windows, four order sets, padding 1"
    )
