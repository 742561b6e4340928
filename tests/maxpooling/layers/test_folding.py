"""Folding: equal to the network it came from, and refused where there is nothing to fold."""

from typing import Any

import pytest
import torch
from torch import nn

from companion.experiments.models.building import build, input_shape
from companion.experiments.models.layers import Normalise, Scale
from companion.experiments.runs.config import GRID
from maxpooling.layers.folding import fold, ray_defect

AFFINE = [
    (experiment, variant)
    for experiment in GRID
    for variant in ("average-none", "strided-none", "linear")
]


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


class TestFold:
    @pytest.mark.parametrize(("experiment", "variant"), AFFINE)
    def test_equals_the_network_in_single_precision(self, experiment: str, variant: str) -> None:
        model, shape = build(experiment, variant), input_shape(experiment)
        folded = fold(model, shape, also=(Normalise,))
        x = torch.rand(20, *shape)
        assert folded.weight.shape == (10, x[0].numel())
        torch.testing.assert_close(folded(x).float(), model(x), atol=1e-5, rtol=1e-5)

    def test_by_hand(self) -> None:
        convolution = nn.Conv1d(1, 1, 2)
        convolution.weight.data = torch.tensor([[[1.0, 3.0]]])
        convolution.bias = nn.Parameter(torch.tensor([5.0]))
        folded = fold(nn.Sequential(convolution, nn.AvgPool1d(2), nn.Flatten()), (1, 3))
        assert folded.weight.tolist() == [[0.5, 2.0, 1.5]]
        assert folded.bias.tolist() == [5.0]

    def test_model_is_left_as_it_was(self) -> None:
        model = build("activation-mnist", "average-none").train()
        before = {name: value.clone() for name, value in model.state_dict().items()}
        fold(model, (1, 28, 28), also=(Normalise,))
        assert model.training
        for name, value in model.state_dict().items():
            assert value.dtype == torch.float32
            assert torch.equal(value, before[name])

    @pytest.mark.parametrize("layer", [nn.ReLU(), nn.MaxPool2d(2), nn.Sigmoid()])
    def test_names_the_layer_that_is_not_affine(self, layer: Any) -> None:
        model = nn.Sequential(nn.Identity(), nn.Sequential(nn.Conv2d(1, 1, 2), layer))
        with pytest.raises(ValueError, match=rf"layer '1.1' is {type(layer).__name__}"):
            fold(model, (1, 4, 4))

    def test_unknown_layer_is_refused_until_the_caller_vouches_for_it(self) -> None:
        model = nn.Sequential(nn.Flatten(), Scale(3.0))
        with pytest.raises(ValueError, match=r"'1' is Scale\(3\)"):
            fold(model, (1, 2))
        assert fold(model, (1, 2), also=(Scale,)).weight.tolist() == [[3, 0], [0, 3]]

    def test_a_false_voucher_is_found_out(self) -> None:
        with pytest.raises(ValueError, match="also must hold affine types only"):
            fold(nn.Sequential(nn.Flatten(), nn.ReLU()), (1, 2), also=(nn.ReLU,))


class TestRays:
    @pytest.mark.parametrize("experiment", GRID)
    @pytest.mark.parametrize(("variant", "straight"), [("max-none", True), ("max-relu", False)])
    def test_max_pools_without_activation_are_straight_on_rays(
        self, experiment: str, variant: str, straight: bool
    ) -> None:
        model = build(experiment, variant)
        defect = ray_defect(model, torch.rand(8, *input_shape(experiment)), 3.0)
        assert (defect < 1e-12) == straight
        assert straight or defect > 1e-3

    def test_but_they_are_not_linear(self) -> None:
        model = build("activation-mnist", "max-none").double()
        x, y = torch.rand(2, 4, 1, 28, 28, dtype=torch.float64)
        with torch.no_grad():
            off = model((x + y) / 2) - (model(x) + model(y)) / 2
        assert off.abs().max() > 1e-4

    def test_padding_of_a_convolution_breaks_the_theorem(self) -> None:
        """At the border a window sees zeros instead of the bias of the layer before."""
        model = nn.Sequential(
            *(nn.Conv1d(1, 1, 3), nn.Conv1d(1, 1, 3, padding=1), nn.MaxPool1d(4), nn.Flatten())
        )
        assert ray_defect(model, torch.rand(50, 1, 6), 10.0) > 1e-3

    def test_factor(self) -> None:
        with pytest.raises(ValueError, match="factor must be positive, got 0"):
            ray_defect(nn.Identity(), torch.ones(1, 2), 0.0)
