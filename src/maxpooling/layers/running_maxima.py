"""The few largest entries of every window, weighed: what a subpool pooling layer computes.

Forward keeps the k largest, axis by axis, by minima and maxima alone; where a gradient will be
asked for, with their places, so that it is one scatter.
Nothing stores windows, and on a CPU both run over a part of the batch at a time, so that what they
store stays near the processor.
"""

from collections.abc import Iterator
from math import isfinite, prod
from typing import Any, Final

import torch
from torch import Tensor

from maxpooling.layers.geometry import Geometry, padded, shifted
from maxpooling.layers.largest import UNKNOWN, largest, largest_with_places, may_look

MOST_COMPARISONS: Final = 512
"""Beyond so many (entries of a window times ranks) a window is sorted by ``torch.topk`` instead."""

_CPU_PART: Final = 1 << 16  # outputs at a time: four such arrays fit a second-level cache
_PART: Final = 1 << 22  # elsewhere, where a launch costs more than memory


def weigh_maxima(
    x: Tensor, weights: Tensor, constant: float, geometry: tuple[Any, ...], name: str
) -> Tensor:
    """Weigh the largest entries of every window and add them up, with a constant.

    Args:
        x: of shape [N, C, *spatial] or [C, *spatial], of floating point.
        weights: of the largest, the second largest, ..., shape [k]; in double precision.
        constant: added at the end.
        geometry: the fields of :class:`Geometry`.
        name: of the caller, for errors.

    Returns:
        Shape [..., *output_size], type and memory format of x. NaN where a window has NaN; the
        maximum itself where that is infinite; otherwise an entry of -inf is masked: it counts as
        the smallest of the others.

    Raises:
        ValueError: for another shape or type, or an image with a window that holds no pixel.
    """
    where = Geometry(*geometry)
    axes = len(where.kernel)
    if x.ndim not in (axes + 1, axes + 2) or not x.is_floating_point():
        spatial = ", ".join("DHW"[3 - axes :]) if axes > 1 else "L"
        raise ValueError(
            f"x must be a floating-point tensor [N, C, {spatial}] or [C, {spatial}] for {name}, "
            f"got {x.dtype} of shape {tuple(x.shape)}"
        )
    size = x.shape[-axes:]
    if min(where.output_size(size)) < 1 or min(size) < 1:
        raise ValueError(
            f"x of shape {tuple(x.shape)} with padding {where.padding} is smaller than the "
            f"kernel {where.kernel} with dilation {where.dilation}"
        )
    if prod(where.kernel) * len(weights) > MOST_COMPARISONS:
        windows = torch.stack(list(shifted(padded(x, where), where, size)), dim=-1)
        ranks = list(windows.topk(len(weights), dim=-1).values.unbind(-1))
        return _weighed(ranks, weights, constant).to(x.dtype)
    if torch.compiler.is_exporting() or torch.jit.is_tracing():  # type: ignore[attr-defined, no-untyped-call]
        return _whole(x, weights, constant, where)
    images = x if x.ndim == axes + 2 else x.unsqueeze(0)
    tracked = torch.is_grad_enabled() and x.requires_grad
    if images.is_contiguous() or not images.movedim(1, -1).is_contiguous():
        planes = images.contiguous().flatten(0, 1)
        result: Tensor = _Weighed.apply(planes, weights, constant, where, tracked)[0]  # type: ignore[no-untyped-call]
        result = result.view(*images.shape[:2], *result.shape[1:])
    else:
        inner = images.movedim(1, -1)
        where = where.with_channels()
        result = _Weighed.apply(inner, weights, constant, where, tracked)[0].movedim(-1, 1)  # type: ignore[no-untyped-call]
    return result if x.ndim == axes + 2 else result.squeeze(0)


class _Weighed(torch.autograd.Function):
    """The pool of images [N, *spatial]; with places of entries if there will be a gradient."""

    @staticmethod
    def forward(
        x: Tensor, weights: Tensor, constant: float, where: Geometry, tracked: bool
    ) -> tuple[Tensor, Tensor | None]:
        size, count = where.output_size(x.shape[1:]), len(weights)
        if torch.compiler.is_compiling():
            if not tracked:
                return _whole(x, weights, constant, where), None
            ranks, places = largest_with_places(x, where, count)
            return _weighed(ranks, weights, constant).to(x.dtype), torch.stack(places, dim=1)
        result = x.new_empty(len(x), *size)
        kept = x.new_empty(len(x), count, *size, dtype=torch.int32) if tracked else None
        for part in _parts(result, prod(x.shape[1:]), count):
            if kept is None:
                ranks = largest(x[part], where, count)
            else:
                ranks, places = largest_with_places(x[part], where, count)
                torch.stack(places, dim=1, out=kept[part])
            result[part] = _weighed(ranks, weights, constant)
        return result, kept

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        x, weights, *_ = inputs
        _, places = output
        if places is not None:
            ctx.mark_non_differentiable(places)
        ctx.set_materialize_grads(False)  # there is none of places
        ctx.save_for_backward(weights, places)
        ctx.size = x.shape[1:]

    @staticmethod
    def backward(ctx: Any, gradient: Tensor | None, *_: None) -> tuple[Tensor | None, ...]:
        back = None
        if gradient is not None:
            back = _Moved.apply(gradient, *ctx.saved_tensors, ctx.size, True)  # type: ignore[no-untyped-call]
        return back, None, None, None, None


class _Moved(torch.autograd.Function):
    """The pool's derivative applied to images (``back`` False), or its transpose (True).

    Each is the derivative of the other, so that derivatives of any order exist.
    """

    @staticmethod
    def forward(
        values: Tensor,
        weights: Tensor,
        places: Tensor,
        size: torch.Size,
        back: bool,
    ) -> Tensor:
        if torch.compiler.is_compiling():
            return _moved(values, weights, places, size, back)
        values = values.contiguous()
        result = values.new_empty(len(values), *(size if back else places.shape[2:]))
        for part in _parts(values if back else result, prod(size), len(weights)):
            result[part] = _moved(values[part], weights, places[part], size, back)
        return result

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG004
        _, weights, places, size, back = inputs
        ctx.save_for_backward(weights, places)
        ctx.rest = size, not back

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        other: Tensor = _Moved.apply(gradient, *ctx.saved_tensors, *ctx.rest)  # type: ignore[no-untyped-call]
        return other, None, None, None, None


def _parts(windows: Tensor, pixels: int, count: int) -> Iterator[slice]:
    """Cut a batch of windows over images of so many pixels each, to bound what a part stores.

    The parts are smaller the more entries are looked for, and where windows take many pixels each.
    """
    most = _CPU_PART if windows.device.type == "cpu" else _PART
    each = max(1, windows[:1].numel(), pixels // 4)
    step = max(1, 6 * most // max(6, count) // each)
    for start in range(0, len(windows), step):
        yield slice(start, start + step)


def _whole(x: Tensor, weights: Tensor, constant: float, where: Geometry) -> Tensor:
    """The pool of one part, half precision weighed and summed in single."""
    return _weighed(largest(x, where, len(weights)), weights, constant).to(x.dtype)


def _weighed(ranks: list[Tensor], weights: Tensor, constant: float) -> Tensor:
    precision = torch.promote_types(ranks[0].dtype, torch.float32)
    ranks = [rank.to(precision) for rank in ranks]
    weights = weights.to(precision)
    total = _sum(ranks, weights, constant)
    if may_look(total) and isfinite(float(total.detach().sum())):
        return total
    # An entry of -inf among the ranks makes the sum infinite or NaN, so that nothing is missed.
    for j in range(1, len(ranks)):
        ranks[j] = torch.where(ranks[j] == -torch.inf, ranks[j - 1], ranks[j])
    return torch.where(ranks[0].abs() == torch.inf, ranks[0], _sum(ranks, weights, constant))


def _sum(ranks: list[Tensor], weights: Tensor, constant: float) -> Tensor:
    total = ranks[0] * weights[0]
    for j, rank in enumerate(ranks[1:], start=1):
        total = total + rank * weights[j]
    return total + constant


def _moved(
    values: Tensor,
    weights: Tensor,
    places: Tensor,
    size: torch.Size,
    back: bool,
) -> Tensor:
    """Sum of share times value over the largest entries of every window; or the transpose."""
    given_type, precision = values.dtype, torch.promote_types(values.dtype, torch.float32)
    shares, found = _shares(weights.to(precision), places.flatten(2))
    values = values.to(precision).flatten(1)
    if back:
        given = torch.stack([values * share for share in shares], dim=1)
        at = torch.stack([place.long() for place in found], dim=1)
        result = _scattered(given, at, prod(size)).view(len(given), *size)
    else:
        shown = (values.gather(1, place.long()) for place in found)
        each = [value * share for value, share in zip(shown, shares, strict=True)]
        result = sum(each[1:], each[0]).view(len(values), *places.shape[2:])
    return result.to(given_type)


def _shares(weights: Tensor, places: Tensor) -> tuple[list[Tensor], list[Tensor]]:
    """The share of each of the largest entries, and its place: see ``largest_with_places``.

    A masked entry hands its share to the rank above, an infinite one takes all.
    """
    amounts, found = list(weights.unbind()), list(places.unbind(1))
    if may_look(places) and int(places.amin()) >= 0:
        return amounts, found
    for j in range(len(found) - 1, 0, -1):
        masked = found[j] == UNKNOWN
        amounts[j - 1] = torch.where(masked, amounts[j - 1] + amounts[j], amounts[j - 1])
        amounts[j] = torch.where(masked, 0.0, amounts[j])
    infinite = found[0] < UNKNOWN
    amounts[0] = torch.where(found[0] == UNKNOWN, 0.0, amounts[0])
    amounts[0] = torch.where(infinite, 1.0, amounts[0])
    found[0] = torch.where(infinite, UNKNOWN - 1 - found[0], found[0])
    return amounts, [place.clamp(min=0) for place in found]


def _scattered(values: Tensor, places: Tensor, length: int) -> Tensor:
    """Add values [N, k, windows] up where they belong: [N, length]."""
    if values.device.type == "cpu":
        # The transpose of an adaptive pool is a scatter by places that has a loop of its own.
        scatter = torch.ops.aten.adaptive_max_pool2d_backward
        shape = values.new_empty(1).expand(len(values), 1, length)  # all that is asked of an image
        result: Tensor = scatter(values, shape, places)
        return result.squeeze(1)
    zeros = values.new_zeros(len(values), length)
    return zeros.scatter_add_(1, places.flatten(1), values.flatten(1))
