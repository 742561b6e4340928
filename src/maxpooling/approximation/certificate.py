"""Proof of optimality of a solution of (3), from its numbers alone.

Shares nothing with the solver: no binomial coefficients, no linear algebra, only the recurrence
of Pascal's triangle. Two facts are established, and together they prove E to be the minimum.
Attained: the combination with these coefficients misses the maximum by exactly E at the worst
vertex. Bounded below: the measure mu annihilates 1 (if allowed) and every S(.; r, d), hence
|sum of mu_k max(v_k)| = |sum of mu_k (max - f)(v_k)| <= ||max - f|| sum of |mu_k| for every f.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import comb, lcm

from maxpooling.errors import CertificateError


def verify(
    d: int,
    orders: Sequence[int],
    error: Fraction,
    coefficients: Mapping[int, Fraction],
    certificate: Mapping[int, Fraction],
) -> bool:
    """Return True if the numbers prove that ``error`` is the minimum of (3).

    O(d max(orders)) additions of integers.

    Raises:
        CertificateError: naming the condition that fails.
    """
    numbers = [error, *coefficients.values(), *certificate.values()]
    _require(all(isinstance(x, (Fraction, int)) for x in numbers), "every number is rational")
    _require(
        set(orders) <= set(range(d)) and len(set(orders)) == len(orders) > 0,
        "the orders are distinct integers in 0..d-1",
    )
    _require(set(coefficients) == set(orders), "there is one coefficient for each order")
    _require(set(certificate) <= set(range(d + 1)), "the measure sits on the vertices 0..d")
    worst = max(abs(e) for e in residuals(d, coefficients))
    _require(worst == error, "the error is attained at the worst vertex")
    _require(_annihilates(d, orders, certificate), "the measure annihilates every order")
    mass = sum((abs(mu) for mu in certificate.values()), Fraction(0))
    mean = sum((mu for k, mu in certificate.items() if k > 0), Fraction(0))
    _require(mass > 0 and abs(mean) == error * mass, "the measure proves the lower bound")
    return True


def residuals(d: int, coefficients: Mapping[int, Fraction]) -> tuple[Fraction, ...]:
    """f(v_k) - max(v_k) for k = 0..d, in exact arithmetic.

    With m = d - k zeros, f = g(d) - g(m) + intercept for g = sum of c_r C(m, r), where c_r is the
    coefficient divided by C(d, r). Newton's forward differences of g at 0 are these c_r, so g is
    tabulated by additions alone.
    """
    slopes = {r: Fraction(beta, comb(d, r)) for r, beta in coefficients.items() if r > 0}
    common = lcm(*(c.denominator for c in slopes.values()))
    differences = [0] * (max(slopes, default=0) + 1)
    for r, c in slopes.items():
        differences[r] = c.numerator * (common // c.denominator)
    g = []
    for _ in range(d + 1):
        g.append(differences[0])
        for r in range(len(differences) - 1):
            differences[r] += differences[r + 1]
    intercept = coefficients.get(0, Fraction(0))
    return tuple(intercept + Fraction(g[d] - g[d - k], common) - (k > 0) for k in range(d + 1))


def _annihilates(d: int, orders: Sequence[int], certificate: Mapping[int, Fraction]) -> bool:
    """Whether the sum of mu_k S(v_k; r, d) vanishes for each order r.

    For r >= 1 that is the sum of mu_k C(d, r) against the sum of mu_k C(d-k, r). The latter is the
    coefficient of z^r in the sum of mu_k (1+z)^(d-k), which Horner's rule expands by additions.
    """
    common = lcm(*(mu.denominator for mu in certificate.values()))
    mu = {k: weight.numerator * (common // weight.denominator) for k, weight in certificate.items()}
    expansion = [0] * (max(orders) + 1)
    for k in range(d + 1):
        for r in range(len(expansion) - 1, 0, -1):
            expansion[r] += expansion[r - 1]
        expansion[0] += mu.get(k, 0)
    total = expansion[0]
    return all(total == 0 if r == 0 else total * comb(d, r) == expansion[r] for r in orders)


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise CertificateError(f"not a proof of optimality: it is not the case that {what}")
