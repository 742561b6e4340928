"""ReLU networks for the maximum as torch modules: Theorem 1, Lemma 1, Theorem 4."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from maxpooling.layers.shallow import two_layer_max as two_layer_max
from maxpooling.networks import (
    max_network_matrices,
    pairwise_max_counts,
    subpool_network_matrices,
)
from maxpooling.order_statistics import check_orders, check_pool_size


class ReluNetwork(nn.Module):
    """A plain chain of linear layers with ReLUs between them and one output.

    Calling it maps a tensor of shape [..., d] to shape [...]. ``layers`` is the chain itself, an
    ``nn.Sequential``; ``hidden_widths`` are its numbers of neurons, from the inputs on.
    """

    layers: nn.Sequential

    def __init__(
        self,
        matrices: Sequence[NDArray[Any]],
        bias: float = 0.0,
        *,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Take the weight matrices from the inputs on.

        Args:
            matrices: W_1, ..., W_L, W_out; W_out has one row.
            bias: added to the output; a bias parameter exists only if it is not zero.
            dtype: of the parameters, torch's default if None. Weights are rounded to it once.
        """
        super().__init__()
        chain: list[nn.Module] = []
        for weights in matrices[:-1]:
            chain += [_linear(weights, 0.0, dtype), nn.ReLU()]
        self.layers = nn.Sequential(*chain, _linear(matrices[-1], bias, dtype))
        self.hidden_widths = tuple(len(weights) for weights in matrices[:-1])

    def forward(self, x: Tensor) -> Tensor:
        """Evaluate on pools of shape [..., d]."""
        result: Tensor = self.layers(x).squeeze(-1)
        return result


def heaviside_network(d: Any, *, dtype: torch.dtype | None = None) -> ReluNetwork:
    """Theorem 1: d neurons in one hidden layer decide whether max(x) is positive.

    The output is relu(x_1) + ... + relu(x_d): positive iff max(x) is, zero otherwise. It does not
    equal the heaviside function, which no ReLU network can, being continuous.

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> network = heaviside_network(3)
        >>> (network(torch.tensor([[-1.0, 2.0, -3.0], [-1.0, 0.0, -3.0]])) > 0).tolist()
        [True, False]
    """
    d = check_pool_size(d)
    return ReluNetwork([np.eye(d), np.ones((1, d))], dtype=dtype)


def exact_max_network(
    d: Any, *, non_negative: bool = False, dtype: torch.dtype | None = None
) -> ReluNetwork:
    """Lemma 1: the maximum of d real numbers by rounds of pairwise maxes.

    Exact in real arithmetic. In floating point every round computes (a - b) + b, so the result may
    be off by a rounding error of the largest |x_i| per round; integers come out exactly.

    Args:
        d: number of inputs.
        non_negative: two neurons per pair instead of three (ours), right for x >= 0 only.
        dtype: of the parameters, torch's default if None.

    Returns:
        Hidden layers of 3 * 2^(L-1), ..., 6, 3 neurons (2 for 3 if non_negative), L = ceil(log2 d).

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> network = exact_max_network(5)
        >>> network.hidden_widths, network(torch.tensor([-4.0, -2.0, -9.0, -3.0, -5.0])).item()
        ((12, 6, 3), -2.0)
    """
    return ReluNetwork(max_network_matrices(d, non_negative=non_negative), dtype=dtype)


class SubpoolNetwork(ReluNetwork):
    """Theorem 4's network of the best uniform estimator with the given orders.

    Each hidden layer holds three neurons per pairwise max, and two more where a partial sum of
    finished orders is carried on. ``pairwise_maxes`` are the numbers of maxes per hidden layer,
    from the pairs up: for the orders {0, d-1} those of
    :func:`maxpooling.networks.layer_widths`, reversed.

    Examples:
        >>> network = SubpoolNetwork(9, [0, 8])
        >>> network.pairwise_maxes, network.hidden_widths
        ((12, 10, 9), (36, 30, 27))
    """

    def __init__(self, d: Any, orders: Any, *, dtype: torch.dtype | None = None) -> None:
        """Build the network.

        Args:
            d: pool size.
            orders: iterable of distinct integers in 0..d-1.
            dtype: of the parameters, torch's default if None. With many orders the coefficients
                grow like (3/2)^d and alternate, and single precision loses what they cancel.

        Raises:
            ValueError: if d or orders are not of this kind, or the network is too large to store.
        """
        d = check_pool_size(d)
        orders = check_orders(d, orders)
        matrices, bias = subpool_network_matrices(d, orders)
        super().__init__(matrices, bias, dtype=dtype)
        self.d = d
        self.orders = orders
        self.pairwise_maxes = pairwise_max_counts(d, orders)


def _linear(weights: NDArray[Any], bias: float, dtype: torch.dtype | None) -> nn.Linear:
    outputs, inputs = weights.shape
    # Without initialising first, which would draw from torch's random numbers for nothing.
    empty = nn.Linear(inputs, outputs, bias=bias != 0, dtype=dtype, device="meta")
    layer = empty.to_empty(device="cpu")
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weights))
        if bias:
            layer.bias.fill_(bias)
    return layer
