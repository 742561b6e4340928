"""Functions in lattice form: the sum of maxes, the network, and what is refused."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maxpooling.linear_algebra import kernel_vector
from maxpooling.networks.piecewise import (
    Form,
    few_at_a_time,
    from_max_min,
    not_above,
    sum_of_mins,
)

RATIONALS = st.builds(Fraction, st.integers(-5, 5), st.integers(1, 3))


@st.composite
def lattice_forms(
    draw: st.DrawFn, variables: int, most: int = 6
) -> tuple[list[list[Fraction]], list[list[int]]]:
    """Pieces, some of them parallel or equal, and groups."""
    piece = st.lists(RATIONALS, min_size=variables + 1, max_size=variables + 1)
    pieces = draw(st.lists(piece, min_size=1, max_size=most))
    group = st.lists(st.integers(0, len(pieces) - 1), min_size=1, max_size=3)
    return pieces, draw(st.lists(group, min_size=1, max_size=4))


def by_hand(pieces: list[list[Fraction]], groups: list[list[int]], x: list[Fraction]) -> Fraction:
    values = [
        sum((a * b for a, b in zip(p, [*x, Fraction(1)], strict=True)), Fraction(0)) for p in pieces
    ]
    return max(min(values[k] for k in group) for group in groups)


@pytest.mark.parametrize("variables", [1, 2, 3])
@given(data=st.data())
def test_the_network_is_the_function(variables: int, data: st.DataObject) -> None:
    pieces, groups = data.draw(lattice_forms(variables))
    network = from_max_min(pieces, groups)
    assert len(network.hidden_widths) == 2
    assert all(len(places) <= variables + 1 for _, places in network.maxes)
    for _ in range(5):
        x = data.draw(st.lists(RATIONALS, min_size=variables, max_size=variables))
        assert network(x) == network.function(x) == by_hand(pieces, groups, x)


@given(data=st.data())
def test_ties_of_two_pieces(data: st.DataObject) -> None:
    # Where two pieces are equal, moved there along the gradient of their difference.
    pieces, groups = data.draw(lattice_forms(2))
    network = from_max_min(pieces, groups)
    x = data.draw(st.lists(RATIONALS, min_size=2, max_size=2))
    for p, q in product(pieces, repeat=2):
        a, b, c = (s - t for s, t in zip(p, q, strict=True))
        if a or b:
            step = (a * x[0] + b * x[1] + c) / (a * a + b * b)
            y = [x[0] - step * a, x[1] - step * b]
            assert network(y) == by_hand(pieces, groups, y)


def test_four_and_five_variables() -> None:
    for d in (4, 5):
        pieces = [[int(i == j) for j in range(d)] + [0] for i in range(d)]
        pieces.append([0] * d + [1])
        network = from_max_min(pieces, [[k] for k in range(d + 1)])
        for x in product((-1, 0, 2), repeat=d):
            assert network(x) == max(*x, 1)


@given(
    groups=st.lists(st.frozensets(st.integers(0, 4), min_size=1), min_size=1, max_size=5),
    values=st.lists(st.integers(-5, 5), min_size=5, max_size=5),
)
def test_sum_of_mins(groups: list[frozenset[int]], values: list[int]) -> None:
    found = sum(c * min(values[k] for k in u) for u, c in sum_of_mins(groups).items())
    assert found == max(min(values[k] for k in group) for group in groups)


FORMS = st.lists(
    st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.integers(-3, 3)),
    min_size=1,
    max_size=7,
    unique=True,
)


@given(forms=FORMS, x=st.tuples(RATIONALS, RATIONALS))
def test_radon(forms: list[Form], x: tuple[Fraction, Fraction]) -> None:
    below = not_above(forms)
    gradients = [[1] * len(forms), [f[0] for f in forms], [f[1] for f in forms]]
    assert bool(below) == (kernel_vector(gradients) is not None)
    if below:
        value = [f[0] * x[0] + f[1] * x[1] + f[2] for f in forms]
        others = [v for k, v in enumerate(value) if k not in below]
        assert max(others) >= min(value[k] for k in below)


@given(forms=FORMS, x=st.tuples(RATIONALS, RATIONALS))
def test_few_at_a_time(forms: list[Form], x: tuple[Fraction, Fraction]) -> None:
    found = few_at_a_time(forms, {frozenset(range(len(forms))): 1})
    value = [f[0] * x[0] + f[1] * x[1] + f[2] for f in forms]
    assert sum(c * max(value[j] for j in places) for places, c in found.items()) == max(value)
    assert all(not not_above([forms[j] for j in sorted(places)]) for places in found)


def test_constants_and_zero() -> None:
    assert from_max_min([(0, 0, 0)], [(0,)])([1, 2]) == 0
    assert from_max_min([(0, 0, Fraction(-7, 3))], [(0,)])([1, 2]) == Fraction(-7, 3)
    same = from_max_min([(1, 0), (1, 0), (1, 5)], [(0, 1), (0, 2)])
    assert same.groups == ((0,),)
    assert same([4]) == 4


def test_the_layers_with_biases() -> None:
    network = from_max_min([(1, 2, 3), (0, -1, 1), (2, 0, -5)], [(0, 1), (2,)])
    (first, second, last), bias = network.layers()
    x = np.array([0.5, -1.25])
    value = last @ np.maximum(second @ np.maximum(first @ x + bias, 0), 0)
    assert value[0] == float(network([Fraction(1, 2), Fraction(-5, 4)]))
    assert network.neurons == sum(network.hidden_widths)


def test_a_changed_network_is_another_function() -> None:
    right = from_max_min([(1, 0, 0), (0, 1, 0), (0, 0, 1)], [(0,), (1,), (2,)])
    *hidden, last = right.network.matrices
    changed = last.copy()
    changed[0, 0] += 1
    wrong = replace(right, network=replace(right.network, matrices=(*hidden, changed)))
    grid = list(product(range(-2, 3), repeat=2))
    assert all(right(x) == right.function(x) for x in grid)
    assert any(wrong(x) != wrong.function(x) for x in grid)


@pytest.mark.parametrize(
    ("pieces", "groups", "message"),
    [
        ([], [(0,)], "pieces must be at least one, of one length"),
        ([(1, 0), (1,)], [(0,)], r"of one length, got lengths \[1, 2\]"),
        ([(1,)], [(0,)], r"the number of variables must be an integer in 1\.\.5, got 0"),
        ([(0.5, 0)], [(0,)], "each entry of pieces must be a Fraction or an integer, got 0.5"),
        ([(True, 0)], [(0,)], "each entry of pieces must be a Fraction or an integer, got True"),
        ([(1, 0)], [], "groups must be at least one, got none"),
        ([(1, 0)], [()], "each of groups must hold a place"),
        ([(1, 0)], [(1,)], r"each place in groups must be an integer in 0\.\.0, got 1"),
        ([(k, 0) for k in range(13)], [(0,)], r"different pieces must be an integer in 1\.\.12"),
        ([(2**61, 0), (0, 1)], [(0,), (1,)], "pieces must have smaller numbers"),
    ],
)
def test_what_is_refused(pieces: list[tuple[int, ...]], groups: list[object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_max_min(pieces, groups)  # type: ignore[arg-type]


def test_a_point_of_another_length() -> None:
    with pytest.raises(ValueError, match="x must have 2 entries, got 1"):
        from_max_min([(1, 0, 0)], [(0,)])([1])
    with pytest.raises(ValueError, match="each entry of x must be a Fraction or an integer"):
        from_max_min([(1, 0)], [(0,)])([1.5])  # type: ignore[list-item]
