"""What is sharper than Section 3: Theorems C to F, I and Y to AD, closed forms, few subpools."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import chain, combinations, pairwise, product
from math import acosh, ceil, comb, gcd, prod
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.checking import Kind, Value, certify, certify_by, check, each, require
from companion.checking.domains import (
    Domain,
    Draw,
    Drawn,
    Given,
    Integers,
    Listed,
    OrderSample,
    OrderSets,
    Subsets,
    Through,
    Titled,
    Uniform,
    counted,
    shown,
)
from companion.evidence.optima import CONSTANT, certified
from maxpooling.approximation import best_uniform, exchange_steps, sparse_uniform
from maxpooling.approximation.blocks import average_of_blocks, block_of, cyclic_runs, mask_of
from maxpooling.approximation.brute_force import maximise_first
from maxpooling.approximation.closed_forms import (
    closed_form,
    single_order,
    subpool_count,
    top_orders,
)
from maxpooling.approximation.decompositions import GroupedApproximation, grouped
from maxpooling.approximation.families import best_over_family, moebius, union_closure
from maxpooling.approximation.or_degree import (
    chebyshev_bound,
    orders_needed,
    residual_bounds,
    squared_error_bounds,
)
from maxpooling.approximation.planes import affine_plane, complements, projective_plane
from maxpooling.approximation.sparse_gains import largest_gains
from maxpooling.approximation.sparse_record import GAINS, most_inverse_error, verify_record
from maxpooling.networks.windows import plan_windows
from maxpooling.order_statistics import subpools

Orders = Sequence[int]

_UNIONS = Titled({True: "all unions of groups", False: "those of all groups but one"})
_PLANES = {
    f"{short}(2,{q})": f"{kind} plane over {q} elements"
    for short, kind, sizes in (("AG", "affine", (2, 3, 4)), ("PG", "projective", (2, 3)))
    for q in sizes
}


@dataclass(frozen=True)
class HavingClosedForm(OrderSets):
    """The sets of orders for which a closed form of the error is known."""

    def cases(self, given: Given) -> Iterator[tuple[int, ...]]:
        """Those of OrderSets, in its order."""
        every = super().cases(given)
        return (R for R in every if closed_form(given[self.pool], R) is not None)

    @property
    def text(self) -> str:
        """Without bounds of its own."""
        return "every set with a closed form"


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

    @property
    def text(self) -> str:
        """``every n+1 of {0, …, d}``."""
        if self.more:
            return "every n+1 of {0, …, d}"
        return "every n of {0, …, d} that are no valid nodes"


@dataclass(frozen=True)
class Subpools(Domain):
    """Every set of subpools of d inputs."""

    def cases(self, given: Given) -> Iterator[tuple[tuple[int, ...], ...]]:
        """By size; the empty set of subpools too."""
        proper = [I for r in range(1, given["d"]) for I in subpools(given["d"], r)]
        return chain.from_iterable(combinations(proper, n) for n in range(len(proper) + 1))

    @property
    def text(self) -> str:
        """As long as there are not too many."""
        return "every set of subpools"


@dataclass(frozen=True)
class SomeSubpools(Draw):
    """One to five subpools of d inputs."""

    def __call__(self, random: Random, given: Given) -> tuple[tuple[int, ...], ...]:
        """Each of 1 to d-1 inputs."""
        d = given["d"]
        sizes = [random.randint(1, d - 1) for _ in range(random.randint(1, 5))]
        return tuple(tuple(sorted(random.sample(range(d), size))) for size in sizes)

    def words(self, count: int) -> str:
        """``40 random sets of 1 to 5 subpools``."""
        return f"{counted(count, 'random set', 'random sets')} of 1 to 5 subpools"


@dataclass(frozen=True)
class RegularBlocks(Draw):
    """All shifts of one to three sets of r inputs around a circle of d inputs."""

    def __call__(self, random: Random, given: Given) -> tuple[tuple[int, ...], ...]:
        """Renumbered, so that the circle cannot be seen."""
        d, r = given["d"], given["r"]
        names = random.sample(range(d), d)
        bases = [random.sample(range(d), r) for _ in range(random.randint(1, 3))]
        return tuple(
            tuple(sorted(names[(i + s) % d] for i in base)) for base in bases for s in range(d)
        )

    def words(self, count: int) -> str:
        """``2 random lists of blocks of r inputs, closed under shifts``."""
        what = counted(count, "random list", "random lists")
        return f"{what} of blocks of r inputs, closed under shifts"


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
    rivals = {R: _optimum(d, frozenset(R)) for R in combinations(range(1, d), s)}
    best = [R for R, error in rivals.items() if error == min(rivals.values())]
    worst = [R for R, error in rivals.items() if error == max(rivals.values())]
    require(best == [tuple(range(d - s, d))], f"the best are {best}")
    require(worst == [tuple(range(1, s + 1))], f"the worst are {worst}")


@check("theorem-ac", Kind.CERTIFICATE, d=range(1, 9), orders=HavingClosedForm())
def closed_forms(d: int, orders: Orders) -> None:
    """Every closed form gives the error of the exchange."""
    found, formula = (
        certified(best_uniform(d, orders), d, orders).error,
        closed_form(d, tuple(orders)),
    )
    require(formula == found, f"{formula} != {found}")


@check("theorem-ac", Kind.EVERY_CASE, d=range(1, 9), r=Through(0, "d - 1"))
def sum_over_deleted_nodes(d: int, r: int) -> None:
    """1/E(d, {0..r}) is the least of finitely many sums of products."""
    found = 1 / best_uniform(d, range(r + 1)).error
    require(found == _least_product_sum(d, r), f"{found} != {_least_product_sum(d, r)}")


@check("theorem-ac", Kind.EVERY_CASE, d=range(5, 62, 4))
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


@check(
    "grouping", Kind.CERTIFICATE, d=range(4, 10), g=Through(2, "d", called="groups:"), every=_UNIONS
)
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
    g=Listed((4, 5, 6), called="groups:"),
    every=_UNIONS,
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


@check("theorem-y", Kind.CERTIFICATE, d=range(2, 11), r=Through(1, "d - 1"), constant=CONSTANT)
def regular_blocks(d: int, r: int, constant: bool) -> None:
    """d/gcd(d, r) runs around a circle attain E(d, {0, r}) or E(d, {r}), at every vertex."""
    orders = (0, r) if constant else (r,)
    least = certified(best_uniform(d, orders), d, orders).error
    f = certify(average_of_blocks(d, cyclic_runs(d, r), intercept=constant))
    require(f.error == least == single_order(d, r, constant), f"{f.error}, not {least}")
    runs = d // gcd(d, r)
    require(len(f.blocks) == runs, f"{len(f.blocks)} blocks, not {runs}")
    asymmetric = runs < comb(d, r)
    require(asymmetric == (1 < r < d - 1), "which of them are all subpools of the order")


@check(
    "theorem-y",
    Kind.RANDOM,
    d=range(3, 9),
    r=Through(1, "d - 1"),
    constant=CONSTANT,
    blocks=Drawn(RegularBlocks(), 2),
)
def any_regular_blocks(d: int, r: int, constant: bool, blocks: Sequence[tuple[int, ...]]) -> None:
    """So does the average over any blocks of r inputs that cover each input equally often."""
    f = certify(average_of_blocks(d, blocks, intercept=constant))
    require(f.error == single_order(d, r, constant), f"an error of {f.error}")


@check("theorem-ab", Kind.EVERY_CASE, d=range(2, 5), orders=OrderSets(), collect=each)
def what_is_unique(d: int, orders: Orders) -> dict[str, Value]:
    """No optimum, symmetric or not, leaves the symmetric one where the level carries the measure.

    From the symmetric optimum, the largest change at a vertex that keeps the error, by the simplex
    method over all vertices with one weight for each subpool.
    """
    best = certified(best_uniform(d, orders), d, orders)
    change = {k: _largest_change(d, orders, best.residuals(), best.error, k) for k in range(d + 1)}
    moved = {k for k in change if change[k] != 0}
    require(not moved & set(best.certificate), f"the values at the levels {moved} may change")
    return {f"more than one optimum for {d} inputs": shown(tuple(orders))} if moved else {}


@check("theorem-ab", Kind.CERTIFICATE, d=range(2, 8), r=Through(1, "d - 1"), constant=CONSTANT)
def weights_of_one_order(d: int, r: int, constant: bool) -> None:
    """With one positive order, some optimal measure has v_d: f is largest there, so no c_I < 0."""
    weights = {0: Fraction(r - d if constant else 0), 1: Fraction(d), d: Fraction(-r)}
    f = certify(average_of_blocks(d, cyclic_runs(d, r), intercept=constant))
    require(sum(weights.values()) == 0 or not constant, "the measure does not annihilate 1")
    share = 1 - Fraction(comb(d - 1, r), comb(d, r))  # of the subpools that hold one input
    require(d * share - r == 0, "the measure does not annihilate the order")
    mass = sum(abs(weight) for weight in weights.values())
    require(Fraction(d - r, mass) == f.error, "the measure does not prove the error")


@check("theorem-z", Kind.CERTIFICATE, d=range(2, 4), chosen=Subpools(called=""))
@check("theorem-z", Kind.RANDOM, d=(4, 5), chosen=Drawn(SomeSubpools(), 40))
def union_closed(d: int, chosen: Sequence[tuple[int, ...]]) -> None:
    """1 / sum |mu|: attained at every vertex; and the Moebius function is a measure below it."""
    family = union_closure(d, chosen)
    f = certify(best_over_family(d, chosen))
    mu = moebius(family)
    require(f.error == Fraction(1, sum(map(abs, mu.values()))), f"an error of {f.error}")
    require({mask_of(I) for I in f.blocks} <= set(family), "a subpool outside of the family")
    top = (1 << d) - 1
    for mask in family:
        within = sum(value for zeros, value in mu.items() if zeros & mask == mask)
        require(within == (mask == top), f"the measure does not annihilate {block_of(mask)}")
    require(mu[top] == 1, "the weight at the origin")


@check("theorem-z", Kind.CERTIFICATE, plane=Titled(_PLANES))
def planes(plane: str) -> dict[str, Value]:
    """With b lines of k of d inputs: d + b subpools leave 1/(2 + 2b(k-1)), at every vertex."""
    q = int(plane[5])
    lines = affine_plane(q) if plane.startswith("AG") else projective_plane(q)
    d, k = 1 + max(map(max, lines)), len(lines[0])
    f = certify(best_over_family(d, complements(d, lines)))
    require(f.error == Fraction(1, 2 + 2 * len(lines) * (k - 1)), f"an error of {f.error}")
    require(len(f.blocks) == d + len(lines), f"{len(f.blocks)} subpools")
    if plane != "AG(2,3)":
        return {}
    return {"subpools of the 3×3 pool": len(f.blocks), "their error": f.error}


@check(
    "theorem-z",
    Kind.CERTIFICATE,
    d=range(1, 10),
    s=Through(1, "d - 1", called="numbers of largest orders:"),
)
def largest_orders_are_closed(d: int, s: int) -> None:
    """The s largest orders are such a family: its Moebius sum is the closed form."""
    family = [(), *(I for r in range(d - s, d + 1) for I in subpools(d, r))]
    mu = moebius(mask_of(I) for I in family)
    best = certified(best_uniform(d, (0, *range(d - s, d))), d, (0, *range(d - s, d)))
    require(best.error == Fraction(1, sum(map(abs, mu.values()))), f"an error of {best.error}")


@check(
    "theorem-z",
    Kind.RANDOM,
    d=(2, 3),
    other=Listed((2, 3, 4), called="inputs of the other family:"),
    chosen=Drawn(SomeSubpools(), 3),
)
def product_rule(d: int, other: int, chosen: Sequence[tuple[int, ...]]) -> None:
    """On disjoint inputs errors multiply, and so do the numbers of subpools, each plus two."""
    first = union_closure(d, chosen)
    coatoms = list(subpools(other, other - 1))
    second = union_closure(other, coatoms)
    both = [block_of(a | b << d) for a in first for b in second]
    f = certify(best_over_family(d + other, both))
    expected = best_over_family(d, chosen).error * best_over_family(other, coatoms).error
    require(f.error == expected, f"{f.error}, not {expected}")
    require(len(union_closure(d + other, both)) == len(first) * len(second), "not closed")


@check("theorem-aa", Kind.CERTIFICATE, d=range(1, 6), count=Listed(range(3), called="N ="))
@check("theorem-aa", Kind.CERTIFICATE, d=(3,), count=Listed(range(3, 7), called="N ="))
@check("theorem-aa", Kind.CERTIFICATE, d=(4,), count=Listed(range(3, 15), called="N ="))
@check("theorem-aa", Kind.CERTIFICATE, d=(5,), count=Listed(range(3, 31), called="N ="))
def least_of_few_inputs(d: int, count: int) -> None:
    """Up to five inputs: the estimator at every vertex, and no measure leaves room for a better."""
    f = certify(sparse_uniform(d, count))
    require(f.proved and len(f.blocks) <= count, f"{len(f.blocks)} subpools")
    bound = most_inverse_error(d, min(count, 2**d - 2))
    require(bound == 1 / f.error, f"1/E = {1 / f.error}, at most {bound}")


@check("theorem-aa", Kind.CERTIFICATE, d=(3, 4, 5))
def no_choice_does_better(d: int) -> None:
    """Every choice of subpools is annihilated by a recorded measure that bounds its error."""
    bounds = certify_by(verify_record, d)
    table = {count: most_inverse_error(d, count) for count in range(d, 2**d - 1)}
    require(bounds == table, f"the measures give {bounds}")


@check("theorem-aa", Kind.EVERY_CASE, k=Listed(range(1, 6), called="subpools added:"))
def few_more_subpools(k: int) -> dict[str, Value]:
    """What k subpools add to those that miss one input, over all ways in which they can meet."""
    gains = largest_gains(k)
    steps = GAINS.get(k, {})
    for m, gain in gains.items():
        most = max((most for start, most in steps.items() if start <= m), default=0)
        require(gain <= most, f"{m} inputs gain {gain}")
    require(all(gains.get(m) == gain for m, gain in steps.items()), f"the gains are {gains}")
    what = counted(k, "more subpool adds", "more subpools add")
    return {f"most that {what} to 1/E": max(gains.values(), default=Fraction(0))}


@check("theorem-aa", Kind.CERTIFICATE, d=range(1, 15), count=Through(1, "d", called="N ="))
def as_few_as_inputs(d: int, count: int) -> None:
    """With at most as many subpools as inputs, up to eleven, 1/(2 count); fourteen do better."""
    f = certify(sparse_uniform(d, count))
    if count <= 11:
        require(f.proved and f.error == Fraction(1, 2 * count), f"an error of {f.error}")
    if count == 14:
        require(f.error == Fraction(1, 30), f"an error of {f.error}")


@check(
    "theorem-ad",
    Kind.EVERY_CASE,
    n=Listed(range(1, 25), called="spaces over two elements of dimension"),
)
def subspaces(n: int) -> None:
    """Complements of the subspaces over two elements: 1/E and N by formula, and N^2 over 1/E."""
    binomials = [_subspaces(n, j) for j in range(n + 1)]
    inverse = sum(number * 2 ** (j * (j - 1) // 2) for j, number in enumerate(binomials))
    require(inverse == prod(1 + 2**i for i in range(n)), f"the sum is {inverse}")
    count = sum(binomials) - 2
    if n in (2, 3, 4):
        f = certify(best_over_family(2**n - 1, _complements_of_subspaces(n)))
        require(f.error == Fraction(1, inverse), f"an error of {f.error}")
        require(len(f.blocks) == count, f"{len(f.blocks)} subpools")
    # The logarithm of 1/E over that of N, without logarithms: it rises towards 2.
    for start, tenths in ((5, 14), (6, 15), (11, 17), (24, 18)):
        if n >= start:
            require(inverse**10 > count**tenths, f"1/E = {inverse} from {count} subpools")


@check(
    "theorem-ad",
    Kind.CERTIFICATE,
    d=range(2, 5),
    chosen=Listed((((0,), (0, 1)), ((1,), (0,))), called="subpools:"),
)
def inclusion_and_exclusion(d: int, chosen: Sequence[tuple[int, ...]]) -> None:
    """From a formula of inclusion and exclusion, a measure: 1/E is at most 2 + twice its size."""
    family = union_closure(d, [I for I in chosen if len(I) < d])
    proper = [mask for mask in family if mask != (1 << d) - 1]
    mu = moebius(family)
    top = (1 << d) - 1
    # The sets of subpools that miss input i; a formula for their union from the Moebius function.
    formula = {top & ~zeros: -value for zeros, value in mu.items() if zeros != top}
    for mask in proper:
        missed = sum(a for ones, a in formula.items() if mask & ones == 0)
        require(missed == 1, f"the formula counts {block_of(mask)} {missed} times")
    size = sum(abs(a) for a in formula.values())
    f = certify(best_over_family(d, [block_of(mask) for mask in proper if mask]))
    require(1 / f.error <= 2 + 2 * size, f"1/E = {1 / f.error} from a formula of size {size}")


@check("theorem-i", Kind.EVERY_CASE, d=(2, 3, 5, 9, 16, 25, 49, 100), r=Through(0, "d - 1"))
def approximate_degree(d: int, r: int) -> None:
    """E(d, {0..r}) lies between the bounds, and below that of Chebyshev's polynomial."""
    error = best_uniform(d, range(r + 1)).error
    low, high = squared_error_bounds(d, r)
    require(low <= error**2 <= high, f"E^2 = {float(error**2):.6g}, {float(low):.6g} to "
            f"{float(high):.6g}")  # fmt: skip
    require(error <= chebyshev_bound(d, r), f"Chebyshev: {error} > {chebyshev_bound(d, r)}")


@check("theorem-i", Kind.EVERY_CASE, d=(2, 3, 5, 9, 16, 25, 49), r=Through(0, "d - 1"))
def bounds_of_the_residual(d: int, r: int) -> None:
    """E(d, {0..r}) lies between the bounds of the residual, which are sharper."""
    error = best_uniform(d, range(r + 1)).error
    low, high = residual_bounds(d, r)
    require(low <= error <= high, f"{float(low):.6g}, {float(error):.6g}, {float(high):.6g}")
    require(r not in (0, d - 1) or low == error, "no equality at the ends")
    weak_low, weak_high = squared_error_bounds(d, r)
    require(weak_low <= low**2 and high**2 <= weak_high, "they are not sharper")


@check("theorem-i", Kind.EVERY_CASE, d=range(2, 30), r=Through(0, "d - 1"))
def when_chebyshev_is_attained(d: int, r: int) -> None:
    """Equality in the bound of Chebyshev's polynomial only where its extremes are integers."""
    equal = best_uniform(d, range(r + 1)).error == chebyshev_bound(d, r)
    integers = r <= 1 or (r == 2 and d % 2 == 1) or (r == 3 and d % 4 == 1)
    require(equal == integers, "equality" if equal else "no equality")


@check("theorem-i", Kind.EVERY_CASE, d=(20, 40, 60, 100, 200, 400, 900))
def orders_for_a_third(d: int) -> dict[str, Value]:
    """How many of the lowest orders bring the error to 1/3: at most 0.6585 sqrt(d), rounded up."""
    r = orders_needed(d, Fraction(1, 3))
    most = ceil(acosh(2) / 2 * d**0.5)
    require(most - 1 <= r <= most, f"{r} orders, with the bound {most}")
    return {f"orders for 1/3 with {d} inputs": r}


@check("cost-per-pixel", Kind.CERTIFICATE, side=Listed((2, 3, 4), called="windows of side"))
def plans_for_windows(side: int) -> dict[str, Value]:
    """Plans of pairwise maxes over an image: each set of cells is the union of two before it."""
    d = side * side
    exact = certify(plan_windows(side, [range(d)]))
    rows = [tuple(range(side * i, side * (i + 1))) for i in range(side)]
    averaged = certify(plan_windows(side, rows))
    estimate = certify(average_of_blocks(d, rows))
    require(estimate.error == Fraction(d - side, 2 * d), f"rows leave {estimate.error}")
    require(averaged.layers < exact.layers, "no layer is saved")
    require(averaged.per_pixel < exact.per_pixel, "no pairwise max is saved")
    return {
        f"{side}×{side}, exact: pairwise maxes per pixel": exact.per_pixel,
        f"{side}×{side}, mean of rows: pairwise maxes per pixel": averaged.per_pixel,
    }


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


def _largest_change(
    d: int, orders: Orders, residuals: Sequence[Fraction], error: Fraction, level: int
) -> Fraction:
    """The largest |change| at a vertex with so many ones that keeps |f - max| within the error."""
    chosen = [I for r in orders for I in subpools(d, r)]
    scale = prod(value.denominator for value in (error, *residuals))
    rows, right, aim = [], [], []
    for vertex in product((0, 1), repeat=d):
        features = [max((vertex[i] for i in I), default=1) for I in chosen]
        both = [*features, *(-a for a in features)]
        now = residuals[sum(vertex)]
        rows += [[0, *both], [0, *(-a for a in both)]]
        right += [int(scale * (error - now)), int(scale * (error + now))]
        if vertex == (1,) * level + (0,) * (d - level):
            aim = both
    largest = []
    for sign in (1, -1):
        aimed = np.array([[1, *(-sign * a for a in aim)], *rows], dtype=object)
        largest.append(maximise_first(aimed, np.array([0, *right], dtype=object)))
    return max(largest)


def _subspaces(n: int, j: int) -> int:
    """How many subspaces of dimension j the space of n bits has (Gauss)."""
    bases = prod((1 << (n - i)) - 1 for i in range(j))
    return bases // prod((1 << (i + 1)) - 1 for i in range(j))


def _complements_of_subspaces(n: int) -> list[tuple[int, ...]]:
    """For every subspace of n bits but two, the nonzero vectors outside of it, less one each."""
    flats = {frozenset({0})}
    for _ in range(n - 1):
        flats |= {flat | {v ^ w for w in flat} for flat in flats for v in range(1, 2**n)}
    return [
        tuple(v - 1 for v in range(1, 2**n) if v not in flat)
        for flat in flats
        if 1 < len(flat) < 2**n
    ]


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
