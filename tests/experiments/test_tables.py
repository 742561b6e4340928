"""Rows of Appendix E's tables on rounding, by hand."""

from typing import Any

from maxpooling.experiments.precision import Comparison
from maxpooling.experiments.statements import READINGS
from maxpooling.experiments.tables import masking_rows, precision_rows

L2 = ["FGM, L2", "worst case, L2"]


def attacked(variant: str, seed: int, left: list[int], unmoved: int | None) -> dict[str, Any]:
    """A MNIST result of 100 images, what each L2 attack leaves, and how many are unmoved."""
    names = zip(L2, left, strict=True)
    result = {
        "configuration": {"experiment": "lenet-mnist", "variant": variant, "seed": seed},
        "parameters": 7,
        "robust": [
            {"attack": READINGS[name][0], "norm": "l2"}
            | {"images": 100, "epsilons": [0.0, 1.0], "correct": [90, count]}
            for name, count in names
        ],
    }
    counts = {"right": 90, "sure": 20 + seed, "unmoved": unmoved}
    return result if unmoved is None else result | {"rounding": counts}


class TestPrecisionRows:
    def test_by_hand(self) -> None:
        rows = precision_rows(
            "conv-small",
            [
                Comparison("clean", 0.755, (0.7, 0.72), 0.6, 0.76),
                Comparison("FGM, L2", 0.5, (0.4, 0.4), 0.4, 0.4),
                Comparison("PGD, L2", 0.5, (0.4,)),
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
                "FGM": "55.0",
                "worst case": "15.0",
            }
        ]

    def test_models_in_the_order_of_the_paper(self) -> None:
        recorded = [attacked(variant, 0, [40, 0], 1) for variant in ("conv", "maxpool")]
        rows = masking_rows(recorded, {"lenet-mnist": "M", "resnet-cifar10": "R"}, L2[:1])
        assert [row["network"] for row in rows] == ["M, Maxpool", "M, Conv"]
        assert rows[0]["FGM"] == "40.0"
