"""What pyproject.toml cannot say: which packages, and that one carries the data that it reads.

The wheel is the library's alone. With MAXPOOLING_WITH_COMPANION=1 it holds the companion too, and
its version says so, so that pip never takes one for the other. With it goes what it reads:
``data/`` for the notebooks, and the sources of notebooks and pages, whose boxes are a part of the
ledger.
"""

import os
import shutil
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
WITH_COMPANION = os.environ.get("MAXPOOLING_WITH_COMPANION") == "1"
# Tables, samples, recorded results; of the recorded weights, those that notebooks and checks load.
CARRIED = (
    *("SHA256SUMS", "sources.toml", "paper/*", "ours/*", "samples/*"),
    *("results/manifest.csv", "results/*/*/*.json", "results/*/*/*/*.json"),
    *("results/outcomes.csv", "results/[alr]*-*/*/outcomes-seed*.safetensors"),
    "results/lenet-*/maxpool/seed0.safetensors",
    "results/activation-*/*-none/seed0.safetensors",
    "results/activation-*/linear/seed0.safetensors",
)
# Where companion.published finds what is no data: below the package's own data.
SOURCES = ("notebooks/*.py", "book/*.md", "proofs/accepted.json", "proofs/SHA256SUMS")


class BuildWithData(build_py):
    """Copies all of it into the package, where ``companion.published`` finds it."""

    def run(self) -> None:
        """Build as usual; an editable installation reads the source tree's own data instead."""
        super().run()
        if self.editable_mode or not WITH_COMPANION:
            return
        files = {path: path.relative_to(ROOT / "data") for path in _found(ROOT / "data", CARRIED)}
        files |= {path: path.relative_to(ROOT) for path in _found(ROOT, SOURCES)}
        for source, place in files.items():
            target = Path(self.build_lib, "companion", "data", place)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def _found(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return [path for pattern in patterns for path in sorted(folder.glob(pattern))]


INCLUDED = ["maxpooling*", "companion*"] if WITH_COMPANION else ["maxpooling*"]
setup(
    cmdclass={"build_py": BuildWithData},
    packages=find_packages("src", include=INCLUDED),
    package_dir={"": "src"},
    options={"egg_info": {"tag_build": "+companion" if WITH_COMPANION else ""}},
)
