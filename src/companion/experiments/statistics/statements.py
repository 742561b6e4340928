"""The statements of Section 5.2 and Appendix E.2, each as differences of one quantity.

A statement holds where each of its differences is positive, or near zero where two models are said
to be alike. One quantity per statement, fixed beforehand, so that none is picked afterwards;
:mod:`companion.experiments.statistics.inference` decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from companion.experiments.statistics.quantities import Quantity

Difference = Mapping[str, int]
"""Signed variants; their measured quantities are added up with these signs."""


@dataclass(frozen=True)
class Statement:
    """A claim about accuracies.

    Attributes:
        name: identifier, for example ``mnist-more-robust``.
        text: the claim in our words.
        experiment: whose models it is about.
        quantity: what is measured on each model.
        differences: all of them shall be positive; or, with a margin, near zero.
        margin: None, or what each difference shall be smaller than in size.
        pooled: the variants over whose seeds the variance is pooled; empty for all of the
            experiment.
    """

    name: str
    text: str
    experiment: str
    quantity: Quantity
    differences: tuple[Difference, ...]
    margin: float | None = None
    pooled: tuple[str, ...] = ()

    @property
    def attacked(self) -> bool:
        """Whether it depends on the attack."""
        return self.quantity != "clean accuracy"

    @property
    def variants(self) -> tuple[str, ...]:
        """The models that it is about, each once, in the order in which they are named."""
        return tuple(dict.fromkeys(name for one in self.differences for name in one))


def lead(first: str, second: str) -> Difference:
    """Return the difference of two models.

    Args:
        first: variant that is said to have more.
        second: the other.
    """
    return {first: 1, second: -1}


def _maxpool_leads(
    name: str, text: str, experiment: str, quantity: Quantity, second: str
) -> Statement:
    return Statement(name, text, experiment, quantity, (lead("maxpool", second),))


STATEMENTS = (
    Statement(
        "mnist-clean-alike",
        "MNIST: the clean accuracies of Maxpool and Conv are close (within one point).",
        "lenet-mnist",
        "clean accuracy",
        (lead("maxpool", "conv"),),
        margin=0.01,
    ),
    _maxpool_leads(
        "mnist-more-robust",
        "MNIST: Maxpool is more robust than Conv.",
        "lenet-mnist",
        "mean robust accuracy",
        "conv",
    ),
    _maxpool_leads(
        "mnist-growing",
        "MNIST: the difference grows with ε.",
        "lenet-mnist",
        "growth",
        "conv",
    ),
    _maxpool_leads(
        "cifar-more-robust-than-small",
        "CIFAR-10 LeNet: Maxpool is more robust than Conv-Small.",
        "lenet-cifar10",
        "mean robust accuracy",
        "conv-small",
    ),
    _maxpool_leads(
        "cifar-more-robust-than-strided",
        "CIFAR-10 LeNet: Maxpool is more robust than Strided.",
        "lenet-cifar10",
        "mean robust accuracy",
        "strided",
    ),
    _maxpool_leads(
        "cifar-cleaner-than-small",
        "CIFAR-10 LeNet: Maxpool has a higher clean accuracy than Conv-Small.",
        "lenet-cifar10",
        "clean accuracy",
        "conv-small",
    ),
    _maxpool_leads(
        "cifar-cleaner-than-strided",
        "CIFAR-10 LeNet: Maxpool has a higher clean accuracy than Strided.",
        "lenet-cifar10",
        "clean accuracy",
        "strided",
    ),
    Statement(
        "resnet-large-matches",
        "ResNet: Conv-Large matches Maxpool's robust accuracy (within two points).",
        "resnet-cifar10",
        "mean robust accuracy",
        (lead("maxpool", "conv-large"),),
        margin=0.02,
    ),
    Statement(
        "resnet-lowest-clean",
        "ResNet: Conv-Small and Strided have the lowest clean accuracies.",
        "resnet-cifar10",
        "clean accuracy",
        tuple(
            lead(first, second)
            for first in ("maxpool", "conv-large")
            for second in ("conv-small", "strided")
        ),
    ),
    _maxpool_leads(
        "resnet-more-robust-than-small",
        "ResNet: Maxpool is more robust than Conv-Small.",
        "resnet-cifar10",
        "mean robust accuracy",
        "conv-small",
    ),
    _maxpool_leads(
        "resnet-more-robust-than-strided",
        "ResNet: Maxpool is more robust than Strided.",
        "resnet-cifar10",
        "mean robust accuracy",
        "strided",
    ),
    _maxpool_leads(
        "resnet-growing-small",
        "ResNet: Maxpool's lead over Conv-Small grows with ε.",
        "resnet-cifar10",
        "growth",
        "conv-small",
    ),
    _maxpool_leads(
        "resnet-growing-strided",
        "ResNet: Maxpool's lead over Strided grows with ε.",
        "resnet-cifar10",
        "growth",
        "strided",
    ),
)

LENET_LEADS = tuple(
    one
    for one in STATEMENTS
    if one.quantity == "mean robust accuracy"
    and one.margin is None
    and one.experiment.startswith("lenet-")
)
"""The statements that a LeNet is more robust than another."""
