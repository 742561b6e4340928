"""Leads by the strength of the attack: by hand, on the same networks, images and sizes."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from companion.experiments.attacks.sweeps import Norm
from companion.experiments.pictures.strength import strength_figure
from companion.experiments.results import outcomes
from companion.experiments.statistics import strength
from companion.experiments.statistics.inference import holm
from companion.experiments.statistics.statements import LENET_LEADS
from companion.experiments.statistics.strength import ATTACKS, leads, scope_text, strength_rows
from maxpooling.errors import DataError

IMAGES, SIZES = 60, [0.0, 0.1, 0.2, 0.4]
CHOSEN = [0.1, 0.4]
KEPT = {"maxpool": 0.9, "conv": 0.6}
Right = dict[tuple[str, str], Any]


def network(variant: str, seed: int, *, strongest: bool = True) -> dict[str, Any]:
    """A LeNet of MNIST attacked at four sizes by all, at two of them by the strongest."""
    draws = np.random.default_rng([seed, len(variant)])
    right: Right = {}
    robust = []
    for (place, attack), norm in product(enumerate(ATTACKS.values()), ("linf", "l2")):
        if attack == "apgd" and not strongest:
            continue
        sizes = CHOSEN if attack == "apgd" else SIZES
        more = 2 * IMAGES if attack == "fast-gradient" else IMAGES
        share = KEPT[variant] - 0.05 * place
        right[attack, norm] = draws.random((len(sizes), more)) < share
        counts = right[attack, norm].sum(1).tolist()
        robust.append(
            {"attack": attack, "norm": norm, "images": more, "epsilons": sizes, "correct": counts}
        )
    cell = {"experiment": "lenet-mnist", "variant": variant, "seed": seed}
    return {"configuration": cell, "robust": robust, "right": right}


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    def stored(result: Any) -> outcomes.Outcomes:
        record = {
            "attacks": {
                f"{one['attack']} {one['norm']}": {"epsilons": one["epsilons"]}
                for one in result["robust"]
            }
        }
        return outcomes.Outcomes(result["right"], np.zeros(0, np.float32), record)

    monkeypatch.setattr(outcomes, "of", stored)
    return [network(variant, seed) for variant in KEPT for seed in range(3)]


def test_what_is_asked_is_who_is_more_robust() -> None:
    assert [one.name for one in LENET_LEADS] == [
        "mnist-more-robust",
        "cifar-more-robust-than-small",
        "cifar-more-robust-than-strided",
    ]


def test_a_lead_is_that_of_the_same_images_and_sizes(networks: list[Any]) -> None:
    found = leads(networks)
    assert [(one.statement.name, one.norm) for one in found] == [
        ("mnist-more-robust", "linf"),
        ("mnist-more-robust", "l2"),
    ]
    for one in found:
        assert (one.epsilons, one.images) == ((0.1, 0.4), IMAGES)
        assert list(one.findings) == list(ATTACKS)
        for name, attack in ATTACKS.items():
            rows = [0, 1] if attack == "apgd" else [1, 3]
            shares = {
                variant: np.mean(
                    [
                        run["right"][attack, one.norm][rows, :IMAGES].mean()
                        for run in networks
                        if run["configuration"]["variant"] == variant
                    ]
                )
                for variant in KEPT
            }
            finding = one.findings[name]
            assert finding.estimate.value == pytest.approx(shares["maxpool"] - shares["conv"])
            assert finding.seeds == (3, 3)
            assert finding.verdict == "supported"


def test_all_questions_are_one_family(networks: list[Any]) -> None:
    found = [finding for one in leads(networks) for finding in one.findings.values()]
    unanswered = [1.0] * (2 * len(LENET_LEADS) * len(ATTACKS) - len(found))
    adjusted = holm([*(one.p for one in found), *unanswered])
    assert [one.adjusted for one in found] == adjusted[: len(found)]
    assert all(one.adjusted > one.p for one in found)


def test_networks_without_the_strongest_attack_do_not_count(networks: list[Any]) -> None:
    more = [*networks, network("conv", 7, strongest=False)]
    assert leads(more)[0].findings["PGD"] == leads(networks)[0].findings["PGD"]
    assert leads([one for one in networks if one["configuration"]["variant"] == "conv"]) == []
    assert leads([]) == []


def test_one_seed_of_each_decides_nothing(networks: list[Any]) -> None:
    found = leads([one for one in networks if one["configuration"]["seed"] == 0])
    assert {one.verdict for lead in found for one in lead.findings.values()} == {"undecided"}


def test_images_that_are_not_stored_and_sizes_that_differ_are_refused(networks: list[Any]) -> None:
    networks[0]["right"].pop(("pgd", "l2"))
    with pytest.raises(DataError, match="expected the images of pgd l2, found none"):
        leads(networks)
    networks[0] = network("maxpool", 0)
    networks[0]["robust"][-1]["epsilons"] = [0.1, 0.2]
    with pytest.raises(DataError, match="apgd l2 on lenet-mnist: expected one list of sizes"):
        leads(networks)


def test_rows_have_a_column_for_each_attack(networks: list[Any]) -> None:
    rows = strength_rows(leads(networks), {"linf": "L∞", "l2": "L2"})
    assert [row["statement"].rpartition(", ")[2] for row in rows] == ["L∞.", "L2."]
    for row in rows:
        assert row["ε"] == "0.1, 0.4"
        assert list(row)[2:] == list(ATTACKS)
        assert row["APGD"].startswith("supported, +")


def test_figure_shows_each_difference_with_its_interval(networks: list[Any]) -> None:
    found = leads(networks)
    figure = strength_figure(
        found, {"l2": "two", "linf": "inf"}, {"lenet-mnist": "MNIST"}, {"conv": "#b3261e"},
        ground="#ffffff",
    )  # fmt: skip
    for axes, lead in zip(figure.axes, reversed(found), strict=True):
        marks = [line for line in axes.lines if line.get_marker() == "o"]
        values = [100 * one.estimate.value for one in lead.findings.values()]
        assert [float(np.asarray(line.get_ydata())[0]) for line in marks] == pytest.approx(values)
        intervals = [one.estimate.interval for one in lead.findings.values()]
        ends = [
            tuple(np.asarray(line.get_ydata()) / 100)
            for line in axes.lines
            if len(np.asarray(line.get_xdata())) == 2 and line.get_color() == "#b3261e"
        ]
        assert np.allclose(ends, [one for one in intervals if one])
    assert [text.get_text() for text in figure.legends[0].texts] == ["MNIST, over Conv"]


def test_scope_is_said_from_the_record(networks: list[Any]) -> None:
    names: dict[Norm, str] = {"linf": "L∞", "l2": "L2"}
    families = {"lenet-cifar10": "C", "lenet-mnist": "M"}
    said = "M: ε = 0.1, 0.4 in L∞; ε = 0.1, 0.4 in L2, the first 60 test images, "
    assert scope_text(leads(networks), families, names) == said + "3 seeds of each model"
    assert scope_text(leads(networks[:5]), families, names) == said + "2 to 3 seeds of each model"
    assert scope_text([], families, names) == "none"


def test_figure_without_leads_says_so() -> None:
    figure = strength_figure([], {"l2": "two"}, {}, {}, ground="#ffffff")
    assert [text.get_text() for text in figure.axes[0].texts] == ["not run"]
    assert not figure.legends


def test_only_the_strongest_has_sizes_of_its_own() -> None:
    assert list(ATTACKS.values())[-1] == strength.STRONGEST
