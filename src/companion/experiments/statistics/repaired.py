"""The paper's comparison of ResNets, with repaired networks where the paper's are blind."""

from collections.abc import Sequence

from companion.experiments.results.record import Result
from companion.experiments.runs.config import MODELS
from companion.experiments.statistics import summary
from companion.experiments.statistics.inference import Finding, evaluate
from companion.experiments.statistics.statements import STATEMENTS
from companion.experiments.titles import MODELS as TITLES

PAPERS, REPAIRED = "resnet-cifar10", "resnet-cifar10-repaired"


def instead_of_the_blind(results: Sequence[Result]) -> list[Result]:
    """Put the repaired ResNets in the place of the paper's two that do not see the whole image.

    Args:
        results: of one scale.

    Returns:
        The results without the paper's networks of these two models, the repaired ones under the
        paper's experiment, so that the statements on ResNets can be asked of them. What became of
        their images is not looked up, so an interval takes the images' part at its bound.
    """
    found: list[Result] = []
    for one in results:
        cell = one["configuration"]
        if cell["experiment"] == REPAIRED:
            found.append({**one, "configuration": {**cell, "experiment": PAPERS}})
        elif cell["experiment"] != PAPERS or cell["variant"] not in MODELS[REPAIRED]:
            found.append(one)
    return found


def leads_over_both(results: Sequence[Result], reading: str) -> dict[str, tuple[Finding, Finding]]:
    """Maxpool's lead over each blind network, and over its repaired twin.

    Args:
        results: of one scale.
        reading: of the attack, a name in
            :data:`~companion.experiments.statistics.quantities.READINGS`.

    Returns:
        By variant, what the paper's network and what the repaired one lack in robust accuracy;
        only of variants that were trained both ways and attacked so.
    """
    exchanged = instead_of_the_blind(results)
    found = {}
    for variant in MODELS[REPAIRED]:
        (statement,) = (
            one
            for one in STATEMENTS
            if one.experiment == PAPERS
            and one.quantity == "mean robust accuracy"
            and one.differences == ({"maxpool": 1, variant: -1},)
        )
        both = (evaluate(statement, results, reading), evaluate(statement, exchanged, reading))
        if both[0] is not None and both[1] is not None:
            found[variant] = (both[0], both[1])
    return found


def view_rows(results: Sequence[Result], readings: Sequence[str]) -> list[dict[str, str]]:
    """Beside each blind network its repaired twin: accuracy, and Maxpool's lead in points.

    Args:
        results: of one scale.
        readings: as of :func:`leads_over_both`.

    Returns:
        A row for clean accuracy and one for the lead under each reading, with its interval; a
        column for each network of the variants that were trained both ways.
    """
    clean, rows = {"quantity": "clean accuracy"}, []
    for reading in readings:
        row = {"quantity": f"Maxpool's lead, {reading}"}
        for variant, findings in leads_over_both(results, reading).items():
            names = (TITLES[variant], f"{TITLES[variant]}, repaired")
            for name, experiment, finding in zip(names, (PAPERS, REPAIRED), findings, strict=True):
                clean[name] = summary.clean_text(results, experiment, variant)
                row[name] = summary.points_text(finding)
        rows.append(row)
    return [clean, *rows]
