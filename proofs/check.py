"""Check the Coq proofs: compile every file, then ask for the axioms of every main theorem.

    python proofs/check.py          # all but the folder upto_ten
    python proofs/check.py --all    # everything
    python proofs/check.py --all --accept   # write the record anew; then make digests

Compiles copies under build/proofs, a file again only if it or what it needs has changed, and writes
build/proofs/report.json. Fails if a file does not compile or if a theorem of theorems.toml rests on
other axioms than assumptions.txt says. Needs coqc, and of Python the standard library only.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

PROOFS = Path(__file__).resolve().parent
BUILD = PROOFS.parent / "build" / "proofs"
HEAVY = "upto_ten"
LIBRARY = "Maxpooling"
MISSING = """\
error: coqc, the compiler of the Coq proof assistant, is not installed.
  Debian or Ubuntu:  apt-get install coq
  elsewhere:         opam install coq.8.16.1
The proofs use the standard library only; checked with 8.16.1."""


class ProofError(Exception):
    """A file that does not compile, or a theorem with other axioms than recorded."""


@dataclass(frozen=True)
class Cost:
    """What compiling one file took: processor time and the largest memory in use."""

    key: str
    seconds: float
    peak_memory_mb: int


def main() -> int:
    """Check what the command line asks for; 0 if all of it holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--all", action="store_true", help=f"the folder {HEAVY} too")
    parser.add_argument("--accept", action="store_true", help="write the records anew")
    parser.add_argument("--source", type=Path, default=PROOFS, help=argparse.SUPPRESS)
    parser.add_argument("--build", type=Path, default=BUILD, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.accept and not options.all:
        parser.error("--accept needs --all")
    if shutil.which("coqc") is None:
        print(MISSING, file=sys.stderr)
        return 2
    try:
        check(options.source, options.build, heavy=options.all, accept=options.accept)
    except ProofError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def check(source: Path, build: Path, *, heavy: bool, accept: bool) -> None:
    """Compile, compare the axioms, and write the report."""
    with (source / "theorems.toml").open("rb") as file:
        theorems = tomllib.load(file)["theorem"]
    if not heavy:
        theorems = [theorem for theorem in theorems if not _is_heavy(theorem["file"])]
    version = _version()
    files = sorted(
        path.relative_to(source).as_posix()
        for path in source.rglob("*.v")
        if heavy or not _is_heavy(path.relative_to(source).as_posix())
    )
    costs = compile_files(source, build / "coq", files, version)
    found = ask(build / "coq", theorems)
    recorded_file = source / "assumptions.txt"
    if accept:
        recorded_file.write_text(
            _written({name: text for name, (_, text) in found.items()}), "utf-8"
        )
    recorded = read_assumptions(recorded_file)
    for name, (_, text) in found.items():
        if " ".join(recorded.get(name, "").split()) != " ".join(text.split()):
            raise ProofError(
                f"{name} rests on\n{text}\nbut assumptions.txt says\n{recorded.get(name)}"
            )
    sources = sources_sha256(source)
    report = {
        "coq": version,
        "sources_sha256": sources,
        "everything": heavy,
        "seconds": round(sum(cost.seconds for cost in costs.values()), 1),
        "peak_memory_mb": max(cost.peak_memory_mb for cost in costs.values()),
        "files": [
            {"file": name, "seconds": cost.seconds, "peak_memory_mb": cost.peak_memory_mb}
            for name, cost in costs.items()
        ],
        "theorems": [
            {
                **theorem,
                "source": statement(source / theorem["file"], theorem["name"]),
                "statement": found[full_name(theorem)][0],
                "assumptions": found[full_name(theorem)][1],
                "seconds": costs[theorem["file"]].seconds,
                "peak_memory_mb": costs[theorem["file"]].peak_memory_mb,
            }
            for theorem in theorems
        ],
    }
    text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    (build / "report.json").write_text(text, "utf-8")
    accepted = source / "accepted.json"
    if accept:
        accepted.write_text(text, "utf-8")
    elif (
        accepted.is_file() and json.loads(accepted.read_text("utf-8"))["sources_sha256"] != sources
    ):
        raise ProofError("the sources are not those of accepted.json: run check.py --all --accept")
    print(
        f"{len(files)} files compile, {len(theorems)} theorems rest on what assumptions.txt says "
        f"(Coq {version}, {report['seconds']:.0f} s of processor time, "
        f"{report['peak_memory_mb']} MB at most)"
    )


def compile_files(source: Path, target: Path, files: list[str], version: str) -> dict[str, Cost]:
    """Compile copies of the files in the order of their dependencies."""
    target.mkdir(parents=True, exist_ok=True)
    record = target / "costs.json"
    known = {}
    if record.is_file():
        known = {
            name: Cost(**entry) for name, entry in json.loads(record.read_text("utf-8")).items()
        }
    # Coq would find what was compiled from a file that has since been renamed.
    for old in [path for path in target.rglob("*.v") if path.parent != target]:
        if not (source / old.relative_to(target)).is_file():
            for product in old.parent.glob(f"{old.stem}.*"):
                product.unlink()
    for name in files:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)
    needed = dependencies(target, files)
    costs: dict[str, Cost] = {}
    for name in _in_order(needed):
        parts = [version, (target / name).read_text("utf-8")]
        parts += [costs[other].key for other in needed[name]]
        key = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        compiled = (target / name).with_suffix(".vo").is_file()
        if not compiled or name not in known or known[name].key != key:
            print(f"coqc {name}", flush=True)
            seconds, memory = _coqc(target, name)
            known[name] = Cost(key, seconds, memory)
            record.write_text(json.dumps({k: asdict(v) for k, v in known.items()}), "utf-8")
        costs[name] = known[name]
    return costs


def dependencies(folder: Path, files: list[str]) -> dict[str, list[str]]:
    """For each file the files that it requires."""
    listed = subprocess.run(
        ["coqdep", "-Q", ".", LIBRARY, *files],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    if "Warning" in listed.stderr:
        raise ProofError(listed.stderr)
    needed: dict[str, list[str]] = {}
    for line in listed.stdout.splitlines():
        targets, _, sources = line.partition(":")
        name = targets.split()[0].removeprefix("./")
        if name.endswith(".vo"):
            others = [word.removeprefix("./") for word in sources.split() if word.endswith(".vo")]
            needed[name[:-1]] = sorted(other[:-1] for other in others)
    return needed


def ask(folder: Path, theorems: list[dict[str, str]]) -> dict[str, tuple[str, str]]:
    """For each theorem its statement in full and what it rests on, in Coq's words."""
    lines = ["Set Printing Width 100."]
    for theorem in theorems:
        module = _module(theorem["file"])
        lines += [
            f"Module Ask{len(lines)}.",
            f"Require Import {module}.",
            f'Goal True. idtac "@statement {full_name(theorem)}". Abort.',
            f"Check {full_name(theorem)}.",
            f'Goal True. idtac "@assumptions {full_name(theorem)}". Abort.',
            f"Print Assumptions {full_name(theorem)}.",
            f"End Ask{len(lines)}.",
        ]
    (folder / "ask.v").write_text("\n".join(lines) + "\n", "utf-8")
    done = subprocess.run(
        ["coqc", "-q", "-w", "none", "-Q", ".", LIBRARY, "ask.v"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProofError(
            f"a theorem of theorems.toml is not there:\n{done.stdout[-500:]}{done.stderr}"
        )
    pieces = re.split(r"^@(statement|assumptions) (\S+)\n", done.stdout, flags=re.M)[1:]
    said = {(pieces[k], pieces[k + 1]): pieces[k + 2].rstrip() for k in range(0, len(pieces), 3)}
    return {
        name: (said["statement", name], said["assumptions", name])
        for name in (full_name(theorem) for theorem in theorems)
    }


def statement(file: Path, name: str) -> str:
    """The statement of a theorem as it stands in its file, without its proof.

    What a section leaves implicit (``Variable``, ``Hypothesis``) is not repeated in it.
    """
    found = re.search(
        rf"^(?:Theorem|Corollary|Lemma|Example) {re.escape(name)}\b.*?\.(?=\s+Proof\b)",
        file.read_text("utf-8"),
        flags=re.M | re.S,
    )
    if found is None:
        raise ProofError(f"{file.name} has no theorem {name}")
    return found[0]


def sources_sha256(source: Path) -> str:
    """One hash of every Coq file and of the list of theorems, by name and content."""
    files = [*sorted(source.rglob("*.v")), source / "theorems.toml"]
    lines = [
        f"{path.relative_to(source).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n"
        for path in files
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def full_name(theorem: dict[str, str]) -> str:
    """The theorem's name with the module it stands in.

    Examples:
        >>> full_name({"name": "lemma_1", "file": "depth/Tree.v"})
        'Maxpooling.depth.Tree.lemma_1'
    """
    return f"{_module(theorem['file'])}.{theorem['name']}"


def read_assumptions(file: Path) -> dict[str, str]:
    """What is recorded: the names at the beginnings of lines, below each, indented, Coq's words."""
    recorded: dict[str, list[str]] = {}
    name = ""
    for line in file.read_text("utf-8").splitlines() if file.is_file() else []:
        if line.startswith("  "):
            recorded[name].append(line[2:])
        elif line and not line.startswith("#"):
            name = line
            recorded[name] = []
    return {name: "\n".join(lines) for name, lines in recorded.items()}


def _written(assumptions: dict[str, str]) -> str:
    lines = ["# What Print Assumptions says of every main theorem; written by check.py --accept."]
    for name, text in assumptions.items():
        lines += ["", name, *(f"  {line}" for line in text.splitlines())]
    return "\n".join(lines) + "\n"


def _is_heavy(name: str) -> bool:
    return name.startswith(f"{HEAVY}/")


def _module(file: str) -> str:
    return f"{LIBRARY}." + file.removesuffix(".v").replace("/", ".")


def _in_order(needed: dict[str, list[str]]) -> list[str]:
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for other in needed[name]:
                visit(other)
            order.append(name)

    for name in needed:
        visit(name)
    return order


def _coqc(folder: Path, name: str) -> tuple[float, int]:
    """Compile one file; the processor seconds and the peak memory in MB of that process."""
    log = (folder / name).with_suffix(".log")
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            ["coqc", "-q", "-w", "none", "-Q", ".", LIBRARY, name],
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise ProofError(f"{name} is not accepted:\n{log.read_text('utf-8')}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return round(usage.ru_utime + usage.ru_stime, 2), usage.ru_maxrss // unit


def _version() -> str:
    said = subprocess.run(["coqc", "--print-version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[0]


class _Plain(argparse.RawDescriptionHelpFormatter):
    pass


if __name__ == "__main__":
    sys.exit(main())
