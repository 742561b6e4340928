"""Section 2: what a small ReLU network can do with a maximum, and what it takes to compute one."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from companion.checking import Kind, check, require
from companion.checking.domains import Drawn, Integers, Normal, Vectors
from companion.errors import CheckFailedError
from maxpooling.linear_algebra import solve_integer
from maxpooling.networks import (
    max_network_matrices,
    padding_matrix,
    pairwise_max_factors,
    smallest_max_network,
)


@check("theorem-1", Kind.EVERY_CASE, d=range(1, 7), x=Vectors((-3, -1, 0, 2), "d", rows=True))
@check("theorem-1", Kind.RANDOM, d=(9,), x=Drawn(Normal("d", -1.2), 100_000, rows=True))
def theorem_1(d: int, x: NDArray[np.float64]) -> None:
    """The sum of d ReLUs is positive exactly where the maximum is, for every row of x."""
    positive = np.maximum(x, 0).sum(axis=1) > 0
    require(x.shape[1] == d, f"x has rows of {x.shape[1]} numbers, not of {d}")
    require(bool((positive == (x.max(axis=1) > 0)).all()), "the signs differ")


@check(
    "theorem-j",
    Kind.RANDOM,
    d=range(2, 17),
    weights=Drawn(Integers(-9, 9, "d", height="d - 1"), 20),
)
def first_layer_width(d: int, weights: list[list[int]]) -> None:
    """With d - 1 first-layer neurons some line of inputs is not seen, though the sign changes.

    The direction u is a null vector of the first layer; from (-1, ..., -1), where the maximum is
    negative, one of the two ways along u leads to a point with a positive coordinate. Biases add
    the same at both points, and both may be taken as near to 0 as one likes.
    """
    u = _null_vector(weights)
    step = 2 if max(u) > 0 else -2
    start = [-1] * d
    end = [s + step * v for s, v in zip(start, u, strict=True)]
    for scale in (1, Fraction(1, 1000)):
        seen = [
            sum(w * scale * (e - s) for w, e, s in zip(r, end, start, strict=True)) for r in weights
        ]
        require(seen == [0] * (d - 1), "the first layer sees the step")
        require(scale * max(start) < 0 < scale * max(end), "the sign does not change")


@check("theorem-j", Kind.EVERY_CASE, d=range(1, 7), x=Vectors((0, 1, 2), "d"))
def one_neuron_on_the_cube(d: int, x: tuple[int, ...]) -> None:
    """Among inputs that are not negative the sum's ReLU decides: the theorem needs others."""
    require(len(x) == d, f"x has {len(x)} entries")
    require((_relu(sum(x)) > 0) == (max(x) > 0), "the signs differ")


@check("statement-two-variables", Kind.EVERY_CASE, a=range(-6, 7), b=range(-6, 7))
def two_variables(a: int, b: int) -> None:
    """max(a, b) = b + relu(a - b), and the two other forms of it."""
    require(_max_of_two(a, b) == max(a, b), "three neurons")
    magnitude, total = _relu(a - b) + _relu(b - a), _relu(a + b) - _relu(-a - b)
    require((magnitude, total) == (abs(a - b), a + b), "|a - b| is a sum, a + b a difference")
    require(magnitude + total == 2 * max(a, b), "four neurons")
    two = _relu(a - b) + _relu(b)
    require((two == max(a, b)) == (b >= 0), "two neurons are right iff b >= 0")


@check("statement-two-variables", Kind.EVERY_CASE, x=Vectors(range(-2, 3), 4))
def four_variables(x: tuple[int, int, int, int]) -> None:
    """The maximum of four numbers by nesting that of two."""
    nested = _max_of_two(_max_of_two(x[0], x[1]), _max_of_two(x[2], x[3]))
    require(nested == max(x), f"nesting gives {nested}")


@check("lemma-1", Kind.EVERY_CASE, d=range(2, 7), x=Vectors((-2, -1, 0, 1), "d", rows=True))
@check("lemma-1", Kind.RANDOM, d=range(2, 65), x=Drawn(Integers(-1000, 1000, "d"), 200, rows=True))
def lemma_1(d: int, x: NDArray[np.int64]) -> None:
    """The integer matrices compute the maximum of every row of x exactly."""
    require(bool((_run(max_network_matrices(d), x) == x.max(axis=1)).all()), "another maximum")


@check("lemma-1", Kind.EVERY_CASE, d=range(2, 7), x=Vectors((0, 1, 2), "d", rows=True))
@check("lemma-1", Kind.RANDOM, d=range(2, 65), x=Drawn(Integers(0, 1000, "d"), 200, rows=True))
def lemma_1_two_per_pair(d: int, x: NDArray[np.int64]) -> None:
    """Two neurons per pair compute the maximum of numbers that are not negative (ours)."""
    matrices = max_network_matrices(d, non_negative=True)
    require(bool((_run(matrices, x) == x.max(axis=1)).all()), "another maximum")


@check("lemma-1", Kind.EVERY_CASE, d=range(2, 257))
def lemma_1_widths(d: int) -> None:
    """There are ceil(log2 d) hidden layers, the k-th of 3 * 2^(L-k) neurons, or of two thirds."""
    depth = (d - 1).bit_length()
    for neurons, non_negative in ((3, False), (2, True)):
        matrices = max_network_matrices(d, non_negative=non_negative)
        widths = [len(weights) for weights in matrices[:-1]]
        expected = [neurons * 2 ** (depth - k) for k in range(1, depth + 1)]
        require(widths == expected, f"{neurons} neurons per pair: the widths are {widths}")


@check("unpadded-rounds-of-pairs", Kind.EVERY_CASE, d=range(2, 65))
def lean_rounds(d: int) -> None:
    """Rounds of pairs without padding: 2m - ceil(m/2) neurons for m values, m if none is negative.

    No round and no whole is larger than Lemma 1's; both are the same for powers of two.
    """
    values = [d]
    while values[-1] > 1:
        values.append((values[-1] + 1) // 2)
    for non_negative, expected in (
        (False, [2 * m - after for m, after in pairwise(values)]),
        (True, values[:-1]),
    ):
        network = smallest_max_network(d, non_negative=non_negative)
        lemma = [len(w) for w in max_network_matrices(d, non_negative=non_negative)[:-1]]
        widths = list(network.hidden_widths)
        require(widths == expected, f"the widths are {widths}")
        require(all(a <= b for a, b in zip(widths, lemma, strict=True)), "a wider layer")
        require((widths == lemma) == (d & (d - 1) == 0), f"Lemma 1 has {lemma}")


@check(
    "unpadded-rounds-of-pairs",
    Kind.EVERY_CASE,
    d=range(2, 7),
    x=Vectors((-2, -1, 0, 1), "d", rows=True),
)
@check(
    "unpadded-rounds-of-pairs",
    Kind.RANDOM,
    d=range(2, 65),
    x=Drawn(Integers(-99, 99, "d"), 100, rows=True),
)
def lean_rounds_are_exact(d: int, x: NDArray[np.int64]) -> None:
    """They compute the maximum of every row of x, those for one sign that of every row of |x|."""
    for non_negative, rows in ((False, x), (True, np.abs(x))):
        found = smallest_max_network(d, non_negative=non_negative).numerators(rows)
        require(bool((found == rows.max(axis=1)).all()), "another maximum")


@check("lemma-1", Kind.EVERY_CASE, n=(2, 4, 6), z=Vectors((-2, -1, 0, 1), "n", rows=True))
@check("lemma-1", Kind.RANDOM, n=range(2, 33, 2), z=Drawn(Integers(-50, 50, "n"), 300, rows=True))
def lemma_1_factors(n: int, z: NDArray[np.int64]) -> None:
    """B relu(A z) takes the maxima of the first half of n numbers with the second half."""
    h = n // 2
    into, out_of = pairwise_max_factors(h)
    found = out_of @ np.maximum(into @ z.T, 0)
    require(bool((np.maximum(z[:, :h], z[:, h:]) == found.T).all()), "A and B")


@check("lemma-1", Kind.EVERY_CASE, d=range(2, 65))
def lemma_1_products(d: int) -> None:
    """P copies x and repeats a coordinate, and the weights are the products of A, B and P."""
    padding = padding_matrix(d)
    mix, rows = padding, list(max_network_matrices(d))
    for weights in rows[:-1]:
        into, out_of = pairwise_max_factors(len(weights) // 3)
        require(bool((weights == into @ mix).all()), "a merged matrix")
        mix = out_of
    require(bool((rows[-1] == mix).all()), "the last matrix")
    require(bool((padding[:d] == np.eye(d)).all()), "P copies x")
    require(bool((padding.sum(axis=1) == 1).all()), "P only copies")
    require(set(np.unique(padding)) <= {0, 1}, "P only copies")


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

    The last entry is the common denominator of the others where the first d - 1 columns are
    independent; where they are not, the columns are turned round until they are.

    Raises:
        CheckFailedError: no turn of the columns helps.
    """
    d = len(rows) + 1
    for turn in range(d):
        turned = [row[turn:] + row[:turn] for row in rows]
        try:
            numerators, denominator = solve_integer(
                [row[:-1] for row in turned], [-row[-1] for row in turned]
            )
        except ValueError:
            continue
        u = [*numerators, denominator]
        return u[d - turn :] + u[: d - turn]
    raise CheckFailedError(f"no turn of the columns is independent: {rows}")
