"""Where the built book lies, and which pages it has."""

import os
from pathlib import Path

SITE = Path(os.environ.get("SITE", Path(__file__).resolve().parents[2] / "build" / "html"))


def site_pages(site: Path = SITE) -> list[str]:
    """Every page that a reader can reach; not the fragments that the theme keeps."""
    found = (path.relative_to(site) for path in site.rglob("*.html"))
    return sorted(path.as_posix() for path in found if "_static" not in path.parts)
