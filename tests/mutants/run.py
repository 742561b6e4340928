"""Change the verifiers line by line, and see whether their tests notice: ``make mutants``.

For each module of ``targets.toml`` every mutant of :mod:`mutation` takes its place in a process of
its own, which runs the module's tests. A mutant that no test notices is a survivor; it must stand
in ``survivors.toml`` with a reason. Fails for one that does not, for one that stands there and is
noticed, and for an entry that is no mutant (any more).

With ``--budget`` the mutants are drawn at random until so many CPU seconds are spent. The processes
are forked from one that has loaded the large libraries, and none of the code that is changed.
"""

import argparse
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import resource
import sys
import tempfile
import time
import tomllib
import types
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mutation import Mutant, mutants

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SMALLEST_LIMIT = 20  # CPU seconds: a mutant that runs into an endless loop is noticed, too


@dataclass(frozen=True)
class Target:
    """A module to be changed.

    Attributes:
        module: its name.
        tests: what pytest is given.
        skip: functions that are left alone.
        loads: libraries to be loaded once, before any test.
    """

    module: str
    tests: tuple[str, ...]
    skip: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Its file."""
        return ROOT / "src" / f"{self.module.replace('.', '/')}.py"

    def mutants(self) -> list[Mutant]:
        """All of them."""
        return list(mutants(self.path.read_text(encoding="utf-8"), frozenset(self.skip)))


@dataclass(frozen=True)
class Tried:
    """One run of a module's tests.

    Attributes:
        noticed: whether a test failed, or the time ran out.
        seconds: of the processor.
        said: the end of what pytest printed.
    """

    noticed: bool
    seconds: float
    said: str


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module the code of a mutant."""

    def __init__(self, target: Target, mutant: Mutant) -> None:
        self.target, self.mutant = target, mutant

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.target.module:
            return None
        return importlib.util.spec_from_file_location(fullname, self.target.path, loader=self)

    def exec_module(self, module: types.ModuleType) -> None:
        exec(compile(self.mutant.tree, self.target.path, "exec"), module.__dict__)


def read_targets(path: Path = HERE / "targets.toml") -> list[Target]:
    """The modules, in the order of the file."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return [
        Target(name, **{key: tuple(value) for key, value in entry.items()})
        for name, entry in table.items()
    ]


def read_survivors(path: Path = HERE / "survivors.toml") -> dict[tuple[str, str], str]:
    """The reason for each survivor, by module and mutant.

    Raises:
        ValueError: an entry without a reason, or twice the same.
    """
    found: dict[tuple[str, str], str] = {}
    for module, entries in tomllib.loads(path.read_text(encoding="utf-8")).items():
        for entry in entries:
            reason = entry.get("reason", "").strip()
            for name in entry["mutants"]:
                if not reason:
                    raise ValueError(f"{path.name}: {module}: no reason for {name!r}")
                if (module, name) in found:
                    raise ValueError(f"{path.name}: {module}: twice {name!r}")
                found[module, name] = reason
    return found


def attempt(target: Target, mutant: Mutant | None, limit: int) -> Tried:
    """Run the tests of a module, with a mutant in its place or as it is.

    Args:
        target: the module.
        mutant: what takes its place; None for nothing.
        limit: CPU seconds after which the tests count as failed.
    """
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            _run_tests(target, mutant, limit, output.fileno())
        _, status, used = os.wait4(child, 0)
        output.seek(0)
        said = output.read().decode(errors="replace")[-3000:]
    return Tried(status != 0, used.ru_utime + used.ru_stime, said)


def _run_tests(target: Target, mutant: Mutant | None, limit: int, output: int) -> None:
    """In the child: never returns."""
    status = 3
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        # What this process has imported already would hide the mutant.
        for name in [one for one in sys.modules if one.partition(".")[0] == "maxpooling"]:
            del sys.modules[name]
        if mutant is not None:
            sys.meta_path.insert(0, _Changed(target, mutant))
        import pytest

        options = ["-x", "-q", "--no-header", "--tb=line", "-p", "no:cacheprovider"]
        with tempfile.TemporaryDirectory() as scratch:
            os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = scratch
            options += ["--hypothesis-seed=0", "--basetemp", f"{scratch}/tests"]
            status = pytest.main([*options, *target.tests])
    finally:
        sys.stdout.flush()
        os._exit(int(status))


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; 0 if every survivor is known and every known one survives."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("modules", nargs="*", help="of targets.toml; all if none is given")
    parser.add_argument("--budget", type=float, help="CPU seconds; every mutant if not given")
    parser.add_argument("--seed", type=int, default=0, help="of the draw within the budget")
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    targets = [one for one in read_targets() if one.module in (options.modules or [one.module])]
    unknown = set(options.modules) - {one.module for one in targets}
    if unknown:
        parser.error(f"modules: {', '.join(sorted(unknown))}: not in targets.toml")
    reasons = read_survivors()
    for name in {name for one in targets for name in one.loads}:
        importlib.import_module(name)

    limits: dict[str, int] = {}
    complaints: list[str] = []
    spent = 0.0
    for target in targets:
        bare = attempt(target, None, 600)
        if bare.noticed:
            print(f"error: the tests of {target.module} fail as they are\n{bare.said}")
            return 1
        limits[target.module] = max(SMALLEST_LIMIT, int(5 * bare.seconds))
        spent += bare.seconds
    every = [(target, mutant) for target in targets for mutant in target.mutants()]
    names = {(target.module, mutant.name) for target, mutant in every}
    for module, name in reasons:
        if module in limits and (module, name) not in names:
            complaints.append(f"no such mutant: {module}: {name}")
            print(complaints[-1], flush=True)
    if options.budget is not None:
        random.Random(options.seed).shuffle(every)

    tried = survived = 0
    began = time.monotonic()
    for target, mutant in every:
        if options.budget is not None and spent > options.budget:
            break
        found = attempt(target, mutant, limits[target.module])
        tried, spent = tried + 1, spent + found.seconds
        survived += not found.noticed
        listed = (target.module, mutant.name) in reasons
        if listed == found.noticed:
            what = "noticed, but listed as a survivor" if listed else "survives without a reason"
            complaints.append(f"{what}: {target.module}: {mutant.name}")
            print(complaints[-1], flush=True)
    print(
        f"{tried} of {len(every)} mutants of {len(targets)} modules tried: "
        f"{tried - survived} noticed, {survived} survive; {len(complaints)} complaints; "
        f"{spent:.0f} CPU seconds, {time.monotonic() - began:.0f} s"
    )
    return int(bool(complaints))


if __name__ == "__main__":
    sys.exit(main())
