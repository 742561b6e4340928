"""SubpoolMaxPool2d where MaxPool2d is: compiled, exported, traced, saved, masked, calibrated."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
import pytest
import torch
from torch import Tensor, nn
from torch.ao.quantization import get_default_qconfig_mapping
from torch.ao.quantization.quantize_fx import prepare_fx

from maxpooling.layers import SubpoolMaxPool1d, SubpoolMaxPool2d, SubpoolMaxPool3d

POOLS = [
    SubpoolMaxPool2d(3, 2, 1, orders=[0, 8], input_range=(0, 1)),
    SubpoolMaxPool2d(2, 2, 0, 2, ceil_mode=True, orders=[3]),
]
X = torch.rand(2, 3, 9, 8, generator=torch.Generator().manual_seed(0))
INF = torch.inf


@pytest.mark.parametrize("pool", POOLS, ids=str)
class TestTools:
    def test_exported(self, pool: nn.Module) -> None:
        program = torch.export.export(pool, (X,))
        torch.testing.assert_close(program.module()(X), pool(X))

    def test_traced_by_fx_and_prepared(self, pool: nn.Module) -> None:
        model = nn.Sequential(nn.Conv2d(3, 3, 1), pool)
        torch.testing.assert_close(torch.fx.symbolic_trace(model)(X), model(X))
        prepared = prepare_fx(model.eval(), get_default_qconfig_mapping(), (X,))
        torch.testing.assert_close(prepared(X), model(X))

    @pytest.mark.parametrize("dynamo", [False, True])
    def test_onnx(self, pool: nn.Module, dynamo: bool, tmp_path: Path) -> None:
        if dynamo:
            program = torch.onnx.export(pool, (X,), dynamo=True, verbose=False)
            assert program is not None
            model = program.model_proto.SerializeToString()
        else:
            path = tmp_path / "pool.onnx"
            torch.onnx.export(pool, (X,), path, dynamo=False)
            model = path.read_bytes()
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        (found,) = session.run(None, {session.get_inputs()[0].name: X.numpy()})
        np.testing.assert_allclose(found, pool(X).numpy(), rtol=0, atol=1e-6)

    def test_derivatives_of_the_second_order(self, pool: nn.Module) -> None:
        x = torch.randperm(72, generator=torch.Generator().manual_seed(1)).double() / 72
        x = x.reshape(1, 1, 9, 8).requires_grad_()
        assert torch.autograd.gradgradcheck(pool, (x,))


@pytest.mark.parametrize("pool", POOLS, ids=str)
def test_compiled_without_a_break(pool: nn.Module) -> None:
    compiled = torch.compile(pool, fullgraph=True, backend="aot_eager")
    first, second = (X.clone().requires_grad_() for _ in range(2))
    torch.testing.assert_close(compiled(first), pool(second))
    compiled(first).sum().backward()
    pool(second).sum().backward()
    torch.testing.assert_close(first.grad, second.grad)


def test_gradients_at_ties_are_those_of_max_pool() -> None:
    x = torch.randint(0, 3, (4, 2, 9, 9), generator=torch.Generator().manual_seed(2)).double()
    pool = SubpoolMaxPool2d(3, 2, 1, orders=[8, 0], input_range=(0, 2))
    # Of {0, 8}: the maximum has the weight 8/9, the second 1/9. So the maxima's places tell.
    first, second = (x.clone().requires_grad_() for _ in range(2))
    pool(first).sum().backward()
    torch.autograd.backward(nn.functional.max_pool2d(second, 3, 2, 1).sum())
    assert first.grad is not None
    assert second.grad is not None
    assert torch.all(first.grad >= float(pool.weights[0]) * second.grad - 1e-12)


class TestState:
    def test_goes_round(self) -> None:
        one, other = (SubpoolMaxPool2d(2, orders=[0, 3], input_range=(0, 2)) for _ in range(2))
        other.load_state_dict(one.state_dict())

    @pytest.mark.parametrize(
        "other",
        [
            SubpoolMaxPool2d(2, orders=[0, 3], input_range=(0, 3)),
            SubpoolMaxPool2d(2, orders=[3]),
            SubpoolMaxPool2d((1, 4), orders=[0, 3], input_range=(0, 2)),
        ],
        ids=str,
    )
    def test_of_another_estimator_is_refused(self, other: nn.Module) -> None:
        state = SubpoolMaxPool2d(2, orders=[0, 3], input_range=(0, 2)).state_dict()
        with pytest.raises(ValueError, match="the checkpoint is of another estimator"):
            other.load_state_dict(state)

    def test_that_is_none_is_refused(self) -> None:
        pool = SubpoolMaxPool2d(2, orders=[3])
        with pytest.raises(ValueError, match="is not the state of a SubpoolMaxPool2d"):
            pool.set_extra_state(torch.zeros(2, dtype=torch.uint8))


class TestInfinite:
    @pytest.mark.parametrize("orders", [[0, 3], [3], [0, 2, 3], range(4)])
    @pytest.mark.parametrize(
        ("window", "expected"),
        [
            ([INF, INF, 0, 1], INF),
            ([INF, -INF, 0, 1], INF),
            ([-INF] * 4, -INF),
            ([INF, torch.nan, 0, 1], torch.nan),
        ],
    )
    def test_maximum_itself(self, orders: Any, window: list[float], expected: float) -> None:
        pool = SubpoolMaxPool2d(2, orders=orders, input_range=(0, 1))
        found = pool(torch.tensor(window).reshape(1, 2, 2)).item()
        assert found == expected or (found != found and expected != expected)

    @pytest.mark.parametrize("orders", [[0, 3], [3], [0, 2, 3], range(4)])
    def test_a_mask_counts_as_the_smallest_of_the_others(self, orders: Any) -> None:
        pool = SubpoolMaxPool2d(2, orders=orders, input_range=(0, 1))
        masked = torch.tensor([[[-INF, 0.5], [0.25, -INF]]], requires_grad=True)
        found = pool(masked)
        torch.testing.assert_close(found, pool(torch.tensor([[[0.25, 0.5], [0.25, 0.25]]])))
        found.sum().backward()
        assert masked.grad is not None
        assert bool(masked.grad.isfinite().all())
        assert masked.grad[0, 0, 0] == masked.grad[0, 1, 1] == 0


class TestRange:
    def test_order_zero_needs_one(self) -> None:
        with pytest.raises(ValueError, match="input_range=None is not possible with orders"):
            SubpoolMaxPool2d(3, orders=[0, 8])

    def test_is_measured(self) -> None:
        batches = [torch.tensor([[[-1.0, 0.5, -INF]]]), torch.tensor([[[3.0]]])]
        pool = SubpoolMaxPool2d.calibrated(batches, 3, 2, 1, orders=[0, 8])
        assert (pool.input_range, pool.stride) == ((-1.0, 3.0), (2, 2))
        assert pool.error_bound == Fraction(4, 18)

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ([1.0, 1.0], "two different finite entries"),
            ([-INF], "two different finite entries"),
            ([1.0, 2.0, INF], "NaN or"),
            ([1.0, torch.nan], "NaN or"),
        ],
    )
    def test_cannot_be_measured(self, values: list[float], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            SubpoolMaxPool2d.calibrated(torch.tensor(values), 2, orders=[0, 3])

    @pytest.mark.parametrize("ends", [(1, 0), (0, INF), (torch.nan, 1)])
    def test_bound_on_no_interval(self, ends: tuple[float, float]) -> None:
        with pytest.raises(ValueError, match="must be finite, low <= high"):
            POOLS[0].error_bound_on(*ends)

    def test_one_large_entry(self) -> None:
        x = torch.zeros(1, 3, 3, dtype=torch.float64)
        x[0, 1, 1] = 20
        pool = SubpoolMaxPool2d(3, orders=[0, 8], input_range=(0, 1))
        assert abs(20 - pool(x).item()) == pytest.approx(float(pool.error_bound_on(0, 20)))


def test_places_of_maxima_are_refused() -> None:
    with pytest.raises(ValueError, match=r"return_indices=True: an estimate is no entry"):
        SubpoolMaxPool2d(2, return_indices=True, orders=[3])


@pytest.mark.parametrize("orders", [[0, 3], [3], [0, 2, 3]])
def test_other_numbers_of_axes(orders: list[int]) -> None:
    x = torch.rand(2, 3, 8, generator=torch.Generator().manual_seed(3))

    def pooled(pool: nn.Module, image: Tensor) -> Tensor:
        result: Tensor = pool(image)
        return result.flatten()

    line = pooled(SubpoolMaxPool1d(4, 2, orders=orders, input_range=(0, 1)), x)
    flat = SubpoolMaxPool2d((1, 4), (1, 2), orders=orders, input_range=(0, 1))
    solid = SubpoolMaxPool3d((1, 1, 4), (1, 1, 2), orders=orders, input_range=(0, 1))
    torch.testing.assert_close(line, pooled(flat, x[:, :, None]))
    torch.testing.assert_close(line, pooled(solid, x[:, :, None, None]))
