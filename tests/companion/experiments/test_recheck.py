"""Counts made again from kept weights: all of them, each alone, a sample; and what they catch."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from small_record import NAME, make_record

from companion.experiments.attacks.sweeps import NORMS, projected_gradient_sweep
from companion.experiments.data.loading import Images
from companion.experiments.results import manifest, outcomes, rounded
from companion.experiments.results import record as results
from companion.experiments.runs import checkpoint, draw, provenance, recheck, recount
from companion.experiments.runs.batches import as_pixels
from companion.experiments.runs.recount import Part
from companion.experiments.runs.weights import trained_model
from companion.files import RECORDED
from maxpooling.errors import DataError


@pytest.fixture(scope="module", autouse=True)
def named() -> Iterator[None]:
    """The processor has a name, also where the system has none for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "model", lambda: "this one")
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Images]:
    """A record of one network on random images, with stronger attacks."""
    folder = tmp_path_factory.mktemp("record")
    return folder, make_record(folder)


class OneByOne:
    """In the place of the pool of processes, which would not see what a test has changed."""

    calls = 0

    def __init__(self, *_: object) -> None:
        pass

    def submit(self, call: Callable[..., Any], *arguments: object) -> "Future[Any]":
        OneByOne.calls += 1
        done: Future[Any] = Future()
        try:
            done.set_result(call(*arguments))
        except DataError as error:
            done.set_exception(error)
        return done

    def shutdown(self, *, cancel_futures: bool) -> None:
        pass

    def __enter__(self) -> "OneByOne":
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture
def folder(made: tuple[Path, Images], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path in made[0].rglob("*.*"):
        target = tmp_path / path.relative_to(made[0])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    OneByOne.calls = 0
    monkeypatch.setattr(recheck, "ProcessPoolExecutor", OneByOne)
    monkeypatch.setattr(recheck, "RECORDED", tmp_path)
    monkeypatch.setattr(recheck, "FOUND", tmp_path / "found.json")
    monkeypatch.setattr(results, "RECORDED", tmp_path)
    monkeypatch.setattr(results, "STRONGER", tmp_path / "stronger")
    monkeypatch.setattr(recount, "_images", lambda name: made[1])
    monkeypatch.setattr(manifest, "known_commits", lambda: (set(), "a test"))
    monkeypatch.setattr(rounded, "networks", list)
    return tmp_path


def forge(folder: Path, path: str, change: Callable[[Any], None]) -> None:
    """Change a file, and the manifest with it."""
    run = json.loads((folder / path).read_bytes())
    change(run)
    (folder / path).write_text(json.dumps(run))
    (folder / manifest.NAME).unlink()
    manifest.enter(folder, [f"{NAME}.json", f"stronger/{NAME}.json"])


class TestParts:
    def test_together_they_are_all_that_is_stated(self, folder: Path) -> None:
        parts = recount.parts_of(NAME, folder)
        numbers = [recount.recorded_numbers(part, folder)[1] for part in parts]
        assert len(parts) == len({part.name for part in parts}) == 2 + 4 * 2
        # clean and the curve's end; three sizes of four attacks in two norms; what rounding does
        assert sum(map(len, numbers)) == 2 + 3 * 4 * 2 + 3
        assert recount.stated(folder) == (29, 29)
        (folder / f"{NAME}.safetensors").unlink()
        assert recount.stated(folder) == (29, 0)

    def test_each_alone_counts_what_is_recorded(self, folder: Path) -> None:
        for part in recount.parts_of(NAME, folder):
            found = recount.count(part, folder)
            assert found == list(recount.recorded_numbers(part, folder)[1].values()), part.name

    def test_a_size_alone_is_that_of_the_whole_sweep(
        self, folder: Path, made: tuple[Path, Images]
    ) -> None:
        """Also where it is not the last of its batch: the random starts are the same."""
        model = trained_model(folder / f"{NAME}.json")
        images, labels = as_pixels(made[1].test_images), made[1].test_labels
        for norm in NORMS:
            more: dict[str, Any] = {"norm": norm, "steps": 3, "seed": 5, "batch_size": 20}
            sizes = (0.01, 0.02, 0.03)
            whole = projected_gradient_sweep(model, images, labels, sizes, **more)
            for place in range(3):
                (alone,) = projected_gradient_sweep(
                    model, images, labels, sizes, only=place, **more
                )
                assert torch.equal(alone, whole[place])
        with pytest.raises(ValueError, match="only must be from 0 to 2, got 3"):
            projected_gradient_sweep(model, images, labels, sizes, only=3, **more)
        whole_part = next(one for one in recount.parts_of(NAME, folder) if one.kind == "pgd")
        singles = recount.single_sizes(whole_part, folder)
        assert [len(recount.count(one, folder)) for one in singles] == [1, 1, 1]

    def test_random_starts_follow_the_recorded_batch(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A run attacked in other batches started elsewhere, and is counted again as it was."""
        path = folder / f"{NAME}.json"
        run = json.loads(path.read_text(encoding="utf-8"))
        part = next(one for one in recount.parts_of(NAME, folder) if one.kind == "pgd")
        seen = []

        def attacked(*arguments: Any, **settings: Any) -> torch.Tensor:
            seen.append(settings["batch_size"])
            return projected_gradient_sweep(*arguments, **settings)

        monkeypatch.setattr(recount, "projected_gradient_sweep", attacked)
        for batch in (7, 125):
            for entry in run["robust"][2:]:
                entry["batch"] = batch
            path.write_text(json.dumps(run), encoding="utf-8")
            recount.count(part, folder)
        assert seen == [7, 125]
        del run["robust"][2]["batch"]
        with pytest.raises(DataError, match="'batch' is a required property"):
            results.validate(run, path)

    def test_every_recorded_count_is_in_a_part(self) -> None:
        """Of the real record: as many as the files hold, counted otherwise."""
        numbers = {True: 0, False: 0}
        for path in RECORDED.rglob("seed*.json"):
            run = json.loads(path.read_bytes())
            name = path.relative_to(RECORDED).as_posix()
            usual = RECORDED / name.removeprefix("stronger/").removeprefix("apgd/")
            # What rounding does; nothing beside APGD; clean and the curve's end.
            more = 3 if "rounding" in run else 0 if name.startswith("apgd/") else 2
            counts = more + sum(len(one["correct"]) for one in run["robust"])
            numbers[usual.with_suffix(".safetensors").exists()] += counts
        assert recount.stated() == (numbers[True] + numbers[False], numbers[True])


class TestCommand:
    def test_all_as_recorded(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert recheck.main([]) == 0
        out = capsys.readouterr().out.splitlines()
        assert out[0] == "note: commits of the recorded runs were not looked up: a test"
        assert f"{NAME} pgd l2: 3 counts as recorded" in out
        assert out[-1].startswith("29 of 29 counts whose weights are kept were counted again, 0 d")

    @pytest.mark.parametrize(
        ("path", "change", "said"),
        [
            (f"{NAME}.json", lambda run: run["robust"][2]["correct"].__setitem__(1, 7), "pgd linf"),
            (f"{NAME}.json", lambda run: run["robust"][0]["correct"].__setitem__(2, 7), "0.1: exp"),
            (f"stronger/{NAME}.json", lambda run: run["rounding"].update(unmoved=9), "unmoved: ex"),
            (f"stronger/{NAME}.json", lambda run: run["rounding"].update(sure=9), "sure: expected"),
            (
                f"stronger/{NAME}.json",
                lambda run: run["robust"][3]["correct"].__setitem__(2, 0),
                "ensemble l2",
            ),
        ],
    )
    def test_a_forgery_that_obeys_all_laws(
        self,
        folder: Path,
        capsys: pytest.CaptureFixture[str],
        path: str,
        change: Callable[[Any], None],
        said: str,
    ) -> None:
        """With the manifest rewritten: counting again is what is left."""
        assert len(results.recorded()) == 1
        forge(folder, path, change)
        assert len(results.recorded()) == 1
        assert recheck.main([]) == 1
        captured = capsys.readouterr()
        assert said in captured.err
        assert "counted again, 1 differ, 0 attacks leave other images right; 0" in captured.out

    def test_as_many_images_but_others(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Two images change places, so that every count stays: only the images tell."""
        path = folder / Path(NAME).with_name(outcomes.name_of(1))
        outcomes.enter([path], folder)
        assert recheck.main([]) == 0
        assert f"{NAME} pgd l2: 3 counts as recorded, the same images" in capsys.readouterr().out
        tensors, record = checkpoint.read(path)
        bits = tensors["pgd l2"]
        place = next(k for k in range(1, len(bits)) if not torch.equal(bits[k], bits[0]))
        bits[[0, place]] = bits[[place, 0]]
        checkpoint.write(path, tensors, record)
        outcomes.enter([path], folder)
        assert recheck.main([]) == 1
        captured = capsys.readouterr()
        assert f"{NAME} pgd l2: as many images right as recorded, " in captured.err
        assert "counted again, 0 differ, 1 attacks leave other images right" in captured.out

    def test_parameters(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        forge(folder, f"{NAME}.json", lambda run: run.update(parameters=5))
        assert recheck.main([]) == 1
        assert f"{NAME} parameters: expected 5, found 305282" in capsys.readouterr().err

    def test_a_broken_law_stops_it(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        forge(folder, f"{NAME}.json", lambda run: run["clean"].update(correct=0))
        assert recheck.main([]) == 1
        assert "clean: expected" in capsys.readouterr().err

    def test_damaged_weights(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        path = folder / f"{NAME}.safetensors"
        path.write_bytes(path.read_bytes()[:-1])
        assert recheck.main(["--sample"]) == 1
        assert "seed1.safetensors: expected SHA-256" in capsys.readouterr().err

    def test_goes_on_where_it_was_stopped(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parts = recount.parts_of(NAME, folder)
        found = folder / "found.json"
        next(recheck.recheck(parts, found=found, recorded=folder))
        assert len(json.loads(found.read_bytes())["parts"]) == 1
        OneByOne.calls = 0
        assert len(list(recheck.recheck(parts, found=found, recorded=folder))) == len(parts)
        assert OneByOne.calls == len(parts) - 1
        assert len(list(recheck.recheck(parts, found=found, recorded=folder))) == len(parts)
        assert OneByOne.calls == len(parts) - 1

        # What was counted by other code, or is damaged, is counted anew.
        monkeypatch.setattr(recheck, "state", lambda: "other code")
        list(recheck.recheck(parts, found=found, recorded=folder))
        assert OneByOne.calls == 2 * len(parts) - 1
        found.write_text(found.read_text()[:-20])
        list(recheck.recheck(parts, found=found, recorded=folder))
        assert OneByOne.calls == 3 * len(parts) - 1

    def test_what_was_counted_is_of_these_weights(self, folder: Path) -> None:
        part = recount.parts_of(NAME, folder)[0]
        before = recheck.key_of(part, folder)
        forge(folder, f"{NAME}.json", lambda run: run.update(weights_sha256="0" * 64))
        assert recheck.key_of(part, folder) != before


class TestRounded:
    """Stored networks: as stored, other images within what another machine may, and beyond."""

    @pytest.fixture
    def asked(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int | None]]:
        result = results.read(folder / f"{NAME}.json")
        attacks = {"fast-gradient l2": {"epsilons": [0.1], "provenance": result["provenance"]}}
        kept = outcomes.Outcomes({}, np.zeros(0, np.float32), {"attacks": attacks})
        monkeypatch.setattr(rounded, "networks", lambda: ["a/b/seed0", "a/c/seed0"])
        monkeypatch.setattr(rounded, "outcomes_of", lambda name: kept)
        return []

    @pytest.mark.parametrize(
        ("others", "same", "code"), [(0, True, 0), (1, True, 1), (20, False, 0), (21, False, 1)]
    )
    def test_others_are_counted(
        self, asked: list[Any], monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str], others: int, same: bool, code: int,
    ) -> None:  # fmt: skip
        def differing(name: str, images: int | None) -> list[tuple[int, int]]:
            asked.append((name, images))
            return [(100, 0), (50, others if name == "a/c/seed0" else 0)]

        monkeypatch.setattr(recheck, "differing", differing)
        monkeypatch.setattr(recheck, "same_machine", lambda made: same)
        assert recheck._report_rounded(None) == code
        assert asked == [("a/b/seed0", None), ("a/c/seed0", None)]
        said = capsys.readouterr().out
        assert (
            f"150 images compared, one attacked at several sizes counting as several; {others}"
            in said
        )

    def test_the_command_fails_with_them(
        self, asked: list[Any], folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(recheck, "differing", lambda name, images: [(100, 0), (50, 30)])
        assert recheck.main([]) == 1

    def test_a_sample_is_one_network_and_some_images(
        self, asked: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def differing(name: str, images: int | None) -> list[tuple[int, int]]:
            asked.append((name, images))
            return [(500, 0)]

        monkeypatch.setattr(recheck, "differing", differing)
        drawn = set()
        for commit in range(20):
            assert recheck._report_rounded(str(commit)) == 0
            assert "500 images compared, none attacked; 0 are" in capsys.readouterr().out
            drawn.add(asked.pop())
            assert not asked
        assert drawn == {("a/b/seed0", 500), ("a/c/seed0", 500)}


class TestTolerance:
    def counted(self, folder: Path, off: int) -> recheck.Comparison:
        part = recount.parts_of(NAME, folder)[1]
        numbers = list(recount.recorded_numbers(part, folder)[1].values())
        found = recheck.Again([numbers[0] + off, *numbers[1:]], None)
        return recheck.compare(part, found, folder)

    def test_none_on_the_same_machine(self, folder: Path) -> None:
        assert self.counted(folder, 0).off == []
        assert len(self.counted(folder, 1).off) == len(self.counted(folder, -1).off) == 1

    @pytest.mark.parametrize("key", ["processor", "device", "torch", "foolbox"])
    def test_ten_images_on_another(self, folder: Path, key: str) -> None:
        def change(run: Any) -> None:
            origin = run["provenance"]
            place = origin["versions"] if key in origin["versions"] else origin
            place[key] = "cuda" if key == "device" else "another"

        forge(folder, f"{NAME}.json", change)
        assert self.counted(folder, 10).off == self.counted(folder, -10).off == []
        assert len(self.counted(folder, 11).off) == len(self.counted(folder, -11).off) == 1
        assert "at most 10 images from the recorded ones" in str(self.counted(folder, -10))

    @pytest.mark.parametrize("key", ["instructions", "model"])
    def test_tells_processors_of_one_name_apart(self, folder: Path, key: str) -> None:
        def change(run: Any) -> None:
            run["provenance"]["life"][-1][key] = "another"

        forge(folder, f"{NAME}.json", change)
        assert self.counted(folder, 10).off == []

    @pytest.mark.parametrize(("here", "allowed"), [(recheck.OLDER, 0), ("another", 10), ("", 10)])
    def test_older_records_are_of_one_model(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, here: str, allowed: int
    ) -> None:
        def change(run: Any) -> None:
            del run["provenance"]["life"][-1]["model"]

        forge(folder, f"{NAME}.json", change)
        monkeypatch.setattr(provenance, "model", lambda: here)
        assert self.counted(folder, allowed).off == []
        assert len(self.counted(folder, allowed + 1).off) == 1


@pytest.fixture(scope="module")
def every() -> list[Part]:
    """All parts of the real record."""
    return [part for name in recount.networks() for part in recount.parts_of(name)]


class TestSample:
    def test_stays_within_its_seconds(self, every: list[Part]) -> None:
        for commit in ("1" * 40, "2" * 40):
            for kind, budget in recheck.SAMPLE.items():
                seconds = [one.seconds for one in recheck.sample(every, commit) if one.kind == kind]
                assert 0 < sum(seconds) <= budget

    def test_changes_with_the_commit_and_with_nothing_else(self, every: list[Part]) -> None:
        one = recheck.sample(every, "1" * 40)
        assert one == recheck.sample(every, "1" * 40)
        assert one == recheck.sample(every[::-1], "1" * 40)
        assert one != recheck.sample(every, "2" * 40)

    def test_sooner_or_later_all_that_fits_is_drawn(self, every: list[Part]) -> None:
        small = [one for one in every if one.kind not in ("pgd", "apgd")][:60]
        fits = {one.name for one in small if one.seconds <= recheck.SAMPLE[one.kind]}
        seen = {one.name for k in range(60) for one in recheck.sample(small, str(k))}
        assert seen == fits

    def test_is_drawn_from_the_commit_or_the_manifest(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(draw, "git", lambda *_: "c0ffee")
        assert draw.origin(recorded=folder) == "c0ffee"
        assert recheck.main(["--sample"]) == 0
        assert "sample drawn from c0ffee\n" in capsys.readouterr().out
        monkeypatch.setattr(draw, "git", lambda *_: "")
        before = draw.origin(recorded=folder)
        forge(folder, f"{NAME}.json", lambda run: run.update(parameters=5))
        assert len(before) == 64
        assert draw.origin(recorded=folder) != before


def test_foreign_weights_are_refused(folder: Path) -> None:
    path = folder / f"{NAME}.safetensors"
    content = path.read_bytes()
    path.unlink()
    with pytest.raises(DataError, match="expected a safetensors file"):
        trained_model(folder / f"{NAME}.json")
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(DataError, match="expected SHA-256"):
        trained_model(folder / f"{NAME}.json")
