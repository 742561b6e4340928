"""Two hidden layers for the max of five to ten numbers: our identities, and what they give."""

from itertools import product
from typing import Literal

import numpy as np

from companion.evidence.result import CheckResult, require
from companion.search.modular import ModularSpan
from companion.search.simple import is_simple, simple_kinds
from companion.search.spans import recorded_spans, span_of_templates
from companion.search.vectors import ConeCoordinates
from maxpooling.networks import max_network_matrices
from maxpooling.two_layers import INPUTS, identity, verify
from maxpooling.two_layers.grid import holds_on_grid


def five_inputs() -> CheckResult:
    """Seven neurons suffice for five inputs: exact proof, and every vector of a small grid."""
    five = identity(5)
    found = verify(five)
    grid = list(product((0, 1, 2, 4), repeat=5))
    require(all(five(x) == max(x) for x in grid), "the identity for five fails on the grid")
    return CheckResult(
        "theorem-q",
        "exact certificate",
        "n = 5 on all cones, and on a grid",
        {"neurons": five.comparisons, "cones": found.cones, "grid points": len(grid)},
    )


def six_seven_eight() -> CheckResult:
    """The fewest-neuron identity for six and the symmetric ones for seven and eight, proved."""
    goals: dict[int, Literal["neurons", "symmetric"]] = {
        6: "neurons",
        7: "symmetric",
        8: "symmetric",
    }
    forms = {n: verify(identity(n, goal)).forms for n, goal in goals.items()}
    return CheckResult(
        "theorem-r",
        "exact certificate",
        "n = 6, 7, 8, every kink on every cone",
        {f"linear forms, n = {n}": count for n, count in forms.items()},
    )


def nine_and_ten() -> CheckResult:
    """Nine and ten inputs: the proofs recorded for these very files, and all vectors of a grid."""
    values: dict[str, int | float] = {}
    for n in (9, 10):
        values[f"kinks, n = {n}"] = verify(identity(n, "symmetric")).kinks
        values[f"grid points, n = {n}"] = holds_on_grid(identity(n, "symmetric"), (0, 1, 3))
    return CheckResult(
        "theorem-t",
        "exact certificate",
        "n = 9, 10: recorded proofs of these files, and all vectors with entries 0, 1, 3",
        {**values},
    )


def simple_graphs() -> CheckResult:
    """Templates without loops and repeated pairs are enough, for five to ten inputs."""
    ranks = {}
    for n, K in ((5, 2), (6, 2), (7, 3), (8, 3)):
        coordinates = ConeCoordinates((n,), K)
        span = ModularSpan(coordinates.size)
        span.add(coordinates.pair_max((0, 1))[None])
        kinds = [kind for k in range(1, K + 1) for kind in simple_kinds(n, k)]
        span.add(np.stack([coordinates.absolute_difference(kind.template) for kind in kinds]))
        require(not span.reduce(coordinates.maximum()[None]).any(), f"n={n}: not in the span")
        ranks[f"rank, n = {n}"] = span.rank
    for n in (9, 10):
        terms = identity(n, "symmetric").terms
        require(all(is_simple(term.template) for term in terms), f"n={n}: not simple")
    return CheckResult(
        "simple-graphs",
        "enumeration",
        "all simple templates modulo a prime for n = 5 to 8; the identities for n = 9, 10",
        {**ranks},
    )


def least_pairs() -> CheckResult:
    """K - 1 pairs a side do not reach the max, modulo a prime; K pairs do.

    What K - 1 pairs miss for nine inputs was computed once (it takes a minute).
    """
    recorded = {(span.n, span.K): span for span in recorded_spans()}
    for n, K in ((5, 2), (6, 2), (7, 3), (8, 3)):
        require(recorded[n, K].max_in_span, f"n={n}: not in the span with K={K}")
        short = span_of_templates(n, K - 1)
        require(short == recorded[n, K - 1], f"n={n}, K={K - 1}: another span than recorded")
        require(short.finished and not short.max_in_span, f"n={n}: K={K - 1} suffices")
    require(not recorded[9, 3].max_in_span, "n=9: K=3 suffices")
    require(identity(9).pairs_per_side == identity(10).pairs_per_side == 4, "n=9, 10: K is not 4")
    return CheckResult("least-pairs", "enumeration", "all templates of K - 1 pairs, n = 5 to 9")


def even_denominators() -> CheckResult:
    """The known bounds force 2 into the denominators, and for ten inputs 3: both occur."""
    found = {n: identity(n).denominator_per_image for n in INPUTS}
    require(all(value % 2 == 0 for value in found.values()), f"an odd denominator: {found}")
    require(found[10] % 3 == 0, "n=10: no denominator is a multiple of 3")
    return CheckResult(
        "denominators",
        "exact certificate",
        "every weight of the second hidden layer",
        {f"common denominator, n = {n}": found[n] for n in INPUTS if n <= 8},
    )


def nine_inputs_in_three_layers() -> CheckResult:
    """A 3x3 pool in three hidden layers has fewer neurons than Lemma 1's four: 40 against 45."""
    from maxpooling.layers import three_layer_max

    ours = sum(three_layer_max(9).hidden_widths)
    theirs = sum(len(weights) for weights in max_network_matrices(9)[:-1])
    require(ours < theirs, f"{ours} neurons are no fewer than {theirs}")
    return CheckResult(
        "theorem-s",
        "enumeration",
        "numbers of neurons of both networks for nine inputs",
        {"three layers": ours, "Lemma 1": theirs},
    )
