"""What only an extra of this package brings, and the error that names it where it is missing."""

from importlib import import_module
from typing import Any

EXTRA_OF = {
    "clarabel": "solvers",
    "cvxpy": "solvers",
    "highspy": "solvers",
    "scipy": "solvers",
    "torch": "networks",
}
"""Package -> the extra of pyproject.toml that installs it."""


class MissingExtraError(ModuleNotFoundError):
    """A package is missing that an extra of this one installs; the message is the remedy."""


def load(name: str, purpose: str) -> Any:
    """Import a package that an extra brings.

    Args:
        name: of the package, one of :data:`EXTRA_OF`.
        purpose: what needs it, to begin the message with.

    Returns:
        The module.

    Raises:
        MissingExtraError: it is not installed; names the extra and the command.

    Examples:
        >>> load("torch", "a network").__name__
        'torch'
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise  # it is there, and something that it needs is not
        raise MissingExtraError(
            f'{purpose} needs {name}, which is not installed: pip install "maxpooling'
            f'[{EXTRA_OF[name]}]"',
            name=name,
        ) from None
