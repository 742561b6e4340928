"""What each cell of the experiments runs: configurations and their hashes.

A *cell* is one (experiment, variant, seed). Nothing here needs torch, so that a workflow can list
cells and compare hashes. The experiments themselves stand in
:mod:`companion.experiments.runs.experiments`.
"""

import argparse
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from companion.experiments.results.types import ConfigurationJson
from companion.experiments.runs.experiments import EXPERIMENTS
from companion.experiments.runs.experiments import experiment as experiment_named
from companion.experiments.runs.settings import PROFILES, Attack, Part, Standing, Training


def _variants(part: Part) -> dict[str, tuple[str, ...]]:
    return {one.name: tuple(one.variants) for one in EXPERIMENTS.values() if one.part == part}


# By experiment: the models of the paper, of the second source, and of all.
VARIANTS: Mapping[str, tuple[str, ...]] = _variants("paper")
GRID: Mapping[str, tuple[str, ...]] = _variants("second source")
MODELS: Mapping[str, tuple[str, ...]] = {
    name: tuple(one.variants) for name, one in EXPERIMENTS.items()
}
# By experiment: the constants as given, and where they come from.
TRAININGS: Mapping[str, Training] = {
    name: one.plans["paper"].training for name, one in EXPERIMENTS.items()
}
ATTACKS: Mapping[str, Attack] = {
    name: one.plans["paper"].attack for name, one in EXPERIMENTS.items()
}
SOURCES: Mapping[str, Mapping[str, tuple[Standing, str]]] = {
    name: one.sources for name, one in EXPERIMENTS.items()
}


@dataclass(frozen=True)
class Configuration:
    """Everything that decides the numbers of one cell, apart from the machine.

    Attributes:
        experiment: for example ``lenet-mnist``.
        variant: for example ``maxpool``, or ``max-relu`` in a grid of pools and activations.
        seed: of the initialisation, the order of the images and the augmentation.
        training: see :class:`Training`.
        attack: see :class:`Attack`.
    """

    experiment: str
    variant: str
    seed: int
    training: Training
    attack: Attack

    def as_json(self) -> ConfigurationJson:
        """Return the configuration in JSON's own types (tuples become lists)."""
        plain: ConfigurationJson = json.loads(json.dumps(asdict(self)))
        return plain

    @property
    def sha256(self) -> str:
        """Hash of the whole configuration; a recorded result carries it."""
        return sha256_of(self.as_json())

    @property
    def training_sha256(self) -> str:
        """Hash of the part that decides the weights; a checkpoint carries it."""
        plain = {key: value for key, value in self.as_json().items() if key != "attack"}
        return sha256_of(plain)

    @property
    def checkpoint_name(self) -> str:
        """File from which an interrupted training goes on.

        With the configuration's hash in it, a checkpoint of older settings is not in the way.
        """
        return f"seed{self.seed}.{self.training_sha256[:8]}.checkpoint.safetensors"


def sha256_of(plain: Mapping[str, object]) -> str:
    """Hash JSON data independently of the order of its keys.

    Args:
        plain: data of JSON's types.

    Returns:
        The SHA-256 of the compact JSON text with sorted keys, in hexadecimal.
    """
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def configuration(experiment: str, variant: str, seed: int, profile: str) -> Configuration:
    """Return what a cell runs in a profile.

    Args:
        experiment: for example ``lenet-mnist``.
        variant: one of the experiment's models.
        seed: a whole number from 0.
        profile: ``quick``, ``cpu`` or ``paper``.

    Returns:
        The frozen configuration.

    Raises:
        ValueError: one of the names is unknown, or the seed is negative.
    """
    chosen = experiment_named(experiment)
    chosen.design(variant)
    plan = chosen.plan(profile)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed must be a whole number from 0, got {seed!r}")
    return Configuration(experiment, variant, seed, plan.training, plan.attack)


def cells(profile: str) -> list[tuple[str, str, int]]:
    """List the cells of a profile as (experiment, variant, seed), the paper's first.

    Args:
        profile: ``quick``, ``cpu`` or ``paper``.

    Returns:
        Three seeds of each model; for ``quick`` two of MNIST's LeNets, one of the others, and none
        of the repaired ResNets.

    Raises:
        ValueError: there is no such profile.
    """
    return [
        (one.name, variant, seed)
        for one in EXPERIMENTS.values()
        for seed in range(one.plan(profile).seeds)
        for variant in one.variants
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the configuration's hash of one cell.

    Args:
        arguments: see ``python -m companion.experiments.runs.config --help``.
    """
    parser = argparse.ArgumentParser(description="Print the hash of a cell's configuration.")
    add_cell_arguments(parser)
    given = parser.parse_args(arguments)
    print(configuration(given.experiment, given.variant, given.seed, given.profile).sha256)


def add_cell_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the four options that name a cell and its profile.

    Args:
        parser: gets ``--experiment``, ``--variant``, ``--seed`` and ``--profile``.
    """
    parser.add_argument("--experiment", required=True, choices=MODELS)
    parser.add_argument("--variant", required=True)
    parser.add_argument("--seed", required=True, type=int)
    parser.add_argument("--profile", required=True, choices=PROFILES)


if __name__ == "__main__":
    main()
