"""Claims of the second source on max, average and ReLU that a small exact computation decides."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, product

from maxpooling.checks.result import CheckResult, require

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
    """A ReLU is the maximum over a pool of its input and the constant 0."""
    for t in _GRID:
        relu = t if t > 0 else Fraction(0)
        require(relu == max((t, Fraction(0))), f"at {t}")
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


def _mean(numbers: Sequence[int | Fraction]) -> Fraction:
    return sum(map(Fraction, numbers), Fraction(0)) / len(numbers)
