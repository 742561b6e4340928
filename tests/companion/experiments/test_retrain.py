"""Recorded networks trained anew: which, and what is noticed."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from companion.experiments.data.fetch import read_sources
from companion.experiments.data.loading import Images
from companion.experiments.results import record as results
from companion.experiments.runs import cell, provenance, retrain
from companion.experiments.runs.config import configuration
from maxpooling.errors import DataError

Made = tuple[results.Result, Images]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """A network trained for two epochs on random images, and a plan that says so."""
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (64, 1, 28, 28), dtype=torch.uint8, generator=draw)
    labels = torch.randint(0, 10, (64,), generator=draw)
    dataset = Images("mnist", images, labels, images, labels, dict(read_sources()["mnist"].files))
    chosen = configuration("activation-mnist", "linear", 0, "quick")
    chosen = replace(
        chosen,
        training=replace(chosen.training, train_images=64, test_images=64),
        attack=replace(chosen.attack, images=50),
    )
    monkeypatch.setattr(retrain, "configuration", lambda *_: chosen)
    monkeypatch.setattr(provenance, "model", lambda: "this one")
    path = results.path_of(tmp_path, "activation-mnist", "linear", 0)
    return cell.run(chosen, dataset, path, path.parent, profile="quick"), dataset


class TestRetrain:
    def test_the_same_bits(self, made: Made) -> None:
        assert retrain.exact(made[0])
        assert retrain.retrain(*made) == []

    @pytest.mark.parametrize(
        ("place", "value", "said"),
        [
            (["weights_sha256"], "0" * 64, "weights: expected SHA-256 000"),
            (["clean", "correct"], 63, "clean: expected 63 of 64 images, found"),
            (["robust", 1, "correct", 3], 49, "fast-gradient l2 0.003: expected 49 of 50 images"),
            (["curve", 0, "test_accuracy"], 1.0, "epoch 1: expected 64 of 64 images"),
            (["curve", 0, "train_loss"], 1.0, "losses: expected"),
        ],
    )
    def test_what_differs_is_said(
        self, made: Made, place: list[Any], value: object, said: str
    ) -> None:
        forged: Any = json.loads(json.dumps(made[0]))
        spot = forged
        for step in place[:-1]:
            spot = spot[step]
        spot[place[-1]] = value
        (off,) = retrain.retrain(forged, made[1])
        assert said in off

    def test_another_processor_comes_near(self, made: Made) -> None:
        """Weights and losses may be others there; a tenth of the images is allowed, no more."""
        recorded: Any = json.loads(json.dumps(made[0]))
        recorded["provenance"]["processor"] = "another"
        recorded["weights_sha256"] = "0" * 64
        recorded["clean"]["correct"] = made[0]["clean"]["correct"] + 6
        assert retrain.retrain(recorded, made[1]) == []
        recorded["clean"]["correct"] += 1
        assert len(retrain.retrain(recorded, made[1])) == 1

    def test_other_threads_are_another_machine(self, made: Made) -> None:
        recorded: Any = json.loads(json.dumps(made[0]))
        recorded["provenance"]["threads"] += 1
        assert not retrain.exact(recorded)

    def test_a_plan_that_has_changed_is_refused(self, made: Made) -> None:
        recorded: Any = json.loads(json.dumps(made[0]))
        recorded["configuration"]["training"]["momentum"] = 0.1
        with pytest.raises(DataError, match=r"linear/seed0: expected the configuration .* today"):
            retrain.retrain(recorded, made[1])


class TestSample:
    def test_short_ones_of_the_record(self) -> None:
        found = retrain.short()
        assert len(found) >= 30
        assert {one["configuration"]["variant"] for one in found} >= {"linear", "strided-relu"}
        chosen = retrain.sample(found, seconds=100, drawn_from="a commit")
        assert 0 < sum(one["seconds"]["training"] for one in chosen) <= 100
        assert chosen != retrain.sample(found, seconds=100, drawn_from="another")

    def test_one_is_always_drawn_in_continuous_integration(self) -> None:
        for commit in range(50):
            assert retrain.sample(retrain.short(), seconds=20, drawn_from=str(commit)) != []


class TestCommand:
    def test_says_what_was_trained(
        self, made: Made, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(retrain, "short", lambda _: [made[0]])
        monkeypatch.setattr(retrain, "load", lambda _: made[1])
        monkeypatch.setattr(retrain, "exact", lambda _: True)
        assert retrain.main([]) == 0
        out = capsys.readouterr().out.splitlines()
        assert out[1:] == [
            "activation-mnist/linear/seed0: as recorded, bit for bit",
            "1 networks were trained anew, 0 differ",
        ]
        made[0]["clean"]["correct"] += 1
        assert retrain.main([]) == 1
        assert "1 networks were trained anew, 1 differ" in capsys.readouterr().out
