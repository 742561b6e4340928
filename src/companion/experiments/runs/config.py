"""What each cell of the experiments runs: constants with their sources, profiles, hashes.

A *cell* is one (experiment, variant, seed). This module needs the standard library only, so that a
workflow can list cells and compare hashes without loading torch.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

Precision = Literal["float32", "bfloat16", "mixed"]
Standing = Literal["given", "ambiguous", "Page", "ours"]
Knots = tuple[tuple[float, float], ...]

VARIANTS: Mapping[str, tuple[str, ...]] = {
    "lenet-mnist": ("maxpool", "conv"),
    "lenet-cifar10": ("maxpool", "conv-small", "strided"),
    "resnet-cifar10": ("maxpool", "conv-large", "conv-small", "strided"),
}
POOLS = ("max", "average", "strided")
ACTIVATIONS = ("relu", "leaky-relu", "sigmoid", "tanh", "none")
# The second source's experiment: every pool with every activation, and a linear classifier.
GRID: Mapping[str, tuple[str, ...]] = {
    f"activation-{dataset}": (*(f"{p}-{a}" for p in POOLS for a in ACTIVATIONS), "linear")
    for dataset in ("mnist", "cifar10")
}
MODELS: Mapping[str, tuple[str, ...]] = {**VARIANTS, **GRID}
PROFILES = ("quick", "cpu", "paper")


@dataclass(frozen=True)
class Training:
    """How a model is trained.

    Attributes:
        epochs: passes over the training images.
        batch_size: images per step.
        drop_last: whether an incomplete last batch is left out.
        train_images: how many training images are used, from the first one on.
        test_images: how many test images the clean accuracy is taken over, after each epoch and at
            the end, from the first one on.
        learning_rate: knots (epoch, rate); see ``schedule``. Rates belong to the *mean* loss of a
            batch; Page's code divides his by the batch size because it sums the loss.
        schedule: ``linear`` between the knots at every step, or ``step``: the last knot's rate.
        momentum: of stochastic gradient descent.
        nesterov: whether the momentum is Nesterov's.
        weight_decay: coupled (added to the gradient), for the mean loss.
        label_smoothing: weight of the uniform distribution in the target.
        average_decay: of the exponential moving average of the weights per step; 0 for none.
        crop_padding: pixels of reflected border for random crops; 0 for none.
        flip: whether half of the images are mirrored, at random.
        precision: of the convolutions in training; ``mixed`` is bfloat16 where the processor
            multiplies it in hardware, float32 elsewhere. The attack always runs in float32.
    """

    epochs: int
    batch_size: int
    drop_last: bool
    train_images: int
    test_images: int
    learning_rate: Knots
    schedule: Literal["linear", "step"]
    momentum: float
    nesterov: bool
    weight_decay: float
    label_smoothing: float
    average_decay: float
    crop_padding: int
    flip: bool
    precision: Precision


@dataclass(frozen=True)
class Attack:
    """How a trained model is attacked.

    Attributes:
        epsilons: sizes of the fast gradient attack, in pixel units, for either norm.
        images: how many test images are attacked, from the first one on.
        pgd_epsilons: sizes of projected gradient descent (not in the paper).
        pgd_images: how many test images it attacks.
        pgd_steps: its steps, of 2.5 epsilon / steps each, from a random start.
    """

    epsilons: tuple[float, ...]
    images: int
    pgd_epsilons: tuple[float, ...]
    pgd_images: int
    pgd_steps: int


@dataclass(frozen=True)
class Configuration:
    """Everything that decides the numbers of one cell, apart from the machine.

    Attributes:
        experiment: for example ``lenet-mnist``.
        variant: for example ``maxpool``, or ``max-relu`` in a grid of pools and activations.
        seed: of the initialisation, the order of the images and the augmentation.
        training: see :class:`Training`.
        attack: see :class:`Attack`.
    """

    experiment: str
    variant: str
    seed: int
    training: Training
    attack: Attack

    def as_json(self) -> dict[str, Any]:
        """Return the configuration in JSON's own types (tuples become lists)."""
        plain: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return plain

    @property
    def sha256(self) -> str:
        """Hash of the whole configuration; a recorded result carries it."""
        return sha256_of(self.as_json())

    @property
    def training_sha256(self) -> str:
        """Hash of the part that decides the weights; a checkpoint carries it."""
        plain = self.as_json()
        del plain["attack"]
        return sha256_of(plain)

    @property
    def checkpoint_name(self) -> str:
        """File from which an interrupted training goes on.

        With the configuration's hash in it, a checkpoint of older settings is not in the way.
        """
        return f"seed{self.seed}.{self.training_sha256[:8]}.checkpoint.safetensors"


def sha256_of(plain: Mapping[str, Any]) -> str:
    """Hash JSON data independently of the order of its keys.

    Args:
        plain: data of JSON's types.

    Returns:
        The SHA-256 of the compact JSON text with sorted keys, in hexadecimal.
    """
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


MNIST_EPSILONS = (
    0.0, 0.001, 0.002, 0.003, 0.01, 0.1, 0.3, 0.5, 1.0, 1.2, 1.4,
    1.6, 1.8, 2.0, 2.2, 2.5, 3.0, 3.5, 5.0, 7.5, 10.0,
)  # fmt: skip
RESNET_EPSILONS = (
    0.0, 0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.1,
    0.2, 0.3, 0.4, 0.5, 1.0, 1.2, 1.4, 1.5,
)  # fmt: skip

LENET_MNIST = Training(
    epochs=10,
    batch_size=128,
    drop_last=False,
    train_images=60_000,
    test_images=10_000,
    learning_rate=((0.0, 0.01),),
    schedule="step",
    momentum=0.9,
    nesterov=False,
    weight_decay=0.0,
    label_smoothing=0.0,
    average_decay=0.0,
    crop_padding=0,
    flip=False,
    precision="float32",
)
LENET_CIFAR10 = replace(
    LENET_MNIST,
    epochs=100,
    train_images=50_000,
    learning_rate=((0.0, 0.01), (50.0, 1e-3), (70.0, 1e-4), (90.0, 1e-5)),
)
RESNET_CIFAR10 = Training(
    epochs=50,
    batch_size=512,
    drop_last=True,
    train_images=50_000,
    test_images=10_000,
    learning_rate=((0.0, 0.0), (5.0, 0.4), (50.0, 0.0)),
    schedule="linear",
    momentum=0.9,
    nesterov=True,
    weight_decay=5e-4,
    label_smoothing=0.2,
    average_decay=0.99,
    crop_padding=4,
    flip=True,
    precision="bfloat16",
)

TRAININGS = {
    "lenet-mnist": LENET_MNIST,
    "lenet-cifar10": LENET_CIFAR10,
    "resnet-cifar10": RESNET_CIFAR10,
    "activation-mnist": LENET_MNIST,
    "activation-cifar10": LENET_CIFAR10,
}
ATTACKS = {
    "lenet-mnist": Attack(MNIST_EPSILONS, 10_000, MNIST_EPSILONS, 1000, 20),
    "lenet-cifar10": Attack(MNIST_EPSILONS[:11], 10_000, MNIST_EPSILONS[:11], 1000, 20),
    "resnet-cifar10": Attack(RESNET_EPSILONS, 10_000, (0.003, 0.01, 0.1, 0.5), 1000, 10),
    "activation-mnist": Attack(MNIST_EPSILONS, 1000, (), 0, 0),
    "activation-cifar10": Attack(MNIST_EPSILONS[:11], 1000, (), 0, 0),
}

_LENET_SOURCES: dict[str, tuple[Standing, str]] = {
    "epochs": ("given", "Appendix E.1"),
    "batch_size": ("ours", "not stated for MNIST; the size given for CIFAR-10"),
    "drop_last": ("ours", "every image is seen in every epoch"),
    "train_images": ("given", "the whole training set"),
    "test_images": ("given", "the whole test set"),
    "learning_rate": ("given", "Appendix E.1"),
    "schedule": ("given", "constant"),
    "momentum": ("given", "Appendix E.1"),
    "nesterov": ("ours", "plain momentum: the text says SGD"),
    "weight_decay": ("ours", "none is mentioned"),
    "label_smoothing": ("ours", "none is mentioned"),
    "average_decay": ("ours", "none is mentioned"),
    "crop_padding": ("ours", "no augmentation is mentioned"),
    "flip": ("ours", "no augmentation is mentioned"),
    "precision": ("ours", "float16 is mentioned for the ResNet only"),
}
SOURCES: Mapping[str, Mapping[str, tuple[Standing, str]]] = {
    "lenet-mnist": _LENET_SOURCES,
    "lenet-cifar10": _LENET_SOURCES
    | {
        "batch_size": ("given", "Appendix E.1"),
        "learning_rate": ("ambiguous", "0.01 is given; the factor is lost, 0.1 is usual"),
        "schedule": ("given", "decayed at epochs 50, 70 and 90"),
    },
    "resnet-cifar10": {
        "epochs": ("given", "Appendix E.1"),
        "batch_size": ("Page", "512"),
        "drop_last": ("Page", "97 steps an epoch"),
        "train_images": ("given", "the whole training set"),
        "test_images": ("given", "the whole test set"),
        "learning_rate": ("given", "0 to 0.4 at epoch 5 to 0 at the end"),
        "schedule": ("given", "piecewise linear, evaluated at each step"),
        "momentum": ("Page", "0.9"),
        "nesterov": ("Page", "yes"),
        "weight_decay": ("Page", "5e-4 for the mean loss"),
        "label_smoothing": ("Page", "0.2"),
        "average_decay": ("Page", "0.99 a step, taken every fifth step"),
        "crop_padding": ("Page", "4, reflected"),
        "flip": ("Page", "yes"),
        "precision": ("ours", "float16 is given; bfloat16 needs no loss scaling and runs on CPUs"),
    },
    **dict.fromkeys(GRID, dict.fromkeys(_LENET_SOURCES, ("ours", "as the paper's LeNet"))),
}


def configuration(experiment: str, variant: str, seed: int, profile: str) -> Configuration:
    """Return what a cell runs in a profile.

    Args:
        experiment: ``lenet-mnist``, ``lenet-cifar10``, ``resnet-cifar10``, ``activation-mnist`` or
            ``activation-cifar10``.
        variant: one of the experiment's models.
        seed: a whole number from 0.
        profile: ``quick`` (minutes for all cells, on real images), ``cpu`` (the paper's schedule
            for the LeNets, a fifth of it for the ResNet, a tenth for the grid on CIFAR-10) or
            ``paper`` (as given).

    Returns:
        The frozen configuration.

    Raises:
        ValueError: one of the names is unknown, or the seed is negative.
    """
    if experiment not in MODELS:
        raise ValueError(f"experiment must be one of {', '.join(MODELS)}, got {experiment!r}")
    if variant not in MODELS[experiment]:
        allowed = ", ".join(MODELS[experiment])
        raise ValueError(f"variant of {experiment} must be one of {allowed}, got {variant!r}")
    if profile not in PROFILES:
        raise ValueError(f"profile must be one of {', '.join(PROFILES)}, got {profile!r}")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed must be a whole number from 0, got {seed!r}")
    training, attack = TRAININGS[experiment], ATTACKS[experiment]
    if profile == "cpu":
        training, attack = _cpu(experiment, training, attack)
    elif profile == "quick":
        training, attack = _quick(experiment, training, attack)
    return Configuration(experiment, variant, seed, training, attack)


def cells(profile: str) -> list[tuple[str, str, int]]:
    """List the cells of a profile as (experiment, variant, seed), the paper's first.

    Args:
        profile: ``quick``, ``cpu`` or ``paper``.

    Returns:
        Three seeds of each model; for ``quick`` two of MNIST's LeNets and one of the others.

    Raises:
        ValueError: there is no such profile.
    """
    if profile not in PROFILES:
        raise ValueError(f"profile must be one of {', '.join(PROFILES)}, got {profile!r}")
    seeds = dict.fromkeys(MODELS, 3)
    if profile == "quick":
        seeds = dict.fromkeys(MODELS, 1) | {"lenet-mnist": 2}
    return [
        (experiment, variant, seed)
        for experiment, variants in MODELS.items()
        for seed in range(seeds[experiment])
        for variant in variants
    ]


def _cpu(experiment: str, training: Training, attack: Attack) -> tuple[Training, Attack]:
    """Fit two processor cores in a day: bfloat16 on CIFAR-10, and shorter schedules."""
    if experiment == "lenet-cifar10":
        training = replace(training, precision="bfloat16")
    elif experiment == "activation-cifar10":
        training = replace(_shortened(training, epochs=10), precision="bfloat16")
    elif experiment == "resnet-cifar10":
        training = _shortened(training, epochs=10)
        attack = replace(attack, images=2000)
    return training, attack


def _quick(experiment: str, training: Training, attack: Attack) -> tuple[Training, Attack]:
    """Fit all cells into minutes: a few epochs of a few images, a few hundred images attacked."""
    attack = replace(attack, images=1000, pgd_epsilons=(), pgd_images=0)
    if experiment in GRID:
        training = replace(
            _shortened(training, epochs=2),
            batch_size=32,
            train_images=6000,
            test_images=2000,
            precision="mixed",
        )
        attack = replace(attack, images=100)
    elif experiment == "lenet-mnist":
        training = replace(training, epochs=2, batch_size=32, train_images=12_000, test_images=2000)
    elif experiment == "lenet-cifar10":
        training = replace(
            _shortened(training, epochs=5),
            batch_size=32,
            train_images=10_000,
            test_images=2000,
            precision="mixed",
        )
    else:
        attack = replace(attack, images=128)
        training = replace(
            _shortened(training, epochs=4),
            batch_size=64,
            train_images=3072,
            test_images=1000,
            average_decay=0.0,
            precision="mixed",
        )
    return training, attack


def _shortened(training: Training, *, epochs: int) -> Training:
    """Scale the schedule's epochs so that it ends after ``epochs``."""
    scale = epochs / training.epochs
    knots = tuple((epoch * scale, rate) for epoch, rate in training.learning_rate)
    return replace(training, epochs=epochs, learning_rate=knots)


def _check_sources() -> None:
    """Refuse to be imported with a constant whose source is not cited."""
    names = {field.name for field in fields(Training)}
    for experiment, cited in SOURCES.items():
        if set(cited) != names:
            raise ValueError(f"SOURCES[{experiment!r}] must cite {names}, cites {set(cited)}")


_check_sources()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the configuration's hash of one cell.

    Args:
        arguments: see ``python -m companion.experiments.runs.config --help``.
    """
    parser = argparse.ArgumentParser(description="Print the hash of a cell's configuration.")
    add_cell_arguments(parser)
    given = parser.parse_args(arguments)
    print(configuration(given.experiment, given.variant, given.seed, given.profile).sha256)


def add_cell_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the four options that name a cell and its profile.

    Args:
        parser: gets ``--experiment``, ``--variant``, ``--seed`` and ``--profile``.
    """
    parser.add_argument("--experiment", required=True, choices=MODELS)
    parser.add_argument("--variant", required=True)
    parser.add_argument("--seed", required=True, type=int)
    parser.add_argument("--profile", required=True, choices=PROFILES)


if __name__ == "__main__":
    main()
