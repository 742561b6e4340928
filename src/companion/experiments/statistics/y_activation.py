"""The second source's claims on the grid of pools and activations, as differences of models.

The rule is that of the paper's statements (:mod:`companion.experiments.statistics.inference`), but
for one thing: the spread between seeds is pooled over the models that a claim names and not over
the whole grid, in which some models vary far more than others.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from companion.experiments import titles
from companion.experiments.results.record import Result
from companion.experiments.runs.config import GRID
from companion.experiments.runs.experiments import ACTIVATIONS, EXPERIMENTS, POOLS
from companion.experiments.statistics.quantities import clean_accuracy
from companion.experiments.statistics.statements import Difference, Statement, lead
from companion.experiments.statistics.summary import percent

if TYPE_CHECKING:
    from companion.experiments.statistics.inference import Finding

_GRIDS = {EXPERIMENTS[name].dataset: name for name in GRID}  # by the name of the data set
DATASETS = titles.titled(titles.DATA, _GRIDS)
GAINS: Difference = {"average-relu": 1, "average-none": -1, "max-relu": -1, "max-none": 1}
"""What ReLU gains with average pools, less what it gains with max pools."""


def claims(dataset: str) -> tuple[Statement, ...]:
    """Return what the second source says about accuracies, in a form that seeds can decide.

    Args:
        dataset: ``"mnist"`` or ``"cifar10"``.

    Returns:
        Nine statements about ``activation-<dataset>``, on unchanged images.

    Raises:
        ValueError: there is no grid on that data set.
    """
    experiment = _grid_on(dataset)

    def claim(
        name: str,
        text: str,
        *variants: str,
        difference: Difference | None = None,
        margin: float | None = None,
    ) -> Statement:
        return Statement(
            f"{dataset}-{name}",
            f"{DATASETS[dataset]}: {text}",
            experiment,
            "clean accuracy",
            (difference or lead(*variants),),
            margin,
            pooled=variants,
        )

    return (
        claim(
            "max-without-activation",
            "max pools alone make more of the images than a linear classifier does.",
            "max-none",
            "linear",
        ),
        *(
            claim(
                f"max-gains-{activation}",
                f"a network of max pools gains accuracy from {titles.ACTIVATIONS[activation]}.",
                f"max-{activation}",
                "max-none",
            )
            for activation in ACTIVATIONS
            if activation != "none"
        ),
        claim(
            "average-is-linear",
            "with average pools and no activation a network is as accurate as a linear classifier "
            "(within two points).",
            "average-none",
            "linear",
            margin=0.02,
        ),
        claim(
            "average-needs-activation",
            "a network of average pools gains accuracy from ReLU.",
            "average-relu",
            "average-none",
        ),
        claim(
            "max-before-average",
            "without an activation max pools are more accurate than average pools.",
            "max-none",
            "average-none",
        ),
        claim(
            "max-gains-less",
            "ReLU gains less accuracy with max pools than with average pools.",
            *GAINS,
            difference=GAINS,
        ),
    )


def find(claim: Statement, results: Sequence[Result]) -> "Finding | None":
    """Test a claim, together with all others of both data sets.

    Args:
        claim: of :func:`claims`.
        results: of one scale.

    Returns:
        The finding; None where one of its models was not run.
    """
    from companion.experiments.statistics.inference import PAPERS, judge

    # Unchanged images: which reading of the attack is named does not matter.
    questions = [(one, PAPERS[0]) for dataset in DATASETS for one in claims(dataset)]
    return judge(questions, results)[questions.index((claim, PAPERS[0]))]


def shares(results: Sequence[Result], dataset: str) -> dict[str, list[float]]:
    """Collect the clean accuracies of every model of a grid.

    Args:
        results: of one scale.
        dataset: ``"mnist"`` or ``"cifar10"``.

    Returns:
        By variant, in the order of the seeds; variants that were not run are missing.

    Raises:
        ValueError: there is no grid on that data set.
    """
    experiment = _grid_on(dataset)
    found: dict[str, list[float]] = {}
    for result in results:
        cell = result["configuration"]
        if cell["experiment"] == experiment:
            found.setdefault(cell["variant"], []).append(clean_accuracy(result))
    return found


def table(results: Sequence[Result], dataset: str) -> dict[str, list[str]]:
    """Return the grid as a table: a row per activation, a column per pool.

    Args:
        results: of one scale.
        dataset: ``"mnist"`` or ``"cifar10"``.

    Returns:
        Columns by heading: mean ± standard deviation of the clean accuracy in per cent.

    Raises:
        ValueError: there is no grid on that data set.
    """
    found = shares(results, dataset)
    columns = {"activation": list(titles.ACTIVATIONS.values())}
    for pool in POOLS:
        columns[titles.POOLS[pool]] = [
            percent(found.get(f"{pool}-{activation}", ())) for activation in ACTIVATIONS
        ]
    return columns


def _grid_on(dataset: str) -> str:
    """Name the experiment that is the grid on a data set."""
    if dataset not in _GRIDS:
        raise ValueError(f"dataset must be one of {', '.join(_GRIDS)}, got {dataset!r}")
    return _GRIDS[dataset]
