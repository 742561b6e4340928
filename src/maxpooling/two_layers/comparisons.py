"""The neurons of the second hidden layer as arrays: every image of every term, equal ones merged.

Different images can be one function: max(m_12, m_34) is the max of four numbers however these are
paired. If that happens for a template, it happens alike for all its images, so it is looked for,
and proved, once per term.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from maxpooling.two_layers.identity import Identity
from maxpooling.two_layers.orderings import all_pairs, block_permutations, orderings
from maxpooling.two_layers.template import Template

IntArray = NDArray[np.int64]

_POINTS = 64


def distinct_comparisons(identity: Identity) -> tuple[IntArray, IntArray, NDArray[np.float64]]:
    """The comparisons max(f_Z, f_Z') of an identity, each with its weight.

    Templates of fewer than K pairs a side are padded with the pair (0, 0) on both sides, which
    adds x_0 to both and is nothing once inputs are measured from x_0.

    Returns:
        Two arrays of pair numbers (positions in ``all_pairs``), shape [neurons, K], for Z and Z',
        and the weights, shape [neurons]. O(|G| K) per term.

    Examples:
        >>> from maxpooling.two_layers.identity import identity
        >>> symmetric = identity(5, "symmetric")
        >>> symmetric.comparisons, len(distinct_comparisons(symmetric)[2])
        (60, 50)
    """
    K = identity.pairs_per_side
    sides: list[IntArray] = []
    weights = []
    for images, weight in comparisons_by_term(identity):
        padding = K - images.shape[2]
        sides.append(np.pad(images, ((0, 0), (0, 0), (padding, 0))))
        weights.append(np.full(len(images), float(weight)))
    first, second = np.concatenate(sides).transpose(1, 0, 2)
    return first, second, np.concatenate(weights)


def comparisons_by_term(identity: Identity) -> Iterator[tuple[IntArray, Fraction]]:
    """For each term its distinct comparisons, and the exact weight of each of them.

    Yields:
        Pair numbers (positions in ``all_pairs``), shape [comparisons, 2, pairs on a side].

    Examples:
        >>> from maxpooling.two_layers.identity import identity
        >>> five = identity(5, "denominators")
        >>> [(len(images), str(weight)) for images, weight in comparisons_by_term(five)]
        [(1, '1/2'), (1, '-1/2'), (1, '-1/2'), (2, '1/2'), (2, '1/2')]
    """
    for term in identity.terms:
        images, merged = _images(term.template, identity.blocks)
        yield images, term.per_image * merged


def same_function(one: Template, other: Template, n: int) -> bool:
    """Whether the two maxes agree everywhere on R^n: exact, O(n! n K).

    On an ordered cone a max of two linear forms of which neither dominates determines both of them,
    so it is enough to compare the forms that are not dominated, cone by cone.

    Examples:
        >>> max_of_four = Template([(0, 1)], [(2, 3)])
        >>> same_function(max_of_four, Template([(0, 2)], [(1, 3)]), 4)
        True
        >>> same_function(max_of_four, Template([(0, 2)], [(1, 1)]), 4)
        False
    """
    return bool(np.array_equal(_cone_forms(one, n), _cone_forms(other, n)))


def _images(template: Template, blocks: tuple[int, ...]) -> tuple[IntArray, int]:
    """One image per function, [functions, 2, K], and how many images each stands for."""
    n = sum(blocks)
    group = block_permutations(blocks)
    keys, where, image_of = np.unique(
        _keys(_rename(template, group), n), return_index=True, return_inverse=True
    )
    chosen = group[where]
    images = _rename(template, chosen)
    values = _values(images, n)
    alike = np.flatnonzero((values == values[image_of[0]]).all(axis=1))
    partners = [
        chosen[k]
        for k in alike
        if k == image_of[0] or same_function(template, template.renamed(chosen[k]), n)
    ]
    # The image under g is the same function as the images under g after each partner.
    classes = [np.searchsorted(keys, _keys(_rename(template, chosen[:, p]), n)) for p in partners]
    first_of_class = np.min(classes, axis=0)
    return images[first_of_class == np.arange(len(keys))], len(partners)


def _rename(template: Template, group: NDArray[np.uint8]) -> IntArray:
    """Pair numbers of the images under each row of ``group``, [rows, 2, K], sides sorted."""
    n = group.shape[1]
    number = np.zeros((n, n), dtype=np.int64)
    for k, (i, j) in enumerate(all_pairs(n)):
        number[i, j] = number[j, i] = k
    sides = [
        np.stack([number[group[:, i], group[:, j]] for i, j in side], axis=1)
        for side in (template.first, template.second)
    ]
    return np.sort(np.stack(sides, axis=1), axis=2)


def _keys(images: IntArray, n: int) -> IntArray:
    """One integer per image, the same for both orders of its sides."""
    base = n * (n + 1) // 2
    codes = images @ base ** np.arange(images.shape[2])
    keys: IntArray = codes.min(axis=1) * base ** images.shape[2] + codes.max(axis=1)
    return keys


def _values(images: IntArray, n: int) -> IntArray:
    """Values of the maxes at integer points with gaps of very different sizes, [images, points]."""
    points = (np.random.default_rng(0).random((n, _POINTS)) ** 4 * 2**40).astype(np.int64)
    i, j = np.array(all_pairs(n)).T
    pair_max = np.maximum(points[i], points[j])
    values: IntArray = np.maximum(*(pair_max[images[:, s]].sum(axis=1) for s in (0, 1)))
    return values


def _cone_forms(template: Template, n: int) -> IntArray:
    """The two forms on every cone, dominated ones replaced by the other, in a canonical order."""
    ranks = orderings(n)
    unit = np.eye(n, dtype=np.int64)
    first, second = (
        np.sum([unit[np.minimum(ranks[:, i], ranks[:, j])] for i, j in side], axis=0)
        for side in (template.first, template.second)
    )
    partial = np.cumsum(first - second, axis=1)
    lowest, highest = partial.min(axis=1, keepdims=True), partial.max(axis=1, keepdims=True)
    larger = np.where(lowest >= 0, first, second)
    bent = (lowest < 0) & (highest > 0)
    one, two = np.where(bent, first, larger), np.where(bent, second, larger)
    weights = (template.pairs_per_side + 1) ** np.arange(n)
    swap = (one @ weights)[:, None] < (two @ weights)[:, None]
    return np.concatenate([np.where(swap, two, one), np.where(swap, one, two)], axis=1)
