"""The best estimator known with a constant and at most so many subpool maxes, whichever they are.

Candidates are families of our Theorems Z and AA: what misses one input each, planes and parts of
planes, the lines and planes of a space, all subpools of the largest orders, what a search found for
up to five inputs, and products of these on disjoint groups of inputs. Which of them is the best for
each number of maxes is computed once for each d.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from itertools import combinations
from math import comb

from maxpooling.approximation.blocks import LARGEST, SparseApproximation, from_terms, mask_of
from maxpooling.approximation.closed_forms import subpool_count, top_orders
from maxpooling.approximation.families import family_terms, moebius, union_closure
from maxpooling.approximation.planes import affine_plane, complements, projective_space
from maxpooling.approximation.sparse_record import Design, most_inverse_error, read_record
from maxpooling.approximation.uniform import best_uniform
from maxpooling.arguments import check_integer

Terms = dict[int, Fraction]


@dataclass(frozen=True)
class Candidate:
    """A combination that is made when it is asked for.

    Attributes:
        inputs: of its pool.
        count: number of subpool maxes.
        inverse_error: 1/E.
        make: its c_I of :func:`maxpooling.approximation.blocks.from_terms`; the constant's and the
            whole pool's are among them.
    """

    inputs: int
    count: int
    inverse_error: Fraction
    make: Callable[[], Terms]


def sparse_uniform(d: int, count: int) -> SparseApproximation:
    """The best estimator known with a constant and at most ``count`` subpool maxes of d inputs.

    Unlike :func:`best_uniform` it does not take all subpools of an order, but chosen ones. For d <=
    5 the error is the least of all choices and weights, for every count; for larger d where count
    is at most 11 or all 2^d - 2 (Theorem AA); elsewhere it is the best known, mostly of families of
    Theorem Z, and ``proved`` says so. With more inputs than count the least error is that of count
    inputs: 1/(2 count) up to 11.

    Args:
        d: pool size, 1 <= d <= 16.
        count: number of subpool maxes, at least 0; it is not always used up.

    Returns:
        Subpools with weights, constant and error as fractions. The first call for a d compares the
        candidates, which takes about a second for 16; making one visits all 2^d vertices.

    Raises:
        ValueError: if d or count is not an integer in its range.

    Examples:
        >>> [sparse_uniform(3, count).error for count in (1, 2, 3, 5, 6)]
        [Fraction(1, 2), Fraction(1, 4), Fraction(1, 6), Fraction(1, 6), Fraction(1, 8)]
        >>> sparse_uniform(9, 21).error, sparse_uniform(9, 21).proved  # the affine plane
        (Fraction(1, 50), False)
        >>> sparse_uniform(5, 20).error, sparse_uniform(5, 20).proved
        (Fraction(1, 25), True)
    """
    d = check_integer("d", d, 1, LARGEST)
    count = check_integer("count", count, 0, 2**LARGEST)
    best = max((c for c in front(d) if c.count <= count), key=lambda c: c.inverse_error)
    proved = most_inverse_error(d, min(count, 2**d - 2)) == best.inverse_error
    return from_terms(d, _grouped(best, d), proved=proved)


def least_counts(d: int) -> dict[Fraction, int]:
    """Every error that is the best known for some number of subpool maxes -> the least number.

    Args:
        d: pool size, 1 <= d <= 16.

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> {str(error): count for error, count in least_counts(3).items()}
        {'1/2': 0, '1/4': 2, '1/6': 3, '1/8': 6}
    """
    return {1 / c.inverse_error: c.count for c in front(check_integer("d", d, 1, LARGEST))}


@cache
def front(d: int) -> tuple[Candidate, ...]:
    """The candidates for d inputs that no other beats, by number of subpool maxes.

    Fewer inputs do as well: a group of inputs takes the place of one.
    """
    found = [*_families(d), *(front(d - 1) if d > 1 else ())]
    for left in range(1, d // 2 + 1):
        found += [
            _product(a, b)
            for a in front(left)
            for b in front(d - left)
            if a.inputs == left and b.inputs == d - left
        ]
    best: list[Candidate] = []
    for candidate in sorted(found, key=lambda c: (c.count, -c.inverse_error)):
        if not best or candidate.inverse_error > best[-1].inverse_error:
            best.append(candidate)
    return tuple(best)


def _families(d: int) -> Iterator[Candidate]:
    """On d inputs, all of them in use."""
    if d == 1:
        yield Candidate(1, 0, Fraction(2), _of_one_input)
        return
    for s in range(1, d):
        orders = range(d - s, d)
        error = top_orders(d, s, intercept=True)
        yield Candidate(d, subpool_count(d, orders), 1 / error, partial(_of_orders, d, s))
    record = read_record()
    yield from (_of_design(design) for design in record.designs if design.inputs == d)
    for inputs, lines in record.partial_planes:
        if inputs == d:
            yield from _of_lines(d, lines)
    if d in (9, 16):
        yield from _of_lines(d, [mask_of(line) for line in affine_plane(int(d**0.5))])
    for points in record.points_of_space:
        if len(points) == d:
            yield _of_space(points)


def _of_one_input() -> Terms:
    """One half, in the place of x."""
    return {0: Fraction(-1, 2), 1: Fraction(1)}


def _of_orders(d: int, s: int) -> Terms:
    """All subpools of the s largest orders, each order with the weights of its optimum."""
    best = best_uniform(d, (0, *range(d - s, d)))
    weights = {r: beta / comb(d, r) for r, beta in best.coefficients.items() if r > 0}
    terms = {mask_of(I): -w for r, w in weights.items() for I in combinations(range(d), r)}
    whole = {(1 << d) - 1: Fraction(1)}
    return {0: best.coefficients[0] - 1 - sum(terms.values()), **terms, **whole}


def _of_design(design: Design) -> Candidate:
    terms = design.terms()
    used = len(terms) - 2
    return Candidate(design.inputs, used, _inverse_error(design), design.terms)


def _inverse_error(design: Design) -> Fraction:
    """The subpool that misses input i alone has E (1 - h) of its weight; the origin gives 1/E."""
    slopes = sum((w * (1 - flat.bit_count()) for flat, w in design.flats.items()), Fraction(0))
    return 1 + design.inputs + design.constant * (1 - design.inputs) + slopes


def _of_lines(d: int, lines: Iterable[int]) -> Iterator[Candidate]:
    """The first one, two, ... of lines that meet in at most one input: weights -2 and 1 E."""
    used: dict[int, Fraction] = {}
    for line in lines:
        used[line] = Fraction(-2)
        design = Design(d, Fraction(1), dict(used))
        if _inverse_error(design) > 2 * d:
            yield Candidate(d, d + len(used), _inverse_error(design), design.terms)


def _of_space(points: tuple[int, ...]) -> Candidate:
    """What misses a point, or a line or plane, of the space with all but these points deleted."""
    place = {point: i for i, point in enumerate(points)}
    flats = {
        tuple(sorted(place[point] for point in flat if point in place))
        for flats in projective_space()
        for flat in flats
    }
    large = tuple(flat for flat in sorted(flats) if 1 < len(flat) < len(points))
    family = union_closure(len(points), complements(len(points), large))
    total = sum(abs(mu) for mu in moebius(family).values())
    return Candidate(len(points), len(family) - 2, Fraction(total), partial(family_terms, family))


def _product(a: Candidate, b: Candidate) -> Candidate:
    """Differences from the maximum multiply on disjoint inputs, and so do errors (product rule)."""

    def make() -> Terms:
        first, second = a.make(), b.make()
        return {
            mask | other << a.inputs: c * e
            for mask, c in first.items()
            for other, e in second.items()
        }

    count = (a.count + 2) * (b.count + 2) - 2
    return Candidate(a.inputs + b.inputs, count, a.inverse_error * b.inverse_error, make)


def _grouped(candidate: Candidate, d: int) -> Terms:
    """Each input of the candidate becomes a group of inputs of the pool, as even as can be."""
    g = candidate.inputs
    groups = [mask_of(range(i * d // g, (i + 1) * d // g)) for i in range(g)]
    return {
        sum(group for i, group in enumerate(groups) if mask >> i & 1): c
        for mask, c in candidate.make().items()
    }
