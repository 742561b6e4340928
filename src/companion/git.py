"""What git knows of a folder; empty where there is no git, or the folder is in no checkout."""

import subprocess
from pathlib import Path


def git(folder: Path, *arguments: str) -> str:
    """Return what a command of git prints.

    Args:
        folder: where it runs.
        *arguments: of git, for example ``"rev-parse", "HEAD"``.

    Returns:
        Its standard output without white space at the ends; an empty string where it fails.
    """
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def changed(folder: Path, *paths: str) -> bool:
    """Say whether files differ from the commit of a folder's checkout.

    Args:
        folder: from which the paths lead.
        *paths: files and folders.

    Returns:
        True if git lists a change below one of them, or a file that it does not know.
    """
    return git(folder, "status", "--porcelain", "--", *paths) != ""
