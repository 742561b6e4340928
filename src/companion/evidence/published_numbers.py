"""Checks of single numbers of the paper, for the tables of the ledger: one function, a few numbers.

Models, trainings and grids of the attack are settings that we took over; what their checks compare
is the program's own configuration with the printed one, and what the recorded runs have instead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

from companion.checking import Kind, Value, check, each, require
from companion.checking.domains import Domain, Given, Listed, Titled, listed, shown
from companion.errors import CheckFailedError, SmallerRunsError, UncheckedError
from companion.evidence.optima import certified
from companion.experiments.results.types import Result
from companion.experiments.runs.config import (
    ATTACKS,
    MODELS,
    TRAININGS,
    VARIANTS,
    cells,
    configuration,
)
from companion.experiments.statistics.quantities import READINGS
from companion.experiments.statistics.statements import STATEMENTS, Statement
from companion.experiments.titles import EXPERIMENTS, titled
from companion.experiments.titles import MODELS as MODEL_TITLES
from companion.published import appendix_d
from maxpooling.approximation import best_uniform, error_over_cube
from maxpooling.networks import pairwise_max_counts

_CUBE = 5  # beyond this pool size brute force over the cube takes too long
_SEEDS = 3
_TESTED = 10_000  # test images of MNIST and of CIFAR-10
_MODELS = ("lenet-mnist", "lenet-cifar10", "resnet-cifar10")
_NETWORKS = Titled(titled(EXPERIMENTS, _MODELS))


@dataclass(frozen=True)
class PrintedOrders(Domain):
    """The sets of orders for which the paper prints an error of the pool size d."""

    def cases(self, given: Given) -> Iterator[tuple[int, ...]]:
        """The rows of Appendix D, then the example of Section 4."""
        yield from (row.orders for row in appendix_d() if row.d == given["d"])
        if given["d"] == 9:
            yield from ((0, 8), tuple(range(9)))

    @property
    def text(self) -> str:
        """As the ledger says it."""
        return "every set with a printed error"


@dataclass(frozen=True)
class Variants(Domain):
    """The models of an experiment."""

    called: str | None = field(default="", kw_only=True)

    def cases(self, given: Given) -> Sequence[str]:
        """By name."""
        return MODELS[given["experiment"]]

    @property
    def text(self) -> str:
        """As the ledger says it."""
        return "all models of each"

    def title(self, value: str) -> str:
        """What the book calls the model."""
        return MODEL_TITLES[value]


def measured_on(statement: Statement) -> str:
    """What a statement is measured on: ``clean accuracy of Maxpool and Conv``."""
    models = listed(MODEL_TITLES[model] for model in statement.variants)
    return f"{statement.quantity} of {models}"


def titled_statements(statements: Iterable[Statement]) -> dict[str, str]:
    """What each statement is measured on, after its network, by the statement's name."""
    return {one.name: f"{EXPERIMENTS[one.experiment]}, {measured_on(one)}" for one in statements}


@check("table-d", Kind.CERTIFICATE, d=(2, 3, 4, 9), orders=PrintedOrders(), collect=max)
def optimal_error(d: int, orders: Sequence[int]) -> dict[str, Value]:
    """E(d, R) with its certificate and, for d up to 5, by brute force over the cube."""
    best = certified(best_uniform(d, orders), d, orders)
    require(d > _CUBE or error_over_cube(d, orders) == best.error, "the cube gives another error")
    return {"error": best.error}


@check("number-layer-sizes", Kind.EVERY_CASE, d=(9,), orders=((0, 8), range(9)), collect=each)
def hidden_layers(d: int, orders: Sequence[int]) -> dict[str, Value]:
    """Layers of pairwise maxes that an order set needs, and their sizes."""
    counts = pairwise_max_counts(d, orders)
    return {"layers": len(counts), "sizes": _text(counts)}


@check("appendix_e", Kind.EVERY_CASE, experiment=_NETWORKS, variant=Variants(), collect=each)
def parameters(experiment: str, variant: str) -> dict[str, Value]:
    """Trainable numbers of a model of Appendix E, and how many times as many as with max pools."""
    from companion.experiments.models.building import build, count_parameters

    count = count_parameters(build(experiment, variant))
    original = count_parameters(build(experiment, "maxpool"))
    return {"parameters": count, "ratio": Fraction(count, original)}


@check(
    "appendix_e",
    Kind.EVERY_CASE,
    experiment=Titled(titled(EXPERIMENTS, _MODELS[1:])),
    kernel=Listed((1, 3), called="kernels of side"),
    collect=each,
)
def replaced_pools(experiment: str, kernel: int) -> dict[str, Value]:
    """Parameters if each pool became a convolution with this kernel, biases included."""
    from companion.experiments.models.building import build, count_parameters, input_shape, stages

    model = build(experiment, "maxpool")
    pools = [s.shape[0] for s in stages(model, input_shape(experiment)) if "MaxPool" in s.layer]
    added = sum(c * c * kernel**2 + c for c in pools)
    return {"parameters": count_parameters(model) + added, "pools": len(pools)}


@check("appendix_e", Kind.EVERY_CASE, experiment=_NETWORKS, collect=each)
def architecture(experiment: str) -> dict[str, Value]:
    """Sizes of the layers of a max pool model, as built."""
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
    return {
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
    }


@check("appendix_e", Kind.EVERY_CASE, experiment=_NETWORKS, collect=each)
def training(experiment: str) -> dict[str, Value]:
    """Settings of the full-scale runs, and what the recorded runs have instead."""
    paper = {
        **_settings(configuration(experiment, "maxpool", 0, "paper").as_json()["training"]),
        "seeds": len({seed for name, _, seed in cells("paper") if name == experiment}),
        "models": len(VARIANTS[experiment]),
    }
    require(paper["epochs"] == TRAININGS[experiment].epochs, "the full-scale run is shortened")
    return {**paper, **_deviations(experiment, paper)}


@check("appendix_e", Kind.EVERY_CASE, experiment=_NETWORKS, collect=each)
def perturbations(experiment: str) -> dict[str, Value]:
    """The sizes of the attack, and on how many test images the recorded runs used them."""
    epsilons = ATTACKS[experiment].epsilons
    found: dict[str, Value] = {"epsilons": _text(epsilons), "number": len(epsilons)}
    images = sorted({run["configuration"]["attack"]["images"] for run in _runs(experiment)})
    if images and images != [_TESTED]:
        found["recorded epsilons"] = f"the first {_text(images)} of {_TESTED} test images attacked"
    return found


@check(
    "experiments",
    Kind.MEASUREMENT,
    name=Titled(titled_statements(STATEMENTS), "every statement"),
    reading=Titled({one: one for one in READINGS}, "every attack", called="in the family of"),
)
def experiment(name: str, reading: str) -> dict[str, Value]:
    """A statement of Section 5.2 or E.2 is supported by the recorded runs; at which scale.

    Raises:
        CheckFailedError: the runs contradict the statement.
        SmallerRunsError: so do runs at a smaller scale than the paper's.
        UncheckedError: there are none, or they do not decide.
    """
    from companion.experiments.results.recomputable import words
    from companion.experiments.results.record import recorded
    from companion.experiments.statistics.inference import asked_with, evaluate
    from companion.experiments.statistics.power import what_would_decide
    from companion.experiments.statistics.summary import finding_values

    statement = next(one for one in STATEMENTS if one.name == name)
    runs = recorded()
    finding = evaluate(statement, runs, reading)
    members = len(asked_with(reading))
    if finding is None:
        raise UncheckedError(f"not run: {what_would_decide(statement, None, runs, members)}")
    found = finding_values(finding)
    said = f"{finding.verdict} ({_said(found)})"
    runs = _of(statement.experiment, runs)
    remark = " ".join(filter(None, [blind(statement), words(runs)]))
    scale = "full" if full_scale(statement.experiment, runs) else "reduced"
    if finding.verdict == "contradicted":
        error = CheckFailedError if scale == "full" else SmallerRunsError
        raise error(said + (f". {remark}" if remark else ""))
    if finding.verdict == "undecided":
        decide = what_would_decide(statement, finding, runs, members)
        raise UncheckedError(f"{said}; {decide}" + (f". {remark}" if remark else ""))
    return {**found, **({"remark": remark} if remark else {}), "scale": scale}


def blind(statement: Statement) -> str:
    """Say which of the networks that a statement compares do not see the whole image.

    Args:
        statement: of Section 5.2 or E.2.

    Returns:
        A sentence for the reader; empty where all see it.
    """
    shares = {name: _share_seen(statement.experiment, name) for name in statement.variants}
    parts = [
        f"{MODEL_TITLES[name]} sees {100 * share:.0f} %"
        for name, share in shares.items()
        if share < 1
    ]
    if not parts:
        return ""
    return f"Of each image {listed(parts)}, so not the pools alone differ."


@cache
def _share_seen(experiment: str, variant: str) -> float:
    from companion.experiments.models.building import build, input_shape
    from companion.experiments.models.fields import seen

    return float(seen(build(experiment, variant), input_shape(experiment)).float().mean())


def full_scale(experiment: str, runs: Sequence[Result]) -> bool:
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


def _said(found: Mapping[str, Value]) -> str:
    return ", ".join(f"{name} {shown(value)}" for name, value in found.items())


def _runs(experiment: str) -> list[Result]:
    from companion.experiments.results.record import recorded

    return _of(experiment, recorded())


def _of(experiment: str, runs: Iterable[Result]) -> list[Result]:
    return [run for run in runs if run["configuration"]["experiment"] == experiment]


def _settings(plain: Mapping[str, Any]) -> dict[str, Value]:
    """The settings of a training as the paper names them, from a configuration in JSON's types."""
    epochs, rates = zip(*plain["learning_rate"], strict=True)
    return {
        "epochs": plain["epochs"],
        "batch": plain["batch_size"],
        "momentum": Fraction(str(plain["momentum"])),
        "rate": Fraction(str(max(rates))),
        "first rate": Fraction(str(rates[0])),
        "knots": _text(epochs[1:]),
        "bits": {"float32": 32}.get(plain["precision"], 16),
    }


def _deviations(experiment: str, paper: Mapping[str, Value]) -> dict[str, Value]:
    """For each setting that recorded runs have otherwise: what they have."""
    runs = _runs(experiment)
    found: dict[str, Value] = {}
    used = [_settings(run["configuration"]["training"]) for run in runs]
    for name in used[0] if used else ():
        values = list(dict.fromkeys(str(one[name]) for one in used))
        if values != [str(paper[name])]:
            found[f"recorded {name}"] = " or ".join(values)
    seeds = {
        variant: sum(run["configuration"]["variant"] == variant for run in runs)
        for variant in VARIANTS[experiment]
    }
    if runs and set(seeds.values()) != {paper["seeds"]}:
        found["recorded seeds"] = ", ".join(f"{variant} {n}" for variant, n in seeds.items())
    return found


def _text(numbers: Iterable[float]) -> str:
    """Numbers with commas, without needless zeros."""
    return ", ".join(f"{number:g}" for number in numbers)
