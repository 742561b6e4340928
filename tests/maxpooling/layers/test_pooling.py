"""SubpoolMaxPool2d against subpool enumeration, and against the rules of MaxPool2d."""

from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from maxpooling.approximation import UniformApproximation, best_uniform
from maxpooling.layers import SubpoolMaxPool2d

UNIT = (0, 1)


def enumerated(
    window: Tensor, estimator: UniformApproximation, low: float = 0.0, high: float = 1.0
) -> float:
    """The estimator on one window, subpool by subpool, from its definition."""
    values = ((window.flatten() - low) / (high - low)).tolist()
    total = float(estimator.coefficients.get(0, 0))
    for r in estimator.orders:
        if r:
            maxima = [max(chosen) for chosen in combinations(values, r)]
            total += float(estimator.coefficients[r]) * sum(maxima) / len(maxima)
    return low + (high - low) * total


def brute_force(x: Tensor, pool: SubpoolMaxPool2d) -> Tensor:
    """Every window cut out by hand; a place outside the image is its nearest pixel."""
    (kh, kw), (sh, sw), (ph, pw) = pool.kernel_size, pool.stride, pool.padding
    height, width = x.shape[-2:]
    estimator = best_uniform(kh * kw, pool.orders)
    assert pool.input_range is not None
    out = torch.empty(
        *x.shape[:-2], (height + 2 * ph - kh) // sh + 1, (width + 2 * pw - kw) // sw + 1,
        dtype=torch.float64,
    )  # fmt: skip
    for i, j in product(range(out.shape[-2]), range(out.shape[-1])):
        rows = [min(max(i * sh - ph + a, 0), height - 1) for a in range(kh)]
        columns = [min(max(j * sw - pw + b, 0), width - 1) for b in range(kw)]
        for plane in product(*map(range, x.shape[:-2])):
            window = x[plane][rows][:, columns]
            out[(*plane, i, j)] = enumerated(window, estimator, *pool.input_range)
    return out


def seeded(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


GEOMETRIES = [
    {"kernel_size": 2},
    {"kernel_size": 3, "stride": 2, "padding": 1},
    {"kernel_size": (2, 3), "stride": (1, 2), "padding": (1, 0)},
    {"kernel_size": (3, 1), "stride": (2, 1), "padding": (1, 0)},
    {"kernel_size": (1, 4), "stride": 3, "padding": (0, 2)},
]


class TestEstimator:
    @pytest.mark.parametrize("geometry", GEOMETRIES)
    def test_equals_brute_force_for_every_order_set(self, geometry: dict[str, Any]) -> None:
        x = seeded(1, 2, 5, 7)
        kernel = geometry["kernel_size"]
        d = kernel**2 if isinstance(kernel, int) else kernel[0] * kernel[1]
        every = [o for n in range(1, d + 1) for o in combinations(range(d), n)]
        for orders in every if d <= 4 else every[:: max(1, len(every) // 12)]:
            pool = SubpoolMaxPool2d(orders=orders, input_range=UNIT, **geometry)
            assert torch.allclose(pool(x), brute_force(x, pool), rtol=0, atol=1e-12), orders

    def test_nine_with_all_orders(self) -> None:
        x = seeded(1, 1, 6, 6)
        pool = SubpoolMaxPool2d(3, 2, 1, orders=range(9), input_range=UNIT)
        assert torch.allclose(pool(x), brute_force(x, pool), rtol=0, atol=1e-12)

    @given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(0, 1), st.data())
    @settings(deadline=None, max_examples=40)
    def test_random_geometries_and_orders(
        self, kh: int, kw: int, stride: int, padding: int, data: st.DataObject
    ) -> None:
        padding = min(padding, kh // 2, kw // 2)
        orders = data.draw(st.sets(st.integers(0, kh * kw - 1), min_size=1))
        x = seeded(2, 4, 5, seed=data.draw(st.integers(0, 99)))
        pool = SubpoolMaxPool2d((kh, kw), stride, padding, orders=orders, input_range=UNIT)
        assert torch.allclose(pool(x), brute_force(x, pool), rtol=0, atol=1e-11)

    def test_error_bound_is_attained_and_not_exceeded(self) -> None:
        pool = SubpoolMaxPool2d(3, orders=[0, 8], input_range=UNIT)
        assert pool.error_bound == Fraction(1, 18)
        one = torch.zeros(1, 3, 3, dtype=torch.float64)
        assert pool(one).item() == pytest.approx(1 / 18)
        one[0, 1, 1] = 1
        assert pool(one).item() == pytest.approx(1 - 1 / 18)
        x = seeded(4, 3, 30, 30)
        assert (pool(x) - nn.MaxPool2d(3)(x)).abs().max() < 1 / 18

    def test_weights_that_differ_are_noticed(self) -> None:
        x = seeded(1, 6, 6)
        pool = SubpoolMaxPool2d(2, orders=[0, 2, 3], input_range=UNIT)
        for j in range(4):
            if pool.weights[j]:
                wrong = SubpoolMaxPool2d(2, orders=[0, 2, 3], input_range=UNIT)
                wrong.rank_weights[j] *= 0.99
                assert not torch.allclose(wrong(x), brute_force(x, pool), rtol=0, atol=1e-5)

    @pytest.mark.parametrize("orders", [[0], [1], [0, 1]])
    def test_low_orders(self, orders: tuple[int, ...]) -> None:
        x = seeded(1, 4, 4)
        pool = SubpoolMaxPool2d(2, orders=orders, input_range=UNIT)
        assert torch.allclose(pool(x), brute_force(x, pool), rtol=0, atol=1e-12)


class TestGradient:
    @pytest.mark.parametrize("geometry", GEOMETRIES)
    def test_gradcheck(self, geometry: dict[str, Any]) -> None:
        shuffled = torch.randperm(48, generator=torch.Generator().manual_seed(1))
        x = (shuffled.double() / 48).reshape(1, 1, 6, 8).requires_grad_()  # no ties
        kernel = geometry["kernel_size"]
        d = kernel**2 if isinstance(kernel, int) else kernel[0] * kernel[1]
        for orders in ([0, d - 1], [d - 1], range(d), [0, 1]):
            assert torch.autograd.gradcheck(
                SubpoolMaxPool2d(orders=orders, input_range=UNIT, **geometry), (x,)
            )

    def test_gradient_is_the_weights(self) -> None:
        x = torch.tensor([[[0.1, 0.7], [0.4, 0.2]]], dtype=torch.float64, requires_grad=True)
        pool = SubpoolMaxPool2d(2, orders=range(4), input_range=UNIT)
        (gradient,) = torch.autograd.grad(pool(x).sum(), x)
        w = [float(weight) for weight in pool.weights]
        assert gradient.flatten().tolist() == [w[3], w[0], w[1], w[2]]


class TestShapes:
    @pytest.mark.parametrize("geometry", GEOMETRIES)
    @pytest.mark.parametrize("shape", [(2, 3, 11, 8), (3, 11, 8), (0, 3, 11, 8), (1, 1, 4, 4)])
    def test_same_as_max_pool(self, geometry: dict[str, Any], shape: tuple[int, ...]) -> None:
        expected = nn.MaxPool2d(**geometry)(torch.rand(shape)).shape
        assert (
            SubpoolMaxPool2d(orders=[0, 1], input_range=UNIT, **geometry)(torch.rand(shape)).shape
            == expected
        )

    @given(*[st.integers(1, 4)] * 4, *[st.integers(1, 9)] * 2, st.integers(0, 2), st.integers(0, 2))
    @settings(deadline=None)
    def test_accepts_and_refuses_what_max_pool_does(
        self, kh: int, kw: int, sh: int, sw: int, h: Any, w: int, ph: int, pw: int
    ) -> None:
        arguments: dict[str, Any] = {
            "kernel_size": (kh, kw),
            "stride": (sh, sw),
            "padding": (ph, pw),
        }
        x = torch.rand(1, 2, h, w)
        try:
            expected = nn.MaxPool2d(**arguments)(x).shape
        except RuntimeError:
            with pytest.raises(ValueError, match=r"padding|smaller"):
                SubpoolMaxPool2d(orders=[0], input_range=UNIT, **arguments)(x)
        else:
            assert SubpoolMaxPool2d(orders=[0], input_range=UNIT, **arguments)(x).shape == expected

    def test_views_and_channels_last(self) -> None:
        x = seeded(2, 3, 8, 8)
        pool = SubpoolMaxPool2d(3, 2, 1, orders=[0, 4, 8], input_range=UNIT)
        expected = pool(x)
        assert torch.equal(pool(x.to(memory_format=torch.channels_last)), expected)
        assert torch.equal(pool(x.transpose(2, 3).contiguous().transpose(2, 3)), expected)

    def test_in_a_model(self) -> None:
        model = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.ReLU(), SubpoolMaxPool2d(2, orders=[0, 3], input_range=UNIT)
        )
        model(torch.rand(2, 1, 8, 8)).sum().backward()
        assert model[0].weight.grad is not None
        assert not list(model[2].parameters())


class TestBorders:
    @pytest.mark.parametrize("orders", [[0, 8], [8], range(9), [0, 3]])
    def test_no_padding_value_enters(self, orders: tuple[int, ...]) -> None:
        # Far from zero and from the edge values: any padding constant would show.
        x = 100 + seeded(1, 5, 5)
        pool = SubpoolMaxPool2d(3, 1, 1, orders=orders, input_range=(100, 101))
        maximum = nn.MaxPool2d(3, 1, 1)(x)
        assert (pool(x) - maximum).abs().max() <= float(pool.error_bound_on(100, 101)) + 1e-12

    @pytest.mark.parametrize(("size", "stride"), [(1, 1), (2, 1), (3, 2), (5, 3), (6, 4)])
    def test_padded_places_repeat_pixels_of_their_window(self, size: int, stride: int) -> None:
        kernel, padding = 4, 2
        for start in range(-padding, size + padding - kernel + 1, stride):
            places = range(start, start + kernel)
            assert {min(max(p, 0), size - 1) for p in places} <= set(places)

    def test_constant_image_gives_a_constant(self) -> None:
        pool = SubpoolMaxPool2d(3, 1, 1, orders=[0, 2, 8], input_range=UNIT)
        out = pool(torch.full((1, 4, 4), 0.3, dtype=torch.float64))
        assert torch.allclose(out, out[0, 0, 0].expand_as(out), rtol=0, atol=1e-15)


class TestRange:
    @pytest.mark.parametrize("orders", [[0, 3], [3], [0, 1, 2, 3], [1, 2]])
    @pytest.mark.parametrize("low_high", [(0, 1), (-1, 1), (-2.5, 0.25), (0, 6), (10, 11)])
    def test_is_the_affine_image_of_the_unit_range(
        self, orders: tuple[int, ...], low_high: tuple[float, float]
    ) -> None:
        low, high = low_high
        x = seeded(2, 6, 6)
        pool = SubpoolMaxPool2d(2, orders=orders, input_range=low_high)
        moved = pool(low + (high - low) * x)
        expected = low + (high - low) * SubpoolMaxPool2d(2, orders=orders, input_range=UNIT)(x)
        assert torch.allclose(moved, expected, rtol=0, atol=1e-12)
        assert pool.error_bound == (Fraction(high) - Fraction(low)) * best_uniform(4, orders).error

    def test_without_intercept_and_from_zero_the_upper_end_is_free(self) -> None:
        x = 7 * seeded(1, 4, 4)
        one, seven = (SubpoolMaxPool2d(2, orders=[1, 3], input_range=(0, top)) for top in (1, 7))
        assert torch.equal(one(x), seven(x))

    @pytest.mark.parametrize(
        "bad", [(1, 0), (0, 0), (0,), (0, 1, 2), 3, ("a", 1), (0, float("inf")), (float("nan"), 1)]
    )
    def test_refused(self, bad: Any) -> None:
        with pytest.raises(ValueError, match="input_range"):
            SubpoolMaxPool2d(2, orders=[0, 3], input_range=bad)


class TestPrecision:
    @pytest.mark.parametrize(
        ("dtype", "tolerance"),
        [
            (torch.float64, 1e-15),
            (torch.float32, 2e-7),
            (torch.bfloat16, 2**-8),
            (torch.float16, 2**-10),
        ],
    )
    def test_one_rounding_of_the_output(self, dtype: torch.dtype, tolerance: float) -> None:
        x = seeded(1, 2, 12, 12).to(dtype)
        pool = SubpoolMaxPool2d(
            4, orders=range(16), input_range=UNIT
        )  # its coefficients add up to 656 in modulus
        out = pool(x)
        assert out.dtype == dtype
        assert (out.double() - pool(x.double())).abs().max() <= tolerance

    @pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
    @pytest.mark.parametrize("orders", [[0, 1, 15], [2, 7, 11]])
    def test_half_precision_is_weighted_and_summed_in_single(
        self, dtype: torch.dtype, orders: Any
    ) -> None:
        x = seeded(2, 3, 16, 16).to(dtype)
        pool = SubpoolMaxPool2d(4, orders=orders, input_range=UNIT)
        exact = pool(x.float())
        assert torch.equal(pool(x), exact.to(dtype))
        # What weights of that precision would give is not the same: the test can fail.
        windows = x.unfold(-2, 4, 4).unfold(-2, 4, 4).flatten(-2)
        largest = windows.topk(16, dim=-1).values
        weights = torch.tensor([float(weight) for weight in pool.weights], dtype=dtype)
        rough = (largest * weights).sum(dim=-1) + float(pool.intercept)
        assert not torch.equal(rough.to(dtype), exact.to(dtype))

    def test_autocast_does_not_round_the_weights(self) -> None:
        x = seeded(1, 8, 8, dtype=torch.float32)
        pool = SubpoolMaxPool2d(2, orders=range(4), input_range=UNIT)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            inside = pool(x)
        assert torch.equal(inside, pool(x))

    def test_not_a_number_is_passed_on(self) -> None:
        x = seeded(1, 4, 4)
        x[0, 0, 0] = float("nan")
        out = SubpoolMaxPool2d(2, orders=[0, 3], input_range=UNIT)(x)
        assert out.isnan().flatten().tolist() == [True, False, False, False]


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"kernel_size": 0}, r"kernel_size=0 must be in 1\.\."),
            ({"kernel_size": (2, -1)}, "kernel_size"),
            ({"kernel_size": 2.5}, "kernel_size=2.5 must be an integer or a pair"),
            ({"kernel_size": (2, 2, 2)}, "pair"),
            ({"kernel_size": True}, "pair"),
            ({"kernel_size": "33"}, "pair"),
            ({"kernel_size": 2, "stride": 0}, r"stride=0 must be in 1\.\."),
            ({"kernel_size": 3, "padding": 2}, "padding=2 must be at most half the kernel size 3"),
            ({"kernel_size": (1, 4), "padding": 1}, "at most half"),
            ({"kernel_size": 3, "padding": -1}, r"padding=-1 must be in 0\.\."),
            ({"kernel_size": 2, "orders": [4]}, r"0\.\.3, got 4"),
            ({"kernel_size": 2, "orders": []}, "at least one"),
            ({"kernel_size": 50}, "pool size"),
        ],
    )
    def test_arguments_refused(self, arguments: Any, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            SubpoolMaxPool2d(**{"orders": [0], "input_range": UNIT, **arguments})

    @pytest.mark.parametrize(
        "x",
        [torch.rand(4, 4), torch.rand(1, 1, 1, 4, 4), torch.ones(1, 4, 4, dtype=torch.int64)],
    )
    def test_tensors_refused(self, x: Any) -> None:
        with pytest.raises(ValueError, match="x must be a floating-point tensor"):
            SubpoolMaxPool2d(2, orders=[0], input_range=UNIT)(x)

    def test_image_smaller_than_the_kernel(self) -> None:
        with pytest.raises(ValueError, match=r"shape \(1, 2, 4\).*smaller"):
            SubpoolMaxPool2d(3, orders=[0], input_range=UNIT)(torch.rand(1, 2, 4))

    def test_written_out(self) -> None:
        assert repr(SubpoolMaxPool2d(2, orders=[3, 0], input_range=UNIT)) == (
            "SubpoolMaxPool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0), dilation=(1, 1), "
            "ceil_mode=False, orders=(0, 3), input_range=(0.0, 1.0))"
        )
