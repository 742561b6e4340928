"""Recorded results: one JSON file per cell, raw counts of right images, with provenance.

Stronger attacks made later on the same weights have a file of their own, below ``stronger``; APGD
on what the strongest of all leaves has another, below ``apgd``.
"""

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
from referencing import Registry, Resource

from companion.experiments.results import laws, manifest
from companion.experiments.results.types import Automatic, Cell, Stronger
from companion.experiments.results.types import Result as Result
from companion.experiments.runs.config import sha256_of
from companion.files import BUILD, RECORDED, write_whole
from maxpooling.errors import DataError

FORMAT = 1
STRONGER = RECORDED / "stronger"  # laid out as the folder of the recorded results
AUTOMATIC = RECORDED / "apgd"  # the same


def path_of(folder: Path, experiment: str, variant: str, seed: int) -> Path:
    """Return where a cell's result lies below a folder.

    Args:
        folder: ``data/results`` or ``build/experiments/<profile>``.
        experiment: for example ``lenet-mnist``.
        variant: for example ``maxpool``.
        seed: from 0.

    Returns:
        ``<folder>/<experiment>/<variant>/seed<k>.json``.
    """
    return folder / experiment / variant / f"seed{seed}.json"


def write(path: Path, result: Result) -> None:
    """Validate a result and write it whole or not at all.

    Args:
        path: see :func:`path_of`.
        result: as the schema beside this module says.

    Raises:
        DataError: the result does not follow the schema or its own hash, or no disk space is left.
    """
    validate(result, path)
    write_whole(path, (json.dumps(result, indent=1) + "\n").encode())


def read(path: Path) -> Result:
    """Read and validate a result.

    Args:
        path: see :func:`path_of`.

    Returns:
        The result.

    Raises:
        DataError: the file is missing, is not JSON, or is not valid.
    """
    return deepcopy(_result(path, _content(path)))


def read_all(folder: Path) -> list[Result]:
    """Read every result below a folder.

    Args:
        folder: ``data/results`` or ``build/experiments/<profile>``; may be missing.

    Returns:
        The results, ordered by path.

    Raises:
        DataError: one of them is not valid, or lies where another cell's result belongs.
    """
    return [read(path) for path in sorted(folder.glob("*/*/seed*.json"))]


def recorded() -> list[Result]:
    """Read the results that are kept in the repository.

    Returns:
        Those of ``data/results``, ordered by path. Where stronger attacks were recorded they are
        among the others, and ``rounding`` counts the images that rounding protects.

    Raises:
        DataError: one is not valid, is not as the manifest says, stands there twice, saw other
            images than those of ``data/sources.toml``, or its stronger attacks were made on other
            weights. What only git or the weights can tell, :func:`manifest.verify` looks up.
    """
    usual: list[tuple[Path, Result]] = []
    others: list[tuple[Path, Result]] = []
    stronger: dict[Path, Stronger] = {}
    automatic: dict[Path, Automatic] = {}
    for name, content in manifest.contents(RECORDED).items():
        path = RECORDED / name
        if path.is_relative_to(STRONGER):
            attacks = deepcopy(_stronger(path, content))
            manifest.check_data(attacks["provenance"], attacks["cell"]["experiment"], path)
            stronger[path.relative_to(STRONGER)] = attacks
            continue
        if Path(name).parts[0] == AUTOMATIC.name:
            more = deepcopy(_automatic(path, content))
            manifest.check_data(more["provenance"], more["cell"]["experiment"], path)
            automatic[Path(*Path(name).parts[1:])] = more
            continue
        result = deepcopy(_result(path, content))
        manifest.check_data(result["provenance"], result["configuration"]["experiment"], path)
        (usual if len(Path(name).parts) == 3 else others).append((path, result))
    manifest.check_doubles([*usual, *others])
    for path in stronger.keys() - {one.relative_to(RECORDED) for one, _ in usual}:
        raise DataError(
            f"{STRONGER / path}: expected a recorded result that it belongs to, found none"
        )
    for path in automatic.keys() - {one.relative_to(RECORDED) for one, _ in usual}:
        raise DataError(
            f"{AUTOMATIC / path}: expected a recorded result that it belongs to, found none"
        )
    return [_with_stronger(one, path, stronger, automatic) for path, one in usual]


def read_stronger(path: Path) -> Stronger:
    """Read and validate the stronger attacks on the network of a result.

    Args:
        path: see :func:`path_of`, below :data:`STRONGER`.

    Returns:
        Counts, settings and provenance, as the schema beside this module says.

    Raises:
        DataError: the file is missing, is not JSON, or is not valid.
    """
    return deepcopy(_stronger(path, _content(path)))


def write_stronger(path: Path, found: Stronger) -> None:
    """Validate stronger attacks and write them whole or not at all.

    Args:
        path: see :func:`read_stronger`.
        found: as the schema beside this module says.

    Raises:
        DataError: it does not follow the schema, or no disk space is left.
    """
    validate_stronger(found, path)
    write_whole(path, (json.dumps(found, indent=1) + "\n").encode())


def validate_stronger(found: Stronger, path: Path) -> None:
    """Check stronger attacks against their schema, their place and the laws of counts.

    Args:
        found: parsed JSON.
        path: where it lies or shall lie; named in the error.

    Raises:
        DataError: it does not fit; says where, what was expected and what was found.
    """
    _follow(found, "stronger.schema.json", path)
    _check_place(found["cell"], path)
    _obey(laws.broken_stronger(found), path)


def read_automatic(path: Path) -> Automatic:
    """Read and validate APGD on the network of a result.

    Args:
        path: see :func:`path_of`, below :data:`AUTOMATIC`.

    Returns:
        Counts, settings and provenance, as the schema beside this module says.

    Raises:
        DataError: the file is missing, is not JSON, or is not valid.
    """
    return deepcopy(_automatic(path, _content(path)))


def write_automatic(path: Path, found: Automatic) -> None:
    """Validate APGD on the network of a result and write it whole or not at all.

    Args:
        path: see :func:`read_automatic`.
        found: as the schema beside this module says.

    Raises:
        DataError: it does not follow the schema, or no disk space is left.
    """
    validate_automatic(found, path)
    write_whole(path, (json.dumps(found, indent=1) + "\n").encode())


def validate_automatic(found: Automatic, path: Path) -> None:
    """Check APGD on a network against its schema, its place and the laws of counts.

    Args:
        found: parsed JSON.
        path: where it lies or shall lie; named in the error.

    Raises:
        DataError: it does not fit; says where, what was expected and what was found.
    """
    _follow(found, "automatic.schema.json", path)
    _check_place(found["cell"], path)
    _obey(laws.broken_automatic(found), path)


def fresh(profile: str = "quick") -> list[Result]:
    """Read the results of this build's own runs.

    Args:
        profile: whose runs.

    Returns:
        Those of ``build/experiments/<profile>``; none when they have not been run.
    """
    return read_all(BUILD / profile)


def validate(result: Result, path: Path) -> None:
    """Check a result against schema, configuration's hash, place, and the laws of counts.

    Args:
        result: parsed JSON.
        path: where it lies or shall lie; named in the error.

    Raises:
        DataError: it does not fit; says where, what was expected and what was found.
    """
    _follow(result, "result.schema.json", path)
    expected = sha256_of(result["configuration"])
    if result["configuration_sha256"] != expected:
        raise DataError(
            f"{path}: expected configuration hash {expected}, "
            f"found {result['configuration_sha256']}"
        )
    _check_place(result["configuration"], path)
    _obey(laws.broken(result), path)


def robust_accuracy(result: Result, attack: str, norm: str) -> dict[float, float]:
    """Return the robust accuracy of a result for each epsilon.

    Args:
        result: a cell's.
        attack: ``"fast-gradient"`` or ``"pgd"``.
        norm: ``"linf"`` or ``"l2"``.

    Returns:
        Share of the attacked images that are still classified right, by epsilon.

    Raises:
        ValueError: the result holds no such attack.
    """
    for robust in result["robust"]:
        if (robust["attack"], robust["norm"]) == (attack, norm):
            shares = (count / robust["images"] for count in robust["correct"])
            return dict(zip(robust["epsilons"], shares, strict=True))
    held = ", ".join(f"{robust['attack']} {robust['norm']}" for robust in result["robust"])
    raise ValueError(f"attack and norm must be one of {held}, got {attack} {norm}")


def _with_stronger(
    result: Result,
    path: Path,
    stronger: Mapping[Path, Stronger],
    automatic: Mapping[Path, Automatic],
) -> Result:
    place = path.relative_to(RECORDED)
    if place in stronger:
        found = stronger[place]
        _check_weights(result, found, STRONGER / place)
        _obey(laws.broken_together(result, found), STRONGER / place)
        result["robust"] = [*result["robust"], *found["robust"]]
        result["rounding"] = found["rounding"]
    if place in automatic:
        more = automatic[place]
        _check_weights(result, more, AUTOMATIC / place)
        _obey(laws.broken_after(result["robust"], more), AUTOMATIC / place)
        result["robust"] = [*result["robust"], *more["robust"]]
    return result


def _check_weights(result: Result, found: Stronger | Automatic, path: Path) -> None:
    if found["weights_sha256"] != result["weights_sha256"]:
        raise DataError(
            f"{path}: expected attacks on the weights {result['weights_sha256']}, "
            f"found some on {found['weights_sha256']}"
        )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: expected a result in JSON, found {error}") from error


def _parsed(path: Path, content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise DataError(f"{path}: expected a result in JSON, found {error}") from error


# Once for each content, since every statement on the record reads it again.
@cache
def _result(path: Path, content: bytes) -> Result:
    result: Result = _parsed(path, content)
    validate(result, path)
    return result


@cache
def _stronger(path: Path, content: bytes) -> Stronger:
    found: Stronger = _parsed(path, content)
    validate_stronger(found, path)
    return found


@cache
def _automatic(path: Path, content: bytes) -> Automatic:
    found: Automatic = _parsed(path, content)
    validate_automatic(found, path)
    return found


def _follow(found: Result | Stronger | Automatic, schema: str, path: Path) -> None:
    error = jsonschema.exceptions.best_match(_validator(schema).iter_errors(found))
    if error is not None:
        raise DataError(f"{path}: at {error.json_path}, {error.message}")


def _check_place(cell: Cell, path: Path) -> None:
    place = path_of(Path(), cell["experiment"], cell["variant"], cell["seed"])
    if path.parts[-3:] != place.parts:
        raise DataError(f"{path}: expected the result of this cell, found that of {place}")


def _obey(broken: Iterable[str], path: Path) -> None:
    for law in broken:
        raise DataError(f"{path}: {law}")


@cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    folder = resources.files("companion.experiments.results")
    schemas = {
        one: json.loads((folder / one).read_text(encoding="utf-8"))
        for one in ("result.schema.json", "stronger.schema.json", "automatic.schema.json")
    }
    known = Registry().with_resources(
        [(one, Resource.from_contents(schema)) for one, schema in schemas.items()]
    )
    return jsonschema.Draft202012Validator(schemas[name], registry=known)
