"""The line under each figure and table that says where it comes from.

The notebook's run left ``provenance.json`` beside its results. What differs between two builds of
the same sources (seconds, machine) or between two commits that change nothing here stands on the
page of the build's status alone; the line leads there.
"""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from companion.git import changed, git

FILE_NAME = "provenance.json"
STATUS = "status"
STATUS_WORDS = "commit, machine and times"
# What a result depends on: everything but prose, tests and tools.
CODE = ("notebooks", "src", "data", "requirements.lock")


class status_mark(nodes.inline):  # noqa: N801 - docutils' naming of nodes
    """Where a link to the status of the build will stand."""


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
    line += nodes.literal("", f"notebooks/{about['source']}")
    line += nodes.Text("".join(f" · {part}" for part in _parts(about)))
    line += [nodes.Text(" · "), status_mark()]
    return line


def _parts(about: dict[str, Any]) -> list[str]:
    """What follows the notebook's name, in words."""
    data, library = about["data"], about["library"]
    parts = [f"{name} = {value}" for name, value in about["parameters"].items()]
    hashes = f"inputs: notebook {about['source_sha256']}"
    hashes += f", {library['modules']} library files {library['sha256']}"
    if data:
        what = Path(data[0]).name if len(data) == 1 else f"{len(data)} data files"
        hashes += f", {what} {about['data_sha256']}"
    return [*parts, hashes, about["runs"]]


def commit(folder: Path) -> str:
    """The commit of the working tree, and whether what results depend on was changed since."""
    head = git(folder, "rev-parse", "--short", "HEAD")
    if not head:
        return "an unknown commit"
    top = git(folder, "rev-parse", "--show-toplevel")
    return f"{head} with local changes" if changed(Path(top), *CODE) else head


def _fill_in(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for mark in list(doctree.findall(status_mark)):
        text: nodes.Text | nodes.reference = nodes.Text(STATUS_WORDS)
        if STATUS in app.env.found_docs:
            address = app.builder.get_relative_uri(docname, STATUS)
            text = nodes.reference("", STATUS_WORDS, refuri=address, internal=True)
        mark.replace_self(text)


def setup(app: Sphinx) -> None:
    """Lead from every line to the status of the build."""
    app.connect("doctree-resolved", _fill_in)
