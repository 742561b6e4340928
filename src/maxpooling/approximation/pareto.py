"""Between the best uniform and the least-squares estimator: the worst error against given pools.

For every bound W on the worst error there is one estimator of least mean square over the pools. Its
coefficients are piecewise linear in W, so the whole front is known from its corners, exactly. The
corners are followed downwards from least squares, as in parametric quadratic programming, until no
estimator has a smaller worst error: that is the best uniform one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm

from numpy.typing import ArrayLike

from maxpooling.approximation.certificate import residuals
from maxpooling.approximation.least_squares import least_squares, moments_of, normal_equations
from maxpooling.approximation.spacings import SpacingMoments
from maxpooling.approximation.uniform import best_uniform
from maxpooling.arguments import check_rational
from maxpooling.errors import CertificateError
from maxpooling.linear_algebra import determinant, solve_integer, solve_rational
from maxpooling.order_statistics import vertex_average
from maxpooling.plain import Result

Row = tuple[Fraction, ...]


@dataclass(frozen=True)
class FrontEnd(Result):
    """One end of a piece of the front.

    Attributes:
        worst_error: W, the bound that is met.
        mean_square: the least mean square error under it.
        coefficients: order -> coefficient of the estimator.
        multipliers: vertex k -> what the bound at v_k costs: positive where the error there is W,
            negative where it is -W.
    """

    worst_error: Fraction
    mean_square: Fraction
    coefficients: dict[int, Fraction]
    multipliers: dict[int, Fraction]

    __hash__ = Result.__hash__
    __repr__ = Result.__repr__


@dataclass(frozen=True)
class ParetoFront:
    """All estimators with given orders that no other beats in both errors.

    Attributes:
        d: pool size.
        orders: the orders, sorted.
        spacings: the moments of the pools.
        pieces: from least squares to the best uniform estimator, each with its upper and its lower
            end; on a piece coefficients and multipliers are linear in W. None if the two are one.
    """

    d: int
    orders: tuple[int, ...]
    spacings: SpacingMoments
    pieces: tuple[tuple[FrontEnd, FrontEnd], ...]

    def coefficients_at(self, worst_error: Fraction) -> dict[int, Fraction]:
        """The estimator of least mean square among those of at most this worst error.

        Args:
            worst_error: between the two ends of the front.

        Raises:
            ValueError: it is not rational, or beyond the ends.
        """
        if not self.pieces:
            raise ValueError("worst_error cannot be chosen: the front is one point")
        lowest, highest = self.pieces[-1][1].worst_error, self.pieces[0][0].worst_error
        w = check_rational("worst_error", worst_error, lowest, highest)
        upper, lower = next(piece for piece in self.pieces if piece[1].worst_error <= w)
        share = (w - lower.worst_error) / (upper.worst_error - lower.worst_error)
        return {
            r: lower.coefficients[r] + share * (upper.coefficients[r] - lower.coefficients[r])
            for r in self.orders
        }

    def mean_square_at(self, worst_error: Fraction) -> Fraction:
        """The least mean square error under a bound on the worst error.

        Args:
            worst_error: between the two ends of the front.

        Raises:
            ValueError: it is not rational, or beyond the ends.
        """
        return self.spacings.mean_square(residuals(self.d, self.coefficients_at(worst_error)))

    def verify(self) -> bool:
        """Prove every point optimal by the conditions of Karush, Kuhn and Tucker, exactly.

        They are linear on a piece, apart from "a multiplier or a slack is zero", which holds inside
        of it if the same bounds are met with equality at both ends. The problem is convex, so they
        suffice. The lowest point is the best uniform estimator's, by its own certificate.

        Raises:
            CertificateError: naming what fails.
        """
        for upper, lower in self.pieces:
            for end in (upper, lower):
                self._verify_end(end, set(upper.multipliers) | set(lower.multipliers))
            if not upper.worst_error > lower.worst_error:
                raise CertificateError("a piece does not descend")
        for (_, before), (after, _) in pairwise(self.pieces):
            if (before.worst_error, before.coefficients) != (after.worst_error, after.coefficients):
                raise CertificateError("two pieces do not meet")
        best = best_uniform(self.d, self.orders)
        fit = least_squares(self.d, self.orders, self.spacings)
        if not best.verify() or not fit.verify():
            raise CertificateError("an end is not certified")
        ends = (
            (self.pieces[0][0].worst_error, self.pieces[-1][1].worst_error)
            if self.pieces
            else (best.error, best.error)
        )
        if ends != (fit.worst_error, best.error):
            raise CertificateError("the ends are not those of least squares and minimax")
        return True

    def _verify_end(self, end: FrontEnd, met: set[int]) -> None:
        e = residuals(self.d, end.coefficients)
        if max(map(abs, e)) != end.worst_error:
            raise CertificateError(f"the worst error is not {end.worst_error}")
        if self.spacings.mean_square(e) != end.mean_square:
            raise CertificateError(f"the mean square at {end.worst_error} is misstated")
        if any(abs(e[k]) != end.worst_error for k in met):
            raise CertificateError("a bound with a multiplier is not met on the whole piece")
        if any(y * e[k] < 0 for k, y in end.multipliers.items()):
            raise CertificateError("a multiplier has the wrong sign")
        image = [sum((m * x for m, x in zip(row, e, strict=True)), Fraction(0))
                 for row in self.spacings.second]  # fmt: skip
        for r in self.orders:
            column = [vertex_average(self.d, r, k) for k in range(self.d + 1)]
            slope = 2 * sum((a * b for a, b in zip(column, image, strict=True)), Fraction(0))
            if slope + sum((y * column[k] for k, y in end.multipliers.items()), Fraction(0)) != 0:
                raise CertificateError(f"order {r} could lower the mean square")


def pareto_front(
    d: int, orders: Iterable[int], spacings: SpacingMoments | ArrayLike
) -> ParetoFront:
    """The front of worst error against mean square error on given pools (Theorem AI), exactly.

    Args:
        d: pool size.
        orders: iterable of distinct integers in 0..d-1; 0 is the constant.
        spacings: as for :func:`least_squares`.

    Returns:
        Its pieces. Each takes the solution of a linear system of up to 2n+1 rows, n = number of
        orders; there were at most 3n of them in all cases tried.

    Raises:
        ValueError: as for :func:`least_squares`; or the pools cannot tell the orders apart, so that
            the estimator of a bound is not unique.

    Examples:
        >>> front = pareto_front(4, [0, 3], [[0.5, 0.5, 0.25, 0.0], [0.25, 0.0, 0.0, 0.0]])
        >>> [[str(end.worst_error) for end in piece] for piece in front.pieces]
        [['3/10', '35/246'], ['35/246', '1/8']]
        >>> str(front.mean_square_at(Fraction(1, 5)))
        '1/776'
    """
    fit = least_squares(d, orders, spacings)
    moments = moments_of(fit.d, spacings)
    gram, _ = normal_equations(fit.d, fit.orders, moments)
    if determinant(gram) == 0:
        raise ValueError(
            f"spacings cannot tell the orders {fit.orders} apart, so that estimators between "
            "least squares and minimax are not unique; leave some orders out"
        )
    walk = _Walk(fit.d, fit.orders, moments, [fit.coefficients[r] for r in fit.orders])
    return ParetoFront(fit.d, fit.orders, moments, tuple(walk.pieces()))


class _Walk:
    """The way down: the present bound, estimator, and the vertices that hold it."""

    def __init__(
        self, d: int, orders: tuple[int, ...], moments: SpacingMoments, start: list[Fraction]
    ) -> None:
        self.orders, self.moments, self.d, self.beta = orders, moments, d, start
        rows = [tuple(vertex_average(d, r, k) for r in orders) for k in range(d + 1)]
        # Vertices that no estimator with these orders tells apart count once, the first of them.
        first: dict[tuple[Row, bool], int] = {}
        for k, row in enumerate(rows):
            first.setdefault((row, k > 0), k)
        self.rows = {k: row for (row, _), k in first.items()}
        columns = [[row[i] for row in rows] for i in range(len(orders))]
        images = [[_dot(line, column) for line in moments.second] for column in columns]
        self.gram = [[_dot(image, column) for column in columns] for image in images]
        self.bound = max(map(abs, self.errors().values()))
        self.held: dict[int, Fraction] = {}  # vertex -> its multiplier, of the error's sign
        self.sides: dict[int, int] = {}  # vertex -> that sign

    def errors(self) -> dict[int, Fraction]:
        return {k: _dot(row, self.beta) - (k > 0) for k, row in self.rows.items()}

    def pieces(self) -> Iterable[tuple[FrontEnd, FrontEnd]]:
        if not self._hold(*self._first()):
            return
        seen: set[tuple[Fraction, frozenset[int]]] = set()
        while True:
            state = self.bound, frozenset(self.held)
            if state in seen:
                raise ArithmeticError(f"the walk turns in circles at the bound {self.bound}")
            seen.add(state)
            slopes, changes = self._direction()
            step, leaving, entering = self._step(slopes, changes)
            if step > 0:
                upper = self._end()
                self.bound -= step
                self.beta = [b - step * slope for b, slope in zip(self.beta, slopes, strict=True)]
                self.held = {k: y - step * changes[k] for k, y in self.held.items()}
                yield upper, self._end()
            if leaving is not None:
                del self.held[leaving], self.sides[leaving]
            elif entering is None or not self._hold(*entering):
                return

    def _first(self) -> tuple[int, int]:
        k, e = max(self.errors().items(), key=lambda item: abs(item[1]))
        return k, 1 if e > 0 else -1

    def _direction(self) -> tuple[list[Fraction], dict[int, Fraction]]:
        """Derivatives by the bound of the coefficients and of the multipliers."""
        held = list(self.held)
        n = len(self.orders)
        matrix = [
            [*(2 * g for g in self.gram[i]), *(self.rows[k][i] for k in held)] for i in range(n)
        ]
        matrix += [[*self.rows[k], *[Fraction(0)] * len(held)] for k in held]
        right = [Fraction(0)] * n + [Fraction(self.sides[k]) for k in held]
        solved = _solve(matrix, right)
        return solved[:n], dict(zip(held, solved[n:], strict=True))

    def _step(
        self, slopes: list[Fraction], changes: dict[int, Fraction]
    ) -> tuple[Fraction, int | None, tuple[int, int] | None]:
        """How far the bound can fall, and which vertex is then let go or caught."""
        step, leaving, entering = self.bound, None, None
        for k, y in self.held.items():
            if changes[k] * self.sides[k] > 0 and y / changes[k] < step:
                step, leaving = y / changes[k], k
        for k, e in self.errors().items():
            if k in self.held:
                continue
            slope = _dot(self.rows[k], slopes)
            for side in (1, -1):
                closing = 1 - side * slope
                if closing > 0 and (self.bound - side * e) / closing < step:
                    step, leaving, entering = (self.bound - side * e) / closing, None, (k, side)
        return step, leaving, None if leaving is not None else entering

    def _hold(self, new: int, side: int) -> bool:
        """Catch a vertex; another is let go if its row follows from others. False at the end."""
        held = list(self.held)
        signed = [[self.sides[k] * x for x in self.rows[k]] for k in held]
        shares = _combination(signed, [side * x for x in self.rows[new]])
        multiplier = Fraction(0)
        if shares is not None:
            ratios = [
                (self.held[k] * self.sides[k] / share, k)
                for k, share in zip(held, shares, strict=True)
                if share > 0
            ]
            if not ratios:
                return False
            multiplier, gone = min(ratios)
            for k, share in zip(held, shares, strict=True):
                self.held[k] -= multiplier * share * self.sides[k]
            del self.held[gone], self.sides[gone]
        self.held[new], self.sides[new] = side * multiplier, side
        return True

    def _end(self) -> FrontEnd:
        coefficients = dict(zip(self.orders, self.beta, strict=True))
        square = self.moments.mean_square(residuals(self.d, coefficients))
        return FrontEnd(self.bound, square, coefficients, dict(self.held))


def _combination(rows: Sequence[Sequence[Fraction]], target: Sequence[Fraction]) -> Row | None:
    """The numbers with which independent rows add up to a target, or None."""
    if not rows:
        return None
    columns = [list(column) for column in zip(*rows, strict=True)]
    scale = lcm(*(x.denominator for row in [*columns, target] for x in row))
    found = solve_rational(
        [[int(x * scale) for x in row] for row in columns], [int(x * scale) for x in target]
    )
    return None if found is None else tuple(found)


def _solve(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction]:
    scales = [lcm(b.denominator, *(x.denominator for x in row))
              for row, b in zip(matrix, right, strict=True)]  # fmt: skip
    numerators, below = solve_integer(
        [[int(x * s) for x in row] for row, s in zip(matrix, scales, strict=True)],
        [int(b * s) for b, s in zip(right, scales, strict=True)],
    )
    return [Fraction(n, below) for n in numerators]


def _dot(a: Iterable[Fraction], b: Iterable[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))
