"""The repaired ResNets take the place of the paper's blind ones, and of no other."""

from statistics import mean
from typing import Any

import pytest

from companion.experiments.results.record import Result, recorded
from companion.experiments.statistics.inference import evaluate
from companion.experiments.statistics.quantities import mean_robust_accuracy, reading_of
from companion.experiments.statistics.repaired import (
    PAPERS,
    REPAIRED,
    instead_of_the_blind,
    leads_over_both,
    view_rows,
)
from companion.experiments.statistics.statements import STATEMENTS
from companion.experiments.statistics.summary import clean_text, points_text


def repaired_variants(runs: list[Result]) -> set[str]:
    """Variants of which a repaired network is recorded."""
    return {
        one["configuration"]["variant"]
        for one in runs
        if one["configuration"]["experiment"] == REPAIRED
    }


def test_only_the_blind_are_exchanged() -> None:
    runs: list[Any] = [
        {"configuration": {"experiment": experiment, "variant": variant, "seed": 0}, "from": name}
        for name, experiment, variant in (
            ("a", PAPERS, "maxpool"),
            ("b", PAPERS, "strided"),
            ("c", REPAIRED, "strided"),
            ("d", "lenet-cifar10", "strided"),
        )
    ]
    found: list[Any] = instead_of_the_blind(runs)
    assert [one["from"] for one in found] == ["a", "c", "d"]
    assert [one["configuration"]["experiment"] for one in found] == [
        PAPERS,
        PAPERS,
        "lenet-cifar10",
    ]
    assert runs[2]["configuration"]["experiment"] == REPAIRED  # not changed


def test_statements_are_asked_of_what_is_there() -> None:
    """Of Conv-Large as before; of a repaired model only once it is recorded."""
    runs = recorded()
    with_repaired = repaired_variants(runs)
    exchanged = instead_of_the_blind(runs)
    for one in STATEMENTS:
        if one.experiment == PAPERS:
            missing = {"conv-small", "strided"} & set(one.variants) - with_repaired
            assert (evaluate(one, exchanged, "FGM, L2") is None) == bool(missing)


def robust(experiment: str, variant: str) -> float:
    """Mean over the recorded seeds of the robust accuracy under one step in L2."""
    return mean(
        mean_robust_accuracy(one, reading_of("FGM, L2"))
        for one in recorded()
        if (one["configuration"]["experiment"], one["configuration"]["variant"])
        == (experiment, variant)
    )


def test_leads_are_over_the_blind_and_over_the_repaired() -> None:
    runs = recorded()
    found = leads_over_both(runs, "FGM, L2")
    assert found.keys() == repaired_variants(runs) != set()
    for variant, leads in found.items():
        for experiment, finding in zip((PAPERS, REPAIRED), leads, strict=True):
            expected = robust(PAPERS, "maxpool") - robust(experiment, variant)
            assert finding.estimate.value == pytest.approx(expected)


def test_rows_stand_beside_each_other() -> None:
    runs = recorded()
    clean, lead = view_rows(runs, ["FGM, L2"])
    assert clean["Strided"] == clean_text(runs, PAPERS, "strided")
    assert clean["Strided, repaired"] == clean_text(runs, REPAIRED, "strided")
    blind, repaired = leads_over_both(runs, "FGM, L2")["strided"]
    assert lead["Strided"] == points_text(blind)
    assert lead["Strided, repaired"] == points_text(repaired)
    assert (clean["quantity"], lead["quantity"]) == ("clean accuracy", "Maxpool's lead, FGM, L2")
    assert clean.keys() == lead.keys()
    papers = [one for one in runs if one["configuration"]["experiment"] != REPAIRED]
    assert view_rows(papers, ["FGM, L2"])[0] == {"quantity": "clean accuracy"}
