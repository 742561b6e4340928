"""How a lead changes with the strength of the attack: the same networks, images and sizes for all.

The attacks of the record differ in how many images and sizes they take. Here each is read at the
sizes of the strongest, APGD, on the images and the networks that it attacked, so that a lead can be
compared from attack to attack. What is judged is the mean of the robust accuracy over these sizes,
by the rule of :mod:`~.inference`; all questions, under every attack, are one family.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from companion.experiments.attacks.sweeps import Norm
from companion.experiments.results import outcomes
from companion.experiments.results.record import Result
from companion.experiments.statistics.inference import Finding, adjust, conclude
from companion.experiments.statistics.quantities import Measured, attacked
from companion.experiments.statistics.statements import LENET_LEADS, Statement
from maxpooling.errors import DataError

STRONGEST = "apgd"
ATTACKS: Mapping[str, str] = {
    "fast gradient": "fast-gradient",
    "double precision": "fast-gradient-float64",
    "PGD": "pgd",
    "ensemble": "ensemble",
    "APGD": STRONGEST,
}
"""The attacks by the names that tables and figures give them, from the paper's to the strongest."""


@dataclass(frozen=True)
class Lead:
    """A statement under every attack, in one norm.

    Attributes:
        statement: that Maxpool is more robust than another model.
        norm: ``"linf"`` or ``"l2"``.
        epsilons: the sizes over which the mean is taken.
        images: how many test images.
        findings: by the names of :data:`ATTACKS`.
    """

    statement: Statement
    norm: Norm
    epsilons: tuple[float, ...]
    images: int
    findings: Mapping[str, Finding]


def leads(results: Sequence[Result]) -> list[Lead]:
    """Find every lead under every attack.

    Args:
        results: recorded ones, with their stronger attacks; only networks that the strongest attack
            was run on count.

    Returns:
        For each statement and norm one, but for those one of whose models has no such network.

    Raises:
        DataError: of such a network not every attack's images are stored, or networks of one
            experiment were attacked at different sizes.
    """
    questions = [(statement, norm) for statement in LENET_LEADS for norm in get_args(Norm)]
    answers = [one for asked in questions for one in _answers(*asked, results)]
    judged = iter(adjust(answers))
    found = []
    for statement, norm in questions:
        findings = {
            name: finding for name, finding in zip(ATTACKS, judged, strict=False) if finding
        }
        if findings:
            scope = _scope(results, statement.experiment, norm)
            found.append(Lead(statement, norm, *scope, findings))
    return found


def strength_rows(found: Sequence[Lead], names: Mapping[Norm, str]) -> list[dict[str, str]]:
    """Set what becomes of each lead under each attack side by side.

    Args:
        found: see :func:`leads`.
        names: of the norms.

    Returns:
        A row for each statement and norm, a column for each attack.
    """
    from companion.experiments.statistics.summary import finding_text

    return [
        {
            "statement": f"{one.statement.text.removesuffix('.')}, {names[one.norm]}.",
            "ε": ", ".join(f"{epsilon:g}" for epsilon in one.epsilons),
        }
        | {name: finding_text(finding) for name, finding in one.findings.items()}
        for one in found
    ]


def scope_text(
    found: Sequence[Lead], families: Mapping[str, str], names: Mapping[Norm, str]
) -> str:
    """Say at which sizes, on how many images and with how many seeds leads were found.

    Args:
        found: see :func:`leads`.
        families: name of each experiment.
        names: of the norms.

    Returns:
        Part of a caption; ``none`` where there is no lead.
    """
    words = []
    for name, title in families.items():
        of_it = [one for one in found if one.statement.experiment == name]
        if not of_it:
            continue
        sizes = {names[one.norm]: ", ".join(f"{e:g}" for e in one.epsilons) for one in of_it}
        counts = sorted(
            seeds for one in of_it for finding in one.findings.values() for seeds in finding.seeds
        )
        seeds = f"{counts[0]}" if counts[0] == counts[-1] else f"{counts[0]} to {counts[-1]}"
        at = "; ".join(f"ε = {text} in {norm}" for norm, text in sizes.items())
        plural = "" if seeds == "1" else "s"
        words.append(
            f"{title}: {at}, the first {of_it[0].images:,} test images, {seeds} seed{plural} of "
            "each model"
        )
    return ". ".join(words) or "none"


def _answers(statement: Statement, norm: Norm, results: Sequence[Result]) -> list[Finding | None]:
    """What the networks with the strongest attack say under each attack, not adjusted."""
    chosen = [
        one
        for one in results
        if one["configuration"]["experiment"] == statement.experiment
        and attacked(one, (STRONGEST, norm))
    ]
    if not set(statement.variants) <= {one["configuration"]["variant"] for one in chosen}:
        return [None for _ in ATTACKS]
    answers: list[Finding | None] = []
    for attack in ATTACKS.values():
        by_model: dict[str, list[Measured]] = {}
        for one in chosen:
            variant = one["configuration"]["variant"]
            by_model.setdefault(variant, []).append(_measured(one, attack, norm))
        answers.append(conclude(statement, by_model))
    return answers


def _scope(results: Sequence[Result], experiment: str, norm: Norm) -> tuple[tuple[float, ...], int]:
    """The sizes of the strongest attack on an experiment's networks, and its number of images."""
    scopes = {
        (tuple(robust["epsilons"]), robust["images"])
        for one in results
        for robust in one["robust"]
        if one["configuration"]["experiment"] == experiment
        and (robust["attack"], robust["norm"]) == (STRONGEST, norm)
    }
    if len(scopes) != 1:
        raise DataError(
            f"{STRONGEST} {norm} on {experiment}: expected one list of sizes and one number of "
            f"images, found {sorted(scopes)}"
        )
    return scopes.pop()


def _measured(result: Result, attack: str, norm: Norm) -> Measured:
    """The mean over the strongest attack's sizes of what another attack leaves of its images."""
    rows = right_beside_strongest(result, attack, norm)
    each = np.asarray(rows.mean(axis=0), dtype=np.float64)
    return Measured(float(each.mean()), float(each.std()), len(each), each)


def right_beside_strongest(result: Result, attack: str, norm: Norm) -> NDArray[np.bool_]:
    """Read which of the strongest attack's images are right under any attack, at its sizes.

    Args:
        result: of a network that the strongest attack was run on.
        attack: as results record it.
        norm: ``"linf"`` or ``"l2"``.

    Returns:
        Shape [sizes, images].

    Raises:
        DataError: the images of the attack are not stored.
    """
    stored = outcomes.of(result)
    wanted = stored.right.get((attack, norm)) if stored else None
    if stored is None or wanted is None:
        raise DataError(
            f"{outcomes.path_of(result)}: expected the images of {attack} {norm}, found none"
        )
    epsilons, images = next(
        (one["epsilons"], one["images"])
        for one in result["robust"]
        if (one["attack"], one["norm"]) == (STRONGEST, norm)
    )
    sizes = stored.record["attacks"][f"{attack} {norm}"]["epsilons"]
    return wanted[[sizes.index(epsilon) for epsilon in epsilons], :images]
