"""The max pool itself, made of convolutions and ReLUs, for tools that know no max pool."""

from collections.abc import Callable, Sequence
from math import isfinite
from typing import NamedTuple, Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from maxpooling.arguments import MAX_POOL_SIZE, check_integer
from maxpooling.networks import rounding_bound, smallest_max_network

Pair = tuple[int, int]


class Geometry(NamedTuple):
    """Where the windows of a pool lie: pairs (height, width) as ``MaxPool2d`` has them."""

    kernel_size: Pair
    stride: Pair
    padding: Pair
    dilation: Pair
    ceil_mode: bool


class ReluMaxPool2d(nn.Module):
    """``torch.nn.MaxPool2d`` as convolutions and ReLUs: equal in exact arithmetic (ours).

    Lemma 1 says that it can be, Theorem S in three layers. The first layer of the smallest network
    that we know for the max of a window's entries is a convolution with the window's stride and
    dilation; all later ones are 1x1 convolutions. Every channel is pooled by itself, as one image
    of one channel.

    *Borders.* A place outside the image takes the nearest entry of the same window, which leaves
    the window's maximum alone: rows and columns are copied by constant indices (Gather in ONNX)
    before the convolution. With ``non_negative`` and no window beyond the padded image the
    convolution pads with zeros, and nothing is copied.

    *Rounding.* Every pairwise max computes (a - b) + b. The error grows with the largest modulus in
    the window and not with the maximum (``rounding_bound``): an entry of -1e9 as a mask may cost
    1e-6 in double precision, and all digits in single precision; infinite entries give NaN.

    *Masks.* With ``floor`` given, entries below it count as the floor: max(x) = floor +
    max(relu(x - floor)) wherever a window has an entry that is not below. One ReLU more for each
    entry of the image; masks of any size, -inf among them, cost no digit; and as nothing behind it
    is negative, the network of a window is the smaller one of ``non_negative``.

    Attributes:
        geometry: kernel size, stride, padding, dilation, ceil mode.
        network: the exact network of one window, in whole numbers.
        non_negative: whether inputs must not be negative.
        floor: that entries are raised to, None if they are not.

    Examples:
        >>> pool = ReluMaxPool2d(3, 2, 1)
        >>> x = torch.tensor([[[[-4.0, -2.0, -9.0], [-3.0, -5.0, -8.0], [-7.0, -6.0, -1.0]]]])
        >>> pool(x).tolist(), pool.neurons
        ([[[[-2.0, -2.0], [-3.0, -1.0]]]], 27)
        >>> masked = torch.tensor([[[-1e9, 0.3], [-torch.inf, -0.1]]])
        >>> round(ReluMaxPool2d(2, floor=-1.0)(masked).item(), 6)
        0.3
    """

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] | None = None,
        padding: int | Sequence[int] = 0,
        dilation: int | Sequence[int] = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
        *,
        hidden_layers: int | None = None,
        non_negative: bool = False,
        floor: float | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Take the arguments of ``MaxPool2d``, and which network is wanted.

        Args:
            kernel_size: window size, an int or a pair (height, width); at least 1.
            stride: step between windows, at least 1; the kernel size if None.
            padding: rows and columns added on each side, at most half the (dilated) kernel size.
            dilation: step between a window's entries, at least 1.
            return_indices: refused if true.
            ceil_mode: whether windows may reach beyond the padded image.
            hidden_layers: the most that are allowed, see ``smallest_max_network``.
            non_negative: fewer neurons, right for inputs that are not negative only.
            floor: a finite number; right for windows with an entry that is not below it.
            dtype: of the weights, torch's default if None; ``.double()`` refills them exactly.

        Raises:
            ValueError: naming the argument, its value and what is allowed.
        """
        super().__init__()
        if return_indices:
            raise ValueError("return_indices=True is not possible: the network has no indices")
        self.geometry = geometry(kernel_size, stride, padding, dilation, ceil_mode)
        height, width = self.geometry.kernel_size
        if floor is not None and not (isfinite(floor) and not non_negative):
            raise ValueError(
                f"floor={floor!r} must be a finite number, with non_negative=False: "
                "inputs that are not negative have the floor 0"
            )
        self.floor = None if floor is None else float(floor)
        self.non_negative = non_negative or floor is not None
        self.network = smallest_max_network(
            height * width, hidden_layers, non_negative=self.non_negative
        )
        self._fill(torch.get_default_dtype() if dtype is None else dtype, torch.device("cpu"))

    @property
    def neurons(self) -> int:
        """ReLUs for one window."""
        return self.network.neurons

    def relus(self, height: int, width: int) -> int:
        """ReLUs for one channel of an image of this size.

        Examples:
            >>> ReluMaxPool2d(2).relus(28, 28)
            1764
        """
        rows, columns = (len(axis) for axis in window_indices(height, width, self.geometry))
        raised = 0 if self.floor is None else height * width
        return self.neurons * rows * columns + raised

    def rounding_bound(self, largest: float) -> float:
        """Bound on the error in the weights' precision for inputs of modulus at most ``largest``.

        With a floor, of what lies above it: masks do not count.

        Examples:
            >>> pool = ReluMaxPool2d(3, dtype=torch.float64)
            >>> pool.rounding_bound(1.0) < 1e-12, pool.rounding_bound(1e9) < 1e-3
            (True, True)
        """
        unit = torch.finfo(self.weight_0.dtype).eps / 2
        if self.floor is None:
            return rounding_bound(self.network, largest, unit)
        # One rounding of x - floor, which no later one loses, and one of the sum at the end.
        above = (largest + abs(self.floor)) * (1 + unit)
        ends = unit * above + unit * (2 * above + abs(self.floor))
        return rounding_bound(self.network, above, unit) * (1 + unit) + ends

    def forward(self, x: Tensor) -> Tensor:
        """Pool a floating-point tensor of shape [N, C, H, W] or [C, H, W].

        Raises:
            ValueError: for another shape or type, or an image smaller than the kernel.
        """
        check_image(x)
        height, width = x.shape[-2:]
        axes = window_indices(height, width, self.geometry)
        kernel, stride, padding, dilation, _ = self.geometry
        z = x.reshape(-1, 1, height, width)
        if self.floor is not None:
            z = functional.relu(z - self.floor)
        beyond = any(
            last > size - 1 + pad
            for last, size, pad in zip(
                _last_places((height, width), self.geometry), (height, width), padding, strict=True
            )
        )
        if beyond or (any(padding) and not self.non_negative):
            z = _gathered(z, axes)
            stride, padding, dilation = kernel, (0, 0), (1, 1)
        z = functional.conv2d(z, self.weight_0, stride=stride, padding=padding, dilation=dilation)
        for k in range(1, len(self.network.matrices)):
            z = functional.conv2d(functional.relu(z), getattr(self, f"weight_{k}"))
        if self.floor is not None:
            z = z + self.floor
        shape = (len(axes[0]), len(axes[1]))
        if x.ndim == 3:
            return z.reshape(-1, *shape)
        return z.reshape(-1, x.shape[1], *shape)

    def extra_repr(self) -> str:
        """The arguments, for ``print``."""
        given = tuple(f"{name}={value}" for name, value in self.geometry._asdict().items())
        if self.floor is not None:
            given = (*given, f"floor={self.floor}")
        return ", ".join((*given, f"hidden_widths={self.network.hidden_widths}"))

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        # fractions would keep the digits of the narrower type
        self._fill(self.weight_0.dtype, self.weight_0.device)
        return self

    weight_0: Tensor

    def _fill(self, dtype: torch.dtype, device: torch.device) -> None:
        matrices, _ = self.network.floats()
        for k, weights in enumerate(matrices):
            size = self.geometry.kernel_size if k == 0 else (1, 1)
            filters = torch.from_numpy(weights).reshape(len(weights), -1, *size)
            if k == 0:
                filters = filters.reshape(len(weights), 1, *size)
            self.register_buffer(f"weight_{k}", filters.to(device, dtype), persistent=False)


def geometry(
    kernel_size: object, stride: object, padding: object, dilation: object, ceil_mode: object
) -> Geometry:
    """The arguments of a ``MaxPool2d``, checked.

    Raises:
        ValueError: naming the argument, its value and what is allowed.
    """
    kernel = _pair("kernel_size", kernel_size, 1)
    padded = _pair("padding", padding, 0)
    apart = _pair("dilation", dilation, 1)
    spans = (a * (k - 1) + 1 for k, a in zip(kernel, apart, strict=True))
    if any(2 * p > span for p, span in zip(padded, spans, strict=True)):
        raise ValueError(
            f"padding={padding!r} must be at most half the kernel size {kernel_size!r} "
            f"with dilation {dilation!r}"
        )
    step = kernel if stride is None else _pair("stride", stride, 1)
    return Geometry(kernel, step, padded, apart, bool(ceil_mode))


def check_image(x: Tensor) -> None:
    """Raise ValueError unless x is a floating-point tensor [N, C, H, W] or [C, H, W]."""
    if x.ndim not in (3, 4) or not x.is_floating_point():
        raise ValueError(
            f"x must be a floating-point tensor [N, C, H, W] or [C, H, W], "
            f"got {x.dtype} of shape {tuple(x.shape)}"
        )


def window_indices(
    height: int, width: int, where: Geometry
) -> tuple[list[list[int]], list[list[int]]]:
    """For each window the rows, and the columns, of its entries; outside ones by the nearest.

    Raises:
        ValueError: the image, padded, is smaller than a window, or a window has no entry in it.

    Examples:
        >>> window_indices(3, 4, Geometry((3, 2), (2, 2), (1, 0), (1, 1), False))
        ([[0, 0, 1], [1, 2, 2]], [[0, 1], [2, 3]])
    """
    rows, columns = (
        _axis_indices(size, *_along(where, axis), where.ceil_mode)
        for axis, size in enumerate((height, width))
    )
    if not rows or not columns:
        raise ValueError(
            f"x of height {height} and width {width} with padding {where.padding} is smaller than "
            f"the kernel {where.kernel_size} with dilation {where.dilation}"
        )
    return rows, columns


def window_entries(x: Tensor, where: Geometry) -> Tensor:
    """The windows of x of shape [N, C, H, W] or [C, H, W], as [windows, entries].

    Examples:
        >>> pairs = geometry((1, 2), None, 0, 1, False)
        >>> window_entries(torch.arange(4.0).view(1, 2, 2), pairs)
        tensor([[0., 1.],
                [2., 3.]])
    """
    check_image(x)
    z = x.reshape(-1, 1, *x.shape[-2:])
    z = _gathered(z, window_indices(x.shape[-2], x.shape[-1], where))
    height, width = where.kernel_size
    parts = z.unfold(-2, height, height).unfold(-2, width, width)
    return parts.reshape(-1, height * width)


def _gathered(z: Tensor, axes: tuple[list[list[int]], list[list[int]]]) -> Tensor:
    """An image in which the windows lie side by side."""
    for axis, windows in zip((-2, -1), axes, strict=True):
        flat = [place for window in windows for place in window]
        z = z.index_select(axis, torch.tensor(flat, device=z.device))
    return z


def _last_places(sizes: Pair, where: Geometry) -> list[int]:
    """The last place that a window asks for, along each axis."""
    last = []
    for axis, size in enumerate(sizes):
        kernel, stride, padding, dilation = _along(where, axis)
        count = len(_axis_indices(size, *_along(where, axis), where.ceil_mode))
        last.append((count - 1) * stride - padding + dilation * (kernel - 1))
    return last


def _along(where: Geometry, axis: int) -> tuple[int, int, int, int]:
    kernel, stride, padding, dilation, _ = where
    return kernel[axis], stride[axis], padding[axis], dilation[axis]


def _axis_indices(
    size: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool
) -> list[list[int]]:
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    if room < 0:
        return []
    count = 1 + (room // stride if not ceil_mode else -(-room // stride))
    if ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1  # the last window must start in the image or in the padding before it
    windows = []
    for window in range(count):
        places = [window * stride - padding + dilation * k for k in range(kernel)]
        inside = [place for place in places if 0 <= place < size]
        if not inside:
            raise ValueError(
                f"x of size {size} along one axis leaves a window empty: kernel {kernel}, "
                f"padding {padding}, dilation {dilation}"
            )
        windows.append([min(max(place, inside[0]), inside[-1]) for place in places])
    return windows


def _pair(name: str, value: object, smallest: int) -> Pair:
    both = value if isinstance(value, Sequence) else (value, value)
    if len(both) != 2:
        raise ValueError(f"{name}={value!r} must be an integer or a pair of integers")
    first, second = (check_integer(name, entry, smallest, MAX_POOL_SIZE) for entry in both)
    return first, second
