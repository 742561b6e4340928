"""Networks rounded to bfloat16: what is stored, beside the record, and what a damaged one meets."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from small_record import NAME, make_record

from companion.experiments.data.loading import Images
from companion.experiments.data.samples import samples
from companion.experiments.results import outcomes, rounded
from companion.experiments.results import record as results
from companion.experiments.runs import checkpoint, rounding
from companion.experiments.runs.config import VARIANTS
from companion.experiments.runs.margins import margins
from companion.experiments.runs.weights import trained_model
from companion.files import RECORDED
from maxpooling.digests import LIST, listing
from maxpooling.errors import DataError


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Images]:
    """A record of one small network, and that network stored rounded."""
    folder = tmp_path_factory.mktemp("rounded")
    record, stored = folder / "results", folder / "networks"
    dataset = make_record(record)
    outcomes.enter([record / "lenet-mnist" / "conv" / "outcomes-seed1.safetensors"], record)
    result = results.read(record / f"{NAME}.json")
    written = rounding.store(result, record / f"{NAME}.safetensors", dataset, stored)
    assert [path.name for path in written] == [
        "seed1.safetensors.xz",
        "outcomes-seed1.safetensors",
    ]
    return record, stored, dataset


@pytest.fixture
def stored(made: tuple[Path, Path, Images], tmp_path: Path) -> Path:
    return Path(shutil.copytree(made[1], tmp_path / "networks"))


def listed_anew(folder: Path) -> None:
    (folder / LIST).write_text(listing(folder.glob(rounded.FILES), folder))


class TestRounding:
    def test_matrices_lose_their_last_bits_and_vectors_nothing(
        self, made: tuple[Path, Path, Images]
    ) -> None:
        full, _ = checkpoint.read(made[0] / f"{NAME}.safetensors")
        found, record = rounded.weights(NAME, made[1])
        assert found.keys() == full.keys()
        changed = 0
        for name, tensor in full.items():
            assert found[name].dtype == torch.float32
            if tensor.dim() > 1:
                # 8 bits: half a unit in the last place is at most 2^-8 of the number.
                assert ((found[name] - tensor).abs() <= 2.0**-8 * tensor.abs()).all()
                changed += int((found[name] != tensor).sum())
            else:
                assert torch.equal(found[name], tensor)
        assert changed > 0
        assert record["configuration"]["variant"] == "conv"

    def test_it_is_smaller_than_two_bytes_a_number(self, made: tuple[Path, Path, Images]) -> None:
        full, _ = checkpoint.read(made[0] / f"{NAME}.safetensors")
        numbers = sum(tensor.numel() for tensor in full.values())
        assert (made[1] / f"{NAME}{rounded.ENDING}").stat().st_size < 2 * numbers

    def test_same_network_gives_same_bytes(
        self, made: tuple[Path, Path, Images], tmp_path: Path
    ) -> None:
        result = results.read(made[0] / f"{NAME}.json")
        rounding.store(result, made[0] / f"{NAME}.safetensors", made[2], tmp_path)
        name = f"{NAME}{rounded.ENDING}"
        assert (tmp_path / name).read_bytes() == (made[1] / name).read_bytes()

    def test_weights_of_another_run_are_refused(
        self, made: tuple[Path, Path, Images], tmp_path: Path
    ) -> None:
        result = results.read(made[0] / f"{NAME}.json") | {"weights_sha256": "0" * 64}
        with pytest.raises(DataError, match="expected SHA-256 0000"):
            rounding.store(result, made[0] / f"{NAME}.safetensors", made[2], tmp_path)
        assert not any(tmp_path.iterdir())


class TestBeside:
    def test_counts_are_those_of_both_networks(self, made: tuple[Path, Path, Images]) -> None:
        record, folder, dataset = made
        found = rounded.beside(NAME, folder, record)
        one = margins(trained_model(record / f"{NAME}.json"), dataset, 64) > 0
        other = margins(rounding.rounded_model(NAME, folder), dataset, 64) > 0
        assert (found.images, found.recorded, found.stored) == (
            64,
            int(one.sum()),
            int(other.sum()),
        )
        assert found.others == int((one != other).sum())
        assert found.attacked == 2 * 3 * 50  # norms, sizes, images
        assert found.size == (folder / f"{NAME}{rounded.ENDING}").stat().st_size

    def test_what_differs_is_counted(self, made: tuple[Path, Path, Images], stored: Path) -> None:
        """Five images turned in the stored outcomes are five others, and the points follow."""
        before = rounded.beside(NAME, stored, made[0])
        path = rounded.outcomes_path(NAME, stored)
        tensors, record = checkpoint.read(path)
        key = "fast-gradient l2"
        right = outcomes.unpack(tensors[key], 3)
        old = outcomes.of(results.read(made[0] / f"{NAME}.json"), made[0])
        assert old is not None
        right[:] = old.right["fast-gradient", "l2"]
        right[1, :5] = ~right[1, :5]
        tensors[key] = outcomes.pack(torch.from_numpy(right))
        tensors[outcomes.MARGIN] = -torch.from_numpy(old.margin)
        checkpoint.write(path, tensors, record)
        listed_anew(stored)
        found = rounded.beside(NAME, stored, made[0])
        linf = (
            old.right["fast-gradient", "linf"]
            != rounded.outcomes_of(NAME, stored).right["fast-gradient", "linf"]
        )
        assert found.attacked_others == 5 + linf.sum()
        assert found.others == np.count_nonzero(old.margin)
        assert found.recorded == before.recorded
        turned = abs(int(right[1].sum()) - int(old.right["fast-gradient", "l2"][1].sum()))
        assert found.points > 2 * turned - 1e-9  # of fifty images each is two points

    def test_a_network_of_other_weights_is_refused(
        self, made: tuple[Path, Path, Images], stored: Path
    ) -> None:
        tensors, record = rounded.weights(NAME, stored)
        path = stored / f"{NAME}{rounded.ENDING}"
        path.write_bytes(rounded.pack(tensors, record | {"weights_sha256": "0" * 64}))
        listed_anew(stored)
        with pytest.raises(DataError, match="what was rounded from the weights"):
            rounded.beside(NAME, stored, made[0])
        with pytest.raises(DataError, match="expected outcomes of the file"):
            rounded.outcomes_of(NAME, stored)


class TestAgain:
    @pytest.fixture(autouse=True)
    def own(self, made: tuple[Path, Path, Images], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rounding, "load", lambda name: made[2])
        result = results.read(made[0] / f"{NAME}.json")
        monkeypatch.setattr(rounded, "result_of", lambda name, folder: result)

    def test_all_is_as_stored(self, made: tuple[Path, Path, Images]) -> None:
        found = rounding.differing(NAME, None, made[1])
        assert found == [(64, 0)] + [(50, 0)] * 6
        assert rounding.differing(NAME, 10, made[1]) == [(10, 0)]

    def test_another_network_is_noticed(
        self, made: tuple[Path, Path, Images], stored: Path
    ) -> None:
        """A network that gives every image one label, the one that turns more answers."""
        kept = rounded.outcomes_of(NAME, stored).margin > 0
        turned, label = max(
            (int(np.count_nonzero(kept != (made[2].test_labels == label).numpy())), label)
            for label in (0, 1)
        )
        assert turned >= 32  # each of the 64 answers is turned by one of the two labels
        tensors, record = rounded.weights(NAME, stored)
        tensors["6.weight"].zero_()  # of the last layer
        tensors["6.bias"] = torch.eye(10)[label]
        content = rounded.pack(tensors, record)
        (stored / f"{NAME}{rounded.ENDING}").write_bytes(content)
        path = rounded.outcomes_path(NAME, stored)
        outcome, header = checkpoint.read(path)
        digest = checkpoint.sha256(stored / f"{NAME}{rounded.ENDING}")
        checkpoint.write(path, outcome, header | {"weights_sha256": digest})
        listed_anew(stored)
        assert rounding.differing(NAME, 64, stored) == [(64, turned)]


class TestList:
    def test_a_file_that_is_in_no_list_and_a_line_without_a_file(self, stored: Path) -> None:
        assert rounded.networks(stored) == [NAME]
        extra = stored / "lenet-mnist" / "conv" / "seed7.safetensors.xz"
        extra.write_bytes(b"")
        with pytest.raises(DataError, match=r"seed7\.safetensors\.xz: expected a file and a line"):
            rounded.networks(stored)
        extra.unlink()
        (stored / f"{NAME}{rounded.ENDING}").unlink()
        with pytest.raises(DataError, match=r"seed1\.safetensors\.xz: expected a file and a line"):
            rounded.networks(stored)
        assert rounded.networks(stored / "nowhere") == []

    def test_what_a_killed_run_left_is_no_file(self, stored: Path) -> None:
        (stored / "lenet-mnist" / "conv" / ".seed1.safetensors.xz.abc").write_bytes(b"half")
        assert rounded.networks(stored) == [NAME]


def test_there_is_one_of_each_kind_and_the_page_loads_one(root: Path) -> None:
    names = rounded.networks()
    variants = [f"resnet-cifar10/{variant}" for variant in sorted(VARIANTS["resnet-cifar10"])]
    assert [name.rpartition("/")[0] for name in names] == variants
    page = (root / "book" / "rerun.md").read_text(encoding="utf-8")
    assert set(re.findall(r'rounded_model\("(.+?)"\)', page)) <= set(names)
    assert "rounded_model(" in page


@pytest.mark.parametrize("name", rounded.networks())
class TestRepository:
    """The networks that the repository stores."""

    def test_is_near_the_recorded_one(self, name: str) -> None:
        found = rounded.beside(name)
        result = results.read(RECORDED / f"{name}.json")
        assert found.recorded == result["clean"]["correct"]
        assert found.images == result["clean"]["images"] == 10_000
        # Rounding to eight bits moves few images; other weights would move thousands.
        assert found.others < 200
        assert found.points < 2

    def test_classifies_the_samples_as_stored(self, name: str) -> None:
        images, labels = samples("cifar10")
        logits = rounding.rounded_model(name)(images).detach()
        own = logits.gather(1, labels.view(-1, 1)).squeeze(1)
        found = own - logits.scatter(1, labels.view(-1, 1), -torch.inf).amax(1)
        # Another processor sums in another order.
        assert np.abs(found.numpy() - rounded.outcomes_of(name).margin[:6]).max() < 1e-3
