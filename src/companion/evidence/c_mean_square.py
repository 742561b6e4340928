"""Appendix C: the mean square problem, its closed forms, and the optimum over decompositions."""

from fractions import Fraction
from math import comb

import numpy as np

from companion.evidence.order_sets import order_sets
from companion.evidence.result import CheckResult, require
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


def equation_27() -> CheckResult:
    """The gaps of uniform order statistics are uniform on the simplex: E of lambda_i lambda_j.

    From the order statistics' moments, E u_(i) u_(j) = i (j+1) / ((d+1)(d+2)) for i <= j counted
    from the smallest, the gaps are differences.
    """
    for d in range(1, 9):
        n = (d + 1) * (d + 2)
        # Points 0 = u_(0) < u_(1) < ... < u_(d) < u_(d+1) = 1; the formula covers both ends.
        moment = [
            [Fraction(min(i, j) * (max(i, j) + 1), n) for j in range(d + 2)] for i in range(d + 2)
        ]
        for i in range(d + 1):
            for j in range(d + 1):
                gaps = moment[i + 1][j + 1] - moment[i][j + 1] - moment[i + 1][j] + moment[i][j]
                require(gaps == Fraction(1 + (i == j), n), f"moment {i}, {j} at d={d}")
    return CheckResult("equation-27", "exact certificate", "all second moments, d = 1..8")


def lemma_8() -> CheckResult:
    """(29) with the pseudo-inverse in floating point against the rational normal equations."""
    for d in range(2, 7):
        sigma = ((d + 1) * np.eye(d + 1) - 1) / ((d + 1) ** 2 * (d + 2))
        V = np.tri(d + 1, d, -1).T
        for positive in order_sets(d, smallest=1):
            U = np.array([subpool_weights(d, r) for r in positive], dtype=float)
            A, c = V.T @ U.T, V[0]
            hat = np.linalg.pinv(A.T @ sigma @ A, hermitian=True)
            minimum = c @ (sigma - sigma @ A @ hat @ A.T @ sigma) @ c
            exact = best_mean_square(d, (0, *positive))
            require(abs(minimum - float(exact.error)) < 1e-12, f"(29) at d={d}, {positive}")
            beta = hat @ A.T @ sigma @ c
            shift = -(A @ beta - c).mean()
            found = [shift, *beta]
            stated = [float(b) for b in exact.coefficients.values()]
            require(bool(np.allclose(found, stated, atol=1e-7)), f"beta at d={d}, {positive}")
    return CheckResult(
        "lemma-8", "exact certificate", "every order set with 0, d = 2..6, float to 1e-12"
    )


def equation_30() -> CheckResult:
    """Exact minima for every order set, and the closed forms of the special ones."""
    count = 0
    for d in range(1, 8):
        for orders in order_sets(d):
            best = best_mean_square(d, orders)
            best.verify()
            require(best.error > 0, f"zero error at d={d}, {orders}")
            count += 1
            if 0 not in orders:
                having = best_mean_square(d, (0, *orders)).error
                require(without_intercept(d, having) == best.error, f"intercept at {d}, {orders}")
    for d in range(1, 33):
        for r in range(d):
            require(best_mean_square(d, range(r + 1)).error == lowest_orders(d, r), f"{d}, {r}")
        for s in range(1, min(d, 9)):
            require(
                best_mean_square(d, {0, *range(d - s, d)}).error == top_orders(d, s), f"{d}, {s}"
            )
    return CheckResult(
        "equation-30",
        "exact certificate",
        "every order set, d = 1..7, by orthogonality; closed forms d = 1..32",
        {"order sets": count, "d = 9, all orders": lowest_orders(9, 8)},
    )


def mean_square_simulation() -> CheckResult:
    """The exact mean squares of both kinds of optimum at uniform points, within five sigma."""
    x = np.random.default_rng(30).random((100_000, 5))
    worst = 0.0
    for orders in [(0, 4), (1, 3), (0, 1, 2, 3, 4)]:
        for f in (best_mean_square(5, orders), best_uniform(5, orders)):
            steps = np.array(f.residuals(), dtype=float)
            gaps = -np.diff(-np.sort(-x, axis=1), axis=1, prepend=1.0, append=0.0)
            squares = (gaps @ steps) ** 2
            exact = float(mean_square(f.residuals()))
            sigmas = abs(squares.mean() - exact) / (squares.std() / len(x) ** 0.5)
            worst = max(worst, sigmas)
            require(sigmas < 5, f"orders {orders}: {sigmas:.1f} sigma off")
    return CheckResult(
        "mean-square-simulation",
        "simulation",
        "100000 uniform points, d = 5, three order sets, both norms",
        {"largest deviation in sigma": round(worst, 2)},
    )


def two_norms() -> CheckResult:
    """Each norm's optimum seen by the other norm, for all orders (closed forms)."""
    for d in range(1, 33):
        square = max(abs(e) for e in best_mean_square(d, range(d)).residuals())
        require(square == Fraction(comb(d, d // 2), comb(2 * d, d)), f"sup error at d={d}")
        uniform = mean_square(best_uniform(d, range(d)).residuals())
        expected = Fraction(d + 1 + (d % 2 == 0), 4**d * (d + 1) * (d + 2))
        require(uniform == expected, f"mean square at d={d}")
    return CheckResult("two-norms", "exact certificate", "all orders, d = 1..32")


def all_decompositions() -> CheckResult:
    """The truncated ANOVA expansion of the maximum, from variances of conditional means.

    Given the maximum m of j coordinates, the other p - 1 = d - j leave the mean (p - 1 + m^p) / p,
    and m has the moments j / (j + q). The variance of this projection on j coordinates is the sum
    of the variances of all effects within them, C(j, i) of each order i.
    """
    for d in range(1, 21):
        effects = [Fraction(0)]
        for j in range(1, d + 1):
            p = d - j + 1
            spread = Fraction(j, j + 2 * p) - Fraction(j, j + p) ** 2
            within = sum((comb(j, i) * effects[i] for i in range(j)), Fraction(0))
            effects.append(spread / p**2 - within)
        for r in range(d):
            tail = sum((comb(d, j) * effects[j] for j in range(r + 1, d + 1)), Fraction(0))
            require(tail == least_over_decompositions(d, r), f"ANOVA tail at d={d}, r={r}")
            require(r == 0 or tail < lowest_orders(d, r), f"subpools as good at d={d}, r={r}")
    return CheckResult(
        "anova-bound",
        "exact certificate",
        "all r < d = 1..20, the tail against the conditional variances",
        {"share left by subpools, d = 9": least_over_decompositions(9, 8) / lowest_orders(9, 8)},
    )
