"""Linear regions of a convolution followed by a pool, counted exactly on small signals (ours).

The outputs are maxima of linear forms: of the windows' forms, and of 0 too if a ReLU follows. A
choice of one form per maximum is a linear region iff some point makes every chosen form the strict
winner, a system of strict inequalities that Fourier-Motzkin elimination decides in integers.
"""

from collections.abc import Iterable, Sequence
from math import gcd
from typing import Literal, get_args

from maxpooling.arguments import check_choice, check_integer

Form = tuple[int, ...]
Pool = Literal["max", "average"]


def pooled_regions(filters: Sequence[Sequence[int]], inputs: int, pool: Pool, *, relu: bool) -> int:
    """Count the linear regions of conv -> pool (-> ReLU) on a signal of a few numbers.

    One input channel, no biases; each filter makes a channel of inputs - k + 1 windows, and one
    pool covers them all.

    Args:
        filters: c filters of k integers each.
        inputs: length of the signal, at least k, at most 6.
        pool: "max" or "average".
        relu: whether a ReLU follows the pool.

    Returns:
        In how many regions the c outputs are linear. Exponential in inputs: for small cases.

    Raises:
        ValueError: an argument is not of this kind.

    Examples:
        >>> [pooled_regions([[1, 2]], 4, "max", relu=relu) for relu in (False, True)]
        [3, 4]
        >>> pooled_regions([[1, 2], [2, -1]], 4, "average", relu=False)
        1
    """
    check_choice("pool", pool, get_args(Pool))
    kernel = check_integer("the length of a filter", min(map(len, filters), default=0), 1, 6)
    if any(len(weights) != kernel for weights in filters):
        raise ValueError(f"filters must be of one length, got {[len(w) for w in filters]}")
    inputs = check_integer("inputs (the length of the signal)", inputs, kernel, 6)
    maxima = []
    for weights in filters:
        forms = window_forms([check_integer("a weight", w, -99, 99) for w in weights], inputs)
        if pool == "average":  # the sum: a positive factor changes no region
            forms = [tuple(map(sum, zip(*forms, strict=True)))]
        maxima.append({*forms, *([(0,) * inputs] if relu else [])})
    return count_regions(maxima)


def window_forms(weights: Sequence[int], inputs: int) -> list[Form]:
    """Return the linear form of each window of a one-dimensional convolution without padding.

    Args:
        weights: of the filter, k integers.
        inputs: length of the signal, at least k.

    Returns:
        inputs - k + 1 forms: the filter, shifted.

    Example:
        >>> window_forms([1, 2], 3)
        [(1, 2, 0), (0, 1, 2)]
    """
    places = inputs - len(weights) + 1
    return [(0,) * i + tuple(weights) + (0,) * (places - 1 - i) for i in range(places)]


def count_regions(maxima: Iterable[Iterable[Form]]) -> int:
    """Count the linear regions of x -> (max of the first forms, max of the second, ...).

    The regions are the vertices of the Minkowski sum of the forms' convex hulls. Maximum by
    maximum: a choice that no point makes the winner cannot be continued.

    Args:
        maxima: for each output its linear forms, integer vectors of one length.

    Returns:
        The number of choices of one form per maximum for which all chosen forms win strictly
        somewhere.

    Example:
        >>> count_regions([{(1, 0), (0, 1), (0, 0)}])  # max(x, y, 0)
        3
    """
    systems: list[frozenset[Form]] = [frozenset()]
    for forms in map(sorted, map(set, maxima)):
        systems = [
            wider
            for system in systems
            for winner in forms
            for wider in [system | {_difference(winner, one) for one in forms if one != winner}]
            if strictly_feasible(wider)
        ]
    return len(systems)


def strictly_feasible(rows: Iterable[Form]) -> bool:
    """Decide whether a point x has row . x > 0 for every row, by Fourier-Motzkin elimination.

    Args:
        rows: integer vectors of one length.

    Returns:
        True if there is such a point.

    Example:
        >>> strictly_feasible([(1, 0), (-1, 1)]), strictly_feasible([(1, -1), (-1, 1)])
        (True, False)
    """
    system = {_shortest(row) for row in rows}
    while system:
        if any(not any(row) for row in system):
            return False  # a row says 0 > 0
        above = [row for row in system if row[-1] > 0]
        below = [row for row in system if row[-1] < 0]
        system = {_shortest(row[:-1]) for row in system if row[-1] == 0}
        system |= {_without_last(up, down) for up in above for down in below}
    return True


def _without_last(up: Form, down: Form) -> Form:
    """The positive combination of two rows in which the last variable cancels."""
    pairs = zip(up[:-1], down[:-1], strict=True)
    return _shortest(tuple(up[-1] * low - down[-1] * high for high, low in pairs))


def _shortest(row: Form) -> Form:
    divisor = gcd(*row) or 1
    return tuple(entry // divisor for entry in row)


def _difference(first: Form, second: Form) -> Form:
    return tuple(a - b for a, b in zip(first, second, strict=True))
