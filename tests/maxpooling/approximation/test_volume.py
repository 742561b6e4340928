"""Lemma 4: exact volumes against the Beta law, elementary integrals and simulation."""

from fractions import Fraction

import numpy as np
import pytest

from companion.checking.domains import OrderSets
from maxpooling.approximation import best_uniform
from maxpooling.approximation.volume import extreme_volume, full_volume, volume_above

SHARES = [Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)]


class TestVolume:
    @pytest.mark.parametrize("d", range(1, 20))
    def test_full_estimator_follows_the_beta_law(self, d: int) -> None:
        errors = best_uniform(d, range(d)).residuals()
        for share in SHARES:
            assert volume_above(errors, share * errors[0]) == full_volume(d, share)

    def test_nine(self) -> None:
        assert [round(float(full_volume(9, s)), 3) for s in SHARES] == [0.433, 0.098, 0.005]

    def test_constant_error(self) -> None:
        assert volume_above([Fraction(1, 3)] * 4, Fraction(1, 3)) == 1
        assert volume_above([Fraction(1, 3)] * 4, Fraction(2, 5)) == 0

    def test_one_variable(self) -> None:
        # f = 1/2 on [0, 1]: |1/2 - x| >= 1/8 but on an interval of length 1/4.
        assert volume_above(best_uniform(1, [0]).residuals(), Fraction(1, 8)) == Fraction(3, 4)

    @pytest.mark.parametrize(
        ("d", "orders"), [(3, (0, 2)), (4, (1, 3)), (5, (0, 4)), (6, (0, 2, 5))]
    )
    def test_simulation(self, d: int, orders: tuple[int, ...]) -> None:
        f = best_uniform(d, orders)
        x = np.random.default_rng(d).random((200_000, d))
        size = np.abs(f(x) - x.max(axis=-1))
        for share in SHARES:
            delta = share * f.error
            volume = float(volume_above(f.residuals(), delta))
            found = float((size >= float(delta)).mean())
            assert abs(found - volume) <= 5 * (volume * (1 - volume) / len(x)) ** 0.5

    @pytest.mark.parametrize("d", range(1, 6))
    def test_every_optimum_has_at_least_the_volume_at_its_extreme_vertices(self, d: int) -> None:
        for orders in OrderSets().cases({"d": d}):
            f = best_uniform(d, orders)
            for share in SHARES:
                least = extreme_volume(d, orders, share)
                assert volume_above(f.residuals(), share * f.error) >= least
                assert least >= (len(orders) + 1) * ((1 - share) / 2) ** d

    def test_extreme_vertices_of_an_unsymmetric_optimum(self) -> None:
        # 2/3 (max(a, b) + max(c, d)) is as good for the order 2 as the average of all six pairs.
        x = np.random.default_rng(4).random((200_000, 4))
        f = 2 / 3 * (x[:, :2].max(axis=1) + x[:, 2:].max(axis=1))
        size = np.abs(f - x.max(axis=1))
        assert size.max() <= best_uniform(4, [2]).error
        for share in SHARES:
            found = float((size >= float(share) / 3).mean())
            assert found >= float(extreme_volume(4, [2], share)) - 5 / len(x) ** 0.5

    @pytest.mark.parametrize("share", [Fraction(1, 25), Fraction(2, 5)])
    def test_without_a_constant_the_corners_can_be_smaller_than_printed(
        self, share: Fraction
    ) -> None:
        # The comparison of Lemma 4 needs E <= 1/2, hence the order 0: here E = 3/5.
        error = best_uniform(4, [1]).error
        corners = 2 * ((1 - share) / 2) ** 4
        assert corners < (error * (1 - share)) ** 4

    def test_with_a_constant_they_are_larger_and_equal_only_at_the_largest_error(self) -> None:
        for orders in OrderSets(containing=0).cases({"d": 4}):
            error = best_uniform(4, orders).error
            for share in [Fraction(0), *SHARES]:
                assert extreme_volume(4, orders, share) > (error * (1 - share)) ** 4
            assert extreme_volume(4, orders, Fraction(1)) == 0

    @pytest.mark.parametrize("delta", [0, Fraction(-1, 2)])
    def test_refused(self, delta: Fraction) -> None:
        with pytest.raises(ValueError, match="delta must be a Fraction or an integer above 0"):
            volume_above([Fraction(0)], delta)

    @pytest.mark.parametrize("share", [Fraction(-1, 2), Fraction(3, 2)])
    def test_share_refused(self, share: Fraction) -> None:
        with pytest.raises(
            ValueError,
            match=f"from 0 and at most 1, got {share}",
        ):
            extreme_volume(3, [0, 2], share)
        with pytest.raises(
            ValueError,
            match=f"from 0 and at most 1, got {share}",
        ):
            full_volume(3, share)

    @pytest.mark.parametrize("orders", [[], [3], [0, 3]])
    def test_orders_refused(self, orders: list[int]) -> None:
        with pytest.raises(ValueError, match="orders"):
            extreme_volume(3, orders, Fraction(1, 2))
