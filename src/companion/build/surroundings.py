"""The environment variables of a step: the same wherever, and by whomever, it is started.

A step's outcome may not depend on a user's language, time zone or switches of Python, and nothing
that libraries want to keep may go into a home folder, which can be missing or read-only.
"""

import os
from collections.abc import Mapping
from pathlib import Path

# Switches of Python that change what our code, or that of libraries, does: without docstrings
# commands have no help, and with warnings as errors an old import of some library ends the build.
DROPPED = (
    *("PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTHONDEVMODE", "PYTHONSTARTUP", "PYTHONINSPECT"),
    *("PYTHONHOME", "PYTHONCASEOK", "PYTHONDEBUG", "PYTHONVERBOSE", "PYTHONIOENCODING"),
    *("PYTHONCOERCECLOCALE", "PYTHONPYCACHEPREFIX", "PYTHONUNBUFFERED"),
    *("MPLBACKEND", "MATPLOTLIBRC", "COLUMNS", "LINES", "LANGUAGE"),
)
FIXED = {
    "LC_ALL": "C.UTF-8",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    "PYTHONNOUSERSITE": "1",
    "GIT_PYTHON_REFRESH": "quiet",  # a library of Snakemake's, which else refuses to do without git
}
CACHES = (
    *("MPLCONFIGDIR", "XDG_CACHE_HOME"),
    *("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"),
)


def surroundings(given: Mapping[str, str], root: Path) -> dict[str, str]:
    """The variables for a step, from those that its user has.

    Args:
        given: the user's; most of them are passed on.
        root: of the repository; the folders for caches are made below its ``build``.

    Returns:
        All variables of the step.
    """
    caches = root / "build" / "caches"
    folders = {name: caches / name.lower() for name in CACHES}
    if not _usable(given.get("HOME", "")):
        folders["HOME"] = caches / "home"
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    kept = {
        name: value
        for name, value in given.items()
        if name not in DROPPED and not name.startswith("LC_")
    }
    return {**kept, **FIXED, **{name: str(folder) for name, folder in folders.items()}}


def _usable(home: str) -> bool:
    """Whether a home folder can be written to."""
    return os.path.isdir(home) and os.access(home, os.W_OK | os.X_OK)
