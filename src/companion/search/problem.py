"""The linear system of a search: which combinations of averaged templates are the max?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import factorial, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from companion.search.functions import distinct_functions
from companion.search.vectors import ConeCoordinates
from maxpooling.two_layers.identity import Identity, PairTerm, Term
from maxpooling.two_layers.images import images
from maxpooling.two_layers.orderings import all_pairs
from maxpooling.two_layers.template import Pair, Template
from maxpooling.two_layers.verification import image_count

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Problem:
    """Columns to combine to the target, all of them integer vectors on the cones.

    Attributes:
        blocks: within which inputs are renamed; |G| is the order of that group.
        pairs: one pair of each kind, the free part.
        pair_columns: |G| times the averages of their maxes, sparse [rows, len(pairs)].
        templates: what may be used at a price.
        columns: |G| times the averages of |f_Z - f_Z'|, sparse [rows, len(templates)].
        target: the max, [rows].
        neurons: the price, the number of distinct functions among the images.
    """

    blocks: tuple[int, ...]
    pairs: tuple[Pair, ...]
    pair_columns: Any
    templates: tuple[Template, ...]
    columns: Any
    target: IntArray
    neurons: IntArray

    @property
    def group_order(self) -> int:
        """|G|."""
        return prod(factorial(size) for size in self.blocks)

    def only(self, chosen: IntArray) -> "Problem":
        """The problem with these templates alone."""
        return Problem(
            self.blocks,
            self.pairs,
            self.pair_columns,
            tuple(self.templates[k] for k in chosen.tolist()),
            self.columns[:, chosen],
            self.target,
            self.neurons[chosen],
        )


def make_problem(
    coarse: tuple[int, ...], templates: Iterable[Template], fine: tuple[int, ...], K: int
) -> Problem:
    """Set up the system in which every average over a group is split into those over a smaller one.

    Of several templates with the same column the one of fewest neurons is kept; coordinates that
    always agree are kept once.

    Args:
        coarse: blocks within which the templates are given up to renaming, (n,) to begin with.
        templates: what may be used.
        fine: blocks of the problem, a refinement of ``coarse``, or ``coarse`` itself.
        K: largest number of pairs on a side.
    """
    from scipy.sparse import csc_matrix, hstack

    coordinates = ConeCoordinates(fine, K)
    cheapest: dict[tuple[bytes, bytes], tuple[int, Template, Any]] = {}
    for given in templates:
        for template in split(given, coarse, fine):
            column = csc_matrix(coordinates.absolute_difference(template)[:, None])
            price = distinct_functions(template, fine)
            key = column.indices.tobytes(), column.data.tobytes()
            if key not in cheapest or price < cheapest[key][0]:
                cheapest[key] = price, template, column
    prices, kept_templates, columns = zip(*cheapest.values(), strict=True)
    pair_columns = {
        coordinates.pair_max(pair).tobytes(): pair for pair in reversed(all_pairs(sum(fine)))
    }
    pairs = tuple(pair_columns.values())
    table = hstack(
        [
            csc_matrix(hstack(columns)),
            csc_matrix(np.stack([coordinates.pair_max(pair) for pair in pairs], axis=1)),
            csc_matrix(coordinates.maximum()[:, None]),
        ]
    ).tocsr()
    kept = _distinct_rows(table)
    table = table[kept].tocsc()
    return Problem(
        fine,
        pairs,
        table[:, len(kept_templates) : -1],
        tuple(kept_templates),
        table[:, : len(kept_templates)],
        table[:, -1].toarray().ravel(),
        np.array(prices),
    )


def split(template: Template, coarse: tuple[int, ...], fine: tuple[int, ...]) -> Iterator[Template]:
    """One image of the template under renaming within ``coarse`` from each class of ``fine``.

    Examples:
        >>> [t.second for t in split(Template([(0, 0)], [(1, 1)]), (3,), (1, 2))]
        [((1, 1),), ((2, 2),)]
    """
    if coarse == fine:
        yield template
        return
    seen: set[Template] = set()
    for image in images(template, coarse):
        if image not in seen:
            yield image
            seen.update(images(image, fine))


def as_identity(
    problem: Problem, support: list[int], pair_factors: list[Fraction], factors: list[Fraction]
) -> Identity:
    """Write a combination of columns in terms of max(f_Z, f_Z') = (f_Z + f_Z' + |f_Z - f_Z'|) / 2.

    Args:
        problem: the problem solved.
        support: the templates used.
        pair_factors: of the columns of ``problem.pairs``.
        factors: of the columns of the templates in ``support``.
    """
    order = problem.group_order
    representative = _pair_representatives(problem)
    totals = {pair: order * x for pair, x in zip(problem.pairs, pair_factors, strict=True)}
    terms = []
    for index, factor in zip(support, factors, strict=True):
        template = problem.templates[index]
        coefficient = 2 * factor * order
        for pair in template.first + template.second:
            totals[representative[pair]] -= coefficient / 2
        terms.append(Term(coefficient, template, image_count(template, problem.blocks)))
    pairs = tuple(PairTerm(total, pair) for pair, total in sorted(totals.items()) if total)
    return Identity(problem.blocks, pairs, tuple(terms))


def _pair_representatives(problem: Problem) -> dict[Pair, Pair]:
    """For every pair, the one of ``problem.pairs`` that it is an image of."""
    result = {}
    for pair in problem.pairs:
        for image in images(Template([pair], [pair]), problem.blocks):
            result[image.first[0]] = pair
    return result


def _distinct_rows(table: Any) -> IntArray:
    """Indices of one row of each set of equal ones, zero rows left out."""
    random = np.random.default_rng(0)
    # Random sums in wrapping 64-bit integers; two different rows collide with chance 2^-60 or so.
    hashes = table @ random.integers(-(2**62), 2**62, table.shape[1])
    values, first = np.unique(hashes, return_index=True)
    kept: IntArray = np.sort(first[values != 0])
    return kept
