"""One bit, an early end, nothing: every reader refuses, names the file, and writes nothing."""

import random
from pathlib import Path

import pytest

from companion.build import digests
from companion.build.damage import DAMAGES, READERS, Reader, copy_for, strike
from maxpooling.digests import LIST, read_list, read_listed
from maxpooling.errors import DataError


@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.kind)
class TestDamage:
    def test_is_refused_by_name(self, reader: Reader, tmp_path: Path) -> None:
        draw = random.Random(reader.kind)
        with copy_for(reader, tmp_path) as files:
            assert files
            for damage in DAMAGES.values():
                blow = strike(reader, tmp_path, draw.choice(files), damage, draw)
                assert blow.said is not None, f"{blow.file} was read as if it were whole"
                assert blow.said.startswith("DataError: ")
                assert blow.named, blow.said
                assert "expected" in blow.said
                assert not blow.written

    def test_undamaged_is_read(self, reader: Reader, tmp_path: Path) -> None:
        with copy_for(reader, tmp_path) as files:
            for file in files:
                assert reader.read(tmp_path, file) is not None


class TestLists:
    def test_are_complete(self, root: Path) -> None:
        for folder in digests.LISTS:
            wanted = {path.relative_to(root / folder) for path in digests.listed(folder)}
            assert {Path(name) for name in read_list(root / folder)} == wanted

    def test_an_edit_is_refused_until_it_is_accepted(self, root: Path, tmp_path: Path) -> None:
        paper = tmp_path / "data" / "paper"
        paper.mkdir(parents=True)
        table = paper / "experiments.csv"
        table.write_text("id,section\n")
        assert digests.write(tmp_path) == ["data/paper/experiments.csv"]
        assert digests.write(tmp_path) == []
        table.write_text("id,sections\n")
        with pytest.raises(DataError, match=r"experiments\.csv: expected SHA-256 .*make digests"):
            read_listed(table, tmp_path / "data")
        assert digests.write(tmp_path) == ["data/paper/experiments.csv"]
        assert read_listed(table, tmp_path / "data") == b"id,sections\n"

    def test_a_file_that_is_not_listed_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / LIST).write_text(f"{'0' * 64}  another.csv\n")
        (tmp_path / "table.csv").write_text("1")
        with pytest.raises(DataError, match=r"table\.csv: expected a line for it"):
            read_listed(tmp_path / "table.csv", tmp_path)

    def test_a_line_that_is_cut_off_is_refused(self, tmp_path: Path) -> None:
        for text in (f"{'0' * 64}  table.csv", f"{'0' * 64}  a\n{'0' * 64}  a\n", "", "0  a\n"):
            (tmp_path / LIST).write_text(text)
            with pytest.raises(DataError, match=r"SHA256SUMS: expected"):
                read_list(tmp_path)

    def test_damaged_lists_are_written_anew(self, tmp_path: Path) -> None:
        (tmp_path / "proofs").mkdir()
        (tmp_path / "proofs" / "accepted.json").write_text("{}")
        (tmp_path / "proofs" / LIST).write_text("nonsense")
        assert digests.write(tmp_path) == ["proofs/accepted.json"]
        assert set(read_list(tmp_path / "proofs")) == {"accepted.json"}
