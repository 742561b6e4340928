"""The nine models of Appendix E, with the paper's parameter counts, and LeNets of other parts.

A model takes pixels in [0, 1] of shape [N, C, H, W]; normalisation is its first layer, so that an
attack's epsilon is in pixel units.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import prod

import torch
from torch import nn

from companion.experiments.models.layers import (
    GhostBatchNorm,
    Normalise,
    Residual,
    Scale,
    Whitening,
)
from companion.experiments.runs.config import GRID, MODELS

# Mean and standard deviation of each channel of the training images, in pixel units.
MNIST_MOMENTS = ((0.1307,), (0.3081,))
CIFAR10_MOMENTS = ((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616))

Activation = Callable[[], nn.Module]
# What stands where the max pool model has a convolution and a pool: the two modules in turn.
Block = Callable[[int, int, int], list[nn.Module]]


@dataclass(frozen=True)
class Stage:
    """One module of a model, as the architecture table shows it.

    Attributes:
        name: the module's name in the model.
        layer: what it is.
        shape: shape of its output for one image, without the batch axis.
        parameters: how many numbers it holds as parameters.
    """

    name: str
    layer: str
    shape: tuple[int, ...]
    parameters: int


def build(experiment: str, variant: str) -> nn.Sequential:
    """Build a model of the paper or of the grid, with PyTorch's default initialisation.

    Args:
        experiment: ``"lenet-mnist"``, ``"lenet-cifar10"`` or ``"resnet-cifar10"``;
            ``"activation-mnist"`` or ``"activation-cifar10"``.
        variant: for the first three: ``"maxpool"`` or ``"conv"``; ``"maxpool"``, ``"conv-small"``
            or ``"strided"``; those and ``"conv-large"``. For the grid: pool and activation, such
            as ``"average-leaky-relu"``, or ``"linear"``.

    Returns:
        The model, from pixels in [0, 1] to ten logits.

    Raises:
        ValueError: there is no such experiment or variant.

    Example:
        >>> count_parameters(build("lenet-mnist", "maxpool"))
        259106
        >>> count_parameters(build("resnet-cifar10", "conv-large"))
        10238233
    """
    if experiment not in MODELS:
        raise ValueError(f"experiment must be one of {', '.join(MODELS)}, got {experiment!r}")
    if variant not in MODELS[experiment]:
        allowed = ", ".join(MODELS[experiment])
        raise ValueError(f"variant of {experiment} must be one of {allowed}, got {variant!r}")
    if experiment == "resnet-cifar10":
        return resnet(variant)
    dataset = dataset_of(experiment)
    if variant == "linear":
        return linear_classifier(dataset)
    if experiment in GRID:
        pool, _, activation = variant.partition("-")
        return lenet(dataset, GRID_BLOCKS[pool], GRID_ACTIVATIONS[activation])
    return lenet(dataset, LENET_BLOCKS[variant])


def count_parameters(model: nn.Module) -> int:
    """Count the numbers that a model holds as parameters, frozen ones included.

    The ResNet's counts in the paper include the whitening layer, which Page does not train.

    Args:
        model: any module.

    Returns:
        How many there are.
    """
    return sum(parameter.numel() for parameter in model.parameters())


def dataset_of(experiment: str) -> str:
    """Return the name of the data set of an experiment.

    Args:
        experiment: for example ``lenet-mnist``.

    Returns:
        ``"mnist"`` or ``"cifar10"``.
    """
    return experiment.rpartition("-")[2]


def input_shape(experiment: str) -> tuple[int, int, int]:
    """Return the shape [C, H, W] of an experiment's images.

    Args:
        experiment: for example ``lenet-mnist``.

    Returns:
        (1, 28, 28) for MNIST, (3, 32, 32) for CIFAR-10.
    """
    return (1, 28, 28) if dataset_of(experiment) == "mnist" else (3, 32, 32)


def stages(model: nn.Sequential, shape: tuple[int, int, int]) -> list[Stage]:
    """Describe a model module by module, by sending one blank image through it.

    Args:
        model: a model of :func:`build`.
        shape: of one image, see :func:`input_shape`.

    Returns:
        Its modules in order, those of nested sequences one by one.
    """
    found = []
    x = torch.zeros(1, *shape)
    training = model.training
    model.eval()
    with torch.no_grad():
        for name, module in model.named_children():
            steps = module.named_children() if type(module) is nn.Sequential else [("", module)]
            for inner, step in steps:
                x = step(x)
                path = f"{name}.{inner}" if inner else name
                found.append(Stage(path, repr(step), tuple(x.shape[1:]), count_parameters(step)))
    model.train(training)
    return found


# Channels, kernels, inputs of the hidden linear layer, and moments of the pixels.
Sizes = tuple[tuple[int, ...], tuple[int, ...], int, tuple[tuple[float, ...], tuple[float, ...]]]
LENET_SIZES: dict[str, Sizes] = {
    "mnist": ((1, 32, 64), (5, 5), 1024, MNIST_MOMENTS),
    "cifar10": ((3, 32, 64, 128), (5, 5, 3), 512, CIFAR10_MOMENTS),
}


def lenet(dataset: str, block: Block, activation: Activation = nn.ReLU) -> nn.Sequential:
    """Build a LeNet: blocks of convolution, pool and activation, then two linear layers.

    Args:
        dataset: ``"mnist"`` (two blocks) or ``"cifar10"`` (three).
        block: makes the convolution and what pools after it.
        activation: makes the activation after each pool and after the hidden linear layer.

    Returns:
        The model.
    """
    channels, kernels, flat, moments = LENET_SIZES[dataset]
    blocks = [
        nn.Sequential(*block(into, out, kernel), activation())
        for (into, out), kernel in zip(pairwise(channels), kernels, strict=True)
    ]
    head = [nn.Flatten(), nn.Linear(flat, 200), activation(), nn.Linear(200, 10)]
    return nn.Sequential(Normalise(*moments), *blocks, *head)


def _pooled(pool: Callable[[int], nn.Module]) -> Block:
    """Make a LeNet block: an unpadded convolution, then ``pool`` for its channels."""
    return lambda into, out, kernel: [nn.Conv2d(into, out, kernel), pool(out)]


LENET_BLOCKS: dict[str, Block] = {
    "maxpool": _pooled(lambda _: nn.MaxPool2d(3, stride=2, padding=1)),
    "conv": _pooled(lambda c: nn.Conv2d(c, c, 3, stride=2, padding=1)),
    # The paper says "kernel size ... identical", but only 1x1 kernels give its parameter count.
    "conv-small": _pooled(lambda c: nn.Conv2d(c, c, 1, stride=2)),
    "strided": lambda into, out, kernel: [nn.Conv2d(into, out, kernel, stride=2)],
}


GRID_BLOCKS: dict[str, Block] = {
    "max": LENET_BLOCKS["maxpool"],
    "average": _pooled(lambda _: nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False)),
    "strided": LENET_BLOCKS["strided"],
}
GRID_ACTIVATIONS: dict[str, Activation] = {
    "relu": nn.ReLU,
    "leaky-relu": nn.LeakyReLU,  # slope 0.01 for negative numbers
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "none": nn.Identity,
}


def linear_classifier(dataset: str) -> nn.Sequential:
    """Build softmax regression on the pixels: what networks without non-linearity amount to.

    Args:
        dataset: ``"mnist"`` or ``"cifar10"``.

    Returns:
        The model.
    """
    moments = LENET_SIZES[dataset][3]
    inputs = prod(input_shape(dataset))
    return nn.Sequential(Normalise(*moments), nn.Flatten(), nn.Linear(inputs, 10))


def resnet(variant: str) -> nn.Sequential:
    """Build the ResNet of Page's "bag of tricks" in the paper's variant.

    A frozen whitening layer and a convolution; three layers, each of a convolution that doubles the
    channels, a pool that halves the side, ghost batch norm and CELU, then a residual block; a last
    pool over 4x4 and a linear layer. The given counts leave no room for biases of the original
    convolutions nor for parameters of the batch norms; replaced pools have biases.

    Args:
        variant: ``"maxpool"``, ``"conv-large"``, ``"conv-small"`` or ``"strided"``.

    Returns:
        The model.
    """
    stem = nn.Sequential(Whitening(), _conv(27, 64), GhostBatchNorm(64), _celu())
    layers = [_layer(variant, channels) for channels in (64, 128, 256)]
    head = [_pool(variant, 512, 4), nn.Flatten(), nn.Linear(512, 10, bias=False), Scale(1 / 16)]
    return nn.Sequential(Normalise(*CIFAR10_MOMENTS), stem, *layers, *head)


def _layer(variant: str, channels: int) -> nn.Sequential:
    out = 2 * channels
    if variant == "strided":
        pooled = [_conv(channels, out, stride=2)]
    else:
        pooled = [_conv(channels, out), _pool(variant, out, 2)]
    inner = nn.Sequential(_conv(out, out), GhostBatchNorm(out), _celu())
    return nn.Sequential(*pooled, GhostBatchNorm(out), _celu(), Residual(inner))


def _pool(variant: str, channels: int, size: int) -> nn.Module:
    """Make a pool over size x size pixels, or the convolution that stands in its place."""
    if variant == "maxpool":
        return nn.MaxPool2d(size)
    return nn.Conv2d(channels, channels, size if variant == "conv-large" else 1, stride=size)


def _conv(into: int, out: int, stride: int = 1) -> nn.Module:
    return nn.Conv2d(into, out, 3, stride=stride, padding=1, bias=False)


def _celu() -> nn.Module:
    return nn.CELU(alpha=0.3)
