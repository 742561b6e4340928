"""Combinations of chosen subpool maxes: evaluated at every vertex, and the plain averages."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from maxpooling.approximation.blocks import (
    SparseApproximation,
    average_of_blocks,
    block_of,
    cyclic_runs,
    from_terms,
    mask_of,
)
from maxpooling.approximation.closed_forms import single_order
from maxpooling.errors import CertificateError

HALF = Fraction(1, 2)
TWO_PAIRS = SparseApproximation(
    4, {(0, 1): HALF, (2, 3): HALF}, Fraction(1, 4), Fraction(1, 4), proved=False
)


class TestVerify:
    def test_the_example_of_two_pairs(self) -> None:
        assert TWO_PAIRS.verify()

    @pytest.mark.parametrize(
        ("wrong", "what"),
        [
            ({"error": Fraction(1, 5)}, "1/4, not 1/5"),
            ({"error": Fraction(1, 3)}, "1/4, not 1/3"),
            ({"constant": Fraction(1, 3)}, "1/3, not 1/4"),
            ({"constant": 0.25}, "rational"),
            ({"blocks": {(0, 1): HALF, (2, 3): Fraction(0)}}, "no subpool"),
            ({"blocks": {(1, 0): HALF, (2, 3): HALF}}, "no subpool"),
            ({"blocks": {(0, 1, 2, 3): Fraction(1)}}, "no subpool"),
            ({"blocks": {(0, 4): HALF, (2, 3): HALF}}, "no subpool"),
            ({"blocks": {(): HALF, (2, 3): HALF}}, "no subpool"),
        ],
    )
    def test_refuses(self, wrong: dict[str, object], what: str) -> None:
        with pytest.raises(CertificateError, match=what):
            replace(TWO_PAIRS, **wrong).verify()  # type: ignore[arg-type]

    def test_errors_at_vertices_against_the_definition(self) -> None:
        blocks = {(0,): Fraction(1, 3), (1, 2): Fraction(-2, 5), (0, 2): Fraction(1, 7)}
        f = SparseApproximation(3, blocks, Fraction(1, 9), Fraction(1))
        for x in product((0, 1), repeat=3):
            value = f.constant + sum(w * max(x[i] for i in I) for I, w in blocks.items())
            zeros = mask_of(i for i in range(3) if x[i] == 0)
            assert f.vertex_errors()[zeros] == value - max(x)

    def test_no_point_of_the_cube_is_worse(self) -> None:
        x = np.random.default_rng(1).random((2000, 4))
        assert np.abs(TWO_PAIRS(x) - x.max(axis=-1)).max() <= 0.25

    def test_call_refuses_another_size(self) -> None:
        with pytest.raises(ValueError, match=r"\[\.\.\., 4\]"):
            TWO_PAIRS(np.zeros((2, 3)))


class TestAverages:
    @pytest.mark.parametrize(("d", "r"), [(d, r) for d in range(2, 9) for r in range(1, d)])
    @pytest.mark.parametrize("intercept", [True, False])
    def test_runs_on_a_circle_do_as_all_subpools(self, d: int, r: int, intercept: bool) -> None:
        found = average_of_blocks(d, cyclic_runs(d, r), intercept=intercept)
        assert found.verify()
        assert found.error == single_order(d, r, intercept)

    def test_how_many_runs(self) -> None:
        counts = {(9, 3): 3, (9, 6): 3, (6, 4): 3, (10, 4): 5, (8, 6): 4, (9, 8): 9}
        assert {case: len(cyclic_runs(*case)) for case in counts} == counts

    @pytest.mark.parametrize(
        "blocks", [[(0, 1), (1, 2)], [(0, 1), (2,)], [(0, 1, 2, 3)], [], [(0, 1), (2, 4)]]
    )
    def test_refuses_what_is_not_regular(self, blocks: list[tuple[int, ...]]) -> None:
        with pytest.raises(ValueError, match="cover each input"):
            average_of_blocks(4, blocks)

    def test_repeated_blocks_add_up(self) -> None:
        assert average_of_blocks(4, [(0, 1), (2, 3)] * 2).blocks == TWO_PAIRS.blocks


class TestTerms:
    def test_masks(self) -> None:
        for size in range(5):
            for block in combinations(range(4), size):
                assert block_of(mask_of(block)) == block

    def test_the_whole_pool_must_cancel(self) -> None:
        with pytest.raises(ValueError, match="must give the whole pool"):
            from_terms(2, {0: HALF, 3: Fraction(2)})
