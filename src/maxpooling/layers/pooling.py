"""The best subpool estimator as a pooling layer, in the place of ``torch.nn.MaxPool2d``."""

import operator
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import isfinite

import torch
from torch import Tensor, nn
from torch.nn import functional

from maxpooling.approximation import best_uniform
from maxpooling.arguments import MAX_POOL_SIZE


class SubpoolMaxPool2d(nn.Module):
    """Apply the best uniform estimator of the maximum to every window of an image.

    On a window with values y in [a, b] (``input_range``) and d elements it computes

        g(y) = sum over r >= 1 of beta_r S(y; r, d) + (b - a) beta_0 + a (1 - sum of the beta_r),

    beta being the coefficients of ``best_uniform(d, orders)``. This is the estimator on [0, 1]
    carried over by an affine map, so |g - max| <= (b - a) E(d, orders), and if the orders include 0
    no combination of these subpool maxes does better on the range.

    A window costs one selection of its largest elements, not a maximum per subpool: the averages
    S are weighted sums of order statistics (Lemma 2), and their weights are added up exactly before
    they become floats. The beta_r alternate and grow like (3/2)^d; their sums are at most 2 in
    modulus. Half-precision inputs are weighted and summed in single precision.

    *Range.* Unlike the maximum, the estimator does not commute with y -> s y + t: its constant term
    must know the range, which therefore is an argument and not taken from the data. With a = 0 and
    without order 0 the upper end does not matter. Values outside the range are allowed, but the
    error bound is then the one of the range that they need.

    *Borders.* No padding value enters a window. Each padded place takes the nearest pixel, which
    always lies in the same window (as padding is at most half the kernel). A border window thus
    evaluates the same estimator at a point of the same cube whose maximum is the window's maximum,
    so the error bound holds there too, still from subpool maxes of its own pixels. (Solving anew
    for the d' < d pixels that are left would do worse with the orders that matter: 1/(2d') in the
    place of 1/(2d) for {0, d-1}.)

    Shapes are those of ``MaxPool2d`` without dilation and ceil mode: [N, C, H, W] or [C, H, W] in,
    with H_out = floor((H + 2 padding - kernel) / stride) + 1 out, likewise for W.

    Attributes:
        kernel_size, stride, padding: pairs of ints (height, width).
        orders: the orders, sorted.
        input_range: (a, b).
        weights: exact weights on the window's order statistics, largest first.
        intercept: exact constant term, for the input range.
        error_bound: exact largest error for inputs in the range, (b - a) E(d, orders).

    Examples:
        >>> pool = SubpoolMaxPool2d(3, orders=[0, 8], stride=2, padding=1)
        >>> pool.error_bound, pool(torch.zeros(2, 5, 32, 32)).shape
        (Fraction(1, 18), torch.Size([2, 5, 16, 16]))
    """

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        orders: Iterable[int],
        stride: int | Sequence[int] | None = None,
        padding: int | Sequence[int] = 0,
        *,
        input_range: Sequence[float] = (0.0, 1.0),
    ) -> None:
        """Solve for the estimator and keep its weights.

        Args:
            kernel_size: window size, an int or a pair (height, width); at least 1.
            orders: orders of the subpool maxes, distinct integers in 0..d-1, d = height * width.
            stride: step between windows, at least 1; the kernel size if None.
            padding: rows and columns added on each side, at most half the kernel size.
            input_range: two finite numbers a < b between which the inputs lie.

        Raises:
            ValueError: naming the argument, its value and what is allowed.
        """
        super().__init__()
        self.kernel_size = _pair("kernel_size", kernel_size, 1)
        self.stride = self.kernel_size if stride is None else _pair("stride", stride, 1)
        self.padding = _pair("padding", padding, 0)
        if any(2 * p > k for p, k in zip(self.padding, self.kernel_size, strict=True)):
            raise ValueError(
                f"padding={padding!r} must be at most half the kernel size {kernel_size!r}"
            )
        low, high = self.input_range = _range(input_range)
        estimator = best_uniform(self.kernel_size[0] * self.kernel_size[1], orders)
        self.orders = estimator.orders
        self.weights = estimator.weights()
        width = Fraction(high) - Fraction(low)
        at_zero = estimator.coefficients.get(0, Fraction(0))
        self.intercept = width * at_zero + Fraction(low) * (1 - sum(self.weights))
        self.error_bound = width * estimator.error

    def forward(self, x: Tensor) -> Tensor:
        """Pool a floating-point tensor of shape [N, C, H, W] or [C, H, W].

        Raises:
            ValueError: for another shape or type, or an image smaller than the kernel.
        """
        windows = self._windows(x)
        used = max((j for j, weight in enumerate(self.weights, start=1) if weight), default=0)
        largest = windows.topk(used, dim=-1).values
        precision = torch.promote_types(x.dtype, torch.float32)
        weights = torch.tensor(
            [float(weight) for weight in self.weights[:used]], dtype=precision, device=x.device
        )
        # A product and a sum: a matrix product would fall to half precision under autocast.
        pooled = (largest * weights).sum(dim=-1) + float(self.intercept)
        return pooled.to(x.dtype)

    def extra_repr(self) -> str:
        """The arguments, for ``print``."""
        return (
            f"kernel_size={self.kernel_size}, orders={self.orders}, stride={self.stride}, "
            f"padding={self.padding}, input_range={self.input_range}"
        )

    def _windows(self, x: Tensor) -> Tensor:
        """The windows as the last axis: [..., H_out, W_out, d]."""
        if x.ndim not in (3, 4) or not x.is_floating_point():
            raise ValueError(
                f"x must be a floating-point tensor [N, C, H, W] or [C, H, W], "
                f"got {x.dtype} of shape {tuple(x.shape)}"
            )
        (kernel_h, kernel_w), (pad_h, pad_w) = self.kernel_size, self.padding
        if x.shape[-2] + 2 * pad_h < kernel_h or x.shape[-1] + 2 * pad_w < kernel_w:
            raise ValueError(
                f"x of shape {tuple(x.shape)} with padding {self.padding} is smaller than the "
                f"kernel {self.kernel_size}"
            )
        if pad_h or pad_w:
            x = functional.pad(x, (pad_w, pad_w, pad_h, pad_h), mode="replicate")
        stride_h, stride_w = self.stride
        return x.unfold(-2, kernel_h, stride_h).unfold(-2, kernel_w, stride_w).flatten(-2)


def _pair(name: str, value: object, smallest: int) -> tuple[int, int]:
    """Return an int or a pair of ints, each at least ``smallest``, as a pair."""
    try:
        both = tuple(value) if isinstance(value, Iterable) else (value, value)
        if len(both) != 2 or any(isinstance(entry, bool) for entry in both):
            raise TypeError
        first, second = (operator.index(entry) for entry in both)
    except TypeError:
        raise ValueError(f"{name}={value!r} must be an integer or a pair of integers") from None
    if not (smallest <= first <= MAX_POOL_SIZE and smallest <= second <= MAX_POOL_SIZE):
        raise ValueError(f"{name}={value!r} must be in {smallest}..{MAX_POOL_SIZE}")
    return first, second


def _range(input_range: Iterable[float]) -> tuple[float, float]:
    """Return two finite numbers a < b as floats."""
    try:
        low, high = (float(end) for end in input_range)
    except (TypeError, ValueError):
        raise ValueError(f"input_range={input_range!r} must be two numbers") from None
    if not (isfinite(low) and isfinite(high) and low < high):
        raise ValueError(f"input_range={input_range!r} must be finite, the first end the smaller")
    return low, high
