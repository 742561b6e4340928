from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from maxpooling.layers import ReluMaxPool2d
from maxpooling.layers.relu_pooling import geometry, window_entries
from maxpooling.networks import max_network_sizes

EPSILON = 2.0**-52


def images(*shape: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(*shape, dtype=torch.float64, generator=generator)


@pytest.mark.parametrize("kernel", [(1, 1), 2, 3, (2, 3)])
@pytest.mark.parametrize("non_negative", [False, True])
def test_equals_the_max_pool_at_every_geometry(
    kernel: int | tuple[int, int], non_negative: bool
) -> None:
    x = images(2, 3, 11, 9)
    x = x.abs() if non_negative else x - 5  # zeros in the padding would show
    tried = 0
    paddings: list[int | tuple[int, int]] = [0, 1, (1, 0), 2]
    dilations: list[int | tuple[int, int]] = [1, 2, (2, 1)]
    for stride, padding, dilation, ceil_mode in product(
        (None, 1, 2, 3), paddings, dilations, (False, True)
    ):
        pool = nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=ceil_mode)
        try:
            expected = pool(x)
        except RuntimeError:  # padding of more than half the kernel
            continue
        ours = ReluMaxPool2d(
            kernel, stride, padding, dilation, ceil_mode=ceil_mode,
            non_negative=non_negative, dtype=torch.float64,
        )  # fmt: skip
        found = ours(x)
        assert found.shape == expected.shape
        assert (found - expected).abs().max() <= 16 * EPSILON * x.abs().max()
        height, width = expected.shape[-2:]
        assert ours.relus(11, 9) == ours.neurons * height * width
        tried += 1
    assert tried >= 24


@pytest.mark.parametrize(("kernel", "layers"), [(2, 2), (3, 3), ((2, 3), 2), (4, 3)])
def test_fewer_layers_are_equal_too(kernel: int | tuple[int, int], layers: int) -> None:
    x = images(1, 2, 12, 12)
    pool = ReluMaxPool2d(kernel, 1, hidden_layers=layers, dtype=torch.float64)
    assert len(pool.network.hidden_widths) <= layers
    torch.testing.assert_close(pool(x), nn.MaxPool2d(kernel, 1)(x), rtol=0, atol=1e-12)


def test_widths_are_those_of_the_table() -> None:
    tree, three = max_network_sizes(9)[1:]
    assert ReluMaxPool2d(3).neurons == tree.neurons
    assert ReluMaxPool2d(3, hidden_layers=3).neurons == three.neurons


def test_fractions_survive_a_change_of_precision() -> None:
    x = images(1, 1, 6, 6)
    pool = ReluMaxPool2d((2, 3), hidden_layers=2).double()  # made in single precision
    torch.testing.assert_close(pool(x), nn.MaxPool2d((2, 3))(x), rtol=0, atol=1e-12)


def test_no_state_unbatched_and_gradients() -> None:
    pool = ReluMaxPool2d(3, 2, 1, dtype=torch.float64)
    assert not pool.state_dict()
    x = images(4, 7, 7).requires_grad_()
    expected = nn.MaxPool2d(3, 2, 1)(x)
    (found,) = torch.autograd.grad(pool(x).sum(), x)
    torch.testing.assert_close(pool(x), expected)
    torch.testing.assert_close(found, torch.autograd.grad(expected.sum(), x)[0])


@pytest.mark.parametrize("mask", [-1e3, -1e9, -torch.inf])
@pytest.mark.parametrize("padding", [0, 1])
def test_with_a_floor_masks_cost_nothing(mask: float, padding: int) -> None:
    x = images(2, 3, 12, 12).float()
    x[..., ::2] = mask  # every window has columns that are not masked
    x[..., 1::2] = x[..., 1::2].clamp(min=-2)
    for layers in (None, 3):
        pool = ReluMaxPool2d(3, 1, padding, hidden_layers=layers, floor=-2)
        found = (pool(x) - nn.MaxPool2d(3, 1, padding)(x)).abs().max()
        assert found <= pool.rounding_bound(float(x.max())) < 1e-3


def test_without_a_floor_a_mask_costs_what_the_bound_says() -> None:
    x = images(4, 2, 9, 9).float()
    x[..., ::3] = -1e9
    pool = ReluMaxPool2d(3)
    off = float((pool(x) - nn.MaxPool2d(3)(x)).abs().max())
    assert 0.1 < off <= pool.rounding_bound(1e9)


def test_entries_below_the_floor_count_as_the_floor() -> None:
    x = torch.tensor([[[-5.0, -3.0], [-7.0, -4.0]]])
    assert ReluMaxPool2d(2, floor=-1.5)(x).item() == -1.5
    assert ReluMaxPool2d(2, floor=-3)(x).item() == -3


def test_a_floor_costs_a_relu_for_each_pixel() -> None:
    least = max_network_sizes(9, non_negative=True)[1].neurons
    assert ReluMaxPool2d(3, 1, floor=0.5).relus(5, 6) == least * 3 * 4 + 5 * 6
    assert "floor=0.5" in repr(ReluMaxPool2d(3, floor=0.5))


def test_windows_have_the_pools_entries() -> None:
    x = images(2, 3, 7, 8)
    entries = window_entries(x, geometry(3, 2, 1, 1, True))
    expected = nn.MaxPool2d(3, 2, 1, ceil_mode=True)(x)
    assert torch.equal(entries.amax(dim=1), expected.flatten())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kernel_size": 0}, "kernel_size must be an integer in 1"),
        ({"kernel_size": (1, 2, 3)}, "kernel_size=.* must be an integer or a pair"),
        ({"kernel_size": 2, "padding": 2}, "padding=2 must be at most half"),
        ({"kernel_size": 2, "return_indices": True}, "return_indices=True"),
        ({"kernel_size": 3, "hidden_layers": 2}, "hidden_layers"),
        ({"kernel_size": 2, "floor": -torch.inf}, "floor=-inf must be a finite number"),
        ({"kernel_size": 2, "floor": 0.0, "non_negative": True}, "non_negative=False"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ReluMaxPool2d(**arguments)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (torch.zeros(3, 3), "must be a floating-point tensor"),
        (torch.zeros(1, 3, 3, dtype=torch.int64), "must be a floating-point tensor"),
        (torch.zeros(1, 2, 5), "smaller than the kernel"),
    ],
)
def test_bad_images(x: torch.Tensor, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ReluMaxPool2d(3)(x)


def test_a_window_without_entries() -> None:
    with pytest.raises(ValueError, match="leaves a window empty"):
        ReluMaxPool2d(2, 1, 1, 2)(torch.zeros(1, 1, 1))


@pytest.mark.parametrize(
    ("pool", "allowed"),
    [
        (ReluMaxPool2d(3, 2), {"Conv", "Relu", "Reshape"}),
        (ReluMaxPool2d(3, 2, 1, non_negative=True), {"Conv", "Relu", "Reshape"}),
        (ReluMaxPool2d(3, 2, 1, ceil_mode=True), {"Conv", "Relu", "Reshape", "Gather"}),
        (ReluMaxPool2d(3, 2, 1, floor=-1), {"Conv", "Relu", "Reshape", "Sub", "Add"}),
    ],
)
def test_onnx_has_convolutions_and_relus_only(
    pool: ReluMaxPool2d, allowed: set[str], tmp_path: Path
) -> None:
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    x = images(2, 3, 8, 8).float().abs()
    file = tmp_path / "pool.onnx"
    torch.onnx.export(pool.eval(), (x,), file, dynamo=True, verbose=False)
    operators = {node.op_type for node in onnx.load(file).graph.node}
    assert operators <= allowed
    session = runtime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    torch.testing.assert_close(torch.from_numpy(found), pool(x), rtol=0, atol=1e-5)
