"""Every max pool of a network exchanged: for estimators, or for convolutions and ReLUs."""

import copy
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.nn import functional

from maxpooling.approximation import best_uniform
from maxpooling.layers.pooling import SubpoolMaxPool2d
from maxpooling.layers.relu_pooling import Geometry, ReluMaxPool2d, geometry, window_entries

REFUSED: tuple[type[nn.Module], ...] = (
    nn.AdaptiveMaxPool1d,
    nn.AdaptiveMaxPool2d,
    nn.AdaptiveMaxPool3d,
    nn.FractionalMaxPool2d,
    nn.FractionalMaxPool3d,
    nn.MaxPool1d,
    nn.MaxPool3d,
)
"""Max pools that nothing here can stand for."""

TOO_LARGE = 0.1
"""A mean error beyond this share of the standard deviation of the pool's outputs is warned of."""

_SAMPLE = 4096  # windows of each batch whose errors are looked at one by one
_NAMES = (
    *(f"max_pool{axes}d" for axes in (1, 2, 3)),
    *(f"adaptive_max_pool{axes}d" for axes in (1, 2, 3)),
    *(f"fractional_max_pool{axes}d" for axes in (2, 3)),
)
_FUNCTIONS = {
    name: [getattr(room, name) for room in (functional, torch) if hasattr(room, name)]
    for name in _NAMES
}


@dataclass(frozen=True)
class PoolReport:
    """What one max pool of a network saw, and what its estimator makes of that.

    Attributes:
        name: of the pool in the network; a pool used in several places has its first name.
        orders: of the estimator.
        windows: how many were seen.
        input_range: the least and the largest entry, which scale the estimator's constant.
        spacings: means of 1 - x(1), x(1) - x(2), ..., x(d) over all windows, with the range carried
            to [0, 1] and x(1) >= ... >= x(d): they add up to 1.
        mean_error: of the estimator, with its sign, over all windows. It depends on the mean
            spacings only.
        mean_absolute_error: over a sample, evenly spaced, of the windows.
        largest_error: in that sample.
        error_bound: for any window in the range.
        share_of_gaps: of windows in the sample whose largest entry is further than half the range
            above the second.
        output_deviation: standard deviation of the maxima in the sample.
    """

    name: str
    orders: tuple[int, ...]
    windows: int
    input_range: tuple[float, float]
    spacings: tuple[float, ...]
    mean_error: float
    mean_absolute_error: float
    largest_error: float
    error_bound: float
    share_of_gaps: float
    output_deviation: float

    @property
    def doubtful(self) -> bool:
        """Whether the error is large beside how the pool's outputs differ."""
        return self.mean_absolute_error > TOO_LARGE * self.output_deviation


def replace_max_pools(
    model: nn.Module,
    *,
    orders: Iterable[int] | None = None,
    calibration: Iterable[Any] | None = None,
    exact: bool = False,
    hidden_layers: int | None = None,
) -> nn.Module:
    """A copy of a network with every ``nn.MaxPool2d`` exchanged.

    For the best estimator (Theorem A) with the given orders, whose constant is scaled by the range
    that a calibration finds; or, with ``exact=True``, for the same function made of convolutions
    and ReLUs (:class:`ReluMaxPool2d`), for tools that know no max pool. Kernel, stride, padding,
    dilation and ceil mode stay; a pool that is used in several places stays one pool.

    Calls of ``functional.max_pool2d`` in a ``forward`` are no modules and cannot be exchanged. They
    are looked for by ``torch.fx``; where the model cannot be traced, a warning says so.

    Args:
        model: any module; it is not changed.
        orders: of the estimators, each distinct integers in 0..d-1; -1 stands for d - 1, so that
            (0, -1) suits pools of every size.
        calibration: batches of inputs (tensors, or tuples whose first entry is one), used in one
            pass; or the reports of :func:`measure_max_pools`. Needed with orders.
        exact: whether the pools are to be the same functions.
        hidden_layers: the most that an exact pool may take, see ``smallest_max_network``.

    Returns:
        The copy. :func:`measure_max_pools` says how large the errors are.

    Raises:
        ValueError: there is no max pool, one of another kind (it is named), one that returns
            indices, or a call of a function; orders and exact=True together, or neither.

    Warns:
        UserWarning: for each pool whose estimator's mean error on the calibration is more than a
            tenth of the standard deviation of its outputs; and where calls cannot be looked for.

    Examples:
        >>> model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(3, 2, ceil_mode=True))
        >>> x = torch.rand(2, 1, 12, 12)
        >>> same = replace_max_pools(model, exact=True)
        >>> type(same[1]).__name__, torch.allclose(same(x), model(x), atol=1e-5)
        ('ReluMaxPool2d', True)
    """
    if exact == (orders is not None):
        raise ValueError(
            f"exact={exact!r}, orders={orders!r}: either orders must be given or exact=True"
        )
    pools = _max_pools(model)
    if id(model) not in pools:
        _refuse_functions(model)
    made: dict[int, nn.Module] = {}
    like = next((p for p in model.parameters() if p.is_floating_point()), torch.empty(0))
    if orders is None:
        for _, pool in pools.values():
            made[id(pool)] = ReluMaxPool2d(
                *_geometry(pool)[:4],
                ceil_mode=pool.ceil_mode,
                hidden_layers=hidden_layers,
                dtype=like.dtype,
            ).to(like.device)
    else:
        chosen = tuple(orders)
        reports = _reports(model, chosen, calibration)
        for name, pool in pools.values():
            report = reports.get(name)
            if report is None:
                raise ValueError(f"calibration has no report for the pool {name!r}")
            made[id(pool)] = _estimator(pool, report)
            if report.doubtful:
                warnings.warn(
                    f"pool {name!r}: the mean error {report.mean_absolute_error:.3g} of orders "
                    f"{report.orders} is more than {TOO_LARGE:.0%} of the deviation "
                    f"{report.output_deviation:.3g} of its outputs; the mean gap below the largest "
                    f"entry is {report.spacings[1]:.1%} of the range",
                    stacklevel=2,
                )
    for pool_id, new in made.items():
        new.train(pools[pool_id][1].training)
    if id(model) in made:
        return made[id(model)]
    # The memo of deepcopy: wherever the old pool was, the copy has the new one, once.
    return copy.deepcopy(model, dict(made))


def measure_max_pools(
    model: nn.Module, orders: Iterable[int], calibration: Iterable[Any]
) -> tuple[PoolReport, ...]:
    """Report on every ``nn.MaxPool2d`` of a network, in one pass over batches of inputs.

    The model runs as it is, without gradients; put it into evaluation mode before.

    Args:
        model: any module; it is not changed.
        orders: see :func:`replace_max_pools`.
        calibration: batches: tensors, or tuples or lists whose first entry is one.

    Raises:
        ValueError: as in :func:`replace_max_pools`; or a pool saw no input, no two different
            values, or a value that is not finite.

    Examples:
        >>> pixels = [torch.tensor([[[[0.0, 1.0], [0.5, 0.5]]]])]
        >>> report, = measure_max_pools(nn.MaxPool2d(2), [3], pixels)
        >>> report.spacings, report.mean_error
        ((0.0, 0.5, 0.0, 0.5, 0.0), 0.0)
    """
    chosen = tuple(orders)
    watched = {key: _Watch(name, pool, chosen) for key, (name, pool) in _max_pools(model).items()}
    hooks = [
        one.pool.register_forward_pre_hook(lambda _, inputs, one=one: one.see(inputs[0]))
        for one in watched.values()
    ]
    try:
        with torch.no_grad():
            for batch in calibration:
                model(batch[0] if isinstance(batch, (tuple, list)) else batch)
    finally:
        for hook in hooks:
            hook.remove()
    return tuple(one.report() for one in watched.values())


class _Watch:
    """Sums over the windows of one pool."""

    def __init__(self, name: str, pool: nn.MaxPool2d, orders: tuple[int, ...]) -> None:
        self.name, self.pool, self.geometry = name, pool, _geometry(pool)
        height, width = self.geometry.kernel_size
        self.d = height * width
        self.estimator = best_uniform(
            self.d, sorted({self.d - 1 if order == -1 else order for order in orders})
        )
        self.low, self.high, self.windows = torch.inf, -torch.inf, 0
        self.total = torch.zeros(self.d, dtype=torch.float64)
        self.sample: list[Tensor] = []

    def see(self, x: Tensor) -> None:
        if not bool(x.isfinite().all()):
            raise ValueError(f"calibration: pool {self.name!r} saw values that are not finite")
        self.low = min(self.low, float(x.min()))
        self.high = max(self.high, float(x.max()))
        entries = window_entries(x.detach(), self.geometry).double()
        ranked = entries.sort(dim=1, descending=True).values.cpu()
        self.windows += len(ranked)
        self.total += ranked.sum(dim=0)
        self.sample.append(ranked[:: -(-len(ranked) // _SAMPLE)].clone())

    def report(self) -> PoolReport:
        if not self.low < self.high:
            raise ValueError(
                f"calibration: pool {self.name!r} saw no two different values, which a range needs"
            )
        low, width = self.low, self.high - self.low
        weights = torch.tensor([float(w) for w in self.estimator.weights()], dtype=torch.float64)
        at_zero = float(self.estimator.coefficients.get(0, Fraction(0)))
        constant = width * at_zero + low * (1 - float(sum(self.estimator.weights())))
        means = self.total / self.windows
        ranked = torch.cat(self.sample)
        errors = ranked @ weights + constant - ranked[:, 0]
        scaled = torch.cat([torch.ones(1), (means - low) / width, torch.zeros(1)])
        second = ranked[:, 1] if self.d > 1 else ranked[:, 0]
        return PoolReport(
            name=self.name,
            orders=self.estimator.orders,
            windows=self.windows,
            input_range=(self.low, self.high),
            spacings=tuple((scaled[:-1] - scaled[1:]).tolist()),
            mean_error=float(means @ weights + constant - means[0]),
            mean_absolute_error=float(errors.abs().mean()),
            largest_error=float(errors.abs().max()),
            error_bound=width * float(self.estimator.error),
            share_of_gaps=float((ranked[:, 0] - second > width / 2).double().mean()),
            output_deviation=float(ranked[:, 0].std(correction=0)),
        )


def _reports(
    model: nn.Module, orders: tuple[int, ...], calibration: Iterable[Any] | None
) -> dict[str, PoolReport]:
    if calibration is None:
        raise ValueError("calibration must be given with orders: batches of inputs, or reports")
    given = list(calibration) if isinstance(calibration, (tuple, list)) else None
    if given and all(isinstance(one, PoolReport) for one in given):
        return {one.name: one for one in given}
    return {one.name: one for one in measure_max_pools(model, orders, calibration)}


def _estimator(pool: nn.MaxPool2d, report: PoolReport) -> SubpoolMaxPool2d:
    where = _geometry(pool)
    return SubpoolMaxPool2d(
        where.kernel_size,
        where.stride,
        where.padding,
        where.dilation,
        ceil_mode=where.ceil_mode,
        orders=report.orders,
        input_range=report.input_range,
    )


def _geometry(pool: nn.MaxPool2d) -> Geometry:
    return geometry(pool.kernel_size, pool.stride, pool.padding, pool.dilation, pool.ceil_mode)


def _max_pools(model: nn.Module) -> dict[int, tuple[str, nn.MaxPool2d]]:
    """The max pools, each once, by identity; with their first names."""
    found: dict[int, tuple[str, nn.MaxPool2d]] = {}
    for name, module in model.named_modules():
        if isinstance(module, REFUSED):
            raise ValueError(
                f"model must have no {type(module).__name__}, which cannot be exchanged, "
                f"but {name!r} is one"
            )
        if isinstance(module, nn.MaxPool2d):
            if module.return_indices:
                raise ValueError(f"model: {name!r} has return_indices=True; nothing else has them")
            if type(module) is not nn.MaxPool2d:
                raise ValueError(
                    f"model: {name!r} is a {type(module).__name__}, a MaxPool2d of another kind"
                )
            found[id(module)] = name, module
    if not found:
        raise ValueError("model must have an nn.MaxPool2d to exchange, but has none")
    return found


def _refuse_functions(model: nn.Module) -> None:
    """Raise for calls of max-pool functions, or warn that they cannot be looked for."""
    try:
        graph = fx.Tracer().trace(model)
    except Exception as error:  # a tracer runs the model's own code, which may raise anything
        warnings.warn(
            f"model cannot be traced ({type(error).__name__}), so calls of functional.max_pool2d, "
            "which cannot be exchanged, would not be seen",
            stacklevel=3,
        )
        return
    for node in graph.nodes:
        for name, functions in _FUNCTIONS.items():
            if node.op == "call_function" and any(node.target is one for one in functions):
                raise ValueError(
                    f"model calls the function {name} in its forward, which cannot be exchanged; "
                    "make it an nn.MaxPool2d"
                )
