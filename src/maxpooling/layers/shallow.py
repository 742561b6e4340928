"""Networks that take the maximum with one hidden layer fewer than Lemma 1 (ours), in torch."""

from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from maxpooling.networks import max_network_matrices, pairwise_max_factors
from maxpooling.order_statistics import check_integer
from maxpooling.two_layers import identity
from maxpooling.two_layers.identity import INPUTS, Goal
from maxpooling.two_layers.matrices import Floats, two_layer_matrices

MOST_INPUTS: Final = 8
"""Beyond, the identities that are known have too many comparisons to be written out as weights."""


class ShallowMax(nn.Module):
    """A chain of linear layers with ReLUs between them, [..., d] to [...]; no biases.

    Attributes:
        layers: the chain, an ``nn.Sequential``.
        hidden_widths: numbers of neurons of the hidden layers, from the inputs on.
    """

    def __init__(self, matrices: tuple[Floats, ...], dtype: torch.dtype | None) -> None:
        """Take the weight matrices from the inputs on, rounded to ``dtype`` once."""
        super().__init__()
        chain: list[nn.Module] = []
        for weights in matrices:
            outputs, inputs = weights.shape
            # Without initialising first, which would draw from torch's random numbers for nothing.
            layer = nn.Linear(inputs, outputs, bias=False, dtype=dtype, device="meta")
            layer = layer.to_empty(device="cpu")
            with torch.no_grad():
                layer.weight.copy_(torch.from_numpy(weights))
            chain += [layer, nn.ReLU()]
        self.layers = nn.Sequential(*chain[:-1])
        self.hidden_widths = tuple(len(weights) for weights in matrices[:-1])

    def forward(self, x: Tensor) -> Tensor:
        """Evaluate on pools of shape [..., d]."""
        result: Tensor = self.layers(x).squeeze(-1)
        return result


def two_layer_max(
    n: Any, goal: Goal = "neurons", *, dtype: torch.dtype | None = None
) -> ShallowMax:
    """The maximum of n numbers by a network with exactly two hidden layers.

    Exact in real arithmetic (``maxpooling.two_layers.verify`` proves the identity behind it). In
    floating point the second layer's rounding errors are added up with the identity's coefficients:
    relative to the largest |x_i|, below 1e-11 in double and 1e-2 in single precision.

    Args:
        n: number of inputs, 2..8. Up to four inputs Lemma 1 has two hidden layers or fewer; its
            network is padded to two. For nine and ten inputs there are identities, but of more than
            fifty million comparisons: no network is made of them.
        goal: which identity, see ``maxpooling.two_layers.identity``.
        dtype: of the parameters, torch's default if None.

    Returns:
        A module from [..., n] to [...] with n(n-1)/2 + n + 1 neurons in the first hidden layer and
        one per comparison, and two more, in the second.

    Raises:
        ValueError: if n is not an integer in its range, or goal is none of those known.

    Examples:
        >>> network = two_layer_max(5)
        >>> network.hidden_widths, network(torch.tensor([-4.0, -2.0, -9.0, -3.0, -5.0])).item()
        ((16, 9), -2.0)
    """
    n = check_integer("n (the number of inputs)", n, 2, MOST_INPUTS)
    return ShallowMax(_two_layers(n, goal), dtype)


def three_layer_max(d: Any, *, dtype: torch.dtype | None = None) -> ShallowMax:
    """The maximum of d numbers by three hidden layers, where Lemma 1 takes four for d > 8.

    The first layer takes the maxes of ceil(d/2) pairs (a number left over is paired with itself),
    the other two are those of ``two_layer_max``.

    Args:
        d: number of inputs, 9..16; 9 is the 3x3 pool, 16 the 4x4 pool.
        dtype: of the parameters, torch's default if None.

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> three_layer_max(9).hidden_widths
        (15, 16, 9)
    """
    d = check_integer("d (the number of inputs)", d, 9, 2 * MOST_INPUTS)
    half = (d + 1) // 2
    compare, combine = pairwise_max_factors(half)
    copies = np.eye(d)[np.minimum(np.arange(2 * half), d - 1)]
    first, *rest = _two_layers(half, "neurons")
    return ShallowMax((compare @ copies, first @ combine, *rest), dtype)


def _two_layers(n: int, goal: Goal) -> tuple[Floats, ...]:
    if n >= INPUTS[0]:
        return two_layer_matrices(identity(n, goal))
    matrices = tuple(weights.astype(np.float64) for weights in max_network_matrices(n))
    if len(matrices) == 3:
        return matrices
    first, last = matrices
    return first, np.vstack([last, -last]), np.array([[1.0, -1.0]])
