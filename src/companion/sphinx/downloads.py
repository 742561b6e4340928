"""What a reader can run: notebooks to download, the wheel they need, and buttons that open them.

The workflow's rule ``downloads`` makes the files. The buttons lead to the branch ``notebooks`` of
the repository that ``companion_repository`` names, by default ``COMPANION_REPOSITORY`` of the
environment (``owner/name``), which the publishing workflow sets together with that branch. While it
is empty there is nothing to open, so there are no buttons.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from maxpooling.digests import read_listed

BRANCH = "notebooks"
FOLDER = "downloads"
# Where the theme's own download button looks for a page's source.
SOURCES = "_sources/notebooks"


def launch_options(repository: str) -> dict[str, Any]:
    """Options of the theme for its launch buttons; none without a repository.

    Examples:
        >>> launch_options("owner/name")["repository_url"]
        'https://github.com/owner/name'
        >>> launch_options("")
        {}
    """
    if not repository:
        return {}
    return {
        "repository_url": f"https://github.com/{repository}",
        "repository_branch": BRANCH,
        "path_to_docs": "",
        "launch_buttons": {
            "notebook_interface": "jupyterlab",
            "binderhub_url": "https://mybinder.org",
            "colab_url": "https://colab.research.google.com",
        },
    }


def downloads_folder(env: BuildEnvironment) -> Path:
    """Where the files lie: ``companion_downloads``, relative to the pages' sources."""
    return Path(env.srcdir, env.config.companion_downloads).resolve()


class PipLine(SphinxDirective):
    """The line that installs what the notebooks need, and a link to the wheel."""

    def run(self) -> list[nodes.Node]:
        """Both, or a warning that the workflow has not made the files."""
        folder = downloads_folder(self.env)
        line, wheel = folder / "pip-line.txt", next(folder.glob("*.whl"), None)
        if wheel is None:
            message = f"nothing in {folder}; the workflow's rule `downloads` fills it"
            return [self.state_machine.reporter.warning(message, line=self.lineno)]
        self.env.note_dependency(str(line))
        text = line.read_text(encoding="utf-8").strip()
        link = nodes.reference("", wheel.name, refuri=f"{FOLDER}/{wheel.name}", internal=False)
        note = nodes.paragraph("", "The file that it installs: ", link, nodes.Text("."))
        return [nodes.literal_block(text, text, language="bash"), note]


def _configure(app: Sphinx) -> None:
    if app.config.html_theme == "sphinx_book_theme":
        app.config.html_theme_options.update(launch_options(app.config.companion_repository))


def _copy(app: Sphinx, error: Exception | None) -> None:
    folder = downloads_folder(app.env)
    if error is not None or app.builder.name != "html" or not folder.is_dir():
        return
    target = Path(app.outdir, FOLDER)
    target.mkdir(exist_ok=True)
    for wheel in folder.glob("*.whl"):
        (target / wheel.name).write_bytes(read_listed(wheel, folder))
    for notebook in folder.glob("notebooks/*.ipynb"):
        shutil.copy2(notebook, Path(app.outdir, SOURCES))


def setup(app: Sphinx) -> None:
    """Register the settings, the directive, and the two steps."""
    repository = os.environ.get("COMPANION_REPOSITORY", "")
    app.add_config_value("companion_repository", repository, "html", str)
    app.add_config_value("companion_downloads", "../build/downloads", "env", str)
    app.add_directive("pip-line", PipLine)
    app.connect("builder-inited", _configure, priority=100)
    app.connect("build-finished", _copy)
