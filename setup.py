"""What pyproject.toml cannot say: an installed package carries the data that its notebooks read."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

DATA = Path(__file__).resolve().parent / "data"
# Tables, samples, recorded results; of the recorded weights, those that notebooks and checks load.
CARRIED = (
    *("sources.toml", "paper/*", "samples/*", "results/*/*/*.json", "results/*/*/*/*.json"),
    "results/lenet-*/maxpool/seed0.safetensors",
    "results/activation-*/*-none/seed0.safetensors",
    "results/activation-*/linear/seed0.safetensors",
)


class BuildWithData(build_py):
    """Copies ``data/`` into the package, where ``companion.published.data_folder`` finds it."""

    def run(self) -> None:
        """Build as usual; an editable installation reads the source tree's own data instead."""
        super().run()
        if self.editable_mode:
            return
        for source in (path for pattern in CARRIED for path in DATA.glob(pattern)):
            target = Path(self.build_lib, "companion", "data", source.relative_to(DATA))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


setup(cmdclass={"build_py": BuildWithData})
