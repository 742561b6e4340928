"""Appendix B: the steps of the proofs that are finite computations.

Steps that belong to a statement of Section 3 are checked there: Lemmas 5 and 6 with (15) to (17),
(14), Theorem 6 with (18), and Lemma 7 are functions of :mod:`companion.evidence.s3_approximations`.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise, permutations, product
from math import comb
from random import Random

from companion.evidence.result import CheckResult, require
from maxpooling.approximation import best_uniform
from maxpooling.approximation.closed_forms import optimal_full_coefficients
from maxpooling.networks import halving_rows
from maxpooling.order_statistics import subpool_weights, vertex_average


def equation_8() -> CheckResult:
    """Without intercept (d-1) e_d - d e_1 = 1 for every beta: some error is 1/(2d-1) or more."""
    for d in range(2, 65):
        _require_bound(d, {1: -d, d: d - 1}, [d - 1], Fraction(1, 2 * d - 1))
        best = Fraction(2 * d, 2 * d - 1)
        require(best - 1 == 1 - best * Fraction(d - 1, d), f"the two errors at d={d}")
    return CheckResult("equation-8", "exact certificate", "d = 2..64")


def equation_9() -> CheckResult:
    """With intercept e_0 - d e_1 + (d-1) e_d = 1 for all beta_0, beta: some error is 1/(2d)."""
    for d in range(2, 65):
        _require_bound(d, {0: 1, 1: -d, d: d - 1}, [0, d - 1], Fraction(1, 2 * d))
    return CheckResult("equation-9", "exact certificate", "d = 2..64")


def equation_10() -> CheckResult:
    """All orders: the alternating sum of C(d, k) e_k is 1, so some error is 2^-d or more."""
    for d in range(2, 65):
        measure = {k: (-1) ** k * comb(d, k) for k in range(d + 1)}
        _require_bound(d, measure, range(d), Fraction(1, 2**d))
    return CheckResult("equation-10", "exact certificate", "d = 2..64")


def equation_11() -> CheckResult:
    """From v_0 and v_1 alone: beta >= (1 - 2 eps) d/(d-1), which is above 1 if eps < 1/(2d)."""
    for d in range(2, 9):
        for beta_0, beta in _grid():
            eps = max(abs(beta_0), abs(_at(d, 1, beta_0, beta)))
            require(beta >= Fraction(d, d - 1) * (1 - 2 * eps), f"(11) at d={d}, {beta_0}, {beta}")
        require(Fraction(d, d - 1) * (1 - Fraction(2, 2 * d)) == 1, f"the threshold at d={d}")
    return CheckResult("equation-11", "enumeration", "a rational grid of (beta_0, beta), d = 2..8")


def equation_12() -> CheckResult:
    """From v_1 and v_d alone: beta <= 2 d eps, which is below 1 if eps < 1/(2d)."""
    for d in range(2, 9):
        for beta_0, beta in _grid():
            eps = max(abs(_at(d, 1, beta_0, beta)), abs(_at(d, d, beta_0, beta)))
            require(beta <= 2 * d * eps, f"(12) at d={d}, {beta_0}, {beta}")
    return CheckResult("equation-12", "enumeration", "a rational grid of (beta_0, beta), d = 2..8")


def equation_13() -> CheckResult:
    """V lambda runs through the sorted vectors, and U V holds the averages at the vertices."""
    random = Random(13)
    for d in range(1, 13):
        V = _vertex_matrix(d)
        for _ in range(20):
            x = sorted((Fraction(random.randint(0, 60), 60) for _ in range(d)), reverse=True)
            gaps = [a - b for a, b in zip([Fraction(1), *x], [*x, Fraction(0)], strict=True)]
            require(min(gaps) >= 0 and sum(gaps) == 1, f"weights of a convex combination, d={d}")
            combined = [sum(v * g for v, g in zip(row, gaps, strict=True)) for row in V]
            require(combined == x, f"V lambda at d={d}")
        for r in range(1, d):
            weights = subpool_weights(d, r)
            for k in range(d + 1):
                value = sum(w * row[k] for w, row in zip(weights, V, strict=True))
                require(value == vertex_average(d, r, k), f"(U V) at d={d}, r={r}, k={k}")
    return CheckResult("equation-13", "exact certificate", "random sorted vectors, d = 1..12")


def coefficients_of_6() -> CheckResult:
    """The alternating coefficients come from forward differences of the wanted vertex values."""
    for d in range(2, 33):
        values = [Fraction(m == d) - Fraction((-1) ** (d - m), 2**d) for m in range(d + 1)]
        differences = []
        row = values
        while row:
            differences.append(row[0])
            row = [b - a for a, b in pairwise(row)]
        require(differences[d] == 0, f"the d-th difference at d={d}")
        beta = optimal_full_coefficients(d)
        for r in range(1, d):
            require(beta[r] == differences[r] * comb(d, r), f"beta_{r} at d={d}")
        require(1 - differences[0] - sum(beta[r] for r in range(1, d)) == beta[0], f"beta_0, d={d}")
    return CheckResult("coefficients-of-6", "exact certificate", "d = 2..32")


def best_increasing() -> CheckResult:
    """What Lemma 7 would cost: the best *increasing* estimator with all orders (ours).

    Its error is 1/(2 + 2 C(d-1, i)) with i odd and nearest to (d-1)/2, far above 2^-d. Upper bound:
    errors +E at v_0, then -E up to v_i, then +E. Lower bound: in the identity of equation_10 the
    increments of the errors, which are not negative, have the weights (-1)^j C(d-1, j-1).
    """
    for d in range(2, 65):
        tails = [sum((-1) ** k * comb(d, k) for k in range(j, d + 1)) for j in range(1, d + 1)]
        expected = [(-1) ** j * comb(d - 1, j - 1) for j in range(1, d + 1)]
        require(tails == expected, f"weights of the increments at d={d}")
        largest = max(comb(d - 1, i) for i in range(1, d, 2))
        error = Fraction(1, 2 + 2 * largest)
        jump = max(range(2, d + 1, 2), key=lambda j: comb(d - 1, j - 1))
        errors = [error, *([-error] * (jump - 1)), *([error] * (d + 1 - jump))]
        identity = sum((-1) ** k * comb(d, k) * e for k, e in enumerate(errors))
        require(identity == 1, f"the increasing estimator exists at d={d}")
        require(d == 2 or error > best_uniform(d, range(d)).error, f"strictly worse at d={d}")
    return CheckResult(
        "theorem-n",
        "exact certificate",
        "d = 2..64",
        {"d = 3": Fraction(1, 6), "d = 9": Fraction(1, 2 + 2 * comb(8, 3))},
    )


def equation_19() -> CheckResult:
    """The slivers of *ordered* tuples share out all points without ties; those of sets do not."""
    for d in range(2, 6):
        for r in range(1, d + 1):
            for x in permutations(range(d)):
                inside = [t for t in permutations(range(d), r) if _in_sliver(x, t)]
                require(len(inside) == 1, f"x={x} lies in {len(inside)} slivers of size {r}")
                require(x[inside[0][0]] == max(x), f"the maximum on the sliver of {inside[0]}")
    return CheckResult("equation-19", "enumeration", "all rankings, all tuple sizes, d = 2..5")


def equation_26() -> CheckResult:
    """A window of s places holds s + 1 distinct tuples: two shifts and s - 1 interior drops."""
    for d in range(3, 41):
        for block in halving_rows(d):
            starts = [part[0] for part in block[0]]
            for column, start in enumerate(starts):
                size = len(block[0][column])
                found = {row[column] for row in block}
                window = range(start, start + size + 1)
                expected = {tuple(i for i in window if i != dropped) for dropped in window}
                require(found == expected, f"(26) at d={d}, size {size}, start {start}")
                require(len(found) == size + 1, f"their number at d={d}")
    return CheckResult("equation-26", "enumeration", "every window of every level, d = 3..40")


def _require_bound(d: int, measure: dict[int, int], orders: Iterable[int], error: Fraction) -> None:
    """The measure kills all averages of the orders, gives +-1 to the max, and has mass 1/error."""
    for r in orders:
        total = sum(mu * vertex_average(d, r, k) for k, mu in measure.items())
        require(total == 0, f"order {r} keeps weight {total} at d={d}")
    require(abs(sum(mu for k, mu in measure.items() if k)) == 1, f"weight of the max at d={d}")
    require(sum(map(abs, measure.values())) * error == 1, f"mass at d={d}")
    require(max(map(abs, best_uniform(d, orders).residuals())) == error, f"attained at d={d}")


def _grid() -> Iterator[tuple[Fraction, Fraction]]:
    """Pairs (beta_0, beta) around the optimum."""
    return product(
        [Fraction(i, 24) for i in range(-12, 25)], [Fraction(i, 12) for i in range(-6, 25)]
    )


def _at(d: int, k: int, beta_0: Fraction, beta: Fraction) -> Fraction:
    """The error at v_k, k >= 1, of beta_0 + beta S(.; d-1)."""
    return beta_0 + beta * vertex_average(d, d - 1, k) - 1


def _vertex_matrix(d: int) -> list[list[int]]:
    """V: its columns are v_0, ..., v_d."""
    return [[int(i < k) for k in range(d + 1)] for i in range(d)]


def _in_sliver(x: tuple[int, ...], ordered: tuple[int, ...]) -> bool:
    """Whether x decreases along these coordinates and all others lie below them."""
    chosen = [x[i] for i in ordered]
    others = [x[i] for i in range(len(x)) if i not in ordered]
    return chosen == sorted(chosen, reverse=True) and max(others, default=-1) < chosen[-1]
