"""Theorem 4's network of the best estimator, as a torch module."""

from collections.abc import Iterable

import torch

from maxpooling.arguments import check_orders, check_pool_size
from maxpooling.layers.relu_network import ReluNetwork
from maxpooling.networks import pairwise_max_counts, subpool_network_matrices


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

    def __init__(self, d: int, orders: Iterable[int], *, dtype: torch.dtype | None = None) -> None:
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
