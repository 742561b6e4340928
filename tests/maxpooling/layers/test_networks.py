"""Theorem 1, Lemma 1 and Theorem 4 as torch modules."""

from collections.abc import Callable
from itertools import combinations, product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from maxpooling.approximation import best_uniform
from maxpooling.layers import ReluNetwork, SubpoolNetwork, exact_max_network, heaviside_network
from maxpooling.networks import (
    exact_max_cost,
    layer_widths,
    pairwise_max_counts,
    subpool_network_cost,
)


def order_sets(d: int) -> list[tuple[int, ...]]:
    return [orders for n in range(1, d + 1) for orders in combinations(range(d), n)]


def parameters(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


class TestTheorem1:
    @pytest.mark.parametrize("d", range(1, 6))
    def test_sign_on_a_whole_grid(self, d: int) -> None:
        x = torch.tensor(list(product((-2.0, 0.0, 0.5), repeat=d)))
        assert torch.equal(heaviside_network(d)(x) > 0, x.amax(-1) > 0)

    @given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1))
    def test_sign_of_any_numbers(self, x: list[float]) -> None:
        assert bool(heaviside_network(len(x))(torch.tensor(x)) > 0) == (max(x) > 0)

    def test_one_layer_of_d_neurons(self) -> None:
        assert heaviside_network(7).hidden_widths == (7,)


class TestWhatIsPutIn:
    """Another type or last axis is refused by name, by every network."""

    NETWORKS: tuple[Callable[[], ReluNetwork], ...] = (
        lambda: exact_max_network(9),
        lambda: heaviside_network(9),
        lambda: SubpoolNetwork(9, [0, 8]),
    )

    @pytest.mark.parametrize("make", NETWORKS)
    @pytest.mark.parametrize(
        ("x", "found"),
        [
            (torch.arange(9), "torch.int64 of shape (9,)"),
            (torch.zeros(2, 9, dtype=torch.float64), "torch.float64 of shape (2, 9)"),
            (torch.zeros(9, 8), "torch.float32 of shape (9, 8)"),
            (torch.tensor(1.0), "torch.float32 of shape ()"),
        ],
    )
    def test_refused(self, make: Callable[[], ReluNetwork], x: torch.Tensor, found: str) -> None:
        with pytest.raises(ValueError, match=r"shape \[\.\.\., 9\] and torch\.float32") as refused:
            make()(x)
        assert str(refused.value).endswith(f"got {found}")

    def test_doubles_with_double_weights(self) -> None:
        x = torch.tensor([3.0, 1.0, 2.0], dtype=torch.float64)
        assert exact_max_network(3, dtype=torch.float64)(x).item() == 3.0

    def test_the_refusal_stands_in_no_tracer_s_way(self) -> None:
        network, x = exact_max_network(3), torch.tensor([3.0, 1.0, 2.0])
        assert torch.fx.symbolic_trace(network)(x).item() == 3.0
        compiled = torch.compile(network, fullgraph=True, backend="eager")
        assert compiled(x).item() == 3.0


class TestLemma1:
    @pytest.mark.parametrize("d", range(1, 6))
    def test_maximum_on_a_whole_grid(self, d: int) -> None:
        x = torch.tensor(list(product((-3.0, -1.0, 0.0, 2.0), repeat=d)))
        assert torch.equal(exact_max_network(d)(x), x.amax(-1))

    @given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=40))
    @settings(deadline=None)
    def test_rounding_is_one_unit_a_round(self, x: list[float]) -> None:
        exact = max(x)
        found = exact_max_network(len(x), dtype=torch.float64)(torch.tensor(x, dtype=torch.float64))
        rounds = len(exact_max_network(len(x)).hidden_widths)
        assert abs(found.item() - exact) <= 4 * rounds * 2**-52 * max(map(abs, x))

    @pytest.mark.parametrize("d", [2, 3, 9, 16, 33])
    def test_sizes_are_the_stated_cost(self, d: int) -> None:
        network, cost = exact_max_network(d), exact_max_cost(d)
        assert (network.hidden_widths, parameters(network)) == (cost.hidden_widths, cost.parameters)

    def test_non_negative_variant(self) -> None:
        x = torch.rand(100, 9, dtype=torch.float64)
        network = exact_max_network(9, non_negative=True, dtype=torch.float64)
        assert network.hidden_widths == (16, 8, 4, 2)
        assert torch.allclose(network(x), x.amax(-1), rtol=0, atol=1e-15)

    def test_gradient_is_that_of_the_maximum(self) -> None:
        x = torch.tensor([0.5, -2.0, 3.0, 1.0, 2.5], requires_grad=True)
        (gradient,) = torch.autograd.grad(exact_max_network(5)(x), x)
        assert gradient.tolist() == [0, 0, 1, 0, 0]

    def test_random_numbers_are_left_alone(self) -> None:
        torch.manual_seed(3)
        expected = torch.rand(1)
        torch.manual_seed(3)
        exact_max_network(9)
        assert torch.equal(torch.rand(1), expected)


class TestTheorem4:
    @pytest.mark.parametrize("d", range(1, 8))
    def test_estimator_of_every_order_set(self, d: int) -> None:
        x = torch.rand(64, d, dtype=torch.float64, generator=torch.Generator().manual_seed(d))
        for orders in order_sets(d):
            network = SubpoolNetwork(d, orders, dtype=torch.float64)
            expected = torch.from_numpy(best_uniform(d, orders)(x.numpy()))
            assert torch.allclose(network(x), expected, rtol=0, atol=1e-13), orders

    @pytest.mark.parametrize("orders", [(0, 8), (8,), (0, 2, 8), (0, 1, 5), tuple(range(9))])
    def test_nine_in_single_precision(self, orders: tuple[int, ...]) -> None:
        x = torch.rand(1000, 9)
        expected = torch.from_numpy(best_uniform(9, orders)(x.numpy())).float()
        assert torch.allclose(SubpoolNetwork(9, orders)(x), expected, rtol=0, atol=1e-4)

    @pytest.mark.parametrize("d", [*range(3, 20), 33, 64])
    def test_layers_have_the_widths_of_formula_7(self, d: int) -> None:
        network = SubpoolNetwork(d, [0, d - 1])
        assert network.pairwise_maxes[::-1] == layer_widths(d)
        assert network.hidden_widths == tuple(3 * n for n in network.pairwise_maxes)

    @pytest.mark.parametrize("d", [4, 7])
    def test_sizes_are_the_stated_cost(self, d: int) -> None:
        for orders in order_sets(d):
            network, cost = SubpoolNetwork(d, orders), subpool_network_cost(d, orders)
            assert network.hidden_widths == cost.hidden_widths
            assert parameters(network) == cost.parameters
            assert network.pairwise_maxes == pairwise_max_counts(d, orders)
            assert sum(int(p.count_nonzero()) for p in network.parameters()) == (
                cost.multiply_adds + (0 in orders)
            )

    def test_error_is_attained_at_vertices_and_nowhere_exceeded(self) -> None:
        network = SubpoolNetwork(9, [0, 8], dtype=torch.float64)
        vertices = torch.tril(torch.ones(10, 9, dtype=torch.float64), -1)
        errors = network(vertices) - vertices.amax(-1)
        assert errors.tolist() == pytest.approx([1 / 18, -1 / 18] + [1 / 18] * 8)
        x = torch.rand(10_000, 9, dtype=torch.float64)
        assert (network(x) - x.amax(-1)).abs().max() < 1 / 18

    def test_leading_axes_are_kept(self) -> None:
        assert SubpoolNetwork(4, [0, 3])(torch.rand(2, 3, 4)).shape == (2, 3)

    def test_default_dtype_is_torchs(self) -> None:
        assert SubpoolNetwork(3, [0, 2])(torch.rand(3)).dtype == torch.get_default_dtype()


class TestTestsCanFail:
    """A network with one weight off must not pass for the right one."""

    def test_a_changed_weight_shows(self) -> None:
        x = torch.rand(1000, 5, dtype=torch.float64)
        right = SubpoolNetwork(5, [0, 2, 4], dtype=torch.float64)
        for index, parameter in enumerate(right.parameters()):
            wrong = SubpoolNetwork(5, [0, 2, 4], dtype=torch.float64)
            changed = list(wrong.parameters())[index]
            where = tuple(np.argwhere(parameter.detach().numpy())[0])
            with torch.no_grad():
                changed[where] += 0.01
            assert not torch.allclose(wrong(x), right(x), rtol=0, atol=1e-6)


class TestBadInput:
    @pytest.mark.parametrize(
        "shapes", [[], [(3,)], [(2, 3), (1, 3)], [(2, 3), (2, 2)], [(1, 2, 3)], [(0, 3)]]
    )
    def test_matrices_that_are_no_chain(self, shapes: list[tuple[int, ...]]) -> None:
        with pytest.raises(ValueError, match=r"matrices must be of shapes .* got \["):
            ReluNetwork([np.zeros(shape) for shape in shapes])

    @pytest.mark.parametrize("function", [heaviside_network, exact_max_network])
    @pytest.mark.parametrize("d", [0, -1, 2.0, True, "3"])
    def test_pool_size_refused(self, function: Callable[..., object], d: Any) -> None:
        with pytest.raises(ValueError, match="pool size"):
            function(d)

    @pytest.mark.parametrize(
        ("d", "orders", "message"),
        [(0, [1], "pool size"), (4, [4], r"0\.\.3, got 4"), (4, [], "at least one"),
         (20, range(20), "parameters, at most")],
    )  # fmt: skip
    def test_subpool_network_refused(self, d: Any, orders: Any, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            SubpoolNetwork(d, orders)
