"""The running maxima against sorting: values, gradients at ties, geometry, formats and parts."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from maxpooling.layers import SubpoolMaxPool2d, running_maxima

INF = torch.inf


def by_sorting(x: Tensor, pool: SubpoolMaxPool2d) -> Tensor:
    """Every window sorted, the earlier of equal entries first; no padding, no ceil mode."""
    (kh, kw), (sh, sw), (ah, aw) = pool.kernel_size, pool.stride, pool.dilation
    windows = x.unfold(-2, ah * (kh - 1) + 1, sh).unfold(-2, aw * (kw - 1) + 1, sw)
    entries = windows[..., ::ah, ::aw].flatten(-2)
    ranks = entries.sort(dim=-1, descending=True, stable=True).values
    weights = torch.tensor([float(weight) for weight in pool.weights], dtype=x.dtype)
    return (ranks * weights).sum(-1) + float(pool.intercept)


def with_ties(*shape: int, seed: int = 0) -> Tensor:
    draw = torch.Generator().manual_seed(seed)
    return torch.randint(0, 3, shape, generator=draw).double() / 2


def same_with_gradient(x: Tensor, pool: SubpoolMaxPool2d) -> None:
    first, second = (x.clone(memory_format=torch.preserve_format).requires_grad_() for _ in "ab")
    found, expected = pool(first), by_sorting(second, pool)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)
    cotangent = torch.rand(found.shape, generator=torch.Generator().manual_seed(1)).double()
    torch.autograd.backward(found, cotangent)
    torch.autograd.backward(expected, cotangent)
    torch.testing.assert_close(first.grad, second.grad, rtol=0, atol=1e-12)


@pytest.mark.parametrize("orders", [[0, 8], [8], [0, 7, 8], range(9), [0, 1], [0]])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("part", [1, 40, 1 << 16])
def test_equals_sorting_at_ties(
    orders: Any, layout: torch.memory_format, part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_maxima, "_CPU_PART", part)
    pool = SubpoolMaxPool2d(3, 2, orders=orders, input_range=(0, 1))
    x = with_ties(3, 4, 9, 8).contiguous(memory_format=layout)
    same_with_gradient(x, pool)
    assert pool(x).is_contiguous(memory_format=layout)


@pytest.mark.parametrize(
    ("orders", "layout", "geometry"),
    [
        ([0, 8], torch.channels_last, (3, 2, 1)),
        ([0, 7, 8], torch.contiguous_format, (3, 2, 1, 2)),
        ([0, 8], torch.channels_last, (3, 2, 0, 1, False, True)),
    ],
)
def test_compiled_gradient_is_the_same_at_ties_masks_and_borders(
    orders: Any, layout: torch.memory_format, geometry: Any
) -> None:
    pool = SubpoolMaxPool2d(*geometry, orders=orders, input_range=(0, 1))
    x = with_ties(3, 4, 10, 9).contiguous(memory_format=layout)
    x[0, 0, :4, 3], x[0, 1, 5, 5], x[1, 2, 2, 2], x[2, 3] = -INF, INF, torch.nan, -INF
    first, second = (x.clone(memory_format=torch.preserve_format).requires_grad_() for _ in "ab")
    torch.compiler.reset()
    found, expected = torch.compile(pool, fullgraph=True, backend="aot_eager")(first), pool(second)
    cotangent = torch.rand(found.shape, generator=torch.Generator().manual_seed(1)).double()
    torch.autograd.backward(found, cotangent)
    torch.autograd.backward(expected, cotangent)
    torch.testing.assert_close(first.grad, second.grad, rtol=0, atol=1e-12)


@pytest.mark.parametrize("dilation", [2, (1, 3)])
def test_equals_sorting_with_dilation(dilation: Any) -> None:
    pool = SubpoolMaxPool2d(2, 1, 0, dilation, orders=[0, 2, 3], input_range=(0, 1))
    same_with_gradient(with_ties(2, 1, 6, 7), pool)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_gradient_of_a_type_is_that_of_double_precision(
    dtype: torch.dtype, layout: torch.memory_format
) -> None:
    pool = SubpoolMaxPool2d(3, 2, 1, orders=[0, 7, 8], input_range=(0, 1))
    exact = with_ties(3, 4, 10, 9).contiguous(memory_format=layout).requires_grad_()
    rough = exact.detach().to(dtype).requires_grad_()
    cotangent = with_ties(3, 4, 5, 5, seed=3)
    torch.autograd.backward(pool(exact), cotangent)
    torch.autograd.backward(pool(rough), cotangent.to(dtype))
    assert exact.grad is not None
    assert rough.grad is not None
    assert rough.grad.is_contiguous(memory_format=layout)
    most = 4 * float(torch.finfo(dtype).eps)
    torch.testing.assert_close(rough.grad.double(), exact.grad, rtol=most, atol=most)


def test_other_memory_formats_and_transforms_have_the_same_gradient() -> None:
    pool = SubpoolMaxPool2d(3, 2, 1, orders=[0, 8], input_range=(0, 1))
    x = with_ties(2, 3, 8, 7)
    expected = torch.autograd.grad(pool(x.requires_grad_()).sum(), x)[0]
    turned = x.detach().transpose(2, 3).contiguous().transpose(2, 3).requires_grad_()
    assert torch.equal(torch.autograd.grad(pool(turned).sum(), turned)[0], expected)
    assert torch.equal(torch.func.grad(lambda image: pool(image).sum())(x.detach()), expected)
    single = x.detach()[0].requires_grad_()
    assert torch.equal(torch.autograd.grad(pool(single).sum(), single)[0], expected[0])
    none = torch.zeros(0, 3, 8, 7, requires_grad=True)
    assert torch.autograd.grad(pool(none).sum(), none)[0].shape == none.shape


def test_many_entries_are_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = SubpoolMaxPool2d(3, 2, orders=range(9), input_range=(0, 1))
    x = torch.randperm(81, generator=torch.Generator().manual_seed(2)).double().view(1, 9, 9) / 81
    monkeypatch.setattr(running_maxima, "MOST_COMPARISONS", 0)
    same_with_gradient(x, pool)


def test_sorting_in_the_other_order_is_noticed() -> None:
    x = with_ties(2, 2, 7, 7)
    pool = SubpoolMaxPool2d(3, 2, orders=[0, 8], input_range=(0, 1))
    first, second = (x.clone().requires_grad_() for _ in "ab")
    torch.autograd.backward(pool(first).sum())
    torch.autograd.backward(by_sorting(second.flip((-2, -1)), pool).sum())
    assert first.grad is not None
    assert second.grad is not None
    assert not torch.allclose(first.grad, second.grad)


@given(*[st.integers(1, 4)] * 2, *[st.integers(1, 9)] * 2, *[st.integers(0, 2)] * 2, st.booleans())
@settings(deadline=None, max_examples=150)
def test_windows_of_max_pool(
    kernel: int, stride: int, height: int, width: int, padding: int, more: int, ceil_mode: bool
) -> None:
    x = torch.rand(1, 2, height, width)
    arguments: Any = {"kernel_size": kernel, "stride": stride, "padding": padding}
    arguments |= {"dilation": 1 + more, "ceil_mode": ceil_mode}
    try:
        expected = nn.MaxPool2d(**arguments)(x)
    except RuntimeError:
        return
    if bool(expected.isinf().any()):  # a window without a pixel
        with pytest.raises(ValueError, match="a window would hold no pixel"):
            SubpoolMaxPool2d(**arguments, orders=[0], input_range=(0, 1))(x)
        return
    d = kernel**2
    orders, limits = ([0, d - 1], (0, 1)) if d > 1 else ([0], (0, 1))
    pool = SubpoolMaxPool2d(**arguments, orders=orders, input_range=limits)
    assert pool(x).shape == expected.shape
    assert (pool(x) - expected).abs().max() <= float(pool.error_bound_on(0, 1)) + 1e-6


def test_an_exported_program_takes_other_sizes() -> None:
    pool = SubpoolMaxPool2d(3, 2, 1, orders=[0, 8], input_range=(0, 1))
    x, other = torch.rand(2, 3, 9, 10), torch.rand(5, 3, 16, 13)
    auto = torch.export.Dim.AUTO
    shapes = ({0: auto, 2: auto, 3: auto},)
    program = torch.export.export(pool, (x,), dynamic_shapes=shapes)
    torch.testing.assert_close(program.module()(other), pool(other))
