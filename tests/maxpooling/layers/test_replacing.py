import warnings
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from maxpooling.layers import (
    ReluMaxPool2d,
    SubpoolMaxPool2d,
    measure_max_pools,
    replace_max_pools,
)

GENERATOR = torch.Generator().manual_seed(1)
BATCHES = [torch.rand(4, 1, 20, 20, generator=GENERATOR, dtype=torch.float64) for _ in range(3)]


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.Sequential(nn.ReLU(), nn.MaxPool2d(3, 2, 1)),
        nn.Conv2d(4, 4, 3),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.LazyLinear(5),
    ).double()


class Functional(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.MaxPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        return functional.max_pool2d(self.pool(x), 2)


class Branching(Functional):
    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.pool(x) if x.sum() > 0 else x
        return result


class Shared(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.MaxPool2d(2)
        self.same = nn.ModuleList([self.pool])

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.same[0](self.pool(x))
        return result


def test_exact_is_the_same_function_and_leaves_the_model_alone() -> None:
    model = network()
    expected = model(BATCHES[0])
    same = replace_max_pools(model, exact=True)
    assert not any(isinstance(one, nn.MaxPool2d) for one in same.modules())
    assert sum(isinstance(one, nn.MaxPool2d) for one in model.modules()) == 2
    torch.testing.assert_close(same(BATCHES[0]), expected, rtol=0, atol=1e-12)
    assert same.state_dict().keys() == model.state_dict().keys()


def test_exact_in_fewer_layers() -> None:
    model = nn.MaxPool2d(3)
    same = replace_max_pools(model, exact=True, hidden_layers=3)
    assert isinstance(same, ReluMaxPool2d)
    assert len(same.network.hidden_widths) == 3
    torch.testing.assert_close(same(BATCHES[0].float()), model(BATCHES[0].float()))


def test_shared_pools_stay_one() -> None:
    same = replace_max_pools(Shared(), exact=True)
    assert isinstance(same, Shared)
    assert same.pool is same.same[0]
    assert isinstance(same.pool, ReluMaxPool2d)
    (report,) = measure_max_pools(Shared(), [3], BATCHES)
    assert report.windows == 3 * 4 * (10 * 10 + 5 * 5)


def test_estimators_have_the_range_that_was_seen() -> None:
    model = network().eval()
    model(BATCHES[0])
    reports = measure_max_pools(model, [0, -1], BATCHES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        once = replace_max_pools(model, orders=[0, -1], calibration=reports)
        twice = replace_max_pools(model, orders=[0, -1], calibration=BATCHES)
    assert torch.equal(once(BATCHES[0]), twice(BATCHES[0]))
    assert not once.training
    pools = [one for one in once.modules() if isinstance(one, SubpoolMaxPool2d)]
    assert [pool.orders for pool in pools] == [(0, 8), (0, 3)]
    assert [pool.input_range for pool in pools] == [one.input_range for one in reports]
    assert [(pool.kernel_size, pool.stride, pool.padding) for pool in pools] == [
        ((3, 3), (2, 2), (1, 1)),
        ((2, 2), (2, 2), (0, 0)),
    ]


@pytest.mark.parametrize("orders", [[0, 8], [8], [0, 7, 8], range(9)])
def test_reported_errors_are_the_layers(orders: list[int]) -> None:
    pool = nn.MaxPool2d(3, 2, 1)
    (report,) = measure_max_pools(pool, orders, BATCHES)
    low, high = report.input_range
    estimator = SubpoolMaxPool2d(
        3, stride=2, padding=1, orders=orders, input_range=report.input_range
    )
    errors = torch.cat([(estimator(x) - pool(x)).flatten() for x in BATCHES])
    assert report.windows == len(errors)
    assert report.mean_error == pytest.approx(errors.mean().item(), abs=1e-9)
    assert report.mean_absolute_error == pytest.approx(errors.abs().mean().item(), abs=1e-9)
    assert report.largest_error == pytest.approx(errors.abs().max().item(), abs=1e-9)
    assert report.error_bound == pytest.approx(float(estimator.error_bound or 0))
    assert report.largest_error <= report.error_bound + 1e-12
    assert sum(report.spacings) == pytest.approx(1)
    if orders == [0, 8]:  # the mean error is a function of the mean gap
        expected = (high - low) * (1 / 18 - report.spacings[1] / 9)
        assert report.mean_error == pytest.approx(expected)


def test_warns_where_the_gap_makes_the_estimator_wrong() -> None:
    # One large entry in every window: {3} misses a quarter of it, and the outputs hardly differ.
    spikes = torch.zeros(1, 1, 8, 8)
    spikes[..., ::2, ::2] = torch.linspace(0.9, 1, 16).view(4, 4)
    with pytest.warns(UserWarning, match=r"pool '': the mean error .* gap below the largest"):
        replace_max_pools(nn.MaxPool2d(2), orders=[3], calibration=[spikes])
    # All orders err by 1/512 at most.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        replace_max_pools(nn.MaxPool2d(3), orders=range(9), calibration=BATCHES)


@pytest.mark.parametrize(
    "pool",
    [
        nn.MaxPool2d(3, 2, 1, ceil_mode=True),
        nn.MaxPool2d(3, 2, 1, dilation=2),
        nn.MaxPool2d((2, 3), stride=(3, 1), padding=(1, 1), dilation=(1, 2), ceil_mode=True),
        nn.MaxPool2d(2, stride=1),
    ],
)
def test_the_geometry_is_kept(pool: nn.MaxPool2d) -> None:
    """By all orders, which err by 2 to the power of -d of the range at most; and exactly."""
    x = BATCHES[0].float()
    expected = pool(x)
    exact = replace_max_pools(pool, exact=True)
    torch.testing.assert_close(exact(x), expected, rtol=0, atol=1e-6)
    kernel = pool.kernel_size
    d = kernel**2 if isinstance(kernel, int) else kernel[0] * kernel[1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        near = replace_max_pools(pool, orders=range(d), calibration=BATCHES)
    assert isinstance(near, SubpoolMaxPool2d)
    low, high = near.input_range or (0.0, 0.0)
    torch.testing.assert_close(near(x), expected, rtol=0, atol=(high - low) / 2**d + 1e-6)
    for name in ("kernel_size", "stride", "padding", "dilation"):
        now, was = getattr(near, name), getattr(pool, name)
        assert now == ((was, was) if isinstance(was, int) else was)
    assert near.ceil_mode == pool.ceil_mode


def test_calibration_is_one_pass() -> None:
    """Batches that can be read once are enough, and the model sees each of them once."""
    model = nn.Sequential(nn.MaxPool2d(3, 2, 1), nn.ReLU(), nn.MaxPool2d(2))
    seen = []
    model.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        once = replace_max_pools(model, orders=[0, -1], calibration=((x, None) for x in BATCHES))
    assert len(seen) == len(BATCHES)
    assert all(x is y for x, y in zip(seen, BATCHES, strict=True))
    reports = measure_max_pools(model, [0, -1], BATCHES)
    ranges = [one.input_range for one in once.modules() if isinstance(one, SubpoolMaxPool2d)]
    assert ranges == [one.input_range for one in reports]
    assert [one.name for one in reports] == ["0", "2"]


@pytest.mark.parametrize(
    ("kernel", "layers"),
    [(2, 2), (3, 4), (3, 3), ((1, 5), 2), ((2, 3), 2)],
    ids=["Lemma 1", "Lemma 1, nine", "Theorem S", "two layers, five", "two layers, six"],
)
def test_exact_by_each_kind_of_network(kernel: int | tuple[int, int], layers: int) -> None:
    pool = nn.MaxPool2d(kernel)
    same = replace_max_pools(pool, exact=True, hidden_layers=layers)
    assert isinstance(same, ReluMaxPool2d)
    assert len(same.network.hidden_widths) <= layers
    x = BATCHES[0].float()
    torch.testing.assert_close(same(x), pool(x), rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    "other",
    [
        nn.AdaptiveMaxPool1d(1),
        nn.AdaptiveMaxPool2d(1),
        nn.AdaptiveMaxPool3d(1),
        nn.FractionalMaxPool2d(2, 2),
        nn.FractionalMaxPool3d(2, 2),
        nn.MaxPool1d(2),
        nn.MaxPool3d(2),
    ],
    ids=lambda other: type(other).__name__,
)
def test_other_pools_are_refused_by_name(other: nn.Module) -> None:
    model = nn.Sequential(nn.MaxPool2d(2), other)
    with pytest.raises(ValueError, match=f"no {type(other).__name__}.*'1' is one"):
        replace_max_pools(model, exact=True)
    with pytest.raises(ValueError, match=f"no {type(other).__name__}.*'1' is one"):
        replace_max_pools(model, orders=[0, -1], calibration=BATCHES)


def test_refusals() -> None:
    class Another(nn.MaxPool2d):
        pass

    for model, message in (
        (nn.Sequential(nn.MaxPool2d(2, return_indices=True)), "'0' has return_indices=True"),
        (nn.Sequential(Another(2)), "'0' is a Another"),
        (nn.Sequential(nn.ReLU()), "has none"),
        (Functional(), "calls the function max_pool2d"),
    ):
        with pytest.raises(ValueError, match=message):
            replace_max_pools(model, exact=True)
    with pytest.raises(ValueError, match="either orders must be given or exact"):
        replace_max_pools(nn.MaxPool2d(2))
    with pytest.raises(ValueError, match="either orders must be given or exact"):
        replace_max_pools(nn.MaxPool2d(2), orders=[3], exact=True)
    with pytest.raises(ValueError, match="calibration must be given"):
        replace_max_pools(nn.MaxPool2d(2), orders=[3])
    with pytest.raises(ValueError, match="no two different values"):
        measure_max_pools(nn.MaxPool2d(2), [3], [torch.zeros(1, 1, 2, 2)])
    with pytest.raises(ValueError, match="no two different values"):
        measure_max_pools(nn.MaxPool2d(2), [3], [])
    with pytest.raises(ValueError, match="not finite"):
        measure_max_pools(nn.MaxPool2d(2), [3], [torch.full((1, 1, 2, 2), torch.inf)])


def test_says_where_calls_cannot_be_looked_for() -> None:
    with pytest.warns(UserWarning, match=r"cannot be traced .*functional.max_pool2d"):
        same = replace_max_pools(Branching(), exact=True)
    assert isinstance(same.pool, ReluMaxPool2d)


def test_onnx_without_a_max_pool(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    model = network()
    model(BATCHES[0])
    same = replace_max_pools(model.float().eval(), exact=True)
    x = BATCHES[0].float()
    file = tmp_path / "network.onnx"
    torch.onnx.export(same, (x,), file, dynamo=True, verbose=False)
    operators = {node.op_type for node in onnx.load(file).graph.node}
    assert "Conv" in operators
    assert not any("Pool" in name or "Max" in name for name in operators)
    session = runtime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    torch.testing.assert_close(torch.from_numpy(found), model(x), rtol=0, atol=1e-5)
