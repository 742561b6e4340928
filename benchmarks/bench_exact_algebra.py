"""Exact linear algebra by FLINT against plain fraction-free elimination, in one run.

``python benchmarks/bench_exact_algebra.py`` prints how much faster whole optimisations and dense
rational systems are, then what FLINT alone can reach. Every optimum is proved by its certificate,
and both routes must agree in every number. It fails if they do not, or if a ratio at the largest
size is below 10. The largest sizes take up to a minute: ``--quick`` leaves them out.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import partial
from math import gcd
from random import Random
from typing import TypeVar
from unittest.mock import patch

from maxpooling.approximation import UniformApproximation, best_uniform, spaces
from maxpooling.linear_algebra import solve_rational

OPTIMISATIONS = ((60, 30), (100, 50), (200, 100))
UNKNOWNS = (50, 100, 200)
REACH = (*((100, count) for count in (2, 10, 25, 50, 75, 90, 98, 99)), (500, 200))
DRAWS = 3
WANTED = 10

Result = TypeVar("Result")


def timed(task: Callable[[], Result]) -> tuple[float, Result]:
    """Processor seconds of one thread's task: what others do on the machine counts little."""
    began = time.process_time()
    result = task()
    return time.process_time() - began, result


def drawn(d: int, count: int, seed: int = 0) -> list[int]:
    return Random(d * 1000 + count + seed).sample(range(d), count)


def eliminate(matrix: Sequence[Sequence[int]], rhs: Sequence[int]) -> tuple[list[int], int]:
    """``solve_integer`` by Bareiss's elimination: minors of [matrix | rhs], exact divisions."""
    rows = [[*row, right] for row, right in zip(matrix, rhs, strict=True)]
    n, previous = len(rows), 1
    for k in range(n):
        chosen = next(i for i in range(k, n) if rows[i][k])
        rows[k], rows[chosen] = rows[chosen], rows[k]
        pivot, tail = rows[k][k], rows[k][k + 1 :]
        for row in rows[k + 1 :]:
            factor = row[k]
            row[k + 1 :] = [
                (pivot * entry - factor * above) // previous
                for entry, above in zip(row[k + 1 :], tail, strict=True)
            ]
        previous = pivot
    numerators = [0] * n
    for i in reversed(range(n)):
        known = sum(rows[i][j] * numerators[j] for j in range(i + 1, n))
        numerators[i] = (previous * rows[i][n] - known) // rows[i][i]
    common = gcd(previous, *numerators) * (1 if previous > 0 else -1)
    return [numerator // common for numerator in numerators], previous // common


def proved(d: int, orders: Sequence[int]) -> UniformApproximation:
    best = best_uniform(d, orders)
    best.verify()
    return best


def compare_optimisations(sizes: Iterable[tuple[int, int]]) -> bool:
    """Whole optimisations by either route; whether all agree and the last ratio is large enough."""
    print(
        "| optimum with proof | FLINT (s) | elimination (s) | ratio | equal |\n"
        + "| --- " * 5
        + "|"
    )
    ratio, fine = 0.0, True
    for d, count in sizes:
        orders = drawn(d, count)
        quick, best = timed(partial(proved, d, orders))
        with patch.object(spaces, "solve_integer", eliminate):
            slow, other = timed(partial(proved, d, orders))
        ratio, fine = slow / quick, fine and best == other
        name = f"d = {d}, {count} drawn orders"
        print(f"| {name} | {quick:.3f} | {slow:.2f} | {ratio:.1f} | {best == other} |")
    return fine and ratio >= WANTED


def compare_systems(sizes: Iterable[int]) -> bool:
    """Dense systems of digits by either route; whether all agree and the last ratio is enough."""
    print("\n| dense system | FLINT (s) | elimination (s) | ratio | equal |\n" + "| --- " * 5 + "|")
    ratio, fine = 0.0, True
    for n in sizes:
        random = Random(n)
        matrix = [[random.randint(-9, 9) for _ in range(n)] for _ in range(n)]
        rhs = [random.randint(-9, 9) for _ in range(n)]
        quick, solution = timed(partial(solve_rational, matrix, rhs))
        slow, (numerators, scale) = timed(partial(eliminate, matrix, rhs))
        equal = solution == [Fraction(numerator, scale) for numerator in numerators]
        ratio, fine = slow / quick, fine and equal
        print(f"| {n} unknowns | {quick:.4f} | {slow:.2f} | {ratio:.1f} | {equal} |")
    return fine and ratio >= WANTED


def reach(sizes: Iterable[tuple[int, int]]) -> None:
    """What FLINT alone can do: the slowest of a few draws of every size, proof included."""
    print("\n| optimum with proof | slowest (s) |\n" + "| --- " * 2 + "|")
    for d, count in sizes:
        draws = [drawn(d, count, seed) for seed in range(DRAWS if d <= 100 else 1)]
        slowest = max(timed(partial(proved, d, orders))[0] for orders in draws)
        print(f"| d = {d}, {count} drawn orders | {slowest:.3f} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="leave out the largest sizes")
    shorter = -1 if parser.parse_args().quick else None
    fine = compare_optimisations(OPTIMISATIONS[:shorter])
    fine &= compare_systems(UNKNOWNS[:shorter])
    reach(REACH[:shorter])
    return int(not fine)


if __name__ == "__main__":
    sys.exit(main())
