"""Every check of Section 4 notices a false fact."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from companion.evidence import s4_complexity
from companion.evidence.s4_complexity import Term, _normal_form, _window_starts
from faults import Fault, assert_noticed, replacing, slightly_wrong
from maxpooling import networks
from maxpooling.approximation import best_uniform, decompositions
from maxpooling.approximation.decompositions import DecompositionBound, decomposition_bound
from maxpooling.approximation.uniform import UniformApproximation
from maxpooling.networks import NetworkCost
from maxpooling.order_statistics import subpool_weights, subpools

Rows = tuple[tuple[tuple[tuple[int, ...], ...], ...], ...]
Layers = tuple[tuple[tuple[int, ...], ...], ...]


def last_missing(d: int, orders: Iterable[int]) -> Layers:
    return networks.subpool_layers(d, orders)[:-1]


def last_repeated(d: int, orders: Iterable[int]) -> Layers:
    """A layer that holds a tuple less."""
    *layers, last = networks.subpool_layers(d, orders)
    return (*layers, last[1:])


def negated(d: int, orders: Iterable[int]) -> tuple[tuple[NDArray[np.float64], ...], float]:
    (first, *rest), bias = networks.subpool_network_matrices(d, orders)
    return (-first, *rest), bias


def misplaced(d: int, r: int, terms: Sequence[Term]) -> dict[tuple[int, ...], list[Term]]:
    """The same terms, each under an index set that it does not fit."""
    normal = _normal_form(d, r, terms)
    return dict(zip(normal, reversed(normal.values()), strict=True))


def without_special_case(d: int) -> tuple[int, ...]:
    """(7) with its first case for the pairs, too."""
    right = networks.layer_widths(d)
    return (*right[:-1], 3 * 2 ** (len(right) - 1))


def twice_as_wide(d: int) -> tuple[int, ...]:
    return tuple(2 * width for width in networks.layer_widths(d))


def twice_as_deep(d: int) -> tuple[int, ...]:
    return networks.layer_widths(d) * 2


def backwards(d: int) -> Rows:
    return tuple(tuple(row[::-1] for row in block) for block in networks.halving_rows(d))


def shifted(d: int) -> Rows:
    return tuple(
        tuple(tuple(tuple(i + (i > 3) for i in part) for part in row) for row in block)
        for block in networks.halving_rows(d)
    )


def uneven(indices: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return indices[:1], indices[1:]


def all_but_the_last(indices: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return indices[:-1], indices[-1:]


def first_half_twice(indices: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return networks.halve(indices)[0], networks.halve(indices)[0]


def one_more(d: int, orders: Iterable[int]) -> tuple[int, ...]:
    return tuple(n + 1 for n in networks.pairwise_max_counts(d, orders))


def one_layer_more(d: int, orders: Iterable[int]) -> tuple[int, ...]:
    return (*networks.pairwise_max_counts(d, orders), 1)


def pairs_missing(d: int, orders: Iterable[int]) -> dict[int, int]:
    counts = networks.subpool_counts(d, orders)
    return {size: count for size, count in counts.items() if size > 2}


def last_free(inputs: int, widths: Sequence[int], reading: str = "standard") -> int:
    del reading
    return networks.region_bound(inputs, widths, "last-free")


def right_but_for(reading: str) -> Any:
    """A bound that is off by one in this reading."""

    def bound(inputs: int, widths: Sequence[int], own: Any = "standard") -> int:
        return networks.region_bound(inputs, widths, own) + int(own == reading)

    return bound


def increasing(d: int, orders: Iterable[int]) -> UniformApproximation:
    return best_uniform(d, {max(orders), 0})


def without_a_vertex(d: int, r: int) -> DecompositionBound:
    bound = decomposition_bound(d, r)
    return replace(bound, measure={k: mu for k, mu in bound.measure.items() if k < d})


def costly(d: int) -> NetworkCost:
    return replace(networks.exact_max_cost(d), hidden_widths=(10**6,))


def shallow(d: int, orders: Iterable[int]) -> NetworkCost:
    right = networks.subpool_network_cost(d, orders)
    return replace(right, hidden_widths=(right.neurons,))


def moved(order: int) -> dict[int, set[int]]:
    """Windows of odd orders start three places later."""
    right = _window_starts(order)
    return {size: {p + 3 * (order % 2) for p in starts} for size, starts in right.items()}


def crossed(d: int) -> networks.Circuit:
    """A circle whose last layer takes the max with a wrong part."""
    *layers, last = networks.circle_circuit(d)
    return (*layers, {indices: (one, one) for indices, (one, _) in last.items()})


def padded_and_wide(d: int, layers: int | None = None) -> networks.ExactNetwork:
    del layers
    return networks.ExactNetwork(
        tuple(
            np.tile(w, (2, 1)) if len(w) > 1 else np.tile(w, 2)
            for w in networks.max_network_matrices(d)
        )
    )


def swap(name: str, wrong: Any) -> Any:
    return replacing(s4_complexity, name, wrong)


FAULTS = (
    Fault(s4_complexity.definition_1, "a missing layer", swap("subpool_layers", last_missing),
          {"d": 4, "orders": (0, 3)}),
    Fault(s4_complexity.definition_1, "a missing subpool", swap("subpool_layers", last_repeated),
          {"d": 4, "orders": (0, 3)}),
    Fault(s4_complexity.definition_1, "a network of other values",
          swap("subpool_network_matrices", negated), {"d": 4, "orders": (0, 3)}),
    Fault(s4_complexity.definition_2, "a lost term",
          swap("_normal_form", lambda d, r, t: _normal_form(d, r, t[1:])), {"d": 3, "r": 2}),
    Fault(s4_complexity.definition_2, "terms in the wrong places",
          swap("_normal_form", misplaced), {"d": 3, "r": 2}),
    Fault(s4_complexity.definition_2, "other index sets",
          swap("_normal_form", lambda d, r, t: {tuple(range(d)): list(t)}), {"d": 3, "r": 2}),
    Fault(s4_complexity.theorem_3, "differences that see nothing",
          replacing(decompositions, "mixed_difference", lambda *_: Fraction(0)), {"d": 4}),
    Fault(s4_complexity.theorem_3, "a term that may be missing",
          swap("necessary_terms", lambda d, r: decompositions.necessary_terms(d, r)[1:]),
          {"d": 4}),
    Fault(s4_complexity.differences_of_maxes, "differences that see nothing",
          swap("mixed_difference", lambda *_: Fraction(0)), {"d": 3}),
    Fault(s4_complexity.differences_of_maxes, "differences that see every term",
          swap("mixed_difference", lambda *_: Fraction(-1)), {"d": 3}),
    Fault(s4_complexity.differences_of_functions, "a difference that is a single value",
          swap("mixed_difference", lambda f, I: f(frozenset(I))), {"d": 3}),
    Fault(s4_complexity.equation_7, "(7) with one case only",
          swap("layer_widths", without_special_case), {"d": 10}),
    Fault(s4_complexity.equation_7, "rows without the first halves",
          swap("halving_rows", lambda d: tuple(
              tuple(row[-1:] for row in block) for block in networks.halving_rows(d))), {"d": 9}),
    Fault(s4_complexity.powers_of_two_plus_one, "a half that has an odd size",
          swap("halve", all_but_the_last), {"m": 3}),
    Fault(s4_complexity.powers_of_two_plus_one, "halves that overlap",
          swap("halve", first_half_twice), {"m": 3}),
    Fault(s4_complexity.powers_of_two_plus_one, "layers of twice the width",
          swap("layer_widths", twice_as_wide), {"m": 3}),
    Fault(s4_complexity.theorem_4, "a missing layer", swap("subpool_layers", last_missing),
          {"d": 9}),
    Fault(s4_complexity.theorem_4, "(7) with one case only",
          swap("layer_widths", without_special_case), {"d": 10}),
    Fault(s4_complexity.theorem_4, "another way of halving", swap("halve", uneven), {"d": 9}),
    Fault(s4_complexity.theorem_4, "other subpools",
          swap("subpools", lambda d, r: subpools(d, r - 1)), {"d": 9}),
    Fault(s4_complexity.uniform_width, "layers of twice the width",
          swap("layer_widths", twice_as_wide), {"d": 9}),
    Fault(s4_complexity.uniform_width, "twice as many layers",
          swap("layer_widths", twice_as_deep), {"d": 9}),
    Fault(s4_complexity.figure_2, "rows from right to left", swap("halving_rows", backwards)),
    Fault(s4_complexity.figure_2, "rows with a gap", swap("halving_rows", shifted)),
    Fault(s4_complexity.figure_2, "rows without one",
          swap("halving_rows", lambda d: tuple(
              block[1:] for block in networks.halving_rows(d)))),
    Fault(s4_complexity.figure_2, "rows of eleven inputs",
          swap("halving_rows", lambda d: networks.halving_rows(d + 1))),
    Fault(s4_complexity.widths_any_orders, "another count",
          swap("pairwise_max_counts", one_more), {"d": 5}),
    Fault(s4_complexity.widths_any_orders, "a list without a tuple",
          swap("subpool_layers", last_repeated), {"d": 4, "orders": (1, 3)}),
    Fault(s4_complexity.widths_all_orders, "pairs that are not needed",
          swap("subpool_counts", pairs_missing), {"d": 5}),
    Fault(s4_complexity.widths_all_orders, "the counts of fewer orders",
          swap("subpool_counts", lambda d, _: networks.subpool_counts(d, [d - 1])), {"d": 5}),
    Fault(s4_complexity.windows_of_a_smaller_order, "windows in other places",
          swap("_window_starts", moved), {"r": 6}),
    Fault(s4_complexity.cyclic_intervals, "the paper's halving",
          swap("circle_circuit", lambda d: networks.halving_circuit(d, [0, d - 1])), {"d": 9}),
    Fault(s4_complexity.cyclic_intervals, "intervals without one layer",
          swap("circle_circuit", lambda d: networks.circle_circuit(d)[:-1]), {"d": 9}),
    Fault(s4_complexity.up_and_down_a_tree, "a circle",
          swap("sweep_circuit", networks.circle_circuit), {"d": 9}),
    Fault(s4_complexity.three_ways_to_share, "a circle of other unions",
          swap("circle_circuit", crossed), {"d": 5}),
    Fault(s4_complexity.functions_and_regions, "regions counted as functions",
          swap("linear_functions", networks.linear_regions), {"d": 5}),
    Fault(s4_complexity.region_counts, "another number of functions",
          swap("linear_functions", lambda w: networks.linear_functions(w) + 1), {"d": 4}),
    Fault(s4_complexity.region_counts_nine, "regions counted as functions",
          swap("linear_functions", networks.linear_regions)),
    Fault(s4_complexity.sizes_of_lean_networks, "Lemma 1 with its padding",
          swap("smallest_max_network", padded_and_wide), {"d": 9}),
    Fault(s4_complexity.neurons_for_nine_inputs, "Lemma 1 with its padding",
          swap("smallest_max_network", padded_and_wide)),
    Fault(s4_complexity.example_nine, "a wrong optimum", swap("best_uniform", slightly_wrong)),
    Fault(s4_complexity.example_nine, "an optimum without the constant",
          swap("best_uniform", lambda d, R: best_uniform(d, [r for r in R if r]))),
    Fault(s4_complexity.example_nine, "no better optimum with all orders",
          swap("best_uniform", increasing)),
    Fault(s4_complexity.example_nine_layers, "another count",
          swap("pairwise_max_counts", one_more)),
    Fault(s4_complexity.example_nine_layers, "the same layers for all orders",
          swap("pairwise_max_counts", lambda *_: (12, 10, 9))),
    Fault(s4_complexity.region_bounds, "the printed number is the bound",
          swap("region_bound", last_free)),
    *(Fault(s4_complexity.region_bounds, f"another number: {reading}",
            swap("region_bound", right_but_for(reading)))
      for reading in ("standard", "self-inclusive", "last-free")),
    Fault(s4_complexity.region_counts, "weights in another order of ranks",
          swap("subpool_weights", lambda d, r: subpool_weights(d, min(r + 1, d))),
          {"d": 4, "r": 2}),
    Fault(s4_complexity.region_counts, "a formula that is off",
          swap("linear_regions", lambda w: networks.linear_regions(w) + 1), {"d": 4}),
    Fault(s4_complexity.region_counts, "another number of glued rankings",
          swap("enumerated_regions", lambda w: networks.enumerated_regions(w) + 1), {"d": 4}),
    Fault(s4_complexity.region_counts_all_orders, "an increasing optimum",
          swap("best_uniform", increasing), {"d": 4}),
    Fault(s4_complexity.region_counts_all_orders, "another number of glued rankings",
          swap("enumerated_regions", lambda w: networks.enumerated_regions(w) + 1), {"d": 4}),
    Fault(s4_complexity.region_counts_nine, "an optimum of other regions",
          swap("best_uniform", lambda d, _: best_uniform(d, range(d)))),
    Fault(s4_complexity.region_counts_nine, "another number of patterns",
          swap("activation_regions", lambda *_: 13057)),
    Fault(s4_complexity.region_counts_nine, "a bound below the number of patterns",
          swap("region_bound", lambda *_: 13056)),
    Fault(s4_complexity.regions_of_a_maximum, "a formula that is off",
          swap("linear_regions", lambda w: networks.linear_regions(w) + 1), {"d": 4}),
    Fault(s4_complexity.regions_of_a_maximum, "another number of glued rankings",
          swap("enumerated_regions", lambda w: networks.enumerated_regions(w) + 1), {"d": 4}),
    Fault(s4_complexity.depth_and_error, "a layer more",
          swap("pairwise_max_counts", one_layer_more), {"d": 5}),
    Fault(s4_complexity.depth_and_error, "an optimum above the bound",
          swap("best_uniform", slightly_wrong), {"d": 5}),
    Fault(s4_complexity.depth_and_error, "a measure that some function sees",
          swap("decomposition_bound", without_a_vertex), {"d": 5}),
    Fault(s4_complexity.sizes_of_networks, "a larger exact network",
          swap("exact_max_cost", costly), {"d": 9}),
    Fault(s4_complexity.sizes_of_networks, "layers that are always saved",
          swap("subpool_network_cost", shallow), {"d": 8}),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)
