"""Networks that take the maximum exactly, or its sign: Theorem 1, Lemma 1, and what is smaller."""

from typing import Final

import numpy as np
import torch

from maxpooling.arguments import check_integer, check_pool_size
from maxpooling.layers.relu_network import ReluNetwork
from maxpooling.networks import (
    ExactNetwork,
    PiecewiseNetwork,
    max_network_matrices,
    smallest_max_network,
)
from maxpooling.networks.few_layers import MOST_IN_TWO
from maxpooling.networks.smallest import GROUPS
from maxpooling.two_layers import identity
from maxpooling.two_layers.identity import INPUTS, Goal
from maxpooling.two_layers.matrices import Floats, two_layer_matrices

MOST_INPUTS: Final = MOST_IN_TWO
"""Beyond, the identities that are known have too many comparisons to be written out as weights."""


def heaviside_network(d: int, *, dtype: torch.dtype | None = None) -> ReluNetwork:
    """Theorem 1: d neurons in one hidden layer decide whether max(x) is positive.

    The output is relu(x_1) + ... + relu(x_d): positive iff max(x) is, zero otherwise. It does not
    equal the heaviside function, which no ReLU network can, being continuous.

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> network = heaviside_network(3)
        >>> (network(torch.tensor([[-1.0, 2.0, -3.0], [-1.0, 0.0, -3.0]])) > 0).tolist()
        [True, False]
    """
    d = check_pool_size(d)
    return ReluNetwork([np.eye(d), np.ones((1, d))], dtype=dtype)


def exact_max_network(
    d: int, *, non_negative: bool = False, dtype: torch.dtype | None = None
) -> ReluNetwork:
    """Lemma 1: the maximum of d real numbers by rounds of pairwise maxes.

    Exact in real arithmetic. In floating point every round computes (a - b) + b, so the result may
    be off by a rounding error of the largest |x_i| per round; integers come out exactly.

    Args:
        d: number of inputs.
        non_negative: two neurons per pair instead of three (ours), right for x >= 0 only.
        dtype: of the parameters, torch's default if None.

    Returns:
        Hidden layers of 3 * 2^(L-1), ..., 6, 3 neurons (2 for 3 if non_negative), L = ceil(log2 d).

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> network = exact_max_network(5)
        >>> network.hidden_widths, network(torch.tensor([-4.0, -2.0, -9.0, -3.0, -5.0])).item()
        ((12, 6, 3), -2.0)
    """
    return ReluNetwork(max_network_matrices(d, non_negative=non_negative), dtype=dtype)


def two_layer_max(
    n: int, goal: Goal = "neurons", *, dtype: torch.dtype | None = None
) -> ReluNetwork:
    """The maximum of n numbers by a network with exactly two hidden layers.

    Exact in real arithmetic (``maxpooling.two_layers.verify`` proves the identity behind it). In
    floating point the second layer's rounding errors are added up with the identity's coefficients:
    relative to the largest |x_i|, below 1e-11 in double and 1e-2 in single precision. So a mask of
    -1e9 among small numbers may cost 1e7 in single precision: masks should be of the size of the
    numbers, or the numbers raised first, ``floor + network(relu(x - floor))``.

    Args:
        n: number of inputs, 2..8. Up to four inputs Lemma 1 has two hidden layers or fewer; its
            network is padded to two. For nine and ten inputs there are identities, but of more than
            fifty million comparisons: no network is made of them.
        goal: which identity, see ``maxpooling.two_layers.identity``.
        dtype: of the parameters, torch's default if None.

    Returns:
        A module from [..., n] to [...] with n(n-1)/2 + n + 1 neurons in the first hidden layer and
        one per comparison, and two more, in the second. ``relu_max_network(n, 2)`` has fewer.

    Raises:
        ValueError: if n is not an integer in its range, or goal is none of those known.

    Examples:
        >>> network = two_layer_max(5)
        >>> network.hidden_widths, network(torch.tensor([-4.0, -2.0, -9.0, -3.0, -5.0])).item()
        ((16, 8), -2.0)
    """
    n = check_integer("n (the number of inputs)", n, 2, MOST_INPUTS)
    return ReluNetwork(_two_layers(n, goal), dtype=dtype)


def three_layer_max(d: int, *, dtype: torch.dtype | None = None) -> ReluNetwork:
    """The maximum of d numbers by three hidden layers, where Lemma 1 takes four or five.

    A round of pairs and the identity for five numbers, or an identity over groups of inputs: the
    fewest neurons that we know for three layers, see ``relu_max_network``.

    Args:
        d: number of inputs, 9..18; 9 is the 3x3 pool, 16 the 4x4 pool.
        dtype: of the parameters, torch's default if None.

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> three_layer_max(9).hidden_widths, sum(three_layer_max(16).hidden_widths)
        ((13, 10, 9), 649)
    """
    d = check_integer("d (the number of inputs)", d, MOST_INPUTS + 1, max(GROUPS))
    return _as_module(smallest_max_network(d, 3), dtype)


def relu_max_network(
    n: int,
    hidden_layers: int | None = None,
    nonnegative: bool = False,
    *,
    dtype: torch.dtype | None = None,
) -> ReluNetwork:
    """The smallest ReLU network that we know for the maximum of n numbers in so many layers.

    Rounds of pairs, as in Lemma 1, or by Theorem S with fewer layers; in two layers up to eight
    inputs. Exact in real arithmetic, equal neurons merged. In floating point every layer rounds,
    and with fewer layers than ceil(log2 n) the errors are added up with weights of both signs.

    Args:
        n: number of inputs.
        hidden_layers: the most that are allowed; any number if None.
        nonnegative: right for inputs that are not negative only, with fewer neurons.
        dtype: of the parameters, torch's default if None.

    Raises:
        ValueError: if n or hidden_layers is not an integer in its range, or no network with so few
            layers is known that could be stored.

    Examples:
        >>> relu_max_network(9).hidden_widths, relu_max_network(9, 3).hidden_widths
        ((13, 7, 4, 3), (13, 10, 9))
        >>> relu_max_network(9, nonnegative=True).hidden_widths
        (9, 5, 3, 2)
        >>> relu_max_network(5, 2)(torch.tensor([-4.0, -2.0, -9.0, -3.0, -5.0])).item()
        -2.0
    """
    return _as_module(smallest_max_network(n, hidden_layers, non_negative=nonnegative), dtype)


def _as_module(network: ExactNetwork, dtype: torch.dtype | None) -> ReluNetwork:
    matrices, bias = network.floats()
    return ReluNetwork(matrices, bias, dtype=dtype)


def _two_layers(n: int, goal: Goal) -> tuple[Floats, ...]:
    if n >= INPUTS[0]:
        return two_layer_matrices(identity(n, goal))
    matrices = tuple(weights.astype(np.float64) for weights in max_network_matrices(n))
    if len(matrices) == 3:
        return matrices
    first, last = matrices
    return first, np.vstack([last, -last]), np.array([[1.0, -1.0]])


def piecewise_network(
    network: PiecewiseNetwork, *, dtype: torch.dtype | None = None
) -> ReluNetwork:
    """A continuous piecewise linear function with two hidden layers (Theorem FN), for torch.

    Args:
        network: from ``from_max_min`` or ``from_triangulation``; exact, its weights are rounded to
            dtype here.
        dtype: of the parameters, torch's default if None.

    Returns:
        A module on shape [..., d], with biases in the first hidden layer alone.

    Examples:
        >>> from maxpooling.networks import from_max_min
        >>> hinge = piecewise_network(from_max_min([(1, 0, -2), (0, 0, 0)], [(0,), (1,)]))
        >>> hinge(torch.tensor([[5.0, 0.0], [1.0, 7.0]])).tolist()
        [3.0, 0.0]
    """
    matrices, input_bias = network.layers()
    return ReluNetwork(matrices, input_bias=input_bias, dtype=dtype)
