"""Combinations of chosen subpool maxes, each with a weight of its own, checked at every vertex.

The sets of orders of the paper take all subpools of an order. Here any subpools may be taken: the
error is found over all 2^d vertices of the cube, which is enough since on an ordered simplex the
combination and the maximum are affine (Theorem A, ours).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maxpooling.arguments import check_integer, check_pools
from maxpooling.errors import CertificateError
from maxpooling.plain import Result

LARGEST = 16
"""Pool size up to which all 2^d vertices are visited (4x4 windows)."""

Block = tuple[int, ...]


@dataclass(frozen=True)
class SparseApproximation(Result):
    """A constant and weighted maxes over chosen subpools, in the place of the maximum.

    Calling it evaluates f(x) = constant + sum of blocks[I] max(x_I) on arrays.

    Attributes:
        d: pool size; the inputs are numbered from 0.
        blocks: subpool -> weight: sorted tuples of 1 to d-1 inputs, none with weight 0.
        constant: added to the weighted maxes.
        error: the largest |f - max| over the cube [0, 1]^d.
        proved: whether this error is known to be the least of all combinations of a constant with
            as many subpool maxes, whichever they are and whatever their weights.
    """

    d: int
    blocks: dict[Block, Fraction]
    constant: Fraction
    error: Fraction
    proved: bool = False

    __hash__ = Result.__hash__
    __repr__ = Result.__repr__

    def verify(self) -> bool:
        """Compute f at all 2^d vertices in rational arithmetic, from the fields alone; return True.

        About d 2^(d-1) additions of integers. That no other choice of subpools is better is not
        verified here: :func:`maxpooling.approximation.sparse_record.verify_record` does that.

        Raises:
            CertificateError: a subpool or a number is not of its kind, or the largest error over
                the vertices is another than ``error``.
        """
        numbers = [self.error, self.constant, *self.blocks.values()]
        if not all(isinstance(number, (Fraction, int)) for number in numbers):
            raise CertificateError("the numbers are not all rational")
        for block, weight in self.blocks.items():
            inside = list(block) == sorted(set(block)) and set(block) <= set(range(self.d))
            if not (inside and 0 < len(block) < self.d and weight != 0):
                raise CertificateError(f"{block} with weight {weight} is no subpool of the sum")
        worst = self.worst_vertex()
        if worst != self.error:
            raise CertificateError(f"the largest error at a vertex is {worst}, not {self.error}")
        return True

    def worst_vertex(self) -> Fraction:
        """The largest |f - max| over the vertices, whatever ``error`` says."""
        scaled, common = self._scaled_errors()
        return Fraction(int(np.abs(scaled).max()), common)

    def vertex_errors(self) -> list[Fraction]:
        """F - max at every vertex; bit i of the index is set where input i is zero.

        A max over a subpool is zero where the subpool lies within the zeros, and one elsewhere.
        """
        scaled, common = self._scaled_errors()
        return [Fraction(error, common) for error in scaled.tolist()]

    def _scaled_errors(self) -> tuple[NDArray[np.object_], int]:
        """The errors times a common denominator, and that: sums of integers over subsets."""
        common = lcm(self.constant.denominator, *(w.denominator for w in self.blocks.values()))
        within = np.zeros(2**self.d, dtype=object)
        for block, weight in self.blocks.items():
            within[mask_of(block)] += weight.numerator * (common // weight.denominator)
        total = int(within.sum())
        for i in range(self.d):
            halves = within.reshape(-1, 2, 1 << i)
            halves[:, 1] += halves[:, 0]
        errors = int(self.constant * common) + total - within - common
        errors[-1] += common  # where all inputs are zero, so is the maximum
        return errors, common

    def __call__(self, x: ArrayLike) -> NDArray[np.float64]:
        """Evaluate f on pools of shape [..., d]; returns shape [...].

        Raises:
            ValueError: if x is not numeric or its last axis is not d.
        """
        pools = check_pools(x)
        if pools.shape[-1] != self.d:
            raise ValueError(f"x must have shape [..., {self.d}], got shape {pools.shape}")
        value = np.full(pools.shape[:-1], float(self.constant))
        for block, weight in self.blocks.items():
            value += float(weight) * pools[..., list(block)].max(axis=-1)
        return value


def cyclic_runs(d: int, r: int) -> tuple[Block, ...]:
    """D / gcd(d, r) runs of r neighbours on a circle of d inputs: each input is in r / gcd of them.

    Args:
        d: pool size, at least 2.
        r: length of a run, 1 <= r < d.

    Raises:
        ValueError: if d or r is not an integer in its range.

    Examples:
        >>> cyclic_runs(4, 2), len(cyclic_runs(9, 6))
        (((0, 1), (2, 3)), 3)
    """
    d = check_integer("d", d, 2, 2000)
    r = check_integer("r", r, 1, d - 1)
    starts = range(0, d // gcd(d, r) * r, r)
    return tuple(sorted(tuple(sorted((s + i) % d for i in range(r))) for s in starts))


def average_of_blocks(
    d: int, blocks: Iterable[Block], *, intercept: bool = True
) -> SparseApproximation:
    """The best multiple of a plain average of block maxes, where every input is equally covered.

    With the constant its error is (d-r)/(2d), without it (d-r)/(d+r): what all subpools of order r
    reach, and no other weights or blocks of r inputs can do better (Theorem Y, ours).

    Args:
        d: pool size, at least 2.
        blocks: sets of one number r of inputs in 0..d-1, 1 <= r < d, each input in equally many.
        intercept: whether there is a constant.

    Raises:
        ValueError: if the blocks are not of this kind.

    Examples:
        >>> average_of_blocks(4, [(0, 1), (2, 3)]).error
        Fraction(1, 4)
        >>> average_of_blocks(4, [(0, 1), (2, 3)], intercept=False).error
        Fraction(1, 3)
    """
    d = check_integer("d", d, 2, 2000)
    chosen = [tuple(sorted(set(block))) for block in blocks]
    sizes = {len(block) for block in chosen}
    covered = {sum(i in block for block in chosen) for i in range(d)}
    inside = all(set(block) <= set(range(d)) for block in chosen)
    if len(sizes) != 1 or not sizes <= set(range(1, d)) or len(covered) != 1 or not inside:
        raise ValueError(
            f"blocks must be sets of one size in 1..{d - 1} that cover each input of 0..{d - 1} "
            f"equally often, got {chosen[:4]}{' ...' if len(chosen) > 4 else ''}"
        )
    (r,) = sizes
    total = Fraction(1) if intercept else Fraction(2 * d, d + r)
    weights: dict[Block, Fraction] = {}
    for block in chosen:
        weights[block] = weights.get(block, Fraction(0)) + total / len(chosen)
    error = Fraction(d - r, 2 * d if intercept else d + r)
    return SparseApproximation(d, weights, error if intercept else Fraction(0), error)


def mask_of(block: Iterable[int]) -> int:
    """A set of inputs as an integer: bit i is set for input i."""
    return sum(1 << i for i in block)


def block_of(mask: int) -> Block:
    """The set of inputs that :func:`mask_of` made an integer of."""
    return tuple(i for i in range(mask.bit_length()) if mask >> i & 1)


def from_terms(
    d: int, terms: Mapping[int, Fraction], *, proved: bool = False
) -> SparseApproximation:
    """The combination f whose difference from the maximum is the sum of c_I [I is all zero].

    Since [I is all zero] = 1 - max(x_I) at the vertices, f has the weights -c_I and the constant
    sum of all c_I; the whole pool must have c = 1, so that its max cancels.

    Args:
        d: pool size, at most LARGEST.
        terms: c_I by :func:`mask_of` of I, the empty set and the whole pool included.
        proved: see :class:`SparseApproximation`.

    Raises:
        ValueError: if the whole pool has another coefficient than 1.
    """
    whole = (1 << d) - 1
    if terms.get(whole) != 1:
        raise ValueError(f"terms must give the whole pool of {d} inputs 1, got {terms.get(whole)}")
    blocks = {block_of(m): -c for m, c in sorted(terms.items()) if m not in (0, whole) and c != 0}
    found = SparseApproximation(d, blocks, sum(terms.values(), Fraction(0)), Fraction(0), proved)
    return replace(found, error=found.worst_vertex())
