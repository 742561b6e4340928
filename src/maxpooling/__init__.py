"""Exact theory, networks and pools for "The Theoretical Expressiveness of Maxpooling".

The paper is arXiv 2203.01016. The names below are loaded when they are first used, so that
importing this package costs nothing and needs torch only where a name is a network or a pool.

Examples:
    >>> from maxpooling import best_uniform
    >>> best_uniform(9, [0, 8]).error
    Fraction(1, 18)
"""

from importlib import import_module, metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what __getattr__ gives, for type checkers and editors
    from maxpooling.approximation import (
        best_mean_square,
        best_uniform,
        best_uniform_cvxpy,
        sparse_uniform,
    )
    from maxpooling.layers import (
        ReluMaxPool2d,
        SubpoolMaxPool2d,
        SubpoolNetwork,
        exact_max_network,
        relu_max_network,
        replace_max_pools,
        three_layer_max,
        two_layer_max,
    )
    from maxpooling.networks import layer_widths
    from maxpooling.order_statistics import subpool_weights

    __version__: str

__all__ = [
    "ReluMaxPool2d",
    "SubpoolMaxPool2d",
    "SubpoolNetwork",
    "__version__",
    "best_mean_square",
    "best_uniform",
    "best_uniform_cvxpy",
    "exact_max_network",
    "layer_widths",
    "relu_max_network",
    "replace_max_pools",
    "sparse_uniform",
    "subpool_weights",
    "three_layer_max",
    "two_layer_max",
]

ROOM_OF = {
    "ReluMaxPool2d": "maxpooling.layers",
    "SubpoolMaxPool2d": "maxpooling.layers",
    "SubpoolNetwork": "maxpooling.layers",
    "best_mean_square": "maxpooling.approximation",
    "best_uniform": "maxpooling.approximation",
    "best_uniform_cvxpy": "maxpooling.approximation",
    "exact_max_network": "maxpooling.layers",
    "layer_widths": "maxpooling.networks",
    "relu_max_network": "maxpooling.layers",
    "replace_max_pools": "maxpooling.layers",
    "sparse_uniform": "maxpooling.approximation",
    "subpool_weights": "maxpooling.order_statistics",
    "three_layer_max": "maxpooling.layers",
    "two_layer_max": "maxpooling.layers",
}
"""Where each name comes from, also for tools that ask what an import loads."""


if not TYPE_CHECKING:  # a type checker that saw this would believe every name

    def __getattr__(name: str) -> object:
        """Load a public name when it is first asked for (PEP 562), and keep it."""
        if name == "__version__":
            value: object = metadata.version("maxpooling")
        elif name in ROOM_OF:
            value = getattr(import_module(ROOM_OF[name]), name)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """All names, whether they have been loaded or not."""
    return sorted({*globals(), *__all__})
