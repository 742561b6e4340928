"""Networks without an activation: what is affine is folded, what is not is shown not to be.

Convolutions, averages and linear layers are affine, and so is any chain of them: one matrix and one
vector do the same. With max pools in the chain, and all linear layers behind the last of them, only
this is left: along every ray from the zero image the output is a straight line (Theorem V, ours).
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor, nn

AFFINE_LAYERS: tuple[type[nn.Module], ...] = (
    nn.Conv1d,
    nn.Conv2d,
    nn.AvgPool1d,
    nn.AvgPool2d,
    nn.Linear,
    nn.Flatten,
    nn.Identity,
)
_TOLERANCE = 1e-9  # of the double precision in which folding computes, relative to the outputs
_COLUMNS = 512  # unit vectors sent through the network at once: bounds the memory


@dataclass(frozen=True)
class AffineMap:
    """x -> weight x + bias on flattened inputs.

    Attributes:
        weight: float64, shape [outputs, inputs].
        bias: float64, shape [outputs].
    """

    weight: Tensor
    bias: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """Map inputs of shape [N, ...] to outputs of shape [N, outputs], in float64."""
        return x.to(torch.float64).flatten(1) @ self.weight.T + self.bias


def fold(
    model: nn.Sequential, shape: Sequence[int], *, also: tuple[type[nn.Module], ...] = ()
) -> AffineMap:
    """Turn a network of affine layers into the one affine map that it computes.

    The image of zero is the bias; the images of the unit vectors, less the bias, are the columns of
    the matrix. In double precision, and compared with the network at random points.

    Args:
        model: nested ``nn.Sequential`` of layers of :data:`AFFINE_LAYERS`; it is not changed.
        shape: of one input, without the batch axis.
        also: further types of layers that the caller knows to be affine.

    Returns:
        The map. Takes as many passes through the network as inputs have entries.

    Raises:
        ValueError: a layer is of no affine type (it is named), or the folded map differs from the
            network, because a type in ``also`` is not affine.

    Example:
        >>> halves = nn.Sequential(nn.AvgPool1d(2), nn.AvgPool1d(2), nn.Flatten())
        >>> fold(halves, (1, 4)).weight
        tensor([[0.2500, 0.2500, 0.2500, 0.2500]], dtype=torch.float64)
    """
    for name, layer in _layers(model):
        if not isinstance(layer, AFFINE_LAYERS + also):
            raise ValueError(
                f"model must have affine layers only, but layer {name!r} is {layer}; allowed are "
                + ", ".join(one.__name__ for one in AFFINE_LAYERS + also)
            )
    inputs = prod(shape)
    double = _double(model)
    with torch.no_grad():
        bias = double(torch.zeros(1, *shape, dtype=torch.float64)).flatten()
        units = torch.eye(inputs, dtype=torch.float64).view(inputs, *shape)
        columns = [double(part).flatten(1) - bias for part in torch.split(units, _COLUMNS)]
        folded = AffineMap(torch.cat(columns).T.contiguous(), bias)
        points = torch.randn(
            8, *shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0)
        )
        expected = double(points).flatten(1)
    off = float((folded(points) - expected).abs().max())
    if off > _TOLERANCE * (1 + float(expected.abs().max())):
        raise ValueError(f"also must hold affine types only: the folded map is off by {off:g}")
    return folded


def ray_defect(model: nn.Module, x: Tensor, factor: float) -> float:
    """Measure how far a network is from straight along the rays from zero through given inputs.

    Args:
        model: any network F; it is evaluated in double precision and not changed.
        x: inputs of shape [N, ...].
        factor: t > 0.

    Returns:
        The largest |F(t x) - F(0) - t (F(x) - F(0))|, divided by the largest |F(x) - F(0)|. Zero up
        to rounding for convolutions without padding and max pools, then linear layers, without
        activation (Theorem V); not a number for a constant F.

    Raises:
        ValueError: the factor is not positive.

    Example:
        >>> pool = nn.Sequential(nn.Conv1d(1, 1, 2), nn.MaxPool1d(3))
        >>> ray_defect(pool, torch.rand(5, 1, 4), 3.0) < 1e-12
        True
        >>> ray_defect(nn.Softshrink(1.0), torch.tensor([[2.0]]), 3.0)  # 0, 1 and 5 at 0, 2 and 6
        2.0
    """
    if not factor > 0:
        raise ValueError(f"factor must be positive, got {factor}")
    double = _double(model)
    with torch.no_grad():
        x = x.to(torch.float64)
        origin = double(torch.zeros_like(x[:1]))
        once, scaled = double(x) - origin, double(factor * x) - origin
    return float((scaled - factor * once).abs().max() / once.abs().max())


def _double(model: nn.Module) -> nn.Module:
    """A copy in double precision, for evaluation."""
    return copy.deepcopy(model).double().eval()


def _layers(model: nn.Sequential) -> list[tuple[str, nn.Module]]:
    """Innermost layers of nested sequences, by name."""
    return [(n, m) for n, m in model.named_modules() if not isinstance(m, nn.Sequential)]
