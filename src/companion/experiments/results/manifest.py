"""The manifest of the record: a line for each recorded file, so that none comes, goes or changes.

``data/results/manifest.csv`` is written where runs are kept, and only for those: everything else
has to be as it says before a line is added. To withdraw a run, delete its files and its line.

A manifest shows what was changed beside it. Who rewrites it as well is caught by a law
(:mod:`companion.experiments.results.laws`), by the lock of the verdicts, or by counting again
(``make recheck``, ``make retrain``).
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from companion.experiments.data.fetch import read_sources
from companion.experiments.results.history import known_commits
from companion.experiments.results.types import Provenance
from companion.experiments.runs.experiments import EXPERIMENTS
from companion.files import RECORDED, write_whole
from maxpooling.errors import DataError

NAME = "manifest.csv"
KEPT, NOT_KEPT = "kept", "not kept"
WHOLE, LAST = "whole", "last stage"


@dataclass(frozen=True)
class Line:
    """One recorded file.

    Attributes:
        path: below the folder of the recorded results.
        sha256: of the file.
        weights_sha256: of the network's weights, as the file names them.
        weights: whether they lie beside it, ``kept`` or ``not kept``; of stronger attacks, whose
            network is that of another line, ``not kept``.
        commits: of the code that took part, the first to take part first, with a space between.
        life: ``whole`` where the file tells of every stage of its run; ``last stage`` for a file of
            before stages were recorded, whose commit is that of the end.
    """

    path: str
    sha256: str
    weights_sha256: str
    weights: str
    commits: str
    life: str


COLUMNS = tuple(field.name for field in fields(Line))


def read(folder: Path = RECORDED) -> dict[str, Line]:
    """Read the manifest of a folder of recorded results.

    Args:
        folder: that holds it.

    Returns:
        Its lines by path.

    Raises:
        DataError: it is missing or damaged, or a path stands there twice.
    """
    path = folder / NAME
    try:
        # Not splitlines, which takes other characters than the line feed for it, too.
        *whole, rest = path.read_bytes().decode().split("\n")
        rows = list(csv.reader(whole, strict=True))
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{path}: expected the manifest of the record, found {error}") from error
    if rest:
        raise DataError(f"{path}: expected whole lines, found {rest!r} at the end")
    if not rows or tuple(rows[0]) != COLUMNS:
        found = ",".join(rows[0]) if rows else "nothing"
        raise DataError(f"{path}: line 1: expected {','.join(COLUMNS)}, found {found!r}")
    lines: dict[str, Line] = {}
    for place, row in enumerate(rows[1:], start=2):
        if len(row) != len(COLUMNS):
            raise DataError(
                f"{path}: line {place}: expected {len(COLUMNS)} columns, found {len(row)}"
            )
        line = Line(*row)
        if line.path in lines:
            raise DataError(f"{path}: line {place}: expected each path once, found {line.path}")
        lines[line.path] = line
    return lines


def contents(folder: Path = RECORDED) -> dict[str, bytes]:
    """Read every recorded file, if all are those of the manifest.

    Args:
        folder: of the recorded results.

    Returns:
        The bytes of each by its path below the folder, in order.

    Raises:
        DataError: one is missing, is not in the manifest, or has other bytes than it says.
    """
    if not folder.is_dir():
        return {}
    lines = read(folder)
    found = {path: (folder / path).read_bytes() for path in _paths(folder, "seed*.json")}
    for path in lines.keys() - found.keys():
        raise DataError(f"{folder / path}: expected the file that {NAME} lists, found none")
    for path, content in found.items():
        if path not in lines:
            raise DataError(
                f"{folder / path}: expected a file that {NAME} lists, found one that it does not; "
                "runs are kept by python -m companion.experiments.runs.keep"
            )
        expected, digest = lines[path].sha256, hashlib.sha256(content).hexdigest()
        if digest != expected:
            # Either file may be the damaged one.
            raise DataError(
                f"{folder / path}: expected SHA-256 {expected} as in {NAME}, found {digest}"
            )
    return found


def check_data(origin: Provenance, experiment: str, path: Path) -> None:
    """Check that a run saw the images that this repository names.

    Args:
        origin: of the run.
        experiment: of its network.
        path: of its file; named in the error.

    Raises:
        DataError: a checksum is another than that of ``data/sources.toml``.
    """
    expected = dict(read_sources()[EXPERIMENTS[experiment].dataset].files)
    for name in sorted(expected.keys() | origin["data_md5"].keys()):
        one, other = expected.get(name, "no such file"), origin["data_md5"].get(name, "none")
        _same(path, f"MD5 of {name} as in data/sources.toml", one, other)


def check_doubles(runs: Iterable[tuple[Path, Mapping[str, Any]]]) -> None:
    """Check that no run stands in the record twice, under two seeds for instance.

    Args:
        runs: path and content of every result.

    Raises:
        DataError: two have the same weights, or are of one model and have the same losses.
    """
    seen: dict[object, Path] = {}
    for path, run in runs:
        cell = run["configuration"]
        losses = tuple(row["train_loss"] for row in run["curve"])
        model = cell["experiment"], cell["variant"]
        for what, key in (("weights", run["weights_sha256"]), ("losses", (model, losses))):
            if key in seen:
                raise DataError(
                    f"{path}: expected a run of its own, found the {what} of {seen[key]}"
                )
            seen[key] = path


def verify(folder: Path = RECORDED) -> list[str]:
    """Check all that the manifest says, the weights and the commits too.

    Args:
        folder: of the recorded results.

    Returns:
        What could not be checked here and why, a sentence each.

    Raises:
        DataError: something is missing, extra, doubled, or not as the manifest says; a weights'
            header holds another configuration than the result; a commit is unknown.
    """
    lines = read(folder)
    for path, content in contents(folder).items():
        _same_line(folder / path, lines[path], line_of(folder, path, content))
    weights = _paths(folder, "seed*.safetensors")
    wanted = {
        str(Path(path).with_suffix(".safetensors")): line
        for path, line in lines.items()
        if line.weights == KEPT
    }
    for path in sorted(wanted.keys() ^ set(weights)):
        expected, found = ("them", "none") if path in wanted else ("none", "some")
        raise DataError(f"{folder / path}: expected {expected} by {NAME}, found {found}")
    for path, line in wanted.items():
        _check_weights(folder / path, line, folder / line.path)
    return check_commits(lines.values(), folder)


def check_commits(lines: Iterable[Line], folder: Path = RECORDED) -> list[str]:
    """Check that the repository's history has the code that made the runs.

    Args:
        lines: of the manifest.
        folder: of the recorded results; named in the error.

    Returns:
        Why there is no saying, where git does not know.

    Raises:
        DataError: a commit is none of those that lead to the one that is checked out.
    """
    known, why = known_commits()
    if why:
        return [f"commits of the recorded runs were not looked up: {why}"]
    for line in lines:
        for commit in line.commits.split() or ["none"]:
            if commit not in known:
                raise DataError(
                    f"{folder / line.path}: expected a commit of this repository, found {commit}"
                )
    return []


def enter(folder: Path, paths: Iterable[str]) -> None:
    """Write the lines of files that were just kept.

    Args:
        folder: of the recorded results.
        paths: of the files below it, written already.

    Raises:
        DataError: another file is not as the manifest says; then nothing is written.
    """
    new = set(paths)
    lines = read(folder) if (folder / NAME).exists() else {}
    for path in _paths(folder, "seed*.json"):
        content = (folder / path).read_bytes()
        line = line_of(folder, path, content)
        if path in new:
            lines[path] = line
        elif path in lines:
            _same_line(folder / path, lines[path], line)
        else:
            raise DataError(
                f"{folder / path}: expected a file that {NAME} lists, found one that it does not"
            )
    for path in sorted(lines):
        if not (folder / path).exists():
            raise DataError(f"{folder / path}: expected the file that {NAME} lists, found none")
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(lines[path]) for path in sorted(lines))
    write_whole(folder / NAME, stream.getvalue().encode())


def line_of(folder: Path, path: str, content: bytes) -> Line:
    """Say what the manifest has to say of a file.

    Args:
        folder: of the recorded results.
        path: of the file below it.
        content: of the file.

    Returns:
        The line.

    Raises:
        DataError: the content is no result.
    """
    try:
        run = json.loads(content)
        origin = run["provenance"]
        return Line(
            path=path,
            sha256=hashlib.sha256(content).hexdigest(),
            weights_sha256=run["weights_sha256"],
            weights=KEPT if _weights_of(folder / path).exists() else NOT_KEPT,
            commits=" ".join(commits(origin)),
            life=WHOLE if "life" in origin else LAST,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{folder / path}: expected a result in JSON, found {error!r}") from error


def commits(origin: Provenance) -> Sequence[str]:
    """List the commits whose code took part in a run.

    Args:
        origin: of the run.

    Returns:
        Each once, in the order of the stages, that of the end among them; nothing for a stage
        outside a checkout.
    """
    all_of_them = [*(stage["commit"] for stage in origin.get("life", ())), origin["commit"]]
    return list(dict.fromkeys(commit for commit in all_of_them if commit))


def header(weights: Path) -> Mapping[str, Any]:
    """Read the record in the header of a file of weights, without its tensors.

    Args:
        weights: a safetensors file.

    Returns:
        The record that was written with the tensors.

    Raises:
        DataError: the file is not one of those.
    """
    try:
        with weights.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            text = stream.read(min(length, weights.stat().st_size))
        record: Mapping[str, Any] = json.loads(json.loads(text)["__metadata__"]["record"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{weights}: expected a safetensors file with a record, found {error!r}"
        ) from error
    return record


def _check_weights(weights: Path, line: Line, result: Path) -> None:
    _same(weights, "SHA-256", line.weights_sha256, _sha256(weights))
    expected = json.loads(result.read_bytes())["configuration"]
    found = header(weights).get("configuration", {})
    for key in sorted(expected.keys() | found.keys()):
        _same(weights, f"configuration.{key} in the header", expected.get(key), found.get(key))


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _weights_of(result: Path) -> Path:
    return result.with_suffix(".safetensors")


def _paths(folder: Path, pattern: str) -> Iterator[str]:
    for path in sorted(folder.rglob(pattern)):
        yield path.relative_to(folder).as_posix()


def _same_line(path: Path, expected: Line, found: Line) -> None:
    for name in COLUMNS:
        _same(path, f"{name} of {NAME}", getattr(expected, name), getattr(found, name))


def _same(path: Path, what: str, expected: object, found: object) -> None:
    if expected != found:
        raise DataError(f"{path}: expected {what} {expected}, found {found}")
