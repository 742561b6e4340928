"""Appendix A: the maximum as the largest root of a polynomial, and what Abel's theorem forbids."""

from itertools import product
from math import acos, cos, isqrt, pi, sqrt
from typing import Any

import numpy as np

from companion.evidence.result import CheckResult, require


def quadratic() -> CheckResult:
    """max(a, b) is the larger root of (t - a)(t - b), whose discriminant is (a - b)^2."""
    import sympy

    a, b = sympy.symbols("a b", real=True)
    require(sympy.expand((a + b) ** 2 - 4 * a * b - (a - b) ** 2) == 0, "the discriminant")
    for p, q in product(range(-9, 10), repeat=2):
        root = isqrt((p + q) ** 2 - 4 * p * q)
        require(p + q + root == 2 * max(p, q), f"the larger root at {p}, {q}")
        require(p + q + abs(p - q) == 2 * max(p, q), f"the absolute value at {p}, {q}")
    return CheckResult("quadratic-identity", "symbolic", "symbolically, and all integers in -9..9")


def cubic() -> CheckResult:
    """The trigonometric roots of (t - a)(t - b)(t - c): the largest, the smallest, the third."""
    import sympy

    a, b, c, t, angle = sympy.symbols("a b c t theta", real=True)
    mean, spread, skew = _cubic_invariants(a, b, c)
    shifted = sympy.expand((t + mean - a) * (t + mean - b) * (t + mean - c))
    require(sympy.expand(shifted - (t**3 - 3 * spread * t - 2 * skew)) == 0, "depressed cubic")
    squares = ((a - b) * (b - c) * (c - a)) ** 2
    require(sympy.expand(108 * (spread**3 - skew**2) - squares) == 0, "why all roots are real")
    triple = sympy.expand_trig(sympy.cos(3 * angle)) - 4 * sympy.cos(angle) ** 3
    require(sympy.expand(triple + 3 * sympy.cos(angle)) == 0, "triple angle")
    worst = 0.0
    for x in np.random.default_rng(5).normal(size=(5000, 3)):
        smallest, _, largest = sorted(map(float, x))
        found = _largest_and_smallest(*map(float, x))
        worst = max(worst, abs(found[0] - largest), abs(found[1] - smallest))
    require(worst < 1e-6, f"the cosine formula is {worst} off")
    return CheckResult(
        "cubic-identity", "symbolic", "three identities symbolically; 5000 random triples in floats"
    )


def theorem_5() -> CheckResult:
    """Five reals whose maximum is no radical expression of their elementary symmetric functions.

    The quintic t^5 - 5 t^3 + 4 t + 1 has five real roots and a Galois group of order 120, which is
    not solvable. Degrees two to four have solvable groups only.
    """
    import sympy
    from sympy.combinatorics.named_groups import SymmetricGroup
    from sympy.polys.numberfields.galoisgroups import galois_group

    t = sympy.Symbol("t")
    quintic = sympy.Poly(t**5 - 5 * t**3 + 4 * t + 1, t)
    require(quintic.is_irreducible, "the quintic factors")
    require(quintic.count_roots() == 5, "not all roots are real")
    group, _ = galois_group(quintic)
    require(not group.is_solvable, "the group of the quintic is solvable")
    for degree in range(2, 6):
        solvable = bool(SymmetricGroup(degree).is_solvable)
        require(solvable == (degree < 5), f"symmetric group of degree {degree}")
    return CheckResult(
        "theorem-5",
        "symbolic",
        "one quintic with five real roots; the symmetric groups of degree 2 to 5",
        {"order of its Galois group": int(group.order())},
    )


def _largest_and_smallest(a: float, b: float, c: float) -> tuple[float, float]:
    """Maximum and minimum of three reals from their elementary symmetric functions, by cosines."""
    mean, spread, skew = _cubic_invariants(a, b, c)
    if spread <= 0:  # all three are equal
        return mean, mean
    angle = acos(min(1.0, max(-1.0, skew / spread**1.5)))
    radius = 2 * sqrt(spread)
    return mean + radius * cos(angle / 3), mean + radius * cos((angle + 2 * pi) / 3)


def _cubic_invariants(a: Any, b: Any, c: Any) -> tuple[Any, Any, Any]:
    """mu, Q and rho with (t + mu - a)(t + mu - b)(t + mu - c) = t^3 - 3 Q t - 2 rho."""
    pairs, mean = a * b + b * c + c * a, (a + b + c) / 3
    spread = (a * a + b * b + c * c - pairs) / 9
    return mean, spread, (2 * mean**3 - mean * pairs + a * b * c) / 2
