"""A damaged list of data sets: the reader names the file and what was expected."""

from collections.abc import Callable
from pathlib import Path

import pytest

from companion.experiments.data.fetch import read_sources
from companion.files import SOURCES
from maxpooling.errors import DataError


class TestSources:
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda text: text[: len(text) // 2], "expected the sources of the data sets, found"),
            (
                lambda text: text.replace("[mnist.files]", "[mnist.fils]"),
                "expected files, official",
            ),
            (
                lambda text: text.replace("official]", "oficial]"),
                "expected files, official and npm",
            ),
            (lambda text: text.replace("6bbc9", "6bbg9"), "expected the MD5 of train-images"),
            (lambda text: text.replace("f68b3", "f68b"), "expected the MD5 of train-images-idx3"),
            (lambda text: "mnist = 5", "expected files, official and npm"),
            (lambda text: text.replace("\nintegrity", "\nintegrety"), "expected files.*KeyErr"),
        ],
    )
    def test_damaged(self, tmp_path: Path, change: Callable[[str], str], said: str) -> None:
        path = tmp_path / "sources.toml"
        path.write_text(change(SOURCES.read_text(encoding="utf-8")))
        with pytest.raises(DataError, match=rf"sources.toml: {said}"):
            read_sources(path)

    def test_no_text_and_no_file(self, tmp_path: Path) -> None:
        path = tmp_path / "sources.toml"
        with pytest.raises(DataError, match=r"sources.toml: "):
            read_sources(path)
        path.write_bytes(b"\xff")
        with pytest.raises(DataError, match=r"sources.toml: expected the sources"):
            read_sources(path)
