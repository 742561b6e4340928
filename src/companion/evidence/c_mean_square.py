"""Appendix C: the mean square problem, its closed forms, and the optimum over decompositions."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import comb

import numpy as np
from numpy.typing import NDArray

from companion.checking import Kind, Value, certify, check, require
from companion.checking.domains import Drawn, OrderSets, Through, Uniform
from maxpooling.approximation import best_uniform
from maxpooling.approximation.mean_square import (
    best_mean_square,
    least_over_decompositions,
    lowest_orders,
    mean_square,
    top_orders,
    without_intercept,
)
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


@check("lemma-8", Kind.EVERY_CASE, d=range(2, 7), positive=OrderSets("d", smallest=1))
def lemma_8(d: int, positive: Sequence[int]) -> None:
    """(29) with the pseudo-inverse in floating point against the rational normal equations.

    For the orders that are given and a constant: the minimum to 1e-12, its coefficients to 1e-9.
    """
    sigma = ((d + 1) * np.eye(d + 1) - 1) / ((d + 1) ** 2 * (d + 2))
    V = np.tri(d + 1, d, -1).T
    U = np.array([subpool_weights(d, r) for r in positive], dtype=float)
    A, c = V.T @ U.T, V[0]
    hat = np.linalg.pinv(A.T @ sigma @ A, hermitian=True)
    minimum = c @ (sigma - sigma @ A @ hat @ A.T @ sigma) @ c
    exact = best_mean_square(d, (0, *positive))
    require(abs(minimum - float(exact.error)) < 1e-12, f"(29) gives {minimum}")
    beta = hat @ A.T @ sigma @ c
    found = [-(A @ beta - c).mean(), *beta]
    stated = [float(b) for b in exact.coefficients.values()]
    require(bool(np.allclose(found, stated, rtol=1e-9, atol=1e-9)), f"the coefficients are {found}")


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
    norm=("uniform", "mean square"),
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
