"""The published table: its form, and the refusal of anything but it."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from companion.published import appendix_d, data_folder
from maxpooling.errors import DataError


class TestAppendixD:
    def test_form(self) -> None:
        rows = appendix_d()
        assert [row.position for row in rows] == list(range(1, 23))
        assert [row.d for row in rows] == [2] * 2 + [3] * 6 + [4] * 14
        assert rows[0].error == Fraction(1, 3)
        assert rows[13].orders == (0, 3)
        assert rows[13].error == Fraction(1, 8)

    def test_order_of_print_is_by_size_then_lexicographic(self) -> None:
        for d in (2, 3, 4):
            sets = [row.orders for row in appendix_d() if row.d == d]
            assert sets == sorted(sets, key=lambda orders: (len(orders), orders))
            assert len(set(sets)) == 2**d - 2  # every set but the empty one and {0}


class TestDamagedFile:
    def test_missing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MAXPOOLING_DATA", str(tmp_path))
        assert data_folder() == tmp_path
        with pytest.raises(DataError, match=r"appendix_d\.csv: expected .* found no readable file"):
            appendix_d()

    @pytest.mark.parametrize(
        "damage", [lambda b: b[:-1], lambda b: b.replace(b"1/18", b"1/19", 1) + b"\n"]
    )
    def test_corrupt(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes]
    ) -> None:
        content = (data_folder() / "paper" / "appendix_d.csv").read_bytes()
        (tmp_path / "paper").mkdir()
        (tmp_path / "paper" / "appendix_d.csv").write_bytes(damage(content))
        monkeypatch.setenv("MAXPOOLING_DATA", str(tmp_path))
        with pytest.raises(DataError, match=r"expected SHA-256 [0-9a-f]{64}, found [0-9a-f]{64}"):
            appendix_d()
