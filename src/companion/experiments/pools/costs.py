"""What a pool costs: ReLUs and layers of its network, and time in a LeNet."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import product
from statistics import median, quantiles

import torch
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from companion.experiments.data.loading import Images
from companion.experiments.pools.estimators import braces, order_sets
from companion.experiments.pools.record import Cost, Swap
from companion.experiments.pools.substitutes import SIZE, SUBSTITUTES, sparse
from companion.experiments.pools.swaps import exchanged, inputs_of
from companion.experiments.runs.batches import as_pixels
from maxpooling.networks.circuits import (
    Circuit,
    circuit_network,
    estimator_network,
    halving_circuit,
)
from maxpooling.networks.cost_table import cost_table
from maxpooling.networks.exact import ExactNetwork
from maxpooling.networks.halving import Subpool

REPEATS, TIMED = 9, 32
"""Interleaved repetitions; test images of a batch."""

Task = Callable[[], object]


@cache
def network_size(pool: str) -> tuple[int, int] | None:
    """Neurons and hidden layers of a ReLU network for one window of a pool.

    Of the estimators the networks that share pairwise maxes by halving, of the maximum rounds of
    pairs, as in ``cost_table``. The size depends on the orders only, and not on how the weights
    were found. An average takes no ReLU.

    Args:
        pool: one of SUBSTITUTES.

    Returns:
        None for a pool that is not piecewise linear.

    Examples:
        >>> network_size("maximum"), network_size("plain S_8"), network_size("average")
        ((27, 4), (45, 3), (0, 0))
    """
    orders = _orders(pool)
    if pool == "maximum":
        row = next(one for one in cost_table(SIZE) if one.network == "rounds of pairs")
        return row.neurons, row.layers
    if orders is not None:
        made = estimator_network(SIZE, halving_circuit(SIZE, orders), orders)
    elif pool in ("average", "middle pixel"):
        return 0, 0
    elif pool.startswith("union-closed"):
        made = _sparse_network()
    else:
        return None
    return made.neurons, len(made.hidden_widths)


def pruned(circuit: Circuit, wanted: Iterable[Subpool]) -> Circuit:
    """What a circuit needs for some of its subpools.

    Examples:
        >>> pruned(({(0, 1): ((0,), (1,)), (1, 2): ((1,), (2,))},), [(0, 1)])
        ({(0, 1): ((0,), (1,))},)
    """
    needed = set(wanted)
    layers = []
    for layer in reversed(circuit):
        layers.append({union: parts for union, parts in layer.items() if union in needed})
        needed.update(part for parts in layers[-1].values() for part in parts)
    return tuple(reversed(layers))


def measure_costs(
    experiment: str, dataset: Images, model: nn.Sequential, swaps: Sequence[Swap]
) -> list[Cost]:
    """Time every pool beside the max pool, in single precision and on one batch of test images.

    Times are of the processor, on one thread, so that other processes count as little as can be.
    Each measurement comes right after two of the max pool, and its ratio to the second counts.

    Args:
        experiment: whose network.
        dataset: its images.
        model: the recorded network.
        swaps: one for each pool, of this network.
    """
    images = as_pixels(dataset.test_images[:TIMED])
    labels = dataset.test_labels[:TIMED]
    inside = inputs_of(model, images)[0].clone()
    tasks = {
        one["pool"]: _tasks(
            exchanged(model, one["ranges"], one["fitted"], one["pool"]), images, labels, inside
        )
        for one in swaps
    }
    maximum = tasks[next(iter(SUBSTITUTES))]
    pairs: dict[tuple[str, str], list[tuple[float, float]]] = {}
    bar = tqdm(range(REPEATS + 1), desc=f"times in {experiment}", disable=None)
    for repeat, pool, what in product(bar, tasks, _WHAT):
        maximum[what]()  # finds the cache as the pool before left it
        pair = _seconds(maximum[what]), _seconds(tasks[pool][what])
        if repeat:  # the first one warms up
            pairs.setdefault((pool, what), []).append(pair)
    return [
        {
            "experiment": experiment,
            "pool": pool,
            "images": TIMED,
            "repeats": REPEATS,
            "maximum_milliseconds": {
                what: 1e3 * median(one for one, _ in pairs[pool, what]) for what in _WHAT
            },
            "ratios": {
                what: quantiles(now / one for one, now in pairs[pool, what]) for what in _WHAT
            },
            "load": os.getloadavg()[1],
            "processors": os.cpu_count() or 1,
        }
        for pool in tasks
    ]


_WHAT = ("layer forward", "layer with backward", "network forward", "network with backward")


def _tasks(model: nn.Sequential, images: Tensor, labels: Tensor, inside: Tensor) -> dict[str, Task]:
    block = next(one for one in model if isinstance(one, nn.Sequential))
    pool = block[1]
    with torch.no_grad():
        gradient = torch.ones_like(pool(inside))

    def layer() -> None:
        torch.autograd.backward(pool(inside.detach().requires_grad_()), gradient)

    def network() -> None:
        model.zero_grad()
        torch.autograd.backward(functional.cross_entropy(model(images), labels))

    steps = partial(_quietly, pool, inside), layer, partial(_quietly, model, images), network
    return dict(zip(_WHAT, steps, strict=True))


def _quietly(module: nn.Module, x: Tensor) -> None:
    with torch.no_grad():
        module(x)


def _seconds(task: Task) -> float:
    start = time.process_time()
    task()
    return time.process_time() - start


def _orders(pool: str) -> tuple[int, ...] | None:
    """The orders that the name of a pool says."""
    if pool.startswith("plain S_"):
        return (int(pool.removeprefix("plain S_")),)
    for orders in order_sets(SIZE):
        if pool.endswith(f" {braces(SIZE, orders)}"):
            return orders
    return None


def _sparse_network() -> ExactNetwork:
    """The network of the union-closed estimator, from what it needs of the halving circuit."""
    best = sparse()
    circuit = halving_circuit(SIZE, sorted({len(block) for block in best.blocks}))
    return circuit_network(SIZE, pruned(circuit, best.blocks), best.blocks, bias=best.constant)
