"""Stored outcomes: packed and back, refused when damaged, and the counts and spreads they give."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from companion.experiments.results import outcomes
from companion.experiments.results import record as results
from companion.experiments.runs import checkpoint, recount
from companion.experiments.runs import outcomes as storing
from companion.experiments.runs.recount import Part
from companion.experiments.statistics.inference import estimate
from companion.experiments.statistics.quantities import READINGS, Measured, each_image, measure
from companion.experiments.statistics.statements import lead
from companion.files import RECORDED
from maxpooling.errors import DataError

CELL = "lenet-mnist/conv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / CELL).mkdir(parents=True)
    for name in ("seed0.json", "outcomes-seed0.safetensors"):
        shutil.copy(RECORDED / CELL / name, tmp_path / CELL / name)
    shutil.copy(RECORDED / outcomes.NAME, tmp_path / outcomes.NAME)
    return tmp_path


def result(folder: Path = RECORDED) -> Any:
    return results.read(folder / CELL / "seed0.json")


@pytest.mark.parametrize("count", [1, 8, 11, 21])
def test_packed_and_back(count: int) -> None:
    right = torch.rand(count, 5, generator=torch.Generator().manual_seed(count)) > 0.5
    packed = outcomes.pack(right)
    assert packed.shape == (5, -(-count // 8))
    assert outcomes.unpack(packed, count).tolist() == right.tolist()


def test_all_that_is_listed_is_there_and_gives_the_recorded_counts() -> None:
    listed = set(outcomes.lines())
    files = {path.relative_to(RECORDED).as_posix() for path in RECORDED.rglob("outcomes-*")}
    assert listed == files
    found = [outcomes.of(one) for one in results.read_all(RECORDED)]
    assert sum(one is not None for one in found) >= 15
    for one in filter(None, found):
        assert len(one.margin) == 10_000
        entry = one.record["attacks"]["fast-gradient linf"]
        assert not entry["provenance"]["uncommitted"]
        # Ties aside, the margin is positive where the network is right.
        clean = one.right["fast-gradient", "linf"][0]
        assert abs(int((one.margin[: len(clean)] > 0).sum()) - int(clean.sum())) <= 1


def test_another_byte_is_refused(folder: Path) -> None:
    path = folder / CELL / "outcomes-seed0.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"expected SHA-256 .* as listed"):
        outcomes.of(result(folder), folder)


def test_one_that_is_missing_is_refused(folder: Path) -> None:
    (folder / CELL / "outcomes-seed0.safetensors").unlink()
    with pytest.raises(DataError, match=r"expected the file that is listed"):
        outcomes.of(result(folder), folder)


def test_an_image_that_is_changed_together_with_the_list_is_refused(folder: Path) -> None:
    path = folder / CELL / "outcomes-seed0.safetensors"
    tensors, record = checkpoint.read(path)
    tensors["fast-gradient l2"][0, 0] ^= 2
    checkpoint.write(path, tensors, record)
    outcomes.enter([path], folder)
    with pytest.raises(DataError, match="fast-gradient l2: expected the counts"):
        outcomes.of(result(folder), folder)


def test_a_damaged_list_is_refused(folder: Path) -> None:
    (folder / outcomes.NAME).write_text("path,sha256\n")
    with pytest.raises(DataError, match="expected the columns"):
        outcomes.lines(folder)


def test_other_weights_have_no_outcomes(folder: Path) -> None:
    other = result(folder) | {"weights_sha256": "0" * 64}
    assert outcomes.of(other, folder) is None


@pytest.mark.parametrize("quantity", ["clean accuracy", "mean robust accuracy", "growth"])
def test_what_each_image_adds_has_the_quantity_as_its_mean(quantity: Any) -> None:
    reading = READINGS["FGM, L2"]
    each = each_image(result(), quantity, reading)
    whole = measure(result(), quantity, reading)
    assert each is not None
    assert each.mean() == pytest.approx(whole.value, abs=1e-4)
    if quantity != "growth":  # of which the bound is none
        assert each.std() <= whole.deviation + 1e-4


def test_paired_variance_by_hand() -> None:
    """Two models right on the same images: their difference does not vary at all."""
    row = np.array([1.0, 1.0, 0.0, 0.0])
    one, other = Measured(0.5, 0.5, 4, row), Measured(0.5, 0.5, 4, 1 - row)
    same = estimate(lead("a", "b"), {"a": [one, one], "b": [one]}, 0.0, 1)
    assert same.within == 0
    opposite = estimate(lead("a", "b"), {"a": [one], "b": [other]}, 0.0, 1)
    assert opposite.within == pytest.approx(4 / 3 / 4)
    half = estimate(lead("a", "b"), {"a": [one, other], "b": [other]}, 0.0, 1)
    assert half.within == pytest.approx(1 / 3 / 4)


def test_one_network_without_outcomes_leaves_the_bound() -> None:
    row = np.array([1.0, 1.0, 0.0, 0.0])
    one, bare = Measured(0.5, 0.5, 4, row), Measured(0.5, 0.5, 4)
    found = estimate(lead("a", "b"), {"a": [one, bare], "b": [one]}, 0.0, 1)
    assert found.within == pytest.approx(2 * 0.25 / 4)


def test_storing_again_does_nothing_and_a_false_count_stops_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Part(f"{CELL}/seed0", "fast-gradient", "l2", None, 1.0)
    assert not storing.store(part, folder)
    path = folder / CELL / "outcomes-seed0.safetensors"
    path.unlink()
    wrong = torch.zeros(21, 10_000, dtype=torch.bool)
    monkeypatch.setattr(recount, "right", lambda *_: wrong)
    with pytest.raises(DataError, match="fast-gradient l2: expected"):
        storing.store(part, folder)
    assert not path.exists()
