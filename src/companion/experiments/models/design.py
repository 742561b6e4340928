"""What a model is made of, in words: a configuration names it, and no torch is needed for that.

:mod:`companion.experiments.models.building` makes the model of a design.
"""

from dataclasses import dataclass
from typing import Literal

Pool = Literal["max", "average", "conv", "conv-small", "strided"]
Activation = Literal["relu", "leaky-relu", "sigmoid", "tanh", "none"]
ResNetPool = Literal["maxpool", "conv-large", "conv-small", "strided"]


@dataclass(frozen=True)
class LeNet:
    """Blocks of convolution, pool and activation, then two linear layers.

    Attributes:
        channels: of the output of each block.
        kernels: side of each block's convolution, which has no padding.
        pool: what halves the side after each convolution, or makes it do so itself.
        activation: after each pool and after the hidden linear layer.
    """

    channels: tuple[int, ...]
    kernels: tuple[int, ...]
    pool: Pool
    activation: Activation = "relu"


@dataclass(frozen=True)
class Linear:
    """Softmax regression on the pixels: what networks without non-linearity amount to."""


@dataclass(frozen=True)
class ResNet:
    """The ResNet of Page's "bag of tricks", for images of 3 x 32 x 32 pixels.

    Attributes:
        pool: what stands in the place of its max pools.
        whole_map: whether the head's convolution reads the mean over the last map, where the
            paper's of kernel one reads a corner of it (``conv-small`` and ``strided`` only).

    Raises:
        ValueError: the whole map is asked for where the head sees it anyway.
    """

    pool: ResNetPool
    whole_map: bool = False

    def __post_init__(self) -> None:
        """Refuse a repair where there is nothing to repair."""
        if self.whole_map and self.pool not in ("conv-small", "strided"):
            raise ValueError(
                "whole_map must be False for a head that sees the whole map, "
                f"got True for {self.pool}"
            )


Design = LeNet | Linear | ResNet
