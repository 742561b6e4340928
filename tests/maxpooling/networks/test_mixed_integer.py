"""The largest output of a network over a box, beside formulas that need no solver."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from maxpooling.networks import Affine, affine_layers, largest_output, smallest_max_network

SMALL = st.lists(st.integers(-3, 3), min_size=2, max_size=2)


def negated(layers: tuple[Affine, ...]) -> tuple[Affine, ...]:
    return *layers[:-1], Affine(-layers[-1].weights, -layers[-1].biases)


@pytest.mark.parametrize(("d", "layers"), [(1, 0), (2, 1), (4, 2), (5, 2), (9, 4), (9, 3)])
def test_the_ends_of_a_max_over_a_box(d: int, layers: int) -> None:
    low, high = np.linspace(-1, 0.5, d), np.linspace(2, 1, d)
    chain = affine_layers(smallest_max_network(d, layers))
    found = largest_output(chain, low, high)
    assert found.bound == pytest.approx(high.max(), abs=1e-6)
    assert found.point.max() == pytest.approx(found.value, abs=1e-6)
    assert -largest_output(negated(chain), low, high).bound == pytest.approx(low.max(), abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(SMALL, min_size=4, max_size=4), st.lists(st.integers(-3, 3), min_size=4, max_size=4)
)
# On these the solver ended in an error.
@example([[1, -2], [-2, 1], [0, 1], [0, -1]], [0, -1, 1, 2])
@example([[1, -2], [-2, 1], [0, 1], [0, -1]], [0, -1, 1, 3])
def test_a_max_of_affine_functions(weights: list[list[int]], biases: list[int]) -> None:
    w, b = np.array(weights, float), np.array(biases, float)
    low, high = np.array([-1.0, 0.0]), np.array([1.0, 3.0])
    chain = affine_layers(smallest_max_network(4), Affine(w, b))
    largest = max(b + np.maximum(w, 0) @ high + np.minimum(w, 0) @ low)
    # The solver keeps each inequality to 1e-6.
    assert largest_output(chain, low, high).bound == pytest.approx(largest, abs=1e-5)


def test_a_hump_whose_top_is_inside() -> None:
    first = Affine(np.array([[1.0], [1.0]]), np.array([0.0, -1.0]))  # relu(x) - 3 relu(x - 1)
    found = largest_output(
        (first, Affine(np.array([[1.0, -3.0]]), np.zeros(1))), *np.array([[-2.0], [5]])
    )
    assert found.value == pytest.approx(1)
    assert found.point == pytest.approx([1])
    assert found.binaries == 2


def test_signs_that_the_box_decides_are_no_choices() -> None:
    chain = affine_layers(smallest_max_network(2))
    assert largest_output(chain, np.array([2.0, 0.0]), np.array([3.0, 1.0])).binaries == 0
    assert largest_output(chain, np.zeros(2), np.zeros(2)).bound == pytest.approx(0)


def test_a_box_turned_round() -> None:
    with pytest.raises(ValueError, match="low <= high"):
        largest_output(affine_layers(smallest_max_network(2)), np.ones(2), np.zeros(2))
