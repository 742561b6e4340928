r"""Identities for the maximum as the book prints them: the printed formula itself is verified.

A display such as ``2\max(a,b,c,d,e)=\max(2a,m_{bc}+m_{de})-\dots`` becomes an
:class:`~maxpooling.two_layers.identity.Identity`, of which ``verify`` decides whether it holds for
all real numbers. A slip in a printed coefficient or index is then a failure, not a misprint.
"""

import re
from collections.abc import Mapping
from fractions import Fraction

from maxpooling.two_layers import Identity, Template
from maxpooling.two_layers.identity import Term
from maxpooling.two_layers.verification import image_count

_SPACE = re.compile(r"\\(?:begin|end)\{aligned\}|\\\\|\\[, ]|&|\s+|\.$")
_LEFT = re.compile(r"(\d*)\\max\([^()]*\)=")
_TERM = re.compile(
    r"(?P<sign>[+-]?)"
    r"(?:\\tfrac(?P<over>\d|\{\d+\})(?P<under>\d|\{\d+\})|(?P<whole>\d*))"
    r"(?P<sum>(?:\\sum)?)\\max\((?P<first>[^(),]*),(?P<second>[^(),]*)\)"
)
_ENTRY = re.compile(r"(\d*)(?:m_\{([a-z])([a-z])\}|x_([a-z])|([a-z]))")


def read_identity(
    latex: str, letters: str = "abcde", abbreviations: Mapping[str, str] | None = None
) -> Identity:
    r"""What a display says.

    Args:
        latex: ``c\max(..)=..``, the right side a sum of ``\max(f,g)`` with factors, f and g sums of
            the inputs (``a`` or ``x_a``) and their pairwise maxima ``m_{ab}``. With ``\sum`` before
            every ``\max`` each stands for the sum of its different images under all renamings of
            the inputs; with none each stands for itself.
        letters: the names of the inputs.
        abbreviations: a letter and what it stands for.

    Raises:
        ValueError: something in ``latex`` is not of this form; quotes what is left.

    Examples:
        >>> read_identity(r"2\max(a,b)=\max(2a,a+b)+\max(2b,a+b)", "ab").terms[0].coefficient
        Fraction(1, 2)
    """
    text = previous = latex
    while (text := _SPACE.sub("", previous)) != previous:
        previous = text
    left = _LEFT.match(text)
    if left is None:
        raise ValueError(f"latex must begin with a maximum and '=', got {text[:60]!r}")
    factor, rest = int(left[1] or 1), text[left.end() :]
    found = []
    while rest:
        term = _TERM.match(rest)
        if term is None:
            raise ValueError(f"latex must be a sum of maxima of two sums, got {rest[:60]!r}")
        found.append(term)
        rest = rest[term.end() :]
    if len({term["sum"] for term in found}) != 1:
        raise ValueError(f"latex must have a sum before every maximum or before none: {text!r}")
    blocks = (len(letters),) if found[0]["sum"] else (1,) * len(letters)
    terms = []
    for term in found:
        sides = [_pairs(term[side], letters, abbreviations or {}) for side in ("first", "second")]
        template = Template(*sides)
        images = image_count(template, blocks)
        terms.append(Term(_coefficient(term) * images / factor, template, images))
    return Identity(blocks, (), tuple(terms))


def _coefficient(term: re.Match[str]) -> Fraction:
    if term["over"]:
        size = Fraction(int(term["over"].strip("{}")), int(term["under"].strip("{}")))
    else:
        size = Fraction(term["whole"] or 1)
    return -size if term["sign"] == "-" else size


def _pairs(side: str, letters: str, abbreviations: Mapping[str, str]) -> list[tuple[int, int]]:
    """The pairs of a side, as often as they count; an input is a pair with itself."""
    pairs: list[tuple[int, int]] = []
    for entry in abbreviations.get(side, side).split("+"):
        match = _ENTRY.fullmatch(entry)
        names = [name for name in match.groups()[1:] if name] if match else []
        if match is None or not set(names) <= set(letters):
            raise ValueError(f"latex must name the inputs {letters} and their pairs, got {entry!r}")
        pair = letters.index(names[0]), letters.index(names[-1])
        pairs += [pair] * int(match[1] or 1)
    return pairs
