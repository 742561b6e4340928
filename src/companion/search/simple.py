"""Templates that are simple graphs: no loops, no repeated pair, one of each kind up to renaming.

They are few enough to list for nine and ten inputs, and reach the maximum all the same. Since no
loop occurs, the input of lowest rank is never the larger one of a pair, and f_Z - f_Z' does not
depend on it.
"""

from collections import Counter
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from companion.search.templates import Kind
from maxpooling.two_layers.template import Pair, Template

Sides = NDArray[np.int64]
Signatures = NDArray[np.uint64]

_ROUNDS: Final = 6

_CHUNK: Final = 20_000


def simple_kinds(n: int, K: int) -> list[Kind]:
    """Every template of K distinct loopless pairs a side, no pair on both, up to renaming and swap.

    Kinds are told apart by a signature (colours refined along the pairs, once from each input).
    Were two kinds to share one, one of them would be missed, and the number of images of the other
    would come out too large.

    Args:
        n: number of inputs, up to ten in practice.
        K: pairs on each side; for every kind of Z all C(n(n-1)/2, K) choices of Z' are looked at.

    Examples:
        >>> [len(simple_kinds(5, K)) for K in (1, 2)]
        [2, 11]
        >>> [kind.images for kind in simple_kinds(4, 1)]
        [12, 3]
    """
    pairs = list(combinations(range(n), 2))
    sides = np.array(list(combinations(range(len(pairs)), K)), dtype=np.int64).reshape(-1, K)
    graphs = _signatures(n, pairs, sides, np.zeros((len(sides), 0), dtype=np.int64))
    representatives, sizes = np.unique(graphs, return_index=True, return_counts=True)[1:]
    images: Counter[int] = Counter()
    templates: dict[int, Template] = {}
    for chosen, size in zip(representatives.tolist(), sizes.tolist(), strict=True):
        first = sides[chosen]
        others = sides[~np.isin(sides, first).any(axis=1)]
        repeated = np.repeat(first[None], len(others), axis=0)
        both = np.minimum(
            _signatures(n, pairs, repeated, others), _signatures(n, pairs, others, repeated)
        )
        found, where, counts = np.unique(both, return_index=True, return_counts=True)
        for key, place, count in zip(found.tolist(), where.tolist(), counts.tolist(), strict=True):
            images[key] += size * count  # either order of the two sides is met once
            second = [pairs[e] for e in others[place]]
            templates.setdefault(key, Template([pairs[e] for e in first], second))
    return [Kind(template, images[key] // 2) for key, template in templates.items()]


def is_simple(template: Template) -> bool:
    """Whether no pair is a loop or repeated, on its side or across.

    Examples:
        >>> is_simple(Template([(0, 1)], [(1, 2)])), is_simple(Template([(0, 1)], [(0, 1)]))
        (True, False)
    """
    pairs = template.first + template.second
    return len(set(pairs)) == len(pairs) and all(i != j for i, j in pairs)


def _signatures(n: int, pairs: list[Pair], first: Sides, second: Sides) -> Signatures:
    """One number per template (rows of pair numbers), equal for templates of the same kind."""
    result = np.zeros(len(first), dtype=np.uint64)
    for start in range(0, len(first), _CHUNK):
        part = slice(start, start + _CHUNK)
        one, other = (_adjacency(n, pairs, side[part]) for side in (first, second))
        # Row s of colours belongs to the refinement that begins with input s singled out.
        colours = np.broadcast_to(np.eye(n, dtype=np.uint64), one.shape) + np.uint64(1)
        for _ in range(_ROUNDS):
            neighbours = _mix(colours, 1) @ one + _mix(colours, 2) @ other
            colours = _mix(_mix(colours, 3) + neighbours, 4)
        result[part] = _mix(_mix(colours, 5).sum(axis=2), 6).sum(axis=1)
    return result


def _adjacency(n: int, pairs: list[Pair], sides: Sides) -> NDArray[np.uint64]:
    matrices = np.zeros((len(sides), n, n), dtype=np.uint64)
    i, j = np.array(pairs).T
    row = np.arange(len(sides))[:, None]
    matrices[row, i[sides], j[sides]] = matrices[row, j[sides], i[sides]] = 1
    return matrices


def _mix(values: Signatures, salt: int) -> Signatures:
    """Scramble 64-bit numbers (multiplications and shifts, wrapping)."""
    mixed = (values + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return mixed ^ (mixed >> np.uint64(32))
