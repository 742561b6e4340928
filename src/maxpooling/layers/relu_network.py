"""A chain of linear layers and ReLUs: the one class for the networks of this library."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

Matrix = NDArray[np.int64] | NDArray[np.float64]
"""Weights of one layer, shape [outputs, inputs]."""


class ReluNetwork(nn.Module):
    """A plain chain of linear layers with ReLUs between them and one output.

    Calling it maps a tensor of shape [..., d] to shape [...].

    Attributes:
        layers: the chain itself.
        hidden_widths: numbers of neurons of the hidden layers, from the inputs on.

    Examples:
        >>> absolute_value = ReluNetwork([np.array([[1.0], [-1.0]]), np.array([[1.0, 1.0]])])
        >>> absolute_value.hidden_widths, absolute_value(torch.tensor([-3.0])).item()
        ((2,), 3.0)
    """

    layers: nn.Sequential

    def __init__(
        self,
        matrices: Sequence[Matrix],
        bias: float = 0.0,
        *,
        input_bias: NDArray[np.float64] | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Take the weight matrices from the inputs on.

        Args:
            matrices: W_1, ..., W_L, W_out; W_out has one row.
            bias: added to the output; a bias parameter exists only if it is not zero.
            input_bias: added in the first hidden layer, shape [n_1]; None for no such parameter.
            dtype: of the parameters, torch's default if None. Weights are rounded to it once.

        Raises:
            ValueError: if there is no matrix, the shapes do not chain, or W_out has not one row.
        """
        super().__init__()
        shapes = [weights.shape for weights in matrices]
        if (
            not shapes
            or any(len(shape) != 2 for shape in shapes)
            or any(after[1] != before[0] for before, after in pairwise(shapes))
            or shapes[-1][0] != 1
        ):
            raise ValueError(
                "matrices must be of shapes [n_1, d], [n_2, n_1], ..., [1, n_L], at least one, "
                f"got {[list(shape) for shape in shapes]}"
            )
        chain: list[nn.Module] = []
        for k, weights in enumerate(matrices[:-1]):
            added = input_bias if k == 0 and input_bias is not None else 0.0
            chain += [_linear(weights, added, dtype), nn.ReLU()]
        self.layers = nn.Sequential(*chain, _linear(matrices[-1], bias, dtype))
        self.hidden_widths = tuple(len(weights) for weights in matrices[:-1])

    def forward(self, x: Tensor) -> Tensor:
        """Evaluate on pools of shape [..., d], of the parameters' dtype.

        Raises:
            ValueError: another last axis, or another dtype (integers among them).
        """
        try:
            result: Tensor = self.layers(x).squeeze(-1)
        except RuntimeError as error:  # only now: a check before would end tracing and compiling
            self._refuse(x, error)
            raise
        return result

    def _refuse(self, x: Tensor, error: RuntimeError) -> None:
        """Say it by name if torch's error comes from what was given."""
        weight = next(self.layers.parameters())
        shape = tuple(x.shape)
        if x.dtype != weight.dtype or x.ndim == 0 or shape[-1] != weight.shape[1]:
            raise ValueError(
                f"x must be of shape [..., {weight.shape[1]}] and {weight.dtype}, as the weights "
                f"are (dtype= makes others), got {x.dtype} of shape {shape}"
            ) from error


def _linear(
    weights: Matrix, bias: float | NDArray[np.float64], dtype: torch.dtype | None
) -> nn.Linear:
    outputs, inputs = weights.shape
    biased = isinstance(bias, np.ndarray) or bias != 0
    # Without initialising first, which would draw from torch's random numbers for nothing.
    empty = nn.Linear(inputs, outputs, bias=biased, dtype=dtype, device="meta")
    layer = empty.to_empty(device="cpu")
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weights))
        if biased:
            layer.bias.copy_(torch.as_tensor(bias, dtype=torch.float64))
    return layer
