"""Every check of the companion, by its name."""

import importlib
import pkgutil
from functools import cache

from companion import evidence
from companion.checking import Check
from maxpooling.errors import DataError


@cache
def checks() -> dict[str, Check]:
    """The checks of all modules of :mod:`companion.evidence`, by ``MODULE.FUNCTION``."""
    found: dict[str, Check] = {}
    for module in pkgutil.iter_modules(evidence.__path__):
        loaded = importlib.import_module(f"{evidence.__name__}.{module.name}")
        for one in vars(loaded).values():
            if isinstance(one, Check) and one.name.partition(".")[0] == module.name:
                found[one.name] = one
    return found


def find(name: str) -> Check:
    """The check of that name.

    Raises:
        DataError: there is none; says which there are in that module.
    """
    known = checks()
    if name not in known:
        module = name.partition(".")[0]
        near = ", ".join(one for one in known if one.startswith(f"{module}.")) or "none there"
        raise DataError(f"check {name!r}: expected one that exists, found {near}")
    return known[name]
