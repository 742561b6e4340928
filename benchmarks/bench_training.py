"""Share of this machine's bfloat16 matrix-product rate that a ResNet training step reaches.

``python benchmarks/bench_training.py`` measures, in one run and with the same threads, a large
bfloat16 matrix product and the training step of the max pool ResNet; it fails below 80 %.
"""

import argparse
import sys
import time
from dataclasses import replace

import torch
from torch import nn

from companion.experiments.data.loading import Images
from companion.experiments.models.building import build
from companion.experiments.runs.config import Configuration, configuration
from companion.experiments.runs.training import train

SIZE, PRODUCTS, BATCHES, WANTED = 4096, 6, 3, 0.8


def matmul_rate() -> float:
    """Best operations per second of a square bfloat16 product."""
    a, b = torch.rand(2, SIZE, SIZE).bfloat16()
    seconds = []
    for _ in range(PRODUCTS):
        began = time.perf_counter()
        torch.mm(a, b)
        seconds.append(time.perf_counter() - began)
    return 2 * SIZE**3 / min(seconds)


def step_operations() -> float:
    """Operations of one image's step: its convolutions, three times (forward, two gradients)."""
    model, counted = build("resnet-cifar10", "maxpool").eval(), 0

    def count(layer: nn.Conv2d, _: object, output: torch.Tensor) -> None:
        nonlocal counted
        share = 1 if not layer.weight.requires_grad else 3
        counted += share * 2 * layer.weight.numel() * output.shape[2] * output.shape[3]

    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(count)
    with torch.no_grad():
        model(torch.rand(1, 3, 32, 32))
    return counted


def training_rate(chosen: Configuration) -> float:
    """Images per second of the fastest of three epochs of a few batches."""
    count = BATCHES * chosen.training.batch_size
    images = torch.randint(0, 256, (count, 3, 32, 32), dtype=torch.uint8)
    labels = torch.randint(0, 10, (count,))
    dataset = Images("random", images, labels, images[:1], labels[:1], {})
    few = replace(chosen.training, epochs=3, train_images=count, test_images=1)
    _, curve = train(replace(chosen, training=few), dataset)
    return count / min(row.seconds for row in curve)


def main() -> int:
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args()
    images = training_rate(configuration("resnet-cifar10", "maxpool", 0, "cpu"))
    reached, possible = images * step_operations(), matmul_rate()
    print(
        f"{torch.get_num_threads()} threads: {images:.0f} images/s, {reached / 1e9:.0f} of "
        f"{possible / 1e9:.0f} GFLOP/s, {reached / possible:.0%} of the matrix product's rate"
    )
    return int(reached / possible < WANTED)


if __name__ == "__main__":
    sys.exit(main())
