"""Families of subpools that are closed under unions: the least error in closed form (ours).

Let F hold the empty set and the whole pool, and with two sets their union. The best combination of
a constant and the max(x_I), I in F, misses the maximum by exactly 1 / sum of |mu(U)| over U in F,
mu(U) = mu(U, [d]) the Moebius function of F ordered by inclusion (Theorem Z). Sets of inputs are
integers here: bit i stands for input i.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from maxpooling.approximation.blocks import LARGEST, SparseApproximation, from_terms, mask_of
from maxpooling.arguments import check_integer

LARGEST_FAMILY = 5000
"""Sets of a family: the work grows like the square of their number."""


def union_closure(d: int, subpools: Iterable[Iterable[int]]) -> tuple[int, ...]:
    """All unions of the subpools, the empty set and the whole pool, by size.

    Raises:
        ValueError: if a subpool is not within 0..d-1, d is out of range, or there are more than
            LARGEST_FAMILY unions.

    Examples:
        >>> [bin(union) for union in union_closure(3, [(0,), (1, 2)])]
        ['0b0', '0b1', '0b110', '0b111']
    """
    d = check_integer("d", d, 1, LARGEST)
    found = {0, (1 << d) - 1}
    for subpool in subpools:
        mask = mask_of({check_integer("each input", i, 0, d - 1) for i in subpool})
        found |= {mask | other for other in found}
        if len(found) > LARGEST_FAMILY:
            raise ValueError(
                f"subpools must have at most {LARGEST_FAMILY} unions, got more than that"
            )
    return tuple(sorted(found, key=lambda mask: (mask.bit_count(), mask)))


def moebius(family: Iterable[int]) -> dict[int, int]:
    """mu(U, top) for each U of a family with one largest set: 1 at the top, sums above U vanish.

    Examples:
        >>> moebius([0b00, 0b01, 0b10, 0b11])
        {3: 1, 2: -1, 1: -1, 0: 1}
    """
    values: dict[int, int] = {}
    for mask in sorted(family, key=lambda mask: (-mask.bit_count(), -mask)):
        above = sum(value for other, value in values.items() if mask & other == mask)
        values[mask] = -above if values else 1
    return values


def best_over_family(d: int, subpools: Iterable[Iterable[int]]) -> SparseApproximation:
    """The best combination of a constant and the maxes over all unions of the given subpools.

    Its error is the least for this family, by the theorem above, and attained here; whether other
    families of as many subpools do better is another question. Subpools whose weight can be zero
    are left out.

    Args:
        d: pool size, 1 <= d <= LARGEST.
        subpools: sets of inputs in 0..d-1; all their unions below the whole pool may be used.

    Raises:
        ValueError: if d or the subpools are not of this kind.

    Examples:
        >>> pairs = [(0, 1), (0, 2), (1, 2)]
        >>> best_over_family(3, pairs).error, best_over_family(3, [(0,), (1,), (2,)]).error
        (Fraction(1, 6), Fraction(1, 8))
    """
    return from_terms(d, family_terms(union_closure(d, subpools)))


def family_terms(family: Iterable[int]) -> dict[int, Fraction]:
    """The difference sum of c_I [I is all zero] of the best combination of a union-closed family.

    At a vertex whose zeros have U as their largest member the difference is sign(mu(U)) / M, with
    M the sum of |mu|; where mu(U) = 0 it may be anything up to 1/M: c_U = 0 is taken if it can be.
    O(n^2) for n sets.
    """
    values = moebius(family)
    return _inverted(values, Fraction(1, sum(abs(mu) for mu in values.values())))


def _inverted(values: Mapping[int, int], error: Fraction) -> dict[int, Fraction]:
    terms: dict[int, Fraction] = {}
    for mask in sorted(values, key=lambda mask: (mask.bit_count(), mask)):
        below = sum((c for other, c in terms.items() if mask & other == other), Fraction(0))
        sign = (values[mask] > 0) - (values[mask] < 0)
        if sign == 0 and abs(below) <= error:
            continue
        terms[mask] = sign * error - below
    return terms
