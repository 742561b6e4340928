"""Section 3: subpool maxes, the linear program (3), Theorem 2, and the lemmas around it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, chain, combinations, permutations, product
from math import comb

import numpy as np
from numpy.typing import NDArray

from companion.checking import Kind, Value, certify, check, require
from companion.checking.domains import (
    Drawn,
    Integers,
    Listed,
    OrderSets,
    Steps,
    Through,
    Uniform,
    Vectors,
)
from companion.evidence.optima import certified
from maxpooling.approximation import best_uniform, best_uniform_cvxpy, error_over_cube
from maxpooling.approximation.closed_forms import optimal_full_coefficients
from maxpooling.approximation.decompositions import decomposition_bound
from maxpooling.approximation.uniform import UniformApproximation
from maxpooling.approximation.volume import extreme_volume, full_volume, volume_above
from maxpooling.linear_algebra import determinant
from maxpooling.order_statistics import subpool_average, subpool_weights, subpools, vertex_average

_SHARES = Listed((Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)), called="δ/ε =")
"""Sizes of an error, as shares of the largest, at which volumes are compared."""
_FAMILY = ((0, 1, 2), (1, 3), (2, 3, 4))
"""Sets of inputs of a sum of functions that is not symmetric, for five inputs."""


@check("lemma-2", Kind.EVERY_CASE, d=range(1, 9), r=Through(1, "d"), x=Vectors((0, 1), "d"))
@check(
    "lemma-2",
    Kind.RANDOM,
    d=range(1, 10),
    r=Through(1, "d"),
    x=Drawn(Integers(-50, 50, "d", denominator=7), 5),
)
def lemma_2(d: int, r: int, x: Sequence[Fraction]) -> None:
    """The average of all subpool maxes is the weighted sum (2) of order statistics.

    Both sides are symmetric, and linear where the entries are sorted: if they agree at the vectors
    of zeros and ones, which span that cone, they agree everywhere.
    """
    enumerated = sum(max(x[i] for i in subpool) for subpool in subpools(d, r))
    by_ranks = zip(subpool_weights(d, r), sorted(x, reverse=True), strict=True)
    weighted = sum(weight * value for weight, value in by_ranks)
    require(weighted * comb(d, r) == enumerated, f"(2): {enumerated} != {weighted * comb(d, r)}")


@check(
    "lemma-2",
    Kind.RANDOM,
    x=Drawn(Uniform(9), 20_000, seed=2, rows=True),
    r=range(1, 10),
)
def lemma_2_simulated(x: NDArray[np.float64], r: int) -> None:
    """The max of the first r of nine independent numbers has the mean of (2), within five sigma."""
    gap = x[:, :r].max(axis=1) - subpool_average(x, r)
    tolerance = 5 * gap.std() / len(gap) ** 0.5 + 1e-12  # for r = d every gap is a rounding
    require(abs(gap.mean()) < tolerance, f"the means differ by {gap.mean()}")


@check("number-unit-vector", Kind.EVERY_CASE, d=range(2, 65))
def equation_2_at_a_unit_vector(d: int) -> None:
    """At (1, 0, ..., 0) the mean misses the maximum by (d-1)/d, order d-1 by 1/d."""
    require(1 - vertex_average(d, 1, 1) == Fraction(d - 1, d), "order 1")
    require(1 - vertex_average(d, d - 1, 1) == Fraction(1, d), "order d-1")
    largest = (Fraction(d - 1, d), Fraction(1, d))
    require(subpool_weights(d, d - 1)[:2] == largest, "weights of order d-1")


@check("figure-1", Kind.EVERY_CASE, d=range(2, 33), r=Through(1, "d - 1"))
def figure_1(d: int, r: int) -> None:
    """Averages grow with the order, from the mean to the maximum, whatever the sample.

    The weights on the j largest entries add up to more for the order r + 1 than for r, for every j.
    """
    lower, higher = (accumulate(subpool_weights(d, order)) for order in (r, r + 1))
    grows = all(a <= b for a, b in zip(lower, higher, strict=True))
    require(grows, f"order {r + 1} falls below order {r}")


@check("lemma-3", Kind.CERTIFICATE, d=range(2, 8), orders=OrderSets("d"))
def lemma_3(d: int, orders: Sequence[int]) -> None:
    """The program (3) has the stated optimum: an estimator of this error, and a measure."""
    _optimum(d, orders)


@check("equation-3", Kind.EVERY_CASE, d=range(2, 5), orders=OrderSets("d"))
def equation_3(d: int, orders: Sequence[int]) -> None:
    """The linear program (3) as CVXPY solves it has the exact optimum, to 1e-7."""
    found = best_uniform_cvxpy(d, orders, "HIGHS").error
    require(abs(found - best_uniform(d, orders).error) < 1e-7, f"CVXPY finds {found}")


@check("theorem-a", Kind.EVERY_CASE, d=range(1, 5), orders=OrderSets("d"))
def theorem_a(d: int, orders: Sequence[int]) -> None:
    """(3) is exact: one variable per subpool and all 2^d vertices give the same optimum."""
    found, stated = error_over_cube(d, orders), best_uniform(d, orders).error
    require(found == stated, f"cube and ordered simplex differ: {found} != {stated}")


@check(
    "theorem-a",
    Kind.RANDOM,
    d=(9,),
    orders=((8,), (0, 8), (0, 2, 8), tuple(range(9))),
    x=Drawn(Uniform("d"), 2000, rows=True),
)
def theorem_a_inside(d: int, orders: Sequence[int], x: NDArray[np.float64]) -> None:
    """No point inside of the cube is worse for the optimum than its vertices."""
    f = best_uniform(d, orders)
    inside = np.abs(f(x) - x.max(axis=-1)).max()
    require(inside <= f.error, f"a point inside has the error {inside}")


@check("lemma-5", Kind.RANDOM, weights=Drawn(Integers(-9, 9, 14, denominator=10), 20))
def lemma_5(weights: Sequence[Fraction]) -> None:
    """Averaging a member of M_{1,2,3}(4), given by its 14 weights, over permutations is no loss."""
    d = 4
    sets = [frozenset(I) for r in (1, 2, 3) for I in subpools(d, r)]
    member = dict(zip(sets, weights, strict=True))
    averaged = {
        I: Fraction(sum(member[J] for J in sets if len(J) == len(I)), comb(d, len(I))) for I in sets
    }
    permuted = [_permuted(member, p) for p in permutations(range(d))]
    for I in sets:
        mean = sum((each[I] for each in permuted), Fraction(0)) / len(permuted)
        require(
            mean == averaged[I], f"averaging over permutations gives {set(I)} the weight {mean}"
        )
    require(_error(d, averaged) <= _error(d, member), "symmetrising made it worse")


@check("lemma-5", Kind.EVERY_CASE, d=range(1, 7))
def independent_subpool_maxes(d: int) -> None:
    """1 and the 2^d - 1 subpool maxes are independent, so a symmetric f has |R| coefficients.

    One matrix on the cube has the determinant 1: there 1 - max(x_I) is the product of the 1 - x_i,
    which is 1 iff I lies within the zeros of x.
    """
    sets = [I for r in range(d + 1) for I in subpools(d, r)]
    matrix = [[int(set(I) <= set(zeros)) for I in sets] for zeros in sets]
    found = determinant(matrix)
    require(found == 1, f"the determinant is {found}")


@check("theorem-2", Kind.CERTIFICATE, d=range(2, 65))
def theorem_2(d: int) -> None:
    """(4), (5) and (6), with their coefficients and certificates of optimality."""
    without = certified(best_uniform(d, [d - 1]), d, [d - 1])
    require(without.error == Fraction(1, 2 * d - 1), f"(4): {without.error}")
    require(without.coefficients == {d - 1: Fraction(2 * d, 2 * d - 1)}, "the coefficient of (4)")
    having = certified(best_uniform(d, [0, d - 1]), d, [0, d - 1])
    require(having.error == Fraction(1, 2 * d), f"(5): {having.error}")
    require(having.coefficients == {0: Fraction(1, 2 * d), d - 1: 1}, "the coefficients of (5)")
    full = certified(best_uniform(d, range(d)), d, range(d))
    require(full.error == Fraction(1, 2**d), f"(6): {full.error}")
    require(full.coefficients == optimal_full_coefficients(d), "the coefficients of (6)")


@check("equation-14", Kind.EVERY_CASE, d=range(2, 49))
def equation_14(d: int) -> None:
    """(U'beta - e_1)'V = -2^(1-d) (0, 1, 0, 1, ...), so the full error alternates on vertices."""
    beta = optimal_full_coefficients(d)
    rows = {r: subpool_weights(d, r) for r in range(1, d)}
    on_ranks = [sum(beta[r] * rows[r][j] for r in rows) - (j == 0) for j in range(d)]
    on_vertices = [sum(on_ranks[:k], Fraction(0)) for k in range(d + 1)]
    expected = [-Fraction(k % 2, 2 ** (d - 1)) for k in range(d + 1)]
    require(on_vertices == expected, "the error on the vertices does not alternate")


@check("theorem-b", Kind.CERTIFICATE, d=range(2, 17), r=Through(0, "d - 1"))
@check("theorem-b", Kind.CERTIFICATE, d=(64,), r=(8, 63))
def theorem_b(d: int, r: int) -> None:
    """No sum of functions of r coordinates does better than subpool maxes of orders 0..r.

    A measure on the cube kills every such sum; for r = d - 1 it gives 2^-d.
    """
    bound = certify(decomposition_bound(d, r))
    require(bound.error == best_uniform(d, range(r + 1)).error, "subpool maxes do not attain it")
    require(r < d - 1 or bound.error == Fraction(1, 2**d), f"the bound is {bound.error}")


@check(
    "theorem-b",
    Kind.RANDOM,
    d=range(2, 6),
    r=Through(0, "d - 1"),
    u=Drawn(Integers(0, 9, "d", height=2, denominator=10), 3),
)
def theorem_b_near_vertices(d: int, r: int, u: Sequence[Sequence[Fraction]]) -> None:
    """The measure of Theorem B kills sums of functions of r inputs at points *near* the vertices.

    So they need not be defined at the vertices, which have measure zero: a mixture of two points,
    one for the zeros and one for the ones, does as well.
    """
    zeros, ones = u
    total = Fraction(0)
    for k, mu in decomposition_bound(d, r).measure.items():
        for T in combinations(range(d), k):
            mixed = [ones[i] if i in T else zeros[i] for i in range(d)]
            total += mu / comb(d, k) * sum(_some_function(J, mixed) for J in subpools(d, r))
    require(total == 0, f"the measure keeps {total}")


@check("theorem-b", Kind.RANDOM, values=Drawn(Integers(-9, 9, 8, height=3), 50))
def theorem_b_any_sets(values: Sequence[Sequence[int]]) -> None:
    """At the vertices a sum of functions on given sets of inputs is one of their subpool maxes.

    Sums of three functions, on {0, 1, 2}, {1, 3} and {2, 3, 4} out of five inputs, each given by
    its values on the patterns of its inputs; the combination is by differences over sets of zeros.
    """
    tables = dict(zip(_FAMILY, values, strict=True))
    weights: dict[tuple[int, ...], int] = {}
    for J, table in tables.items():
        for I in _subsets(J):
            difference = sum(
                (-1) ** (len(I) - len(K)) * table[_pattern(J, set(J) - set(K))] for K in _subsets(I)
            )
            weights[I] = weights.get(I, 0) + difference
    faces = set(chain.from_iterable(map(_subsets, _FAMILY)))
    require(set(weights) <= faces, "a subpool lies in none of the sets")
    for x in product((0, 1), repeat=5):
        ones = {i for i in range(5) if x[i]}
        given = sum(table[_pattern(J, ones)] for J, table in tables.items())
        found = sum(w * (1 - max((x[i] for i in I), default=0)) for I, w in weights.items())
        require(found == given, f"at {x} the subpool maxes give {found}, not {given}")


@check("lemma-6", Kind.EVERY_CASE, n=range(1, 5), z=Vectors(range(-2, 3), "n"))
def lemma_6(n: int, z: Sequence[int]) -> None:
    """The best shift of a linear function on the simplex centres its range: (15), (16), (17).

    The simplex is a grid of quarters with its corners, the shifts are all multiples of 1/2 from -3
    to 3, of which exactly one must be best. (Numbers here are in eighths.)
    """
    grid = [point for point in product(range(5), repeat=n) if sum(point) == 4]
    inner = [2 * sum(w * v for w, v in zip(point, z, strict=True)) for point in grid]
    low, high = min(z), max(z)
    require(min(inner) == 8 * low, "(15) fails")
    largest = {b: max(abs(4 * b + value) for value in inner) for b in range(-6, 7)}
    least = min(largest.values())
    best = [b for b, value in largest.items() if value == least]
    require(best == [-(low + high)], f"(16) fails: the best shifts are {best}, in halves")
    require(least == 4 * (high - low), f"(17) fails: {least}, in eighths")


@check("theorem-6", Kind.CERTIFICATE, d=range(2, 8), orders=OrderSets("d", containing=0))
def theorem_6(d: int, orders: Sequence[int]) -> None:
    """With an intercept, beta_0 = E: the error at the origin is +E, and (18) holds."""
    f = _optimum(d, orders)
    missing = [f.coefficients[0] - e for e in f.residuals()]
    require(f.coefficients[0] == f.error == f.residuals()[0], "the constant is not the error")
    require(max(missing) / 2 == f.error, "(18) fails")
    require(min(missing) == 0, f"min M = {min(missing)}")


@check("lemma-4", Kind.CERTIFICATE, d=range(1, 7), orders=OrderSets("d"), share=_SHARES)
def lemma_4(d: int, orders: Sequence[int], share: Fraction) -> None:
    """Where an optimum errs by a share of its error: the exact volume and our bounds."""
    f = _optimum(d, orders)
    volume = volume_above(f.residuals(), share * f.error)
    bound = extreme_volume(d, orders, share)
    corners = (len(orders) + 1) * ((1 - share) / 2) ** d
    require(volume >= bound, f"the volume {volume} is below the bound {bound}")
    require(bound >= corners, f"the bound {bound} is below {corners}")
    require(len(orders) < d or volume == bound, "all orders: no equality")


@check(
    "lemma-4",
    Kind.CERTIFICATE,
    d=range(1, 7),
    orders=OrderSets("d", containing=0),
    share=replace(_SHARES, values=(Fraction(0), *_SHARES.values)),
)
def lemma_4_with_a_constant(d: int, orders: Sequence[int], share: Fraction) -> None:
    """With a constant our bounds are larger than the paper's; f is never below its constant."""
    f = _optimum(d, orders)
    printed = (f.error * (1 - share)) ** d
    corners = (len(orders) + 1) * ((1 - share) / 2) ** d
    require(corners > printed, f"the bound {corners} is not larger than the printed {printed}")
    values = [e + (k > 0) for k, e in enumerate(f.residuals())]
    require(min(values) == values[0] == f.error, f"the values at the vertices are {values}")


@check("lemma-4", Kind.EVERY_CASE, d=range(1, 25), share=_SHARES)
def lemma_4_for_all_orders(d: int, share: Fraction) -> None:
    """With all orders the volume has the law of a Beta variable, exactly."""
    volume = volume_above(best_uniform(d, range(d)).residuals(), share / 2**d)
    require(volume == full_volume(d, share), f"the volume is {volume}")


@check("lemma-7", Kind.CERTIFICATE, d=range(2, 8), orders=OrderSets("d"))
def lemma_7(d: int, orders: Sequence[int]) -> None:
    """False as stated: the optimum increases in every input iff it has at most one order."""
    increasing = min(_optimum(d, orders).weights()) >= 0
    single = len([r for r in orders if r > 0]) <= 1
    require(increasing == single, f"increasing: {increasing}; at most one order: {single}")


@check("lemma-7", Kind.CERTIFICATE, d=range(1, 9), orders=OrderSets("d", containing=0))
def cumulative_weights(d: int, orders: Sequence[int]) -> None:
    """With a constant the sums of the weights on the k largest lie between 1 - 2E >= 0 and 1."""
    f = _optimum(d, orders)
    sums = list(accumulate(f.weights()))
    require(f.error <= Fraction(1, 2), f"the error is {f.error}")
    require(min(sums) >= 1 - 2 * f.error, f"a sum of weights is {min(sums)}")
    require(max(sums) <= 1, f"a sum of weights is {max(sums)}")


@check(
    "lemma-7",
    Kind.CERTIFICATE,
    t=Steps(Fraction(0), Fraction(2, 9), Fraction(1, 36), called="weights moved by"),
)
def an_optimum_without_symmetry(t: Fraction) -> None:
    """Four inputs, order 2: other weights, the same error, the same values where it is extreme.

    The weights of the pairs {0, 1} and {2, 3} are larger by 2t than in the symmetric optimum, those
    of the four other pairs smaller by t.
    """
    f = _optimum(4, (2,))
    heavy = ((0, 1), (2, 3))
    weights = {
        frozenset(I): f.coefficients[2] / 6 + (2 * t if I in heavy else -t) for I in subpools(4, 2)
    }
    require(_error(4, weights) == f.error, f"its error is {_error(4, weights)}")
    require(min(weights.values()) >= 0, "a weight is negative")
    require(max(weights.values()) <= 2 * f.error, "a weight is above 2E")
    for x in product((0, 1), repeat=4):
        level, value = sum(x), _value(weights, x)
        extreme = level in f.certificate
        symmetric = f.residuals()[level] + (level > 0)
        require(value == symmetric or not extreme, f"its value at {x} is {value}")


@check("lemma-7", Kind.CERTIFICATE)
def lemma_7_counterexample() -> Mapping[str, Value]:
    """The optimum of all orders for three inputs weighs the smallest of them negatively."""
    weights = certified(best_uniform(3, range(3)), 3, range(3)).weights()
    expected = (Fraction(3, 4), Fraction(1, 4), Fraction(-1, 4))
    require(weights == expected, f"the weights are {weights}")
    return {"weight on the smallest of three": weights[-1]}


def _optimum(d: int, orders: Sequence[int]) -> UniformApproximation:
    return certified(best_uniform(d, orders), d, orders)


def _permuted(
    weights: dict[frozenset[int], Fraction], p: tuple[int, ...]
) -> dict[frozenset[int], Fraction]:
    """The weights after renaming the coordinates by p."""
    return {frozenset(p[i] for i in I): weight for I, weight in weights.items()}


def _value(weights: Mapping[frozenset[int], Fraction], x: Sequence[int]) -> Fraction:
    """The combination of subpool maxes at a point."""
    return sum((weight * max(x[i] for i in I) for I, weight in weights.items()), Fraction(0))


def _error(d: int, weights: Mapping[frozenset[int], Fraction]) -> Fraction:
    """Largest |f - max| over the cube's vertices for single subpool weights."""
    return max(abs(_value(weights, x) - max(x)) for x in product((0, 1), repeat=d))


def _some_function(J: Sequence[int], x: Sequence[Fraction]) -> Fraction:
    """A function of the inputs in J, of a higher degree than their number."""
    return (1 + sum(((i + 2) * x[i] for i in J), Fraction(0))) ** (len(x) + 1)


def _subsets(elements: Sequence[int]) -> list[tuple[int, ...]]:
    """By size, then lexicographic."""
    return [I for size in range(len(elements) + 1) for I in combinations(elements, size)]


def _pattern(elements: Sequence[int], ones: Collection[int]) -> int:
    """The place of a pattern of zeros and ones of these elements among all of them."""
    return sum(2**place for place, i in enumerate(elements) if i in ones)
