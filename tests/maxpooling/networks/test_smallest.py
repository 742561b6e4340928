"""The smallest exact networks that we know: right, and as small as said."""

from typing import Any

import numpy as np
import pytest

from maxpooling.networks import (
    ExactNetwork,
    exact_max_cost,
    fewest_layers,
    max_network_matrices,
    max_network_sizes,
    most_inputs,
    smallest_max_network,
    substituted_network,
    two_layer_network,
)
from maxpooling.networks.smallest import GROUPS


def vectors(n: int, smallest: int) -> Any:
    """Random, tied and unit vectors of integers."""
    random = np.random.default_rng(n)
    return np.concatenate(
        [
            random.integers(smallest, 40, size=(100, n)),
            random.integers(max(smallest, -1), 2, size=(100, n)),
            np.eye(n, dtype=np.int64),
            min(smallest, 0) * np.eye(n, dtype=np.int64),
        ]
    )


def assert_is_max(network: ExactNetwork, n: int, *, non_negative: bool) -> None:
    x = vectors(n, 0 if non_negative else -40)
    assert np.array_equal(network.numerators(x), network.denominator * x.max(axis=1))


class TestSmallest:
    @pytest.mark.parametrize("non_negative", [False, True])
    @pytest.mark.parametrize("n", [*range(1, 7), *range(9, 21), 25, 33, 49])
    def test_is_the_maximum_with_at_most_so_many_layers(self, n: int, non_negative: bool) -> None:
        sizes = []
        for layers in range(fewest_layers(n), (n - 1).bit_length() + 2):
            network = smallest_max_network(n, layers, non_negative=non_negative)
            assert len(network.hidden_widths) <= layers
            assert_is_max(network, n, non_negative=non_negative)
            assert network.merged().hidden_widths == network.hidden_widths
            sizes.append(network.neurons)
        assert sizes == sorted(sizes, reverse=True)

    @pytest.mark.parametrize("n", [7, 8])
    def test_seven_and_eight_in_two_layers(self, n: int) -> None:
        assert_is_max(smallest_max_network(n, 2), n, non_negative=False)

    def test_known_sizes(self) -> None:
        assert smallest_max_network(5).hidden_widths == (7, 4, 3)
        assert smallest_max_network(9).hidden_widths == (13, 7, 4, 3)
        assert smallest_max_network(9, non_negative=True).hidden_widths == (9, 5, 3, 2)
        assert smallest_max_network(9, 3).hidden_widths == (13, 10, 9)
        assert smallest_max_network(16, 3).hidden_widths == (98, 483, 68)

    @pytest.mark.parametrize("n", range(2, 100))
    def test_is_never_larger_than_lemma_1(self, n: int) -> None:
        assert smallest_max_network(n).neurons <= exact_max_cost(n).neurons

    @pytest.mark.parametrize("n", [9, 10, 11, 12])
    def test_groups_against_rounds_and_an_identity(self, n: int) -> None:
        pairs = [2] * (n // 2) + [1] * (n % 2)
        assert smallest_max_network(n, 3).neurons < substituted_network(pairs).neurons

    def test_merging_lemma_1_is_not_enough(self) -> None:
        padded = ExactNetwork(max_network_matrices(9))
        assert padded.hidden_widths == (24, 12, 6, 3)
        assert padded.merged().hidden_widths == (10, 12, 6, 3)  # 14 of 24 rows are repeated
        assert_is_max(padded.merged(), 9, non_negative=False)

    @pytest.mark.parametrize(
        ("n", "layers"), [(9, 2), (19, 3), (37, 4), (3, 1), (2, 0), (5, True), (5, 2.0)]
    )
    def test_too_few_layers_are_refused(self, n: int, layers: Any) -> None:
        with pytest.raises(ValueError, match=rf"hidden_layers \(for {n} inputs\) must be"):
            smallest_max_network(n, layers)

    @pytest.mark.parametrize("n", [0, 2001, 4.0, None])
    def test_numbers_of_inputs_refused(self, n: Any) -> None:
        with pytest.raises(ValueError, match="pool size"):
            smallest_max_network(n)


class TestSizes:
    def test_nine(self) -> None:
        assert [(s.network, s.layers, s.neurons) for s in max_network_sizes(9)] == [
            ("Lemma 1", 4, 45),
            ("rounds of pairs", 4, 27),
            ("fewer layers", 3, 32),
        ]

    @pytest.mark.parametrize("n", [2, 3, 5, 12, 17])
    def test_are_those_of_the_networks(self, n: int) -> None:
        _, *ours = max_network_sizes(n)
        for size in ours:
            assert size.hidden_widths == smallest_max_network(n, size.layers).hidden_widths

    def test_lemma_1_for_inputs_of_one_sign(self) -> None:
        first, second, _ = max_network_sizes(9, non_negative=True)
        assert (first.neurons, second.neurons) == (30, 19)

    def test_no_shallower_network_is_the_smaller(self) -> None:
        for n in (5, 6, 9, 10, 12, 16, 18):
            _, *ours = max_network_sizes(n)
            assert [s.neurons for s in ours] == sorted(s.neurons for s in ours)

    def test_most_inputs_grow_by_substitution(self) -> None:
        for layers in range(2, 9):
            assert most_inputs(layers + 1) == 10 * (most_inputs(layers) // 2)

    @pytest.mark.parametrize("layers", [1, 101, 2.5])
    def test_depths_refused(self, layers: Any) -> None:
        with pytest.raises(ValueError, match="hidden_layers must be"):
            most_inputs(layers)


class TestFewLayers:
    @pytest.mark.parametrize("n", range(1, 8))
    @pytest.mark.parametrize("non_negative", [False, True])
    def test_two(self, n: int, non_negative: bool) -> None:
        network = two_layer_network(n, non_negative=non_negative)
        assert len(network.hidden_widths) == 2
        assert_is_max(network, n, non_negative=non_negative)

    def test_five_take_nine_neurons_for_seven_comparisons(self) -> None:
        assert two_layer_network(5).hidden_widths == (10, 9)
        # Without the two that carry what is linear, the value on the diagonal would be 0.
        diagonal = np.full((1, 5), 3)
        first, second, last = two_layer_network(5).matrices
        z = np.maximum(second @ np.maximum(first @ diagonal.T, 0), 0)[:, 0]
        assert np.count_nonzero(z) == 1
        assert (last[0] @ z) == 3 * two_layer_network(5).denominator

    @pytest.mark.parametrize("groups", [*GROUPS.values(), (1, 1, 1), (4, 2), (5,)])
    @pytest.mark.parametrize("non_negative", [False, True])
    def test_three(self, groups: tuple[int, ...], non_negative: bool) -> None:
        network = substituted_network(groups, non_negative=non_negative)
        assert_is_max(network, sum(groups), non_negative=non_negative)

    @pytest.mark.parametrize(
        ("groups", "message"),
        [
            ([0, 2], "each of groups"),
            ([1] * 9, "number of groups"),
            ([], "number of groups"),
            ([5, 4], "number of inputs in two groups"),
        ],
    )
    def test_groups_refused(self, groups: list[int], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            substituted_network(groups)


class TestExactNetwork:
    def test_is_hashed_by_identity(self) -> None:
        one, other = smallest_max_network(3), smallest_max_network(3)
        assert len({one, other, one}) == 2
        assert one != other

    @pytest.mark.parametrize("x", [[[0.5, 1, 2]], [[1j, 0, 0]], [[True, False, True]]])
    def test_refuses_what_is_no_integer(self, x: Any) -> None:
        with pytest.raises(ValueError, match="x must be an array of integers, got one of"):
            smallest_max_network(3).numerators(np.array(x))

    def test_merging_leaves_the_function_alone(self) -> None:
        random = np.random.default_rng(3)
        for _ in range(30):
            shapes = [(6, 3), (5, 6), (1, 5)]
            matrices = tuple(random.integers(-1, 2, size=shape) for shape in shapes)
            doubled = (np.vstack([matrices[0], 2 * matrices[0]]), np.hstack([matrices[1]] * 2))
            network = ExactNetwork((*doubled, matrices[2]), 7)
            x = random.integers(-5, 6, size=(40, 3))
            merged = network.merged()
            assert np.array_equal(merged.numerators(x), network.numerators(x))
            assert merged.neurons <= 11

    def test_large_values_are_refused_and_not_wrapped(self) -> None:
        network = smallest_max_network(9)
        assert network.numerators(np.full((1, 9), 10**9)).tolist() == [10**9]
        with pytest.raises(ValueError, match="smaller entries"):
            network.numerators(np.full((1, 9), 10**17))

    def test_floats_divide_once(self) -> None:
        matrices, bias = smallest_max_network(6, 2).floats()
        assert bias == 0
        assert np.abs(matrices[-1]).max() <= 1
