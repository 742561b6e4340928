"""Recorded runs as the domain of a check: what is there, and words that say it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from companion.checking.domains import Domain, Given
from companion.experiments.results import record
from companion.experiments.results.record import Result
from companion.experiments.runs.config import MODELS
from companion.experiments.titles import EXPERIMENTS
from companion.experiments.titles import MODELS as MODEL_TITLES

Seeds = tuple[Result, ...]
"""The recorded results of one model, a seed each."""


@dataclass(frozen=True)
class RecordedRuns(Domain):
    """The recorded results of each model, all its seeds together as one value.

    A value counts for as many cases as it has results.

    Attributes:
        experiment: whose models; None for all experiments.
        having: a key that a result must have to belong, for example ``rounding``; None for none.
    """

    experiment: str | None = None
    having: str | None = None
    called: str | None = field(default="recorded runs:", kw_only=True)

    def cases(self, given: Given) -> list[Seeds]:  # noqa: ARG002
        """For each model with a result its results, in the order of the seeds."""
        return list(self._by_model().values())

    @property
    def text(self) -> str:
        """``MNIST LeNet, Maxpool seeds 0, 1, 2, Conv seeds 0, 1``."""
        seeds: dict[str, dict[str, str]] = {}
        for (experiment, variant), results in self._by_model().items():
            numbers = [str(one["configuration"]["seed"]) for one in results]
            noun = "seed" if len(numbers) == 1 else "seeds"
            seeds.setdefault(experiment, {})[variant] = f"{noun} {', '.join(numbers)}"
        of = "; ".join(f"{EXPERIMENTS[one]}, {_models(one, found)}" for one, found in seeds.items())
        return of or f"none of {EXPERIMENTS.get(self.experiment or '', 'any network')}"

    def size(self, case: Seeds) -> int:
        """The number of results."""
        return len(case)

    def _by_model(self) -> Mapping[tuple[str, str], Seeds]:
        found: dict[tuple[str, str], Seeds] = {}
        for result in record.recorded():
            cell: Mapping[str, Any] = result["configuration"]
            if self.experiment in (None, cell["experiment"]) and (
                self.having is None or self.having in result
            ):
                model = cell["experiment"], cell["variant"]
                found[model] = (*found.get(model, ()), result)
        return found


def _models(experiment: str, seeds: Mapping[str, str]) -> str:
    """Each model with its seeds; in short where all models of the experiment have the same."""
    if set(seeds) == set(MODELS[experiment]) and len(set(seeds.values())) == 1:
        return f"all {len(seeds)} models, {next(iter(seeds.values()))}"
    return ", ".join(f"{MODEL_TITLES[variant]} {numbers}" for variant, numbers in seeds.items())
