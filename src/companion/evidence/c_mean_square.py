"""Appendix C: the mean square problem, its closed forms, and the optimum over decompositions."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import chain, pairwise
from math import comb, lcm

import numpy as np
from numpy.typing import NDArray

from companion.checking import Kind, Value, certify, check, require
from companion.checking.domains import Drawn, Integers, OrderSets, Through, Titled, Uniform
from maxpooling.approximation import best_uniform
from maxpooling.approximation.mean_square import (
    best_mean_square,
    least_over_decompositions,
    lowest_orders,
    mean_square,
    top_orders,
    without_intercept,
)
from maxpooling.linear_algebra import solve_integer
from maxpooling.order_statistics import subpool_weights


@check("equation-27", Kind.EVERY_CASE, d=range(1, 17))
def equation_27(d: int) -> None:
    """The gaps of uniform order statistics are uniform on the simplex: E of lambda_i lambda_j.

    From the order statistics' moments, E u_(i) u_(j) = i (j+1) / ((d+1)(d+2)) for i <= j counted
    from the smallest, the gaps are differences.
    """
    n = (d + 1) * (d + 2)
    # Points 0 = u_(0) < u_(1) < ... < u_(d) < u_(d+1) = 1; the formula covers both ends.
    moment = [[_moment(min(i, j), max(i, j), n) for j in range(d + 2)] for i in range(d + 2)]
    for i in range(d + 1):
        for j in range(d + 1):
            gaps = moment[i + 1][j + 1] - moment[i][j + 1] - moment[i + 1][j] + moment[i][j]
            require(gaps == Fraction(1 + (i == j), n), f"moment {i}, {j} is {gaps}")


@check(
    "lemma-8", Kind.EVERY_CASE, d=range(2, 7), positive=OrderSets("d", smallest=1, called="orders:")
)
def lemma_8(d: int, positive: Sequence[int]) -> None:
    """(29) in fractions against the optimum: the minimum, the coefficients and the shift.

    For the orders that are given and a constant, A'Sigma A is regular, and its inverse is the
    pseudo-inverse.
    """
    scale = (d + 1) ** 2 * (d + 2)
    sigma = [[(d + 1) * (i == j) - 1 for j in range(d + 1)] for i in range(d + 1)]  # times scale
    rows = [subpool_weights(d, r) for r in positive]
    # V'U': the averages at the vertices; V'e_1: the maximum there.
    A = [[sum(row[:k], Fraction(0)) for k in range(d + 1)] for row in rows]
    c = [Fraction(k > 0) for k in range(d + 1)]
    spread = [[_form(a, sigma, b) for b in A] for a in A]
    beta = _solve(spread, [_form(a, sigma, c) for a in A])
    explained = sum(b * _form(a, sigma, c) for b, a in zip(beta, A, strict=True))
    minimum = (_form(c, sigma, c) - explained) / scale
    exact = certify(best_mean_square(d, (0, *positive)))
    require(minimum == exact.error, f"(29) gives {minimum}")
    fitted = [sum(b * a[k] for b, a in zip(beta, A, strict=True)) - c[k] for k in range(d + 1)]
    found = [-sum(fitted, Fraction(0)) / (d + 1), *beta]
    require(found == list(exact.coefficients.values()), f"the coefficients are {found}")


@check(
    "lemma-8",
    Kind.RANDOM,
    d=range(2, 6),
    columns=Drawn(Integers(-3, 3, "d + 1", height=3), 5, called="columns of A:"),
    c=Drawn(Integers(-3, 3, "d + 1"), 1, called="c:"),
)
def lemma_8_with_a_pseudo_inverse(
    d: int, columns: Sequence[Sequence[int]], c: Sequence[int]
) -> None:
    """(29) where A'Sigma A is singular, by the pseudo-inverse in double precision, to 1e-9.

    A has three drawn columns, their sum, and a constant column, which Sigma does not see.
    """
    sigma = ((d + 1) * np.eye(d + 1) - 1) / ((d + 1) ** 2 * (d + 2))
    drawn = np.array(columns, dtype=float)
    A = np.vstack([drawn, drawn.sum(axis=0), np.ones(d + 1)]).T
    hat = np.linalg.pinv(A.T @ sigma @ A, hermitian=True, rcond=1e-10)
    target = np.array(c, dtype=float)
    minimum = target @ (sigma - sigma @ A @ hat @ A.T @ sigma) @ target
    # Least squares in centred coordinates: lambda has the covariance of scaled, centred vectors.
    centred = np.column_stack([A, np.ones(d + 1)])
    left = target - centred @ np.linalg.lstsq(centred, target, rcond=1e-10)[0]
    expected = (left @ left) / ((d + 1) * (d + 2))
    require(abs(minimum - expected) < 1e-9, f"(29) gives {minimum}, least squares {expected}")


@check("equation-30", Kind.CERTIFICATE, d=range(1, 8), orders=OrderSets("d"))
def equation_30(d: int, orders: Sequence[int]) -> None:
    """The exact minimum: the error is orthogonal to all that it was built from, and not zero."""
    best = certify(best_mean_square(d, orders))
    solved = f"d = {best.d} and the orders {best.orders}"
    require((best.d, best.orders) == (d, tuple(sorted(orders))), f"the optimum is for {solved}")
    require(best.error > 0, "the error is zero")


@check("theorem-g", Kind.CERTIFICATE, d=range(1, 33), r=Through(0, "d - 1"))
def least_with_lowest_orders(d: int, r: int) -> None:
    """The least mean square error of the orders 0, ..., r in closed form."""
    best = certify(best_mean_square(d, range(r + 1)))
    require(best.error == lowest_orders(d, r), f"the error is {best.error}")


@check("theorem-g", Kind.EVERY_CASE, d=range(1, 21), j=Through(0, "d", called="degrees"))
def gram_polynomials(d: int, j: int) -> None:
    """The proof's polynomials are orthogonal to lower degrees, with the stated norm and value at 0.

    The squares of their values at 0, divided by their squared lengths, are a_j - a_(j+1).
    """
    w = [comb(k, j) * comb(d + j - k, j) for k in range(d + j + 1)]
    values = w
    for _ in range(j):
        values = [b - a for a, b in pairwise(values)]
    for power in range(j):
        product = sum(value * k**power for k, value in enumerate(values))
        require(product == 0, f"its product with k^{power} is {product}")
    norm = sum(value**2 for value in values)
    require(norm == comb(2 * j, j) * comb(d + j + 1, 2 * j + 1), f"its squared length is {norm}")
    require(values[0] == comb(d, j), f"its value at 0 is {values[0]}")
    share = [Fraction(comb(2 * d, d - i), comb(2 * d, d)) if i <= d else 0 for i in (j, j + 1)]
    require(Fraction(values[0] ** 2, norm) == share[0] - share[1], "the terms do not telescope")


@check("theorem-g", Kind.CERTIFICATE, d=range(1, 65))
def rate_with_all_orders(d: int) -> None:
    """With all orders 4^d N lies between the roots of 3d + 1 and of 4d, both at d = 1 only."""
    n = (d + 1) * (d + 2) * certify(best_mean_square(d, range(d))).error
    square = (4**d * n) ** 2
    require(3 * d + 1 <= square <= 4 * d, f"4^d N is the root of {square}")
    require((square in (3 * d + 1, 4 * d)) == (d == 1), f"4^d N is the root of {square}")


@check("theorem-g", Kind.CERTIFICATE, d=range(2, 9), s=Through(1, "d - 1"))
@check("theorem-g", Kind.CERTIFICATE, d=range(9, 33), s=range(1, 9))
def least_with_top_orders(d: int, s: int) -> None:
    """The least mean square error of a constant and the s largest orders in closed form."""
    best = certify(best_mean_square(d, {0, *range(d - s, d)}))
    require(best.error == top_orders(d, s), f"the error is {best.error}")


@check("theorem-g", Kind.CERTIFICATE, d=range(2, 8), orders=OrderSets("d", smallest=1))
def least_without_intercept(d: int, orders: Sequence[int]) -> None:
    """What the constant is worth in the mean: 1/N(R with 0) = 1/N(R) + (d+2)/(d+1)."""
    best = certify(best_mean_square(d, orders))
    having = certify(best_mean_square(d, (0, *orders)))
    require(without_intercept(d, having.error) == best.error, f"the error is {best.error}")


@check("theorem-g", Kind.CERTIFICATE, d=range(1, 33))
def errors_with_all_orders(d: int) -> None:
    """With all orders the error at v_k is (-1)^k C(d, k) / C(2d, d)."""
    expected = tuple(Fraction((-1) ** k * comb(d, k), comb(2 * d, d)) for k in range(d + 1))
    found = certify(best_mean_square(d, range(d))).residuals()
    require(found == expected, f"the errors are {found}")


@check(
    "equation-28",
    Kind.RANDOM,
    collect={"largest deviation in sigma": max},
    x=Drawn(Uniform(5), 100_000, seed=30, rows=True),
    orders=((0, 4), (1, 3), (0, 1, 2, 3, 4)),
    norm=Titled({"uniform": "least worst error", "mean square": "least mean square error"}),
)
def mean_square_simulation(
    x: NDArray[np.float64], orders: Sequence[int], norm: str
) -> Mapping[str, Value]:
    """The exact mean square of the optimum in this norm, against points, within five sigma."""
    errors = {
        "uniform": best_uniform(5, orders).residuals(),
        "mean square": best_mean_square(5, orders).residuals(),
    }[norm]
    steps = np.array([float(e) for e in errors])
    gaps = -np.diff(-np.sort(-x, axis=1), axis=1, prepend=1.0, append=0.0)
    squares = (gaps @ steps) ** 2
    exact = float(mean_square(errors))
    sigmas = float(abs(squares.mean() - exact) / (squares.std() / len(x) ** 0.5))
    require(sigmas < 5, f"{sigmas:.1f} sigma off")
    return {"largest deviation in sigma": round(sigmas, 2)}


@check("two-norms", Kind.EVERY_CASE, d=range(1, 33))
def two_norms(d: int) -> None:
    """Each norm's optimum seen by the other norm, for all orders (closed forms).

    The supremum of the mean square's optimum, times 2^d, tends to the root of 2: its square is
    within 3/d of 2.
    """
    square = max(abs(e) for e in best_mean_square(d, range(d)).residuals())
    require(square == Fraction(comb(d, d // 2), comb(2 * d, d)), f"the supremum is {square}")
    require(abs((square * 2**d) ** 2 - 2) <= Fraction(3, d), f"2^d times it: {square * 2**d}")
    uniform = mean_square(best_uniform(d, range(d)).residuals())
    expected = Fraction(d + 1 + (d % 2 == 0), 4**d * (d + 1) * (d + 2))
    require(uniform == expected, f"the mean square is {uniform}")


@check("theorem-h", Kind.EVERY_CASE, d=range(1, 21), r=Through(0, "d - 1"))
def all_decompositions(d: int, r: int) -> None:
    """The truncated ANOVA expansion of the maximum, from variances of conditional means.

    For r = d - 1 subpool maxes of all orders leave (2d+1)/(d+2) times as much.
    """
    effects = _effects(d)
    tail = sum((comb(d, j) * effects[j] for j in range(r + 1, d + 1)), Fraction(0))
    least = least_over_decompositions(d, r)
    require(tail == least, f"the tail of the expansion is {tail}")
    require(r == 0 or tail < lowest_orders(d, r), "subpools are as good")
    share = least / lowest_orders(d, r)
    require(r < d - 1 or share == Fraction(d + 2, 2 * d + 1), f"the share is {share}")


def _moment(i: int, j: int, n: int) -> Fraction:
    """E u_(i) u_(j) for i <= j, with n = (d+1)(d+2)."""
    return Fraction(i * (j + 1), n)


def _form(
    a: Sequence[Fraction], matrix: Sequence[Sequence[int]], b: Sequence[Fraction]
) -> Fraction:
    """A' matrix b."""
    return sum(
        (x * m * y for x, row in zip(a, matrix, strict=True) for m, y in zip(row, b, strict=True)),
        Fraction(0),
    )


def _solve(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction]:
    """The solution of a regular system, exactly."""
    denominators = [entry.denominator for entry in (*chain(*matrix), *right)]
    common = lcm(*denominators)
    numerators, scale = solve_integer(
        [[int(entry * common) for entry in row] for row in matrix],
        [int(entry * common) for entry in right],
    )
    return [Fraction(n, scale) for n in numerators]


@cache
def _effects(d: int) -> list[Fraction]:
    """The variance of the effect of j coordinates on the maximum of d, for j = 0, ..., d.

    Given the maximum m of j coordinates, the other p - 1 = d - j leave the mean (p - 1 + m^p) / p,
    and m has the moments j / (j + q). The variance of this projection on j coordinates is the sum
    of the variances of all effects within them, C(j, i) of each order i.
    """
    effects = [Fraction(0)]
    for j in range(1, d + 1):
        p = d - j + 1
        spread = Fraction(j, j + 2 * p) - Fraction(j, j + p) ** 2
        within = sum((comb(j, i) * effects[i] for i in range(j)), Fraction(0))
        effects.append(spread / p**2 - within)
    return effects
