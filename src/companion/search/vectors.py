"""Coordinates of symmetrised templates on the ordered cones, for the search (NumPy, all orderings).

Where the inputs are ordered, a template with g = f_Z - f_Z' is (f_Z + f_Z')/2 + |g|/2, and g is a
linear form c.x in the sorted inputs, with sum(c) = 0. Its average over the group of the blocks is
therefore fixed by the average of |g| and by averages of functions of the first hidden layer. On the
cone of one arrangement of the blocks along the ranks, the average of |g| is

    (1/|G|) * (linear part + sum over kinks of count * |c.x|),

where |c.x| is linear if all partial sums of c have one sign, and otherwise a *kink*, named by the
primitive c whose first non-zero entry is positive. These integers are what this module computes.
"""

from functools import cached_property
from itertools import product
from math import factorial

import numpy as np
from numpy.typing import NDArray

from maxpooling.two_layers.orderings import all_pairs, orderings
from maxpooling.two_layers.template import Pair, Template

IntArray = NDArray[np.int64]


class ConeCoordinates:
    """The vector of every template of at most K pairs a side, averaged within the blocks.

    There are ``size`` coordinates per cone, one cone after the other: the coefficients of the n
    sorted inputs, then those of the ``kinks``.

    Attributes:
        n: number of inputs.
        cones: number of arrangements of the blocks along the ranks, n!/|G|.
        kinks: array [number of kinks, n] of primitive integer vectors.
        size: n + number of kinks.
    """

    def __init__(self, blocks: tuple[int, ...], K: int) -> None:
        """List the kinks and tabulate which form belongs to which; O(n! n^2) bytes are held."""
        self.n = n = sum(blocks)
        labels = np.repeat(np.arange(len(blocks)), blocks)
        arrangements = labels[np.argsort(orderings(n), axis=1)]
        found, which_cone = np.unique(arrangements, axis=0, return_inverse=True)
        self._cone = which_cone.ravel()
        self.cones = len(found)
        self._K = K
        self._base = 2 * K + 1
        forms = _forms(n, K)
        sums = np.cumsum(forms, axis=1)
        ascending = sums.min(axis=1) >= 0
        bent = ~ascending & (sums.max(axis=1) > 0)
        scale = np.gcd.reduce(forms[bent], axis=1)
        primitive = forms[bent] // scale[:, None]
        lead = np.take_along_axis(primitive, (primitive != 0).argmax(axis=1)[:, None], axis=1)
        self.kinks, which = np.unique(primitive * np.sign(lead), axis=0, return_inverse=True)
        self.size = n + len(self.kinks)
        self._linear = np.where(ascending[:, None], forms, -forms) * ~bent[:, None]
        self._kink_of_form = np.zeros(len(forms), dtype=np.int64)
        self._kink_of_form[bent] = which.ravel()
        self._scale = np.zeros(len(forms), dtype=np.int64)
        self._scale[bent] = scale
        self._forms = len(forms)
        self._code_weights = self._base ** np.arange(n - 1, dtype=np.int64)
        codes = forms[:, :-1] @ self._code_weights
        self._shift = int(-codes.min())
        self._form_of_code = np.full(int(codes.max()) + self._shift + 1, -1, dtype=np.int32)
        self._form_of_code[codes + self._shift] = np.arange(len(forms))

    @cached_property
    def _pair_codes(self) -> dict[tuple[int, int], NDArray[np.int32]]:
        """For each pair and each ordering, the code of the unit vector of the pair's larger one."""
        weights = np.append(self._code_weights, 0).astype(np.int32)
        ranks = orderings(self.n)  # as a set, the orderings are their own inverses
        return {(i, j): weights[np.minimum(ranks[:, i], ranks[:, j])] for i, j in all_pairs(self.n)}

    def absolute_difference(self, template: Template) -> IntArray:
        """|G| times the average of |f_Z - f_Z'|: integers, ``cones * size`` of them. O(n! K)."""
        code = np.full(factorial(self.n), self._shift, dtype=np.int32)
        for pair in template.first:
            code += self._pair_codes[pair]
        for pair in template.second:
            code -= self._pair_codes[pair]
        places = self._cone * self._forms + self._form_of_code[code]
        counts = np.bincount(places, minlength=self.cones * self._forms)
        present = np.flatnonzero(counts)
        cone, form = np.divmod(present, self._forms)
        vector = np.zeros((self.cones, self.size), dtype=np.int64)
        np.add.at(vector[:, : self.n], cone, counts[present, None] * self._linear[form])
        bent = self._scale[form] > 0
        where = cone[bent], self.n + self._kink_of_form[form[bent]]
        np.add.at(vector, where, counts[present[bent]] * self._scale[form[bent]])
        return vector.ravel()

    def pair_max(self, pair: Pair) -> IntArray:
        """|G| times the average of max(x_i, x_j) over the images of the pair."""
        i, j = pair
        ranks = orderings(self.n)
        places = self._cone * self.n + np.minimum(ranks[:, i], ranks[:, j])
        counts = np.bincount(places, minlength=self.cones * self.n)
        return self._without_kinks(counts.reshape(self.cones, self.n))

    def maximum(self) -> IntArray:
        """The target: the largest input, on every cone."""
        return self._without_kinks(np.eye(1, self.n, dtype=np.int64).repeat(self.cones, axis=0))

    def _without_kinks(self, linear: IntArray) -> IntArray:
        vector = np.zeros((self.cones, self.size), dtype=np.int64)
        vector[:, : self.n] = linear
        return vector.ravel()


def _forms(n: int, K: int) -> IntArray:
    """All integer vectors of length n, sum 0, positive entries adding up to at most K."""
    positive = _compositions(n, K)
    by_support: dict[bytes, IntArray] = {}
    keys = [row.tobytes() for row in positive > 0]
    for key in set(keys):
        by_support[key] = positive[[k == key for k in keys]]
    rows = []
    for (a_key, a), (b_key, b) in product(by_support.items(), repeat=2):
        if not (np.frombuffer(a_key, np.bool_) & np.frombuffer(b_key, np.bool_)).any():
            same_sum = a.sum(axis=1)[:, None] == b.sum(axis=1)[None, :]
            i, j = np.nonzero(same_sum)
            rows.append(a[i] - b[j])
    return np.concatenate(rows)


def _compositions(n: int, K: int) -> IntArray:
    """All vectors of n non-negative integers with sum at most K."""
    rows = np.zeros((1, 0), dtype=np.int64)
    for _ in range(n):
        digits = np.arange(K + 1)
        rows = np.hstack([np.repeat(rows, K + 1, axis=0), np.tile(digits, len(rows))[:, None]])
        rows = rows[rows.sum(axis=1) <= K]
    return rows
