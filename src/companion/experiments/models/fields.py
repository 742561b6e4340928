"""Which pixels of an image a network can see at all, whatever its weights.

A pixel is seen if some path of the network leads from it to an output. With every weight one, every
activation and normalisation left out, and sums in the place of maxima, no two paths cancel, and the
gradient of the outputs at a pixel is positive exactly where there is a path.
"""

from copy import deepcopy

import torch
from torch import Tensor, nn

from companion.experiments.models.layers import GhostBatchNorm, Normalise, Scale

# Layers that act on each entry by itself, so that paths go straight through.
_ENTRYWISE = (nn.ReLU, nn.LeakyReLU, nn.CELU, nn.Sigmoid, nn.Tanh, Normalise, GhostBatchNorm, Scale)
_LINEAR = (nn.Conv2d, nn.Linear, nn.AvgPool2d, nn.Flatten, nn.Identity)


def seen(model: nn.Module, shape: tuple[int, int, int]) -> Tensor:
    """Mark the pixels from which a path leads to an output of the model.

    Outside of them the gradient of every output is exactly zero for all weights and all images.

    Args:
        model: a model of :func:`companion.experiments.models.building.build`; it is not changed.
        shape: [C, H, W] of its images.

    Returns:
        Booleans of shape [H, W].

    Raises:
        TypeError: the model has a layer of a kind whose paths are not known here.
    """
    x = torch.zeros(1, *shape, dtype=torch.float64, requires_grad=True)
    paths = _paths(deepcopy(model)).double().eval()
    (gradient,) = torch.autograd.grad(paths(x).sum(), x)
    return gradient[0].sum(0) > 0


def _paths(model: nn.Module) -> nn.Module:
    """Turn a model into the one that counts its paths, in place."""
    for name, module in model.named_children():
        if isinstance(module, nn.MaxPool2d):
            pool = nn.AvgPool2d(
                module.kernel_size, module.stride, module.padding, divisor_override=1
            )
            setattr(model, name, pool)
        elif isinstance(module, _ENTRYWISE):
            setattr(model, name, nn.Identity())
        elif not list(module.children()) and not isinstance(module, _LINEAR):
            raise TypeError(f"model must be made of known layers, got {type(module).__name__}")
        else:
            _paths(module)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0)
    return model
