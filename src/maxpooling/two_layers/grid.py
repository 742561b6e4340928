"""A quick exact test of symmetric identities: all vectors whose entries are of a few values.

A symmetric identity has the same value at all rearrangements of a vector. So each average may be
taken over the rearrangements of the *inputs* instead of the images of the template, and these are
few where many inputs are equal.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from maxpooling.errors import CertificateError
from maxpooling.two_layers.identity import Identity
from maxpooling.two_layers.template import Pair

IntArray = NDArray[np.int64]


def holds_on_grid(identity: Identity, values: Sequence[int]) -> int:
    """Require the identity at all vectors with entries among ``values``, exactly.

    O(len(values)^n) integers are held, and as many operations done for every pair of every term.

    Args:
        identity: of one block of n inputs.
        values: distinct integers; two of them on ten inputs take a second.

    Returns:
        The number of vectors.

    Raises:
        ValueError: if the identity has more than one block.
        CertificateError: naming a vector at which it is wrong, and the value found there.

    Examples:
        >>> from maxpooling.two_layers.identity import identity
        >>> holds_on_grid(identity(5, "symmetric"), (0, 1, 3))
        243
    """
    if len(identity.blocks) != 1:
        raise ValueError(f"identity must have one block, got blocks {identity.blocks}")
    n, count = identity.n, len(values)
    inputs = np.array(values, dtype=np.int64)[np.indices((count,) * n).reshape(n, -1)]
    # Rearrangements of one another: equally many entries of every value.
    amounts = np.stack([(inputs == value).sum(axis=0) for value in values])
    _, representatives, kind, sizes = np.unique(
        amounts, axis=1, return_index=True, return_inverse=True, return_counts=True
    )
    kind = kind.ravel()
    totals = [Fraction(0)] * len(sizes)
    parts = [(part.coefficient, _sum_of_maxes(inputs, (part.pair,))) for part in identity.pairs]
    for coefficient, at in parts:
        _add(totals, coefficient, _sums_by_kind(at, kind))
    for term in identity.terms:
        sides = term.template.first, term.template.second
        at = np.maximum(*(_sum_of_maxes(inputs, side) for side in sides))
        _add(totals, term.coefficient, _sums_by_kind(at, kind))
    for total, place, size in zip(totals, representatives, sizes.tolist(), strict=True):
        vector = inputs[:, place].tolist()
        if total != max(vector) * size:
            raise CertificateError(f"the right side is {total / size} at x = {vector}")
    return int(inputs.shape[1])


def _sum_of_maxes(inputs: IntArray, side: tuple[Pair, ...]) -> IntArray:
    """f_Z at every column of ``inputs``."""
    return reduce(np.add, (np.maximum(inputs[i], inputs[j]) for i, j in side))


def _sums_by_kind(at: IntArray, kind: IntArray) -> list[int]:
    sums = np.zeros(int(kind.max()) + 1, dtype=np.int64)
    np.add.at(sums, kind, at)
    result: list[int] = sums.tolist()
    return result


def _add(totals: list[Fraction], coefficient: Fraction, sums: list[int]) -> None:
    for k, value in enumerate(sums):
        totals[k] += coefficient * value
