"""Section 3: subpool maxes, the linear program (3), Theorem 2, and the lemmas around it."""

from fractions import Fraction
from itertools import accumulate, pairwise, permutations, product
from math import comb
from random import Random

import numpy as np

from companion.evidence.order_sets import order_sets
from companion.evidence.result import CheckResult, require
from maxpooling.approximation import best_uniform, best_uniform_cvxpy, error_over_cube
from maxpooling.approximation.closed_forms import optimal_full_coefficients
from maxpooling.approximation.decompositions import decomposition_bound
from maxpooling.approximation.volume import full_volume, volume_above, volume_near_one_vertex
from maxpooling.linear_algebra import determinant
from maxpooling.order_statistics import subpool_average, subpool_weights, subpools, vertex_average


def lemma_2() -> CheckResult:
    """The average of all subpool maxes is the weighted sum (2) of order statistics."""
    random = Random(2)
    for d in range(1, 9):
        x = [Fraction(random.randint(-50, 50), 7) for _ in range(d)]
        for r in range(1, d + 1):
            enumerated = sum(max(x[i] for i in subpool) for subpool in subpools(d, r))
            by_ranks = zip(subpool_weights(d, r), sorted(x, reverse=True), strict=True)
            weighted = sum(weight * value for weight, value in by_ranks)
            require(weighted * comb(d, r) == enumerated, f"(2) fails at d={d}, r={r}")
    draws = np.random.default_rng(2).random((20_000, 9))
    chosen = np.array([random.sample(range(9), 4) for _ in range(20_000)])
    sampled = np.take_along_axis(draws, chosen, axis=1).max(axis=1)
    gap = sampled - subpool_average(draws, 4)
    require(abs(gap.mean()) < 5 * gap.std() / len(gap) ** 0.5, "(2) fails in simulation")
    return CheckResult(
        "lemma-2",
        "enumeration",
        "every subpool, all orders r = 1..d, d = 1..8, exactly; one random subpool for each of "
        "20000 random pools at d = 9, r = 4",
    )


def equation_2_at_a_unit_vector() -> CheckResult:
    """At (1, 0, ..., 0) the mean misses the maximum by (d-1)/d, order d-1 by 1/d."""
    for d in range(2, 65):
        require(1 - vertex_average(d, 1, 1) == Fraction(d - 1, d), f"order 1 at d={d}")
        require(1 - vertex_average(d, d - 1, 1) == Fraction(1, d), f"order d-1 at d={d}")
        largest = (Fraction(d - 1, d), Fraction(1, d))
        require(subpool_weights(d, d - 1)[:2] == largest, f"weights of order d-1 at d={d}")
    return CheckResult("equation-2", "exact certificate", "d = 2..64")


def figure_1() -> CheckResult:
    """Averages grow with the order, from the mean to the maximum, whatever the sample."""
    for d in range(1, 13):
        sums = [list(accumulate(subpool_weights(d, r))) for r in range(1, d + 1)]
        for r, (lower, higher) in enumerate(pairwise(sums), start=1):
            grows = all(a <= b for a, b in zip(lower, higher, strict=True))
            require(grows, f"order {r + 1} falls below order {r} at d={d}")
    return CheckResult("figure-1", "exact certificate", "partial sums of all weights, d = 1..12")


def lemma_3() -> CheckResult:
    """The program (3): exact optimum, its proof, and the floating-point solution of the same."""
    count = 0
    for d in range(2, 8):
        for orders in order_sets(d):
            best_uniform(d, orders).verify()
            count += 1
    for d in range(2, 5):
        for orders in order_sets(d):
            found = best_uniform_cvxpy(d, orders, "HIGHS").error
            require(abs(found - best_uniform(d, orders).error) < 1e-7, f"CVXPY at {d}, {orders}")
    return CheckResult(
        "lemma-3",
        "exact certificate",
        "every order set, d = 2..7, by certificate; d = 2..4 by CVXPY to 1e-7",
        {"order sets": count},
    )


def theorem_a() -> CheckResult:
    """(3) is exact: one variable per subpool and all 2^d vertices give the same optimum."""
    for d in range(1, 5):
        for orders in order_sets(d):
            same = error_over_cube(d, orders) == best_uniform(d, orders).error
            require(same, f"cube and ordered simplex differ at d={d}, {orders}")
    x = np.random.default_rng(0).random((2000, 9))
    for orders in [(8,), (0, 8), (0, 2, 8), tuple(range(9))]:
        f = best_uniform(9, orders)
        inside = np.abs(f(x) - x.max(axis=-1)).max()
        require(inside <= f.error, f"a point inside the cube is worse than its vertices: {orders}")
    return CheckResult(
        "theorem-a",
        "exact certificate",
        "every order set, d = 1..4, all vertices and single subpools; 2000 inner points at d = 9",
    )


def lemma_5() -> CheckResult:
    """Averaging over permutations never hurts, and symmetric members have |R| coefficients."""
    d, random = 4, Random(5)
    for _ in range(5):
        weights = {
            frozenset(I): Fraction(random.randint(-9, 9), 10)
            for r in (1, 2, 3)
            for I in subpools(d, r)
        }
        averaged = {
            I: Fraction(sum(weights[J] for J in weights if len(J) == len(I)), comb(d, len(I)))
            for I in weights
        }
        every = sum(_permuted(weights, p)[frozenset({0, 1})] for p in permutations(range(d)))
        require(every / 24 == averaged[frozenset({0, 1})], "averaging over permutations")
        require(_error(d, averaged) <= _error(d, weights), "symmetrising made it worse")
    _require_independent(5)
    return CheckResult(
        "lemma-5",
        "exact certificate",
        "random members of M_{1,2,3}(4); independence of 1 and all subpool maxes at d = 5",
    )


def theorem_2() -> CheckResult:
    """(4), (5) and (6), with coefficients, signs and the extreme vertices, d = 2..64."""
    for d in range(2, 65):
        without, having = best_uniform(d, [d - 1]), best_uniform(d, [0, d - 1])
        full = best_uniform(d, range(d))
        for approximation in (without, having, full):
            approximation.verify()
        require(without.error == Fraction(1, 2 * d - 1), f"(4) at d={d}")
        require(without.coefficients == {d - 1: Fraction(2 * d, 2 * d - 1)}, f"(4), beta, d={d}")
        require(having.error == Fraction(1, 2 * d), f"(5) at d={d}")
        require(having.coefficients == {0: Fraction(1, 2 * d), d - 1: 1}, f"(5), beta, d={d}")
        require(full.error == Fraction(1, 2**d), f"(6) at d={d}")
        require(full.coefficients == optimal_full_coefficients(d), f"(6), beta, d={d}")
    return CheckResult(
        "theorem-2",
        "exact certificate",
        "d = 2..64, errors, coefficients and certificates of optimality",
        {"d = 9, (4)": Fraction(1, 17), "(5)": Fraction(1, 18), "(6)": Fraction(1, 512)},
    )


def equation_14() -> CheckResult:
    """(U'beta - e_1)'V = -2^(1-d) (0, 1, 0, 1, ...), so the full error alternates on vertices."""
    for d in range(2, 33):
        beta = optimal_full_coefficients(d)
        rows = {r: subpool_weights(d, r) for r in range(1, d)}
        on_ranks = [sum(beta[r] * rows[r][j] for r in rows) - (j == 0) for j in range(d)]
        on_vertices = [sum(on_ranks[:k], Fraction(0)) for k in range(d + 1)]
        expected = [-Fraction(k % 2, 2 ** (d - 1)) for k in range(d + 1)]
        require(on_vertices == expected, f"(14) fails at d={d}")
    return CheckResult(
        "equation-14", "exact certificate", "matrices U and V of the proof, d = 2..32"
    )


def theorem_b() -> CheckResult:
    """No sum of functions of r coordinates does better than subpool maxes of orders 0..r."""
    sizes = [(d, r) for d in range(2, 13) for r in range(d)] + [(64, 63), (64, 8)]
    for d, r in sizes:
        bound = decomposition_bound(d, r)
        bound.verify()
        require(r < d - 1 or bound.error == Fraction(1, 2**d), f"2^-d at d={d}")
    return CheckResult(
        "theorem-b",
        "exact certificate",
        "a measure on the cube that kills every such sum, all r < d = 2..12, and d = 64",
    )


def lemma_6() -> CheckResult:
    """The best shift of a linear function on the simplex centres its range: (15), (16), (17)."""
    for z in product(range(-2, 3), repeat=3):
        low, high = min(z), max(z)
        shift = -Fraction(low + high, 2)
        shifts = [shift, shift - 1, shift + 1, Fraction(0)]
        value = {b: max(abs(b + low), abs(b + high)) for b in shifts}
        grid = [Fraction(i, 4) for i in range(5)]
        simplex = [(a, b, 1 - a - b) for a in grid for b in grid if a + b <= 1]
        inner = [sum(w * v for w, v in zip(point, z, strict=True)) for point in simplex]
        require(min(inner) == low, f"(15) fails for z={z}")
        require(max(abs(shift + v) for v in inner) == Fraction(high - low, 2), f"(17) for z={z}")
        require(min(value.values()) == value[shift], f"(16) fails for z={z}")
    return CheckResult("lemma-6", "enumeration", "all z in {-2..2}^3, the simplex on a grid of 1/4")


def theorem_6() -> CheckResult:
    """With an intercept, beta_0 = E: the error at the origin is +E, and (18) holds."""
    for d in range(2, 8):
        for positive in order_sets(d, smallest=1):
            f = best_uniform(d, (0, *positive))
            missing = [f.coefficients[0] - e for e in f.residuals()]
            require(f.coefficients[0] == f.error == f.residuals()[0], f"d={d}, {f.orders}")
            require(max(missing) / 2 == f.error, f"(18) fails at d={d}, {f.orders}")
            require(min(missing) == 0, f"min M = 0 fails at d={d}, {f.orders}")
    return CheckResult("theorem-6", "exact certificate", "every order set with 0, d = 2..7")


def lemma_4() -> CheckResult:
    """Large errors fill a volume: the repaired bound for all sets, the exact law for the full."""
    shares = [Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)]
    for d in range(2, 6):
        for orders in order_sets(d):
            f = best_uniform(d, orders)
            for share in shares:
                volume = volume_above(f.residuals(), share * f.error)
                corners = len(f.certificate) * volume_near_one_vertex(d, share)
                printed = (f.error * (1 - share)) ** d
                require(volume >= corners, f"d={d}, {orders}, share {share}")
                require(0 not in orders or corners >= printed, f"weaker than the paper: {orders}")
    for d in range(2, 13):
        residuals = best_uniform(d, range(d)).residuals()
        for share in shares:
            law = full_volume(d, share)
            require(volume_above(residuals, share / 2**d) == law, f"Beta law at d={d}")
    return CheckResult(
        "lemma-4",
        "exact certificate",
        "exact volumes, every order set, d = 2..5; the Beta law of the full set, d = 2..12",
    )


def lemma_7() -> CheckResult:
    """False as stated: the optimum increases in every coordinate iff at most one order is used."""
    for d in range(2, 8):
        for orders in order_sets(d):
            increasing = min(best_uniform(d, orders).weights()) >= 0
            single = len([r for r in orders if r > 0]) <= 1
            require(increasing == single, f"d={d}, orders {orders}")
    counterexample = best_uniform(3, range(3)).weights()
    expected = (Fraction(3, 4), Fraction(1, 4), Fraction(-1, 4))
    require(counterexample == expected, "the counterexample at d = 3")
    return CheckResult(
        "lemma-7",
        "exact certificate",
        "refuted: every order set, d = 2..7, the optimum is increasing iff |R without 0| <= 1",
        {"weight on the smallest of three": counterexample[-1]},
    )


def _permuted(
    weights: dict[frozenset[int], Fraction], p: tuple[int, ...]
) -> dict[frozenset[int], Fraction]:
    """The weights after renaming the coordinates by p."""
    return {frozenset(p[i] for i in I): weight for I, weight in weights.items()}


def _error(d: int, weights: dict[frozenset[int], Fraction]) -> Fraction:
    """Largest |f - max| over the cube's vertices for single subpool weights."""
    errors = []
    for x in product((0, 1), repeat=d):
        value = sum((weight * max(x[i] for i in I) for I, weight in weights.items()), Fraction(0))
        errors.append(abs(value - max(x)))
    return max(errors)


def _require_independent(d: int) -> None:
    """1 and the 2^d - 1 subpool maxes are independent: one matrix on the cube, determinant +-1."""
    sets = [I for r in range(d + 1) for I in subpools(d, r)]
    # On the cube 1 - max(x_I) is the product of the 1 - x_i: it is 1 iff I lies within the zeros.
    matrix = [[int(set(I) <= set(zeros)) for I in sets] for zeros in sets]
    require(abs(determinant(matrix)) == 1, f"subpool maxes dependent at d={d}")
