"""The best subpool estimator as a pooling layer, in the place of ``torch.nn.MaxPool2d``."""

import json
import operator
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import isfinite, prod
from typing import Any, ClassVar, Final, Self

import torch
from torch import Tensor, nn

from maxpooling.approximation import best_uniform
from maxpooling.arguments import MAX_POOL_SIZE
from maxpooling.layers.running_maxima import weigh_maxima

torch.fx.wrap("weigh_maxima")  # one node of a traced graph: its checks need true shapes

Sizes = int | Sequence[int]
_AXES: Final = {1: "an integer", 2: "an integer or a pair of integers", 3: "an integer or a triple"}


class _SubpoolMaxPool(nn.Module):
    """What the pools of one, two and three dimensions share: everything but the number of axes."""

    axes: ClassVar[int]
    rank_weights: Tensor

    def __init__(
        self,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
        *,
        orders: Iterable[int],
        input_range: Sequence[float] | None = None,
    ) -> None:
        """Solve for the estimator and keep its weights.

        Args:
            kernel_size: window size, an int or one per axis; at least 1.
            stride: step between windows, at least 1; the kernel size if None.
            padding: places added on each side, at most half the kernel size, as for
                ``MaxPool2d``, whatever the dilation.
            dilation: step between the entries of a window, at least 1.
            return_indices: refused if true.
            ceil_mode: whether a last window may reach beyond the padded image.
            orders: orders of the subpool maxes, distinct integers in 0..d-1, d = entries of a
                window.
            input_range: two finite numbers a < b between which the inputs lie. Needed if the orders
                include 0; see :meth:`calibrated` for a range that is measured.

        Raises:
            ValueError: naming the argument, its value and what is allowed.
        """
        super().__init__()
        if return_indices:
            raise ValueError(
                f"return_indices={return_indices!r}: an estimate is no entry of its window "
                "and has no index; use torch.nn.MaxPool2d for indices"
            )
        self.kernel_size = self._sizes("kernel_size", kernel_size, 1)
        self.stride = self.kernel_size if stride is None else self._sizes("stride", stride, 1)
        self.padding = self._sizes("padding", padding, 0)
        self.dilation = self._sizes("dilation", dilation, 1)
        self.ceil_mode = bool(ceil_mode)
        if any(2 * p > k for p, k in zip(self.padding, self.kernel_size, strict=True)):
            raise ValueError(
                f"padding={padding!r} must be at most half the kernel size {kernel_size!r}"
            )
        self._estimator = best_uniform(prod(self.kernel_size), orders)
        self.orders = self._estimator.orders
        self.weights = self._estimator.weights()
        if input_range is None and 0 in self.orders:
            raise ValueError(
                f"input_range=None is not possible with orders {self.orders}: order 0, the "
                "constant, needs the range of the inputs; give input_range=(a, b), or let "
                f"{type(self).__name__}.calibrated(inputs, ...) measure it"
            )
        self.input_range = None if input_range is None else _range(input_range)
        self.intercept, self.error_bound = Fraction(0), None
        if self.input_range is not None:
            low, high = map(Fraction, self.input_range)
            at_zero = self._estimator.coefficients.get(0, Fraction(0))
            self.intercept = (high - low) * at_zero + low * (1 - sum(self.weights))
            self.error_bound = (high - low) * self._estimator.error
        self._constant = float(self.intercept)
        self._fill_weights(torch.device("cpu"))

    @classmethod
    def calibrated(
        cls,
        inputs: Tensor | Iterable[Tensor],
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
        *,
        orders: Iterable[int],
    ) -> Self:
        """A pool whose range is that of given inputs: their least and their largest entry.

        Inputs that come later may leave it; :meth:`error_bound_on` says what that costs.

        Args:
            inputs: one tensor, or several one after another, of any shape. Entries of -inf are
                masks and do not count.
            kernel_size: this and all others as in the constructor.
            stride: see there.
            padding: see there.
            dilation: see there.
            return_indices: see there.
            ceil_mode: see there.
            orders: see there.

        Raises:
            ValueError: the inputs have no two different finite entries, or have NaN or +inf.

        Examples:
            >>> seen = torch.tensor([[[0.0, 0.5], [3.0, 1.0]]])
            >>> SubpoolMaxPool2d.calibrated(seen, 2, orders=[0, 3]).input_range
            (0.0, 3.0)
        """
        low, high = torch.inf, -torch.inf
        for batch in [inputs] if isinstance(inputs, Tensor) else inputs:
            counted = batch.detach()[batch.detach() != -torch.inf]
            if counted.numel():
                low = min(low, float(counted.amin()))
                high = max(high, float(counted.amax()))
                if not bool(counted.isfinite().all()):
                    raise ValueError("inputs must not have NaN or +inf to measure a range of them")
        if not low < high:
            raise ValueError("inputs must have two different finite entries to measure a range of")
        return cls(
            kernel_size, stride, padding, dilation, return_indices, ceil_mode,
            orders=orders, input_range=(low, high),
        )  # fmt: skip

    def error_bound_on(self, low: float, high: float) -> Fraction:
        """The exact largest error for inputs in [low, high], within the layer's range or not.

        With E = E(d, orders), beta_0 the coefficient of order 0, B the sum of the weights and
        [a, b] the layer's range it is, by Theorem RG (ours),

            (high - low) E + |beta_0 ((b - a) - (high - low)) + (1 - B)(a - low)|.

        Raises:
            ValueError: unless both are finite and low <= high.

        Examples:
            >>> pool = SubpoolMaxPool2d(3, orders=[0, 8], input_range=(0, 1))
            >>> pool.error_bound_on(0, 1), pool.error_bound_on(0, 20)
            (Fraction(1, 18), Fraction(13, 6))
        """
        if not (isfinite(low) and isfinite(high) and low <= high):
            raise ValueError(f"low={low!r}, high={high!r} must be finite, low <= high")
        bottom, width = Fraction(low), Fraction(high) - Fraction(low)
        at_zero = self._estimator.coefficients.get(0, Fraction(0))
        total = sum(self.weights)
        return width * self._estimator.error + abs(
            self.intercept - at_zero * width - (1 - total) * bottom
        )

    def forward(self, x: Tensor) -> Tensor:
        """Pool a floating-point tensor of shape [N, C, *spatial] or [C, *spatial].

        Raises:
            ValueError: for another shape or type, or an image smaller than the kernel.
        """
        geometry = (self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)
        name = type(self).__name__
        result: Tensor = weigh_maxima(x, self.rank_weights, self._constant, geometry, name)
        return result

    def get_extra_state(self) -> Tensor:
        """Which estimator this is, for checkpoints: kernel size, orders and range.

        As JSON in a tensor of bytes, which every format of checkpoints can hold.
        """
        return torch.tensor(list(json.dumps(self._identity()).encode()), dtype=torch.uint8)

    def set_extra_state(self, state: Tensor) -> None:
        """Refuse the checkpoint of another estimator.

        Raises:
            ValueError: kernel size, orders or range are others; both are named.
        """
        try:
            other = json.loads(bytes(state.cpu().tolist()).decode())
        except (AttributeError, TypeError, ValueError):
            raise ValueError(
                f"state={state!r} is not the state of a {type(self).__name__}"
            ) from None
        if other != self._identity():
            raise ValueError(
                f"the checkpoint is of another estimator: {other}, but this layer has "
                f"{self._identity()}"
            )

    def extra_repr(self) -> str:
        """The arguments, for ``print``."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}, orders={self.orders}, "
            f"input_range={self.input_range}"
        )

    def _identity(self) -> dict[str, Any]:
        limits = None if self.input_range is None else list(self.input_range)
        return {
            "kernel_size": list(self.kernel_size),
            "orders": list(self.orders),
            "input_range": limits,
        }

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        # half() and float() are for what is trained: these weights stay exact, and only move.
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        self._fill_weights(fn(torch.empty(0)).device)
        return self

    def _fill_weights(self, device: torch.device) -> None:
        used = max((j for j, weight in enumerate(self.weights, start=1) if weight), default=1)
        floats = [float(weight) for weight in self.weights[:used]]
        filled = torch.tensor(floats, dtype=torch.float64, device=device)
        self.register_buffer("rank_weights", filled, persistent=False)

    @classmethod
    def _sizes(cls, name: str, value: object, smallest: int) -> tuple[int, ...]:
        """Return an int or one int per axis, each at least ``smallest``, as a tuple."""
        try:
            sizes: tuple[Any, ...] = (
                tuple(value) if isinstance(value, Iterable) else (value,) * cls.axes
            )
            if len(sizes) != cls.axes or any(isinstance(entry, bool) for entry in sizes):
                raise TypeError
            checked = tuple(operator.index(entry) for entry in sizes)
        except TypeError:
            raise ValueError(f"{name}={value!r} must be {_AXES[cls.axes]}") from None
        if not all(smallest <= entry <= MAX_POOL_SIZE for entry in checked):
            raise ValueError(f"{name}={value!r} must be in {smallest}..{MAX_POOL_SIZE}")
        return checked


class SubpoolMaxPool1d(_SubpoolMaxPool):
    """:class:`SubpoolMaxPool2d` for signals: [N, C, L] or [C, L].

    Examples:
        >>> SubpoolMaxPool1d(3, orders=[2])(torch.zeros(1, 2, 9)).shape
        torch.Size([1, 2, 3])
    """

    axes = 1


class SubpoolMaxPool2d(_SubpoolMaxPool):
    """Apply the best uniform estimator of the maximum to every window of an image.

    Takes the place of ``torch.nn.MaxPool2d``: arguments in the same order, and ``orders`` (with
    ``input_range`` if they include 0) by name. On a window with values y in [a, b]
    (``input_range``) and d entries it computes

        g(y) = sum over r >= 1 of beta_r S(y; r, d) + (b - a) beta_0 + a (1 - sum of the beta_r),

    beta being the coefficients of ``best_uniform(d, orders)``. This is the estimator on [0, 1]
    carried over by an affine map, so |g - max| <= (b - a) E(d, orders), and if the orders include 0
    no combination of these subpool maxes does better on the range.

    A window costs a running list of its largest entries, not a maximum per subpool: the averages S
    are weighted sums of order statistics (Lemma 2), and their weights are added up exactly before
    they become floats. The beta_r alternate and grow like (3/2)^d; their sums are at most 2 in
    modulus. Half-precision inputs are weighted and summed in single precision.

    *Range.* Unlike the maximum, the estimator does not commute with y -> s y + t: its constant term
    must know the range, which therefore is an argument and not taken from the data; there is no
    default where order 0 is used. Without order 0 it may be left out, which stands for a = 0: then
    there is no constant term. Values outside the range are allowed; the exact largest error for
    inputs in any other range is :meth:`error_bound_on`. It is more than that of a layer made for
    that other range, since the constant is wrong too.

    *Borders.* No padding value enters a window. Each place outside the image takes the nearest
    pixel of the same window. A border window thus evaluates the same estimator at a point of the
    same cube whose maximum is the window's maximum, so the error bound holds there too, still from
    subpool maxes of its own pixels. (Solving anew for the d' < d pixels that are left would do
    worse with the orders that matter: 1/(2d') in the place of 1/(2d) for {0, d-1}.)

    *Infinite values.* A window with NaN gives NaN, one whose maximum is +inf or -inf that maximum,
    as in ``MaxPool2d``. Otherwise an entry of -inf is a mask and counts as the smallest of the
    other entries, so that the error bound holds as at borders.

    *Gradients.* The weight of its rank goes to each entry; of equal entries the earlier one has the
    higher rank, as ``MaxPool2d`` chooses the earliest maximum. A window with NaN passes none on.

    *Tools.* Works under ``torch.compile(fullgraph=True)``, ``torch.export``, both ONNX exporters
    and ``torch.fx``. The state holds kernel size, orders and range, and is refused by a layer with
    others; the weights are a buffer, ``rank_weights``, that is not part of the state and stays in
    double precision when a model is made another.

    *Speed.* ``benchmarks/bench_pooling.py`` compares it with ``MaxPool2d``; the ratios are in the
    book's reference. In channels_last, for which ``MaxPool2d`` has a loop of its own, it takes
    several times as long, less when compiled. Where a gradient will be asked for, forward keeps the
    places of the largest entries, a 32-bit integer each, and the gradient is one scatter.
    ``torch.compile`` makes forward one loop and leaves the scatter as it is.

    Shapes are those of ``MaxPool2d``: [N, C, H, W] or [C, H, W] in, with dilation and ceil mode.
    channels_last inputs give channels_last outputs.

    Attributes:
        kernel_size, stride, padding, dilation: pairs of ints (height, width).
        ceil_mode: whether a last window may reach beyond the padded image.
        orders: the orders, sorted.
        input_range: (a, b), or None.
        weights: exact weights on the window's order statistics, largest first.
        intercept: exact constant term, for the input range.
        error_bound: exact largest error for inputs in the range, (b - a) E(d, orders); None without
            a range.

    Examples:
        >>> pool = SubpoolMaxPool2d(3, 2, 1, orders=[0, 8], input_range=(0, 1))
        >>> pool.error_bound, pool(torch.zeros(2, 5, 32, 32)).shape
        (Fraction(1, 18), torch.Size([2, 5, 16, 16]))
    """

    axes = 2


class SubpoolMaxPool3d(_SubpoolMaxPool):
    """:class:`SubpoolMaxPool2d` for volumes: [N, C, D, H, W] or [C, D, H, W].

    Examples:
        >>> SubpoolMaxPool3d(2, orders=[7])(torch.zeros(1, 2, 4, 4, 4)).shape
        torch.Size([1, 2, 2, 2, 2])
    """

    axes = 3


def _range(input_range: Iterable[float]) -> tuple[float, float]:
    """Return two finite numbers a < b as floats."""
    try:
        low, high = (float(end) for end in input_range)
    except (TypeError, ValueError):
        raise ValueError(f"input_range={input_range!r} must be two numbers") from None
    if not (isfinite(low) and isfinite(high) and low < high):
        raise ValueError(f"input_range={input_range!r} must be finite, the first end the smaller")
    return low, high
