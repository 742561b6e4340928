"""Forgeries of the recorded results, with the manifest as it is and with it rewritten."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from companion.experiments.results import history, laws, manifest, recomputable
from companion.experiments.results import record as results
from companion.experiments.results.domain import RecordedRuns
from companion.experiments.runs.config import sha256_of
from companion.experiments.statistics import summary
from companion.files import RECORDED, ROOT
from companion.ledger import Evaluator, load
from companion.ledger.verdicts import lock_path
from maxpooling.errors import DataError

Run = dict[str, Any]
LENET, LENET_1 = "lenet-cifar10/maxpool/seed0.json", "lenet-cifar10/maxpool/seed1.json"
MNIST = "lenet-mnist/conv/seed0.json"  # trained in float32
GRID = "activation-mnist/max-relu/seed0.json"
RESNET = "resnet-cifar10/maxpool/seed1.json"
STRONGER = f"stronger/{LENET}"
EXPERIMENTS = ("activation-", "lenet-", "resnet-")
RUNS = sum(path.parts[-3].startswith(EXPERIMENTS) for path in RECORDED.glob("*/*/seed*.json"))
LINES = len((RECORDED / manifest.NAME).read_text(encoding="utf-8").splitlines())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The whole record, a copy; the weights are links."""
    for path in RECORDED.rglob("*.*"):
        target = tmp_path / path.relative_to(RECORDED)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".safetensors":
            target.symlink_to(path)
        else:
            target.write_bytes(path.read_bytes())
    monkeypatch.setattr(results, "RECORDED", tmp_path)
    monkeypatch.setattr(results, "STRONGER", tmp_path / "stronger")
    return tmp_path


def read(folder: Path, path: str) -> Run:
    run: Run = json.loads((folder / path).read_bytes())
    return run


def put(run: Run, place: list[Any], value: object) -> None:
    """Change one value of a record, wherever it stands."""
    for step in place[:-1]:
        run = run[step]
    run[place[-1]] = value


def write(folder: Path, path: str, run: Run) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(json.dumps(run, indent=1) + "\n")


def forge(folder: Path, path: str, change: Callable[[Run], None]) -> None:
    run = read(folder, path)
    change(run)
    write(folder, path, run)


def rewrite(folder: Path) -> None:
    """What a forger does who knows of the manifest."""
    (folder / manifest.NAME).unlink()
    manifest.enter(folder, [p.relative_to(folder).as_posix() for p in folder.rglob("seed*.json")])


def scale_clean(run: Run) -> None:
    run["clean"]["correct"] += run["clean"]["images"] // 100


def scale_robust(factor: float) -> Callable[[Run], None]:
    def change(run: Run) -> None:
        for one in run["robust"]:
            one["correct"] = [min(one["images"], round(factor * n)) for n in one["correct"]]

    return change


def zero_is_five(run: Run) -> None:
    run["robust"][0]["correct"][0] = 5


def unmoved(run: Run) -> None:
    run["rounding"]["unmoved"] += 20


def curve_end(run: Run) -> None:
    run["curve"][-1]["test_accuracy"] = round(run["curve"][-1]["test_accuracy"] - 0.01, 10)


def commit(text: str) -> Callable[[Run], None]:
    def change(run: Run) -> None:
        run["provenance"]["commit"] = text

    return change


def no_md5(run: Run) -> None:
    run["provenance"]["data_md5"] = dict.fromkeys(run["provenance"]["data_md5"], "0" * 32)


def another_seed(run: Run) -> None:
    run["configuration"]["seed"] = 1
    run["configuration_sha256"] = sha256_of(run["configuration"])


def other_configuration(run: Run) -> None:
    run["configuration"]["training"]["momentum"] = 0.8
    run["configuration_sha256"] = sha256_of(run["configuration"])


def one_count(run: Run) -> None:
    """In the middle of a projected attack, where no law binds it."""
    run["robust"][3]["correct"][4] -= 3


FORGERIES = [
    (LENET, scale_clean),
    (GRID, scale_clean),
    (LENET, scale_robust(1.01)),
    (LENET, scale_robust(0.9)),
    (GRID, scale_robust(0.9)),
    (STRONGER, scale_robust(1.01)),
    (LENET, zero_is_five),
    (GRID, zero_is_five),
    (STRONGER, zero_is_five),
    (STRONGER, unmoved),
    (LENET, curve_end),
    (MNIST, curve_end),
    (LENET, commit("deadbeef")),
    (LENET, commit("deadbeef" * 5)),
    (LENET, no_md5),
    (STRONGER, no_md5),
    (LENET, other_configuration),
    (LENET, one_count),
]


@pytest.mark.parametrize(("path", "change"), FORGERIES)
def test_a_changed_file_is_not_that_of_the_manifest(
    folder: Path, path: str, change: Callable[[Run], None]
) -> None:
    assert len(results.recorded()) == RUNS
    forge(folder, path, change)
    digest = "[0-9a-f]{64}"
    said = rf"{re.escape(path)}: expected SHA-256 {digest} as in manifest\.csv, found {digest}"
    with pytest.raises(DataError, match=said):
        results.recorded()


@pytest.mark.parametrize(
    ("path", "change", "said"),
    [
        (LENET, scale_clean, "fast-gradient linf at size 0: expected 7757 to 7759 right images"),
        (LENET, scale_robust(1.01), "fast-gradient linf at size 0: expected 7657 to 7659"),
        (LENET, scale_robust(0.9), "fast-gradient linf at size 0: expected 7657 to 7659"),
        (STRONGER, scale_robust(1.01), "fast-gradient-float64 linf at size 0: expected 779 to 781"),
        (LENET, zero_is_five, "fast-gradient linf at size 0: expected 7657 to 7659 .*, found 5"),
        (GRID, zero_is_five, "clean: expected 4 to 9006 right images beside the 5 of 1000"),
        (STRONGER, zero_is_five, "size 0: expected 779 to 781 .*, found 5"),
        (MNIST, curve_end, "curve: expected the clean count [0-9]+ at its end, found"),
        (LENET, commit("deadbeef"), "'deadbeef' does not match"),
        (LENET, no_md5, "expected MD5 of data_batch_1.bin as in data/sources.toml 5dd7.*found 000"),
        (STRONGER, no_md5, "expected MD5 of data_batch_1.bin as in data/sources.toml"),
    ],
)
def test_with_the_manifest_rewritten_a_law_is_broken(
    folder: Path, path: str, change: Callable[[Run], None], said: str
) -> None:
    forge(folder, path, change)
    rewrite(folder)
    with pytest.raises(DataError, match=rf"{re.escape(path)}: .*{said}"):
        results.recorded()


def test_an_unknown_commit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"77fbe74db61f524b4cbcc2254a07f9e2722b97e4"}
    monkeypatch.setattr(manifest, "known_commits", lambda: (known, ""))
    with pytest.raises(DataError, match=r"json: expected a commit of this repository, found"):
        manifest.verify(folder)
    every = {one for line in manifest.read(folder).values() for one in line.commits.split()}
    monkeypatch.setattr(manifest, "known_commits", lambda: (every, ""))
    assert manifest.verify(folder) == []
    forge(folder, LENET, commit("deadbeef" * 5))
    rewrite(folder)
    with pytest.raises(DataError, match=rf"{LENET}: expected a commit of this .* found deadbeef"):
        manifest.verify(folder)
    monkeypatch.setattr(manifest, "known_commits", lambda: (set(), "no git"))
    assert manifest.verify(folder) == ["commits of the recorded runs were not looked up: no git"]


class TestSeeds:
    def test_seed_one_is_seed_zero(self, folder: Path) -> None:
        """As it is, under its own seed, and with other weights named."""
        (folder / LENET_1).write_bytes((folder / LENET).read_bytes())
        with pytest.raises(DataError, match=f"{LENET_1}: expected SHA-256"):
            results.recorded()
        rewrite(folder)
        with pytest.raises(DataError, match=rf"expected the result of this cell, found .*{LENET}"):
            results.recorded()
        forge(folder, LENET_1, another_seed)
        rewrite(folder)
        with pytest.raises(DataError, match=f"{LENET_1}: .* found the weights of .*{LENET}"):
            results.recorded()
        with pytest.raises(DataError, match=r"seed1.safetensors: expected SHA-256"):
            manifest.verify(folder)
        forge(folder, LENET_1, lambda run: run.update(weights_sha256="0" * 64))
        rewrite(folder)
        with pytest.raises(DataError, match=f"{LENET_1}: .* found the losses of .*{LENET}"):
            results.recorded()

    def test_sixteen_seeds_are_gone(self, folder: Path) -> None:
        committed = lock_path().read_text(encoding="utf-8")
        assert RecordedRuns().words("runs") in committed
        for path in list(folder.glob("activation-mnist/*/seed2.json")):
            path.unlink()
        with pytest.raises(DataError, match=r"seed2.json: expected the file that manifest"):
            results.recorded()
        rewrite(folder)
        assert len(results.recorded()) == RUNS - 16
        assert RecordedRuns().words("runs") not in committed  # the lock of the verdicts fails

    def test_six_resnets_are_invented(self, folder: Path) -> None:
        committed = lock_path().read_text(encoding="utf-8")
        for variant in ("conv-large", "conv-small"):
            for seed in (7, 8, 9):
                run = read(folder, f"resnet-cifar10/{variant}/seed0.json")
                run["configuration"]["seed"] = seed
                run["configuration_sha256"] = sha256_of(run["configuration"])
                run["weights_sha256"] = sha256_of({"invented": [variant, seed]})
                run["curve"][0]["train_loss"] += seed / 100
                write(folder, f"resnet-cifar10/{variant}/seed{seed}.json", run)
        with pytest.raises(DataError, match=r"seed7.json: expected a file that manifest.csv lists"):
            results.recorded()
        rewrite(folder)
        assert len(results.recorded()) == RUNS + 6
        assert RecordedRuns().words("runs") not in committed  # the lock of the verdicts fails

    def test_stronger_attacks_belong_to_a_run(self, folder: Path) -> None:
        run = read(folder, f"stronger/{MNIST}")
        run["cell"]["seed"] = 7
        write(folder, "stronger/lenet-mnist/conv/seed7.json", run)
        rewrite(folder)
        with pytest.raises(DataError, match="expected a recorded result that it belongs to"):
            results.recorded()


class TestManifest:
    def test_the_record_is_as_it_says(self) -> None:
        """Of the commits, as far as this checkout's history goes."""
        notes = manifest.verify()
        assert notes == [] or history.known_commits()[1] in notes[0]

    def test_is_written_where_runs_are_kept_and_only_for_those(self, folder: Path) -> None:
        before = (folder / manifest.NAME).read_bytes()
        manifest.enter(folder, [LENET])
        assert (folder / manifest.NAME).read_bytes() == before
        forge(folder, LENET, one_count)
        forge(folder, GRID, scale_clean)
        with pytest.raises(DataError, match=f"{GRID}: expected sha256 of manifest.csv"):
            manifest.enter(folder, [LENET])
        assert (folder / manifest.NAME).read_bytes() == before
        manifest.enter(folder, [LENET, GRID])
        changed = (folder / manifest.NAME).read_text().splitlines()
        assert len(set(changed) - set(before.decode().splitlines())) == 2
        (folder / MNIST).unlink()
        with pytest.raises(DataError, match=f"{MNIST}: expected the file that manifest.csv lists"):
            manifest.enter(folder, [LENET])

    def test_weights_come_and_go(self, folder: Path) -> None:
        weights = (folder / LENET).with_suffix(".safetensors")
        content = weights.read_bytes()
        weights.unlink()
        with pytest.raises(DataError, match=f"{LENET}: expected weights of manifest.csv kept"):
            manifest.verify(folder)
        weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(DataError, match=r"seed0.safetensors: expected SHA-256 .*, found"):
            manifest.verify(folder)
        weights.write_bytes(content)
        manifest.verify(folder)
        weights.with_name("seed9.safetensors").write_bytes(content)
        with pytest.raises(DataError, match=r"seed9.safetensors: expected none by manifest.csv"):
            manifest.verify(folder)

    def test_a_header_unlike_its_configuration(self, folder: Path) -> None:
        """The file of another seed, whose hash the result now names."""
        weights = (folder / LENET).with_suffix(".safetensors")
        content = (folder / LENET_1).with_suffix(".safetensors").read_bytes()
        weights.unlink()
        weights.write_bytes(content)
        named = read(folder, LENET_1)["weights_sha256"]
        forge(folder, LENET, lambda run: run.update(weights_sha256=named))
        rewrite(folder)
        said = "seed0.safetensors: expected configuration.seed in the header 0, found 1"
        with pytest.raises(DataError, match=said):
            manifest.verify(folder)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda text: "", r"line 1: expected path,sha256,.*, found 'nothing'"),
            (lambda text: text.replace("sha256", "md5", 1), "line 1: expected path,sha256,"),
            (lambda text: text + "a,b\n", f"line {LINES + 1}: expected 6 columns, found 2"),
            (
                lambda text: text + text.splitlines()[3] + "\n",
                f"line {LINES + 1}: expected each path once, found",
            ),
            (lambda text: text[: len(text) // 2], "expected"),
            (lambda text: '"' + text, "expected the manifest of the record, found"),
            (lambda text: text[:-1], "expected whole lines, found"),
            # One bit from a line feed, and a line's end to some.
            (lambda text: text.replace("\n", "\v", 1), "line 1: expected path,sha256"),
            (lambda text: text.replace("whole\n", "whole\v", 1), "columns, found"),
            (lambda text: text.replace("kept", "kapt", 1), "expected weights of manifest.csv"),
            (lambda text: text.replace("last stage", "whole", 1), "life of manifest.csv whole"),
        ],
    )
    def test_a_damaged_manifest_is_named(
        self, folder: Path, change: Callable[[str], str], said: str
    ) -> None:
        path = folder / manifest.NAME
        path.write_text(change(path.read_text()))
        with pytest.raises(DataError, match=said):
            manifest.verify(folder)

    def test_none_is_refused(self, folder: Path) -> None:
        (folder / manifest.NAME).unlink()
        with pytest.raises(DataError, match=r"manifest\.csv: expected the manifest of the record"):
            results.recorded()

    def test_commits_are_of_this_folders_own_checkout(self, tmp_path: Path) -> None:
        """A folder below a checkout is none, though git finds one above."""
        assert "is no git checkout" in history.known_commits(tmp_path)[1]
        assert "is no git checkout" in history.known_commits(ROOT / "src")[1]

    def test_a_shallow_checkout_does_not_know(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answers = {"--show-toplevel": str(ROOT), "--is-shallow-repository": "true"}
        monkeypatch.setattr(history, "git", lambda _, *words: answers[words[-1]])
        assert "only the newest commits" in history.known_commits()[1]
        answers["--is-shallow-repository"] = "false"
        answers["HEAD"] = "a\nb"
        assert history.known_commits() == ({"a", "b"}, "")


class TestLaws:
    """Each law alone, broken on a sound run; what is no law may be otherwise."""

    def test_every_record_obeys(self) -> None:
        assert len(results.recorded()) == RUNS

    @pytest.mark.parametrize(
        ("path", "place", "value", "said"),
        [
            (LENET, ["robust", 0, "correct", 3], 10_001, "expected at most 10000 right images"),
            (LENET, ["robust", 1, "correct", 0], 7659, "fast-gradient l2 at size 0: expected 7658"),
            (LENET, ["robust", 3, "correct", 0], 781, "pgd l2 at size 0: expected 780 right"),
            (LENET, ["robust", 0, "correct", 9], 1, "one count for all sizes from 1 on"),
            (LENET, ["robust", 0, "images"], 9000, "expected 10000 images, found 9000"),
            (LENET, ["robust", 0, "epsilons", 1], 0.5, "fast-gradient linf: expected the sizes"),
            (LENET, ["robust", 0, "norm"], "l2", "attacks: expected fast-gradient l2, fast-grad"),
            (LENET, ["clean", "images"], 9000, "clean: expected the 10000 images of the config"),
            (LENET, ["curve", 3, "epoch"], 3, "curve: expected the epochs 1 to 100"),
            (LENET, ["curve", 3, "test_accuracy"], 0.12345, "epoch 4: expected a share of 10000"),
            (LENET, ["curve", 3, "train_accuracy"], 0.1234567, "expected a share of 50000"),
            (LENET, ["seconds", "training"], 1.0, "seconds: expected"),
            (GRID, ["clean", "correct"], 900, "clean: expected 988 to 9990 right images"),
        ],
    )
    def test_one_value(self, path: str, place: list[Any], value: object, said: str) -> None:
        run = read(RECORDED, path)
        assert list(laws.broken(run)) == []  # type: ignore[arg-type]
        put(run, place, value)
        found = list(laws.broken(run))  # type: ignore[arg-type]
        assert any(said in one for one in found), found

    @pytest.mark.parametrize(
        ("place", "value", "said"),
        [
            (["rounding", "unmoved"], 781, "unmoved: expected at most the 780 right images"),
            (["rounding", "sure"], 781, "sure: expected at most the 780 right images"),
            (["rounding", "right"], 770, "at size 0: expected 769 to 771 right images"),
            (["robust", 1, "correct", 4], 779, "ensemble linf at 0.01: expected at most"),
            (["settings", "images"], 900, "expected 900 images, found 1000"),
        ],
    )
    def test_one_value_of_stronger_attacks(
        self, place: list[Any], value: object, said: str
    ) -> None:
        run = read(RECORDED, STRONGER)
        assert list(laws.broken_stronger(run)) == []  # type: ignore[arg-type]
        put(run, place, value)
        found = list(laws.broken_stronger(run))  # type: ignore[arg-type]
        assert any(said in one for one in found), found

    def test_the_ensemble_leaves_no_more_than_one_step(self) -> None:
        run, found = read(RECORDED, LENET), read(RECORDED, STRONGER)
        assert list(laws.broken_together(run, found)) == []  # type: ignore[arg-type]
        run["robust"][0]["correct"][1] = found["robust"][1]["correct"][1] - 2
        (said,) = laws.broken_together(run, found)  # type: ignore[arg-type]
        assert "ensemble linf at 0.001: expected at most the" in said
        found["robust"][0]["images"] = 7
        assert "found others" in next(laws.broken_together(run, found))  # type: ignore[arg-type]

    def test_a_projected_attack_may_leave_more_than_one_step(self) -> None:
        """It starts at random: the record has such counts, and they are no forgeries."""
        run = read(RECORDED, LENET)
        run["robust"][2]["correct"][5] = 1000
        assert list(laws.broken(run)) == []  # type: ignore[arg-type]

    def test_an_image_on_the_border_may_fall_to_either_side(self) -> None:
        run = read(RECORDED, LENET)
        run["clean"]["correct"] += 1
        assert list(laws.broken(run)) == []  # type: ignore[arg-type]
        run["clean"]["correct"] += 9
        assert list(laws.broken(run)) != []  # type: ignore[arg-type]
        run["provenance"]["device"] = "cuda"
        assert list(laws.broken(run)) == []  # type: ignore[arg-type]


def test_lines_of_a_whole_life(folder: Path) -> None:
    """All commits that took part, each once, and what an old record cannot tell."""
    of_attack = {
        line.path.startswith("apgd/"): line.life for line in manifest.read(folder).values()
    }
    assert of_attack.pop(False) == manifest.LAST
    assert set(of_attack.values()) <= {manifest.WHOLE}
    one, other, end = "1" * 40, "2" * 40, "3" * 40
    run = read(folder, LENET)
    stages = [{"commit": one}, {"commit": other}, {"commit": None}, {"commit": one}]
    run["provenance"] |= {"life": stages, "commit": end}
    line = manifest.line_of(folder, LENET, json.dumps(run).encode())
    assert (line.commits, line.life) == (f"{one} {other} {end}", manifest.WHOLE)
    assert line.weights == manifest.KEPT


class TestRecomputable:
    """What a reader is told of runs whose weights are not kept."""

    def of(self, experiment: str) -> list[results.Result]:
        every = results.recorded()
        return [one for one in every if one["configuration"]["experiment"] == experiment]

    def test_is_derived_from_the_record(self) -> None:
        assert recomputable.words(self.of("lenet-cifar10")) == ""
        resnets = self.of("resnet-cifar10")
        said = f"the weights of {len(resnets)} of the {len(resnets)} recorded runs are not kept."
        assert said in recomputable.words(resnets)
        assert "weights of 44 of the 48 recorded" in recomputable.words(self.of("activation-mnist"))

    def test_runs_of_this_build_have_their_weights(self) -> None:
        (one, *_) = self.of("resnet-cifar10")
        one["weights_sha256"] = "0" * 64
        assert recomputable.words([one]) == ""

    def test_stands_in_the_ledger_and_the_captions(self) -> None:
        claim = next(one for one in load() if one.checks == ("y_activation.accuracy_claim",))
        said = "Not recomputable here, retrainable: the weights of 44 of the 48"
        assert said in Evaluator().evaluate(claim).why
        assert "retrainable" in summary.describe(results.recorded(), "resnet-cifar10")
        assert "retrainable" not in summary.describe(results.recorded(), "lenet-mnist")
