"""An identity as the weight matrices of a ReLU network with exactly two hidden layers.

Everything is measured from x_0, the first input: the identity is translation equivariant, because
both sides of every template have the same number of pairs. With p_ij = relu(x_i - x_j) for i < j
and q_j = relu(x_j - x_0) the first hidden layer holds all of

    max(x_0, x_j) - x_0 = q_j,   x_j - x_0 = q_j - p_0j,   max(x_i, x_j) - x_0 = q_j - p_0j + p_ij,

and relu(x_0), relu(-x_0). The second one has a neuron relu(f_Z - f_Z') for each comparison and two
that carry what is linear in the first.
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from maxpooling.two_layers.comparisons import distinct_comparisons
from maxpooling.two_layers.identity import Identity, pair_images
from maxpooling.two_layers.orderings import all_pairs
from maxpooling.two_layers.template import Pair

Floats = NDArray[np.float64]


def two_layer_matrices(identity: Identity) -> tuple[Floats, Floats, Floats]:
    """W_1, W_2 and W_out with max(x) = W_out relu(W_2 relu(W_1 x)), rounded to float64 once.

    Returns:
        Arrays of shapes (n(n-1)/2 + n + 1, n), (neurons + 2, n(n-1)/2 + n + 1), (1, neurons + 2).

    Examples:
        >>> from maxpooling.two_layers.identity import identity
        >>> [w.shape for w in two_layer_matrices(identity(5))]
        [(16, 5), (8, 16), (1, 8)]
    """
    first_layer, row_of_pair = _first_layer(identity.n)
    reading = np.array([row_of_pair[pair] for pair in all_pairs(identity.n)])
    first, second, weights = distinct_comparisons(identity)
    base = reading[second].sum(axis=1)
    carried = weights @ base
    for part in identity.pairs:
        rows = [row_of_pair[image.first[0]] for image in pair_images(part.pair, identity.blocks)]
        carried += float(part.coefficient) * np.mean(rows, axis=0)
    carried[-2:] += 1, -1  # back from x - x_0 to x
    second_layer = np.vstack([reading[first].sum(axis=1) - base, carried, -carried])
    return first_layer, second_layer, np.append(weights, [1.0, -1.0])[None]


def _first_layer(n: int) -> tuple[Floats, dict[Pair, Floats]]:
    """W_1, and for each pair the row that reads max(x_i, x_j) - x_0 from the first hidden layer."""
    pairs = list(combinations(range(n), 2))
    rows = [_unit(n, i) - _unit(n, j) for i, j in pairs]
    rows += [_unit(n, j) - _unit(n, 0) for j in range(1, n)]
    rows += [_unit(n, 0), -_unit(n, 0)]
    width = len(rows)
    number = {pair: k for k, pair in enumerate(pairs)}
    reading = {(0, 0): np.zeros(width)}
    for j in range(1, n):
        reading[0, j] = _unit(width, len(pairs) + j - 1)
        reading[j, j] = reading[0, j] - _unit(width, number[0, j])
    for i, j in pairs:
        if i:
            reading[i, j] = reading[j, j] + _unit(width, number[i, j])
    return np.array(rows), reading


def _unit(size: int, k: int) -> Floats:
    vector = np.zeros(size)
    vector[k] = 1
    return vector
