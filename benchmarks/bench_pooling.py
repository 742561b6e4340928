"""SubpoolMaxPool2d against MaxPool2d: ratios of time and of peak memory, as a Markdown table.

Run as: python benchmarks/bench_pooling.py [--kernels 3] [--threads 1 2] [--compiled] [--record]
Each repetition times both pools one after the other, and the median of the ratios counts, so that a
load that comes and goes meets both. There are two clocks: that on the wall, and the processor's, of
all threads together, which counts little of what others do. Memory is the peak of what torch's CPU
allocator hands out during one forward pass without gradients, the result included.

``--record`` keeps the run in data/ours/pool_speed.json, from which the reference's table and what
it says of the limits is made: time at most LONGEST times MaxPool2d's, forward and backward
together, for {0, d-1} and {d-1} at 3x3, in each memory format, and memory at most MOST_MEMORY
times.
"""

import argparse
import json
import os
import platform
import time
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

from companion.experiments.pool_speed import FILE, merged
from companion.files import ROOT, write_whole
from companion.git import changed, git
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


def ratios(task: Callable[[], object], base: Callable[[], object], repeats: int) -> dict[str, Any]:
    """Medians of time of task by time of base, by either clock, and of base in milliseconds."""
    times: list[tuple[float, float, float, float]] = []
    for _ in range(repeats + 1):
        wall, processor = time.perf_counter(), time.process_time()
        base()
        wall_base, processor_base = time.perf_counter() - wall, time.process_time() - processor
        wall, processor = time.perf_counter(), time.process_time()
        task()
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        times.append((wall, processor, wall_base, processor_base))
    counted = times[1:]
    return {
        "wall": round(median(one[0] / one[2] for one in counted), 2),
        "processor": round(median(one[1] / one[3] for one in counted), 2),
        "base_ms": round(1e3 * median(one[3] for one in counted), 2),
    }


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


def compare(
    kernels: list[int], threads: list[int], compiled: bool, repeats: int
) -> list[dict[str, Any]]:
    """Print the table, and return its rows."""
    print(
        f"Input {SHAPE}, float32, torch {torch.__version__}, {platform.machine()}, "
        f"{'compiled' if compiled else 'eager'}; medians of {repeats} ratios to eager MaxPool2d, "
        "by the clock on the wall and (the processor's).\n"
    )
    heads = ["kernel", "stride", "orders", "format", "threads", "MaxPool2d forward, ms", "ratio"]
    heads += ["with backward, ms", "ratio", "memory ratio"]
    print("| " + " | ".join(heads) + " |\n" + "| --- " * len(heads) + "|")
    image = torch.rand(SHAPE, generator=torch.Generator().manual_seed(0))
    rows = []
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
                row: dict[str, Any] = {
                    "kernel": size,
                    "stride": stride,
                    "orders": name,
                    "layout": layout,
                    "threads": count,
                    "compiled": compiled,
                    "forward": ratios(tasks[0], tasks[1], repeats),
                    "both": ratios(backs[0], backs[1], repeats),
                    "memory": round(peak_memory(pool, x) / peak_memory(exact, x), 2),
                }
                rows.append(row)
                cells = [f"{size}×{size}", str(stride), name, layout, str(count)]
                for one in (row["forward"], row["both"]):
                    cells += [f"{one['base_ms']}", f"{one['wall']} ({one['processor']})"]
                print("| " + " | ".join([*cells, f"{row['memory']}"]) + " |", flush=True)
    return rows


def origin(repeats: int) -> dict[str, Any]:
    """What is measured and where; the load is that of the minute before."""
    return {
        "shape": list(SHAPE),
        "repeats": repeats,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "commit": git(ROOT, "rev-parse", "HEAD"),
        "uncommitted": changed(ROOT, "src/maxpooling/layers", "benchmarks"),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernels", type=int, nargs="+", choices=GEOMETRIES, default=[2, 3, 4])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--compiled", action="store_true", help="minutes of compiling first")
    parser.add_argument("--repeats", type=int, default=7, help="interleaved runs of each pair")
    parser.add_argument("--record", action="store_true", help="keep what was measured")
    arguments = parser.parse_args()
    where = origin(arguments.repeats)
    found = compare(arguments.kernels, arguments.threads, arguments.compiled, arguments.repeats)
    if arguments.record:
        path = Path(ROOT, "data", "ours", FILE)
        before = json.loads(path.read_bytes()) if path.exists() else {"runs": []}
        text = json.dumps(merged(before, where | {"rows": found}), indent=1) + "\n"
        write_whole(path, text.encode())
