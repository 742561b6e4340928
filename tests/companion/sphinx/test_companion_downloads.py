"""Launch buttons open a file that the branch has; the download is the notebook that runs alone."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from maxpooling.digests import LIST, listing

CONF = """
extensions = ["myst_nb", "sphinx_proof", "companion.sphinx"]
html_theme = "sphinx_book_theme"
nb_execution_mode = "off"
"""
WHEEL = "maxpooling-1.0-py3-none-any.whl"
LINE = 'pip install "maxpooling[notebooks] @ https://book.example/m.whl"'

Build = Callable[..., tuple[Path, str]]


def notebook(text: str) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_markdown_cell(text, id="cell-0")
    about = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    made: nbformat.NotebookNode = nbformat.v4.new_notebook(cells=[cell], metadata=about)
    return made


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    (folder / "notebooks").mkdir(parents=True)
    (folder / WHEEL).write_bytes(b"a wheel")
    (folder / "pip-line.txt").write_text(f"{LINE}\n")
    nbformat.write(notebook("# It runs alone"), folder / "notebooks" / "s1.ipynb")
    return folder


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Build in a process of its own: what myst_nb registers outlives an application."""

    def run(repository: str = "", status: int = 0) -> tuple[Path, str]:
        source, site = tmp_path / "book", tmp_path / "html"
        (source / "notebooks").mkdir(parents=True)
        (source / "conf.py").write_text(CONF)
        (source / "index.md").write_text(
            "# Title\n\n```{toctree}\nnotebooks/s1\n```\n\n```{pip-line}\n```\n"
        )
        nbformat.write(notebook("# Chapter\n\nText."), source / "notebooks" / "s1.ipynb")
        settings = {"companion_downloads": "../downloads", "companion_repository": repository}
        options = [f"-D{name}={value}" for name, value in settings.items()]
        command = [sys.executable, "-m", "sphinx", "-q", *options, str(source), str(site)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
        return site, done.stderr

    return run


def links(site: Path, page: str) -> list[str]:
    parsed = BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")
    return [str(link["href"]) for link in parsed.select("a[href]")]


def test_buttons_open_the_chapter_on_the_branch(build: Build, downloads: Path) -> None:
    site, _ = build("owner/name")
    found = links(site, "notebooks/s1.html")
    # The branch has the folder's layout: notebooks/s1.ipynb.
    assert (downloads / "notebooks" / "s1.ipynb").is_file()
    hub, colab = "https://mybinder.org", "https://colab.research.google.com"
    assert f"{hub}/v2/gh/owner/name/notebooks?urlpath=lab/tree/notebooks/s1.ipynb" in found
    assert f"{colab}/github/owner/name/blob/notebooks/notebooks/s1.ipynb" in found


def test_no_buttons_without_a_repository(build: Build, downloads: Path) -> None:
    site, _ = build()
    assert not [link for link in links(site, "notebooks/s1.html") if "mybinder" in link]


def test_download_is_the_notebook_that_runs_alone(build: Build, downloads: Path) -> None:
    site, _ = build()
    assert "../_sources/notebooks/s1.ipynb" in links(site, "notebooks/s1.html")
    offered = nbformat.read(site / "_sources/notebooks/s1.ipynb", as_version=4)
    assert offered.cells[0].source == "# It runs alone"


def test_pip_line_and_wheel_are_on_the_page(build: Build, downloads: Path) -> None:
    site, _ = build()
    parsed = BeautifulSoup((site / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert LINE in parsed.select("article pre")[0].get_text()
    assert f"downloads/{WHEEL}" in links(site, "index.html")
    assert (site / "downloads" / WHEEL).read_bytes() == b"a wheel"


def test_a_damaged_wheel_is_not_published(build: Build, downloads: Path) -> None:
    (downloads / LIST).write_text(listing([downloads / WHEEL], downloads))
    (downloads / WHEEL).write_bytes(b"a Wheel")
    site, said = build(status=2)
    assert f"{WHEEL}: expected SHA-256" in said
    assert not (site / "downloads" / WHEEL).exists()


def test_missing_files_are_a_warning(build: Build) -> None:
    _, warnings = build()
    assert "rule `downloads`" in warnings
