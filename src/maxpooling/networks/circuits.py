"""Circuits of pairwise maxes, layer by layer, and their networks.

Each entry is a subpool whose max is the larger of the maxes of two subpools that came earlier.
Three circuits give all the d subpools of d - 1 inputs: the paper's halving (Theorem 4), intervals
on a circle, which takes fewest maxes at that depth, and a tree that is walked up and down, which
takes fewest maxes of all that we know, at about twice the depth.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import comb, lcm

import numpy as np

from maxpooling.approximation import best_uniform
from maxpooling.arguments import MAX_POOL_SIZE, check_integer, check_orders, check_pool_size
from maxpooling.networks.exact import ExactNetwork, IntArray
from maxpooling.networks.halving import Subpool, halve, subpool_layers
from maxpooling.networks.lean import Pair, lean_layer
from maxpooling.order_statistics import subpools

Circuit = tuple[dict[Subpool, tuple[Subpool, Subpool]], ...]
"""For each layer: subpool -> the two subpools of earlier layers that it is the union of."""


def circle_circuit(d: int) -> Circuit:
    """All d subpools of d - 1 inputs, d pairwise maxes in each of ceil(log2(d-1)) layers (ours).

    Put the inputs on a circle. All but one of them are an interval of length d - 1, and intervals
    of the length l + s, s <= l, are unions of two of length l, s places apart: the lengths are
    1, 2, 4, ..., and last d - 1.

    Args:
        d: number of inputs, 3 <= d <= MAX_POOL_SIZE. O(d^2 log d).

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> [len(layer) for layer in circle_circuit(9)]
        [9, 9, 9]
    """
    d = check_integer("d (the pool size)", d, 3, MAX_POOL_SIZE)
    layers, length = [], 1
    while length < d - 1:
        shift = min(length, d - 1 - length)
        layers.append(
            {
                _arc(d, start, length + shift): (
                    _arc(d, start, length),
                    _arc(d, start + shift, length),
                )
                for start in range(d)
            }
        )
        length += shift
    return tuple(layers)


def sweep_circuit(d: int) -> Circuit:
    """The same subpools by 3d - 6 pairwise maxes, up a balanced tree and down again (known).

    On the way up the max over each node's leaves, d - 2 of them without the root; on the way down
    the max over all leaves outside the node, that outside its parent and that inside its sibling,
    2d - 4 of them. At most 2 ceil(log2 d) - 2 layers.

    Args:
        d: number of inputs, 3 <= d <= MAX_POOL_SIZE. O(d^2).

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> [len(layer) for layer in sweep_circuit(9)], sum(map(len, sweep_circuit(9)))
        ([4, 2, 3, 6, 6], 21)
    """
    d = check_integer("d (the pool size)", d, 3, MAX_POOL_SIZE)
    everything = tuple(range(d))
    parts: dict[Subpool, tuple[Subpool, Subpool]] = {}

    def up(node: Subpool) -> None:
        if len(node) > 1:
            left, right = _children(node)
            up(left)
            up(right)
            parts[node] = left, right

    def down(node: Subpool, outside: Subpool) -> None:
        if len(node) == 1:
            return
        for child, sibling in (_children(node), _children(node)[::-1]):
            beyond = tuple(sorted((*outside, *sibling)))
            if outside:
                parts[beyond] = outside, sibling
            down(child, beyond)

    for half in _children(everything):
        up(half)
    down(everything, ())
    return _in_layers(parts)


def tree_circuit(d: int) -> Circuit:
    """The max of d inputs by rounds of pairs; of an odd number one is used twice (ours).

    Args:
        d: number of inputs.

    Raises:
        ValueError: if d is not an integer in its range.

    Examples:
        >>> [len(layer) for layer in tree_circuit(9)]
        [5, 3, 2, 1]
    """
    values: list[Subpool] = [(i,) for i in range(check_pool_size(d))]
    layers: list[dict[Subpool, tuple[Subpool, Subpool]]] = []
    while len(values) > 1:
        half = (len(values) + 1) // 2
        pairs = [(values[i], values[min(i + half, len(values) - 1)]) for i in range(half)]
        layers.append({tuple(sorted({*a, *b})): (a, b) for a, b in pairs})
        values = list(layers[-1])
    return tuple(layers)


def halving_circuit(d: int, orders: Iterable[int]) -> Circuit:
    """The paper's sharing, for any orders (Theorems 4 and K).

    Raises:
        ValueError: if d or orders are not of the kind that ``subpool_layers`` takes.
    """
    return tuple(
        {indices: halve(indices) for indices in layer} for layer in subpool_layers(d, orders)
    )


def circuit_network(
    d: int,
    circuit: Circuit,
    outputs: Mapping[Subpool, Fraction | int],
    *,
    bias: Fraction = Fraction(0),
    non_negative: bool = False,
) -> ExactNetwork:
    """Weighted sum of the maxes of a circuit, and a constant, by a chain of lean layers of ReLUs.

    A max that is only added up is its comparison, relu(a - b), and b goes into one sum for all of
    them, which two neurons a layer carry on; one, where it cannot be negative.

    Args:
        d: number of inputs.
        circuit: the layers.
        outputs: weights of subpools; single inputs may be among them.
        bias: the constant.
        non_negative: right for inputs that are not negative only, with fewer neurons.

    Raises:
        ValueError: if a subpool is wanted that neither the inputs nor the circuit give.

    Examples:
        >>> circuit_network(9, tree_circuit(9), {tuple(range(9)): 1}).hidden_widths
        (13, 7, 4, 3)
        >>> circuit_network(9, tree_circuit(9), {tuple(range(9)): 1}, non_negative=True).neurons
        19
    """
    d = check_pool_size(d)
    denominator = lcm(*(Fraction(weight).denominator for weight in outputs.values()))
    left = {indices: int(weight * denominator) for indices, weight in outputs.items()}
    given = {(i,) for i in range(d)}.union(*circuit)
    if not left.keys() <= given:
        missing = sorted(left.keys() - given)
        raise ValueError(f"outputs must be inputs or in the circuit, got also {missing[0]}")
    last_use = _last_uses(circuit)
    alive: list[Subpool] = [(i,) for i in range(d)]
    mix: IntArray = np.eye(d, dtype=np.int64)  # values of alive, in terms of the newest neurons
    total = np.zeros(d, dtype=np.int64)  # what is added up, in the same terms
    matrices = []
    for level, layer in enumerate(circuit):
        total = total + _added_up(alive, mix, left)
        place = {indices: k for k, indices in enumerate(alive)}
        kept = [indices for indices in alive if last_use.get(indices, -1) > level]
        wanted = [(place[indices], place[indices]) for indices in kept]
        finished: list[tuple[Pair, int]] = []
        for indices, (one, other) in layer.items():
            pair = place[one], place[other]
            if last_use.get(indices, -1) > level:
                kept.append(indices)
                wanted.append(pair)
            elif indices in left:
                finished.append((pair, left.pop(indices)))
        neurons, reading = lean_layer(len(alive), wanted, non_negative=non_negative)
        total = total + sum((weight * mix[pair[1]] for pair, weight in finished), 0 * total)
        comparisons = [mix[pair[0]] - mix[pair[1]] for pair, _ in finished]
        signs = carried_signs(total, non_negative=non_negative or level > 0)
        matrices.append(np.vstack([neurons @ mix, *comparisons, *(sign * total for sign in signs)]))
        width = len(matrices[-1])
        mix = np.pad(reading, ((0, 0), (0, width - reading.shape[1])))
        total = np.zeros(width, dtype=np.int64)
        start = len(neurons)
        total[start : start + len(finished)] = [weight for _, weight in finished]
        total[start + len(finished) :] = signs
        alive = kept
    matrices.append((total + _added_up(alive, mix, left))[None])
    return ExactNetwork(tuple(matrices), denominator, Fraction(bias)).merged()


def estimator_network(
    d: int, circuit: Circuit, orders: Iterable[int], *, non_negative: bool = False
) -> ExactNetwork:
    """The best estimator with these orders by a circuit that has all their subpools.

    Its output is exact: the coefficients are fractions over one denominator.

    Raises:
        ValueError: if d or orders are not of this kind, or the circuit lacks a subpool.

    Examples:
        >>> estimator_network(9, halving_circuit(9, [0, 8]), [0, 8]).hidden_widths
        (18, 16, 11)
        >>> estimator_network(9, circle_circuit(9), [0, 8]).hidden_widths
        (18, 18, 11)
    """
    d = check_pool_size(d)
    coefficients = best_uniform(d, check_orders(d, orders)).coefficients
    outputs = {
        indices: beta / comb(d, r)
        for r, beta in coefficients.items()
        if r
        for indices in subpools(d, r)
    }
    bias = coefficients.get(0, Fraction(0))
    return circuit_network(d, circuit, outputs, bias=bias, non_negative=non_negative)


def _arc(d: int, start: int, length: int) -> Subpool:
    """The places start, start + 1, ... on a circle of d."""
    return tuple(sorted((start + t) % d for t in range(length)))


def _children(node: Subpool) -> tuple[Subpool, Subpool]:
    half = (len(node) + 1) // 2
    return node[:half], node[half:]


def _in_layers(parts: Mapping[Subpool, tuple[Subpool, Subpool]]) -> Circuit:
    """Each subpool in the first layer in which both of its parts are there."""
    levels: dict[Subpool, int] = {}

    def level(indices: Subpool) -> int:
        if indices not in parts:
            return 0
        if indices not in levels:
            levels[indices] = 1 + max(map(level, parts[indices]))
        return levels[indices]

    layers: list[dict[Subpool, tuple[Subpool, Subpool]]] = [
        {} for _ in range(max(map(level, parts), default=0))
    ]
    for indices, halves in parts.items():
        layers[level(indices) - 1][indices] = halves
    return tuple(layers)


def _last_uses(circuit: Circuit) -> dict[Subpool, int]:
    """The last layer that reads each subpool."""
    return {
        part: level
        for level, layer in enumerate(circuit)
        for halves in layer.values()
        for part in halves
    }


def _added_up(alive: Sequence[Subpool], mix: IntArray, left: dict[Subpool, int]) -> IntArray:
    """The weighted sum of those values that are wanted; they are not wanted any more."""
    weights = np.array([left.pop(indices, 0) for indices in alive], dtype=np.int64)
    result: IntArray = weights @ mix
    return result


def carried_signs(total: IntArray, *, non_negative: bool) -> tuple[int, ...]:
    """Signs of the neurons that carry a linear form of values, which may all be non-negative."""
    if not total.any():
        return ()
    if non_negative and (total >= 0).all():
        return (1,)
    if non_negative and (total <= 0).all():
        return (-1,)
    return 1, -1
