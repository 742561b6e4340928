"""Small data files that are damaged: the reader names the file and what was expected."""

from collections.abc import Callable
from pathlib import Path

import pytest

from companion.experiments.data import samples as module
from companion.experiments.data.fetch import read_sources
from companion.experiments.data.samples import samples
from companion.files import SAMPLES, SOURCES
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
        with pytest.raises(DataError, match=r"sources.toml: expected the sources"):
            read_sources(path)
        path.write_bytes(b"\xff")
        with pytest.raises(DataError, match=r"sources.toml: expected the sources"):
            read_sources(path)


class TestSamples:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        for path in SAMPLES.iterdir():
            (tmp_path / path.name).write_bytes(path.read_bytes())
        monkeypatch.setattr(module, "SAMPLES", tmp_path)
        return tmp_path

    @pytest.mark.parametrize("name", ["mnist", "cifar10"])
    def test_every_flipped_bit_of_the_pixels_is_noticed(self, folder: Path, name: str) -> None:
        """A flip that changes neither pixel nor shape is none; one in a hundred places is tried."""
        path = folder / f"{name}.png"
        sound = path.read_bytes()
        before = samples(name)[0]
        noticed = 0
        for place in range(0, len(sound), max(1, len(sound) // 100)):
            flipped = bytearray(sound)
            flipped[place] ^= 4
            path.write_bytes(flipped)
            try:
                assert samples(name)[0].equal(before)
            except DataError:
                noticed += 1
        assert noticed > 80

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("mnist = [7, 2", "expected the labels of mnist, found"),
            ("cifar10 = []", "expected the labels of mnist, found KeyError"),
            ("mnist = [7, 2, 1, 0, 4, 10]", "expected mnist from 0 to 9, found"),
            ("mnist = 7", "expected mnist from 0 to 9, found 7"),
        ],
    )
    def test_damaged_labels(self, folder: Path, content: str, said: str) -> None:
        (folder / "labels.toml").write_text(content)
        with pytest.raises(DataError, match=rf"labels\.toml: {said}"):
            samples("mnist")

    def test_another_label_or_picture(self, folder: Path) -> None:
        labels = folder / "labels.toml"
        labels.write_text(labels.read_text().replace("[7, 2", "[7, 3"))
        with pytest.raises(DataError, match=r"labels\.toml beside it: expected pixels"):
            samples("mnist")
        (folder / "mnist.png").write_bytes((folder / "cifar10.png").read_bytes())
        with pytest.raises(DataError, match=r"mnist\.png: expected bytes of shape \(28, 168, 1\)"):
            samples("mnist")
        (folder / "mnist.png").unlink()
        with pytest.raises(DataError, match=r"mnist\.png: expected a picture of mnist, found"):
            samples("mnist")
