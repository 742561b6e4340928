"""Photographs that installed packages ship."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from companion.experiments.pools import photographs as module
from companion.experiments.pools.photographs import COUNT, SIDE, paths, photographs
from maxpooling.errors import DataError


def test_all_are_there_and_differ() -> None:
    found = photographs()
    assert found.shape == (COUNT, 3, SIDE, SIDE)
    assert found.dtype == torch.uint8
    assert len({one.numpy().tobytes() for one in found}) == COUNT
    # No photograph is a single grey or two colours.
    assert all(len(np.unique(one.numpy())) > 100 for one in found)


def test_the_order_is_that_of_the_names() -> None:
    names = [one.name for one in paths()]
    assert names[:-1] == sorted(names[:-1])
    assert names[-1] == "grace_hopper.jpg"


def test_the_middle_is_cut_out(tmp_path: Path) -> None:
    pixels = np.zeros((SIDE + 4, SIDE + 10, 3), dtype=np.uint8)
    pixels[2 : 2 + SIDE, 5 : 5 + SIDE] = 200
    Image.fromarray(pixels).save(tmp_path / "image.png")
    found = module._middle(tmp_path / "image.png")
    assert found.shape == (3, SIDE, SIDE)
    assert np.unique(found.numpy()).tolist() == [200]


def test_other_packages_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    with pytest.raises(DataError, match=f"should ship {COUNT} photographs, 0 lie there"):
        paths()
