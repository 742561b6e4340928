"""One training loop for all models: deterministic from its seed, resumable at every epoch."""

import copy
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from companion.experiments.data.loading import Images
from companion.experiments.models.building import build
from companion.experiments.models.layers import Whitening
from companion.experiments.results.types import EpochJson, Stage
from companion.experiments.runs import checkpoint
from companion.experiments.runs.batches import as_pixels, epoch_batches
from companion.experiments.runs.config import Configuration
from companion.experiments.runs.provenance import stage
from companion.experiments.runs.settings import Precision, Training, Used
from maxpooling.errors import DataError

AVERAGE_EVERY = 5  # steps between two updates of the averaged weights (Page)
WHITENING_IMAGES = 10_000  # from the first one on (Page)


@dataclass(frozen=True)
class Epoch:
    """One row of a training curve.

    Attributes:
        epoch: counted from 1.
        learning_rate: at the last step.
        train_loss: mean over the images of the epoch.
        train_accuracy: over the images of the epoch, while the weights change.
        test_accuracy: of the weights that would be returned now.
        seconds: wall time of the epoch, its test included.
    """

    epoch: int
    learning_rate: float
    train_loss: float
    train_accuracy: float
    test_accuracy: float
    seconds: float

    def as_json(self) -> EpochJson:
        """Return the row as a result records it."""
        row: EpochJson = json.loads(json.dumps(asdict(self)))
        return row


def train(
    configuration: Configuration,
    dataset: Images,
    *,
    device: str = "cpu",
    checkpoint_path: Path | None = None,
    on_epoch: Callable[[Epoch], None] = lambda _: None,
    change: Callable[[nn.Sequential], nn.Sequential] = lambda model: model,
) -> tuple[nn.Sequential, list[Epoch]]:
    """Train the model of a cell, going on from its checkpoint if there is one.

    Killed at any moment and started again on the same machine with as many threads, it returns the
    same weights, bit for bit, as a run that was not killed.

    Args:
        configuration: the cell.
        dataset: its images.
        device: ``"cpu"`` or ``"cuda"``.
        checkpoint_path: written after each epoch, with code, versions and machine of every process
            that took part; None for none.
        on_epoch: called after each epoch, those of earlier runs included.
        change: makes the network that is trained of the cell's, as it is initialised; a checkpoint
            does not know of it, so that each change needs a place of its own.

    Returns:
        The model in evaluation mode, with averaged weights where the configuration says so, and
        one row per epoch.

    Raises:
        FloatingPointError: the loss is no longer a number; names the step and the learning rate.
        DataError: the checkpoint is damaged, has no digest or belongs to another configuration, or
            no disk space is left.
    """
    training = configuration.training
    state = _State.start(configuration, dataset, device, change)
    life, curve = state.resume(checkpoint_path, configuration) if checkpoint_path else ([], [])
    first = len(curve) + 1
    now = stage(device) if checkpoint_path else None
    for row in curve:
        on_epoch(row)
    for epoch in range(len(curve), training.epochs):
        began = time.perf_counter()
        loss, accuracy, rate = _train_epoch(state, dataset, training, configuration.seed, epoch)
        test = evaluate(
            state.result,
            dataset,
            count=training.test_images,
            device=device,
            precision=training.precision,
        )
        seconds = time.perf_counter() - began
        share = test / training.test_images
        curve.append(Epoch(epoch + 1, rate, loss, accuracy, share, seconds))
        if checkpoint_path and now:
            so_far: Stage = {**now, "epochs": [first, epoch + 1]}
            state.save(checkpoint_path, configuration, curve, [*life, so_far])
        on_epoch(curve[-1])
    return state.result.eval(), curve


def learning_rate(training: Training, epoch: float) -> float:
    """Return the learning rate at a moment of the schedule.

    Args:
        training: holds knots and schedule.
        epoch: time in epochs, fractions included.

    Returns:
        The rate, for the mean loss of a batch.

    Example:
        >>> from companion.experiments.runs.experiments import RESNET_CIFAR10
        >>> [learning_rate(RESNET_CIFAR10, t) for t in (0, 2.5, 5, 27.5, 50)]
        [0.0, 0.2, 0.4, 0.2, 0.0]
    """
    before = [knot for knot in training.learning_rate if knot[0] <= epoch]
    after = [knot for knot in training.learning_rate if knot[0] > epoch]
    start, rate = before[-1]
    if training.schedule == "step" or not after:
        return rate
    end, next_rate = after[0]
    return rate + (next_rate - rate) * (epoch - start) / (end - start)


def evaluate(
    model: nn.Module,
    dataset: Images,
    *,
    count: int,
    device: str = "cpu",
    precision: Precision = "float32",
) -> int:
    """Count the test images that a model classifies right.

    Args:
        model: it is put into evaluation mode.
        dataset: its first test images are used.
        count: how many of them.
        device: where the model is.
        precision: of the convolutions.

    Returns:
        How many have the largest logit at their label.
    """
    model.eval()
    right = 0
    batches = zip(
        torch.split(dataset.test_images[:count], 500),
        torch.split(dataset.test_labels[:count], 500),
        strict=True,
    )
    with torch.inference_mode(), autocast(device, precision):
        for images, labels in batches:
            logits = model(as_pixels(images.to(device)))
            right += int((logits.argmax(1).cpu() == labels).sum())
    return right


def resolve(precision: Precision, device: str) -> Used:
    """Say which precision is used on this machine.

    Args:
        precision: what the configuration asks for.
        device: ``"cpu"`` or ``"cuda"``.

    Returns:
        ``"float32"`` or ``"bfloat16"``.
    """
    if precision != "mixed":
        return precision
    able = torch.cpu.get_capabilities()
    fast = device == "cuda" or able.get("avx512_bf16") or able.get("amx_bf16")
    return "bfloat16" if fast else "float32"


def autocast(device: str, precision: Precision) -> torch.autocast:
    """Return the context in which convolutions run in the given precision.

    Args:
        device: ``"cpu"`` or ``"cuda"``.
        precision: what the configuration asks for.

    Returns:
        A context manager.
    """
    return torch.autocast(
        device, dtype=torch.bfloat16, enabled=resolve(precision, device) == "bfloat16"
    )


@dataclass
class _State:
    """Everything that changes while a model is trained."""

    model: nn.Sequential
    averaged: nn.Sequential | None
    optimiser: torch.optim.SGD
    device: str

    @classmethod
    def start(
        cls,
        configuration: Configuration,
        dataset: Images,
        device: str,
        change: Callable[[nn.Sequential], nn.Sequential],
    ) -> "_State":
        training = configuration.training
        torch.manual_seed(configuration.seed)
        model = change(build(configuration.experiment, configuration.variant))
        for layer in model.modules():
            if isinstance(layer, Whitening):
                layer.fit(model[0](as_pixels(dataset.train_images[:WHITENING_IMAGES])))
        model = model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimiser = torch.optim.SGD(
            [parameter for parameter in model.parameters() if parameter.requires_grad],
            lr=learning_rate(training, 0),
            momentum=training.momentum,
            nesterov=training.nesterov,
            weight_decay=training.weight_decay,
        )
        averaged = copy.deepcopy(model) if training.average_decay else None
        return cls(model, averaged, optimiser, device)

    @property
    def result(self) -> nn.Sequential:
        return self.model if self.averaged is None else self.averaged

    def update_average(self, decay: float) -> None:
        """Move the averaged weights and running statistics towards the model's."""
        if self.averaged is None:
            return
        weight = 1 - decay**AVERAGE_EVERY
        newest = self.model.state_dict()
        for name, mean in self.averaged.state_dict().items():
            mean.lerp_(newest[name], weight)

    def save(
        self, path: Path, configuration: Configuration, curve: list[Epoch], life: list[Stage]
    ) -> None:
        tensors = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        for place, parameter in enumerate(self.optimiser.param_groups[0]["params"]):
            tensors[f"momentum.{place}"] = self.optimiser.state[parameter]["momentum_buffer"]
        if self.averaged is not None:
            average = self.averaged.state_dict().items()
            tensors |= {f"averaged.{name}": value for name, value in average}
        record = {
            "configuration": configuration.as_json(),
            "training_sha256": configuration.training_sha256,
            "curve": [row.as_json() for row in curve],
            "life": life,
        }
        checkpoint.write(path, tensors, record, sealed=True)

    def resume(self, path: Path, configuration: Configuration) -> tuple[list[Stage], list[Epoch]]:
        """Take over the state of a checkpoint, if there is one, and return its past and curve."""
        if not path.exists():
            return [], []
        tensors, record = checkpoint.read(path, sealed=True)
        expected, found = configuration.training_sha256, record.get("training_sha256")
        if found != expected:
            raise DataError(
                f"{path}: expected a checkpoint of configuration {expected}, found {found}; "
                "move it away, or run with the configuration that wrote it"
            )
        self.model.load_state_dict(_part(tensors, "model."))
        if self.averaged is not None:
            self.averaged.load_state_dict(_part(tensors, "averaged."))
        for place, parameter in enumerate(self.optimiser.param_groups[0]["params"]):
            momentum = torch.empty_like(parameter)  # keeps the parameter's memory format
            self.optimiser.state[parameter]["momentum_buffer"] = momentum.copy_(
                tensors[f"momentum.{place}"]
            )
        rows: list[EpochJson] = record["curve"]
        return record["life"], [Epoch(**row) for row in rows]


def _train_epoch(
    state: _State, dataset: Images, training: Training, seed: int, epoch: int
) -> tuple[float, float, float]:
    """Train for one epoch; return mean loss, accuracy and the last learning rate."""
    images = dataset.train_images[: training.train_images]
    labels = dataset.train_labels[: training.train_images]
    steps = len(images) // training.batch_size
    if not training.drop_last:
        steps = math.ceil(len(images) / training.batch_size)
    state.model.train()
    seen, total, right, rate = 0, 0.0, 0, 0.0
    batches = epoch_batches(images, labels, training, seed=seed, epoch=epoch)
    for step, (batch, target) in enumerate(batches):
        rate = learning_rate(training, epoch + step / steps)
        state.optimiser.param_groups[0]["lr"] = rate
        target = target.to(state.device)  # noqa: PLW2901
        with autocast(state.device, training.precision):
            logits = state.model(batch.to(state.device)).float()
        loss = functional.cross_entropy(logits, target, label_smoothing=training.label_smoothing)
        value = loss.item()
        if not math.isfinite(value):
            at = f"step {epoch * steps + step} (epoch {epoch + 1})"
            raise FloatingPointError(f"loss is {value} at {at}, learning rate {rate:g}")
        state.optimiser.zero_grad()
        torch.autograd.backward(loss)
        state.optimiser.step()
        if (epoch * steps + step + 1) % AVERAGE_EVERY == 0:
            state.update_average(training.average_decay)
        seen += len(target)
        total += value * len(target)
        right += int((logits.argmax(1) == target).sum())
    return total / seen, right / seen, rate


def _part(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
