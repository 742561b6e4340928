"""What the book calls what an identifier names: data sets, networks, models, norms of an attack.

The one place for pages, figures, tables and the words of checks. A new data set, experiment or
model is one more entry here, beside the one that says what it is.
"""

from collections.abc import Iterable, Mapping

DATA: Mapping[str, str] = {"mnist": "MNIST", "cifar10": "CIFAR-10"}
EXPERIMENTS: Mapping[str, str] = {
    "lenet-mnist": "MNIST LeNet",
    "lenet-cifar10": "CIFAR-10 LeNet",
    "resnet-cifar10": "CIFAR-10 ResNet",
    "resnet-cifar10-repaired": "repaired CIFAR-10 ResNet",
    "activation-mnist": "MNIST LeNet of the second source",
    "activation-cifar10": "CIFAR-10 LeNet of the second source",
}
POOLS: Mapping[str, str] = {
    "max": "max pool",
    "average": "average pool",
    "strided": "strided convolution",
}
ACTIVATIONS: Mapping[str, str] = {
    "relu": "ReLU",
    "leaky-relu": "LeakyReLU",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "none": "none",
}
MODELS: Mapping[str, str] = {
    "maxpool": "Maxpool",
    "conv": "Conv",
    "conv-large": "Conv-Large",
    "conv-small": "Conv-Small",
    "strided": "Strided",
    **{
        f"{pool}-{activation}": f"{title} without activation"
        if activation == "none"
        else f"{title} with {ACTIVATIONS[activation]}"
        for pool, title in POOLS.items()
        for activation in ACTIVATIONS
    },
    "linear": "linear classifier",
}
NORMS: Mapping[str, str] = {"linf": "L∞", "l2": "L2"}


def titled(table: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Pick entries of a table.

    Args:
        table: one of this module's.
        names: identifiers, in the order that is wanted.

    Returns:
        Titles by identifier.

    Example:
        >>> titled(NORMS, ["l2"])
        {'l2': 'L2'}
    """
    return {name: table[name] for name in names}
