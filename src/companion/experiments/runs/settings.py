"""How experiments are described: training, attack, the plan of a profile, and the experiment.

Standard library only, as for everything that a configuration needs: a workflow lists cells and
compares hashes without loading torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from companion.experiments.models.design import Design

Precision = Literal["float32", "bfloat16", "mixed"]
Used = Literal["float32", "bfloat16"]  # what a precision comes to on a machine
Standing = Literal["given", "ambiguous", "Page", "ours"]
Part = Literal["paper", "second source", "ours", "trial"]
Profile = Literal["quick", "cpu", "paper"]
Knots = tuple[tuple[float, float], ...]

PROFILES: tuple[Profile, ...] = ("quick", "cpu", "paper")


@dataclass(frozen=True)
class Training:
    """How a model is trained.

    Attributes:
        epochs: passes over the training images.
        batch_size: images per step.
        drop_last: whether an incomplete last batch is left out.
        train_images: how many training images are used, from the first one on.
        test_images: how many test images the clean accuracy is taken over, after each epoch and at
            the end, from the first one on.
        learning_rate: knots (epoch, rate); see ``schedule``. Rates belong to the *mean* loss of a
            batch; Page's code divides his by the batch size because it sums the loss.
        schedule: ``linear`` between the knots at every step, or ``step``: the last knot's rate.
        momentum: of stochastic gradient descent.
        nesterov: whether the momentum is Nesterov's.
        weight_decay: coupled (added to the gradient), for the mean loss.
        label_smoothing: weight of the uniform distribution in the target.
        average_decay: of the exponential moving average of the weights per step; 0 for none.
        crop_padding: pixels of reflected border for random crops; 0 for none.
        flip: whether half of the images are mirrored, at random.
        precision: of the convolutions in training; ``mixed`` is bfloat16 where the processor
            multiplies it in hardware, float32 elsewhere. The attack always runs in float32.
    """

    epochs: int
    batch_size: int
    drop_last: bool
    train_images: int
    test_images: int
    learning_rate: Knots
    schedule: Literal["linear", "step"]
    momentum: float
    nesterov: bool
    weight_decay: float
    label_smoothing: float
    average_decay: float
    crop_padding: int
    flip: bool
    precision: Precision


@dataclass(frozen=True)
class Attack:
    """How a trained model is attacked.

    Attributes:
        epsilons: sizes of the fast gradient attack, in pixel units, for either norm.
        images: how many test images are attacked, from the first one on.
        pgd_epsilons: sizes of projected gradient descent (not in the paper).
        pgd_images: how many test images it attacks.
        pgd_steps: its steps, of 2.5 epsilon / steps each, from a random start.
    """

    epsilons: tuple[float, ...]
    images: int
    pgd_epsilons: tuple[float, ...]
    pgd_images: int
    pgd_steps: int


@dataclass(frozen=True)
class Needs:
    """What a cluster sets aside for one cell; no number of a result depends on it.

    Attributes:
        memory: in MB, on the processor's side.
        minutes: after which the cluster ends the job (the next one goes on from its last epoch).
        gpus: how many.
    """

    memory: int
    minutes: int
    gpus: int = 0


@dataclass(frozen=True)
class Plan:
    """What a profile makes of an experiment.

    Attributes:
        training: see :class:`Training`.
        attack: see :class:`Attack`.
        seeds: how many runs of each variant, with the seeds from 0; with 0 the profile runs a cell
            only where it is asked for by name.
        needs: see :class:`Needs`.
    """

    training: Training
    attack: Attack
    seeds: int
    needs: Needs


@dataclass(frozen=True)
class Experiment:
    """Models that are trained and attacked alike, to be compared.

    Attributes:
        name: identifier, in configurations, folders and results.
        part: whose experiment it is; ``ours`` stands beside the paper's, a ``trial`` is a
            reader's own and in no chapter.
        dataset: name of a set of :data:`companion.experiments.data.sets.DATASETS`.
        variants: design of each model by its name.
        plans: by profile; ``paper`` is as given.
        sources: standing and source of each constant of the training as given.

    Raises:
        ValueError: a profile has no plan, or a constant of the training has no source.
    """

    name: str
    part: Part
    dataset: str
    variants: Mapping[str, Design]
    plans: Mapping[Profile, Plan]
    sources: Mapping[str, tuple[Standing, str]]

    def __post_init__(self) -> None:
        """Refuse to be made with a plan missing or a constant whose source is not cited."""
        if set(self.plans) != set(PROFILES):
            wanted, found = ", ".join(PROFILES), ", ".join(self.plans)
            raise ValueError(f"plans of {self.name} must be for {wanted}, got {found}")
        names = {field.name for field in fields(Training)}
        if set(self.sources) != names:
            off = ", ".join(sorted(names ^ set(self.sources)))
            raise ValueError(
                f"sources of {self.name} must cite each constant of Training and no other, "
                f"got missing or unknown ones: {off}"
            )

    def plan(self, profile: str) -> Plan:
        """Return what a profile makes of the experiment.

        Args:
            profile: ``quick``, ``cpu`` or ``paper``.

        Returns:
            The plan.

        Raises:
            ValueError: there is no such profile; lists those that there are.
        """
        for known, plan in self.plans.items():
            if known == profile:
                return plan
        raise ValueError(f"profile must be one of {', '.join(PROFILES)}, got {profile!r}")

    def design(self, variant: str) -> Design:
        """Return the design of a model.

        Args:
            variant: its name.

        Returns:
            The design.

        Raises:
            ValueError: there is no such variant; lists those that there are.
        """
        if variant not in self.variants:
            allowed = ", ".join(self.variants)
            raise ValueError(f"variant of {self.name} must be one of {allowed}, got {variant!r}")
        return self.variants[variant]
