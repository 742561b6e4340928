"""Nine places where the text as it survives does not hold as stated, each with its computation."""

from fractions import Fraction
from itertools import product
from math import isqrt
from random import Random

from companion.evidence.order_sets import order_sets
from companion.evidence.result import CheckResult, require
from maxpooling.approximation import best_uniform, error_over_cube
from maxpooling.approximation.decompositions import mixed_difference
from maxpooling.networks import (
    exact_max_cost,
    pairwise_max_counts,
    region_bound,
    subpool_layers,
)
from maxpooling.order_statistics import subpools, vertex_average
from maxpooling.two_layers import identity, verify


def erratum_1() -> CheckResult:
    """The program (3) is called an upper bound; a set of points bounds from below; it is exact."""
    for d in range(2, 5):
        for orders in order_sets(d):
            f = best_uniform(d, orders)
            f.verify()
            require(error_over_cube(d, orders) == f.error, f"not an equality at d={d}, {orders}")
    # Fewer points, smaller value: with v_0 and v_d alone, order d-1 and a constant fit exactly.
    require(best_uniform(4, [0, 3]).error == Fraction(1, 8), "the value on all vertices")
    fits = [0 + 1 * vertex_average(4, 3, k) - (k > 0) for k in (0, 4)]
    require(fits == [0, 0], "the value on two vertices")
    return CheckResult(
        "erratum-1", "exact certificate", "every order set, d = 2..4: lower bound and equality"
    )


def erratum_2() -> CheckResult:
    """The optimum for d = 3 and all orders falls where its smallest argument grows."""
    f = best_uniform(3, range(3))
    f.verify()
    require(f.weights() == (Fraction(3, 4), Fraction(1, 4), Fraction(-1, 4)), "its weights")
    values = [Fraction(k > 0) + e for k, e in enumerate(f.residuals())]
    require(values == [Fraction(n, 8) for n in (1, 7, 9, 7)], "its values at the vertices")
    for d in range(2, 8):
        for orders in order_sets(d):
            increasing = min(best_uniform(d, orders).weights()) >= 0
            require(increasing == (len(set(orders) - {0}) <= 1), f"d={d}, {orders}")
    return CheckResult(
        "erratum-2",
        "exact certificate",
        "the counterexample, and every order set, d = 2..7",
        {"value at (1, 1, 0)": values[2], "value at (1, 1, 1)": values[3]},
    )


def erratum_3() -> CheckResult:
    """Decompositions are not unique, and the full estimator needs d terms, not 2^d - 2."""
    for x in product(range(-2, 3), repeat=3):
        pairs = {I: Fraction(max(x[i] for i in I), 3) for I in subpools(3, 2)}
        moved = {**pairs, (0, 1): pairs[0, 1] + x[0], (0, 2): pairs[0, 2] - x[0]}
        require(sum(moved.values()) == sum(pairs.values()), f"another decomposition at {x}")
    for d in range(3, 7):
        f = best_uniform(d, range(d))
        homes = {I: _home(d, I) for r in range(1, d) for I in subpools(d, r)}
        require(len(set(homes.values())) == d, f"{d} terms at d={d}")
        require(all(set(I) <= set(home) for I, home in homes.items()), f"homes at d={d}")
        random = Random(d)
        for _ in range(5):
            point = [Fraction(random.randint(0, 60), 60) for _ in range(d)]
            terms = {home: Fraction(0) for home in homes.values()}
            for I, home in homes.items():
                share = f.coefficients[len(I)] / len(list(subpools(d, len(I))))
                terms[home] += share * max(point[i] for i in I)
            ranked = zip(f.weights(), sorted(point, reverse=True), strict=True)
            whole = f.coefficients[0] + sum(w * v for w, v in ranked)
            require(sum(terms.values()) + f.coefficients[0] == whole, f"the sum at d={d}")
    seen = mixed_difference(lambda ones: vertex_average(3, 2, len(ones)), (0, 1))
    require(seen == Fraction(-1, 3), "the count of Theorem 3 still stands")
    return CheckResult(
        "erratum-3",
        "exact certificate",
        "two decompositions of S(.; 2, 3); the full estimator as d functions of d-1, d = 3..6",
    )


def erratum_4() -> CheckResult:
    """Square roots of squares, nested, give the maximum of any number of reals."""
    for x in product(range(-3, 4), repeat=5):
        nested = x[0]
        for value in x[1:]:  # the sum and the root have the same parity
            nested = (nested + value + isqrt((nested - value) ** 2)) // 2
        require(nested == max(x), f"the nested radical at {x}")
    return CheckResult("erratum-4", "enumeration", "five integers in -3..3")


def erratum_5() -> CheckResult:
    """819906560 is not the cited bound for the widths 12, 10, 9."""
    bound = region_bound(9, [12, 10, 9])
    others = {region_bound(9, [12, 10]), region_bound(9, [12, 10, 9, 1])}
    require(819906560 not in {bound, *others}, "the printed number is the bound")
    require(region_bound(9, [12, 10, 9, 1], "self-inclusive") == 819906560, "its reading")
    return CheckResult("erratum-5", "enumeration", "the sum over its index set", {"bound": bound})


def erratum_6() -> CheckResult:
    """Three layers of pairwise maxes at d = 9, not two: 12, 10 and the nine subpools of order 8."""
    counts = pairwise_max_counts(9, [0, 8])
    require(counts == (12, 10, 9), f"the layers are {counts}")
    sizes = [max(map(len, layer)) for layer in subpool_layers(9, [0, 8])]
    require(sizes == [2, 4, 8], f"the layers reach subpools of {sizes} inputs")
    return CheckResult("erratum-6", "enumeration", "d = 9", {"layers": str(counts)})


def erratum_7() -> CheckResult:
    """Two hidden layers suffice for five inputs, where pairwise maxes take three.

    With m_ij = max(x_i, x_j), one hidden layer, the second layer takes maxima of *sums* of these:
    such neurons are no subpool maxes, and their signs cancel in the sum.
    """
    five = identity(5, "symmetric")
    found = verify(five)
    require(len(five.terms) == 3, f"the identity has {len(five.terms)} sums")
    layers = len(exact_max_cost(5).hidden_widths)
    require(layers == 3, f"pairwise maxes take {layers} layers")
    return CheckResult(
        "erratum-7",
        "exact certificate",
        f"the identity of three sums, by its {found.kinks} kinks on the ordered cone",
    )


def erratum_8() -> CheckResult:
    """Maximising the error over the symmetric functions has no solution: it grows without end."""
    for d in range(2, 9):
        errors = [max(abs(beta * vertex_average(d, d - 1, k) - (k > 0)) for k in range(d + 1))
                  for beta in (10, 100, 1000)]  # fmt: skip
        require(errors == [9, 99, 999], f"errors at d={d}")
    return CheckResult("erratum-8", "exact certificate", "multiples of S(.; d-1), d = 2..8")


def erratum_9() -> CheckResult:
    """Many order sets err by more than 1/d; with the lowest orders the error tends to 1/2."""
    above = sum(best_uniform(9, R).error > Fraction(1, 9) for R in order_sets(9) if 0 in R)
    require(above > 0, "no set above 1/d")
    for r in range(1, 4):
        errors = [best_uniform(d, range(r + 1)).error for d in (10, 100, 1000)]
        require(errors == sorted(errors), f"the error falls with d at r={r}")
        require(Fraction(1, 2) - Fraction(1, 50) < errors[-1] < Fraction(1, 2), f"limit at r={r}")
    return CheckResult(
        "erratum-9",
        "exact certificate",
        "all sets with an intercept at d = 9; orders {0..r}, r = 1..3, d up to 1000",
        {"sets above 1/9": above, "E(1000, {0, 1, 2})": best_uniform(1000, range(3)).error},
    )


def _home(d: int, indices: tuple[int, ...]) -> tuple[int, ...]:
    """A (d-1)-subset that contains these indices: all but the last coordinate that is missing."""
    missing = max(set(range(d)) - set(indices))
    return tuple(i for i in range(d) if i != missing)
