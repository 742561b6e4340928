"""The cells of a training sweep as the workflow sees them: which there are, and their files.

Nothing here imports torch: the workflow is read at every ``make``.
"""

import subprocess
import sys
from dataclasses import dataclass

from companion.experiments.data.fetch import read_sources
from companion.experiments.runs import config
from companion.experiments.runs.experiments import experiment
from companion.experiments.runs.settings import Needs
from companion.files import CACHE


@dataclass(frozen=True)
class Cell:
    """One network to train and attack."""

    profile: str
    experiment: str
    variant: str
    seed: int

    @property
    def output(self) -> str:
        """Its result file, relative to the root."""
        folder = f"build/experiments/{self.profile}/{self.experiment}/{self.variant}"
        return f"{folder}/seed{self.seed}.json"

    def configuration_hash(self) -> str:
        """What decides whether a result of this cell is still the one wanted."""
        wanted = config.configuration(self.experiment, self.variant, self.seed, self.profile)
        return wanted.sha256

    @property
    def needs(self) -> Needs:
        """What a cluster sets aside for it."""
        return experiment(self.experiment).plan(self.profile).needs


def profile_cells(profile: str) -> list[Cell]:
    """Every cell of a profile, in the order in which they should run.

    Raises:
        ValueError: an unknown profile.
    """
    return [Cell(profile, *cell) for cell in config.cells(profile)]


def data_at_hand() -> bool:
    """Whether every data file is in the cache (its checksum is compared when it is read)."""
    sources = read_sources().values()
    return all((CACHE / s.name / file).is_file() for s in sources for file in s.files)


def fetch_data() -> bool:
    """Fetch what the cache lacks; say so if that is impossible, and return whether all is there."""
    if data_at_hand():
        return True
    status = subprocess.run(
        [sys.executable, "-m", "companion.experiments.data.loading"], check=False
    )
    if status.returncode:
        print(
            "The image data cannot be fetched here: no network is trained in this build, and the "
            "book shows the recorded results alone.",
            file=sys.stderr,
        )
    return status.returncode == 0
