"""Training: the loop equals a naive one, resumes bit for bit after SIGKILL, and refuses."""

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from companion.experiments.data.loading import Images
from companion.experiments.models.building import build
from companion.experiments.results import manifest
from companion.experiments.results import record as results
from companion.experiments.runs import cell, checkpoint, provenance, training
from companion.experiments.runs.batches import as_pixels, augment, epoch_batches
from companion.experiments.runs.config import Configuration, configuration
from companion.experiments.runs.experiments import LENET_CIFAR10, LENET_MNIST, RESNET_CIFAR10
from companion.experiments.runs.training import evaluate, learning_rate, resolve, train
from maxpooling.errors import DataError


def tiny_dataset(name: str, count: int = 64) -> Images:
    shape = (1, 28, 28) if name == "mnist" else (3, 32, 32)
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (count, *shape), dtype=torch.uint8, generator=draw)
    labels = torch.randint(0, 10, (count,), generator=draw)
    return Images(name, images, labels, images[:32], labels[:32], {"file": "0" * 32})


def tiny(experiment: str, **changes: Any) -> Configuration:
    chosen = configuration(experiment, "maxpool", 0, "quick")
    plain: dict[str, Any] = {
        "epochs": 3,
        "batch_size": 32,
        "train_images": 64,
        "test_images": 32,
        "precision": "float32",
    }
    return replace(chosen, training=replace(chosen.training, **(plain | changes)))


def whitening(model: nn.Sequential) -> torch.Tensor:
    return model.get_parameter("1.0.weight")


def last(model: nn.Sequential) -> torch.Tensor:
    return model.get_parameter(f"{len(model) - 1}.weight")


MNIST = tiny_dataset("mnist")
CIFAR = tiny_dataset("cifar10")


class TestLoop:
    def test_equals_a_naive_loop(self) -> None:
        """Plain SGD with momentum, written out, gives the same weights."""
        chosen = tiny("lenet-mnist", label_smoothing=0.1, weight_decay=1e-3, epochs=2)
        found, curve = train(chosen, MNIST)
        torch.manual_seed(0)
        model = build("lenet-mnist", "maxpool").to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        momenta = [torch.zeros_like(p) for p in model.parameters()]
        losses = []
        for epoch in range(2):
            for x, y in epoch_batches(
                MNIST.train_images, MNIST.train_labels, chosen.training, seed=0, epoch=epoch
            ):
                log_p = functional.log_softmax(model(x), dim=1)
                named = -log_p.gather(1, y[:, None]).mean()
                loss = 0.9 * named + 0.1 * -log_p.mean()
                losses.append(loss.item())
                gradients = torch.autograd.grad(loss, list(model.parameters()))
                with torch.no_grad():
                    for p, g, v in zip(model.parameters(), gradients, momenta, strict=True):
                        v.mul_(0.9).add_(g + 1e-3 * p)
                        p.sub_(0.01 * v)
        for name, value in model.state_dict().items():
            assert torch.allclose(found.state_dict()[name], value, atol=1e-6)
        assert curve[1].train_loss == pytest.approx(sum(losses[2:]) / 2, rel=1e-5)
        assert curve[1].test_accuracy == evaluate(model, MNIST, count=32) / 32

    def test_averaged_weights(self) -> None:
        """One update after five steps: 0.99^5 of the start and the rest of the newest."""
        changes = {"epochs": 5, "train_images": 32, "drop_last": True}
        newest, _ = train(tiny("resnet-cifar10", average_decay=0.0, **changes), CIFAR)
        averaged, _ = train(tiny("resnet-cifar10", average_decay=0.99, **changes), CIFAR)
        torch.manual_seed(0)
        start = build("resnet-cifar10", "maxpool").state_dict()
        name = "7.weight"
        expected = start[name] * 0.99**5 + newest.state_dict()[name] * (1 - 0.99**5)
        assert torch.allclose(averaged.state_dict()[name], expected, atol=1e-7)

    def test_whitening_is_fitted_and_stays(self) -> None:
        model, _ = train(tiny("resnet-cifar10", epochs=1), CIFAR)
        again, _ = train(tiny("resnet-cifar10", epochs=2), CIFAR)
        assert torch.equal(whitening(model), whitening(again))
        torch.manual_seed(0)
        assert not torch.equal(whitening(model), whitening(build("resnet-cifar10", "maxpool")))

    def test_seed_decides_everything(self) -> None:
        one, _ = train(tiny("lenet-mnist", epochs=1), MNIST)
        same, _ = train(tiny("lenet-mnist", epochs=1), MNIST)
        other, _ = train(replace(tiny("lenet-mnist", epochs=1), seed=1), MNIST)
        assert torch.equal(last(one), last(same))
        assert not torch.equal(last(one), last(other))

    def test_loss_that_is_no_number_stops_with_step_and_rate(self) -> None:
        chosen = tiny("lenet-mnist", learning_rate=((0.0, 1e30),))
        with pytest.raises(FloatingPointError, match=r"loss is (nan|inf) at step 1 .*rate 1e\+30"):
            train(chosen, MNIST)


class TestSchedule:
    def test_resnet_is_piecewise_linear(self) -> None:
        found = [learning_rate(RESNET_CIFAR10, t) for t in (0, 1, 5, 14, 50)]
        assert found == pytest.approx([0, 0.08, 0.4, 0.32, 0])

    def test_lenet_steps_down_at_50_70_90(self) -> None:
        found = [learning_rate(LENET_CIFAR10, t) for t in (0, 49.99, 50, 70, 90, 99)]
        assert found == pytest.approx([1e-2, 1e-2, 1e-3, 1e-4, 1e-5, 1e-5])

    def test_cpu_profile_keeps_the_shape(self) -> None:
        short = configuration("resnet-cifar10", "maxpool", 0, "cpu").training
        for t in range(11):
            assert learning_rate(short, t) == pytest.approx(learning_rate(RESNET_CIFAR10, 5 * t))


class TestBatches:
    def test_each_image_once_and_differently_in_each_epoch(self) -> None:
        images = torch.arange(50, dtype=torch.uint8).view(50, 1, 1, 1).expand(50, 1, 4, 4)
        labels = torch.arange(50)
        orders = []
        for epoch in range(2):
            found = list(epoch_batches(images, labels, LENET_MNIST, seed=0, epoch=epoch))
            x, y = (torch.cat(parts) for parts in zip(*found, strict=True))
            assert sorted(y.tolist()) == list(range(50))
            assert torch.equal((x[:, 0, 0, 0] * 255).round().long(), y)
            orders.append(y.tolist())
        assert orders[0] != orders[1]

    def test_rest_is_dropped_where_the_configuration_says_so(self) -> None:
        keep = replace(LENET_MNIST, batch_size=24)
        drop = replace(keep, drop_last=True)
        for settings, sizes in ((keep, [24, 24, 16]), (drop, [24, 24])):
            found = epoch_batches(MNIST.train_images, MNIST.train_labels, settings, seed=0, epoch=0)
            assert [len(y) for _, y in found] == sizes

    def test_pixels(self) -> None:
        x = as_pixels(torch.tensor([0, 51, 255], dtype=torch.uint8).view(3, 1, 1, 1))
        assert x.flatten().tolist() == pytest.approx([0, 0.2, 1])

    @pytest.mark.parametrize("padding", [0, 1, 4])
    def test_every_crop_is_one_of_the_padded_image(self, padding: int) -> None:
        """Brute force over all offsets and both mirrorings; every offset is drawn."""
        image = torch.rand(1, 2, 12, 12)
        padded = functional.pad(image, [padding] * 4, mode="reflect")[0]
        offsets = range(2 * padding + 1)
        crops = {}
        for dy in offsets:
            for dx in offsets:
                crop = padded[:, dy : dy + 12, dx : dx + 12]
                crops[dy, dx, False], crops[dy, dx, True] = crop, crop.flip(2)
        draw = torch.Generator().manual_seed(0)
        found = augment(image.expand(4000, -1, -1, -1), draw, padding=padding, flip=True)
        seen = {
            next(key for key, crop in crops.items() if torch.equal(crop, one))
            for one in torch.unique(found, dim=0)
        }
        assert seen == set(crops)

    def test_without_mirroring(self) -> None:
        image = torch.rand(1, 2, 8, 8)
        draw = torch.Generator().manual_seed(0)
        found = augment(image.expand(50, -1, -1, -1), draw, padding=0, flip=False)
        assert torch.equal(found, image.expand(50, -1, -1, -1))


class TestCheckpoint:
    def test_resumed_run_is_bit_identical(self, tmp_path: Path) -> None:
        """Stopped by an exception after the second epoch, then run again."""
        chosen = tiny("resnet-cifar10", average_decay=0.99, crop_padding=4, flip=True)
        whole, curve = train(chosen, CIFAR)

        def stop(row: training.Epoch) -> None:
            if row.epoch == 2:
                raise KeyboardInterrupt

        path = tmp_path / "checkpoint"
        with pytest.raises(KeyboardInterrupt):
            train(chosen, CIFAR, checkpoint_path=path, on_epoch=stop)
        rows: list[int] = []
        resumed, again = train(
            chosen, CIFAR, checkpoint_path=path, on_epoch=lambda row: rows.append(row.epoch)
        )
        assert rows == [1, 2, 3]
        assert [row.train_loss for row in again] == [row.train_loss for row in curve]
        for name, value in whole.state_dict().items():
            assert torch.equal(resumed.state_dict()[name], value)

    def test_killed_run_is_bit_identical(self, tmp_path: Path) -> None:
        """A process of its own, stopped by SIGKILL in the middle of its work."""
        program = (
            "import sys, torch; from pathlib import Path; torch.set_num_threads(1);"
            f"sys.path.insert(0, {str(Path(__file__).parent)!r});"
            "from test_experiments_training import CIFAR, tiny, train;"
            "train(tiny('lenet-cifar10', epochs=60), CIFAR, checkpoint_path=Path(sys.argv[1]))"
        )
        path = tmp_path / "checkpoint"
        process = subprocess.Popen([sys.executable, "-c", program, str(path)])
        while not path.exists():
            assert process.poll() is None, "ended before it could be killed"
            time.sleep(0.001)
        time.sleep(0.1)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert 1 <= len(checkpoint.read(path)[1]["curve"]) < 60
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            resumed, _ = train(tiny("lenet-cifar10", epochs=60), CIFAR, checkpoint_path=path)
            whole, _ = train(tiny("lenet-cifar10", epochs=60), CIFAR)
        finally:
            torch.set_num_threads(threads)
        for name, value in whole.state_dict().items():
            assert torch.equal(resumed.state_dict()[name], value)

    def test_checkpoint_of_another_configuration_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "checkpoint"
        chosen = tiny("lenet-mnist", epochs=1)
        train(chosen, MNIST, checkpoint_path=path)
        other = tiny("lenet-mnist", epochs=1, momentum=0.8)
        with pytest.raises(DataError) as caught:
            train(other, MNIST, checkpoint_path=path)
        for said in (str(path), chosen.training_sha256, other.training_sha256):
            assert said in str(caught.value)

    def test_attack_settings_do_not_invalidate_a_checkpoint(self, tmp_path: Path) -> None:
        path = tmp_path / "checkpoint"
        chosen = tiny("lenet-mnist", epochs=1)
        train(chosen, MNIST, checkpoint_path=path)
        train(replace(chosen, attack=replace(chosen.attack, images=7)), MNIST, checkpoint_path=path)

    def test_a_flipped_bit_is_not_resumed(self, tmp_path: Path) -> None:
        """In tensors, in the curve, in the seal; and a checkpoint without a seal is none."""
        path = tmp_path / "checkpoint"
        chosen = tiny("lenet-mnist", epochs=1)
        train(chosen, MNIST, checkpoint_path=path)
        sound = path.read_bytes()
        header = int.from_bytes(sound[:8], "little") + 8
        places = [header, header + 1001, len(sound) - 1]
        places += [sound.index(b"test_accuracy") + 18, sound.index(b'"seal":"') + 8]
        for place in places:
            for bit in (0, 1):
                flipped = bytearray(sound)
                flipped[place] ^= 1 << bit
                path.write_bytes(flipped)
                with pytest.raises(DataError, match="expected"):
                    train(chosen, MNIST, checkpoint_path=path)
        path.write_bytes(sound)
        tensors, record = checkpoint.read(path, sealed=True)
        assert list(tensors) == sorted(tensors)
        checkpoint.write(path, tensors, record)
        assert checkpoint.read(path)[1] == record
        with pytest.raises(DataError, match=r"of digest none, found [0-9a-f]{64}; delete it"):
            train(chosen, MNIST, checkpoint_path=path)
        path.write_bytes(sound)
        train(chosen, MNIST, checkpoint_path=path)

    def test_the_whole_life_is_recorded(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Begun with changed code, stopped, and resumed with committed code: it stays changed."""
        chosen = tiny("lenet-mnist", epochs=3)
        chosen = replace(chosen, attack=replace(chosen.attack, images=32))
        state = {"commit": "1" * 40, "changed": True}
        monkeypatch.setattr(provenance, "git", lambda *_: state["commit"])
        monkeypatch.setattr(provenance, "changed", lambda *_: state["changed"])

        def stop(row: training.Epoch) -> None:
            if row.epoch == 2:
                raise KeyboardInterrupt

        folder = tmp_path / "weights"
        with pytest.raises(KeyboardInterrupt):
            train(chosen, MNIST, checkpoint_path=folder / chosen.checkpoint_name, on_epoch=stop)
        state |= {"commit": "2" * 40, "changed": False}
        output = results.path_of(tmp_path, "lenet-mnist", "maxpool", 0)
        made = cell.run(chosen, MNIST, output, folder, profile="quick")["provenance"]
        stages = [(one["epochs"], one["commit"], one["uncommitted"]) for one in made["life"]]
        one, two = "1" * 40, "2" * 40
        assert stages == [([1, 2], one, True), ([3, 3], two, False), ([], two, False)]
        assert (made["commit"], made["uncommitted"]) == ("2" * 40, True)
        assert manifest.commits(made) == ["1" * 40, "2" * 40]

    @pytest.mark.parametrize("content", [b"", b"{}", bytes(100)])
    def test_damaged_checkpoint_is_refused(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "checkpoint").write_bytes(content)
        with pytest.raises(DataError, match="expected a safetensors file"):
            train(tiny("lenet-mnist"), MNIST, checkpoint_path=tmp_path / "checkpoint")

    def test_full_disk_leaves_the_old_file(self, tmp_path: Path) -> None:
        """/dev/full refuses every byte; the folder keeps what it had."""
        script = (
            "import errno, os, pathlib, sys\n"
            "from companion import files\n"
            "def full(descriptor): raise OSError(errno.ENOSPC, 'No space left on device')\n"
            "os.fsync = full\n"
            "files.write_whole(pathlib.Path(sys.argv[1]), b'new')\n"
        )
        path = tmp_path / "file"
        path.write_bytes(b"old")
        done = subprocess.run(
            [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
        )
        assert "DataError" in done.stderr
        assert "room for 3 bytes, found no space" in done.stderr
        assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("file", b"old")]


class TestPrecision:
    def test_mixed_is_what_the_processor_can(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for able, expected in (({"avx512_bf16": True}, "bfloat16"), ({}, "float32")):
            monkeypatch.setattr(torch.cpu, "get_capabilities", lambda able=able: able)
            assert resolve("mixed", "cpu") == expected
            assert resolve("float32", "cpu") == "float32"
        assert resolve("mixed", "cuda") == "bfloat16"

    def test_bfloat16_trains_nearly_the_same(self) -> None:
        exact, _ = train(tiny("lenet-cifar10", epochs=1), CIFAR)
        rough, _ = train(tiny("lenet-cifar10", epochs=1, precision="bfloat16"), CIFAR)
        one, two = last(exact), last(rough)
        assert not torch.equal(one, two)
        assert torch.allclose(one, two, atol=1e-3)
