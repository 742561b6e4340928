"""Appendix A: the maximum as the largest root of a polynomial, and what Abel's theorem forbids."""

from collections.abc import Callable, Mapping, Sequence
from math import acos, cos, isqrt, pi, sqrt
from typing import Any

from companion.checking import Kind, Value, check, require
from companion.checking.domains import Drawn, Listed, Normal, Vectors


def _discriminant() -> Any:
    """(a + b)^2 - 4ab is the square of a - b."""
    a, b = _reals("a b")
    return (a + b) ** 2 - 4 * a * b - (a - b) ** 2


def _depressed_cubic() -> Any:
    """Around the mean the cubic is t^3 - 3 Q t - 2 rho."""
    a, b, c, t = _reals("a b c t")
    mean, spread, skew = _cubic_invariants(a, b, c)
    shifted = (t + mean - a) * (t + mean - b) * (t + mean - c)
    return shifted - (t**3 - 3 * spread * t - 2 * skew)


def _real_roots() -> Any:
    """108 (Q^3 - rho^2) is a square, so the cosine of the angle is one."""
    a, b, c = _reals("a b c")
    _, spread, skew = _cubic_invariants(a, b, c)
    return 108 * (spread**3 - skew**2) - ((a - b) * (b - c) * (c - a)) ** 2


def _triple_angle() -> Any:
    """Cos 3 theta = 4 cos^3 theta - 3 cos theta."""
    import sympy

    (angle,) = _reals("theta")
    cosine = sympy.cos(angle)
    return sympy.expand_trig(sympy.cos(3 * angle)) - 4 * cosine**3 + 3 * cosine


_CUBIC: Mapping[str, Callable[[], Any]] = {
    "depressed cubic": _depressed_cubic,
    "real roots": _real_roots,
    "triple angle": _triple_angle,
}
"""Expressions in which the proof of the cosine formula asks for zero."""


@check("statement-quadratic", Kind.EVERY_CASE, a=range(-9, 10), b=range(-9, 10))
def quadratic(a: int, b: int) -> None:
    """max(a, b) is the larger root of (t - a)(t - b), by the square root and by |a - b|."""
    root = isqrt((a + b) ** 2 - 4 * a * b)
    require(a + b + root == 2 * max(a, b), "the larger root")
    require(a + b + abs(a - b) == 2 * max(a, b), "the absolute value")


@check("statement-quadratic", Kind.EVERY_CASE)
def quadratic_identity() -> None:
    """The discriminant of (t - a)(t - b) is (a - b)^2, as polynomials."""
    _require_zero(_discriminant())


@check("statement-cubic", Kind.EVERY_CASE, x=Vectors((-1, 0, 3), 3))
@check("statement-cubic", Kind.RANDOM, x=Drawn(Normal(3), 5000))
def cubic(x: Sequence[float]) -> None:
    """The cosine formula gives the largest and the smallest of three numbers, the sum the third.

    In double precision to 1e-6: where two numbers are close, half of the digits are lost.
    """
    largest, smallest = _largest_and_smallest(*x)
    third = sum(x) - largest - smallest
    found = (smallest, third, largest)
    worst = max(abs(f - s) for f, s in zip(found, sorted(x), strict=True))
    require(worst < 1e-6, f"the cosine formula is {worst} off")


@check("statement-cubic", Kind.EVERY_CASE, identity=Listed(tuple(_CUBIC), called="identities:"))
def cubic_identities(identity: str) -> None:
    """The steps of the cosine formula, as identities of polynomials and cosines."""
    _require_zero(_CUBIC[identity]())


@check("theorem-5", Kind.EVERY_CASE, d=range(5, 13))
def theorem_5(d: int) -> Mapping[str, Value]:
    """D reals whose maximum is no radical expression of their elementary symmetric functions.

    The quintic t^5 - 5 t^3 + 4 t + 1 has five real roots and a Galois group of order 120, which is
    not solvable. Times (t + 10)^(d-5) it has d real roots and the same largest one.
    """
    import sympy
    from sympy.polys.numberfields.galoisgroups import galois_group

    t = sympy.Symbol("t")
    quintic = sympy.Poly(_quintic(t), t)
    require(quintic.is_irreducible, "the quintic factors")
    _require_largest_of(quintic, d)
    group, _ = galois_group(quintic)
    require(not group.is_solvable, "the group of the quintic is solvable")
    return {"order of its Galois group": int(group.order())}


@check("theorem-5", Kind.EVERY_CASE, d=range(3, 13))
def casus_irreducibilis(d: int) -> None:
    """The hypotheses of the casus irreducibilis for t^3 - 3 t + 1, the largest of d real roots.

    It is irreducible over the rationals and has three real roots: by Hoelder's theorem (known) none
    of them is an expression in real radicals. Times (t + 10)^(d-3) it has d real roots.
    """
    import sympy

    t = sympy.Symbol("t")
    cubic = sympy.Poly(_irreducible_cubic(t), t)
    require(cubic.is_irreducible, "the cubic has a rational root")
    _require_largest_of(cubic, d)


@check("theorem-5", Kind.EVERY_CASE, degree=Listed(range(2, 9), called="degrees"))
def solvable_symmetric_groups(degree: int) -> None:
    """The general equation is solvable in radicals up to degree four and no further."""
    solvable = _symmetric_group_is_solvable(degree)
    require(solvable == (degree < 5), f"solvable: {solvable}")


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


def _quintic(t: Any) -> Any:
    return t**5 - 5 * t**3 + 4 * t + 1


def _irreducible_cubic(t: Any) -> Any:
    return t**3 - 3 * t + 1


def _require_largest_of(factor: Any, d: int) -> None:
    """Times (t + 10)^(d - degree) it has d real roots and the largest one of the factor."""
    import sympy

    degree = factor.degree()
    require(factor.count_roots(-10) == degree, "not all roots are real and above -10")
    product = factor * sympy.Poly(factor.gen + 10, factor.gen) ** (d - degree)
    require(product.degree() == d, f"{product.degree()} roots")
    require(product.count_roots(-9) == degree, "another root lies above")


def _symmetric_group_is_solvable(degree: int) -> bool:
    from sympy.combinatorics.named_groups import SymmetricGroup

    return bool(SymmetricGroup(degree).is_solvable)


def _reals(names: str) -> tuple[Any, ...]:
    import sympy

    found: tuple[Any, ...] = sympy.symbols(names, real=True, seq=True)
    return found


def _require_zero(expression: Any) -> None:
    import sympy

    left = sympy.expand(expression)
    require(left == 0, f"{left} is left")
