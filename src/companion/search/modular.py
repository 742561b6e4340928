"""The span of many integer vectors modulo a prime, grown in batches.

Products of matrices are taken in float64, which is exact as long as every sum stays below 2^53: the
prime is below 2^20 and sums are cut at 2^13 terms. A statement "not in the span modulo p" proves
"not in the rational span" as soon as the rank found is the rational rank; a statement "in the span"
is a promise that the exact solver then keeps.
"""

from typing import Final

import numpy as np
from flint import nmod_mat
from numpy.typing import NDArray

Residues = NDArray[np.float64]

PRIME: Final = 1_048_573
"""The largest prime below 2^20."""

_LONGEST_SUM: Final = 2**13


class ModularSpan:
    """A subspace of (Z/p)^size by its reduced echelon basis.

    Attributes:
        size: number of coordinates.
        pivots: column of the leading one of each basis vector, in the order found.
    """

    def __init__(self, size: int) -> None:
        """Start with the zero space."""
        self.size = size
        self.pivots: list[int] = []
        self._rows = np.zeros((min(64, size), size), dtype=np.float64)

    @property
    def rank(self) -> int:
        """The dimension."""
        return len(self.pivots)

    @property
    def basis(self) -> Residues:
        """The reduced echelon basis, shape [rank, size]."""
        return self._rows[: self.rank]

    def restore(self, pivots: list[int], basis: NDArray[np.integer]) -> None:
        """Become the span with this reduced echelon basis."""
        self._grow_to(len(pivots))
        self._rows[: len(pivots)] = basis
        self.pivots = list(pivots)

    def _grow_to(self, rank: int) -> None:
        """Make room for so many basis vectors, doubling so that copies stay rare."""
        if rank > len(self._rows):
            rows = np.zeros((min(max(rank, 2 * len(self._rows)), self.size), self.size))
            rows[: self.rank] = self.basis
            self._rows = rows

    def reduce(self, vectors: NDArray[np.integer] | Residues) -> Residues:
        """The vectors [count, size] less their parts in the span: zero iff they lie in it."""
        remainder = np.mod(vectors, PRIME).astype(np.float64)
        remainder -= _product(remainder[:, self.pivots], self.basis)
        return np.mod(remainder, PRIME)

    def add(self, vectors: NDArray[np.integer]) -> None:
        """Enlarge the span by the vectors [count, size]."""
        remainder = self.reduce(vectors)
        fresh: list[int] = []
        pivots: list[int] = []
        for k in range(len(remainder)):
            row = remainder[k] - _product(remainder[None, k, pivots], remainder[fresh])[0]
            row = np.mod(row, PRIME)
            pivot = int(row.argmax())
            if row[pivot] == 0:
                continue
            row = remainder[k] = np.mod(row * pow(int(row[pivot]), -1, PRIME), PRIME)
            earlier = remainder[fresh]
            remainder[fresh] = np.mod(earlier - earlier[:, [pivot]] * row, PRIME)
            fresh.append(k)
            pivots.append(pivot)
        new = remainder[fresh]
        for start in range(0, self.rank, 1024):  # in pieces, to hold no second copy of the basis
            old = self._rows[start : min(start + 1024, self.rank)]
            old -= _product(old[:, pivots], new)
            np.mod(old, PRIME, out=old)
        self._grow_to(self.rank + len(new))
        self._rows[self.rank : self.rank + len(new)] = new
        self.pivots += pivots

    def annihilator_sample(self, count: int, seed: int) -> Residues:
        """Random functionals [size, count] that vanish on the span.

        A vector outside it escapes all of them with probability p^-count only, and testing costs
        ``count`` products a coordinate instead of one per basis vector.
        """
        free = np.setdiff1d(np.arange(self.size), self.pivots)
        functionals = np.zeros((self.size, count), dtype=np.float64)
        random = np.random.default_rng(seed)
        functionals[free] = random.integers(0, PRIME, (len(free), count))
        values = _product(self.basis, functionals)
        functionals[self.pivots] = np.mod(-values, PRIME)
        return functionals


def independent_rows(table: NDArray[np.integer]) -> list[int]:
    """Indices of the rows that are independent, modulo the prime, of those before them.

    The pivot columns of the transpose's echelon form, for tables that FLINT can hold as a whole.

    Examples:
        >>> independent_rows(np.array([[1, 2], [2, 4], [0, 1]]))
        [0, 2]
    """
    rows, columns = table.shape
    residues = np.mod(table.T, PRIME).ravel().tolist()
    echelon, rank = nmod_mat(columns, rows, residues, PRIME).rref()
    chosen: list[int] = []
    for k in range(rank):
        later = range(chosen[-1] + 1 if chosen else 0, rows)
        chosen.append(next(j for j in later if int(echelon[k, j]) != 0))
    return chosen


def _product(left: Residues, right: Residues) -> Residues:
    """Left @ right modulo the prime, every partial sum exact."""
    result = np.zeros((left.shape[0], right.shape[1]), dtype=np.float64)
    for start in range(0, left.shape[1], _LONGEST_SUM):
        piece = slice(start, start + _LONGEST_SUM)
        result += np.mod(left[:, piece] @ right[piece], PRIME)
    return np.mod(result, PRIME, out=result)
