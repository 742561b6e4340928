"""The paper's comparison of ResNets, with repaired networks where the paper's are blind."""

from collections.abc import Sequence

from companion.experiments.results.record import Result
from companion.experiments.runs.config import MODELS

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
