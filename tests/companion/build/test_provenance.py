"""Where results come from: hashes that follow the content, runs that are told apart."""

import json
from pathlib import Path

import pytest

from companion.build.provenance import describe, hardware, runs, short_hash


def test_hash_follows_content_and_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("1")
    two.write_text("2")
    assert short_hash([one, two]) != short_hash([two, one])
    before = short_hash([one])
    one.write_text("3")
    assert short_hash([one]) != before
    assert len(before) == 8


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ([], "computed in this build"),
        (["data/paper/appendix_d.csv"], "computed in this build"),
        (["data/results/lenet-mnist/conv/seed0.json"], "recorded runs"),
        (["build/experiments/quick/lenet-mnist/conv/seed0.json"], "fresh runs of this build"),
        (
            ["data/results/a/b/seed0.json", "build/experiments/quick/a/b/seed0.json"],
            "recorded runs and fresh runs of this build",
        ),
    ],
)
def test_recorded_or_fresh(read: list[str], expected: str) -> None:
    assert runs(read) == expected


def test_a_run_of_this_build_counts_without_its_times(tmp_path: Path) -> None:
    name = "build/experiments/quick/a/b/seed0.json"
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    (tmp_path / "notebook.py").write_text("")

    def digest(seconds: float, weights: str) -> object:
        counts = {"configuration_sha256": "c", "clean": {}, "robust": []}
        path.write_text(json.dumps({**counts, "weights_sha256": weights, "seconds": seconds}))
        return describe(tmp_path / "notebook.py", {}, [name], tmp_path)["data_sha256"]

    assert digest(1.5, "w") == digest(2.5, "w")
    assert digest(1.5, "w") != digest(1.5, "other")


def test_hardware_counts_cores() -> None:
    assert hardware().endswith(("core", "cores"))
