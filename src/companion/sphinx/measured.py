"""``{install-matrix}``, ``{pool-speed}``, ``{stored-networks}``: records as tables.

Every number is the record's, and so is what is said of limits that are met or not.
"""

import json
from collections.abc import Sequence
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.experiments.pool_speed import (
    FILE,
    LIMITED,
    LONGEST,
    MOST_MEMORY,
    limited,
    read,
    too_long,
)
from companion.experiments.results import rounded
from companion.published import data_folder, read_data
from companion.sphinx.status import table
from maxpooling.digests import LIST
from maxpooling.errors import DataError

_PACKAGES = ("numpy", "python-flint", "scipy", "cvxpy", "torch")


class InstallMatrix(SphinxDirective):
    """A row for each Python and each end of the ranges on which the library's tests ran."""

    def run(self) -> list[nodes.Node]:
        """The table, or a warning that the record is damaged."""
        path = data_folder() / "ours" / "matrix.json"
        self.env.note_dependency(str(path))
        try:
            runs = json.loads(read_data(path))["runs"]
        except DataError as error:
            return [self.state_machine.reporter.warning(str(error), line=self.lineno)]
        head = ("Python", "Packages", "Tests", *_PACKAGES, "Commit")
        systems = " and ".join(sorted({one["system"] for one in runs}))
        return [
            nodes.paragraph("", f"The library's tests on {systems}, as recorded."),
            table(head, [_matrix_row(one) for one in runs]),
        ]


class PoolSpeed(SphinxDirective):
    """Ratios of SubpoolMaxPool2d to MaxPool2d, and which limits they keep."""

    def run(self) -> list[nodes.Node]:
        """The sentences and the table, or a warning that the record is damaged."""
        self.env.note_dependency(str(data_folder() / "ours" / FILE))
        try:
            runs = read()["runs"]
        except DataError as error:
            return [self.state_machine.reporter.warning(str(error), line=self.lineno)]
        head = (
            *("Pool", "Window", "Orders", "Memory format", "Threads"),
            *("Forward", "With backward", "Peak memory, forward"),
        )
        rows = [_speed_row(one) for run in runs for one in run["rows"]]
        said = " ".join([*(_machine(run) for run in runs), limits(runs)])
        return [nodes.paragraph("", said), table(head, rows)]


class StoredNetworks(SphinxDirective):
    """The networks to download, each beside the recorded one that it was rounded from."""

    def run(self) -> list[nodes.Node]:
        """A sentence and the table, or a warning that something is damaged."""
        self.env.note_dependency(str(rounded.FOLDER / LIST))
        try:
            found = [rounded.beside(name) for name in rounded.networks()]
        except DataError as error:
            return [self.state_machine.reporter.warning(str(error), line=self.lineno)]
        head = (
            *("Network", "MB", "Right, recorded", "Right, stored", "Other images"),
            *("Others under attack", "Largest difference"),
        )
        return [
            nodes.paragraph("", stored(found)),
            table(head, [_network_row(one) for one in found]),
        ]


def stored(found: Sequence[rounded.Beside]) -> str:
    """What there is, in a sentence."""
    size = sum(one.size for one in found) / 1e6
    off = max((one.points for one in found), default=0.0)
    return (
        f"{len(found)} networks, {size:.1f} MB together. Their robust accuracy under the fast "
        f"gradient, at any size of the paper's grid in either norm, is at most {off:.2f} points "
        "from the recorded one."
    )


def _network_row(one: rounded.Beside) -> tuple[str | nodes.TextElement, ...]:
    return (
        nodes.literal("", one.name),  # no prose: no term of it is explained
        f"{one.size / 1e6:.1f}",
        f"{one.recorded} of {one.images}",
        str(one.stored),
        str(one.others),
        f"{one.attacked_others} of {one.attacked}",
        f"{one.points:.2f} points",
    )


def limits(runs: list[dict[str, Any]]) -> str:
    """What the rows say of the limits, in sentences."""
    rows = [one for run in runs for one in run["rows"]]
    asked = [one for one in rows if limited(one)]
    beyond = [one for one in asked if too_long(one)]
    text = (
        f"Asked of {' and '.join(LIMITED)} at 3×3, forward and backward together: at most "
        f"{LONGEST:g} times MaxPool2d's time, met by {len(asked) - len(beyond)} of {len(asked)} "
        "rows (processor's clock)"
    )
    if beyond:
        worst: dict[str, float] = {}
        for one in beyond:
            where = f"{_kind(one)} in {one['layout']}"
            worst[where] = max(worst.get(where, 0), one["both"]["processor"])
        each = ", ".join(f"{where} (up to {most:g} times)" for where, most in worst.items())
        text += f"; not met by {len(beyond)}: {each}"
    heavy = [one for one in rows if one["memory"] > MOST_MEMORY]
    most = max(one["memory"] for one in rows)
    return (
        f"{text}. Asked of the forward's peak memory: at most {MOST_MEMORY:g} times MaxPool2d's, "
        f"met by {len(rows) - len(heavy)} of {len(rows)} rows, the largest being {most:g} times."
    )


def _machine(run: dict[str, Any]) -> str:
    kind = _kind(run["rows"][0]).capitalize()
    changes = " with local changes" if run["uncommitted"] else ""
    shape = "×".join(map(str, run["shape"]))
    return (
        f"{kind}: images of {shape}, torch {run['torch']}, Python {run['python']}, "
        f"{run['machine']} ({run['instructions']}), {run['cores']} cores, load {run['load']:g} at "
        f"the start, {run['repeats']} repeats, commit {run['commit'][:7]}{changes}."
    )


def _speed_row(one: dict[str, Any]) -> tuple[str, ...]:
    ratios = [f"{one[what]['processor']:g}" for what in ("forward", "both")]
    window = f"{one['kernel']}×{one['kernel']}, stride {one['stride']}"
    threads = str(one["threads"])
    return (
        *(_kind(one), window, one["orders"], one["layout"], threads),
        *ratios,
        f"{one['memory']:g}",
    )


def _kind(one: dict[str, Any]) -> str:
    return "compiled" if one["compiled"] else "eager"


def _matrix_row(one: dict[str, Any]) -> tuple[str, ...]:
    changes = " with local changes" if one["uncommitted"] else ""
    tests = ", ".join(f"{count} {name}" for name, count in one["counts"].items())
    return (
        one["versions"].get("python", one["python"]),
        one["packages"],
        f"not to be had: {one['refused']}" if one["refused"] else tests,
        *(one["versions"].get(name) or "–" for name in _PACKAGES),
        f"{one['commit'][:7]}{changes}",
    )


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("install-matrix", InstallMatrix)
    app.add_directive("pool-speed", PoolSpeed)
    app.add_directive("stored-networks", StoredNetworks)
