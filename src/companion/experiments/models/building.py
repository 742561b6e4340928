"""The nine models of Appendix E, with the paper's parameter counts, and LeNets of other parts.

A model takes pixels in [0, 1] of shape [N, C, H, W]; normalisation is its first layer, so that an
attack's epsilon is in pixel units.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import torch
from torch import nn

from companion.experiments.data.sets import Dataset, dataset
from companion.experiments.models.design import (
    Activation,
    Design,
    LeNet,
    Linear,
    Pool,
    ResNet,
    ResNetPool,
)
from companion.experiments.models.layers import (
    GhostBatchNorm,
    Normalise,
    Residual,
    Scale,
    Whitening,
)
from companion.experiments.runs.experiments import experiment as experiment_named

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
            ``"activation-mnist"`` or ``"activation-cifar10"``; ``"resnet-cifar10-repaired"``.
        variant: for the first three: ``"maxpool"`` or ``"conv"``; ``"maxpool"``, ``"conv-small"``
            or ``"strided"``; those and ``"conv-large"``. For the grid: pool and activation, such
            as ``"average-leaky-relu"``, or ``"linear"``. For the last: ``"conv-small"`` or
            ``"strided"``.

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
    chosen = experiment_named(experiment)
    return make(chosen.design(variant), dataset(chosen.dataset))


def make(design: Design, images: Dataset) -> nn.Sequential:
    """Make a model of a design, for the images of a data set.

    Args:
        design: of a LeNet, a linear classifier, or a ResNet (for images of 3 x 32 x 32 pixels).
        images: of which the model takes pixels in [0, 1].

    Returns:
        The model, whose first layer normalises the pixels.
    """
    normalise = Normalise(images.means, images.deviations)
    match design:
        case LeNet():
            return nn.Sequential(normalise, *_lenet(design, images))
        case Linear():
            head = nn.Linear(prod(images.shape), len(images.classes))
            return nn.Sequential(normalise, nn.Flatten(), head)
        case ResNet():
            return nn.Sequential(normalise, *_resnet(design))


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
        For example ``"mnist"``.

    Raises:
        ValueError: there is no such experiment.
    """
    return experiment_named(experiment).dataset


def input_shape(experiment: str) -> tuple[int, int, int]:
    """Return the shape [C, H, W] of an experiment's images.

    Args:
        experiment: for example ``lenet-mnist``.

    Returns:
        For example (1, 28, 28).

    Raises:
        ValueError: there is no such experiment.
    """
    return dataset(dataset_of(experiment)).shape


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


def _lenet(design: LeNet, images: Dataset) -> list[nn.Module]:
    """Blocks of convolution, pool and activation, then two linear layers."""
    block, activation = POOLS[design.pool], ACTIVATIONS[design.activation]
    into, height, width = images.shape
    blocks = []
    for out, kernel in zip(design.channels, design.kernels, strict=True):
        blocks.append(nn.Sequential(*block(into, out, kernel), activation()))
        # The convolution takes kernel - 1 pixels, and what pools leaves every second one.
        into, height, width = out, *((side - kernel + 2) // 2 for side in (height, width))
    flat = into * height * width
    head = [nn.Flatten(), nn.Linear(flat, 200), activation(), nn.Linear(200, len(images.classes))]
    return [*blocks, *head]


def _pooled(pool: Callable[[int], nn.Module]) -> Block:
    """Make a LeNet block: an unpadded convolution, then ``pool`` for its channels."""
    return lambda into, out, kernel: [nn.Conv2d(into, out, kernel), pool(out)]


POOLS: dict[Pool, Block] = {
    "max": _pooled(lambda _: nn.MaxPool2d(3, stride=2, padding=1)),
    "average": _pooled(lambda _: nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False)),
    "conv": _pooled(lambda c: nn.Conv2d(c, c, 3, stride=2, padding=1)),
    # The paper says "kernel size ... identical", but only 1x1 kernels give its parameter count.
    "conv-small": _pooled(lambda c: nn.Conv2d(c, c, 1, stride=2)),
    "strided": lambda into, out, kernel: [nn.Conv2d(into, out, kernel, stride=2)],
}
ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    "relu": nn.ReLU,
    "leaky-relu": nn.LeakyReLU,  # slope 0.01 for negative numbers
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "none": nn.Identity,
}


def _resnet(design: ResNet) -> list[nn.Module]:
    """The ResNet of Page's "bag of tricks" in the paper's variant, or with the head repaired.

    A frozen whitening layer and a convolution; three layers, each of a convolution that doubles the
    channels, a pool that halves the side, ghost batch norm and CELU, then a residual block; a last
    pool over 4x4 and a linear layer. The given counts leave no room for biases of the original
    convolutions nor for parameters of the batch norms; replaced pools have biases.
    """
    variant = design.pool
    stem = nn.Sequential(Whitening(), _conv(27, 64), GhostBatchNorm(64), _celu())
    layers = [_layer(variant, channels) for channels in (64, 128, 256)]
    pool = _pool(variant, 512, 4)
    if design.whole_map:
        # No activation follows the convolution, so the mean before it is the mean after a stride
        # of one, at a sixteenth of the work, and the convolution stays the paper's own.
        pool = nn.Sequential(nn.AvgPool2d(4), pool)
    head = [pool, nn.Flatten(), nn.Linear(512, 10, bias=False), Scale(1 / 16)]
    return [stem, *layers, *head]


def _layer(variant: ResNetPool, channels: int) -> nn.Sequential:
    out = 2 * channels
    if variant == "strided":
        pooled = [_conv(channels, out, stride=2)]
    else:
        pooled = [_conv(channels, out), _pool(variant, out, 2)]
    inner = nn.Sequential(_conv(out, out), GhostBatchNorm(out), _celu())
    return nn.Sequential(*pooled, GhostBatchNorm(out), _celu(), Residual(inner))


def _pool(variant: ResNetPool, channels: int, size: int) -> nn.Module:
    """Make a pool over size x size pixels, or the convolution that stands in its place."""
    if variant == "maxpool":
        return nn.MaxPool2d(size)
    return nn.Conv2d(channels, channels, size if variant == "conv-large" else 1, stride=size)


def _conv(into: int, out: int, stride: int = 1) -> nn.Module:
    return nn.Conv2d(into, out, 3, stride=stride, padding=1, bias=False)


def _celu() -> nn.Module:
    return nn.CELU(alpha=0.3)
