"""Rows of the chapter's tables, from the record."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from statistics import mean

from companion.experiments.pools.costs import network_size
from companion.experiments.pools.names import in_words, source_in_words
from companion.experiments.pools.record import Cost, Errors, Robust, Source, Swap, Trained, Tuned
from companion.experiments.pools.trained import CONTROLS, GRID, SEEDS, control
from companion.experiments.runs.experiments import EXPERIMENTS
from companion.experiments.titles import DATA, NORMS

Row = dict[str, str]

SIZES = {
    "lenet-mnist": {"linf": 0.1, "l2": 2.0},
    "lenet-cifar10": {"linf": 0.01, "l2": 0.3},
}
"""The size of the attack that a table shows, of those that were recorded."""
_IMAGES = {name: DATA[EXPERIMENTS[name].dataset] for name in GRID}


def gap_rows(sources: Sequence[Source]) -> list[Row]:
    """Gaps of every source's 3 by 3 pools, and the mean gaps of its smaller and larger ones.

    Args:
        sources: of the record.
    """
    by_side = {(one["source"], one["side"]): one for one in sources}
    rows = []
    for one in sources:
        if one["side"] != 3:
            continue
        others = (by_side.get((one["source"], side)) for side in (2, 4))
        rows.append(
            {
                "pools of": source_in_words(one["source"]),
                "mean gap": f"{one['gap']:.4f}",
                "95 % interval": " to ".join(f"{end:.4f}" for end in one["gap_interval"]),
                "99 % quantile": f"{one['gaps'][2]:.3f}",
                "largest": f"{one['gaps'][3]:.3f}",
                "share above 1/2": f"{one['wide']:.5f}",
                "mean, 2×2 and 4×4": ", ".join(f"{o['gap']:.4f}" if o else "–" for o in others),
            }
        )
    return rows


def error_rows(sources: Mapping[str, Source]) -> list[Row]:
    """Errors of every estimator on some sources, also as a share of its own worst error.

    Args:
        sources: by the name of the column; all with pools of one size.

    Returns:
        A row for each estimator; of each source the mean absolute error and its share of the worst
        error of the same estimator (fitted as there).
    """
    return _of_errors(sources, _mean_and_share)


def far_rows(sources: Mapping[str, Source]) -> list[Row]:
    """How far every estimator is off at the few pools where it is farthest off.

    Args:
        sources: as for :func:`error_rows`.

    Returns:
        A row for each estimator; of each source the 0.99 quantile of the absolute error and the
        largest.
    """
    return _of_errors(sources, lambda one: ", ".join(f"{e:.3f}" for e in one["quantiles"][2:]))


def _of_errors(sources: Mapping[str, Source], cell: Callable[[Errors], str]) -> list[Row]:
    found = {
        name: {one["estimator"]: one for one in source["errors"]}
        for name, source in sources.items()
    }
    estimators = dict.fromkeys(name for errors in found.values() for name in errors)
    return [
        {"estimator": in_words(estimator)}
        | {name: cell(errors[estimator]) for name, errors in found.items()}
        for estimator in estimators
    ]


def _mean_and_share(one: Errors) -> str:
    share = 100 * one["absolute"] / float(Fraction(one["worst"]))
    return f"{one['absolute']:.4f}, {share:.0f} %"


def swap_rows(swaps: Sequence[Swap]) -> list[Row]:
    """Test images that are right with every pool, and those lost and won by the exchange.

    Args:
        swaps: of the record.

    Returns:
        A row for each pool, a column for each data set, all its networks together.
    """
    return [
        {"pool": in_words(pool)}
        | {
            title: _exchanged([s for s in swaps if (s["pool"], s["experiment"]) == (pool, one)])
            for one, title in _IMAGES.items()
        }
        for pool in dict.fromkeys(one["pool"] for one in swaps)
    ]


def swap_seed_rows(swaps: Sequence[Swap], experiment: str) -> list[Row]:
    """The same for each network of one data set, beside all of them together.

    Args:
        swaps: of the record.
        experiment: whose networks, a key of SIZES.

    Returns:
        A row for each pool, a column for each seed.

    Raises:
        ValueError: the record has no network of this experiment.
    """
    mine = [one for one in swaps if one["experiment"] == experiment]
    if not mine:
        known = ", ".join(sorted({one["experiment"] for one in swaps}))
        raise ValueError(f"experiment={experiment!r} has no exchanged networks: allowed: {known}")
    rows = []
    for pool in dict.fromkeys(one["pool"] for one in mine):
        found = [one for one in mine if one["pool"] == pool]
        row = {"pool": in_words(pool), "together": _exchanged(found)}
        rows.append(row | {f"seed {one['seed']}": _exchanged([one]) for one in found})
    return rows


def _exchanged(found: Sequence[Swap]) -> str:
    """Right images, and in brackets the lost and won: short, so that a phone shows three cells."""
    lost, won = (sum(one[what] for one in found) for what in ("lost", "gained"))
    changes = f"({f'−{lost}' if lost else '0'}, {f'+{won}' if won else '0'})"
    return f"{sum(one['correct'] for one in found)} {changes}"


def right_at(robust: Sequence[Robust], norm: str, epsilon: float) -> float:
    """The share of attacked images that is right at a size of the attack, in per cent.

    Raises:
        ValueError: the attack was not recorded at this size.
    """
    for one in robust:
        if one["norm"] == norm and epsilon in one["epsilons"]:
            return 100 * one["correct"][one["epsilons"].index(epsilon)] / one["images"]
    raise ValueError(f"epsilon={epsilon} of the norm {norm!r} is not among the recorded sizes")


def robust_rows(swaps: Sequence[Swap]) -> list[Row]:
    """Right images under the attack, in per cent, mean over the seeds.

    Args:
        swaps: of the record.

    Returns:
        A row for each pool, a column for each data set and norm, at its size in SIZES.
    """
    rows = []
    for pool in dict.fromkeys(one["pool"] for one in swaps):
        row = {"pool": in_words(pool)}
        for experiment, norms in SIZES.items():
            found = [s for s in swaps if (s["pool"], s["experiment"]) == (pool, experiment)]
            for norm, epsilon in norms.items():
                share = mean(right_at(one["robust"], norm, epsilon) for one in found)
                row[f"{_IMAGES[experiment]}, {NORMS[norm]} {epsilon:g}"] = f"{share:.1f}"
        rows.append(row)
    return rows


def tuned_rows(tuned: Sequence[Tuned]) -> list[Row]:
    """Right images after the steps of the short training, mean over the seeds.

    Args:
        tuned: of the record.

    Returns:
        A row for each data set and pool.
    """
    rows = []
    for experiment, pool in dict.fromkeys((one["experiment"], one["pool"]) for one in tuned):
        found = [t for t in tuned if (t["experiment"], t["pool"]) == (experiment, pool)]
        counts = zip(*(one["correct"] for one in found), strict=True)
        columns = zip(found[0]["steps"], counts, strict=True)
        rows.append(
            {"data": _IMAGES[experiment], "pool": in_words(pool)}
            | {f"{step} steps": f"{mean(right):.1f}" for step, right in columns}
        )
    return rows


def trained_rows(trained: Sequence[Trained]) -> list[Row]:
    """Networks trained with a pool from the start, below the recorded ones with other pools.

    Args:
        trained: of the record.

    Returns:
        A row for each data set and pool: right test images of each seed that was run, and per cent
        right under the attack, mean over these seeds.
    """
    rows = []
    for experiment in GRID:
        mine = [one for one in trained if one["experiment"] == experiment]
        known = [control(experiment, pool, seed) for pool in CONTROLS for seed in SEEDS]
        for pool in dict.fromkeys(one["pool"] for one in [*known, *mine]):
            found = [one for one in [*known, *mine] if one["pool"] == pool]
            by_seed = {one["seed"]: one for one in found}
            row = {"data": _IMAGES[experiment], "pool": in_words(pool)}
            for seed in SEEDS:
                row[f"seed {seed}"] = f"{by_seed[seed]['correct']}" if seed in by_seed else "–"
            for norm, epsilon in SIZES[experiment].items():
                share = mean(right_at(one["robust"], norm, epsilon) for one in found)
                row[f"attacked, {NORMS[norm]}"] = f"{share:.1f}"
            rows.append(row)
    return rows


def cost_rows(costs: Sequence[Cost]) -> list[Row]:
    """ReLUs and layers for one window, and times as multiples of the max pool's.

    Args:
        costs: of the record.

    Returns:
        A row for each pool; times are medians, of the MNIST network and of the CIFAR-10 network.
    """
    rows = []
    for pool in dict.fromkeys(one["pool"] for one in costs):
        size = network_size(pool)
        found = {one["experiment"]: one for one in costs if one["pool"] == pool}
        row = {
            "pool": in_words(pool),
            "ReLUs": str(size[0]) if size else "no such network",
            "layers": str(size[1]) if size else "–",
        }
        for what in found["lenet-mnist"]["ratios"]:
            row[what] = " / ".join(f"{found[one]['ratios'][what][1]:.1f}" for one in GRID)
        rows.append(row)
    return rows
