"""Tables of the chapter on real pools, of records made by hand; costs; points of a triangle."""

import re
from itertools import product
from math import sqrt
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from companion.experiments.data.loading import Images
from companion.experiments.models.building import build
from companion.experiments.pools import costs
from companion.experiments.pools import record as pools
from companion.experiments.pools.costs import measure_costs, network_size, pruned
from companion.experiments.pools.drawing import CORNERS, in_triangle, pixel_pairs
from companion.experiments.pools.names import in_words, source_in_words
from companion.experiments.pools.substitutes import SUBSTITUTES, sparse
from companion.experiments.pools.swaps import ranges_of
from companion.experiments.pools.tables import (
    SIZES,
    cost_rows,
    error_rows,
    far_rows,
    gap_rows,
    right_at,
    robust_rows,
    swap_rows,
    swap_seed_rows,
    trained_rows,
    tuned_rows,
)
from companion.experiments.runs.batches import as_pixels

Layer = dict[tuple[int, ...], tuple[tuple[int, ...], tuple[int, ...]]]


def attack(experiment: str, right: int) -> list[Any]:
    """Right images at the size that tables show, and others at other sizes."""
    return [
        {"norm": norm, "images": 50, "epsilons": [0.0, size, 9.0], "correct": [50, right, 0]}
        for norm, size in SIZES[experiment].items()
    ]


def swaps(**right: tuple[int, int]) -> list[Any]:
    """Two seeds of both networks; for each pool so many right under attack, by seed."""
    return [
        {
            "experiment": experiment,
            "seed": seed,
            "pool": pool,
            "correct": 90 + seed,
            "lost": 3 * seed,
            "gained": seed,
            "robust": attack(experiment, counts[seed]),
        }
        for (pool, counts), experiment, seed in product(right.items(), SIZES, (0, 1))
    ]


def source(name: str, side: int, gap: float) -> Any:
    return {
        "source": name,
        "side": side,
        "gap": gap,
        "gap_interval": [gap - 0.01, gap + 0.01],
        "gaps": [0.0, 0.0, 0.25, 0.75],
        "wide": 0.00012,
    }


def test_gaps_have_a_row_for_each_source() -> None:
    sources = [source("one", side, side / 10) for side in (2, 3, 4)] + [source("two", 3, 0.5)]
    assert gap_rows(sources) == [
        {
            "pools of": name,
            "mean gap": f"{gap}000",
            "95 % interval": interval,
            "99 % quantile": "0.250",
            "largest": "0.750",
            "share above 1/2": "0.00012",
            "mean, 2×2 and 4×4": others,
        }
        for name, gap, interval, others in (
            ("one", 0.3, "0.2900 to 0.3100", "0.2000, 0.4000"),
            ("two", 0.5, "0.4900 to 0.5100", "–, –"),
        )
    ]


def test_errors_are_shares_of_the_worst_of_the_same_fit() -> None:
    def errors(worst: str) -> Any:
        one = {"estimator": "a", "worst": worst, "absolute": 0.05, "quantiles": [0, 0, 0.1, 0.2]}
        return {"errors": [one]}

    found = {"first": errors("1/4"), "second": errors("0.500000")}
    assert error_rows(found) == [
        {"estimator": "a", "first": "0.0500, 20 %", "second": "0.0500, 10 %"}
    ]
    far = "0.100, 0.200"
    assert far_rows(found) == [{"estimator": "a", "first": far, "second": far}]


class TestAttacks:
    def test_a_share_by_hand(self) -> None:
        robust = attack("lenet-mnist", 20)
        assert right_at(robust, "linf", 0.1) == 40
        assert right_at(robust, "l2", 9.0) == 0

    @pytest.mark.parametrize(("norm", "epsilon"), [("linf", 0.2), ("l1", 0.1)])
    def test_a_size_that_was_not_recorded(self, norm: str, epsilon: float) -> None:
        with pytest.raises(ValueError, match=f"epsilon={epsilon} of the norm '{norm}'"):
            right_at(attack("lenet-mnist", 20), norm, epsilon)

    def test_the_mean_over_the_seeds(self) -> None:
        assert robust_rows(swaps(one=(20, 25), two=(0, 50))) == [
            {"pool": pool}
            | dict.fromkeys(
                ("MNIST, L∞ 0.1", "MNIST, L2 2", "CIFAR-10, L∞ 0.01", "CIFAR-10, L2 0.3"), share
            )
            for pool, share in (("one", "45.0"), ("two", "50.0"))
        ]

    def test_the_sizes_are_recorded(self) -> None:
        recorded = pools.read()["swaps"]
        assert [row["pool"] for row in robust_rows(recorded)] == list(map(in_words, SUBSTITUTES))


class TestExchanges:
    def test_right_lost_and_won_of_all_seeds_together(self) -> None:
        together = "181 (−3, +1)"
        assert swap_rows(swaps(one=(0, 0))) == [
            {"pool": "one", "MNIST": together, "CIFAR-10": together}
        ]

    def test_network_by_network(self) -> None:
        rows = swap_seed_rows(swaps(one=(0, 0)), "lenet-mnist")
        assert [[*row.values()] for row in rows] == [
            ["one", "181 (−3, +1)", "90 (0, 0)", "91 (−3, +1)"]
        ]
        assert list(rows[0]) == ["pool", "together", "seed 0", "seed 1"]

    def test_networks_that_were_not_exchanged(self) -> None:
        with pytest.raises(ValueError, match=r"'resnet-cifar10'.*allowed: lenet-cifar10, lenet-mn"):
            swap_seed_rows(swaps(one=(0, 0)), "resnet-cifar10")

    @pytest.mark.parametrize("experiment", SIZES)
    def test_of_the_record_lost_and_won_explain_what_is_right(self, experiment: str) -> None:
        first, *others = swap_seed_rows(pools.read()["swaps"], experiment)
        for name in ("together", "seed 0", "seed 1", "seed 2"):
            before, *_ = numbers(first[name])
            for row in others:
                right, lost, won = numbers(row[name])
                assert right == before + lost + won, row


def numbers(cell: str) -> list[int]:
    """Those of a cell of exchanges; the lost have a minus sign."""
    return [int(one) for one in re.findall(r"-?\d+", cell.replace("−", "-"))]


class TestNames:
    def test_every_pool_has_words_of_its_own(self) -> None:
        words = list(map(in_words, SUBSTITUTES))
        assert len(set(words)) == len(words)
        assert not any(mark in word for word in words for mark in ("_", "minimax", "union-closed"))

    @pytest.mark.parametrize(
        ("label", "words"),
        [
            ("plain S_4", "mean of maxes of 4"),
            ("minimax {8}", "optimum {8}"),
            ("least squares {0, 7, 8}", "fit {0, 7, 8}"),
            ("minimax all orders", "optimum, all orders"),
            ("maximum", "maximum"),
        ],
    )
    def test_words_of_a_label(self, label: str, words: str) -> None:
        assert in_words(label) == words


def test_trainings_on_are_averaged_over_seeds() -> None:
    tuned: list[Any] = [
        {"experiment": "lenet-mnist", "pool": "one", "steps": [0, 25], "correct": counts}
        for counts in ([10, 20], [11, 20], [12, 23])
    ]
    expected = {"data": "MNIST", "pool": "one", "0 steps": "11.0", "25 steps": "21.0"}
    assert tuned_rows(tuned) == [expected]


def test_networks_trained_from_the_start_stand_below_the_recorded_ones() -> None:
    one: Any = {
        "experiment": "lenet-mnist",
        "seed": 1,
        "pool": "minimax {0, 8}",
        "correct": 9876,
        "robust": attack("lenet-mnist", 30),
    }
    rows = trained_rows([one])
    assert [row["pool"] for row in rows if row["data"] == "MNIST"] == [
        "maximum",
        "average",
        "strided convolution",
        "optimum {0, 8}",
    ]
    assert rows[3] == {
        "data": "MNIST",
        "pool": "optimum {0, 8}",
        "seed 0": "–",
        "seed 1": "9876",
        "seed 2": "–",
        "attacked, L∞": "60.0",
        "attacked, L2": "60.0",
    }
    assert len(rows) == 7


class TestCosts:
    def test_sizes_by_pool(self) -> None:
        assert network_size("maximum") == (27, 4)
        assert network_size("least squares {0, 8}") == network_size("plain S_8") == (45, 3)
        assert network_size("minimax {0, 1}") == network_size("average") == (0, 0)
        assert network_size("SoftPool") is None
        assert {pool for pool in SUBSTITUTES if network_size(pool) is None} == {
            "log-mean-exp",
            "SoftPool",
            "LPPool2d",
        }

    def test_the_network_of_the_sparse_estimator_is_the_estimator(self) -> None:
        """At whole numbers, to which its one rounding does nothing beyond the last digits."""
        network = costs._sparse_network()
        draw = np.random.default_rng(0).integers(0, 1000, (50, 9))
        values = draw
        for weights in network.matrices[:-1]:
            values = np.maximum(values @ weights.T, 0)
        found = (values @ network.matrices[-1].T)[:, 0] / network.denominator + float(network.bias)
        assert found == pytest.approx(sparse()(draw.astype(float)), abs=1e-9)
        assert network_size("union-closed, 21 subpools") == (network.neurons, 3)

    def test_a_pruned_circuit_keeps_what_is_needed(self) -> None:
        first: Layer = {(0, 1): ((0,), (1,)), (1, 2): ((1,), (2,)), (2, 3): ((2,), (3,))}
        second: Layer = {(0, 1, 2): ((0, 1), (1, 2)), (1, 2, 3): ((1, 2), (2, 3))}
        assert pruned((first, second), [(1, 2, 3)]) == (
            {(1, 2): ((1,), (2,)), (2, 3): ((2,), (3,))},
            {(1, 2, 3): ((1, 2), (2, 3))},
        )

    def test_every_pool_is_timed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(costs, "REPEATS", 3)
        monkeypatch.setattr(costs, "TIMED", 2)
        draw = torch.Generator().manual_seed(0)
        images = torch.randint(0, 256, (4, 1, 28, 28), generator=draw, dtype=torch.uint8)
        dataset = Images("mnist", images, torch.arange(4), images, torch.arange(4), {})
        model: nn.Sequential = build("lenet-mnist", "maxpool").eval()
        ranges = ranges_of(model, as_pixels(images))
        made: list[Any] = [
            {"pool": pool, "ranges": ranges, "fitted": [[], []]}
            for pool in ("maximum", "plain S_8", "average")
        ]
        found = measure_costs("lenet-mnist", dataset, model, made)
        assert [one["pool"] for one in found] == ["maximum", "plain S_8", "average"]
        for one in found:
            assert list(one["ratios"]) == [
                "layer forward",
                "layer with backward",
                "network forward",
                "network with backward",
            ]
            assert all(0 < low <= middle <= high for low, middle, high in one["ratios"].values())
            assert min(one["maximum_milliseconds"].values()) > 0

    def test_rows_show_medians_of_both_networks(self) -> None:
        recorded: list[Any] = [
            {"experiment": experiment, "pool": pool, "ratios": {"layer forward": ratios}}
            for pool in ("average", "SoftPool")
            for experiment, ratios in (("lenet-mnist", [1, 2, 3]), ("lenet-cifar10", [4, 5, 9]))
        ]
        assert cost_rows(recorded) == [
            {"pool": "average", "ReLUs": "0", "layers": "0", "layer forward": "2.0 / 5.0"},
            {
                "pool": "SoftPool",
                "ReLUs": "no such network",
                "layers": "–",
                "layer forward": "2.0 / 5.0",
            },
        ]


class TestTriangle:
    def test_vertices_are_the_corners(self) -> None:
        vertices = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
        assert in_triangle(vertices) == pytest.approx(CORNERS)
        assert in_triangle(vertices[:, ::-1]) == pytest.approx(CORNERS)

    def test_the_height_is_the_gap(self) -> None:
        pools = np.random.default_rng(0).random((50, 2))
        gap = np.abs(pools[:, 0] - pools[:, 1])
        assert in_triangle(pools)[:, 1] == pytest.approx(gap * sqrt(3) / 2)

    def test_pairs_are_neighbours(self) -> None:
        found = pixel_pairs("mnist", 100)
        assert found.shape == (100, 2)
        assert 0 <= found.min() < found.max() <= 1
        with pytest.raises(ValueError, match="count must be at most"):
            pixel_pairs("mnist", 10**6)


def test_sources_of_the_record_have_the_titles_of_data_sets() -> None:
    sources = {one["source"] for one in pools.read()["sources"]}
    words = set(map(source_in_words, sources))
    assert len(words) == len(sources)
    assert not any(label in word for word in words for label in ("mnist", "cifar10", "lenet-"))
