"""The few largest entries of every window, weighed: what a subpool pooling layer computes.

Forward keeps the k largest, axis by axis, by minima and maxima alone; a gradient finds their places
again by comparing, and a compiled one asks, for every pixel, which windows own it.
Nothing stores windows, and on a CPU both run over a part of the batch at a time, so that what they
store stays near the processor.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from math import isfinite, prod
from typing import Any, Final, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

MOST_COMPARISONS: Final = 512
"""Beyond so many (entries of a window times ranks) a window is sorted by ``torch.topk`` instead."""

_CPU_PART: Final = 1 << 16  # outputs at a time: four such arrays fit a second-level cache
_PART: Final = 1 << 22  # elsewhere, where a launch costs more than memory


class Geometry(NamedTuple):
    """Where the windows lie, one entry per spatial axis, as in ``torch.nn.MaxPool2d``."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[int, ...]
    dilation: tuple[int, ...]
    ceil_mode: bool

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
        windows = torch.stack(list(_shifted(_padded(x, where), where, size)), dim=-1)
        ranks = list(windows.topk(len(weights), dim=-1).values.unbind(-1))
        return _weighed(ranks, weights, constant).to(x.dtype)
    if torch.compiler.is_exporting() or _by_example():
        return _whole(x, weights, constant, where)
    keep = torch.is_grad_enabled() and x.requires_grad and _few(len(weights), x)
    result: Tensor | tuple[Tensor, Tensor]
    result = _Weighed.apply(x, weights, constant, where, keep)  # type: ignore[no-untyped-call]
    return result[0] if isinstance(result, tuple) else result


def _few(count: int, x: Tensor) -> bool:
    """Whether so many largest entries take no more memory than the indices of ``MaxPool2d``.

    A compiled gradient finds them again in its own loops.
    """
    fits = count * x.element_size() <= torch.int64.itemsize
    return fits and not torch.compiler.is_compiling()


def _by_example() -> bool:
    """Whether ``torch.jit.trace`` or the older ONNX exporter is recording."""
    return bool(torch.jit.is_tracing())  # type: ignore[attr-defined, no-untyped-call]


class _Weighed(torch.autograd.Function):
    """The pool itself; with the largest entries if the gradient shall have them, see ``_like``."""

    @staticmethod
    def forward(
        x: Tensor, weights: Tensor, constant: float, where: Geometry, keep: bool
    ) -> Tensor | tuple[Tensor, Tensor]:
        if torch.compiler.is_compiling():
            return _whole(x, weights, constant, where)
        size, count = where.output_size(x.shape[-len(where.kernel) :]), len(weights)
        result = _like(x, size)
        kept = _like(x, size, count) if keep else None
        stores = () if kept is None else kept.tensor_split(count)
        for source, target, *stored in _parts(result, where, count, x, result, *stores):
            ranks = _largest(source, where, count)
            for store, rank in zip(stored, ranks, strict=False):
                store.copy_(rank)
            target.copy_(_weighed(ranks, weights, constant))
        return result if kept is None else (result, kept)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        x, weights, _, where, keep = inputs
        kept = output[1] if keep else None
        if kept is not None:
            ctx.mark_non_differentiable(kept)
        ctx.set_materialize_grads(False)  # zeros as many as the kept entries would be made
        ctx.save_for_backward(x, weights, kept)
        ctx.where = where

    @staticmethod
    def backward(ctx: Any, gradient: Tensor | None, *_: None) -> tuple[Tensor | None, ...]:
        if gradient is None:
            return None, None, None, None, None
        x, weights, kept = ctx.saved_tensors
        back: Tensor = _Shared.apply(x, gradient, weights, ctx.where, True, kept)  # type: ignore[no-untyped-call]
        return back, None, None, None, None


class _Shared(torch.autograd.Function):
    """The pool's derivative at x, applied to images (``back`` False), or its transpose (True).

    Each is the derivative of the other, so that derivatives of any order exist. The largest entries
    of the windows are found again where they have not been kept.
    """

    @staticmethod
    def forward(
        x: Tensor,
        values: Tensor,
        weights: Tensor,
        where: Geometry,
        back: bool,
        kept: Tensor | None,
    ) -> Tensor:
        size = x.shape[-len(where.kernel) :]
        if torch.compiler.is_compiling():
            if back:
                return _fused(x, values, weights, where)
            return _shared(x, values, weights, where, back, [])
        if x.is_contiguous():
            values = values.contiguous()
        elif x.ndim == 4 and x.is_contiguous(memory_format=torch.channels_last):
            values = values.contiguous(memory_format=torch.channels_last)
        result = _like(x, size if back else where.output_size(size))
        output = values if back else result
        found = () if kept is None else kept.tensor_split(len(weights))
        for source, given, target, *ranks in _parts(
            output, where, len(weights), x, values, result, *found
        ):
            target.copy_(_shared(source, given, weights, where, back, ranks))
        return result

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG004
        x, _, weights, where, back, kept = inputs
        ctx.save_for_backward(x, weights, kept)
        ctx.where, ctx.back = where, back

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, Tensor, None, None, None, None]:
        x, weights, kept = ctx.saved_tensors
        other: Tensor = _Shared.apply(x, gradient, weights, ctx.where, not ctx.back, kept)  # type: ignore[no-untyped-call]
        return None, other, None, None, None, None


def _like(x: Tensor, size: Sequence[int], times: int = 1) -> Tensor:
    """An empty tensor of another spatial size, in the memory format of x.

    With ``times`` it has so many of them, one behind the other along the first axis.
    """
    shape = (times * x.shape[0], *x.shape[1 : -len(size)], *size)
    layout = torch.contiguous_format
    if not x.is_contiguous():
        if x.ndim == 4 and x.is_contiguous(memory_format=torch.channels_last):
            layout = torch.channels_last
        elif x.ndim == 5 and x.is_contiguous(memory_format=torch.channels_last_3d):
            layout = torch.channels_last_3d
    return torch.empty(shape, dtype=x.dtype, device=x.device, memory_format=layout)


def _parts(output: Tensor, where: Geometry, count: int, *tensors: Tensor) -> Iterator[list[Tensor]]:
    """Cut all tensors alike, planes if their memory allows, else along their first axis.

    The parts are smaller the more entries of a window are looked for, as each takes memory.
    """
    planes = output.ndim - len(where.kernel)
    if all(tensor.is_contiguous() for tensor in tensors):
        tensors = tuple(tensor.flatten(0, planes - 1) for tensor in tensors)
    rows = tensors[0].shape[0]
    if rows == 0 or output.numel() == 0:
        return
    most = _CPU_PART if output.device.type == "cpu" else _PART
    step = max(1, 6 * most // max(6, count) * rows // output.numel())
    for start in range(0, rows, step):
        yield [tensor[start : start + step] for tensor in tensors]


def _padded(x: Tensor, where: Geometry) -> Tensor:
    """The image with every place that a window needs beyond it, see ``Geometry.margins``."""
    axes = len(where.kernel)
    margins = where.margins(x.shape[-axes:])
    if set(where.dilation) == {1}:  # the nearest pixel of the window is that of the image
        widths = [len(side) for sides in reversed(margins) for side in sides]
        return pad(x, widths, mode="replicate") if any(widths) else x
    for axis, (before, behind) in enumerate(margins, start=x.ndim - axes):
        if before or behind:
            first, last = ([x.narrow(axis, p, 1) for p in side] for side in (before, behind))
            x = torch.cat([*first, x, *last], dim=axis)
    return x


def _folded(padded: Tensor, where: Geometry, size: Sequence[int]) -> Tensor:
    """The transpose of ``_padded``; overwrites its argument."""
    axes = len(where.kernel)
    for i, (before, behind) in enumerate(where.margins(size)):
        axis = padded.ndim - axes + i
        image = padded.narrow(axis, len(before), size[i])
        for place, pixel in enumerate(before):
            image.narrow(axis, pixel, 1).add_(padded.narrow(axis, place, 1))
        for place, pixel in enumerate(behind, start=len(before) + size[i]):
            image.narrow(axis, pixel, 1).add_(padded.narrow(axis, place, 1))
        padded = image
    return padded


def _steps(where: Geometry, size: Sequence[int], axis: int) -> list[slice]:
    """Per place of the window along an axis, where it lies in all windows of a padded image."""
    out, s, a = where.output_size(size)[axis], where.stride[axis], where.dilation[axis]
    return [slice(o * a, o * a + (out - 1) * s + 1, s) for o in range(where.kernel[axis])]


def _shifted(padded: Tensor, where: Geometry, size: Sequence[int]) -> Iterator[Tensor]:
    """For each place of the window, in reading order, its pixel in every window: d views."""
    cuts: Any
    for cuts in product(*(_steps(where, size, axis) for axis in range(len(size)))):
        yield padded[(..., *cuts)]


def _dense(shifted: Iterator[Tensor]) -> Iterator[Tensor]:
    """Copy views whose innermost axis has steps, which would be read one by one several times."""
    eager = not (torch.compiler.is_compiling() or _by_example())
    for view in shifted:
        yield view.contiguous() if eager and 1 not in view.stride() else view


def _largest(x: Tensor, where: Geometry, count: int) -> list[Tensor]:
    """The ``count`` largest entries of every window, the largest first.

    One axis after the other: windows that overlap share what was found along the axes before.
    """
    size = x.shape[-len(where.kernel) :]
    ranks = [_padded(x, where)]
    for axis in range(len(size)):
        rest = [slice(None)] * (len(size) - 1 - axis)
        cuts: list[Any] = [(..., cut, *rest) for cut in _steps(where, size, axis)]
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


def _whole(x: Tensor, weights: Tensor, constant: float, where: Geometry) -> Tensor:
    """The pool of one part, half precision weighed and summed in single."""
    return _weighed(_largest(x, where, len(weights)), weights, constant).to(x.dtype)


def _weighed(ranks: list[Tensor], weights: Tensor, constant: float) -> Tensor:
    precision = torch.promote_types(ranks[0].dtype, torch.float32)
    ranks = [rank.to(precision) for rank in ranks]
    weights = weights.to(precision)
    total = _sum(ranks, weights, constant)
    if _may_look(total) and isfinite(float(total.detach().sum())):
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


def _may_look(values: Tensor) -> bool:
    """Whether branching on values is possible, and costs nothing but reading them."""
    tracing = torch.compiler.is_compiling() or _by_example()
    return values.device.type == "cpu" and not tracing


def _shared(
    x: Tensor,
    values: Tensor,
    weights: Tensor,
    where: Geometry,
    back: bool,
    found: Sequence[Tensor],
) -> Tensor:
    """Sum of share times value over the entries of a window; or the transpose.

    The share of an entry is the weight of its rank; of equal entries the earlier has the higher
    rank, as in ``torch.nn.MaxPool2d``. A rank whose entry was met becomes +inf, which equals none
    that is left. The comparisons give 0.0 and 1.0 in the type of the entries, because masks of
    booleans are slow on a CPU.
    """
    size = x.shape[-len(where.kernel) :]
    precision = torch.promote_types(x.dtype, torch.float32)
    found = found or _largest(x, where, len(weights))
    ranks = [rank.to(precision, copy=True) for rank in found]
    padded, values = _padded(x.to(precision), where), values.to(precision)
    amounts = _amounts(ranks, weights.to(precision))
    infinite = amounts[0].ndim > 0  # a first rank may be +inf and remain it
    target = torch.zeros_like(padded if back else ranks[0])
    if back:
        amounts = [values * amount for amount in amounts]
    others = _shifted(target if back else _padded(values, where), where, size)
    hits = [torch.empty_like(rank) for rank in ranks]
    two = torch.full((), 2, dtype=precision, device=x.device)
    most = torch.finfo(precision).max  # twice as much is infinite
    for entry, other in zip(_dense(_shifted(padded, where, size)), others, strict=True):
        for rank, hit in zip(ranks, hits, strict=True):
            _equal(entry, rank, hit)
        for j in range(len(hits) - 1, 0, -1):
            hits[j].gt_(hits[j - 1])  # of equal ranks only the first
        for rank, hit, amount in zip(ranks, hits, amounts, strict=True):
            rank.addcmul_(hit, two, value=most)
            if back:
                other.addcmul_(hit, amount)
            else:
                target.addcmul_(hit * amount, other)
        if infinite:
            amounts[0].addcmul_(hits[0], amounts[0], value=-1)
    return (_folded(target, where, size) if back else target).to(x.dtype)


def _fused(x: Tensor, values: Tensor, weights: Tensor, where: Geometry) -> Tensor:
    """What ``_shared`` computes with ``back``, for a compiler: few loops, of which none scatters.

    A window names the pixels of its largest entries; a pixel asks the windows that may hold it.
    """
    axes = len(where.kernel)
    size = x.shape[-axes:]
    precision = torch.promote_types(x.dtype, torch.float32)
    # What the compiler keeps between its loops lies in memory in the order of the axes.
    last = (x.ndim, axes) == (4, 2) and x.is_contiguous(memory_format=torch.channels_last)

    def ordered(image: Tensor) -> Tensor:
        return image.movedim(1, -1) if last else image

    pixels = torch.arange(prod(size), dtype=torch.int32, device=x.device)
    pixels = pixels.view(*[1] * (x.ndim - axes), *size)
    shown = [map(ordered, _shifted(_padded(image, where), where, size)) for image in (x, pixels)]
    ranks, owners = _owned(zip(*shown, strict=True), len(weights))
    amounts = _amounts([rank.to(precision) for rank in ranks], weights.to(precision))
    amounts = [amount * ordered(values.to(precision)) for amount in amounts]
    total = torch.zeros_like(ordered(x), dtype=precision)
    for windows, exist in _holding(size, where, x.device):
        at: Any = (..., *windows, slice(None)) if last else (..., *windows)
        exists = exist.unsqueeze(-1) if last else exist
        for owner, amount in zip(owners, amounts, strict=True):
            owns = (owner[at] == ordered(pixels)) & exists
            total = total + torch.where(owns, amount[at], 0)
    return (total.movedim(-1, 1) if last else total).to(x.dtype)


def _owned(shown: Iterator[tuple[Tensor, Tensor]], count: int) -> tuple[list[Tensor], list[Tensor]]:
    """The largest entries of every window and their pixels; of equal entries the earlier first.

    Takes, for each place, the entries of all windows and their pixels. NaN in a window owns none.
    """
    first, pixel = next(shown)
    unknown = first.isnan()
    nobody = torch.full_like(first, -1, dtype=pixel.dtype)
    ranks = [first, *[torch.full_like(first, -torch.inf)] * (count - 1)]
    owners = [pixel.expand_as(first), *[nobody] * (count - 1)]
    for entry, pixel in shown:
        unknown = unknown | entry.isnan()
        above = [entry > rank for rank in ranks]
        for j in range(count - 1, 0, -1):
            rank = torch.where(above[j - 1], ranks[j - 1], entry)
            owner = torch.where(above[j - 1], owners[j - 1], pixel)
            ranks[j] = torch.where(above[j], rank, ranks[j])
            owners[j] = torch.where(above[j], owner, owners[j])
        ranks[0] = torch.where(above[0], entry, ranks[0])
        owners[0] = torch.where(above[0], pixel, owners[0])
    return ranks, [torch.where(unknown, nobody, owner) for owner in owners]


def _holding(
    size: Sequence[int], where: Geometry, device: torch.device
) -> Iterator[tuple[list[Tensor], Tensor]]:
    """For every pixel, one after the other, the windows that may hold it, and whether they exist.

    They include all that hold the pixel, none twice.
    """
    axes = len(size)
    each = []
    for i, (n, out) in enumerate(zip(size, where.output_size(size), strict=True)):
        last = (torch.arange(n, device=device) + where.padding[i]) // where.stride[i]
        reach = where.dilation[i] * (where.kernel[i] - 1) // where.stride[i] + 1
        shape = [-1 if j == i else 1 for j in range(axes)]
        found = [(last - steps).view(shape) for steps in range(reach)]
        each.append([(at.clamp(0, out - 1), (at >= 0) & (at < out)) for at in found])
    for chosen in product(*each):
        exist = chosen[0][1]
        for _, more in chosen[1:]:
            exist = exist & more
        yield [at for at, _ in chosen], exist


def _equal(a: Tensor, b: Tensor, out: Tensor) -> None:
    """Write 1.0 where two tensors are equal, 0.0 elsewhere."""
    if torch.compiler.is_compiling():
        out.copy_(torch.eq(a, b))
    else:
        torch.eq(a, b, out=out)  # at once: a mask would be read again


def _amounts(ranks: list[Tensor], weights: Tensor) -> list[Tensor]:
    """The weight of each rank, where a masked entry hands its own to the rank above."""
    amounts = list(weights.unbind())
    ends = ranks[0], ranks[-1]
    if _may_look(ranks[0]) and all(isfinite(float(rank.sum())) for rank in ends):
        return amounts
    amounts = [amount.expand_as(rank) for amount, rank in zip(amounts, ranks, strict=True)]
    for j in range(len(ranks) - 1, 0, -1):
        masked = ranks[j] == -torch.inf
        amounts[j - 1] = torch.where(masked, amounts[j - 1] + amounts[j], amounts[j - 1])
        amounts[j] = torch.where(masked, 0.0, amounts[j])
    infinite = ranks[0].abs() == torch.inf
    amounts = [torch.where(infinite, 0.0, amount) for amount in amounts]
    amounts[0] = torch.where(infinite, 1.0, amounts[0])
    return amounts
