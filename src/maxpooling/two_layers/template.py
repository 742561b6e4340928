"""Templates: two colours of pairs of inputs, standing for one neuron of the second hidden layer.

The first hidden layer offers m_ij = max(x_i, x_j), with m_ii = x_i. For a multiset Z of K pairs put
f_Z = sum of m_ij over Z. A template (Z, Z') stands for max(f_Z, f_Z') = f_Z' + relu(f_Z - f_Z') and
for all its images when the inputs are renamed by a group: the *average* of the images is one
function that the group leaves as it is. Renaming acts on templates as on graphs with edges of two
colours. The groups here permute the inputs within blocks; one block of n is the symmetric group.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from maxpooling.arguments import check_integer

Pair = tuple[int, int]

MAX_INPUTS = 64
"""Largest index of an input allowed in a template; the known identities use ten."""


@dataclass(frozen=True)
class Template:
    """Two multisets of K pairs of inputs, in a fixed order.

    Attributes:
        first: Z, sorted pairs (i, j) with i <= j, indices from 0.
        second: Z', likewise.

    Examples:
        >>> Template([(1, 0), (0, 1)], [(2, 3), (2, 2)])
        Template(first=((0, 1), (0, 1)), second=((2, 2), (2, 3)))
    """

    first: tuple[Pair, ...]
    second: tuple[Pair, ...]

    def __init__(self, first: Iterable[Sequence[int]], second: Iterable[Sequence[int]]) -> None:
        """Sort and check the pairs.

        Raises:
            ValueError: if a pair is no pair of indices, or the two sides differ in size or are
                empty.
        """
        object.__setattr__(self, "first", _sorted_pairs("first", first))
        object.__setattr__(self, "second", _sorted_pairs("second", second))
        if len(self.first) != len(self.second) or not self.first:
            raise ValueError(
                "first and second must hold the same number of pairs, at least one; "
                f"got {len(self.first)} and {len(self.second)}"
            )

    @property
    def pairs_per_side(self) -> int:
        """K, the number of pairs on each side."""
        return len(self.first)

    @property
    def vertices(self) -> tuple[int, ...]:
        """The inputs that occur, ascending."""
        return tuple(sorted({i for pair in (*self.first, *self.second) for i in pair}))

    def renamed(self, names: Sequence[int] | Mapping[int, int]) -> "Template":
        """The image under i -> names[i]."""
        return Template(
            [(names[i], names[j]) for i, j in self.first],
            [(names[i], names[j]) for i, j in self.second],
        )

    def swapped(self) -> "Template":
        """The same function, with the two sides exchanged."""
        return Template(self.second, self.first)


def _sorted_pairs(name: str, pairs: object) -> tuple[Pair, ...]:
    if not isinstance(pairs, Iterable):
        raise ValueError(f"{name} must be a sequence of pairs of indices, got {pairs!r}")
    return tuple(sorted(_pair(name, pair) for pair in pairs))


def _pair(name: str, pair: object) -> Pair:
    ends = tuple(pair) if isinstance(pair, Iterable) else ()
    if len(ends) != 2:
        raise ValueError(f"{name} must hold pairs of indices, got {pair!r}")
    i, j = (check_integer(f"each index in {name}", k, 0, MAX_INPUTS - 1) for k in ends)
    return (i, j) if i <= j else (j, i)
