"""Small pools in the hands of a verifier of neural networks: Marabou, from the package index.

``python -m companion.experiments.verifier`` makes an environment with it (the book has none),
asks about pools of 2x2 and 3x3 as networks of ReLUs, as well as about the verifier's own max
constraint, and writes ``data/ours/verifier.json``.
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypedDict, cast

from tqdm import tqdm

from companion.experiments import marabou_worker
from companion.files import ROOT, write_whole
from companion.git import changed, git
from companion.published import data_folder, read_data
from maxpooling.errors import DataError
from maxpooling.networks import affine_layers, smallest_max_network

FILE: Final = "verifier.json"
PACKAGE: Final = "maraboupy==2.0.0"
PYTHON: Final = "3.11"
"""The newest Python of which the package has wheels."""
SLACK: Final = 1e-3
"""How far beyond the truth a value is asked for: the verifier works in floating point."""
LIMIT: Final = 15
"""Seconds that the verifier is given for one question; after twice as many it is ended."""
ENDED: Final = "ended"
"""What is recorded for an answer where the verifier kept on beyond its own limit."""
POOLS: Final = tuple(
    (d, layers, non_negative)
    for d, layers in ((4, None), (9, None), (9, 3))
    for non_negative in (False, True)
)
"""Inputs, hidden layers allowed, whether it need be right for inputs of one sign only."""


class Question(TypedDict):
    """One question: does an output reach ``value``, from below (sign 1) or from above (-1)?

    ``held`` is the end of the first entry's interval; the others lie in [0, 1]. ``true`` is what
    the answer must be: some input does ("sat") or none ("unsat").
    """

    name: str
    held: list[float]
    sign: int
    value: float
    true: str


QUESTIONS: Final[tuple[Question, ...]] = (
    {
        "name": "no output above 1",
        "held": [0.0, 1.0],
        "sign": 1,
        "value": 1 + SLACK,
        "true": "unsat",
    },
    {
        "name": "no output below the first entry's least value",
        "held": [0.5, 1.0],
        "sign": -1,
        "value": 0.5 - SLACK,
        "true": "unsat",
    },
    {
        "name": "an output near 1",
        "held": [0.0, 1.0],
        "sign": 1,
        "value": 1 - SLACK,
        "true": "sat",
    },
)


class Answer(TypedDict):
    """What the verifier says to one question about one pool; ``layers`` is empty for its own max.

    ``point`` is an input that it found, or None; ``seconds`` are of processor time, None where the
    verifier was ended.
    """

    inputs: int
    non_negative: bool
    hidden_widths: list[int]
    question: str
    answer: str
    point: list[float] | None
    seconds: float | None


class Record(TypedDict):
    """All answers, and where they come from."""

    verifier: str
    answers: list[Answer]
    commit: str
    uncommitted: bool
    python: str
    processor: str


def tasks() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every task for the worker, with the head of its answer."""
    made = []
    for d, layers, non_negative in (*POOLS, (4, 0, False), (9, 0, False)):
        weights, widths = None, list[int]()
        if layers != 0:
            network = smallest_max_network(d, layers, non_negative=non_negative)
            weights = [[w.tolist(), b.tolist()] for w, b in affine_layers(network)]
            widths = list(network.hidden_widths)
        for one in QUESTIONS:
            box = [one["held"], *([[0.0, 1.0]] * (d - 1))]
            task = {
                "low": [low for low, _ in box],
                "high": [high for _, high in box],
                "layers": weights,
                "sign": one["sign"],
                "value": one["value"],
            }
            head = {
                "inputs": d,
                "non_negative": non_negative,
                "hidden_widths": widths,
                "question": one["name"],
            }
            made.append((task, head))
    return made


def read() -> Record:
    """Read the record.

    Raises:
        DataError: it is missing, or not as listed in ``data/SHA256SUMS``.
    """
    return cast("Record", json.loads(read_data(data_folder() / "ours" / FILE)))


def faults(answers: Sequence[Answer]) -> list[str]:
    """Answers that are wrong, one line each; a question that stays open is none.

    A point must lie in its box, and its largest entry must be what was asked for, up to the slack.
    """
    asked = {one["name"]: one for one in QUESTIONS}
    lines = []
    for one in answers:
        question, name = asked[one["question"]], f"{one['inputs']} inputs, {one['hidden_widths']}"
        if one["answer"] not in (question["true"], "TIMEOUT", ENDED):
            lines.append(f"{name}: {one['question']}: {one['answer']}")
        if one["answer"] == "sat":
            point = one["point"] or []
            inside = len(point) == one["inputs"] and all(-1e-6 <= x <= 1 + 1e-6 for x in point)
            if not inside or max(point) < question["value"] - 1e-6:
                lines.append(f"{name}: {one['question']}: no such point: {point}")
    return lines


def ask_marabou() -> list[Answer]:
    """Make the environment, ask every question.

    Raises:
        DataError: the environment cannot be made, or the worker fails; says what is needed.
    """
    given = tasks()
    with tempfile.TemporaryDirectory() as folder:
        inside = Path(folder, "bin", "python")
        uv = [sys.executable, "-m", "uv"]
        commands = (
            [*uv, "venv", "--quiet", "--clear", "--python", PYTHON, folder],
            [*uv, "pip", "install", "--quiet", "--python", str(inside), PACKAGE, "numpy"],
        )
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                said = (done.stderr.strip().splitlines() or ["no word of it"])[0]
                raise DataError(
                    f"Marabou: expected Python {PYTHON} and a wheel of {PACKAGE} for this system "
                    f"(it has some for Linux and macOS), found: {said}"
                )
        return [cast("Answer", head | _one_answer(inside, task)) for task, head in tqdm(given)]


def _one_answer(python: Path, task: dict[str, Any]) -> dict[str, Any]:
    """One question in a process of its own: the verifier may go on beyond its own limit."""
    command = [str(python), str(Path(marabou_worker.__file__))]
    text = json.dumps({"task": task, "limit": LIMIT})
    try:
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, check=False, timeout=2 * LIMIT
        )
    except subprocess.TimeoutExpired:
        return {"answer": ENDED, "point": None, "seconds": None}
    lines = [one for one in done.stdout.splitlines() if one.startswith(marabou_worker.MARK)]
    if done.returncode or len(lines) != 1:
        raise DataError(f"Marabou: expected an answer, found: {done.stderr[-500:]}")
    return cast("dict[str, Any]", json.loads(lines[0].removeprefix(marabou_worker.MARK)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask and record.

    Args:
        arguments: see ``python -m companion.experiments.verifier --help``.

    Returns:
        1 if an answer is wrong or the verifier is not to be had, else 0.
    """
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args(arguments)
    code = ("src/companion/experiments", "src/maxpooling/networks")
    commit, uncommitted = git(ROOT, "rev-parse", "HEAD"), changed(ROOT, *code)
    try:
        answers = ask_marabou()
    except DataError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    record = Record(
        verifier=PACKAGE,
        answers=answers,
        commit=commit,
        uncommitted=uncommitted,
        python=PYTHON,
        processor=platform.machine(),
    )
    text = json.dumps(record, indent=1) + "\n"
    write_whole(data_folder() / "ours" / FILE, text.encode())
    wrong = faults(answers)
    print("\n".join(wrong) or f"{len(answers)} answers, none of them wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
