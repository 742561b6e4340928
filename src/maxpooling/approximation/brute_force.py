"""The third route to E(d, R): a linear program over the whole cube, every subpool by itself.

It assumes none of Lemma 5 (symmetry), Theorem A (ordered simplices) or the exchange: one variable
per subpool, two constraints per vertex of {0,1}^d, solved by the simplex method on integers.
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import product

import numpy as np
from numpy.typing import NDArray

from maxpooling.arguments import check_integer, check_orders
from maxpooling.order_statistics import subpools

LARGEST = 7
"""Pool size up to which the 2^d vertices and up to 2^d subpools make a tableau of use."""


def error_over_cube(d: int, orders: Iterable[int]) -> Fraction:
    """Smallest max over {0,1}^d of |f - max| for f in M_R(d), by the simplex method, exactly.

    The vertices of the cube suffice for the lower bound; that they suffice for the upper bound is
    the first half of Theorem A.

    Args:
        d: pool size, 1 <= d <= LARGEST.
        orders: distinct integers in 0..d-1.

    Raises:
        ValueError: if d or orders are not of this kind.

    Examples:
        >>> error_over_cube(4, [1, 3])
        Fraction(1, 9)
    """
    d = check_integer("d", d, 1, LARGEST)
    chosen = [subpool for r in check_orders(d, orders) for subpool in subpools(d, r)]
    rows, right = [], []
    for vertex in product((0, 1), repeat=d):
        features = [max((vertex[i] for i in subpool), default=1) for subpool in chosen]
        # The error is 1 - gain, with gain = 0 at f = 0; coefficients are free: split by sign.
        rows.append([1, *features, *(-a for a in features)])
        rows.append([1, *(-a for a in features), *features])
        right += [1 + max(vertex), 1 - max(vertex)]
    gain = maximise_first(np.array(rows, dtype=object), np.array(right, dtype=object))
    return 1 - gain


def maximise_first(rows: NDArray[np.object_], right: NDArray[np.object_]) -> Fraction:
    """Maximum of y_0 subject to rows @ y <= right, y >= 0, for integers with right >= 0.

    Fraction-free simplex: the tableau holds integers over one common denominator, the last pivot.
    Bland's rule (smallest eligible index) excludes cycling, which degenerate cubes invite.
    """
    count, width = rows.shape
    tableau = np.concatenate(
        [rows, np.eye(count, dtype=int).astype(object), right[:, None]], axis=1
    )
    objective = np.zeros((1, tableau.shape[1]), dtype=int).astype(object)
    objective[0, 0] = -1
    tableau = np.concatenate([tableau, objective])
    basis = list(range(width, width + count))
    denominator = 1
    while True:
        entering = next((j for j, c in enumerate(tableau[-1, :-1]) if c < 0), None)
        if entering is None:
            return Fraction(int(tableau[-1, -1]), denominator)
        candidates = [i for i in range(count) if tableau[i, entering] > 0]
        leaving = min(
            candidates,
            key=lambda i: (Fraction(tableau[i, -1], tableau[i, entering]), basis[i]),
        )
        pivot = tableau[leaving, entering]
        rest = np.arange(count + 1) != leaving
        tableau[rest] = (
            pivot * tableau[rest] - np.outer(tableau[rest, entering], tableau[leaving])
        ) // denominator
        basis[leaving] = entering
        denominator = pivot
