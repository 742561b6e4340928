"""Section 4: what the estimators cost (Definitions 1, 2, Theorems 3, 4, regions, depth)."""

from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from itertools import product
from math import comb, factorial
from random import Random

import numpy as np

from companion.evidence.order_sets import order_sets
from companion.evidence.result import CheckResult, require
from maxpooling.approximation import best_uniform
from maxpooling.approximation.decompositions import (
    decomposition_bound,
    mixed_difference,
    necessary_terms,
)
from maxpooling.networks import (
    activation_regions,
    enumerated_regions,
    exact_max_cost,
    halve,
    halving_rows,
    layer_widths,
    linear_regions,
    pairwise_max_counts,
    region_bound,
    subpool_counts,
    subpool_layers,
    subpool_network_cost,
    subpool_network_matrices,
)
from maxpooling.order_statistics import subpool_weights, subpools

_FIGURE_2_SHA256 = "eb9961b3a8e1bc332507821fd241e7359c9c15669a16070f7939df32f2c6408c"
"""Of the thirty rows as printed, one a line, tuples separated by " | "."""

Term = tuple[tuple[int, ...], Callable[[list[Fraction]], Fraction]]
"""Coordinates, and a function of their values."""


def definition_1() -> CheckResult:
    """The network of an order set has every wanted subpool max among its values."""
    count = 0
    cases = [(d, R) for d in range(2, 6) for R in order_sets(d)]
    cases += [(9, (0, 8)), (9, tuple(range(9)))]
    for d, orders in cases:
        x = np.random.default_rng(d).integers(-9, 9, size=(d, 40)).astype(float)
        matrices, _ = subpool_network_matrices(d, orders)
        z = x
        computed: set[tuple[int, ...]] = {(i,) for i in range(d)}
        for weights, layer in zip(matrices, subpool_layers(d, orders), strict=False):
            z, n = np.maximum(weights @ z, 0), len(layer)
            maxes = z[:n] + z[n : 2 * n] - z[2 * n : 3 * n]
            expected = np.array([x[list(I)].max(axis=0) for I in layer])
            require(bool((maxes == expected).all()), f"a layer of d={d}, {orders}")
            computed |= set(layer)
        for r in orders:
            wanted = set(subpools(d, r)) if r else set()
            require(wanted <= computed, f"order {r} is missing at d={d}, {orders}")
            count += len(wanted)
    return CheckResult(
        "definition-1",
        "enumeration",
        "every order set, d = 2..5, and {0, 8}, {0..8} at d = 9, on integer inputs",
        {"subpool maxes found": count},
    )


def definition_2() -> CheckResult:
    """Collecting terms by index set leaves the sum alone, in one pass over the terms."""
    random = Random(2)
    for d in range(2, 7):
        for r in range(1, d + 1):
            terms = [_random_term(random, d, r) for _ in range(3 * comb(d, r))]
            normal = _normal_form(d, r, terms)
            require(list(normal) == list(subpools(d, r)), f"index sets at d={d}, r={r}")
            for _ in range(10):
                x = [Fraction(random.randint(-20, 20), 7) for _ in range(d)]
                direct = sum((f([x[i] for i in I]) for I, f in terms), Fraction(0))
                collected = sum((g(x) for g in normal.values()), Fraction(0))
                require(direct == collected, f"the sum changed at d={d}, r={r}")
    return CheckResult(
        "definition-2", "enumeration", "random sums of 3 C(d, r) terms, all r, d = 2..6, exactly"
    )


def theorem_3() -> CheckResult:
    """No term of a decomposition of S(.; r, d) can be missing: mixed differences see each one."""
    terms = 0
    random = Random(3)
    for d in range(1, 9):
        for r in range(1, d + 1):
            needed = necessary_terms(d, r)
            require(needed == tuple(subpools(d, r)), f"Theorem 3 at d={d}, r={r}")
            terms += len(needed)
    for d in range(2, 6):
        sets = [J for r in range(d + 1) for J in subpools(d, r)]
        for I, J in product(sets, sets):
            if len(I) == len(J) > 0:
                found = mixed_difference(_maximum_over(J), I)
                require(found == -(I == J), f"D_I max(x_J) at I={I}, J={J}")
            if not set(I) <= set(J):
                found = mixed_difference(_arbitrary_function_of(J, random), I)
                require(found == 0, f"D_I sees a function that ignores part of I={I}: J={J}")
    return CheckResult(
        "theorem-3",
        "exact certificate",
        "mixed differences over all index sets, d = 1..8; of arbitrary functions, d = 2..5",
        {"necessary terms": terms},
    )


def equation_7() -> CheckResult:
    """The widths by formula equal the distinct tuples that the halving lists."""
    for d in range(3, 65):
        listed = tuple(len({part for row in block for part in row}) for block in halving_rows(d))
        require(layer_widths(d) == listed, f"(7) fails at d={d}: {layer_widths(d)} != {listed}")
    for m in range(1, 11):
        expected = tuple(2**m + 2**k for k in range(m))
        require(layer_widths(2**m + 1) == expected, f"powers of two plus one at m={m}")
    return CheckResult("equation-7", "enumeration", "d = 3..64; d = 2^m + 1 to m = 10")


def theorem_4() -> CheckResult:
    """Depth, width and correctness of the network of pairwise maxes for {0, d-1}."""
    for d in range(3, 65):
        layers = subpool_layers(d, [0, d - 1])
        require(len(layers) == (d - 2).bit_length(), f"depth at d={d}")
        require(tuple(map(len, layers))[::-1] == layer_widths(d), f"widths at d={d}")
        require(max(layer_widths(d)) <= 2 * d - 3, f"a layer wider than 2d - 3 at d={d}")
        below: set[tuple[int, ...]] = {(i,) for i in range(d)}
        for layer in layers:
            parts = {half for indices in layer for half in halve(indices)}
            require(parts <= below, f"a tuple's half is missing at d={d}")
            below = set(layer)
        require(below == set(subpools(d, d - 1)), f"final tuples at d={d}")
    return CheckResult(
        "theorem-4",
        "enumeration",
        "every layer, d = 3..64",
        {"maxes at d = 64": sum(layer_widths(64))},
    )


def figure_2() -> CheckResult:
    """The thirty printed rows for d = 10, character by character, and their distinct tuples."""
    blocks = halving_rows(10)[1:]
    sizes = [len(block[0][0]) for block in blocks]
    pieces = [len(block[0]) for block in blocks]
    distinct = [len({part for row in block for part in row}) for block in blocks]
    require((sizes, pieces) == ([5, 3, 2], [2, 4, 8]), "sizes of the tuples")
    require(distinct == [12, 16, 17], "numbers of distinct tuples")
    rows = [" | ".join(" ".join(map(str, part)) for part in row) for b in blocks for row in b]
    digest = sha256("".join(f"{row}\n" for row in rows).encode()).hexdigest()
    require(digest == _FIGURE_2_SHA256, "the rows are not those that the paper prints")
    return CheckResult("figure-2", "enumeration", "all printed rows", {"rows": len(rows)})


def widths_any_orders() -> CheckResult:
    """Closed forms for the shared tuples of any order set, against listing them (ours)."""
    count = 0
    for d in range(1, 9):
        for orders in order_sets(d):
            layers = subpool_layers(d, orders)
            require(pairwise_max_counts(d, orders) == tuple(map(len, layers)), f"{d}, {orders}")
            count += 1
    for d in range(2, 65):
        every = subpool_counts(d, range(d))
        require(all(n == comb(d, size) for size, n in every.items()), f"all orders at d={d}")
    return CheckResult(
        "theorem-k", "enumeration", "every order set, d = 1..8", {"order sets": count}
    )


def example_nine() -> CheckResult:
    """The in-text example: 0.0556 with layers of 12, 10 (and 9) maxes, 0.0020 with 36, 210, 255."""
    small, full = best_uniform(9, [0, 8]), best_uniform(9, range(9))
    small.verify()
    full.verify()
    require(f"{float(small.error):.4f}" == "0.0556", "the error 0.0556")
    require(f"{float(full.error):.4f}" == "0.0020", "the error 0.0020")
    require(pairwise_max_counts(9, [0, 8]) == (12, 10, 9), "layers of {0, 8}")
    require(pairwise_max_counts(9, range(9)) == (36, 210, 255), "layers of all orders")
    return CheckResult(
        "example-nine", "exact certificate", "d = 9", {"errors": f"{small.error}, {full.error}"}
    )


def region_bounds() -> CheckResult:
    """819906560 is not the published bound for these widths; two slips in its index set give it."""
    require(region_bound(9, [12, 10, 9]) == 1111887033, "the bound on (12, 10, 9)")
    printed = region_bound(9, [12, 10, 9, 1], "self-inclusive")
    require(printed == 819906560, "self-inclusive with the output unit")
    require(region_bound(9, [12, 10, 9], "last-free") == printed, "last layer free")
    factors = [sum(comb(n, j) for j in range(n // 2 + 1)) for n in (12, 10, 9)]
    require(factors == [2510, 638, 256], "its factors")
    require(printed == 2510 * 638 * 256 * 2, "its factorisation")
    return CheckResult(
        "region-bound",
        "enumeration",
        "sums over the index sets, widths (12, 10, 9) with and without the output unit",
        {"bound": region_bound(9, [12, 10, 9]), "printed": printed},
    )


def region_counts() -> CheckResult:
    """True numbers of regions: of the functions, by formula and by gluing, and of the network."""
    for d in range(2, 7):
        for r in range(1, d + 1):
            weights = subpool_weights(d, r)
            expected = factorial(d) // factorial(r - 1) if r > 1 else 1
            require(linear_regions(weights) == expected, f"formula at d={d}, r={r}")
            require(enumerated_regions(weights) == expected, f"enumeration at d={d}, r={r}")
        full = best_uniform(d, range(d)).weights()
        expected = factorial(d) if d > 2 else 1
        require(linear_regions(full) == enumerated_regions(full) == expected, f"full at d={d}")
    small = linear_regions(best_uniform(9, [0, 8]).weights())
    network = activation_regions(9, [0, 8])
    require((small, network) == (72, 13056), "d = 9")
    require(network < region_bound(9, [36, 30, 27]), "the bound for the ReLU widths")
    return CheckResult(
        "theorem-l",
        "enumeration",
        "all rankings, d = 2..6; formula and activation patterns at d = 9",
        {"linear regions": small, "activation patterns": network},
    )


def depth_and_error() -> CheckResult:
    """K layers of pairwise maxes reach orders up to 2^k and no more; what they leave (ours)."""
    for d in range(2, 17):
        for k in range((d - 1).bit_length()):
            reach = min(2**k, d - 1)
            require(len(pairwise_max_counts(d, range(reach + 1))) <= k, f"depth at d={d}, k={k}")
            bound = decomposition_bound(d, reach)
            bound.verify()
            require(bound.error == best_uniform(d, range(reach + 1)).error, f"d={d}, k={k}")
    for d in range(3, 65):
        exact, estimate = exact_max_cost(d), subpool_network_cost(d, [0, d - 1])
        require(exact.neurons <= estimate.neurons, f"the exact network is larger at d={d}")
        saved = len(exact.hidden_widths) - len(estimate.hidden_widths)
        require(saved == ((d - 1) & (d - 2) == 0), f"layers saved at d={d}")
    return CheckResult(
        "theorem-m",
        "exact certificate",
        "every depth, d = 2..16; sizes of the networks, d = 3..64",
    )


def _maximum_over(J: tuple[int, ...]) -> Callable[[frozenset[int]], Fraction]:
    return lambda ones: Fraction(bool(ones & set(J)))


def _arbitrary_function_of(
    J: tuple[int, ...], random: Random
) -> Callable[[frozenset[int]], Fraction]:
    values: dict[frozenset[int], Fraction] = {}
    return lambda ones: values.setdefault(ones & set(J), Fraction(random.randint(-99, 99)))


def _random_term(random: Random, d: int, r: int) -> Term:
    """A function of at most r coordinates, chosen among maxes and products, with a factor."""
    coordinates = tuple(random.sample(range(d), random.randint(1, r)))
    factor = Fraction(random.randint(-9, 9), 4)
    if random.random() < 0.5:
        return coordinates, lambda values: factor * max(values)
    return coordinates, lambda values: factor * values[0] * values[-1]


def _normal_form(
    d: int, r: int, terms: list[Term]
) -> dict[tuple[int, ...], Callable[[list[Fraction]], Fraction]]:
    """One function per r-subset: each term goes to the first subset that holds its coordinates."""
    collected: dict[tuple[int, ...], list[Term]] = {I: [] for I in subpools(d, r)}
    for coordinates, f in terms:
        spare = [i for i in range(d) if i not in coordinates]
        home = tuple(sorted((*coordinates, *spare[: r - len(coordinates)])))
        collected[home].append((coordinates, f))

    def total(own: list[Term]) -> Callable[[list[Fraction]], Fraction]:
        return lambda x: sum((f([x[i] for i in I]) for I, f in own), Fraction(0))

    return {I: total(own) for I, own in collected.items()}
