"""Circuits of pairwise maxes and their lean networks, in exact numbers."""

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import ceil, log2
from typing import Any

import numpy as np
import pytest

from maxpooling.approximation import best_uniform
from maxpooling.networks import (
    Circuit,
    circle_circuit,
    circuit_network,
    estimator_network,
    halving_circuit,
    layer_widths,
    lean_layer,
    sweep_circuit,
    tree_circuit,
)
from maxpooling.networks.lean import bases
from maxpooling.order_statistics import subpools

LEAVE_ONE_OUT: tuple[Callable[[int], Circuit], ...] = (
    lambda d: halving_circuit(d, [0, d - 1]),
    circle_circuit,
    sweep_circuit,
)


def integers(d: int, count: int, smallest: int = -9) -> Any:
    return np.random.default_rng(d).integers(smallest, 10, size=(count, d))


def check_unions(d: int, circuit: Circuit) -> None:
    """Every subpool is the union of two that were there before its layer."""
    before: set[tuple[int, ...]] = {(i,) for i in range(d)}
    for layer in circuit:
        for indices, (one, other) in layer.items():
            assert {one, other} <= before
            assert indices == tuple(sorted({*one, *other}))
        before |= set(layer)


class TestCircuits:
    @pytest.mark.parametrize("d", [*range(3, 20), 25, 64])
    @pytest.mark.parametrize("circuit", LEAVE_ONE_OUT)
    def test_have_every_subpool_of_all_but_one(
        self, circuit: Callable[[int], Circuit], d: int
    ) -> None:
        check_unions(d, circuit(d))
        assert set(subpools(d, d - 1)) <= set().union(*circuit(d))

    @pytest.mark.parametrize("d", [*range(3, 70), 128, 129])
    def test_circle_has_d_maxes_a_layer_at_theorem_4s_depth(self, d: int) -> None:
        assert [len(layer) for layer in circle_circuit(d)] == [d] * len(layer_widths(d))

    @pytest.mark.parametrize("d", [*range(3, 70), 128, 129])
    def test_sweep_has_3d_minus_6_maxes(self, d: int) -> None:
        circuit = sweep_circuit(d)
        assert sum(map(len, circuit)) == 3 * d - 6
        assert len(circuit) <= max(1, 2 * ceil(log2(d)) - 2)

    def test_issue_numbers(self) -> None:
        assert {d: sum(map(len, circle_circuit(d))) for d in (9, 10, 64)} == {
            9: 27,
            10: 40,
            64: 384,
        }
        assert {d: sum(map(len, sweep_circuit(d))) for d in (9, 64)} == {9: 21, 64: 186}

    @pytest.mark.parametrize("d", [1, 2, 3, 7, 8, 9, 16, 17, 49])
    def test_tree(self, d: int) -> None:
        circuit = tree_circuit(d)
        check_unions(d, circuit)
        assert len(circuit) == (d - 1).bit_length()
        assert d == 1 or set(circuit[-1]) == {tuple(range(d))}

    @pytest.mark.parametrize("circuit", [circle_circuit, sweep_circuit])
    @pytest.mark.parametrize("d", [2, 2001, 4.0, True, None])
    def test_sizes_refused(self, circuit: Callable[[int], Circuit], d: Any) -> None:
        with pytest.raises(ValueError, match="pool size"):
            circuit(d)


class TestNetworks:
    @pytest.mark.parametrize("d", range(1, 7))
    def test_every_order_set_exactly(self, d: int) -> None:
        x = {False: integers(d, 30), True: integers(d, 30, 0)}
        for orders in [R for n in range(1, d + 1) for R in combinations(range(d), n)]:
            best = best_uniform(d, orders)
            for non_negative, points in x.items():
                network = estimator_network(
                    d, halving_circuit(d, orders), orders, non_negative=non_negative
                )
                for row, found in zip(points.tolist(), network.numerators(points), strict=True):
                    ranked = sorted(row, reverse=True)
                    linear = sum(w * v for w, v in zip(best.weights(), ranked, strict=True))
                    assert Fraction(int(found), network.denominator) == linear
                assert network.bias == best.coefficients.get(0, 0)

    @pytest.mark.parametrize("d", [3, 4, 5, 9, 16, 17, 64])
    @pytest.mark.parametrize("circuit", LEAVE_ONE_OUT)
    @pytest.mark.parametrize("non_negative", [False, True])
    def test_three_ways_to_share_are_one_function(
        self, circuit: Callable[[int], Circuit], d: int, non_negative: bool
    ) -> None:
        network = estimator_network(d, circuit(d), [0, d - 1], non_negative=non_negative)
        x = integers(d, 200, 0 if non_negative else -9)
        ranked = np.sort(x, axis=1)
        expected = network.denominator * ((d - 1) * ranked[:, -1] + ranked[:, -2])
        assert np.array_equal(d * network.numerators(x), expected)
        assert network.bias == Fraction(1, 2 * d)

    @pytest.mark.parametrize("d", range(1, 65))
    def test_tree_in_closed_form(self, d: int) -> None:
        rounds = [d]
        while rounds[-1] > 1:
            rounds.append((rounds[-1] + 1) // 2)
        for non_negative, widths in (
            (False, [2 * a - b for a, b in pairwise(rounds)]),
            (True, rounds[:-1]),
        ):
            network = circuit_network(
                d, tree_circuit(d), {tuple(range(d)): 1}, non_negative=non_negative
            )
            assert network.hidden_widths == tuple(widths)
            x = integers(d, 100, 0 if non_negative else -9)
            assert np.array_equal(network.numerators(x), x.max(axis=1))

    def test_nine_inputs_take_no_more_than_thirty_and_nineteen(self) -> None:
        tree, whole = tree_circuit(9), {tuple(range(9)): 1}
        assert circuit_network(9, tree, whole).neurons == 27
        assert circuit_network(9, tree, whole, non_negative=True).neurons == 19

    def test_what_is_not_there_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"outputs .* got also \(0, 1, 2\)"):
            circuit_network(4, tree_circuit(4), {(0, 1, 2): 1})


class TestLeanLayer:
    @pytest.mark.parametrize("non_negative", [False, True])
    @pytest.mark.parametrize(
        "wanted",
        [
            [(0, 1)],
            [(0, 0), (1, 2)],
            [(0, 1), (1, 2), (2, 3), (3, 0)],
            [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (3, 3)],
            [(0, 1), (2, 3), (1, 3), (1, 0)],
        ],
    )
    def test_gives_what_is_wanted(self, wanted: list[tuple[int, int]], non_negative: bool) -> None:
        v = np.array(list(product(range(0 if non_negative else -2, 3), repeat=4))).T
        neurons, readings = lean_layer(4, wanted, non_negative=non_negative)
        found = readings @ np.maximum(neurons @ v, 0)
        assert np.array_equal(found, [np.maximum(v[i], v[j]) for i, j in wanted])
        assert len({tuple(row) for row in neurons.tolist()}) == len(neurons)

    def test_a_circle_takes_two_neurons_a_max(self) -> None:
        for d in range(3, 30):
            neurons, _ = lean_layer(d, [(i, (i + 1) % d) for i in range(d)])
            assert len(neurons) == 2 * d

    def test_all_pairs_leave_one_value_uncarried(self) -> None:
        for n in range(2, 10):
            neurons, _ = lean_layer(n, list(combinations(range(n), 2)))
            assert len(neurons) == n * (n - 1) // 2 + 2 + max(n - 2, 0)

    def test_bases_touch_every_pair(self) -> None:
        wanted = [(0, 1), (1, 2), (3, 4), (4, 5), (2, 2)]
        chosen = set(bases(wanted))
        assert 2 in chosen
        assert all({i, j} & chosen for i, j in wanted)
