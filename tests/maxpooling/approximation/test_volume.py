"""Lemma 4: exact volumes against the Beta law, elementary integrals and simulation."""

from fractions import Fraction

import numpy as np
import pytest

from maxpooling.approximation import best_uniform
from maxpooling.approximation.volume import full_volume, volume_above, volume_near_one_vertex

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

    def test_at_least_one_corner_for_each_active_vertex(self) -> None:
        for orders in [(0, 1), (0, 3), (1, 2), (0, 1, 2, 3)]:
            f = best_uniform(4, orders)
            for share in SHARES:
                corners = len(f.certificate) * volume_near_one_vertex(4, share)
                assert volume_above(f.residuals(), share * f.error) >= corners

    @pytest.mark.parametrize("delta", [0, Fraction(-1, 2)])
    def test_refused(self, delta: Fraction) -> None:
        with pytest.raises(ValueError, match="delta must be positive"):
            volume_above([Fraction(0)], delta)

    @pytest.mark.parametrize("share", [Fraction(-1, 2), Fraction(3, 2)])
    def test_share_refused(self, share: Fraction) -> None:
        for volume in (full_volume, volume_near_one_vertex):
            with pytest.raises(ValueError, match=f"share must be between 0 and 1, got {share}"):
                volume(3, share)
