"""The data of the picture of draggable pixels: grey values and estimators."""

from fractions import Fraction

import numpy as np

from companion.sphinx.patch import SIDE, grey, order_sets, patch_data, photographs
from maxpooling.approximation import best_uniform


def test_grey_is_between_black_and_white_and_rounds() -> None:
    colours = np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255]]])
    assert grey(colours.astype(np.uint8)).tolist() == [[0, 255, 76, 150, 29]]


def test_photographs_are_six_whole_pictures() -> None:
    found = photographs()
    assert [len(bytes.fromhex(one)) for one in found] == [SIDE**2] * 6
    assert len(set(found)) == 6


def test_estimators_are_the_best_ones() -> None:
    for d, estimators in patch_data()["estimators"].items():
        assert [tuple(one["orders"]) for one in estimators] == list(order_sets(d))
        for one in estimators:
            best = best_uniform(d, one["orders"])
            assert best.verify()
            assert Fraction(one["error"]) == best.error
            assert max(abs(Fraction(e)) for e in one["residuals"]) == best.error
            # At the pool of ones: constant and all weights.
            whole = Fraction(one["intercept"]) + sum(map(Fraction, one["weights"]))
            assert whole == 1 + Fraction(one["residuals"][-1])
