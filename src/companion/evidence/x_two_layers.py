"""Two hidden layers for the max of five to ten numbers: our identities, and what they give."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from operator import add
from random import Random
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from companion.checking import Kind, Value, certify_by, check, require
from companion.checking.domains import Draw, Drawn, Given, Vectors
from companion.search.modular import ModularSpan
from companion.search.simple import is_simple, simple_kinds
from companion.search.spans import recorded_spans, span_of_templates
from companion.search.vectors import ConeCoordinates
from maxpooling.errors import CertificateError
from maxpooling.networks import max_network_matrices
from maxpooling.two_layers import (
    INPUTS,
    Identity,
    PairTerm,
    Template,
    Term,
    identity,
    images,
    verify,
)
from maxpooling.two_layers.grid import holds_on_grid
from maxpooling.two_layers.identity import Goal

_MAX_OF_PAIRS = {3: Template([(0, 1)], [(2, 2)]), 4: Template([(0, 1)], [(2, 3)])}
"""For so many inputs, a comparison of two pairs that is their maximum."""


@dataclass(frozen=True)
class Combinations(Draw):
    """Symmetric combinations for n inputs, of which some are the maximum and some are not.

    Each starts with the maximum of all inputs and adds, with factors that are drawn, comparisons
    with a pair on both sides less the comparisons and pairs that they come to, which changes
    nothing. With chance 1/2 a part of one comparison is then exchanged for another of the same
    size, which changes something unless the two are the same function.
    """

    pairs: int = 2

    def __call__(self, random: Random, given: Given) -> Identity:
        """One combination for the earlier argument n."""
        n = given["n"]
        terms, pairs = [_term(n, Fraction(1), _MAX_OF_PAIRS[n])], []
        for _ in range(random.randint(1, 2)):
            smaller, common = self._template(random, n), self._pair(random, n)
            larger = Template((*smaller.first, common), (*smaller.second, common))
            factor = Fraction(random.randint(1, 9), random.randint(1, 4))
            terms += [_term(n, factor, larger), _term(n, -factor, smaller)]
            pairs.append(PairTerm(-factor, common))
        if random.random() < 0.5:
            factor = Fraction(random.choice((-1, 1)), random.randint(1, 9))
            terms.append(_term(n, factor, self._template(random, n)))
            terms.append(_term(n, -factor, self._template(random, n)))
        return Identity((n,), tuple(pairs), tuple(terms))

    def _template(self, random: Random, n: int) -> Template:
        first, second = ([self._pair(random, n) for _ in range(self.pairs)] for _ in range(2))
        return Template(first, second)

    def _pair(self, random: Random, n: int) -> tuple[int, int]:
        return random.randrange(n), random.randrange(n)

    @property
    def words(self) -> str:
        """``symmetric combinations of comparisons of 2 or 3 pairs, each changed with ...``."""
        sizes = f"{self.pairs} or {self.pairs + 1}"
        return (
            f"symmetric combinations of comparisons of {sizes} pairs, each changed with chance 1/2"
        )


@check(
    "theorem-p",
    Kind.RANDOM,
    n=(3, 4),
    combination=Drawn(Combinations(), 100),
    x=Vectors(range(5), "n", rows=True),
    collect=add,
)
def which_identities_hold(
    n: int, combination: Identity, x: NDArray[np.int64]
) -> Mapping[str, Value]:
    """The proof accepts a combination iff it is the maximum of the n numbers on the whole grid."""
    values = np.unique(x).tolist()
    require(len(x) == len(values) ** n, f"{len(x)} vectors are not the whole grid")
    equal = _holds(partial(holds_on_grid, values=values), combination)
    accepted = _holds(verify, combination)
    require(accepted == equal, f"accepted is {accepted}, equal to the maximum is {equal}")
    return {"equal to the maximum": int(equal), "not equal": int(not equal)}


@check("theorem-q", Kind.CERTIFICATE, n=(5,), collect=add)
def five_inputs(n: int) -> Mapping[str, Value]:
    """Seven neurons suffice for five inputs: every kink cancels on every cone."""
    five = identity(n)
    found = certify_by(verify, five)
    require(five.comparisons == 7, f"there are {five.comparisons} comparisons")
    return {"neurons": five.comparisons, "cones": found.cones}


@check("theorem-q", Kind.EVERY_CASE, x=Vectors((0, 1, 2, 4), 5))
def five_inputs_on_a_grid(x: Sequence[int]) -> None:
    """The identity for five inputs, evaluated."""
    found = identity(5)(x)
    require(found == max(x), f"the right side is {found}")


@check("theorem-r", Kind.CERTIFICATE, n=(6, 7, 8), goal=get_args(Goal), collect=add)
def six_seven_eight(n: int, goal: Goal) -> Mapping[str, Value]:
    """The identities for six, seven and eight inputs, with two or three pairs on a side, proved."""
    one = identity(n, goal)
    require(one.pairs_per_side == {6: 2}.get(n, 3), f"{one.pairs_per_side} pairs on a side")
    found = certify_by(verify, one)
    return {"linear forms": found.forms, "kinks that cancel": found.kinks}


@check("theorem-t", Kind.CERTIFICATE, n=(9, 10), collect=add)
def nine_and_ten(n: int) -> Mapping[str, Value]:
    """The identities for nine and ten inputs, proved; simple graphs, four pairs a side."""
    one = identity(n, "symmetric")
    require(one.pairs_per_side == 4, f"{one.pairs_per_side} pairs on a side")
    require(all(is_simple(term.template) for term in one.terms), "a template is not simple")
    found = certify_by(verify, one)
    return {"linear forms": found.forms, "kinks that cancel": found.kinks}


@check("theorem-t", Kind.EVERY_CASE, n=(9, 10), x=Vectors((0, 1, 3), "n", rows=True))
def nine_and_ten_on_a_grid(n: int, x: NDArray[np.int64]) -> None:
    """The same identities, evaluated at all these vectors in another way."""
    values = np.unique(x).tolist()
    found = certify_by(partial(holds_on_grid, values=values), identity(n, "symmetric"))
    require(found == len(x), f"{found} vectors instead of {len(x)}")


@check("simple-graphs", Kind.EVERY_CASE, n=range(5, 9))
def simple_graphs(n: int) -> Mapping[str, Value]:
    """All templates without loops and repeated pairs span the maximum, modulo a prime."""
    K = _fewest_pairs(n)
    coordinates = ConeCoordinates((n,), K)
    span = ModularSpan(coordinates.size)
    span.add(coordinates.pair_max((0, 1))[None])
    kinds = [kind for k in range(1, K + 1) for kind in simple_kinds(n, k)]
    span.add(np.stack([coordinates.absolute_difference(kind.template) for kind in kinds]))
    require(not span.reduce(coordinates.maximum()[None]).any(), "the maximum is not in the span")
    return {f"rank, n = {n}": span.rank}


@check("least-pairs", Kind.EVERY_CASE, n=range(5, 10))
def least_pairs(n: int) -> Mapping[str, Value]:
    """Fewer than K = 2, 2, 3, 3, 4 pairs a side miss the maximum of 5 to 9 inputs, modulo a prime.

    All templates are tried. That K pairs do is known from the identities, and from a record.
    """
    K = _fewest_pairs(n)
    recorded = {(span.n, span.K): span for span in recorded_spans()}
    require(identity(n).pairs_per_side == K, f"the identity has {identity(n).pairs_per_side} pairs")
    require(recorded[n, K].max_in_span, f"with {K} pairs it is not in the span")
    short = span_of_templates(n, K - 1)
    require(short == recorded[n, K - 1], f"with {K - 1} pairs another span is recorded")
    require(short.finished and not short.max_in_span, f"{K - 1} pairs suffice")
    return {f"rank, n = {n}": short.rank}


@check("denominators", Kind.EVERY_CASE, n=INPUTS)
def even_denominators(n: int) -> Mapping[str, Value]:
    """The known bounds force 2 into the denominators, and for ten inputs 3: both occur."""
    found = identity(n).denominator_per_image
    require(found % 2 == 0, f"the denominator {found} is odd")
    require(n != 10 or found % 3 == 0, f"the denominator {found} is no multiple of 3")
    return {f"common denominator, n = {n}": found} if n <= 8 else {}


@check("theorem-s", Kind.EVERY_CASE, d=(9,))
def nine_inputs_in_three_layers(d: int) -> Mapping[str, Value]:
    """A 3x3 pool in three hidden layers has fewer neurons than Lemma 1's four: 40 against 45."""
    from maxpooling.layers.max_networks import three_layer_max

    widths = three_layer_max(d).hidden_widths
    lemma = [len(weights) for weights in max_network_matrices(d)[:-1]]
    require(tuple(widths) == (15, 16, 9), f"the layers have {widths} neurons")
    require(sum(widths) < sum(lemma), f"{sum(widths)} neurons are no fewer than {sum(lemma)}")
    require(len(lemma) == 4, f"Lemma 1 has {len(lemma)} layers")
    return {"three layers": sum(widths), "Lemma 1": sum(lemma)}


def _holds(test: Callable[[Identity], object], combination: Identity) -> bool:
    """Whether a test lets a combination pass."""
    try:
        test(combination)
    except CertificateError:
        return False
    return True


def _fewest_pairs(n: int) -> int:
    """The least K that we know of: 2, 2, 3, 3, 4, 4 for five to ten inputs."""
    return (n + 1) // 2 - 1


def _term(n: int, factor: Fraction, template: Template) -> Term:
    """``factor`` times the average of the images of a template under all renamings."""
    return Term(factor, template, sum(1 for _ in images(template, (n,))))
