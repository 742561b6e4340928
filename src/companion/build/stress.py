"""Kill, damage, fill up and set back the clock; compare with what was never disturbed.

``make stress`` works in copies below ``build/stress`` and writes what came of it to
``data/ours/stress.json``, which a page of the book shows. Every trial ends in an ordinary run with
no step by hand; it must succeed, and its files be those of the undisturbed build, byte for byte.
"""

import argparse
import json
import os
import platform
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from companion.build import digests
from companion.build.cells import data_at_hand
from companion.build.damage import DAMAGES, READERS, copy_for, strike
from companion.build.environment import LOCKS, only
from companion.build.provenance import hardware
from companion.build.twice import copy_sources, differences
from companion.files import write_whole
from companion.git import changed, git
from companion.published import data_folder, read_data

ROOT = Path(__file__).resolve().parents[3]
RECORD = data_folder() / "ours" / "stress.json"
TIGHT = 20_000  # bytes of the longest file, on a disk that is nearly full
# Of each kind one: on pictures, on exact search, on linear programs, on recorded networks.
ANEW = ("s1_introduction", "s2_exact_max", "d_optimal_error", "x_real_pools")
SPREAD = 10**6  # seconds by which dates are moved, to either side


@dataclass(frozen=True)
class Stage:
    """A part of the build, with what it makes.

    Attributes:
        name: in words.
        command: arguments of Python.
        made: files and folders that are compared, relative to the root.
        given: folders of finished results with which every run of it begins, if this checkout has
            them.
        anew: chapters that are taken out of what is given, so that every run makes them.
    """

    name: str
    command: tuple[str, ...]
    made: tuple[str, ...]
    given: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()


def stages(chapter: str) -> tuple[Stage, ...]:
    """Environment, a chapter, the ledger's report, the training of a network, and the book."""
    launch = ("-m", "companion.build.launch")
    cell = "build/experiments/quick/lenet-mnist/maxpool/seed0"
    notebook = (f"build/notebooks/{chapter}.ipynb", f"build/results/{chapter}")
    all_of_it = ("build/notebooks", "build/results", "build/reproduction.json", "build/html")
    found = [
        Stage("environment", ("src/companion/build/environment.py",), (".venv/.complete",)),
        Stage("chapter", (*launch, notebook[0]), notebook),
        Stage("ledger", (*launch, "build/reproduction.json"), ("build/reproduction.json",)),
        Stage("training", (*launch, f"{cell}.json"), (f"{cell}.safetensors",)),
        # Training has a stage of its own. With nothing given, a run of the book takes so long that
        # it would hardly ever be killed between its steps.
        Stage(
            "book",
            (*launch, "book"),
            all_of_it,
            given=("build/experiments", "build/notebooks", "build/results", ".snakemake/metadata"),
            anew=ANEW,
        ),
    ]
    return tuple(one for one in found if one.name != "training" or data_at_hand())


class Trial:
    """One stage, built undisturbed in a copy of the sources and disturbed in another."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        """Copy the sources and run the stage once, for what it makes and how long it takes."""
        self.stage, self.calm, self.torn = stage, folder / "calm", folder / "torn"
        for copy in (self.calm, self.torn):
            copy_sources(ROOT, copy)
            if stage.name == "environment":  # all of it takes minutes; the steps are the same
                lock, *others = LOCKS
                wanted = (ROOT / lock).read_text(encoding="utf-8")
                (copy / lock).write_text(only(wanted, "setuptools"), encoding="utf-8")
                for name in others:
                    (copy / name).write_text("")
        self._give(ROOT, self.calm)
        started = time.monotonic()
        if self.run(self.calm) != 0:
            raise RuntimeError(f"stage {stage.name} fails undisturbed")
        self.seconds = time.monotonic() - started

    def start(self, copy: Path, limit: int | None = None) -> "subprocess.Popen[bytes]":
        """Start the stage in a session of its own."""
        with (copy.parent / f"{copy.name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *self.stage.command],
                cwd=copy,
                env={**os.environ, "PYTHONPATH": str(copy / "src")},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if limit is not None:  # at once, and inherited by all that it starts
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, limit))
        return process

    def run(self, copy: Path, limit: int | None = None) -> int:
        """Run the stage to its end; return its exit status."""
        return self.start(copy, limit).wait()

    def restart(self) -> None:
        """Throw away what the disturbed copy has built."""
        for name in ("build", ".snakemake", ".venv"):
            shutil.rmtree(self.torn / name, ignore_errors=True)
        self._give(self.calm, self.torn)

    def _give(self, source: Path, copy: Path) -> None:
        for name in self.stage.given:
            if (source / name).is_dir():
                shutil.copytree(source / name, copy / name, dirs_exist_ok=True)
        for chapter in self.stage.anew:
            (copy / "build" / "notebooks" / f"{chapter}.ipynb").unlink(missing_ok=True)
            shutil.rmtree(copy / "build" / "results" / chapter, ignore_errors=True)

    def recovers(self) -> list[str]:
        """An ordinary run; return what is not as in the undisturbed copy."""
        if self.run(self.torn) != 0:
            return [f"stage {self.stage.name}: the next run fails"]
        return list(differences(self.calm, self.torn, self.stage.made))

    def kill(self, draw: random.Random) -> tuple[bool, list[str]]:
        """Kill at a random moment, with or without what it had started; then recover.

        Returns:
            Whether it was killed before its end, and what is not as it should be.
        """
        self.restart()
        process = self.start(self.torn)
        try:
            process.wait(timeout=draw.uniform(0, self.seconds))
            return False, []
        except subprocess.TimeoutExpired:
            if draw.random() < 0.5:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()  # what it had started lives on
            process.wait()
        return True, self.recovers()

    def twice_at_once(self) -> list[str]:
        """Two runs at the same time; both must succeed."""
        self.restart()
        both = [self.start(self.torn) for _ in range(2)]
        statuses = [process.wait() for process in both]
        if any(statuses):
            return [f"stage {self.stage.name}: one of two runs at once fails"]
        return self.recovers()

    def full_disk(self) -> list[str]:
        """A run without room fails and says why; the next one succeeds."""
        self.restart()
        if self.run(self.torn, TIGHT) == 0:
            return [f"stage {self.stage.name}: needs no room"]
        return self.recovers()

    def jumping_clock(self, draw: random.Random) -> list[str]:
        """Sources and what is built get dates at random, past and future."""
        now = time.time()
        for path in self.torn.rglob("*"):
            if path.is_file() and not path.is_symlink() and ".venv" not in path.parts:
                moment = now + draw.uniform(-SPREAD, SPREAD)
                os.utime(path, (moment, moment))
        return self.recovers()


def blows(count: int, draw: random.Random) -> list[dict[str, Any]]:
    """Damage files of every kind, ``count`` times with each kind of damage."""
    rows = []
    for reader in READERS:
        with TemporaryDirectory() as name, copy_for(reader, Path(name)) as files:
            found = [
                (kind, strike(reader, Path(name), draw.choice(files), damage, draw))
                for kind, damage in DAMAGES.items()
                for _ in range(1 if kind == "empty" else count)
            ]
        refused = [(kind, blow) for kind, blow in found if blow.said]
        rows.append(
            {
                "kind": reader.kind,
                "guard": reader.guard,
                "blows": dict(Counter(kind for kind, _ in found)),
                "refused": dict(Counter(kind for kind, _ in refused)),
                "named": sum(blow.named for _, blow in refused),
                "written": sum(bool(blow.written) for _, blow in found),
            }
        )
        print(f"{reader.kind}: {len(refused)} of {len(found)} refused", flush=True)
    return rows


def trials(stage: Stage, kills: int, draw: random.Random) -> dict[str, Any]:
    """Everything that is done to one stage."""
    trial = Trial(stage, ROOT / "build" / "stress" / stage.name)
    failures: list[str] = []
    killed = 0
    for _ in range(kills):
        hit, wrong = trial.kill(draw)
        killed += hit
        failures += wrong
    others: dict[str, Callable[[], list[str]]] = {
        "two at once": trial.twice_at_once,
        "dates at random": lambda: trial.jumping_clock(draw),
    }
    if stage.name != "environment":  # pip's own files are what it would fill the disk with
        others["full disk"] = trial.full_disk
    for action in others.values():
        failures += action()
    for failure in failures:
        print(f"error: {failure}", file=sys.stderr)
    print(
        f"{stage.name}: {killed} kills, {', '.join(others)}: {len(failures)} failures", flush=True
    )
    return {
        "stage": stage.name,
        "given": list(stage.given),
        "anew": list(stage.anew),
        "seconds": round(trial.seconds, 1),
        "kills": killed,
        "others": list(others),
        "failures": failures,
    }


def joined(found: dict[str, Any]) -> dict[str, Any]:
    """What was found in place of the recorded rows of the same files and stages; others stay."""
    before = json.loads(read_data(RECORD))
    wholes = {}
    for part, name in (("files", "kind"), ("stages", "stage")):
        rows = {row[name]: row for row in (*before[part], *found[part])}
        wholes[part] = list(rows.values())
    return wholes


def main() -> int:
    """Command line: see ``--help``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20, help="of each stage")
    parser.add_argument("--blows", type=int, default=100, help="at each kind of file; 0 for none")
    parser.add_argument("--stages", default="", help="only these, with spaces; 'none' for none")
    parser.add_argument("--chapter", default="s1_introduction", help="of the stage 'chapter'")
    parser.add_argument("--seed", type=int, default=0, help="of moments, places and bits")
    parser.add_argument("--dry", action="store_true", help="write no record")
    options = parser.parse_args()
    draw = random.Random(options.seed)
    wanted = options.stages.split()
    chosen = [one for one in stages(options.chapter) if not wanted or one.name in wanted]
    run = {
        "seed": options.seed,
        "commit": git(ROOT, "rev-parse", "HEAD"),
        "uncommitted": changed(ROOT, "src", "notebooks", "workflow"),
        "machine": hardware(),
        "python": platform.python_version(),
    }
    record: dict[str, Any] = {"files": [], "stages": []}
    if options.blows:
        record["files"] = [row | {"run": run} for row in blows(options.blows, draw)]
    for stage in chosen:
        row = trials(stage, options.kills, draw) | {"run": run}
        record["stages"].append(row | ({"of": options.chapter} if stage.name == "chapter" else {}))
    if not options.dry:
        write_whole(RECORD, f"{json.dumps(joined(record), indent=1)}\n".encode())
        digests.write()
    unseen = [row for row in record["files"] if row["refused"] != row["blows"]]
    broken = [row for row in record["stages"] if row["failures"]]
    for row in unseen:
        print(f"error: {row['kind']}: damage was read as if it were whole", file=sys.stderr)
    return int(bool(unseen or broken))


if __name__ == "__main__":
    sys.exit(main())
