"""The sweep's bar: how much of it is done."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from companion.build import sweep
from companion.build.cells import Cell, profile_cells
from companion.experiments.runs import checkpoint, config

CELL = Cell("quick", "lenet-mnist", "maxpool", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / CELL.output).parent.mkdir(parents=True)
    return tmp_path


def test_share_grows_with_the_epochs(folder: Path) -> None:
    assert sweep.share_done(CELL, folder) == 0
    chosen = config.configuration("lenet-mnist", "maxpool", 0, "quick")
    path = (folder / CELL.output).with_name(chosen.checkpoint_name)
    checkpoint.write(path, {"w": torch.zeros(1)}, {"curve": [{}]})
    assert sweep.share_done(CELL, folder) == pytest.approx(1 / chosen.training.epochs)
    (folder / CELL.output).write_text("{}")
    assert sweep.share_done(CELL, folder) == 1


def test_a_residual_network_weighs_more() -> None:
    small, large = (
        sweep.work(next(c for c in profile_cells("paper") if c.experiment == name))
        for name in ("lenet-cifar10", "resnet-cifar10")
    )
    assert large > 5 * small


def test_bar_ends_with_the_process_and_passes_its_status_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sweep, "SECONDS_BETWEEN_LOOKS", 0.01)
    (folder / CELL.output).write_text("{}")
    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    assert sweep.follow(process, [CELL], folder) == 3
    shown = capsys.readouterr()
    assert shown.out == "1 of 1 cells\n"  # no terminal here, so no bar
    assert shown.err == ""
