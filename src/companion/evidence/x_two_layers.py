"""Two hidden layers for the max of five to ten numbers: our identities, and what they give."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from operator import add, mul
from random import Random

import numpy as np
from numpy.typing import NDArray

from companion.checking import Kind, Value, certify_by, check, each, require
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
from companion.search.modular import ModularSpan
from companion.search.simple import is_simple, simple_kinds
from companion.search.spans import span_of_templates
from companion.search.vectors import ConeCoordinates
from maxpooling.errors import CertificateError
from maxpooling.networks import (
    most_inputs,
    smallest_max_network,
    substituted_network,
    two_layer_network,
)
from maxpooling.networks.smallest import GROUPS
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

_GOALS: Mapping[Goal, str] = {
    "neurons": "the fewest neurons",
    "symmetric": "the fewest of the symmetric ones",
    "denominators": "the least denominators",
}


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

    def words(self, count: int) -> str:
        """``100 random symmetric combinations of comparisons of 2 or 3 pairs, each ...``."""
        what = counted(count, "random symmetric combination", "random symmetric combinations")
        sizes = f"{self.pairs} or {self.pairs + 1}"
        return f"{what} of comparisons of {sizes} pairs, each changed with chance 1/2"


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
    """Seven comparisons suffice for five inputs: every kink cancels on every cone.

    They are nine neurons, for two more carry what is linear.
    """
    five = identity(n, "denominators")
    found = certify_by(verify, five)
    require(five.comparisons == 7, f"there are {five.comparisons} comparisons")
    neurons = two_layer_network(n).hidden_widths[1]
    require(neurons == 9, f"there are {neurons} neurons")
    return {"comparisons": five.comparisons, "neurons": neurons, "cones": found.cones}


@check("theorem-q", Kind.CERTIFICATE, n=(5,), collect=add)
def six_comparisons(n: int) -> Mapping[str, Value]:
    """So do six, on every cone; they read eight pairs, and the neurons of both layers are more."""
    five = identity(n, "neurons")
    found = certify_by(verify, five)
    require(five.comparisons == 6, f"there are {five.comparisons} comparisons")
    sides = [side for one in five.terms for side in (one.template.first, one.template.second)]
    pairs = {pair for side in sides for pair in side if pair[0] != pair[1]}
    require(len(pairs) == 8, f"{len(pairs)} pairs are read")
    return {"comparisons": five.comparisons, "cones": found.cones}


@check("theorem-q", Kind.EVERY_CASE, x=Vectors((0, 1, 2, 4), 5))
def five_inputs_on_a_grid(x: Sequence[int]) -> None:
    """Both identities for five inputs, evaluated."""
    for goal in ("denominators", "neurons"):
        found = identity(5, goal)(x)
        require(found == max(x), f"the right side is {found} with {goal} as goal")


@check(
    "theorem-r",
    Kind.CERTIFICATE,
    n=(6, 7, 8),
    goal=Titled(_GOALS, called="identities with"),
    collect=add,
)
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
    return {f"rank for {n} inputs": span.rank}


@check("least-pairs", Kind.EVERY_CASE, n=range(5, 10))
def least_pairs(n: int) -> Mapping[str, Value]:
    """Fewer than K = 2, 2, 3, 3, 4 pairs a side miss the maximum of 5 to 9 inputs, modulo a prime.

    All templates are tried, here and now. That K pairs do is what the identities show.
    """
    K = _fewest_pairs(n)
    require(identity(n).pairs_per_side == K, f"the identity has {identity(n).pairs_per_side} pairs")
    short = span_of_templates(n, K - 1)
    require(short.finished and not short.max_in_span, f"{K - 1} pairs suffice")
    return {f"rank for {n} inputs": short.rank}


@check("denominators", Kind.EVERY_CASE, n=INPUTS)
def even_denominators(n: int) -> Mapping[str, Value]:
    """The known bounds force 2 into the denominators, and for ten inputs 3: both occur."""
    found = identity(n).denominator_per_image
    require(found % 2 == 0, f"the denominator {found} is odd")
    require(n != 10 or found % 3 == 0, f"the denominator {found} is no multiple of 3")
    return {f"common denominator for {n} inputs": found} if n <= 8 else {}


@check("theorem-s", Kind.EVERY_CASE, d=range(9, 19), collect=each)
def three_layers(d: int) -> Mapping[str, Value]:
    """Three hidden layers for 9 to 18 numbers: more neurons than rounds of pairs, exact at corners.

    Compared with the leanest networks of four or five layers that we know, not with padded ones.
    """
    network, rounds = smallest_max_network(d, 3), smallest_max_network(d)
    require(len(network.hidden_widths) == 3, f"{len(network.hidden_widths)} layers")
    require(len(rounds.hidden_widths) == (d - 1).bit_length(), "other rounds")
    require(network.neurons > rounds.neurons, f"{network.neurons} are no more than rounds take")
    corners = np.array([[1 << k >> i & 1 for i in range(d)] for k in range(d)])
    for x in (corners, -corners, 1 - corners):
        found = network.numerators(x)
        require(bool((found == network.denominator * x.max(axis=1)).all()), "another maximum")
    return {f"neurons for {d} inputs": f"{network.neurons} ({rounds.neurons} in rounds)"}


@check("theorem-s", Kind.RANDOM, d=range(9, 19), x=Drawn(Integers(-99, 99, "d"), 200, rows=True))
@check("theorem-s", Kind.RANDOM, d=range(9, 19), x=Drawn(Integers(-1, 1, "d"), 200, rows=True))
def three_layers_are_exact(d: int, x: NDArray[np.int64]) -> None:
    """They give the maximum of every row of x, in whole numbers."""
    network = smallest_max_network(d, 3)
    found = network.numerators(x)
    require(bool((found == network.denominator * x.max(axis=1)).all()), "another maximum")


@check("theorem-su", Kind.RANDOM, d=range(11, 19), x=Drawn(Integers(-99, 99, "d"), 200, rows=True))
def identity_over_groups(d: int, x: NDArray[np.int64]) -> None:
    """An identity over groups of inputs is the maximum of every row of x, in whole numbers.

    With h the size of the largest group, two hidden layers for 2h numbers give three for d, which
    is at most h times the number of groups.
    """
    groups = GROUPS[d]
    require(sum(groups) == d <= max(groups) * len(groups), f"{sum(groups)} inputs in the groups")
    network = substituted_network(groups)
    require(len(network.hidden_widths) == 3, f"{len(network.hidden_widths)} layers")
    found = network.numerators(x)
    require(bool((found == network.denominator * x.max(axis=1)).all()), "another maximum")


@check("theorem-su", Kind.EVERY_CASE, layers=Listed(range(2, 21), called="hidden layers:"))
def numbers_of_inputs(layers: int) -> None:
    """Ten in two layers, five times as many with each further one, more than 3^(layers-1) + 2."""
    before = 10
    for _ in range(layers - 2):
        before = 10 * (before // 2)
    require(most_inputs(layers) == before == 10 * 5 ** (layers - 2), f"{most_inputs(layers)}")
    require(before > max(2**layers, 3 ** (layers - 1) + 2), "no more than was known")


@check(
    "lemma-ol",
    Kind.EVERY_CASE,
    t=range(-3, 4),
    w=Vectors(range(-3, 4), 3, called="w:"),
    b=range(-3, 4),
)
def second_differences(t: int, w: tuple[int, int, int], b: int) -> None:
    """What tells the max from one hidden layer, for every neuron of small weights.

    D f(t) = f(1, -1, t) + f(-1, 1, t) - 2 f(0, 0, t) is 2 for the max at t <= 0 and 0 at t >= 1.
    For a neuron it is the same at t and -t, as soon as |w_3 t| >= |w_1 - w_2| + |b|.
    """

    def difference(f: Callable[[int, int, int], int], at: int) -> int:
        return f(1, -1, at) + f(-1, 1, at) - 2 * f(0, 0, at)

    maximum = difference(lambda *x: max(x), t)
    require(maximum == (0 if t >= 1 else 2), f"of the maximum it is {maximum}")

    def neuron(*x: int) -> int:
        return _relu(sum(map(mul, w, x)) + b)

    far = t if w[2] == 0 else t * (abs(w[0] - w[1]) + abs(b))
    require(difference(neuron, far) == difference(neuron, -far), f"it differs at {far} and {-far}")


def _relu(z: int) -> int:
    return max(z, 0)


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
