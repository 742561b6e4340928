"""Attacks: equal to foolbox image by image, and every refusal."""

from dataclasses import replace
from typing import Any, cast

import foolbox
import pytest
import torch
from foolbox.models.pytorch import PyTorchModel
from torch import nn

from companion.experiments.attacks import sweeps
from companion.experiments.attacks.sweeps import (
    NORMS,
    Norm,
    ensemble_sweep,
    fast_gradient_images,
    fast_gradient_sweep,
    projected_gradient_sweep,
    spoiled_by_rounding,
)
from companion.experiments.data.loading import Images
from companion.experiments.models.building import build, input_shape
from companion.experiments.runs import cell
from companion.experiments.runs.config import configuration
from companion.experiments.runs.settings import Attack

GRID = (0.0, 0.001, 0.01, 0.05, 0.1, 0.3, 0.5, 1.0, 1.2, 2.0, 5.0)
MODELS = [
    ("lenet-mnist", "maxpool"),
    ("lenet-mnist", "conv"),
    ("lenet-cifar10", "strided"),
    ("resnet-cifar10", "maxpool"),
]


def target(experiment: str, variant: str) -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """A model, images and labels; pixels at both bounds included, three labels wrong."""
    torch.manual_seed(0)
    model = build(experiment, variant).eval()
    count = 12 if experiment.startswith("resnet") else 60
    x = (torch.rand(count, *input_shape(experiment)) * 1.4 - 0.2).clamp(0, 1)
    with torch.no_grad():
        y = model(x).argmax(1)
    y[:3] = (y[:3] + 1) % 10
    return model, x, y


class TestAgainstFoolbox:
    @pytest.mark.parametrize("norm", NORMS)
    @pytest.mark.parametrize(("experiment", "variant"), MODELS)
    def test_every_image_at_every_epsilon(self, experiment: str, variant: str, norm: Norm) -> None:
        model, x, y = target(experiment, variant)
        kind = getattr(foolbox.attacks, f"{norm.capitalize()}FastGradientAttack")
        wrapped = PyTorchModel(model, bounds=(0, 1))
        _, images, success = kind()(wrapped, x, y, epsilons=list(GRID))
        found = fast_gradient_sweep(model, x, y, GRID, norm)
        assert torch.equal(found, ~success)
        assert found.any()
        assert not found.all()
        for epsilon, expected in zip(GRID, images, strict=True):
            assert torch.equal(fast_gradient_images(model, x, y, epsilon, norm), expected)

    def test_vanishing_gradient(self) -> None:
        """A model that ignores its input: nothing moves, in either norm."""
        model = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
        nn.init.zeros_(model.get_parameter("1.weight"))
        x = torch.rand(5, 1, 2, 2)
        y = torch.full((5,), int(model(x)[0].argmax()))
        for norm in NORMS:
            assert fast_gradient_sweep(model, x, y, GRID, norm).all()
            assert torch.equal(fast_gradient_images(model, x, y, 1.0, norm), x)


class TestSweep:
    @pytest.mark.parametrize("norm", NORMS)
    def test_batches_make_no_difference(self, norm: Norm) -> None:
        model, x, y = target("lenet-mnist", "maxpool")
        whole = fast_gradient_sweep(model, x, y, GRID, norm)
        assert torch.equal(fast_gradient_sweep(model, x, y, GRID, norm, batch_size=7), whole)

    @pytest.mark.parametrize("norm", NORMS)
    def test_order_of_epsilons_makes_no_difference(self, norm: Norm) -> None:
        model, x, y = target("lenet-mnist", "maxpool")
        whole = fast_gradient_sweep(model, x, y, GRID, norm)
        assert torch.equal(fast_gradient_sweep(model, x, y, GRID[::-1], norm), whole.flip(0))

    @pytest.mark.parametrize("norm", NORMS)
    def test_images_stay_in_the_ball_and_the_box(self, norm: Norm) -> None:
        model, x, y = target("lenet-cifar10", "maxpool")
        for epsilon in GRID:
            moved = fast_gradient_images(model, x, y, epsilon, norm)
            offset = (moved - x).flatten(1)
            size = offset.abs().amax(1) if norm == "linf" else offset.norm(dim=1)
            assert (size <= epsilon + 1e-5).all()
            assert 0 <= float(moved.min()) <= float(moved.max()) <= 1

    @pytest.mark.parametrize("norm", NORMS)
    @pytest.mark.parametrize("units", [(0.3, 0.2, 0.1), (0.25, 0.25, 0.25)])
    def test_units_are_an_attack_on_the_image_in_these_units(
        self, norm: Norm, units: tuple[float, ...]
    ) -> None:
        """Brute force: the network of the divided image is attacked, its box is that of pixels."""
        model, x, y = target("lenet-cifar10", "maxpool")
        scale = torch.tensor(units).view(1, -1, 1, 1)
        z = (x / scale).requires_grad_()
        loss = nn.functional.cross_entropy(model(z * scale), y, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, z)
        found = fast_gradient_sweep(model, x, y, GRID, norm, units=units)
        for row, epsilon in zip(found, GRID, strict=True):
            if norm == "linf":
                moved = z + epsilon * gradient.sign()
            else:
                moved = z + epsilon * gradient / gradient.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
            with torch.no_grad():
                logits = model((moved * scale).clamp(0, 1))
            top = logits.topk(2, dim=1).values
            clear = top[:, 0] - top[:, 1] > 1e-5  # the rest hangs on rounding
            assert clear.sum() > len(x) / 2
            assert torch.equal(row[clear], (logits.argmax(1) == y)[clear])
        if len(set(units)) == 1:
            scaled = [epsilon * units[0] for epsilon in GRID]
            assert (
                float((found == fast_gradient_sweep(model, x, y, scaled, norm)).float().mean())
                > 0.99
            )
        assert found.any()
        assert not found.all()

    def test_one_gradient_and_no_forward_pass_twice(self) -> None:
        """L-infinity: from epsilon = 1 on the images are the same, and so is their pass."""
        model, x, y = target("lenet-mnist", "maxpool")
        passes = []
        model.register_forward_hook(lambda *_: passes.append(torch.is_grad_enabled()))
        fast_gradient_sweep(model, x, y, GRID, "linf")
        assert passes.count(True) == 1
        assert len(passes) == 1 + sum(0 < epsilon <= 1 for epsilon in GRID)

    def test_model_is_left_as_it_was(self) -> None:
        model, x, y = target("resnet-cifar10", "strided")
        model.train()
        frozen = [parameter.requires_grad for parameter in model.parameters()]
        state = {name: value.clone() for name, value in model.state_dict().items()}
        fast_gradient_sweep(model, x, y, [0.1], "linf")
        assert model.training
        assert [parameter.requires_grad for parameter in model.parameters()] == frozen
        assert all(torch.equal(state[name], value) for name, value in model.state_dict().items())
        assert all(parameter.grad is None for parameter in model.parameters())


class TestProjectedGradient:
    @pytest.mark.parametrize("norm", NORMS)
    def test_is_stronger_than_the_fast_gradient(self, norm: Norm) -> None:
        model, x, y = target("lenet-mnist", "conv")
        grid = (0.01, 0.05) if norm == "linf" else (0.1, 0.5)
        fast = fast_gradient_sweep(model, x, y, grid, norm).sum(1)
        strong = projected_gradient_sweep(model, x, y, grid, norm, steps=10, seed=0).sum(1)
        assert (strong <= fast).all()
        assert strong.sum() < fast.sum()

    def test_is_deterministic_and_leaves_the_generator_alone(self) -> None:
        model, x, y = target("lenet-mnist", "conv")
        torch.manual_seed(5)
        expected = torch.rand(3)
        torch.manual_seed(5)
        one = projected_gradient_sweep(model, x, y, [0.02], "linf", steps=2, seed=0)
        assert torch.equal(torch.rand(3), expected)
        assert torch.equal(
            projected_gradient_sweep(model, x, y, [0.02], "linf", steps=2, seed=0), one
        )

    def test_the_starts_are_those_of_the_seed(self) -> None:
        model, x, y = target("lenet-mnist", "conv")

        def starts(seed: int, state: int, norm: Norm = "linf") -> torch.Tensor:
            seen: list[torch.Tensor] = []
            hook = model.register_forward_pre_hook(lambda _, given: seen.append(given[0].detach()))
            torch.manual_seed(state)
            projected_gradient_sweep(model, x, y, [0.02], norm, steps=1, seed=seed)
            hook.remove()
            return torch.cat(seen[1:])  # the first pass is of the images themselves

        assert torch.equal(starts(0, state=5), starts(0, state=6))
        for norm in NORMS:
            assert not torch.equal(starts(0, 5, norm), starts(1, 5, norm))

    def test_a_cell_and_the_ensemble_attack_with_their_own_seed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seeds: list[int] = []

        def attack(_: Any, images: torch.Tensor, *__: Any, seed: int, **___: Any) -> torch.Tensor:
            seeds.append(seed)
            return torch.ones(1, len(images), dtype=torch.bool)

        model, x, y = target("lenet-mnist", "conv")
        monkeypatch.setattr(sweeps, "projected_gradient_sweep", attack)
        monkeypatch.setattr(cell, "projected_gradient_sweep", attack)
        ensemble_sweep(model, x, y, [0.0, 1e-6], "l2", steps=2, seed=17)
        assert set(seeds) == {17}
        seeds.clear()
        chosen = configuration("lenet-mnist", "conv", 23, "quick")
        chosen = replace(chosen, attack=Attack((0.0,), len(x), (0.1,), len(x), 2))
        byte = (x * 255).round().to(torch.uint8)
        cell.attack(model, Images("mnist", byte, y, byte, y, {}), chosen, device="cpu")
        assert seeds == [23, 23]

    def test_steps(self) -> None:
        model, x, y = target("lenet-mnist", "conv")
        with pytest.raises(ValueError, match="steps must be at least 1, got 0"):
            projected_gradient_sweep(model, x, y, [0.1], "linf", steps=0, seed=0)


class TestEnsemble:
    """Against a linear classifier of two classes, whose distance to the boundary is known."""

    # Signed distances of four images: the last is on the wrong side from the start.
    DISTANCES = (0.05, 0.15, 0.25, -0.05)
    GRID = (0.0, 0.1, 0.2, 0.3)
    STANDING = ((1, 1, 1, 0), (0, 1, 1, 0), (0, 0, 1, 0), (0, 0, 0, 0))

    def sure(self, norm: Norm, scale: float) -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
        """Logits that are ``scale`` times the distance apart."""
        generator = torch.Generator().manual_seed(3)
        direction = torch.randn(16, generator=generator)
        dual = direction.norm() if norm == "l2" else direction.abs().sum()
        model = nn.Sequential(nn.Flatten(), nn.Linear(16, 2))
        with torch.no_grad():
            weight = torch.stack([direction, -direction]) * scale / dual / 2
            model.get_parameter("1.weight").copy_(weight)
            model.get_parameter("1.bias").copy_(-weight @ torch.full((16,), 0.5))
        along = direction / direction.norm() ** 2
        images = torch.stack([0.5 + distance * dual * along for distance in self.DISTANCES])
        return model, images.view(-1, 1, 4, 4), torch.zeros(4, dtype=torch.int64)

    @pytest.mark.parametrize("norm", NORMS)
    def test_finds_what_rounding_hides(self, norm: Norm) -> None:
        model, x, y = self.sure(norm, 1e5)
        right = [True, True, True, False]
        for mask in spoiled_by_rounding(model, x, y):
            assert mask.tolist() == right
        for weak in (
            fast_gradient_sweep(model, x, y, self.GRID, norm),
            projected_gradient_sweep(model, x, y, self.GRID[:2], norm, steps=20, seed=0),
        ):
            assert weak[-1].tolist() == right
        found = ensemble_sweep(model, x, y, self.GRID, norm, steps=20, seed=0)
        assert found.int().tolist() == [list(row) for row in self.STANDING]

    @pytest.mark.parametrize("norm", NORMS)
    def test_double_precision_finds_it_in_one_step(self, norm: Norm) -> None:
        """The other class has a probability of exp(-60) and less."""
        model, x, y = self.sure(norm, 1200)
        found = fast_gradient_sweep(model, x, y, self.GRID, norm, double=True)
        assert found.int().tolist() == [list(row) for row in self.STANDING]
        single = fast_gradient_sweep(model, x, y, self.GRID, norm)
        assert single.sum() > found.sum()

    def test_double_precision_agrees_where_nothing_is_lost(self) -> None:
        model, x, y = target("lenet-cifar10", "maxpool")
        assert not any(mask.any() for mask in spoiled_by_rounding(model, x, y))
        for norm in NORMS:
            one, two = (
                fast_gradient_sweep(model, x, y, GRID, norm, double=double)
                for double in (False, True)
            )
            assert torch.equal(one, two)
        assert next(model.parameters()).dtype == torch.float32

    @pytest.mark.parametrize("norm", NORMS)
    def test_no_image_withstands_more_than_one_attack_of_its_own(self, norm: Norm) -> None:
        model, x, y = target("lenet-mnist", "maxpool")
        grid = (0.0, 0.01, 0.05, 0.2)
        worst = ensemble_sweep(model, x, y, grid, norm, steps=3, seed=1)
        assert (worst <= fast_gradient_sweep(model, x, y, grid, norm)).all()
        assert (worst[1:] <= worst[:-1]).all()
        margin = projected_gradient_sweep(
            model, x, y, grid[:2], norm, steps=3, seed=1, loss="margin"
        )
        # Before the first size that breaks any image, all are attacked together, as in the sweep.
        assert (worst[1] <= margin[1]).all()

    def test_refusals(self) -> None:
        model, x, y = target("lenet-mnist", "maxpool")
        with pytest.raises(ValueError, match=r"epsilons must ascend, got 0.2, 0.1"):
            ensemble_sweep(model, x, y, [0.2, 0.1], "l2", steps=3, seed=1)
        with pytest.raises(ValueError, match="loss must be one of margin, cross-entropy, got 'hi'"):
            projected_gradient_sweep(
                model, x, y, [0.1], "l2", steps=1, seed=0, loss=cast(Any, "hi")
            )


class TestRefusals:
    X, Y = torch.full((2, 1, 28, 28), 0.5), torch.tensor([0, 1])

    @pytest.mark.parametrize("epsilon", [-0.1, float("nan"), float("inf")])
    def test_epsilon(self, epsilon: float) -> None:
        with pytest.raises(ValueError, match="epsilons must be finite and from 0, got"):
            fast_gradient_sweep(build("lenet-mnist", "maxpool"), self.X, self.Y, [epsilon], "l2")

    @pytest.mark.parametrize("value", [-0.01, 1.01, float("nan"), 255.0])
    def test_pixels(self, value: float) -> None:
        x = self.X.clone()
        x[1, 0, 3, 3] = value
        with pytest.raises(ValueError, match=r"images must lie in \[0, 1\]"):
            fast_gradient_sweep(build("lenet-mnist", "maxpool"), x, self.Y, [0.1], "l2")

    def test_norm(self) -> None:
        with pytest.raises(ValueError, match="norm must be one of linf, l2, got 'l1'"):
            fast_gradient_sweep(
                build("lenet-mnist", "maxpool"), self.X, self.Y, [0.1], cast(Any, "l1")
            )

    @pytest.mark.parametrize(("x", "y"), [(X[0], Y), (X.byte(), Y), (X, Y[:1]), (X[:0], Y[:0])])
    def test_shapes(self, x: torch.Tensor, y: torch.Tensor) -> None:
        with pytest.raises(ValueError, match=r"images (must be floats|and labels)"):
            fast_gradient_sweep(build("lenet-mnist", "maxpool"), x, y, [0.1], "linf")

    @pytest.mark.parametrize("units", [(), (1.0,), (1.0, 0.0, 1.0), (1.0, 1.0, float("nan"))])
    def test_units(self, units: tuple[float, ...]) -> None:
        model, x, y = target("lenet-cifar10", "maxpool")
        with pytest.raises(ValueError, match="units must be positive, one for each of the 3"):
            fast_gradient_sweep(model, x, y, [0.1], "linf", units=units)

    def test_no_epsilon(self) -> None:
        with pytest.raises(ValueError, match="at least one size"):
            fast_gradient_sweep(build("lenet-mnist", "maxpool"), self.X, self.Y, [], "linf")
