"""Idle, dead and useful sizes, the size that halves, and what is left of a lead: by hand."""

import pytest

from companion.experiments.results.record import recorded
from companion.experiments.statistics.measures import (
    halving,
    lead_rows,
    measures,
    size_rows,
    sizes,
)
from companion.experiments.statistics.summary import Curve


def curve(*means: float, variant: str = "maxpool") -> Curve:
    epsilons = tuple(float(k) for k in range(len(means)))
    return Curve(variant, 1, epsilons, means, (0.0,) * len(means), 1)


def test_sizes() -> None:
    found = sizes([curve(0.8, 0.8, 0.6, 0.3, 0.1), curve(0.6, 0.595, 0.59, 0.2, 0.09)])
    assert (found.idle, found.dead, found.between, found.count) == ((1,), (4,), (2, 3, 4), 4)


def test_one_model_that_falls_makes_a_size_useful() -> None:
    assert sizes([curve(0.8, 0.8), curve(0.8, 0.7)]).idle == ()
    assert sizes([curve(0.8, 0.1), curve(0.8, 0.2)]).dead == ()


def test_sizes_need_size_zero() -> None:
    with pytest.raises(ValueError, match="curves must begin at size 0"):
        sizes([])


def test_halving() -> None:
    assert halving(curve(0.8, 0.6, 0.2)) == pytest.approx(1.5)
    assert halving(curve(0.8, 0.4)) == pytest.approx(1.0)
    assert halving(curve(0.8, 0.7)) is None


def test_measures() -> None:
    found = measures(curve(0.8, 0.6, 0.2), [2.0])
    assert found == pytest.approx({"mean": 0.4, "between": 0.2, "relative": 0.25, "halving": 1.5})
    assert measures(curve(0.8, 0.6), [])["relative"] is None


def test_rows_of_the_record() -> None:
    titles = {"resnet-cifar10": "ResNet"}
    rows = size_rows(recorded(), titles)
    assert {row["attack"] for row in rows} == {"FGM, L2", "FGSM, L∞", "PGD, L2", "PGD, L∞"}
    assert all(int(row["idle"]) + int(row["dead"]) <= int(row["sizes"]) for row in rows)
    leads = lead_rows(recorded(), titles, ["FGSM, L∞"])
    assert [row["over"] for row in leads] == [
        "ResNet, Conv-Large",
        "ResNet, Conv-Small",
        "ResNet, Strided",
    ]
