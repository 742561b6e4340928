"""Identities for the max of n numbers as data: what they say, and reading them from files.

An identity says, for all real x_1, ..., x_n, that

    max(x) = sum over pairs of  coefficient * average of the images of max(x_i, x_j)
           + sum over terms of  coefficient * average of the images of max(f_Z, f_Z').

Images are taken under renamings within ``blocks`` of consecutive inputs. The right side is a ReLU
network with two hidden layers: the images of the terms are the neurons of the second one, and the
pairs are carried over from the first.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from math import lcm
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, get_args

from maxpooling.arguments import check_choice, check_integer
from maxpooling.digests import read_listed
from maxpooling.errors import DataError
from maxpooling.two_layers.images import images
from maxpooling.two_layers.template import MAX_INPUTS, Pair, Template

if TYPE_CHECKING:
    from maxpooling.two_layers.verification import Verification

Goal = Literal["neurons", "symmetric", "denominators"]

INPUTS: Final = (5, 6, 7, 8, 9, 10)
"""Numbers of inputs for which an identity is known here; up to four, pairs of pairs suffice."""

_FOLDER: Final = Path(__file__).with_name("identities")

_Part = TypeVar("_Part")


@dataclass(frozen=True)
class PairTerm:
    """A coefficient times the average of the images of max(x_i, x_j), or of x_i if i = j."""

    coefficient: Fraction
    pair: Pair


@dataclass(frozen=True)
class Term:
    """A coefficient times the average of the images of a template.

    Attributes:
        coefficient: of the average.
        template: the two sides.
        images: number of distinct images, as the file states it (checked by ``verify``).
    """

    coefficient: Fraction
    template: Template
    images: int

    @property
    def per_image(self) -> Fraction:
        """The coefficient of each single image."""
        return self.coefficient / self.images


@dataclass(frozen=True)
class Identity:
    """A claimed identity for the max of n numbers; whether it holds is for :meth:`verify` to say.

    Attributes:
        blocks: sizes of the blocks within which inputs may be renamed; (n,) is full symmetry.
        pairs: the part carried over from the first hidden layer.
        terms: the averages of the second hidden layer.
    """

    blocks: tuple[int, ...]
    pairs: tuple[PairTerm, ...]
    terms: tuple[Term, ...]

    @property
    def n(self) -> int:
        """The number of inputs."""
        return sum(self.blocks)

    @property
    def pairs_per_side(self) -> int:
        """K, the largest number of pairs on a side of a template."""
        return max(term.template.pairs_per_side for term in self.terms)

    @property
    def comparisons(self) -> int:
        """Images of all terms together: neurons of the second layer before equal ones merge."""
        return sum(term.images for term in self.terms)

    @property
    def denominator(self) -> int:
        """Common denominator of the coefficients of the averages in the second layer."""
        return lcm(*(term.coefficient.denominator for term in self.terms))

    @property
    def denominator_per_image(self) -> int:
        """Common denominator of the weights of all single images in the second layer."""
        return lcm(*(term.per_image.denominator for term in self.terms))

    @cached_property
    def absolute_sum(self) -> Fraction:
        """Sum of |coefficient| over the terms: how much their rounding can be amplified."""
        return sum((abs(term.coefficient) for term in self.terms), Fraction(0))

    def verify(self) -> "Verification":
        """Prove it exactly; see :func:`~maxpooling.two_layers.verification.verify`.

        Raises:
            CertificateError: it does not hold.

        Examples:
            >>> identity(5).verify().cones
            120
        """
        from maxpooling.two_layers.verification import verify

        return verify(self)

    def __call__(self, x: Iterable[Fraction | int]) -> Fraction:
        """Evaluate the right side on one vector of n exact numbers, exactly.

        O(comparisons * K) additions; meant for trying an identity by hand.

        Raises:
            ValueError: if x does not have n entries.

        Examples:
            >>> identity(5)([3, -1, 4, 1, Fraction(9, 2)])
            Fraction(9, 2)
        """
        vector = list(x)
        if len(vector) != self.n:
            raise ValueError(f"x must have n = {self.n} entries, got {len(vector)}")
        total = Fraction(0)
        for part in self.pairs:
            values = [
                sum_of_maxes(vector, image.first) for image in pair_images(part.pair, self.blocks)
            ]
            total += part.coefficient * sum(values) / len(values)
        for term in self.terms:
            values = [
                max(sum_of_maxes(vector, image.first), sum_of_maxes(vector, image.second))
                for image in images(term.template, self.blocks)
            ]
            total += term.per_image * sum(values)
        return total


def identity(n: int, goal: Goal = "neurons") -> Identity:
    """The identity for the max of n numbers that serves the goal best, of those we found.

    Args:
        n: number of inputs, one of ``INPUTS``.
        goal: "neurons" for the fewest neurons in the second hidden layer, "symmetric" for the
            fewest among those that treat all inputs alike, "denominators" for the least common
            denominator of the averages' coefficients. The symmetric one may serve all three goals;
            for nine and ten inputs no other was looked for.

    Raises:
        ValueError: if n or goal is none of these.
        DataError: if the file is missing or malformed.

    Examples:
        >>> [identity(n).pairs_per_side for n in INPUTS]
        [2, 2, 3, 3, 4, 4]
        >>> identity(6, "symmetric").blocks
        (6,)
        >>> [identity(n, "denominators").denominator for n in (5, 6, 7, 8)]
        [2, 2, 6, 30]
    """
    return _read_once(identity_file(n, goal))


def identity_file(n: int, goal: Goal = "neurons") -> Path:
    """The file that :func:`identity` reads: the goal's own, or else the symmetric one.

    Raises:
        ValueError: if n or goal is none of those known.
    """
    n = check_integer("n (the number of inputs)", n, INPUTS[0], INPUTS[-1])
    check_choice("goal", goal, get_args(Goal))
    own = _FOLDER / f"max{n}-{goal}.json"
    return own if own.exists() else _FOLDER / f"max{n}-symmetric.json"


@cache
def _read_once(path: Path) -> Identity:
    return read_identity(path)


def read_identity(path: Path) -> Identity:
    """Read an identity from a JSON file of the form that :func:`as_json` writes.

    One beside a list of digests, as those of the package, must be as listed.

    Raises:
        DataError: naming the file, what was expected and what was found.
    """
    try:
        text = read_listed(path, path.parent).decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: expected a readable text file, found: {error}") from error
    try:
        return identity_from_json(text)
    except ValueError as error:
        expected = "an object with blocks, pairs and terms"
        raise DataError(f"{path}: expected {expected}, found: {error}") from error


def identity_from_json(text: str) -> Identity:
    """The identity with this text; the inverse of :func:`as_json`.

    Raises:
        ValueError: saying what is wrong, and in which entry.
    """
    content = json.loads(text)
    try:
        return _identity(content)
    except KeyError as error:
        raise ValueError(f"no {error}") from error
    except TypeError as error:
        raise ValueError(str(error)) from error


def as_json(identity: Identity) -> str:
    """The text of the identity's file, one pair or term a line, fractions as ``a/b``."""
    pairs = [
        json.dumps({"coefficient": str(part.coefficient), "pair": part.pair})
        for part in identity.pairs
    ]
    terms = [
        json.dumps(
            {
                "coefficient": str(term.coefficient),
                "images": term.images,
                "first": term.template.first,
                "second": term.template.second,
            }
        )
        for term in identity.terms
    ]
    return (
        f'{{"blocks": {json.dumps(identity.blocks)},\n'
        f'"pairs": [\n{_lines(pairs)}],\n"terms": [\n{_lines(terms)}]}}\n'
    )


def sum_of_maxes(x: Sequence[Fraction | int], side: tuple[Pair, ...]) -> Fraction | int:
    """f_Z(x), the sum of max(x_i, x_j) over the pairs of Z."""
    return sum(max(x[i], x[j]) for i, j in side)


def pair_images(pair: Pair, blocks: tuple[int, ...]) -> Iterator[Template]:
    """The distinct images of a pair, as templates whose two sides are that pair."""
    return images(Template([pair], [pair]), blocks)


def _lines(entries: list[str]) -> str:
    return ",\n".join(f"  {entry}" for entry in entries)


def _identity(content: Any) -> Identity:
    if not isinstance(content, dict):
        raise ValueError(f"a {type(content).__name__}")
    blocks = tuple(
        check_integer("each of blocks", size, 1, MAX_INPUTS) for size in content["blocks"]
    )
    n = check_integer("the sum of blocks", sum(blocks), 2, MAX_INPUTS)
    terms = _parts("terms", content["terms"], lambda entry: _term(entry, n))
    if not terms:
        raise ValueError("no terms at all")
    return Identity(blocks, _parts("pairs", content["pairs"], lambda entry: _pair(entry, n)), terms)


def _parts(name: str, entries: Any, parse: Callable[[Any], _Part]) -> tuple[_Part, ...]:
    if not isinstance(entries, list):
        raise ValueError(f"{name} that are a {type(entries).__name__}, not a list")
    parsed = []
    for number, entry in enumerate(entries):
        try:
            parsed.append(parse(entry))
        except (ValueError, TypeError) as error:
            raise ValueError(f"in {name}, entry {number}: {error}") from error
    return tuple(parsed)


def _term(entry: Any, n: int) -> Term:
    template = _within(Template(entry["first"], entry["second"]), n)
    count = check_integer("images", entry["images"], 1, 10**12)
    return Term(_fraction(entry["coefficient"]), template, count)


def _pair(entry: Any, n: int) -> PairTerm:
    template = _within(Template([entry["pair"]], [entry["pair"]]), n)
    return PairTerm(_fraction(entry["coefficient"]), template.first[0])


def _within(template: Template, n: int) -> Template:
    if template.vertices[-1] >= n:
        raise ValueError(f"index {template.vertices[-1]} is not below n = {n}")
    return template


def _fraction(text: Any) -> Fraction:
    if isinstance(text, str):
        try:
            return Fraction(text)
        except (ValueError, ZeroDivisionError):
            pass
    raise ValueError(f"coefficient must be a fraction as text, got {text!r}")
