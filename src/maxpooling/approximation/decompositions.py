"""Sums of functions of few coordinates: what they need and what they cannot reach (Section 4).

A functional decomposition of order r (Definition 2) writes f as a sum of functions of r coordinates
each. Mixed differences over the cube's vertices tell which terms must be there (Theorem 3), and a
signed measure on the vertices bounds how near any such sum comes to the maximum (Theorem B, ours).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maxpooling.approximation import UniformApproximation, best_uniform
from maxpooling.arguments import MAX_POOL_SIZE, check_integer, check_pool_size, check_pools
from maxpooling.errors import CertificateError
from maxpooling.order_statistics import subpools, vertex_average

VertexFunction = Callable[[frozenset[int]], Fraction]
"""A function on {0,1}^d, given the set of coordinates that are one."""


def mixed_difference(f: VertexFunction, coordinates: Iterable[int]) -> Fraction:
    """D_I f = sum over T within I of (-1)^|T| f(1_T), with I the given coordinates.

    Zero for every function that ignores one of the coordinates of I, hence a detector of terms that
    depend on all of them. O(2^|I|) evaluations.

    Examples:
        >>> mixed_difference(lambda ones: Fraction(bool(ones)), range(5))  # the max itself
        Fraction(-1, 1)
    """
    chosen = tuple(coordinates)
    subsets = chain.from_iterable(combinations(chosen, size) for size in range(len(chosen) + 1))
    return sum(((-1) ** len(ones) * f(frozenset(ones)) for ones in subsets), Fraction(0))


def necessary_terms(d: int, r: int) -> tuple[tuple[int, ...], ...]:
    """The index sets on which every order-r decomposition of S(.; r, d) has a term (Theorem 3).

    D_I annihilates each function of r coordinates other than I, but not S(.; r, d): so a term on I
    must be there, for every I that this function returns, and they turn out to be all C(d, r).

    Args:
        d: pool size; the work grows like C(d, r) 2^r.
        r: order, 1 <= r <= d.

    Raises:
        ValueError: if d or r is not an integer in its range.

    Examples:
        >>> len(necessary_terms(6, 3))
        20
    """
    r = check_integer("r", r, 1, check_pool_size(d))
    return tuple(
        I
        for I in subpools(d, r)
        if mixed_difference(lambda ones: vertex_average(d, r, len(ones)), I) != 0
    )


@dataclass(frozen=True)
class DecompositionBound:
    """No sum of functions of at most r coordinates comes nearer to the max than ``error``.

    Attributes:
        d: pool size.
        r: largest number of coordinates of a term.
        error: the bound, which subpool maxes of orders 0..r attain.
        measure: k -> total signed weight of the vertices with k ones, spread over them evenly.
    """

    d: int
    r: int
    error: Fraction
    measure: dict[int, Fraction]

    def verify(self) -> bool:
        """Prove the bound: the measure kills every function of r coordinates, but not the max.

        A function of the coordinates J is a combination of the indicators of the 2^r patterns on J.
        The vertices with k ones that show a pattern with j ones number C(d-r, k-j).

        Raises:
            CertificateError: if the measure is no rational one on the vertices 0..d, a pattern
                keeps weight, or the bound does not follow.
        """
        rational = all(isinstance(x, (Fraction, int)) for x in (self.error, *self.measure.values()))
        if not (rational and set(self.measure) <= set(range(self.d + 1))):
            raise CertificateError(f"expected a measure of rational weights on 0..{self.d}")
        for j in range(self.r + 1):
            weight = sum(
                mu * Fraction(comb(self.d - self.r, k - j), comb(self.d, k))
                for k, mu in self.measure.items()
                if k >= j
            )
            if weight != 0:
                raise CertificateError(f"patterns with {j} ones of {self.r} keep weight {weight}")
        mass = sum((abs(mu) for mu in self.measure.values()), Fraction(0))
        mean = sum((mu for k, mu in self.measure.items() if k > 0), Fraction(0))
        if mass == 0 or abs(mean) != self.error * mass:
            raise CertificateError(f"the measure does not prove the bound {self.error}")
        return True


def decomposition_bound(d: int, r: int) -> DecompositionBound:
    """The smallest uniform error of any sum of functions of at most r coordinates (Theorem B).

    It equals E(d, {0..r}): nothing of order r beats subpool maxes. For r = d-1 it is 2^-d, so that
    (6) is an equality.

    Args:
        d: pool size.
        r: number of coordinates, 0 <= r <= d-1.

    Raises:
        ValueError: if d or r is not an integer in its range.

    Examples:
        >>> decomposition_bound(9, 8).error
        Fraction(1, 512)
    """
    d = check_pool_size(d)
    r = check_integer("r", r, 0, d - 1)
    best = best_uniform(d, range(r + 1))
    return DecompositionBound(d, r, best.error, best.certificate)


@dataclass(frozen=True)
class GroupedApproximation:
    """An approximation of the max of d entries through the maxima of g groups (ours).

    Its error is that of ``inner``, whatever d is; the subpools it uses are unions of groups.

    Attributes:
        groups: g disjoint index sets that cover 0..d-1.
        inner: the approximation applied to the g group maxima.
    """

    groups: tuple[tuple[int, ...], ...]
    inner: UniformApproximation

    def __call__(self, x: ArrayLike) -> NDArray[np.float64]:
        """Evaluate on pools of shape [..., d]; returns shape [...]."""
        pools = check_pools(x)
        d = sum(len(group) for group in self.groups)
        if pools.shape[-1] != d:
            raise ValueError(f"x must have shape [..., {d}], got shape {pools.shape}")
        maxima = [pools[..., list(group)].max(axis=-1) for group in self.groups]
        return self.inner(np.stack(maxima, axis=-1))

    def subpools(self) -> tuple[tuple[int, ...], ...]:
        """The subpools of 0..d-1 whose maxes enter the sum (each order of ``inner`` above 0)."""
        return tuple(
            tuple(sorted(chain.from_iterable(self.groups[i] for i in chosen)))
            for r in self.inner.orders
            if r > 0
            for chosen in subpools(self.inner.d, r)
        )


def grouped(d: int, inner: UniformApproximation) -> GroupedApproximation:
    """Split d coordinates into inner.d groups, as evenly as can be, and approximate their maxima.

    Raises:
        ValueError: if d is not an integer with inner.d <= d <= MAX_POOL_SIZE.

    Examples:
        >>> grouped(9, best_uniform(3, range(3))).subpools()[0]
        (0, 1, 2)
    """
    g = inner.d
    d = check_integer("d", d, g, MAX_POOL_SIZE)
    groups = tuple(tuple(range(i * d // g, (i + 1) * d // g)) for i in range(g))
    return GroupedApproximation(groups, inner)
