"""The smallest exact network that the project knows, for a number of inputs and of layers."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from maxpooling.arguments import check_integer, check_pool_size
from maxpooling.networks.circuits import circuit_network, tree_circuit
from maxpooling.networks.cost import exact_max_cost
from maxpooling.networks.exact import ExactNetwork, IntArray
from maxpooling.networks.few_layers import MOST_IN_TWO, substituted_network, two_layer_network
from maxpooling.networks.lean import lean_layer

GROUPS: Final = {
    11: (2, 3, 2, 2, 2),
    12: (2, 3, 2, 3, 2),
    13: (3, 2, 2, 2, 2, 2),
    14: (3, 3, 2, 2, 2, 2),
    15: (3, 3, 3, 2, 2, 2),
    16: (3, 3, 3, 3, 2, 2),
    17: (3, 3, 3, 3, 3, 2),
    18: (3, 3, 3, 3, 3, 3),
}
"""Groups for the max in three hidden layers by an identity over groups: the best that were tried.

For nine and ten inputs a round of pairs and the identity for five take fewer neurons.
"""


@dataclass(frozen=True)
class MaxSize:
    """The size of a network for the exact max of ``inputs`` numbers.

    Attributes:
        inputs: how many.
        network: its name for a reader.
        hidden_widths: neurons of its hidden layers.
    """

    inputs: int
    network: str
    hidden_widths: tuple[int, ...]

    @property
    def layers(self) -> int:
        """Hidden layers."""
        return len(self.hidden_widths)

    @property
    def neurons(self) -> int:
        """In all hidden layers."""
        return sum(self.hidden_widths)


def smallest_max_network(
    n: int, hidden_layers: int | None = None, *, non_negative: bool = False
) -> ExactNetwork:
    """The exact max of n numbers with as few neurons as we know, in at most so many layers.

    Without a limit, and wherever ceil(log2 n) layers are allowed, rounds of pairs of which each
    value is carried once (``tree_circuit``). With fewer, rounds of pairs and then an identity for
    two layers, or for three layers an identity over groups. Nothing is claimed to be the least.

    Args:
        n: number of inputs.
        hidden_layers: how many are allowed; any number if None.
        non_negative: right for inputs that are not negative only, with fewer neurons.

    Raises:
        ValueError: if n or hidden_layers is not an integer in its range, or no network with so few
            layers is known that could be stored. (Two layers are enough for every n; the networks
            that prove it are too large from nine inputs on.)

    Examples:
        >>> [smallest_max_network(9, layers).hidden_widths for layers in (None, 3)]
        [(13, 7, 4, 3), (13, 10, 9)]
        >>> smallest_max_network(16, 3).neurons
        649
        >>> smallest_max_network(9, non_negative=True).neurons
        19
    """
    n = check_pool_size(n)
    tree = (n - 1).bit_length()
    fewest = fewest_layers(n)
    allowed = tree if hidden_layers is None else hidden_layers
    allowed = check_integer(f"hidden_layers (for {n} inputs)", allowed, fewest, 10**6)
    if allowed >= tree:
        return circuit_network(n, tree_circuit(n), {tuple(range(n)): 1}, non_negative=non_negative)
    rounds = max(allowed - 3, 0)
    left = -(-n // 2**rounds)
    if allowed == 2:
        last = two_layer_network(n, non_negative=non_negative)
    elif left in GROUPS:
        last = substituted_network(GROUPS[left], non_negative=non_negative)
    else:
        rounds += 1
        last = two_layer_network(-(-left // 2), non_negative=non_negative)
    return _after_rounds(n, rounds, last, non_negative=non_negative)


def fewest_layers(n: int) -> int:
    """The fewest hidden layers for which :func:`smallest_max_network` has a network.

    Examples:
        >>> [fewest_layers(n) for n in (1, 2, 3, 8, 9, 18, 19, 36, 37)]
        [0, 1, 2, 2, 3, 3, 4, 4, 5]
    """
    if n <= 2:
        return n - 1
    if n <= MOST_IN_TWO:
        return 2
    return 3 + (-(-n // max(GROUPS)) - 1).bit_length()


def max_network_sizes(n: int, *, non_negative: bool = False) -> tuple[MaxSize, ...]:
    """Every network of ours for the exact max of n numbers beside Lemma 1's, deepest first.

    All tables of the book take their numbers from here, of networks that are made. Those of two
    layers that are counted alone, for nine and ten inputs, are rows of ``cost_table``. Networks of
    more than a thousand neurons are in it too; for n = 8 the one with two layers takes a second
    to build.

    Args:
        n: number of inputs, at least 2.
        non_negative: networks that are right for inputs that are not negative only.

    Raises:
        ValueError: if n is not an integer in its range.

    Examples:
        >>> for size in max_network_sizes(9):
        ...     print(size.layers, size.neurons, size.network)
        4 45 Lemma 1
        4 27 rounds of pairs
        3 32 fewer layers
    """
    n = check_integer("n (the number of inputs)", n, 2, 2000)
    lemma = exact_max_cost(n).hidden_widths
    if non_negative:
        lemma = tuple(width // 3 * 2 for width in lemma)
    sizes = [MaxSize(n, "Lemma 1", lemma)]
    for layers in range(len(lemma), fewest_layers(n) - 1, -1):
        found = smallest_max_network(n, layers, non_negative=non_negative)
        name = "rounds of pairs" if layers == len(lemma) else "fewer layers"
        sizes.append(MaxSize(n, name, found.hidden_widths))
    return tuple(sizes)


def most_inputs(hidden_layers: int) -> int:
    """How many inputs so many hidden layers serve by the identities for five to ten and groups.

    Two layers serve ten, and each further one five times as many: n = 10 groups of g // 2. (For
    every number of inputs two layers are enough, by networks of another kind.)

    Args:
        hidden_layers: at least 2.

    Raises:
        ValueError: if it is not an integer in its range.

    Examples:
        >>> [most_inputs(layers) for layers in (2, 3, 4, 5)]
        [10, 50, 250, 1250]
    """
    further = check_integer("hidden_layers", hidden_layers, 2, 100) - 2
    return 10 * int(5**further)


def _after_rounds(n: int, rounds: int, last: ExactNetwork, *, non_negative: bool) -> ExactNetwork:
    """A network behind rounds of pairs, which leave as many values as it has inputs."""
    mix: IntArray = np.eye(n, dtype=np.int64)
    matrices = []
    for _ in range(rounds):
        half = (len(mix) + 1) // 2
        pairs = [(i, min(i + half, len(mix) - 1)) for i in range(half)]
        neurons, readings = lean_layer(len(mix), pairs, non_negative=non_negative)
        matrices.append(neurons @ mix)
        mix = readings
    first, *rest = last.matrices
    return ExactNetwork((*matrices, first @ mix, *rest), last.denominator).merged()
