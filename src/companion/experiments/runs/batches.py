"""Batches of an epoch: a shuffled order, random crops and mirrored images, all in tensors."""

from collections.abc import Iterator

import torch

from companion.experiments.runs.settings import Training


def epoch_batches(
    images: torch.Tensor, labels: torch.Tensor, training: Training, *, seed: int, epoch: int
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield the batches of one epoch.

    Order and augmentation depend on (seed, epoch) alone: a resumed run needs no saved random state,
    and models of the same seed see the same images in the same order (paired seeds).

    Args:
        images: uint8, shape [N, C, H, W].
        labels: int64, shape [N].
        training: batch size, augmentation, and whether the rest is dropped.
        seed: of the run.
        epoch: counted from 0.

    Yields:
        Images in [0, 1] as float32, channels last in memory, and their labels.
    """
    draw = torch.Generator().manual_seed(1_000_003 * seed + epoch)
    order = torch.randperm(len(images), generator=draw)
    for chosen in torch.split(order, training.batch_size):
        if training.drop_last and len(chosen) < training.batch_size:
            return
        batch = images[chosen.to(images.device)]
        if training.crop_padding or training.flip:
            batch = augment(batch, draw, padding=training.crop_padding, flip=training.flip)
        yield as_pixels(batch), labels[chosen.to(labels.device)]


def as_pixels(images: torch.Tensor) -> torch.Tensor:
    """Turn bytes into float32 pixels in [0, 1], channels last in memory.

    Args:
        images: uint8, shape [N, C, H, W].

    Returns:
        The pixels, of the same shape.
    """
    return images.to(torch.float32, memory_format=torch.channels_last).div_(255)


def augment(
    images: torch.Tensor, draw: torch.Generator, *, padding: int, flip: bool
) -> torch.Tensor:
    """Shift each image by up to ``padding`` pixels with a reflected border, and mirror half.

    Cropping the padded image and mirroring are both a choice of rows and columns, so one gather
    does both.

    Args:
        images: shape [N, C, S, S], any type.
        draw: the source of the random numbers.
        padding: of the border, less than S.
        flip: whether to mirror, each image with probability one half.

    Returns:
        The new images, of the same shape.
    """
    count, _, side, _ = images.shape
    shifts = torch.randint(-padding, padding + 1, (2, count, 1), generator=draw)
    rows, columns = torch.arange(side) + shifts
    if flip:
        mirrored = torch.rand(count, 1, generator=draw) < 0.5
        columns = torch.where(mirrored, columns.flip(1), columns)
    rows, columns = (
        (side - 1 - (side - 1 - index.abs()).abs()).to(images.device) for index in (rows, columns)
    )
    which = torch.arange(count, device=images.device)
    picked = images[which[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return picked.permute(0, 3, 1, 2)  # the gather puts the channels last
