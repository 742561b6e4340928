"""Lemma 1's integer matrices and those of Theorem 4's network, evaluated with NumPy alone."""

from collections.abc import Callable, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from maxpooling.approximation import best_uniform
from maxpooling.networks import (
    max_network_matrices,
    padding_matrix,
    pairwise_max_factors,
    subpool_layers,
    subpool_network_matrices,
)


def run(matrices: Sequence[NDArray[Any]], x: Any, bias: float = 0) -> NDArray[Any]:
    """W_out relu(... relu(W_1 x)) + bias for x of shape [n, d]."""
    z = np.asarray(x).T
    for weights in matrices[:-1]:
        z = np.maximum(weights @ z, 0)
    result: NDArray[Any] = (matrices[-1] @ z)[0] + bias
    return result


class TestLemma1:
    @pytest.mark.parametrize("d", range(1, 7))
    def test_maximum_on_a_whole_grid(self, d: int) -> None:
        x = np.array(list(product((-2, -1, 0, 3), repeat=d)))
        assert np.array_equal(run(max_network_matrices(d), x), x.max(axis=1))

    @given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=70))
    @settings(deadline=None)
    def test_maximum_of_any_integers(self, x: list[int]) -> None:
        assert run(max_network_matrices(len(x)), [x]).tolist() == [max(x)]

    @pytest.mark.parametrize("d", [*range(1, 40), 64, 65, 100])
    def test_widths(self, d: int) -> None:
        matrices = max_network_matrices(d)
        depth = len(matrices) - 1
        assert 2**depth >= d > 2**depth / 2 if depth else d == 1
        assert [len(w) for w in matrices[:-1]] == [
            3 * 2 ** (depth - k) for k in range(1, depth + 1)
        ]
        assert sum(len(w) for w in matrices[:-1]) == 3 * (2**depth - 1)
        assert all(w.dtype == np.int64 for w in matrices)

    @pytest.mark.parametrize("d", [2, 3, 5, 8, 13])
    def test_merged_from_the_factors(self, d: int) -> None:
        matrices, mix = max_network_matrices(d), padding_matrix(d)
        for weights in matrices[:-1]:
            into, out_of = pairwise_max_factors(len(weights) // 3)
            assert np.array_equal(weights, into @ mix)
            mix = out_of
        assert np.array_equal(matrices[-1], mix)

    def test_factors_as_displayed(self) -> None:
        into, out_of = pairwise_max_factors(2)
        assert into.tolist() == [
            [1, 0, -1, 0], [0, 1, 0, -1],
            [0, 0, 1, 0], [0, 0, 0, 1],
            [0, 0, -1, 0], [0, 0, 0, -1],
        ]  # fmt: skip
        assert out_of.tolist() == [[1, 0, 1, 0, -1, 0], [0, 1, 0, 1, 0, -1]]

    def test_zero_padding_would_fail_below_zero(self) -> None:
        x = np.array([[-3, -2, -5]])
        padded = np.eye(4, 3, dtype=int)
        wrong = (max_network_matrices(4)[0] @ padded, *max_network_matrices(4)[1:])
        assert run(wrong, x).tolist() == [0]
        assert run(max_network_matrices(3), x).tolist() == [-2]

    @pytest.mark.parametrize("d", [1, 2, 3, 5, 9])
    def test_two_neurons_per_pair_on_non_negative_inputs(self, d: int) -> None:
        matrices = max_network_matrices(d, non_negative=True)
        x = np.random.default_rng(d).integers(0, 50, size=(500, d))
        assert np.array_equal(run(matrices, x), x.max(axis=1))
        assert 3 * sum(len(w) for w in matrices[:-1]) == 2 * sum(
            len(w) for w in max_network_matrices(d)[:-1]
        )

    def test_two_neurons_per_pair_fail_elsewhere(self) -> None:
        assert run(max_network_matrices(2, non_negative=True), [[-3, -2]]).tolist() == [0]


class TestTheorem4:
    @pytest.mark.parametrize("d", range(1, 8))
    def test_estimator_of_every_order_set(self, d: int) -> None:
        x = np.random.default_rng(d).normal(size=(50, d))
        for n in range(1, d + 1):
            for orders in combinations(range(d), n):
                matrices, bias = subpool_network_matrices(d, orders)
                expected = best_uniform(d, orders)(x)
                assert run(matrices, x, bias) == pytest.approx(expected, abs=1e-12), orders

    @pytest.mark.parametrize("d", [3, 6, 9])
    def test_hidden_layers_hold_the_subpool_maxes(self, d: int) -> None:
        x = np.random.default_rng(0).normal(size=(20, d))
        matrices, _ = subpool_network_matrices(d, range(d))
        z = x.T
        for weights, layer in zip(matrices, subpool_layers(d, range(d)), strict=False):
            z = np.maximum(weights @ z, 0)
            n = len(layer)
            maxima = z[:n] + z[n : 2 * n] - z[2 * n : 3 * n]
            expected = [x[:, list(indices)].max(axis=1) for indices in layer]
            assert maxima == pytest.approx(np.array(expected), abs=1e-12)

    def test_only_integers_but_for_the_output_when_nothing_is_carried(self) -> None:
        matrices, _ = subpool_network_matrices(10, [0, 9])
        assert all(np.array_equal(w, w.round()) for w in matrices[:-1])

    def test_constant_and_mean(self) -> None:
        matrices, bias = subpool_network_matrices(4, [0])
        assert (len(matrices), matrices[0].tolist(), bias) == (1, [[0, 0, 0, 0]], 0.5)
        matrices, bias = subpool_network_matrices(4, [1])
        assert matrices[0] == pytest.approx(np.full((1, 4), 0.4))


class TestBadInput:
    @pytest.mark.parametrize("function", [max_network_matrices, padding_matrix])
    @pytest.mark.parametrize("d", [0, 2001, 1.0, True, None])
    def test_pool_size_refused(self, function: Callable[..., object], d: Any) -> None:
        with pytest.raises(ValueError, match="pool size"):
            function(d)

    @pytest.mark.parametrize("h", [0, -1, 2.5])
    def test_pairs_refused(self, h: Any) -> None:
        with pytest.raises(ValueError, match="number of pairs"):
            pairwise_max_factors(h)

    def test_too_large_to_store(self) -> None:
        with pytest.raises(ValueError, match=r"parameters, at most 67108864 are allowed"):
            subpool_network_matrices(16, range(16))
