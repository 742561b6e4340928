"""Attacks on models and with arguments as users have them: frozen parts, half floats."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import torch
from torch import nn

from companion.experiments.attacks.sweeps import (
    NORMS,
    Norm,
    ensemble_sweep,
    fast_gradient_images,
    fast_gradient_sweep,
    projected_gradient_sweep,
    spoiled_by_rounding,
)

EPSILONS = [0.0, 0.05, 0.3]
Attack = Callable[[nn.Module, torch.Tensor, torch.Tensor, Any, Norm], Any]


def fast(model: nn.Module, x: torch.Tensor, y: torch.Tensor, e: Any, norm: Norm) -> Any:
    return fast_gradient_sweep(model, x, y, e, norm)


def fast_double(model: nn.Module, x: torch.Tensor, y: torch.Tensor, e: Any, norm: Norm) -> Any:
    return fast_gradient_sweep(model, x, y, e, norm, double=True)


def projected(model: nn.Module, x: torch.Tensor, y: torch.Tensor, e: Any, norm: Norm) -> Any:
    return projected_gradient_sweep(model, x, y, e, norm, steps=2, seed=0)


def worst(model: nn.Module, x: torch.Tensor, y: torch.Tensor, e: Any, norm: Norm) -> Any:
    return ensemble_sweep(model, x, y, e, norm, steps=2, seed=0)


def rounding(model: nn.Module, x: torch.Tensor, y: torch.Tensor, _e: Any, _norm: Norm) -> Any:
    return torch.stack(spoiled_by_rounding(model, x, y))


ATTACKS = [fast, fast_double, projected, worst, rounding]


def target() -> tuple[nn.Sequential, torch.Tensor, torch.Tensor]:
    """A small model with a normalisation, and images that it is right on."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(16, 3)
    )
    x = torch.rand(9, 1, 4, 4)
    model.eval()
    with torch.no_grad():
        return model, x, model(x).argmax(1)


@pytest.mark.parametrize("attack", ATTACKS)
class TestEveryAttack:
    @pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
    @pytest.mark.parametrize("norm", NORMS)
    def test_gradients_are_its_own_affair(
        self, attack: Attack, mode: Callable[[], AbstractContextManager[None]], norm: Norm
    ) -> None:
        model, x, y = target()
        expected = attack(model, x, y, EPSILONS, norm)
        with mode():
            assert torch.equal(attack(model, x, y, EPSILONS, norm), expected)
            assert not torch.is_grad_enabled()

    @pytest.mark.parametrize("kind", [torch.int32, torch.uint8])
    def test_labels_of_any_integers(self, attack: Attack, kind: torch.dtype) -> None:
        model, x, y = target()
        expected = attack(model, x, y, EPSILONS, "linf")
        assert torch.equal(attack(model, x, y.to(kind), EPSILONS, "linf"), expected)
        with torch.inference_mode():  # where the labels are made into others, too
            assert torch.equal(attack(model, x, y.to(kind), EPSILONS, "linf"), expected)
            assert torch.equal(attack(model, x + 0, y + 0, EPSILONS, "linf"), expected)

    def test_every_module_keeps_its_mode(self, attack: Attack) -> None:
        model, x, y = target()
        model.train()
        model[1].eval()
        statistics = {name: value.clone() for name, value in model[1].state_dict().items()}
        attack(model, x, y, EPSILONS, "l2")
        assert [module.training for module in model] == [True, False, True, True, True]
        assert model.training
        assert all(torch.equal(model[1].state_dict()[name], v) for name, v in statistics.items())


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("norm", NORMS)
def test_half_precision(kind: torch.dtype, norm: Norm) -> None:
    model, x, y = target()
    model, x = model.to(kind), x.to(kind)
    found = fast_gradient_sweep(model, x, y, EPSILONS, norm)
    assert found.shape == (3, 9)
    moved = fast_gradient_images(model, x, y, 0.05, norm)
    assert moved.dtype == kind
    offset = (moved - x).double().flatten(1)
    assert offset.any()
    length = offset.abs().amax(1) if norm == "linf" else offset.norm(dim=1)
    assert (length <= 0.05 + 16 * torch.finfo(kind).eps).all()


def test_half_precision_sums_squares_that_would_overflow() -> None:
    """A gradient of 300 at sixteen pixels: its square is beyond float16."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(16, 2, bias=False)).half()
    with torch.no_grad():
        model.get_parameter("1.weight").copy_(torch.tensor([[300.0] * 16, [-300.0] * 16]))
    x = torch.full((1, 1, 4, 4), 0.001).half()
    moved = fast_gradient_images(model, x, torch.tensor([1]), 0.5, "l2")
    assert float((moved - x).double().norm()) == pytest.approx(0.5, rel=1e-2)


@pytest.mark.parametrize("attack", ATTACKS[:4])
@pytest.mark.parametrize("epsilons", [0.1, torch.tensor(0.1)])
def test_one_number_is_no_list_of_sizes(attack: Attack, epsilons: object) -> None:
    model, x, y = target()
    with pytest.raises(ValueError, match="epsilons must be a sequence of sizes, got"):
        attack(model, x, y, epsilons, "linf")


@pytest.mark.parametrize("attack", ATTACKS[:4])
@pytest.mark.parametrize("epsilon", ["0.1", [0.1], None, 1j])
def test_what_is_no_size(attack: Attack, epsilon: object) -> None:
    model, x, y = target()
    with pytest.raises(ValueError, match="epsilons must be finite and from 0, got"):
        attack(model, x, y, [epsilon], "linf")


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (torch.zeros(9), r"labels must be integers, got torch\.float32"),
        (torch.ones(9, dtype=torch.bool), r"labels must be integers, got torch\.bool"),
        (torch.full((9,), -1), "labels must be numbers of classes, from 0, got -1"),
        (torch.full((9,), 3), r"labels must be below the number of classes, got 3"),
    ],
)
def test_labels_that_are_none(attack: Attack, labels: torch.Tensor, message: str) -> None:
    model, x, _ = target()
    with pytest.raises(ValueError, match=message):
        attack(model, x, labels, EPSILONS, "linf")
