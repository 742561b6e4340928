"""Which pixels are seen: by hand, and against gradients of networks with random weights."""

import pytest
import torch
from torch import nn

from companion.experiments.models.building import build, input_shape
from companion.experiments.models.fields import seen
from companion.experiments.runs.config import MODELS

REPAIRED = "resnet-cifar10-repaired"


def test_a_convolution_of_stride_two_skips_the_last_column() -> None:
    field = seen(nn.Sequential(nn.Conv2d(1, 1, 1, stride=2)), (1, 3, 4))
    assert field.int().tolist() == [[1, 0, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0]]


def test_weights_that_cancel_do_not_matter() -> None:
    layer = nn.Conv2d(1, 1, 2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[[[1.0, -1.0], [-1.0, 1.0]]]]))
    assert seen(nn.Sequential(layer), (1, 3, 3)).all()
    assert layer.weight.sum() == 0  # not changed


def test_unknown_layers_are_refused() -> None:
    with pytest.raises(TypeError, match="model must be made of known layers, got Softmax"):
        seen(nn.Sequential(nn.Softmax(dim=1)), (1, 2, 2))


@pytest.mark.parametrize(
    ("experiment", "variant"),
    [(name, variant) for name in list(MODELS)[:3] for variant in MODELS[name]],
)
def test_random_weights_have_no_gradient_outside(experiment: str, variant: str) -> None:
    """Eight images and all logits, in double precision; inside, nearly every pixel has one."""
    torch.manual_seed(0)
    model = build(experiment, variant).double().eval()
    x = torch.rand(8, *input_shape(experiment), dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad((model(x) ** 2).sum(), x)
    moved = (gradient != 0).any(0).any(0)
    field = seen(model, input_shape(experiment))
    assert not moved[~field].any()
    assert moved[field].float().mean() > 0.9


@pytest.mark.parametrize("variant", MODELS[REPAIRED])
def test_a_repaired_resnet_has_a_gradient_at_every_pixel(variant: str) -> None:
    """Where the paper's variant has none at 448 of 1024."""
    torch.manual_seed(0)
    blind = {}
    for experiment in ("resnet-cifar10", REPAIRED):
        model = build(experiment, variant).double().eval()
        x = torch.rand(8, 3, 32, 32, dtype=torch.float64, requires_grad=True)
        (gradient,) = torch.autograd.grad((model(x) ** 2).sum(), x)
        blind[experiment] = int((gradient == 0).all(0).all(0).sum())
    assert blind == {"resnet-cifar10": 448, REPAIRED: 0}
    assert seen(build(REPAIRED, variant), (3, 32, 32)).all()
