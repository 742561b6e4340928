"""The second source's claims on the grid of pools and activations, tested on paired seeds.

As for the paper's statements, each claim is one number per seed and its rule was fixed before the
runs; see :mod:`companion.experiments.statistics.contrasts`.
"""

from collections.abc import Sequence

from companion.experiments.data.sets import dataset as data_set
from companion.experiments.results.record import Result
from companion.experiments.runs.config import GRID
from companion.experiments.runs.experiments import ACTIVATIONS, EXPERIMENTS, POOLS
from companion.experiments.statistics.contrasts import (
    READINGS,
    Contrast,
    Finding,
    Models,
    Statement,
    clean_accuracy,
    evaluate,
)
from companion.experiments.statistics.summary import percent

_GRIDS = {EXPERIMENTS[name].dataset: name for name in GRID}  # by the name of the data set
DATASETS = {name: data_set(name).title for name in _GRIDS}
POOL_NAMES = {
    "max": "max pool",
    "average": "average pool",
    "strided": "strided convolution",
}
ACTIVATION_NAMES = {
    "relu": "ReLU",
    "leaky-relu": "LeakyReLU",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "none": "none",
}


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
        contrast: Contrast | None = None,
        margin: float | None = None,
    ) -> Statement:
        return Statement(
            f"{dataset}-{name}",
            f"{DATASETS[dataset]}: {text}",
            experiment,
            contrast or _lead(*variants),
            margin,
            attacked=False,
            variants=variants,
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
                f"a network of max pools gains accuracy from {ACTIVATION_NAMES[activation]}.",
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
            *("average-relu", "average-none", "max-relu", "max-none"),
            contrast=_gains_less,
        ),
    )


def find(claim: Statement, results: Sequence[Result]) -> Finding | None:
    """Test a claim on the seeds for which its models are there.

    Args:
        claim: of :func:`claims`.
        results: of one scale.

    Returns:
        The finding; None where no seed is complete.
    """
    return evaluate(claim, results, READINGS["FGM, L2"])  # unchanged images: no reading matters


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
    columns = {"activation": list(ACTIVATION_NAMES.values())}
    for pool in POOLS:
        columns[POOL_NAMES[pool]] = [
            percent(found.get(f"{pool}-{activation}", ())) for activation in ACTIVATIONS
        ]
    return columns


def _grid_on(dataset: str) -> str:
    """Name the experiment that is the grid on a data set."""
    if dataset not in _GRIDS:
        raise ValueError(f"dataset must be one of {', '.join(_GRIDS)}, got {dataset!r}")
    return _GRIDS[dataset]


def _lead(first: str, second: str) -> Contrast:
    return lambda models, _: clean_accuracy(models[first]) - clean_accuracy(models[second])


def _gains_less(models: Models, _: object) -> float:
    gains = [
        clean_accuracy(models[f"{pool}-relu"]) - clean_accuracy(models[f"{pool}-none"])
        for pool in ("average", "max")
    ]
    return gains[0] - gains[1]
