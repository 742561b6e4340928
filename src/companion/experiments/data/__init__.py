"""The image data: fetched once, verified by checksum, read with ``data.load(name)``."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from companion.experiments.data.loading import load

__all__ = ["load"]


def __getattr__(name: str) -> object:
    """Load torch when the images are first asked for, not to list the data sets (PEP 562)."""
    if name == "load":
        from companion.experiments.data.loading import load

        return load
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
