"""Two hidden layers in torch: equal to max on random, tied and cell-boundary inputs."""

from itertools import product
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from maxpooling.layers import (
    piecewise_network,
    relu_max_network,
    three_layer_max,
    two_layer_max,
)
from maxpooling.networks import from_max_min
from maxpooling.two_layers import Template, identity
from maxpooling.two_layers.comparisons import distinct_comparisons, same_function
from maxpooling.two_layers.orderings import all_pairs

TOLERANCE = {torch.float64: 1e-11, torch.float32: 1e-2}


def error(network: nn.Module, x: Tensor) -> float:
    with torch.no_grad():
        return float((network(x) - x.max(dim=-1).values).abs().max() / x.abs().max())


def inputs(n: int, dtype: torch.dtype) -> Tensor:
    random = torch.Generator().manual_seed(n)
    normal = torch.randn(200, n, generator=random, dtype=dtype)
    tied = torch.randint(-2, 3, (200, n), generator=random).to(dtype)
    boundary = tied + 2.0**-20 * torch.randint(-1, 2, (200, n), generator=random).to(dtype)
    return torch.cat(
        [normal, tied, boundary, torch.eye(n, dtype=dtype), -torch.eye(n, dtype=dtype)]
    )


class TestTwoLayers:
    @pytest.mark.parametrize("n", range(2, 9))
    def test_equals_max(self, n: int) -> None:
        network = two_layer_max(n, dtype=torch.float64)
        for dtype, tolerance in TOLERANCE.items():
            assert error(network.to(dtype), inputs(n, dtype)) < tolerance

    @pytest.mark.parametrize("n", range(2, 8))
    def test_has_exactly_two_relu_modules(self, n: int) -> None:
        network = two_layer_max(n)
        modules = [module for module in network.modules() if not list(module.children())]
        kinds = [type(module) for module in modules]
        assert kinds == [nn.Linear, nn.ReLU, nn.Linear, nn.ReLU, nn.Linear]
        assert all(m.bias is None for m in modules if isinstance(m, nn.Linear))

    @pytest.mark.parametrize("n", [5, 6, 7])
    def test_symmetric_ones_too(self, n: int) -> None:
        network = two_layer_max(n, "symmetric", dtype=torch.float64)
        assert error(network, inputs(n, torch.float64)) < 1e-11

    def test_where_the_second_layer_switches(self) -> None:
        # Points with f_Z = f_Z' for the templates themselves: integers hit these cell boundaries.
        network = two_layer_max(5, dtype=torch.float64)
        grid = torch.cartesian_prod(*[torch.arange(-2.0, 3.0, dtype=torch.float64)] * 5)
        pre = network.layers[2](network.layers[1](network.layers[0](grid)))
        assert (pre == 0).any(dim=0)[:7].all()
        assert torch.equal(network(grid), grid.max(dim=-1).values)

    @pytest.mark.parametrize("n", [1, 9, 10, True, 5.5])
    def test_other_sizes_are_refused(self, n: Any) -> None:
        with pytest.raises(ValueError, match="number of inputs"):
            two_layer_max(n)

    def test_widths_are_those_of_the_identity(self) -> None:
        for n in (5, 6):
            neurons = len(distinct_comparisons(identity(n))[2])
            assert two_layer_max(n).hidden_widths == (n * (n - 1) // 2 + n + 1, neurons + 2)

    def test_a_batch_of_any_shape(self) -> None:
        assert two_layer_max(5)(torch.zeros(2, 0, 3, 5)).shape == (2, 0, 3)


class TestThreeLayers:
    @pytest.mark.parametrize("d", [9, 10, 11, 12, 14, 16, 18])
    def test_equals_max(self, d: int) -> None:
        network = three_layer_max(d, dtype=torch.float64)
        assert sum(isinstance(m, nn.ReLU) for m in network.modules()) == 3
        assert error(network, inputs(d, torch.float64)) < 1e-11

    @pytest.mark.parametrize("d", [8, 19, None])
    def test_other_sizes_are_refused(self, d: Any) -> None:
        with pytest.raises(ValueError, match="number of inputs"):
            three_layer_max(d)


class TestSmallest:
    @pytest.mark.parametrize("nonnegative", [False, True])
    @pytest.mark.parametrize(("n", "layers"), [(1, None), (5, 2), (9, None), (9, 3), (25, 4)])
    def test_equals_max(self, n: int, layers: int | None, nonnegative: bool) -> None:
        network = relu_max_network(n, layers, nonnegative, dtype=torch.float64)
        x = inputs(n, torch.float64)
        assert error(network, x.abs() if nonnegative else x) < 1e-11
        assert layers is None or len(network.hidden_widths) <= layers

    def test_has_no_two_neurons_alike(self) -> None:
        for n, layers in ((9, 4), (9, 3), (6, 2)):
            for weights in relu_max_network(n, layers).parameters():
                rows = [tuple(row) for row in weights.tolist()]
                assert len(set(rows)) == len(rows)

    def test_fewer_layers_than_we_have_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"hidden_layers \(for 9 inputs\) must be .* got 2"):
            relu_max_network(9, 2)


class TestMerging:
    @pytest.mark.parametrize("n", [5, 6])
    def test_merged_comparisons_keep_the_sum_of_weights(self, n: int) -> None:
        symmetric = identity(n, "symmetric")
        weights = distinct_comparisons(symmetric)[2]
        assert abs(weights.sum() - float(sum(t.coefficient for t in symmetric.terms))) < 1e-12

    def test_no_two_left_are_the_same_function(self) -> None:
        first, second, _ = distinct_comparisons(identity(5, "symmetric"))
        pairs = all_pairs(5)
        kept = [
            Template([pairs[e] for e in a], [pairs[e] for e in b])
            for a, b in zip(first.tolist(), second.tolist(), strict=True)
        ]
        for k, one in enumerate(kept):
            assert not any(same_function(one, other, 5) for other in kept[:k])

    def test_same_function_against_values(self) -> None:
        one, other = Template([(0, 1), (0, 1)], [(2, 3), (2, 3)]), Template([(0, 1)], [(2, 3)])
        assert not same_function(one, other, 4)
        assert same_function(one, one.swapped(), 4)
        assert not same_function(Template([(0, 1)], [(2, 2)]), Template([(0, 1)], [(3, 3)]), 4)


class TestPiecewise:
    def test_floats_agree_with_the_exact_network(self) -> None:
        exact = from_max_min([(1, 2, 3), (0, -1, 1), (2, 0, -5), (-1, -1, 0)], [(0, 1), (2, 3)])
        module = piecewise_network(exact, dtype=torch.float64)
        assert module.hidden_widths == exact.hidden_widths
        points = list(product(range(-4, 5), repeat=2))
        found = module(torch.tensor(points, dtype=torch.float64))
        # Integers of this size are exact in double precision.
        assert found.tolist() == [float(exact(point)) for point in points]

    def test_only_the_first_layer_has_biases(self) -> None:
        module = piecewise_network(from_max_min([(1, 0, -2), (0, 1, 3)], [(0,), (1,)]))
        assert [layer.bias is None for layer in module.layers if isinstance(layer, nn.Linear)] == [
            False,
            True,
            True,
        ]
