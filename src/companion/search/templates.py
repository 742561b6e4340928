"""Every template on n inputs with K pairs a side, one of each kind up to renaming the inputs.

Multisets of K pairs are numbered; a permutation of the inputs permutes the numbers. Templates up to
renaming are then orbits of pairs of numbers: one multiset Z from each class, and Z' from the orbits
of the stabiliser of Z. Templates with a pair on both sides are left out (the pair can be taken out
of the max), and so are those whose sides are the same multiple of smaller multisets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations_with_replacement, pairwise
from math import factorial, gcd

import numpy as np
from numpy.typing import NDArray

from maxpooling.two_layers.orderings import all_pairs, orderings
from maxpooling.two_layers.template import Template

Index = NDArray[np.int64]


@dataclass(frozen=True)
class Kind:
    """A template up to renaming, with the number of its distinct images (neurons)."""

    template: Template
    images: int


def template_kinds(n: int, K: int) -> Iterator[Kind]:
    """Yield every template of K disjoint pairs a side on n inputs, once up to renaming and swap.

    Args:
        n: number of inputs, 2..9 in practice: n! permutations are held.
        K: pairs on each side; memory grows like n^(2K).

    Examples:
        >>> [kind.images for kind in template_kinds(3, 1)]
        [6, 3, 3, 3]
    """
    multisets = _Multisets(n, K)
    classes = multisets.classes()
    for representative in np.unique(classes):
        yield from _kinds_with_first_side(multisets, classes, int(representative))


def _kinds_with_first_side(multisets: "_Multisets", classes: Index, number: int) -> Iterator[Kind]:
    """The kinds whose first side is this multiset and whose second side's class is no earlier."""
    stabiliser = multisets.stabiliser_generators(number)
    orbits = multisets.orbits(stabiliser)
    disjoint = ~multisets.shares_a_pair(number)
    representatives, sizes = np.unique(orbits[disjoint & (classes >= number)], return_counts=True)
    back = multisets.number_after_undoing(number)
    class_size = int(np.count_nonzero(classes == number))
    for other, size in zip(representatives.tolist(), sizes.tolist(), strict=True):
        images = class_size * size
        if classes[other] == number:  # the swapped template is of the same classes
            mirrored = int(orbits[back[other]])
            if mirrored < other:
                continue
            if mirrored == other:
                images //= 2
        first, second = multisets.pairs(number), multisets.pairs(other)
        if _is_primitive(first, second):
            yield Kind(Template(first, second), images)


def _is_primitive(*sides: list[tuple[int, int]]) -> bool:
    counts = [side.count(pair) for side in sides for pair in set(side)]
    return reduce(gcd, counts) == 1


class _Multisets:
    """All multisets of K pairs of n inputs, numbered, and how permutations act on the numbers."""

    def __init__(self, n: int, K: int) -> None:
        self.n = n
        self.edges = all_pairs(n)
        self._edge_number = np.zeros((n, n), dtype=np.int64)
        for number, (i, j) in enumerate(self.edges):
            self._edge_number[i, j] = self._edge_number[j, i] = number
        self._base = len(self.edges) ** np.arange(K)[::-1]
        rows = list(combinations_with_replacement(range(len(self.edges)), K))
        self.rows = np.array(rows, dtype=np.int64).reshape(-1, K)
        self._codes = self.rows @ self._base  # ascending, because the rows are lexicographic

    def pairs(self, number: int) -> list[tuple[int, int]]:
        return [self.edges[e] for e in self.rows[number]]

    def numbers(self, rows: Index) -> Index:
        """The numbers of multisets given as rows of edge numbers in any order."""
        found: Index = np.searchsorted(self._codes, np.sort(rows, axis=-1) @ self._base)
        return found

    def edge_permutation(self, permutation: NDArray[np.integer]) -> Index:
        i, j = np.array(self.edges).T
        images: Index = self._edge_number[permutation[..., i], permutation[..., j]]
        return images

    def action(self, permutation: NDArray[np.integer]) -> Index:
        """Where each number goes when the inputs are renamed by ``permutation``."""
        return self.numbers(self.edge_permutation(permutation)[self.rows])

    def orbits(self, generators: list[NDArray[np.integer]]) -> Index:
        """The smallest number in each one's orbit under the group generated."""
        labels = np.arange(len(self.rows))
        actions = [self.action(g) for g in generators]
        changed = True
        while changed:
            before = labels
            for action in actions:
                labels = np.minimum(labels, labels[action])
                # The other direction too: the least label has to travel both ways on a cycle.
                np.minimum.at(labels, action, labels.copy())
            labels = labels[labels]
            changed = not np.array_equal(labels, before)
        return labels

    def classes(self) -> Index:
        return self.orbits(_adjacent_transpositions(self.n, range(self.n)))

    def stabiliser_generators(self, number: int) -> list[NDArray[np.integer]]:
        """Generators of the permutations that map the multiset to itself.

        The inputs it does not use may be permuted freely; on those it uses, elements of the
        automorphism group are collected until they generate all of it.
        """
        used = sorted({i for pair in self.pairs(number) for i in pair})
        unused = [i for i in range(self.n) if i not in used]
        partial = np.tile(np.arange(self.n), (factorial(len(used)), 1))
        partial[:, used] = np.array(used)[orderings(len(used))]
        images = self.numbers(self.edge_permutation(partial)[:, self.rows[number]])
        automorphisms = partial[images == number]
        generators = _generating_subset([tuple(row) for row in automorphisms.tolist()])
        return [np.array(g) for g in generators] + _adjacent_transpositions(self.n, unused)

    def shares_a_pair(self, number: int) -> NDArray[np.bool_]:
        shared: NDArray[np.bool_] = np.isin(self.rows, self.rows[number]).max(axis=1)
        return shared

    def number_after_undoing(self, number: int) -> Index:
        """For each multiset g(Z) of the class of Z: the number of g^-1(Z), for one such g."""
        permutations = orderings(self.n)
        edge_images = self.edge_permutation(permutations)
        forward = self.numbers(edge_images[:, self.rows[number]])
        chosen = np.zeros(len(self.rows), dtype=np.int64)
        chosen[forward] = np.arange(len(permutations))
        result = np.zeros(len(self.rows), dtype=np.int64)
        members = np.unique(forward)
        inverses = np.argsort(permutations[chosen[members]], axis=1)
        result[members] = self.numbers(self.edge_permutation(inverses)[:, self.rows[number]])
        return result


def _adjacent_transpositions(n: int, moved: "range | list[int]") -> list[NDArray[np.integer]]:
    result: list[NDArray[np.integer]] = []
    for i, j in pairwise(moved):
        swap = np.arange(n)
        swap[[i, j]] = j, i
        result.append(swap)
    return result


def _generating_subset(group: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """A few elements that generate the whole of ``group`` (given as all its elements)."""
    generators: list[tuple[int, ...]] = []
    generated = {tuple(range(len(group[0])))}
    for element in group:
        if element not in generated:
            generators.append(element)
            generated = _closure(generators, len(element))
    return generators


def _closure(generators: list[tuple[int, ...]], n: int) -> set[tuple[int, ...]]:
    found = {tuple(range(n))}
    frontier = list(found)
    while frontier:
        products = {tuple(g[i] for i in element) for element in frontier for g in generators}
        frontier = list(products - found)
        found.update(frontier)
    return found
