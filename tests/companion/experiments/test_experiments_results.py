"""Configurations, results and cells: hashes, schema, refusals, and one cell from end to end."""

import json
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import torch

from companion.experiments.attacks.sweeps import fast_gradient_sweep
from companion.experiments.data.loading import Images
from companion.experiments.models.building import build, count_parameters
from companion.experiments.results import record as results
from companion.experiments.runs import cell, checkpoint, config, keep
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.config import cells, configuration
from companion.experiments.runs.experiments import experiment as experiment_named
from companion.experiments.runs.settings import PROFILES, Training
from companion.experiments.runs.training import evaluate
from companion.experiments.statistics.inference import evaluate as evaluate_statement
from companion.experiments.statistics.quantities import READINGS
from companion.experiments.statistics.statements import STATEMENTS
from companion.files import RECORDED
from maxpooling.errors import DataError

STRONGER = sorted(results.STRONGER.rglob("seed*.json"))
AUTOMATIC = sorted(results.AUTOMATIC.rglob("seed*.json"))
RECORDS = sorted(set(RECORDED.rglob("seed*.json")) - {*STRONGER, *AUTOMATIC})


def tiny() -> tuple[config.Configuration, Images]:
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (64, 1, 28, 28), dtype=torch.uint8, generator=draw)
    labels = torch.randint(0, 10, (64,), generator=draw)
    dataset = Images("mnist", images, labels, images[:40], labels[:40], {"file": "0" * 32})
    chosen = configuration("lenet-mnist", "conv", 0, "quick")
    chosen = replace(
        chosen,
        training=replace(chosen.training, epochs=2, train_images=64, test_images=40),
        attack=replace(chosen.attack, images=30, pgd_epsilons=(0.1,), pgd_images=8, pgd_steps=2),
    )
    return chosen, dataset


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, results.Result]:
    """A cell run from end to end on a few random images."""
    folder = tmp_path_factory.mktemp("cell")
    chosen, dataset = tiny()
    output = results.path_of(folder, "lenet-mnist", "conv", 0)
    return output, cell.run(chosen, dataset, output, folder / "weights", profile="quick")


class TestConfiguration:
    def test_every_constant_cites_its_source(self) -> None:
        names = {field.name for field in fields(Training)}
        assert set(config.SOURCES) == set(config.TRAININGS) == set(config.ATTACKS)
        for cited in config.SOURCES.values():
            assert set(cited) == names
            assert {standing for standing, _ in cited.values()} <= {
                "given", "ambiguous", "Page", "ours",
            }  # fmt: skip

    def test_what_the_paper_gives(self) -> None:
        mnist, lenet, resnet = (
            configuration(name, "maxpool", 0, "paper").training for name in config.VARIANTS
        )
        assert (mnist.epochs, lenet.epochs, resnet.epochs) == (10, 100, 50)
        assert (lenet.batch_size, mnist.momentum, lenet.momentum) == (128, 0.9, 0.9)
        assert mnist.learning_rate[0][1] == lenet.learning_rate[0][1] == 0.01
        assert resnet.learning_rate == ((0.0, 0.0), (5.0, 0.4), (50.0, 0.0))

    def test_grids_are_the_papers(self) -> None:
        attacks = [config.ATTACKS[name] for name in config.VARIANTS]
        assert [len(attack.epsilons) for attack in attacks] == [21, 11, 16]
        for attack in config.ATTACKS.values():
            assert attack.epsilons[0] == 0
            assert list(attack.epsilons) == sorted(set(attack.epsilons))

    def test_grid_is_every_pool_with_every_activation(self) -> None:
        for name, variants in config.GRID.items():
            assert len(set(variants)) == len(variants) == 16
            assert set(variants) >= {"max-leaky-relu", "strided-none", "linear"}
            planned = {seed for e, v, seed in config.cells("cpu") if (e, v) == (name, "max-tanh")}
            assert planned == {0, 1, 2}

    def test_grid_trains_as_the_papers_lenets(self) -> None:
        for dataset in ("mnist", "cifar10"):
            grid = configuration(f"activation-{dataset}", "max-relu", 1, "paper")
            lenet = configuration(f"lenet-{dataset}", "maxpool", 1, "paper")
            assert grid.training == lenet.training

    def test_hash_follows_every_change(self) -> None:
        plain = configuration("lenet-mnist", "conv", 0, "cpu")
        changed = [
            replace(plain, seed=1),
            replace(plain, variant="maxpool"),
            replace(plain, training=replace(plain.training, momentum=0.8)),
            replace(plain, attack=replace(plain.attack, images=9)),
        ]
        assert len({one.sha256 for one in (plain, *changed)}) == 5
        assert [one.training_sha256 == plain.training_sha256 for one in changed] == [
            False, False, False, True,
        ]  # fmt: skip

    def test_hash_does_not_depend_on_the_order_of_keys(self) -> None:
        assert config.sha256_of({"a": 1, "b": [2]}) == config.sha256_of({"b": [2], "a": 1})

    def test_cells(self) -> None:
        assert [len(cells(profile)) for profile in PROFILES] == [43, 129, 129]
        assert len({(e, v) for e, v, _ in cells("quick")}) == 41
        for profile in PROFILES:
            for experiment, variant, seed in cells(profile):
                configuration(experiment, variant, seed, profile)

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"experiment": "vgg"}, "experiment must be one of lenet-mnist, .*, got 'vgg'"),
            ({"variant": "strided"}, "variant of lenet-mnist must be one of maxpool, conv, got"),
            ({"profile": "fast"}, "profile must be one of quick, cpu, paper, got 'fast'"),
            ({"seed": -1}, "seed must be a whole number from 0, got -1"),
            ({"seed": True}, "seed must be a whole number from 0, got True"),
        ],
    )
    def test_refusals(self, changes: dict[str, Any], message: str) -> None:
        plain: dict[str, Any] = {
            "experiment": "lenet-mnist",
            "variant": "conv",
            "seed": 0,
            "profile": "cpu",
        }
        with pytest.raises(ValueError, match=message):
            configuration(**(plain | changes))
        with pytest.raises(ValueError, match="profile must be one of"):
            cells("fast")

    def test_an_experiment_without_a_plan_or_a_source_is_refused(self) -> None:
        lenet = experiment_named("lenet-mnist")
        plans, sources = dict(lenet.plans), dict(lenet.sources)
        del plans["cpu"], sources["momentum"]
        with pytest.raises(ValueError, match="plans of lenet-mnist must be for quick, cpu, paper"):
            replace(lenet, plans=plans)
        with pytest.raises(ValueError, match=r"cite each constant .*: momentum"):
            replace(lenet, sources=sources)

    def test_a_cluster_gives_twice_the_time_of_the_longest_recorded_cell(self) -> None:
        for path in RECORDS:
            result = results.read(path)
            name, profile = path.parts[-3], result["provenance"]["profile"]
            seconds = result["seconds"]
            taken = (seconds["training"] + seconds["attack"]) / 60
            assert experiment_named(name).plan(profile).needs.minutes >= 2 * taken, path

    def test_listing_cells_needs_no_torch(self) -> None:
        script = (
            "import sys; from companion.experiments import attacks, data, models;"
            "from companion.experiments.data import fetch, sets;"
            "from companion.experiments.runs import config;"
            "config.cells('quick'); sys.exit('torch' in sys.modules)"
        )
        subprocess.run([sys.executable, "-c", script], check=True)

    def test_command_prints_the_hash(self, capsys: pytest.CaptureFixture[str]) -> None:
        config.main(["--experiment=lenet-mnist", "--variant=conv", "--seed=0", "--profile=cpu"])
        expected = configuration("lenet-mnist", "conv", 0, "cpu").sha256
        assert capsys.readouterr().out.strip() == expected


class TestCell:
    def test_result_is_valid_and_complete(self, finished: tuple[Path, results.Result]) -> None:
        output, result = finished
        assert results.read(output) == json.loads(json.dumps(result))
        assert [(r["attack"], r["norm"], r["images"]) for r in result["robust"]] == [
            ("fast-gradient", "linf", 30),
            ("fast-gradient", "l2", 30),
            ("pgd", "linf", 8),
            ("pgd", "l2", 8),
        ]
        assert [row["epoch"] for row in result["curve"]] == [1, 2]

    def test_numbers_are_those_of_the_saved_weights(
        self, finished: tuple[Path, results.Result]
    ) -> None:
        output, result = finished
        chosen, dataset = tiny()
        weights = output.parents[2] / "weights" / "seed0.safetensors"
        assert checkpoint.sha256(weights) == result["weights_sha256"]
        model = build("lenet-mnist", "conv")
        model.load_state_dict(checkpoint.read(weights)[0])
        assert count_parameters(model) == result["parameters"]
        assert evaluate(model, dataset, count=40) == result["clean"]["correct"]
        kept = fast_gradient_sweep(
            model, as_pixels(dataset.test_images[:30]), dataset.test_labels[:30],
            chosen.attack.epsilons, "l2",
        )  # fmt: skip
        assert result["robust"][1]["correct"] == kept.sum(1).tolist()
        shares = results.robust_accuracy(result, "fast-gradient", "l2")
        assert list(shares) == list(chosen.attack.epsilons)
        assert shares[0.0] == int(kept[0].sum()) / 30

    def test_second_run_trains_nothing(
        self, finished: tuple[Path, results.Result], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        output, result = finished
        chosen, dataset = tiny()
        monkeypatch.setattr("companion.experiments.runs.training._train_epoch", pytest.fail)
        output.unlink()
        again = cell.run(chosen, dataset, output, output.parents[2] / "weights", profile="quick")
        for name in ("clean", "robust", "curve", "weights_sha256"):
            assert again[name] == result[name]

    def test_changed_settings_train_anew(
        self, finished: tuple[Path, results.Result], tmp_path: Path
    ) -> None:
        """A checkpoint of other settings in the same folder is left alone."""
        chosen, dataset = tiny()
        changed = replace(chosen, training=replace(chosen.training, momentum=0.5))
        output = results.path_of(tmp_path, "lenet-mnist", "conv", 0)
        folder = finished[0].parents[2] / "weights"
        before = {path: path.read_bytes() for path in folder.glob("*.checkpoint.safetensors")}
        result = cell.run(changed, dataset, output, folder, profile="quick")
        assert result["curve"] != finished[1]["curve"]
        added = set(folder.glob("*.checkpoint.safetensors")) - set(before)
        assert added == {folder / changed.checkpoint_name}
        assert all(path.read_bytes() == content for path, content in before.items())

    def test_command_refuses_in_one_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        arguments = "--experiment lenet-mnist --variant strided --seed 0 --profile quick"
        assert cell.main(arguments.split()) == 1
        assert "must be one of maxpool, conv, got 'strided'" in capsys.readouterr().err


class TestResults:
    @pytest.mark.parametrize(
        ("path", "value", "message"),
        [
            (["format"], 2, r"at \$\.format, 1 was expected"),
            (["clean", "correct"], -1, r"at \$\.clean\.correct, -1 is less than"),
            (["clean", "extra"], 0, "Additional properties"),
            (["configuration", "seed"], 1, "expected configuration hash"),
            (["configuration_sha256"], "0" * 64, "expected configuration hash"),
            (["robust", 0, "correct", 0], 31, "at most 30 right images, found 31"),
            (["robust", 0, "correct"], [1], "a count for each of 21 epsilons, found 1"),
            (["provenance", "commit"], "main", "does not match"),
            (["curve", 0, "test_accuracy"], 1.5, "greater than the maximum"),
        ],
    )
    def test_one_wrong_field_is_refused_by_name(
        self,
        finished: tuple[Path, results.Result],
        path: list[Any],
        value: object,
        message: str,
    ) -> None:
        output, result = finished
        wrong = json.loads(json.dumps(result))
        place = wrong
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        with pytest.raises(DataError, match=message):
            results.validate(wrong, output)

    def test_result_in_another_cells_place_is_refused(
        self, finished: tuple[Path, results.Result]
    ) -> None:
        output, result = finished
        with pytest.raises(DataError, match=r"found that of lenet-mnist/conv/seed0\.json"):
            results.write(output.with_name("seed1.json"), result)
        assert not output.with_name("seed1.json").exists()

    def test_no_file_and_no_json(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="expected a result in JSON"):
            results.read(tmp_path / "seed0.json")
        (tmp_path / "seed0.json").write_text("{")
        with pytest.raises(DataError, match="expected a result in JSON"):
            results.read(tmp_path / "seed0.json")

    def test_missing_folder_holds_no_results(self, tmp_path: Path) -> None:
        assert results.read_all(tmp_path / "absent") == []

    def test_unknown_attack(self, finished: tuple[Path, results.Result]) -> None:
        with pytest.raises(ValueError, match=r"one of fast-gradient linf, .*, got pgd l1"):
            results.robust_accuracy(finished[1], "pgd", "l1")


class TestRecorded:
    """Every result that is kept in the repository."""

    @pytest.mark.parametrize(
        "path", RECORDS, ids=lambda path: path.relative_to(RECORDED).as_posix()
    )
    def test_follows_schema_hash_and_current_configuration(self, path: Path) -> None:
        result = results.read(path)
        recorded = result["configuration"]
        now = configuration(
            recorded["experiment"],
            recorded["variant"],
            recorded["seed"],
            result["provenance"]["profile"],
        )
        assert recorded == now.as_json()
        assert path == results.path_of(
            RECORDED / keep.folder_of(recorded),
            recorded["experiment"],
            recorded["variant"],
            recorded["seed"],
        )
        assert result["provenance"]["commit"]
        assert not result["provenance"]["uncommitted"]
        model = build(recorded["experiment"], recorded["variant"])
        assert result["parameters"] == count_parameters(model)
        weights = path.with_suffix(".safetensors")
        if keep.wants_weights(recorded) and not recorded["experiment"].startswith("resnet"):
            assert checkpoint.sha256(weights) == result["weights_sha256"]
        else:
            assert not weights.exists()

    @pytest.mark.parametrize("seed", range(3))
    def test_the_grid_repeats_the_papers_lenet(self, seed: int) -> None:
        """One network, trained in the same way by two experiments, gets as many images right."""
        paths = [
            results.path_of(RECORDED, experiment, variant, seed)
            for experiment, variant in (
                ("lenet-mnist", "maxpool"),
                ("activation-mnist", "max-relu"),
            )
        ]
        lenet, grid = map(results.read, paths)
        assert lenet["configuration"]["training"] == grid["configuration"]["training"]
        assert lenet["clean"] == grid["clean"]

    def test_every_lenet_was_attacked_by_all(self) -> None:
        for result in results.recorded():
            if result["configuration"]["experiment"].startswith("lenet"):
                done = {(robust["attack"], robust["norm"]) for robust in result["robust"]}
                for norm in ("linf", "l2"):
                    done.discard(("apgd", norm))  # the strongest is not on every network yet
                assert done == set(READINGS.values())
                for norm in ("linf", "l2"):
                    worst = list(results.robust_accuracy(result, "ensemble", norm).values())
                    assert worst == sorted(worst, reverse=True)

    @pytest.mark.parametrize(
        ("experiment", "surest"), [("lenet-cifar10", "maxpool"), ("lenet-mnist", "conv")]
    )
    @pytest.mark.parametrize("seed", range(3))
    def test_who_is_surest(self, experiment: str, surest: str, seed: int) -> None:
        """Appendix E says so: Maxpool on CIFAR-10, Conv on MNIST, and it is moved the least."""
        counts = {
            variant: results.read_stronger(
                results.path_of(results.STRONGER, experiment, variant, seed)
            )["rounding"]
            for variant in config.VARIANTS[experiment]
        }
        for key in ("sure", "unmoved"):
            assert max(counts, key=lambda variant: counts[variant][key]) == surest

    def test_what_rounding_hides(self) -> None:
        """Appendix E says so: on MNIST the lead grows for one step in double precision only."""
        growing = next(one for one in STATEMENTS if one.name == "mnist-growing")
        recorded = results.recorded()
        growth = {
            name: finding.estimate.value
            for name in READINGS
            if name.endswith("L2") and (finding := evaluate_statement(growing, recorded, name))
        }
        assert len(growth) == 4
        assert [name for name, value in growth.items() if value > 0] == ["FGM float64, L2"]

    def test_what_the_short_schedule_does_to_the_resnets(self) -> None:
        """Section 5.2 says so: Maxpool fits the most, and under PGD in L∞ it withstands less."""
        fitted, clean, robust = {}, {}, {}
        for variant in config.VARIANTS["resnet-cifar10"]:
            one = results.read(results.path_of(RECORDED, "resnet-cifar10", variant, 0))
            fitted[variant] = one["curve"][-1]["train_accuracy"]
            clean[variant] = one["clean"]["correct"]
            robust[variant] = results.robust_accuracy(one, "pgd", "linf")[0.01]
        maxpool = fitted.pop("maxpool")
        assert maxpool > max(fitted.values()) + 0.05
        for variant in fitted:
            assert robust[variant] > robust["maxpool"] + 0.02
            assert clean[variant] < clean["maxpool"]

    @pytest.mark.parametrize("path", STRONGER, ids=lambda path: "/".join(path.parts[-3:]))
    def test_stronger_attacks_are_on_a_recorded_network(self, path: Path) -> None:
        found = results.read_stronger(path)
        result = results.read(RECORDED.joinpath(*path.parts[-3:]))
        assert found["weights_sha256"] == result["weights_sha256"]
        assert found["provenance"]["commit"]
        assert not found["provenance"]["uncommitted"]
        settings = result["configuration"]["attack"]
        made = {robust["attack"] for robust in found["robust"]}
        assert found["settings"].get("steps") == (
            settings["pgd_steps"] if "ensemble" in made else None
        )
        for robust in found["robust"]:
            assert robust["epsilons"] == settings["pgd_epsilons"]
            assert robust["images"] == settings["pgd_images"]
        rounding = found["rounding"]
        assert max(rounding["sure"], rounding["unmoved"]) <= rounding["right"]
