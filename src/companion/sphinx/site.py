"""Settings of the theme that Jupyter Book cannot express, and the figures' colours for pages."""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from companion.pages.figures import css_variables

PALETTE = "palette.css"
THEBE = "sphinx_thebe"
# Scripts of places to play with, each named after the place that it looks for, and what they call.
PLACES = ("patch", "explorer", "surface", "robustness")
CALLED = ("exact", "cost")
# Marks what a search asked for, and throws at the titles inside of drawings.
HIGHLIGHTER = "sphinx_highlight"


def _add_palette(app: Sphinx, config: Config) -> None:
    folder = Path(app.doctreedir).parent / "generated-static"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PALETTE).write_text(css_variables(), encoding="utf-8")
    config.html_static_path.append(str(folder))
    app.add_css_file(PALETTE)


def _configure(app: Sphinx) -> None:
    if app.config.html_theme != "sphinx_book_theme":
        return
    options = app.config.html_theme_options
    # The theme's second header bar hides the contents button on phones.
    options["navbar_persistent"] = []
    # Without a default its script calls a first visit's empty choice invalid, on every page.
    app.config.html_context.setdefault("default_mode", "auto")


def _without_thebe(app: Sphinx, _config: Config) -> None:
    """Take ``sphinx_thebe`` away, which Jupyter Book always loads.

    No page runs code from another server, and on pages its constants stand twice: a SyntaxError.
    """
    for listeners in app.events.listeners.values():
        listeners[:] = [one for one in listeners if one.handler.__module__ != THEBE]
    styles = app.registry.css_files
    styles[:] = [style for style in styles if style[0] != "sphinx-thebe.css"]


def _only_scripts_in_use(
    _app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: nodes.document | None
) -> None:
    """Leave out what Jupyter Book loads on every page, where the page has no place for it."""
    missing = {place for place in PLACES if f'id="{place}"' not in context.get("body", "")}
    unused = {*missing, HIGHLIGHTER} if missing < set(PLACES) else {*PLACES, *CALLED}
    context["script_files"] = [
        one
        for one in context["script_files"]
        if Path(str(getattr(one, "filename", one))).stem not in unused
    ]


def setup(app: Sphinx) -> None:
    """Change the theme's options before it reads them; add the style sheet of the colours."""
    app.connect("config-inited", _add_palette)
    app.connect("config-inited", _without_thebe)
    app.connect("builder-inited", _configure, priority=100)
    app.connect("html-page-context", _only_scripts_in_use)
