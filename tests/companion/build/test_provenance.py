"""Where results come from: hashes that follow the content, runs that are told apart."""

from pathlib import Path

import pytest

from companion.build.provenance import hardware, runs, short_hash


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


def test_hardware_counts_cores() -> None:
    assert hardware().endswith(("core", "cores"))
