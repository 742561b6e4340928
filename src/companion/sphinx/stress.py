"""``{stress}``: what was damaged and disturbed by ``make stress``, and what caught it."""

import json
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.published import data_folder, read_data
from companion.sphinx.status import table
from maxpooling.errors import DataError


class Stress(SphinxDirective):
    """A sentence on the run, a table of damaged files, and one of disturbed runs."""

    def run(self) -> list[nodes.Node]:
        """All of it, or a warning that the record is damaged."""
        path = data_folder() / "ours" / "stress.json"
        self.env.note_dependency(str(path))
        try:
            record = json.loads(read_data(path))
        except DataError as error:
            return [self.state_machine.reporter.warning(str(error), line=self.lineno)]
        damaged = ("Kind of file", "One bit", "Cut short", "Empty", "What notices", "Commit")
        disturbed = ("Stage", "Kills", "Also", "Not as undisturbed", "Commit")
        return [
            nodes.paragraph("", _summary(record)),
            table(damaged, _files(record)),
            table(disturbed, _stages(record)),
        ]


def _summary(record: dict[str, Any]) -> str:
    blows = sum(sum(row["blows"].values()) for row in record["files"])
    refused = sum(sum(row["refused"].values()) for row in record["files"])
    named = sum(row["named"] for row in record["files"])
    kills = sum(row["kills"] for row in record["stages"])
    failures = sum(len(row["failures"]) for row in record["stages"])
    written = sum(row["written"] for row in record["files"])
    runs = [row["run"] for row in record["files"] + record["stages"]]
    machines = " and ".join(sorted({run["machine"] for run in runs}))
    return (
        f"Recorded on {machines}, at the commits in the tables: of {blows} damaged files {refused} "
        f"were refused, {named} by name, and {written} led to something being written; "
        f"after {kills} kills and the other disturbances, {failures} runs failed or left "
        "other bytes."
    )


def _files(record: dict[str, Any]) -> list[tuple[str, ...]]:
    kinds = ("one bit", "cut short", "empty")
    return [
        (
            row["kind"],
            *(f"{row['refused'].get(kind, 0)} of {row['blows'].get(kind, 0)}" for kind in kinds),
            row["guard"],
            _commit(row["run"]),
        )
        for row in record["files"]
    ]


def _stages(record: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (
            row["stage"] + _begun(row),
            str(row["kills"]),
            ", ".join(row["others"]),
            str(len(row["failures"])),
            _commit(row["run"]),
        )
        for row in record["stages"]
    ]


def _begun(row: dict[str, Any]) -> str:
    """What of a stage was made before its runs, in words."""
    if not row["given"]:
        return ""
    chapters = len(row["anew"])
    made = f" and all chapters but {chapters}" if chapters else ""
    return f", with networks{made} made before"


def _commit(run: dict[str, Any]) -> str:
    changes = " with local changes" if run["uncommitted"] else ""
    return f"{run['commit'][:7]}{changes}, seed {run['seed']}"


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("stress", Stress)
