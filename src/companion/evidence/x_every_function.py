"""Two hidden layers for every function: each step of the proof, computed by itself."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations
from itertools import product as choices
from math import factorial, lcm, prod
from operator import add
from random import Random

from companion.checking import Kind, Value, certify_by, check, require
from companion.checking.domains import (
    Draw,
    Drawn,
    Given,
    Integers,
    Listed,
    Titled,
    Vectors,
    counted,
)
from companion.evidence.laurent import (
    Laurent,
    apply_d,
    calls,
    collected,
    one,
    parts,
    product,
    start,
    undo_d,
    variables,
)
from companion.evidence.transforms import (
    Vector,
    coordinates,
    dissected,
    dot,
    pyramid,
    refined,
    simplex,
    transform,
)
from companion.evidence.tuples import predicted_rank
from companion.search.spans import recorded_spans
from maxpooling.linear_algebra import determinant
from maxpooling.networks.piecewise import few_at_a_time, from_max_min
from maxpooling.networks.planar import verify_on_plane
from maxpooling.networks.triangulations import from_triangulation, verify_on_simplices
from maxpooling.two_layers import verify
from maxpooling.two_layers.recursion import Phi, forest_terms, recursive_identity


@dataclass(frozen=True)
class LaurentPolynomials(Draw):
    """``count`` polynomials of up to four terms in t, X_1, ..., X_d, for the earlier argument d."""

    def __call__(self, random: Random, given: Given) -> list[Laurent]:
        """One for each of the d inputs."""
        return [self._one(random, given["d"]) for _ in range(given["d"])]

    def _one(self, random: Random, d: int) -> Laurent:
        terms = []
        for _ in range(random.randint(1, 4)):
            exponents = (random.randint(-4, 4), *(random.randint(-2, 2) for _ in range(d)))
            terms.append((exponents, Fraction(random.randint(-9, 9), random.randint(1, 6))))
        return collected(terms)

    def words(self, count: int) -> str:
        """``20 random families of d Laurent polynomials in t and d variables``."""
        what = counted(count, "random family", "random families")
        return f"{what} of d Laurent polynomials in t and d variables"


@dataclass(frozen=True)
class Positive(Draw):
    """n positive fractions, of which two may be equal."""

    def __call__(self, random: Random, given: Given) -> list[Fraction]:
        """A list."""
        return [Fraction(random.randint(1, 30), random.randint(1, 9)) for _ in range(given["n"])]

    def words(self, count: int) -> str:
        """``5 random vectors of n positive fractions``."""
        return f"{counted(count, 'random vector', 'random vectors')} of n positive fractions"


@dataclass(frozen=True)
class Member:
    """A combination of inputs and pairwise maxes, as in Theorem LP."""

    pairs: tuple[tuple[int, int, int], ...]
    form: tuple[int, ...]

    def __call__(self, x: Sequence[int]) -> int:
        """Its value."""
        linear = sum(b * entry for b, entry in zip(self.form, x, strict=True))
        return linear + sum(a * max(x[i], x[j]) for i, j, a in self.pairs)

    def bound(self) -> int:
        """From here on the basis B is large enough for the proof: more than all coefficients."""
        return 2 + sum(abs(a) for _, _, a in self.pairs) + sum(map(abs, self.form))


@dataclass(frozen=True)
class Members(Draw):
    """Members of the family with n - ``fewer`` pairs."""

    fewer: int

    def __call__(self, random: Random, given: Given) -> Member:
        """One for the earlier argument n; sums of coefficients vanish often."""
        n = given["n"]
        chosen = random.sample(list(combinations(range(n), 2)), n - self.fewer)
        pairs = tuple((i, j, random.choice((-2, -1, 1, 1, 2))) for i, j in chosen)
        form = [random.choice((-2, -1, 0, 0, 0, 1)) for _ in range(n)]
        for i in range(n):  # the sign of an input far out is then open, which is the hard case
            if random.random() < 0.5:
                form[i] = -sum(a for _, j, a in pairs if i == j) * random.randint(0, 1)
        return Member(pairs, tuple(form))

    def words(self, count: int) -> str:
        """``60 random combinations of the inputs and n−3 pairwise maxes``."""
        what = counted(count, "random combination", "random combinations")
        return f"{what} of the inputs and n−{self.fewer} pairwise maxes"


# Part I


@check("lemma-tf", Kind.EVERY_CASE, n=(3, 4), x=Vectors(range(-2, 3), "n"))
@check("lemma-tf", Kind.EVERY_CASE, n=(5,), x=Vectors((-2, -1, 0, 1, 3), "n"))
def three_four_five(n: int, x: Sequence[int]) -> None:
    """The identities for three, four and five numbers, as functions, ties included."""
    found = BY_HAND[n](x)
    require(found == max(x), f"the right side is {found}")


def _three(x: Sequence[int]) -> Fraction:
    spread = sum(abs(a - b) for a, b in combinations(x, 2))
    pairs = sum(abs(max(x[i - 1], x[i - 2]) - x[i]) for i in range(3))
    return Fraction(sum(x), 3) + Fraction(pairs, 6) + Fraction(spread, 12)


def _four(x: Sequence[int]) -> Fraction:
    a, b, c, d = x
    spread = sum(abs(p - q) for p, q in combinations(x, 2))
    pairs = abs(max(a, b) - max(c, d)) + abs(max(a, c) - max(b, d)) + abs(max(a, d) - max(b, c))
    return Fraction(sum(x), 4) + Fraction(pairs, 6) + Fraction(spread, 12)


def _five(x: Sequence[int]) -> Fraction:
    a, b, c, d, e = x
    m, s = max, max(a, b) + max(c, d)
    total = s + 2 * e
    total += abs(m(a, e) - m(c, d)) + abs(m(b, e) - m(c, d))
    total += abs(m(c, e) - m(a, b)) + abs(m(d, e) - m(a, b))
    total -= abs(m(a, e) + m(b, e) - s) + abs(m(c, e) + m(d, e) - s)
    return Fraction(total + abs(2 * e - s), 4)


BY_HAND: dict[int, Callable[[Sequence[int]], Fraction]] = {3: _three, 4: _four, 5: _five}


@check("theorem-im", Kind.RANDOM, d=range(1, 5), h=Drawn(LaurentPolynomials(), 20))
def steps_of_the_proof(d: int, h: list[Laurent]) -> None:
    """Steps (i), (ii) and (iii) of the proof, for Laurent polynomials with symbols for the X."""
    t, *x = variables(d + 1)
    unit, k = one(d + 1), h[0]
    whole = product((y - t for y in x), unit)
    without = [product((y - t for y in x if y is not x[j]), unit) for j in range(d)]
    image = apply_d(k, x[0], d)
    second = without[0] * image
    for j in range(1, d):
        both = product((y - t for i, y in enumerate(x) if i not in (0, j)), unit)
        require(without[j] - without[0] == (x[0] - x[j]) * both, f"(i), the difference, j = {j}")
        second = second - (without[j] - without[0]) * k
    require((whole * k).derivative() == second, "(ii)")
    for j in range(d):
        require(not (whole * k).at(j + 1).terms, f"(ii): the product is not 0 at X_{j + 1}")
    left = k - apply_d(undo_d(k, x[0], d), x[0], d)
    require(left.powers() in ([], [-1]), f"(iii): left over are the powers {left.powers()}")


@check("theorem-im", Kind.RANDOM, d=range(1, 5), h=Drawn(LaurentPolynomials(), 20))
def any_integrand_splits(d: int, h: list[Laurent]) -> None:
    """Any f of the theorem is a derivative and differences without residue, as its proof ends."""
    t, *x = variables(d + 1)
    unit = one(d + 1)
    without = [product((x[i] - t for i in range(d) if i != j), unit) for j in range(d)]
    below = product(x[1:], unit).inverse()
    f = sum_of(map(Laurent.__mul__, without, h))
    residue = f.coefficient(-1)
    h = [h[0] - residue * t.inverse() * below, *h[1:]]
    f = f - residue * t.inverse() * below * without[0]
    k = undo_d(sum_of(h), x[0], d)
    rest = f - (product((y - t for y in x), unit) * k).derivative()
    for j in range(1, d):
        both = product((x[i] - t for i in range(1, d) if i != j), unit)
        k_j = h[j] + k
        c = (both * k_j).coefficient(-1)
        k_j = k_j - c * (x[j] - t) * t.inverse() * below
        require(not (both * k_j).coefficient(-1).terms, f"a residue is left for j = {j}")
        rest = rest - (without[j] - without[0]) * k_j
    require(not rest.terms, "the parts do not add up to f")


def sum_of(polynomials: Iterable[Laurent]) -> Laurent:
    """The sum of several polynomials."""
    return collected(term for one_of in polynomials for term in one_of.terms.items())


@check("theorem-im", Kind.RANDOM, d=range(2, 5), h=Drawn(LaurentPolynomials(), 10))
def one_integral_two_minima(d: int, h: list[Laurent]) -> None:
    """Step (i) as values: in every order of the inputs the two smaller sets give the integral."""
    t, *x = variables(d + 1)
    both = product((x[i] - t for i in range(2, d)), one(d + 1))
    k = h[0] * both
    u = Laurent({e: c for e, c in k.terms.items() if e[0] != -1}).primitive()
    for order in permutations((Fraction(1, 2), Fraction(2), Fraction(3), Fraction(7, 2))[:d]):
        at = {i: u.value((order[i], *order)) for i in range(d)}

        left = (order[0] - order[1]) * at[_least(range(d), order)]
        upper = max(order[0] - order[1], Fraction(0)) * at[_least(range(1, d), order)]
        lower = max(order[1] - order[0], Fraction(0)) * at[_least([0, *range(2, d)], order)]
        require(left == upper - lower, f"another value in the order {order}")


def _least(inputs: Iterable[int], order: Sequence[Fraction]) -> int:
    """The input whose number is least."""
    return min(inputs, key=order.__getitem__)


@check("lemma-pn", Kind.RANDOM, n=range(2, 7), big_x=Drawn(Positive(), 5))
def integrals_telescope(n: int, big_x: list[Fraction]) -> None:
    """The integrals over all sets of inputs, each by its primitive, add up to P_n - 2."""
    total = Fraction(0)
    for r in range(1, n + 1):
        for chosen in combinations(big_x, r):
            total += _finite_part(chosen)
    require(total == tuple_value(big_x) - 2, f"the sum is {total}")


def _finite_part(big_x: Sequence[Fraction]) -> Fraction:
    """Of the integral of f_I from 0 to the least."""
    [t] = variables(1)
    factors = product((one(1) * entry - t for entry in big_x), one(1))
    r = len(big_x)
    bracket = collected([((-r,), Fraction(1)), ((0,), -((-1) ** r) / prod(big_x))])
    return (t.inverse() * factors * bracket).primitive().value([min(big_x)])


def tuple_value(big_x: Sequence[Fraction]) -> Fraction:
    """P_n at a point."""
    y = sorted(big_x, reverse=True)
    total = Fraction(0)
    for k in range(1, len(y)):
        power = prod(y[:k]) / y[k] ** k
        total += (power + 1 / power) / (k * (k + 1))
    return total


@check("lemma-pn", Kind.EVERY_CASE, n=range(2, 6), x=Vectors((-2, 0, 1, 3), "n"))
def weights_telescope(n: int, x: Sequence[int]) -> None:
    """The sum of w_k over k (k + 1) is the maximum less the mean, ties included."""
    y = sorted(x, reverse=True)
    w = [sum(y[:k]) - k * y[k] for k in range(1, n)]
    require(min(w) >= 0, f"a weight is negative: {w}")
    total = sum(Fraction(entry, k * (k + 1)) for k, entry in enumerate(w, start=1))
    require(total == max(x) - Fraction(sum(x), n), f"the sum is {total}")


@check("theorem-tw", Kind.RANDOM, n=range(2, 6), big_x=Drawn(Positive(), 2))
def terms_give_the_tuple(n: int, big_x: list[Fraction]) -> None:
    """The recursion's terms, as products of powers, have the value of P_n up to one constant."""
    found = sum(q * (_exponential(phi, big_x) - 1) for phi, q in forest_terms(n).items())
    expected = tuple_value(big_x) - tuple_value([Fraction(1)] * n)
    require(found == expected, f"{found} instead of {expected}")


def _exponential(phi: Phi, big_x: Sequence[Fraction]) -> Fraction:
    forest, form = phi
    edges = prod((max(big_x[a], big_x[b]) for a, b in forest), start=Fraction(1))
    return edges * prod((x**c for c, x in zip(form, big_x, strict=True) if c), start=Fraction(1))


@check("theorem-tw", Kind.RANDOM, n=range(2, 7), big_x=Drawn(Positive(), 2))
def recursion_gives_the_tuple(n: int, big_x: list[Fraction]) -> None:
    """The recursion in numbers, along the order of the inputs at hand, gives P_n - 2."""
    total = Fraction(0)
    for r in range(1, n + 1):
        for inputs in combinations(range(n), r):
            # f_I is h times the product but for p.
            [t] = variables(1)
            sign = -((-1) ** r) / prod(big_x[i] for i in inputs)
            bracket = collected([((-r,), Fraction(1)), ((0,), Fraction(sign))])
            p = inputs[0]
            h = (one(1) * big_x[p] - t) * t.inverse() * bracket
            total += _along_the_order(inputs, p, h, big_x)
    require(total == tuple_value(big_x) - 2, f"the sum is {total}")


def _along_the_order(
    inputs: tuple[int, ...], p: int, h: Laurent, big_x: Sequence[Fraction]
) -> Fraction:
    [t] = variables(1)
    others = [i for i in inputs if i != p]
    if not others:
        return h.primitive().value([big_x[p]])
    k = undo_d(h, one(1) * big_x[p], len(inputs))
    whole = product((one(1) * big_x[i] - t for i in inputs), one(1)) * k
    total = -whole.coefficient(0).value([1])
    for j in others:
        if big_x[j] == big_x[p]:
            continue
        both = product((one(1) * big_x[i] - t for i in others if i != j), one(1))
        c = (both * k).coefficient(-1)
        below = prod(big_x[i] for i in others)
        k_j = k - c * (one(1) * big_x[j] - t) * t.inverse() * (Fraction(1) / below)
        difference = big_x[p] - big_x[j]
        if difference > 0:
            total += difference * _along_the_order(tuple(others), j, k_j, big_x)
        else:
            without_j = tuple(i for i in inputs if i != j)
            total += difference * _along_the_order(without_j, p, k_j, big_x)
    return total


@check("theorem-tw", Kind.CERTIFICATE, n=range(2, 7))
def recursion_is_proved(n: int) -> Mapping[str, Value]:
    """The identity that the recursion makes, averaged over renamings, is proved cone by cone.

    It has no linear part, and no prime above n divides a denominator.
    """
    found = recursive_identity(n)
    certify_by(verify, found)
    require(found.n == n, f"it is for {found.n} numbers")
    require(not found.pairs, f"it has the linear part {found.pairs}")
    # No number of b bits has a prime more than b times.
    denominator = found.denominator_per_image
    allowed = factorial(n) ** denominator.bit_length()
    require(allowed % denominator == 0, f"a prime above {n} divides {denominator}")
    return {f"averages for {n} inputs": len(found.terms)}


Triangulation = tuple[list[tuple[int, ...]], list[tuple[int, ...]], list[int]]
"""Vertices, triangles or tetrahedra, and values at the vertices."""

IN_LATTICE_FORM: dict[str, tuple[list[tuple[Fraction | int, ...]], list[tuple[int, ...]]]] = {
    "median of x, y and 0": ([(1, 0, 0), (0, 1, 0), (0, 0, 0)], [(0, 1), (0, 2), (1, 2)]),
    "largest of five": (
        [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (Fraction(1, 2), Fraction(1, 3), 1)],
        [(0,), (1,), (2,), (3,), (4,)],
    ),
    "least of parallel ones": ([(1, 0, 0), (1, 0, 1), (-2, 0, 3), (0, 0, 0)], [(0, 1, 2, 3)]),
    "mixed": ([(2, 1, 0), (-1, 1, 2), (0, -3, 1), (1, 1, -1)], [(0, 1), (2, 3), (1, 3)]),
}

IN_MORE_VARIABLES: dict[int, tuple[list[tuple[int, ...]], list[tuple[int, ...]]]] = {
    3: ([(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (-1, 2, 0, 1)], [(0, 1), (1, 2, 3), (0, 3)]),
    4: (
        [(1, 0, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 1, 0), (-1, 2, 0, 0, 1)],
        [(0, 1), (1, 2, 3), (3, 4)],
    ),
    5: (
        [*(tuple(int(i == j) for i in range(6)) for j in range(5)), (1, -1, 0, 0, 0, 1)],
        [(0, 1, 2), (2, 3, 4), (0, 4, 5)],
    ),
}

ON_TRIANGLES: dict[str, Triangulation] = {
    "hexagon": (
        [(0, 0), (2, 0), (1, 2), (-1, 2), (-2, 0), (-1, -2), (1, -2)],
        [(0, i, i % 6 + 1) for i in range(1, 7)],
        [1, 0, 3, 0, 2, 0, 1],
    ),
    "square of eight triangles": (
        [(x, y) for y in range(3) for x in range(3)],
        [t for a in (0, 1, 3, 4) for t in ((a, a + 1, a + 4), (a, a + 4, a + 3))],
        [0, 2, 0, 1, 3, -1, 0, 1, 1],
    ),
}

_CUBE: list[tuple[int, ...]] = list(choices((0, 1), repeat=3))

ON_TETRAHEDRA: dict[str, Triangulation] = {
    "cube of six tetrahedra": (
        _CUBE,  # (x, y, z) has the place 4 x + 2 y + z
        [(0, a, a + b, 7) for a, b, _ in permutations((4, 2, 1))],
        [0, 2, 1, 0, 3, 0, 1, 2],
    ),
    "cube of five tetrahedra": (
        _CUBE,
        [(0, 1, 2, 4), (1, 2, 3, 7), (1, 4, 5, 7), (2, 4, 6, 7), (1, 2, 4, 7)],
        [1, 0, 2, 0, -1, 3, 0, 1],
    ),
    "octahedron of eight tetrahedra": (
        [(0, 0, 0), (1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)],
        [(0, *corners) for corners in choices((1, 2), (3, 4), (5, 6))],
        [1, 0, 3, 0, 3, -1, 1],
    ),
}


@check("theorem-fn", Kind.RANDOM, d=(1, 2, 3), forms=Drawn(Integers(-3, 3, "d + 1", "d + 4"), 12))
def few_functions_suffice(d: int, forms: list[Vector]) -> None:
    """The max of d + 4 affine functions by sets of at most d + 1, at all points of a grid."""
    rows = [tuple(form) for form in forms]
    found = few_at_a_time(rows, {frozenset(range(len(rows))): 1})
    require(all(len(places) <= d + 1 for places in found), "a set of more than d + 1 functions")
    for point in choices((-5, -1, 0, 1, 3), repeat=d):
        height = [dot(row, (*point, 1)) for row in rows]
        total = sum(c * max(height[j] for j in places) for places, c in found.items())
        require(total == max(height), f"{total} instead of {max(height)} at {point}")


@check("theorem-fn", Kind.CERTIFICATE, function=Listed(tuple(IN_LATTICE_FORM), called="functions:"))
def networks_on_the_plane(function: str) -> Mapping[str, Value]:
    """The two-layer network is the function on each of the cells into which both cut the plane."""
    network = from_max_min(*IN_LATTICE_FORM[function])
    require(len(network.hidden_widths) == 2, f"hidden layers of {network.hidden_widths}")
    return {f"cells, {function}": certify_by(verify_on_plane, network)}


@check("theorem-fn", Kind.CERTIFICATE, function=Listed(tuple(ON_TRIANGLES), called="functions:"))
def networks_on_triangles(function: str) -> Mapping[str, Value]:
    """The two-layer network is affine on each triangle, with the values at its vertices."""
    return {f"parts, {function}": _parts_of_simplices(ON_TRIANGLES[function])}


@check("theorem-fn", Kind.CERTIFICATE, function=Listed(tuple(ON_TETRAHEDRA), called="functions:"))
def networks_on_tetrahedra(function: str) -> Mapping[str, Value]:
    """The two-layer network is affine on each tetrahedron, with the values at its vertices."""
    return {f"parts, {function}": _parts_of_simplices(ON_TETRAHEDRA[function])}


@check("theorem-fn", Kind.EVERY_CASE, d=tuple(IN_MORE_VARIABLES), x=Vectors((-2, 0, 1), "d"))
def networks_at_points(d: int, x: Sequence[int]) -> None:
    """The two-layer network of a max-min has its values at the points of a grid."""
    pieces, groups = IN_MORE_VARIABLES[d]
    network = from_max_min(pieces, groups)
    require(len(network.hidden_widths) == 2, f"hidden layers of {network.hidden_widths}")
    height = [dot(piece, (*x, 1)) for piece in pieces]
    expected = max(min(height[j] for j in group) for group in groups)
    require(network(x) == expected, f"{network(x)} instead of {expected}")


def _parts_of_simplices(given: Triangulation) -> int:
    network = from_triangulation(*given)
    require(len(network.hidden_widths) == 2, f"hidden layers of {network.hidden_widths}")
    for vertex, value in zip(given[0], given[2], strict=True):
        require(network(vertex) == value, f"{network(vertex)} instead of {value} at {vertex}")
    return certify_by(lambda one: verify_on_simplices(one, *given), network)


@check("theorem-bd", Kind.EVERY_CASE, r=Listed(range(2, 7), called="inputs:"))
def bounds_at_every_call(r: int) -> Mapping[str, Value]:
    """Steps (a), (c), (e) and (f) of the proof at every call; at one of each kind for r > 4."""
    count = 0
    for inputs, p, h in calls(tuple(range(r)), 0, start(r), one_of_all=r > 4):
        d = len(inputs)
        require(all(-(d + 1) <= m <= 0 for m in h.powers()), f"(a): powers {h.powers()}")
        for m, *exponents in h.terms:
            if d < r:
                require(max(exponents) <= 0, f"(c): an exponent of {exponents} is positive")
                require(all(exponents[i] + m >= -r for i in inputs), f"(c): {exponents}, t^{m}")
            require(sum(exponents) + m == -r, f"(e): degree {sum(exponents) + m}, r = {r}")
        if d > 1:
            k, found = parts(inputs, p, h)
            require(_norm(k) <= 2 ** (d - 1) * _norm(h), "(f): k is large")
            for _, k_j in found.values():
                require(_norm(k_j) <= 2 ** (2 * d - 1) * _norm(h), "(f): k_j is large")
            step = lcm(*range(1, d + 1))
            before = lcm(*(c.denominator for c in h.terms.values()))
            after = lcm(*(c.denominator for c in k.terms.values()))
            require(before * step % after == 0, "(b): another prime in the denominator")
        count += 1
    return {f"calls for {r} inputs": count}


def _norm(h: Laurent) -> Fraction:
    return sum(map(abs, h.terms.values()), Fraction(0))


@check("theorem-bd", Kind.EVERY_CASE, n=range(2, 6))
def bounds_of_the_terms(n: int) -> Mapping[str, Value]:
    """Number, exponents, denominators and sum of the terms with the inputs told apart."""
    terms = forest_terms(n)
    require(len(terms) <= ((n + 1) * (2 * n + 1)) ** (n - 1), f"{len(terms)} terms")
    divisor = prod(lcm(*range(1, d + 1)) for d in range(2, n + 1))
    for (forest, form), q in terms.items():
        require(divisor % q.denominator == 0, f"the denominator {q.denominator}")
        require(max(map(abs, form)) <= n, f"the exponents {form}")
        require(sum(form) == -len(forest), f"{form} with {len(forest)} edges")
        require(_components(n, forest) == n - len(forest), f"{forest} is no forest")
    total = sum(map(abs, terms.values()))
    require(total <= factorial(n) * 2 ** (n * n + 3 * n), f"the sum {total}")
    return {f"terms for {n} inputs": len(terms)}


def _components(n: int, edges: Sequence[tuple[int, int]]) -> int:
    colour = list(range(n))
    for a, b in edges:
        colour = [colour[a] if c == colour[b] else c for c in colour]
    return len(set(colour))


# Part II


@check("theorem-lp", Kind.RANDOM, n=range(3, 8), phi=Drawn(Members(3), 60))
def few_pairs_are_killed(n: int, phi: Member) -> None:
    """With n - 3 pairs the mixed difference of the absolute value is 0."""
    found = mixed_difference(n, phi.bound(), lambda x: abs(phi(x)))
    require(found == 0, f"it is {found}")


@check("theorem-lp", Kind.EVERY_CASE, n=range(3, 10), big_b=Listed((2, 3, 7), called="B ="))
def the_maximum_is_not(n: int, big_b: int) -> None:
    """The mixed difference of the maximum is (-1)^(n - 1) 2 B; that of a pair is 0."""
    found = mixed_difference(n, big_b, max)
    require(found == (-1) ** (n - 1) * 2 * big_b, f"it is {found}")
    require(mixed_difference(n, big_b, lambda x: max(x[0], x[1])) == 0, "of a pair it is not 0")


@check("lemma-fo", Kind.RANDOM, n=range(3, 7), phi=Drawn(Members(2), 200), collect=add)
def only_forests_contribute(n: int, phi: Member) -> Mapping[str, Value]:
    """With n - 2 pairs the mixed difference is 0 but for the forests of the lemma."""
    found = mixed_difference(n, phi.bound(), lambda x: abs(phi(x)))
    if found:
        require(_is_stated_forest(n, phi), f"the pairs {phi.pairs} contribute {found}")
    return {"that contribute": int(bool(found))}


@check("lemma-hf", Kind.EVERY_CASE, n=range(2, 5), x=Vectors((-2, 0, 1, 3), "n"))
@check("lemma-hf", Kind.RANDOM, n=(5,), x=Drawn(Integers(-9, 9, "n"), 3))
def half_of_the_pairs(n: int, x: Sequence[int]) -> None:
    """With half of the edges of each forest replaced the terms give the maximum."""
    total = Fraction(0)
    for (plus, minus, form), q in _halved(n).items():
        sides = len(plus), len(minus)
        require(max(sides) <= n // 2, f"{sides} pairs on the sides")
        value = sum(c * entry for c, entry in zip(form, x, strict=True))
        value += sum(max(x[a], x[b]) for a, b in plus) - sum(max(x[a], x[b]) for a, b in minus)
        total += q * abs(value)
    require(total / 2 == max(x) - Fraction(sum(x), n), f"the terms add up to {total / 2}")


Sides = tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...], tuple[int, ...]]
"""Pairs with a plus sign, pairs with a minus sign, and the coefficients of the linear form."""


@cache
def _halved(n: int) -> dict[Sides, Fraction]:
    """The terms of the recursion, the later half of each forest's edges replaced."""
    found: dict[Sides, Fraction] = defaultdict(Fraction)
    for (forest, form), q in forest_terms(n).items():
        kept = len(forest) - len(forest) // 2
        for picks in choices(range(3), repeat=len(forest) - kept):
            minus, powers, sign = [], list(form), 1
            for (a, b), pick in zip(forest[kept:], picks, strict=True):
                # exp(max) is X_a, plus X_b, minus X_a X_b exp(-max).
                powers[a] += pick in (0, 2)
                powers[b] += pick in (1, 2)
                if pick == 2:
                    minus.append((a, b))
                    sign = -sign
            found[forest[:kept], tuple(minus), tuple(powers)] += sign * q
    return found


def _is_stated_forest(n: int, phi: Member) -> bool:
    down = [sum(1 for _, j, _ in phi.pairs if j == top) for top in range(n)]
    return down[1] + down[2] == 1 and all(entry == 1 for entry in down[3:])


def mixed_difference(n: int, big_b: int, f: Callable[[Sequence[int]], int]) -> int:
    """D_n f: the sum over all signs of their product times f at the points (e_i B^i)."""
    total = 0
    for signs in choices((1, -1), repeat=n):
        total += prod(signs) * f([e * big_b**i for i, e in enumerate(signs, start=1)])
    return total


# Part III


@check("theorem-cp", Kind.RANDOM, d=(2, 3, 4), basis=Drawn(Integers(-3, 3, "d", "d"), 8))
def transforms_of_pyramids(d: int, basis: list[Vector]) -> None:
    """The transform of a cube pyramid, by its cones and by finer ones, is the formula E."""
    size = abs(determinant([list(e) for e in basis]))
    if not size:
        return
    cones = pyramid([tuple(e) for e in basis])
    xi = [Fraction(101, 7), Fraction(57, 11), Fraction(-23, 13), Fraction(211, 17)][:d]
    t, *others = (dot(xi, e) for e in basis)
    expected = size / t**2 * prod((1 / (y + t) - 1 / y for y in others), start=Fraction(1))
    require(transform(cones, xi) == expected, "the cones give something else")
    require(transform(refined(cones), xi) == expected, "finer cones give something else")
    for cone in cones:  # these are the function's cones: its values there are right
        for generator, value in cone:
            y0, *rest = coordinates(basis, generator)
            height = y0 - sum((max(y, Fraction(0)) for y in rest), Fraction(0))
            require(max(height, Fraction(0)) == value, "another function")


@check("theorem-cp", Kind.RANDOM, d=(2, 3, 4), forms=Drawn(Integers(-4, 4, "d", "d + 1"), 8))
def transforms_of_simplices(d: int, forms: list[Vector]) -> None:
    """That of a maximum of d + 1 forms is one constant over the product of its rays."""
    first, *rest = forms
    if not determinant([[a - b for a, b in zip(form, first, strict=True)] for form in rest]):
        return
    rays, cones = simplex([tuple(form) for form in forms])
    constants = set()
    for shift in range(3):
        xi = [Fraction(101 + shift, 7), Fraction(57, 11), Fraction(-23, 13 + shift)]
        xi = [*xi, Fraction(211, 17)][:d]
        constants.add(transform(cones, xi) * prod(dot(xi, ray) for ray in rays))
    require(len(constants) == 1 and 0 not in constants, f"the constants {constants}")


@check(
    "theorem-cp",
    Kind.RANDOM,
    q=range(1, 6),
    nu=Listed(range(1, 6), called="ν ="),
    at=Drawn(Integers(1, 400, 6), 3),
)
def cells_of_a_simplex(q: int, nu: int, at: list[int]) -> None:
    """Identity (2): the simplex nu D^q, cut at the integers, is the sum of its cells."""
    t = Fraction(at[0], 7)
    steps = [Fraction(entry, 11) for entry in at[1 : q + 1]]
    xi = [sum(steps[i:], Fraction(0)) for i in range(q)]
    left = nu / (t * (nu * t + xi[0]) * prod(steps))
    require(dissected(t, xi, nu) == left, "the cells give something else")


# Part IV

_CELLS = ((4, 1), (5, 1), (5, 2), (6, 1), (6, 2))


@check(
    "theorem-lo", Kind.EVERY_CASE, cell=Titled({(n, K): f"n = {n} with K = {K}" for n, K in _CELLS})
)
def conditions_predict_the_ranks(cell: tuple[int, int]) -> Mapping[str, Value]:
    """Modulo a prime the conditions, up to degree n - 2, allow as much as all templates span."""
    n, K = cell
    known = {(s.n, s.K): s.rank for s in recorded_spans()}
    found = predicted_rank(n, K, n - 2)
    require(found == known[n, K], f"{found} instead of {known[n, K]}")
    return {f"rank for {n} inputs, {counted(K, 'pair', 'pairs')} a side": found}
