"""The experiments: on which data, with which models, how trained and attacked in each profile.

A new experiment is one more entry here. ``quick`` takes minutes for all cells, on real images;
``cpu`` has the paper's schedule for the LeNets, a fifth of it for the ResNet and a tenth for the
second source's grid on CIFAR-10; ``paper`` is as given.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import get_args

from companion.experiments.models.design import (
    Activation,
    Design,
    LeNet,
    Linear,
    Pool,
    ResNet,
    ResNetPool,
)
from companion.experiments.runs.settings import (
    Attack,
    Experiment,
    Needs,
    Plan,
    Profile,
    Standing,
    Training,
)

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

_LENET_SOURCES: Mapping[str, tuple[Standing, str]] = {
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
_RESNET_SOURCES: Mapping[str, tuple[Standing, str]] = {
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
    "precision": (
        "ours",
        "float16 is given; bfloat16 needs no loss scaling and runs on CPUs",
    ),
}
_OURS: Mapping[str, tuple[Standing, str]] = {
    field.name: ("ours", "as the paper's LeNet") for field in fields(Training)
}

# The second source's experiment: every pool with every activation, and a linear classifier.
POOLS: tuple[Pool, ...] = ("max", "average", "strided")
ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)


def _shortened(training: Training, *, epochs: int) -> Training:
    """Scale the schedule's epochs so that it ends after ``epochs``."""
    scale = epochs / training.epochs
    knots = tuple((epoch * scale, rate) for epoch, rate in training.learning_rate)
    return replace(training, epochs=epochs, learning_rate=knots)


def _grid(channels: tuple[int, ...], kernels: tuple[int, ...]) -> dict[str, Design]:
    """Every pool with every activation, and a linear classifier."""
    networks: dict[str, Design] = {
        f"{pool}-{activation}": LeNet(channels, kernels, pool, activation)
        for pool in POOLS
        for activation in ACTIVATIONS
    }
    return networks | {"linear": Linear()}


def _lenets(
    channels: tuple[int, ...], kernels: tuple[int, ...], pools: Mapping[str, Pool]
) -> dict[str, Design]:
    return {variant: LeNet(channels, kernels, pool) for variant, pool in pools.items()}


def _grid_quick(training: Training) -> Training:
    return replace(
        _shortened(training, epochs=2),
        batch_size=32,
        train_images=6000,
        test_images=2000,
        precision="mixed",
    )


def _one_step(attack: Attack, *, images: int) -> Attack:
    """The attack on fewer images, without projected gradient descent."""
    return replace(attack, images=images, pgd_epsilons=(), pgd_images=0)


# Twice the minutes of the longest recorded cell (one thread) or more, where there is one, and half
# as much memory again as was measured: a LeNet's cell took up to 0.7 GB, a ResNet's 2.4 GB.
_QUICK = Needs(memory=1200, minutes=30)
_SHORT = Needs(memory=1200, minutes=60)
_LONG = Needs(memory=1200, minutes=240)

# Channels and kernels of the two LeNets.
_MNIST_SIZES = (32, 64), (5, 5)
_CIFAR10_SIZES = (32, 64, 128), (5, 5, 3)

_MNIST_ATTACK = Attack(MNIST_EPSILONS, 10_000, MNIST_EPSILONS, 1000, 20)
_CIFAR10_ATTACK = Attack(MNIST_EPSILONS[:11], 10_000, MNIST_EPSILONS[:11], 1000, 20)
_RESNET_ATTACK = Attack(RESNET_EPSILONS, 10_000, (0.003, 0.01, 0.1, 0.5), 1000, 10)
_GRID_MNIST_ATTACK = Attack(MNIST_EPSILONS, 1000, (), 0, 0)
_GRID_CIFAR10_ATTACK = Attack(MNIST_EPSILONS[:11], 1000, (), 0, 0)

_RESNET_PLANS: Mapping[Profile, Plan] = {
    "paper": Plan(
        RESNET_CIFAR10,
        _RESNET_ATTACK,
        seeds=3,
        needs=Needs(memory=4000, minutes=720, gpus=1),
    ),
    "cpu": Plan(
        _shortened(RESNET_CIFAR10, epochs=10),
        replace(_RESNET_ATTACK, images=2000),
        seeds=3,
        needs=Needs(memory=4000, minutes=500),
    ),
    "quick": Plan(
        replace(
            _shortened(RESNET_CIFAR10, epochs=3),
            batch_size=64,
            train_images=1024,
            test_images=500,
            average_decay=0.0,
            precision="mixed",
        ),
        _one_step(_RESNET_ATTACK, images=50),
        seeds=1,
        needs=Needs(memory=4000, minutes=30),
    ),
}

_ALL = (
    Experiment(
        name="lenet-mnist",
        part="paper",
        dataset="mnist",
        variants=_lenets(*_MNIST_SIZES, {"maxpool": "max", "conv": "conv"}),
        plans={
            "paper": Plan(LENET_MNIST, _MNIST_ATTACK, seeds=3, needs=_LONG),
            "cpu": Plan(LENET_MNIST, _MNIST_ATTACK, seeds=3, needs=_LONG),
            "quick": Plan(
                replace(
                    LENET_MNIST, epochs=2, batch_size=32, train_images=12_000, test_images=2000
                ),
                _one_step(_MNIST_ATTACK, images=1000),
                seeds=2,
                needs=_QUICK,
            ),
        },
        sources=_LENET_SOURCES,
    ),
    Experiment(
        name="lenet-cifar10",
        part="paper",
        dataset="cifar10",
        variants=_lenets(
            *_CIFAR10_SIZES, {"maxpool": "max", "conv-small": "conv-small", "strided": "strided"}
        ),
        plans={
            "paper": Plan(LENET_CIFAR10, _CIFAR10_ATTACK, seeds=3, needs=_LONG),
            # bfloat16: a day on two processor cores.
            "cpu": Plan(
                replace(LENET_CIFAR10, precision="bfloat16"),
                _CIFAR10_ATTACK,
                seeds=3,
                needs=_LONG,
            ),
            "quick": Plan(
                replace(
                    _shortened(LENET_CIFAR10, epochs=5),
                    batch_size=32,
                    train_images=10_000,
                    test_images=2000,
                    precision="mixed",
                ),
                _one_step(_CIFAR10_ATTACK, images=1000),
                seeds=1,
                needs=_QUICK,
            ),
        },
        sources={
            **_LENET_SOURCES,
            "batch_size": ("given", "Appendix E.1"),
            "learning_rate": ("ambiguous", "0.01 is given; the factor is lost, 0.1 is usual"),
            "schedule": ("given", "decayed at epochs 50, 70 and 90"),
        },
    ),
    Experiment(
        name="resnet-cifar10",
        part="paper",
        dataset="cifar10",
        variants={pool: ResNet(pool) for pool in get_args(ResNetPool)},
        plans=_RESNET_PLANS,
        sources=_RESNET_SOURCES,
    ),
    Experiment(
        name="activation-mnist",
        part="second source",
        dataset="mnist",
        variants=_grid(*_MNIST_SIZES),
        plans={
            "paper": Plan(LENET_MNIST, _GRID_MNIST_ATTACK, seeds=3, needs=_SHORT),
            "cpu": Plan(LENET_MNIST, _GRID_MNIST_ATTACK, seeds=3, needs=_SHORT),
            "quick": Plan(
                _grid_quick(LENET_MNIST),
                replace(_GRID_MNIST_ATTACK, images=100),
                seeds=1,
                needs=_QUICK,
            ),
        },
        sources=_OURS,
    ),
    Experiment(
        name="activation-cifar10",
        part="second source",
        dataset="cifar10",
        variants=_grid(*_CIFAR10_SIZES),
        plans={
            "paper": Plan(LENET_CIFAR10, _GRID_CIFAR10_ATTACK, seeds=3, needs=_LONG),
            "cpu": Plan(
                replace(_shortened(LENET_CIFAR10, epochs=10), precision="bfloat16"),
                _GRID_CIFAR10_ATTACK,
                seeds=3,
                needs=_SHORT,
            ),
            "quick": Plan(
                _grid_quick(LENET_CIFAR10),
                replace(_GRID_CIFAR10_ATTACK, images=100),
                seeds=1,
                needs=_QUICK,
            ),
        },
        sources=_OURS,
    ),
    # The two ResNets of the paper that are blind to a part of every image, with a head that sees
    # its whole map; all else is the paper's. No cell of it is run by a build.
    Experiment(
        name="resnet-cifar10-repaired",
        part="ours",
        dataset="cifar10",
        variants={
            "conv-small": ResNet("conv-small", whole_map=True),
            "strided": ResNet("strided", whole_map=True),
        },
        plans={**_RESNET_PLANS, "quick": replace(_RESNET_PLANS["quick"], seeds=0)},
        sources=_RESNET_SOURCES,
    ),
)
EXPERIMENTS: Mapping[str, Experiment] = {one.name: one for one in _ALL}


def experiment(name: str) -> Experiment:
    """Return an experiment by its name.

    Args:
        name: for example ``lenet-mnist``.

    Returns:
        The experiment.

    Raises:
        ValueError: there is no such experiment; lists those that there are.

    Example:
        >>> list(experiment("lenet-cifar10").variants)
        ['maxpool', 'conv-small', 'strided']
    """
    if name not in EXPERIMENTS:
        raise ValueError(f"experiment must be one of {', '.join(EXPERIMENTS)}, got {name!r}")
    return EXPERIMENTS[name]
