"""Models: the paper's nine parameter counts, equal shapes at every stage, and our own layers."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from companion.evidence.s5_robustness import PARAMETERS as COUNTS
from companion.experiments.models.building import (
    ACTIVATIONS,
    build,
    count_parameters,
    dataset_of,
    input_shape,
    stages,
)
from companion.experiments.models.design import ResNet, ResNetPool
from companion.experiments.models.layers import GhostBatchNorm, Normalise, Whitening
from companion.experiments.runs.config import GRID, MODELS, VARIANTS, configuration
from companion.experiments.runs.settings import PROFILES

REPAIRED = "resnet-cifar10-repaired"
LENETS = {"activation-mnist": "lenet-mnist", "activation-cifar10": "lenet-cifar10"}


class TestArchitectures:
    def test_there_are_nine(self) -> None:
        assert {(e, v) for e, variants in VARIANTS.items() for v in variants} == set(COUNTS)

    @pytest.mark.parametrize(("experiment", "variant"), COUNTS)
    def test_count_is_the_papers(self, experiment: str, variant: str) -> None:
        assert count_parameters(build(experiment, variant)) == COUNTS[experiment, variant]

    @pytest.mark.parametrize(("experiment", "variant"), COUNTS)
    def test_shape_after_every_activation_is_the_max_pool_models(
        self, experiment: str, variant: str
    ) -> None:
        def shapes(model: nn.Sequential) -> list[tuple[int, ...]]:
            found = stages(model, input_shape(experiment))
            return [stage.shape for stage in found if stage.layer.startswith(("ReLU", "CELU"))]

        assert shapes(build(experiment, variant)) == shapes(build(experiment, "maxpool"))

    @pytest.mark.parametrize(("experiment", "variant"), COUNTS)
    def test_stages_account_for_every_parameter(self, experiment: str, variant: str) -> None:
        model = build(experiment, variant)
        found = stages(model, input_shape(experiment))
        assert sum(stage.parameters for stage in found) == count_parameters(model)
        assert found[-1].shape == (10,)

    def test_resnet_halves_the_side_and_doubles_the_channels(self) -> None:
        found = [stage.shape for stage in stages(build("resnet-cifar10", "maxpool"), (3, 32, 32))]
        for shape in ((64, 32, 32), (128, 16, 16), (256, 8, 8), (512, 4, 4), (512, 1, 1)):
            assert shape in found

    def test_normalisation_is_inside(self) -> None:
        """The mean image becomes zero, one standard deviation above it becomes one."""
        normalise = build("lenet-cifar10", "maxpool")[0]
        assert isinstance(normalise, Normalise)
        mean, deviation = normalise.mean, normalise.deviation
        assert torch.allclose(normalise(mean), torch.zeros(()))
        assert torch.allclose(normalise(mean + deviation), torch.ones(()))

    @pytest.mark.parametrize(("experiment", "variants"), GRID.items())
    def test_grid_differs_from_the_papers_lenet_in_pool_and_activation_only(
        self, experiment: str, variants: tuple[str, ...]
    ) -> None:
        layers = {str(name): layer for name, layer in ACTIVATIONS.items()}
        lenet = build(f"lenet-{experiment.removeprefix('activation-')}", "maxpool")
        shapes = [stage.shape for stage in stages(lenet, input_shape(experiment))]
        for variant in variants[:-1]:
            pool, _, activation = variant.partition("-")
            model = build(experiment, variant)
            assert count_parameters(model) == count_parameters(lenet)
            kinds = [type(module) for module in model.modules()]
            assert kinds.count(layers[activation]) == len(lenet) - 4
            assert (nn.MaxPool2d in kinds, nn.AvgPool2d in kinds) == {
                "max": (True, False),
                "average": (False, True),
                "strided": (False, False),
            }[pool]
            found = [stage.shape for stage in stages(model, input_shape(experiment))]
            assert [shape for shape in found if shape in shapes][-4:] == shapes[-4:]

    @pytest.mark.parametrize("experiment", GRID)
    def test_max_pool_with_relu_is_the_papers_lenet(self, experiment: str) -> None:
        x = torch.rand(3, *input_shape(experiment))
        outputs = []
        for name, variant in ((experiment, "max-relu"), (LENETS[experiment], "maxpool")):
            torch.manual_seed(0)
            outputs.append(build(name, variant)(x))
        assert torch.equal(*outputs)

    @pytest.mark.parametrize(
        ("experiment", "variant"),
        [("vgg", "maxpool"), ("lenet-mnist", "strided"), ("lenet-cifar10", "conv-large")],
    )
    def test_unknown_names(self, experiment: str, variant: str) -> None:
        with pytest.raises(ValueError, match="must be one of"):
            build(experiment, variant)


@pytest.mark.parametrize("variant", MODELS[REPAIRED])
class TestRepaired:
    """ResNets whose head sees the whole map, beside the paper's."""

    def test_weights_are_as_many_and_start_as_the_papers(self, variant: str) -> None:
        models = []
        for experiment in ("resnet-cifar10", REPAIRED):
            torch.manual_seed(3)
            models.append(build(experiment, variant))
        paper, ours = ([*model.parameters()] for model in models)
        assert [one.shape for one in paper] == [one.shape for one in ours]
        assert all(map(torch.equal, paper, ours))
        assert count_parameters(models[1]) == COUNTS["resnet-cifar10", variant]

    def test_head_is_the_papers_convolution_everywhere_and_then_the_mean(
        self, variant: str
    ) -> None:
        torch.manual_seed(0)
        head = build(REPAIRED, variant)[5]
        assert isinstance(head, nn.Sequential)
        convolution = head[1]
        assert isinstance(convolution, nn.Conv2d)
        assert (convolution.kernel_size, convolution.stride) == ((1, 1), (4, 4))
        x = torch.rand(2, 512, 4, 4)
        everywhere = functional.conv2d(x, convolution.weight, convolution.bias)
        means = everywhere.mean((2, 3), keepdim=True)
        assert torch.allclose(head(x), means, atol=1e-6)
        assert not torch.allclose(convolution(x), means, atol=1e-2)

    def test_it_trains_as_the_papers(self, variant: str) -> None:
        for profile in PROFILES:
            ours = configuration(REPAIRED, variant, 0, profile)
            paper = configuration("resnet-cifar10", variant, 0, profile)
            assert (ours.training, ours.attack) == (paper.training, paper.attack)
            assert ours.sha256 != paper.sha256


@pytest.mark.parametrize("pool", ["maxpool", "conv-large"])
def test_nothing_to_repair(pool: ResNetPool) -> None:
    with pytest.raises(ValueError, match=f"whole_map must be False .* got True for {pool}"):
        ResNet(pool, whole_map=True)


class TestNames:
    def test_the_room_offers_it(self) -> None:
        from companion.experiments import attacks, models
        from companion.experiments.attacks.sweeps import fast_gradient_sweep

        assert models.build is build
        assert attacks.fast_gradient_sweep is fast_gradient_sweep
        for room in (attacks, models):
            with pytest.raises(AttributeError, match="has no attribute 'train'"):
                getattr(room, "train")  # noqa: B009

    def test_unknown_ones_list_the_known(self) -> None:
        known = "experiment must be one of lenet-mnist, .*, activation-cifar10, .*, got 'vgg-mnist'"
        for ask in (input_shape, dataset_of, lambda name: build(name, "conv")):
            with pytest.raises(ValueError, match=known):
                ask("vgg-mnist")
        with pytest.raises(ValueError, match="lenet-mnist must be one of maxpool, conv, got 'x'"):
            build("lenet-mnist", "x")


class TestGhostBatchNorm:
    def test_training_normalises_each_split_by_itself(self) -> None:
        torch.manual_seed(0)
        x = torch.randn(96, 4, 3, 3) * torch.arange(1.0, 97.0).view(-1, 1, 1, 1)
        found = GhostBatchNorm(4)(x)
        plain = [
            functional.batch_norm(part, None, None, training=True) for part in torch.split(x, 32)
        ]
        assert torch.allclose(found, torch.cat(plain), atol=1e-6)

    def test_every_evaluation_uses_the_mean_over_all_splits(self) -> None:
        """Against one running average per split, averaged at the evaluation; twice in a row."""
        torch.manual_seed(0)
        layer, plain = GhostBatchNorm(4), [nn.BatchNorm2d(4, affine=False) for _ in range(3)]
        for _ in range(2):
            for _ in range(5):
                x = torch.randn(96, 4, 2, 2) + torch.arange(96.0).view(-1, 1, 1, 1)
                layer.train()(x)
                for one, part in zip(plain, torch.split(x, 32), strict=True):
                    one.train()(part)
            mean = torch.stack([one.get_buffer("running_mean") for one in plain]).mean(0)
            variance = torch.stack([one.get_buffer("running_var") for one in plain]).mean(0)
            expected = functional.batch_norm(x, mean, variance)
            assert torch.allclose(layer.eval()(x), expected, atol=1e-5)
            alone = functional.batch_norm(x, plain[0].running_mean, plain[0].running_var)
            assert not torch.allclose(layer(x), alone, atol=1e-2)

    def test_incomplete_split_is_refused_in_training_only(self) -> None:
        layer = GhostBatchNorm(4)
        with pytest.raises(ValueError, match="multiple of 32 images, got 33"):
            layer(torch.zeros(33, 4, 2, 2))
        assert layer.eval()(torch.zeros(33, 4, 2, 2)).shape == (33, 4, 2, 2)


class TestWhitening:
    def test_outputs_are_uncorrelated_with_unit_variance(self) -> None:
        torch.manual_seed(0)
        images = functional.avg_pool2d(torch.randn(60, 3, 34, 34), 3, stride=1) * 3
        layer = Whitening()
        layer.fit(images, regulariser=0.0)
        inner = layer(images)[:, :, 1:-1, 1:-1].transpose(0, 1).flatten(1)
        covariance = inner @ inner.T / (inner.shape[1] - 1)
        assert torch.allclose(covariance, torch.eye(27), atol=1e-3)

    def test_filters_are_not_trained_and_have_a_fixed_sign(self) -> None:
        torch.manual_seed(0)
        layer = Whitening()
        layer.fit(torch.randn(20, 3, 16, 16))
        assert not layer.weight.requires_grad
        rows = layer.weight.view(27, 27)
        assert (rows.gather(1, rows.abs().argmax(1, keepdim=True)) > 0).all()
        sizes = rows.norm(dim=1)
        assert (sizes[1:] >= sizes[:-1] - 1e-6).all()  # largest eigenvalue first
