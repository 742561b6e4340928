"""What the site offers to take away: a notebook for each chapter, and the wheel they need."""

import json
import zipfile
from pathlib import Path

import nbformat
import pytest
from site_files import SITE

ROOT = SITE.parents[1]
CHAPTERS = sorted(path.stem for path in (SITE / "_sources" / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def wheel(site: Path) -> Path:
    (found,) = (site / "downloads").glob("*.whl")
    return found


def test_every_chapter_can_be_taken_away(site: Path) -> None:
    assert sorted(path.stem for path in (site / "notebooks").glob("*.html")) == CHAPTERS


@pytest.mark.parametrize("name", CHAPTERS)
def test_notebook_installs_the_wheel_of_this_site(name: str, wheel: Path) -> None:
    notebook = nbformat.read(SITE / "_sources" / "notebooks" / f"{name}.ipynb", as_version=4)
    install = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert wheel.name in install.source
    assert [cell for cell in notebook.cells if cell.get("outputs")], "it has been executed"


def test_wheel_carries_every_data_file_that_a_chapter_read(wheel: Path) -> None:
    """The runs left word of what they read; an installed package must have it too."""
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    logs = sorted((ROOT / "build" / "results").glob("*/provenance.json"))
    if SITE != ROOT / "build" / "html" or not logs:
        pytest.skip("the runs behind this site are not here")
    read = {name for log in logs for name in json.loads(log.read_text())["data"]}
    needed = {f"companion/{name}" for name in read if name.startswith("data/")}
    assert needed
    assert needed - carried == set()
