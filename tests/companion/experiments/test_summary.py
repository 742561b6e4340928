"""What is shown of results, means and deviations, captions, pictures; and which are kept."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
import torch

from companion.experiments.data.fetch import read_sources
from companion.experiments.data.loading import Images, load
from companion.experiments.data.samples import samples, under_attack
from companion.experiments.pictures.plots import (
    WIDEST,
    attacks_figure,
    learning_figure,
    pictures,
    robustness_figure,
    robustness_multiples,
)
from companion.experiments.results import manifest, outcomes
from companion.experiments.results import record as results
from companion.experiments.runs import cell, checkpoint, keep
from companion.experiments.runs.config import Configuration, configuration
from companion.experiments.statistics import summary
from companion.experiments.statistics.inference import Estimate, Finding
from companion.experiments.statistics.quantities import READINGS
from companion.experiments.statistics.statements import STATEMENTS
from companion.files import CACHE
from maxpooling.errors import DataError

mpl.use("Agg")
L2 = READINGS["FGM, L2"]


def result(variant: str, seed: int, correct: list[int], parameters: int = 100) -> Any:
    """A result of 1000 images, as far as summaries read it."""
    return {
        "configuration": configuration("lenet-mnist", variant, seed, "cpu").as_json(),
        "parameters": parameters,
        "clean": {"correct": correct[0], "images": 1000},
        "robust": [
            {
                "attack": "fast-gradient",
                "norm": norm,
                "images": 1000,
                "epsilons": [0.0, 0.5],
                "correct": correct,
            }
            for norm in ("linf", "l2")
        ],
        "provenance": {
            "processor": "Some Processor",
            "precision": "float32",
            "commit": "0123456789" * 4,
            "uncommitted": False,
            "finished": "2026-01-02T03:04:05+00:00",
        },
    }


THREE = [
    result("maxpool", 0, [990, 700]),
    result("maxpool", 1, [980, 720]),
    result("conv", 0, [970, 400], parameters=200),
]


class TestSummary:
    def test_curves_by_hand(self) -> None:
        maxpool, conv = summary.curves(THREE, "lenet-mnist", L2)
        assert maxpool.means == pytest.approx((0.985, 0.71))
        assert maxpool.deviations == pytest.approx((0.01 / 2**0.5, 0.02 / 2**0.5))
        assert summary.curves(THREE, "lenet-mnist", READINGS["PGD, L2"]) == []
        assert (conv.means, conv.deviations, conv.seeds) == ((0.97, 0.4), (0.0, 0.0), 1)

    def test_table(self) -> None:
        assert summary.table(THREE, "lenet-mnist", L2) == {
            "ε": ["0.000", "0.500"],
            "Maxpool": ["98.50 ± 0.71", "71.00 ± 1.41"],
            "Conv": ["97.00", "40.00"],
        }
        assert summary.table(THREE, "resnet-cifar10", L2) == {}

    def test_clean(self) -> None:
        assert summary.clean_text(THREE, "lenet-mnist", "maxpool") == "98.50 ± 0.71 %"
        assert summary.clean_text(THREE, "lenet-mnist", "conv") == "97.00 %"
        assert summary.clean_text(THREE, "lenet-cifar10", "strided") == "not run"

    def test_caption_says_scale_seeds_machine_and_code(self) -> None:
        said = summary.describe(THREE, "lenet-mnist")
        for part in (
            "10 epochs of 60,000 images",
            "1 to 2 seeds per model",
            "10,000 test images attacked",
            "Some Processor, float32",
            "code 0123456,",
            "2026-01-02",
        ):
            assert part in said
        assert summary.describe(THREE, "lenet-cifar10") == "none"

    def test_caption_admits_changed_code(self) -> None:
        origin = THREE[0]["provenance"] | {"uncommitted": True}
        said = summary.describe([THREE[0] | {"provenance": origin}], "lenet-mnist")
        assert "code 0123456 with changes" in said

    def test_finding(self) -> None:
        about = Estimate(0.15, 0.0, 0.05**2, 4)
        finding = Finding(STATEMENTS[0], about, (3, 2), 0.0, 2, 0.001, 0.999, 0.0123, "supported")
        said = "supported, +15.0 (+5.2 to +24.8), p = 0.012 (band ±1)"
        assert summary.finding_text(finding) == said
        assert summary.finding_values(finding) == {
            "seeds": 2,
            "difference": 0.15,
            "low": 0.052,
            "high": 0.248,
            "adjusted p": 0.01,
        }
        alone = Finding(STATEMENTS[0], Estimate(-0.1, 0.0, 0.1, 0), (1, 1), 0.0, 2, 0.5, 0.5)
        assert summary.finding_text(alone) == "undecided, −10.0 (one seed of each model) (band ±1)"
        lead = replace(finding, statement=STATEMENTS[1])
        assert summary.finding_text(lead) == said.removesuffix(" (band ±1)")
        assert summary.finding_values(alone) == {"seeds": 1, "difference": -0.1}
        assert summary.finding_text(None) == "not run"

    @pytest.mark.parametrize(
        ("value", "text"), [(-0.0004, "0.0"), (0.0004, "0.0"), (-0.0006, "−0.1"), (0.02, "+2.0")]
    )
    def test_signs_of_points(self, value: float, text: str) -> None:
        about = Finding(STATEMENTS[0], Estimate(value, 0.0, 0.1, 0), (1, 1), 0.0, 2, 0.5, 0.5)
        assert summary.points_text(about) == f"{text} (one seed of each model)"

    @pytest.mark.parametrize(
        ("p", "text"), [(1.0, "p = 1"), (0.0456, "p = 0.046"), (1e-12, "p < 0.0001")]
    )
    def test_p(self, p: float, text: str) -> None:
        assert summary.p_text(p) == text


class TestPlots:
    COLOURS = {"maxpool": "#0067a5", "conv": "#b3261e"}  # noqa: RUF012 - a constant

    def test_line_width_is_proportional_to_parameters(self) -> None:
        figure = robustness_figure(
            {"recorded": THREE, "fresh": []}, "lenet-mnist", list(READINGS)[:2], self.COLOURS
        )
        left, right = figure.axes[:2]
        widths = {line.get_label(): line.get_linewidth() for line in left.get_lines()}
        assert list(widths.values()) == [WIDEST / 2, WIDEST]
        assert list(widths) == ["Maxpool (100)", "Conv (200)"]
        assert [text.get_text() for text in right.texts] == ["not run"]

    def test_an_experiment_is_a_row_and_a_reading_a_column(self) -> None:
        titles = {"lenet-mnist": "digits", "lenet-cifar10": "photographs"}
        figure = robustness_multiples(THREE, titles, list(READINGS)[:2], self.COLOURS)
        assert [axes.get_title() for axes in figure.axes[:2]] == [
            f"digits, {name}" for name in list(READINGS)[:2]
        ]
        assert [len(axes.get_lines()) for axes in figure.axes] == [2, 2, 0, 0]
        assert [text.get_text() for text in figure.axes[3].texts] == ["not run"]
        legends = [axes.get_legend() for axes in figure.axes]
        assert [legend is not None for legend in legends] == [True, False, False, False]
        assert legends[0] is not None
        assert [text.get_text() for text in legends[0].get_texts()] == [
            "Maxpool (100)",
            "Conv (200)",
        ]

    def test_each_attack_has_a_panel(self) -> None:
        names = ["FGM, L2", "PGD, L2", "ensemble, L2", "FGSM, L∞"]
        figure = attacks_figure(THREE, "lenet-mnist", names, self.COLOURS)
        assert [axes.get_title() for axes in figure.axes] == names
        drawn = [len(axes.get_lines()) for axes in figure.axes]
        assert drawn == [2, 0, 0, 2]
        assert [axes.get_ylabel() for axes in figure.axes] == ["robust accuracy", ""] * 2
        legend = [text.get_text() for text in figure.legends[0].get_texts()]
        assert legend == ["Maxpool (100)", "Conv (200)"]

    def test_learning_is_drawn_per_epoch(self) -> None:
        """Two seeds of one model: their mean; the other experiment has not been run."""
        rows = [
            [
                {"train_accuracy": 0.5, "test_accuracy": a},
                {"train_accuracy": 1.0, "test_accuracy": b},
            ]
            for a, b in ((0.2, 0.6), (0.4, 0.8))
        ]
        runs = [result("conv", seed, [1, 1]) | {"curve": rows[seed]} for seed in (0, 1)]
        titles = {"lenet-mnist": "digits", "resnet-cifar10": "photographs"}
        figure = learning_figure(runs, titles, self.COLOURS)
        left, right = figure.axes
        drawn = {
            line.get_linestyle(): np.array(line.get_xydata()).tolist() for line in left.get_lines()
        }
        assert drawn == {":": [[1, 50], [2, 100]], "-": [[1, pytest.approx(30)], [2, 70]]}
        assert [text.get_text() for text in right.texts] == ["not run"]
        assert [text.get_text() for text in figure.legends[0].get_texts()] == ["Conv"]

    def test_pictures_are_the_images(self) -> None:
        images = torch.rand(2, 3, 4, 4)
        marks = {"a": "xq", "b": "ry"}
        figure = pictures({"a": images, "b": 1 - images}, ["x", "y"], marks, wrong="#b3261e")
        drawn = [axes.get_images()[0].get_array() for axes in figure.axes]
        assert torch.equal(torch.from_numpy(np.array(drawn[1])).permute(2, 0, 1), images[1])
        assert [axes.get_xlabel() for axes in figure.axes] == list("xqry")
        colours = [axes.xaxis.label.get_color() for axes in figure.axes]
        assert [colour == "#b3261e" for colour in colours] == [False, True, True, False]


class TestSamples:
    @pytest.mark.parametrize(("name", "shape"), [("mnist", (1, 28, 28)), ("cifar10", (3, 32, 32))])
    def test_are_the_first_test_images(self, name: str, shape: tuple[int, ...]) -> None:
        images, labels = samples(name)
        assert images.shape == (6, *shape)
        if not (CACHE / name).exists():
            pytest.skip(f"{name} is not in the cache to compare with")
        dataset = load(name)
        assert torch.equal((images * 255).round().byte(), dataset.test_images[:6])
        assert torch.equal(labels, dataset.test_labels[:6])

    def test_under_attack(self) -> None:
        """A model that says 1 where the first pixel is bright, 0 elsewhere."""
        model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 10))
        with torch.no_grad():
            weight, bias = model.get_parameter("1.weight"), model.get_parameter("1.bias")
            weight.zero_()
            bias.fill_(-9).add_(torch.eye(10)[0] * 9)
            weight[1, 0], bias[1] = 8, -4
        shown = under_attack(model, "mnist", [("linf", 0.1), ("linf", 1.0)])
        assert list(shown.rows) == ["original", "L∞, 0.1", "L∞, 1"]
        assert shown.titles == list("721041")
        assert shown.marks["original"] == ["0"] * 6
        zero = shown.titles.index("0")
        assert shown.marks["L∞, 0.1"][zero] == "0"
        assert shown.marks["L∞, 1"][zero] == "1"


@pytest.fixture(scope="module")
def cell_of_noise(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Configuration, Images]:
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (64, 1, 28, 28), dtype=torch.uint8, generator=draw)
    labels = torch.randint(0, 10, (64,), generator=draw)
    md5 = dict(read_sources()["mnist"].files)
    dataset = Images("mnist", images, labels, images, labels, md5)
    chosen = configuration("lenet-mnist", "maxpool", 0, "quick")
    small = replace(chosen.training, epochs=2, train_images=64, test_images=64)
    chosen = replace(chosen, training=small, attack=replace(chosen.attack, images=50))
    path = results.path_of(tmp_path_factory.mktemp("x"), "lenet-mnist", "maxpool", 0)
    cell.run(chosen, dataset, path, path.parent, profile="quick")
    return path, chosen, dataset


class TestKeep:
    @pytest.fixture(autouse=True)
    def _history(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(manifest, "known_commits", lambda: ({"0" * 40}, ""))

    @staticmethod
    def commit(path: Path) -> None:
        """Make a result look like one of committed code."""
        result = results.read(path)
        result["provenance"] |= {"commit": "0" * 40, "uncommitted": False}
        for stage in result["provenance"]["life"]:
            stage["commit"] = "0" * 40
        results.write(path, result)

    def test_small_weights_come_along(
        self, cell_of_noise: tuple[Path, Configuration, Images], tmp_path: Path
    ) -> None:
        path, _, _ = cell_of_noise
        self.commit(path)
        written = keep.keep(path.parents[2], tmp_path)
        names = ["seed0.safetensors", "outcomes-seed0.safetensors", "seed0.json"]
        assert written == [tmp_path / "lenet-mnist" / "maxpool" / name for name in names]
        assert written[2].read_bytes() == path.read_bytes()
        result = results.read(path)
        images = outcomes.of(result, tmp_path)
        assert images is not None
        assert {tuple(name) for name in images.right} == {
            (one["attack"], one["norm"]) for one in result["robust"]
        }
        assert len(images.margin) == result["clean"]["images"]
        (line,) = manifest.read(tmp_path).values()
        assert (line.path, line.weights) == ("lenet-mnist/maxpool/seed0.json", manifest.KEPT)
        assert (line.commits.split()[-1], line.life) == ("0" * 40, manifest.WHOLE)
        assert keep.keep(path.parents[2], tmp_path) == []

    def test_attacks_that_joined_later_stay(
        self, cell_of_noise: tuple[Path, Configuration, Images], tmp_path: Path
    ) -> None:
        path, _, _ = cell_of_noise
        self.commit(path)
        keep.keep(path.parents[2], tmp_path)
        target = tmp_path / "lenet-mnist/maxpool/outcomes-seed0.safetensors"
        tensors, record = checkpoint.read(target)
        made = results.read(path)["provenance"]
        outcomes.put(tensors, record, "apgd l2", torch.ones(1, 8, dtype=torch.bool), [0.5], made)
        checkpoint.write(target, tensors, record)
        outcomes.enter([target], tmp_path)
        assert keep.keep(path.parents[2], tmp_path) == []
        assert "apgd l2" in checkpoint.read(target)[0]
        tensors.pop(outcomes.MARGIN)
        checkpoint.write(target, tensors, record)
        assert keep.keep(path.parents[2], tmp_path) == [target]
        assert "apgd l2" not in checkpoint.read(target)[0]

    def test_large_weights_stay(
        self,
        cell_of_noise: tuple[Path, Configuration, Images],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        path, _, _ = cell_of_noise
        self.commit(path)
        monkeypatch.setattr(keep, "LARGEST", 1000)
        written = [one.name for one in keep.keep(path.parents[2], tmp_path)]
        assert written == ["outcomes-seed0.safetensors", "seed0.json"]

    @pytest.mark.parametrize(
        ("experiment", "variant", "seed", "wanted"),
        [
            ("lenet-cifar10", "strided", 2, True),
            ("activation-mnist", "average-none", 0, True),
            ("activation-cifar10", "linear", 0, True),
            ("activation-cifar10", "linear", 1, False),
            ("activation-mnist", "max-relu", 0, False),
        ],
    )
    def test_which_weights_are_of_use(
        self, experiment: str, variant: str, seed: int, wanted: bool
    ) -> None:
        cell = configuration(experiment, variant, seed, "cpu").as_json()
        assert keep.wants_weights(cell) == wanted

    @pytest.mark.parametrize(
        ("experiment", "profile", "folder"),
        [
            ("lenet-cifar10", "cpu", "."),
            ("lenet-cifar10", "paper", "float32"),
            ("lenet-mnist", "paper", "."),
            ("resnet-cifar10", "paper", "."),
        ],
    )
    def test_another_precision_lies_beside(
        self, experiment: str, profile: str, folder: str
    ) -> None:
        """Or the float32 run would take the place of a recorded bfloat16 seed."""
        cell = configuration(experiment, "maxpool", 0, profile).as_json()
        assert str(keep.folder_of(cell)) == folder

    def test_run_of_uncommitted_code_is_refused(
        self, cell_of_noise: tuple[Path, Configuration, Images], tmp_path: Path
    ) -> None:
        path, _, _ = cell_of_noise
        result = results.read(path)
        result["provenance"] |= {"commit": "0" * 40, "uncommitted": True}
        results.write(path, result)
        with pytest.raises(DataError, match="expected a run of committed code"):
            keep.keep(path.parents[2], tmp_path)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"commit": "1" * 40}, "expected a commit of this repository, found 111"),
            ({"data_md5": {"file": "0" * 32}}, "expected MD5 of file as in data/sources.toml"),
        ],
    )
    def test_run_of_other_code_or_images_is_refused(
        self,
        cell_of_noise: tuple[Path, Configuration, Images],
        tmp_path: Path,
        change: dict[str, Any],
        said: str,
    ) -> None:
        path, _, _ = cell_of_noise
        before = path.read_bytes()
        self.commit(path)
        result: Any = results.read(path)
        result["provenance"] |= change
        results.write(path, result)
        with pytest.raises(DataError, match=said):
            keep.keep(path.parents[2], tmp_path)
        assert list(tmp_path.iterdir()) == []
        path.write_bytes(before)
