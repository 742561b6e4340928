"""What a least-squares estimator has to know of pools: the second moments of their spacings.

By Theorem AI the error of an estimator at a pool is the mixture of its errors e_k at the vertices
v_k, with the spacings as weights. So its mean square over any pools is e'Me, where M holds the
means of the products of two spacings; and since spacings add up to 1, M's rows add up to their
means.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maxpooling.arguments import check_integer, check_pool_size, check_pools
from maxpooling.plain import Result

STEPS = 1 << 20
"""Entries that are no integers are rounded to whole multiples of 1/STEPS: sums are then exact."""

_LARGEST_SCALE = 1 << 20
_PART = 1 << 20  # pools at a time: sums of products of two numbers below 2^21 fit 64 bits
_SLACK = 1e-9  # what rounding may do to moments that are given as floats


@dataclass(frozen=True)
class SpacingMoments(Result):
    """Second moments of the spacings 1-x(1), x(1)-x(2), ... of pools in [0, 1]^d (Theorem AI).

    Attributes:
        d: pool size.
        second: the mean of the product of spacings j and k, d+1 rows of d+1 entries.
    """

    d: int
    second: tuple[tuple[Fraction, ...], ...]

    __hash__ = Result.__hash__
    __repr__ = Result.__repr__

    @property
    def mean(self) -> tuple[Fraction, ...]:
        """The mean spacings, from 1 - x(1) on."""
        return tuple(sum(row, Fraction(0)) for row in self.second)

    @classmethod
    def of_pools(cls, pools: ArrayLike, scale: int = 1) -> Self:
        """The moments of a sample.

        Args:
            pools: shape [..., d]: floats in [0, 1], or integers in 0..scale, which are divided by
                it. Integers give exact moments; floats are first rounded to multiples of 1/STEPS.
            scale: 255 for bytes; at most 2^20.

        Raises:
            ValueError: there is no pool, an entry outside of the range, or a scale with floats.
                O(n d^2) for n pools.

        Examples:
            >>> SpacingMoments.of_pools([[255, 0], [0, 0]], scale=255).mean
            (Fraction(1, 2), Fraction(1, 2), Fraction(0, 1))
        """
        given = np.asarray(pools)
        scale = check_integer("scale", scale, 1, _LARGEST_SCALE)
        whole = given.dtype.kind in "iu"
        if scale != 1 and not whole:
            raise ValueError(f"scale={scale} is for pools of integers, got {given.dtype}")
        checked = check_pools(given)
        d = check_pool_size(checked.shape[-1])
        if not checked.size or not (checked >= 0).all() or not (checked <= scale).all():
            raise ValueError(f"pools must hold at least one, with all entries in [0, {scale}]")
        steps = scale if whole else STEPS
        ranked = np.rint(checked * (1 if whole else STEPS)).astype(np.int64).reshape(-1, d)
        total = [[0] * (d + 1) for _ in range(d + 1)]
        for start in range(0, len(ranked), _PART):
            part = spacings_of(ranked[start : start + _PART], steps)
            products = part.T @ part
            total = [
                [a + int(b) for a, b in zip(row, more, strict=True)]
                for row, more in zip(total, products, strict=True)
            ]
        below = len(ranked) * steps * steps
        return cls(d, tuple(tuple(Fraction(a, below) for a in row) for row in total))

    @classmethod
    def of_mean_and_covariance(
        cls, mean: Sequence[Any], covariance: Sequence[Sequence[Any]]
    ) -> Self:
        """The moments from the d+1 mean spacings and their covariances.

        Args:
            mean: of the spacings, from 1 - x(1) on: not negative, their sum is 1.
            covariance: d+1 rows of d+1 entries. Fractions and integers are taken exactly, floats as
                the binary fractions that they are.

        Raises:
            ValueError: the sizes do not fit, or no spacings have these moments: a mean is negative
                or they do not add up to 1, a covariance is not symmetric, its rows do not add up to
                0, or it is not positive semidefinite (up to 1e-9).
        """
        means = [_number("mean", one) for one in mean]
        rows = [[_number("covariance", one) for one in row] for row in covariance]
        n = len(means)
        d = check_pool_size(n - 1)
        if len(rows) != n or any(len(row) != n for row in rows):
            raise ValueError(f"covariance must have {n} rows of {n} entries, as mean has {n}")
        if float(min(means)) < -_SLACK or abs(float(sum(means) - 1)) > _SLACK:
            raise ValueError("mean must have entries that are not negative and add up to 1")
        floats = np.array(rows, dtype=float)
        if not np.allclose(floats, floats.T, rtol=0, atol=_SLACK):
            raise ValueError("covariance must be symmetric")
        if max(abs(float(sum(row))) for row in rows) > _SLACK * n:
            raise ValueError("covariance must have rows that add up to 0, since spacings do to 1")
        if np.linalg.eigvalsh(floats).min() < -_SLACK:
            raise ValueError("covariance must be positive semidefinite")
        half = Fraction(1, 2)
        return cls(
            d,
            tuple(
                tuple((rows[j][k] + rows[k][j]) * half + means[j] * means[k] for k in range(n))
                for j in range(n)
            ),
        )

    @classmethod
    def uniform(cls, d: int) -> Self:
        """Those of independent uniform entries: (1 + [j = k]) / ((d+1)(d+2)).

        Examples:
            >>> SpacingMoments.uniform(2).mean
            (Fraction(1, 3), Fraction(1, 3), Fraction(1, 3))
        """
        d = check_pool_size(d)
        below = (d + 1) * (d + 2)
        return cls(
            d,
            tuple(tuple(Fraction(1 + (j == k), below) for k in range(d + 1)) for j in range(d + 1)),
        )

    def mean_square(self, vertex_errors: Iterable[Fraction]) -> Fraction:
        """The mean square error over the pools, from the errors at the vertices: e'Me.

        Raises:
            ValueError: there are not d+1 of them.

        Examples:
            >>> SpacingMoments.of_pools([1, 0]).mean_square([0, Fraction(-1, 2), 0])
            Fraction(1, 4)
        """
        e = list(vertex_errors)
        if len(e) != self.d + 1:
            raise ValueError(f"vertex_errors must be {self.d + 1} numbers, got {len(e)}")
        rows = (
            sum((m * b for m, b in zip(row, e, strict=True)), Fraction(0)) for row in self.second
        )
        return sum((a * row for a, row in zip(e, rows, strict=True)), Fraction(0))


def spacings_of(pools: NDArray[Any], top: float = 1) -> NDArray[Any]:
    """The spacings top - x(1), x(1) - x(2), ..., x(d) of pools of shape [..., d].

    Examples:
        >>> spacings_of(np.array([1, 5, 2]), 10)
        array([5, 3, 1, 1])
    """
    rising = np.sort(pools, axis=-1)
    return np.diff(rising, axis=-1, prepend=0, append=top)[..., ::-1]


def _number(name: str, value: Any) -> Fraction:
    if isinstance(value, (Fraction, int)):
        return Fraction(value)
    if not isfinite(value):
        raise ValueError(f"{name} must hold finite numbers, got {value!r}")
    return Fraction(float(value))
