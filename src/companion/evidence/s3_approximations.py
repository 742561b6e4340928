"""Section 3: subpool maxes, the linear program (3), Theorem 2, and the lemmas around it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, permutations, product
from math import comb

import numpy as np
from numpy.typing import NDArray

from companion.checking import Kind, Value, certify, check, require
from companion.checking.domains import Drawn, Integers, OrderSets, Through, Uniform, Vectors
from companion.evidence.optima import certified
from maxpooling.approximation import best_uniform, best_uniform_cvxpy, error_over_cube
from maxpooling.approximation.closed_forms import optimal_full_coefficients
from maxpooling.approximation.decompositions import decomposition_bound
from maxpooling.approximation.uniform import UniformApproximation
from maxpooling.approximation.volume import full_volume, volume_above, volume_near_one_vertex
from maxpooling.linear_algebra import determinant
from maxpooling.order_statistics import subpool_average, subpool_weights, subpools, vertex_average

_SHARES = (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))
"""Sizes of an error, as shares of the largest, at which volumes are compared."""


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


@check("lemma-6", Kind.EVERY_CASE, z=Vectors(range(-2, 3), 3))
def lemma_6(z: tuple[int, int, int]) -> None:
    """The best shift of a linear function on the simplex centres its range: (15), (16), (17).

    On a grid of 1/4 over the simplex, and against three other shifts.
    """
    low, high = min(z), max(z)
    shift = -Fraction(low + high, 2)
    shifts = [shift, shift - 1, shift + 1, Fraction(0)]
    value = {b: max(abs(b + low), abs(b + high)) for b in shifts}
    grid = [Fraction(i, 4) for i in range(5)]
    simplex = [(a, b, 1 - a - b) for a in grid for b in grid if a + b <= 1]
    inner = [sum(w * v for w, v in zip(point, z, strict=True)) for point in simplex]
    require(min(inner) == low, "(15) fails")
    require(max(abs(shift + v) for v in inner) == Fraction(high - low, 2), "(17) fails")
    require(min(value.values()) == value[shift], "(16) fails")


@check("theorem-6", Kind.CERTIFICATE, d=range(2, 8), orders=OrderSets("d", containing=0))
def theorem_6(d: int, orders: Sequence[int]) -> None:
    """With an intercept, beta_0 = E: the error at the origin is +E, and (18) holds."""
    f = _optimum(d, orders)
    missing = [f.coefficients[0] - e for e in f.residuals()]
    require(f.coefficients[0] == f.error == f.residuals()[0], "the constant is not the error")
    require(max(missing) / 2 == f.error, "(18) fails")
    require(min(missing) == 0, f"min M = {min(missing)}")


@check("lemma-4", Kind.CERTIFICATE, d=range(2, 7), orders=OrderSets("d"), share=_SHARES)
def lemma_4(d: int, orders: Sequence[int], share: Fraction) -> None:
    """Where an optimum errs by a share of its error: exact volume, repaired and printed bound."""
    f = _optimum(d, orders)
    volume = volume_above(f.residuals(), share * f.error)
    corners = len(f.certificate) * volume_near_one_vertex(d, share)
    printed = (f.error * (1 - share)) ** d
    require(volume >= corners, f"the volume {volume} is below the bound {corners}")
    require(0 not in orders or corners >= printed, "the bound is weaker than the paper's")


@check("lemma-4", Kind.EVERY_CASE, d=range(2, 25), share=_SHARES)
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


def _error(d: int, weights: dict[frozenset[int], Fraction]) -> Fraction:
    """Largest |f - max| over the cube's vertices for single subpool weights."""
    errors = []
    for x in product((0, 1), repeat=d):
        value = sum((weight * max(x[i] for i in I) for I, weight in weights.items()), Fraction(0))
        errors.append(abs(value - max(x)))
    return max(errors)
