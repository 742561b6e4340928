"""What a check returns, and how it refuses."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from companion.errors import CheckFailedError

Method = Literal["exact certificate", "enumeration", "symbolic", "simulation", "experiment"]
Value = Fraction | int | float | str


@dataclass(frozen=True)
class CheckResult:
    """The outcome of a check that passed.

    Attributes:
        claim: identifier of the statement, for example ``theorem-2`` or ``equation-6``.
        method: kind of evidence.
        scope: what was run over, for example ``every order set, d = 2..7``.
        values: named numbers that the check found (exact where they are exact).
    """

    claim: str
    method: Method
    scope: str
    values: dict[str, Value] = field(default_factory=dict)

    def _repr_markdown_(self) -> str:
        """Render as one line below the statement."""
        found = "".join(f"; {name} = {value}" for name, value in self.values.items())
        return f"**Checked** ({self.method}): {self.scope}{found}."


def require(condition: bool, message: str) -> None:
    """Raise :class:`CheckFailedError` with ``message`` unless ``condition`` holds.

    Unlike ``assert`` it also runs under ``python -O``.
    """
    if not condition:
        raise CheckFailedError(message)
