"""The benchmarks' clock."""

import time
from collections.abc import Callable


def seconds(task: Callable[[], object], repeats: int) -> float:
    """Best wall time of ``task`` after a first run that does not count."""
    task()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)
