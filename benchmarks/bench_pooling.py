"""SubpoolMaxPool2d against MaxPool2d: ratios of time and of peak memory, as a Markdown table.

Run as: python benchmarks/bench_pooling.py [--kernels 3] [--threads 1 2] [--compiled]
Each repetition times both pools one after the other, and the median of the ratios counts, so that a
load that comes and goes meets both. Time is wall time; memory is the peak of what torch's CPU
allocator hands out during one forward pass without gradients, the result included.
"""

import argparse
import platform
import time
from collections.abc import Callable
from functools import partial
from itertools import product
from statistics import median

import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

from maxpooling.layers import SubpoolMaxPool2d

SHAPE = (32, 32, 32, 32)
GEOMETRIES = {2: (2, 2, 0), 3: (3, 2, 1), 4: (4, 4, 0)}
FORMATS = {"NCHW": torch.contiguous_format, "channels_last": torch.channels_last}
LARGEST_DIFFERENCE = 1e-4  # of compiled from eager results, in single precision


def order_sets(d: int) -> dict[str, tuple[int, ...]]:
    """Four sets: {0, d-1}, {d-1}, {0, d-2, d-1} and all."""
    return {
        f"{{0, {d - 1}}}": (0, d - 1),
        f"{{{d - 1}}}": (d - 1,),
        f"{{0, {d - 2}, {d - 1}}}": (0, d - 2, d - 1),
        "all": tuple(range(d)),
    }


def forward(pool: Callable[[Tensor], Tensor], x: Tensor) -> None:
    with torch.no_grad():
        pool(x)


def both(pool: Callable[[Tensor], Tensor], x: Tensor, gradient: Tensor) -> None:
    torch.autograd.backward(pool(x.detach().requires_grad_()), gradient)


def ratio(
    task: Callable[[], object], base: Callable[[], object], repeats: int
) -> tuple[float, float]:
    """Median of time of task by time of base, and median time of base in milliseconds."""
    times: list[tuple[float, float]] = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        base()
        middle = time.perf_counter()
        task()
        times.append((time.perf_counter() - middle, middle - start))
    counted = times[1:]
    return median(a / b for a, b in counted), 1e3 * median(b for _, b in counted)


def peak_memory(pool: Callable[[Tensor], Tensor], x: Tensor) -> int:
    """Most bytes allocated at one time by a forward pass, from the profiler's memory events."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as record:
        forward(pool, x)
    events = record.profiler.kineto_results.events()
    changes = [(e.start_ns(), e.nbytes()) for e in events if e.name() == "[memory]"]
    total = most = 0
    for _, change in sorted(changes, key=lambda one: one[0]):
        total += change
        most = max(most, total)
    return most


def compare(kernels: list[int], threads: list[int], compiled: bool, repeats: int) -> None:
    print(
        f"Input {SHAPE}, float32, torch {torch.__version__}, {platform.machine()}, "
        f"{'compiled' if compiled else 'eager'}; medians of {repeats} ratios to eager MaxPool2d.\n"
    )
    heads = ["kernel", "stride", "orders", "format", "threads", "MaxPool2d forward, ms", "ratio"]
    heads += ["with backward, ms", "ratio", "memory ratio"]
    print("| " + " | ".join(heads) + " |\n" + "| --- " * len(heads) + "|")
    image = torch.rand(SHAPE, generator=torch.Generator().manual_seed(0))
    for kernel in kernels:
        size, stride, padding = GEOMETRIES[kernel]
        exact = nn.MaxPool2d(size, stride, padding)
        for (name, orders), layout in product(order_sets(kernel**2).items(), FORMATS):
            x = image.contiguous(memory_format=FORMATS[layout])
            eager = SubpoolMaxPool2d(size, stride, padding, orders=orders, input_range=(0, 1))
            pool: Callable[[Tensor], Tensor] = eager
            if compiled:
                torch.compiler.reset()
                pool = torch.compile(eager, fullgraph=True)
                off = float((pool(x) - eager(x)).abs().max())
                if off > LARGEST_DIFFERENCE:
                    raise SystemExit(f"orders {orders}: compiled and eager differ by {off}")
            gradient = torch.ones_like(exact(x))
            for count in threads:
                torch.set_num_threads(count)
                tasks = [partial(forward, one, x) for one in (pool, exact)]
                backs = [partial(both, one, x, gradient) for one in (pool, exact)]
                first, base = ratio(tasks[0], tasks[1], repeats)
                second, base_back = ratio(backs[0], backs[1], repeats)
                memory = peak_memory(pool, x) / peak_memory(exact, x)
                cells = [f"{size}×{size}", str(stride), name, layout, str(count)]
                cells += [f"{base:.1f}", f"{first:.2f}", f"{base_back:.1f}", f"{second:.2f}"]
                print("| " + " | ".join([*cells, f"{memory:.2f}"]) + " |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernels", type=int, nargs="+", choices=GEOMETRIES, default=[2, 3, 4])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--compiled", action="store_true", help="minutes of compiling first")
    parser.add_argument("--repeats", type=int, default=7, help="interleaved runs of each pair")
    arguments = parser.parse_args()
    compare(arguments.kernels, arguments.threads, arguments.compiled, arguments.repeats)
