"""APGD: against the exact distance of a linear classifier, on a recorded network, in the record."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from small_record import NAME, make_record
from torch import nn

from companion.experiments.attacks import automatic
from companion.experiments.attacks.automatic import ATTACK, automatic_sweep
from companion.experiments.attacks.sweeps import Norm
from companion.experiments.data.loading import Images
from companion.experiments.results import laws, manifest, outcomes
from companion.experiments.results import record as results
from companion.experiments.results.types import Automatic, Robust, Stronger
from companion.experiments.runs import outcomes as storing
from companion.experiments.runs import recheck, recount
from companion.files import RECORDED
from maxpooling.errors import DataError

SIZES: dict[str, dict[Norm, tuple[float, ...]]] = {
    "lenet-mnist": {"linf": (0.02, 0.1), "l2": (0.1,)}
}


def linear(seed: int) -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """A linear classifier of five classes, and images away from black and white with labels."""
    draw = torch.Generator().manual_seed(seed)
    layer = nn.Linear(48, 5)
    with torch.no_grad():
        layer.weight.copy_(torch.randn(5, 48, generator=draw))
        layer.bias.copy_(0.1 * torch.randn(5, generator=draw))
    images = 0.5 + 0.1 * (torch.rand(40, 3, 4, 4, generator=draw) - 0.5)
    model = nn.Sequential(nn.Flatten(), layer).eval()
    with torch.no_grad():
        return model, images, model(images).argmax(1)


def distances(model: nn.Module, images: torch.Tensor, norm: Norm) -> torch.Tensor:
    """How far each image is from another class: of the planes between classes, the nearest."""
    layer = model[1]  # type: ignore[index]
    with torch.no_grad():
        logits = model(images)
        top = logits.argmax(1)
        gaps = logits.gather(1, top[:, None]) - logits
        slopes = layer.weight[top][:, None] - layer.weight
        lengths = slopes.norm(p=1 if norm == "linf" else 2, dim=2)
        far = torch.where(lengths > 0, gaps / lengths, torch.inf)
    return far.min(1).values


def far(images: torch.Tensor) -> torch.Tensor:
    """Black for light and white for dark."""
    return (images < 0.5).float()


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("seed", range(2))
def test_it_breaks_what_is_near_another_class_and_nothing_else(norm: Norm, seed: int) -> None:
    model, images, labels = linear(seed)
    near = distances(model, images, norm)
    sizes = [float(near.quantile(share)) for share in (0.25, 0.5, 0.75)]
    standing = torch.ones(3, len(images), dtype=torch.bool)
    found = automatic_sweep(model, images, labels, sizes, norm, standing, steps=30, seed=seed)
    for row, size in zip(found, sizes, strict=True):
        assert row[near > 1.001 * size].all()
        assert not row[near < 0.98 * size].any()


def test_only_what_stands_is_attacked_and_nothing_is_left_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, images, labels = linear(0)
    attacked: list[int] = []
    whole = automatic._attacked

    def counting(model: nn.Module, images: torch.Tensor, *rest: Any) -> torch.Tensor:
        attacked.append(len(images))
        return whole(model, images, *rest)

    monkeypatch.setattr(automatic, "_attacked", counting)
    np.random.seed(5)  # noqa: NPY002
    before, weights = np.random.get_state()[1].copy(), model[1].weight.clone()  # type: ignore[index] # noqa: NPY002
    standing = torch.zeros(2, len(images), dtype=torch.bool)
    standing[:, :7] = True
    found = automatic_sweep(model, images, labels, [1e-4, 9.0], "l2", standing, steps=3, seed=0)
    assert attacked[0] == 7
    assert max(attacked) == 7
    assert not found[:, 7:].any()
    assert found[0].sum() == 7 > found[1].sum()
    assert (np.random.get_state()[1] == before).all()  # type: ignore[index] # noqa: NPY002
    assert torch.equal(model[1].weight, weights)  # type: ignore[index]
    assert model[1].weight.requires_grad  # type: ignore[index]


def test_what_is_broken_stays_broken_at_larger_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the attack fails there; it is not tried again."""
    model, images, labels = linear(1)
    monkeypatch.setattr(
        automatic, "_attacked", lambda model, x, y, epsilon, *rest: x if epsilon > 1 else far(x)
    )
    wrong = model(far(images)).argmax(1) != labels
    standing = torch.ones(2, len(images), dtype=torch.bool)
    found = automatic_sweep(model, images, labels, [1.0, 2.0], "linf", standing, steps=1, seed=0)
    assert wrong.any()
    assert torch.equal(found, torch.stack([~wrong, ~wrong]))


def test_an_image_outside_the_ball_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    model, images, labels = linear(2)
    monkeypatch.setattr(automatic, "_attacked", lambda model, x, *rest: far(x))
    assert (model(far(images)).argmax(1) != labels).any()
    standing = torch.ones(1, len(images), dtype=torch.bool)
    assert automatic_sweep(model, images, labels, [1e-6], "l2", standing, steps=1, seed=0).all()


@pytest.mark.parametrize(
    ("epsilons", "shape", "message"),
    [
        ([], (0, 40), r"epsilons must be positive and ascend, got \[\]"),
        ([0.0, 0.1], (2, 40), "epsilons must be positive and ascend"),
        ([0.2, 0.1], (2, 40), "epsilons must be positive and ascend"),
        ([0.1], (2, 40), r"standing must have shape \(1, 40\), got \(2, 40\)"),
    ],
)
def test_refusals(epsilons: list[float], shape: tuple[int, int], message: str) -> None:
    model, images, labels = linear(0)
    standing = torch.ones(shape, dtype=torch.bool)
    with pytest.raises(ValueError, match=message):
        automatic_sweep(model, images, labels, epsilons, "linf", standing, steps=1, seed=0)


def after_pgd(result: results.Result) -> bool:
    return result["configuration"]["experiment"] in automatic.AFTER_PGD


def test_the_sizes_are_those_at_which_something_is_left_and_something_lost() -> None:
    for result in results.recorded():
        for norm, sizes in automatic.SIZES.get(result["configuration"]["experiment"], {}).items():
            weaker = "pgd" if after_pgd(result) else "ensemble"
            left = results.robust_accuracy(result, weaker, norm)
            clean = result["clean"]["correct"] / result["clean"]["images"]
            assert all(0.1 <= left[size] / clean <= 0.9 for size in sizes)
            assert set(sizes) <= set(result["configuration"]["attack"]["epsilons"])


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("experiment", automatic.AFTER_PGD)
def test_a_resnet_has_no_other_such_size(experiment: str, norm: Norm) -> None:
    shares = []
    for result in results.recorded():
        if result["configuration"]["experiment"] == experiment:
            left = results.robust_accuracy(result, "pgd", norm)
            clean = result["clean"]["correct"] / result["clean"]["images"]
            shares.append({size: share / clean for size, share in left.items()})
    found = {size for size in shares[0] if all(0.1 <= one[size] <= 0.9 for one in shares)}
    assert found == set(automatic.SIZES[experiment][norm])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Images]:
    """A record of one network on random images, with stronger attacks."""
    folder = tmp_path_factory.mktemp("record")
    return folder, make_record(folder)


@pytest.fixture
def folder(
    made: tuple[Path, Images], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A repository's record, with the ensemble's outcomes and without APGD."""
    for path in made[0].rglob("*.*"):
        target = tmp_path / path.relative_to(made[0])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    for module in (results, automatic, recheck):
        monkeypatch.setattr(module, "RECORDED", tmp_path)
    monkeypatch.setattr(results, "STRONGER", tmp_path / "stronger")
    monkeypatch.setattr(results, "AUTOMATIC", tmp_path / "apgd")
    monkeypatch.setattr(automatic, "SIZES", SIZES)
    for module in (automatic, storing):
        monkeypatch.setattr(module, "load", lambda name: made[1])
    monkeypatch.setattr(recount, "_images", lambda name: made[1])
    monkeypatch.setattr(manifest, "known_commits", lambda: (set(), "a test"))
    (tmp_path / outcomes.NAME).unlink(missing_ok=True)
    outcomes.enter([tmp_path / "lenet-mnist/conv/outcomes-seed1.safetensors"], tmp_path)
    monkeypatch.setattr(outcomes.of, "__defaults__", (tmp_path,))
    monkeypatch.setattr(outcomes.path_of, "__defaults__", (tmp_path,))
    monkeypatch.setattr(outcomes.enter, "__defaults__", (tmp_path,))
    monkeypatch.setattr(automatic.again, "__defaults__", (tmp_path,))
    threads = torch.get_num_threads()
    yield tmp_path
    torch.set_num_threads(threads)


def ensemble(folder: Path) -> None:
    """Store which images the ensemble leaves."""
    for part in recount.parts_of(NAME, folder):
        if part.kind == "ensemble":
            storing.store(part, folder)


class TestRecord:
    def test_recorded_once_and_read_with_the_result(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ensemble(folder)
        assert automatic.main([]) == 0
        (result,) = results.recorded()
        found = results.read_automatic(folder / "apgd" / f"{NAME}.json")
        assert result["robust"][-2:] == found["robust"]
        assert [one["attack"] for one in found["robust"]] == [ATTACK, ATTACK]
        stored = outcomes.of(result, folder)
        assert stored is not None
        for one in found["robust"]:
            right = stored.right[ATTACK, one["norm"]]
            assert right.sum(1).tolist() == one["correct"]
            before = stored.right["ensemble", one["norm"]]
            assert not (right & ~before[1 : 1 + len(right)]).any()
        written = (folder / "apgd" / f"{NAME}.json").read_bytes()
        monkeypatch.setattr(automatic, "attack", None)  # not called again
        assert automatic.main([]) == 0
        assert (folder / "apgd" / f"{NAME}.json").read_bytes() == written

    def test_each_part_and_each_size_counts_again_what_is_recorded(self, folder: Path) -> None:
        ensemble(folder)
        assert automatic.main([]) == 0
        parts = [part for part in recount.parts_of(NAME, folder) if part.kind == ATTACK]
        assert len(parts) == 2
        for part in parts:
            sizes = recount.single_sizes(part, folder)
            assert sum(one.seconds for one in sizes) == pytest.approx(part.seconds)
            for one in (part, *sizes):
                compared = recheck.compare(one, recheck.again(one, folder), folder)
                assert "as recorded" in str(compared)
                assert compared.others == 0
        assert recount.stated(folder)[0] == sum(
            len(recount.recorded_numbers(part, folder)[1])
            for part in recount.parts_of(NAME, folder)
        )

    def test_without_the_ensembles_images_there_is_nothing_to_go_on_from(
        self, folder: Path, made: tuple[Path, Images], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert automatic.main([]) == 1
        assert "expected what ensemble leaves in linf, found none" in capsys.readouterr().err
        assert not (folder / "apgd").exists()

    def test_weights_of_this_machine_do_where_none_are_kept(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As for a ResNet: from plain PGD, on its own images, with its own weights only."""
        monkeypatch.setattr(automatic, "AFTER_PGD", ("lenet-mnist",))
        monkeypatch.setattr(automatic, "BUILD", tmp_path / "build")
        for part in recount.parts_of(NAME, folder):
            if part.kind == "pgd":
                storing.store(part, folder)
        (folder / "stronger" / f"{NAME}.json").unlink()
        kept, built = folder / f"{NAME}.safetensors", tmp_path / "build/cpu" / NAME
        built.parent.mkdir(parents=True)
        kept.rename(built.with_suffix(".safetensors"))
        (folder / manifest.NAME).unlink()
        manifest.enter(folder, [f"{NAME}.json"])
        assert automatic.main([]) == 0
        assert automatic.main(["--profile", "quick"]) == 0
        assert not (folder / "apgd").exists()
        assert automatic.main(["--profile", "cpu"]) == 0
        found = results.read_automatic(folder / "apgd" / f"{NAME}.json")
        assert found["settings"]["after"] == laws.after(found) == "pgd"
        (result,) = results.recorded()
        stored = outcomes.of(result, folder)
        assert stored is not None
        for one in found["robust"]:
            sizes = stored.record["attacks"][f"pgd {one['norm']}"]["epsilons"]
            right = stored.right[ATTACK, one["norm"]]
            weaker = stored.right["pgd", one["norm"]]
            assert right.sum(1).tolist() == one["correct"]
            assert not (right & ~weaker[[sizes.index(e) for e in one["epsilons"]]]).any()

    @pytest.mark.parametrize("change", ["weights", "no ensemble"])
    def test_what_belongs_to_nothing_is_refused(self, folder: Path, change: str) -> None:
        ensemble(folder)
        assert automatic.main([]) == 0
        path = folder / "apgd" / f"{NAME}.json"
        found = results.read_automatic(path)
        if change == "weights":
            path.write_text(json.dumps({**found, "weights_sha256": "0" * 64}))
        else:
            (folder / "stronger" / f"{NAME}.json").unlink()
        (folder / manifest.NAME).unlink()
        manifest.enter(
            folder, [one.relative_to(folder).as_posix() for one in folder.rglob("seed*.json")]
        )
        with pytest.raises(DataError, match=r"some on 000|found others or no ensemble"):
            results.recorded()


def run() -> tuple[Stronger, Automatic]:
    """The record of one LeNet, with what its ensemble leaves at three sizes taken for APGD's."""
    made = results.read_stronger(RECORDED / "stronger/lenet-mnist/conv/seed0.json")
    robust: list[Robust] = []
    for one in made["robust"]:
        if one["attack"] == "ensemble":
            sizes, counts = one["epsilons"][-9:-6], one["correct"][-9:-6]
            robust.append({**one, "attack": ATTACK, "epsilons": sizes, "correct": counts})
    return made, {
        "format": made["format"],
        "cell": made["cell"],
        "weights_sha256": made["weights_sha256"],
        "settings": {"images": 1000, "steps": 30, "losses": ["towards-second"]},
        "robust": robust,
        "seconds": made["seconds"],
        "provenance": made["provenance"],
    }


class TestLaws:
    def test_a_sound_record_breaks_none(self) -> None:
        made, found = run()
        results.validate_automatic(found, Path("apgd/lenet-mnist/conv/seed0.json"))
        assert list(laws.broken_automatic(found)) == []
        assert list(laws.broken_after(made["robust"], found)) == []

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda run: run["robust"].pop(), "norms: expected linf and l2, found linf"),
            (lambda run: run["settings"].update(images=999), "expected 999 images, found 1000"),
            (
                lambda run: run["robust"][1].update(correct=[1, 2, 1]),
                "expected no more right images at a larger size",
            ),
        ],
    )
    def test_alone(self, change: Any, said: str) -> None:
        _, found = run()
        change(found)
        assert any(said in one for one in laws.broken_automatic(found))
        with pytest.raises(DataError):
            results.validate_automatic(found, Path("apgd/lenet-mnist/conv/seed0.json"))

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (lambda one: one["correct"].__setitem__(0, 1000), "images that ensemble leaves"),
            (lambda one: one["epsilons"].__setitem__(0, 0.77), "at most the missing images"),
            (lambda one: one.update(images=77), "expected the images of ensemble"),
        ],
    )
    def test_beside_the_ensemble(self, change: Any, said: str) -> None:
        made, found = run()
        change(found["robust"][1])
        (broken,) = laws.broken_after(made["robust"], found)
        assert said in broken
