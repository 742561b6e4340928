"""Rows of tables by hand: models at a glance, verdicts, precision, rounding."""

from typing import Any

import pytest

from companion.experiments.pictures.tables import (
    masking_rows,
    overview_rows,
    precision_rows,
    verdict_rows,
)
from companion.experiments.statistics.precision import PrecisionComparison
from companion.experiments.statistics.quantities import READINGS
from companion.experiments.statistics.statements import STATEMENTS

L2 = ["FGM, L2", "ensemble, L2"]


def attacked(variant: str, seed: int, left: list[int], unmoved: int | None) -> Any:
    """A MNIST result of 100 images, what each L2 attack leaves, and how many are unmoved."""
    names = zip(L2, left, strict=True)
    result = {
        "configuration": {"experiment": "lenet-mnist", "variant": variant, "seed": seed},
        "parameters": 7,
        "clean": {"correct": 90, "images": 100},
        "robust": [
            {"attack": READINGS[name][0], "norm": "l2"}
            | {"images": 100, "epsilons": [0.0, 0.5, 1.0], "correct": [90, count, count]}
            for name, count in names
        ],
    }
    counts = {"right": 90, "sure": 20 + seed, "unmoved": unmoved}
    return result if unmoved is None else result | {"rounding": counts}


class TestOverviewRows:
    def test_unknown_reading(self) -> None:
        with pytest.raises(ValueError, match=r"reading must be one of FGSM, L∞; .*, got 'FGM'"):
            verdict_rows([], STATEMENTS, ["FGM"])

    def test_by_hand(self) -> None:
        runs = [
            attacked("maxpool", seed, [50, 10], None)
            | {"clean": {"correct": 90 + 2 * seed, "images": 100}}
            | {"curve": [{"train_accuracy": 0.1}, {"train_accuracy": 0.75}]}
            for seed in range(2)
        ]
        runs[1]["robust"].pop()
        assert overview_rows(runs, "lenet-mnist", L2) == [
            {
                "model": "Maxpool",
                "parameters": "259,106",
                "seeds": "2",
                "training": "75.00 ± 0.00",
                "clean": "91.00 ± 1.41",
                "FGM, L2": "50.00 ± 0.00",
                "ensemble, L2": "10.00",
            },
            {
                "model": "Conv",
                "parameters": "305,282",
                "seeds": "0",
                "training": "not run",
                "clean": "not run",
                "FGM, L2": "not run",
                "ensemble, L2": "not run",
            },
        ]


class TestVerdictRows:
    def test_statements_on_attacks_with_their_verdicts(self) -> None:
        runs = [
            attacked(variant, seed, [50 + lead + seed, 10], None)
            for seed in range(2)
            for variant, lead in (("maxpool", 20), ("conv", 0))
        ]
        about = [
            one for one in STATEMENTS if one.name in ("mnist-clean-alike", "mnist-more-robust")
        ]
        (row,) = verdict_rows(runs, about, L2)
        assert row == {
            "statement": about[1].text,
            "FGM, L2": "undecided, +20.0 (+6.4 to +33.6), p = 0.16",
            "ensemble, L2": "undecided, 0.0 (−8.3 to +8.3), p = 1",
        }


class TestPrecisionRows:
    def test_by_hand(self) -> None:
        rows = precision_rows(
            "conv-small",
            [
                PrecisionComparison("clean", 0.755, (0.7, 0.72), 0.6, 0.76),
                PrecisionComparison("FGM, L2", 0.5, (0.4, 0.4), 0.4, 0.4),
                PrecisionComparison("PGD, L2", 0.5, (0.4,)),
            ],
        )
        assert rows[0] == {
            "model": "Conv-Small",
            "accuracy": "clean",
            "bfloat16": "71.00 ± 1.41",
            "float32": "75.50",
            "predicted": "60.00 to 76.00",
            "inside": "yes",
        }
        assert [row["inside"] for row in rows] == ["yes", "no", ""]
        assert rows[2]["predicted"] == "one seed"


class TestMaskingRows:
    def test_by_hand(self) -> None:
        recorded = [
            attacked("maxpool", 0, [50, 10], 5),
            attacked("maxpool", 1, [60, 20], 7),
            attacked("conv", 0, [40, 0], None),
        ]
        assert masking_rows(recorded, {"lenet-mnist": "MNIST LeNet"}, L2) == [
            {
                "network": "MNIST LeNet, Maxpool",
                "right": "90, 90",
                "sure": "20, 21",
                "unmoved": "5, 7",
                "ε": "1",
                "FGM": "55.0",
                "ensemble": "15.0",
            }
        ]

    def test_shares_at_the_largest_size_of_all_attacks(self) -> None:
        result = attacked("maxpool", 0, [50, 10], 5)
        result["robust"][0] |= {"epsilons": [0.0, 1.0, 2.0], "correct": [90, 50, 30]}
        (row,) = masking_rows([result], {"lenet-mnist": "M"}, L2)
        assert (row["ε"], row["FGM"], row["ensemble"]) == ("1", "50.0", "10.0")

    def test_models_in_the_order_of_the_paper(self) -> None:
        recorded = [attacked(variant, 0, [40, 0], 1) for variant in ("conv", "maxpool")]
        readings = ["FGM, L2", "PGD, L2"]
        rows = masking_rows(recorded, {"lenet-mnist": "M", "resnet-cifar10": "R"}, readings)
        assert [row["network"] for row in rows] == ["M, Maxpool", "M, Conv"]
        assert (rows[0]["FGM"], rows[0]["PGD"]) == ("40.0", "not run")
