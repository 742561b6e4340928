"""The three kinds of binomial span that the exchange works in, from general to special.

All three solve the same two linear problems exactly. :class:`BinomialSpan` serves any orders by
linear algebra; :class:`Polynomials` (orders 0..r) and :class:`TopBinomials` (orders d-s..d-1) have
product formulas, which is what makes d = 1000 take a moment.
"""

from collections import deque
from fractions import Fraction
from functools import cached_property
from math import comb, cos, factorial, gcd, lcm, pi, prod

import numpy as np
from flint import fmpz_mat

from maxpooling.approximation.exchange import Space, Step, exchange
from maxpooling.approximation.float_remez import reference
from maxpooling.linear_algebra import solve_integer

FEW = 24
"""Up to so many functions in a span the exchange starts from Chebyshev's points."""


def space_of(d: int, positive_orders: tuple[int, ...]) -> Space:
    """The span of C(m, a) for a = 0 and the given orders (sorted, within 1..d-1)."""
    n = len(positive_orders)
    if positive_orders == tuple(range(1, n + 1)):
        return Polynomials(d, n)
    if positive_orders == tuple(range(d - n, d)):
        return TopBinomials(d, n)
    return BinomialSpan(d, (0, *positive_orders))


class BinomialSpan:
    """span{C(m, a) : a in A}; a linear system of n unknowns per reference, n = |A|."""

    def __init__(self, d: int, exponents: tuple[int, ...]) -> None:
        """Take the pool size and A, sorted, with A[0] = 0."""
        self.d = d
        self.exponents = exponents

    @cached_property
    def rows(self) -> list[tuple[int, ...]]:
        """C(m, a) for all a in A, one row for each m = 0..d."""
        columns = [_binomial_column(self.d, a) for a in self.exponents]
        return list(zip(*columns, strict=True))

    @cached_property
    def table(self) -> fmpz_mat:
        """The rows as a matrix, which turns coefficients into values."""
        return fmpz_mat([list(row) for row in self.rows])

    def first_nodes(self) -> tuple[int, ...]:
        """A guess of where the optimal nodes lie, moved just enough to be valid.

        Relative to d they lie nearly where they do for half the inputs and every other order. So
        many orders start from the solution of that smaller problem, which saves nine rounds of ten
        at d = 200; few orders start from Chebyshev's points.
        """
        n = len(self.exponents)
        if n <= FEW:
            angles = [pi * i / (n - 1) if n > 1 else 0.0 for i in range(n)]
            return self._valid([(1 - cos(angle)) / 2 for angle in angles])
        half = self.d // 2
        orders = {(a + 1) // 2 for a in self.exponents[::2]}
        coarse = BinomialSpan(half, tuple(sorted(a for a in orders if a < half)))
        nodes = deque(exchange(coarse), maxlen=1).pop().nodes
        places = np.array(nodes) / (half - 1)
        shares = np.linspace(0, 1, len(nodes))
        return self._valid(np.interp(np.linspace(0, 1, n), shares, places).tolist())

    def _valid(self, places: list[float]) -> tuple[int, ...]:
        """Increasing nodes m_i >= a_i below d, near these shares of the way from 0 to d - 1."""
        n = len(self.exponents)
        nodes: list[int] = []
        for i, (a, place) in enumerate(zip(self.exponents, places, strict=True)):
            node = max(a, round((self.d - 1) * place))
            node = max(node, nodes[-1] + 1) if nodes else node
            nodes.append(min(node, self.d - n + i))
        return tuple(nodes)

    def interpolate(self, nodes: tuple[int, ...]) -> Step:
        """Solve the n conditions q(m_i) = (-1)^(n-i) for the coefficients of the binomials."""
        coefficients, scale = solve_integer([self.rows[m] for m in nodes], _alternating(len(nodes)))
        values = self.table * fmpz_mat(len(nodes), 1, coefficients)
        return Step(nodes, tuple(int(value) for value in values.entries()), scale)

    def weights(self, nodes: tuple[int, ...]) -> list[Fraction]:
        """Solve the transposed system: sum of y_i C(m_i, a) = C(d, a) for all a in A."""
        matrix = list(zip(*(self.rows[m] for m in nodes), strict=True))
        numerators, scale = solve_integer(matrix, self.rows[self.d])
        return [Fraction(y, scale) for y in numerators]


class Polynomials:
    """All polynomials of degree <= r: Lagrange's formula with one common denominator."""

    def __init__(self, d: int, degree: int) -> None:
        """Take the pool size and the largest order r."""
        self.d = d
        self.degree = degree

    def first_nodes(self) -> tuple[int, ...]:
        """The reference that a floating-point exchange ends with (nearly always the optimal)."""
        return reference(self.d, self.degree)

    def interpolate(self, nodes: tuple[int, ...]) -> Step:
        """q(m) = product of (m - m_j) times the sum of |w_i| / (m - m_i), in integers.

        With w_i = 1 / product over j of (m_i - m_j), alternation makes w_i q(m_i) = |w_i|.
        (d-1)! w_i is an integer and so is L / (m - m_i) with L = lcm(1..d): no fraction appears,
        and each of the (d + 1 - n) n terms costs one division by a small integer.
        """
        spread = lcm(*range(1, self.d + 1))
        whole = factorial(self.d - 1)
        weights = [whole // _distances(m, nodes) for m in nodes]
        common = gcd(whole, *weights)
        scale = whole // common
        terms = [w // common * spread for w in weights]
        sign_at = dict(zip(nodes, _alternating(len(nodes)), strict=True))
        values = []
        for m in range(self.d + 1):
            if m in sign_at:
                values.append(sign_at[m] * scale)
                continue
            total = sum(t // (m - node) for t, node in zip(terms, nodes, strict=True))
            values.append(prod(m - node for node in nodes) * total // spread)
        return Step(nodes, tuple(values), scale)

    def weights(self, nodes: tuple[int, ...]) -> list[Fraction]:
        """Lagrange's cardinal polynomials at m = d: products of (d - m_j) / (m_i - m_j)."""
        whole = prod(self.d - m for m in nodes)
        signs = _alternating(len(nodes))
        return [
            Fraction(sign * (whole // (self.d - m)), _distances(m, nodes))
            for sign, m in zip(signs, nodes, strict=True)
        ]


class TopBinomials:
    """span{1, C(m, d-s), ..., C(m, d-1)}: every node but the first is forced, so no search."""

    def __init__(self, d: int, count: int) -> None:
        """Take the pool size and the number s of orders."""
        self.d = d
        self.count = count

    def first_nodes(self) -> tuple[int, ...]:
        """Validity forces d-s, ..., d-1; below them q is constant, so 0 serves as well as any."""
        return (0, *range(self.d - self.count, self.d))

    def interpolate(self, nodes: tuple[int, ...]) -> Step:
        """Q is (-1)^s below d-s and alternates from there on; q(d) follows from the weights."""
        signs = _alternating(len(nodes))
        extrapolated = sum(abs(y) for y in self.weights(nodes))
        low = [signs[0]] * (self.d - self.count)
        return Step(nodes, (*low, *signs[1:], int(extrapolated)), 1)

    def weights(self, nodes: tuple[int, ...]) -> list[Fraction]:
        """(-1)^(k-1) C(d, k) at k = d - m <= s ones, and (-1)^s C(d-1, s) at the first node."""
        first = (-1) ** self.count * comb(self.d - 1, self.count)
        rest = [(-1) ** (self.d - m - 1) * comb(self.d, self.d - m) for m in nodes[1:]]
        return [Fraction(y) for y in (first, *rest)]


def _alternating(n: int) -> list[int]:
    """N signs in turn, the last one positive."""
    return [(-1) ** (n - 1 - i) for i in range(n)]


def _distances(m: int, nodes: tuple[int, ...]) -> int:
    """Product of |m - node| over the other nodes."""
    return prod(abs(m - node) for node in nodes if node != m)


def _binomial_column(d: int, a: int) -> list[int]:
    """C(m, a) for m = 0..d, each from the one before: far cheaper than d calls of comb."""
    column = [0] * (d + 1)
    column[a] = 1
    for m in range(a + 1, d + 1):
        column[m] = column[m - 1] * m // (m - a)
    return column
