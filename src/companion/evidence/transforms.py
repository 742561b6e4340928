"""Laplace transforms of conewise linear functions at rational points, by their cones (exact)."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import prod

from flint import fmpq_mat, fmpz_mat

from maxpooling.linear_algebra import determinant

Vector = tuple[int, ...]
Cone = tuple[tuple[Vector, Fraction], ...]
"""Generators of a simplicial cone, each with the function's value there."""


def transform(cones: Iterable[Cone], xi: Sequence[Fraction]) -> Fraction:
    """The integral of F(x) exp(-<xi, x>) over all cones, as a rational function of xi.

    Raises:
        ZeroDivisionError: xi is orthogonal to a generator.
    """
    total = Fraction(0)
    for cone in cones:
        size = abs(determinant([list(generator) for generator, _ in cone]))
        pairings = [dot(xi, generator) for generator, _ in cone]
        weights = [f / y for (_, f), y in zip(cone, pairings, strict=True)]
        total += size * sum(weights, Fraction(0)) / prod(pairings, start=Fraction(1))
    return total


def refined(cones: Iterable[Cone]) -> Iterator[Cone]:
    """Each cone cut into as many as it has generators, at their sum."""
    for cone in cones:
        middle = tuple(map(sum, zip(*(generator for generator, _ in cone), strict=True)))
        value = sum((f for _, f in cone), Fraction(0))
        for k in range(len(cone)):
            yield (*cone[:k], (middle, value), *cone[k + 1 :])


def pyramid(basis: Sequence[Vector]) -> list[Cone]:
    """The cones of r(y_0 - r(y_1) - ...), y the coordinates in the basis."""
    apex, *others = basis
    cones = []
    for signs in product((1, -1), repeat=len(others)):
        sides = [
            tuple(a + b for a, b in zip(apex, e, strict=True)) if s > 0 else tuple(-b for b in e)
            for s, e in zip(signs, others, strict=True)
        ]
        cones.append(((apex, Fraction(1)), *((side, Fraction(0)) for side in sides)))
    return cones


def simplex(forms: Sequence[Vector]) -> tuple[list[Vector], list[Cone]]:
    """The rays and the cones of a maximum of d + 1 affinely independent forms on d variables."""
    rays = []
    for k in range(len(forms)):
        first, *rest = [form for i, form in enumerate(forms) if i != k]
        rows = [[a - b for a, b in zip(form, first, strict=True)] for form in rest]
        minors = [
            (-1) ** i * determinant([row[:i] + row[i + 1 :] for row in rows])
            for i in range(len(first))
        ]
        side = dot(first, minors) - dot(forms[k], minors)
        rays.append(tuple(minor if side > 0 else -minor for minor in minors))
    values = [max(Fraction(dot(form, ray)) for form in forms) for ray in rays]
    with_values = list(zip(rays, values, strict=True))
    return rays, list(combinations(with_values, len(forms) - 1))


def coordinates(basis: Sequence[Vector], x: Sequence[int]) -> list[Fraction]:
    """Of x in the basis."""
    columns = fmpz_mat([list(row) for row in basis]).transpose()
    solved = fmpq_mat(columns).solve(fmpq_mat(fmpz_mat(len(x), 1, list(x))))
    return [Fraction(int(entry.p), int(entry.q)) for entry in solved.entries()]


def dot(a: Sequence[Fraction | int], b: Sequence[int]) -> Fraction:
    """The pairing of two vectors."""
    return sum((Fraction(p) * q for p, q in zip(a, b, strict=True)), Fraction(0))


def g_factor(t: Fraction, eta: Sequence[Fraction]) -> Fraction:
    """G_r(t; eta): t over (t + eta_1)(eta_1 - eta_2) ... eta_r."""
    steps = prod(
        (a - b for a, b in zip(eta, [*eta[1:], Fraction(0)], strict=True)), start=Fraction(1)
    )
    return t / ((t + eta[0]) * steps)


def compositions(q: int) -> Iterator[tuple[int, ...]]:
    """All ways to write q as an ordered sum of positive integers."""
    if q == 0:
        yield ()
    for first in range(1, q + 1):
        for rest in compositions(q - first):
            yield (first, *rest)


def dissected(t: Fraction, xi: Sequence[Fraction], nu: int) -> Fraction:
    """The right side of the dissection: the cells of nu D^q, times t^-2."""
    total = Fraction(0)
    for sizes in compositions(len(xi)):
        ends = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
        for chosen in combinations(range(nu), len(sizes)):
            total += prod(
                g_factor(t, [entry + b * t for entry in xi[a:e]])
                for b, a, e in zip(reversed(chosen), ends, ends[1:], strict=False)
            )
    return total / t**2
