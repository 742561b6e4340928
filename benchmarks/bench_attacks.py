"""How much faster the shared gradient is than foolbox's attack per epsilon, in one run.

``python benchmarks/bench_attacks.py`` prints one line per norm and fails below a ratio of 2.5.
"""

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial

import torch
from foolbox.attacks.fast_gradient_method import L2FastGradientAttack, LinfFastGradientAttack
from foolbox.models.pytorch import PyTorchModel

from companion.experiments.attacks.sweeps import Norm, fast_gradient_sweep
from companion.experiments.models.building import build
from companion.experiments.runs.experiments import MNIST_EPSILONS

IMAGES, REPEATS, WANTED = 500, 3, 2.5
ATTACKS: dict[Norm, type] = {"linf": LinfFastGradientAttack, "l2": L2FastGradientAttack}


def best_time(action: Callable[[], torch.Tensor]) -> tuple[float, torch.Tensor]:
    """Shortest of a few runs: what others on the machine did is not measured."""
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        found = action()
        seconds.append(time.perf_counter() - began)
    return min(seconds), found


def by_foolbox(
    attack: type, model: PyTorchModel, x: torch.Tensor, y: torch.Tensor, epsilons: list[float]
) -> torch.Tensor:
    """Which images foolbox's attack turns, one row per epsilon."""
    found: torch.Tensor = attack()(model, x, y, epsilons=epsilons)[2]
    return found


def main() -> int:
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args()
    torch.manual_seed(0)
    model = build("lenet-mnist", "maxpool").eval()
    x = torch.rand(IMAGES, 1, 28, 28)
    with torch.no_grad():
        y = model(x).argmax(1)
    wrapped, grid = PyTorchModel(model, bounds=(0, 1)), list(MNIST_EPSILONS)
    slow = False
    for norm, attack in ATTACKS.items():
        theirs, success = best_time(partial(by_foolbox, attack, wrapped, x, y, grid))
        ours, kept = best_time(partial(fast_gradient_sweep, model, x, y, grid, norm))
        equal = torch.equal(kept, ~success)
        print(
            f"{norm}: {IMAGES} images, {len(grid)} epsilons: foolbox {theirs:.2f} s, "
            f"shared gradient {ours:.2f} s, ratio {theirs / ours:.1f}, equal masks: {equal}"
        )
        slow |= theirs / ours < WANTED or not equal
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
