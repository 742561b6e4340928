"""SubpoolMaxPool2d against MaxPool2d: time forward, and forward with backward, as a Markdown table.

Run on an idle machine, on one thread: OMP_NUM_THREADS=1 python benchmarks/bench_pooling.py
Times are the best of several runs; what counts are the ratios within one run. A third column
evaluates the estimator from its definition, a maximum per subpool, and must agree.
"""

import argparse
from functools import partial
from itertools import combinations

import torch
from timing import seconds
from torch import Tensor, nn

from maxpooling.approximation import best_uniform
from maxpooling.layers import SubpoolMaxPool2d

SHAPE = (64, 32, 32, 32)
GEOMETRIES = {
    "2×2, stride 2": (2, 2, 0),
    "3×3, stride 2, padding 1": (3, 2, 1),
    "4×4, stride 4": (4, 4, 0),
}
MOST_SUBPOOLS = 600  # enumeration beyond this only measures patience


def by_definition(x: Tensor, pool: SubpoolMaxPool2d) -> Tensor:
    """The same estimator with one maximum per subpool of every window."""
    (height, width), (step, _), (margin, _) = pool.kernel_size, pool.stride, pool.padding
    padded = nn.functional.pad(x, (margin,) * 4, mode="replicate") if margin else x
    windows = padded.unfold(-2, height, step).unfold(-2, width, step).flatten(-2)
    estimator = best_uniform(height * width, pool.orders)
    total = torch.full_like(windows[..., 0], float(pool.intercept))
    for r, beta in estimator.coefficients.items():
        chosen = list(combinations(range(height * width), r)) if r else []
        for indices in chosen:
            total += float(beta) / len(chosen) * windows[..., list(indices)].amax(-1)
    return total


def backward(pool: nn.Module, x: Tensor) -> None:
    pool(x.detach().requires_grad_()).sum().backward()


def compare(repeats: int) -> None:
    x = torch.rand(SHAPE, generator=torch.Generator().manual_seed(0))
    print(f"Input {SHAPE}, float32, {torch.get_num_threads()} thread(s); times in milliseconds.\n")
    heads = ["window", "orders", "MaxPool2d", "forward", "ratio", "with backward", "ratio"]
    heads += ["all subpools", "ratio", "largest difference"]
    print("| " + " | ".join(heads) + " |\n" + "| --- " * len(heads) + "|")
    for name, (kernel, stride, padding) in GEOMETRIES.items():
        d = kernel**2
        exact = nn.MaxPool2d(kernel, stride, padding)
        plain = seconds(partial(exact, x), repeats)
        both = seconds(partial(backward, exact, x), repeats)
        for orders in ((0, d - 1), (0, 1), tuple(range(d))):
            pool = SubpoolMaxPool2d(kernel, stride, padding, orders=orders, input_range=(0, 1))
            forward = seconds(partial(pool, x), repeats)
            gradient = seconds(partial(backward, pool, x), repeats)
            cells = [f"{1e3 * plain:.1f}", f"{1e3 * forward:.1f}", f"{forward / plain:.1f}"]
            cells += [f"{1e3 * gradient:.1f}", f"{gradient / both:.1f}"]
            if sum(1 for r in orders if r for _ in combinations(range(d), r)) <= MOST_SUBPOOLS:
                slow = seconds(partial(by_definition, x, pool), 1)
                gap = float((by_definition(x, pool) - pool(x)).abs().max())
                cells += [f"{1e3 * slow:.0f}", f"{slow / forward:.1f}", f"{gap:.0e}"]
            else:
                cells += ["not run", "", ""]
            label = "all" if len(orders) == d > 2 else "{" + ", ".join(map(str, orders)) + "}"
            print("| " + " | ".join([name, label, *cells]) + " |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5, help="runs of each task; the best counts")
    compare(parser.parse_args().repeats)
