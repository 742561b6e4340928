"""The theme ships every icon there is, 1.5 MB on each page; the site keeps those that it shows."""

import re
from pathlib import Path

from sphinx.application import Sphinx

SCRIPT = Path("_static", "scripts", "fontawesome.js")
# An icon in that script: name:[width, height, [other names], "code point", "path" or paths].
ICON = re.compile(
    r'"?(?P<name>[\w-]+)"?:\[\d+,\d+,\[(?P<others>[^\[\]]*)\],"[0-9a-f]+",'
    r'(?:"[^"]*"|\[[^\[\]]*\])\],?'
)
USED = re.compile(r"\bfa-([a-z0-9-]+)")


def keep_icons(script: str, used: set[str]) -> str:
    """The script with only the icons that are used."""

    def keep(icon: re.Match[str]) -> str:
        names = {icon["name"], *re.findall(r'"([\w-]+)"', icon["others"])}
        return icon[0] if names & used else ""

    return ICON.sub(keep, script)


def _shrink(app: Sphinx, error: Exception | None) -> None:
    path = Path(app.outdir, SCRIPT)
    if error is not None or not path.is_file():
        return
    sources = [*Path(app.outdir).rglob("*.html"), *path.parent.glob("*book-theme.js")]
    sources += [*path.parent.glob("pydata*.js"), *path.parents[1].glob("*.js")]
    used = {name for file in sources for name in USED.findall(file.read_text(encoding="utf-8"))}
    path.write_text(keep_icons(path.read_text(encoding="utf-8"), used), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Shrink the script once the pages are written."""
    app.connect("build-finished", _shrink)
