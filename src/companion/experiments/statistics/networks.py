"""Particular networks under attacks of growing strength, on the same images at the same sizes.

What is said holds for these networks: of another seed a network alone tells nothing, so the
intervals have the sampling of images in them and no part for the seeds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from companion.experiments.attacks.sweeps import Norm
from companion.experiments.results.record import Result
from companion.experiments.statistics.inference import LEVEL
from companion.experiments.statistics.quantities import attacked
from companion.experiments.statistics.repaired import REPAIRED
from companion.experiments.statistics.strength import STRONGEST, right_beside_strongest
from companion.experiments.statistics.summary import points
from companion.experiments.titles import MODELS

ATTACKS = {"fast gradient": "fast-gradient", "PGD": "pgd", "APGD": STRONGEST}
"""The attacks that all of them were subject to, by the names of tables, the weakest first."""
MAXPOOL = "maxpool"


@dataclass(frozen=True)
class Lead:
    """What networks withstand more than another one, at one size.

    Attributes:
        value: their mean's difference of the shares of images that are right.
        half: half width of its 95 % interval, paired by image.
    """

    value: float
    half: float

    @property
    def sign(self) -> int:
        """1 or −1 where the interval is on one side of 0; else 0."""
        return int(np.sign(self.value)) if abs(self.value) > self.half else 0


@dataclass(frozen=True, eq=False)
class Network:
    """One network in one norm.

    Attributes:
        experiment: of the network.
        variant: of its model.
        seed: of its training.
        norm: ``"linf"`` or ``"l2"``.
        epsilon: the size, in pixel units.
        right: by the names of :data:`ATTACKS`: bool, shape [images].
    """

    experiment: str
    variant: str
    seed: int
    norm: Norm
    epsilon: float
    right: Mapping[str, NDArray[np.bool_]]

    def share(self, attack: str) -> float:
        """Share of the images that are right under one of the attacks."""
        return float(self.right[attack].mean())


def attacked_by_all(results: Sequence[Result], experiments: Sequence[str]) -> list[Network]:
    """Find the networks that the strongest attack was run on.

    Args:
        results: recorded ones, with their stronger attacks.
        experiments: whose networks are wanted.

    Returns:
        For each network, norm and size of the strongest attack one; in the order of ``experiments``
        and of ``results``.

    Raises:
        DataError: of such a network not every attack's images are stored.
    """
    return [
        network
        for experiment in experiments
        for one in results
        if one["configuration"]["experiment"] == experiment
        for norm in get_args(Norm)
        if attacked(one, (STRONGEST, norm))
        for network in _networks(one, norm)
    ]


def lead(those: Sequence[Network], other: Network, attack: str) -> Lead:
    """Compare the mean of networks with one other, image by image.

    Args:
        those: whose lead it is, one or more.
        other: in the same norm, at the same size, on as many images.
        attack: one of :data:`ATTACKS`.

    Returns:
        The lead, with the interval of a mean of paired differences.

    Raises:
        ValueError: there is none, or norm, size or number of images differ.
    """
    scope = _scope(other, attack)
    if not those or any(_scope(one, attack) != scope for one in those):
        raise ValueError(
            f"those must be networks attacked in norm, at size and on images {scope}, "
            f"got {[_scope(one, attack) for one in those]}"
        )
    each = np.mean([one.right[attack] for one in those], axis=0) - other.right[attack]
    quantile = float(ndtri((1 + LEVEL) / 2))
    return Lead(float(each.mean()), quantile * sqrt(float(each.var(ddof=1)) / len(each)))


def leads(networks: Sequence[Network], attack: str) -> list[tuple[Network, Lead]]:
    """Find Maxpool's lead over every other network.

    Args:
        networks: of :func:`attacked_by_all`.
        attack: one of :data:`ATTACKS`.

    Returns:
        Each other network with the lead of all Maxpool networks' mean over it; none where there is
        no Maxpool network.
    """
    found = []
    for one in networks:
        those = [
            other
            for other in networks
            if (other.variant, other.norm, other.epsilon) == (MAXPOOL, one.norm, one.epsilon)
        ]
        if one.variant != MAXPOOL and those:
            found.append((one, lead(those, one, attack)))
    return found


def network_rows(networks: Sequence[Network], norms: Mapping[Norm, str]) -> list[dict[str, str]]:
    """Set what networks withstand under each attack side by side, with Maxpool's lead.

    Args:
        networks: of :func:`attacked_by_all`.
        norms: their names.

    Returns:
        A row for each, accuracies in per cent, leads in percentage points with their intervals.
    """
    compared = {name: dict(leads(networks, name)) for name in ATTACKS}
    found = []
    for one in networks:
        row = {"network": title(one), "attack": f"{norms[one.norm]}, ε\u00a0=\u00a0{one.epsilon:g}"}
        row |= {name: f"{100 * one.share(name):.1f}" for name in ATTACKS}
        for name, ahead in compared.items():
            if one in ahead:
                low, high = ahead[one].value - ahead[one].half, ahead[one].value + ahead[one].half
                text = f"{points(ahead[one].value)} ({points(low)} to {points(high)})"
                row[f"Maxpool's lead, {name}"] = text
            else:
                row[f"Maxpool's lead, {name}"] = ""
        found.append(row)
    return found


def tally(networks: Sequence[Network], attack: str) -> str:
    """Count where Maxpool is ahead.

    Args:
        networks: of :func:`attacked_by_all`.
        attack: one of :data:`ATTACKS`.

    Returns:
        For example ``ahead in 1, behind in 3, undecided in 2``; ``not compared`` where there is no
        Maxpool network or no other.
    """
    signs = [ahead.sign for _, ahead in leads(networks, attack)]
    words = [
        f"{word} in {signs.count(sign)}"
        for word, sign in (("ahead", 1), ("behind", -1), ("undecided", 0))
        if sign in signs
    ]
    return ", ".join(words) or "not compared"


def title(network: Network) -> str:
    """Name a network.

    Args:
        network: any.

    Returns:
        For example ``Strided, repaired, seed 1``.
    """
    repaired = ", repaired" if network.experiment == REPAIRED else ""
    return f"{MODELS[network.variant]}{repaired}, seed {network.seed}"


def _scope(network: Network, attack: str) -> tuple[Norm, float, int]:
    return network.norm, network.epsilon, len(network.right[attack])


def _networks(result: Result, norm: Norm) -> list[Network]:
    """A network at each size of the strongest attack."""
    cell = result["configuration"]
    about = cell["experiment"], cell["variant"], cell["seed"], norm
    rows = {name: right_beside_strongest(result, one, norm) for name, one in ATTACKS.items()}
    epsilons = next(
        one["epsilons"]
        for one in result["robust"]
        if (one["attack"], one["norm"]) == (STRONGEST, norm)
    )
    return [
        Network(*about, epsilon, {name: row[place] for name, row in rows.items()})
        for place, epsilon in enumerate(epsilons)
    ]
