"""Exact optimisation against CVXPY: time and correctness, as a Markdown table.

Run on an idle machine, on one thread: OMP_NUM_THREADS=1 python benchmarks/bench_best_uniform.py
Times are the best of several runs; what counts are the ratios within one run. The exact time
includes the verification of the certificate. "off by" is the true error of the returned
coefficients, in exact arithmetic, over the optimum.
"""

import argparse
from collections.abc import Callable, Iterable
from functools import partial
from random import Random
from typing import get_args

from timing import seconds

from maxpooling.approximation import FloatApproximation, best_uniform, best_uniform_cvxpy
from maxpooling.approximation.linear_program import Solver

CASES: dict[str, Callable[[int], Iterable[int]]] = {
    "{0, d−1}": lambda d: (0, d - 1),
    "0..⌊√d⌋": lambda d: range(int(d**0.5) + 1),
    "half, drawn": lambda d: Random(d).sample(range(d), d // 2),
    "all": range,
}
SIZES = (4, 9, 16, 25, 36, 49, 64)
REACH: dict[str, tuple[int, Iterable[int]]] = {
    "d = 1000, ten orders": (1000, Random(10).sample(range(1000), 10)),
    "d = 1000, 0..10": (1000, range(11)),
    "d = 1000, 0..500": (1000, range(501)),
    "d = 1000, 0..999": (1000, range(1000)),
    "d = 64, 32 orders": (64, Random(1).sample(range(64), 32)),
    "d = 64, 63 orders": (64, Random(2).sample(range(64), 63)),
}


def solve_exactly(d: int, orders: Iterable[int]) -> None:
    best_uniform(d, orders).verify()


def quality(found: FloatApproximation, optimum: float) -> str:
    if not found.coefficients:
        return found.status
    off = float(found.attained()) / optimum
    return f"{off:.4g}" + ("" if found.status == "optimal" else f" ({found.status})")


def compare(repeats: int) -> None:
    solvers = get_args(Solver)
    heads = [f"{s} {what}" for s in solvers for what in ("(ms)", "/ exact", "off by")]
    print("| d | orders | exact (ms) | " + " | ".join(heads) + " |")
    print("| --- " * (3 + len(heads)) + "|")
    for d in SIZES:
        for name, orders_of in CASES.items():
            orders = tuple(orders_of(d))
            exact = seconds(partial(solve_exactly, d, orders), repeats)
            cells = [str(d), name, f"{1000 * exact:.2f}"]
            for solver in solvers:
                route = partial(best_uniform_cvxpy, d, orders, solver)
                taken = seconds(route, repeats)
                optimum = float(best_uniform(d, orders).error)
                cells += [f"{1000 * taken:.1f}", f"{taken / exact:.1f}", quality(route(), optimum)]
            print("| " + " | ".join(cells) + " |")


def reach() -> None:
    print("\n| exact, with verification | seconds |\n| --- | --- |")
    for name, (d, orders) in REACH.items():
        taken = seconds(partial(solve_exactly, d, orders), 1)
        print(f"| {name} | {taken:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="runs of which the best counts")
    options = parser.parse_args()
    compare(options.repeats)
    reach()


if __name__ == "__main__":
    main()
