"""Exact theory, networks and pools for "The Theoretical Expressiveness of Maxpooling".

The paper is arXiv 2203.01016. What there is, by what one wants to know:

The best approximation of a max by subpool maxes (exact fractions; numpy and python-flint only):
    best_uniform        the least largest error for given orders, with a certificate
    best_mean_square    the least mean square error for given orders
    least_squares       the same for given pools instead of uniform ones, with its worst error
    SpacingMoments      what that needs of pools: from a sample, or from mean and covariance
    pareto_front        all between least_squares and best_uniform: worst error against mean square
    sparse_uniform      the best estimator known with at most so many subpool maxes
    best_uniform_cvxpy  the paper's own route, a floating-point solver (extra: solvers)
    subpool_weights     an average subpool max as weights on the sorted inputs

What a network costs:
    layer_widths        pairwise maxes per layer that an estimator or the exact max needs

Every continuous piecewise linear function with two hidden layers, exactly:
    from_max_min        the network of a max over groups of the min over affine pieces
    from_triangulation  the network of values at the vertices of triangles or tetrahedra

Networks and pools as torch modules (extra: networks):
    exact_max_network   the maximum by Lemma 1's tree, as the paper has it
    relu_max_network    the smallest ReLU network known for the maximum
    two_layer_max       the maximum with two hidden layers, up to eight inputs
    three_layer_max     the maximum with three hidden layers, nine inputs and more
    piecewise_network   a network of from_max_min or from_triangulation
    SubpoolNetwork      Theorem 4's network of the best estimator
    SubpoolMaxPool2d    the best estimator in the place of torch.nn.MaxPool2d
    ReluMaxPool2d       torch.nn.MaxPool2d itself, made of convolutions and ReLUs
    replace_max_pools   a copy of a model with every max pool exchanged for one of these
    measure_max_pools   the range and the spacings of the inputs of every max pool of a model

Results have ``.error``, ``.coefficients``, ``.verify()``, ``.to_dict()`` for JSON, and may be
called on arrays. The rooms ``maxpooling.approximation``, ``networks``, ``two_layers`` and
``layers`` hold more; ``maxpooling --help`` is the command line. A name is loaded when it is first
used, so that importing this package costs nothing.

Examples:
    >>> from maxpooling import best_uniform
    >>> best_uniform(9, [0, 8]).error
    Fraction(1, 18)
"""

from importlib import import_module, metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what __getattr__ gives, for type checkers and editors
    from maxpooling.approximation import (
        SpacingMoments,
        best_mean_square,
        best_uniform,
        best_uniform_cvxpy,
        least_squares,
        pareto_front,
        sparse_uniform,
    )
    from maxpooling.layers import (
        ReluMaxPool2d,
        SubpoolMaxPool2d,
        SubpoolNetwork,
        exact_max_network,
        piecewise_network,
        relu_max_network,
        replace_max_pools,
        three_layer_max,
        two_layer_max,
    )
    from maxpooling.networks import from_max_min, from_triangulation, layer_widths
    from maxpooling.order_statistics import subpool_weights

    __version__: str

__all__ = [
    "ReluMaxPool2d",
    "SpacingMoments",
    "SubpoolMaxPool2d",
    "SubpoolNetwork",
    "__version__",
    "best_mean_square",
    "best_uniform",
    "best_uniform_cvxpy",
    "exact_max_network",
    "from_max_min",
    "from_triangulation",
    "layer_widths",
    "least_squares",
    "pareto_front",
    "piecewise_network",
    "relu_max_network",
    "replace_max_pools",
    "sparse_uniform",
    "subpool_weights",
    "three_layer_max",
    "two_layer_max",
]

ROOM_OF = {
    "ReluMaxPool2d": "maxpooling.layers",
    "SpacingMoments": "maxpooling.approximation",
    "SubpoolMaxPool2d": "maxpooling.layers",
    "SubpoolNetwork": "maxpooling.layers",
    "best_mean_square": "maxpooling.approximation",
    "best_uniform": "maxpooling.approximation",
    "best_uniform_cvxpy": "maxpooling.approximation",
    "exact_max_network": "maxpooling.layers",
    "from_max_min": "maxpooling.networks",
    "from_triangulation": "maxpooling.networks",
    "layer_widths": "maxpooling.networks",
    "least_squares": "maxpooling.approximation",
    "pareto_front": "maxpooling.approximation",
    "piecewise_network": "maxpooling.layers",
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
    """All names that can be had here, whether they have been loaded or not.

    Without torch the networks are left out: ``help`` would ask for them, and end.
    """
    absent = {name for name in __all__ if ROOM_OF.get(name) == "maxpooling.layers"}
    return sorted({*globals(), *__all__} - (set() if find_spec("torch") else absent))
