"""A record of one small network on random images, with stronger attacks, for several tests."""

from dataclasses import replace
from pathlib import Path

import torch

from companion.experiments.attacks import stronger
from companion.experiments.data.fetch import read_sources
from companion.experiments.data.loading import Images
from companion.experiments.results import manifest
from companion.experiments.results import record as results
from companion.experiments.runs import cell
from companion.experiments.runs.config import configuration

NAME = "lenet-mnist/conv/seed1"


def make_record(folder: Path) -> Images:
    """Train and attack the network on one thread, write all that is recorded; give its images."""
    draws = torch.Generator().manual_seed(0)
    labels = torch.randint(0, 2, (64,), generator=draws)
    noise = torch.randint(0, 120, (64, 1, 28, 28), generator=draws)
    images = (noise + 20 * labels.view(-1, 1, 1, 1)).to(torch.uint8)
    dataset = Images("mnist", images, labels, images, labels, dict(read_sources()["mnist"].files))
    chosen = configuration("lenet-mnist", "conv", 1, "quick")
    epsilons = (0.0, 0.02, 0.1)
    chosen = replace(
        chosen,
        training=replace(chosen.training, epochs=12, train_images=64, test_images=64),
        attack=replace(
            chosen.attack, epsilons=epsilons, images=50, pgd_epsilons=epsilons, pgd_images=40,
            pgd_steps=3,
        ),
    )  # fmt: skip
    path = folder / f"{NAME}.json"
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        result = cell.run(chosen, dataset, path, path.parent, profile="quick")
        found = stronger.attack(result, path.with_suffix(".safetensors"), dataset)
    finally:
        torch.set_num_threads(threads)
    for left in path.parent.glob("*.checkpoint.*"):
        left.unlink()
    results.write_stronger(folder / "stronger" / f"{NAME}.json", found)
    manifest.enter(folder, [f"{NAME}.json", f"stronger/{NAME}.json"])
    return dataset
