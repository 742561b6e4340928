"""The repaired ResNets take the place of the paper's blind ones, and of no other."""

from typing import Any

from companion.experiments.results.record import recorded
from companion.experiments.statistics.inference import evaluate
from companion.experiments.statistics.repaired import PAPERS, REPAIRED, instead_of_the_blind
from companion.experiments.statistics.statements import STATEMENTS


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
    with_repaired = {
        one["configuration"]["variant"]
        for one in runs
        if one["configuration"]["experiment"] == REPAIRED
    }
    exchanged = instead_of_the_blind(runs)
    for one in STATEMENTS:
        if one.experiment == PAPERS:
            missing = {"conv-small", "strided"} & set(one.variants) - with_repaired
            assert (evaluate(one, exchanged, "FGM, L2") is None) == bool(missing)
