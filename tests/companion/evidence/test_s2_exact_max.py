"""Every check of Section 2 notices a false fact."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from companion.evidence import s2_exact_max
from faults import Fault, assert_noticed, replacing
from maxpooling.networks import (
    ExactNetwork,
    max_network_matrices,
    padding_matrix,
    pairwise_max_factors,
    smallest_max_network,
)


def swap(name: str, wrong: Any) -> Any:
    return replacing(s2_exact_max, name, wrong)


def without_the_last_pair(d: int, *, non_negative: bool = False) -> tuple[NDArray[np.int64], ...]:
    """The network with one neuron of its first layer dead."""
    first, *rest = max_network_matrices(d, non_negative=non_negative)
    dead = first.copy()
    dead[0] = 0
    return (dead, *rest)


def one_layer_more(d: int, *, non_negative: bool = False) -> tuple[NDArray[np.int64], ...]:
    return max_network_matrices(2 * d, non_negative=non_negative)


def absolute_values(h: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Factors that give the difference where the maximum is wanted."""
    into, out_of = pairwise_max_factors(h)
    return into, np.where(np.arange(out_of.shape[1]) < h, out_of, 0)


def padding_by_zeros(d: int) -> NDArray[np.int64]:
    padding = padding_matrix(d).copy()
    padding[d:] = 0
    return padding


def padded(d: int, *, non_negative: bool = False) -> ExactNetwork:
    return ExactNetwork(max_network_matrices(d, non_negative=non_negative))


FAULTS = (
    Fault(s2_exact_max.theorem_1, "a ReLU that lets nothing through",
          swap("np", SimpleNamespace(maximum=lambda x, _: 0 * x)), {"d": 3}),
    Fault(s2_exact_max.first_layer_width, "a direction that the layer sees",
          swap("_null_vector", lambda rows: [1] * (len(rows) + 1)), {"d": 4}),
    Fault(s2_exact_max.one_neuron_on_the_cube, "a ReLU that lets negative sums through",
          swap("_relu", lambda z: z - 1), {"d": 2}),
    Fault(s2_exact_max.lean_rounds, "Lemma 1 with its padding",
          swap("smallest_max_network", padded), {"d": 9}),
    Fault(s2_exact_max.lean_rounds_are_exact, "a network for one sign only",
          swap("smallest_max_network", lambda d, **_: smallest_max_network(d, non_negative=True)),
          {"d": 5}),
    Fault(s2_exact_max.two_variables, "another ReLU", swap("_relu", abs)),
    Fault(s2_exact_max.four_variables, "another maximum of two", swap("_max_of_two", min)),
    Fault(s2_exact_max.lemma_1, "a dead neuron",
          swap("max_network_matrices", without_the_last_pair), {"d": 4}),
    Fault(s2_exact_max.lemma_1_two_per_pair, "a dead neuron",
          swap("max_network_matrices", without_the_last_pair), {"d": 4}),
    Fault(s2_exact_max.lemma_1_widths, "a layer more",
          swap("max_network_matrices", one_layer_more), {"d": 5}),
    Fault(s2_exact_max.lemma_1_factors, "a factor that forgets the second half",
          swap("pairwise_max_factors", absolute_values), {"n": 4}),
    Fault(s2_exact_max.lemma_1_products, "padding by zeros",
          swap("padding_matrix", padding_by_zeros), {"d": 5}),
    Fault(s2_exact_max.lemma_1_products, "other factors",
          swap("pairwise_max_factors", absolute_values), {"d": 5}),
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_false_fact_is_noticed(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_noticed(fault, monkeypatch)
