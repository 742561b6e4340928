"""Two builds are compared byte by byte; what may differ is named, and is nothing else."""

from pathlib import Path

import pytest

from companion.build.twice import APART, copy_sources, differences, theory


@pytest.fixture
def builds(tmp_path: Path) -> tuple[Path, Path]:
    folders = tmp_path / "one", tmp_path / "two"
    for folder in folders:
        for name in ("notebooks/a.ipynb", "results/a/values.json", "html/index.html"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text("the same\nin both\n")
    return folders


def test_the_same(builds: tuple[Path, Path]) -> None:
    assert not list(differences(*builds))


def test_a_changed_byte_is_shown_with_its_place(builds: tuple[Path, Path]) -> None:
    (builds[1] / "html/index.html").write_text("the same\nin botH\n")
    assert list(differences(*builds)) == ["html/index.html: line 2: 'in both' | 'in botH'"]


def test_longer_and_missing_files(builds: tuple[Path, Path]) -> None:
    (builds[0] / "results/a/values.json").write_text("the same\nin both\n\n")
    (builds[1] / "notebooks/a.ipynb").unlink()
    missing, longer = differences(*builds)
    assert missing == f"notebooks/a.ipynb: only in {builds[0]}"
    assert longer == "results/a/values.json: 18 and 17 bytes"


def test_only_what_is_named_may_differ(builds: tuple[Path, Path]) -> None:
    for name in ("results/a/times.json", "html/status.html"):
        (builds[0] / name).write_text("1")
        (builds[1] / name).write_text("2")
    assert not list(differences(*builds))
    above = [build.rename(build.with_name(f"{build.name} of")) for build in builds]
    for build, parent in zip(builds, above, strict=True):
        build.mkdir()
        parent.rename(build / "build")
    assert not list(differences(*builds, ["build"]))
    assert len(APART) == 3
    (builds[0] / "build/html/searchindex.js").write_text("1")
    (builds[1] / "build/html/searchindex.js").write_text("2")
    assert len(list(differences(*builds, ["build"]))) == 1


def test_sources_are_copied_without_what_is_built(root: Path, tmp_path: Path) -> None:
    copy_sources(root, tmp_path / "copy")
    assert (tmp_path / "copy/src/companion/build/twice.py").is_file()
    assert (tmp_path / "copy/book/_results").is_symlink()
    assert not (tmp_path / "copy/build").exists()


def test_theory_trains_nothing(root: Path) -> None:
    chapters = theory(root)
    assert {"s1_introduction", "d_optimal_error", "x_two_layers"} <= set(chapters)
    assert "e_experiments" not in chapters
