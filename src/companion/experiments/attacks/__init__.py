"""The attack of Appendix E, ``attacks.fast_gradient_sweep(...)``, and stronger ones."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from companion.experiments.attacks.sweeps import fast_gradient_sweep

__all__ = ["fast_gradient_sweep"]


def __getattr__(name: str) -> object:
    """Load torch when a network is first attacked (PEP 562)."""
    if name == "fast_gradient_sweep":
        from companion.experiments.attacks.sweeps import fast_gradient_sweep

        return fast_gradient_sweep
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
