"""Damage to each kind of file that the project reads, and what its reader says of it.

Used by the tests of ``tests/faults``, with one blow per kind of damage, and with many by
``make stress``. A reader that accepts a damaged file is found here, not in a published number.
"""

import hashlib
import os
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from companion.files import ROOT

Damage = Callable[[bytes, random.Random], bytes]


def flip(content: bytes, draw: random.Random) -> bytes:
    """One bit of one byte is another."""
    place = draw.randrange(len(content))
    changed = bytearray(content)
    changed[place] ^= 1 << draw.randrange(8)
    return bytes(changed)


def truncate(content: bytes, draw: random.Random) -> bytes:
    """The file ends early."""
    return content[: draw.randrange(1, len(content))]


def empty(_content: bytes, _draw: random.Random) -> bytes:
    """Nothing is left."""
    return b""


DAMAGES: Mapping[str, Damage] = {"one bit": flip, "cut short": truncate, "empty": empty}


@dataclass(frozen=True)
class Reader:
    """Who reads a kind of file.

    Attributes:
        kind: of file, in words.
        files: pattern of the files, below the root of the repository.
        read: reads one; gets the root of a copy, and the file in it.
        guard: what notices the damage, in words.
        needs: patterns of what must lie beside them.
        make: makes them in the copy, where the repository holds none.
    """

    kind: str
    files: str
    read: Callable[[Path, Path], object]
    guard: str = "digest in SHA256SUMS"
    needs: tuple[str, ...] = ("data/SHA256SUMS",)
    make: Callable[[Path], None] | None = None


def _ledger(root: Path, _file: Path) -> object:
    from companion.ledger.claims import load

    return load.__wrapped__(root / "data" / "paper" / "claims.yml")


def _appendix_d(_root: Path, _file: Path) -> object:
    from companion.published import appendix_d

    return appendix_d()


def _verdicts(_root: Path, file: Path) -> object:
    from companion.ledger.verdicts import read_lock

    return read_lock(file)


def _sources(_root: Path, file: Path) -> object:
    from companion.experiments.data.fetch import read_sources

    return read_sources(file)


def _samples(root: Path, file: Path) -> object:
    from companion.experiments.data import samples

    with patch.object(samples, "SAMPLES", root / "data" / "samples"):
        return samples.samples("mnist" if file.suffix == ".toml" else file.stem)


def _identity(_root: Path, file: Path) -> object:
    from maxpooling.two_layers.identity import read_identity

    return read_identity(file)


def _spans(_root: Path, file: Path) -> object:
    from companion.search import spans

    with patch.object(spans, "_RECORDED", file):
        return spans.recorded_spans()


def _machine(_root: Path, file: Path) -> object:
    from companion.ledger.machine import accepted

    return accepted.__wrapped__(file.parent)


def _weights(_root: Path, file: Path) -> object:
    from companion.experiments.runs.weights import trained_model

    return trained_model(file.with_suffix(".json"))


def _list(root: Path, _file: Path) -> object:
    """A damaged list must not hide: all that it should list is read."""
    from companion.build.digests import listed
    from companion.published import read_data

    return [read_data(path) for path in listed("data", root)]


_PIXELS = bytes(range(256)) * 4


def _make_images(root: Path) -> None:
    folder = root / "data" / "cache" / "mnist"
    folder.mkdir(parents=True)
    (folder / "t10k-images-idx3-ubyte").write_bytes(_PIXELS)


def _images(_root: Path, file: Path) -> object:
    from companion.experiments.data.fetch import Source, verify

    digest = hashlib.md5(_PIXELS, usedforsecurity=False).hexdigest()
    verify(Source("mnist", {file.name: digest}, (), {}), file.parent)
    return file


def _record(root: Path, _file: Path) -> object:
    from companion.experiments.results import manifest

    return manifest.contents(root / "data" / "results")


def _network(root: Path, file: Path) -> object:
    from companion.experiments.results import rounded

    folder = root / "data" / "networks"
    name = file.relative_to(folder).as_posix().removesuffix(rounded.ENDING)
    return rounded.weights(name, folder)


def _manifest(root: Path, _file: Path) -> object:
    """As the ledger's step reads it; what the data lack of git's history is said in notes."""
    from companion.experiments.results import manifest

    return manifest.verify(root / "data" / "results")


def _make_checkpoint(root: Path) -> None:
    import torch

    from companion.experiments.runs import checkpoint

    tensors = {"model.weight": torch.arange(100.0), "momentum.0": torch.zeros(3, 4)}
    path = root / "build" / "seed0.01234567.checkpoint.safetensors"
    checkpoint.write(path, tensors, {"curve": []}, sealed=True)


def _checkpoint(_root: Path, file: Path) -> object:
    from companion.experiments.runs import checkpoint

    return checkpoint.read(file, sealed=True)


def _make_wheel(root: Path) -> None:
    from maxpooling.digests import LIST, listing

    folder = root / "build" / "downloads"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "toy-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("toy/__init__.py", "ONE = 1\n" * 100)
    (folder / LIST).write_text(listing(folder.glob("*.whl"), folder), encoding="utf-8")


def _wheel(_root: Path, file: Path) -> object:
    from maxpooling.digests import read_listed

    return read_listed(file, file.parent)


_LEDGER = ("data/paper/*", "data/ours/*", "data/SHA256SUMS")
_RECORD = ("data/results/manifest.csv", "data/results/**/seed*")
_SAMPLES = ("data/samples/*", "data/SHA256SUMS")
_IDENTITIES = "src/maxpooling/two_layers/identities"
READERS = (
    Reader("numbers of the paper (CSV)", "data/paper/[!a]*.csv", _ledger, needs=_LEDGER),
    Reader("settings of Appendix E (CSV)", "data/paper/appendix_e.csv", _ledger, needs=_LEDGER),
    Reader("numbers of ours (CSV)", "data/ours/*.csv", _ledger, needs=_LEDGER),
    Reader("Appendix D (CSV)", "data/paper/appendix_d.csv", _appendix_d,
           "digest in the code that reads it"),
    Reader("the paper's list (claims.yml)", "data/paper/claims.yml", _ledger),
    Reader("committed verdicts (verdicts.lock)", "data/paper/verdicts.lock", _verdicts),
    Reader("addresses and checksums of data (sources.toml)", "data/sources.toml", _sources),
    Reader("labels of the samples (labels.toml)", "data/samples/labels.toml", _samples,
           needs=_SAMPLES),
    Reader("sample images (PNG)", "data/samples/*.png", _samples, needs=_SAMPLES),
    Reader("identities (JSON)", f"{_IDENTITIES}/*.json", _identity,
           needs=(f"{_IDENTITIES}/SHA256SUMS",)),
    Reader("recorded spans (JSON)", "src/companion/search/spans.json", _spans,
           needs=("src/companion/search/SHA256SUMS",)),
    Reader("what Coq accepted (JSON)", "proofs/accepted.json", _machine,
           needs=("proofs/**/*.v", "proofs/theorems.toml", "proofs/SHA256SUMS")),
    Reader("recorded weights (safetensors)", "data/results/lenet-mnist/*/seed0.safetensors",
           _weights, "digest in the result", needs=("data/results/lenet-mnist/*/seed0.json",)),
    Reader("stored ResNets (compressed safetensors)", "data/networks/*/maxpool/*.xz", _network,
           "digest in the list beside them", needs=("data/networks/SHA256SUMS",)),
    Reader("recorded results (JSON)", "data/results/*/*/seed*.json", _record,
           "the manifest of the record", needs=_RECORD),
    Reader("the manifest of the record (CSV)", "data/results/manifest.csv", _manifest,
           "the files that it lists", needs=_RECORD),
    Reader("checkpoints of trainings (safetensors)", "build/*.safetensors", _checkpoint,
           "digest in the checkpoint", needs=(), make=_make_checkpoint),
    Reader("cached image data", "data/cache/mnist/*", _images, "MD5 in data/sources.toml",
           needs=(), make=_make_images),
    Reader("the wheel on its way to the site", "build/downloads/*.whl", _wheel,
           "digest beside it, and in the line for pip", needs=(), make=_make_wheel),
    Reader("lists of digests (SHA256SUMS)", "data/SHA256SUMS", _list,
           "the files that it lists", needs=(*_LEDGER, *_SAMPLES, "data/sources.toml")),
)  # fmt: skip


@contextmanager
def copy_for(reader: Reader, folder: Path, root: Path = ROOT) -> Iterator[list[Path]]:
    """Copy what a reader reads into an empty folder; yield the files that may be damaged there."""
    if reader.make is not None:
        reader.make(folder)
    for pattern in () if reader.make is not None else (reader.files, *reader.needs):
        for path in root.glob(pattern):
            target = folder / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    with patch.dict(os.environ, MAXPOOLING_DATA=str(folder / "data")):
        yield sorted(folder.glob(reader.files))


@dataclass(frozen=True)
class Blow:
    """A damaged file, and what came of reading it.

    Attributes:
        file: below the copy.
        said: by the reader, which refused; None if it read the damaged file.
        named: whether that names the file.
        written: files that came, went or changed while it was read.
    """

    file: str
    said: str | None
    named: bool
    written: tuple[str, ...]


def strike(reader: Reader, folder: Path, file: Path, damage: Damage, draw: random.Random) -> Blow:
    """Damage a file of a copy, have it read, and put it back."""
    whole = file.read_bytes()
    file.write_bytes(damage(whole, draw))
    before = _contents(folder)
    said = None
    try:
        reader.read(folder, file)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    after = _contents(folder)
    file.write_bytes(whole)
    name = str(file.relative_to(folder))
    written = tuple(sorted(str(path) for path, _ in before.items() ^ after.items()))
    return Blow(name, said, said is not None and file.name in said, written)


def _contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
