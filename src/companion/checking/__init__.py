"""What a check is: one case with its domain, the kind of evidence it gives, and how it refuses."""

from companion.checking.check import (
    Check,
    Evidence,
    Ran,
    Value,
    certify,
    certify_by,
    check,
    each,
    require,
    span,
)
from companion.checking.kinds import MEANING, Kind

__all__ = [
    "MEANING",
    "Check",
    "Evidence",
    "Kind",
    "Ran",
    "Value",
    "certify",
    "certify_by",
    "check",
    "each",
    "require",
    "span",
]
