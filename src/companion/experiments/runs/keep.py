"""Take finished runs of this machine into the repository's recorded results.

``python -m companion.experiments.runs.keep --profile cpu`` copies the valid results of that
profile, what became of their images, and their weights if they are small, and enters them in the
manifest of the record; what to commit is then up to git.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from companion.experiments.results import manifest, outcomes
from companion.experiments.results import record as results
from companion.experiments.results.types import ConfigurationJson
from companion.experiments.runs import checkpoint
from companion.experiments.runs.checkpoint import sha256
from companion.experiments.runs.config import GRID, configuration
from companion.experiments.runs.settings import PROFILES
from companion.files import BUILD, RECORDED, write_whole
from maxpooling.errors import DataError

LARGEST = (
    1_300_000  # bytes of weights that the repository takes; larger ones are known by their hash
)


def keep(built: Path, recorded: Path) -> list[Path]:
    """Copy results and outcomes as they are, and the weights of LeNets (of the grid, only some).

    Args:
        built: folder of a profile's runs.
        recorded: folder of the recorded results.

    Returns:
        The files that were written; those that are the same already are left alone.

    Raises:
        DataError: a result is not valid, its weights are not those that it names, it was made by
            code that is in no commit here or on other images than those of ``data/sources.toml``,
            or the record is not as its manifest says.
    """
    written, entered, seen = [], [], []
    for source in sorted(built.glob("*/*/seed*.json")):
        result = results.read(source)
        origin = result["provenance"]
        if origin["uncommitted"] or not origin["commit"]:
            raise DataError(f"{source}: expected a run of committed code, found one with changes")
        manifest.check_data(origin, result["configuration"]["experiment"], source)
        line = manifest.line_of(built, source.relative_to(built).as_posix(), source.read_bytes())
        manifest.check_commits([line], built)
        weights = source.with_suffix(".safetensors")
        if sha256(weights) != result["weights_sha256"]:
            raise DataError(
                f"{weights}: expected SHA-256 {result['weights_sha256']}, found {sha256(weights)}"
            )
        taken = wants_weights(result["configuration"]) and weights.stat().st_size <= LARGEST
        images = source.with_name(outcomes.name_of(result["configuration"]["seed"]))
        home = recorded / folder_of(result["configuration"])
        for path in [*([weights] if taken else []), images, source]:
            target = home / path.relative_to(built)
            if path == images and _has_all_of(target, images):
                continue
            content = path.read_bytes()
            if not target.exists() or target.read_bytes() != content:
                write_whole(target, content)
                written.append(target)
        entered.append((home / source.relative_to(built)).relative_to(recorded).as_posix())
        seen.append(home / images.relative_to(built))
    if entered:
        manifest.enter(recorded, entered)
        outcomes.enter(seen, recorded)
    return written


def _has_all_of(target: Path, source: Path) -> bool:
    """Whether outcomes are there already; attacks that were made later may have joined them."""
    if not target.exists():
        return False
    kept, record = checkpoint.read(target)
    made, header = checkpoint.read(source)
    return record["weights_sha256"] == header["weights_sha256"] and all(
        name in kept and torch.equal(kept[name], tensor) for name, tensor in made.items()
    )


def folder_of(cell: ConfigurationJson) -> Path:
    """Say where below the recorded results a cell belongs.

    A run in another precision than the recorded ones is there to be compared with them, and must
    not replace one of them.

    Args:
        cell: configuration of a result, in JSON's types.

    Returns:
        An empty path, or that of the precision, for example ``float32``.
    """
    usual = configuration(cell["experiment"], cell["variant"], cell["seed"], "cpu").training
    precision = cell["training"]["precision"]
    return Path() if precision == usual.precision else Path(precision)


def wants_weights(cell: ConfigurationJson) -> bool:
    """Say whether a network's weights are of use to a reader or a check.

    Args:
        cell: configuration of a result, in JSON's types.

    Returns:
        True for the paper's models; of the grid, for what has no activation, and for seed 0 only.
    """
    if cell["experiment"] not in GRID:
        return True
    return cell["seed"] == 0 and cell["variant"].endswith(("-none", "linear"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Keep the finished runs of a profile.

    Args:
        arguments: see ``python -m companion.experiments.runs.keep --help``.

    Returns:
        0, or 1 with a message on standard error.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--profile", required=True, choices=PROFILES)
    try:
        written = keep(BUILD / parser.parse_args(arguments).profile, RECORDED)
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    for path in written:
        print(path.relative_to(RECORDED.parents[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
