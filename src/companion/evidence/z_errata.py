"""Where the text as it survives does not hold as stated, each place with its computation."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from operator import add

from companion.checking import Kind, Value, certify, certify_by, check, require
from companion.checking.domains import (
    Drawn,
    Integers,
    Listed,
    OrderSets,
    Through,
    Titled,
    Vectors,
    shown,
)
from companion.evidence.optima import certified
from companion.evidence.printed_identities import read_identity
from companion.experiments.titles import EXPERIMENTS, MODELS, titled
from maxpooling.approximation import best_uniform, error_over_cube
from maxpooling.approximation.decompositions import decomposition_bound, mixed_difference
from maxpooling.networks import (
    exact_max_cost,
    pairwise_max_counts,
    region_bound,
    subpool_layers,
)
from maxpooling.order_statistics import subpools, vertex_average
from maxpooling.two_layers import identity, verify

Orders = Sequence[int]
Point = Sequence[int | Fraction]

_PRINTED_REGIONS = 819906560
PRINTED_IDENTITY = r"""
\max(x)=\tfrac1{30}\sum\max(2x_a,\,m_{bc}+m_{de})&+\tfrac2{15}\sum\max(m_{bc},\,m_{de})\\
&-\tfrac1{30}\sum\max(m_{ab}+m_{ac},\,m_{bc}+m_{de}).
"""
"""What Erratum 7 displays; a test compares it with the page."""
_REPLACED = {"resnet-cifar10": "conv-large", "lenet-cifar10": "conv-small"}
"""Models whose convolutions are said to have the kernel of the pools that they replace."""


@check("erratum-1", Kind.CERTIFICATE, d=range(2, 5), orders=OrderSets())
def erratum_1(d: int, orders: Orders) -> None:
    """The value of (3), a maximum over finitely many points, is the error itself: no mere bound."""
    f = certified(best_uniform(d, orders), d, orders)
    over_cube = error_over_cube(d, orders)
    require(over_cube == f.error, f"no equality: {over_cube}, {f.error}")


@check("erratum-1", Kind.EVERY_CASE, d=range(2, 65))
def fewer_points_give_less(d: int) -> None:
    """On v_0 and v_d alone, order d-1 and a constant fit exactly; on all vertices they do not."""
    fits = [0 + 1 * vertex_average(d, d - 1, k) - (k > 0) for k in (0, d)]
    require(fits == [0, 0], f"the values on two vertices are {fits}")
    require(best_uniform(d, [0, d - 1]).error > 0, "the value on all vertices")


@check("erratum-2", Kind.CERTIFICATE)
def erratum_2() -> dict[str, Value]:
    """The optimum for d = 3 and all orders falls where its smallest argument grows."""
    f = certified(best_uniform(3, range(3)), 3, range(3))
    require(f.weights() == (Fraction(3, 4), Fraction(1, 4), Fraction(-1, 4)), "its weights")
    values = [Fraction(k > 0) + e for k, e in enumerate(f.residuals())]
    require(values == [Fraction(n, 8) for n in (1, 7, 9, 7)], "its values at the vertices")
    return {"value at (1, 1, 0)": values[2], "value at (1, 1, 1)": values[3]}


@check("erratum-2", Kind.CERTIFICATE, d=range(2, 8), orders=OrderSets())
def increasing_optima(d: int, orders: Orders) -> None:
    """The optimum increases in every input iff at most one order is positive."""
    increasing = min(certified(best_uniform(d, orders), d, orders).weights()) >= 0
    require(increasing == (len(set(orders) - {0}) <= 1), f"increasing: {increasing}")


@check("erratum-2", Kind.EVERY_CASE, d=range(2, 17), k=Through(0, "d - 1"))
def ordered_points(d: int, k: int) -> None:
    """v_k lies below v_(k+1), but the gaps of neither lie below those of the other."""
    lower, higher = ([1] * ones + [0] * (d - ones) for ones in (k, k + 1))
    require(all(a <= b for a, b in zip(lower, higher, strict=True)), "the points are not ordered")
    gaps = [[a - b for a, b in pairwise([1, *x, 0])] for x in (lower, higher)]
    for one, other in (gaps, gaps[::-1]):
        ordered = all(a <= b for a, b in zip(one, other, strict=True))
        require(not ordered, f"the gaps {one} lie below {other}")


@check("erratum-3", Kind.EVERY_CASE, x=Vectors(range(-2, 3), 3))
def erratum_3(x: Sequence[int]) -> None:
    """Decompositions are not unique: a function of x_1 moves from one term to another."""
    pairs = {I: Fraction(max(x[i] for i in I), 3) for I in subpools(3, 2)}
    moved = {**pairs, (0, 1): pairs[0, 1] + x[0], (0, 2): pairs[0, 2] - x[0]}
    require(moved != pairs or x[0] == 0, "the other decomposition is the same")
    require(sum(moved.values()) == sum(pairs.values()), "the sum changed")


@check("erratum-3", Kind.EVERY_CASE, d=range(3, 8), x=Vectors((0, 1), "d"))
@check("erratum-3", Kind.RANDOM, d=range(3, 8), x=Drawn(Integers(0, 60, "d", denominator=60), 5))
def few_terms(d: int, x: Point) -> None:
    """The estimator with all orders is a sum of d functions of d-1 inputs, not of 2^d - 2.

    At the vertices this decides: both sides are linear where the entries are sorted.
    """
    f = best_uniform(d, range(d))
    homes = {I: _home(d, I) for r in range(1, d) for I in subpools(d, r)}
    require(len(set(homes.values())) == d, f"{len(set(homes.values()))} terms")
    require(all(set(I) <= set(home) for I, home in homes.items()), "a term misses an input")
    terms = {home: Fraction(0) for home in homes.values()}
    for I, home in homes.items():
        share = f.coefficients[len(I)] / len(list(subpools(d, len(I))))
        terms[home] += share * max(x[i] for i in I)
    ranked = zip(f.weights(), sorted(x, reverse=True), strict=True)
    whole = f.coefficients[0] + sum(w * v for w, v in ranked)
    found = sum(terms.values()) + f.coefficients[0]
    require(found == whole, f"the sum is {found}, not {whole}")


@check("erratum-3", Kind.EVERY_CASE)
def count_still_stands() -> None:
    """The number of terms of Theorem 3 is right: the mixed difference sees each of them."""
    for pair in subpools(3, 2):
        seen = mixed_difference(lambda ones: vertex_average(3, 2, len(ones)), pair)
        require(seen == Fraction(-1, 3), f"the mixed difference at {pair} is {seen}")


@check("statement-exponential-cost", Kind.EVERY_CASE, d=range(2, 11), x=Vectors((0, 1), "d"))
def sorting_network(d: int, x: Sequence[int]) -> None:
    """By sorting, the error 2^-d costs fewer than d ceil(log2 d)^2 comparisons.

    A network of comparisons that sorts all vectors of zeros and ones sorts all vectors.
    """
    ranked, steps = list(x), comparisons(d)
    for i, j in steps:
        ranked[i], ranked[j] = max(ranked[i], ranked[j]), min(ranked[i], ranked[j])
    require(ranked == sorted(x, reverse=True), f"the network leaves {ranked}")
    f = best_uniform(d, range(d))
    value = f.coefficients[0] + sum(w * v for w, v in zip(f.weights(), ranked, strict=True))
    require(abs(value - max(x)) == Fraction(1, 2**d), f"the estimator is {value}")
    require(len(steps) < min(d * (d - 1).bit_length() ** 2, 2**d - 2), f"{len(steps)} comparisons")


@check("erratum-4", Kind.EVERY_CASE, x=Vectors(range(-3, 4), 5))
def erratum_4(x: Sequence[int]) -> None:
    """Square roots of squares, nested, give the maximum of any number of reals."""
    nested = x[0]
    for value in x[1:]:  # the sum and the root have the same parity
        nested = (nested + value + isqrt((nested - value) ** 2)) // 2
    require(nested == max(x), f"the nested radical is {nested}")


@check("erratum-5", Kind.EVERY_CASE)
def erratum_5() -> dict[str, Value]:
    """The printed number is not the cited bound for the widths 12, 10, 9; a slip gives it."""
    bound = region_bound(9, [12, 10, 9])
    others = {region_bound(9, [12, 10]), region_bound(9, [12, 10, 9, 1])}
    require(_PRINTED_REGIONS not in {bound, *others}, "the printed number is the bound")
    slip = region_bound(9, [12, 10, 9, 1], "self-inclusive")
    require(slip == _PRINTED_REGIONS, f"the slip gives {slip}")
    return {"bound": bound}


@check(
    "erratum-5",
    Kind.EVERY_CASE,
    inputs=Listed(range(7, 11), called="inputs:"),
    layers=Listed((1, 2, 3), called="hidden layers:"),
    most=Listed((64,), called="widths to"),
)
@check(
    "erratum-5",
    Kind.EVERY_CASE,
    inputs=Listed((9,), called="inputs:"),
    layers=Listed((4,), called="hidden layers:"),
    most=Listed((32,), called="widths to"),
)
def no_widths_give_it(inputs: int, layers: int, most: int) -> None:
    """The cited bound takes the printed value for no widths 1..most of this number of layers.

    The bound grows with every width: its index set and its terms do. So a part of the widths can be
    left out when the bound is too small or too large for all of it.
    """
    found = list(_widths_with_bound(inputs, layers, most, ()))
    require(not found, f"the widths {found} give it")


@check("erratum-6", Kind.EVERY_CASE)
def erratum_6() -> dict[str, Value]:
    """Three layers of pairwise maxes at d = 9, not two: 12, 10 and the nine subpools of order 8."""
    counts = pairwise_max_counts(9, [0, 8])
    require(counts == (12, 10, 9), f"the layers are {counts}")
    sizes = [max(map(len, layer)) for layer in subpool_layers(9, [0, 8])]
    require(sizes == [2, 4, 8], f"the layers reach subpools of {sizes} inputs")
    return {"pairwise maxes": ", ".join(map(str, counts))}


@check("erratum-7", Kind.CERTIFICATE)
def erratum_7() -> None:
    """Two hidden layers suffice for five inputs, where pairwise maxes take three.

    With m_ij = max(x_i, x_j), one hidden layer, the second layer takes maxima of *sums* of these.
    """
    five = identity(5, "symmetric")
    certify_by(verify, five)
    require(len(five.terms) == 3, f"the identity has {len(five.terms)} sums")
    layers = len(exact_max_cost(5).hidden_widths)
    require(layers == 3, f"pairwise maxes take {layers} layers")


@check("erratum-7", Kind.CERTIFICATE)
def printed_identity() -> None:
    """The identity that the page prints, read from the formula, holds for all real numbers."""
    certify_by(verify, read_identity(PRINTED_IDENTITY))


@check(
    "erratum-8",
    Kind.EVERY_CASE,
    d=range(2, 65),
    beta=Listed((10, 100, 1000), called="coefficients"),
)
def erratum_8(d: int, beta: int) -> None:
    """Maximising the error over the symmetric functions has no solution: it grows with beta."""
    error = max(abs(beta * vertex_average(d, d - 1, k) - (k > 0)) for k in range(d + 1))
    require(error == beta - 1, f"the error of {beta} S(.; d-1) is {error}")


@check("erratum-13", Kind.CERTIFICATE, d=range(2, 65))
def erratum_13(d: int) -> None:
    """An error of 0 satisfies (6) as well; what excludes it is the other inequality.

    The class with all orders up to d has a member with the error 0 <= 2^-d, the maximum itself: so
    the inequality (6) cannot tell a class that holds the maximum from one that does not.
    """
    itself = max(abs(vertex_average(d, d, k) - (k > 0)) for k in range(d + 1))
    require(itself == 0, f"the maximum has the error {itself}")
    bound = certify(decomposition_bound(d, d - 1))
    require(bound.error == Fraction(1, 2**d), f"without it the error is at least {bound.error}")


@check("range-of-errors", Kind.CERTIFICATE, d=range(1, 9), orders=OrderSets())
def range_of_errors(d: int, orders: Orders) -> None:
    """With 0 the error is between 2^-d and 1/2, without it between 1/(2^d-1) and (d-1)/(d+1).

    The ends belong to all orders and to the smallest alone, and to no other sets.
    """
    error = certified(best_uniform(d, orders), d, orders).error
    if 0 in orders:
        least, largest, smallest = Fraction(1, 2**d), Fraction(1, 2), 0
    else:
        least, largest, smallest = Fraction(1, 2**d - 1), Fraction(d - 1, d + 1), 1
    require(least <= error <= largest, f"the error is {error}")
    every = tuple(orders) == tuple(range(smallest, d))
    require((error == least) == every, f"the least error {least}: {error}")
    require((error == largest) == (tuple(orders) == (smallest,)), f"the largest {largest}: {error}")


@check("range-of-errors", Kind.EVERY_CASE, d=(9,), orders=OrderSets(containing=0), collect=add)
def sets_outside_the_range(d: int, orders: Orders) -> dict[str, Value]:
    """How many order sets with a constant err by more than 1/d; none errs by more than 1/2."""
    error = best_uniform(d, orders).error
    require(error <= Fraction(1, 2), f"the error is {error}")
    return {"sets above 1/9": int(error > Fraction(1, d))}


@check("range-of-errors", Kind.EVERY_CASE, r=range(1, 4))
def low_orders_tend_to_a_half(r: int) -> dict[str, Value]:
    """With the orders 0 to r the error grows with d, to 1/2; at d = 1000 it is above 12/25.

    The mean with the best constant, r = 1, errs by (d-1)/(2d).
    """
    sizes = (10, 100, 1000)
    errors = [best_uniform(d, range(r + 1)).error for d in sizes]
    require(errors == sorted(set(errors)), f"the errors do not grow: {errors}")
    require(Fraction(12, 25) < errors[-1] < Fraction(1, 2), f"the last error is {errors[-1]}")
    mean = [Fraction(d - 1, 2 * d) for d in sizes]
    require(r > 1 or errors == mean, f"the mean errs by {errors}")
    return {f"E(1000, {shown(range(r + 1))})": errors[-1]}


@check("erratum-10", Kind.EVERY_CASE, experiment=Titled(titled(EXPERIMENTS, _REPLACED)))
def erratum_10(experiment: str) -> dict[str, Value]:
    """With kernels of side three the models have another number of parameters than printed.

    With the pools' own sides 2, 2, 2 and 4, and with side one, they have the printed numbers.
    """
    from companion.evidence.published_numbers import parameters, replaced_pools
    from companion.evidence.s5_robustness import PARAMETERS

    printed = PARAMETERS[experiment, _REPLACED[experiment]]
    found = replaced_pools(experiment=experiment, kernel=3).values["parameters"]
    require(found != printed, f"{experiment} has {found} parameters, as printed")
    built = parameters(experiment=experiment, variant=_REPLACED[experiment]).values["parameters"]
    require(built == printed, f"{experiment} as built has {built} parameters, not {printed}")
    title = f"{EXPERIMENTS[experiment]} {MODELS[_REPLACED[experiment]]}"
    return {f"{title}, kernels of side 3": found, f"{title}, printed": printed}


def comparisons(d: int) -> list[tuple[int, int]]:
    """Places to compare, in this order, so that d numbers end sorted (Batcher's merge exchange).

    O(d log(d)^2) of them; at each the larger number goes to the first of the two places.

    Examples:
        >>> len(comparisons(4)), len(comparisons(9))
        (5, 26)
    """
    found, top = [], 2 ** (d - 1).bit_length() // 2
    p = top
    while p:
        q, r, step = top, 0, p
        while True:
            found += [(i, i + step) for i in range(d - step) if i & p == r]
            if q == p:
                break
            q, r, step = q // 2, p, q - p
        p //= 2
    return found


def _widths_with_bound(
    inputs: int, layers: int, most: int, first: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    """All widths 1..most that begin with ``first`` and have the printed number as their bound."""
    left = layers - len(first) - 1
    if left:
        for width in range(1, most + 1):
            chosen = *first, width
            if region_bound(inputs, [*chosen, *[1] * left]) > _PRINTED_REGIONS:
                return
            if region_bound(inputs, [*chosen, *[most] * left]) >= _PRINTED_REGIONS:
                yield from _widths_with_bound(inputs, layers, most, chosen)
        return

    def bound(width: int) -> int:
        return region_bound(inputs, [*first, width])

    place = bisect_left(range(1, most + 1), _PRINTED_REGIONS, key=bound)
    if place < most and bound(place + 1) == _PRINTED_REGIONS:
        yield *first, place + 1


def _home(d: int, indices: tuple[int, ...]) -> tuple[int, ...]:
    """A (d-1)-subset that contains these indices: all but the last coordinate that is missing."""
    missing = max(set(range(d)) - set(indices))
    return tuple(i for i in range(d) if i != missing)
