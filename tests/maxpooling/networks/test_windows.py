"""Maxes over an image: the plans compute what they should, and cost what they say."""

from dataclasses import replace

import numpy as np
import pytest

from maxpooling.approximation import sparse_uniform
from maxpooling.errors import CertificateError
from maxpooling.networks.windows import WindowPlan, plan_windows

ROWS = [(0, 1, 2), (3, 4, 5), (6, 7, 8)]


def run(plan: WindowPlan, image: np.ndarray) -> dict[frozenset[tuple[int, int]], np.ndarray]:
    """Every picture of the plan; the image is continued on the other side."""
    pictures = {frozenset({(0, 0)}): image}
    for cells, ((first, a), (second, b)) in plan.steps.items():
        moved = [np.roll(pictures[part], (-i, -j), (0, 1)) for part, (i, j) in
                 ((first, a), (second, b))]  # fmt: skip
        pictures[cells] = np.maximum(*moved)
    return pictures


@pytest.mark.parametrize(("side", "maxes", "layers"), [(1, 0, 0), (2, 2, 2), (3, 4, 4), (4, 4, 4)])
def test_the_exact_maximum(side: int, maxes: int, layers: int) -> None:
    plan = plan_windows(side, [range(side * side)])
    assert plan.verify()
    assert (plan.per_pixel, plan.layers) == (maxes, layers)


def test_three_rows_are_one_picture() -> None:
    assert plan_windows(3, ROWS).per_pixel == 2


@pytest.mark.parametrize("count", [9, 21])
def test_pictures_are_the_maxes(count: int) -> None:
    image = np.random.default_rng(1).random((7, 8))
    plan = plan_windows(3, sparse_uniform(9, count).blocks)
    assert plan.verify()
    pictures = run(plan, image)
    for cells in plan.wanted:
        expected = np.max([np.roll(image, (-i, -j), (0, 1)) for i, j in cells], axis=0)
        assert np.array_equal(pictures[cells], expected)


def test_a_wrong_step_is_noticed() -> None:
    plan = plan_windows(3, ROWS)
    single = frozenset({(0, 0)})
    wrong = dict.fromkeys(plan.steps, ((single, (0, 0)), (single, (0, 0))))
    with pytest.raises(CertificateError, match="not the union"):
        replace(plan, steps=wrong).verify()
    with pytest.raises(CertificateError, match="not computed"):
        replace(plan, steps={}).verify()


@pytest.mark.parametrize(("side", "blocks"), [(0, []), (6, []), (2, [()]), (2, [(4,)])])
def test_refuses(side: int, blocks: list[tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match="must be"):
        plan_windows(side, blocks)
