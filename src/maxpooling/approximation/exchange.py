"""The exchange algorithm on integer nodes that solves (3) exactly (Theorems D and E, ours).

Write m = d - k for the number of zeros of a vertex and q = (1 - f)/E for the scaled difference of
estimator and maximum. Then (3) asks for the q in the span of the binomials C(m, a), a in {0} and R,
that is largest at m = d while |q(m)| <= 1 for m = 0..d-1. As in Remez's algorithm, q is made to
alternate +1, -1 on as many nodes as the span has dimensions, and each node then moves to the worst
point of its run of equal sign. Every quantity is an integer over one common denominator.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol


@dataclass(frozen=True)
class Step:
    """One reference of the exchange.

    Attributes:
        nodes: the reference m_1 < ... < m_n, where q takes the values +-1 in turn, +1 at m_n.
        values: integers with q(m) = values[m] / scale for m = 0..d.
        scale: the positive common denominator.
    """

    nodes: tuple[int, ...]
    values: tuple[int, ...]
    scale: int

    @property
    def extrapolated(self) -> Fraction:
        """T = q(d), which falls strictly from step to step; 1/T bounds the error from below."""
        return Fraction(self.values[-1], self.scale)

    @property
    def optimal(self) -> bool:
        """Whether |q(m)| <= 1 for all m < d, which proves this reference optimal."""
        return all(abs(value) <= self.scale for value in self.values[:-1])


class Space(Protocol):
    """A span of binomials C(m, a) that can interpolate exactly."""

    def first_nodes(self) -> tuple[int, ...]:
        """A valid reference to start from."""

    def interpolate(self, nodes: tuple[int, ...]) -> Step:
        """The q that alternates on the nodes."""

    def weights(self, nodes: tuple[int, ...]) -> list[Fraction]:
        """The y with q(d) = sum of y_i q(m_i) for every q of the space: the dual certificate."""


def exchange(space: Space) -> Iterator[Step]:
    """Yield the references of the exchange; the last one is optimal.

    Stops by Theorem E: T falls strictly, so no reference recurs, and there are finitely many.
    """
    step = space.interpolate(space.first_nodes())
    yield step
    while not step.optimal:
        step = space.interpolate(exchanged(step.values, step.scale))
        yield step


def exchanged(values: Sequence[float], scale: float) -> tuple[int, ...]:
    """The next reference: one worst point from each run of equal sign of {m < d : |q(m)| >= 1}.

    Args:
        values: q(m) * scale for m = 0..d, integers or floats.
        scale: what stands for 1.
    """
    nodes: list[int] = []
    for m in range(len(values) - 1):
        if abs(values[m]) < scale:
            continue
        if not nodes or (values[m] > 0) != (values[nodes[-1]] > 0):
            nodes.append(m)
        elif abs(values[m]) > abs(values[nodes[-1]]):
            nodes[-1] = m
    return tuple(nodes)
