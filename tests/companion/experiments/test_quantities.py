"""What is measured on a network: by hand, and the spread over images against explicit images."""

from itertools import product
from statistics import pstdev
from typing import Any

import pytest

from companion.experiments.statistics.quantities import (
    READINGS,
    attacked,
    clean_accuracy,
    mean_robust_accuracy,
    measure,
    reading_of,
)

FGSM = READINGS["FGSM, L∞"]


def result(correct: list[int], epsilons: list[float] | None = None, images: int = 100) -> Any:
    """A result under FGSM, as far as a measurement reads it."""
    grid = epsilons or [0.1 * k for k in range(len(correct))]
    attack = {"attack": "fast-gradient", "norm": "linf", "images": images}
    return {
        "clean": {"correct": 90, "images": 200},
        "robust": [attack | {"epsilons": grid, "correct": correct}],
    }


def test_clean_accuracy() -> None:
    one = measure(result([0]), "clean accuracy", None)
    assert (one.value, one.images) == (0.45, 200)
    assert one.deviation == pytest.approx((0.45 * 0.55) ** 0.5)
    assert clean_accuracy(result([0])) == 0.45


def test_mean_robust_accuracy() -> None:
    """Every positive epsilon counts the same, and none is not counted."""
    assert mean_robust_accuracy(result([90, 40, 20]), FGSM) == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("correct", "growth"), [([9, 50, 40, 30, 10], 0.2 - 0.45), ([9, 50, 99, 10], 0.1 - 0.5)]
)
def test_growth_leaves_the_middle_out(correct: list[int], growth: float) -> None:
    assert measure(result(correct), "growth", FGSM).value == pytest.approx(growth)


def test_growth_needs_two_sizes() -> None:
    with pytest.raises(ValueError, match=r"two positive sizes to measure growth, got \[0.1\]"):
        measure(result([9, 5]), "growth", FGSM)


@pytest.mark.parametrize("quantity", ["mean robust accuracy", "growth"])
def test_deviation_is_that_of_nested_images(quantity: Any) -> None:
    """Twenty images by hand: each is right up to its own size and wrong from there on."""
    correct, images = [18, 15, 9, 9, 2], 20
    signs = [1 / 4] * 4 if quantity == "mean robust accuracy" else [-1 / 2, -1 / 2, 1 / 2, 1 / 2]
    each = [
        sum(sign for sign, count in zip(signs, correct[1:], strict=True) if image < count)
        for image in range(images)
    ]
    found = measure(result(correct, images=images), quantity, FGSM)
    assert found.deviation == pytest.approx(pstdev(each))
    assert found.value == pytest.approx(sum(each) / images)


def test_no_other_images_with_these_counts_deviate_more() -> None:
    """Every way in which four images can come to the counts 3, 2, 1 at three sizes."""
    columns = [
        [column for column in product((0, 1), repeat=4) if sum(column) == count]
        for count in (3, 2, 1)
    ]
    largest = max(
        pstdev([sum(column[image] for column in chosen) / 3 for image in range(4)])
        for chosen in product(*columns)
    )
    found = measure(result([4, 3, 2, 1], images=4), "mean robust accuracy", FGSM)
    assert found.deviation == pytest.approx(largest)


def test_counts_that_rise_again_keep_the_value() -> None:
    rising = measure(result([90, 40, 10, 30]), "mean robust accuracy", FGSM)
    falling = measure(result([90, 40, 10, 10]), "mean robust accuracy", FGSM)
    assert rising.value == pytest.approx(0.8 / 3)
    assert rising.deviation == falling.deviation


def test_robustness_needs_a_reading() -> None:
    with pytest.raises(ValueError, match="reading must name an attack to measure growth, got None"):
        measure(result([9, 5, 4]), "growth", None)


def test_which_attack() -> None:
    assert attacked(result([9]), FGSM)
    assert not attacked(result([9]), READINGS["PGD, L2"])
    assert reading_of("PGD, L2") == ("pgd", "l2")
    with pytest.raises(ValueError, match=r"name must be one of FGSM, L∞; .*, got 'FGM'"):
        reading_of("FGM")
