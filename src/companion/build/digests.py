"""Accept edits of data (``make digests``): write the lists of digests anew, say what changed."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from companion.files import write_whole
from maxpooling.digests import LIST, listing, read_list
from maxpooling.errors import DataError

ROOT = Path(__file__).resolve().parents[3]
# By folder with a list: what is in it. Recorded runs have a manifest of their own, Appendix D's
# table a digest in the code that reads it, sources a version control.
LISTS: Mapping[str, tuple[str, ...]] = {
    "data": (
        *("sources.toml", "paper/*.csv", "paper/claims.yml", "paper/verdicts.lock"),
        *("ours/*.csv", "ours/*.json", "ours/*.npy", "samples/*"),
    ),
    "data/networks": ("*/*/[!.]*",),
    "proofs": ("accepted.json",),
    "src/companion/search": ("spans.json",),
    "src/maxpooling/two_layers/identities": ("*.json",),
}


def listed(folder: str, root: Path = ROOT) -> list[Path]:
    """The files that the list of a folder must have."""
    return sorted(path for pattern in LISTS[folder] for path in (root / folder).glob(pattern))


def write(root: Path = ROOT) -> list[str]:
    """Write every list; return the files whose line changed, new and lost ones included."""
    changed = []
    for folder in LISTS:
        place = root / folder
        try:
            before = read_list(place)
        except DataError:
            before = {}  # damaged or not there yet: every line is new
        text = listing(listed(folder, root), place)
        if not text:
            continue
        write_whole(place / LIST, text.encode())
        after = read_list(place)
        names = sorted(before.keys() | after.keys())
        changed += [f"{folder}/{name}" for name in names if before.get(name) != after.get(name)]
    return changed


def main() -> int:
    """Command line: no arguments."""
    argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0]).parse_args()
    for name in write():
        print(f"accepted as it is now: {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
