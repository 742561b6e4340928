"""Pools of images: windows, controls, spacings and errors by hand, fits on other images."""

from fractions import Fraction

import numpy as np
import pytest
import torch

from companion.experiments.pools import measuring
from companion.experiments.pools.measuring import (
    contrast,
    describe,
    others,
    photograph_moments,
    shuffled,
    windows_of,
)
from maxpooling.approximation.spacings import SpacingMoments


def bytes_of(*shape: int) -> torch.Tensor:
    draw = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, shape, generator=draw, dtype=torch.uint8)


def test_windows_by_hand() -> None:
    image = torch.arange(16, dtype=torch.uint8).view(1, 1, 4, 4)
    found = windows_of(image, 2)
    assert found.shape == (1, 4, 4)
    assert found[0].tolist() == [[0, 1, 4, 5], [2, 3, 6, 7], [8, 9, 12, 13], [10, 11, 14, 15]]
    assert windows_of(bytes_of(2, 3, 7, 5), 3).shape == (2, 3 * 3 * 2, 9)


def test_shuffling_keeps_the_pixels_of_each_channel() -> None:
    images = bytes_of(2, 3, 5, 4)
    mixed = shuffled(images)
    assert not torch.equal(mixed, images)
    assert torch.equal(mixed.flatten(2).sort().values, images.flatten(2).sort().values)
    assert torch.equal(shuffled(images), mixed)


def test_spacings_by_hand() -> None:
    """Two images with a pool each: (1, 1/4, 0, 0) and four times 1/2."""
    pools = np.array([[[0.0, 1.0, 0.25, 0.0]], [[0.5, 0.5, 0.5, 0.5]]])
    found = describe("two", 2, pools, [SpacingMoments.uniform(4)], "the distribution")
    assert found["spacings"] == pytest.approx([0.25, 0.375, 0.125, 0.0, 0.25])
    assert found["gap"] == pytest.approx(0.375)
    assert found["gaps"] == pytest.approx([0.375, 0.675, 0.7425, 0.75])
    assert found["wide"] == pytest.approx(0.5)
    assert found["spread"] == pytest.approx(0.5)
    assert (found["images"], found["pools"], found["side"]) == (2, 2, 2)
    errors = {one["estimator"]: one for one in found["errors"]}
    # Without a constant S(3) misses the maximum by a quarter of the gap: 3/16 and 0.
    plain = errors["plain S_3"]
    assert plain["mean"] == pytest.approx(-3 / 32)
    assert plain["absolute"] == pytest.approx(3 / 32)
    assert plain["root_mean_square"] == pytest.approx((9 / 512) ** 0.5)
    assert plain["quantiles"][-1] == pytest.approx(3 / 16)
    assert plain["worst"] == "1/4"
    # With {0, 3} the constant 1/8 is added.
    assert errors["minimax {0, 3}"]["mean"] == pytest.approx(1 / 8 - 3 / 32)


def test_each_image_is_measured_by_its_own_fit() -> None:
    pools = np.random.default_rng(0).random((3, 50, 4))
    fits = [SpacingMoments.of_pools(one) for one in pools]
    alone = describe("each", 2, pools, fits, "itself")
    turned = describe("each", 2, pools, fits[1:] + fits[:1], "another")
    for name in ("least squares {0, 3}", "least squares all orders"):
        own, other = (
            next(e for e in found["errors"] if e["estimator"] == name) for found in (alone, turned)
        )
        assert own["root_mean_square"] < other["root_mean_square"]
    with pytest.raises(ValueError, match="fits must be 1 or 3, got 2"):
        describe("too few", 2, pools, fits[:2], "others")


def test_an_interval_holds_its_mean_and_is_narrow_without_noise() -> None:
    pools = np.random.default_rng(0).random((40, 10, 4))
    found = describe("drawn", 2, pools, [SpacingMoments.uniform(4)], "the distribution")
    low, high = found["gap_interval"]
    assert low < found["gap"] < high
    same = describe("same", 2, pools[:1].repeat(5, 0), [SpacingMoments.uniform(4)], "")
    assert same["gap_interval"] == pytest.approx([same["gap"]] * 2)


def test_contrast_by_hand() -> None:
    """Gaps 3/4 and 1/2 of the controls, 1/4 and 0 of the images."""
    control = np.array([[[1.0, 0.25]], [[0.5, 0.0]]])
    real = np.array([[[1.0, 0.75]], [[0.5, 0.5]]])
    found = contrast("two", 2, real, control)
    assert found["gap_less"] == pytest.approx(0.5)
    assert found["gap_less_interval"] == pytest.approx([0.5, 0.5])
    assert found["wide_less"] == pytest.approx(0.5)
    assert found["wide_less_interval"] == pytest.approx([0, 1])


def test_moments_of_the_others_leave_one_image_out() -> None:
    images = bytes_of(4, 1, 6, 6)
    each = photograph_moments(images, 2)
    without = SpacingMoments.of_pools(windows_of(images[1:], 2), scale=255)
    assert others(each)[0] == without
    assert without.second[0][0] != each[0].second[0][0]


def test_moments_are_exact() -> None:
    image = torch.tensor([[[[0, 255], [51, 51]]]], dtype=torch.uint8)
    (found,) = photograph_moments(image, 2)
    spacings = [Fraction(0), Fraction(4, 5), Fraction(0), Fraction(1, 5), Fraction(0)]
    assert found.second == tuple(tuple(a * b for a in spacings) for b in spacings)


def test_units_are_cut_off_at_the_range() -> None:
    inputs = torch.linspace(-2, 2, 9).view(1, 1, 3, 3)
    found = measuring._unit(inputs, (-1.0, 1.0))
    assert found.shape == (1, 1, 9)
    assert found.min() == 0
    assert found.max() == 1
    assert found[0, 0, 4] == pytest.approx(0.5)
