"""Families closed under unions: the closed form against linear programs over the cube."""

from fractions import Fraction
from itertools import combinations, product
from random import Random

import numpy as np
import pytest

from maxpooling.approximation.blocks import block_of
from maxpooling.approximation.brute_force import maximise_first
from maxpooling.approximation.closed_forms import top_orders
from maxpooling.approximation.families import best_over_family, moebius, union_closure
from maxpooling.approximation.planes import affine_plane, complements


def least_error(d: int, subpools: list[tuple[int, ...]]) -> Fraction:
    """By the simplex method over all vertices, one weight for each subpool."""
    rows, right = [], []
    for x in product((0, 1), repeat=d):
        features = [1, *(max(x[i] for i in I) for I in subpools)]
        rows.append([1, *features, *(-a for a in features)])
        rows.append([1, *(-a for a in features), *features])
        right += [1 + max(x), 1 - max(x)]
    return 1 - maximise_first(np.array(rows, dtype=object), np.array(right, dtype=object))


class TestTheorem:
    @pytest.mark.parametrize("seed", range(12))
    def test_against_the_simplex_method(self, seed: int) -> None:
        random = Random(seed)
        generators = [
            tuple(sorted(random.sample(range(4), random.randint(1, 3)))) for _ in range(4)
        ]
        family = [block_of(mask) for mask in union_closure(4, generators)]
        found = best_over_family(4, generators)
        assert found.verify()
        assert found.error == least_error(4, [I for I in family if 0 < len(I) < 4])
        assert set(found.blocks) <= set(family)

    @pytest.mark.parametrize(("d", "s"), [(d, s) for d in range(2, 7) for s in range(1, d)])
    def test_the_largest_orders(self, d: int, s: int) -> None:
        largest = [I for r in range(d - s, d) for I in combinations(range(d), r)]
        assert best_over_family(d, largest).error == top_orders(d, s, intercept=True)

    def test_the_plane_on_a_window_of_nine(self) -> None:
        found = best_over_family(9, complements(9, affine_plane(3)))
        assert found.verify()
        assert (len(found.blocks), found.error) == (21, Fraction(1, 50))

    def test_moebius_sums_vanish_above_each_set(self) -> None:
        family = union_closure(5, [(0, 1), (1, 2, 3), (3, 4), (0, 4)])
        values = moebius(family)
        for mask in family:
            above = sum(mu for other, mu in values.items() if mask & other == mask)
            assert above == (mask == 0b11111)


class TestArguments:
    def test_refuses_inputs_outside_of_the_pool(self) -> None:
        with pytest.raises(ValueError, match="each input"):
            best_over_family(3, [(0, 3)])

    def test_refuses_too_many_unions(self) -> None:
        with pytest.raises(ValueError, match="unions"):
            union_closure(14, [(i,) for i in range(14)])
