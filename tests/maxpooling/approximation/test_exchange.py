"""Theorem E: the exchange climbs monotonically, and its special spaces are the general one."""

from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maxpooling.approximation import exchange_steps, spaces
from maxpooling.approximation.exchange import exchange, exchanged
from maxpooling.approximation.float_remez import reference
from maxpooling.approximation.spaces import BinomialSpan, Polynomials, TopBinomials, space_of


class TestTheoremE:
    @given(st.integers(2, 40).flatmap(lambda d: st.tuples(st.just(d), st.sets(
        st.integers(1, d - 1), min_size=1))))  # fmt: skip
    @settings(deadline=None)
    def test_extrapolated_value_falls_strictly_on_valid_references(
        self, d_and_orders: tuple[int, set[int]]
    ) -> None:
        d, orders = d_and_orders
        exponents = (0, *sorted(orders))
        steps = list(exchange(BinomialSpan(d, exponents)))
        values = [step.extrapolated for step in steps]
        assert values == sorted(set(values), reverse=True)
        assert [step.optimal for step in steps] == [False] * (len(steps) - 1) + [True]
        for step in steps:
            assert len(step.nodes) == len(exponents)
            assert all(m >= a for m, a in zip(step.nodes, exponents, strict=True))
            signs = [step.values[m] // step.scale for m in step.nodes]
            assert signs == [(-1) ** (len(signs) - 1 - i) for i in range(len(signs))]

    def test_public_trace_ends_at_the_optimum(self) -> None:
        steps = list(exchange_steps(30, [0, 3, 11, 28]))
        assert len(steps) > 1
        assert steps[-1].optimal


class TestStartOfManyOrders:
    @given(st.integers(26, 60).flatmap(lambda d: st.tuples(st.just(d), st.sets(
        st.integers(1, d - 1), min_size=spaces.FEW))))  # fmt: skip
    @settings(deadline=None, max_examples=40)
    def test_is_valid_and_leads_to_the_same_optimum(
        self, d_and_orders: tuple[int, set[int]]
    ) -> None:
        d, orders = d_and_orders
        space = BinomialSpan(d, (0, *sorted(orders)))
        start = space.first_nodes()
        assert all(before < after for before, after in pairwise((-1, *start, d)))
        assert all(m >= a for m, a in zip(start, space.exponents, strict=True))
        *_, last = exchange(space)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(spaces, "FEW", d)
            *_, other = exchange(space)
        assert last.extrapolated == other.extrapolated

    def test_saves_most_rounds(self) -> None:
        space = BinomialSpan(120, (0, *sorted(Random(0).sample(range(1, 120), 60))))
        rounds = len(list(exchange(space)))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(spaces, "FEW", 120)
            assert rounds <= len(list(exchange(space))) / 3


class TestOneExchange:
    def test_worst_point_of_each_run_of_equal_sign(self) -> None:
        values = [5, -3, -1, 2, -7, -9, -8, 3, 4, 99]
        assert exchanged(values, 3) == (0, 5, 8)

    def test_points_below_one_are_ignored(self) -> None:
        assert exchanged([2, 0, 1, 2, -2, 50], 2) == (0, 4)


class TestSpecialSpaces:
    @pytest.mark.parametrize("d", range(2, 13))
    def test_polynomials(self, d: int) -> None:
        for degree in range(d):
            nodes = reference(d, degree)
            special, general = Polynomials(d, degree), BinomialSpan(d, tuple(range(degree + 1)))
            assert special.weights(nodes) == general.weights(nodes)
            one, other = special.interpolate(nodes), general.interpolate(nodes)
            assert [v * other.scale for v in one.values] == [v * one.scale for v in other.values]

    @pytest.mark.parametrize("d", range(2, 13))
    def test_top_binomials(self, d: int) -> None:
        for count in range(1, d):
            special = TopBinomials(d, count)
            general = BinomialSpan(d, (0, *range(d - count, d)))
            nodes = special.first_nodes()
            assert special.weights(nodes) == general.weights(nodes)
            one, other = special.interpolate(nodes), general.interpolate(nodes)
            assert [v * other.scale for v in one.values] == [v * one.scale for v in other.values]
            assert one.optimal

    def test_dispatch(self) -> None:
        assert isinstance(space_of(9, ()), Polynomials)
        assert isinstance(space_of(9, (1, 2)), Polynomials)
        assert isinstance(space_of(9, (7, 8)), TopBinomials)
        assert isinstance(space_of(9, (1, 8)), BinomialSpan)

    @pytest.mark.parametrize("d", range(2, 8))
    def test_start_is_valid_for_every_order_set(self, d: int) -> None:
        for n in range(1, d):
            for orders in combinations(range(1, d), n):
                nodes = BinomialSpan(d, (0, *orders)).first_nodes()
                assert list(nodes) == sorted(set(nodes))
                assert all(m >= a for m, a in zip(nodes, (0, *orders), strict=True))
                assert nodes[-1] < d


class TestFloatReference:
    """Only a start: but it has to have the right number of nodes, in range."""

    @pytest.mark.parametrize("d", [1, 2, 3, 10, 57, 300])
    def test_shape(self, d: int) -> None:
        for degree in range(0, d, max(1, d // 40)):
            nodes = reference(d, degree)
            assert list(nodes) == sorted(set(nodes))
            assert len(nodes) == degree + 1
            assert nodes[0] >= 0
            assert nodes[-1] < d

    @pytest.mark.parametrize("d", [50, 101])
    def test_saves_the_exact_exchange_nearly_all_its_work(self, d: int) -> None:
        for degree in range(d):
            assert len(list(exchange_steps(d, range(degree + 1)))) <= 2
