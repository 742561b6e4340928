"""Measure what the record of real pools lacks; what is done is kept, so that a run may be ended.

``python -m companion.experiments.pools``: the swaps, then pools of images and inside of networks,
then the trainings on, then those from the start, a network after the other, with the code's commit
and the weights' digests; at last the times. ``--costs`` measures the times anew, and nothing else.
"""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from itertools import product
from typing import Any

import torch
from tqdm import tqdm

from companion.experiments.data.loading import Images, load
from companion.experiments.models.building import dataset_of
from companion.experiments.pools import costs, measuring, swaps, trained, tuning
from companion.experiments.pools.record import keep, unfinished
from companion.experiments.results.types import Stage
from companion.experiments.runs.provenance import provenance, stage
from companion.experiments.runs.settings import Used
from companion.experiments.runs.training import Epoch


def _count(bar: Any, _: Epoch) -> None:
    bar.update()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all that is missing.

    Args:
        arguments: see ``python -m companion.experiments.pools --help``.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--costs", action="store_true", help="measure all times anew, for a quiet machine; no more"
    )
    given = parser.parse_args(arguments)
    now = stage("cpu")
    record = unfinished()

    def finish(
        dataset: Images, precision: Used = "float32", life: Sequence[Stage] = (), **what: object
    ) -> None:
        stages = [*life, now]
        origin = provenance(dataset, profile="cpu", device="cpu", precision=precision, life=stages)
        record["provenance"].append({**what, **origin})
        keep(record)

    def time_all() -> None:
        torch.set_num_threads(1)
        found = []
        for experiment in trained.GRID:
            model, _ = swaps.network(experiment, 0)
            mine = [
                one
                for one in record["swaps"]
                if (one["experiment"], one["seed"]) == (experiment, 0)
            ]
            dataset = load(dataset_of(experiment))
            found += costs.measure_costs(experiment, dataset, model, mine)
        record["costs"] = found
        record["provenance"] = [one for one in record["provenance"] if one["part"] != "costs"]
        finish(dataset, part="costs")

    if given.costs:
        time_all()
        return 0
    done = {(one["experiment"], one["seed"]) for one in record["swaps"]}
    for experiment, seed in tqdm([one for one in swaps.NETWORKS if one not in done], disable=None):
        dataset = load(dataset_of(experiment))
        record["swaps"] += swaps.measure_network(experiment, seed, dataset)
        finish(dataset, part="swaps", experiment=experiment, seed=seed)
    if not record["sources"]:
        sources, contrasts, moments = measuring.measure_pixels()
        for experiment in ("lenet-mnist", "lenet-cifar10"):
            sources += measuring.measure_inputs(experiment)
        record["sources"], record["contrasts"], record["moments"] = sources, contrasts, moments
        for name in ("mnist", "cifar10"):
            finish(load(name), part="sources", images=name)
    tuned = {(one["experiment"], one["seed"]) for one in record["tuned"]}
    for experiment, seed in tqdm([one for one in swaps.NETWORKS if one not in tuned], disable=None):
        dataset = load(dataset_of(experiment))
        model, _ = swaps.network(experiment, seed)
        record["tuned"] += [
            tuning.tune(model, one, dataset)
            for one in record["swaps"]
            if (one["experiment"], one["seed"]) == (experiment, seed)
            and one["pool"] in tuning.POOLS
        ]
        finish(dataset, part="tuned", experiment=experiment, seed=seed)
    whole = {(one["experiment"], one["pool"], one["seed"]) for one in record["trained"]}
    for pool, experiment, seed in product(trained.POOLS, reversed(trained.GRID), trained.SEEDS):
        if (experiment, pool, seed) in whole:
            continue
        dataset = load(dataset_of(experiment))
        with tqdm(desc=f"{experiment}, {pool}, seed {seed}", unit="epoch", disable=None) as bar:
            found, life = trained.train_with(experiment, seed, pool, dataset, partial(_count, bar))
        record["trained"].append(found)
        used = trained.precision_of(experiment)
        finish(dataset, used, life, part="trained", experiment=experiment, pool=pool, seed=seed)
    if not record["costs"]:
        time_all()
    return 0


if __name__ == "__main__":
    sys.exit(main())
