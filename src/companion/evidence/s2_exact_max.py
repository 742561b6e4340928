"""Section 2: what a small ReLU network can do with a maximum, and what it takes to compute one."""

from itertools import product
from random import Random

import numpy as np
from numpy.typing import NDArray

from companion.evidence.result import CheckResult, require
from maxpooling.linear_algebra import solve_integer
from maxpooling.networks import max_network_matrices, padding_matrix, pairwise_max_factors


def theorem_1() -> CheckResult:
    """The sum of d ReLUs is positive exactly where the maximum is."""
    for d in range(1, 7):
        grid = np.array(list(product((-3, -1, 0, 2), repeat=d)))
        signs = np.maximum(grid, 0).sum(axis=1) > 0
        require(bool((signs == (grid.max(axis=1) > 0)).all()), f"Theorem 1 fails at d={d}")
    draws = np.random.default_rng(1).normal(size=(100_000, 9)) - 1.2
    positive = np.maximum(draws, 0).sum(axis=1) > 0
    require(bool((positive == (draws.max(axis=1) > 0)).all()), "Theorem 1 fails in simulation")
    return CheckResult(
        "theorem-1",
        "enumeration",
        "integer grids, d = 1..6; 100000 normal vectors, d = 9",
        {"share with a positive maximum": round(float(positive.mean()), 3)},
    )


def first_layer_width() -> CheckResult:
    """With d - 1 first-layer neurons some line of inputs is not seen, though the sign changes.

    The direction u is a null vector of the first layer; from (-1, ..., -1), where the maximum is
    negative, one of the two ways along u leads to a point with a positive coordinate.
    """
    random = Random(1)
    layers = 0
    for d in range(2, 9):
        for _ in range(20):
            weights = [[random.randint(-9, 9) for _ in range(d)] for _ in range(d - 1)]
            u = _null_vector(weights)
            step = 2 if max(u) > 0 else -2
            start = [-1] * d
            end = [s + step * v for s, v in zip(start, u, strict=True)]
            seen = [sum(w * (e - s) for w, e, s in zip(row, end, start, strict=True))
                    for row in weights]  # fmt: skip
            require(seen == [0] * (d - 1), f"the first layer sees the step at d={d}")
            require(max(start) < 0 < max(end), f"the sign does not change at d={d}")
            layers += 1
    return CheckResult(
        "theorem-j",
        "exact certificate",
        "random integer layers with d - 1 neurons, d = 2..8: two inputs they cannot tell apart",
        {"layers": layers},
    )


def two_variables() -> CheckResult:
    """max(a, b) = b + relu(a - b), the two other forms of it, and four variables by nesting."""
    for a, b in product(range(-6, 7), repeat=2):
        require(_max_of_two(a, b) == max(a, b), f"three neurons at {a}, {b}")
        require(_relu(a - b) + _relu(b - a) + _relu(a + b) - _relu(-a - b) == 2 * max(a, b),
                f"four neurons at {a}, {b}")  # fmt: skip
        two = _relu(a - b) + _relu(b)
        require((two == max(a, b)) == (b >= 0), f"two neurons are right iff b >= 0: {a}, {b}")
    for x in product(range(-2, 3), repeat=4):
        nested = _max_of_two(_max_of_two(x[0], x[1]), _max_of_two(x[2], x[3]))
        require(nested == max(x), f"four variables at {x}")
    return CheckResult(
        "two-variables", "enumeration", "all integers in -6..6; four variables in -2..2"
    )


def lemma_1() -> CheckResult:
    """The integer matrices compute the maximum exactly, with the stated widths."""
    random = np.random.default_rng(1)
    for d in range(1, 65):
        matrices = max_network_matrices(d)
        depth = (d - 1).bit_length()
        widths = [len(weights) for weights in matrices[:-1]]
        require(widths == [3 * 2 ** (depth - k) for k in range(1, depth + 1)], f"widths, d={d}")
        x = random.integers(-1000, 1000, size=(200, d))
        require(bool((_run(matrices, x) == x.max(axis=1)).all()), f"the maximum of {d} integers")
        non_negative = max_network_matrices(d, non_negative=True)
        x = abs(x)
        require(bool((_run(non_negative, x) == x.max(axis=1)).all()), f"two per pair at d={d}")
    for d in range(1, 6):
        grid = np.array(list(product((-2, -1, 0, 1), repeat=d)))
        require(bool((_run(max_network_matrices(d), grid) == grid.max(axis=1)).all()), f"grid, {d}")
    return CheckResult(
        "lemma-1",
        "enumeration",
        "integer matrices, 200 integer vectors for each d = 1..64, whole grids for d = 1..5",
        {"neurons for d = 9": sum(len(weights) for weights in max_network_matrices(9)[:-1])},
    )


def lemma_1_factors() -> CheckResult:
    """The matrices of the proof: B relu(A z) takes pairwise maxes, P repeats a coordinate."""
    for h in range(1, 17):
        into, out_of = pairwise_max_factors(h)
        z = np.random.default_rng(h).integers(-50, 50, size=(2 * h, 300))
        found = out_of @ np.maximum(into @ z, 0)
        require(bool((found == np.maximum(z[:h], z[h:])).all()), f"A and B at h={h}")
    for d in range(1, 33):
        padding = padding_matrix(d)
        mix, rows = padding, list(max_network_matrices(d))
        for weights in rows[:-1]:
            into, out_of = pairwise_max_factors(len(weights) // 3)
            require(bool((weights == into @ mix).all()), f"merged matrix at d={d}")
            mix = out_of
        require(bool((padding[:d] == np.eye(d)).all()), f"P copies x at d={d}")
        require(bool((padding.sum(axis=1) == 1).all()), f"P only copies at d={d}")
    return CheckResult(
        "lemma-1-factors", "enumeration", "A and B for 1..16 pairs; P and the products, d = 1..32"
    )


def _relu(z: int) -> int:
    return max(z, 0)


def _max_of_two(a: int, b: int) -> int:
    return b + _relu(a - b)


def _run(matrices: tuple[NDArray[np.int64], ...], x: NDArray[np.int64]) -> NDArray[np.int64]:
    """W_out relu(... relu(W_1 x)) for rows x, in integers."""
    z = x.T
    for weights in matrices[:-1]:
        z = np.maximum(weights @ z, 0)
    result: NDArray[np.int64] = (matrices[-1] @ z)[0]
    return result


def _null_vector(rows: list[list[int]]) -> list[int]:
    """A non-zero integer u with rows u = 0, for d - 1 rows of d integers.

    Cramer's rule gives it with u_d = the determinant of the first d - 1 columns; where that or a
    leading minor vanishes, the columns are turned round until none does.
    """
    d = len(rows) + 1
    for turn in range(d):
        turned = [row[turn:] + row[:turn] for row in rows]
        try:
            numerators, determinant = solve_integer(
                [row[:-1] for row in turned], [-row[-1] for row in turned]
            )
        except ValueError:
            continue
        u = [*numerators, determinant]
        return u[d - turn :] + u[: d - turn]
    raise AssertionError(f"no turn of the columns has non-zero minors: {rows}")
