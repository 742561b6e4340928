"""What is sharper than Section 3: our Theorems C to F, closed forms, and the degree of OR."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise, product
from math import comb, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.checking import Kind, Value, certify, check, require
from companion.checking.domains import (
    Domain,
    Drawn,
    Given,
    Integers,
    OrderSample,
    OrderSets,
    Subsets,
    Through,
    Uniform,
)
from companion.evidence.optima import certified
from maxpooling.approximation import best_uniform, exchange_steps
from maxpooling.approximation.closed_forms import closed_form, subpool_count, top_orders
from maxpooling.approximation.decompositions import GroupedApproximation, grouped
from maxpooling.approximation.or_degree import (
    chebyshev_bound,
    orders_needed,
    squared_error_bounds,
)

Orders = Sequence[int]


@dataclass(frozen=True)
class HavingClosedForm(OrderSets):
    """The sets of orders for which a closed form of the error is known."""

    def cases(self, given: Given) -> Iterator[tuple[int, ...]]:
        """Those of OrderSets, in its order."""
        every = super().cases(given)
        return (R for R in every if closed_form(given[self.pool], R) is not None)

    def words(self, name: str) -> str:
        """``orders: every set with a closed form``."""
        return f"{name}: every set with a closed form"


@dataclass(frozen=True)
class Points(Domain):
    """Points out of 0..d: one more than the space of the orders has dimensions, or as many.

    Attributes:
        more: 1, or 0 for as many points as dimensions; then only those that are no valid nodes.
    """

    more: int

    def cases(self, given: Given) -> Iterator[tuple[int, ...]]:
        """Sorted tuples."""
        space = (0, *given["orders"])
        chosen = combinations(range(given["d"] + 1), len(space) + self.more)
        return (p for p in chosen if self.more or not _valid(p, space))

    def words(self, name: str) -> str:
        """``points: every n+1 of 0..d``."""
        return f"{name}: every " + ("n+1 of 0..d" if self.more else "n of 0..d, not valid")


@check("theorem-c", Kind.CERTIFICATE, d=range(2, 8), orders=OrderSets(smallest=1))
@check("theorem-c", Kind.RANDOM, d=(40,), orders=Drawn(OrderSample((2, 5, 20, 35)), 8))
def theorem_c(d: int, orders: Orders) -> None:
    """Intercept identity: 1/E(R and 0) = 1 + 1/E(R), with coefficients scaled by 1/(1 + E(R))."""
    without, having = (
        certified(best_uniform(d, orders), d, orders),
        certified(best_uniform(d, (0, *orders)), d, (0, *orders)),
    )
    require(1 / having.error == 1 + 1 / without.error, f"{having.error}, {without.error}")
    scaled = {r: beta / (1 + without.error) for r, beta in without.coefficients.items()}
    require(having.coefficients == {0: having.error, **scaled}, "coefficients")


@check(
    "lemma-w",
    Kind.EVERY_CASE,
    n=range(1, 5),
    nodes=Subsets(range(7), "n"),
    orders=Subsets(range(7), "n"),
)
def positivity(n: int, nodes: Orders, orders: Orders) -> None:  # noqa: ARG001 - sizes the others
    """Minors of Pascal's triangle: never negative, and zero iff some node is below its order."""
    minor = _determinant([[comb(m, a) for a in orders] for m in nodes])
    require(minor > 0 if _valid(nodes, orders) else minor == 0, f"the minor is {minor}")


@check("lemma-x", Kind.EVERY_CASE, d=range(2, 7), orders=OrderSets(smallest=1), points=Points(1))
def sign_changes(d: int, orders: Orders, points: Orders) -> None:  # noqa: ARG001 - bounds the others
    """No q alternates strictly at n+1 points: Gordan's alternative, weights that forbid it."""
    _require_no_alternation(points, (0, *orders))


@check("lemma-x", Kind.EVERY_CASE, d=range(2, 7), orders=OrderSets(smallest=1), points=Points(0))
def alternation_needs_valid_nodes(d: int, orders: Orders, points: Orders) -> None:  # noqa: ARG001
    """No q alternates strictly at n points that are no valid nodes, by the same weights."""
    _require_no_alternation(points, (0, *orders))


@check("theorem-d", Kind.CERTIFICATE, d=range(2, 9), orders=OrderSets())
def theorem_d(d: int, orders: Orders) -> None:
    """The dual measure has |R| + 1 vertices, alternates, and so do the coefficients."""
    f = certified(best_uniform(d, orders), d, orders)
    weights = list(f.certificate.values())
    require(len(weights) == len(orders) + 1, f"a support of {len(weights)} vertices")
    require(_alternate(weights), "the measure does not alternate")
    positive = [f.coefficients[r] for r in orders if r > 0]
    require(_alternate(positive), "the signs of the coefficients")
    require(not positive or positive[-1] > 0, "the sign of the last coefficient")
    active = [abs(e) == f.error for e in f.residuals()]
    require(all(active[k] for k in f.certificate), "a vertex of the certificate is slack")


@check(
    "theorem-e",
    Kind.CERTIFICATE,
    collect={"longest run": max},
    d=range(2, 8),
    orders=OrderSets(smallest=1),
)
@check("theorem-e", Kind.RANDOM, d=(64,), orders=Drawn(OrderSample((1, 3, 10, 32, 60)), 8))
def theorem_e(d: int, orders: Orders) -> dict[str, Value]:
    """The exchange falls strictly, on valid references, and ends at the proven optimum."""
    steps = list(exchange_steps(d, orders))
    values = [step.extrapolated for step in steps]
    require(values == sorted(set(values), reverse=True), "no strict fall")
    require(all(_valid(step.nodes, (0, *orders)) for step in steps), "an invalid reference")
    end = certified(best_uniform(d, orders), d, orders).error
    require(1 / values[-1] == end, f"it ends at {1 / values[-1]}, not at {end}")
    return {"longest run": len(steps)}


@check("theorem-f", Kind.EVERY_CASE, d=range(2, 9), orders=OrderSets())
def theorem_f(d: int, orders: Orders) -> None:
    """Domination: one more order, or a larger one for a positive one, is strictly better."""
    chosen = frozenset(orders)
    error = _optimum(d, chosen)
    for extra in set(range(d)) - chosen:
        require(_optimum(d, chosen | {extra}) < error, f"adding {extra}")
        for dropped in chosen:
            if 0 < dropped < extra:
                swapped = chosen - {dropped} | {extra}
                require(_optimum(d, swapped) < error, f"{extra} for {dropped}")


@check("theorem-f", Kind.EVERY_CASE, d=range(2, 9), s=Through(1, "d - 1"))
def top_orders_are_best(d: int, s: int) -> None:
    """Of all sets of s positive orders the largest orders are the best, the smallest the worst."""
    rivals = {_optimum(d, frozenset(R)): R for R in combinations(range(1, d), s)}
    require(rivals[min(rivals)] == tuple(range(d - s, d)), f"the best is {rivals[min(rivals)]}")
    require(rivals[max(rivals)] == tuple(range(1, s + 1)), f"the worst is {rivals[max(rivals)]}")


@check("closed-forms", Kind.CERTIFICATE, d=range(1, 9), orders=HavingClosedForm())
def closed_forms(d: int, orders: Orders) -> None:
    """Every closed form gives the error of the exchange."""
    found, formula = (
        certified(best_uniform(d, orders), d, orders).error,
        closed_form(d, tuple(orders)),
    )
    require(formula == found, f"{formula} != {found}")


@check("closed-forms", Kind.EVERY_CASE, d=range(1, 9), r=Through(0, "d - 1"))
def sum_over_deleted_nodes(d: int, r: int) -> None:
    """1/E(d, {0..r}) is the least of finitely many sums of products."""
    found = 1 / best_uniform(d, range(r + 1)).error
    require(found == _least_product_sum(d, r), f"{found} != {_least_product_sum(d, r)}")


@check("closed-forms", Kind.EVERY_CASE, d=range(5, 62, 4))
def chebyshev_of_degree_three(d: int) -> None:
    """Where the extrema of T_3 fall on integers, its bound is the error of {0..3}."""
    found = best_uniform(d, range(4)).error
    require(found == chebyshev_bound(d, 3), f"{found} != {chebyshev_bound(d, 3)}")


@check("statement-proportional-terms", Kind.EVERY_CASE, d=range(2, 65), s=Through(1, "d - 1"))
def cost_accuracy(d: int, s: int) -> None:
    """1/(2N) <= E < 1/N for the top s orders, N the number of subpool maxes; equality iff s = 1."""
    error, n = top_orders(d, s, intercept=True), subpool_count(d, range(d - s, d))
    require(Fraction(1, 2 * n) <= error < Fraction(1, n), f"E = {error}, N = {n}")
    require((error == Fraction(1, 2 * n)) == (s == 1), f"equality: E = {error}, N = {n}")


@check("grouping", Kind.CERTIFICATE, d=range(4, 10), g=Through(2, "d"), every=(True, False))
def grouping(d: int, g: int, every: bool) -> None:
    """Group maxima as inputs: error 2^-g from 2^g - 2 subpools, 1/(2g) from g, at every vertex."""
    f = _grouped(d, g, every=every)
    certify(f.inner)
    error, count = (Fraction(1, 2**g), 2**g - 2) if every else (Fraction(1, 2 * g), g)
    require(f.inner.error == error, f"the error is {f.inner.error}")
    require(len(f.subpools()) == count, f"{len(f.subpools())} subpools")
    x = np.array(list(product((0.0, 1.0), repeat=d)))
    _require_within(f, x)


@check(
    "grouping",
    Kind.RANDOM,
    d=(9, 25, 49),
    g=(4, 5, 6),
    every=(True, False),
    x=Drawn(Uniform("d"), 2000, rows=True),
)
def grouping_inside(d: int, g: int, every: bool, x: NDArray[np.float64]) -> None:
    """No point inside of the cube is worse than the error at the vertices."""
    _require_within(_grouped(d, g, every=every), x)


@check(
    "range-of-inputs",
    Kind.RANDOM,
    d=(6,),
    orders=OrderSets(containing=0),
    x=Drawn(Integers(0, 60, "d", denominator=60), 20),
)
def domain(d: int, orders: Orders, x: Sequence[Fraction]) -> None:
    """On [a, b]^d the affinely moved estimator has error (b - a) E, for sets with 0.

    An identity in rational numbers: g(a + (b-a) x) - max = (b-a) (f(x) - max x), for [-3, 2].
    """
    a, b = Fraction(-3), Fraction(2)
    f = best_uniform(d, orders)
    y = [a + (b - a) * entry for entry in x]
    beta = f.weights()
    constant = (b - a) * f.coefficients[0] + a * (1 - sum(beta))
    moved = constant + _weighted(beta, y) - max(y)
    error = f.coefficients[0] + _weighted(beta, x) - max(x)
    require(moved == (b - a) * error, f"{moved} != {(b - a) * error}")


@check("range-of-inputs", Kind.EVERY_CASE, d=range(2, 33))
def coefficients_add_up(d: int) -> None:
    """With all orders the coefficients add up to 1 + ((-1)^d - 1)/2^d, with {0, d-1} to 1."""
    total = sum(beta for r, beta in best_uniform(d, range(d)).coefficients.items() if r > 0)
    require(total == 1 + Fraction((-1) ** d - 1, 2**d), f"all orders: {total}")
    pair = best_uniform(d, [0, d - 1]).coefficients
    require(pair[d - 1] == 1, f"orders 0 and d-1: {pair[d - 1]}")


@check("theorem-i", Kind.EVERY_CASE, d=(2, 3, 5, 9, 16, 25, 49, 100), r=Through(0, "d - 1"))
def approximate_degree(d: int, r: int) -> None:
    """E(d, {0..r}) lies between the two bounds, and below that of Chebyshev's polynomial."""
    error = best_uniform(d, range(r + 1)).error
    low, high = squared_error_bounds(d, r)
    require(low <= error**2 <= high, f"E^2 = {float(error**2):.6g}, {float(low):.6g} to "
            f"{float(high):.6g}")  # fmt: skip
    require(error <= chebyshev_bound(d, r), f"Chebyshev: {error} > {chebyshev_bound(d, r)}")


@check("theorem-i", Kind.EVERY_CASE, d=(20, 40, 60, 100, 200, 400))
def orders_for_a_third(d: int) -> dict[str, Value]:
    """How many of the lowest orders bring the error to 1/3: between 0.6 and 0.85 sqrt(d)."""
    r = orders_needed(d, Fraction(1, 3))
    require(0.6 <= r / d**0.5 <= 0.85, f"{r} orders")
    return {f"orders for 1/3 at d = {d}": r}


def _require_no_alternation(points: Sequence[int], space: Sequence[int]) -> None:
    """Weights y >= 0, not all zero, with sum_i (-1)^i y_i C(p_i, a) = 0 for all a of the space.

    A q of the space with (-1)^i q(p_i) > 0 at every point would give sum y_i (-1)^i q(p_i) > 0.
    """
    y = _gordan(points, space)
    require(min(y) >= 0 < max(y), f"the weights {y} have both signs")
    for a in space:
        moment = sum((-1) ** i * weight * comb(p, a)
                     for i, (weight, p) in enumerate(zip(y, points, strict=True)))  # fmt: skip
        require(moment == 0, f"the weights {y} do not annihilate C(m, {a})")


def _gordan(points: Sequence[int], space: Sequence[int]) -> list[int]:
    """Such weights: minors, if one does not vanish; else those of the first points, as proved.

    With n functions: of n + 1 points, or of n that are no valid nodes.
    """
    n, more = len(space), len(points) - len(space)
    if more:
        matrix = [[comb(p, a) for a in space] for p in points]
        minors = [_determinant(matrix[:i] + matrix[i + 1 :]) for i in range(n + 1)]
        if any(minors):
            return minors
    # From the j-th on, the functions vanish at the first j + 1 points.
    j = next(j for j in range(n) if points[j + more] < space[j])
    return _gordan(points[: j + 1], space[:j]) + [0] * (len(points) - j - 1)


def _valid(nodes: Sequence[int], orders: Sequence[int]) -> bool:
    return all(m >= a for m, a in zip(nodes, orders, strict=True))


@cache
def _optimum(d: int, orders: frozenset[int]) -> Fraction:
    return best_uniform(d, orders).error


def _grouped(d: int, g: int, *, every: bool) -> GroupedApproximation:
    return grouped(d, best_uniform(g, range(g) if every else [0, g - 1]))


def _require_within(f: GroupedApproximation, x: NDArray[Any]) -> None:
    worst = np.abs(f(x) - x.max(axis=-1)).max()
    require(worst <= float(f.inner.error) + 1e-12, f"a point has the error {worst}")


def _weighted(weights: Sequence[Fraction], x: Sequence[Fraction]) -> Fraction:
    ranked = zip(weights, sorted(x, reverse=True), strict=True)
    return sum((weight * value for weight, value in ranked), Fraction(0))


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
