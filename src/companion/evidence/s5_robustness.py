"""Section 5.2 and Appendix E: the models, the attack, and what the recorded runs are.

The runs themselves take hours; these checks read the recorded results and repeat what is quick.
What the seeds say about the statements is in :mod:`companion.evidence.published_numbers`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import add
from random import Random
from typing import TYPE_CHECKING, Any

from companion.checking import Kind, Value, check, require, span
from companion.checking.domains import Draw, Drawn, Given, Listed, Titled, counted
from companion.errors import CheckFailedError, UncheckedError
from companion.evidence.published_numbers import Variants, titled_statements
from companion.experiments import titles
from companion.experiments.results.domain import RecordedRuns, Seeds
from companion.experiments.results.record import robust_accuracy
from companion.experiments.runs.config import GRID, MODELS, VARIANTS, configuration
from companion.experiments.runs.experiments import MNIST_EPSILONS
from companion.experiments.statistics.statements import LENET_LEADS
from companion.experiments.titles import titled

if TYPE_CHECKING:
    from torch import Tensor, nn

    from companion.experiments.attacks.sweeps import Norm

PARAMETERS = {
    ("lenet-mnist", "maxpool"): 259_106,
    ("lenet-mnist", "conv"): 305_282,
    ("lenet-cifar10", "maxpool"): 232_162,
    ("lenet-cifar10", "conv-small"): 253_890,
    ("lenet-cifar10", "strided"): 232_162,
    ("resnet-cifar10", "maxpool"): 4_666_265,
    ("resnet-cifar10", "conv-large"): 10_238_233,
    ("resnet-cifar10", "conv-small"): 5_273_881,
    ("resnet-cifar10", "strided"): 4_928_921,
}
"""As printed in Appendix E.1."""

BLIND = {
    (experiment, variant)
    for experiment in ("lenet-cifar10", "resnet-cifar10")
    for variant in ("conv-small", "strided")
} | {(grid, variant) for grid in GRID for variant in GRID[grid] if variant.startswith("strided-")}
"""The models that do not see the whole image. A new one shall not be among them."""


@dataclass(frozen=True)
class Experiments(Draw):
    """Simulated experiments of models with these numbers of seeds, and whether they are covered.

    The spread between seeds, the same for all models, is ``ratio`` times what the images add to a
    model's accuracy.
    """

    repetitions: int

    def __call__(self, random: Random, given: Given) -> float:
        """Share of the experiments whose interval covers the truth."""
        from companion.experiments.statistics.coverage import share_covered

        image_error = 0.01
        spreads = [given["ratio"] * image_error] * len(given["seeds"])
        return share_covered(given["seeds"], spreads, image_error, self.repetitions, random)

    def words(self, count: int) -> str:
        """``one round of 2000 simulated experiments``."""
        return f"{counted(count, 'round', 'rounds')} of {self.repetitions} simulated experiments"


@dataclass(frozen=True)
class PairedExperiments(Draw):
    """Simulated experiments image by image, and whether the paired interval covers the truth."""

    repetitions: int
    images: int

    def __call__(self, random: Random, given: Given) -> float:
        """Share of the experiments whose interval covers the truth."""
        from companion.experiments.statistics.coverage import share_covered_paired

        return share_covered_paired(
            given["seeds"], given["spread"], given["common"], self.images, self.repetitions, random
        )

    def words(self, count: int) -> str:
        """``one round of 500 simulated experiments with 400 images each``."""
        what = f"{counted(count, 'round', 'rounds')} of {self.repetitions} simulated experiments"
        return f"{what} with {self.images} images each"


@dataclass(frozen=True)
class Untrained(Draw):
    """An untrained network, and images with pixels uniform in [0, 1)."""

    experiment: str
    variant: str
    images: int

    def __call__(self, random: Random, given: Given) -> "tuple[nn.Sequential, Tensor]":  # noqa: ARG002
        """The network, and images of shape [N, C, H, W]."""
        import torch

        from companion.experiments.models.building import build, input_shape

        with torch.random.fork_rng():
            torch.manual_seed(random.getrandbits(32))
            model = build(self.experiment, self.variant).eval()
            return model, torch.rand(self.images, *input_shape(self.experiment))

    def words(self, count: int) -> str:
        """``one untrained network (MNIST LeNet Maxpool) with 20 images ...``."""
        what = counted(count, "untrained network", "untrained networks")
        network = f"{titles.EXPERIMENTS[self.experiment]} {titles.MODELS[self.variant]}"
        return f"{what} ({network}) with {self.images} images of pixels uniform in [0, 1)"


_NORM = Titled(titles.NORMS, called="attack in")


def _seeds(*counts: tuple[int, ...]) -> Titled:
    """How many seeds each model has, as ``(2, 1, 2, 1)``."""
    named = {one: f"({', '.join(map(str, one))})" for one in counts}
    return Titled(named, called="seeds of each model:")


@check(
    "appendix_e",
    Kind.EVERY_CASE,
    experiment=Titled(titled(titles.EXPERIMENTS, ["lenet-mnist"])),
    variant=Titled(titled(titles.MODELS, VARIANTS["lenet-mnist"])),
)
@check(
    "appendix_e",
    Kind.EVERY_CASE,
    experiment=Titled(titled(titles.EXPERIMENTS, ["lenet-cifar10"])),
    variant=Titled(titled(titles.MODELS, VARIANTS["lenet-cifar10"])),
)
@check(
    "appendix_e",
    Kind.EVERY_CASE,
    experiment=Titled(titled(titles.EXPERIMENTS, ["resnet-cifar10"])),
    variant=Titled(titled(titles.MODELS, VARIANTS["resnet-cifar10"])),
)
def parameter_counts(experiment: str, variant: str) -> Mapping[str, Value]:
    """A model has the printed number of parameters, and Maxpool's shape after every activation."""
    from companion.experiments.models.building import build, count_parameters, input_shape, stages

    models = [build(experiment, name) for name in (variant, "maxpool")]
    found, printed = count_parameters(models[0]), PARAMETERS[experiment, variant]
    require(found == printed, f"there are {found} parameters, not {printed}")
    shapes = [
        [
            stage.shape
            for stage in stages(model, input_shape(experiment))
            if stage.layer.startswith(("ReLU", "CELU"))
        ]
        for model in models
    ]
    require(shapes[0] == shapes[1] != [], f"the shapes are {shapes[0]}")
    return {_title(experiment, variant): found}


@check(
    "receptive-fields",
    Kind.EVERY_CASE,
    experiment=Titled(titled(titles.EXPERIMENTS, MODELS)),
    variant=Variants(),
)
def receptive_fields(experiment: str, variant: str) -> Mapping[str, Value]:
    """Which networks are blind to a part of every image: these and no other; how much they see.

    The paper's Conv-Small and Strided on CIFAR-10, and the strided LeNets of the second source's
    grid; the two ResNets that we repaired see all.

    A pixel counts as seen if a path of the network leads from it to a logit. For every weight and
    every image the gradient at the others is zero.
    """
    from companion.experiments.models.building import build, input_shape
    from companion.experiments.models.fields import seen

    field = seen(build(experiment, variant), input_shape(experiment))
    blind = (experiment, variant) in BLIND
    require(bool(field.all()) != blind, f"{int(field.sum())} of {field.numel()} pixels are seen")
    rows, columns = field.any(1), field.any(0)
    require(
        field.equal(rows[:, None] & columns) and bool(rows.sum() == columns.sum()),
        "what is seen is no square",
    )
    if not blind or experiment in GRID:
        return {}
    return {_title(experiment, variant): f"{int(field.sum())} of {field.numel()} pixels"}


@check("appendix_e", Kind.EVERY_CASE)
def twice_the_parameters() -> Mapping[str, Value]:
    """Conv-Large has more than twice the printed parameters of Maxpool."""
    large, small = (PARAMETERS["resnet-cifar10", one] for one in ("conv-large", "maxpool"))
    require(large > 2 * small, f"{large} is not more than twice {small}")
    return {"Conv-Large / Maxpool": round(large / small, 2)}


@check(
    "shared-gradient",
    Kind.RANDOM,
    norm=_NORM,
    drawn=Drawn(Untrained("lenet-mnist", "maxpool", 20), 1, seed=0),
    collect=add,
)
def shared_gradient(norm: "Norm", drawn: "tuple[nn.Sequential, Tensor]") -> Mapping[str, Value]:
    """One gradient for the whole grid gives foolbox's result for every image and epsilon."""
    import torch
    from foolbox.attacks.fast_gradient_method import L2FastGradientAttack, LinfFastGradientAttack
    from foolbox.models.pytorch import PyTorchModel

    from companion.experiments.attacks.sweeps import fast_gradient_sweep

    model, x = drawn
    with torch.no_grad():
        y = model(x).argmax(1)
    attack = LinfFastGradientAttack() if norm == "linf" else L2FastGradientAttack()
    wrapped = PyTorchModel(model, bounds=(0, 1))
    _, _, success = attack(wrapped, x, y, epsilons=list(MNIST_EPSILONS))
    kept = fast_gradient_sweep(model, x, y, MNIST_EPSILONS, norm)
    require(torch.equal(kept, ~success), "foolbox finds other images")
    return {"pairs of image and epsilon": kept.numel(), "misled": int((~kept).sum())}


@check(
    "interval-coverage",
    Kind.RANDOM,
    seeds=_seeds((3, 3), (2, 1, 2, 1), (3, 3, 3, 3)),
    ratio=Listed((0.3, 1.0, 3.0), called="spread of seeds over that of images:"),
    share=Drawn(Experiments(2000), 1, seed=0),
    collect={"least share": min, "greatest share": max},
)
def interval_coverage(seeds: tuple[int, ...], ratio: float, share: float) -> Mapping[str, Value]:
    """Intervals named 95 % cover the truth so often, where all models have the same spread.

    Not less than three standard errors of the simulation below 95 %: at least 93.5 %.
    """
    require(share >= 0.935, f"{seeds} seeds, ratio {ratio:g}: only {share:.1%} are covered")
    return {"least share": share, "greatest share": share}


@check(
    "interval-coverage",
    Kind.RANDOM,
    seeds=_seeds((3, 3), (2, 1, 2, 1)),
    spread=Listed((0.0, 0.05, 0.3), called="spread of seeds:"),
    common=Listed((0.0, 2.0), called="spread of images:"),
    share=Drawn(PairedExperiments(800, 300), 1, seed=0),
    collect={"least share": min, "greatest share": max},
)
def paired_coverage(
    seeds: tuple[int, ...], spread: float, common: float, share: float
) -> Mapping[str, Value]:
    """So do intervals with the paired variance of images, however alike models find the images.

    Not less than three standard errors of the simulation below 95 %: at least 92.7 %.
    """
    require(
        share >= 0.927, f"{seeds} seeds, spread {spread:g}, {common:g}: only {share:.1%} covered"
    )
    return {"least share": share, "greatest share": share}


@check("recorded-runs", Kind.MEASUREMENT, runs=RecordedRuns(), collect={"seeds": span})
def recorded_runs(runs: Seeds) -> Mapping[str, Value]:
    """Every recorded result follows its schema, its own hash and the current configuration."""
    for result in runs:
        cell, origin = result["configuration"], result["provenance"]
        now = configuration(cell["experiment"], cell["variant"], cell["seed"], origin["profile"])
        require(cell == now.as_json(), f"{_name(result)} has another configuration now")
        require(not origin["uncommitted"], f"{_name(result)} ran with uncommitted code")
    return {"seeds": len(runs)}


@check(
    "attack-rounding",
    Kind.MEASUREMENT,
    runs=RecordedRuns("lenet-cifar10"),
    collect={"seeds": span, "largest ratio": max},
)
def rounding(runs: Seeds) -> Mapping[str, Value]:
    """Under the L2 fast gradient every CIFAR-10 LeNet keeps more images because of rounding.

    For each recorded network: some images are left unmoved, and with the gradient in double
    precision at most half as large a share of the images is left right at the largest epsilon. The
    shares are of all attacked images: 10 000 in single precision, the first 1000 in double.
    """
    ratios = []
    for result in runs:
        name = _name(result)
        require("rounding" in result, f"{name}: no stronger attack is recorded")
        require(result["rounding"]["unmoved"] > 0, f"{name}: every image is moved")
        single, double = (
            robust_accuracy(result, attack, "l2")
            for attack in ("fast-gradient", "fast-gradient-float64")
        )
        largest = max(double)
        ratios.append(double[largest] / single[largest])
        require(
            ratios[-1] <= 0.5,
            f"{name}: double precision leaves {double[largest]:.4f} of the images right, "
            f"single {single[largest]:.4f}",
        )
    return {"seeds": len(runs), "largest ratio": round(max(ratios), 3)}


@check(
    "attack-rounding-resnet",
    Kind.MEASUREMENT,
    runs=RecordedRuns(
        "resnet-cifar10", having="rounding", called="recorded runs in which rounding was counted:"
    ),
    collect={"seeds": span, "images": add},
)
def resnet_rounding(runs: Seeds) -> Mapping[str, Value]:
    """The recorded ResNets are sure of no attacked image, so no gradient of theirs is spoiled.

    The images counted are those that are right and could have been spoiled.
    """
    for result in runs:
        found = result["rounding"]
        require(
            found["sure"] == found["unmoved"] == 0,
            f"{_name(result)}: {found['sure']} images sure, {found['unmoved']} unmoved",
        )
    return {"seeds": len(runs), "images": sum(result["rounding"]["right"] for result in runs)}


@check(
    "stronger_attacks",
    Kind.MEASUREMENT,
    name=Titled(titled_statements(LENET_LEADS), "every lead of a LeNet"),
    norm=_NORM,
)
def lead_after_apgd(name: str, norm: str) -> Mapping[str, Value]:
    """A LeNet's lead is there after APGD, too: the mean over its sizes, on the same images.

    Raises:
        CheckFailedError: the networks contradict it.
        UncheckedError: there are none, or they do not decide.
    """
    from companion.experiments.results.record import recorded
    from companion.experiments.statistics.strength import leads
    from companion.experiments.statistics.summary import finding_text, finding_values

    found = {(one.statement.name, one.norm): one for one in leads(recorded())}
    lead = next((one for key, one in found.items() if key == (name, norm)), None)
    if lead is None:
        raise UncheckedError(
            "not run: python -m companion.experiments.attacks.automatic attacks the recorded LeNets"
        )
    finding = lead.findings["APGD"]
    if finding.verdict == "contradicted":
        raise CheckFailedError(f"{name} after APGD in {norm}: {finding_text(finding)}")
    if finding.verdict == "undecided":
        raise UncheckedError(f"{finding_text(finding)}; more seeds or images would decide it")
    return finding_values(finding)


def _title(experiment: str, variant: str) -> str:
    return f"{titles.EXPERIMENTS[experiment]} {titles.MODELS[variant]}"


def _name(result: Mapping[str, Any]) -> str:
    cell = result["configuration"]
    return f"{cell['experiment']} {cell['variant']} seed {cell['seed']}"
