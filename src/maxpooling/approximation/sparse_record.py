"""What a search over families of subpools found: good families, and proofs that fewer do not do.

The search was run once, in floating point, and is not part of the library; nothing of what it
says is believed. A family that it found is evaluated at every vertex, and :func:`verify_record`
shows from the recorded measures, exactly and over every choice of subpools of three, four and five
inputs, that the least errors are what they are said to be.

Two facts carry the proof (Theorem AA, ours). *Which inputs matter*: from a smallest set of inputs
of which each of N subpools misses one, each input is the only one of them that some subpool misses;
and on the face of the cube where all other inputs are zero every subpool is still a proper one. So
N subpools of d inputs do no better than N subpools of some m <= min(N, d) inputs that hold, for
each input, the subpool of all others. *How a measure proves*: a signed measure on the vertices that
annihilates the constant and some maxes, with weight 1 at the origin, shows that no combination of
these maxes has an error below 1 / its mass.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import permutations
from pathlib import Path

import numpy as np

from maxpooling.approximation.blocks import mask_of
from maxpooling.arguments import check_integer
from maxpooling.errors import CertificateError, DataError

RECORD = Path(__file__).with_name("sparse_record.json")

LEAST_INVERSE_ERRORS = {
    1: {0: 2},
    2: {0: 2, 2: 4},
    3: {0: 2, 2: 4, 3: 6, 6: 8},
    4: {0: 2, 2: 4, 3: 6, 4: 8, 7: 10, 8: 12, 10: 14, 14: 16},
    5: {
        0: 2,
        2: 4,
        3: 6,
        4: 8,
        5: 10,
        8: 12,
        9: 14,
        10: 16,
        11: 18,
        13: 20,
        15: 22,
        18: 24,
        20: 25,
        21: 26,
        22: 28,
        25: 30,
        30: 32,
    },
}
"""For each number of inputs: from how many subpool maxes on 1/E can be what; proved."""

GAINS = {3: {3: 2}, 4: {3: 2, 4: 4, 6: 6}, 5: {3: 2, 4: 4, 5: 6, 6: 8, 8: 10, 10: 12}}
"""By how much 1/E can exceed 2m with m inputs, all m subpools that miss one of them, and k others.

k -> from how many inputs on -> the excess; with fewer others or inputs there is none. Proved for
every m by :func:`largest_gain`, whose argument allows points on several flats only.
"""


@dataclass(frozen=True)
class Measure:
    """A signed measure on the vertices of the cube, weight 1 at the origin.

    Attributes:
        inputs: of the pool.
        weights: the set of ones of a vertex, as an integer, -> weight.
    """

    inputs: int
    weights: Mapping[int, Fraction]

    @property
    def mass(self) -> Fraction:
        """The sum of |weights|: 1/E is at most this for every combination that is annihilated."""
        return sum((abs(weight) for weight in self.weights.values()), Fraction(0))

    def annihilated(self, missed: Iterable[int]) -> list[int]:
        """Of sets of inputs, as integers, those whose complement has a max of total weight zero.

        The max over a subpool is 0 where the ones lie within the set that it misses, and 1
        elsewhere; with total weight 0 it is annihilated if the weights within the set add up to 0.

        Raises:
            CertificateError: if the weight at the origin is not 1, or the total is not 0.
        """
        if self.weights.get(0) != 1 or sum(self.weights.values()) != 0:
            raise CertificateError("a measure has no total 0, or not the weight 1 at the origin")
        return [
            flat
            for flat in missed
            if sum(weight for ones, weight in self.weights.items() if ones & ~flat == 0) == 0
        ]


@dataclass(frozen=True)
class Design:
    """Weights, in units of the error, on a constant and on subpools that miss given flats.

    Attributes:
        inputs: of the pool; the subpools that miss one input are always there.
        constant: weight of the constant.
        flats: sets of two or more inputs, as integers -> weight of the subpool that misses them.
    """

    inputs: int
    constant: Fraction
    flats: Mapping[int, Fraction]

    def terms(self) -> dict[int, Fraction]:
        """The c_I of :func:`maxpooling.approximation.blocks.from_terms`.

        With h = constant + the weights of the flats that hold the ones of a vertex, the errors are
        E h at vertices of two and more ones. The subpools that miss one input make it E where one
        input is one; at the origin it must be E - 1, which gives 1/E.
        """
        whole = (1 << self.inputs) - 1
        at_one = [
            self.constant + sum((w for flat, w in self.flats.items() if flat >> i & 1), Fraction(0))
            for i in range(self.inputs)
        ]
        at_origin = self.constant + sum(self.flats.values(), Fraction(0))
        error = 1 / (1 + self.inputs + at_origin - sum(at_one, Fraction(0)))
        terms = {whole: Fraction(1), 0: -error * self.constant}
        terms |= {whole & ~flat: -error * weight for flat, weight in self.flats.items()}
        terms |= {whole & ~(1 << i): -error * (1 - h) for i, h in enumerate(at_one)}
        return {mask: c for mask, c in terms.items() if c != 0}


@dataclass(frozen=True)
class Record:
    """What the file holds.

    Attributes:
        measures: proofs for three, four and five inputs.
        designs: families with weights.
        partial_planes: number of inputs and lines that meet in at most one input, longest first.
        points_of_space: sets of inputs of the projective space of 15 points.
    """

    measures: tuple[Measure, ...]
    designs: tuple[Design, ...]
    partial_planes: tuple[tuple[int, tuple[int, ...]], ...]
    points_of_space: tuple[tuple[int, ...], ...]


@cache
def read_record(path: Path = RECORD) -> Record:
    """The record; inputs are written as hexadecimal digits, ``03b`` for 0, 3 and 11.

    Raises:
        DataError: if the file is missing or damaged.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Record(
            tuple(Measure(c["inputs"], _weights(c["measure"])) for c in content["certificates"]),
            tuple(
                Design(c["inputs"], Fraction(c["constant"]), _weights(c["flats"]))
                for c in content["designs"]
            ),
            tuple(
                (c["inputs"], tuple(_mask(line) for line in c["lines"].split()))
                for c in content["partial_planes"]
            ),
            tuple(tuple(int(x, 16) for x in points) for points in content["points_of_space"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path}: expected the record of the search, found {error!r}") from error


def most_inverse_error(d: int, count: int) -> Fraction | None:
    """A proved upper bound on 1/E for a constant and ``count`` subpool maxes of d inputs, or None.

    Args:
        d: number of inputs, at least 1.
        count: number of subpool maxes, at least 0.

    Examples:
        >>> most_inverse_error(9, 9), most_inverse_error(5, 20), most_inverse_error(9, 21)
        (Fraction(18, 1), Fraction(25, 1), None)
    """
    bounds = [_bound(m, count - m) for m in range(1, min(d, count) + 1)]
    known = [bound for bound in bounds if bound is not None]
    return max([*known, Fraction(2)]) if len(known) == len(bounds) else None


def _bound(m: int, others: int) -> Fraction | None:
    """Likewise with m inputs, all m subpools that miss one, and so many others."""
    if m in LEAST_INVERSE_ERRORS:
        return Fraction(_step(LEAST_INVERSE_ERRORS[m], m + others))
    if others <= max(GAINS):
        return Fraction(2 * m + _step(GAINS.get(others, {}), m))
    return Fraction(2**m) if others >= 2**m - 2 - m else None


def _step(steps: Mapping[int, int], at: int) -> int:
    return max((value for start, value in steps.items() if start <= at), default=0)


def verify_record(inputs: int, measures: Sequence[Measure] | None = None) -> dict[int, Fraction]:
    """For each number of subpools of 3, 4 or 5 inputs: the largest 1/E that no measure excludes.

    Every choice of subpools that holds all those of d - 1 inputs is visited: 2^25 of them for five
    inputs, in some seconds and 100 MB.

    Args:
        inputs: 3, 4 or 5.
        measures: the proofs, by default those of the record; permuted inputs prove as well.

    Returns:
        Number of subpools -> bound, from ``inputs`` on to all 2^inputs - 2.

    Raises:
        ValueError: if inputs is not 3, 4 or 5.
        CertificateError: if a measure is none.
    """
    d = check_integer("inputs", inputs, 3, 5)
    flats = [flat for flat in range(2**d) if 2 <= flat.bit_count() <= d - 1]
    place = {flat: i for i, flat in enumerate(flats)}
    bounds: list[Fraction] = [Fraction(2**d)]
    least = np.zeros(2 ** len(flats), dtype=np.uint8)  # index of a bound, the best for this choice
    found = sorted(
        (m for m in (read_record().measures if measures is None else measures) if m.inputs == d),
        key=lambda m: m.mass,
        reverse=True,
    )
    for measure in found:
        bounds.append(measure.mass)
        killed = measure.annihilated([*(1 << i for i in range(d)), *flats])
        if any(1 << i not in killed for i in range(d)):
            raise CertificateError("a measure does not annihilate the subpools that miss one input")
        for images in _images(d, [flat for flat in killed if flat in place]):
            least[sum(1 << place[flat] for flat in images)] = len(bounds) - 1
    _spread(least)
    return {
        d + others: max(bounds[i] for i in np.unique(least[_of_size(len(flats), others)]).tolist())
        for others in range(len(flats) + 1)
    }


def _spread(least: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> None:
    """What bounds a choice bounds every smaller one: later bounds, which are smaller, win."""
    for bit in range(least.size.bit_length() - 1):
        halves = least.reshape(-1, 2, 1 << bit)
        np.maximum(halves[:, 0], halves[:, 1], out=halves[:, 0])


def _of_size(n: int, size: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    ones = np.zeros(2**n, dtype=np.uint8)
    for bit in range(n):
        ones.reshape(-1, 2, 1 << bit)[:, 1] += 1
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = ones == size
    return found


def _images(d: int, flats: Sequence[int]) -> Iterator[list[int]]:
    for order in permutations(range(d)):
        yield [mask_of(order[i] for i in range(d) if flat >> i & 1) for flat in flats]


def _mask(digits: str) -> int:
    return mask_of(int(digit, 16) for digit in digits)


def _weights(content: Mapping[str, str]) -> dict[int, Fraction]:
    return {_mask(digits): Fraction(value) for digits, value in content.items()}
