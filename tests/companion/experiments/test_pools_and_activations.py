"""The grid of pools and activations: contrasts by hand, tables, figure."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.container import ErrorbarContainer

from companion.experiments.pictures.plots import activation_figure
from companion.experiments.runs.config import GRID
from companion.experiments.statistics.summary import percent
from companion.experiments.statistics.y_activation import claims, find, shares, table

mpl.use("Agg")
COLOURS = {"max": "#111111", "average": "#222222", "strided": "#333333"}


def grid(accuracies: dict[str, int], seeds: int = 3, dataset: str = "mnist") -> list[Any]:
    """Shares of a million images, in thousandths; what is not named has 500, each seed one more."""
    return [
        {
            "configuration": {
                "experiment": f"activation-{dataset}", "variant": variant, "seed": seed,
            },
            "clean": {
                "correct": 1000 * (accuracies.get(variant, 500) + seed), "images": 1_000_000,
            },
            "robust": [],
        }
        for seed in range(seeds)
        for variant in GRID[f"activation-{dataset}"]
    ]  # fmt: skip


RESULTS = grid(
    {
        "max-relu": 900, "max-leaky-relu": 890, "max-sigmoid": 700, "max-tanh": 880,
        "max-none": 800, "average-relu": 850, "average-none": 600, "linear": 590,
    }
)  # fmt: skip
EXPECTED = {
    "max-without-activation": 0.21,
    "max-gains-relu": 0.1,
    "max-gains-leaky-relu": 0.09,
    "max-gains-sigmoid": -0.1,
    "max-gains-tanh": 0.08,
    "average-is-linear": 0.01,
    "average-needs-activation": 0.25,
    "max-before-average": 0.2,
    "max-gains-less": 0.15,
}


class TestClaims:
    def test_contrasts_by_hand(self) -> None:
        found = {one.name: find(one, RESULTS) for one in claims("mnist")}
        assert set(found) == {f"mnist-{name}" for name in EXPECTED}
        for name, value in EXPECTED.items():
            finding = found[f"mnist-{name}"]
            assert finding is not None
            assert finding.estimate.value == pytest.approx(value)
            assert finding.seeds == (3,) * len(finding.seeds)
            supported = name != "max-gains-sigmoid"
            assert finding.verdict == ("supported" if supported else "contradicted")

    def test_far_from_linear_is_no_support(self) -> None:
        (one,) = (one for one in claims("mnist") if one.name == "mnist-average-is-linear")
        finding = find(one, grid({"average-none": 600}))
        assert finding is not None
        assert finding.verdict == "contradicted"

    def test_a_model_that_was_not_run(self) -> None:
        one = claims("mnist")[0]
        finding = find(one, RESULTS[:-1])
        assert finding is not None
        assert finding.seeds == (3, 2)
        assert find(one, RESULTS[:15]) is None  # "linear" is the last variant

    def test_only_the_models_of_a_claim_are_needed(self) -> None:
        (one,) = (one for one in claims("mnist") if one.name == "mnist-max-gains-tanh")
        few = [r for r in RESULTS if r["configuration"]["variant"] in ("max-tanh", "max-none")]
        finding = find(one, few)
        assert finding is not None
        assert finding.estimate.value == pytest.approx(0.08)

    def test_no_results(self) -> None:
        one = claims("mnist")[0]
        assert find(one, grid({}, dataset="cifar10")) is None

    def test_unknown_dataset(self) -> None:
        with pytest.raises(ValueError, match="dataset must be one of mnist, cifar10, got 'svhn'"):
            claims("svhn")


class TestShown:
    def test_table(self) -> None:
        columns = table(RESULTS[:20], "mnist")
        assert list(columns) == ["activation", "max pool", "average pool", "strided convolution"]
        assert columns["activation"] == ["ReLU", "LeakyReLU", "sigmoid", "tanh", "none"]
        assert columns["max pool"][0] == "90.05 ± 0.07"
        assert columns["strided convolution"][4] == "50.00"
        assert table(RESULTS, "cifar10")["max pool"] == ["not run"] * 5

    def test_shares_and_percent(self) -> None:
        assert shares(RESULTS, "mnist")["linear"] == [0.59, 0.591, 0.592]
        assert percent([0.59, 0.591, 0.592]) == "59.10 ± 0.10"
        assert percent(()) == "not run"

    def test_figure_has_a_marker_for_every_network(self) -> None:
        figure = activation_figure(RESULTS, COLOURS, "#444444")
        mnist, cifar = figure.axes
        means = {
            bars.get_label(): np.array(bars.lines[0].get_ydata()).tolist()
            for bars in mnist.containers
            if isinstance(bars, ErrorbarContainer)
        }
        assert means["max pool"] == pytest.approx([90.1, 89.1, 70.1, 88.1, 80.1])
        assert means["strided convolution"] == pytest.approx([50.1] * 5)
        assert [text.get_text() for text in cifar.texts] == ["not run"]
        (line,) = (one for one in mnist.get_lines() if one.get_label() == "linear classifier")
        assert np.array(line.get_ydata())[0] == pytest.approx(59.1)
