"""Two hidden layers for the max of five to eight numbers: our identities, and what they give."""

from itertools import product
from typing import Literal

from maxpooling.checks.result import CheckResult, require
from maxpooling.complexity import max_network_matrices
from maxpooling.two_layers import INPUTS, identity, verify
from maxpooling.two_layers.search.spans import recorded_spans, span_of_templates


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


def least_pairs() -> CheckResult:
    """K - 1 pairs a side do not reach the max, modulo a prime; K pairs do."""
    recorded = {(span.n, span.K): span for span in recorded_spans()}
    for n, K in ((5, 2), (6, 2), (7, 3), (8, 3)):
        require(recorded[n, K].max_in_span, f"n={n}: not in the span with K={K}")
        short = span_of_templates(n, K - 1)
        require(short == recorded[n, K - 1], f"n={n}, K={K - 1}: another span than recorded")
        require(short.finished and not short.max_in_span, f"n={n}: K={K - 1} suffices")
    return CheckResult("least-pairs", "enumeration", "all templates of K - 1 pairs, n = 5 to 8")


def even_denominators() -> CheckResult:
    """The known bound for weights of odd denominators forbids two layers; ours are all even."""
    found = {n: identity(n).denominator_per_image for n in INPUTS}
    require(all(value % 2 == 0 for value in found.values()), f"an odd denominator: {found}")
    return CheckResult(
        "denominators",
        "exact certificate",
        "every weight of the second hidden layer",
        {f"common denominator, n = {n}": value for n, value in found.items()},
    )


def nine_inputs_in_three_layers() -> CheckResult:
    """A 3x3 pool in three hidden layers has fewer neurons than Lemma 1's four: 40 against 45."""
    from maxpooling.two_layer_network import three_layer_max

    ours = sum(three_layer_max(9).hidden_widths)
    theirs = sum(len(weights) for weights in max_network_matrices(9)[:-1])
    require(ours < theirs, f"{ours} neurons are no fewer than {theirs}")
    return CheckResult(
        "theorem-s",
        "enumeration",
        "numbers of neurons of both networks for nine inputs",
        {"three layers": ours, "Lemma 1": theirs},
    )
