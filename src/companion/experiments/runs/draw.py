"""Samples that nobody chooses: drawn from the hash of the commit, so that they change with it.

The hash depends on every file of the commit; who changes the record cannot know what will be drawn
before committing. (Trying many commits until the draw is kind is possible, and no sample prevents
it; the whole record is checked by ``make recheck``.)
"""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from companion.experiments.results import manifest
from companion.files import RECORDED, ROOT
from companion.git import git

T = TypeVar("T")


def origin(root: Path = ROOT, recorded: Path = RECORDED) -> str:
    """Return what a sample is drawn from.

    Args:
        root: of the repository.
        recorded: folder of the recorded results.

    Returns:
        The commit that is checked out; where git knows none, the hash of the manifest.
    """
    commit = git(root, "rev-parse", "HEAD")
    return commit or hashlib.sha256((recorded / manifest.NAME).read_bytes()).hexdigest()


def drawn(
    parts: Iterable[T],
    *,
    name: Callable[[T], str],
    cost: Callable[[T], float],
    budget: float,
    drawn_from: str,
) -> list[T]:
    """Draw parts until a budget is used up; each that still fits is taken.

    Args:
        parts: to choose from.
        name: of a part; decides with ``drawn_from`` when its turn comes.
        cost: of a part.
        budget: that the costs may add up to.
        drawn_from: see :func:`origin`.

    Returns:
        Those that were drawn, in the order of the draw.

    Example:
        >>> drawn("abcdef", name=str, cost=lambda _: 1, budget=2, drawn_from="one commit")
        ['d', 'c']
        >>> drawn("abcdef", name=str, cost=lambda _: 1, budget=2, drawn_from="another")
        ['f', 'c']
    """

    def turn(part: T) -> str:
        return hashlib.sha256(f"{drawn_from}\0{name(part)}".encode()).hexdigest()

    taken, left = [], budget
    for part in sorted(parts, key=turn):
        if cost(part) <= left:
            taken.append(part)
            left -= cost(part)
    return taken
