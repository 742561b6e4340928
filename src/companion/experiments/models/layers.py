"""Layers that PyTorch does not have: whitening, ghost batch norm, residual, normalisation."""

import torch
from torch import nn
from torch.nn import functional

GHOST_BATCH = 32  # images over which one split of a batch is normalised (Page: 512 / 16)


class Normalise(nn.Module):
    """Map pixels in [0, 1] to channels of mean 0 and standard deviation 1.

    Args:
        mean: per channel, in pixel units.
        deviation: per channel, in pixel units.
    """

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(self, mean: tuple[float, ...], deviation: tuple[float, ...]) -> None:
        """See the class."""
        super().__init__()
        # Constants of the architecture, so not part of the state that is saved.
        self.register_buffer("mean", torch.tensor(mean).view(1, -1, 1, 1), persistent=False)
        self.register_buffer(
            "deviation", torch.tensor(deviation).view(1, -1, 1, 1), persistent=False
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Normalise images of shape [N, C, H, W]."""
        return (x - self.mean) / self.deviation


class Scale(nn.Module):
    """Multiply by a constant (Page's logits are scaled by 1/16).

    Args:
        factor: the constant.
    """

    def __init__(self, factor: float) -> None:
        """See the class."""
        super().__init__()
        self.factor = factor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scale a tensor of any shape."""
        return self.factor * x

    def extra_repr(self) -> str:
        """Show the factor."""
        return f"{self.factor:g}"


class Residual(nn.Module):
    """Add what a module computes to its input: x + inner(x).

    Args:
        inner: keeps the shape.
    """

    def __init__(self, inner: nn.Module) -> None:
        """See the class."""
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x + inner(x)."""
        return torch.add(x, self.inner(x))


class Whitening(nn.Conv2d):
    """Page's frozen 3x3 convolution whose outputs are uncorrelated on natural images.

    Its 27 filters are the eigenvectors of the covariance of 3x3 patches, each divided by the root
    of its eigenvalue (plus a small constant), largest eigenvalue first.
    """

    def __init__(self) -> None:
        """Make the layer with random filters; :meth:`fit` computes the real ones."""
        super().__init__(3, 27, 3, padding=1, bias=False)
        self.weight.requires_grad_(False)

    def fit(self, images: torch.Tensor, regulariser: float = 1e-2) -> None:
        """Compute the filters from normalised images of shape [N, 3, H, W].

        Sums are taken in float64. An eigenvector's sign is not determined by the data; the entry of
        largest size is made positive.

        Args:
            images: Page takes the first 10 000 of the training set.
            regulariser: added to the eigenvalues.
        """
        patches = functional.unfold(images, 3).transpose(1, 2).reshape(-1, 27)
        covariance = torch.zeros(27, 27, dtype=torch.float64, device=images.device)
        for part in torch.split(patches, 2**18):
            covariance += part.double().T @ part.double()
        values, vectors = torch.linalg.eigh(covariance / (len(patches) - 1))
        rows = vectors.flip(1).T / (values.flip(0) + regulariser).sqrt()[:, None]
        largest = rows.gather(1, rows.abs().argmax(dim=1, keepdim=True))
        with torch.no_grad():
            self.weight.copy_((rows * largest.sign()).view(27, 3, 3, 3))


class GhostBatchNorm(nn.Module):
    """Batch normalisation over splits of 32 images, without parameters (Hoffer et al. 2017).

    In training each split of a batch is normalised by its own mean and variance. The running
    averages take the mean of the splits' statistics at every step; because a running average is
    linear, this equals one running average per split, averaged at *every* evaluation. (Page's code
    averages them at the first switch to evaluation only; later the first split's count alone.)

    Args:
        channels: of the input.
        momentum: weight of the newest batch in the running averages.
        epsilon: added to the variance.
    """

    running_mean: torch.Tensor
    running_variance: torch.Tensor

    def __init__(self, channels: int, momentum: float = 0.1, epsilon: float = 1e-5) -> None:
        """See the class."""
        super().__init__()
        self.channels, self.momentum, self.epsilon = channels, momentum, epsilon
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_variance", torch.ones(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Normalise a batch of shape [N, C, H, W].

        Raises:
            ValueError: in training, N is not a multiple of 32.
        """
        if not self.training:
            return functional.batch_norm(
                x, self.running_mean, self.running_variance, eps=self.epsilon
            )
        if len(x) % GHOST_BATCH:
            raise ValueError(f"batch must be a multiple of {GHOST_BATCH} images, got {len(x)}")
        splits = torch.split(x, GHOST_BATCH)
        means, variances = x.new_zeros(2, len(splits), self.channels, dtype=torch.float32)
        # Momentum 1 makes batch_norm write each split's own mean and unbiased variance.
        normal = [
            functional.batch_norm(*of_split, training=True, momentum=1.0, eps=self.epsilon)
            for of_split in zip(splits, means, variances, strict=True)
        ]
        self.running_mean.lerp_(means.mean(0), self.momentum)
        self.running_variance.lerp_(variances.mean(0), self.momentum)
        return torch.cat(normal)

    def extra_repr(self) -> str:
        """Show the channels."""
        return f"{self.channels}"
