import numpy as np
import pytest

from maxpooling.networks import (
    ExactNetwork,
    interval_bounds,
    linear_bounds,
    rounding_bound,
    smallest_max_network,
)

NETWORKS = [(4, None), (5, 2), (9, None), (9, 3), (12, 3)]


def evaluate(network: ExactNetwork, x: np.ndarray, dtype: type) -> np.ndarray:
    matrices, bias = network.floats()
    z: np.ndarray = x.astype(dtype)
    for weights in matrices[:-1]:
        z = np.maximum(z @ weights.T.astype(dtype), 0)
    result: np.ndarray = (z @ matrices[-1].T.astype(dtype))[:, 0] + dtype(bias)
    return result


@pytest.mark.parametrize(("n", "layers"), NETWORKS)
def test_bounds_hold_and_the_linear_ones_are_inside(n: int, layers: int | None) -> None:
    network = smallest_max_network(n, layers)
    for low, high in ((0, 1), (-3, 2)):
        x = np.random.default_rng(0).uniform(low, high, (2000, n)).round()
        interval, linear = interval_bounds(network, low, high), linear_bounds(network, low, high)
        values = evaluate(network, x, np.float64)
        assert interval.low <= linear.low + 1e-9
        assert linear.low <= values.min() + 1e-9
        assert values.max() <= linear.high + 1e-9
        assert linear.high <= interval.high + 1e-9


def test_any_network_stays_inside() -> None:
    random = np.random.default_rng(1)
    for _ in range(50):
        shapes = [(6, 3), (5, 6), (1, 5)]
        network = ExactNetwork(tuple(random.integers(-3, 4, shape) for shape in shapes), 7)
        values = evaluate(network, random.uniform(-1, 1, (500, 3)), np.float64)
        for bounds in (interval_bounds(network, -1, 1), linear_bounds(network, -1, 1)):
            assert bounds.low - 1e-9 <= values.min()
            assert values.max() <= bounds.high + 1e-9


def test_a_point_is_known_exactly() -> None:
    network = smallest_max_network(9, 3)
    for bounds in (interval_bounds(network, 2, 2), linear_bounds(network, 2, 2)):
        assert bounds == pytest.approx((2, 2))


@pytest.mark.parametrize(("n", "layers"), NETWORKS)
@pytest.mark.parametrize(("dtype", "unit"), [(np.float64, 2.0**-53), (np.float32, 2.0**-24)])
def test_rounding_stays_below_its_bound(
    n: int, layers: int | None, dtype: type, unit: float
) -> None:
    network = smallest_max_network(n, layers)
    x = np.random.default_rng(2).standard_normal((500, n)).astype(np.float32).astype(np.float64)
    for mask in (None, np.float32(-1e9)):
        if mask is not None:
            x[:, 0] = mask
        largest = np.abs(x).max()
        errors = np.abs(evaluate(network, x, dtype).astype(np.float64) - x.max(axis=1))
        assert errors.max() <= rounding_bound(network, largest, unit)
        assert rounding_bound(network, largest, unit) <= 1e5 * unit * largest


def test_bad_ranges() -> None:
    for bounds in (interval_bounds, linear_bounds):
        with pytest.raises(ValueError, match="low <= high"):
            bounds(smallest_max_network(2), 1, 0)
