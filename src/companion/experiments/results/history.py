"""Which commits the repository knows: a run of other code is of code that nobody has."""

from collections.abc import Collection
from pathlib import Path

from companion.files import ROOT
from companion.git import git


def known_commits(root: Path = ROOT) -> tuple[Collection[str], str]:
    """List the commits that lead to the one that is checked out.

    Args:
        root: of the repository.

    Returns:
        The commits in hexadecimal, and nothing; or none, and why there is no saying: the folder is
        no checkout of its own, git is not there, or the checkout has only the newest commits.
    """
    top = git(root, "rev-parse", "--show-toplevel")
    if not top or Path(top).resolve() != root.resolve():
        return frozenset(), f"{root.name} is no git checkout, or there is no git"
    if git(root, "rev-parse", "--is-shallow-repository") != "false":
        return frozenset(), "this checkout has only the newest commits (git fetch --unshallow)"
    return frozenset(git(root, "rev-list", "HEAD").split()), ""
