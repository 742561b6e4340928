"""One layer of pairwise maxes with as few neurons as we know how, by sharing what is linear.

max(a, b) = b + relu(a - b), and what is linear in the values has to be carried: b takes two
neurons, relu(b) and relu(-b), one if b is not negative. Two things save neurons. Maxes that share
an input share its two neurons. And where a - c is compared anyway, the one neuron relu(c - a)
more gives the difference a - c, so that a is known where c is.
"""

from collections.abc import Sequence

import numpy as np

from maxpooling.networks.exact import IntArray

Pair = tuple[int, int]


def lean_layer(
    values: int, wanted: Sequence[Pair], *, non_negative: bool = False
) -> tuple[IntArray, IntArray]:
    """Neurons A and readings B with (B relu(A v))_k = max(v_i, v_j) for the k-th wanted (i, j).

    Args:
        values: length of v.
        wanted: pairs of places in v; (i, i) asks for v_i itself.
        non_negative: only for v >= 0, where a value is carried by one neuron.

    Returns:
        A of shape [neurons, values], entries 0, 1, -1, rows distinct; B of shape
        [len(wanted), neurons].

    Examples:
        >>> neurons, readings = lean_layer(3, [(0, 2), (1, 2)])
        >>> neurons.tolist()
        [[0, 0, 1], [0, 0, -1], [1, 0, -1], [0, 1, -1]]
        >>> readings.tolist()
        [[1, -1, 1, 0], [1, -1, 0, 1]]
    """
    layer = _Layer(values)
    pairs = {(i, j) for i, j in wanted} | {(j, i) for i, j in wanted}
    known: dict[int, dict[int, int]] = {}
    for base in bases(wanted, non_negative=non_negative):
        near = next((other for other in known if (base, other) in pairs), None)
        if non_negative:
            known[base] = {layer.neuron(base, None): 1}
        elif near is None:
            known[base] = {layer.neuron(base, None): 1, layer.neuron(None, base): -1}
        else:
            known[base] = known[near] | {
                layer.neuron(base, near): 1,
                layer.neuron(near, base): -1,
            }
    order = {base: place for place, base in enumerate(known)}
    readings = []
    for i, j in wanted:
        first, second = sorted((i, j), key=lambda end: order.get(end, len(order)))
        rest = {} if i == j else {layer.neuron(second, first): 1}
        readings.append(known[first] | rest)
    matrix = np.zeros((len(wanted), len(layer.rows)), dtype=np.int64)
    for k, reading in enumerate(readings):
        matrix[k, list(reading)] = list(reading.values())
    return np.array(layer.rows, dtype=np.int64).reshape(-1, values), matrix


def bases(wanted: Sequence[Pair], *, non_negative: bool = False) -> list[int]:
    """Values to be carried so that every wanted pair has one end among them, in a good order.

    Greedy: a value that is compared with one already carried costs one neuron, any other two (one
    without negative values); the next one is that which serves the most pairs per neuron. Not
    claimed to be the least.

    Examples:
        >>> bases([(0, 1), (0, 2), (1, 2)])
        [0, 1]
    """
    near: dict[int, set[int]] = {}
    for i, j in wanted:
        near.setdefault(i, set()).add(j)
        near.setdefault(j, set()).add(i)
    left = {value: set(others) for value, others in near.items()}
    chosen: list[int] = []
    while any(left.values()):
        costs = {value: 1 if non_negative or near[value] & {*chosen} else 2 for value in left}
        best = max(
            left,
            key=lambda value, costs=costs: (  # type: ignore[misc]
                value in left[value],  # wanted itself
                len(left[value]) / costs[value],
                -costs[value],
                -value,
            ),
        )
        chosen.append(best)
        for other in left.pop(best):
            left.get(other, set()).discard(best)
    return chosen


class _Layer:
    """Neurons relu(v_i - v_j), relu(v_i) and relu(-v_j), each once."""

    def __init__(self, values: int) -> None:
        self.values = values
        self.rows: list[list[int]] = []
        self._places: dict[tuple[int | None, int | None], int] = {}

    def neuron(self, plus: int | None, minus: int | None) -> int:
        """The number of relu(v_plus - v_minus); None stands for zero."""
        key = plus, minus
        if key not in self._places:
            row = [0] * self.values
            for place, sign in ((plus, 1), (minus, -1)):
                if place is not None:
                    row[place] = sign
            self._places[key] = len(self.rows)
            self.rows.append(row)
        return self._places[key]
