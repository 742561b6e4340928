"""Stronger attacks: made from a result's weights, read with it, refused if foreign."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from companion.experiments.attacks import stronger
from companion.experiments.data.fetch import read_sources
from companion.experiments.data.loading import Images
from companion.experiments.results import manifest
from companion.experiments.results import record as results
from companion.experiments.results.types import Stronger
from companion.experiments.runs import cell
from companion.experiments.runs.config import configuration
from maxpooling.errors import DataError

Made = tuple[Path, Images]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A LeNet trained and attacked on a few random images."""
    draw = torch.Generator().manual_seed(0)
    labels = torch.randint(0, 2, (64,), generator=draw)
    noise = torch.randint(0, 120, (64, 1, 28, 28), generator=draw)
    images = (noise + 20 * labels.view(-1, 1, 1, 1)).to(torch.uint8)
    dataset = Images("mnist", images, labels, images, labels, dict(read_sources()["mnist"].files))
    chosen = configuration("lenet-mnist", "conv", 1, "quick")
    small = replace(chosen.training, epochs=12, train_images=64, test_images=64)
    epsilons = (0.0, 0.02, 0.1)
    attack = replace(
        chosen.attack, epsilons=epsilons, images=40, pgd_epsilons=epsilons, pgd_images=40,
        pgd_steps=3,
    )  # fmt: skip
    path = results.path_of(tmp_path_factory.mktemp("x"), "lenet-mnist", "conv", 1)
    chosen = replace(chosen, training=small, attack=attack)
    cell.run(chosen, dataset, path, path.parent, profile="quick")
    return path, dataset


@pytest.fixture(scope="module")
def found(made: Made) -> Stronger:
    path, dataset = made
    return stronger.attack(results.read(path), path.with_suffix(".safetensors"), dataset)


@pytest.fixture
def folder(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository's recorded results: the network, without its stronger attacks."""
    path, dataset = made
    place = results.path_of(tmp_path, "lenet-mnist", "conv", 1)
    place.parent.mkdir(parents=True)
    for suffix in (".json", ".safetensors"):
        place.with_suffix(suffix).write_bytes(path.with_suffix(suffix).read_bytes())
    manifest.enter(tmp_path, ["lenet-mnist/conv/seed1.json"])
    monkeypatch.setattr(results, "RECORDED", tmp_path)
    monkeypatch.setattr(results, "STRONGER", tmp_path / "stronger")
    monkeypatch.setattr(stronger, "RECORDED", tmp_path)
    monkeypatch.setattr(stronger, "BUILD", tmp_path / "build")
    monkeypatch.setattr(stronger, "load", lambda name: dataset)
    return tmp_path


class TestAttack:
    def test_is_no_better_than_any_single_attack(self, made: Made, found: Stronger) -> None:
        result = results.read(made[0])
        both = result | {"robust": found["robust"]}
        for norm in ("linf", "l2"):
            low = results.robust_accuracy(both, "ensemble", norm)
            high = results.robust_accuracy(result, "fast-gradient", norm)
            assert low[0.0] == high[0.0] > 0.3
            assert all(low[epsilon] <= high[epsilon] for epsilon in low)
            # Nothing is lost in single precision here, so double precision gives the same.
            assert results.robust_accuracy(both, "fast-gradient-float64", norm) == high
        assert found["rounding"] == {"right": round(low[0.0] * 40), "sure": 0, "unmoved": 0}

    def test_foreign_weights_are_refused(self, made: Made) -> None:
        path, dataset = made
        result = results.read(path) | {"weights_sha256": "0" * 64}
        with pytest.raises(DataError, match="expected SHA-256 0000"):
            stronger.attack(result, path.with_suffix(".safetensors"), dataset)


class TestCommand:
    def test_records_once_and_is_read_with_the_result(
        self, folder: Path, found: Stronger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "ensemble" not in [one["attack"] for one in results.recorded()[0]["robust"]]
        assert stronger.main([]) == 0
        (result,) = results.recorded()
        assert result["robust"][-4:] == json.loads(json.dumps(found["robust"]))
        written = results.path_of(folder / "stronger", "lenet-mnist", "conv", 1)
        before = written.read_bytes()
        monkeypatch.setattr(stronger, "attack", None)  # not called again
        assert stronger.main([]) == 0
        assert written.read_bytes() == before

    def test_ensemble_is_left_out_and_added_later(
        self, folder: Path, found: Stronger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert stronger.main(["--one-step"]) == 0
        written = results.path_of(folder / "stronger", "lenet-mnist", "conv", 1)
        short = results.read_stronger(written)
        assert short["settings"] == {"images": 40}
        assert short["rounding"] == found["rounding"]
        assert [one["attack"] for one in short["robust"]] == ["fast-gradient-float64"] * 2
        assert stronger.main([]) == 0
        whole = results.read_stronger(written)
        assert whole["robust"] == json.loads(json.dumps(found["robust"]))
        monkeypatch.setattr(stronger, "attack", None)  # what is there already is more
        assert stronger.main(["--one-step"]) == 0
        assert results.read_stronger(written) == whole

    def test_weights_are_found_among_the_runs(self, folder: Path) -> None:
        (result,) = results.read_all(folder)
        here = results.path_of(folder, "lenet-mnist", "conv", 1).with_suffix(".safetensors")
        assert stronger.weights_of(result) == here
        there = results.path_of(folder / "build" / "quick", "lenet-mnist", "conv", 1)
        there.parent.mkdir(parents=True)
        here.rename(there.with_suffix(".safetensors"))
        assert stronger.weights_of(result) == there.with_suffix(".safetensors")
        there.with_suffix(".safetensors").unlink()
        assert stronger.weights_of(result) is None
        assert stronger.main([]) == 0
        assert not (folder / "stronger").exists()

    def test_that_of_other_weights_is_refused_and_made_again(
        self, folder: Path, found: Stronger
    ) -> None:
        place = results.path_of(folder / "stronger", "lenet-mnist", "conv", 1)
        results.write_stronger(place, {**found, "weights_sha256": "0" * 64})
        manifest.enter(folder, [place.relative_to(folder).as_posix()])
        with pytest.raises(DataError, match=r"expected attacks on the .*, found some on 0"):
            results.recorded()
        assert stronger.main([]) == 0
        assert results.recorded()[0]["robust"][-1]["attack"] == "ensemble"

    def test_damaged_weights_are_reported(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = results.path_of(folder, "lenet-mnist", "conv", 1).with_suffix(".safetensors")
        path.write_bytes(path.read_bytes()[:-8])
        assert stronger.main([]) == 1
        assert "seed1.safetensors" in capsys.readouterr().err

    def test_damaged_record_is_reported(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        place = results.path_of(folder / "stronger", "lenet-mnist", "conv", 1)
        place.parent.mkdir(parents=True)
        place.write_text("{")
        assert stronger.main([]) == 1
        assert "stronger/lenet-mnist/conv/seed1.json: expected a result in JSON" in (
            capsys.readouterr().err
        )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seconds": -1}, r"at \$.seconds, -1 is less than the minimum"),
        ({"cell": {"experiment": "lenet-mnist", "variant": "maxpool", "seed": 1}}, "this cell"),
        ({"settings": {"images": 40, "steps": 3}}, r"at \$.settings, 'losses' is a dependency"),
        ({"provenance": {}}, r"at \$.provenance, 'profile' is a required property"),
        ({"robust": "short"}, "expected a count for each of 3 epsilons, found 2"),
        ({"robust": "high"}, "expected at most 40 right images, found 41"),
    ],
)
def test_invalid_is_refused(
    found: Stronger, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    path = results.path_of(tmp_path, "lenet-mnist", "conv", 1)
    broken = json.loads(json.dumps(found))
    if changes.get("robust") == "short":
        broken["robust"][0]["correct"].pop()
    elif changes.get("robust") == "high":
        broken["robust"][0]["correct"][0] = 41
    else:
        broken |= changes
    with pytest.raises(DataError, match=message):
        results.write_stronger(path, broken)
    assert list(tmp_path.iterdir()) == []
