"""Which symmetric tuples of Laurent polynomials lie in the span: conditions that use no template.

On the ordered cone a symmetric tuple is one Laurent polynomial P in Y_1, ..., Y_n. It belongs to
the ring M of the symmetrised exponentials of combinations of inputs and pairwise maxes exactly if,
along every run of r consecutive ranks, the Taylor expansion of P in the directions of the run has
its coefficients in a graded ring M_r, degree by degree up to a bound. M_r is spanned in degree e by
the sums, over all orders of r numbers, of the powers phi^e of such combinations. So membership is a
list of linear equations for the coefficients of P. Everything here is modulo a prime.
"""

from collections import defaultdict
from functools import cache
from itertools import combinations, combinations_with_replacement, permutations, product
from math import gcd

import numpy as np
from flint import nmod_mat
from numpy.typing import NDArray

from companion.search.modular import PRIME

Integers = NDArray[np.int64]
Form = tuple[int, ...]


def exponents(n: int, K: int) -> list[Form]:
    """All differences of two sums of K sorted inputs: integer vectors of sum 0, at most K up."""
    halves: dict[int, list[Form]] = defaultdict(list)
    for half in product(range(K + 1), repeat=n):
        if sum(half) <= K:
            halves[sum(half)].append(half)
    return sorted(
        {
            tuple(a - b for a, b in zip(up, down, strict=True))
            for same in halves.values()
            for up, down in product(same, repeat=2)
        }
    )


def conditions(n: int, forms: list[Form], degree: int) -> list[dict[int, int]]:
    """The equations for membership of a combination of the monomials Y^c in M, as sparse rows.

    Args:
        n: number of inputs.
        forms: the exponents c, one for each unknown coefficient.
        degree: of the Taylor expansion, up to which equations are made.
    """
    table = np.array(forms, dtype=np.int64)
    rows = []
    for r in range(2, n + 1):
        for first in range(n - r + 1):
            groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
            for place, form in enumerate(forms):
                inside = sum(form[first : first + r])
                groups[(*form[:first], inside, *form[first + r :])].append(place)
            for e in range(1, degree + 1):
                functionals = annihilator(r, e)
                if not len(functionals):
                    continue
                values = powers(table[:, first : first + r], e) @ functionals.T % PRIME
                for places in groups.values():
                    for column in range(len(functionals)):
                        row = {k: int(values[k, column]) for k in places if values[k, column]}
                        if row:
                            rows.append(row)
    return rows


@cache
def annihilator(r: int, e: int) -> Integers:
    """The functionals on polynomials of degree e in r variables that vanish on M_r, as rows.

    In terms of the values of the monomials: a functional f of c.eta to the power e is f times the
    monomials of c.
    """
    random = np.random.default_rng(r * 100 + e)
    orders = np.array(list(permutations(range(r))))
    positions = np.argsort(orders, axis=1)
    found: list[list[int]] = []
    width = len(list(combinations_with_replacement(range(r), e)))
    while True:
        for _ in range(8):
            by_rank = np.zeros((len(orders), r), dtype=np.int64)
            everyone = np.arange(len(orders))
            for i in range(r):
                by_rank[everyone, positions[:, i]] += random.integers(PRIME)
            for i, j in combinations(range(r), 2):
                higher = np.minimum(positions[:, i], positions[:, j])
                by_rank[everyone, higher] += random.integers(PRIME)
            found.append((powers(by_rank % PRIME, e).sum(axis=0) % PRIME).tolist())
        matrix = nmod_mat(len(found), width, [entry for row in found for entry in row], PRIME)
        if matrix.rank() <= len(found) - 8:
            break
    basis, nullity = matrix.nullspace()
    rows = [[int(basis[i, k]) for i in range(width)] for k in range(nullity)]
    return np.array(rows, dtype=np.int64).reshape(nullity, width)


def powers(vectors: Integers, e: int) -> Integers:
    """The monomials of degree e of every row, modulo the prime."""
    vectors = vectors % PRIME
    columns = [np.ones(len(vectors), dtype=np.int64)]
    index: dict[tuple[int, ...], int] = {(): 0}
    for degree in range(1, e + 1):
        following: list[Integers] = []
        names: dict[tuple[int, ...], int] = {}
        for chosen in combinations_with_replacement(range(vectors.shape[1]), degree):
            names[chosen] = len(following)
            following.append(columns[index[chosen[:-1]]] * vectors[:, chosen[-1]] % PRIME)
        columns, index = following, names
    return np.stack(columns, axis=1)


def predicted_rank(n: int, K: int, degree: int) -> int:
    """The dimension of the functions that the tuples of M within K pairs a side stand for.

    Together with the mean and the average pairwise max, as in the table of spans.
    """
    forms = exponents(n, K)
    rows = conditions(n, forms, degree)
    matrix = nmod_mat(max(len(rows), 1), len(forms), PRIME)
    for i, row in enumerate(rows):
        for k, entry in row.items():
            matrix[i, k] = entry
    basis, nullity = matrix.nullspace()
    kinks: dict[Form, int] = {}
    images = []
    for form in forms:
        image: dict[int, int] = {}
        sums = np.cumsum(form)
        if min(sums) >= 0 or max(sums) <= 0:
            sign = 1 if min(sums) >= 0 else -1
            image = {k: sign * entry for k, entry in enumerate(form) if entry}
        else:
            scale = gcd(*form)
            lead = next(entry for entry in form if entry)
            primitive = tuple(entry // (scale if lead > 0 else -scale) for entry in form)
            image = {n + kinks.setdefault(primitive, len(kinks)): scale}
        images.append(image)
    phi = nmod_mat(len(forms), n + len(kinks), PRIME)
    for i, image in enumerate(images):
        for k, entry in image.items():
            phi[i, k] = entry % PRIME
    tuples = nmod_mat(nullity, len(forms), PRIME)
    for k in range(nullity):
        for i in range(len(forms)):
            tuples[k, i] = basis[i, k]
    functions = tuples * phi
    whole = nmod_mat(nullity + 2, n + len(kinks), PRIME)
    for k in range(nullity):
        for i in range(n + len(kinks)):
            whole[k, i] = functions[k, i]
    for i in range(n):
        whole[nullity, i] = 1
        whole[nullity + 1, i] = n - 1 - i
    return int(whole.rank())
