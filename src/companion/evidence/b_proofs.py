"""Appendix B: the steps of the proofs that are finite computations.

Steps that belong to a statement of Section 3 are checked there: Lemmas 5 and 6 with (15) to (17),
(14), Theorem 6 with (18), and Lemma 7 are functions of :mod:`companion.evidence.s3_approximations`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, permutations
from math import comb, factorial

from companion.checking import Kind, certify, check, require
from companion.checking.domains import Drawn, Integers, Rankings, Steps, Through
from maxpooling.approximation import best_uniform
from maxpooling.approximation.closed_forms import optimal_full_coefficients
from maxpooling.errors import CertificateError
from maxpooling.networks import halving_rows
from maxpooling.order_statistics import subpool_weights, vertex_average

_BETA_0 = Steps(Fraction(-1, 2), Fraction(1), Fraction(1, 24), called="β₀ =")
_BETA = Steps(Fraction(-1, 2), Fraction(2), Fraction(1, 12), called="β =")
"""Around the optimum of the orders {0, d-1}."""


@dataclass(frozen=True)
class VertexIdentity:
    """For all coefficients the errors at the vertices, so weighted, add up to 1 or -1.

    So some error is at least one part in the sum of the weights' sizes.

    Attributes:
        d: pool size.
        orders: those of the estimator.
        weights: k -> weight of the error at the vertex with k ones.
        error: the lower bound that follows.
    """

    d: int
    orders: Sequence[int]
    weights: Mapping[int, int]
    error: Fraction

    def verify(self) -> None:
        """Prove the bound: the weights kill all averages and leave 1 of the maximum.

        Raises:
            CertificateError: they do not, or another bound follows.
        """
        for r in self.orders:
            total = sum(mu * vertex_average(self.d, r, k) for k, mu in self.weights.items())
            if total != 0:
                raise CertificateError(f"order {r} keeps the weight {total}")
        if abs(sum(mu for k, mu in self.weights.items() if k)) != 1:
            raise CertificateError("the maximum has not the weight 1")
        if sum(map(abs, self.weights.values())) * self.error != 1:
            raise CertificateError(f"the weights do not add up to 1/{self.error}")


@check("equation-8", Kind.CERTIFICATE, d=range(2, 65))
def equation_8(d: int) -> None:
    """Without intercept (d-1) e_d - d e_1 = 1 for every beta: some error is 1/(2d-1) or more."""
    _certify_bound(VertexIdentity(d, [d - 1], {1: -d, d: d - 1}, Fraction(1, 2 * d - 1)))
    best = Fraction(2 * d, 2 * d - 1)
    require(best - 1 == 1 - best * Fraction(d - 1, d), "the two errors")


@check("equation-9", Kind.CERTIFICATE, d=range(2, 65))
def equation_9(d: int) -> None:
    """With intercept e_0 - d e_1 + (d-1) e_d = 1 for all beta_0, beta: some error is 1/(2d)."""
    _certify_bound(VertexIdentity(d, [0, d - 1], {0: 1, 1: -d, d: d - 1}, Fraction(1, 2 * d)))


@check("equation-10", Kind.CERTIFICATE, d=range(2, 65))
def equation_10(d: int) -> None:
    """All orders: the alternating sum of C(d, k) e_k is 1, so some error is 2^-d or more."""
    alternating = {k: (-1) ** k * comb(d, k) for k in range(d + 1)}
    _certify_bound(VertexIdentity(d, range(d), alternating, Fraction(1, 2**d)))


@check("equation-11", Kind.EVERY_CASE, d=range(2, 9), beta_0=_BETA_0, beta=_BETA)
def equation_11(d: int, beta_0: Fraction, beta: Fraction) -> None:
    """From v_0 and v_1 alone: beta >= (1 - 2 eps) d/(d-1), which is above 1 if eps < 1/(2d)."""
    eps = max(abs(beta_0), abs(_at(d, 1, beta_0, beta)))
    require(beta >= Fraction(d, d - 1) * (1 - 2 * eps), f"(11) with eps = {eps}")
    require(eps >= Fraction(1, 2 * d) or beta > 1, f"beta is not above 1 with eps = {eps}")


@check("equation-12", Kind.EVERY_CASE, d=range(2, 9), beta_0=_BETA_0, beta=_BETA)
def equation_12(d: int, beta_0: Fraction, beta: Fraction) -> None:
    """From v_1 and v_d alone: beta <= 2 d eps, which is below 1 if eps < 1/(2d)."""
    eps = max(abs(_at(d, 1, beta_0, beta)), abs(_at(d, d, beta_0, beta)))
    require(beta <= 2 * d * eps, f"(12) with eps = {eps}")
    require(eps >= Fraction(1, 2 * d) or beta < 1, f"beta is not below 1 with eps = {eps}")


@check(
    "equation-13",
    Kind.RANDOM,
    d=range(1, 13),
    x=Drawn(Integers(0, 60, "d", denominator=60), 20),
)
def equation_13(d: int, x: Sequence[Fraction]) -> None:
    """The sorted x is V lambda, with the gaps lambda as weights of a convex combination."""
    ranked = sorted(x, reverse=True)
    gaps = [a - b for a, b in pairwise([Fraction(1), *ranked, Fraction(0)])]
    require(min(gaps) >= 0 and sum(gaps) == 1, "no weights of a convex combination")
    combined = [sum(v * g for v, g in zip(row, gaps, strict=True)) for row in _vertex_matrix(d)]
    require(combined == ranked, f"V lambda = {combined}")


@check("equation-13", Kind.EVERY_CASE, d=range(2, 25), r=Through(1, "d - 1"))
def equation_13_averages(d: int, r: int) -> None:
    """The row r of U V holds the averages of order r at the vertices."""
    weights, V = subpool_weights(d, r), _vertex_matrix(d)
    for k in range(d + 1):
        value = sum(w * row[k] for w, row in zip(weights, V, strict=True))
        require(value == vertex_average(d, r, k), f"(U V) at k={k}")


@check("theorem-2", Kind.EVERY_CASE, d=range(2, 49))
def coefficients_of_6(d: int) -> None:
    """The alternating coefficients come from forward differences of the wanted vertex values."""
    row = [Fraction(m == d) - Fraction((-1) ** (d - m), 2**d) for m in range(d + 1)]
    differences = []
    while row:
        differences.append(row[0])
        row = [b - a for a, b in pairwise(row)]
    require(differences[d] == 0, "the d-th difference")
    beta = optimal_full_coefficients(d)
    for r in range(1, d):
        require(beta[r] == differences[r] * comb(d, r), f"beta_{r}")
    require(1 - differences[0] - sum(beta[r] for r in range(1, d)) == beta[0], "beta_0")


@check("theorem-n", Kind.EVERY_CASE, d=range(2, 65))
def best_increasing(d: int) -> None:
    """What Lemma 7 would cost: the best *increasing* sum of functions of d-1 inputs (ours).

    Its error is 1/(2 + 2 C(d-1, i)) with i odd and nearest to (d-1)/2, far above 2^-d. Upper bound:
    errors +E at v_0, then -E up to v_i, then +E. Lower bound: in the identity of equation_10 the
    increments of the errors, which are not negative, have the weights (-1)^j C(d-1, j-1).
    """
    tails = [sum((-1) ** k * comb(d, k) for k in range(j, d + 1)) for j in range(1, d + 1)]
    expected = [(-1) ** j * comb(d - 1, j - 1) for j in range(1, d + 1)]
    require(tails == expected, "weights of the increments")
    largest = max(comb(d - 1, i) for i in range(1, d, 2))
    error = Fraction(1, 2 + 2 * largest)
    jump = max(range(2, d + 1, 2), key=lambda j: comb(d - 1, j - 1))
    errors = [error, *([-error] * (jump - 1)), *([error] * (d + 1 - jump))]
    identity = sum((-1) ** k * comb(d, k) * e for k, e in enumerate(errors))
    require(identity == 1, "no estimator has these errors")
    require(d == 2 or error > best_uniform(d, range(d)).error, "not strictly worse")


@check("equation-19", Kind.EVERY_CASE, d=range(2, 7), r=Through(1, "d"))
def slivers_of_sets(d: int, r: int) -> None:
    """With one sliver for each *set* of r coordinates the share 1/r! of all rankings is covered."""
    covered = sum(
        any(_in_sliver(x, chosen) for chosen in combinations(range(d), r))
        for x in permutations(range(d))
    )
    require(covered * factorial(r) == factorial(d), f"{covered} of {factorial(d)} rankings")


@check("equation-19", Kind.EVERY_CASE, d=range(2, 6), r=Through(1, "d"), x=Rankings("d"))
def equation_19(d: int, r: int, x: tuple[int, ...]) -> None:
    """The slivers of *ordered* tuples share out all points without ties; those of sets do not."""
    inside = [t for t in permutations(range(d), r) if _in_sliver(x, t)]
    require(len(inside) == 1, f"x lies in {len(inside)} slivers")
    require(x[inside[0][0]] == max(x), f"the maximum on the sliver of {inside[0]}")


@check("equation-26", Kind.EVERY_CASE, d=range(3, 65))
def equation_26(d: int) -> None:
    """A window of s places holds s + 1 distinct tuples: two shifts and s - 1 interior drops."""
    for block in halving_rows(d):
        for column, (start, *rest) in enumerate(block[0]):
            size = 1 + len(rest)
            found = {row[column] for row in block}
            window = range(start, start + size + 1)
            expected = {tuple(i for i in window if i != dropped) for dropped in window}
            require(found == expected, f"(26) at size {size}, start {start}")
            require(len(found) == size + 1, f"their number at size {size}, start {start}")


def _certify_bound(bound: VertexIdentity) -> None:
    """Prove the bound, and that the best estimator attains it."""
    certify(bound)
    attained = max(map(abs, best_uniform(bound.d, bound.orders).residuals()))
    require(attained == bound.error, f"the best estimator has the error {attained}")


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
