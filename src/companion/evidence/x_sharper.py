"""What is sharper than Section 3: our Theorems C to F, closed forms, and the degree of OR."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, pairwise
from math import comb, prod
from random import Random

import numpy as np

from companion.evidence.order_sets import order_sets
from companion.evidence.result import CheckResult, require
from maxpooling.approximation import best_uniform, exchange_steps
from maxpooling.approximation.closed_forms import closed_form, subpool_count, top_orders
from maxpooling.approximation.decompositions import grouped
from maxpooling.approximation.or_degree import chebyshev_bound, orders_needed, squared_error_bounds
from maxpooling.order_statistics import subpool_average


def theorem_c() -> CheckResult:
    """Intercept identity: 1/E(R and 0) = 1 + 1/E(R), with coefficients scaled by 1/(1 + E(R))."""
    random = Random(3)
    sets = [(d, R) for d in range(2, 8) for R in order_sets(d, smallest=1)]
    sets += [(40, tuple(sorted(random.sample(range(1, 40), n)))) for n in (2, 5, 20, 35)]
    for d, orders in sets:
        without, having = best_uniform(d, orders), best_uniform(d, (0, *orders))
        require(1 / having.error == 1 + 1 / without.error, f"d={d}, {orders}")
        scaled = {r: beta / (1 + without.error) for r, beta in without.coefficients.items()}
        require(having.coefficients == {0: having.error, **scaled}, f"beta at d={d}, {orders}")
    return CheckResult(
        "theorem-c",
        "exact certificate",
        "every order set, d = 2..7, and random ones at d = 40",
        {"order sets": len(sets)},
    )


def positivity() -> CheckResult:
    """Minors of Pascal's triangle: never negative, and zero iff some node is below its order."""
    count = 0
    for n in range(1, 5):
        for nodes in combinations(range(7), n):
            for orders in combinations(range(7), n):
                minor = _determinant([[comb(m, a) for a in orders] for m in nodes])
                valid = all(m >= a for m, a in zip(nodes, orders, strict=True))
                require(minor > 0 if valid else minor == 0, f"nodes {nodes}, orders {orders}")
                count += 1
    return CheckResult(
        "positivity", "enumeration", "all minors of size 1 to 4 in rows 0..6", {"minors": count}
    )


def theorem_d() -> CheckResult:
    """The dual measure has |R| + 1 vertices, alternates, and so do the coefficients."""
    for d in range(2, 9):
        for orders in order_sets(d):
            f = best_uniform(d, orders)
            f.verify()
            weights = list(f.certificate.values())
            require(len(weights) == len(orders) + 1, f"support at d={d}, {orders}")
            require(_alternate(weights), f"the measure does not alternate at d={d}, {orders}")
            positive = [f.coefficients[r] for r in orders if r > 0]
            require(_alternate(positive), f"signs at d={d}, {orders}")
            require(not positive or positive[-1] > 0, f"last sign at d={d}, {orders}")
            active = [abs(e) == f.error for e in f.residuals()]
            require(all(active[k] for k in f.certificate), f"slack vertex at d={d}, {orders}")
    return CheckResult("theorem-d", "exact certificate", "every order set, d = 2..8")


def theorem_e() -> CheckResult:
    """The exchange falls strictly, on valid references, and ends at the proven optimum."""
    random, longest = Random(5), 0
    sets = [(d, R) for d in range(2, 8) for R in order_sets(d, smallest=1)]
    sets += [(64, tuple(sorted(random.sample(range(1, 64), n)))) for n in (1, 3, 10, 32, 60)]
    for d, orders in sets:
        steps = list(exchange_steps(d, orders))
        values = [step.extrapolated for step in steps]
        require(values == sorted(set(values), reverse=True), f"no strict fall: d={d}, {orders}")
        for step in steps:
            valid = zip(step.nodes, (0, *orders), strict=True)
            require(all(m >= a for m, a in valid), f"invalid reference: d={d}, {orders}")
        require(1 / values[-1] == best_uniform(d, orders).error, f"end: d={d}, {orders}")
        longest = max(longest, len(steps))
    return CheckResult(
        "theorem-e",
        "exact certificate",
        "every order set, d = 2..7, and random ones at d = 64",
        {"longest run": longest},
    )


def theorem_f() -> CheckResult:
    """Domination: more orders and larger orders are strictly better; the top s are the best s."""
    for d in range(2, 9):
        errors = {frozenset(R): best_uniform(d, R).error for R in order_sets(d)}
        for R, error in errors.items():
            for extra in set(range(d)) - R:
                require(errors[R | {extra}] < error, f"adding {extra} to {set(R)} at d={d}")
                for dropped in R:
                    better = 0 < dropped < extra
                    swapped = R - {dropped} | {extra}
                    require(not better or errors[swapped] < error, f"{set(R)} to {set(swapped)}")
        for s in range(1, d):
            rivals = {errors[frozenset(R)]: R for R in combinations(range(1, d), s)}
            require(rivals[min(rivals)] == tuple(range(d - s, d)), f"best {s} at d={d}")
            require(rivals[max(rivals)] == tuple(range(1, s + 1)), f"worst {s} at d={d}")
    return CheckResult("theorem-f", "exact certificate", "every order set and exchange, d = 2..8")


def closed_forms() -> CheckResult:
    """Every closed form against the exchange; two more that hold for orders 0..r."""
    count = 0
    for d in range(1, 9):
        for orders in order_sets(d):
            formula = closed_form(d, orders)
            require(formula in (None, best_uniform(d, orders).error), f"d={d}, {orders}")
            count += formula is not None
        for r in range(d):
            require(
                1 / best_uniform(d, range(r + 1)).error == _least_product_sum(d, r), f"{d}, {r}"
            )
    for d in range(5, 62, 4):
        require(best_uniform(d, range(4)).error == chebyshev_bound(d, 3), f"T_3 at d={d}")
    return CheckResult(
        "closed-forms",
        "exact certificate",
        "every order set that has one, d = 1..8; the sum over deleted nodes; T_3 at d = 5, 9, ..61",
        {"order sets": count},
    )


def cost_accuracy() -> CheckResult:
    """1/(2N) <= E < 1/N for the top s orders, N the number of subpool maxes; equality iff s = 1."""
    for d in range(2, 65):
        for s in range(1, d):
            error, n = top_orders(d, s, intercept=True), subpool_count(d, range(d - s, d))
            require(Fraction(1, 2 * n) <= error < Fraction(1, n), f"d={d}, s={s}")
            require((error == Fraction(1, 2 * n)) == (s == 1), f"equality at d={d}, s={s}")
    return CheckResult("cost-accuracy", "exact certificate", "all s < d = 2..64")


def grouping() -> CheckResult:
    """Group maxima as inputs: error 2^-g from 2^g - 2 subpools, 1/(2g) from g, for every d >= g."""
    random = np.random.default_rng(7)
    for d, g in [(4, 2), (9, 3), (9, 4), (25, 5), (49, 6)]:
        for orders, error, count in [
            (range(g), Fraction(1, 2**g), 2**g - 2),
            ([0, g - 1], Fraction(1, 2 * g), g),
        ]:
            f = grouped(d, best_uniform(g, orders))
            f.inner.verify()
            require(f.inner.error == error and len(f.subpools()) == count, f"d={d}, g={g}")
            for x in (random.random((2000, d)), random.integers(0, 2, (2000, d))):
                worst = np.abs(f(x) - x.max(axis=-1)).max()
                require(worst <= float(error) + 1e-12, f"error {worst} at d={d}, g={g}")
    return CheckResult(
        "grouping", "exact certificate", "inner optimum by certificate; random points, d <= 49"
    )


def domain() -> CheckResult:
    """On [a, b]^d the affinely moved estimator has error (b - a) E, for sets with 0.

    Checked as an identity on random rational points: g(a + (b-a) x) - max = (b-a) (f(x) - max x).
    """
    a, b, random = -3.0, 2.0, np.random.default_rng(11)
    x = random.random((500, 6))
    y = a + (b - a) * x
    for positive in order_sets(6, smallest=1):
        f = best_uniform(6, (0, *positive))
        beta = {r: float(f.coefficients[r]) for r in positive}
        constant = (b - a) * float(f.error) + a * (1 - sum(beta.values()))
        g = constant + sum(beta[r] * subpool_average(y, r) for r in positive)
        moved = g - y.max(axis=-1) - (b - a) * (f(x) - x.max(axis=-1))
        require(bool(np.abs(moved).max() < 1e-10), f"orders {f.orders}")
    for d in range(2, 33):
        total = sum(beta for r, beta in best_uniform(d, range(d)).coefficients.items() if r > 0)
        require(total == 1 + Fraction((-1) ** d - 1, 2**d), f"sum of coefficients at d={d}")
        pair = best_uniform(d, [0, d - 1]).coefficients
        require(pair[d - 1] == 1, f"orders 0 and d-1 are not translation-equivariant at d={d}")
    return CheckResult(
        "domain", "exact certificate", "every order set with 0, d = 6; sums, d <= 32"
    )


def approximate_degree() -> CheckResult:
    """E(d, {0..r}): the two-sided bounds, and about 0.7 sqrt(d) orders for an error of 1/3."""
    for d in (2, 3, 5, 9, 16, 25, 49, 100):
        for r in range(d):
            error = best_uniform(d, range(r + 1)).error
            low, high = squared_error_bounds(d, r)
            require(low <= error**2 <= high, f"two-sided bound at d={d}, r={r}")
            require(error <= chebyshev_bound(d, r), f"Chebyshev bound at d={d}, r={r}")
    third = Fraction(1, 3)
    needed = {d: orders_needed(d, third) for d in (20, 40, 60, 100, 200, 400)}
    for d, r in needed.items():
        require(0.6 <= r / d**0.5 <= 0.85, f"{r} orders at d={d}")
    return CheckResult(
        "approximate-degree",
        "exact certificate",
        "bounds for all r at eight d up to 100; exact numbers of orders up to d = 400",
        {f"orders for 1/3 at d = {d}": r for d, r in needed.items()},
    )


def _least_product_sum(d: int, r: int) -> Fraction:
    """1/E(d, {0..r}) = min over |D| = d-1-r, D in [d], of sum_k C(d,k) prod_{m in D} |k-m|/m."""
    return min(
        sum((comb(d, k) * _product(k, deleted) for k in range(d + 1)), Fraction(0))
        for deleted in combinations(range(1, d + 1), d - 1 - r)
    )


def _product(k: int, deleted: tuple[int, ...]) -> Fraction:
    """Product of |k - m| / m over the deleted m."""
    return prod((Fraction(abs(k - m), m) for m in deleted), start=Fraction(1))


def _alternate(numbers: Sequence[Fraction]) -> bool:
    """Whether neighbours have strictly opposite signs."""
    return all(a * b < 0 for a, b in pairwise(numbers))


def _determinant(matrix: list[list[int]]) -> int:
    """By Laplace expansion: for small matrices, and nothing can go wrong with zero pivots."""
    if not matrix:
        return 1
    first, *rest = matrix
    minors = ([row[:j] + row[j + 1 :] for row in rest] for j in range(len(first)))
    return sum((-1) ** j * first[j] * _determinant(m) for j, m in enumerate(minors))
