"""Section 5.2 and Appendix E: the models, the attack, and what the recorded runs say.

The runs themselves take hours; these checks read the recorded results and repeat what is quick.
"""

from statistics import mean

from companion.evidence.result import CheckResult, Value, require

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


def parameter_counts() -> CheckResult:
    """All nine models have the printed number of parameters, and equal shapes at every stage."""
    from companion.experiments.models.building import build, count_parameters, input_shape, stages

    for (experiment, variant), printed in PARAMETERS.items():
        models = [build(experiment, name) for name in (variant, "maxpool")]
        found = count_parameters(models[0])
        require(found == printed, f"{experiment} {variant} has {found} parameters, not {printed}")
        shapes = [
            [
                stage.shape
                for stage in stages(model, input_shape(experiment))
                if stage.layer.startswith(("ReLU", "CELU"))
            ]
            for model in models
        ]
        require(shapes[0] == shapes[1], f"{experiment} {variant} has the shapes {shapes[0]}")
    ratio = PARAMETERS["resnet-cifar10", "conv-large"] / PARAMETERS["resnet-cifar10", "maxpool"]
    require(ratio > 2, "Conv-Large has more than twice Maxpool's parameters")
    values: dict[str, Value] = {
        f"{experiment} {variant}": printed for (experiment, variant), printed in PARAMETERS.items()
    }
    return CheckResult(
        "parameter-counts",
        "enumeration",
        "nine models, built and counted, shapes after every activation compared",
        values | {"Conv-Large / Maxpool": round(ratio, 2)},
    )


def shared_gradient() -> CheckResult:
    """One gradient for the whole grid gives foolbox's result for every image and epsilon."""
    import torch
    from foolbox.attacks.fast_gradient_method import L2FastGradientAttack, LinfFastGradientAttack
    from foolbox.models.pytorch import PyTorchModel

    from companion.experiments.attacks.sweeps import NORMS, fast_gradient_sweep
    from companion.experiments.models.building import build
    from companion.experiments.runs.experiments import MNIST_EPSILONS

    with torch.random.fork_rng():
        torch.manual_seed(0)
        model, x = build("lenet-mnist", "maxpool").eval(), torch.rand(20, 1, 28, 28)
    with torch.no_grad():
        y = model(x).argmax(1)
    compared = 0
    wrapped = PyTorchModel(model, bounds=(0, 1))
    for norm in NORMS:
        attack = LinfFastGradientAttack() if norm == "linf" else L2FastGradientAttack()
        _, _, success = attack(wrapped, x, y, epsilons=list(MNIST_EPSILONS))
        kept = fast_gradient_sweep(model, x, y, MNIST_EPSILONS, norm)
        require(torch.equal(kept, ~success), f"{norm}: foolbox finds other images")
        compared += kept.numel()
    return CheckResult(
        "shared-gradient", "enumeration", f"{compared} pairs of image and epsilon, both norms"
    )


def recorded_runs() -> CheckResult:
    """Every recorded result follows its schema, its own hash and the current configuration."""
    from companion.experiments.results.record import recorded
    from companion.experiments.runs.config import cells, configuration

    found = recorded()
    for result in found:
        cell, origin = result["configuration"], result["provenance"]
        now = configuration(cell["experiment"], cell["variant"], cell["seed"], origin["profile"])
        require(cell == now.as_json(), f"{cell['experiment']} has another configuration now")
        require(not origin["uncommitted"], f"{cell['experiment']} ran with uncommitted code")
    return CheckResult(
        "recorded-runs",
        "experiment",
        f"{len(found)} recorded results of {len(cells('cpu'))} cells, schema and hashes",
        {"recorded": len(found)},
    )


def rounding() -> CheckResult:
    """Under the L2 fast gradient every CIFAR-10 LeNet keeps more images because of rounding.

    For each recorded network: some images are left unmoved, and with the gradient in double
    precision at most half as large a share of the images is left right at the largest epsilon. The
    shares are of all attacked images: 10 000 in single precision, the first 1000 in double.

    Returns:
        The networks, and how many images the double precision leaves, at most, of what the single
        precision does.

    Raises:
        CheckFailedError: a network does not follow.
    """
    from companion.experiments.results.record import recorded, robust_accuracy

    ratios = []
    for result in recorded():
        cell = result["configuration"]
        if cell["experiment"] != "lenet-cifar10":
            continue
        name = f"{cell['variant']} seed {cell['seed']}"
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
    require(ratios != [], "no network is recorded")
    return CheckResult(
        "attack-rounding",
        "experiment",
        f"{len(ratios)} recorded CIFAR-10 LeNets",
        {"largest ratio": round(max(ratios), 3)},
    )


def resnet_rounding() -> CheckResult:
    """The recorded ResNets are sure of no attacked image, so no gradient of theirs is spoiled.

    Returns:
        How many networks, and how many of their images are right and could have been spoiled.

    Raises:
        CheckFailedError: a network is sure of an image, or leaves one unmoved.
    """
    from companion.experiments.results.record import recorded

    right = []
    for result in recorded():
        cell = result["configuration"]
        if cell["experiment"] != "resnet-cifar10" or "rounding" not in result:
            continue
        found = result["rounding"]
        require(
            found["sure"] == found["unmoved"] == 0,
            f"{cell['variant']} seed {cell['seed']}: {found['sure']} images sure, "
            f"{found['unmoved']} unmoved",
        )
        right.append(found["right"])
    require(right != [], "no network is recorded with its rounding")
    return CheckResult(
        "attack-rounding-resnet",
        "experiment",
        f"{len(right)} recorded ResNets",
        {"images": sum(right)},
    )


def statement(name: str, reading: str) -> CheckResult:
    """What the recorded seeds say about a statement of Section 5.2 or E.2.

    Args:
        name: of a statement in :data:`companion.experiments.statistics.statements.STATEMENTS`.
        reading: of the attack, for example ``FGM, L2``.

    Returns:
        The verdict (``supported``, ``undecided`` or ``not run``) with mean and interval.

    Raises:
        CheckFailedError: the seeds contradict the statement.
        ValueError: there is no such statement or reading.
    """
    return _tested(name, reading, refused="contradicted")


def refutation(name: str, reading: str) -> CheckResult:
    """What the recorded seeds say against a statement of Section 5.2 or E.2.

    Args:
        name: see :func:`statement`.
        reading: see :func:`statement`.

    Returns:
        The verdict (``contradicted``, ``undecided`` or ``not run``) with mean and interval.

    Raises:
        CheckFailedError: the seeds support the statement.
        ValueError: there is no such statement or reading.
    """
    return _tested(name, reading, refused="supported")


def _tested(name: str, reading: str, *, refused: str) -> CheckResult:
    from companion.experiments.results.record import recorded
    from companion.experiments.statistics.statements import READINGS, STATEMENTS, evaluate

    by_name = {one.name: one for one in STATEMENTS}
    if name not in by_name:
        raise ValueError(f"name must be one of {', '.join(by_name)}, got {name!r}")
    if reading not in READINGS:
        raise ValueError(f"reading must be one of {', '.join(READINGS)}, got {reading!r}")
    finding = evaluate(by_name[name], recorded(), READINGS[reading])
    values: dict[str, Value] = {"verdict": finding.verdict if finding else "not run"}
    seeds = len(finding.values) if finding else 0
    if finding:
        values["mean"] = round(mean(finding.values), 4)
        if finding.low is not None and finding.high is not None:
            values |= {"low": round(finding.low, 4), "high": round(finding.high, 4)}
    require(
        values["verdict"] != refused,
        f"{name} under {reading}: mean {values.get('mean')}, "
        f"interval {values.get('low')} to {values.get('high')}",
    )
    return CheckResult(name, "experiment", f"{seeds} paired seeds, {reading}", values)
