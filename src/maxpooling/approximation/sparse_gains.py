"""How much a few more subpools can add to the d subpools that miss one input each (ours).

Let the subpools be those of m - 1 of m inputs, and k others, which miss k flats of two or more
inputs. Then 1/E <= 2m + gain, with a gain that depends on k alone, and is a finite computation:

An input that is not alone on all of its flats together may be taken away. Where it alone is one,
the combination h of the k others and the constant has a value that it also has at a vertex of two
ones, so at most E, and without the input 1/E is smaller by at most 2. Flats left with one input
are dropped: they are subpools that miss one. In the end the flats on every input meet in it alone;
so no two inputs lie on the same flats, or one on more than the other: an antichain of sets of
flats, each of two or more. For each of these finitely many a linear program of k + 1 unknowns
gives the largest 1/E.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import permutations

import numpy as np

from maxpooling.approximation.blocks import mask_of
from maxpooling.approximation.brute_force import maximise_first
from maxpooling.arguments import check_integer

Flats = tuple[int, ...]


def largest_gains(k: int) -> dict[int, Fraction]:
    """The largest 1/E - 2m with k flats where every input is the only one on all of its flats.

    Args:
        k: number of flats, 1 <= k <= 5 (104 linear programs for five).

    Returns:
        Number m of inputs -> the largest excess over 2m of such families; none for other m.

    Raises:
        ValueError: if k is not an integer in its range.

    Examples:
        >>> largest_gains(3), largest_gains(4)[6]
        ({3: Fraction(2, 1)}, Fraction(6, 1))
    """
    gains: dict[int, Fraction] = {}
    for flats in antichains(check_integer("k", k, 1, 5)):
        m = max(flat.bit_length() for flat in flats)
        gains[m] = max(gains.get(m, Fraction(0)), largest_inverse_error(m, flats) - 2 * m)
    return dict(sorted(gains.items()))


def antichains(k: int) -> Iterator[Flats]:
    """K flats of inputs none of which lies on all flats of another; one for each renaming of flats.

    Flats are sets of inputs as integers, each of two or more; every input is on two or more flats.
    """
    patterns = [p for p in range(2**k) if p.bit_count() >= 2]
    renamed = [
        {p: mask_of(order[i] for i in range(k) if p >> i & 1) for p in patterns}
        for order in permutations(range(k))
    ]
    level: set[tuple[int, ...]] = {()}
    while level:
        for inputs in sorted(level):
            flats = tuple(mask_of(i for i, p in enumerate(inputs) if p >> j & 1) for j in range(k))
            if all(flat.bit_count() >= 2 for flat in flats):
                yield flats
        level = {
            min(tuple(sorted(names[p] for p in (*inputs, new))) for names in renamed)
            for inputs in level
            for new in patterns
            if all(p & new not in (p, new) for p in inputs)
        }


def largest_inverse_error(m: int, flats: Sequence[int]) -> Fraction:
    """1/E for the subpools that miss one of m inputs and those that miss the flats, exactly.

    With h = b_0 + sum of b_L [the ones lie within L], bounded by E at all vertices of two and more
    ones and free elsewhere, 1/E = 1 + m + max of (h(none) - sum over i of h(i)) / E: a linear
    program in b, solved by the simplex method on integers.

    Args:
        m: number of inputs.
        flats: sets of two or more of the inputs, as integers.

    Examples:
        >>> largest_inverse_error(3, [0b011, 0b101, 0b110])
        Fraction(8, 1)
    """
    meets = {(1 << m) - 1}
    for flat in flats:
        meets |= {meet & flat for meet in meets if (meet & flat).bit_count() >= 2}
    features = [[1, *(int(flat & meet == meet) for flat in flats)] for meet in sorted(meets)]
    aim = [1 - m, *(1 - flat.bit_count() for flat in flats)]
    rows = [[1, *(-a for a in aim), *aim]]  # y_0 is at most the aim; the unknowns are split by sign
    for row in features:
        rows.append([0, *row, *(-a for a in row)])
        rows.append([0, *(-a for a in row), *row])
    right = [0, *[1] * (len(rows) - 1)]
    aimed = maximise_first(np.array(rows, dtype=object), np.array(right, dtype=object))
    return 1 + m + aimed
