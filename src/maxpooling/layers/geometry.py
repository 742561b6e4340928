"""Where the windows of a pool lie in an image, and the image as they see it beyond its borders."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad


class Geometry(NamedTuple):
    """Where the windows lie, one entry per spatial axis, as in ``torch.nn.MaxPool2d``."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    ceil_mode: bool

    def with_channels(self) -> "Geometry":
        """The same windows of images whose channels are the last axis, one channel to a window."""
        return Geometry(
            (*self.kernel, 1),
            (*self.stride, 1),
            (*self.padding, 0),
            (*self.dilation, 1),
            self.ceil_mode,
        )

    def output_size(self, size: Sequence[int]) -> tuple[int, ...]:
        """Windows per axis of an image of this size, by the rule of ``torch.nn.MaxPool2d``."""
        result = []
        for n, k, s, p, a in zip(size, *self[:4], strict=True):
            room = n + 2 * p - a * (k - 1) - 1
            count = ((room + s - 1) // s if self.ceil_mode else room // s) + 1
            if self.ceil_mode and (count - 1) * s >= n + p:
                count -= 1  # the last window would begin beyond the image
            result.append(count)
        return tuple(result)

    def margins(self, size: Sequence[int]) -> list[tuple[list[int], list[int]]]:
        """Per axis the pixels that the places before and behind the image repeat.

        Each such place repeats the nearest pixel of the window that it belongs to. It may belong to
        several; with a dilation of a they all see the same residue modulo a, hence the same pixel.
        How many places there are does not depend on the size, so that exported graphs take any;
        some of them may belong to no window.

        Raises:
            ValueError: a window would hold no pixel.
        """
        result = []
        axes = zip(size, self.output_size(size), *self[1:4], strict=True)
        for n, out, s, p, a in axes:
            starts = range(-p, 0, s)  # of windows that begin before the image
            if any(i < out and start % a >= n for i, start in enumerate(starts)):
                raise ValueError(
                    f"x of spatial shape {tuple(size)} is too small for padding {self.padding} and "
                    f"dilation {self.dilation}: a window would hold no pixel"
                )
            # Where a residue has no pixel, no window looks, and any pixel does.
            before = [place % a if place % a < n else 0 for place in range(-p, 0)]
            last = p + (s - 1 if self.ceil_mode else 0)
            steps = [1 + (-place) % a for place in range(1, last + 1)]
            behind = [n - step if step <= n else 0 for step in steps]
            result.append((before, behind))
        return result


def padded(x: Tensor, where: Geometry) -> Tensor:
    """The image with every place that a window needs beyond it, see :meth:`Geometry.margins`."""
    axes = len(where.kernel)
    margins = where.margins(x.shape[-axes:])
    widths = [len(side) for sides in reversed(margins) for side in sides]
    if not any(widths):
        return x
    if set(where.dilation) == {1}:  # the nearest pixel of the window is that of the image
        if any(widths[:2]) or x.ndim > axes + 1:
            return pad(x, widths, mode="replicate")
        # The last axis, of channels, is padded by nothing: padding it all the same is slow.
        return pad(x.movedim(-1, 1), widths[2:], mode="replicate").movedim(1, -1)
    for axis, (before, behind) in enumerate(margins, start=x.ndim - axes):
        if before or behind:
            first, last = ([x.narrow(axis, p, 1) for p in side] for side in (before, behind))
            x = torch.cat([*first, x, *last], dim=axis)
    return x


def steps(where: Geometry, size: Sequence[int], axis: int) -> list[slice]:
    """Per place of the window along an axis, where it lies in all windows of a padded image."""
    out, s, a = where.output_size(size)[axis], where.stride[axis], where.dilation[axis]
    return [slice(o * a, o * a + (out - 1) * s + 1, s) for o in range(where.kernel[axis])]


def shifted(image: Tensor, where: Geometry, size: Sequence[int]) -> Iterator[Tensor]:
    """For each place of the window, in reading order, its entry in every window: d views.

    Takes a padded image; ``size`` is the one that it had before.
    """
    cuts: Any
    for cuts in product(*(steps(where, size, axis) for axis in range(len(size)))):
        yield image[(..., *cuts)]
