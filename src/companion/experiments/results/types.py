"""The JSON of recorded results, as types; the schemas beside it say which values are right."""

from typing import Any, Literal, NotRequired, TypedDict


class AttackJson(TypedDict):
    """See :class:`companion.experiments.runs.settings.Attack`."""

    epsilons: list[float]
    images: int
    pgd_epsilons: list[float]
    pgd_images: int
    pgd_steps: int


class Cell(TypedDict):
    """Which network."""

    experiment: str
    variant: str
    seed: int


class ConfigurationJson(Cell):
    """See :class:`companion.experiments.runs.config.Configuration`."""

    training: dict[str, Any]
    attack: AttackJson


class Clean(TypedDict):
    """How many unchanged test images are right, in float32."""

    correct: int
    images: int


class Robust(TypedDict):
    """How many images are right under one attack, for each of its sizes.

    ``batch`` says how many images were attacked at a time, where random starts depend on it.
    """

    attack: str
    norm: Literal["linf", "l2"]
    images: int
    epsilons: list[float]
    correct: list[int]
    batch: NotRequired[int]


class EpochJson(TypedDict):
    """See :class:`companion.experiments.runs.training.Epoch`."""

    epoch: int
    learning_rate: float
    train_loss: float
    train_accuracy: float
    test_accuracy: float
    seconds: float


class Seconds(TypedDict):
    """Wall time of a run."""

    training: float
    attack: float


class Stage(TypedDict):
    """Part of a run in one process: the first and last epoch trained, or none for the attack.

    ``model`` is not there in records of before it was.
    """

    epochs: list[int]
    commit: str | None
    uncommitted: bool
    versions: dict[str, str]
    device: str
    processor: str
    instructions: str
    model: NotRequired[str]
    threads: int


class Provenance(TypedDict):
    """Where the numbers of a run come from; ``life`` is not there in records of before it was."""

    profile: str
    commit: str | None
    uncommitted: bool
    data_md5: dict[str, str]
    versions: dict[str, str]
    device: str
    processor: str
    threads: int
    precision: Literal["float32", "bfloat16"]
    finished: str
    life: NotRequired[list[Stage]]


class Rounding(TypedDict):
    """Attacked images that are right; of these, sure ones and unmoved ones."""

    right: int
    sure: int
    unmoved: int


class Result(TypedDict):
    """What a cell came to; ``rounding`` only where stronger attacks are among the others."""

    format: int
    configuration: ConfigurationJson
    configuration_sha256: str
    parameters: int
    clean: Clean
    robust: list[Robust]
    curve: list[EpochJson]
    seconds: Seconds
    weights_sha256: str
    provenance: Provenance
    rounding: NotRequired[Rounding]


class StrongerSettings(TypedDict):
    """Of the stronger attacks; steps and losses where the ensemble is among them."""

    images: int
    steps: NotRequired[int]
    losses: NotRequired[list[str]]


class AutomaticSettings(TypedDict):
    """Of APGD: images, steps of each run, and what each run in turn makes large or small.

    ``after`` is the attack that it goes on from, ``pgd``; the ensemble where it is not there.
    """

    images: int
    steps: int
    losses: list[str]
    after: NotRequired[str]


class Automatic(TypedDict):
    """APGD on what weaker attacks leave of the network of a result; seconds of one core."""

    format: int
    cell: Cell
    weights_sha256: str
    settings: AutomaticSettings
    robust: list[Robust]
    seconds: float
    provenance: Provenance


class Stronger(TypedDict):
    """Stronger attacks on the network of a result."""

    format: int
    cell: Cell
    weights_sha256: str
    settings: StrongerSettings
    robust: list[Robust]
    rounding: Rounding
    seconds: float
    provenance: Provenance
