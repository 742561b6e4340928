"""The line under each figure and table that says where it comes from.

The notebook's run left ``provenance.json`` beside its results. The commit is filled in when pages
are written, because it changes without any page being read again.
"""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from companion.git import changed, git

FILE_NAME = "provenance.json"
# What a result depends on: everything but prose, tests and tools.
CODE = ("notebooks", "src", "data", "requirements.lock")


class commit_mark(nodes.inline):  # noqa: N801 - docutils' naming of nodes
    """Where the commit will stand."""


def provenance_line(results: Path) -> nodes.paragraph:
    """The line for the results in one notebook's folder.

    Raises:
        LookupError: the folder holds no provenance.
    """
    try:
        about = json.loads((results / FILE_NAME).read_text(encoding="utf-8"))
    except OSError as error:
        raise LookupError(f"{results.name} has no {FILE_NAME}: run it again") from error
    line = nodes.paragraph(classes=["provenance"])
    line += [nodes.literal("", f"notebooks/{about['source']}"), nodes.Text(" at "), commit_mark()]
    line += nodes.Text("".join(f" · {part}" for part in _parts(about)))
    return line


def _parts(about: dict[str, Any]) -> list[str]:
    """What follows the commit, in words."""
    data, library = about["data"], about["library"]
    parts = [f"{name} = {value}" for name, value in about["parameters"].items()]
    hashes = f"inputs: notebook {about['source_sha256']}"
    hashes += f", {library['modules']} library files {library['sha256']}"
    if data:
        what = Path(data[0]).name if len(data) == 1 else f"{len(data)} data files"
        hashes += f", {what} {about['data_sha256']}"
    seconds = f"notebook run in {about['seconds']} s on {about['hardware']}"
    return [*parts, hashes, seconds, about["runs"]]


def commit(folder: Path) -> str:
    """The commit of the working tree, and whether what results depend on was changed since."""
    head = git(folder, "rev-parse", "--short", "HEAD")
    if not head:
        return "an unknown commit"
    top = git(folder, "rev-parse", "--show-toplevel")
    return f"{head} with local changes" if changed(Path(top), *CODE) else head


def _look_up(app: Sphinx) -> None:
    app.companion_commit = commit(Path(app.srcdir))  # type: ignore[attr-defined]


def _fill_in(app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    for mark in list(doctree.findall(commit_mark)):
        mark.replace_self(nodes.Text(app.companion_commit))  # type: ignore[attr-defined]


def setup(app: Sphinx) -> None:
    """Look the commit up once a build, and write it into every line."""
    app.connect("builder-inited", _look_up)
    app.connect("doctree-resolved", _fill_in)
