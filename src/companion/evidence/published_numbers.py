"""Checks of single numbers of the paper, for the ledger: one function, one number or a few."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from companion.errors import UncheckedError
from companion.evidence import s5_robustness as s5
from companion.evidence.result import CheckResult, require
from companion.experiments.runs.config import ATTACKS, TRAININGS, VARIANTS, cells, configuration
from maxpooling.approximation import best_uniform, error_over_cube
from maxpooling.networks import pairwise_max_counts

_CUBE = 5  # beyond this pool size brute force over the cube takes too long
_SEEDS = 3


def optimal_error(d: int, orders: str) -> CheckResult:
    """E(d, R) with its certificate and, for small d, by brute force over the cube.

    Args:
        d: pool size.
        orders: R, with spaces.
    """
    chosen = _integers(orders)
    best = best_uniform(d, chosen)
    best.verify()
    small = d <= _CUBE
    require(not small or error_over_cube(d, chosen) == best.error, f"the cube at d={d}, {orders}")
    scope = f"d = {d}, orders {orders}: certificate{', and all vertices of the cube' * small}"
    return CheckResult("optimal-error", "exact certificate", scope, {"error": best.error})


def hidden_layers(d: int, orders: str) -> CheckResult:
    """Layers of pairwise maxes that an order set needs, and their sizes.

    Args:
        d: pool size.
        orders: R, with spaces.
    """
    counts = pairwise_max_counts(d, _integers(orders))
    return CheckResult(
        "hidden-layers",
        "enumeration",
        f"distinct subpools of each layer, d = {d}, orders {orders}",
        {"layers": len(counts), "sizes": _text(counts)},
    )


def parameters(experiment: str, variant: str) -> CheckResult:
    """Trainable numbers of one model of Appendix E, and how many times as many as with max pools.

    Args:
        experiment: for example ``lenet-mnist``.
        variant: for example ``maxpool``.
    """
    from companion.experiments.models.building import build, count_parameters

    count = count_parameters(build(experiment, variant))
    original = count_parameters(build(experiment, "maxpool"))
    return CheckResult(
        "parameters",
        "enumeration",
        f"every parameter of {variant} of {experiment}",
        {"parameters": count, "ratio": Fraction(count, original)},
    )


def replaced_pools(experiment: str, kernel: int) -> CheckResult:
    """Parameters if each pool became a convolution with this kernel, biases included.

    Args:
        experiment: for example ``lenet-cifar10``.
        kernel: side of the kernel.
    """
    from companion.experiments.models.building import build, count_parameters, input_shape, stages

    model = build(experiment, "maxpool")
    pools = [s.shape[0] for s in stages(model, input_shape(experiment)) if "MaxPool" in s.layer]
    added = sum(c * c * kernel**2 + c for c in pools)
    return CheckResult(
        "replaced-pools",
        "enumeration",
        f"{len(pools)} pools with {_text(pools)} channels, kernels of side {kernel}",
        {"parameters": count_parameters(model) + added, "pools": len(pools)},
    )


def architecture(experiment: str) -> CheckResult:
    """Sizes of the layers of a max pool model, as built.

    Args:
        experiment: for example ``lenet-mnist``.
    """
    from torch import nn

    from companion.experiments.models.building import build
    from companion.experiments.models.layers import Residual

    modules = list(build(experiment, "maxpool").modules())
    convolutions = [m for m in modules if isinstance(m, nn.Conv2d)]
    pools = [m for m in modules if isinstance(m, nn.MaxPool2d)]
    dense = [m for m in modules if isinstance(m, nn.Linear)]
    doubling = [m for m in convolutions if m.out_channels == 2 * m.in_channels]
    require(bool(pools) and bool(dense), f"{experiment} has no pool or no dense layer")
    require(bool(doubling), f"no convolution of {experiment} doubles the channels")
    return CheckResult(
        "architecture",
        "enumeration",
        f"every layer of {experiment} with max pools",
        {
            "channels": _text(m.out_channels for m in convolutions),
            "kernels": _text(m.kernel_size[0] for m in convolutions),
            "pools": len(pools),
            "pool": f"{pools[0].kernel_size}, {pools[0].stride}, {pools[0].padding}",
            "first pool": f"{pools[0].kernel_size}, {pools[0].stride}",
            "last pool": f"{pools[-1].kernel_size}, {pools[-1].stride}",
            "doubled": _text(m.in_channels for m in doubling),
            "before doubling": convolutions.index(doubling[0]),
            "residual blocks": sum(isinstance(m, Residual) for m in modules),
            "dense": _text([dense[0].in_features, *(m.out_features for m in dense)]),
        },
    )


def training(experiment: str) -> CheckResult:
    """Settings of the full-scale runs.

    Args:
        experiment: for example ``lenet-mnist``.
    """
    chosen = TRAININGS[experiment]
    epochs, rates = zip(*chosen.learning_rate, strict=True)
    seeds = {seed for name, _, seed in cells("paper") if name == experiment}
    return CheckResult(
        "training",
        "enumeration",
        f"the settings of {experiment} at full scale",
        {
            "epochs": chosen.epochs,
            "batch": chosen.batch_size,
            "momentum": Fraction(str(chosen.momentum)),
            "rate": Fraction(str(max(rates))),
            "first rate": Fraction(str(rates[0])),
            "knots": _text(epochs[1:]),
            "bits": {"float32": 32}.get(chosen.precision, 16),
            "seeds": len(seeds),
            "models": len(VARIANTS[experiment]),
        },
    )


def perturbations(experiment: str) -> CheckResult:
    """The sizes of the attack.

    Args:
        experiment: for example ``lenet-mnist``.
    """
    epsilons = ATTACKS[experiment].epsilons
    return CheckResult(
        "perturbations",
        "enumeration",
        f"the grid of {experiment}",
        {"epsilons": _text(epsilons), "number": len(epsilons)},
    )


def experiment(name: str, reading: str) -> CheckResult:
    """A statement of Section 5.2 or E.2 on the recorded runs, and at which scale they were made.

    Args:
        name: of one of :data:`companion.experiments.statistics.statements.STATEMENTS`.
        reading: of the attack, for example ``FGM, L2``.

    Raises:
        CheckFailedError: the runs contradict the statement.
        UncheckedError: there are none, or they do not decide.
    """
    return _decided(s5.statement(name, reading), "supported")


def contradicted_experiment(name: str, reading: str) -> CheckResult:
    """A statement that the recorded runs contradict, and at which scale they were made.

    Args:
        name: see :func:`experiment`.
        reading: see :func:`experiment`.

    Raises:
        CheckFailedError: the runs support the statement.
        UncheckedError: there are none, or they do not decide.
    """
    return _decided(s5.refutation(name, reading), "contradicted")


def full_scale(experiment: str, runs: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every model was trained and attacked as in the paper, with three seeds each.

    The precision of the arithmetic does not count.

    Args:
        experiment: whose runs they are.
        runs: recorded results.
    """
    for variant in VARIANTS[experiment]:
        cells_of = [r["configuration"] for r in runs if r["configuration"]["variant"] == variant]
        if len({cell["seed"] for cell in cells_of}) < _SEEDS:
            return False
        for cell in cells_of:
            paper = configuration(experiment, variant, cell["seed"], "paper").as_json()
            if cell["attack"] != paper["attack"]:
                return False
            if cell["training"] | {"precision": ""} != paper["training"] | {"precision": ""}:
                return False
    return True


def _decided(found: CheckResult, wanted: str) -> CheckResult:
    """Add the scale of the runs to a finding, or say that it has not the wanted verdict."""
    from companion.experiments.results.record import recorded
    from companion.experiments.statistics.statements import STATEMENTS

    verdict = found.values["verdict"]
    if verdict != wanted:
        raise UncheckedError(f"{verdict}: {found.scope}")
    about = next(one.experiment for one in STATEMENTS if one.name == found.claim)
    runs = [r for r in recorded() if r["configuration"]["experiment"] == about]
    scale = "full" if full_scale(about, runs) else "reduced"
    return replace(found, values={**found.values, "scale": scale})


def _integers(text: str) -> list[int]:
    return [int(part) for part in text.split()]


def _text(numbers: Iterable[float]) -> str:
    """Numbers with commas, without needless zeros."""
    return ", ".join(f"{number:g}" for number in numbers)
