"""The networks of Appendix E and of the second source: ``models.build(experiment, variant)``."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from companion.experiments.models.building import build

__all__ = ["build"]


def __getattr__(name: str) -> object:
    """Load torch when a model is first built, not to read its design (PEP 562)."""
    if name == "build":
        from companion.experiments.models.building import build

        return build
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
