r"""Continuous piecewise linear functions as ReLU networks with two hidden layers, exactly (ours).

A function of d variables is given in the lattice form: affine pieces l_1, ..., l_m and groups of
them, and f = max over the groups of the min over a group. Every continuous piecewise linear
function has such a form (Ovchinnikov 2002). Three steps lead to a network.

*From min and max to max alone.* max(a, b) = a + b - min(a, b), and min(max(a_1, ..., a_k), b) is
the max of the min(a_i, b). So if the max over the first groups is the sum of c_U min_U, with
integers c_U and sets U of pieces, whatever the values of the pieces, then with one more
group G it is

    sum of c_U min_U + min_G - sum of c_U min_(U and G together),   and min_U l = -max_U (-l).

*Few at a time* (after Wang and Sun 2005). Let J be pieces of one max whose gradients are affinely
dependent, as those of any d + 2 are: there are numbers t_j, not all zero, whose sum is zero, with
sum t_j grad l_j = 0. Then sum t_j l_j is a constant; change all signs if it is negative. Let P and
N be the j with t_j > 0 and t_j < 0, neither empty as the sum is zero, and scale so that the t_j in
P add up to 1. At every point the mean of P with weights t_j is at least the mean of N with weights
-t_j (this is Radon's partition, lifted), so

    max over P >= min over N,

and some n in N, which may depend on the point, is not above the max over P. For T within N the max
over J without T therefore does not change if n is put into T or taken out of it. So the sum over
all T of (-1)^|T| max over J without T is zero at every point, and

    max_J = sum over T within N, T not empty, of (-1)^(|T| + 1) max over (J without T).

Every set on the right is smaller and holds P. The step is repeated, the largest sets first, until
all sets have affinely independent gradients, hence at most d + 1 pieces.

*Two layers.* Each max of k <= d + 1 affine functions is the two-layer network for the max of k
numbers, with the affine functions in the place of the numbers. All stand side by side. The input is
(x, 1); the last column of the first matrix is the bias of the first layer. No other bias is needed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import lcm, prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maxpooling.arguments import check_integer
from maxpooling.linear_algebra import kernel_vector
from maxpooling.networks.circuits import carried_signs
from maxpooling.networks.exact import ExactNetwork, IntArray
from maxpooling.networks.few_layers import two_layer_network

Rational = Fraction | int
Form = tuple[int, ...]
"""Coefficients of the variables, then the constant."""

MOST_VARIABLES: Final = 5
"""Then maxes of six affine functions occur, of 89 neurons each; seven numbers take 922."""

MOST_PIECES: Final = 12
"""Up to 2^pieces sets occur on the way."""

_LARGEST: Final = 2**62


@dataclass(frozen=True)
class PiecewiseNetwork:
    """A function in lattice form, the signed sum of maxes that it is, and its network.

    Attributes:
        pieces: affine functions, each as d coefficients and a constant.
        groups: places in ``pieces``; the function is the max over groups of the min over a group.
        maxes: integer coefficients and sets of at most d + 1 places in ``pieces``; the function is
            the sum of coefficient * max over the set of -piece.
        network: on (x, 1), with two hidden layers, in integers but for one denominator.
    """

    pieces: tuple[tuple[Fraction, ...], ...]
    groups: tuple[tuple[int, ...], ...]
    maxes: tuple[tuple[int, tuple[int, ...]], ...]
    network: ExactNetwork

    @property
    def variables(self) -> int:
        """The number d of variables."""
        return len(self.pieces[0]) - 1

    @property
    def hidden_widths(self) -> tuple[int, ...]:
        """Neurons of the two hidden layers."""
        return self.network.hidden_widths

    @property
    def neurons(self) -> int:
        """ReLU neurons in both hidden layers."""
        return self.network.neurons

    def __call__(self, x: Iterable[Rational]) -> Fraction:
        """The network's value at d exact numbers, exactly.

        Raises:
            ValueError: x has not d entries, or one is not rational.
        """
        point = self._point(x)
        scale = lcm(*(entry.denominator for entry in point))
        return (
            network_value(self.network, [int(entry * scale) for entry in (*point, Fraction(1))])
            / scale
        )

    def function(self, x: Iterable[Rational]) -> Fraction:
        """The function's value, from the max and min over the pieces.

        Raises:
            ValueError: x has not d entries, or one is not rational.
        """
        return max_min(self.pieces, self.groups, (*self._point(x), Fraction(1)))

    def layers(self) -> tuple[tuple[NDArray[np.float64], ...], NDArray[np.float64]]:
        """W_1, W_2, W_out on x alone, and the biases of the first hidden layer, rounded once."""
        (first, *others), _ = self.network.floats()
        return (first[:, :-1], *others), first[:, -1]

    def verify(self) -> int:
        """Prove that the network is the function on the whole plane (two variables only).

        Returns:
            The number of cones that were compared; see
            :func:`~maxpooling.networks.planar.verify_on_plane`.

        Raises:
            ValueError: the function does not have two variables.
            CertificateError: they differ somewhere.
        """
        from maxpooling.networks.planar import verify_on_plane

        return verify_on_plane(self)

    def _point(self, x: Iterable[Rational]) -> tuple[Fraction, ...]:
        point = tuple(exact("each entry of x", entry) for entry in x)
        if len(point) != self.variables:
            raise ValueError(f"x must have {self.variables} entries, got {len(point)}")
        return point


def from_max_min(
    pieces: Iterable[Iterable[Rational]], groups: Iterable[Iterable[int]]
) -> PiecewiseNetwork:
    """The two-layer network of a max over groups of the min over affine pieces (Theorem FN).

    Args:
        pieces: each d coefficients and a constant, all Fractions or integers; d from 1 to 5, at
            most 12 pieces. Equal ones count once.
        groups: places in ``pieces``, none of them empty.

    Returns:
        The network, equal to the function on all of R^d: the module's text proves it. At most
        2^pieces sets are kept on the way, each split once; the sum has at most as many maxes as
        there are sets of up to d + 1 pieces.

    Raises:
        ValueError: pieces or groups are not of this kind, or have numbers so large that the
            network's integers do not fit into 64 bits.

    Examples:
        >>> absolute = from_max_min([(1, 0), (-1, 0)], [(0,), (1,)])  # |x|
        >>> absolute([Fraction(-7, 3)]), len(absolute.hidden_widths)
        (Fraction(7, 3), 2)
        >>> middle = from_max_min([(1, 0, 0), (0, 1, 0), (0, 0, 0)], [(0, 1), (0, 2), (1, 2)])
        >>> middle([5, 3]), middle([-1, 4]), middle.verify() > 0  # the median of x, y and 0
        (Fraction(3, 1), Fraction(0, 1), True)
    """
    functions = [tuple(exact("each entry of pieces", entry) for entry in piece) for piece in pieces]
    lengths = {len(piece) for piece in functions}
    if len(lengths) != 1:
        raise ValueError(
            f"pieces must be at least one, of one length, got lengths {sorted(lengths)}"
        )
    check_integer("the number of variables", lengths.pop() - 1, 1, MOST_VARIABLES)
    distinct = list(dict.fromkeys(functions))
    check_integer("the number of different pieces", len(distinct), 1, MOST_PIECES)
    chosen = []
    for group in groups:
        places = [check_integer("each place in groups", k, 0, len(functions) - 1) for k in group]
        if not places:
            raise ValueError("each of groups must hold a place, got an empty one")
        chosen.append(frozenset(distinct.index(functions[k]) for k in places))
    if not chosen:
        raise ValueError("groups must be at least one, got none")
    # The min over a group is not above that over a part of it.
    needed = [group for group in dict.fromkeys(chosen) if not any(g < group for g in chosen)]
    scale = lcm(*(entry.denominator for piece in distinct for entry in piece))
    negated = [tuple(int(-entry * scale) for entry in piece) for piece in distinct]
    maxes = few_at_a_time(negated, {u: -c for u, c in sum_of_mins(needed).items()})
    network = _network(negated, maxes, scale)
    return PiecewiseNetwork(
        tuple(distinct),
        tuple(tuple(sorted(group)) for group in needed),
        tuple((c, tuple(sorted(j))) for j, c in maxes.items()),
        network,
    )


def sum_of_mins(groups: Sequence[frozenset[int]]) -> dict[frozenset[int], int]:
    """The c_U for which the max over groups of the min over each is the sum of c_U min_U.

    Examples:
        >>> found = sum_of_mins([frozenset({0}), frozenset({1, 2})])
        >>> sorted((sorted(u), c) for u, c in found.items())
        [([0], 1), ([0, 1, 2], -1), ([1, 2], 1)]
    """
    found: dict[frozenset[int], int] = {}
    for group in groups:
        after: dict[frozenset[int], int] = defaultdict(int, found)
        after[group] += 1
        for places, c in found.items():
            after[places | group] -= c
        found = {places: c for places, c in after.items() if c}
    return found


def few_at_a_time(
    forms: Sequence[Form], maxes: dict[frozenset[int], int]
) -> dict[frozenset[int], int]:
    """The same sum of maxes, by sets of forms whose gradients are affinely independent.

    Args:
        forms: affine functions, d coefficients and a constant each.
        maxes: coefficients by sets of places in ``forms``.

    Returns:
        Coefficients by sets of at most d + 1 places, of the second step of the module's text.

    Examples:
        >>> forms = [(1, 0), (0, 1), (-1, 0)]  # x, 1 and -x: which of them is the constant?
        >>> found = few_at_a_time(forms, {frozenset({0, 1, 2}): 1})
        >>> sorted((sorted(j), c) for j, c in found.items())
        [([0, 1], 1), ([1], -1), ([1, 2], 1)]
    """
    largest = len(forms[0]) + 1  # d + 2
    kept: dict[frozenset[int], int] = {}
    left = defaultdict(int, maxes)
    lowered: dict[tuple[int, ...], tuple[int, ...]] = {}
    while left:
        places = max(left, key=lambda j: (len(j), sorted(j)))
        c = left.pop(places)
        if not c:
            continue
        best: tuple[int, ...] = ()
        for some in combinations(sorted(places), min(len(places), largest)):
            if some not in lowered:
                lowered[some] = not_above([forms[j] for j in some])
            below = tuple(some[k] for k in lowered[some])
            if below and (not best or len(below) < len(best)):
                best = below
            if len(best) == 1:
                break
        if not best:
            kept[places] = c
        for size in range(1, len(best) + 1):
            for gone in combinations(best, size):
                left[places - {*gone}] += c if size % 2 else -c
    return kept


def not_above(forms: Sequence[Form]) -> tuple[int, ...]:
    """Places N of forms with max over the others >= min over N everywhere; empty if none.

    It is empty if and only if the gradients are affinely independent.

    Examples:
        >>> not_above([(1, 0), (-1, 0), (0, -1)]), not_above([(1, 0), (-1, 0)])
        ((2,), ())
    """
    rows = [[1] * len(forms), *([form[i] for form in forms] for i in range(len(forms[0]) - 1))]
    t = kernel_vector(rows)
    if t is None:
        return ()
    constant = sum(entry * form[-1] for entry, form in zip(t, forms, strict=True))
    positive = [k for k, entry in enumerate(t) if entry > 0]
    negative = [k for k, entry in enumerate(t) if entry < 0]
    # With the constant zero either side may be N: the smaller makes fewer sets.
    if constant < 0 or (constant == 0 and len(positive) < len(negative)):
        return tuple(positive)
    return tuple(negative)


def max_min(
    pieces: Sequence[Sequence[Rational]],
    groups: Iterable[Iterable[int]],
    point: Sequence[Rational],
) -> Fraction:
    """The max over groups of the min over pieces, at (x, 1) or at any (x, s): linear forms."""
    values = [sum(a * b for a, b in zip(piece, point, strict=True)) for piece in pieces]
    return Fraction(max(min(values[k] for k in group) for group in groups))


def network_value(network: ExactNetwork, point: Sequence[int]) -> Fraction:
    """The network's value at integers of any size, exactly."""
    z = np.array(point, dtype=object)
    for weights in network.matrices[:-1]:
        z = np.maximum(weights.astype(object) @ z, 0)
    value = int((network.matrices[-1].astype(object) @ z)[0])
    return Fraction(value, network.denominator) + network.bias


def exact(name: str, value: object) -> Fraction:
    """Return value as a Fraction if it is one or an integer, else raise ValueError."""
    if isinstance(value, bool) or not isinstance(value, (Fraction, int)):
        raise ValueError(f"{name} must be a Fraction or an integer, got {value!r}")
    return Fraction(value)


def _network(forms: Sequence[Form], maxes: dict[frozenset[int], int], scale: int) -> ExactNetwork:
    """The sum of coefficient * max over forms, divided by scale, on (x, 1)."""
    width = len(forms[0])
    blocks: list[tuple[ExactNetwork, NDArray[np.object_], int]] = []
    affine = [0] * width
    for places, c in maxes.items():
        rows = [forms[j] for j in sorted(places)]
        if len(rows) == 1:
            affine = [a + c * b for a, b in zip(affine, rows[0], strict=True)]
        else:
            blocks.append((two_layer_network(len(rows)), np.array(rows, dtype=object), c))
    if any(affine) or not blocks:
        blocks.append((two_layer_network(1), np.array([affine], dtype=object), 1))
    common = lcm(*(one.denominator for one, _, _ in blocks))
    first = [one.matrices[0].astype(object) @ rows for one, rows, _ in blocks]
    last = [
        one.matrices[2].astype(object) * (c * common // one.denominator) for one, _, c in blocks
    ]
    second = np.zeros((sum(w.shape[1] for w in last), sum(map(len, first))), dtype=np.int64)
    row = column = 0
    for one, _, _ in blocks:
        height, across = one.matrices[1].shape
        second[row : row + height, column : column + across] = one.matrices[1]
        row, column = row + height, column + across
    parts = (np.vstack(first), second, np.hstack(last))
    largest = prod(int(np.abs(weights).sum(axis=1).max(initial=1)) for weights in parts)
    if largest * len(second) >= _LARGEST:
        raise ValueError(
            f"pieces must have smaller numbers, or a smaller common denominator than {scale}: "
            "the network's integers would not fit into 64 bits"
        )
    merged = ExactNetwork(tuple(w.astype(np.int64) for w in parts), common * scale).merged()
    return _carried_once(merged)


def _carried_once(network: ExactNetwork) -> ExactNetwork:
    """The same function; what the second layer only carries is carried by one or two neurons.

    relu(-v) = relu(v) - v, and relu(v) = v if v is a sum of first-layer neurons.
    """
    first, second, last = network.matrices
    weights = {tuple(row): int(w) for row, w in zip(second.tolist(), last[0], strict=True)}
    carried = np.zeros(second.shape[1], dtype=np.int64)
    kept: dict[tuple[int, ...], int] = {}
    for row, w in weights.items():
        opposite = tuple(-entry for entry in row)
        if min(row) >= 0:
            carried += w * np.array(row)
        elif opposite in kept:
            kept[opposite] += w
            carried -= w * np.array(opposite)
        elif max(row) > 0:  # else it is never active
            kept[row] = w
    kept = {row: w for row, w in kept.items() if w}
    signs = carried_signs(carried, non_negative=True)
    rows: list[IntArray] = [np.array(row, dtype=np.int64) for row in kept]
    rows += [sign * carried for sign in signs]
    matrix = np.array(rows, dtype=np.int64).reshape(len(rows), second.shape[1])
    output = np.array([[*kept.values(), *signs]], dtype=np.int64)
    return ExactNetwork((first, matrix, output), network.denominator).merged()
