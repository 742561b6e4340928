"""Networks of ReLUs in whole numbers, evaluated exactly, and without neurons that repeat."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

_LARGEST: Final = 2**62
"""Values stay below it, so that 64 bits hold them and the sum of two."""


@dataclass(frozen=True, eq=False)  # arrays have no equality of their own, nor a hash
class ExactNetwork:
    """x -> W_out relu(... relu(W_1 x)) / denominator + bias, with integer matrices.

    Compared and hashed by identity: equal functions may have different matrices.

    Attributes:
        matrices: W_1, ..., W_L, W_out, each of shape [outputs, inputs]; W_out has one row.
        denominator: of the output, positive.
        bias: added to the output.

    Examples:
        >>> network = ExactNetwork((np.array([[1, -1], [0, 1], [0, -1]]), np.array([[1, 1, -1]])))
        >>> network.hidden_widths, network.numerators(np.array([[-3, -2]])).tolist()
        ((3,), [-2])
    """

    matrices: tuple[IntArray, ...]
    denominator: int = 1
    bias: Fraction = Fraction(0)

    @property
    def hidden_widths(self) -> tuple[int, ...]:
        """Neurons of the hidden layers, from the inputs on."""
        return tuple(len(weights) for weights in self.matrices[:-1])

    @property
    def neurons(self) -> int:
        """ReLU neurons in all hidden layers."""
        return sum(self.hidden_widths)

    @property
    def weights(self) -> int:
        """Entries of all matrices that are not zero."""
        return sum(int(np.count_nonzero(weights)) for weights in self.matrices)

    def numerators(self, x: IntArray) -> IntArray:
        """(value - bias) * denominator at every row of x, exactly.

        Args:
            x: integers, shape [points, inputs].

        Raises:
            ValueError: x holds anything but integers, or some value might not fit into 64 bits.
        """
        given = np.asarray(x)
        if given.size and given.dtype.kind not in "iu":
            raise ValueError(f"x must be an array of integers, got one of {given.dtype}")
        z = given.astype(np.int64).T
        largest = int(np.abs(z).max(initial=1))
        for weights in self.matrices:
            largest *= int(np.abs(weights).sum(axis=1).max(initial=1))
        if largest >= _LARGEST:
            raise ValueError(f"x must have smaller entries: a value may reach {largest}")
        for weights in self.matrices[:-1]:
            z = np.maximum(weights @ z, 0)
        values: IntArray = (self.matrices[-1] @ z)[0]
        return values

    def floats(self) -> tuple[tuple[NDArray[np.float64], ...], float]:
        """Matrices and bias for floating-point use; W_out is divided, and rounded, once."""
        *hidden, last = (weights.astype(np.float64) for weights in self.matrices)
        return (*hidden, last / self.denominator), float(self.bias)

    def merged(self) -> "ExactNetwork":
        """The same function with each neuron once: parallel ones merged, useless ones left out.

        relu(c w x) = c relu(w x) for c > 0, so neurons whose rows are positive multiples of each
        other are one neuron. Rows of zeros, and neurons that no later one reads, go.

        Examples:
            >>> twice = (np.array([[1], [2], [0]]), np.array([[1, 1, 7]]))
            >>> [w.tolist() for w in ExactNetwork(twice).merged().matrices]
            [[[1]], [[3]]]
        """
        matrices = list(self.matrices)
        for k in range(len(matrices) - 1):
            matrices[k], place, times = _distinct_rows(matrices[k])
            columns = np.zeros((len(matrices[k]), len(matrices[k + 1])), dtype=np.int64)
            np.add.at(columns, place[times > 0], (matrices[k + 1] * times).T[times > 0])
            matrices[k + 1] = columns.T
        for k in reversed(range(len(matrices) - 1)):
            read = matrices[k + 1].any(axis=0)
            matrices[k], matrices[k + 1] = matrices[k][read], matrices[k + 1][:, read]
        return ExactNetwork(tuple(matrices), self.denominator, self.bias)


def _distinct_rows(weights: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Primitive rows, each once; for each row which of them it is, and how many times.

    Rows of zeros are none of them, zero times the first.
    """
    divisors = np.gcd.reduce(weights, axis=1)
    primitive = weights // np.maximum(divisors, 1)[:, None]
    places: dict[bytes, int] = {}
    chosen: list[int] = []
    place = np.zeros(len(weights), dtype=np.int64)
    for k in np.flatnonzero(divisors).tolist():
        key = primitive[k].tobytes()
        if key not in places:
            places[key] = len(chosen)
            chosen.append(k)
        place[k] = places[key]
    return primitive[chosen], place, divisors
