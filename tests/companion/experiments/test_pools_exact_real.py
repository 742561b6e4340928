"""Recorded networks without a max pool: the same on real images, here and in ONNX's runtime."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from companion.experiments.data.samples import samples
from companion.experiments.pools.swaps import inputs_of, network
from maxpooling.layers import (
    ReluMaxPool2d,
    SubpoolMaxPool2d,
    measure_max_pools,
    replace_max_pools,
)

NETWORKS = {"lenet-mnist": "mnist", "lenet-cifar10": "cifar10"}


def pools_of(model: nn.Module) -> list[ReluMaxPool2d]:
    return [one for one in model.modules() if isinstance(one, ReluMaxPool2d)]


@pytest.mark.parametrize("experiment", NETWORKS)
@pytest.mark.parametrize("layers", [None, 3])
def test_each_pool_is_the_same_on_what_it_sees(experiment: str, layers: int | None) -> None:
    model, _ = network(experiment, 0)
    images, _ = samples(NETWORKS[experiment])
    exact = replace_max_pools(model, exact=True, hidden_layers=layers)
    seen = inputs_of(model, images)
    assert (
        len(seen) == len(pools_of(exact)) == len(images.shape) - 2 + (experiment != "lenet-mnist")
    )
    for x, pool in zip(seen, pools_of(exact), strict=True):
        found = pool(x)
        assert float(x.abs().max()) > 1
        torch.testing.assert_close(found, nn.MaxPool2d(3, 2, 1)(x), rtol=0, atol=1e-5)


@pytest.mark.parametrize("experiment", NETWORKS)
def test_onnx_runs_it_without_a_max_pool(experiment: str, tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    model, _ = network(experiment, 0)
    images, labels = samples(NETWORKS[experiment])
    exact = replace_max_pools(model, exact=True).eval()
    file = tmp_path / "network.onnx"
    torch.onnx.export(exact, (images,), file, dynamo=True, verbose=False)
    operators = {node.op_type for node in onnx.load(file).graph.node}
    assert {"Conv", "Relu"} <= operators
    assert not any("Pool" in name or "Max" in name for name in operators)
    session = runtime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: images.numpy()})
    with torch.inference_mode():
        expected: Tensor = model(images)
    # Logits are sums of thousands of terms: the same to six digits of the largest.
    largest = float(expected.abs().max())
    torch.testing.assert_close(
        torch.from_numpy(found), expected, rtol=0, atol=1e-6 * largest + 1e-5
    )
    assert torch.equal(torch.from_numpy(found).argmax(1), expected.argmax(1))
    assert int((expected.argmax(1) == labels).sum()) >= 4


def test_the_report_is_of_a_real_network() -> None:
    model, _ = network("lenet-cifar10", 0)
    images, _ = samples("cifar10")
    reports = measure_max_pools(model, [0, -1], [images[:3], images[3:]])
    assert [one.name for one in reports] == ["1.1", "2.1", "3.1"]
    inputs = inputs_of(model, images)
    for one, x in zip(reports, inputs, strict=True):
        assert one.orders == (0, 8)
        assert one.input_range == (float(x.min()), float(x.max()))
        assert sum(one.spacings) == pytest.approx(1)
        width = one.input_range[1] - one.input_range[0]
        # Theorem AI: the mean error is the range's 1/18 less a ninth of the mean gap.
        assert one.mean_error == pytest.approx(width * (1 / 18 - one.spacings[1] / 9), abs=1e-9)
        assert 0 < one.mean_absolute_error <= one.largest_error <= one.error_bound + 1e-9
    assert all(one.doubtful for one in reports)
    with pytest.warns(UserWarning, match=r"the mean error .* gap below the largest") as warned:
        changed = replace_max_pools(model, orders=[0, -1], calibration=reports)
    assert [str(one.message)[:10] for one in warned] == [f"pool '{one.name}'" for one in reports]
    assert sum(isinstance(one, SubpoolMaxPool2d) for one in changed.modules()) == 3
