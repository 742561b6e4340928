"""The largest entries of every window and their places, found by minima and maxima.

One axis after the other: windows that overlap share what was found along the axes before. Where
places are asked for, an entry and its place make one integer, so that the same minima and maxima
order both, and of equal entries the earlier comes first.
"""

from collections.abc import Iterable
from math import isfinite, prod
from typing import Any, Final

import torch
from torch import Tensor

from maxpooling.layers.geometry import Geometry, padded, shifted, steps

UNKNOWN: Final = -1
"""Place of an entry of -inf, or of the maximum of a window with NaN."""

_NO_SIGN: Final = torch.iinfo(torch.int32).max


def largest(x: Tensor, where: Geometry, count: int) -> list[Tensor]:
    """The ``count`` largest entries of every window of images, the largest first.

    Args:
        x: of shape [..., *spatial].
        where: the windows.
        count: at most the entries of a window.

    Returns:
        Tensors of shape [..., *output_size].
    """
    return _along_axes(padded(x, where), x.shape[-len(where.kernel) :], where, count)


def largest_with_places(
    x: Tensor, where: Geometry, count: int
) -> tuple[list[Tensor], list[Tensor]]:
    """The ``count`` largest entries of every window, and which pixels they are.

    Args:
        x: of shape [N, *spatial].
        where: the windows.
        count: at most the entries of a window.

    Returns:
        The entries, as :func:`largest` has them, and their places, of int32 and the same shapes:
        indices into the flattened image, of equal entries the earlier first, -1 for entries of
        -inf but the first. In a window with NaN all are -1; one whose first entry is infinite has
        -2 less its place, and otherwise -1.
    """
    size = x.shape[1:]
    pixels = torch.arange(prod(size), dtype=torch.int32, device=x.device).view(1, *size)
    images = padded(x, where), padded(pixels, where)
    if x.dtype != torch.float64 and _is_finite(x):
        return _by_keys(*images, size, where, count)
    shown = (shifted(image, where, size) for image in images)
    ranks, places = _by_comparing(zip(*shown, strict=True), count)
    unknown = ranks[0].isnan()
    infinite = ranks[0].abs() == torch.inf
    none = unknown | infinite
    for j in range(1, count):
        places[j] = torch.where(none | (ranks[j] == -torch.inf), UNKNOWN, places[j])
    places[0] = torch.where(infinite, UNKNOWN - 1 - places[0], places[0])
    places[0] = torch.where(unknown, UNKNOWN, places[0])
    return ranks, places


def may_look(values: Tensor) -> bool:
    """Whether branching on values is possible, and costs nothing but reading them."""
    tracing = torch.compiler.is_compiling() or torch.jit.is_tracing()  # type: ignore[attr-defined, no-untyped-call]
    return values.device.type == "cpu" and not tracing


def _is_finite(values: Tensor) -> bool:
    """Whether it is known that all are."""
    return may_look(values) and isfinite(float(values.sum(dtype=torch.float32)))


def _along_axes(image: Tensor, size: torch.Size, where: Geometry, count: int) -> list[Tensor]:
    """The largest entries in the windows of a padded image."""
    ranks = [image]
    for axis in range(len(size)):
        rest = [slice(None)] * (len(size) - 1 - axis)
        cuts: list[Any] = [(..., cut, *rest) for cut in steps(where, size, axis)]
        ranks = _merged([[rank[cut] for rank in ranks] for cut in cuts], count)
    return ranks


def _merged(lists: list[list[Tensor]], count: int) -> list[Tensor]:
    """The ``count`` largest entries of lists that are sorted, the largest first, by insertion."""
    ranks = lists[0][:count]
    for entries in lists[1:]:
        for above, entry in enumerate(entries[:count]):  # as many ranks are at least as large
            last = len(ranks)
            if last < count:
                ranks.append(torch.minimum(ranks[-1], entry))
            for j in range(last - 1, above, -1):
                ranks[j] = torch.clamp(entry, ranks[j], ranks[j - 1])
            ranks[above] = torch.maximum(ranks[above], entry)
    return ranks


def _by_keys(
    image: Tensor, pixels: Tensor, size: torch.Size, where: Geometry, count: int
) -> tuple[list[Tensor], list[Tensor]]:
    """Entries and places from integers: above an entry's rank among all floats, below its place.

    Takes a padded image and its padded pixels. The place in a key is that in the padded image,
    where entries follow each other as in the window.
    """
    last = pixels.numel() - 1
    order = torch.arange(last, -1, -1, device=image.device).view(pixels.shape)
    ranked = _turned((image.to(torch.float32) + 0.0).view(torch.int32))  # -0.0 becomes 0.0
    keys = ranked.to(torch.int64).bitwise_left_shift_(32).bitwise_or_(order)
    ranks, places = [], []
    for found in _along_axes(keys, size, where, count):
        ranks.append(_turned((found >> 32).to(torch.int32)).view(torch.float32).to(image.dtype))
        place = last - found.to(torch.int32)
        if last >= prod(size):
            place = pixels.flatten().index_select(0, place.flatten()).view(place.shape)
        places.append(place)
    return ranks, places


def _turned(bits: Tensor) -> Tensor:
    """Bits of floats as integers in the same order, or back."""
    return (bits >> 31).bitwise_and_(_NO_SIGN).bitwise_xor_(bits)


def _by_comparing(
    shown: Iterable[tuple[Tensor, Tensor]], count: int
) -> tuple[list[Tensor], list[Tensor]]:
    """Entries and places by insertion, from those of each place of the window.

    Of a window with NaN the first entry is NaN, and the others are any.
    """
    entries = iter(shown)
    first, place = next(entries)
    ranks = [first, *[torch.full_like(first, -torch.inf)] * (count - 1)]
    nobody = torch.full_like(first, UNKNOWN, dtype=place.dtype)
    places = [place.expand_as(first), *[nobody] * (count - 1)]
    for entry, place in entries:
        above = [entry > rank for rank in ranks]
        for j in range(count - 1, 0, -1):
            owner = torch.where(above[j - 1], places[j - 1], place)
            places[j] = torch.where(above[j], owner, places[j])
        places[0] = torch.where(above[0], place, places[0])
        ranks = _merged([ranks, [entry]], count)
    return ranks, places
